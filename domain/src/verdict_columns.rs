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

impl VerdictColumn {
    /// Returns the answer in a row.
    pub fn state_at(&self, row: usize) -> RuleState {
        if self.fired.get(row) {
            RuleState::Fired
        } else if self.unknown.get(row) {
            RuleState::Unknown
        } else {
            RuleState::NotFired
        }
    }
    /// Returns the points in a row; 0 where the rule did not fire.
    pub fn points_at(&self, head: &RuleHead, row: usize) -> f64 {
        if !self.fired.get(row) {
            return 0.0;
        }
        let of_script = self.points.as_ref().and_then(|points| points.get(row).copied());
        of_script.unwrap_or(head.points)
    }
    /// Returns the floor that the fired rule sets in a row.
    pub fn floor_at(&self, head: &RuleHead, row: usize) -> Option<RiskCategory> {
        let of_script = self.floors.as_ref().and_then(|floors| *floors.get(row)?);
        of_script.or(head.floor)
    }
    /// Returns the severity effect that the fired rule has in a row.
    pub fn severity_at<'a>(&'a self, head: &'a RuleHead, row: usize) -> Option<&'a SeverityEffect> {
        let places = self.severities.as_ref();
        match places.and_then(|places| usize::from(*places.get(row)?).checked_sub(1)) {
            Some(place) => self.effects.get(place),
            None => head.severity.as_ref(),
        }
    }
    /// Tells whether a fired row has a floor or a severity effect of its own or of the head.
    pub fn has_effects(&self, head: &RuleHead) -> bool {
        head.floor.is_some() || head.severity.is_some() || self.floors.is_some() || self.severities.is_some()
    }
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
        self.columns.get(rule).map_or(RuleState::NotFired, |column| column.state_at(row))
    }
    /// Returns the points of a rule in a row; 0 where it did not fire.
    pub fn points(&self, rule: usize, row: usize) -> f64 {
        match (self.columns.get(rule), self.heads.get(rule)) {
            (Some(column), Some(head)) => column.points_at(head, row),
            _ => 0.0,
        }
    }
    /// Returns the floor that a fired rule sets in a row.
    pub fn floor(&self, rule: usize, row: usize) -> Option<RiskCategory> {
        self.columns.get(rule)?.floor_at(self.heads.get(rule)?, row)
    }
    /// Returns the severity effect that a fired rule has in a row.
    pub fn severity(&self, rule: usize, row: usize) -> Option<&SeverityEffect> {
        self.columns.get(rule)?.severity_at(self.heads.get(rule)?, row)
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
