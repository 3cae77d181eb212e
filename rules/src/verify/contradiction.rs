//! A burden and good faith out of the same facts on one object.

use dozor_domain::{RuleKind, RuleState};
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
            let both = |(a, b): (&RuleState, &RuleState)| *a == RuleState::Fired && *b == RuleState::Fired;
            let mut rows =
                lowering.states.iter().zip(&raising.states).enumerate().filter(|(_, pair)| both(*pair));
            if let Some((row, _)) = rows.next() {
                let message =
                    format!("both fire on {} objects and read {}", rows.count() + 1, shared.join(", "));
                let finding = Finding::warning("VERIFY_CONTRADICTION", &good.id, message).with(&burden.id);
                found.push(finding.shown_by(table.object_key(row)));
            }
        }
    }
    found
}
