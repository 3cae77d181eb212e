//! The independent check of answers to benchmarks. It reads the problem's file and the answer's JSON by itself and
//! works everything out in floating point from the formats' descriptions; nothing is shared with the search.

mod city;
mod toptw;

pub use city::verify_city;
pub use toptw::verify_toptw;

use serde_json::Value;

/// Returns an array of a JSON document, or says what is missing.
fn array<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>, String> {
    value.get(key).and_then(Value::as_array).ok_or_else(|| format!("«{key}» is no array"))
}

/// Returns a number of a JSON document, or says what is missing.
fn number(value: &Value, key: &str) -> Result<f64, String> {
    value.get(key).and_then(Value::as_f64).ok_or_else(|| format!("«{key}» is no number"))
}

fn document(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))
}
