//! Values of record fields and facts. A missing value is `None` around these, never a sentinel inside.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Is the declared type of a field or a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueType {
    /// UTF-8 text.
    Text,
    /// A whole number.
    Integer,
    /// A finite decimal number.
    Float,
    /// True or false.
    Boolean,
    /// A civil day in the pack's zone.
    Date,
    /// An instant.
    Instant,
    /// A list of classifier codes.
    Codes,
}

impl ValueType {
    /// Tells whether values are numbers.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Float)
    }
}

/// Is one known value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// UTF-8 text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A finite decimal number.
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// A civil day.
    Date(Date),
    /// An instant.
    Instant(crate::Timestamp),
    /// A list of classifier codes, in source order.
    Codes(Vec<String>),
}

impl Value {
    /// Returns the type of this value.
    pub fn value_type(&self) -> ValueType {
        match self {
            Self::Text(_) => ValueType::Text,
            Self::Integer(_) => ValueType::Integer,
            Self::Float(_) => ValueType::Float,
            Self::Boolean(_) => ValueType::Boolean,
            Self::Date(_) => ValueType::Date,
            Self::Instant(_) => ValueType::Instant,
            Self::Codes(_) => ValueType::Codes,
        }
    }

    /// Returns the JSON form that is stored: dates as `YYYY-MM-DD`, instants as microseconds.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Text(text) => serde_json::Value::from(text.as_str()),
            Self::Integer(number) => serde_json::Value::from(*number),
            Self::Float(number) => serde_json::Value::from(*number),
            Self::Boolean(flag) => serde_json::Value::from(*flag),
            Self::Date(day) => serde_json::Value::from(day.to_string()),
            Self::Instant(instant) => serde_json::Value::from(instant.micros()),
            Self::Codes(codes) => serde_json::Value::from(codes.as_slice()),
        }
    }

    /// Reads the stored JSON form back; `None` when it is not of the declared type.
    pub fn from_json(declared: ValueType, json: &serde_json::Value) -> Option<Self> {
        Some(match declared {
            ValueType::Text => Self::Text(json.as_str()?.to_owned()),
            ValueType::Integer => Self::Integer(json.as_i64()?),
            ValueType::Float => Self::Float(json.as_f64()?),
            ValueType::Boolean => Self::Boolean(json.as_bool()?),
            ValueType::Date => Self::Date(json.as_str()?.parse().ok()?),
            ValueType::Instant => Self::Instant(crate::Timestamp::from_micros(json.as_i64()?)),
            ValueType::Codes => Self::Codes(
                json.as_array()?
                    .iter()
                    .map(|code| code.as_str().map(str::to_owned))
                    .collect::<Option<_>>()?,
            ),
        })
    }
}

impl Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}
