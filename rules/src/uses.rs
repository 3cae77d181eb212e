//! Whether each rule reads only facts that the catalogue allows to its kind.

use dozor_domain::RuleKind;
use dozor_facts::{FactCatalogue, FactHead, FactUse, Sensitivity};

use crate::error::RuleProblem;
use crate::ruleset::RuleSet;

/// Returns the use that a fact must have to be read by a rule of this kind.
fn needed(kind: RuleKind) -> FactUse {
    match kind {
        RuleKind::Criterion | RuleKind::GoodFaith => FactUse::Criterion,
        RuleKind::Sign | RuleKind::Indicator => FactUse::Sign,
        RuleKind::Ordering => FactUse::Ordering,
    }
}

/// A proxy may order work inside a category and touch no category; protected and personal facts are for reports only.
fn may_be_read(fact: &FactHead, kind: RuleKind) -> bool {
    match fact.sensitivity {
        None => true,
        Some(Sensitivity::Proxy) => kind == RuleKind::Ordering,
        Some(Sensitivity::Protected | Sensitivity::Personal) => false,
    }
}

impl RuleSet {
    /// Finds rules that read a fact whose use (`use` in facts.toml) does not include their kind, or that is
    /// protected, personal or a proxy: such facts are for reports, never for a category.
    pub fn check_uses(&self, catalogue: &FactCatalogue) -> Vec<RuleProblem> {
        let mut problems = Vec::new();
        for rule in &self.rules {
            let head = rule.head();
            for (fact, kind) in
                head.facts.iter().flat_map(|fact| head.kinds.iter().map(move |kind| (fact, *kind)))
            {
                let Some(known) = catalogue.head(fact) else { continue };
                let used = needed(kind);
                if known.uses.has(used) && may_be_read(known, kind) {
                    continue;
                }
                let message = format!(
                    "the rule reads «{fact}», whose use is {}; this kind of rule needs {}",
                    known.uses.letters(),
                    used.letter()
                );
                problems.push(RuleProblem::error(
                    "RULE_FACT_USE",
                    &format!("rules/{}.rhai", head.id),
                    None,
                    message,
                ));
            }
        }
        problems
    }
}
