//! Dates as day numbers (days since 1970-01-01), as facts hold them, and working days of the pack's calendar.

use dozor_domain::{WorkCalendar, day_number};
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Farther than this no term of an authority reaches; counting day by day would take long.
const MOST_WORKING_DAYS: i64 = 5_000;
/// Days between two dates whose working days are counted one by one.
const MOST_DAYS_BETWEEN: i64 = 20_000;

/// Reads a date written as `YYYY-MM-DD`.
pub(crate) fn day(text: &str) -> Option<i64> {
    text.parse::<Date>().ok().map(day_number)
}

fn date(day: i64) -> Option<Date> {
    Date::new(1970, 1, 1).ok()?.checked_add(i32::try_from(day).ok()?.days()).ok()
}

pub(crate) fn year(day: i64) -> Option<i64> {
    date(day).map(|date| i64::from(date.year()))
}

pub(crate) fn month(day: i64) -> Option<i64> {
    date(day).map(|date| i64::from(date.month()))
}

pub(crate) fn day_of_month(day: i64) -> Option<i64> {
    date(day).map(|date| i64::from(date.day()))
}

/// Returns 1 for Monday to 7 for Sunday.
pub(crate) fn weekday(day: i64) -> Option<i64> {
    date(day).map(|date| i64::from(date.weekday().to_monday_one_offset()))
}

/// Returns the day so many months later; the last of the month where the month is shorter.
pub(crate) fn add_months(day: i64, months: i64) -> Option<i64> {
    let span = i32::try_from(months).ok().filter(|months| months.abs() <= 12_000)?;
    date(day)?.checked_add(span.months()).ok().map(day_number)
}

pub(crate) fn is_working_day(calendar: &WorkCalendar, day: i64) -> Option<bool> {
    date(day).map(|date| calendar.is_working(date))
}

/// Returns the day that is so many working days after the day; the day itself is not counted.
pub(crate) fn add_working_days(calendar: &WorkCalendar, day: i64, count: i64) -> Option<i64> {
    let count = u32::try_from(count).ok().filter(|count| i64::from(*count) <= MOST_WORKING_DAYS)?;
    calendar.plus_working_days(date(day)?, count).map(day_number)
}

/// Counts the working days after `from` up to and with `to`; negative where `to` lies before.
pub(crate) fn working_days_between(calendar: &WorkCalendar, from: i64, to: i64) -> Option<i64> {
    let (first, last, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
    if last.checked_sub(first)? > MOST_DAYS_BETWEEN {
        return None;
    }
    let mut count = 0;
    let mut at = date(first)?;
    for _ in first..last {
        at = at.tomorrow().ok()?;
        count += i64::from(calendar.is_working(at));
    }
    Some(sign * count)
}
