//! A sheet of a workbook, or a CSV file, as rows of texts: a table that somebody keeps in a spreadsheet becomes data of
//! a pack. Nothing is guessed: a cell that is a date or an error is refused with its name.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord, Trim, WriterBuilder};

use crate::IngestError;
use crate::workbook::{Cell, Content, read_cells};

/// A workbook is a ZIP file.
const ZIP_MAGIC: &[u8] = b"PK\x03\x04";
/// Bytes of a file that holds one table.
pub(crate) const MOST_BYTES: usize = 8 << 20;
pub(crate) const MOST_COLUMNS: u32 = 64;
pub(crate) const MOST_ROWS: u32 = 100_000;
/// Cells that hold something: each takes some hundred bytes while it is read.
pub(crate) const MOST_CELLS: usize = 1_000_000;
const BEYOND: &str = "it lies beyond 100,000 rows or 64 columns";
const DELIMITERS: [char; 3] = [';', '\t', ','];

/// Rows and columns, from 0, with what stands there.
type Cells = BTreeMap<u32, BTreeMap<u32, String>>;

/// Reads the rows of a sheet, all as wide as the first; of a workbook with several sheets the one that is named. Rows
/// without any text are passed over.
///
/// # Errors
/// [`IngestError::SheetForm`] for a file that is neither a workbook nor text, or that is too large;
/// [`IngestError::SheetCell`] with the name of the first cell that is no text and no number.
pub fn read_sheet(bytes: &[u8], sheet: Option<&str>) -> Result<Vec<Vec<String>>, IngestError> {
    if bytes.len() > MOST_BYTES {
        return Err(form(format!("it has {} bytes, a table at most {MOST_BYTES}", bytes.len())));
    }
    match bytes.starts_with(ZIP_MAGIC) {
        true => rectangle(workbook(bytes, sheet)?),
        false => rectangle(plain(bytes)?),
    }
}

/// Writes rows as the CSV that packs hold: `;` between cells, quotes where a cell needs them.
///
/// # Errors
/// [`IngestError::SheetForm`] where rows differ in width.
pub fn write_sheet(rows: &[Vec<String>]) -> Result<String, IngestError> {
    let mut writer = WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(|fault| form(fault.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|fault| form(fault.to_string()))?;
    String::from_utf8(bytes).map_err(|fault| form(fault.to_string()))
}

fn form(problem: String) -> IngestError {
    IngestError::SheetForm { problem }
}

fn workbook(bytes: &[u8], sheet: Option<&str>) -> Result<Cells, IngestError> {
    let mut cells = Cells::new();
    for Cell { row, column, content } in read_cells(bytes, sheet).map_err(form)? {
        let text = match content {
            Content::Text(text) => text,
            Content::Date => {
                return Err(refuse(
                    (row, column),
                    "it is a date; a code like 2.7 becomes one by itself: make the column text and write it again",
                ));
            }
            Content::Error => return Err(refuse((row, column), "its formula ends in an error")),
            Content::Beyond => return Err(refuse((row, column), BEYOND)),
        };
        cells.entry(row).or_default().insert(column, text);
    }
    Ok(cells)
}

/// Reads text: UTF-8, or what a Russian spreadsheet saves by itself, windows-1251.
fn plain(bytes: &[u8]) -> Result<Cells, IngestError> {
    if bytes.contains(&0) {
        return Err(form("it is neither a workbook (.xlsx) nor text".to_owned()));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1251.decode(bytes).0.into_owned(),
    };
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let delimiter = DELIMITERS.into_iter().find(|known| head.contains(*known)).unwrap_or(',');
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .from_reader(text.as_bytes());
    let (mut cells, mut row, mut count) = (Cells::new(), StringRecord::new(), 0);
    while reader.read_record(&mut row).map_err(|fault| form(fault.to_string()))? {
        let line = row.position().map_or(1, csv::Position::line).saturating_sub(1);
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        if line >= MOST_ROWS || row.len() > MOST_COLUMNS as usize {
            return Err(refuse((line, 0), BEYOND));
        }
        count += row.iter().filter(|text| !text.is_empty()).count();
        if count > MOST_CELLS {
            return Err(form(format!("it has over {MOST_CELLS} cells with text")));
        }
        for (column, text) in (0..).zip(row.iter()).filter(|(_, text)| !text.is_empty()) {
            cells.entry(line).or_default().insert(column, text.to_owned());
        }
    }
    Ok(cells)
}

/// Cuts the cells to the columns of the first row; what stands beside them would be lost in silence.
fn rectangle(cells: Cells) -> Result<Vec<Vec<String>>, IngestError> {
    let head = cells.values().next().ok_or_else(|| form("it holds no text".to_owned()))?;
    let first = head.keys().next().copied().unwrap_or_default();
    let last = head.keys().next_back().copied().unwrap_or_default();
    let mut rows = Vec::with_capacity(cells.len());
    for (row, mut line) in cells {
        if let Some(column) = line.keys().find(|column| !(first..=last).contains(*column)) {
            return Err(refuse(
                (row, *column),
                "it stands beside the table: the first row has no name for it",
            ));
        }
        rows.push((first..=last).map(|column| line.remove(&column).unwrap_or_default()).collect());
    }
    Ok(rows)
}

fn refuse((row, column): (u32, u32), problem: &str) -> IngestError {
    IngestError::SheetCell { cell: cell_name(row, column), problem: problem.to_owned() }
}

/// Names a cell as spreadsheets do: `B7`.
fn cell_name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
        left /= 26;
    }
    letters.iter().rev().collect::<String>() + &(row + 1).to_string()
}
