//! The category that a policy would give if other rules held: the arithmetic behind the smallest change.

use dozor_domain::{RiskCategory, RuleState};

use super::arithmetic::{Effect, OwnSeverity, Situation};
use super::text::Policy;
use crate::ScoringError;
use crate::explain::ChangeQuestion;

impl Policy {
    /// Returns the category if exactly these rules held. A rule that holds now has the effect that it has now; one
    /// that does not has that of its head.
    pub(crate) fn category_of(
        &self,
        question: &ChangeQuestion<'_>,
        holding: &[usize],
    ) -> Result<RiskCategory, ScoringError> {
        let unknown = |what: &str, code: &str| ScoringError::PolicyInconsistent {
            problem: format!("the assessment names the {what} group «{code}», which this policy has not"),
        };
        let group = self
            .tables
            .severity_group(question.severity)
            .ok_or_else(|| unknown("severity", question.severity))?;
        let (verdicts, row) = (question.verdicts, question.row);
        let effect = |rule: usize| {
            let (head, column) = (verdicts.heads.get(rule)?, verdicts.columns.get(rule)?);
            let holds_now = column.states.get(row) == Some(&RuleState::Fired);
            let points = column.points.get(row).copied().filter(|_| holds_now).unwrap_or(head.points);
            let (floor, severity) = if holds_now {
                (verdicts.floor(rule, row), verdicts.severity(rule, row))
            } else {
                (head.floor, head.severity.clone())
            };
            Some(Effect { rule: head.id.as_str(), points, floor, severity })
        };
        let place = question
            .model_group
            .map(|code| {
                let place = self.tables.probability.iter().position(|known| known == code);
                place.ok_or_else(|| unknown("probability", code))
            })
            .transpose()?;
        let probability = place.and_then(|place| {
            let bounds = self.tables.probability_bounds.as_ref()?;
            Some(bounds.get(place).copied().unwrap_or(0.0))
        });
        let card = place.and_then(|place| {
            let bounds = self.tables.card_bounds.as_ref()?;
            // Any number below the last bound stands for the last group.
            Some(bounds.get(place).map_or(i64::MIN, |bound| bound.ceil() as i64))
        });
        let situation = Situation {
            fired: holding.iter().filter_map(|&rule| effect(rule)).collect(),
            unknown: Vec::new(),
            severity: OwnSeverity { group, because: String::new(), passed_over: Vec::new() },
            probability,
            card,
        };
        Ok(self.tables.decide(&situation).category)
    }
}
