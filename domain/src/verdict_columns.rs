//! Answers of rules over a whole portfolio, without a heap object per object of control: bits a rule, numbers where
//! scripts compute them, sums per kind of control. [`crate::RuleVerdicts`] is the form for explanation.

use std::collections::BTreeMap;

use crate::{RiskCategory, RuleHead, RuleState, SeverityEffect};

/// Holds one bit a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowBits(Vec<u64>);

impl RowBits {
    /// Makes bits of words; bit 0 of word 0 is row 0.
    pub fn from_words(words: Vec<u64>) -> Self {
        Self(words)
    }
    /// Tells whether the bit of a row is set.
    pub fn get(&self, row: usize) -> bool {
        self.0.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }
    /// Returns the number of set bits.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }
    /// Returns the words.
    pub fn words(&self) -> &[u64] {
        &self.0
    }
    /// Returns the rows whose bits are set, ascending.
    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some(64 * at + bit)
            })
        })
    }
}

/// Holds one rule's answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VerdictColumn {
    /// Rows in which the rule fired.
    pub fired: RowBits,
    /// Rows in which it is unknown, errors included.
    pub unknown: RowBits,
    /// Points by row where scripts compute them, 0 where not fired; `None` = those of the head wherever it fired.
    pub points: Option<Vec<f64>>,
    /// Floor by row where the script names one; `None` = that of the head.
    pub floors: Option<Vec<Option<RiskCategory>>>,
    /// Severity effect by row where the script names one: 0 = as in the head, else 1 + a place in `effects`.
    pub severities: Option<Vec<u8>>,
    /// Severity effects that the script names.
    pub effects: Vec<SeverityEffect>,
    /// Codes of the errors by row; these rows are unknown.
    pub errors: BTreeMap<u32, String>,
}

/// Holds the answers of all rules for a table of objects, in columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VerdictColumns {
    /// Number of rows.
    pub rows: usize,
    /// The rules, sorted by id.
    pub heads: Vec<RuleHead>,
    /// A column a rule, in the order of `heads`.
    pub columns: Vec<VerdictColumn>,
    /// Sum of the points of fired criteria and good faith by row, per control kind.
    pub totals: BTreeMap<String, Vec<f64>>,
}

impl VerdictColumns {
    /// Returns the answer of a rule in a row.
    pub fn state(&self, rule: usize, row: usize) -> RuleState {
        match self.columns.get(rule) {
            Some(column) if column.fired.get(row) => RuleState::Fired,
            Some(column) if column.unknown.get(row) => RuleState::Unknown,
            Some(_) | None => RuleState::NotFired,
        }
    }
    /// Returns the points of a rule in a row; 0 where it did not fire.
    pub fn points(&self, rule: usize, row: usize) -> f64 {
        match (self.columns.get(rule), self.heads.get(rule)) {
            (Some(column), Some(head)) if column.fired.get(row) => {
                let of_script = column.points.as_ref().and_then(|points| points.get(row).copied());
                of_script.unwrap_or(head.points)
            }
            _ => 0.0,
        }
    }
    /// Returns the floor that a fired rule sets in a row.
    pub fn floor(&self, rule: usize, row: usize) -> Option<RiskCategory> {
        let of_script = self.columns.get(rule)?.floors.as_ref().and_then(|floors| *floors.get(row)?);
        of_script.or(self.heads.get(rule)?.floor)
    }
    /// Returns the severity effect that a fired rule has in a row.
    pub fn severity(&self, rule: usize, row: usize) -> Option<&SeverityEffect> {
        let column = self.columns.get(rule)?;
        let named =
            column.severities.as_ref().and_then(|places| usize::from(*places.get(row)?).checked_sub(1));
        match named {
            Some(place) => column.effects.get(place),
            None => self.heads.get(rule)?.severity.as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_bits_are_those_that_are_set() {
        let bits = RowBits::from_words(vec![0b1001, 0, 1 << 63]);
        assert_eq!(bits.rows().collect::<Vec<_>>(), [0, 3, 191]);
        assert_eq!(bits.count(), 3);
        assert!(bits.get(191) && !bits.get(190) && !bits.get(1_000));
    }
}
