//! The rows of a table of a pack: CSV with a head, quoted where a cell holds the separator.

use csv::{ReaderBuilder, StringRecord, Trim};

use super::LibraryProblem;

/// Rows that a table may hold.
const MOST_ROWS: usize = 100_000;
/// Bytes of a row: its value may go into a text of a rule.
const LONGEST_ROW: usize = 500;

/// Is a table as it is written: a head, and rows of as many cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableRows {
    /// Names of the columns; the last is the value, those before it are keys.
    pub head: Vec<String>,
    /// Line, from 1, and cells of each row.
    pub rows: Vec<(usize, Vec<String>)>,
}

impl TableRows {
    /// Reads CSV; the separator is `;` or `,`, whichever the head has. Rows without any text are passed over.
    ///
    /// # Errors
    /// [`LibraryProblem`] at the first line that is not of that form.
    pub fn parse(name: &str, text: &str) -> Result<Self, LibraryProblem> {
        let problem = |line: usize, problem: String| LibraryProblem { table: name.to_owned(), line, problem };
        let text = text.trim_start_matches('\u{feff}');
        let head = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let separator = if head.contains(';') { b';' } else { b',' };
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(Trim::All)
            .delimiter(separator)
            .from_reader(text.as_bytes());
        let mut sheet = Self::default();
        let mut row = StringRecord::new();
        while reader.read_record(&mut row).map_err(|fault| problem(1, fault.to_string()))? {
            let line = row.position().map_or(1, |at| usize::try_from(at.line()).unwrap_or(usize::MAX));
            if row.iter().all(str::is_empty) {
                continue;
            }
            let cells: Vec<String> = row.iter().map(str::to_owned).collect();
            if sheet.head.is_empty() {
                sheet.head = cells;
                check_head(&sheet.head).map_err(|fault| problem(line, fault))?;
            } else {
                check_row(&cells, &sheet).map_err(|fault| problem(line, fault))?;
                sheet.rows.push((line, cells));
            }
        }
        match sheet.head.is_empty() {
            true => Err(problem(1, "the table is empty".to_owned())),
            false => Ok(sheet),
        }
    }
}

fn check_head(head: &[String]) -> Result<(), String> {
    if head.len() < 2 {
        return Err("a table has at least one key and a value".to_owned());
    }
    match head.iter().position(String::is_empty) {
        Some(at) => Err(format!("column {} has no name", at + 1)),
        None => Ok(()),
    }
}

fn check_row(cells: &[String], sheet: &TableRows) -> Result<(), String> {
    let columns = sheet.head.len();
    if sheet.rows.len() == MOST_ROWS {
        return Err(format!("more than {MOST_ROWS} rows"));
    }
    if cells.len() != columns {
        return Err(format!("{} cells where the head has {columns}", cells.len()));
    }
    match cells.iter().map(String::len).sum::<usize>() > LONGEST_ROW {
        true => Err(format!("more than {LONGEST_ROW} bytes in a row")),
        false => Ok(()),
    }
}
