//! Expressions over the fields of one record: filters, conditions, values.

use std::collections::HashMap;

use dozor_domain::{ColumnData, FieldDefinition, RecordColumns, ValueType};
use dozor_script::{Answer, Answered, Cell, Engine, Names, Program, Row, Runner};
use rayon::prelude::*;

use crate::datum::Datum;
use crate::error::FactsError;

/// Name by which an expression reads the local day of the instant, as a day number.
pub(crate) const TODAY: &str = "today";
/// Rows that one thread answers at a time; each chunk has its own memory of answers.
const CHUNK: usize = 8_192;
/// Answers that a chunk remembers; past it, rows are simply run.
const MEMORY: usize = 4_096;
/// Fields that an expression may read for its answers to be remembered.
const KEY_WIDTH: usize = 6;

/// Is an answer of three values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Three {
    No,
    Yes,
    Unknown,
}

/// Counts rows on which an expression failed, with the first message in row order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Failures {
    pub(crate) count: u64,
    pub(crate) first: Option<(&'static str, String)>,
}

impl Failures {
    pub(crate) fn add(&mut self, code: &'static str, message: String) {
        self.count += 1;
        self.first.get_or_insert((code, message));
    }
    pub(crate) fn append(&mut self, later: Self) {
        self.count += later.count;
        self.first = self.first.take().or(later.first);
    }
}

/// Is a compiled expression over a source's fields.
#[derive(Clone, Debug)]
pub(crate) struct Formula {
    program: Program,
}

impl Formula {
    /// Compiles `text` over the fields of a source and `today`.
    pub(crate) fn compile(
        (fact, key): (&str, &'static str),
        text: &str,
        fields: &[FieldDefinition],
        engine: &Engine,
    ) -> Result<Self, FactsError> {
        let mut names: Names = fields.iter().map(|field| (field.name.as_str(), field.value_type)).collect();
        names.insert(TODAY, ValueType::Date);
        let program = engine.compile(text, &names).map_err(|source| FactsError::Expression {
            fact: fact.to_owned(),
            key,
            source: Box::new(source),
        })?;
        Ok(Self { program })
    }

    /// Returns the names that the expression reads.
    pub(crate) fn reads(&self) -> &[String] {
        self.program.reads()
    }

    /// Ties the expression to the columns of its source.
    pub(crate) fn bind<'a>(&'a self, columns: &'a RecordColumns) -> Option<Bound<'a>> {
        let read = |name: &String| match name.as_str() {
            TODAY => Some(Read::Today),
            _ => columns.field(name).and_then(|at| columns.fields.get(at)).map(Read::Field),
        };
        let reads = self.program.reads().iter().map(read).collect::<Option<Vec<_>>>()?;
        Some(Bound { program: &self.program, reads })
    }
}

#[derive(Clone, Copy, Debug)]
enum Read<'a> {
    Field(&'a ColumnData),
    Today,
}

/// Is one record as a script reads it.
struct RecordRow<'a> {
    reads: &'a [Read<'a>],
    row: usize,
    today: i64,
}

impl Row for RecordRow<'_> {
    fn cell(&self, read: usize) -> Cell<'_> {
        match self.reads.get(read) {
            Some(Read::Field(column)) => cell_of(column, self.row),
            Some(Read::Today) => Cell::Integer(self.today),
            None => Cell::Missing,
        }
    }
}

/// Is an expression with the columns that it reads.
#[derive(Clone, Debug)]
pub(crate) struct Bound<'a> {
    program: &'a Program,
    reads: Vec<Read<'a>>,
}

impl<'a> Bound<'a> {
    /// Tells whether the answer on a row changes with the instant.
    pub(crate) fn reads_today(&self) -> bool {
        self.reads.iter().any(|read| matches!(read, Read::Today))
    }

    pub(crate) fn runner(&self) -> Runner<'a> {
        self.program.runner()
    }

    fn run(&self, runner: &mut Runner<'_>, row: usize, today: i64) -> Answer {
        runner.run(&RecordRow { reads: &self.reads, row, today })
    }

    /// Answers yes, no or unknown on one row.
    pub(crate) fn test(
        &self,
        runner: &mut Runner<'_>,
        row: usize,
        today: i64,
        failures: &mut Failures,
    ) -> Three {
        match self.run(runner, row, today) {
            Answer::Value(Answered::Boolean(true)) => Three::Yes,
            Answer::Value(Answered::Boolean(false)) => Three::No,
            Answer::Value(_) => {
                failures.add("FACT_EXPRESSION", "the condition did not answer true or false".to_owned());
                Three::Unknown
            }
            Answer::Unknown { .. } => Three::Unknown,
            Answer::Failed { code, message } => {
                failures.add(code, message);
                Three::Unknown
            }
        }
    }

    /// Gives the value of one row; texts are not values of records' expressions.
    pub(crate) fn value(
        &self,
        runner: &mut Runner<'_>,
        row: usize,
        today: i64,
        failures: &mut Failures,
    ) -> Datum<'static> {
        match self.run(runner, row, today) {
            Answer::Value(Answered::Boolean(flag)) => Datum::Boolean(flag),
            Answer::Value(Answered::Integer(number)) => Datum::Integer(number),
            Answer::Value(Answered::Float(number)) => Datum::Float(number),
            Answer::Value(Answered::Text(_) | Answered::Map(_)) => {
                failures.add("FACT_EXPRESSION", "the value is neither a number nor true or false".to_owned());
                Datum::Missing
            }
            Answer::Unknown { .. } => Datum::Missing,
            Answer::Failed { code, message } => {
                failures.add(code, message);
                Datum::Missing
            }
        }
    }

    /// Answers on all rows at once. Rows with equal values get the remembered answer: a status or a topic
    /// takes few values, and a run of the interpreter costs fifty times a look into a table.
    pub(crate) fn test_all(&self, rows: usize) -> (Vec<Three>, Failures) {
        let chunks: Vec<(Vec<Three>, Failures)> = (0..rows.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| self.test_chunk(chunk * CHUNK..rows.min((chunk + 1) * CHUNK)))
            .collect();
        let mut answers = Vec::with_capacity(rows);
        let mut failures = Failures::default();
        for (chunk, failed) in chunks {
            answers.extend(chunk);
            failures.append(failed);
        }
        (answers, failures)
    }

    fn test_chunk(&self, rows: std::ops::Range<usize>) -> (Vec<Three>, Failures) {
        let mut runner = self.runner();
        let mut failures = Failures::default();
        let mut memory: HashMap<[u64; KEY_WIDTH + 1], Three> = HashMap::new();
        let answers = rows
            .map(|row| {
                let Some(key) = self.key(row) else { return self.test(&mut runner, row, 0, &mut failures) };
                if let Some(known) = memory.get(&key) {
                    return *known;
                }
                let failed_before = failures.count;
                let answer = self.test(&mut runner, row, 0, &mut failures);
                if memory.len() < MEMORY && failures.count == failed_before {
                    memory.insert(key, answer);
                }
                answer
            })
            .collect();
        (answers, failures)
    }

    /// Names the row's values by fixed-width numbers; the last one marks what is missing.
    fn key(&self, row: usize) -> Option<[u64; KEY_WIDTH + 1]> {
        if self.reads.len() > KEY_WIDTH {
            return None;
        }
        let mut key = [0_u64; KEY_WIDTH + 1];
        for (place, read) in self.reads.iter().enumerate() {
            let Read::Field(column) = read else { return None };
            let token = match column {
                ColumnData::Text { codes, .. } => codes.get(row).map(|code| u64::from(*code)),
                ColumnData::Integer { values, valid } => values
                    .get(row)
                    .filter(|_| valid.get(row) == Some(&true))
                    .map(|number| number.cast_unsigned()),
                ColumnData::Float(values) => values.get(row).map(|number| number.to_bits()),
                ColumnData::Boolean(values) => values.get(row).map(|flag| u64::from(*flag)),
                ColumnData::Codes(_) => return None,
            };
            match token {
                Some(token) => key[place] = token,
                None => key[KEY_WIDTH] |= 1 << place,
            }
        }
        Some(key)
    }
}

/// Returns the cell of a record's field.
fn cell_of(column: &ColumnData, row: usize) -> Cell<'_> {
    match datum_of(column, row) {
        Datum::Missing | Datum::Unreadable => Cell::Missing,
        Datum::Boolean(flag) => Cell::Boolean(flag),
        Datum::Integer(number) => Cell::Integer(number),
        Datum::Float(number) => Cell::Float(number),
        Datum::Text(text) => Cell::Text(text),
        Datum::Codes(codes) => Cell::Codes(codes),
    }
}

/// Returns the value of a record's field; dates are day numbers, instants microseconds.
pub(crate) fn datum_of(column: &ColumnData, row: usize) -> Datum<'_> {
    let found = match column {
        ColumnData::Text { codes, dictionary } => {
            codes.get(row).and_then(|code| dictionary.get(*code as usize)).map(|text| Datum::Text(text))
        }
        ColumnData::Integer { values, valid } => {
            values.get(row).filter(|_| valid.get(row) == Some(&true)).map(|number| Datum::Integer(*number))
        }
        ColumnData::Float(values) => {
            values.get(row).filter(|number| number.is_finite()).map(|n| Datum::Float(*n))
        }
        ColumnData::Boolean(values) => {
            values.get(row).filter(|flag| **flag < 2).map(|flag| Datum::Boolean(*flag == 1))
        }
        ColumnData::Codes(values) => values.get(row).and_then(Option::as_deref).map(Datum::Codes),
    };
    found.unwrap_or(Datum::Missing)
}
