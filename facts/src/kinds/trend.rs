//! `trend`: how a value or the number of records changes. With a value, the slope of the least-squares line through
//! the known values of dated records, in units a year; missing where they lie on fewer than two days. Without one,
//! the number of records in the last `window_days` less that in as many days before; missing where the source had not
//! delivered by the instant.

use crate::datum::Datum;
use crate::kinds::count::or_undelivered;
use crate::kinds::number;
use crate::records::{Lens, Moment, Pick};
use crate::source_index::UNDATED;

/// A year of the Gregorian calendar has so many days on the average.
const DAYS_A_YEAR: f64 = 365.2425;

/// Returns the slope of the values in units a year. Days count from the instant, so that they stay small.
#[expect(clippy::cast_precision_loss, reason = "days and records are far fewer than 2^53")]
pub(crate) fn slope(lenses: &mut [Lens<'_>], picks: &[Pick], moment: Moment) -> Datum<'static> {
    let values = number::values(lenses, picks, moment);
    let points: Vec<(f64, f64)> = picks
        .iter()
        .zip(values)
        .filter_map(|(pick, value)| {
            let day = lenses.get(pick.part).map(|lens| lens.view.index.day(pick.row));
            let day = day.filter(|day| *day != UNDATED)?;
            Some(((i64::from(day) - moment.today) as f64, value?.decimal()))
        })
        .collect();
    let count = points.len() as f64;
    let mean_day = points.iter().map(|(day, _)| day).sum::<f64>() / count;
    let mean_value = points.iter().map(|(_, value)| value).sum::<f64>() / count;
    let spread: f64 = points.iter().map(|(day, _)| (day - mean_day) * (day - mean_day)).sum();
    let together: f64 = points.iter().map(|(day, value)| (day - mean_day) * (value - mean_value)).sum();
    let has_two_days = points.iter().any(|(day, _)| points.first().is_some_and(|(first, _)| first != day));
    if has_two_days { Datum::Float(together / spread * DAYS_A_YEAR) } else { Datum::Missing }
}

/// Returns the number of records in the last days, less that in as many days before.
pub(crate) fn change(lenses: &[Lens<'_>], picks: &[Pick], moment: Moment, days: u32) -> Datum<'static> {
    let first = moment.today - i64::from(days);
    let is_late = |pick: &&Pick| {
        lenses.get(pick.part).is_some_and(|lens| i64::from(lens.view.index.day(pick.row)) >= first)
    };
    let late = picks.iter().filter(is_late).count();
    match (or_undelivered(lenses, moment, late), or_undelivered(lenses, moment, picks.len() - late)) {
        (Datum::Integer(now), Datum::Integer(before)) => Datum::Integer(now - before),
        _ => Datum::Missing,
    }
}
