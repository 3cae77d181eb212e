//! The card as a body of a model: log-odds = base + points · log-odds of one point.

use serde::{Deserialize, Serialize};

use super::card::Scorecard;
use super::learn::{Lessons, learn_card};
use crate::ScoringError;
use crate::bytes::Exact;
use crate::model::encoding::Given;
use crate::model::frame::Frame;
use crate::model::linear::Learnt;
use crate::model::summary::FeatureSummary;
use crate::spec::ModelSpec;

/// Is a card with the score of no points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CardBody {
    card: Scorecard,
    base: Exact,
}

impl CardBody {
    pub(crate) fn learn(
        spec: &ModelSpec,
        frame: &Frame,
        labels: &[bool],
        weights: Option<&[f32]>,
    ) -> Result<Learnt<Self>, ScoringError> {
        let learnt = learn_card(spec, &Lessons { frame, labels, weights })?;
        Ok(learnt.map(|(card, intercept)| Self { card, base: Exact(intercept) }))
    }

    pub(crate) fn card(&self) -> &Scorecard {
        &self.card
    }

    pub(crate) fn base(&self) -> f64 {
        self.base.0
    }

    pub(crate) fn parts(&self, given: &[Given]) -> Vec<f64> {
        let step = self.card.step();
        let facts = self.card.facts.iter().zip(given);
        facts.map(|(fact, given)| step * f64::from(fact.of_given(given))).collect()
    }

    pub(crate) fn raw(&self, given: &[Given]) -> f64 {
        let points: i32 = self.card.facts.iter().zip(given).map(|(fact, given)| fact.of_given(given)).sum();
        self.base.0 + self.card.step() * f64::from(points)
    }

    pub(crate) fn scores(&self, frame: &Frame, from: usize, sums: &mut [f64]) {
        let step = self.card.step();
        let mut points = vec![0_i32; sums.len()];
        let mut scratch = vec![0.0; sums.len()];
        for (fact, column) in self.card.facts.iter().zip(frame.columns()) {
            fact.of_block(column, from, &mut scratch, |at, of_fact| points[at] += of_fact);
        }
        for (sum, points) in sums.iter_mut().zip(points) {
            *sum = self.base.0 + step * f64::from(points);
        }
    }

    pub(crate) fn parts_of_block(&self, frame: &Frame, from: usize, rows: usize) -> Vec<f64> {
        let step = self.card.step();
        let mut parts = vec![0.0; rows * self.card.facts.len()];
        let mut scratch = vec![0.0; rows];
        let columns = self.card.facts.iter().zip(frame.columns());
        for ((fact, column), out) in columns.zip(parts.chunks_exact_mut(rows.max(1))) {
            fact.of_block(column, from, &mut scratch, |at, points| out[at] = step * f64::from(points));
        }
        parts
    }

    pub(crate) fn summary(&self) -> Vec<FeatureSummary> {
        let facts = self.card.facts.iter();
        facts.map(|fact| FeatureSummary { fact: fact.fact.clone(), columns: 1 }).collect()
    }

    pub(crate) fn problem(&self) -> Option<String> {
        self.card.problem()
    }
}
