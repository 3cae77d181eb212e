//! The working-day calendar of a pack: legal terms count days of this calendar, not of the machine.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};

/// Tells working days from days off. Built from `pack.toml`.
#[derive(Clone, Debug, Default)]
pub struct WorkCalendar {
    /// Years whose days off are known; none = there are none but the weekends, in any year.
    years: BTreeSet<i16>,
    holidays: BTreeSet<Date>,
    working_weekends: BTreeSet<Date>,
}

impl WorkCalendar {
    /// Builds a calendar from the years that it covers, official holidays and weekend days that were made working days.
    pub fn new(
        years: impl IntoIterator<Item = i16>,
        holidays: impl IntoIterator<Item = Date>,
        working_weekends: impl IntoIterator<Item = Date>,
    ) -> Self {
        Self {
            years: years.into_iter().collect(),
            holidays: holidays.into_iter().collect(),
            working_weekends: working_weekends.into_iter().collect(),
        }
    }

    /// Tells whether the days off of the day's year are known; where they are not, [`Self::is_working`] is a guess.
    pub fn covers(&self, day: Date) -> bool {
        self.years.is_empty() || self.years.contains(&day.year())
    }

    /// Tells whether `day` is a working day.
    pub fn is_working(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        (!weekend || self.working_weekends.contains(&day)) && !self.holidays.contains(&day)
    }

    /// Returns the first working day at or after `day`; none past the calendar's representable range.
    pub fn next_working(&self, day: Date) -> Option<Date> {
        let mut day = day;
        while !self.is_working(day) {
            day = day.tomorrow().ok()?;
        }
        Some(day)
    }

    /// Returns the day that is `count` working days after `day` (the day itself is not counted).
    pub fn plus_working_days(&self, day: Date, count: u32) -> Option<Date> {
        let mut day = day;
        for _ in 0..count {
            day = self.next_working(day.tomorrow().ok()?)?;
        }
        Some(day)
    }

    /// Returns how many working days there are after `day`, up to `last` and with it.
    pub fn working_days_after(&self, day: Date, last: Date) -> u32 {
        let mut count = 0;
        let mut next = day.tomorrow().ok();
        while let Some(one) = next.filter(|one| *one <= last) {
            count += u32::from(self.is_working(one));
            next = one.tomorrow().ok();
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn five_working_days_step_over_weekend_and_holiday() {
        let calendar = WorkCalendar::new([2026], [date(2026, 11, 4)], [date(2026, 11, 7)]);
        assert!(!calendar.is_working(date(2026, 11, 4)));
        assert!(calendar.is_working(date(2026, 11, 7)));
        assert_eq!(calendar.plus_working_days(date(2026, 11, 2), 5), Some(date(2026, 11, 9)));
        assert!(calendar.covers(date(2026, 12, 31)) && !calendar.covers(date(2027, 1, 1)));
    }
}
