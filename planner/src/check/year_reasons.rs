//! The truth of what a long-range plan says of visits that are not in time.

use std::collections::BTreeSet;

use jiff::Span;
use jiff::civil::Date;

use super::ViolationCode;
use super::year::Checker;
use super::year_law::{Duty, apart, group_allows};
use crate::{MissReason, MissedVisit, YearTiming};

impl<'a> Checker<'a> {
    /// Every reason of a visit that is not in time is true.
    pub(super) fn reasons(&mut self) {
        let left = self.left();
        let late: BTreeSet<(u32, u32)> = self.plan.late.iter().map(|one| (one.object, one.number)).collect();
        let made = self.plan.visits.iter().filter(|visit| visit.timing == YearTiming::Late);
        if made.map(|one| (one.object, one.number)).collect::<BTreeSet<_>>() != late {
            self.note(ViolationCode::Reason, "", "not every late visit is told as late".to_owned());
        }
        for one in self.plan.missed.iter().chain(&self.plan.late) {
            let Some((object, ground)) = self.object(one.object) else { continue };
            let truth = self.truth(one, &Duty { object, ground }, &left);
            if let Some(problem) = truth {
                self.note(
                    ViolationCode::Reason,
                    &object.object.to_string(),
                    format!("{:?}: {problem}", one.reason),
                );
            }
        }
        for one in self.plan.carried.iter().filter(|one| one.until <= self.plan.to) {
            self.note(ViolationCode::Reason, "", format!("the window of {one:?} ends in the period"));
        }
    }

    /// Returns what is wrong with the reason of a visit that is not in time.
    fn truth(&self, one: &MissedVisit, duty: &Duty<'a>, left: &[(Vec<i64>, i64)]) -> Option<String> {
        let lawful = self.lawful(one, duty);
        let first = lawful.first().copied();
        let able = first.and_then(|day| self.able(duty, day));
        let expected = match (&able, duty.object.is_placed) {
            (None, _) => {
                return (!matches!(one.reason, MissReason::NotLawful { .. }))
                    .then(|| "nothing is lawful".to_owned());
            }
            (Some(_), false) => MissReason::NoPosition,
            (Some((reach, _)), true) if reach.crews.is_empty() => MissReason::NoInspector,
            (Some((reach, _)), true) if first.is_some_and(|day| !self.hands.are_attested(reach, day)) => {
                MissReason::NotAttested
            }
            (Some(_), true) => MissReason::NoTime,
        };
        if one.reason != expected {
            return Some(format!("{expected:?} is true"));
        }
        // Attestations only end: whom the first day finds without one no later day finds with one.
        if expected != MissReason::NoTime {
            return None;
        }
        self.fits(one, duty, &lawful, left).map(|week| format!("week {week} has time for it"))
    }

    /// Returns the days of a window on which something is lawful.
    fn lawful(&self, one: &MissedVisit, duty: &Duty<'a>) -> Vec<Date> {
        let lines = self.book.lines(duty).iter();
        let days = self.book.days.iter().copied().zip(lines).skip(self.book.place_of(one.due).unwrap_or(0));
        let window = days.take_while(|(day, _)| *day <= one.until);
        let lawful = window.filter(|(day, line)| line.is_some() && group_allows(duty, self.pack, *day));
        lawful.map(|(day, _)| day).collect()
    }

    /// Returns a week in which a visit of which it is said that nobody has time would fit.
    fn fits(
        &self,
        one: &MissedVisit,
        duty: &Duty<'a>,
        lawful: &[Date],
        left: &[(Vec<i64>, i64)],
    ) -> Option<usize> {
        // The visits stand by object and number, or a violation says that they do not.
        let visits = &self.plan.visits;
        let place = visits.partition_point(|visit| (visit.object, visit.number) < (one.object, one.number));
        let before = place.checked_sub(1).and_then(|place| visits.get(place));
        let earliest = before
            .filter(|visit| visit.object == one.object)
            .map(|visit| visit.day.saturating_add(Span::new().days(apart(duty, &self.book, visit.due))));
        let made = visits.get(place).filter(|visit| (visit.object, visit.number) == (one.object, one.number));
        // From the week in which the next one is due, that one is waited for instead.
        let next = one.due.saturating_add(Span::new().days(apart(duty, &self.book, one.due)));
        let mut days = lawful.iter().filter(|day| earliest.is_none_or(|from| **day >= from)).peekable();
        while let Some(day) = days.next() {
            let place = self.plan.weeks.partition_point(|week| week.last < *day);
            let week = self.plan.weeks.get(place)?;
            if week.last >= next || made.is_some_and(|made| made.week as usize <= place) {
                return None;
            }
            if self.has_room((duty, *day), left.get(place)?) {
                return Some(place);
            }
            while days.next_if(|day| **day <= week.last).is_some() {}
        }
        None
    }

    /// Tells whether what is left of a week is enough for a visit.
    fn has_room(&self, (duty, day): (&Duty<'a>, Date), (have, visits): &(Vec<i64>, i64)) -> bool {
        let Some((reach, minutes)) = self.able(duty, day) else { return false };
        if !self.hands.are_attested(reach, day) {
            return false;
        }
        let have: i64 = reach.crews.iter().filter_map(|crew| have.get(*crew as usize)).sum();
        have >= i64::from(minutes) && *visits > 0
    }
}
