//! What is said of work that stayed out for want of time: what would have to give way for it today, and when its turn
//! comes.

use std::collections::BTreeMap;

use dozor_domain::{Forcing, GivingWay, LeftOut, LeftOutReason, Route, WorkCalendar};
use jiff::civil::Date;
use rayon::prelude::*;

use super::instance::Instance;
use crate::routing::{Displacements, PairDisplacement};
use crate::value::from_mills;

/// Finds for each of some items the cheapest way of forcing it in. What a part finds depends on the item alone, so the
/// number of threads changes nothing.
pub(crate) fn forcings(instance: &Instance<'_>, routes: &[Vec<u32>], items: &[u32]) -> Vec<Option<Forcing>> {
    let displacements = Displacements::new(&instance.problem, routes);
    items
        .par_iter()
        .map(|item| {
            if let Some(pair) = instance.pair_of(*item) {
                return displacements.cheapest_of_pair(pair).map(|found| of_pair(instance, &found));
            }
            let found = displacements.cheapest(*item)?;
            Some(Forcing {
                inspector: instance.staff[found.crew as usize].key.clone(),
                first: found.first,
                count: found.count,
                loss: from_mills(found.loss),
                second: None,
            })
        })
        .collect()
}

/// Names what would give way on two routes.
fn of_pair(instance: &Instance<'_>, found: &PairDisplacement) -> Forcing {
    let key = |crew: u32| instance.staff[crew as usize].key.clone();
    let [(crew, first, count), (other, other_first, other_count)] = found.giving;
    let second = GivingWay { inspector: key(other), first: other_first, count: other_count };
    Forcing { inspector: key(crew), first, count, loss: from_mills(found.loss), second: Some(second) }
}

/// Says when the turn of each comes, in the order of what stayed out: a territory does on each working day as many
/// visits as today.
pub(crate) fn expect(left_out: &mut [LeftOut], routes: &[Route], day: Date, calendar: &WorkCalendar) {
    let mut visits: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for visit in routes.iter().flat_map(|route| &route.visits).filter(|visit| visit.counts()) {
        *visits.entry(visit.candidate.territory.as_deref()).or_default() += 1;
    }
    let mut waiting: BTreeMap<Option<String>, usize> = BTreeMap::new();
    let mut days = WorkingDays { calendar, days: vec![day] };
    let waits = |out: &&mut LeftOut| {
        matches!(out.reason, LeftOutReason::NoTimeLeft { .. } | LeftOutReason::Quota { .. })
    };
    for out in left_out.iter_mut().filter(waits) {
        let territory = &out.candidate.territory;
        let Some(a_day) = visits.get(&territory.as_deref()) else { continue };
        let before = waiting.entry(territory.clone()).or_default();
        out.expected = days.after(*before / *a_day + 1).map(|day| day.to_string());
        *before += 1;
    }
}

/// Is the working days after one, as far as they were asked for.
struct WorkingDays<'a> {
    calendar: &'a WorkCalendar,
    days: Vec<Date>,
}

impl WorkingDays<'_> {
    /// Returns the n-th working day after the first; none where the calendar's years end.
    fn after(&mut self, count: usize) -> Option<Date> {
        while self.days.len() <= count {
            let last = *self.days.last()?;
            let next = self.calendar.plus_working_days(last, 1).filter(|day| self.calendar.covers(*day))?;
            self.days.push(next);
        }
        self.days.get(count).copied()
    }
}
