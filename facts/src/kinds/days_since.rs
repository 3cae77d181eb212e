//! `days_since_last`: local days from the last dated record to the instant. Missing where there is none.

use crate::datum::Datum;
use crate::records::{Lens, Moment, Pick};
use crate::source_index::UNDATED;

/// Returns days since the latest of the records.
pub(crate) fn evaluate(lenses: &[Lens<'_>], picks: &[Pick], moment: Moment) -> Datum<'static> {
    let day = |pick: &Pick| lenses.get(pick.part).map(|lens| lens.view.index.day(pick.row));
    match picks.iter().filter_map(day).filter(|day| *day != UNDATED).max() {
        Some(last) => Datum::Integer(moment.today - i64::from(last)),
        None => Datum::Missing,
    }
}
