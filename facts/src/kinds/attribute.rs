//! `attribute`: a field of the latest record. The latest record decides: where it does not say, an older one is
//! not asked (a lease without an end has none, whatever the lease before it said).

use crate::datum::Datum;
use crate::definition::Transform;
use crate::records::{Lens, Moment, Pick};

const DAY_MICROS: i64 = 86_400_000_000;

/// Takes the value of the latest record of the first source that has one.
pub(crate) fn evaluate<'v>(
    lenses: &mut [Lens<'v>],
    picks: &[Pick],
    moment: Moment,
    transform: Option<Transform>,
) -> Datum<'v> {
    let Some(first) = picks.first().map(|pick| pick.part) else { return Datum::Missing };
    let Some(lens) = lenses.get_mut(first) else { return Datum::Missing };
    let columns = lens.view.index.columns;
    let latest = picks
        .iter()
        .filter(|pick| pick.part == first)
        .map(|pick| pick.row)
        .max_by_key(|&row| (columns.happened_at[row], columns.ids[row]));
    let Some(row) = latest else { return Datum::Missing };
    match (lens.value(row, moment), transform) {
        (value, None) => value,
        (Datum::Integer(date), Some(transform)) => Datum::Integer(days(date, moment, transform)),
        (_, Some(_)) => Datum::Missing,
    }
}

/// A date is a day number below some millions, an instant is microseconds; both count in days.
fn days(date: i64, moment: Moment, transform: Transform) -> i64 {
    const FARTHEST_DAY: i64 = 100_000_000;
    let since = if date.abs() < FARTHEST_DAY {
        moment.today - date
    } else {
        moment.as_of.saturating_sub(date).div_euclid(DAY_MICROS)
    };
    match transform {
        Transform::DaysSince => since,
        Transform::DaysUntil => -since,
    }
}
