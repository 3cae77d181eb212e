//! Isotonic calibration in f64: the non-decreasing step function nearest to the outcomes, found by pooling adjacent
//! violators (Barlow, Bartholomew, Bremner, Brunk 1972), read between the middles of its steps along straight lines.

use serde::{Deserialize, Serialize};

use crate::bytes::Exact;

/// Is a non-decreasing function from scores to probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Isotonic {
    /// Mean score of each step, strictly rising.
    scores: Vec<Exact>,
    /// Probability of each step, not falling.
    probabilities: Vec<Exact>,
}

impl Isotonic {
    /// Returns the probability of a score; outside the steps that of the nearest.
    pub(crate) fn probability(&self, score: f64) -> f64 {
        let above = self.scores.partition_point(|known| known.0 <= score);
        let at = |place: usize| self.probabilities.get(place).map_or(0.5, |known| known.0);
        let (Some(low), Some(high)) =
            (above.checked_sub(1).and_then(|below| self.scores.get(below)), self.scores.get(above))
        else {
            return at(above.min(self.scores.len().saturating_sub(1)));
        };
        let share = (score - low.0) / (high.0 - low.0);
        at(above - 1) + (at(above) - at(above - 1)) * share
    }

    /// Says what is impossible in a stored function.
    pub(crate) fn problem(&self) -> Option<String> {
        let rising = self.scores.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let ordered = self.probabilities.windows(2).all(|pair| pair[0].0 <= pair[1].0);
        let inside = self.probabilities.iter().all(|known| (0.0..=1.0).contains(&known.0));
        let whole = self.scores.len() == self.probabilities.len() && !self.scores.is_empty();
        (!(rising && ordered && inside && whole)).then(|| "the calibration is not monotone".to_owned())
    }
}

struct Step {
    scores: f64,
    hits: f64,
    rows: f64,
}

/// Fits the function; each outcome counts `weights` times. Each step is drawn a little to the middle, (hits + ½) / (rows + 1), so that no promise is 0 or
/// 1; steps are pooled by these values, which keeps them in order.
pub(crate) fn isotonic(scores: &[f64], labels: &[bool], weights: &[f64]) -> Isotonic {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(labels[a].cmp(&labels[b])));
    let rate = |step: &Step| (step.hits + 0.5) / (step.rows + 1.0);
    let mut steps: Vec<Step> = Vec::new();
    let mut last = None;
    for row in order {
        let (score, rows) = (scores[row], weights[row]);
        let (weighed, hits) = (score * rows, f64::from(u8::from(labels[row])) * rows);
        match steps.last_mut() {
            Some(step) if last == Some(score) => {
                *step =
                    Step { scores: step.scores + weighed, hits: step.hits + hits, rows: step.rows + rows };
            }
            Some(_) | None => steps.push(Step { scores: weighed, hits, rows }),
        }
        last = Some(score);
    }
    let mut pooled: Vec<Step> = Vec::new();
    for step in steps {
        pooled.push(step);
        while let [.., before, after] = pooled.as_slice() {
            if rate(before) < rate(after) {
                break;
            }
            let joined = Step {
                scores: before.scores + after.scores,
                hits: before.hits + after.hits,
                rows: before.rows + after.rows,
            };
            pooled.truncate(pooled.len() - 2);
            pooled.push(joined);
        }
    }
    Isotonic {
        scores: pooled.iter().map(|step| Exact(step.scores / step.rows)).collect(),
        probabilities: pooled.iter().map(|step| Exact(rate(step))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn violators_are_pooled() {
        let found = isotonic(&[1.0, 2.0, 3.0, 4.0], &[false, true, false, true], &[1.0; 4]);
        let expected: Vec<f64> = vec![0.25, 0.5, 0.75];
        let steps: Vec<f64> = found.probabilities.iter().map(|known| known.0).collect();
        assert_eq!(steps, expected);
        assert_eq!(found.probability(2.5), 0.5);
        assert_eq!(found.probability(-9.0), 0.25);
        assert_eq!(found.probability(9.0), 0.75);
    }

    proptest! {
        #[test]
        fn it_never_falls_and_is_whole(rows in proptest::collection::vec((-5_i32..5, any::<bool>()), 1..60)) {
            let scores: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
            let labels: Vec<bool> = rows.iter().map(|row| row.1).collect();
            let found = isotonic(&scores, &labels, &vec![1.0; labels.len()]);
            prop_assert_eq!(found.problem(), None);
            let read: Vec<f64> = (-60..60).map(|at| found.probability(f64::from(at) / 10.0)).collect();
            prop_assert!(read.windows(2).all(|pair| pair[0] <= pair[1] + 1e-15));
        }
    }
}
