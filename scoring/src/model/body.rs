//! What a model computes before calibration: one of the bodies, each a sum of a base and a part per fact.

use serde::{Deserialize, Serialize};

use super::encoding::Given;
use super::frame::Frame;
use super::linear::{Learnt, LinearBody};
use super::scorecard::CardBody;
use super::summary::FeatureSummary;
use super::trees::TreesBody;
use crate::ScoringError;
use crate::spec::{ModelKind, ModelSpec};

/// Is a fitted body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Body {
    /// Ridge logistic regression.
    Logistic(LinearBody),
    /// Integer scorecard.
    Scorecard(CardBody),
    /// Boosted trees.
    Trees(TreesBody),
}

impl Body {
    /// Learns the body that the spec asks for.
    pub(crate) fn learn(
        spec: &ModelSpec,
        frame: &Frame,
        labels: &[bool],
        weights: Option<&[f32]>,
    ) -> Result<Learnt<Self>, ScoringError> {
        match spec.training.kind {
            ModelKind::Logistic => {
                LinearBody::learn(spec, frame, labels, weights).map(|learnt| learnt.map(Self::Logistic))
            }
            ModelKind::Scorecard => {
                CardBody::learn(spec, frame, labels, weights).map(|learnt| learnt.map(Self::Scorecard))
            }
            ModelKind::Trees => {
                TreesBody::learn(spec, frame, labels, weights).map(|learnt| learnt.map(Self::Trees))
            }
        }
    }

    /// Returns the names of the facts that it reads, in order.
    pub(crate) fn facts(&self) -> Vec<&str> {
        match self {
            Self::Logistic(body) => body.facts().collect(),
            Self::Scorecard(body) => body.card().fact_names().collect(),
            Self::Trees(body) => body.facts().collect(),
        }
    }

    /// Returns the score to which a row's parts are added.
    pub(crate) fn base(&self) -> f64 {
        match self {
            Self::Logistic(body) => body.base(),
            Self::Scorecard(body) => body.base(),
            Self::Trees(body) => body.base(),
        }
    }

    /// Returns a row's part for each fact.
    pub(crate) fn parts(&self, given: &[Given]) -> Vec<f64> {
        match self {
            Self::Logistic(body) => body.parts(given),
            Self::Scorecard(body) => body.parts(given),
            Self::Trees(body) => body.parts(given),
        }
    }

    /// Returns the score of one row, to the bit what [`Body::scores`] gives it.
    pub(crate) fn raw(&self, given: &[Given]) -> f64 {
        match self {
            Self::Logistic(body) => body.parts(given).iter().fold(body.base(), |sum, part| sum + part),
            Self::Scorecard(body) => body.raw(given),
            Self::Trees(body) => body.raw(given),
        }
    }

    /// Writes the scores of the rows from `from` on.
    pub(crate) fn scores(&self, frame: &Frame, from: usize, sums: &mut [f64]) {
        match self {
            Self::Logistic(body) => body.scores(frame, from, sums),
            Self::Scorecard(body) => body.scores(frame, from, sums),
            Self::Trees(body) => body.scores(frame, from, sums),
        }
    }

    /// Returns the parts of `rows` rows from `from` on: a column of numbers a fact.
    pub(crate) fn parts_of_block(&self, frame: &Frame, from: usize, rows: usize) -> Vec<f64> {
        match self {
            Self::Logistic(body) => body.parts_of_block(frame, from, rows),
            Self::Scorecard(body) => body.parts_of_block(frame, from, rows),
            Self::Trees(body) => body.parts_of_block(frame, from, rows),
        }
    }

    /// Returns the features for people.
    pub(crate) fn summary(&self) -> Vec<FeatureSummary> {
        match self {
            Self::Logistic(body) => body.summary(),
            Self::Scorecard(body) => body.summary(),
            Self::Trees(body) => body.summary(),
        }
    }

    /// Says what is impossible in a stored body.
    pub(crate) fn problem(&self) -> Option<String> {
        match self {
            Self::Logistic(body) => body.problem(),
            Self::Scorecard(body) => body.problem(),
            Self::Trees(body) => body.problem(),
        }
    }
}
