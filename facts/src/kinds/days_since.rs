//! `days_since_last` and `days_since_first`: local days from a dated record to the instant. Missing where there is
//! none.

use crate::datum::Datum;
use crate::records::{Lens, Moment, Pick};
use crate::source_index::UNDATED;

/// Returns days since the latest of the records.
pub(crate) fn last(lenses: &[Lens<'_>], picks: &[Pick], moment: Moment) -> Datum<'static> {
    since(days(lenses, picks).max(), moment)
}

/// Returns days since the earliest of the records.
pub(crate) fn first(lenses: &[Lens<'_>], picks: &[Pick], moment: Moment) -> Datum<'static> {
    since(days(lenses, picks).min(), moment)
}

fn days<'p>(lenses: &'p [Lens<'_>], picks: &'p [Pick]) -> impl Iterator<Item = i32> + 'p {
    let day = |pick: &Pick| lenses.get(pick.part).map(|lens| lens.view.index.day(pick.row));
    picks.iter().filter_map(day).filter(|day| *day != UNDATED)
}

fn since(day: Option<i32>, moment: Moment) -> Datum<'static> {
    day.map_or(Datum::Missing, |day| Datum::Integer(moment.today - i64::from(day)))
}
