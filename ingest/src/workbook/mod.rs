//! Workbooks (.xlsx): the cells of one sheet as texts. A workbook is a ZIP file of XML parts; only what a table needs is
//! read: names of sheets, shared texts, which styles are dates, cells.

mod cells;
mod parts;
mod styles;
mod xml;

use std::collections::BTreeMap;

use parts::Parts;
use xml::{Piece, walk};

pub(crate) use cells::{Cell, Content};

/// Folder of the parts that the workbook names.
const FOLDER: &str = "xl/";

/// Reads the cells of a sheet in the order of the file; of several sheets the one that is named.
///
/// # Errors
/// What is wrong with the file, in words.
pub(crate) fn read_cells(bytes: &[u8], sheet: Option<&str>) -> Result<Vec<Cell>, String> {
    let mut parts = Parts::open(bytes)?;
    let sheets =
        sheets(&parts.list("xl/workbook.xml")?.ok_or("it is no workbook: xl/workbook.xml is not there")?)?;
    let names = || sheets.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    let relation = match (sheet, sheets.as_slice()) {
        (None, [(_, relation)]) => relation,
        (Some(wanted), known) => match known.iter().find(|(name, _)| name == wanted) {
            Some((_, relation)) => relation,
            None => return Err(format!("it has no sheet «{wanted}»; its sheets: {}", names())),
        },
        (None, _) => return Err(format!("name one of its sheets: {}", names())),
    };
    let relations = parts.list("xl/_rels/workbook.xml.rels")?.unwrap_or_default();
    let target = targets(&relations)?.remove(relation).ok_or("the sheet has no part")?;
    let texts = cells::shared_texts(&parts.text("xl/sharedStrings.xml")?.unwrap_or_default())?;
    let dates = styles::dates(&parts.list("xl/styles.xml")?.unwrap_or_default())?;
    let path = target.strip_prefix('/').map_or_else(|| format!("{FOLDER}{target}"), str::to_owned);
    let text = parts.text(&path)?.ok_or_else(|| format!("the part {path} is not there"))?;
    cells::read(&text, &texts, &dates)
}

/// Returns names and relations of the sheets, in their order.
fn sheets(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut found = Vec::new();
    walk(text, |piece| {
        if let Piece::Open { name: "sheet", attributes } = &piece {
            let of = |wanted: &str| attributes.get(wanted).cloned().unwrap_or_default();
            found.push((of("name"), of("id")));
        }
        Ok(())
    })?;
    Ok(found)
}

fn targets(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut found = BTreeMap::new();
    walk(text, |piece| {
        if let Piece::Open { name: "Relationship", mut attributes } = piece
            && let (Some(id), Some(target)) = (attributes.remove("Id"), attributes.remove("Target"))
        {
            found.insert(id, target);
        }
        Ok(())
    })?;
    Ok(found)
}
