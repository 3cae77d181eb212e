//! The card: integer points per bin of a fact. It is a file of the methodology: a person adds it up by hand.

use dozor_facts::FactsTable;
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;
use serde::{Deserialize, Serialize};

use crate::ScoringError;
use crate::model::encoding::Given;
use crate::model::frame;

/// Rows that are added up together.
const BLOCK: usize = 4_096;

/// Gives a number's points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberBin {
    /// Values under it, from the previous bin's `below` on; the last bin has none and takes the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<f64>,
    /// Points of the bin.
    pub points: i32,
    /// Labelled outcomes in it when the card was made.
    pub rows: u32,
    /// Share of violations among them, in per cent.
    pub violations_percent: f64,
}

/// Gives a text's points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextBin {
    /// The text; none = all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Points of the bin.
    pub points: i32,
    /// Labelled outcomes in it when the card was made.
    pub rows: u32,
    /// Share of violations among them, in per cent.
    pub violations_percent: f64,
}

/// Gives a fact's points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardFact {
    /// Name of the fact.
    pub fact: String,
    /// Points where it is not known.
    pub missing: i32,
    /// Bins of a number, rising; false and true are 0 and 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<NumberBin>,
    /// Bins of a text; the one without a text is the last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<TextBin>,
}

/// Is an integer scorecard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scorecard {
    /// Code of the card.
    pub name: String,
    /// So many points more double the odds of a violation.
    pub points_to_double: u32,
    /// The facts.
    pub facts: Vec<CardFact>,
}

impl CardFact {
    /// Returns the points of a number; NaN is not known.
    pub(crate) fn of_number(&self, number: f64) -> i32 {
        if number.is_nan() {
            return self.missing;
        }
        let bin = self.numbers.iter().find(|bin| bin.below.is_none_or(|below| number < below));
        bin.map_or(self.missing, |bin| bin.points)
    }

    /// Returns the points of a text.
    pub(crate) fn of_text(&self, text: Option<&str>) -> i32 {
        let Some(text) = text else { return self.missing };
        let bin = self.texts.iter().find(|bin| bin.text.as_deref().is_none_or(|known| known == text));
        bin.map_or(self.missing, |bin| bin.points)
    }

    pub(crate) fn of_given(&self, given: &Given) -> i32 {
        match given {
            Given::Missing => self.missing,
            Given::Number(number) => self.of_number(number.0),
            Given::Text(text) => self.of_text(Some(text)),
        }
    }

    /// Calls back with the points of the rows from `from` on, as many as `scratch` holds.
    pub(crate) fn of_block(
        &self,
        column: &frame::Column,
        from: usize,
        scratch: &mut [f64],
        mut give: impl FnMut(usize, i32),
    ) {
        if column.is_text() {
            (0..scratch.len()).for_each(|at| give(at, self.of_text(column.text(from + at))));
            return;
        }
        let ends: Vec<f64> = self.numbers.iter().filter_map(|bin| bin.below).collect();
        let points: Vec<i32> = self.numbers.iter().map(|bin| bin.points).collect();
        for (at, number) in column.block(from, scratch).iter().enumerate() {
            // Counting the ends that are not above it has no branch to be guessed wrong.
            let bin: usize = ends.iter().map(|end| usize::from(end <= number)).sum();
            let known = points.get(bin).copied().unwrap_or(self.missing);
            give(at, if number.is_nan() { self.missing } else { known });
        }
    }

    /// Returns the fewest and the most points that it can give.
    pub fn range(&self) -> (i32, i32) {
        let all = || {
            let numbers = self.numbers.iter().map(|bin| bin.points);
            numbers.chain(self.texts.iter().map(|bin| bin.points)).chain([self.missing])
        };
        (all().min().unwrap_or(0), all().max().unwrap_or(0))
    }

    fn problem(&self) -> Option<String> {
        let fact = &self.fact;
        if self.numbers.is_empty() == self.texts.is_empty() {
            return Some(format!("«{fact}» has not bins of one kind, numbers or texts"));
        }
        let ends: Vec<f64> = self.numbers.iter().filter_map(|bin| bin.below).collect();
        let whole = self.numbers.is_empty()
            || (ends.len() + 1 == self.numbers.len()
                && self.numbers.last().is_some_and(|bin| bin.below.is_none()));
        if !whole || ends.windows(2).any(|pair| pair[0] >= pair[1]) || ends.iter().any(|end| !end.is_finite())
        {
            return Some(format!("the bins of «{fact}» do not rise to an open last one"));
        }
        let others = self.texts.iter().filter(|bin| bin.text.is_none()).count();
        if !self.texts.is_empty() && (others != 1 || self.texts.last().is_some_and(|bin| bin.text.is_some()))
        {
            return Some(format!("the last bin of «{fact}», and only it, takes all other texts"));
        }
        None
    }
}

impl Scorecard {
    /// Parses and checks the text of a `scorecard.toml`.
    ///
    /// # Errors
    /// [`ScoringError::CardToml`] with line and key, or [`ScoringError::Card`].
    pub fn parse(text: &str) -> Result<Self, ScoringError> {
        let card: Self = toml::from_str(text).map_err(ScoringError::CardToml)?;
        card.problem().map_or(Ok(card), |problem| Err(ScoringError::Card { problem }))
    }

    /// Writes the card as the text of a `scorecard.toml`.
    ///
    /// # Errors
    /// [`ScoringError::Card`] for a number that has no form in TOML; a learnt card has none.
    pub fn to_toml(&self) -> Result<String, ScoringError> {
        toml::to_string(self).map_err(|error| ScoringError::Card { problem: error.to_string() })
    }

    /// Returns the names of the facts that it reads, in order.
    pub fn fact_names(&self) -> impl Iterator<Item = &str> {
        self.facts.iter().map(|fact| fact.fact.as_str())
    }

    /// Says what is impossible in a card.
    pub(crate) fn problem(&self) -> Option<String> {
        let mut seen = std::collections::BTreeSet::new();
        if let Some(fact) = self.fact_names().find(|fact| !seen.insert(*fact)) {
            return Some(format!("«{fact}» stands twice"));
        }
        if self.points_to_double == 0 || self.facts.is_empty() {
            return Some("it has no facts, or no points double the odds".to_owned());
        }
        self.facts.iter().find_map(CardFact::problem)
    }

    /// Returns the sum of points of every row of a facts table.
    ///
    /// # Errors
    /// [`ScoringError::FactUnknown`] when the table lacks a fact.
    pub fn points(&self, facts: &FactsTable) -> Result<Vec<i64>, ScoringError> {
        let frame = frame::Frame::read(facts, self.fact_names())?;
        let mut sums = vec![0_i64; frame.rows()];
        sums.par_chunks_mut(BLOCK).enumerate().for_each(|(block, sums)| {
            let mut scratch = vec![0.0; sums.len()];
            for (fact, column) in self.facts.iter().zip(frame.columns()) {
                fact.of_block(column, block * BLOCK, &mut scratch, |at, points| {
                    sums[at] += i64::from(points)
                });
            }
        });
        Ok(sums)
    }

    /// Returns the log-odds of one point.
    pub(crate) fn step(&self) -> f64 {
        std::f64::consts::LN_2 / f64::from(self.points_to_double)
    }
}
