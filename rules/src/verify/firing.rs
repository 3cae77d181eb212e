//! Dead rules, rules that fire on everything they are about, rules that nobody can answer, rules that fail.

use dozor_domain::RowBits;
use dozor_facts::FactsTable;
use dozor_script::Cell;

use super::{Answered, Finding};
use crate::cases::OBJECT_KIND;

pub(super) fn check(rules: &[Answered<'_>], table: &FactsTable) -> Vec<Finding> {
    let kind_column = table.column(OBJECT_KIND);
    let mut found = Vec::new();
    for (head, column) in rules {
        let is_about = |row: &usize| match kind_column.map(|column| table.cell(*row, column)) {
            Some(Cell::Text(kind)) => head.is_about(kind),
            _ => true,
        };
        let about: Vec<usize> = (0..table.len()).filter(is_about).collect();
        let of = |bits: &RowBits| about.iter().filter(|row| bits.get(**row)).count();
        let (fired, unknown) = (of(&column.fired), of(&column.unknown));
        let objects = about.len();
        let first = about.first().map(|row| table.object_key(*row).to_owned());
        let shown = |finding: Finding| match &first {
            Some(key) => finding.shown_by(key.clone()),
            None => finding,
        };
        let id = &head.id;
        if objects == 0 {
            found.push(Finding::warning(
                "VERIFY_NEVER_FIRES",
                id,
                "the portfolio has no object that it is about",
            ));
        } else if unknown == objects {
            found.push(shown(Finding::warning(
                "VERIFY_NEVER_KNOWN",
                id,
                format!("unknown on all {objects} objects"),
            )));
        } else if fired == 0 {
            let message = format!("0 of {objects} objects, {unknown} of them unknown");
            found.push(shown(Finding::warning("VERIFY_NEVER_FIRES", id, message)));
        } else if fired == objects {
            found.push(shown(Finding::warning("VERIFY_ALWAYS_FIRES", id, format!("all {objects} objects"))));
        }
        if let Some((row, code)) = column.errors.first_key_value() {
            let count = column.errors.len();
            let finding = Finding::warning("VERIFY_FAILS", id, format!("{code} on {count} objects"));
            found.push(finding.shown_by(table.object_key(*row as usize)));
        }
    }
    found
}
