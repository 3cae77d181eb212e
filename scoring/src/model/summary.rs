//! What a model says of itself: window, counts, held-out figures, features, what was dropped and why.

use dozor_domain::Timestamp;
use serde::{Deserialize, Serialize};

use crate::spec::{CalibrationMethod, ModelKind};

/// Names the state of knowledge that a model was trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingWindow {
    /// Outcomes known by this instant.
    pub as_of: Timestamp,
    /// Last commit seen.
    pub up_to_seq: i64,
}

/// Holds figures on the latest outcomes, which the weights had not seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldOut {
    /// Outcomes held out.
    pub rows: usize,
    /// Violations among them.
    pub positives: usize,
    /// Share of pairs in the right order.
    pub auc: f64,
    /// 95 % interval of it, by bootstrap.
    pub auc_interval: [f64; 2],
    /// Mean squared error of the calibrated probability (calibrated on these rows).
    pub brier: f64,
    /// 95 % interval of it.
    pub brier_interval: [f64; 2],
    /// The calibrations side by side: fitted on the earlier half of these rows, measured on the later.
    pub calibrations: Vec<CalibrationFigures>,
}

/// Says what a way of calibrating is worth on later outcomes than those that it was fitted on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationFigures {
    /// `platt` or `isotonic`.
    pub method: CalibrationMethod,
    /// Mean squared error of the probability.
    pub brier: f64,
    /// Mean distance of promised from found rate over ten bins of equal count.
    pub calibration_error: f64,
}

/// Is one feature of the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSummary {
    /// Name of the fact.
    pub fact: String,
    /// Columns of the matrix that it became.
    pub columns: usize,
}

/// Is a fact of model.toml that says nothing in these training rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DroppedFact {
    /// Name of the fact.
    pub fact: String,
    /// `missing_everywhere` or `constant`.
    pub reason: String,
}

/// Is what people and logs read about a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelSummary {
    /// Code from model.toml.
    pub name: String,
    /// What computes the score.
    pub kind: ModelKind,
    /// How the score becomes a probability.
    pub calibration: CalibrationMethod,
    /// State of knowledge.
    pub window: TrainingWindow,
    /// Instant of the first outcome.
    pub first_outcome: Timestamp,
    /// Instant of the last outcome.
    pub last_outcome: Timestamp,
    /// Labelled outcomes.
    pub rows: usize,
    /// Violations among them.
    pub positives: usize,
    /// Figures on the calibration part.
    pub held_out: HeldOut,
    /// Features in order.
    pub features: Vec<FeatureSummary>,
    /// Facts that were asked for and left out.
    pub dropped: Vec<DroppedFact>,
    /// Hash of the catalogue of facts.
    pub catalogue: String,
    /// Hash of model.toml's content.
    pub spec: String,
    /// Hash of the training rows: objects, instants, labels, values.
    pub data: String,
}
