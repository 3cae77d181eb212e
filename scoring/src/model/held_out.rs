//! Figures on the latest outcomes, which the weights had not seen.

use super::calibration::Calibration;
use super::summary::{CalibrationFigures, HeldOut};
use crate::evaluate::{Estimate, Figure, Period, Ranking, estimate_one, figures};
use crate::spec::CalibrationMethod;

/// Resamples of the intervals; they stand in the bundle, so their number and seed are fixed.
const RESAMPLES: u32 = 200;
const SEED: u64 = 1;

/// Measures scores that a first fit gave to rows that it had not seen, in the order of time.
pub(crate) fn held_out(scores: &[f64], labels: &[bool], calibration: &Calibration) -> HeldOut {
    let probabilities: Vec<f64> = scores.iter().map(|score| calibration.probability(*score)).collect();
    let period = undated(labels);
    let found = estimate_one(&period, &Ranking::new(scores, Some(probabilities)), (SEED, RESAMPLES));
    let figure = |figure: Figure| {
        let found = found[figure as usize].unwrap_or(Estimate { value: 0.5, low: 0.0, high: 1.0 });
        (rounded(found.value), [rounded(found.low), rounded(found.high)])
    };
    let (auc, auc_interval) = figure(Figure::Auc);
    let (brier, brier_interval) = figure(Figure::Brier);
    HeldOut {
        rows: labels.len(),
        positives: labels.iter().filter(|label| **label).count(),
        auc,
        auc_interval,
        brier,
        brier_interval,
        calibrations: side_by_side(scores, labels),
    }
}

fn side_by_side(scores: &[f64], labels: &[bool]) -> Vec<CalibrationFigures> {
    let half = scores.len() / 2;
    let measure = |method| {
        let calibration = Calibration::learn(method, &scores[..half], (&labels[..half], None));
        let later: Vec<f64> = scores[half..].iter().map(|score| calibration.probability(*score)).collect();
        let period = undated(&labels[half..]);
        let found =
            figures(&period, &Ranking::new(&scores[half..], Some(later)), &vec![1; labels.len() - half]);
        let figure = |figure: Figure| rounded(found[figure as usize].unwrap_or(1.0));
        let (brier, calibration_error) = (figure(Figure::Brier), figure(Figure::CalibrationError));
        CalibrationFigures { method, brier, calibration_error }
    };
    [CalibrationMethod::Platt, CalibrationMethod::Isotonic].map(measure).into()
}

fn undated(labels: &[bool]) -> Period {
    Period::new(vec![0; labels.len()], labels.iter().copied().map(Some).collect(), 0)
}

/// Rounds to six decimals: a reader of JSON takes so few digits back exactly, so that a bundle that was opened has
/// the bytes, and the hash, of the one that was stored.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
