//! Drift: do the facts, the outcomes and the promises still look as they did when the model was trained?

use dozor_facts::FactsTable;
use serde::{Deserialize, Serialize};

use crate::ScoringError;
use crate::audit::{Interval, wilson};
use crate::model::Frame;

/// Bins of the stability index.
const BINS: usize = 10;
/// Above it a fact has moved (the usual reading of the population stability index).
const MOVED: f64 = 0.25;
/// Added to every bin's share of both sides, so that an empty one gives a finite number.
const SOFTENING: f64 = 1e-4;

/// Says how far a fact moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactDrift {
    /// Name of the fact.
    pub fact: String,
    /// Population stability index: Σ (now − then) · ln(now / then) over ten bins of equal count then, and one of what
    /// is not known; under 0.1 stable, above 0.25 moved.
    pub index: f64,
    /// Share not known then.
    pub missing_then: f64,
    /// Share not known now.
    pub missing_now: f64,
    /// Whether an alarm is due.
    pub alarm: bool,
}

/// Says whether outcomes keep to what was promised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PromiseDrift {
    /// Outcomes of the period.
    pub rows: usize,
    /// Share of violations found.
    pub found: Interval,
    /// Mean probability promised.
    pub promised: f64,
    /// Whether the promise lies outside the interval.
    pub alarm: bool,
}

/// Compares facts then and now, in the order given.
///
/// # Errors
/// [`ScoringError::FactUnknown`] where a table lacks a fact.
pub fn fact_drift(
    then: &FactsTable,
    now: &FactsTable,
    facts: &[&str],
) -> Result<Vec<FactDrift>, ScoringError> {
    let read = |table| Frame::read(table, facts.iter().copied());
    let (then, now) = (read(then)?, read(now)?);
    let pairs = facts.iter().zip(then.columns()).zip(now.columns());
    Ok(pairs
        .map(|((fact, before), after)| {
            let (before, after) = if before.is_text() {
                of_texts(&then.texts(before), &now.texts(after))
            } else {
                of_numbers(&then.numbers(before), &now.numbers(after))
            };
            let index = index(&before, &after);
            FactDrift {
                fact: (*fact).to_owned(),
                index,
                missing_then: before.first().copied().unwrap_or(0.0),
                missing_now: after.first().copied().unwrap_or(0.0),
                alarm: index > MOVED,
            }
        })
        .collect())
}

/// Compares promised probabilities with what was found; `None` without an outcome.
pub fn promise_drift(outcomes: &[(f64, bool)]) -> Option<PromiseDrift> {
    let rows = outcomes.len() as f64;
    if outcomes.is_empty() {
        return None;
    }
    let hits = outcomes.iter().filter(|(_, found)| *found).count() as f64;
    let promised = outcomes.iter().map(|(probability, _)| probability).sum::<f64>() / rows;
    let found = wilson(hits / rows, rows);
    let alarm = promised < found.low || promised > found.high;
    Some(PromiseDrift { rows: outcomes.len(), found, promised, alarm })
}

fn index(then: &[f64], now: &[f64]) -> f64 {
    let pairs = then.iter().zip(now).map(|(then, now)| (then + SOFTENING, now + SOFTENING));
    pairs.map(|(then, now)| (now - then) * (now / then).ln()).sum()
}

/// Returns the shares of what is not known, then of each bin.
fn of_numbers(then: &[f64], now: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let mut known: Vec<f64> = then.iter().copied().filter(|number| !number.is_nan()).collect();
    known.sort_by(f64::total_cmp);
    let mut cuts: Vec<f64> =
        (1..BINS).filter_map(|part| known.get(part * known.len() / BINS).copied()).collect();
    cuts.dedup_by(|a, b| a.total_cmp(b).is_eq());
    let place = |number: &f64| {
        if number.is_nan() { 0 } else { 1 + cuts.partition_point(|cut| cut <= number) }
    };
    let bins = cuts.len() + 2;
    (shares(then.iter().map(place), bins), shares(now.iter().map(place), bins))
}

fn of_texts(then: &[Option<&str>], now: &[Option<&str>]) -> (Vec<f64>, Vec<f64>) {
    let mut texts: Vec<&str> = then.iter().chain(now).copied().flatten().collect();
    texts.sort_unstable();
    texts.dedup();
    let place = |text: &Option<&str>| text.map_or(0, |text| 1 + texts.partition_point(|known| *known < text));
    let bins = texts.len() + 1;
    (shares(then.iter().map(place), bins), shares(now.iter().map(place), bins))
}

fn shares(places: impl Iterator<Item = usize>, bins: usize) -> Vec<f64> {
    let mut counts = vec![0.0; bins];
    let mut rows = 0.0_f64;
    for place in places {
        counts[place] += 1.0;
        rows += 1.0;
    }
    counts.into_iter().map(|count| count / rows.max(1.0)).collect()
}

#[cfg(test)]
mod tests {
    use dozor_domain::{Value, ValueType};

    use super::*;

    fn table(shift: f64, missing: usize, kind: &str) -> FactsTable {
        let rows: Vec<Vec<Option<Value>>> = (0..1_000_u32)
            .map(|row| {
                let number = (row as usize >= missing).then(|| Value::Float(f64::from(row) + shift));
                vec![number, Some(Value::Text(kind.to_owned()))]
            })
            .collect();
        FactsTable::from_rows(&[("a", ValueType::Float), ("k", ValueType::Text)], &rows).unwrap()
    }

    #[test]
    fn what_stays_is_quiet_and_what_moves_or_goes_missing_is_not() {
        let drift = |now: &FactsTable| fact_drift(&table(0.0, 0, "x"), now, &["a", "k"]).unwrap();
        let quiet = drift(&table(0.0, 0, "x"));
        assert!(quiet.iter().all(|fact| fact.index.abs() < 1e-12 && !fact.alarm), "{quiet:?}");
        assert!(drift(&table(400.0, 0, "x"))[0].alarm);
        let gone = drift(&table(0.0, 500, "x"));
        assert!(gone[0].alarm && gone[0].missing_now == 0.5);
        assert!(drift(&table(0.0, 0, "y"))[1].alarm);
    }

    #[test]
    fn the_index_agrees_with_a_table_computed_by_hand() {
        // (0.5 → 0.6) and (0.5 → 0.4): 0.1·ln 1.2 + (−0.1)·ln 0.8.
        let expected = 0.1 * 1.2_f64.ln() - 0.1 * 0.8_f64.ln();
        assert!((index(&[0.5, 0.5], &[0.6, 0.4]) - expected).abs() < 1e-4);
    }

    #[test]
    fn a_promise_outside_the_interval_of_what_was_found_alarms() {
        let outcomes = |promise: f64| -> Vec<(f64, bool)> { (0..200).map(|at| (promise, at < 40)).collect() };
        assert!(!promise_drift(&outcomes(0.2)).unwrap().alarm);
        assert!(promise_drift(&outcomes(0.4)).unwrap().alarm);
        assert_eq!(promise_drift(&[]), None);
    }
}
