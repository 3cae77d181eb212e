//! How a number becomes a standardised value and a part of the score: capped, transformed, kept inside the range of
//! training. One row and a whole column go the same way, to the last bit.

use serde::{Deserialize, Serialize};

use super::encoding::Column;
use crate::bytes::Exact;
use crate::spec::{FeatureSpec, Transform};

/// Below this standard deviation, relative to the mean, a column counts as constant.
const CONSTANT: f64 = 1e-9;

/// Is how a number becomes a standardised value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberReading {
    transform: Transform,
    cap: Option<Exact>,
    low: Exact,
    high: Exact,
    pub(super) column: Column,
}

impl NumberReading {
    /// Learns from the known numbers; `None` where they do not vary.
    pub(super) fn learn(spec: &FeatureSpec, numbers: &[f64]) -> Option<Self> {
        let known: Vec<f64> = numbers
            .iter()
            .filter(|number| !number.is_nan())
            .map(|number| scaled(*number, spec.transform, spec.cap))
            .collect();
        let count = known.len() as f64;
        let mean = known.iter().sum::<f64>() / count;
        let variance = known.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count;
        let deviation = variance.sqrt();
        // Also false where nothing is known and the mean is not a number.
        if !(deviation > CONSTANT * mean.abs().max(1.0) && deviation.is_finite()) {
            return None;
        }
        Some(Self {
            transform: spec.transform,
            cap: spec.cap.map(Exact),
            low: Exact(known.iter().copied().fold(f64::INFINITY, f64::min)),
            high: Exact(known.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
            column: Column { centre: Exact(mean), scale: Exact(deviation), weight: Exact(0.0) },
        })
    }

    /// Tells whether a stored range holds no number.
    pub(super) fn range_is_empty(&self) -> bool {
        self.low.0 > self.high.0
    }

    /// Returns the standardised value; of NaN, which is nothing known, the mean's.
    pub(super) fn value(&self, number: f64) -> f64 {
        if number.is_nan() { 0.0 } else { self.line(1.0, 0.0).part(number) }
    }

    /// Returns what a block of rows needs of it: a known number gives `weight` times its standardised value, an unknown
    /// one `absent`.
    pub(super) fn line(&self, weight: f64, absent: f64) -> Line {
        Line {
            transform: self.transform,
            cap: self.cap.map_or(f64::INFINITY, |cap| cap.0),
            range: [self.low.0, self.high.0],
            centre: self.column.centre.0,
            inverse: 1.0 / self.column.scale.0,
            weight,
            absent,
        }
    }
}

/// Is a number's way into the score, laid out for a loop over a column.
#[derive(Clone, Copy)]
pub(super) struct Line {
    transform: Transform,
    cap: f64,
    range: [f64; 2],
    centre: f64,
    inverse: f64,
    weight: f64,
    absent: f64,
}

impl Line {
    pub(super) fn part(self, number: f64) -> f64 {
        if number.is_nan() { self.absent } else { self.of_scaled(self.transform.apply(self.capped(number))) }
    }

    #[inline]
    fn capped(self, number: f64) -> f64 {
        if number > self.cap { self.cap } else { number }
    }

    #[inline]
    fn of_scaled(self, value: f64) -> f64 {
        let [low, high] = self.range;
        let inside = if value < low { low } else { value };
        let inside = if inside > high { high } else { inside };
        self.weight * ((inside - self.centre) * self.inverse)
    }

    /// Adds the parts of a column. Without a change of scale the loop has no branch, and the processor takes several rows
    /// at a time.
    pub(super) fn add(self, numbers: &[f64], sums: &mut [f64]) {
        match self.transform {
            Transform::Identity => {
                for (sum, number) in sums.iter_mut().zip(numbers) {
                    let known = self.of_scaled(self.capped(*number));
                    *sum += if number.is_nan() { self.absent } else { known };
                }
            }
            Transform::Log1p => {
                for (sum, number) in sums.iter_mut().zip(numbers) {
                    *sum += self.part(*number);
                }
            }
        }
    }
}

fn scaled(value: f64, transform: Transform, cap: Option<f64>) -> f64 {
    transform.apply(cap.map_or(value, |cap| value.min(cap)))
}
