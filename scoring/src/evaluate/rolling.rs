//! Rolling windows: each is scored by models that were fitted before it, with a gap between, and every order of work
//! stands beside the others on the same events. One window proves nothing; the mean over all, with its interval, does.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::{Deserialize, Serialize};

use super::bootstrap::{Estimate, EvaluateSettings, interval, resample};
use super::figures::{FIGURES, Figure, Figures, Period, Ranking, calibration_bins, figures, precision_at};
use super::report::Metrics;
use crate::ScoringError;
use crate::audit::{Interval, wilson, within_inspector_auc};

/// Points of the curve of precision: every twentieth of the events.
const CURVE: u32 = 20;

/// Is one order of work in a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Contender {
    /// Its name: the same in every window.
    pub name: String,
    /// A score an event; larger comes first.
    pub scores: Vec<f64>,
    /// A probability an event, where it gives one.
    pub probabilities: Option<Vec<f64>>,
}

/// Holds the outcome events of one window; all lists are aligned.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluatedWindow {
    /// Its name, e.g. `2013-Q1`.
    pub name: String,
    /// Day number an event.
    pub days: Vec<i64>,
    /// What was found; none = no label.
    pub labels: Vec<Option<bool>>,
    /// Category that the policy gave by the first contender.
    pub categories: Vec<String>,
    /// Who inspected, where that is known: for the audit alone.
    pub inspectors: Vec<Option<String>>,
    /// The orders of work; the second is the reference of differences.
    pub contenders: Vec<Contender>,
}

/// Is a bin of the calibration: promised and found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    /// Mean probability promised.
    pub promised: f64,
    /// Share of violations found.
    pub found: f64,
    /// Events in it.
    pub events: f64,
}

/// Holds what one order of work is worth over all windows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContenderFigures {
    /// Its name.
    pub name: String,
    /// Means over the windows.
    pub mean: Metrics,
    /// Means less those of the reference, on the same resamples.
    pub minus_reference: Metrics,
    /// Mean over windows of the best contender's area less its own: what choosing it costs where another would win.
    pub regret: f64,
    /// Calibration error of all windows together.
    pub pooled_calibration_error: Option<f64>,
    /// The bins behind it.
    pub calibration: Vec<CalibrationBin>,
    /// Mean precision among the first share of the events: (share, precision).
    pub precision: Vec<(f64, f64)>,
    /// Share of pairs of the same inspector in the right order.
    pub within_inspector_auc: Option<f64>,
}

/// Holds one window's areas under the curve, in the order of contenders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WindowFigures {
    /// Its name.
    pub name: String,
    /// Labelled events.
    pub events: usize,
    /// Violations among them.
    pub positives: usize,
    /// Area of each contender.
    pub auc: Vec<Option<f64>>,
}

/// Holds what was found in a category.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoryHits {
    /// Code of the category.
    pub category: String,
    /// Labelled events.
    pub events: usize,
    /// Share of all labelled events.
    pub share: f64,
    /// Share of violations among them.
    pub hit_rate: Interval,
}

/// Is a whole rolling evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RollingEvaluation {
    /// The windows in order.
    pub windows: Vec<WindowFigures>,
    /// The orders of work, as given.
    pub contenders: Vec<ContenderFigures>,
    /// The one with the least regret among those that give probabilities; ties go to the first.
    pub champion: String,
    /// Hit rates by category, as the codes were given to [`evaluate_rolling`].
    pub categories: Vec<CategoryHits>,
    /// Seed of the resamples.
    pub seed: u64,
    /// Number of resamples.
    pub resamples: u32,
}

/// Evaluates windows; `scale` lists the categories in the order of the report.
///
/// # Errors
/// [`ScoringError::NothingToEvaluate`] without both kinds of label; [`ScoringError::Shape`] where lists of a window
/// differ in length or windows have other contenders.
pub fn evaluate_rolling(
    windows: &[EvaluatedWindow],
    scale: &[&str],
    settings: &EvaluateSettings,
) -> Result<RollingEvaluation, ScoringError> {
    check(windows)?;
    let ready: Vec<Ready> = windows.iter().map(|window| Ready::new(window, settings)).collect();
    let count = windows.first().map_or(0, |window| window.contenders.len());
    let whole = means(&ready, count, |events, _| vec![1; events]);
    let resampled: Vec<Vec<Figures>> = (0..settings.resamples)
        .into_par_iter()
        .map(|index| {
            means(&ready, count, |events, window| {
                let stream = u32::try_from(window).unwrap_or(u32::MAX).wrapping_mul(settings.resamples);
                resample(events, settings.seed, stream.wrapping_add(index))
            })
        })
        .collect();
    let areas: Vec<Vec<Option<f64>>> = ready.iter().map(Ready::areas).collect();
    let contenders: Vec<ContenderFigures> = (0..count)
        .map(|at| {
            let estimated = |less: Option<usize>| -> [Option<Estimate>; FIGURES] {
                std::array::from_fn(|figure| {
                    let of = |all: &Vec<Figures>| {
                        let own = all.get(at)?[figure]?;
                        less.map_or(Some(own), |less| Some(own - all.get(less)?[figure]?))
                    };
                    interval(of(&whole)?, resampled.iter().filter_map(of).collect())
                })
            };
            contender(windows, &ready, at, (estimated(None), estimated(Some(1))), regret(&areas, at))
        })
        .collect();
    let gives = |at: usize| windows.iter().all(|w| w.contenders[at].probabilities.is_some());
    let champion = (0..count)
        .filter(|at| gives(*at))
        .min_by(|a, b| contenders[*a].regret.total_cmp(&contenders[*b].regret))
        .map_or_else(String::new, |at| contenders[at].name.clone());
    let windows_found = windows.iter().zip(areas).map(|(window, auc)| WindowFigures {
        name: window.name.clone(),
        events: window.labels.iter().flatten().count(),
        positives: window.labels.iter().filter(|label| **label == Some(true)).count(),
        auc,
    });
    Ok(RollingEvaluation {
        windows: windows_found.collect(),
        contenders,
        champion,
        categories: hits_by_category(windows, scale),
        seed: settings.seed,
        resamples: settings.resamples,
    })
}

fn check(windows: &[EvaluatedWindow]) -> Result<(), ScoringError> {
    let labels = || windows.iter().flat_map(|window| &window.labels);
    let count = |wanted| labels().filter(|label| **label == Some(wanted)).count();
    let (positives, negatives) = (count(true), count(false));
    if positives == 0 || negatives == 0 {
        return Err(ScoringError::NothingToEvaluate { events: labels().count(), positives, negatives });
    }
    let names = |window: &EvaluatedWindow| -> Vec<String> {
        window.contenders.iter().map(|contender| contender.name.clone()).collect()
    };
    for window in windows {
        let expected = window.labels.len();
        let lengths = [window.days.len(), window.categories.len(), window.inspectors.len()];
        let scores = window.contenders.iter().map(|contender| contender.scores.len());
        let probabilities =
            window.contenders.iter().filter_map(|contender| Some(contender.probabilities.as_ref()?.len()));
        if let Some(found) =
            lengths.into_iter().chain(scores).chain(probabilities).find(|found| *found != expected)
        {
            return Err(ScoringError::Shape { what: "lists of a window", found, expected });
        }
        if names(window) != names(&windows[0]) {
            let (found, expected) = (window.contenders.len(), windows[0].contenders.len());
            return Err(ScoringError::Shape { what: "contenders of a window", found, expected });
        }
    }
    Ok(())
}

/// Is a window sorted once for all resamples.
struct Ready {
    period: Period,
    rankings: Vec<Ranking>,
}

impl Ready {
    fn new(window: &EvaluatedWindow, settings: &EvaluateSettings) -> Self {
        let period = Period::new(window.days.clone(), window.labels.clone(), settings.capacity_k);
        let ranking =
            |contender: &Contender| Ranking::new(&contender.scores, contender.probabilities.clone());
        Self { period, rankings: window.contenders.iter().map(ranking).collect() }
    }

    fn areas(&self) -> Vec<Option<f64>> {
        let ones = vec![1; self.period.days.len()];
        let area = |ranking| figures(&self.period, ranking, &ones)[Figure::Auc as usize];
        self.rankings.iter().map(area).collect()
    }
}

/// Returns each contender's figures, as means over the windows in which they are defined.
fn means(ready: &[Ready], count: usize, weights: impl Fn(usize, usize) -> Vec<u32>) -> Vec<Figures> {
    let mut sums = vec![[(0.0, 0.0); FIGURES]; count];
    for (window, one) in ready.iter().enumerate() {
        let weights = weights(one.period.days.len(), window);
        for (sums, ranking) in sums.iter_mut().zip(&one.rankings) {
            for (sum, found) in sums.iter_mut().zip(figures(&one.period, ranking, &weights)) {
                *sum = found.map_or(*sum, |found| (sum.0 + found, sum.1 + 1.0));
            }
        }
    }
    sums.into_iter().map(|sums| sums.map(|(sum, windows)| (windows > 0.0).then(|| sum / windows))).collect()
}

fn regret(areas: &[Vec<Option<f64>>], at: usize) -> f64 {
    let regrets: Vec<f64> = areas
        .iter()
        .filter_map(|window| {
            let best = window.iter().flatten().copied().max_by(f64::total_cmp)?;
            Some(best - (*window.get(at)?)?)
        })
        .collect();
    regrets.iter().sum::<f64>() / regrets.len().max(1) as f64
}

fn contender(
    windows: &[EvaluatedWindow],
    ready: &[Ready],
    at: usize,
    (mean, difference): ([Option<Estimate>; FIGURES], [Option<Estimate>; FIGURES]),
    regret: f64,
) -> ContenderFigures {
    let promises: Option<Vec<(f64, bool)>> = windows
        .iter()
        .map(|window| {
            let promised = window.contenders[at].probabilities.as_ref()?;
            let labelled = promised.iter().zip(&window.labels);
            Some(labelled.filter_map(|(promised, label)| Some((*promised, (*label)?))).collect::<Vec<_>>())
        })
        .collect::<Option<Vec<_>>>()
        .map(|windows| windows.concat());
    let calibration = promises.as_deref().map(calibration_bins).unwrap_or_default();
    let events: f64 = calibration.iter().map(|bin| bin.events).sum();
    let error =
        calibration.iter().map(|bin| bin.events * (bin.promised - bin.found).abs()).sum::<f64>() / events;
    let visits = windows.iter().flat_map(|window| {
        let scores = window.contenders[at].scores.iter().zip(&window.labels).zip(&window.inspectors);
        scores.filter_map(|((score, label), inspector)| Some((inspector.as_deref()?, *score, (*label)?)))
    });
    let curve = (1..=CURVE).map(|part| {
        let share = f64::from(part) / f64::from(CURVE);
        let found: Vec<f64> =
            ready.iter().filter_map(|one| precision_at(&one.period, &one.rankings[at], share)).collect();
        (share, found.iter().sum::<f64>() / found.len().max(1) as f64)
    });
    ContenderFigures {
        name: windows.first().map(|window| window.contenders[at].name.clone()).unwrap_or_default(),
        mean: Metrics::from_figures(&mean),
        minus_reference: Metrics::from_figures(&difference),
        regret,
        pooled_calibration_error: (events > 0.0).then_some(error),
        calibration,
        precision: curve.collect(),
        within_inspector_auc: within_inspector_auc(visits),
    }
}

fn hits_by_category(windows: &[EvaluatedWindow], scale: &[&str]) -> Vec<CategoryHits> {
    let events: Vec<(&str, bool)> = windows
        .iter()
        .flat_map(|window| window.categories.iter().zip(&window.labels))
        .filter_map(|(category, label)| Some((category.as_str(), (*label)?)))
        .collect();
    let hits = |category: &&str| {
        let labels: Vec<bool> =
            events.iter().filter(|(known, _)| known == category).map(|(_, label)| *label).collect();
        let (rows, found) = (labels.len() as f64, labels.iter().filter(|label| **label).count() as f64);
        CategoryHits {
            category: (*category).to_owned(),
            events: labels.len(),
            share: rows / events.len().max(1) as f64,
            hit_rate: wilson(if rows > 0.0 { found / rows } else { 0.0 }, rows),
        }
    };
    scale.iter().map(hits).collect()
}

#[cfg(test)]
pub(super) mod tests_support {
    use rand::Rng;

    use super::*;
    use crate::seed::generator;

    pub(in crate::evaluate) const SETTINGS: EvaluateSettings =
        EvaluateSettings { seed: 1, resamples: 200, capacity_k: 50 };

    pub(in crate::evaluate) fn windows() -> Vec<EvaluatedWindow> {
        (0..3)
            .map(|index| {
                let mut chance = generator(index, "test/rolling", 0);
                let truth: Vec<f64> = (0..400).map(|_| chance.random_range(0.02..0.5)).collect();
                let labels = truth.iter().map(|p| Some(chance.random_bool(*p))).collect();
                let noise: Vec<f64> = truth.iter().map(|p| p + chance.random_range(-0.3..0.3)).collect();
                let category = |p: &f64| if *p > 0.25 { "high" } else { "low" }.to_owned();
                EvaluatedWindow {
                    name: format!("w{index}"),
                    days: (0..400).map(|at| at / 10).collect(),
                    labels,
                    categories: truth.iter().map(category).collect(),
                    inspectors: (0..400).map(|at| Some(format!("i{}", at % 4))).collect(),
                    contenders: vec![
                        Contender { name: "model".into(), scores: truth.clone(), probabilities: Some(truth) },
                        Contender { name: "rules".into(), scores: noise, probabilities: None },
                    ],
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use dozor_domain::Coded;

    use super::tests_support::{SETTINGS, windows};
    use super::*;

    #[test]
    fn the_better_order_wins_with_an_interval_and_least_regret() {
        let found = evaluate_rolling(&windows(), &["high", "low"], &SETTINGS).unwrap();
        let [model, rules] = &found.contenders[..] else { panic!("two contenders") };
        let (area, difference) = (model.mean.auc.unwrap(), model.minus_reference.auc.unwrap());
        assert!(area.low > 0.6 && difference.low > 0.0, "{area:?} {difference:?}");
        assert_eq!(rules.minus_reference.auc.unwrap().value, 0.0);
        assert!(model.regret < rules.regret && found.champion == "model");
        let mean = found.windows.iter().map(|window| window.auc[0].unwrap()).sum::<f64>() / 3.0;
        assert!((area.value - mean).abs() < 1e-12);
        assert!(model.pooled_calibration_error.unwrap() < 0.06 && model.calibration.len() == 10);
        assert!(model.within_inspector_auc.unwrap() > 0.6);
        assert!(found.categories[0].hit_rate.value > found.categories[1].hit_rate.value);
        assert!(model.precision[0].1 > model.precision[19].1);
    }

    #[test]
    fn lists_that_do_not_fit_and_one_class_are_coded_errors() {
        let mut short = windows();
        short[1].days.pop();
        assert_eq!(evaluate_rolling(&short, &[], &SETTINGS).unwrap_err().info().code, "SCORING_SHAPE");
        let mut other = windows();
        other[2].contenders[0].name = "another".into();
        assert_eq!(evaluate_rolling(&other, &[], &SETTINGS).unwrap_err().info().code, "SCORING_SHAPE");
        assert_eq!(evaluate_rolling(&[], &[], &SETTINGS).unwrap_err().info().code, "EVALUATE_EMPTY");
    }
}
