//! The cells of a sheet and the texts that they share. Many cells may name one long text, so what they would take
//! together is counted before any of it is taken.

use super::xml::{Piece, walk};
use crate::sheet::{MOST_BYTES, MOST_CELLS, MOST_COLUMNS, MOST_ROWS};

/// Is a cell that says something; row and column from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) row: u32,
    pub(crate) column: u32,
    pub(crate) content: Content,
}

/// Is what a cell holds. A formula stands for what it last gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content<T = String> {
    /// A text, or a number as it is written shortest.
    Text(T),
    /// A number that the sheet shows as a date.
    Date,
    /// What a formula gave instead of a value.
    Error,
    /// Stands beyond the rows or columns of a table; what follows it is not read.
    Beyond,
}

/// Reads the texts that cells name by their places; readings of characters (`rPh`) are no part of a text.
pub(super) fn shared_texts(text: &str) -> Result<Vec<String>, String> {
    let (mut texts, mut now, mut is_text, mut is_reading) = (Vec::new(), String::new(), false, false);
    walk(text, |piece| {
        match piece {
            Piece::Open { name: "si", .. } => now.clear(),
            Piece::Close("si") if texts.len() == MOST_CELLS => return Err(too_many()),
            Piece::Close("si") => texts.push(std::mem::take(&mut now)),
            Piece::Open { name: "rPh", .. } => is_reading = true,
            Piece::Close("rPh") => is_reading = false,
            Piece::Open { name: "t", .. } => is_text = true,
            Piece::Close("t") => is_text = false,
            Piece::Text(part) if is_text && !is_reading => now.push_str(part),
            Piece::Open { .. } | Piece::Close(_) | Piece::Text(_) => {}
        }
        Ok(())
    })?;
    Ok(texts)
}

fn too_many() -> String {
    format!("it has over {MOST_CELLS} cells with text")
}

/// Is a cell that is being read.
#[derive(Debug, Default)]
struct Open {
    kind: String,
    is_date: bool,
    value: String,
    takes: bool,
}

/// Holds the cells that were read, together not more than a table may have.
#[derive(Debug)]
struct Taken {
    cells: Vec<Cell>,
    bytes_left: usize,
}

impl Taken {
    /// Takes a cell that says something, at a row and a column.
    fn take(&mut self, (row, column): (u32, u32), content: Content<&str>) -> Result<(), String> {
        let content = match content {
            Content::Text("") => return Ok(()),
            _ if self.is_beyond() => return Ok(()),
            _ if row >= MOST_ROWS || column >= MOST_COLUMNS => Content::Beyond,
            Content::Text(text) => {
                let left = self.bytes_left.checked_sub(text.len());
                self.bytes_left =
                    left.ok_or_else(|| format!("its cells hold over {MOST_BYTES} bytes of text"))?;
                Content::Text(text.to_owned())
            }
            Content::Date => Content::Date,
            Content::Error => Content::Error,
            Content::Beyond => Content::Beyond,
        };
        if self.cells.len() == MOST_CELLS {
            return Err(too_many());
        }
        self.cells.push(Cell { row, column, content });
        Ok(())
    }

    fn is_beyond(&self) -> bool {
        self.cells.last().is_some_and(|cell| cell.content == Content::Beyond)
    }
}

/// Reads the cells that hold something.
pub(super) fn read(text: &str, texts: &[String], dates: &[bool]) -> Result<Vec<Cell>, String> {
    let (mut taken, mut open) = (Taken { cells: Vec::new(), bytes_left: MOST_BYTES }, Open::default());
    // Rows and cells may leave out where they stand: then they follow the one before.
    let (mut row, mut column) = (None, None);
    let next = |place: Option<u32>| place.map_or(0, |place| place.saturating_add(1));
    walk(text, |piece| {
        match piece {
            Piece::Open { name: "row", attributes } => {
                let given = attributes.get("r").and_then(|text| text.parse::<u32>().ok()?.checked_sub(1));
                (row, column) = (Some(given.unwrap_or_else(|| next(row))), None);
            }
            Piece::Open { name: "c", attributes } => {
                let place = attributes.get("r").and_then(|text| place(text));
                column = Some(place.map_or_else(|| next(column), |(column, _)| column));
                row = place.map(|(_, row)| row).or(row);
                let style = attributes.get("s").and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
                open = Open {
                    kind: attributes.get("t").cloned().unwrap_or_default(),
                    is_date: dates.get(style).copied().unwrap_or(false),
                    ..Open::default()
                };
            }
            Piece::Open { name: "v" | "t", .. } => open.takes = true,
            Piece::Close("v" | "t") => open.takes = false,
            Piece::Text(part) if open.takes => open.value.push_str(part),
            Piece::Close("c") => {
                let place = (row.unwrap_or_default(), column.unwrap_or_default());
                let open = std::mem::take(&mut open);
                match number(&open) {
                    Some(number) => taken.take(place, Content::Text(&number))?,
                    None => taken.take(place, content(&open, texts)?)?,
                }
            }
            Piece::Open { .. } | Piece::Close(_) | Piece::Text(_) => {}
        }
        Ok(())
    })?;
    Ok(taken.cells)
}

/// Returns a number as it is written shortest: 2.1 may stand in the file as 2.1000000000000001.
fn number(open: &Open) -> Option<String> {
    let is_number =
        !open.is_date && !matches!(open.kind.as_str(), "e" | "d" | "s" | "b" | "str" | "inlineStr");
    let number = open.value.trim().parse::<f64>().ok().filter(|_| is_number)?;
    Some(number.to_string())
}

fn content<'a>(open: &'a Open, texts: &'a [String]) -> Result<Content<&'a str>, String> {
    let value = open.value.trim();
    Ok(match open.kind.as_str() {
        "e" => Content::Error,
        "d" => Content::Date,
        "s" => {
            let text = value.parse::<usize>().ok().and_then(|place| texts.get(place));
            let text = text.ok_or_else(|| format!("a cell names the text {value}, which is not there"))?;
            Content::Text(text.trim())
        }
        "b" => Content::Text(if value == "1" { "true" } else { "false" }),
        "str" | "inlineStr" => Content::Text(value),
        _ if open.is_date && !value.is_empty() => Content::Date,
        _ => Content::Text(value),
    })
}

/// Reads `B7` as column 1 and row 6.
fn place(name: &str) -> Option<(u32, u32)> {
    let letters = name.len() - name.trim_start_matches(|letter: char| letter.is_ascii_uppercase()).len();
    let (column, row) = name.split_at(letters);
    let column = column
        .bytes()
        .try_fold(0_u32, |sum, letter| sum.checked_mul(26)?.checked_add(u32::from(letter - b'A') + 1))?;
    Some((column.checked_sub(1)?, row.parse::<u32>().ok()?.checked_sub(1)?))
}
