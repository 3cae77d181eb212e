//! The figures themselves, over events that each count `weight` times (a bootstrap resample is a table of
//! weights, so that nothing is sorted again).

use super::rolling::CalibrationBin;

/// Names a figure; the order is that of [`Figures`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Figure {
    Auc,
    PrecisionAt5,
    PrecisionAt10,
    PrecisionAt20,
    PrecisionAtCapacity,
    RecallAtCapacity,
    AveragePrecision,
    LiftAt5,
    LiftAt10,
    LiftAt20,
    Brier,
    CalibrationError,
    DaysEarlier,
}

/// How many figures there are.
pub(crate) const FIGURES: usize = 13;
/// Bins of equal count of the calibration error.
const CALIBRATION_BINS: f64 = 10.0;

/// Holds one value per [`Figure`]; `None` where it is undefined.
pub(crate) type Figures = [Option<f64>; FIGURES];

/// Holds what all scorers share: real days and labels.
#[derive(Debug)]
pub(crate) struct Period {
    /// Day number per event.
    pub(crate) days: Vec<i64>,
    /// Label per event.
    pub(crate) labels: Vec<Option<bool>>,
    /// Events by day, ascending: the slots that an order of work is dealt into.
    by_day: Vec<u32>,
    /// Events that can be visited in a period.
    capacity: f64,
}

impl Period {
    /// Sorts the events by day.
    pub(crate) fn new(days: Vec<i64>, labels: Vec<Option<bool>>, capacity: u32) -> Self {
        let mut by_day: Vec<u32> = (0..u32::try_from(days.len()).unwrap_or(u32::MAX)).collect();
        by_day.sort_by_key(|&event| days[event as usize]);
        Self { days, labels, by_day, capacity: f64::from(capacity) }
    }
}

/// Is one order of work: events by score, descending, in groups of equal scores.
#[derive(Debug)]
pub(crate) struct Ranking {
    order: Vec<u32>,
    /// End of each group of equal scores in `order`.
    ends: Vec<u32>,
    /// Probability per event and the events by it, where the scorer gives probabilities.
    probabilities: Option<(Vec<f64>, Vec<u32>)>,
}

impl Ranking {
    /// Sorts events by score.
    pub(crate) fn new(scores: &[f64], probabilities: Option<Vec<f64>>) -> Self {
        let order = sorted_descending(scores);
        let mut ends = Vec::new();
        for (at, &event) in order.iter().enumerate() {
            let next = order.get(at + 1);
            if next.is_none_or(|&next| scores[next as usize].total_cmp(&scores[event as usize]).is_ne()) {
                ends.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
        }
        let probabilities = probabilities.map(|values| {
            let order = sorted_descending(&values);
            (values, order)
        });
        Self { order, ends, probabilities }
    }

    fn groups(&self) -> impl Iterator<Item = &[u32]> {
        let mut start = 0_usize;
        self.ends.iter().map(move |&end| {
            let group = &self.order[start..end as usize];
            start = end as usize;
            group
        })
    }
}

fn sorted_descending(values: &[f64]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..u32::try_from(values.len()).unwrap_or(u32::MAX)).collect();
    order.sort_by(|&a, &b| values[b as usize].total_cmp(&values[a as usize]));
    order
}

/// Computes all figures of one ranking under one table of weights.
pub(crate) fn figures(period: &Period, ranking: &Ranking, weights: &[u32]) -> Figures {
    let groups = group_totals(period, ranking, weights);
    let positives: f64 = groups.iter().map(|group| group.0).sum();
    let labelled: f64 = positives + groups.iter().map(|group| group.1).sum::<f64>();
    let mut found = [None; FIGURES];
    let mut set = |figure: Figure, value: Option<f64>| {
        found[figure as usize] = value.filter(|value| value.is_finite());
    };
    let at = |rank: f64| precision(&groups, rank);
    let share = |share: f64| at((share * labelled).ceil());
    let rate = positives / labelled;
    set(Figure::Auc, auc(&groups, positives, labelled - positives));
    set(Figure::PrecisionAt5, share(0.05));
    set(Figure::PrecisionAt10, share(0.10));
    set(Figure::PrecisionAt20, share(0.20));
    let capacity = period.capacity.min(labelled);
    set(Figure::PrecisionAtCapacity, at(capacity));
    set(Figure::RecallAtCapacity, at(capacity).map(|hits| hits * capacity / positives));
    set(Figure::AveragePrecision, average_precision(&groups, positives));
    set(Figure::LiftAt5, share(0.05).map(|value| value / rate));
    set(Figure::LiftAt10, share(0.10).map(|value| value / rate));
    set(Figure::LiftAt20, share(0.20).map(|value| value / rate));
    set(Figure::DaysEarlier, days_earlier(period, ranking, weights));
    if let Some((values, order)) = &ranking.probabilities {
        let (brier, error) = calibration(period, values, order, weights, labelled);
        set(Figure::Brier, Some(brier));
        set(Figure::CalibrationError, Some(error));
    }
    found
}

/// Returns (positives, negatives) of each group of equal scores.
fn group_totals(period: &Period, ranking: &Ranking, weights: &[u32]) -> Vec<(f64, f64)> {
    ranking
        .groups()
        .map(|group| {
            let (mut positives, mut negatives) = (0_u32, 0_u32);
            for &event in group {
                match period.labels[event as usize] {
                    Some(true) => positives += weights[event as usize],
                    Some(false) => negatives += weights[event as usize],
                    None => {}
                }
            }
            (f64::from(positives), f64::from(negatives))
        })
        .collect()
}

/// Returns the share of (positive, negative) pairs in the right order, ties half.
fn auc(groups: &[(f64, f64)], positives: f64, negatives: f64) -> Option<f64> {
    let mut below = negatives;
    let mut right = 0.0;
    for &(p, n) in groups {
        below -= n;
        right += p * (below + 0.5 * n);
    }
    (positives > 0.0 && negatives > 0.0).then(|| right / (positives * negatives))
}

/// Returns the share of positives among the first `rank` labelled events.
fn precision(groups: &[(f64, f64)], rank: f64) -> Option<f64> {
    let mut left = rank;
    let mut hits = 0.0;
    for &(p, n) in groups {
        let size = p + n;
        if size <= 0.0 {
            continue;
        }
        let taken = size.min(left);
        hits += p * taken / size;
        left -= taken;
        if left <= 0.0 {
            break;
        }
    }
    (rank > 0.0).then(|| hits / rank)
}

/// Returns the mean, over positives, of the precision among the events down to each; equal scores stand at one place.
fn average_precision(groups: &[(f64, f64)], positives: f64) -> Option<f64> {
    let (mut hits, mut seen, mut sum) = (0.0, 0.0, 0.0);
    for &(p, n) in groups {
        hits += p;
        seen += p + n;
        if p > 0.0 {
            sum += p * hits / seen;
        }
    }
    (positives > 0.0).then(|| sum / positives)
}

/// Deals the period's days, in order, to the events by score, and returns the mean over positives of
/// (real − dealt) in days: above 0 means that violations would have been found earlier.
fn days_earlier(period: &Period, ranking: &Ranking, weights: &[u32]) -> Option<f64> {
    let mut slots = period.by_day.iter().copied();
    let (mut day, mut free) = (0.0, 0_u32);
    let (mut gained, mut positives) = (0.0, 0_u32);
    for group in ranking.groups() {
        let size: u32 = group.iter().map(|&event| weights[event as usize]).sum();
        let (mut dealt, mut wanted) = (0.0, size);
        while wanted > 0 {
            if free == 0 {
                let Some(slot) = slots.next() else { break };
                free = weights[slot as usize];
                day = period.days[slot as usize] as f64;
                continue;
            }
            let taken = free.min(wanted);
            dealt += day * f64::from(taken);
            free -= taken;
            wanted -= taken;
        }
        let mean = dealt / f64::from(size);
        for &event in group {
            let weight = weights[event as usize];
            if weight > 0 && period.labels[event as usize] == Some(true) {
                gained += (period.days[event as usize] as f64 - mean) * f64::from(weight);
                positives += weight;
            }
        }
    }
    (positives > 0).then(|| gained / f64::from(positives))
}

/// Returns the precision among the first share of the labelled events.
pub(crate) fn precision_at(period: &Period, ranking: &Ranking, share: f64) -> Option<f64> {
    let groups = group_totals(period, ranking, &vec![1; period.days.len()]);
    let labelled: f64 = groups.iter().map(|group| group.0 + group.1).sum();
    precision(&groups, (share * labelled).ceil())
}

/// Returns ten bins of equal count, by falling promise.
pub(crate) fn calibration_bins(promises: &[(f64, bool)]) -> Vec<CalibrationBin> {
    let mut sorted = promises.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    let bins = CALIBRATION_BINS as usize;
    let bin = |at: usize| {
        let part = sorted.get(at * sorted.len() / bins..(at + 1) * sorted.len() / bins).unwrap_or_default();
        let events = part.len() as f64;
        let promised = part.iter().map(|(promise, _)| promise).sum::<f64>() / events;
        let found = part.iter().filter(|(_, found)| *found).count() as f64 / events;
        (!part.is_empty()).then_some(CalibrationBin { promised, found, events })
    };
    (0..bins).filter_map(bin).collect()
}

/// Returns the Brier score and the expected calibration error over ten bins of equal count.
fn calibration(period: &Period, values: &[f64], order: &[u32], weights: &[u32], labelled: f64) -> (f64, f64) {
    let bin_size = labelled / CALIBRATION_BINS;
    let (mut squares, mut error) = (0.0, 0.0);
    let (mut seen, mut bin_end) = (0.0, bin_size);
    let (mut promised, mut found) = (0.0, 0.0);
    for &event in order {
        let event = event as usize;
        let Some(label) = period.labels[event] else { continue };
        let weight = f64::from(weights[event]);
        let truth = f64::from(u8::from(label));
        squares += weight * (values[event] - truth) * (values[event] - truth);
        promised += weight * values[event];
        found += weight * truth;
        seen += weight;
        if seen >= bin_end {
            error += f64::abs(promised - found);
            (promised, found) = (0.0, 0.0);
            while seen >= bin_end {
                bin_end += bin_size;
            }
        }
    }
    error += f64::abs(promised - found);
    (squares / labelled, error / labelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compute(events: &[(i64, f64, Option<bool>)], probabilities: bool) -> Figures {
        let period =
            Period::new(events.iter().map(|e| e.0).collect(), events.iter().map(|e| e.2).collect(), 2);
        let scores: Vec<f64> = events.iter().map(|e| e.1).collect();
        let ranking = Ranking::new(&scores, probabilities.then(|| scores.clone()));
        figures(&period, &ranking, &vec![1; events.len()])
    }

    fn value(figures: &Figures, figure: Figure) -> f64 {
        figures[figure as usize].unwrap()
    }

    #[test]
    fn figures_agree_with_values_computed_by_hand() {
        // Scores 0.9+ 0.8− 0.7+ 0.2−: pairs right 3 of 4; days 4 3 2 1 dealt 1 2 3 4.
        let events =
            [(4, 0.9, Some(true)), (3, 0.8, Some(false)), (2, 0.7, Some(true)), (1, 0.2, Some(false))];
        let found = compute(&events, true);
        assert_eq!(value(&found, Figure::Auc), 0.75);
        assert_eq!(value(&found, Figure::PrecisionAt20), 1.0);
        assert_eq!(value(&found, Figure::PrecisionAtCapacity), 0.5);
        assert_eq!(value(&found, Figure::RecallAtCapacity), 0.5, "one of two violations in two visits");
        // One of one down to the first violation, two of three down to the second.
        assert!((value(&found, Figure::AveragePrecision) - (1.0 + 2.0 / 3.0) / 2.0).abs() < 1e-12);
        assert_eq!(value(&found, Figure::LiftAt20), 2.0);
        // (4 − 1) and (2 − 3): mean 1.
        assert_eq!(value(&found, Figure::DaysEarlier), 1.0);
        let brier = (0.01 + 0.64 + 0.09 + 0.04) / 4.0;
        assert!((value(&found, Figure::Brier) - brier).abs() < 1e-12);
        // Each event is a bin of its own: |0.1| + 0.8 + 0.3 + 0.2.
        assert!((value(&found, Figure::CalibrationError) - 1.4 / 4.0).abs() < 1e-12);
    }

    #[test]
    fn equal_scores_count_by_their_mean() {
        let events =
            [(10, 1.0, Some(true)), (20, 1.0, Some(false)), (30, 1.0, Some(true)), (40, 1.0, Some(false))];
        let found = compute(&events, false);
        assert_eq!(value(&found, Figure::Auc), 0.5);
        assert_eq!(value(&found, Figure::PrecisionAtCapacity), 0.5);
        assert_eq!(value(&found, Figure::AveragePrecision), 0.5, "one place: the rate of all");
        // Every event is dealt the mean day 25: (10 − 25 + 30 − 25) / 2.
        assert_eq!(value(&found, Figure::DaysEarlier), -5.0);
        assert_eq!(found[Figure::Brier as usize], None);
    }

    #[test]
    fn events_without_a_label_take_days_but_are_not_counted() {
        let events = [(3, 0.9, None), (1, 0.5, Some(true)), (2, 0.1, Some(false))];
        let found = compute(&events, false);
        assert_eq!(value(&found, Figure::Auc), 1.0);
        assert_eq!(value(&found, Figure::DaysEarlier), -1.0);
    }

    #[test]
    fn a_weight_of_two_is_the_event_twice() {
        let once = [(5, 0.9, Some(true)), (5, 0.9, Some(true)), (1, 0.5, Some(false)), (9, 0.1, Some(true))];
        let expected = compute(&once, true);
        let period = Period::new(vec![5, 1, 9], vec![Some(true), Some(false), Some(true)], 2);
        let scores = vec![0.9, 0.5, 0.1];
        let found = figures(&period, &Ranking::new(&scores, Some(scores.clone())), &[2, 1, 1]);
        for (a, b) in expected.iter().zip(&found) {
            assert!((a.unwrap() - b.unwrap()).abs() < 1e-12, "{expected:?} {found:?}");
        }
    }

    #[test]
    fn one_class_leaves_the_area_undefined() {
        let found = compute(&[(1, 0.5, Some(true)), (2, 0.4, Some(true))], false);
        assert_eq!(found[Figure::Auc as usize], None);
    }
}
