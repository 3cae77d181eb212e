//! `sum`: a sum over no record of a register that has delivered is 0; a sum with an unknown part is unknown.

use crate::datum::Datum;
use crate::kinds::number::Number;

/// Adds values in their order; whole numbers stay whole.
pub(crate) fn evaluate(values: &[Option<Number>], has_delivered: bool) -> Datum<'static> {
    if values.is_empty() {
        return if has_delivered { Datum::Integer(0) } else { Datum::Missing };
    }
    let Some(known) = values.iter().copied().collect::<Option<Vec<Number>>>() else {
        return Datum::Unreadable;
    };
    let whole = known.iter().try_fold(0_i64, |total, value| match value {
        Number::Whole(whole) => Some(total.saturating_add(*whole)),
        Number::Decimal(_) => None,
    });
    whole.map_or_else(|| Datum::Float(known.iter().map(|value| value.decimal()).sum()), Datum::Integer)
}
