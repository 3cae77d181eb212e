//! `mean`: over the known values; missing over none.

use crate::datum::Datum;
use crate::kinds::number::Number;

/// Returns the mean of the known values.
#[expect(clippy::cast_precision_loss, reason = "records of one object are far fewer than 2^53")]
pub(crate) fn evaluate(values: &[Option<Number>]) -> Datum<'static> {
    let known = || values.iter().flatten().map(|value| value.decimal());
    match known().count() {
        0 => Datum::Missing,
        count => Datum::Float(known().sum::<f64>() / count as f64),
    }
}
