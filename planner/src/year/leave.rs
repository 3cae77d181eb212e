//! How much of each month's time leave takes. Nobody knows in autumn who goes when: a pack says how many working days a
//! person takes a year, and how they lie over the months.

use dozor_domain::WorkCalendar;
use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::LongRange;

/// Returns the thousandths of a month's working time that leave takes, rounded up: of everybody together, so that crews
/// of any size lose the same share. Never more than all.
pub(super) fn leave_permille(month: Date, settings: &LongRange, calendar: &WorkCalendar) -> u32 {
    if settings.leave_days == 0 {
        return 0;
    }
    let working: Vec<u64> =
        (1..=12_i8).map(|number| working_days(date(month.year(), number, 1), calendar)).collect();
    let parts: Vec<u64> = match settings.leave_months {
        Some(months) => months.iter().map(|parts| u64::from(*parts)).collect(),
        None => working.clone(),
    };
    let place = usize::from(month.month().unsigned_abs()).saturating_sub(1);
    let (Some(days), Some(part)) = (working.get(place), parts.get(place)) else { return 0 };
    let taken = 1_000 * u64::from(settings.leave_days) * part;
    let permille = taken.div_ceil((parts.iter().sum::<u64>() * days).max(1));
    permille.min(1_000) as u32
}

/// Counts the working days of a month.
fn working_days(first: Date, calendar: &WorkCalendar) -> u64 {
    let days = first.series(1.day()).take_while(|day| day.month() == first.month());
    days.filter(|day| calendar.is_working(*day)).count() as u64
}
