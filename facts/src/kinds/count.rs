//! `count` and `distinct_count`. Missing only where the source has not delivered; by default that is a zero too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dozor_domain::ColumnData;

use crate::datum::Datum;
use crate::formula::datum_of;
use crate::records::{Lens, Moment, Pick};

/// Is a value that can be told from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Token<'a> {
    Boolean(bool),
    Integer(i64),
    Float(u64),
    Text(&'a str),
    Codes(&'a [Arc<str>]),
}

fn token(value: Datum<'_>) -> Option<Token<'_>> {
    match value {
        Datum::Missing => None,
        Datum::Boolean(flag) => Some(Token::Boolean(flag)),
        Datum::Integer(number) => Some(Token::Integer(number)),
        Datum::Float(number) => Some(Token::Float(number.to_bits())),
        Datum::Text(text) => Some(Token::Text(text)),
        Datum::Codes(codes) => Some(Token::Codes(codes)),
    }
}

fn or_undelivered(lenses: &[Lens<'_>], moment: Moment, count: usize) -> Datum<'static> {
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

/// Counts distinct known values; with groups, the largest count of a group.
pub(crate) fn distinct<'v>(
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
