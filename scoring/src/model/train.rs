//! Training: labelled rows in one canonical order, encodings, fit, calibration on the latest outcomes, bundle.

use dozor_domain::{Timestamp, sha256};
use dozor_facts::{FactCatalogue, FactsTable, Sensitivity};
use ndarray::{Array2, ShapeBuilder};

use super::bundle::ModelBundle;
use super::encoding::{Feature, Given};
use super::summary::{DroppedFact, FeatureSummary, HeldOut, ModelSummary, TrainingWindow};
use crate::logistic::{Platt, fit, platt};
use crate::spec::ModelSpec;
use crate::{ScoringError, hex};

/// Trains a model. `labels` are aligned with the rows of the table; rows without one are left out. The order of
/// the rows leaves no trace: they are sorted by instant, object and label first.
///
/// The weights come from all rows; Platt's two numbers come from a first fit on the earlier rows, applied to the
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
    check_features(spec, catalogue)?;
    learn(spec, &hex(&catalogue.hash()), samples(spec, facts, labels)?, window)
}

/// Refuses features that are unknown, protected, personal, proxies, or not declared for the model.
pub(crate) fn check_features(spec: &ModelSpec, catalogue: &FactCatalogue) -> Result<(), ScoringError> {
    for fact in spec.facts() {
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

/// Is one labelled row: what each feature of model.toml reads, and the key that orders it.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) at: Timestamp,
    pub(crate) object: [u8; 16],
    pub(crate) label: bool,
    pub(crate) given: Vec<Given>,
}

/// Learns from samples in any order.
pub(crate) fn learn(
    spec: &ModelSpec,
    catalogue: &str,
    mut samples: Vec<Sample>,
    window: &TrainingWindow,
) -> Result<ModelBundle, ScoringError> {
    samples.sort_by_key(|sample| (sample.at, sample.object, sample.label));
    let (first_outcome, last_outcome) = match (samples.first(), samples.last()) {
        (Some(first), Some(last)) => (first.at, last.at),
        _ => return Err(ScoringError::NoPositives { rows: 0 }),
    };
    let data = data_hash(&samples)?;
    let cut = calibration_start(&samples, spec.calibration.share);
    let (labels, given): (Vec<bool>, Vec<Vec<Given>>) =
        samples.into_iter().map(|sample| (sample.label, sample.given)).unzip();
    let positives = labels.iter().filter(|label| **label).count();
    check_classes(&labels, cut, positives)?;
    let first = Fitted::new(spec, &given[..cut], &labels[..cut])?;
    let scores: Vec<f64> = given[cut..].iter().map(|row| first.score(row)).collect();
    let calibration = platt(&scores, &labels[cut..]);
    let fitted = Fitted::new(spec, &given, &labels)?;
    let rows = fitted.kept(&given);
    let summary = ModelSummary {
        name: spec.name.clone(),
        window: *window,
        first_outcome,
        last_outcome,
        rows: labels.len(),
        positives,
        held_out: held_out(&scores, &labels[cut..], calibration),
        features: fitted.summary(),
        dropped: fitted.dropped,
        catalogue: catalogue.to_owned(),
        spec: hex(&sha256(&serde_json::to_vec(spec).map_err(damaged)?)),
        data,
    };
    ModelBundle::new(summary, fitted.features, fitted.intercept, calibration, &rows)
}

fn damaged(error: serde_json::Error) -> ScoringError {
    ScoringError::Damaged { problem: error.to_string() }
}

/// Reads the labelled rows of a table.
pub(crate) fn samples(
    spec: &ModelSpec,
    facts: &FactsTable,
    labels: &[Option<bool>],
) -> Result<Vec<Sample>, ScoringError> {
    if labels.len() != facts.len() {
        return Err(ScoringError::Shape { what: "labels", found: labels.len(), expected: facts.len() });
    }
    let columns = spec
        .facts()
        .into_iter()
        .map(|fact| facts.column(fact).ok_or_else(|| ScoringError::FactUnknown { fact: fact.to_owned() }))
        .collect::<Result<Vec<_>, _>>()?;
    let labelled = labels.iter().enumerate().filter_map(|(row, label)| label.map(|label| (row, label)));
    Ok(labelled
        .map(|(row, label)| Sample {
            at: facts.as_of(row),
            object: *facts.object_id(row).as_bytes(),
            label,
            given: columns.iter().map(|&column| Given::new(facts.cell(row, column))).collect(),
        })
        .collect())
}

/// Returns where the calibration part begins; outcomes of one instant are not torn apart.
fn calibration_start(samples: &[Sample], share: f64) -> usize {
    let cut = ((samples.len() as f64) * (1.0 - share)) as usize;
    match samples.get(cut) {
        Some(at_cut) => samples.partition_point(|sample| sample.at < at_cut.at),
        None => cut,
    }
}

fn check_classes(labels: &[bool], cut: usize, positives: usize) -> Result<(), ScoringError> {
    let rows = labels.len();
    if positives == 0 {
        return Err(ScoringError::NoPositives { rows });
    }
    if positives == rows {
        return Err(ScoringError::NoNegatives { rows });
    }
    let late = labels[cut..].iter().filter(|label| **label).count();
    if late == 0 || late == rows - cut || late == positives || positives - late == cut {
        return Err(ScoringError::Calibration { rows: rows - cut, positives: late });
    }
    Ok(())
}

/// Holds encodings with fitted weights.
struct Fitted {
    features: Vec<Feature>,
    /// Place of each feature among those of model.toml.
    places: Vec<usize>,
    intercept: f64,
    dropped: Vec<DroppedFact>,
}

impl Fitted {
    fn new(spec: &ModelSpec, given: &[Vec<Given>], labels: &[bool]) -> Result<Self, ScoringError> {
        let (mut features, mut places, mut dropped) = (Vec::new(), Vec::new(), Vec::new());
        for (place, feature) in spec.features.iter().enumerate() {
            let column: Vec<&Given> = given.iter().map(|row| &row[place]).collect();
            match Feature::learn(feature, &column) {
                Some(learnt) => {
                    features.push(learnt);
                    places.push(place);
                }
                None => {
                    let missing = column.iter().all(|given| **given == Given::Missing);
                    let reason = if missing { "missing_everywhere" } else { "constant" };
                    dropped.push(DroppedFact { fact: feature.fact.clone(), reason: reason.to_owned() });
                }
            }
        }
        let columns = features.iter().map(|feature| feature.columns().count()).sum();
        if columns == 0 {
            return Err(ScoringError::NoFeatures { rows: given.len() });
        }
        if given.len() < columns {
            return Err(ScoringError::TooFewOutcomes { rows: given.len(), columns });
        }
        let linear = fit(matrix(&features, &places, given, columns), labels, spec.training.l2)?;
        let mut weights = linear.weights.iter().copied();
        features.iter_mut().for_each(|feature| feature.set_weights(&mut weights));
        Ok(Self { features, places, intercept: linear.intercept, dropped })
    }

    fn score(&self, row: &[Given]) -> f64 {
        let parts = self.features.iter().zip(&self.places).map(|(feature, &place)| feature.part(&row[place]));
        parts.fold(self.intercept, |sum, part| sum + part)
    }

    /// Returns what the kept features read, a list per row.
    fn kept(&self, given: &[Vec<Given>]) -> Vec<Vec<Given>> {
        given.iter().map(|row| self.places.iter().map(|&place| row[place].clone()).collect()).collect()
    }

    fn summary(&self) -> Vec<FeatureSummary> {
        let summary = |feature: &Feature| FeatureSummary {
            fact: feature.fact.clone(),
            columns: feature.columns().count(),
        };
        self.features.iter().map(summary).collect()
    }
}

/// Fills the matrix column by column in memory: the gradient then runs along it.
fn matrix(features: &[Feature], places: &[usize], given: &[Vec<Given>], columns: usize) -> Array2<f64> {
    let mut matrix = Array2::zeros((given.len(), columns).f());
    for (row, values) in given.iter().enumerate() {
        let mut column = 0;
        for (feature, &place) in features.iter().zip(places) {
            feature.encode(&values[place], |_, value| {
                matrix[[row, column]] = value;
                column += 1;
            });
        }
    }
    matrix
}

fn held_out(scores: &[f64], labels: &[bool], calibration: Platt) -> HeldOut {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let positives = labels.iter().filter(|label| **label).count();
    // Mann and Whitney: the sum of the positives' ranks, ties at their mean rank.
    let mut ranks = 0.0;
    let mut start = 0;
    while start < order.len() {
        let end = start + order[start..].partition_point(|&row| scores[row] <= scores[order[start]]);
        let mean = (start + end + 1) as f64 / 2.0;
        ranks += mean * order[start..end].iter().filter(|&&row| labels[row]).count() as f64;
        start = end;
    }
    let (p, n) = (positives as f64, (labels.len() - positives) as f64);
    let errors = scores.iter().zip(labels).map(|(&score, &label)| {
        let error = calibration.probability(score) - f64::from(u8::from(label));
        error * error
    });
    HeldOut {
        rows: labels.len(),
        positives,
        auc: rounded((ranks - p * (p + 1.0) / 2.0) / (p * n)),
        brier: rounded(errors.sum::<f64>() / labels.len() as f64),
    }
}

/// Rounds to six decimals: a reader of JSON takes so few digits back exactly, so that a bundle that was opened has
/// the bytes, and the hash, of the one that was stored.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

fn data_hash(samples: &[Sample]) -> Result<String, ScoringError> {
    let mut bytes = Vec::new();
    for sample in samples {
        bytes.extend_from_slice(&sample.at.micros().to_le_bytes());
        bytes.extend_from_slice(&sample.object);
        bytes.push(u8::from(sample.label));
        serde_json::to_writer(&mut bytes, &sample.given).map_err(damaged)?;
    }
    Ok(hex(&sha256(&bytes)))
}
