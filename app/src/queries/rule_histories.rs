//! What outcomes say of the rules in force and of their numbers, as the page shows it.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use serde::Serialize;
use utoipa::ToSchema;

use super::common::whole;
use super::version_effects::Share;
use crate::passports::{RulePassport, StepHistory, ThresholdHistory};

/// A number in the place of a threshold: `fired` outcomes, of which so many were confirmed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ThresholdStepView {
    pub written: String,
    pub fired: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Share>,
}

/// A number of a script that decides, in its line, with what numbers around it would have found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ThresholdView {
    pub written: String,
    pub line: String,
    /// Rising; the number itself is among them.
    pub steps: Vec<ThresholdStepView>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleHistoryView {
    pub rule: String,
    /// Outcomes of three years before which it fired.
    pub fired: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Share>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annulled: Option<Share>,
    /// Share of violations among outcomes before which it did not fire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<Share>,
    pub thresholds: Vec<ThresholdView>,
    /// Whether a lawyer checked every reference.
    pub basis_checked: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleHistoryList {
    pub items: Vec<RuleHistoryView>,
}

pub(super) fn history_view(one: &RulePassport) -> RuleHistoryView {
    let history = one.history.clone().unwrap_or_default();
    RuleHistoryView {
        rule: one.rule.clone(),
        fired: whole(history.fired),
        confirmed: history.confirmed.map(Share::from),
        annulled: history.annulled.map(Share::from),
        otherwise: history.otherwise.map(Share::from),
        thresholds: history.thresholds.iter().map(threshold_view).collect(),
        basis_checked: one.basis_checked,
    }
}

fn threshold_view(one: &ThresholdHistory) -> ThresholdView {
    let step = |step: &StepHistory| ThresholdStepView {
        written: step.written.clone(),
        fired: whole(step.fired),
        confirmed: step.confirmed.map(Share::from),
    };
    ThresholdView {
        written: one.written.clone(),
        line: one.line.clone(),
        steps: one.steps.iter().map(step).collect(),
    }
}
