//! Do two people who look at the same thing, neither knowing of the other, say the same?

use serde::{Deserialize, Serialize};

use super::proportion::{Interval, wilson};

/// Is the agreement of blind second looks with the first ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// Pairs of looks.
    pub pairs: usize,
    /// Share of pairs that say the same.
    pub agreed: Interval,
    /// Cohen's kappa: 1 is full agreement, 0 is what chance would give; none where all say the same.
    pub kappa: Option<f64>,
}

/// Measures agreement; `None` without a pair.
pub fn agreement(pairs: &[(bool, bool)]) -> Option<Agreement> {
    let count = pairs.len() as f64;
    if pairs.is_empty() {
        return None;
    }
    let share =
        |holds: &dyn Fn(&(bool, bool)) -> bool| pairs.iter().filter(|p| holds(p)).count() as f64 / count;
    let agreed = share(&|(first, second)| first == second);
    let (first, second) = (share(&|pair| pair.0), share(&|pair| pair.1));
    let by_chance = first * second + (1.0 - first) * (1.0 - second);
    let kappa = (by_chance < 1.0).then(|| (agreed - by_chance) / (1.0 - by_chance));
    Some(Agreement { pairs: pairs.len(), agreed: wilson(agreed, count), kappa })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kappa_agrees_with_a_table_computed_by_hand() {
        // 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: agreed 0.7, by chance 0.5, kappa 0.4.
        let mut pairs = vec![(true, true); 20];
        pairs.extend(vec![(true, false); 5]);
        pairs.extend(vec![(false, true); 10]);
        pairs.extend(vec![(false, false); 15]);
        let found = agreement(&pairs).unwrap();
        assert!((found.kappa.unwrap() - 0.4).abs() < 1e-12);
        assert!((found.agreed.value - 0.7).abs() < 1e-12);
        assert_eq!(agreement(&[(true, true)]).unwrap().kappa, None);
        assert_eq!(agreement(&[]), None);
    }
}
