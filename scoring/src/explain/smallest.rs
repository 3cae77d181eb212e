//! The smallest change that would lower a category: the reply to an owner's request. It is exact over rules and points:
//! every set of rules whose answer the owner can change is tried through the same arithmetic that gave the category,
//! the smallest sets first, so that what is found is smallest and what is not found does not exist.

use dozor_domain::{RiskCategory, RuleHead, RuleState, RuleVerdicts};
use serde::{Deserialize, Serialize};

use crate::{Policy, ScoringError};

/// Rules that can change together at most: beyond it a reply is no help, and the number of sets grows fast.
const MOST: usize = 4;

/// Is one rule's change in the reply.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum RuleChange {
    /// The rule holds now and would no longer: what it says is put right.
    Cease {
        /// Rule id.
        rule: String,
        /// Its facts that the owner can influence, sorted.
        facts: Vec<String>,
    },
    /// The rule of good faith does not hold now and would.
    Earn {
        /// Rule id.
        rule: String,
        /// Its facts that the owner can influence, sorted.
        facts: Vec<String>,
    },
}

/// Is a smallest set of changes with what it leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmallestChange {
    /// The changes, by rule; all are needed.
    pub changes: Vec<RuleChange>,
    /// The category after them.
    pub category: RiskCategory,
}

/// Is what the search asks about one object and control kind.
#[derive(Debug)]
pub struct ChangeQuestion<'a> {
    /// Answers of the rules; one row is read.
    pub verdicts: &'a RuleVerdicts,
    /// The row.
    pub row: usize,
    /// Code of the control kind.
    pub control_kind: &'a str,
    /// Group of the object's own severity, as its basis says.
    pub severity: &'a str,
    /// Group that the model gives, where the role of the model lets it.
    pub model_group: Option<&'a str>,
    /// Facts that the person can influence.
    pub actionable: &'a [&'a str],
}

/// Finds all smallest sets of changes that lower the category, by rule id; empty where nothing that the owner can
/// influence lowers it.
///
/// # Errors
/// [`ScoringError::PolicyInconsistent`] where a group is not of this policy.
pub fn smallest_changes(
    policy: &Policy,
    question: &ChangeQuestion<'_>,
) -> Result<Vec<SmallestChange>, ScoringError> {
    let state =
        |rule: usize| question.verdicts.columns.get(rule).and_then(|c| c.states.get(question.row)).copied();
    let heads = &question.verdicts.heads;
    let serves = |head: &RuleHead| {
        head.control_kinds.is_empty() || head.control_kinds.iter().any(|kind| kind == question.control_kind)
    };
    let mut fired: Vec<usize> = Vec::new();
    let mut movable: Vec<(usize, RuleChange)> = Vec::new();
    for (rule, head) in heads.iter().enumerate().filter(|(_, head)| head.counts_in_category() && serves(head))
    {
        let facts = actionable(head, question.actionable);
        let name = || (head.id.clone(), facts.clone());
        match state(rule) {
            Some(RuleState::Fired) => {
                fired.push(rule);
                if !facts.is_empty() && !is_good_faith(head) {
                    let (rule_id, facts) = name();
                    movable.push((rule, RuleChange::Cease { rule: rule_id, facts }));
                }
            }
            Some(RuleState::NotFired | RuleState::Unknown) if !facts.is_empty() && is_good_faith(head) => {
                let (rule_id, facts) = name();
                movable.push((rule, RuleChange::Earn { rule: rule_id, facts }));
            }
            Some(RuleState::NotFired | RuleState::Unknown) | None => {}
        }
    }
    let now = policy.category_of(question, &fired)?;
    for size in 1..=MOST.min(movable.len()) {
        let mut found = Vec::new();
        for set in combinations(movable.len(), size) {
            let mut rules = fired.clone();
            for &at in &set {
                let (rule, change) = &movable[at];
                match change {
                    RuleChange::Cease { .. } => rules.retain(|known| known != rule),
                    RuleChange::Earn { .. } => rules.push(*rule),
                }
            }
            rules.sort_unstable();
            let category = policy.category_of(question, &rules)?;
            if category < now {
                let mut changes: Vec<RuleChange> = set.iter().map(|&at| movable[at].1.clone()).collect();
                changes.sort();
                found.push(SmallestChange { changes, category });
            }
        }
        if !found.is_empty() {
            // The lowest category first, then by rule.
            found.sort_by(|a, b| a.category.cmp(&b.category).then_with(|| a.changes.cmp(&b.changes)));
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

fn is_good_faith(head: &RuleHead) -> bool {
    head.is(dozor_domain::RuleKind::GoodFaith)
}

fn actionable(head: &RuleHead, all: &[&str]) -> Vec<String> {
    let mut facts: Vec<String> =
        head.facts.iter().filter(|fact| all.contains(&fact.as_str())).cloned().collect();
    facts.sort();
    facts.dedup();
    facts
}

/// Returns every set of `size` places under `count`, in lexical order.
fn combinations(count: usize, size: usize) -> Vec<Vec<usize>> {
    let mut sets: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..size {
        sets = sets
            .into_iter()
            .flat_map(|set| {
                let next = set.last().map_or(0, |last| last + 1);
                (next..count).map(move |at| set.iter().copied().chain([at]).collect())
            })
            .collect();
    }
    sets
}

#[cfg(test)]
mod tests {
    use dozor_domain::{Localized, RuleColumn, RuleKind};

    use super::*;

    fn pack(file: &str) -> String {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs/moscow");
        std::fs::read_to_string(folder.join(file)).unwrap()
    }

    fn moscow() -> Policy {
        use dozor_domain::ValueType;
        let names: dozor_script::Names = [
            ("object_kind", ValueType::Text),
            ("capital_structure", ValueType::Boolean),
            ("building_registered_area_m2", ValueType::Float),
            ("land_egrn_area_m2", ValueType::Float),
            ("mass_presence_people", ValueType::Integer),
        ]
        .into_iter()
        .collect();
        let manifest = dozor_domain::PackManifest::parse(&pack("pack.toml")).unwrap();
        Policy::parse(&pack("policy.toml"), &names, &manifest).unwrap()
    }

    /// Makes rules: id, points, whether it holds, floor, its one fact.
    fn verdicts(rules: &[(&str, f64, bool, Option<RiskCategory>, &str)]) -> RuleVerdicts {
        let mut verdicts = RuleVerdicts { heads: Vec::new(), columns: Vec::new() };
        for (id, points, holds, floor, fact) in rules {
            verdicts.heads.push(RuleHead {
                id: (*id).to_owned(),
                kinds: vec![if *points < 0.0 { RuleKind::GoodFaith } else { RuleKind::Criterion }],
                control_kinds: vec![],
                object_kinds: vec![],
                title: Localized::default(),
                basis: vec![],
                points: *points,
                priority: 0.0,
                floor: *floor,
                severity: None,
                facts: vec![(*fact).to_owned()],
            });
            verdicts.columns.push(RuleColumn {
                states: vec![if *holds { RuleState::Fired } else { RuleState::NotFired }],
                points: vec![if *holds { *points } else { 0.0 }],
                missing: vec![0],
                missing_sets: vec![vec![]],
                details: std::collections::BTreeMap::new(),
            });
        }
        verdicts
    }

    fn ask(verdicts: &RuleVerdicts, actionable: &[&str]) -> Vec<(Vec<String>, RiskCategory)> {
        let question = ChangeQuestion {
            verdicts,
            row: 0,
            control_kind: "municipal_land",
            severity: "Б",
            model_group: None,
            actionable,
        };
        let named = |change: &RuleChange| match change {
            RuleChange::Cease { rule, .. } => format!("-{rule}"),
            RuleChange::Earn { rule, .. } => format!("+{rule}"),
        };
        let found = smallest_changes(&moscow(), &question).unwrap();
        found.into_iter().map(|one| (one.changes.iter().map(named).collect(), one.category)).collect()
    }

    #[test]
    fn one_change_is_offered_before_two_and_only_what_the_owner_can_influence() {
        // 12 + 14 = 26: group 1, Б → high. Without the overdue prescription 14: group 2, medium.
        let rules = [
            ("prescription_overdue", 12.0, true, Some(RiskCategory::Medium), "prescription_overdue_days"),
            ("prior_violations", 14.0, true, None, "violations_final_3y"),
            ("good_faith_self", -4.0, false, None, "self_assessment_valid"),
        ];
        let both = ask(&verdicts(&rules), &["prescription_overdue_days", "self_assessment_valid"]);
        assert_eq!(both.len(), 2, "26 − 4 = 22 is group 2 as well: {both:?}");
        assert!(both.iter().all(|(changes, to)| changes.len() == 1 && *to == RiskCategory::Medium));
        // Past violations cannot be undone: they are never offered.
        assert!(both.iter().all(|(changes, _)| changes[0] != "-prior_violations"));
        assert_eq!(ask(&verdicts(&rules), &[]), []);
    }

    #[test]
    fn two_changes_are_found_where_one_is_not_enough_and_a_floor_holds() {
        let rules = [
            ("court_unexecuted", 15.0, true, Some(RiskCategory::High), "court"),
            ("sign_confirmed", 20.0, true, None, "signs"),
        ];
        // 35 → 20 without the sign keeps the floor at high; 20 without the court is group 2, medium.
        assert_eq!(
            ask(&verdicts(&rules), &["court", "signs"]),
            [(vec!["-court_unexecuted".to_owned()], RiskCategory::Medium)]
        );
        let two = [("a", 26.0, true, None, "a"), ("b", 26.0, true, None, "b")];
        let found = ask(&verdicts(&two), &["a", "b"]);
        assert_eq!(found, [(vec!["-a".to_owned(), "-b".to_owned()], RiskCategory::Low)]);
    }

    #[test]
    fn sets_are_counted_once() {
        assert_eq!(combinations(4, 2).len(), 6);
        assert_eq!(combinations(3, 1), [[0], [1], [2]]);
        assert!(combinations(2, 3).is_empty());
    }
}
