//! Key-set pages: a page ends with the key of its last row, and the next one starts after it, so that rows
//! that come and go in between are neither shown twice nor skipped.

use std::fmt;
use std::str::FromStr;

use dozor_domain::{bytes_from_hex, hex};
use serde::{Deserialize, Serialize};

/// Is one page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// Rows in order.
    pub rows: Vec<T>,
    /// Where the next page starts; none on the last page.
    pub next: Option<Cursor>,
}

/// Is the place of a row in an ordered list. Its text is opaque and safe in a URL.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    /// First number of the order (negative: larger comes first), as bits: decimal text would lose the last ones.
    first: u64,
    /// Second number of the order, as bits.
    second: u64,
    /// Text of the order.
    text: String,
    /// Id that breaks ties, as hexadecimal digits.
    id: String,
    /// Second tie-break.
    kind: String,
}

impl Cursor {
    pub(crate) fn new(first: f64, second: f64, text: &str, id: &[u8; 16], kind: &str) -> Self {
        Self {
            first: first.to_bits(),
            second: second.to_bits(),
            text: text.to_owned(),
            id: hex(id),
            kind: kind.to_owned(),
        }
    }
    pub(crate) fn first(&self) -> f64 {
        f64::from_bits(self.first)
    }
    pub(crate) fn second(&self) -> f64 {
        f64::from_bits(self.second)
    }
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
    pub(crate) fn id(&self) -> Vec<u8> {
        bytes_from_hex(&self.id).unwrap_or_default()
    }
    pub(crate) fn kind(&self) -> &str {
        &self.kind
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_vec(self).map_err(|_| fmt::Error)?;
        f.write_str(&hex(&json))
    }
}

impl FromStr for Cursor {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        bytes_from_hex(text)
            .and_then(|json| serde_json::from_slice(&json).ok())
            .ok_or_else(|| "this is no place in a list".to_owned())
    }
}

impl<T> Page<T> {
    /// Cuts a list that was asked for with one row more than the page holds.
    pub(crate) fn cut(mut rows: Vec<T>, limit: i64, cursor: impl FnOnce(&T) -> Cursor) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(cursor) } else { None };
        Self { rows, next }
    }
}

/// Returns the `like` pattern that finds a text anywhere, with its own signs taken literally.
pub(crate) fn like_pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in crate::objects::search_text(text.trim()).chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_round_trip_to_the_last_bit_and_foreign_text_is_refused() {
        let cursor = Cursor::new(-5.0, -0.1_f64 / 3.0, "77:01:0001001:1", &[7; 16], "land");
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        assert!("zz".parse::<Cursor>().is_err());
        assert!("7b7d".parse::<Cursor>().is_err());
    }

    #[test]
    fn signs_of_a_pattern_are_literal() {
        assert_eq!(like_pattern(" 100%_Я "), "%100\\%\\_я%");
    }
}
