//! `mean`: over the known values; missing over no record, unreadable where no record has a number.

use crate::datum::Datum;
use crate::kinds::number::{Number, none_of};

/// Returns the mean of the known values.
#[expect(clippy::cast_precision_loss, reason = "records of one object are far fewer than 2^53")]
pub(crate) fn evaluate(values: &[Option<Number>]) -> Datum<'static> {
    let known = || values.iter().flatten().map(|value| value.decimal());
    match known().count() {
        0 => none_of(values),
        count => Datum::Float(known().sum::<f64>() / count as f64),
    }
}
