//! The stored model. Bytes: `dozor-model 1`, a line end, SHA-256 of the rest in hexadecimal, a line end, JSON.

use dozor_domain::{Contribution, Probability, sha256};
use dozor_facts::FactsTable;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::{Deserialize, Serialize};

use super::encoding::{Feature, Given};
use super::golden::{GOLDEN_ROWS, GoldenRow, choose};
use super::summary::ModelSummary;
use crate::ScoringError;
use crate::bytes::{Exact, hex};
use crate::logistic::Platt;

/// First line of every bundle; the number is the version of the form.
const HEADER: &str = "dozor-model 1";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    summary: ModelSummary,
    features: Vec<Feature>,
    intercept: Exact,
    slope: Exact,
    offset: Exact,
    golden: Vec<GoldenRow>,
}

/// Is a trained model: it scores rows of facts and says which fact gave what part of the score.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelBundle {
    stored: Stored,
}

/// Is the score of one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// Log-odds before calibration.
    pub raw: f64,
    /// Calibrated probability of a violation.
    pub probability: Probability,
}

/// Is a row's calibrated log-odds taken apart: `log_odds` = `base_log_odds` + the sum of the parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contributions {
    /// Log-odds of a row of average values with nothing missing.
    pub base_log_odds: f64,
    /// A part per feature, the largest in size first.
    pub parts: Vec<Contribution>,
    /// Calibrated log-odds of the row.
    pub log_odds: f64,
}

impl ModelBundle {
    pub(crate) fn new(
        summary: ModelSummary,
        features: Vec<Feature>,
        intercept: f64,
        calibration: Platt,
        rows: &[Vec<Given>],
    ) -> Result<Self, ScoringError> {
        let stored = Stored {
            summary,
            features,
            intercept: Exact(intercept),
            slope: Exact(calibration.slope),
            offset: Exact(calibration.offset),
            golden: Vec::new(),
        };
        let mut bundle = Self { stored };
        let golden = choose(rows).into_iter().map(|given| {
            let scored = bundle.score(&given)?;
            Ok(GoldenRow { given, raw: Exact(scored.raw), probability: Exact(scored.probability.get()) })
        });
        bundle.stored.golden = golden.collect::<Result<_, ScoringError>>()?;
        Ok(bundle)
    }

    /// Returns what the model says of itself.
    pub fn summary(&self) -> &ModelSummary {
        &self.stored.summary
    }

    /// Returns the names of the facts that it reads, in order.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        self.stored.features.iter().map(|feature| feature.fact.as_str())
    }

    /// Returns the bytes that are stored.
    ///
    /// # Errors
    /// [`ScoringError::Damaged`] if a number is not representable; a trained model never is.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ScoringError> {
        let json = serde_json::to_vec(&self.stored).map_err(|error| damaged(error.to_string()))?;
        let mut bytes = format!("{HEADER}\n{}\n", hex(&sha256(&json))).into_bytes();
        bytes.extend_from_slice(&json);
        Ok(bytes)
    }

    /// Returns the SHA-256 of the stored bytes in hexadecimal: the model's name in runs and assessments.
    ///
    /// # Errors
    /// As [`ModelBundle::to_bytes`].
    pub fn hash(&self) -> Result<String, ScoringError> {
        Ok(hex(&sha256(&self.to_bytes()?)))
    }

    /// Opens stored bytes under the catalogue in use, and scores the golden rows again.
    ///
    /// # Errors
    /// [`ScoringError::Damaged`] when header, hash, structure or golden rows disagree;
    /// [`ScoringError::OtherCatalogue`] when it was trained with another catalogue.
    pub fn from_bytes(bytes: &[u8], catalogue: &[u8; 32]) -> Result<Self, ScoringError> {
        let stored = open(bytes)?;
        let expected = hex(catalogue);
        if stored.summary.catalogue != expected {
            return Err(ScoringError::OtherCatalogue { found: stored.summary.catalogue, expected });
        }
        let bundle = Self { stored };
        bundle.check()?;
        Ok(bundle)
    }

    /// Scores every row of a facts table.
    ///
    /// # Errors
    /// [`ScoringError::FactUnknown`] when the table lacks a feature, [`ScoringError::OtherCatalogue`] when it was
    /// computed with another catalogue.
    pub fn predict(&self, facts: &FactsTable) -> Result<Vec<Scored>, ScoringError> {
        let columns = self.columns(facts)?;
        (0..facts.len()).into_par_iter().map(|row| self.score(&read(facts, &columns, row))).collect()
    }

    /// Takes the score of one row apart, exactly.
    ///
    /// # Errors
    /// As [`ModelBundle::predict`].
    pub fn contributions(&self, facts: &FactsTable, row: usize) -> Result<Contributions, ScoringError> {
        let given = read(facts, &self.columns(facts)?, row);
        let Stored { slope, offset, intercept, features, .. } = &self.stored;
        let mut parts: Vec<Contribution> = features
            .iter()
            .zip(&given)
            .map(|(feature, given)| {
                let (name, value) = match given {
                    Given::Missing => (format!("missing:{}", feature.fact), String::new()),
                    Given::Number(number) => (feature.fact.clone(), number.0.to_string()),
                    Given::Text(text) => (feature.fact.clone(), text.clone()),
                };
                Contribution { feature: name, value, log_odds: slope.0 * feature.part(given) }
            })
            .collect();
        parts.sort_by(|a, b| {
            b.log_odds.abs().total_cmp(&a.log_odds.abs()).then_with(|| a.feature.cmp(&b.feature))
        });
        let log_odds = self.calibration().log_odds(self.raw(&given));
        Ok(Contributions { base_log_odds: slope.0 * intercept.0 + offset.0, parts, log_odds })
    }

    fn calibration(&self) -> Platt {
        Platt { slope: self.stored.slope.0, offset: self.stored.offset.0 }
    }

    fn raw(&self, given: &[Given]) -> f64 {
        let parts = self.stored.features.iter().zip(given).map(|(feature, given)| feature.part(given));
        parts.fold(self.stored.intercept.0, |sum, part| sum + part)
    }

    fn score(&self, given: &[Given]) -> Result<Scored, ScoringError> {
        let raw = self.raw(given);
        let probability = Probability::new(self.calibration().probability(raw))
            .ok_or_else(|| damaged("a row scores to no probability".to_owned()))?;
        Ok(Scored { raw, probability })
    }

    fn columns(&self, facts: &FactsTable) -> Result<Vec<usize>, ScoringError> {
        let found = hex(&facts.catalogue_hash());
        if found != self.stored.summary.catalogue {
            let expected = found;
            return Err(ScoringError::OtherCatalogue {
                found: self.stored.summary.catalogue.clone(),
                expected,
            });
        }
        let column = |fact: &str| {
            facts.column(fact).ok_or_else(|| ScoringError::FactUnknown { fact: fact.to_owned() })
        };
        self.facts().map(column).collect()
    }

    fn check(&self) -> Result<(), ScoringError> {
        let stored = &self.stored;
        if let Some(problem) = stored.features.iter().find_map(Feature::problem) {
            return Err(damaged(problem));
        }
        if stored.slope.0 < 0.0 {
            return Err(damaged("the calibration turns the order round".to_owned()));
        }
        if stored.golden.len() < GOLDEN_ROWS {
            return Err(damaged(format!("{} golden rows, {GOLDEN_ROWS} are needed", stored.golden.len())));
        }
        for (at, golden) in stored.golden.iter().enumerate() {
            let fits = golden.given.len() == stored.features.len();
            let scored = self.score(&golden.given)?;
            let same = scored.raw.to_bits() == golden.raw.0.to_bits()
                && scored.probability.get().to_bits() == golden.probability.0.to_bits();
            if !fits || !same {
                return Err(damaged(format!(
                    "golden row {at} scores {} instead of {}",
                    scored.raw, golden.raw.0
                )));
            }
        }
        Ok(())
    }
}

fn damaged(problem: String) -> ScoringError {
    ScoringError::Damaged { problem }
}

fn open(bytes: &[u8]) -> Result<Stored, ScoringError> {
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    let (header, hash, json) = (lines.next(), lines.next(), lines.next());
    if header != Some(HEADER.as_bytes()) {
        return Err(damaged(format!("it does not begin with `{HEADER}`")));
    }
    let (Some(hash), Some(json)) = (hash, json) else {
        return Err(damaged("it is cut short".to_owned()));
    };
    if hex(&sha256(json)).as_bytes() != hash {
        return Err(damaged("its hash does not fit its content".to_owned()));
    }
    serde_json::from_slice(json).map_err(|error| damaged(error.to_string()))
}

fn read(facts: &FactsTable, columns: &[usize], row: usize) -> Vec<Given> {
    columns.iter().map(|&column| Given::new(facts.cell(row, column))).collect()
}
