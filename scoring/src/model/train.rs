//! Training: labelled rows in one canonical order, a body, a calibration on the latest outcomes, the bundle.

use dozor_domain::{Timestamp, sha256};
use dozor_facts::{FactCatalogue, FactsTable, Sensitivity};
use sha2::{Digest, Sha256};

use super::body::Body;
use super::bundle::ModelBundle;
use super::calibration::Calibration;
use super::frame::Frame;
use super::held_out::held_out;
use super::summary::{ModelSummary, TrainingWindow};
use crate::spec::ModelSpec;
use crate::{ScoringError, hex};

/// Trains a model. `labels` are aligned with the rows of the table; rows without one are left out. The order of
/// the rows leaves no trace: they are sorted by instant, object and label first.
///
/// The body is learnt from all rows; the calibration comes from a first fit on the earlier rows, applied to the
/// latest ones, which it had not seen.
///
/// # Errors
/// [`ScoringError::FactUnknown`] and [`ScoringError::FactRefused`] for features that may not be;
/// [`ScoringError::NoPositives`], [`ScoringError::NoNegatives`], [`ScoringError::TooFewOutcomes`],
/// [`ScoringError::NoFeatures`], [`ScoringError::Calibration`] where there is nothing to learn from (the rules go
/// on alone); [`ScoringError::Fit`].
pub fn train(
    spec: &ModelSpec,
    catalogue: &FactCatalogue,
    facts: &FactsTable,
    labels: &[Option<bool>],
    window: &TrainingWindow,
) -> Result<ModelBundle, ScoringError> {
    spec.check_features(catalogue)?;
    learn(spec, &hex(&catalogue.hash()), &samples(spec, facts, labels, None)?, window)
}

/// Trains as [`train`] does, each row counting `weights` times: the inverse of the chance by which it was drawn, where
/// visits were drawn by chance.
///
/// # Errors
/// As [`train`]; [`ScoringError::Weight`] for a weight that is not positive.
pub fn train_weighted(
    spec: &ModelSpec,
    catalogue: &FactCatalogue,
    facts: &FactsTable,
    (labels, weights): (&[Option<bool>], &[f64]),
    window: &TrainingWindow,
) -> Result<ModelBundle, ScoringError> {
    spec.check_features(catalogue)?;
    learn(spec, &hex(&catalogue.hash()), &samples(spec, facts, labels, Some(weights))?, window)
}

impl ModelSpec {
    /// Refuses features that are unknown, protected, personal, proxies, or not declared for the model.
    ///
    /// # Errors
    /// [`ScoringError::FactUnknown`], [`ScoringError::FactRefused`].
    pub fn check_features(&self, catalogue: &FactCatalogue) -> Result<(), ScoringError> {
        check_facts(self.facts().into_iter(), catalogue)
    }
}

/// Refuses facts that are unknown, protected, personal, proxies, or not declared for the model.
pub(crate) fn check_facts<'a>(
    facts: impl Iterator<Item = &'a str>,
    catalogue: &FactCatalogue,
) -> Result<(), ScoringError> {
    for fact in facts {
        let head = catalogue.head(fact).ok_or_else(|| ScoringError::FactUnknown { fact: fact.to_owned() })?;
        if head.is_feature() {
            continue;
        }
        let mark = match head.sensitivity {
            Some(Sensitivity::Protected) => "a protected attribute",
            Some(Sensitivity::Personal) => "personal data",
            Some(Sensitivity::Proxy) => "a proxy of who inspected or of a protected attribute",
            None => "not declared for the model (use M)",
        };
        return Err(ScoringError::FactRefused { fact: fact.to_owned(), mark: mark.to_owned() });
    }
    Ok(())
}

/// Is the key of one labelled row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) at: Timestamp,
    pub(crate) object: [u8; 16],
    pub(crate) label: bool,
    pub(crate) weight: f32,
}

/// Holds labelled rows: their keys, and what each feature of model.toml reads in them.
#[derive(Clone, Debug)]
pub(crate) struct Samples {
    pub(crate) keys: Vec<Sample>,
    pub(crate) frame: Frame,
}

impl Samples {
    /// Puts the rows into their one order: by instant, object, label, weight.
    pub(crate) fn sorted(&self) -> Result<Self, ScoringError> {
        let mut order: Vec<u32> = (0..u32::try_from(self.keys.len()).unwrap_or(u32::MAX)).collect();
        order.sort_by_key(|&row| {
            let key = &self.keys[row as usize];
            (key.at, key.object, key.label, key.weight.to_bits())
        });
        self.take(&order)
    }

    /// Returns the named rows, in that order.
    pub(crate) fn take(&self, rows: &[u32]) -> Result<Self, ScoringError> {
        let keys = rows.iter().filter_map(|&row| self.keys.get(row as usize).copied()).collect();
        Ok(Self { keys, frame: self.frame.take(rows)? })
    }

    fn labels(&self) -> Vec<bool> {
        self.keys.iter().map(|key| key.label).collect()
    }

    /// Returns the weights, unless all are 1.
    fn weights(&self) -> Option<Vec<f32>> {
        let weighted = self.keys.iter().any(|key| key.weight.to_bits() != 1.0_f32.to_bits());
        weighted.then(|| self.keys.iter().map(|key| key.weight).collect())
    }

    fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        for key in &self.keys {
            hasher.update(key.at.micros().to_le_bytes());
            hasher.update(key.object);
            hasher.update([u8::from(key.label)]);
            hasher.update(key.weight.to_bits().to_le_bytes());
        }
        self.frame.hash_into(&mut hasher);
        let digest: [u8; 32] = hasher.finalize().into();
        hex(&digest)
    }
}

/// Learns from samples in any order.
pub(crate) fn learn(
    spec: &ModelSpec,
    catalogue: &str,
    samples: &Samples,
    window: &TrainingWindow,
) -> Result<ModelBundle, ScoringError> {
    let samples = samples.sorted()?;
    let (first_outcome, last_outcome) = match (samples.keys.first(), samples.keys.last()) {
        (Some(first), Some(last)) => (first.at, last.at),
        _ => return Err(ScoringError::NoPositives { rows: 0 }),
    };
    let (labels, weights) = (samples.labels(), samples.weights());
    let cut = calibration_start(&samples.keys, spec.calibration.share);
    let positives = labels.iter().filter(|label| **label).count();
    check_classes(&labels, cut, positives, spec.features.len())?;
    let scores = held_out_scores(spec, &samples.frame, (&labels, weights.as_deref()), cut)?;
    let later = weights.as_deref().map(|all| &all[cut..]);
    let calibration = Calibration::learn(spec.calibration.method, &scores, (&labels[cut..], later));
    let learnt = Body::learn(spec, &samples.frame, &labels, weights.as_deref())?;
    let summary = ModelSummary {
        name: spec.name.clone(),
        kind: spec.training.kind,
        calibration: spec.calibration.method,
        window: *window,
        first_outcome,
        last_outcome,
        rows: labels.len(),
        positives,
        held_out: held_out(&scores, &labels[cut..], &calibration),
        features: learnt.body.summary(),
        dropped: learnt.dropped,
        catalogue: catalogue.to_owned(),
        spec: hex(&sha256(&serde_json::to_vec(spec).map_err(damaged)?)),
        data: samples.hash(),
    };
    ModelBundle::new(summary, learnt.body, calibration, &samples.frame.select(&learnt.places))
}

/// Fits on the rows before the cut and scores the others.
fn held_out_scores(
    spec: &ModelSpec,
    frame: &Frame,
    (labels, weights): (&[bool], Option<&[f32]>),
    cut: usize,
) -> Result<Vec<f64>, ScoringError> {
    let early: Vec<u32> = (0..u32::try_from(cut).unwrap_or(u32::MAX)).collect();
    let first = Body::learn(spec, &frame.take(&early)?, &labels[..cut], weights.map(|all| &all[..cut]))?;
    let mut scores = vec![0.0; frame.rows() - cut];
    first.body.scores(&frame.select(&first.places), cut, &mut scores);
    Ok(scores)
}

fn damaged(error: serde_json::Error) -> ScoringError {
    ScoringError::Damaged { problem: error.to_string() }
}

/// Reads the labelled rows of a table; `weights` are aligned with its rows, none count as equal.
pub(crate) fn samples(
    spec: &ModelSpec,
    facts: &FactsTable,
    labels: &[Option<bool>],
    weights: Option<&[f64]>,
) -> Result<Samples, ScoringError> {
    let expected = facts.len();
    for (what, found) in [("labels", labels.len()), ("weights", weights.map_or(expected, <[f64]>::len))] {
        if found != expected {
            return Err(ScoringError::Shape { what, found, expected });
        }
    }
    let frame = Frame::read(facts, spec.facts())?;
    let (mut keys, mut rows) = (Vec::new(), Vec::new());
    for (row, label) in labels.iter().enumerate() {
        let Some(label) = *label else { continue };
        let weight = weights.map_or(1.0, |all| all[row]) as f32;
        if !(weight.is_finite() && weight > 0.0) {
            return Err(ScoringError::Weight { row });
        }
        keys.push(Sample { at: facts.as_of(row), object: *facts.object_id(row).as_bytes(), label, weight });
        rows.push(u32::try_from(row).unwrap_or(u32::MAX));
    }
    Ok(Samples { keys, frame: frame.take(&rows)? })
}

/// Returns where the calibration part begins; outcomes of one instant are not torn apart.
fn calibration_start(samples: &[Sample], share: f64) -> usize {
    let cut = ((samples.len() as f64) * (1.0 - share)) as usize;
    match samples.get(cut) {
        Some(at_cut) => samples.partition_point(|sample| sample.at < at_cut.at),
        None => cut,
    }
}

fn check_classes(labels: &[bool], cut: usize, positives: usize, features: usize) -> Result<(), ScoringError> {
    let rows = labels.len();
    if positives == 0 {
        return Err(ScoringError::NoPositives { rows });
    }
    if positives == rows {
        return Err(ScoringError::NoNegatives { rows });
    }
    if rows < features {
        return Err(ScoringError::TooFewOutcomes { rows, columns: features });
    }
    let late = labels[cut..].iter().filter(|label| **label).count();
    if late == 0 || late == rows - cut || late == positives || positives - late == cut {
        return Err(ScoringError::Calibration { rows: rows - cut, positives: late });
    }
    Ok(())
}
