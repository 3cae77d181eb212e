//! `max` and `min`: missing over no record; unreadable where one value cannot be read, for over the others it would be a
//! bound only. A catalogue that means the bound says `unknown = "skip"`: then unreadable where no record has a number.

use std::cmp::Ordering;

use crate::datum::Datum;
use crate::definition::UnknownPart;
use crate::kinds::number::{Number, none_of};

/// Returns the largest value.
pub(crate) fn largest(values: &[Option<Number>], unknown: UnknownPart) -> Datum<'static> {
    extreme(values, unknown, Ordering::is_gt)
}

/// Returns the smallest value.
pub(crate) fn smallest(values: &[Option<Number>], unknown: UnknownPart) -> Datum<'static> {
    extreme(values, unknown, Ordering::is_lt)
}

fn extreme(
    values: &[Option<Number>],
    unknown: UnknownPart,
    is_better: fn(Ordering) -> bool,
) -> Datum<'static> {
    if unknown == UnknownPart::Unknown && values.iter().any(Option::is_none) {
        return Datum::Unreadable;
    }
    let best = values.iter().copied().flatten().reduce(|best, value| {
        let is_new = is_better(value.decimal().total_cmp(&best.decimal()));
        if is_new { value } else { best }
    });
    best.map_or_else(|| none_of(values), Number::datum)
}
