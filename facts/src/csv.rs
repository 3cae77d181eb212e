//! CSV for people: one row a key, `object_id`, `as_of`, then the facts. Missing is empty; floats stand in the shortest
//! form that reads back the same; a text that a spreadsheet would run as a formula gets a leading apostrophe.

use std::io::Write;

use dozor_script::Cell;

use crate::error::FactsError;
use crate::table::{AS_OF, FactsTable, OBJECT_KEY};

impl FactsTable {
    /// Writes the table as CSV (UTF-8, comma, `\n`).
    ///
    /// # Errors
    /// [`FactsError::File`] where `out` refuses the bytes.
    pub fn to_csv(&self, mut out: impl Write) -> Result<(), FactsError> {
        let refused =
            |error: std::io::Error| FactsError::File { doing: "writing", problem: error.to_string() };
        let mut line = format!("{OBJECT_KEY},{AS_OF}");
        for column in self.columns() {
            line.push(',');
            line.push_str(&column.code);
        }
        line.push('\n');
        // As every export: by the registry's key.
        let mut rows: Vec<usize> = (0..self.len()).collect();
        rows.sort_by(|a, b| self.object_key(*a).cmp(self.object_key(*b)).then(a.cmp(b)));
        for row in rows {
            push_text(&mut line, self.object_key(row));
            line.push(',');
            line.push_str(&self.as_of(row).to_string());
            for column in 0..self.columns().len() {
                line.push(',');
                push_cell(&mut line, self.cell(row, column));
            }
            line.push('\n');
            if line.len() > 65_536 {
                out.write_all(line.as_bytes()).map_err(refused)?;
                line.clear();
            }
        }
        out.write_all(line.as_bytes()).and_then(|()| out.flush()).map_err(refused)
    }
}

fn push_cell(line: &mut String, cell: Cell<'_>) {
    match cell {
        Cell::Missing => {}
        Cell::Boolean(flag) => line.push_str(if flag { "true" } else { "false" }),
        Cell::Integer(number) => line.push_str(&number.to_string()),
        Cell::Float(number) => line.push_str(&number.to_string()),
        Cell::Text(text) | Cell::JoinedCodes(text) => push_text(line, text),
        Cell::Codes(codes) => push_text(line, &codes.join(";")),
    }
}

fn push_text(line: &mut String, text: &str) {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let guard = if is_formula { "'" } else { "" };
    if text.contains([',', '"', '\n', '\r']) {
        line.push('"');
        line.push_str(guard);
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(guard);
        line.push_str(text);
    }
}
