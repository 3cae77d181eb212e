//! One computed value on its way into a column.

use std::sync::Arc;

use arrow::array::{BooleanArray, Float64Array, Int64Array, StringArray};
use dozor_domain::ValueType;

use crate::definition::MissingMeans;
use crate::plan::Fact;
use crate::table::Column;

/// Is one value, borrowed from the records where it can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Datum<'a> {
    /// There is nothing to take a value from: the fact says what that means.
    Missing,
    /// Records count, and what they say cannot be read: that is never a lawful zero.
    Unreadable,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(&'a str),
    Codes(&'a [Arc<str>]),
}

impl<'a> Datum<'a> {
    /// Counts as a whole number.
    pub(crate) fn count(number: usize) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }

    /// Brings the value to the fact's type, its lower bound and its meaning of missing.
    pub(crate) fn settle(self, fact: &Fact) -> Self {
        let value = self.bounded(fact.at_least).typed(fact.head.value_type);
        match (value, fact.head.missing) {
            (Self::Missing, MissingMeans::Zero) => zero(fact.head.value_type),
            (Self::Unreadable, _) => Self::Missing,
            (value, _) => value,
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the bound of a whole fact is checked to be whole and small"
    )]
    fn bounded(self, at_least: Option<f64>) -> Self {
        match (self, at_least) {
            (Self::Integer(number), Some(bound)) => Self::Integer(number.max(bound as i64)),
            (Self::Float(number), Some(bound)) => Self::Float(number.max(bound)),
            (value, _) => value,
        }
    }

    /// A value of another type than the fact declares is missing; whole numbers widen to decimal ones.
    #[expect(clippy::cast_precision_loss, reason = "counts, days and areas are far below 2^53")]
    fn typed(self, declared: ValueType) -> Self {
        match (self, declared) {
            (Self::Integer(number), ValueType::Float) => Self::Float(number as f64),
            (Self::Float(number), ValueType::Float) if number.is_finite() => Self::Float(number + 0.0),
            (Self::Integer(_), ValueType::Integer)
            | (Self::Boolean(_), ValueType::Boolean)
            | (Self::Text(_), ValueType::Text)
            | (Self::Codes(_), ValueType::Codes)
            | (Self::Unreadable, _) => self,
            _ => Self::Missing,
        }
    }
}

fn zero(declared: ValueType) -> Datum<'static> {
    match declared {
        ValueType::Boolean => Datum::Boolean(false),
        ValueType::Integer => Datum::Integer(0),
        ValueType::Float => Datum::Float(0.0),
        ValueType::Text | ValueType::Date | ValueType::Instant | ValueType::Codes => Datum::Missing,
    }
}

/// Puts values into a column; what is of another type is missing.
pub(crate) fn column<'d>(value_type: ValueType, values: impl Iterator<Item = Datum<'d>>) -> Column {
    match value_type {
        ValueType::Float => Column::Float(Float64Array::from_iter(values.map(|value| match value {
            Datum::Float(number) => Some(number),
            _ => None,
        }))),
        ValueType::Boolean => Column::Boolean(BooleanArray::from_iter(values.map(|value| match value {
            Datum::Boolean(flag) => Some(flag),
            _ => None,
        }))),
        ValueType::Integer | ValueType::Date | ValueType::Instant => {
            Column::Integer(Int64Array::from_iter(values.map(|value| match value {
                Datum::Integer(number) => Some(number),
                _ => None,
            })))
        }
        ValueType::Text => Column::Text(StringArray::from_iter(values.map(|value| match value {
            Datum::Text(text) => Some(text),
            _ => None,
        }))),
        ValueType::Codes => Column::Codes(StringArray::from_iter(values.map(|value| match value {
            Datum::Codes(codes) => Some(codes.join(";")),
            _ => None,
        }))),
    }
}
