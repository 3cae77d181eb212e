//! The portfolio as files that other tools read at once.

use std::path::Path;

use dozor_domain::ValueType;
use dozor_facts::FactsTable;
use dozor_script::Cell;

use crate::Failed;
use crate::portfolio::KINDS;

/// Writes the columns as other tools can read them at once: values little-endian, a byte of 0 or 1 a row for known.
pub(crate) fn write(table: &FactsTable, folder: &Path) -> Result<(), Failed> {
    std::fs::create_dir_all(folder)?;
    let mut listed = Vec::new();
    for (place, column) in table.columns().iter().enumerate() {
        let (mut values, mut known) = (Vec::new(), Vec::with_capacity(table.len()));
        for row in 0..table.len() {
            let cell = table.cell(row, place);
            known.push(u8::from(cell != Cell::Missing));
            match (column.value_type, cell) {
                (ValueType::Boolean, cell) => values.push(u8::from(cell == Cell::Boolean(true))),
                (ValueType::Float, Cell::Float(number)) => values.extend(number.to_le_bytes()),
                (_, Cell::Integer(whole)) => values.extend(whole.to_le_bytes()),
                (ValueType::Text | ValueType::Codes, cell) => {
                    let kind = KINDS.iter().position(|kind| cell == Cell::Text(kind)).unwrap_or_default();
                    values.push(u8::try_from(kind)?);
                }
                _ => values.extend([0; 8]),
            }
        }
        std::fs::write(folder.join(format!("{}.values", column.code)), values)?;
        std::fs::write(folder.join(format!("{}.known", column.code)), known)?;
        listed.push(serde_json::json!({ "code": column.code, "type": format!("{:?}", column.value_type) }));
    }
    let listed = serde_json::json!({ "rows": table.len(), "columns": listed, "kinds": KINDS });
    std::fs::write(folder.join("columns.json"), listed.to_string())?;
    Ok(())
}
