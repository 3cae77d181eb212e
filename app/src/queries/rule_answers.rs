//! What the rules answer about one object, each with the facts that it reads.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::BTreeMap;

use dozor_domain as domain;
use dozor_domain::RuleVerdicts;
use dozor_scoring::FactSaid;
use serde::Serialize;
use utoipa::ToSchema;

use super::Queries;
use super::codes::{RiskCategory, RuleKind, RuleState};
use super::common::{FactValue, LegalReference, Localized, SeverityChange, references};
use super::snoozes::Snooze;

/// A rule that fired or could not be answered on this object.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleAnswer {
    pub rule: String,
    pub title: Localized,
    pub kinds: Vec<RuleKind>,
    pub state: RuleState,
    pub points: f64,
    pub priority: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<RiskCategory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<SeverityChange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Localized>,
    /// What was found, in a sentence with the object's own values; only of a rule that fired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<Localized>,
    pub facts: Vec<FactValue>,
    pub missing: Vec<String>,
    pub basis: Vec<LegalReference>,
    /// Set while the rule is put aside on this object: it is not queued, the category does not move.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snooze: Option<Snooze>,
    /// Code of the failure, when the rule failed on this object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Queries {
    /// Returns the facts that a rule reads, as an explanation says them: those of its sentence first.
    pub(super) fn rule_facts(
        &self,
        rule: &domain::RuleHead,
        said: &BTreeMap<String, FactSaid>,
    ) -> Vec<FactValue> {
        let value = |name: String| {
            let (head, said) = (self.dozor.methodology.catalogue.head(&name)?, said.get(&name)?);
            let mut fact = FactValue::new(&name, head.value_type, said);
            fact.words = said.value.as_ref().and_then(|value| self.code_words(&name, value));
            // A register without a record says so itself: «none» has a source too.
            if fact.source.is_none() && said.value.is_some() {
                fact.source = self.sources_title(&head.sources);
            }
            Some(fact)
        };
        self.reading_order(rule).into_iter().filter_map(value).collect()
    }

    /// Returns the answers about an object that fired or stayed unknown under one kind of control, heaviest first.
    pub(super) fn answers(
        &self,
        assessed: &domain::Assessment,
        verdicts: &RuleVerdicts,
        said: &BTreeMap<String, FactSaid>,
    ) -> Vec<RuleAnswer> {
        let mut answers = Vec::new();
        for (rule, head) in verdicts.heads.iter().enumerate() {
            let stated = assessed.rules.iter().find(|(id, _)| *id == head.id);
            let (Some((_, state)), Some(column)) = (stated, verdicts.columns.get(rule)) else { continue };
            let detail = verdicts.detail(rule, 0);
            answers.push(RuleAnswer {
                rule: head.id.clone(),
                title: Localized::from(&head.title),
                kinds: head.kinds.iter().map(|kind| RuleKind::from(*kind)).collect(),
                state: (*state).into(),
                points: column.points.first().copied().unwrap_or(0.0),
                priority: head.priority,
                floor: verdicts.floor(rule, 0).map(RiskCategory::from),
                severity: verdicts.severity(rule, 0).map(SeverityChange::from),
                evidence: detail.and_then(|one| self.evidence_text(one.evidence.as_deref()?)),
                said: self.sentence(&head.id, said).filter(|_| *state == domain::RuleState::Fired),
                facts: self.rule_facts(head, said),
                missing: verdicts.missing(rule, 0).to_vec(),
                basis: references(&head.basis),
                snooze: None,
                error: detail.and_then(|one| one.error.clone()),
            });
        }
        answers.sort_by(|a, b| {
            (a.state != RuleState::Fired)
                .cmp(&(b.state != RuleState::Fired))
                .then_with(|| b.points.abs().total_cmp(&a.points.abs()))
                .then_with(|| b.priority.total_cmp(&a.priority))
        });
        answers
    }
}
