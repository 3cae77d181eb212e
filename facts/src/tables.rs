//! Tables of the catalogue that lie in files of their own: `file = "tables/<name>.csv"` in place of `entries`. A sheet
//! that a methodologist keeps is data; the values are the same wherever they are written, and so is the hash.

use std::collections::BTreeMap;

use dozor_script::TableRows;

use crate::definition::CatalogueText;
use crate::error::FactsError;

/// Reads the files of the tables that name one; `files` holds texts by their path inside the pack.
///
/// # Errors
/// [`FactsError::Table`] where a file is not there, or is no table of two keys and a whole number.
pub(crate) fn read_in(raw: &mut CatalogueText, files: &BTreeMap<String, String>) -> Result<(), FactsError> {
    for (name, table) in &mut raw.tables {
        let Some(file) = table.file.take() else { continue };
        let refuse = |problem: String| FactsError::Table { table: name.clone(), problem };
        if !table.entries.is_empty() {
            return Err(refuse(format!("it has both `entries` and the file {file}")));
        }
        let text = files.get(&file).ok_or_else(|| refuse(format!("the pack has no file {file}")))?;
        let rows = TableRows::parse(name, text).map_err(|fault| refuse(fault.to_string()))?;
        table.entries = entries(rows).map_err(refuse)?;
    }
    Ok(())
}

fn entries(sheet: TableRows) -> Result<Vec<(String, String, i64)>, String> {
    let entry = |(line, cells): (usize, Vec<String>)| {
        let [row, column, value] = <[String; 3]>::try_from(cells)
            .map_err(|cells| format!("line {line} has {} cells: a row, a column, a value", cells.len()))?;
        let value = value.parse().map_err(|_| format!("line {line}: «{value}» is no whole number"))?;
        Ok((row, column, value))
    };
    sheet.rows.into_iter().map(entry).collect()
}
