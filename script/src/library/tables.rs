//! Decision tables and bands as data of a pack: `tables/<name>.csv`. A person who edits a sheet needs no script.
//!
//! The first row names the columns; the last column is the value, those before it are keys. A table whose only key
//! column is called `from` is a band: the row with the greatest `from` that is not above the number counts.

use std::collections::BTreeMap;

use super::LibraryProblem;
use super::table_rows::TableRows;

/// Is one table of a pack.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Table {
    /// Keys to value.
    Lookup { keys: usize, rows: BTreeMap<Vec<String>, String> },
    /// Lower bounds, rising, with their values.
    Bands(Vec<(f64, f64)>),
}

impl Table {
    /// Reads a table; a number may have a decimal comma.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, LibraryProblem> {
        let sheet = TableRows::parse(name, text)?;
        let problem = |line: usize, problem: String| LibraryProblem { table: name.to_owned(), line, problem };
        let is_band = sheet.head.len() == 2 && sheet.head.first().is_some_and(|key| key == "from");
        match is_band {
            true => bands(sheet.rows, problem),
            false => lookup(sheet.rows, sheet.head.len() - 1, problem),
        }
    }

    /// Finds the value of a row of keys; `None` where no row has them.
    pub(crate) fn find(&self, wanted: &[&str]) -> Option<&str> {
        match self {
            Self::Lookup { keys, rows } if *keys == wanted.len() => {
                let wanted: Vec<String> = wanted.iter().map(|key| (*key).to_owned()).collect();
                rows.get(&wanted).map(String::as_str)
            }
            Self::Lookup { .. } | Self::Bands(_) => None,
        }
    }

    /// Finds the value of the band that a number lies in; `None` below the lowest.
    pub(crate) fn band(&self, number: f64) -> Option<f64> {
        match self {
            Self::Bands(bands) => {
                let place = bands.partition_point(|(from, _)| *from <= number).checked_sub(1)?;
                bands.get(place).map(|(_, value)| *value)
            }
            Self::Lookup { .. } => None,
        }
    }
}

fn lookup(
    rows: Vec<(usize, Vec<String>)>,
    keys: usize,
    problem: impl Fn(usize, String) -> LibraryProblem,
) -> Result<Table, LibraryProblem> {
    let mut known = BTreeMap::new();
    for (line, mut row) in rows {
        let value = row.pop().unwrap_or_default();
        if known.insert(row.clone(), value).is_some() {
            return Err(problem(line, format!("the keys {} stand twice", row.join(", "))));
        }
    }
    Ok(Table::Lookup { keys, rows: known })
}

fn bands(
    rows: Vec<(usize, Vec<String>)>,
    problem: impl Fn(usize, String) -> LibraryProblem,
) -> Result<Table, LibraryProblem> {
    let mut known: Vec<(f64, f64)> = Vec::with_capacity(rows.len());
    for (line, row) in rows {
        let numbers: Vec<f64> = row.iter().filter_map(|cell| cell.replace(',', ".").parse().ok()).collect();
        let [from, value] = numbers[..] else {
            return Err(problem(line, "a band has two numbers".to_owned()));
        };
        if known.last().is_some_and(|(last, _)| *last >= from) || !from.is_finite() || !value.is_finite() {
            return Err(problem(line, "bands rise from row to row".to_owned()));
        }
        known.push((from, value));
    }
    Ok(Table::Bands(known))
}
