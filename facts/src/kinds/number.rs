//! Numbers of records, and what is made of several: shared by the facts of one object and those of neighbours.

use crate::datum::Datum;
use crate::records::{Lens, Moment, Pick};

/// Is a whole or a decimal number.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Whole(i64),
    Decimal(f64),
}

/// Takes a known number; anything else is none.
pub(crate) fn number(value: Datum<'_>) -> Option<Number> {
    match value {
        Datum::Integer(whole) => Some(Number::Whole(whole)),
        Datum::Float(decimal) => Some(Number::Decimal(decimal)),
        Datum::Missing | Datum::Unreadable | Datum::Boolean(_) | Datum::Text(_) | Datum::Codes(_) => None,
    }
}

impl Number {
    #[expect(clippy::cast_precision_loss, reason = "counts, days and areas are far below 2^53")]
    pub(crate) fn decimal(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Decimal(decimal) => decimal,
        }
    }
    pub(crate) fn datum(self) -> Datum<'static> {
        match self {
            Self::Whole(whole) => Datum::Integer(whole),
            Self::Decimal(decimal) => Datum::Float(decimal),
        }
    }
}

/// Stands for the value of a statistic that has none: over no record it is missing, over records without a number
/// unreadable.
pub(crate) fn none_of(values: &[Option<Number>]) -> Datum<'static> {
    if values.is_empty() { Datum::Missing } else { Datum::Unreadable }
}

/// Takes the value of each record, `None` where it is not known.
pub(crate) fn values(lenses: &mut [Lens<'_>], picks: &[Pick], moment: Moment) -> Vec<Option<Number>> {
    let value = |pick: &Pick| number(lenses.get_mut(pick.part)?.value(pick.row, moment));
    picks.iter().map(value).collect()
}
