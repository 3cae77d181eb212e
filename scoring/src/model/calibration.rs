//! From a raw score to a probability: Platt's line on the log-odds, or an isotonic function; fitted on the latest
//! outcomes, which the score had not seen.

use serde::{Deserialize, Serialize};

use crate::bytes::Exact;
use crate::fit::{Isotonic, Platt, isotonic, platt, sigmoid};
use crate::spec::CalibrationMethod;

/// Turns a raw score into a probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub(crate) enum Calibration {
    /// probability = σ(slope · score + offset).
    Platt { slope: Exact, offset: Exact },
    /// A non-decreasing function.
    Isotonic(Isotonic),
}

impl Calibration {
    /// Learns from outcomes, each counting `weights` times where chance led to it; no weights count as equal.
    pub(crate) fn learn(
        method: CalibrationMethod,
        scores: &[f64],
        (labels, weights): (&[bool], Option<&[f32]>),
    ) -> Self {
        let weight = |row: usize| weights.and_then(|all| all.get(row)).map_or(1.0, |one| f64::from(*one));
        let weights: Vec<f64> = (0..labels.len()).map(weight).collect();
        match method {
            CalibrationMethod::Platt => {
                let Platt { slope, offset } = platt(scores, labels, &weights);
                Self::Platt { slope: Exact(slope), offset: Exact(offset) }
            }
            CalibrationMethod::Isotonic => Self::Isotonic(isotonic(scores, labels, &weights)),
        }
    }

    pub(crate) fn probability(&self, score: f64) -> f64 {
        match self {
            Self::Platt { slope, offset } => sigmoid(slope.0 * score + offset.0),
            Self::Isotonic(function) => function.probability(score),
        }
    }

    pub(crate) fn log_odds(&self, score: f64) -> f64 {
        match self {
            Self::Platt { slope, offset } => slope.0 * score + offset.0,
            Self::Isotonic(function) => {
                let p = function.probability(score);
                (p / (1.0 - p)).ln()
            }
        }
    }

    /// Returns what multiplies each part of the raw score, and what is added to its base: the parts then add up to
    /// Platt's log-odds. An isotonic function leaves the parts as they are; what it changes is a part of its own.
    pub(crate) fn line(&self) -> (f64, f64) {
        match self {
            Self::Platt { slope, offset } => (slope.0, offset.0),
            Self::Isotonic(_) => (1.0, 0.0),
        }
    }

    /// Says what is impossible in a stored calibration.
    pub(crate) fn problem(&self) -> Option<String> {
        match self {
            Self::Platt { slope, .. } => {
                (slope.0 < 0.0).then(|| "the calibration turns the order round".to_owned())
            }
            Self::Isotonic(function) => function.problem(),
        }
    }
}
