//! Seeded bootstrap: each resample draws events with replacement, from a generator of its own, so that the
//! intervals are the same on any number of threads.

use rand::Rng;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::{Deserialize, Serialize};

use super::figures::{FIGURES, Figures, Period, Ranking, figures};
use crate::seed::generator;

/// Is one outcome event of the period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EvaluatedEvent {
    /// Day of the event as a day number.
    pub day: i64,
    /// Score by which the method would have ordered it; larger comes first.
    pub score: f64,
    /// Calibrated probability, where there is a model.
    pub probability: Option<f64>,
    /// The rules' sum of points.
    pub points: f64,
    /// What was found; none = no label.
    pub label: Option<bool>,
}

/// Says how to evaluate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvaluateSettings {
    /// Seed of the resamples and of the random order.
    pub seed: u64,
    /// Number of resamples; 1,000 give stable 95 % bounds.
    pub resamples: u32,
    /// Events that can be visited in a period (`capacity_k` of model.toml).
    pub capacity_k: u32,
}

/// Is a figure with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// On the events themselves.
    pub value: f64,
    /// 2.5th percentile of the resamples.
    pub low: f64,
    /// 97.5th percentile.
    pub high: f64,
}

/// Holds the estimates of several rankings, and of the first minus the second.
#[derive(Debug)]
pub(crate) struct Estimates {
    pub(crate) rankings: Vec<[Option<Estimate>; FIGURES]>,
    pub(crate) difference: [Option<Estimate>; FIGURES],
}

/// Computes every figure of every ranking with its interval; all rankings see the same resamples.
pub(crate) fn estimate(period: &Period, rankings: &[Ranking], settings: &EvaluateSettings) -> Estimates {
    let events = period.days.len();
    let whole = vec![1_u32; events];
    let values: Vec<Figures> = rankings.iter().map(|ranking| figures(period, ranking, &whole)).collect();
    let resamples: Vec<Vec<Figures>> = (0..settings.resamples)
        .into_par_iter()
        .map(|index| {
            let weights = resample(events, settings.seed, index);
            rankings.iter().map(|ranking| figures(period, ranking, &weights)).collect()
        })
        .collect();
    let of = |ranking: usize, figure: usize| {
        values[ranking][figure].and_then(|value| {
            interval(value, resamples.iter().filter_map(|resample| resample[ranking][figure]).collect())
        })
    };
    let between = |figure: usize| {
        let value = values.first()?[figure]? - values.get(1)?[figure]?;
        let differences = resamples
            .iter()
            .filter_map(|resample| Some(resample.first()?[figure]? - resample.get(1)?[figure]?));
        interval(value, differences.collect())
    };
    Estimates {
        rankings: (0..rankings.len()).map(|at| std::array::from_fn(|figure| of(at, figure))).collect(),
        difference: std::array::from_fn(between),
    }
}

/// Computes every figure of one ranking with its interval.
pub(crate) fn estimate_one(
    period: &Period,
    ranking: &Ranking,
    (seed, resamples): (u64, u32),
) -> [Option<Estimate>; FIGURES] {
    let settings = EvaluateSettings { seed, resamples, capacity_k: 0 };
    let estimates = estimate(period, std::slice::from_ref(ranking), &settings);
    estimates.rankings.into_iter().next().unwrap_or([None; FIGURES])
}

/// Returns a seeded random score for each of `count` events of a named window.
pub fn random_order(count: usize, seed: u64, window: &str) -> Vec<f64> {
    let mut chance = generator(seed, &format!("evaluate/random/{window}"), 0);
    (0..count).map(|_| chance.random()).collect()
}

pub(crate) fn resample(events: usize, seed: u64, index: u32) -> Vec<u32> {
    let mut generator = generator(seed, "evaluate/bootstrap", u64::from(index));
    let mut weights = vec![0_u32; events];
    let count = u32::try_from(events).unwrap_or(u32::MAX);
    for _ in 0..count {
        weights[generator.random_range(0..count) as usize] += 1;
    }
    weights
}

pub(crate) fn interval(value: f64, mut draws: Vec<f64>) -> Option<Estimate> {
    if draws.is_empty() {
        return None;
    }
    draws.sort_by(f64::total_cmp);
    Some(Estimate { value, low: percentile(&draws, 0.025), high: percentile(&draws, 0.975) })
}

/// Interpolates linearly between the two nearest ranks of ascending, non-empty values.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = sorted[place.floor() as usize];
    let above = sorted[place.ceil() as usize];
    below + (above - below) * (place - place.floor())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_interpolate() {
        assert_eq!(percentile(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.5), 3.0);
        assert!((percentile(&[0.0, 1.0], 0.025) - 0.025).abs() < 1e-15);
    }

    #[test]
    fn a_resample_keeps_the_number_of_events_and_follows_its_seed() {
        let weights = resample(1_000, 7, 3);
        assert_eq!(weights.iter().sum::<u32>(), 1_000);
        assert_eq!(weights, resample(1_000, 7, 3));
        assert_ne!(weights, resample(1_000, 7, 4));
    }
}
