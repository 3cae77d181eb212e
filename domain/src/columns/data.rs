//! One column of typed values.

use std::collections::HashMap;
use std::sync::Arc;

use super::days::{day_from_number, day_number};
use crate::{Value, ValueType};

/// Is one column of values; a slot that is not valid holds a default that nobody may read.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnData {
    /// Index into a sorted-by-first-use dictionary.
    Text {
        /// Dictionary index per row; `u32::MAX` = missing.
        codes: Vec<u32>,
        /// Distinct texts.
        dictionary: Vec<Arc<str>>,
    },
    /// Whole numbers; dates as days and instants as microseconds since 1970-01-01.
    Integer {
        /// Value per row.
        values: Vec<i64>,
        /// Whether the row's value is known.
        valid: Vec<bool>,
    },
    /// Decimal numbers; NaN = missing (known values are finite).
    Float(Vec<f64>),
    /// 0 false, 1 true, 2 missing.
    Boolean(Vec<u8>),
    /// Lists of codes; `None` = missing.
    Codes(Vec<Option<Arc<[Arc<str>]>>>),
}

impl ColumnData {
    pub(super) fn empty(value_type: ValueType) -> Self {
        match value_type {
            ValueType::Text => Self::Text { codes: Vec::new(), dictionary: Vec::new() },
            ValueType::Integer | ValueType::Date | ValueType::Instant => {
                Self::Integer { values: Vec::new(), valid: Vec::new() }
            }
            ValueType::Float => Self::Float(Vec::new()),
            ValueType::Boolean => Self::Boolean(Vec::new()),
            ValueType::Codes => Self::Codes(Vec::new()),
        }
    }

    pub(super) fn permute(&mut self, order: &[u32]) {
        fn pick<T: Clone>(values: &[T], order: &[u32]) -> Vec<T> {
            order.iter().map(|&row| values[row as usize].clone()).collect()
        }
        match self {
            Self::Text { codes, .. } => *codes = pick(codes, order),
            Self::Integer { values, valid } => {
                *values = pick(values, order);
                *valid = pick(valid, order);
            }
            Self::Float(values) => *values = pick(values, order),
            Self::Boolean(values) => *values = pick(values, order),
            Self::Codes(values) => *values = pick(values, order),
        }
    }

    /// Returns the value of a row, or `None` when it is missing.
    pub fn get(&self, row: usize, declared: ValueType) -> Option<Value> {
        match self {
            Self::Text { codes, dictionary } => {
                dictionary.get(*codes.get(row)? as usize).map(|text| Value::Text(text.to_string()))
            }
            Self::Integer { values, valid } => {
                let number = valid.get(row)?.then(|| values[row])?;
                match declared {
                    ValueType::Date => day_from_number(number).map(Value::Date),
                    ValueType::Instant => Some(Value::Instant(crate::Timestamp::from_micros(number))),
                    _ => Some(Value::Integer(number)),
                }
            }
            Self::Float(values) => values.get(row).filter(|v| !v.is_nan()).map(|v| Value::Float(*v)),
            Self::Boolean(values) => match values.get(row)? {
                0 => Some(Value::Boolean(false)),
                1 => Some(Value::Boolean(true)),
                _ => None,
            },
            Self::Codes(values) => values
                .get(row)?
                .as_ref()
                .map(|codes| Value::Codes(codes.iter().map(|code| code.to_string()).collect())),
        }
    }
}

/// Adds a value to the end of a column; one of another type counts as missing.
pub(super) fn push_value(
    column: &mut ColumnData,
    dictionary: &mut HashMap<Arc<str>, u32>,
    value: Option<Value>,
) {
    match (column, value) {
        (ColumnData::Text { codes, dictionary: texts }, Some(Value::Text(text))) => {
            let code = match dictionary.get(text.as_str()) {
                Some(&code) => code,
                None => {
                    let code = u32::try_from(texts.len()).unwrap_or(u32::MAX);
                    let text: Arc<str> = text.into();
                    texts.push(Arc::clone(&text));
                    dictionary.insert(text, code);
                    code
                }
            };
            codes.push(code);
        }
        (ColumnData::Text { codes, .. }, _) => codes.push(u32::MAX),
        (ColumnData::Integer { values, valid }, value) => {
            let number = match value {
                Some(Value::Integer(number)) => Some(number),
                Some(Value::Date(day)) => Some(day_number(day)),
                Some(Value::Instant(instant)) => Some(instant.micros()),
                _ => None,
            };
            values.push(number.unwrap_or(0));
            valid.push(number.is_some());
        }
        (ColumnData::Float(values), Some(Value::Float(number))) if number.is_finite() => values.push(number),
        (ColumnData::Float(values), _) => values.push(f64::NAN),
        (ColumnData::Boolean(values), Some(Value::Boolean(flag))) => values.push(u8::from(flag)),
        (ColumnData::Boolean(values), _) => values.push(2),
        (ColumnData::Codes(values), Some(Value::Codes(codes))) => {
            values.push(Some(codes.into_iter().map(Arc::<str>::from).collect()));
        }
        (ColumnData::Codes(values), _) => values.push(None),
    }
}
