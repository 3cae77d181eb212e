//! The linear body of a model: encoded features, each with its weights.

use ndarray::{Array2, Axis, Slice};
use serde::{Deserialize, Serialize};

use super::encoding::{Feature, Given};
use super::frame::Frame;
use super::summary::{DroppedFact, FeatureSummary};
use crate::ScoringError;
use crate::bytes::Exact;
use crate::fit::fit;
use crate::spec::ModelSpec;

/// Is a weighted sum of encoded features.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinearBody {
    features: Vec<Feature>,
    intercept: Exact,
}

/// Is a body with the place of each feature among those of model.toml, and what was left out.
pub(crate) struct Learnt<B> {
    pub(crate) body: B,
    pub(crate) places: Vec<usize>,
    pub(crate) dropped: Vec<DroppedFact>,
}

/// Keeps the features of which `learn` makes something, and says why the others are dropped.
pub(crate) fn keep<F>(
    spec: &ModelSpec,
    frame: &Frame,
    mut learn: impl FnMut(usize) -> Option<F>,
) -> (Vec<F>, Vec<usize>, Vec<DroppedFact>) {
    let (mut kept, mut places, mut dropped) = (Vec::new(), Vec::new(), Vec::new());
    for (place, feature) in spec.features.iter().enumerate() {
        match learn(place) {
            Some(learnt) => {
                kept.push(learnt);
                places.push(place);
            }
            None => {
                let known = (0..frame.rows()).any(|row| frame.columns()[place].given(row) != Given::Missing);
                let reason = if known { "constant" } else { "missing_everywhere" };
                dropped.push(DroppedFact { fact: feature.fact.clone(), reason: reason.to_owned() });
            }
        }
    }
    (kept, places, dropped)
}

impl LinearBody {
    /// Learns encodings and weights from all rows of a frame.
    pub(crate) fn learn(
        spec: &ModelSpec,
        frame: &Frame,
        labels: &[bool],
        weights: Option<&[f32]>,
    ) -> Result<Learnt<Self>, ScoringError> {
        let rows = frame.rows();
        let (mut features, places, dropped) =
            keep(spec, frame, |place| Feature::learn(&spec.features[place], &frame.columns()[place], rows));
        let columns = features.iter().map(|feature| feature.columns().count()).sum();
        if columns == 0 {
            return Err(ScoringError::NoFeatures { rows });
        }
        if rows < columns {
            return Err(ScoringError::TooFewOutcomes { rows, columns });
        }
        let mut matrix = Array2::zeros((rows, columns));
        let mut from = 0;
        for (feature, &place) in features.iter().zip(&places) {
            let to = from + feature.columns().count();
            feature.fill(&frame.columns()[place], matrix.slice_axis_mut(Axis(1), Slice::from(from..to)));
            from = to;
        }
        let linear = fit(matrix, labels, weights, spec.training.l2)?;
        let mut fitted = linear.weights.iter().copied();
        features.iter_mut().for_each(|feature| feature.set_weights(&mut fitted));
        let body = Self { features, intercept: Exact(linear.intercept) };
        Ok(Learnt { body, places, dropped })
    }

    pub(crate) fn facts(&self) -> impl Iterator<Item = &str> {
        self.features.iter().map(|feature| feature.fact.as_str())
    }

    pub(crate) fn base(&self) -> f64 {
        self.intercept.0
    }

    pub(crate) fn summary(&self) -> Vec<FeatureSummary> {
        let summary = |feature: &Feature| FeatureSummary {
            fact: feature.fact.clone(),
            columns: feature.columns().count(),
        };
        self.features.iter().map(summary).collect()
    }

    pub(crate) fn parts(&self, given: &[Given]) -> Vec<f64> {
        self.features.iter().zip(given).map(|(feature, given)| feature.part(given)).collect()
    }

    /// Adds up the scores of the rows from `from` on.
    pub(crate) fn scores(&self, frame: &Frame, from: usize, sums: &mut [f64]) {
        let mut scratch = vec![0.0; sums.len()];
        sums.fill(self.intercept.0);
        for (feature, column) in self.features.iter().zip(frame.columns()) {
            feature.add_parts(column, from, &mut scratch, sums);
        }
    }

    /// Returns a column of parts a feature, for `rows` rows from `from` on.
    pub(crate) fn parts_of_block(&self, frame: &Frame, from: usize, rows: usize) -> Vec<f64> {
        let mut parts = vec![0.0; rows * self.features.len()];
        let mut scratch = vec![0.0; rows];
        let columns = self.features.iter().zip(frame.columns());
        for ((feature, column), out) in columns.zip(parts.chunks_exact_mut(rows)) {
            feature.add_parts(column, from, &mut scratch, out);
        }
        parts
    }

    pub(crate) fn problem(&self) -> Option<String> {
        self.features.iter().find_map(Feature::problem)
    }
}

impl<B> Learnt<B> {
    /// Puts the body into another form.
    pub(crate) fn map<C>(self, change: impl FnOnce(B) -> C) -> Learnt<C> {
        Learnt { body: change(self.body), places: self.places, dropped: self.dropped }
    }
}
