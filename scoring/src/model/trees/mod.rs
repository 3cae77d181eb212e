//! Gradient boosting of small trees on histograms: the challenger. It finds interactions that a sum cannot; it is not
//! readable, so it may order work, and give a category only where a pack's law allows a free probability.

mod bins;
mod grow;
mod tree;

use rand::Rng;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::{Deserialize, Serialize};

use self::bins::BinnedFact;
use self::grow::{Ground, Pull, grow};
use self::tree::{LEAVES, Tree};
use super::encoding::Given;
use super::frame::Frame;
use super::linear::{Learnt, keep};
use super::summary::FeatureSummary;
use crate::ScoringError;
use crate::bytes::Exact;
use crate::fit::sigmoid;
use crate::seed::generator;
use crate::spec::ModelSpec;

/// Trees of an ensemble.
const TREES: u64 = 150;
/// Share of each tree's value that is taken.
const RATE: f64 = 0.05;
/// Of each tree: one row in two, and one fact in two, drawn by a seed of the tree's own.
const SHARE: f64 = 0.5;
const SEED: u64 = 1;

/// Is an ensemble of trees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TreesBody {
    facts: Vec<BinnedFact>,
    base: Exact,
    trees: Vec<Tree>,
}

impl TreesBody {
    pub(crate) fn learn(
        spec: &ModelSpec,
        frame: &Frame,
        labels: &[bool],
        weights: Option<&[f32]>,
    ) -> Result<Learnt<Self>, ScoringError> {
        let rows = frame.rows();
        let (facts, places, dropped) = keep(spec, frame, |place| {
            BinnedFact::learn(&spec.features[place], &frame.columns()[place], labels)
        });
        if facts.is_empty() {
            return Err(ScoringError::NoFeatures { rows });
        }
        if rows < facts.len() {
            return Err(ScoringError::TooFewOutcomes { rows, columns: facts.len() });
        }
        let bins: Vec<Vec<u8>> = (0..facts.len())
            .into_par_iter()
            .map(|at| facts[at].bins(&frame.columns()[places[at]], 0, rows))
            .collect();
        let weight = |row: usize| weights.and_then(|all| all.get(row)).map_or(1.0, |w| f64::from(*w));
        let (mut hits, mut all) = (0.0, 0.0);
        for (row, label) in labels.iter().enumerate() {
            hits += weight(row) * f64::from(u8::from(*label));
            all += weight(row);
        }
        let base = (hits / (all - hits)).ln();
        let mut body = Self { facts, base: Exact(base), trees: Vec::new() };
        let mut scores = vec![base; rows];
        for index in 0..TREES {
            let tree = body.next_tree(spec, &bins, index, |row| {
                let p = sigmoid(scores[row]);
                let error = p - f64::from(u8::from(labels[row]));
                [weight(row) * error, weight(row) * p * (1.0 - p)]
            });
            for (row, score) in scores.iter_mut().enumerate() {
                *score += tree.value(|fact| bins[usize::from(fact)][row]);
            }
            body.trees.push(tree);
        }
        Ok(Learnt { body, places, dropped })
    }

    fn next_tree(
        &self,
        spec: &ModelSpec,
        bins: &[Vec<u8>],
        index: u64,
        pull: impl Fn(usize) -> Pull,
    ) -> Tree {
        let mut chance = generator(SEED, "trees/draw", index);
        let all_rows = bins.first().map_or(0, Vec::len);
        let facts: Vec<u16> = (0..u16::try_from(self.facts.len()).unwrap_or(u16::MAX))
            .filter(|_| chance.random_bool(SHARE))
            .collect();
        let rows: Vec<u32> =
            (0..u32::try_from(all_rows).unwrap_or(u32::MAX)).filter(|_| chance.random_bool(SHARE)).collect();
        let pulls: Vec<Pull> = rows.iter().map(|row| pull(*row as usize)).collect();
        let ridge = spec.training.l2;
        grow(&Ground { bins, facts: &facts, rows: &rows, pulls: &pulls, ridge, rate: RATE })
    }

    pub(crate) fn facts(&self) -> impl Iterator<Item = &str> {
        self.facts.iter().map(|fact| fact.fact.as_str())
    }

    /// Returns the score to which the parts are added: that of a row of which nothing was asked yet.
    pub(crate) fn base(&self) -> f64 {
        self.trees.iter().fold(self.base.0, |sum, tree| sum + tree.values.first().map_or(0.0, |root| root.0))
    }

    fn row_bins(&self, given: &[Given]) -> Vec<u8> {
        self.facts.iter().zip(given).map(|(fact, given)| fact.bin(given)).collect()
    }

    /// Follows the row through each tree: what an answer changed is a part of the fact that was asked.
    pub(crate) fn parts(&self, given: &[Given]) -> Vec<f64> {
        let bins = self.row_bins(given);
        let mut parts = vec![0.0; self.facts.len()];
        for tree in &self.trees {
            tree.walk(|fact| bins[usize::from(fact)], |fact, change| parts[usize::from(fact)] += change);
        }
        parts
    }

    pub(crate) fn raw(&self, given: &[Given]) -> f64 {
        let bins = self.row_bins(given);
        self.trees.iter().fold(self.base.0, |sum, tree| sum + tree.value(|fact| bins[usize::from(fact)]))
    }

    fn block(&self, frame: &Frame, from: usize, rows: usize) -> Vec<Vec<u8>> {
        self.facts.iter().zip(frame.columns()).map(|(fact, column)| fact.bins(column, from, rows)).collect()
    }

    pub(crate) fn scores(&self, frame: &Frame, from: usize, sums: &mut [f64]) {
        let bins = self.block(frame, from, sums.len());
        let mut leaves = vec![0; sums.len()];
        sums.fill(self.base.0);
        for tree in &self.trees {
            tree.leaves(&bins, &mut leaves);
            let values = tree.leaf_values();
            for (sum, leaf) in sums.iter_mut().zip(&leaves) {
                *sum += values[usize::from(*leaf) % LEAVES];
            }
        }
    }

    pub(crate) fn parts_of_block(&self, frame: &Frame, from: usize, rows: usize) -> Vec<f64> {
        let bins = self.block(frame, from, rows);
        let mut parts = vec![0.0; rows * self.facts.len()];
        let mut leaves = vec![0; rows];
        for tree in &self.trees {
            tree.leaves(&bins, &mut leaves);
            let ways = tree.ways();
            for (row, leaf) in leaves.iter().enumerate() {
                for (fact, change) in ways[usize::from(*leaf) % LEAVES] {
                    parts[fact * rows + row] += change;
                }
            }
        }
        parts
    }

    pub(crate) fn summary(&self) -> Vec<FeatureSummary> {
        self.facts().map(|fact| FeatureSummary { fact: fact.to_owned(), columns: 1 }).collect()
    }

    pub(crate) fn problem(&self) -> Option<String> {
        self.trees.iter().find_map(|tree| tree.problem(self.facts.len()))
    }
}
