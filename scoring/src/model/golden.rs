//! Golden rows: inputs with the scores that the model gave them when it was made. On every load they are scored
//! again, bit for bit, so that a bundle that another build or a changed byte would read differently is refused.

use serde::{Deserialize, Serialize};

use super::encoding::Given;
use crate::bytes::Exact;

/// How many golden rows a bundle has at least.
pub(crate) const GOLDEN_ROWS: usize = 200;

/// Is one golden row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoldenRow {
    /// What each feature reads, in order.
    pub(crate) given: Vec<Given>,
    /// Raw score.
    pub(crate) raw: Exact,
    /// Calibrated probability.
    pub(crate) probability: Exact,
}

/// Chooses inputs evenly from the training rows; where there are too few, it mixes columns of different rows.
pub(crate) fn choose(rows: &[Vec<Given>]) -> Vec<Vec<Given>> {
    if rows.is_empty() {
        return Vec::new();
    }
    let mut chosen: Vec<Vec<Given>> = if rows.len() <= GOLDEN_ROWS {
        rows.to_vec()
    } else {
        (0..GOLDEN_ROWS).map(|at| rows[at * rows.len() / GOLDEN_ROWS].clone()).collect()
    };
    let width = rows[0].len();
    let mut turn = 1;
    while chosen.len() < GOLDEN_ROWS {
        let mixed = (0..width)
            .map(|column| rows[(turn + column * (turn / rows.len() + 1)) % rows.len()][column].clone());
        chosen.push(mixed.collect());
        turn += 1;
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_always_enough_golden_rows() {
        for rows in [1, 7, 200, 10_000] {
            let given: Vec<Vec<Given>> =
                (0..rows).map(|row| vec![Given::Number(Exact(f64::from(row))), Given::Missing]).collect();
            let chosen = choose(&given);
            assert_eq!(chosen.len(), GOLDEN_ROWS);
            assert!(chosen.iter().all(|row| row.len() == 2));
        }
    }
}
