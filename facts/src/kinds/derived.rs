//! `ratio` and `derived`: facts over the columns before them, row by row.

use std::collections::BTreeMap;

use dozor_script::{Answer, Answered, Cell, Program, Row};
use rayon::prelude::*;

use crate::datum::Datum;
use crate::error::FactsError;
use crate::formula::Failures;
use crate::plan::{Fact, Plan};
use crate::table::{Column, FactColumn};

/// Rows that one thread takes at a time.
const CHUNK: usize = 1_024;

/// Is a value of a derived fact; unlike a record's value it may own its text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Derived {
    Missing,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
}

/// Computes a fact over the columns before it.
pub(crate) fn evaluate(
    fact: &Fact,
    before: &[(FactColumn, Column)],
    rows: usize,
) -> Result<(Vec<Derived>, Failures), FactsError> {
    let earlier = |at: &usize| {
        before.get(*at).map(|(_, column)| column).ok_or_else(|| FactsError::Input {
            problem: format!("«{}» reads a column that is not there yet", fact.head.code),
        })
    };
    Ok(match &fact.plan {
        Plan::Ratio { numerator, denominator } => {
            (ratio(earlier(numerator)?, earlier(denominator)?, rows), Failures::default())
        }
        Plan::Expression { program, columns } => {
            let reads = columns.iter().map(earlier).collect::<Result<Vec<_>, _>>()?;
            expression(program, &reads, rows)
        }
        Plan::Lookup { rows: row_facts, column, equal, entries } => {
            let row_facts = row_facts.iter().map(earlier).collect::<Result<Vec<_>, _>>()?;
            (lookup((&row_facts, earlier(column)?), *equal, entries, rows), Failures::default())
        }
        Plan::Object(_)
        | Plan::PerObject { .. }
        | Plan::Near { .. }
        | Plan::Neighbours { .. }
        | Plan::Precision { .. }
        | Plan::Layers { .. } => {
            return Err(FactsError::Input {
                problem: format!("«{}» reads records, not columns", fact.head.code),
            });
        }
    })
}

/// Divides one column by another; missing where either is, or where the divisor is 0.
fn ratio(numerator: &Column, denominator: &Column, rows: usize) -> Vec<Derived> {
    let one = |row| match (numerator.float(row), denominator.float(row)) {
        (Some(above), Some(below)) if below != 0.0 => Derived::Float(above / below),
        _ => Derived::Missing,
    };
    (0..rows).map(one).collect()
}

/// Is one row of the columns before, as a script reads it.
struct ColumnsRow<'a> {
    reads: &'a [&'a Column],
    row: usize,
}

impl Row for ColumnsRow<'_> {
    fn cell(&self, read: usize) -> Cell<'_> {
        self.reads.get(read).map_or(Cell::Missing, |column| column.cell(self.row))
    }
}

/// Runs an expression on each row.
fn expression(program: &Program, reads: &[&Column], rows: usize) -> (Vec<Derived>, Failures) {
    let chunks: Vec<(Vec<Derived>, Failures)> = (0..rows.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let mut runner = program.runner();
            let mut failures = Failures::default();
            let values = (chunk * CHUNK..rows.min((chunk + 1) * CHUNK))
                .map(|row| {
                    let answer = runner.run(&ColumnsRow { reads, row });
                    value_of(answer, &mut failures)
                })
                .collect();
            (values, failures)
        })
        .collect();
    let mut values = Vec::with_capacity(rows);
    let mut failures = Failures::default();
    for (chunk, failed) in chunks {
        values.extend(chunk);
        failures.append(failed);
    }
    (values, failures)
}

fn value_of(answer: Answer, failures: &mut Failures) -> Derived {
    match answer {
        Answer::Value(Answered::Boolean(flag)) => Derived::Boolean(flag),
        Answer::Value(Answered::Integer(number)) => Derived::Integer(number),
        Answer::Value(Answered::Float(number)) => Derived::Float(number),
        Answer::Value(Answered::Text(text)) => Derived::Text(text),
        Answer::Value(Answered::Map(_)) => {
            failures.add("FACT_EXPRESSION", "a fact is one value, not a map".to_owned());
            Derived::Missing
        }
        Answer::Unknown { .. } => Derived::Missing,
        Answer::Failed { code, message } => {
            failures.add(code, message);
            Derived::Missing
        }
    }
}

/// Looks pairs of codes up in a table. The row is the first of `rows` that is known; of several codes in it the
/// mildest value counts, and one pair that is not listed makes the answer missing, unless another one is the
/// mildest of all anyway.
fn lookup(
    (rows, column): (&[&Column], &Column),
    equal: Option<i64>,
    entries: &BTreeMap<(String, String), i64>,
    length: usize,
) -> Vec<Derived> {
    let mildest = entries.values().copied().chain(equal).min();
    (0..length)
        .into_par_iter()
        .map(|row| {
            let row_codes = rows.iter().map(|column| codes(column.cell(row))).find(|codes| !codes.is_empty());
            let column_codes = codes(column.cell(row));
            let (Some(row_codes), [column_code]) = (row_codes, column_codes.as_slice()) else {
                return Derived::Missing;
            };
            let values: Vec<Option<i64>> =
                row_codes.iter().map(|row_code| pair(entries, equal, row_code, column_code)).collect();
            let least = values.iter().flatten().copied().min();
            let is_sure = values.iter().all(Option::is_some) || least == mildest;
            least.filter(|_| is_sure).map_or(Derived::Missing, Derived::Integer)
        })
        .collect()
}

fn pair(
    entries: &BTreeMap<(String, String), i64>,
    equal: Option<i64>,
    row: &str,
    column: &str,
) -> Option<i64> {
    let listed = entries.get(&(row.to_owned(), column.to_owned())).copied();
    listed.or_else(|| equal.filter(|_| row == column))
}

fn codes(cell: Cell<'_>) -> Vec<&str> {
    match cell {
        Cell::Text(text) => vec![text],
        Cell::JoinedCodes(joined) => joined.split(';').filter(|code| !code.is_empty()).collect(),
        Cell::Codes(codes) => codes.iter().map(AsRef::as_ref).collect(),
        Cell::Missing | Cell::Boolean(_) | Cell::Integer(_) | Cell::Float(_) => Vec::new(),
    }
}

/// Returns the values as data of a column.
pub(crate) fn borrowed(values: &[Derived]) -> Vec<Datum<'_>> {
    let borrow = |value| match value {
        &Derived::Missing => Datum::Missing,
        &Derived::Boolean(flag) => Datum::Boolean(flag),
        &Derived::Integer(number) => Datum::Integer(number),
        &Derived::Float(number) => Datum::Float(number),
        Derived::Text(text) => Datum::Text(text),
    };
    values.iter().map(borrow).collect()
}
