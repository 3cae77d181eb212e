//! Outcomes of rules, as columns: what `rules` gives and `scoring`, explanation and audit read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{LegalReference, Localized, RiskCategory};

/// Is a power of a rule; the five are never one list (DOMAIN.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// признак нарушения: a place in the desk queue, no points by itself.
    Sign,
    /// критерий отнесения: points, floor, severity.
    Criterion,
    /// индикатор риска: a ground of an event, nothing more.
    Indicator,
    /// добросовестность: negative points, never under a floor.
    GoodFaith,
    /// очерёдность: moves work inside a category.
    Ordering,
}

/// Is what a rule answered about one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum RuleState {
    /// The condition does not hold, or the rule is not about this kind of object.
    NotFired,
    /// The condition holds.
    Fired,
    /// A fact that was needed is missing, or the rule failed on this object.
    Unknown,
}

/// Is what a fired rule does to the severity group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeverityEffect {
    /// The severity group is at least this one (code from the policy's table).
    AtLeast(String),
    /// The severity group is lifted by so many steps, not above the highest.
    LiftBy(u8),
}

/// Is what one rule says of itself; the same for all objects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleHead {
    /// Stable id, the name of its file.
    pub id: String,
    /// Its powers.
    pub kinds: Vec<RuleKind>,
    /// Control kinds it serves.
    pub control_kinds: Vec<String>,
    /// Object kinds it is about; empty = all.
    pub object_kinds: Vec<String>,
    /// Wording.
    pub title: Localized,
    /// Legal basis.
    pub basis: Vec<LegalReference>,
    /// Points when it fires and the script gives none.
    pub points: f64,
    /// Place in the desk queue, 0–100.
    pub priority: f64,
    /// Floor when it fires and the script gives none.
    pub floor: Option<RiskCategory>,
    /// Severity effect when it fires and the script gives none.
    pub severity: Option<SeverityEffect>,
    /// Names of the facts that its script may read, sorted.
    pub facts: Vec<String>,
}

impl RuleHead {
    /// Tells whether the rule has this power.
    pub fn is(&self, kind: RuleKind) -> bool {
        self.kinds.contains(&kind)
    }
    /// Tells whether the rule's points count in the category (criteria and good faith only).
    pub fn counts_in_category(&self) -> bool {
        self.is(RuleKind::Criterion) || self.is(RuleKind::GoodFaith)
    }
    /// Tells whether the rule is evaluated for objects of this kind.
    pub fn is_about(&self, object_kind: &str) -> bool {
        self.object_kinds.is_empty() || self.object_kinds.iter().any(|kind| kind == object_kind)
    }
}

/// Holds what is rare in a row of a rule: an effect that differs from the head, evidence, an error.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleDetail {
    /// Floor given by the script.
    pub floor: Option<RiskCategory>,
    /// Severity effect given by the script.
    pub severity: Option<SeverityEffect>,
    /// Evidence given by the script.
    pub evidence: Option<String>,
    /// Code of the error that made the row unknown.
    pub error: Option<String>,
}

/// Holds one rule's answers, a slot an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleColumn {
    /// Answer per row.
    pub states: Vec<RuleState>,
    /// Points per row; 0 where not fired.
    pub points: Vec<f64>,
    /// Index into `missing_sets` per row; meaningful where the state is unknown.
    pub missing: Vec<u16>,
    /// Distinct sets of missing facts, each sorted; entry 0 is the empty set.
    pub missing_sets: Vec<Vec<String>>,
    /// Rows that have more to say.
    pub details: BTreeMap<u32, RuleDetail>,
}

/// Holds the answers of a whole methodology for a table of objects.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleVerdicts {
    /// The rules, sorted by id.
    pub heads: Vec<RuleHead>,
    /// A column a rule, in the order of `heads`.
    pub columns: Vec<RuleColumn>,
}

impl RuleVerdicts {
    /// Returns the facts that a rule missed in a row; empty unless unknown.
    pub fn missing(&self, rule: usize, row: usize) -> &[String] {
        let column = &self.columns[rule];
        if column.states[row] != RuleState::Unknown {
            return &[];
        }
        column.missing_sets.get(usize::from(column.missing[row])).map_or(&[], Vec::as_slice)
    }
    /// Returns the floor that a fired rule sets in a row.
    pub fn floor(&self, rule: usize, row: usize) -> Option<RiskCategory> {
        self.detail(rule, row).and_then(|detail| detail.floor).or(self.heads[rule].floor)
    }
    /// Returns the severity effect that a fired rule has in a row.
    pub fn severity(&self, rule: usize, row: usize) -> Option<SeverityEffect> {
        self.detail(rule, row)
            .and_then(|detail| detail.severity.clone())
            .or_else(|| self.heads[rule].severity.clone())
    }
    /// Returns the rare part of a row, where there is one.
    pub fn detail(&self, rule: usize, row: usize) -> Option<&RuleDetail> {
        self.columns[rule].details.get(&u32::try_from(row).ok()?)
    }
}
