//! What goes into a run (a row of cells) and what comes out of it (an answer of three values).

use std::collections::BTreeMap;
use std::sync::Arc;

use dozor_domain::{Value, day_number};

/// Is one value that a script reads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing is known.
    Missing,
    /// True or false.
    Boolean(bool),
    /// A whole number; a date as days since 1970-01-01, an instant as microseconds.
    Integer(i64),
    /// A decimal number; one that is not finite counts as missing.
    Float(f64),
    /// A text.
    Text(&'a str),
    /// A list of codes.
    Codes(&'a [Arc<str>]),
    /// A list of codes joined by `;`, as a column of texts keeps it; empty text = empty list.
    JoinedCodes(&'a str),
}

/// Gives the cells of one row. The index counts in [`crate::Program::reads`].
pub trait Row {
    /// Returns the cell of the fact that stands at this place of the program's reads.
    fn cell(&self, read: usize) -> Cell<'_>;
}

impl Row for Vec<Cell<'_>> {
    fn cell(&self, read: usize) -> Cell<'_> {
        self.get(read).copied().unwrap_or(Cell::Missing)
    }
}

/// Is a row of named values, for cases, tests and single questions; a name that is not there is missing.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedRow(Vec<NamedCell>);

#[derive(Clone, Debug, PartialEq)]
enum NamedCell {
    Missing,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    Codes(Vec<Arc<str>>),
}

impl NamedRow {
    /// Picks the values that a program reads.
    pub fn new(reads: &[String], values: &BTreeMap<String, Value>) -> Self {
        let pick = |name: &String| match values.get(name) {
            None => NamedCell::Missing,
            Some(Value::Boolean(flag)) => NamedCell::Boolean(*flag),
            Some(Value::Integer(number)) => NamedCell::Integer(*number),
            Some(Value::Float(number)) => NamedCell::Float(*number),
            Some(Value::Text(text)) => NamedCell::Text(text.clone()),
            Some(Value::Codes(codes)) => {
                NamedCell::Codes(codes.iter().map(|code| code.as_str().into()).collect())
            }
            Some(Value::Date(day)) => NamedCell::Integer(day_number(*day)),
            Some(Value::Instant(instant)) => NamedCell::Integer(instant.micros()),
        };
        Self(reads.iter().map(pick).collect())
    }
}

impl Row for NamedRow {
    fn cell(&self, read: usize) -> Cell<'_> {
        match self.0.get(read) {
            None | Some(NamedCell::Missing) => Cell::Missing,
            Some(NamedCell::Boolean(flag)) => Cell::Boolean(*flag),
            Some(NamedCell::Integer(number)) => Cell::Integer(*number),
            Some(NamedCell::Float(number)) => Cell::Float(*number),
            Some(NamedCell::Text(text)) => Cell::Text(text),
            Some(NamedCell::Codes(codes)) => Cell::Codes(codes),
        }
    }
}

/// Is what a rule's script may return instead of a bare `bool`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleResult {
    /// Whether the condition holds.
    pub fired: bool,
    /// Points; finite.
    pub points: Option<f64>,
    /// Code of a category.
    pub floor: Option<String>,
    /// `+N` or the code of a severity group.
    pub severity: Option<String>,
    /// Values that led to the answer, in few words.
    pub evidence: Option<String>,
}

/// Is a value that a script came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Answered {
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A finite decimal number.
    Float(f64),
    /// A text.
    Text(String),
    /// A rule's `#{fired, points?, floor?, severity?, evidence?}`.
    Map(RuleResult),
}

/// Is how a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// With a value.
    Value(Answered),
    /// It read a missing fact. Lists all facts that the script reads and that are missing in this row, as
    /// places in the program's reads, ascending.
    Unknown {
        /// Places in the program's reads.
        missing: Vec<u16>,
    },
    /// With an error on this row only.
    Failed {
        /// A code of [`crate::SCRIPT_ERRORS`].
        code: &'static str,
        /// What happened.
        message: String,
    },
}
