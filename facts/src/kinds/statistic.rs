//! `sum`, `max`, `min`, `mean` of a value. A sum over no records of a register that has delivered is 0, and a sum
//! with an unknown part is unknown; the others pass unknown values over and are missing over none.

use crate::datum::Datum;
use crate::plan::PerObject;
use crate::records::{Lens, Moment, Pick};

/// Returns the statistic that `how` names.
pub(crate) fn evaluate(
    lenses: &mut [Lens<'_>],
    picks: &[Pick],
    moment: Moment,
    how: &PerObject,
) -> Datum<'static> {
    let mut values = Vec::with_capacity(picks.len());
    for pick in picks {
        let value = lenses.get_mut(pick.part).map_or(Datum::Missing, |lens| lens.value(pick.row, moment));
        match (value, how) {
            (known @ (Datum::Integer(_) | Datum::Float(_)), _) => values.push(number(known)),
            (_, PerObject::Sum) => return Datum::Missing,
            _ => {}
        }
    }
    match how {
        PerObject::Sum if picks.is_empty() => {
            let has_delivered = lenses.iter().all(|lens| lens.view.index.has_delivered(moment.as_of));
            if has_delivered { Datum::Integer(0) } else { Datum::Missing }
        }
        PerObject::Sum => sum(&values),
        PerObject::Max => extreme(&values, std::cmp::Ordering::is_gt),
        PerObject::Min => extreme(&values, std::cmp::Ordering::is_lt),
        PerObject::Mean => mean(&values),
        PerObject::Attribute(_)
        | PerObject::Exists
        | PerObject::Count { .. }
        | PerObject::DistinctCount { .. }
        | PerObject::Share
        | PerObject::Difference { .. }
        | PerObject::DaysSinceLast => Datum::Missing,
    }
}

/// Is a whole or a decimal number.
#[derive(Clone, Copy, Debug)]
enum Number {
    Whole(i64),
    Decimal(f64),
}

fn number(value: Datum<'_>) -> Number {
    match value {
        Datum::Integer(whole) => Number::Whole(whole),
        Datum::Float(decimal) => Number::Decimal(decimal),
        Datum::Missing | Datum::Boolean(_) | Datum::Text(_) | Datum::Codes(_) => Number::Decimal(f64::NAN),
    }
}

impl Number {
    #[expect(clippy::cast_precision_loss, reason = "counts, days and areas are far below 2^53")]
    fn decimal(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Decimal(decimal) => decimal,
        }
    }
    fn datum(self) -> Datum<'static> {
        match self {
            Self::Whole(whole) => Datum::Integer(whole),
            Self::Decimal(decimal) => Datum::Float(decimal),
        }
    }
}

fn sum(values: &[Number]) -> Datum<'static> {
    let whole = values.iter().try_fold(0_i64, |total, value| match value {
        Number::Whole(whole) => Some(total.saturating_add(*whole)),
        Number::Decimal(_) => None,
    });
    whole.map_or_else(|| Datum::Float(values.iter().map(|value| value.decimal()).sum()), Datum::Integer)
}

fn extreme(values: &[Number], is_better: fn(std::cmp::Ordering) -> bool) -> Datum<'static> {
    let best = values.iter().copied().reduce(|best, value| {
        let is_new = is_better(value.decimal().total_cmp(&best.decimal()));
        if is_new { value } else { best }
    });
    best.map_or(Datum::Missing, Number::datum)
}

#[expect(clippy::cast_precision_loss, reason = "records of one object are far fewer than 2^53")]
fn mean(values: &[Number]) -> Datum<'static> {
    if values.is_empty() {
        return Datum::Missing;
    }
    Datum::Float(values.iter().map(|value| value.decimal()).sum::<f64>() / values.len() as f64)
}
