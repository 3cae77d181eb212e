//! `max` and `min`: over the known values; missing over no record, unreadable where no record has a number.

use std::cmp::Ordering;

use crate::datum::Datum;
use crate::kinds::number::{Number, none_of};

/// Returns the largest known value.
pub(crate) fn largest(values: &[Option<Number>]) -> Datum<'static> {
    extreme(values, Ordering::is_gt)
}

/// Returns the smallest known value.
pub(crate) fn smallest(values: &[Option<Number>]) -> Datum<'static> {
    extreme(values, Ordering::is_lt)
}

fn extreme(values: &[Option<Number>], is_better: fn(Ordering) -> bool) -> Datum<'static> {
    let best = values.iter().copied().flatten().reduce(|best, value| {
        let is_new = is_better(value.decimal().total_cmp(&best.decimal()));
        if is_new { value } else { best }
    });
    best.map_or_else(|| none_of(values), Number::datum)
}
