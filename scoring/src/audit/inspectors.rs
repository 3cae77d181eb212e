//! How often an inspector finds something where others, at the same risk, would. For managers: it is computed from
//! scores and outcomes afterwards and no score ever reads it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::proportion::{Interval, bound_among};

/// Is a visit with its promised probability.
#[derive(Clone, Debug, PartialEq)]
pub struct InspectorEvent {
    /// Who inspected.
    pub inspector: String,
    /// Calibrated probability before the visit, from a model that did not know who goes.
    pub probability: f64,
    /// What was found.
    pub violation: bool,
}

/// Is an inspector's hit rate at the mean risk of all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InspectorEffect {
    /// Who inspected.
    pub inspector: String,
    /// Visits.
    pub visits: usize,
    /// Violations found.
    pub found: usize,
    /// Violations that the risk of these visits promised.
    pub promised: f64,
    /// found / promised, beside that of all, times the hit rate of all.
    pub adjusted_rate: Interval,
    /// Whether the rate differs from that of all by more than chance explains among so many inspectors.
    pub differs: bool,
}

/// Adjusts hit rates for risk, by inspector. What the model promises all too much or too little is taken out first, so that
/// it says nothing of anybody: the mean of the adjusted rates is the rate of all. The interval is Byar's for a count
/// (Breslow and Day 1987), 95 % of its own: a little wide for shares, never too narrow. Who differs is asked by Šidák's
/// wider intervals for the number of inspectors: by chance alone one report in twenty names anybody.
pub fn inspector_effects(events: &[InspectorEvent]) -> Vec<InspectorEffect> {
    let all = events.iter().filter(|event| event.violation).count() as f64 / events.len().max(1) as f64;
    let mut by_inspector: BTreeMap<&str, (usize, usize, f64)> = BTreeMap::new();
    for event in events {
        let sums = by_inspector.entry(&event.inspector).or_default();
        *sums = (sums.0 + 1, sums.1 + usize::from(event.violation), sums.2 + event.probability);
    }
    let promised_all = events.iter().map(|event| event.probability).sum::<f64>() / events.len().max(1) as f64;
    let bound = bound_among(by_inspector.len());
    let line = |(inspector, (visits, found, promised)): (&str, (usize, usize, f64))| {
        let (low, high) = byar(found as f64, bound_among(1));
        let apart = byar(found as f64, bound);
        // all × (count / promised) ÷ (all / promised_all).
        let rate = |count: f64| if promised > 0.0 { promised_all * count / promised } else { 0.0 };
        InspectorEffect {
            inspector: inspector.to_owned(),
            visits,
            found,
            promised,
            adjusted_rate: Interval { value: rate(found as f64), low: rate(low), high: rate(high) },
            differs: promised > 0.0 && (rate(apart.0) > all || rate(apart.1) < all),
        }
    };
    by_inspector.into_iter().map(line).collect()
}

fn byar(count: f64, bound_z: f64) -> (f64, f64) {
    let bound = |count: f64, z: f64| count * (1.0 - 1.0 / (9.0 * count) + z / (3.0 * count.sqrt())).powi(3);
    let low = if count > 0.0 { bound(count, -bound_z).max(0.0) } else { 0.0 };
    (low, bound(count + 1.0, bound_z))
}

/// Returns the share of (violation, clean) pairs of the *same* inspector that the score puts in the right order, ties
/// half: what is left of a score when who goes explains nothing. `None` without such a pair.
pub fn within_inspector_auc<'a>(events: impl IntoIterator<Item = (&'a str, f64, bool)>) -> Option<f64> {
    let mut by_inspector: BTreeMap<&str, Vec<(f64, bool)>> = BTreeMap::new();
    for (inspector, score, violation) in events {
        by_inspector.entry(inspector).or_default().push((score, violation));
    }
    let (mut right, mut pairs) = (0.0, 0.0);
    for mut visits in by_inspector.into_values() {
        visits.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut clean_below, mut start) = (0.0, 0);
        while let Some((score, _)) = visits.get(start) {
            let end = start + visits[start..].partition_point(|visit| visit.0.total_cmp(score).is_le());
            let hits = visits[start..end].iter().filter(|visit| visit.1).count() as f64;
            let clean = (end - start) as f64 - hits;
            right += hits * (clean_below + 0.5 * clean);
            clean_below += clean;
            start = end;
        }
        let hits = visits.iter().filter(|visit| visit.1).count() as f64;
        pairs += hits * (visits.len() as f64 - hits);
    }
    (pairs > 0.0).then(|| right / pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strict_inspector_stands_out_at_equal_risk_and_not_at_higher_risk() {
        let visits = |inspector: &str, probability: f64, found: usize| -> Vec<InspectorEvent> {
            let one =
                |at| InspectorEvent { inspector: inspector.to_owned(), probability, violation: at < found };
            (0..200).map(one).collect()
        };
        let mut events = visits("strict", 0.2, 80);
        events.extend(visits("usual", 0.2, 40));
        events.extend(visits("risky district", 0.4, 80));
        let found = inspector_effects(&events);
        let rates: BTreeMap<&str, Interval> =
            found.iter().map(|line| (line.inspector.as_str(), line.adjusted_rate)).collect();
        assert!(rates["strict"].low > rates["usual"].high);
        assert!(rates["risky district"].low < rates["usual"].high);
    }

    #[test]
    fn a_model_that_promises_everybody_twice_too_much_says_nothing_of_anybody() {
        let events = |factor: f64| -> Vec<InspectorEvent> {
            let visit = |at: usize| InspectorEvent {
                inspector: ["a", "b", "c", "strict"][at % 4].to_owned(),
                probability: factor * (0.1 + 0.1 * (at % 3) as f64),
                violation: if at % 4 == 3 { at % 2 == 1 && at % 20 < 12 } else { at.is_multiple_of(5) },
            };
            (0..2400).map(visit).collect()
        };
        let (sound, doubled) = (inspector_effects(&events(1.0)), inspector_effects(&events(2.0)));
        for (one, other) in sound.iter().zip(&doubled) {
            assert!((one.adjusted_rate.value - other.adjusted_rate.value).abs() < 1e-12, "{one:?} {other:?}");
            assert_eq!(one.differs, other.differs);
        }
        let differ: Vec<&str> =
            doubled.iter().filter(|one| one.differs).map(|one| one.inspector.as_str()).collect();
        assert!(differ.contains(&"strict"), "{doubled:?}");
    }

    #[test]
    fn the_interval_of_a_count_agrees_with_the_published_example() {
        // 10 cases: 4.79 to 18.39 (Breslow and Day).
        let (low, high) = byar(10.0, bound_among(1));
        assert!((low - 4.79).abs() < 0.01 && (high - 18.39).abs() < 0.01, "{low} {high}");
        assert_eq!(byar(0.0, bound_among(1)).0, 0.0);
    }

    #[test]
    fn pairs_of_different_inspectors_do_not_count() {
        // Between inspectors the score is perfect, within each it is turned round.
        let events = [("a", 0.9, false), ("a", 0.8, true), ("b", 0.2, false), ("b", 0.1, true)];
        assert_eq!(within_inspector_auc(events), Some(0.0));
        assert_eq!(within_inspector_auc([("a", 0.5, true), ("a", 0.5, false)]), Some(0.5));
        assert_eq!(within_inspector_auc([("a", 0.5, true), ("b", 0.5, false)]), None);
    }
}
