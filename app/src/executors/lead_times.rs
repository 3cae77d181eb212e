//! How long a stage takes, by median and 90th percentile: in working days of the pack's calendar, as terms count them, or in
//! minutes.

use std::collections::BTreeMap;

use dozor_domain::WorkCalendar;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

/// Numbers the working days of a span, so that two days are a subtraction apart.
#[derive(Clone, Debug)]
pub(crate) struct WorkingDays {
    first: Date,
    /// Working days from the first day up to and with each day.
    until: Vec<u32>,
}

impl WorkingDays {
    /// Numbers the days from `first` to `last`, both with.
    pub(crate) fn new(calendar: &WorkCalendar, first: Date, last: Date) -> Self {
        let days = first.series(1.day()).take_while(|day| *day <= last);
        let until = days.scan(0, |count, day| {
            *count += u32::from(calendar.is_working(day));
            Some(*count)
        });
        Self { first, until: until.collect() }
    }

    /// Returns the working days after `from` up to and with `to`; none where a day is outside the span, or the second
    /// one is earlier.
    pub(crate) fn between(&self, from: Date, to: Date) -> Option<u32> {
        if to < from {
            return None;
        }
        Some(self.up_to(to)? - self.up_to(from)?)
    }

    fn up_to(&self, day: Date) -> Option<u32> {
        let place = self.first.until((jiff::Unit::Day, day)).ok()?.get_days();
        self.until.get(usize::try_from(place).ok()?).copied()
    }
}

/// Is how long something took, in the unit of what was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeadTimes {
    /// How often it was measured.
    pub count: usize,
    /// Half of them took no longer.
    pub median: u32,
    /// Nine in ten took no longer.
    pub p90: u32,
}

/// Counts lengths in whole units.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lengths(BTreeMap<u32, usize>);

impl Lengths {
    pub(crate) fn add(&mut self, length: u32) {
        *self.0.entry(length).or_insert(0) += 1;
    }

    /// Returns the figures by the nearest rank; none where nothing was measured.
    pub(crate) fn figures(&self) -> Option<LeadTimes> {
        let count = self.0.values().sum();
        Some(LeadTimes { count, median: self.rank(count, 50)?, p90: self.rank(count, 90)? })
    }

    /// Returns the smallest length that so many in a hundred do not exceed.
    fn rank(&self, count: usize, per_cent: usize) -> Option<u32> {
        let wanted = (count * per_cent).div_ceil(100);
        let mut seen = 0;
        let reached = self.0.iter().find(|(_, times)| {
            seen += **times;
            seen >= wanted
        });
        reached.map(|(length, _)| *length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn lengths_are_working_days_and_ranks_are_the_nearest() {
        let calendar = WorkCalendar::new([2026], [date(2026, 11, 4)], []);
        let days = WorkingDays::new(&calendar, date(2026, 11, 1), date(2026, 11, 30));
        // Monday to the Monday after: Tuesday, Thursday, Friday and Monday; Wednesday is a holiday.
        assert_eq!(days.between(date(2026, 11, 2), date(2026, 11, 9)), Some(4));
        assert_eq!(days.between(date(2026, 11, 6), date(2026, 11, 8)), Some(0), "a weekend");
        assert_eq!(days.between(date(2026, 11, 9), date(2026, 11, 2)), None);
        assert_eq!(days.between(date(2026, 10, 31), date(2026, 11, 2)), None, "outside the span");

        let mut lengths = Lengths::default();
        assert_eq!(lengths.figures(), None);
        [9, 1, 1, 2, 3, 3, 3, 4, 5, 30].into_iter().for_each(|one| lengths.add(one));
        assert_eq!(lengths.figures(), Some(LeadTimes { count: 10, median: 3, p90: 9 }));
    }
}
