//! The cells of a sheet and the texts that they share.

use super::xml::{Piece, walk};

/// Is a cell that says something; row and column from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) row: u32,
    pub(crate) column: u32,
    pub(crate) content: Content,
}

/// Is what a cell holds. A formula stands for what it last gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A text, or a number as it is written shortest.
    Text(String),
    /// A number that the sheet shows as a date.
    Date,
    /// What a formula gave instead of a value.
    Error,
}

/// Reads the texts that cells name by their places; readings of characters (`rPh`) are no part of a text.
pub(super) fn shared_texts(text: &str) -> Result<Vec<String>, String> {
    let (mut texts, mut now, mut is_text, mut is_reading) = (Vec::new(), String::new(), false, false);
    walk(text, |piece| {
        match piece {
            Piece::Open { name: "si", .. } => now.clear(),
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

/// Is a cell that is being read.
#[derive(Debug, Default)]
struct Open {
    kind: String,
    is_date: bool,
    value: String,
    takes: bool,
}

/// Reads the cells that hold something.
pub(super) fn read(text: &str, texts: &[String], dates: &[bool]) -> Result<Vec<Cell>, String> {
    let (mut cells, mut open) = (Vec::new(), Open::default());
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
                let content = content(&std::mem::take(&mut open), texts)?;
                if content != Content::Text(String::new()) {
                    let (row, column) = (row.unwrap_or_default(), column.unwrap_or_default());
                    cells.push(Cell { row, column, content });
                }
            }
            Piece::Open { .. } | Piece::Close(_) | Piece::Text(_) => {}
        }
        Ok(())
    })?;
    Ok(cells)
}

fn content(open: &Open, texts: &[String]) -> Result<Content, String> {
    let value = open.value.trim();
    Ok(match open.kind.as_str() {
        "e" => Content::Error,
        "d" => Content::Date,
        "s" => {
            let text = value.parse::<usize>().ok().and_then(|place| texts.get(place));
            let text = text.ok_or_else(|| format!("a cell names the text {value}, which is not there"))?;
            Content::Text(text.trim().to_owned())
        }
        "b" => Content::Text(if value == "1" { "true" } else { "false" }.to_owned()),
        "str" | "inlineStr" => Content::Text(value.to_owned()),
        _ if value.is_empty() => Content::Text(String::new()),
        _ if open.is_date => Content::Date,
        // As written shortest: 2.1 may stand in the file as 2.1000000000000001.
        _ => {
            Content::Text(value.parse::<f64>().map_or_else(|_| value.to_owned(), |number| number.to_string()))
        }
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
