//! The fit itself: linfa's L2 logistic regression on a matrix, and Platt's calibration in f64. Numbers in,
//! numbers out; nothing here knows of facts.

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};

use crate::ScoringError;

/// Steps of L-BFGS after which the fit stops. Standardised columns need 20 to 60; a fit that is cut off here is
/// still a finite model, and the held-out figures in the bundle show what it is worth.
const MAX_ITERATIONS: u64 = 300;
/// Largest component of the gradient (of the summed loss) at which the fit counts as found.
const GRADIENT_TOLERANCE: f64 = 1e-3;
/// Newton steps of the calibration; it has two parameters and needs fewer than ten.
const PLATT_STEPS: usize = 100;

/// Holds weights of a linear score.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Linear {
    /// One per column.
    pub(crate) weights: Vec<f64>,
    /// Score of a row of zeros.
    pub(crate) intercept: f64,
}

/// Holds Platt's two numbers: probability = σ(slope · score + offset).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Platt {
    /// Multiplies the score.
    pub(crate) slope: f64,
    /// Is added to it.
    pub(crate) offset: f64,
}

impl Platt {
    /// Returns the calibrated log-odds.
    pub(crate) fn log_odds(self, score: f64) -> f64 {
        self.slope * score + self.offset
    }
    /// Returns the calibrated probability.
    pub(crate) fn probability(self, score: f64) -> f64 {
        sigmoid(self.log_odds(score))
    }
}

/// Returns 1 / (1 + e⁻ˣ) without overflow.
pub(crate) fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// Fits Σ log-loss + l2/2 · ‖w‖² (the intercept is free).
///
/// # Errors
/// [`ScoringError::Fit`] when the solver fails or ends in numbers that are not finite. The caller has made sure
/// of two classes.
pub(crate) fn fit(matrix: Array2<f64>, labels: &[bool], l2: f64) -> Result<Linear, ScoringError> {
    let failed = |problem: String| ScoringError::Fit { problem };
    let dataset = DatasetBase::new(matrix, Array1::from_iter(labels.iter().copied()));
    let model = LogisticRegression::default()
        .alpha(l2)
        .max_iterations(MAX_ITERATIONS)
        .gradient_tolerance(GRADIENT_TOLERANCE)
        .fit(&dataset)
        .map_err(|error| failed(error.to_string()))?;
    // linfa calls the more frequent class positive; ours is always `true`.
    let sign = if model.labels().pos.class { 1.0 } else { -1.0 };
    let linear = Linear {
        weights: model.params().iter().map(|weight| sign * weight).collect(),
        intercept: sign * model.intercept(),
    };
    if linear.weights.iter().chain([&linear.intercept]).all(|number| number.is_finite()) {
        Ok(linear)
    } else {
        Err(failed("a weight is not finite".to_owned()))
    }
}

/// Fits Platt's two numbers by Newton's method on smoothed targets (Platt 1999; Lin, Lin, Weng 2007).
///
/// A slope that comes out negative means that the score ranks the held-out outcomes worse than chance; then
/// the score says nothing and the probability is the held-out rate for every object.
pub(crate) fn platt(scores: &[f64], labels: &[bool]) -> Platt {
    let positives = labels.iter().filter(|label| **label).count() as f64;
    let negatives = labels.len() as f64 - positives;
    let high = (positives + 1.0) / (positives + 2.0);
    let low = 1.0 / (negatives + 2.0);
    let rate = Platt { slope: 0.0, offset: ((positives + 1.0) / (negatives + 1.0)).ln() };
    let mut current = rate;
    let loss = |p: Platt| -> f64 {
        scores.iter().zip(labels).map(|(&s, &y)| log_loss(p.log_odds(s), if y { high } else { low })).sum()
    };
    let mut best = loss(current);
    for _ in 0..PLATT_STEPS {
        let Some((slope_step, offset_step)) = newton_step(current, scores, labels, (high, low)) else {
            break;
        };
        let mut scale = 1.0;
        let improved = loop {
            let next = Platt {
                slope: current.slope - scale * slope_step,
                offset: current.offset - scale * offset_step,
            };
            let value = loss(next);
            if value < best {
                break Some((next, value));
            }
            scale *= 0.5;
            if scale < 1e-10 {
                break None;
            }
        };
        match improved {
            Some((next, value)) => {
                let gain = best - value;
                (current, best) = (next, value);
                if gain < 1e-12 {
                    break;
                }
            }
            None => break,
        }
    }
    if current.slope > 0.0 && current.offset.is_finite() && current.slope.is_finite() {
        current
    } else {
        rate
    }
}

fn newton_step(at: Platt, scores: &[f64], labels: &[bool], (high, low): (f64, f64)) -> Option<(f64, f64)> {
    let (mut g1, mut g2) = (0.0, 0.0);
    // A small ridge keeps the 2 × 2 system solvable when all scores are equal.
    let (mut h11, mut h22, mut h12) = (1e-12, 1e-12, 0.0);
    for (&score, &label) in scores.iter().zip(labels) {
        let p = sigmoid(at.log_odds(score));
        let d = p - if label { high } else { low };
        let w = p * (1.0 - p);
        g1 += score * d;
        g2 += d;
        h11 += score * score * w;
        h12 += score * w;
        h22 += w;
    }
    if g1.abs() < 1e-10 && g2.abs() < 1e-10 {
        return None;
    }
    let determinant = h11 * h22 - h12 * h12;
    let step = ((h22 * g1 - h12 * g2) / determinant, (h11 * g2 - h12 * g1) / determinant);
    (step.0.is_finite() && step.1.is_finite()).then_some(step)
}

/// Returns −t·ln σ(x) − (1 − t)·ln(1 − σ(x)).
fn log_loss(x: f64, target: f64) -> f64 {
    let softplus = if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() };
    softplus - target * x
}

#[cfg(test)]
mod tests {
    use ndarray::ShapeBuilder;

    use super::*;

    #[test]
    fn one_binary_column_gives_the_log_odds_of_the_table() {
        // 40 rows: x = 1 → 15 of 20 true, x = 0 → 5 of 20 true: weight ln 9, intercept −ln 3.
        let mut x = Array2::<f64>::zeros((40, 1).f());
        let mut y = Vec::new();
        for row in 0..40 {
            x[[row, 0]] = f64::from(row < 20);
            y.push(if row < 20 { row < 15 } else { row < 25 });
        }
        let linear = fit(x, &y, 1e-9).unwrap();
        assert!((linear.weights[0] - 9.0_f64.ln()).abs() < 1e-3, "{linear:?}");
        assert!((linear.intercept + 3.0_f64.ln()).abs() < 1e-3, "{linear:?}");
    }

    #[test]
    fn the_sign_does_not_depend_on_which_class_is_frequent() {
        for share in [3_usize, 7] {
            let x = Array2::from_shape_fn((100, 1).f(), |(row, _)| f64::from(u8::from(row % 10 < share)));
            let y: Vec<bool> = (0..100).map(|row| row % 10 < share && row != 0).collect();
            assert!(fit(x, &y, 1.0).unwrap().weights[0] > 0.0);
        }
    }

    #[test]
    fn platt_recovers_a_known_line_and_refuses_an_inverted_score() {
        let scores: Vec<f64> = (0..4_000).map(|i| f64::from(i % 200) / 50.0 - 2.0).collect();
        let labels: Vec<bool> = scores
            .iter()
            .enumerate()
            .map(|(i, s)| ((i / 200) as f64 + 0.5) / 20.0 < sigmoid(2.0 * s - 1.0))
            .collect();
        let fitted = platt(&scores, &labels);
        assert!((fitted.slope - 2.0).abs() < 0.15 && (fitted.offset + 1.0).abs() < 0.15, "{fitted:?}");
        let inverted: Vec<f64> = scores.iter().map(|s| -s).collect();
        assert_eq!(platt(&inverted, &labels).slope, 0.0);
    }

    #[test]
    fn platt_of_equal_scores_is_the_rate() {
        let labels: Vec<bool> = (0..100).map(|i| i < 30).collect();
        let probability = platt(&[0.5; 100], &labels).probability(0.5);
        assert!((probability - 0.3).abs() < 0.02, "{probability}");
    }
}
