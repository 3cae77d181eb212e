//! `distinct_count`: how many different values. Missing as a `count`.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::ColumnData;

use crate::datum::Datum;
use crate::formula::datum_of;
use crate::kinds::count::or_undelivered;
use crate::kinds::token::{Token, token};
use crate::records::{Lens, Moment, Pick};

/// Counts distinct known values; with groups, the largest count of a group.
pub(crate) fn evaluate<'v>(
    lenses: &mut [Lens<'v>],
    picks: &[Pick],
    moment: Moment,
    groups: &[&ColumnData],
) -> Datum<'static> {
    let mut seen: BTreeMap<Option<Token<'_>>, BTreeSet<Token<'v>>> = BTreeMap::new();
    for pick in picks {
        let group = match groups.get(pick.part) {
            None => None,
            Some(column) => match token(datum_of(column, pick.row)) {
                None => continue,
                known => known,
            },
        };
        let value = lenses.get_mut(pick.part).map_or(Datum::Missing, |lens| lens.value(pick.row, moment));
        if let Some(value) = token(value) {
            seen.entry(group).or_default().insert(value);
        }
    }
    or_undelivered(lenses, moment, seen.values().map(BTreeSet::len).max().unwrap_or(0))
}
