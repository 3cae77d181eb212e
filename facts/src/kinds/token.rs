//! Values that can be told from others: what is counted once, and what records are grouped by.

use std::sync::Arc;

use crate::datum::Datum;

/// Is a value that can be told from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Token<'a> {
    Boolean(bool),
    Integer(i64),
    Float(u64),
    Text(&'a str),
    Codes(&'a [Arc<str>]),
}

/// Returns the value to be told apart; `None` where it is missing.
pub(crate) fn token(value: Datum<'_>) -> Option<Token<'_>> {
    match value {
        Datum::Missing | Datum::Unreadable => None,
        Datum::Boolean(flag) => Some(Token::Boolean(flag)),
        Datum::Integer(number) => Some(Token::Integer(number)),
        Datum::Float(number) => Some(Token::Float(number.to_bits())),
        Datum::Text(text) => Some(Token::Text(text)),
        Datum::Codes(codes) => Some(Token::Codes(codes)),
    }
}
