//! Shares with intervals.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The 97.5th percentile of the normal distribution: two-sided 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// Returns the bound in standard deviations at which so many intervals together hold 95 % (Šidák 1967): of a hundred
/// groups five would lie outside their own 95 % by chance alone. Between two nodes of the normal distribution it is
/// Abramowitz and Stegun's 26.2.23, off by less than 0.00045.
pub(crate) fn bound_among(comparisons: usize) -> f64 {
    if comparisons <= 1 {
        return Z;
    }
    let tail = (1.0 - 0.95_f64.powf(1.0 / comparisons as f64)) / 2.0;
    let t = (-2.0 * tail.ln()).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    t - above / below
}

/// Is a figure with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The figure.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Returns a share with Wilson's interval (Wilson 1927) at `count` independent answers, which may be a fraction.
pub fn wilson(share: f64, count: f64) -> Interval {
    wilson_at(share, count, Z)
}

/// Returns Wilson's interval at another bound in standard deviations.
pub(crate) fn wilson_at(share: f64, count: f64, z: f64) -> Interval {
    if count.is_nan() || count <= 0.0 {
        return Interval { value: share, low: 0.0, high: 1.0 };
    }
    let square = z * z / count;
    let middle = (share + square / 2.0) / (1.0 + square);
    let half = (share * (1.0 - share) * square + square * square / 4.0).sqrt() / (1.0 + square);
    Interval { value: share, low: (middle - half).max(0.0), high: (middle + half).min(1.0) }
}

/// Is how often a source is right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// Detector version, flight, topic, or what else names the source.
    pub source: String,
    /// Signs that the desk or the field decided.
    pub decided: usize,
    /// Of these confirmed.
    pub confirmed: usize,
    /// Share confirmed; ranking by `low` lets a source with few decisions wait for more.
    pub share: Interval,
}

/// Learns how often each source was confirmed, by name.
pub fn source_reliability<'a>(decisions: impl IntoIterator<Item = (&'a str, bool)>) -> Vec<Reliability> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (source, confirmed) in decisions {
        let count = counts.entry(source).or_default();
        *count = (count.0 + 1, count.1 + usize::from(confirmed));
    }
    let line = |(source, (decided, confirmed)): (&str, (usize, usize))| Reliability {
        source: source.to_owned(),
        decided,
        confirmed,
        share: wilson(confirmed as f64 / decided as f64, decided as f64),
    };
    counts.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_agrees_with_the_published_example() {
        // 81 of 263 (Newcombe 1998, table I): 0.2553 to 0.3662.
        let found = wilson(81.0 / 263.0, 263.0);
        assert!((found.low - 0.2553).abs() < 1e-4 && (found.high - 0.3662).abs() < 1e-4, "{found:?}");
        // 0 of 20: 0 to 0.1611.
        assert!((wilson(0.0, 20.0).high - 0.1611).abs() < 1e-4);
        assert_eq!(wilson(0.0, 0.0).high, 1.0);
    }

    #[test]
    fn bounds_of_many_comparisons_agree_with_the_tables() {
        // 1 - 0.95^(1/10) = 0.0051162 two-sided: 2.7995; of a hundred: 3.4729.
        for (comparisons, bound) in [(1, 1.96), (2, 2.2365), (10, 2.7995), (100, 3.4729)] {
            let found = bound_among(comparisons);
            assert!((found - bound).abs() < 2e-3, "{comparisons}: {found}");
        }
    }

    #[test]
    fn few_decisions_leave_a_wide_interval() {
        let found = source_reliability([("b", true), ("a", true), ("b", false), ("b", true)]);
        assert_eq!((found[0].source.as_str(), found[0].confirmed, found[0].decided), ("a", 1, 1));
        assert!(found[0].share.low < found[1].share.value);
    }
}
