//! The one byte form of a record's content: what is hashed, and the JSON that is stored.

use std::fmt::Write as _;

use dozor_domain::{FieldDefinition, GeometryFault, Timestamp, ValidGeometry, Value, day_number};
use sha2::{Digest as _, Sha256};

/// Begins every hashed content, so that another form one day cannot be taken for this one.
const FORM: &[u8] = b"dozor record 1";

/// Collects the parts of one content. Every part has a tag and, where its length varies, a length of four
/// little-endian bytes; numbers are eight little-endian bytes.
#[derive(Debug)]
pub(crate) struct ContentHasher {
    bytes: Vec<u8>,
}

impl ContentHasher {
    /// Starts a content.
    pub(crate) fn new() -> Self {
        let mut bytes = Vec::with_capacity(512);
        bytes.extend_from_slice(FORM);
        Self { bytes }
    }

    fn sized(&mut self, tag: u8, payload: &[u8]) {
        self.bytes.push(tag);
        self.bytes.extend_from_slice(&u32::try_from(payload.len()).unwrap_or(u32::MAX).to_le_bytes());
        self.bytes.extend_from_slice(payload);
    }

    fn number(&mut self, tag: u8, payload: [u8; 8]) {
        self.bytes.push(tag);
        self.bytes.extend_from_slice(&payload);
    }

    /// Adds a text or its absence.
    pub(crate) fn text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.sized(1, text.as_bytes()),
            None => self.bytes.push(0),
        }
    }

    /// Adds an instant or its absence.
    pub(crate) fn instant(&mut self, instant: Option<Timestamp>) {
        match instant {
            Some(instant) => self.number(6, instant.micros().to_le_bytes()),
            None => self.bytes.push(0),
        }
    }

    /// Adds a value or its absence.
    pub(crate) fn value(&mut self, value: Option<&Value>) {
        match value {
            None => self.bytes.push(0),
            Some(Value::Text(text)) => self.sized(1, text.as_bytes()),
            Some(Value::Integer(number)) => self.number(2, number.to_le_bytes()),
            // Adding zero makes -0.0 the same content as 0.0.
            Some(Value::Float(number)) => self.number(3, (number + 0.0).to_bits().to_le_bytes()),
            Some(Value::Boolean(flag)) => self.bytes.extend_from_slice(&[4, u8::from(*flag)]),
            Some(Value::Date(day)) => self.number(5, day_number(*day).to_le_bytes()),
            Some(Value::Instant(instant)) => self.number(6, instant.micros().to_le_bytes()),
            Some(Value::Codes(codes)) => {
                self.number(7, (codes.len() as u64).to_le_bytes());
                codes.iter().for_each(|code| self.sized(1, code.as_bytes()));
            }
        }
    }

    /// Adds a geometry or its absence: a point as two numbers, all else as WKB.
    pub(crate) fn geometry(&mut self, geometry: Option<&ValidGeometry>) -> Result<(), GeometryFault> {
        match geometry.map(|geometry| (geometry, geometry.shape())) {
            None => self.bytes.push(0),
            Some((_, geo::Geometry::Point(point))) => {
                self.number(8, (point.x() + 0.0).to_bits().to_le_bytes());
                self.number(8, (point.y() + 0.0).to_bits().to_le_bytes());
            }
            Some((geometry, _)) => self.sized(9, &geometry.to_wkb()?),
        }
        Ok(())
    }

    /// Returns the SHA-256 of all parts.
    pub(crate) fn finish(self) -> [u8; 32] {
        Sha256::digest(&self.bytes).into()
    }
}

/// Writes values as the JSON object that is stored: keys sorted, missing values absent, dates as
/// `YYYY-MM-DD`, instants as microseconds.
#[derive(Clone, Debug)]
pub struct ContentForm {
    /// Position of the value and its key with quotation marks and colon, sorted by key.
    keys: Vec<(usize, String)>,
}

impl ContentForm {
    /// Prepares the form of a source's records.
    pub fn new(schema: &[FieldDefinition]) -> Self {
        let mut keys: Vec<(usize, &str)> =
            schema.iter().enumerate().map(|(at, field)| (at, field.name.as_str())).collect();
        keys.sort_unstable_by_key(|(_, name)| *name);
        let quoted = |name: &str| {
            let mut key = String::new();
            push_json_text(&mut key, name);
            key.push(':');
            key
        };
        Self { keys: keys.into_iter().map(|(at, name)| (at, quoted(name))).collect() }
    }

    /// Writes the values of one record, given in the order of the schema.
    pub fn json(&self, values: &[Option<Value>]) -> String {
        let mut json = String::with_capacity(64 + self.keys.len() * 24);
        json.push('{');
        for (at, key) in &self.keys {
            if let Some(Some(value)) = values.get(*at) {
                if json.len() > 1 {
                    json.push(',');
                }
                json.push_str(key);
                push_json(&mut json, value);
            }
        }
        json.push('}');
        json
    }
}

fn push_json(json: &mut String, value: &Value) {
    match value {
        Value::Text(text) => push_json_text(json, text),
        Value::Integer(number) => push(json, *number),
        Value::Float(number) => json.push_str(&serde_json::Value::from(*number).to_string()),
        Value::Boolean(flag) => json.push_str(if *flag { "true" } else { "false" }),
        Value::Date(day) => {
            json.push('"');
            push(json, day);
            json.push('"');
        }
        Value::Instant(instant) => push(json, instant.micros()),
        Value::Codes(codes) => {
            json.push('[');
            for (at, code) in codes.iter().enumerate() {
                if at > 0 {
                    json.push(',');
                }
                push_json_text(json, code);
            }
            json.push(']');
        }
    }
}

fn push(json: &mut String, value: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = write!(json, "{value}");
}

/// Writes a quoted text; the escapes are those that JSON demands and no more.
pub(crate) fn push_json_text(json: &mut String, text: &str) {
    json.push('"');
    let mut plain_from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        json.push_str(text.get(plain_from..at).unwrap_or_default());
        plain_from = at + 1;
        match byte {
            b'"' => json.push_str("\\\""),
            b'\\' => json.push_str("\\\\"),
            b'\n' => json.push_str("\\n"),
            b'\r' => json.push_str("\\r"),
            b'\t' => json.push_str("\\t"),
            control => push(json, format_args!("\\u{control:04x}")),
        }
    }
    json.push_str(text.get(plain_from..).unwrap_or_default());
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use dozor_domain::ValueType;

    #[test]
    fn stored_json_is_sorted_and_reads_back_as_the_same_values() {
        let field = |name: &str, value_type| FieldDefinition { name: name.to_owned(), value_type };
        let schema = [
            field("title", ValueType::Text),
            field("area", ValueType::Float),
            field("codes", ValueType::Codes),
            field("day", ValueType::Date),
            field("gone", ValueType::Integer),
        ];
        let values = [
            Some(Value::Text("«Дом»\n\"7\"\u{1}\\".to_owned())),
            Some(Value::Float(12.5)),
            Some(Value::Codes(vec!["a".to_owned(), "b".to_owned()])),
            Some(Value::Date(jiff::civil::date(2014, 6, 3))),
            None,
        ];
        let json = ContentForm::new(&schema).json(&values);
        assert!(
            json.starts_with(r#"{"area":12.5,"codes":["a","b"],"day":"2014-06-03","title":"«Дом»"#),
            "{json}"
        );
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        for (field, value) in schema.iter().zip(&values) {
            let back = read.get(&field.name).and_then(|json| Value::from_json(field.value_type, json));
            assert_eq!(&back, value);
        }
    }

    #[test]
    fn borders_between_parts_count() {
        let hash = |parts: &[&str]| {
            let mut hasher = ContentHasher::new();
            parts.iter().for_each(|part| hasher.text(Some(part)));
            hasher.finish()
        };
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
    }
}
