//! Decision tables and bands as data of a pack: `tables/<name>.csv`. A person who edits a sheet needs no script.
//!
//! The first row names the columns; the last column is the value, those before it are keys. A table whose only key
//! column is called `from` is a band: the row with the greatest `from` that is not above the number counts.

use std::collections::BTreeMap;

use super::LibraryProblem;

/// Rows that a table may hold.
const MOST_ROWS: usize = 100_000;
/// Bytes of a row: its value may go into a text of a rule.
const LONGEST_ROW: usize = 500;

/// Is one table of a pack.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Table {
    /// Keys to value.
    Lookup { keys: usize, rows: BTreeMap<Vec<String>, String> },
    /// Lower bounds, rising, with their values.
    Bands(Vec<(f64, f64)>),
}

impl Table {
    /// Reads a table from CSV; `;` or `,`, whichever the first row has.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, LibraryProblem> {
        let problem = |line: usize, problem: String| LibraryProblem { table: name.to_owned(), line, problem };
        let text = text.trim_start_matches('\u{feff}');
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let Some((_, head)) = lines.next() else { return Err(problem(1, "the table is empty".to_owned())) };
        let separator = if head.contains(';') { ';' } else { ',' };
        let columns = cells(head, separator).len();
        if columns < 2 {
            return Err(problem(1, "a table has at least one key and a value".to_owned()));
        }
        let rows: Vec<(usize, Vec<String>)> =
            lines.map(|(at, line)| (at + 1, cells(line, separator))).take(MOST_ROWS + 1).collect();
        if rows.len() > MOST_ROWS {
            return Err(problem(MOST_ROWS, format!("more than {MOST_ROWS} rows")));
        }
        if let Some((line, row)) = rows.iter().find(|(_, row)| row.len() != columns) {
            return Err(problem(*line, format!("{} cells where the head has {columns}", row.len())));
        }
        if let Some((line, _)) =
            rows.iter().find(|(_, row)| row.iter().map(String::len).sum::<usize>() > LONGEST_ROW)
        {
            return Err(problem(*line, format!("more than {LONGEST_ROW} bytes in a row")));
        }
        let is_band = columns == 2 && cells(head, separator).first().is_some_and(|key| key == "from");
        if is_band { bands(rows, problem) } else { lookup(rows, columns - 1, problem) }
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

fn cells(line: &str, separator: char) -> Vec<String> {
    line.split(separator).map(|cell| cell.trim().trim_matches('"').to_owned()).collect()
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
