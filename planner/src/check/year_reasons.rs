//! The truth of what a long-range plan says of visits that are not in time.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::ViolationCode;
use super::year::Checker;
use super::year_law::{Duty, apart, lightest_on};
use crate::{MissReason, MissedVisit, YearTiming};

impl Checker<'_> {
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
    fn truth(&self, one: &MissedVisit, duty: &Duty<'_>, left: &[(Vec<i64>, i64)]) -> Option<String> {
        let days = one.due.series(1.day()).take_while(|day| *day <= one.until.min(self.plan.to));
        let lawful: Vec<Date> =
            days.filter(|day| lightest_on(duty, self.pack, *day, self.plan.from).is_some()).collect();
        let first = lawful.first().copied();
        let able = first.and_then(|day| self.able(duty, day));
        let expected = match (&able, duty.object.is_placed) {
            (None, _) => {
                return (!matches!(one.reason, MissReason::NotLawful { .. }))
                    .then(|| "nothing is lawful".to_owned());
            }
            (Some(_), false) => MissReason::NoPosition,
            (Some((crews, _)), true) if crews.is_empty() => MissReason::NoInspector,
            (Some(_), true) => MissReason::NoTime,
        };
        if one.reason != expected {
            return Some(format!("{expected:?} is true"));
        }
        if expected != MissReason::NoTime {
            return None;
        }
        self.fits(one, duty, &lawful, left).map(|week| format!("week {week} has time for it"))
    }

    /// Returns a week in which a visit of which it is said that nobody has time would fit.
    fn fits(
        &self,
        one: &MissedVisit,
        duty: &Duty<'_>,
        lawful: &[Date],
        left: &[(Vec<i64>, i64)],
    ) -> Option<usize> {
        let period = (self.plan.from, self.plan.to);
        let mine = self.plan.visits.iter().filter(|visit| visit.object == one.object);
        let before = mine.clone().rfind(|visit| visit.number < one.number);
        let earliest = before.map(|visit| {
            visit.day.saturating_add(Span::new().days(apart(duty, self.pack, visit.due, period)))
        });
        // From the week in which the next one is due, that one is waited for instead.
        let next = one.due.saturating_add(Span::new().days(apart(duty, self.pack, one.due, period)));
        let made =
            self.plan.visits.iter().find(|visit| (visit.object, visit.number) == (one.object, one.number));
        self.plan.weeks.iter().enumerate().position(|(place, week)| {
            let in_week = |day: &&Date| {
                week.first <= **day && **day <= week.last && earliest.is_none_or(|from| **day >= from)
            };
            let Some(day) = lawful.iter().find(in_week) else { return false };
            if week.last >= next || made.is_some_and(|made| made.week as usize <= place) {
                return false;
            }
            let (Some((crews, minutes)), Some((have, visits))) = (self.able(duty, *day), left.get(place))
            else {
                return false;
            };
            let have: i64 = crews.iter().filter_map(|crew| have.get(*crew as usize)).sum();
            have >= i64::from(minutes) && *visits > 0
        })
    }
}
