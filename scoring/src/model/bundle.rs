//! The stored model. Bytes: `dozor-model 2`, a line end, SHA-256 of the rest in hexadecimal, a line end, JSON.

use dozor_domain::{Contribution, Probability, sha256};
use dozor_facts::FactsTable;
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use serde::{Deserialize, Serialize};

use super::body::Body;
use super::calibration::Calibration;
use super::encoding::Given;
use super::frame::Frame;
use super::golden::{GOLDEN_ROWS, GoldenRow, choose};
use super::scorecard::Scorecard;
use super::summary::ModelSummary;
use crate::ScoringError;
use crate::bytes::Exact;
use crate::hex;

/// First line of every bundle; the number is the version of the form.
const HEADER: &str = "dozor-model 2";
/// Rows that are scored together: their columns stay in the cache of one core.
const BLOCK: usize = 4_096;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    summary: ModelSummary,
    body: Body,
    calibration: Calibration,
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
        body: Body,
        calibration: Calibration,
        frame: &Frame,
    ) -> Result<Self, ScoringError> {
        let mut bundle = Self { stored: Stored { summary, body, calibration, golden: Vec::new() } };
        let golden = choose(frame).into_iter().map(|given| {
            let scored = bundle.score(bundle.stored.body.raw(&given))?;
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
        self.stored.body.facts().into_iter()
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
        let frame = self.frame(facts)?;
        let mut scored = vec![self.score(0.0)?; frame.rows()];
        scored.par_chunks_mut(BLOCK).enumerate().try_for_each(|(block, out)| {
            let mut sums = vec![0.0; out.len()];
            self.stored.body.scores(&frame, block * BLOCK, &mut sums);
            for (out, raw) in out.iter_mut().zip(sums) {
                *out = self.score(raw)?;
            }
            Ok(())
        })?;
        Ok(scored)
    }

    /// Takes the score of one row apart, exactly.
    ///
    /// # Errors
    /// As [`ModelBundle::predict`].
    pub fn contributions(&self, facts: &FactsTable, row: usize) -> Result<Contributions, ScoringError> {
        let given = self.frame(facts)?.given(row);
        let Stored { body, calibration, .. } = &self.stored;
        let (slope, offset) = calibration.line();
        let mut parts: Vec<Contribution> = body
            .facts()
            .into_iter()
            .zip(&given)
            .zip(body.parts(&given))
            .map(|((fact, given), part)| {
                let (name, value) = match given {
                    Given::Missing => (format!("missing:{fact}"), String::new()),
                    Given::Number(number) => (fact.to_owned(), number.0.to_string()),
                    Given::Text(text) => (fact.to_owned(), text.clone()),
                };
                Contribution { feature: name, value, log_odds: slope * part }
            })
            .collect();
        let raw = body.raw(&given);
        let log_odds = calibration.log_odds(raw);
        if let Calibration::Isotonic(_) = calibration {
            let (feature, value) = ("calibration".to_owned(), String::new());
            parts.push(Contribution { feature, value, log_odds: log_odds - raw });
        }
        parts.sort_by(|a, b| {
            b.log_odds.abs().total_cmp(&a.log_odds.abs()).then_with(|| a.feature.cmp(&b.feature))
        });
        Ok(Contributions { base_log_odds: slope * body.base() + offset, parts, log_odds })
    }

    /// Returns the integer card, where the model is one.
    pub fn scorecard(&self) -> Option<&Scorecard> {
        match &self.stored.body {
            Body::Scorecard(body) => Some(body.card()),
            Body::Logistic(_) | Body::Trees(_) => None,
        }
    }

    pub(crate) fn body(&self) -> &Body {
        &self.stored.body
    }

    pub(crate) fn calibration(&self) -> &Calibration {
        &self.stored.calibration
    }

    pub(crate) fn score(&self, raw: f64) -> Result<Scored, ScoringError> {
        let probability = Probability::new(self.stored.calibration.probability(raw))
            .ok_or_else(|| damaged("a row scores to no probability".to_owned()))?;
        Ok(Scored { raw, probability })
    }

    pub(crate) fn frame(&self, facts: &FactsTable) -> Result<Frame, ScoringError> {
        let found = hex(&facts.catalogue_hash());
        if found != self.stored.summary.catalogue {
            let (found, expected) = (self.stored.summary.catalogue.clone(), found);
            return Err(ScoringError::OtherCatalogue { found, expected });
        }
        Frame::read(facts, self.facts())
    }

    fn check(&self) -> Result<(), ScoringError> {
        let stored = &self.stored;
        if let Some(problem) = stored.body.problem().or_else(|| stored.calibration.problem()) {
            return Err(damaged(problem));
        }
        if stored.golden.len() < GOLDEN_ROWS {
            return Err(damaged(format!("{} golden rows, {GOLDEN_ROWS} are needed", stored.golden.len())));
        }
        let facts = stored.body.facts().len();
        for (at, golden) in stored.golden.iter().enumerate() {
            let scored = self.score(stored.body.raw(&golden.given))?;
            let same = scored.raw.to_bits() == golden.raw.0.to_bits()
                && scored.probability.get().to_bits() == golden.probability.0.to_bits();
            if golden.given.len() != facts || !same {
                let expected = golden.raw.0;
                return Err(damaged(format!("golden row {at} scores {} instead of {expected}", scored.raw)));
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
