//! Two rules of one kind that fire on exactly the same objects.

use dozor_domain::RuleKind;
use dozor_facts::FactsTable;

use super::{Answered, Finding};

/// On fewer objects two rules may agree by chance.
const FEWEST_OBJECTS: u64 = 20;

pub(super) fn check(rules: &[Answered<'_>], table: &FactsTable) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, (head, column)) in rules.iter().enumerate() {
        let count = column.fired.count();
        if count < FEWEST_OBJECTS || head.is(RuleKind::Ordering) {
            continue;
        }
        for (other, twin) in rules.iter().skip(at + 1).filter(|(other, _)| other.kinds == head.kinds) {
            if column.fired == twin.fired
                && let Some(row) = column.fired.rows().next()
            {
                let message = format!("both fire on the same {count} objects and on no other");
                let finding = Finding::warning("VERIFY_OVERLAP", &head.id, message).with(&other.id);
                found.push(finding.shown_by(table.object_key(row)));
            }
        }
    }
    found
}
