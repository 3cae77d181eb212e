//! A burden and good faith out of the same facts on one object.

use dozor_domain::RuleKind;
use dozor_facts::FactsTable;

use super::{Answered, Finding};

pub(super) fn check(rules: &[Answered<'_>], table: &FactsTable) -> Vec<Finding> {
    let mut found = Vec::new();
    let of = |kind: RuleKind| rules.iter().filter(move |(head, _)| head.is(kind));
    for (good, lowering) in of(RuleKind::GoodFaith) {
        for (burden, raising) in of(RuleKind::Criterion) {
            let shared: Vec<&str> =
                good.facts.iter().filter(|fact| burden.facts.contains(fact)).map(String::as_str).collect();
            if shared.is_empty() {
                continue;
            }
            let mut rows = lowering.fired.rows().filter(|row| raising.fired.get(*row));
            if let Some(row) = rows.next() {
                let message =
                    format!("both fire on {} objects and read {}", rows.count() + 1, shared.join(", "));
                let finding = Finding::warning("VERIFY_CONTRADICTION", &good.id, message).with(&burden.id);
                found.push(finding.shown_by(table.object_key(row)));
            }
        }
    }
    found
}
