//! Platt's calibration in f64: two numbers turn a score into a probability.

use super::{log_loss, sigmoid};

/// Newton steps of the calibration; it has two parameters and needs fewer than ten.
const PLATT_STEPS: usize = 100;

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
}

/// Fits Platt's two numbers, each outcome counting `weights` times, by Newton's method on smoothed targets (Platt 1999; Lin, Lin, Weng 2007).
///
/// A slope that comes out negative means that the score ranks the held-out outcomes worse than chance; then
/// the score says nothing and the probability is the held-out rate for every object.
pub(crate) fn platt(scores: &[f64], labels: &[bool], weights: &[f64]) -> Platt {
    let positives: f64 =
        labels.iter().zip(weights).filter(|(label, _)| **label).map(|(_, weight)| weight).sum();
    let negatives = weights.iter().sum::<f64>() - positives;
    let high = (positives + 1.0) / (positives + 2.0);
    let low = 1.0 / (negatives + 2.0);
    let rate = Platt { slope: 0.0, offset: ((positives + 1.0) / (negatives + 1.0)).ln() };
    let mut current = rate;
    let loss = |p: Platt| -> f64 {
        let rows = scores.iter().zip(labels).zip(weights);
        rows.map(|((&s, &y), weight)| weight * log_loss(p.log_odds(s), if y { high } else { low })).sum()
    };
    let mut best = loss(current);
    for _ in 0..PLATT_STEPS {
        let Some((slope_step, offset_step)) = newton_step(current, scores, (labels, weights), (high, low))
        else {
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

fn newton_step(
    at: Platt,
    scores: &[f64],
    (labels, weights): (&[bool], &[f64]),
    (high, low): (f64, f64),
) -> Option<(f64, f64)> {
    let (mut g1, mut g2) = (0.0, 0.0);
    // A small ridge keeps the 2 × 2 system solvable when all scores are equal.
    let (mut h11, mut h22, mut h12) = (1e-12, 1e-12, 0.0);
    for ((&score, &label), &weight) in scores.iter().zip(labels).zip(weights) {
        let p = sigmoid(at.log_odds(score));
        let d = weight * (p - if label { high } else { low });
        let w = weight * p * (1.0 - p);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platt_recovers_a_known_line_and_refuses_an_inverted_score() {
        let scores: Vec<f64> = (0..4_000).map(|i| f64::from(i % 200) / 50.0 - 2.0).collect();
        let labels: Vec<bool> = scores
            .iter()
            .enumerate()
            .map(|(i, s)| ((i / 200) as f64 + 0.5) / 20.0 < sigmoid(2.0 * s - 1.0))
            .collect();
        let fitted = platt(&scores, &labels, &vec![1.0; labels.len()]);
        assert!((fitted.slope - 2.0).abs() < 0.15 && (fitted.offset + 1.0).abs() < 0.15, "{fitted:?}");
        let inverted: Vec<f64> = scores.iter().map(|s| -s).collect();
        assert_eq!(platt(&inverted, &labels, &vec![1.0; labels.len()]).slope, 0.0);
    }

    #[test]
    fn an_outcome_of_weight_three_counts_as_three_outcomes() {
        let (scores, labels) = ([-1.0, 0.0, 0.5, 2.0, 1.0], [false, true, false, true, false]);
        let weighted = platt(&scores, &labels, &[3.0, 1.0, 1.0, 1.0, 2.0]);
        let repeated = platt(
            &[-1.0, -1.0, -1.0, 0.0, 0.5, 2.0, 1.0, 1.0],
            &[false, false, false, true, false, true, false, false],
            &[1.0; 8],
        );
        assert!((weighted.slope - repeated.slope).abs() < 1e-6, "{weighted:?} {repeated:?}");
        assert!((weighted.offset - repeated.offset).abs() < 1e-6, "{weighted:?} {repeated:?}");
    }

    #[test]
    fn platt_of_equal_scores_is_the_rate() {
        let labels: Vec<bool> = (0..100).map(|i| i < 30).collect();
        let probability = sigmoid(platt(&[0.5; 100], &labels, &[1.0; 100]).log_odds(0.5));
        assert!((probability - 0.3).abs() < 0.02, "{probability}");
    }
}
