//! `count`: how many records. Missing only where the source has not delivered; by default that is a zero too.

use std::collections::BTreeSet;

use dozor_domain::ColumnData;

use crate::datum::Datum;
use crate::formula::datum_of;
use crate::kinds::token::token;
use crate::records::{Lens, Moment, Pick};

/// Gives a count, missing where a source has not delivered.
pub(crate) fn or_undelivered(lenses: &[Lens<'_>], moment: Moment, count: usize) -> Datum<'static> {
    if lenses.iter().all(|lens| lens.view.index.has_delivered(moment.as_of)) {
        Datum::count(count)
    } else {
        Datum::Missing
    }
}

/// Counts records; those that share a known value of `once_per` count once together.
pub(crate) fn count(
    lenses: &[Lens<'_>],
    picks: &[Pick],
    moment: Moment,
    once_per: &[&ColumnData],
) -> Datum<'static> {
    if once_per.is_empty() {
        return or_undelivered(lenses, moment, picks.len());
    }
    let mut seen = BTreeSet::new();
    let mut alone = 0;
    for pick in picks {
        match once_per.get(pick.part).and_then(|column| token(datum_of(column, pick.row))) {
            Some(value) => {
                seen.insert(value);
            }
            None => alone += 1,
        }
    }
    or_undelivered(lenses, moment, seen.len() + alone)
}
