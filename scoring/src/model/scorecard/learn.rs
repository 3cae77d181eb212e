//! Learning a card: bins, weight of evidence, a logistic regression on it, then whole points.

use ndarray::Array2;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::binning::{Bin, Counts, bins};
use super::card::{CardFact, NumberBin, Scorecard, TextBin};
use crate::ScoringError;
use crate::fit::fit;
use crate::model::encoding::chosen_levels;
use crate::model::frame::{Column, Frame};
use crate::model::linear::{Learnt, keep};
use crate::model::summary::DroppedFact;
use crate::spec::{FeatureSpec, MissingPoints, ModelSpec};

/// Least share of the rows for a text, or for absence, to have points of its own.
const LEAST: f64 = 0.02;

/// Is a fact's bins with their evidence, before points.
struct Binned {
    feature: usize,
    missing: (Counts, f64),
    numbers: Vec<(Bin, f64)>,
    texts: Vec<(Option<String>, Counts, f64)>,
}

/// Holds the rows that teach.
pub(crate) struct Lessons<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) labels: &'a [bool],
    pub(crate) weights: Option<&'a [f32]>,
}

impl Lessons<'_> {
    fn weight(&self, row: usize) -> f64 {
        self.weights.and_then(|all| all.get(row)).map_or(1.0, |weight| f64::from(*weight))
    }

    fn counts(&self, rows: impl Iterator<Item = usize>) -> Counts {
        let mut counts = Counts::default();
        rows.for_each(|row| counts.add(self.labels[row], self.weight(row)));
        counts
    }
}

/// Learns a card; returns it with its intercept. Facts whose weight comes out against their own evidence are left out:
/// nobody could defend points that fall where violations rise.
pub(crate) fn learn_card(
    spec: &ModelSpec,
    lessons: &Lessons<'_>,
) -> Result<Learnt<(Scorecard, f64)>, ScoringError> {
    let frame = lessons.frame;
    let all = lessons.counts(0..frame.rows());
    let mut binned: Vec<Option<Binned>> = (0..spec.features.len())
        .into_par_iter()
        .map(|feature| bin_fact(spec, lessons, all, feature))
        .collect();
    let (mut kept, _, mut dropped) = keep(spec, frame, |place| binned[place].take());
    loop {
        let (weights, intercept) = weigh(spec, lessons, &kept)?;
        let (with, against): (Vec<_>, Vec<_>) =
            kept.into_iter().zip(weights).partition(|(_, weight)| *weight > 0.0);
        if against.is_empty() {
            let places = with.iter().map(|(binned, _)| binned.feature).collect();
            return Ok(Learnt { body: (card(spec, &with), intercept), places, dropped });
        }
        dropped.extend(against.into_iter().map(|(binned, _)| DroppedFact {
            fact: spec.features[binned.feature].fact.clone(),
            reason: "against_its_evidence".to_owned(),
        }));
        kept = with.into_iter().map(|(binned, _)| binned).collect();
    }
}

/// Fits a weight to each fact's evidence.
fn weigh(spec: &ModelSpec, lessons: &Lessons<'_>, kept: &[Binned]) -> Result<(Vec<f64>, f64), ScoringError> {
    let (rows, columns) = (lessons.frame.rows(), kept.len());
    if columns == 0 {
        return Err(ScoringError::NoFeatures { rows });
    }
    if rows < columns {
        return Err(ScoringError::TooFewOutcomes { rows, columns });
    }
    let mut matrix = Array2::zeros((rows, columns));
    for (at, binned) in kept.iter().enumerate() {
        let column = &lessons.frame.columns()[binned.feature];
        binned.fill(column, rows, |row, evidence| matrix[[row, at]] = evidence);
    }
    let linear = fit(matrix, lessons.labels, lessons.weights, spec.scorecard.l2)?;
    Ok((linear.weights, linear.intercept))
}

fn card(spec: &ModelSpec, weighed: &[(Binned, f64)]) -> Scorecard {
    let mut card = Scorecard {
        name: spec.name.clone(),
        points_to_double: spec.scorecard.points_to_double,
        facts: Vec::new(),
    };
    let step = card.step();
    let facts = weighed.iter();
    card.facts =
        facts.map(|(binned, weight)| binned.points(&spec.features[binned.feature], weight / step)).collect();
    card
}

fn bin_fact(spec: &ModelSpec, lessons: &Lessons<'_>, all: Counts, feature: usize) -> Option<Binned> {
    let (column, rows) = (&lessons.frame.columns()[feature], lessons.frame.rows());
    let mut numbers = vec![0.0; rows];
    column.numbers(0, &mut numbers);
    let absent =
        |row: &usize| if column.is_text() { column.text(*row).is_none() } else { numbers[*row].is_nan() };
    let missing = lessons.counts((0..rows).filter(absent));
    let learnt = spec.scorecard.missing == MissingPoints::Learnt && missing.rows() >= LEAST * all.rows();
    let missing_evidence = if learnt { missing.evidence(all) } else { 0.0 };
    let mut binned =
        Binned { feature, missing: (missing, missing_evidence), numbers: Vec::new(), texts: Vec::new() };
    if column.is_text() {
        binned.texts = text_bins(&spec.features[feature], lessons, column, all);
    } else {
        let found = bins(&numbers, lessons.labels, |row| lessons.weight(row));
        binned.numbers = found.into_iter().map(|bin| (bin, bin.counts.evidence(all))).collect();
    }
    let kinds = binned.numbers.len().max(binned.texts.len());
    let says = kinds > 1 || (kinds == 1 && learnt && missing.rows() < all.rows());
    says.then_some(binned)
}

fn text_bins(
    spec: &FeatureSpec,
    lessons: &Lessons<'_>,
    column: &Column,
    all: Counts,
) -> Vec<(Option<String>, Counts, f64)> {
    let rows = lessons.frame.rows();
    let texts: Vec<Option<&str>> = (0..rows).map(|row| column.text(row)).collect();
    let frequent: Vec<&str> = chosen_levels(spec, &texts)
        .into_iter()
        .filter(|(_, count)| *count as f64 >= LEAST * rows as f64)
        .map(|(text, _)| text)
        .collect();
    let counts = |belongs: &dyn Fn(&str) -> bool| {
        lessons.counts((0..rows).filter(|row| texts[*row].is_some_and(belongs)))
    };
    let mut found: Vec<(Option<String>, Counts, f64)> = frequent
        .iter()
        .map(|text| {
            let counts = counts(&|known| known == *text);
            (Some((*text).to_owned()), counts, counts.evidence(all))
        })
        .collect();
    if found.is_empty() {
        return found;
    }
    let others = counts(&|known| !frequent.contains(&known));
    let evidence = if others.rows() >= LEAST * all.rows() { others.evidence(all) } else { 0.0 };
    found.push((None, others, evidence));
    found
}

impl Binned {
    fn fill(&self, column: &Column, rows: usize, mut put: impl FnMut(usize, f64)) {
        if column.is_text() {
            for row in 0..rows {
                let text = column.text(row);
                let bin = text.and_then(|text| {
                    self.texts.iter().find(|bin| bin.0.as_deref().is_none_or(|known| known == text))
                });
                put(row, bin.map_or(self.missing.1, |bin| bin.2));
            }
            return;
        }
        let mut numbers = vec![0.0; rows];
        column.numbers(0, &mut numbers);
        for (row, number) in numbers.into_iter().enumerate() {
            let bin = self.numbers.iter().find(|(bin, _)| bin.below.is_none_or(|below| number < below));
            let known = bin.map_or(self.missing.1, |bin| bin.1);
            put(row, if number.is_nan() { self.missing.1 } else { known });
        }
    }

    /// Turns evidence into whole points; `scale` is the weight over the log-odds of one point.
    fn points(&self, spec: &FeatureSpec, scale: f64) -> CardFact {
        let points = |evidence: f64| (evidence * scale).round() as i32;
        let share = |counts: Counts| {
            let percent = 100.0 * counts.hits / counts.rows().max(1e-9);
            ((counts.rows().round()) as u32, (percent * 10.0).round() / 10.0)
        };
        let numbers = self.numbers.iter().map(|(bin, evidence)| {
            let (rows, violations_percent) = share(bin.counts);
            NumberBin { below: bin.below, points: points(*evidence), rows, violations_percent }
        });
        let texts = self.texts.iter().map(|(text, counts, evidence)| {
            let (rows, violations_percent) = share(*counts);
            TextBin { text: text.clone(), points: points(*evidence), rows, violations_percent }
        });
        CardFact {
            fact: spec.fact.clone(),
            missing: points(self.missing.1),
            numbers: numbers.collect(),
            texts: texts.collect(),
        }
    }
}
