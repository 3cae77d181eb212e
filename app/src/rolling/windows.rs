//! The windows of a rolling evaluation: months, quarters or years in a row, each with the instant until which its
//! models may learn.

use dozor_domain::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;

/// Is how long a window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowLength {
    /// A month.
    Month,
    /// Three months.
    Quarter,
    /// Twelve months.
    Year,
}

/// Is one window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its name: `2013-Q1`, or its first day.
    pub name: String,
    /// Outcomes known by this instant may teach.
    pub train_until: Timestamp,
    /// First instant of the measured outcomes.
    pub from: Timestamp,
    /// First instant after them.
    pub until: Timestamp,
}

impl WindowLength {
    fn months(self) -> i8 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }

    fn name(self, first: Date) -> String {
        let (year, month) = (first.year(), first.month());
        match self {
            Self::Quarter if first.day() == 1 && month % 3 == 1 => format!("{year}-Q{}", (month + 2) / 3),
            Self::Month if first.day() == 1 => format!("{year}-{month:02}"),
            Self::Month | Self::Quarter | Self::Year => first.to_string(),
        }
    }
}

impl Dozor {
    /// Cuts the days `from..=to` into windows; before each lies a gap of `gap_days` whose outcomes neither teach nor
    /// are measured with that window.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`]; [`AppError::WindowsEmpty`] where `to` lies before `from`.
    pub fn windows(
        &self,
        (from, to): (&str, &str),
        length: WindowLength,
        gap_days: u32,
    ) -> Result<Vec<Window>, AppError> {
        let (first, last) = (self.day(from)?, self.day(to)?);
        let instant = |day: Date| {
            let zone = &self.methodology.manifest.zone;
            zone.start_of_day(day).ok_or_else(|| AppError::DateInvalid { text: day.to_string() })
        };
        let invalid = |_| AppError::DateInvalid { text: to.to_owned() };
        let end = last.tomorrow().map_err(invalid)?;
        let mut windows = Vec::new();
        let mut start = first;
        while start < end {
            let next = start.checked_add(length.months().months()).map_err(invalid)?.min(end);
            let starts_at = instant(start)?;
            windows.push(Window {
                name: length.name(start),
                train_until: starts_at.plus_days(-i64::from(gap_days)),
                from: starts_at,
                until: instant(next)?,
            });
            start = next;
        }
        match windows.is_empty() {
            true => Err(AppError::WindowsEmpty { from: from.to_owned(), to: to.to_owned() }),
            false => Ok(windows),
        }
    }

    /// Returns the one window of an evaluation that is not rolling.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`]; [`AppError::WindowsEmpty`] where `to` lies before `from`,
    /// [`AppError::TrainOverlaps`] where outcomes that are measured could teach.
    pub fn one_window(&self, train_until: Timestamp, (from, to): (&str, &str)) -> Result<Window, AppError> {
        let name = format!("{from} … {to}");
        let window = Window { name, train_until, from: self.instant(from)?, until: self.end_of_day(to)? };
        if window.from >= window.until {
            return Err(AppError::WindowsEmpty { from: from.to_owned(), to: to.to_owned() });
        }
        if train_until > window.from {
            let train_until = train_until.to_string();
            return Err(AppError::TrainOverlaps { train_until, from: window.from.to_string() });
        }
        Ok(window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_and_months_have_names_and_other_spans_their_first_day() {
        let day = |month, day| Date::constant(2012, month, day);
        assert_eq!(WindowLength::Quarter.name(day(7, 1)), "2012-Q3");
        assert_eq!(WindowLength::Quarter.name(day(10, 1)), "2012-Q4");
        assert_eq!(WindowLength::Quarter.name(day(8, 1)), "2012-08-01");
        assert_eq!(WindowLength::Month.name(day(8, 1)), "2012-08");
        assert_eq!(WindowLength::Year.name(day(1, 1)), "2012-01-01");
    }
}
