//! Days as plain numbers: the generator adds, compares and prints millions of them.

use std::fmt;

/// Is a civil day, as days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(pub(crate) i32);

impl Day {
    /// Stands for "never": later than any day of a city.
    pub(crate) const NEVER: Self = Self(i32::MAX / 2);

    /// Returns the day `days` later.
    pub(crate) fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Builds a day of the Gregorian calendar (Howard Hinnant's `days_from_civil`).
    pub(crate) fn from_civil(year: i32, month: i32, day: i32) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        Self(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
    }

    /// Returns year, month and day (Howard Hinnant's `civil_from_days`).
    pub(crate) fn civil(self) -> (i32, i32, i32) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400;
        (if month <= 2 { year + 1 } else { year }, month, day)
    }

    /// Tells the working days of a plain week; field work is not planned on the others.
    pub(crate) fn is_weekday(self) -> bool {
        // 1970-01-01 was a Thursday.
        (self.0 + 3).rem_euclid(7) < 5
    }

    /// Returns this day, or the next one from Monday to Friday.
    pub(crate) fn or_next_weekday(self) -> Self {
        let mut day = self;
        while !day.is_weekday() {
            day = day.plus(1);
        }
        day
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_agree_with_the_calendar() {
        for (text, number, weekday) in
            [("1970-01-01", 0, true), ("2024-02-29", 19_782, true), ("2026-11-22", 20_779, false)]
        {
            assert_eq!(Day(number).to_string(), text);
            assert_eq!(Day(number).is_weekday(), weekday, "{text}");
            let (year, month, day) = Day(number).civil();
            assert_eq!(Day::from_civil(year, month, day), Day(number));
        }
        assert_eq!(Day(20_779).or_next_weekday(), Day(20_780));
    }
}
