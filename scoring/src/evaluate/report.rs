//! The evaluation as a report: counts, then model, rules and chance side by side.

use serde::{Deserialize, Serialize};

use super::bootstrap::{Estimate, EvaluateSettings, EvaluatedEvent, estimate};
use super::figures::{FIGURES, Figure, Period, Ranking};
use crate::ScoringError;

/// Counts the events of the period.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvaluationCounts {
    /// Outcome events.
    pub events: usize,
    /// Of these with a label.
    pub labelled: usize,
    /// Of these violations.
    pub positives: usize,
    /// Violations among the labelled.
    pub rate: f64,
}

/// Holds the figures of one order of work; a figure that is undefined is absent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Share of (violation, clean) pairs in the right order; 0.5 is chance.
    pub auc: Option<Estimate>,
    /// Hit rate of the first 5 % of the labelled events.
    pub precision_at_5: Option<Estimate>,
    /// Of the first 10 %.
    pub precision_at_10: Option<Estimate>,
    /// Of the first 20 %.
    pub precision_at_20: Option<Estimate>,
    /// Of the first `capacity_k` events.
    pub precision_at_capacity: Option<Estimate>,
    /// Share of all violations that the first `capacity_k` events find.
    pub recall_at_capacity: Option<Estimate>,
    /// Mean, over violations, of the hit rate down to each; the rate of all by chance.
    pub average_precision: Option<Estimate>,
    /// Hit rate of the first 5 % over that of all.
    pub lift_at_5: Option<Estimate>,
    /// Of the first 10 %.
    pub lift_at_10: Option<Estimate>,
    /// Of the first 20 %.
    pub lift_at_20: Option<Estimate>,
    /// Mean squared error of the probability.
    pub brier: Option<Estimate>,
    /// Mean distance of promised from found rate over ten bins of equal count.
    pub calibration_error: Option<Estimate>,
    /// Mean over violations of (real − dealt day) when the same days are dealt out by score.
    pub days_earlier: Option<Estimate>,
}

/// Is the whole evaluation of a period.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// What there was.
    pub counts: EvaluationCounts,
    /// Seed of the resamples.
    pub seed: u64,
    /// Number of resamples.
    pub resamples: u32,
    /// By the score under test.
    pub model: Metrics,
    /// By the rules' sum of points alone.
    pub rules: Metrics,
    /// By chance: the mean of all orders.
    pub random: Metrics,
    /// Score under test minus rules, on the same resamples.
    pub model_minus_rules: Metrics,
}

impl Evaluation {
    /// Tells whether the score orders better than the rules alone: the interval of the difference lies above 0.
    pub fn beats_rules(&self) -> bool {
        self.model_minus_rules.auc.is_some_and(|difference| difference.low > 0.0)
    }
}

/// Evaluates a period.
///
/// # Errors
/// [`ScoringError::NothingToEvaluate`] unless both kinds of label occur.
pub fn evaluate(events: &[EvaluatedEvent], settings: &EvaluateSettings) -> Result<Evaluation, ScoringError> {
    let positives = events.iter().filter(|event| event.label == Some(true)).count();
    let negatives = events.iter().filter(|event| event.label == Some(false)).count();
    if positives == 0 || negatives == 0 {
        return Err(ScoringError::NothingToEvaluate { events: events.len(), positives, negatives });
    }
    let period = Period::new(
        events.iter().map(|event| event.day).collect(),
        events.iter().map(|event| event.label).collect(),
        settings.capacity_k,
    );
    let column = |read: fn(&EvaluatedEvent) -> f64| events.iter().map(read).collect::<Vec<f64>>();
    // All orders at once: equal scores count by their mean, where one drawn order would be lucky or not.
    let random = vec![0.0; events.len()];
    let rankings = [
        Ranking::new(&column(|event| event.score), events.iter().map(|event| event.probability).collect()),
        Ranking::new(&column(|event| event.points), None),
        Ranking::new(&random, None),
    ];
    let estimates = estimate(&period, &rankings, settings);
    let metrics = |at: usize| estimates.rankings.get(at).map_or_else(Metrics::empty, Metrics::from_figures);
    Ok(Evaluation {
        counts: EvaluationCounts {
            events: events.len(),
            labelled: positives + negatives,
            positives,
            rate: positives as f64 / (positives + negatives) as f64,
        },
        seed: settings.seed,
        resamples: settings.resamples,
        model: metrics(0),
        rules: metrics(1),
        random: metrics(2),
        model_minus_rules: Metrics::from_figures(&estimates.difference),
    })
}

impl Metrics {
    fn empty() -> Self {
        Self::from_figures(&[None; FIGURES])
    }

    pub(super) fn from_figures(figures: &[Option<Estimate>; FIGURES]) -> Self {
        let get = |figure: Figure| figures[figure as usize];
        Self {
            auc: get(Figure::Auc),
            precision_at_5: get(Figure::PrecisionAt5),
            precision_at_10: get(Figure::PrecisionAt10),
            precision_at_20: get(Figure::PrecisionAt20),
            precision_at_capacity: get(Figure::PrecisionAtCapacity),
            recall_at_capacity: get(Figure::RecallAtCapacity),
            average_precision: get(Figure::AveragePrecision),
            lift_at_5: get(Figure::LiftAt5),
            lift_at_10: get(Figure::LiftAt10),
            lift_at_20: get(Figure::LiftAt20),
            brier: get(Figure::Brier),
            calibration_error: get(Figure::CalibrationError),
            days_earlier: get(Figure::DaysEarlier),
        }
    }

    /// Returns every figure with its code, in the order of reports.
    pub fn named(&self) -> [(&'static str, Option<Estimate>); FIGURES] {
        [
            ("auc", self.auc),
            ("precision_at_5", self.precision_at_5),
            ("precision_at_10", self.precision_at_10),
            ("precision_at_20", self.precision_at_20),
            ("precision_at_capacity", self.precision_at_capacity),
            ("recall_at_capacity", self.recall_at_capacity),
            ("average_precision", self.average_precision),
            ("lift_at_5", self.lift_at_5),
            ("lift_at_10", self.lift_at_10),
            ("lift_at_20", self.lift_at_20),
            ("brier", self.brier),
            ("calibration_error", self.calibration_error),
            ("days_earlier", self.days_earlier),
        ]
    }
}

#[cfg(test)]
mod tests {
    use dozor_domain::Coded;

    use super::*;

    fn events(count: i64) -> Vec<EvaluatedEvent> {
        (0..count)
            .map(|i| {
                let score = f64::from(u32::try_from(i * 37 % 101).unwrap()) / 101.0;
                EvaluatedEvent {
                    day: i / 20,
                    score,
                    probability: Some(score),
                    points: (score * 4.0).floor(),
                    label: Some((i * 53 % 97) as f64 / 97.0 < score),
                }
            })
            .collect()
    }

    const SETTINGS: EvaluateSettings = EvaluateSettings { seed: 1, resamples: 200, capacity_k: 50 };

    #[test]
    fn an_informative_score_beats_chance_and_intervals_hold_the_value() {
        let found = evaluate(&events(2_000), &SETTINGS).unwrap();
        let auc = found.model.auc.unwrap();
        assert!(auc.low < auc.value && auc.value < auc.high && auc.low > 0.7, "{auc:?}");
        let (chance, hits) = (found.random.auc.unwrap(), found.random.precision_at_10.unwrap());
        assert_eq!((chance.low, chance.value, chance.high), (0.5, 0.5, 0.5));
        assert!((hits.value - found.counts.rate).abs() < 1e-12, "chance hits at the base rate: {hits:?}");
        assert!(hits.low < found.counts.rate && found.counts.rate < hits.high, "{hits:?}");
        assert!(found.model.days_earlier.unwrap().low > 0.0);
        assert!(found.rules.brier.is_none() && found.model.brier.is_some());
        assert!(found.beats_rules());
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let events = events(500);
        let text = |seed| {
            let settings = EvaluateSettings { seed, ..SETTINGS };
            serde_json::to_string(&evaluate(&events, &settings).unwrap()).unwrap()
        };
        assert_eq!(text(1), text(1));
        assert_ne!(text(1), text(2));
    }

    #[test]
    fn one_class_is_a_coded_error() {
        let mut one = events(50);
        one.iter_mut().for_each(|event| event.label = Some(true));
        assert_eq!(evaluate(&one, &SETTINGS).unwrap_err().info().code, "EVALUATE_EMPTY");
        assert_eq!(evaluate(&[], &SETTINGS).unwrap_err().info().code, "EVALUATE_EMPTY");
    }
}
