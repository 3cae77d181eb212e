//! What is said of work that stayed out for want of time: what would have to give way for it today, and when its turn
//! comes.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{Forcing, GivingWay, LeftOut, LeftOutReason, QuotaKind, Route, WorkCalendar};
use jiff::civil::Date;
use rayon::prelude::*;

use super::instance::Instance;
use super::ways::DayRoads;
use crate::PlannerPack;
use crate::awaited::Awaited;
use crate::routing::{Displacements, PairDisplacement};
use crate::value::from_mills;

/// Finds for each of some items the cheapest way of forcing it in. What a part finds depends on the item alone, so the
/// number of threads changes nothing.
pub(crate) fn forcings<W: DayRoads>(
    instance: &Instance<'_, W>,
    routes: &[Vec<u32>],
    items: &[u32],
) -> Vec<Option<Forcing>> {
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
fn of_pair<W: DayRoads>(instance: &Instance<'_, W>, found: &PairDisplacement) -> Forcing {
    let key = |crew: u32| instance.staff[crew as usize].key.clone();
    let [(crew, first, count), (other, other_first, other_count)] = found.giving;
    let second = GivingWay { inspector: key(other), first: other_first, count: other_count };
    Forcing { inspector: key(crew), first, count, loss: from_mills(found.loss), second: Some(second) }
}

/// Says when the turn of each comes, in the order of what stayed out: a territory does on each working day as many
/// visits as today, and what is mandatory goes first. A territory that nobody visits today waits with all others for whom
/// the same people go, at their pace. What a full quota keeps out waits besides with all others that the same quota keeps
/// out: a day takes as many of them as the quota lets, and where it lets none nobody can say a day. What waits for no turn is
/// expected when what keeps it out is over.
pub(crate) fn expect(left_out: &mut [LeftOut], routes: &[Route], day: Date, pack: &PlannerPack) {
    let (awaited, calendar) = (Awaited::new(pack, day), &pack.calendar);
    // The day of an open task is what was handed over.
    let is_told = |out: &LeftOut| out.reason == LeftOutReason::TaskOpen || queue_of(out).is_some();
    left_out.par_iter_mut().filter(|out| !is_told(out)).for_each(|out| {
        out.expected = awaited.day_of(out).map(|day| day.to_string());
    });
    let mut pace = Territories::of(routes);
    let mut mandatory: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for out in left_out.iter().filter(|out| queue_of(out) == Some(Queue::Mandatory)) {
        *mandatory.entry(out.candidate.territory.clone()).or_default() += 1;
    }
    let mut waiting: BTreeMap<(Queue, Option<String>), usize> = BTreeMap::new();
    let mut kept_out: BTreeMap<(QuotaKind, String), usize> = BTreeMap::new();
    let mut days = WorkingDays { calendar, days: vec![day] };
    for out in left_out.iter_mut() {
        let Some(queue) = queue_of(out) else { continue };
        let territory = out.candidate.territory.clone();
        let (a_day, together) = pace.at(&territory);
        let queued = |queue: Queue| -> usize {
            let count = |of: &Option<String>| waiting.get(&(queue, of.clone())).copied().unwrap_or(0);
            together.iter().map(count).sum::<usize>()
        };
        let before = match queue {
            Queue::Mandatory => queued(Queue::Mandatory),
            Queue::Other => {
                let all = together.iter().filter_map(|of| mandatory.get(of)).sum::<usize>();
                all + queued(Queue::Other)
            }
        };
        let by_quota = match &out.reason {
            LeftOutReason::Quota { of, code, most } => {
                let ahead = kept_out.entry((*of, code.clone())).or_default();
                *ahead += 1;
                (*ahead - 1).checked_div(*most as usize)
            }
            _ => Some(0),
        };
        let by_people = before.checked_div(a_day);
        if let Some((by_people, by_quota)) = by_people.zip(by_quota) {
            let turns = by_people.max(by_quota);
            out.expected = days.after(turns + 1).map(|day| day.to_string());
        }
        *waiting.entry((queue, territory)).or_default() += 1;
    }
}

/// Is a row of those who wait for their turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Queue {
    /// Goes first.
    Mandatory,
    Other,
}

/// Returns the row in which something waits; none for what waits for no turn.
fn queue_of(out: &LeftOut) -> Option<Queue> {
    match &out.reason {
        LeftOutReason::NoTimeLeft { .. } | LeftOutReason::Quota { .. } => Some(Queue::Other),
        // With nothing named nobody could do it on any day.
        LeftOutReason::MandatoryConflict { with, .. } => (!with.is_empty()).then_some(Queue::Mandatory),
        LeftOutReason::NoLawfulEvent { .. }
        | LeftOutReason::NoPosition
        | LeftOutReason::NoInspectorInTerritory
        | LeftOutReason::NoInspectorWithSkill { .. }
        | LeftOutReason::InspectorsExcluded
        | LeftOutReason::NoSecondInspector
        | LeftOutReason::SetAside
        | LeftOutReason::Appointed { .. }
        | LeftOutReason::NeverOpen
        | LeftOutReason::TooFar
        | LeftOutReason::Deferred { .. }
        | LeftOutReason::MandatoryTaskOpen { .. }
        | LeftOutReason::TaskOpen => None,
    }
}

/// Is how much is done a day where.
struct Territories<'a> {
    routes: &'a [Route],
    visits: BTreeMap<Option<String>, usize>,
    /// For a territory that nobody visits today: the pace, and the territories whose queues are one with its own.
    known: BTreeMap<Option<String>, (usize, BTreeSet<Option<String>>)>,
}

impl<'a> Territories<'a> {
    fn of(routes: &'a [Route]) -> Self {
        let mut visits: BTreeMap<Option<String>, usize> = BTreeMap::new();
        for visit in routes.iter().flat_map(|route| &route.visits).filter(|visit| visit.counts()) {
            *visits.entry(visit.candidate.territory.clone()).or_default() += 1;
        }
        Self { routes, visits, known: BTreeMap::new() }
    }

    /// Returns the visits a day that a territory's turn comes by, and whose queues count.
    fn at(&mut self, territory: &Option<String>) -> (usize, BTreeSet<Option<String>>) {
        if let Some(visits) = self.visits.get(territory) {
            return (*visits, BTreeSet::from([territory.clone()]));
        }
        let known = self.known.entry(territory.clone()).or_insert_with(|| {
            let serving = self.routes.iter().filter(|route| serves(route, territory.as_deref()));
            let visits = serving.flat_map(|route| &route.visits).filter(|visit| visit.counts());
            let mut together = BTreeSet::from([territory.clone()]);
            let mut count = 0;
            for visit in visits {
                together.insert(visit.candidate.territory.clone());
                count += 1;
            }
            (count, together)
        });
        known.clone()
    }
}

fn serves(route: &Route, territory: Option<&str>) -> bool {
    let own = &route.inspector.territories;
    own.is_empty() || territory.is_some_and(|code| own.contains(code))
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
