//! Golden rows: inputs with the scores that the model gave them when it was made. On every load they are scored
//! again, bit for bit, so that a bundle that another build or a changed byte would read differently is refused.

use serde::{Deserialize, Serialize};

use super::encoding::Given;
use super::frame::Frame;
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
pub(crate) fn choose(frame: &Frame) -> Vec<Vec<Given>> {
    let rows: Vec<Vec<Given>> = if frame.rows() <= GOLDEN_ROWS {
        (0..frame.rows()).map(|row| frame.given(row)).collect()
    } else {
        (0..GOLDEN_ROWS).map(|at| frame.given(at * frame.rows() / GOLDEN_ROWS)).collect()
    };
    let Some(width) = rows.first().map(Vec::len) else { return Vec::new() };
    let mut chosen = rows.clone();
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
    use dozor_domain::{Value, ValueType};
    use dozor_facts::FactsTable;

    use super::*;

    #[test]
    fn there_are_always_enough_golden_rows() {
        for rows in [1, 7, 200, 10_000] {
            let values: Vec<Vec<Option<Value>>> =
                (0..rows).map(|row| vec![Some(Value::Integer(row)), None]).collect();
            let columns = [("a", ValueType::Integer), ("b", ValueType::Float)];
            let facts = FactsTable::from_rows(&columns, &values).unwrap();
            let chosen = choose(&Frame::read(&facts, ["a", "b"]).unwrap());
            assert_eq!(chosen.len(), GOLDEN_ROWS);
            assert!(chosen.iter().all(|row| row.len() == 2));
        }
    }
}
