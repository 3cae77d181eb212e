//! Do two people who look at the same thing, neither knowing of the other, say the same?

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::proportion::{Interval, wilson};

/// The point of the normal distribution that leaves 2.5 % above it.
const Z: f64 = 1.959_963_984_540_054;

/// Is the agreement of blind second looks with the first ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// Pairs of looks.
    pub pairs: usize,
    /// Share of pairs that say the same, with Wilson's interval.
    pub agreed: Interval,
    /// Cohen's kappa: 1 is full agreement, 0 is what chance would give; none where one side always says the same.
    pub kappa: Option<Interval>,
}

/// Measures agreement of any kind of answers; `None` without a pair.
///
/// Kappa is (p₀ − pₑ) / (1 − pₑ) after Cohen (1960), Educational and Psychological Measurement 20, 37–46. Its 95 %
/// interval takes the large-sample variance of Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72, 323–327,
/// equation 13:
/// {Σᵢ pᵢᵢ [1 − (pᵢ. + p.ᵢ)(1 − κ)]² + (1 − κ)² Σᵢ≠ⱼ pᵢⱼ (p.ᵢ + pⱼ.)² − [κ − pₑ(1 − κ)]²} / [n (1 − pₑ)²].
/// Where all pairs agree that variance is 0 and says nothing: then the lower end is kappa at the lower end of Wilson's
/// interval of the agreement.
pub fn agreement<T: Ord + Copy>(pairs: &[(T, T)]) -> Option<Agreement> {
    if pairs.is_empty() {
        return None;
    }
    let count = pairs.len() as f64;
    let same = pairs.iter().filter(|(first, second)| first == second).count() as f64;
    let agreed = wilson(same / count, count);
    Some(Agreement { pairs: pairs.len(), agreed, kappa: kappa(&Shares::of(pairs), agreed, count) })
}

/// Holds the shares of answers: of pairs, of the first looks, of the second ones.
struct Shares<T> {
    pairs: BTreeMap<(T, T), f64>,
    first: BTreeMap<T, f64>,
    second: BTreeMap<T, f64>,
}

impl<T: Ord + Copy> Shares<T> {
    fn of(pairs: &[(T, T)]) -> Self {
        // Counts are whole and exact; only the shares made of them at the end are not.
        let all = pairs.len() as f64;
        let mut shares = Self { pairs: BTreeMap::new(), first: BTreeMap::new(), second: BTreeMap::new() };
        for (first, second) in pairs {
            *shares.pairs.entry((*first, *second)).or_insert(0.0) += 1.0;
            *shares.first.entry(*first).or_insert(0.0) += 1.0;
            *shares.second.entry(*second).or_insert(0.0) += 1.0;
        }
        shares.pairs.values_mut().for_each(|count| *count /= all);
        shares.first.values_mut().for_each(|count| *count /= all);
        shares.second.values_mut().for_each(|count| *count /= all);
        shares
    }

    fn first(&self, answer: T) -> f64 {
        self.first.get(&answer).copied().unwrap_or(0.0)
    }

    fn second(&self, answer: T) -> f64 {
        self.second.get(&answer).copied().unwrap_or(0.0)
    }

    fn by_chance(&self) -> f64 {
        self.first.iter().map(|(answer, share)| share * self.second(*answer)).sum()
    }
}

fn kappa<T: Ord + Copy>(shares: &Shares<T>, agreed: Interval, count: f64) -> Option<Interval> {
    // Where one side always says the same, kappa is 0 whatever the other says: it would only look like a figure.
    if shares.first.len() < 2 || shares.second.len() < 2 {
        return None;
    }
    let by_chance = shares.by_chance();
    let left = 1.0 - by_chance;
    let at = |agreed: f64| ((agreed - by_chance) / left).clamp(-1.0, 1.0);
    let value = at(agreed.value);
    if shares.pairs.keys().all(|(first, second)| first == second) {
        return Some(Interval { value, low: at(agreed.low), high: 1.0 });
    }
    let rest = 1.0 - value;
    let term = |(&(first, second), share): (&(T, T), &f64)| {
        if first == second {
            share * (1.0 - (shares.first(first) + shares.second(first)) * rest).powi(2)
        } else {
            share * (rest * (shares.second(first) + shares.first(second))).powi(2)
        }
    };
    let sum: f64 = shares.pairs.iter().map(term).sum();
    let variance = (sum - (value - by_chance * rest).powi(2)) / (count * left * left);
    let reach = Z * variance.max(0.0).sqrt();
    Some(Interval { value, low: (value - reach).max(-1.0), high: (value + reach).min(1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cells: &[(u8, u8, usize)]) -> Vec<(u8, u8)> {
        cells.iter().flat_map(|(first, second, count)| vec![(*first, *second); *count]).collect()
    }

    #[test]
    fn kappa_and_its_interval_agree_with_a_table_computed_by_hand() {
        // Agreed 0.7, by chance 0.5. Variance (0.10972 + 0.10188 − 0.01) / (50 · 0.25) = 0.016128.
        let found = agreement(&table(&[(1, 1, 20), (1, 0, 5), (0, 1, 10), (0, 0, 15)])).unwrap();
        let kappa = found.kappa.unwrap();
        let reach = 1.959_963_984_540_054 * 0.016_128_f64.sqrt();
        assert!((found.agreed.value - 0.7).abs() < 1e-12 && (kappa.value - 0.4).abs() < 1e-12);
        assert!((kappa.low - (0.4 - reach)).abs() < 1e-9 && (kappa.high - (0.4 + reach)).abs() < 1e-9);
    }

    #[test]
    fn what_two_say_apart_from_each_other_has_a_kappa_of_nothing() {
        // Independent answers of three kinds: shares 0.5, 0.3, 0.2 on both sides.
        let mut cells = Vec::new();
        for (first, a) in [(0, 5), (1, 3), (2, 2)] {
            cells.extend([(0, 5), (1, 3), (2, 2)].map(|(second, b)| (first, second, a * b)));
        }
        let kappa = agreement(&table(&cells)).unwrap().kappa.unwrap();
        assert!(kappa.value.abs() < 1e-12 && kappa.low < 0.0 && kappa.high > 0.0, "{kappa:?}");
        let apart = agreement(&table(&[(0, 1, 10), (1, 0, 10)])).unwrap();
        assert_eq!((apart.agreed.value, apart.kappa.unwrap().value), (0.0, -1.0));
    }

    #[test]
    fn full_agreement_of_few_pairs_is_not_certain_and_one_answer_alone_says_nothing() {
        let kappa = agreement(&table(&[(0, 0, 4), (1, 1, 4)])).unwrap().kappa.unwrap();
        assert!(kappa.value == 1.0 && kappa.high == 1.0 && (0.0..0.6).contains(&kappa.low), "{kappa:?}");
        assert_eq!(agreement(&table(&[(1, 1, 9)])).unwrap().kappa, None);
        assert_eq!(agreement::<u8>(&[]), None);
    }
}
