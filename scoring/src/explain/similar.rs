//! Past cases like one object, as the model sees them: near are those whose facts move the score alike, whatever their
//! outcome was.

use std::collections::BTreeMap;

use dozor_facts::FactsTable;
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use serde::Serialize;

use crate::audit::{Interval, wilson};
use crate::{ModelBundle, ScoringError};

/// Holds the parts of the scores of labelled past cases, each with the facts of its own day.
#[derive(Debug)]
pub struct PastCases {
    facts: Vec<String>,
    /// A case's parts of the log-odds in the order of `facts`, one case after another.
    parts: Vec<f32>,
    labels: Vec<bool>,
}

/// Is a past case with how far it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct NearCase {
    /// Its place among the cases.
    pub place: usize,
    /// Root of the sum of squared differences of the parts of the log-odds.
    pub distance: f64,
    /// Whether a violation was found.
    pub violation: bool,
}

/// Is what past cases say of an object.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Likeness {
    /// The nearest, the nearest first.
    pub nearest: Vec<NearCase>,
    /// How many of the near ones the share counts.
    pub counted: usize,
    /// Share of violations among them.
    pub share: Option<Interval>,
}

impl PastCases {
    /// Takes the scores of past cases apart: rows of a table, each with whether a violation was found.
    ///
    /// # Errors
    /// As [`ModelBundle::predict`].
    pub fn new(
        bundle: &ModelBundle,
        table: &FactsTable,
        cases: &[(usize, bool)],
    ) -> Result<Self, ScoringError> {
        let facts: Vec<String> = bundle.facts().map(str::to_owned).collect();
        let all = parts_of(bundle, table, &facts)?;
        let width = facts.len();
        let parts = cases.iter().filter_map(|(row, _)| all.get(row * width..(row + 1) * width));
        let parts: Vec<f32> = parts.flatten().copied().collect();
        Ok(Self { facts, parts, labels: cases.iter().map(|(_, violation)| *violation).collect() })
    }

    /// Returns the number of cases.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Finds the cases nearest to a row of a table among those that `may` allows, and the share of violations among the
    /// `counted` nearest.
    ///
    /// # Errors
    /// As [`ModelBundle::predict`].
    pub fn like(
        &self,
        (bundle, table): (&ModelBundle, &FactsTable),
        may: impl Fn(usize) -> bool + Sync,
        (shown, counted): (usize, usize),
    ) -> Result<Likeness, ScoringError> {
        let own = parts_of(bundle, table, &self.facts)?;
        let width = self.facts.len();
        let Some(own) = own.get(..width).filter(|own| !own.is_empty()) else {
            return Ok(Likeness { nearest: Vec::new(), counted: 0, share: None });
        };
        let distance = |case: &[f32]| -> f64 {
            let squares = case.iter().zip(own).map(|(a, b)| f64::from(a - b) * f64::from(a - b));
            squares.sum::<f64>().sqrt()
        };
        let mut near: Vec<NearCase> = (0..self.labels.len())
            .into_par_iter()
            .with_min_len(4_096)
            .filter(|place| may(*place))
            .map(|place| NearCase {
                place,
                distance: distance(&self.parts[place * width..(place + 1) * width]),
                violation: self.labels[place],
            })
            .collect();
        // Equal ones in the order of the cases.
        near.sort_by(|a, b| a.distance.total_cmp(&b.distance).then(a.place.cmp(&b.place)));
        near.truncate(counted.max(shown));
        let alike = &near[..counted.min(near.len())];
        let found = alike.iter().filter(|case| case.violation).count() as f64;
        let count = alike.len() as f64;
        let share = (count > 0.0).then(|| wilson(found / count, count));
        let counted = alike.len();
        near.truncate(shown);
        Ok(Likeness { nearest: near, counted, share })
    }
}

fn parts_of(bundle: &ModelBundle, table: &FactsTable, facts: &[String]) -> Result<Vec<f32>, ScoringError> {
    let reasons = bundle.reasons(table, facts.len())?;
    let mut parts = vec![0.0_f32; table.len() * facts.len()];
    let places: BTreeMap<&str, usize> = facts.iter().map(String::as_str).zip(0..).collect();
    for (row, out) in parts.chunks_exact_mut(facts.len().max(1)).enumerate() {
        for (fact, part) in reasons.of(row) {
            if let Some(place) = places.get(fact) {
                out[*place] = part as f32;
            }
        }
    }
    Ok(parts)
}
