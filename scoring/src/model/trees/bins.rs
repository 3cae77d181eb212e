//! What a tree reads of a fact: a small number. 0 is nothing known; numbers are cut at quantiles; texts stand in the
//! order of their share of violations.

use serde::{Deserialize, Serialize};

use crate::bytes::Exact;
use crate::model::encoding::{Given, chosen_levels};
use crate::model::frame::Column;
use crate::spec::FeatureSpec;

/// Cuts of a number at most.
const CUTS: usize = 31;
/// A power of two above it: the search halves it in five steps.
const PLACES: usize = 32;

/// Is a text with its bin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TextBin {
    text: String,
    bin: u8,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reads", rename_all = "snake_case", deny_unknown_fields)]
enum Reading {
    Number { cuts: Vec<Exact> },
    Text { texts: Vec<TextBin>, others: u8 },
}

/// Is a fact as trees read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BinnedFact {
    pub(crate) fact: String,
    reading: Reading,
}

impl BinnedFact {
    /// Learns the bins of a fact; `None` where all rows fall into one.
    pub(crate) fn learn(spec: &FeatureSpec, column: &Column, labels: &[bool]) -> Option<Self> {
        let rows = labels.len();
        let reading =
            if column.is_text() { of_texts(spec, column, labels) } else { of_numbers(column, rows) };
        let fact = Self { fact: spec.fact.clone(), reading };
        let bins = fact.bins(column, 0, rows);
        (bins.iter().any(|bin| Some(bin) != bins.first())).then_some(fact)
    }

    /// Returns the bins of the rows from `from` on.
    pub(crate) fn bins(&self, column: &Column, from: usize, rows: usize) -> Vec<u8> {
        if column.is_text() {
            return (from..from + rows).map(|row| self.of_text(column.text(row))).collect();
        }
        let mut scratch = vec![0.0; rows];
        let numbers = column.block(from, &mut scratch);
        match &self.reading {
            Reading::Number { cuts } if cuts.len() < PLACES => of_block(cuts, numbers),
            Reading::Number { .. } | Reading::Text { .. } => {
                numbers.iter().map(|number| self.of_number(*number)).collect()
            }
        }
    }

    /// Returns the bin of one value.
    pub(crate) fn bin(&self, given: &Given) -> u8 {
        match given {
            Given::Missing => 0,
            Given::Number(number) => self.of_number(number.0),
            Given::Text(text) => self.of_text(Some(text)),
        }
    }

    fn of_number(&self, number: f64) -> u8 {
        match &self.reading {
            Reading::Number { cuts } if !number.is_nan() => {
                u8::try_from(1 + cuts.partition_point(|cut| cut.0 <= number)).unwrap_or(u8::MAX)
            }
            Reading::Number { .. } | Reading::Text { .. } => 0,
        }
    }

    fn of_text(&self, text: Option<&str>) -> u8 {
        match (&self.reading, text) {
            (Reading::Text { texts, others }, Some(text)) => {
                texts.iter().find(|known| known.text == text).map_or(*others, |known| known.bin)
            }
            (Reading::Text { .. } | Reading::Number { .. }, _) => 0,
        }
    }
}

/// Finds the bins of a block by halves, always in the same number of steps: nothing is there to be guessed wrong, and the
/// steps of one row run beside those of the next.
fn of_block(cuts: &[Exact], numbers: &[f64]) -> Vec<u8> {
    let mut padded = [f64::INFINITY; PLACES];
    padded.iter_mut().zip(cuts).for_each(|(place, cut)| *place = cut.0);
    let bin = |number: &f64| {
        let mut passed = 0_u8;
        for step in [16, 8, 4, 2, 1] {
            let is_passed = padded[usize::from(passed + step - 1) % PLACES] <= *number;
            passed += if is_passed { step } else { 0 };
        }
        if number.is_nan() { 0 } else { passed + 1 }
    };
    numbers.iter().map(bin).collect()
}

fn of_numbers(column: &Column, rows: usize) -> Reading {
    let mut known = vec![0.0; rows];
    column.numbers(0, &mut known);
    known.retain(|number| !number.is_nan());
    known.sort_by(f64::total_cmp);
    let low = known.first().copied();
    let mut cuts: Vec<f64> =
        (1..=CUTS).filter_map(|part| known.get(part * known.len() / (CUTS + 1)).copied()).collect();
    cuts.dedup_by(|a, b| a.total_cmp(b).is_eq());
    cuts.retain(|cut| low.is_some_and(|low| *cut > low));
    Reading::Number { cuts: cuts.into_iter().map(Exact).collect() }
}

fn of_texts(spec: &FeatureSpec, column: &Column, labels: &[bool]) -> Reading {
    let texts: Vec<Option<&str>> = (0..labels.len()).map(|row| column.text(row)).collect();
    let levels = chosen_levels(spec, &texts);
    let rate = |belongs: &dyn Fn(&str) -> bool| {
        let rows = texts.iter().zip(labels).filter(|(text, _)| text.is_some_and(belongs));
        let (hits, rows) = rows
            .fold((0.0, 0.0), |(hits, rows), (_, label)| (hits + f64::from(u8::from(*label)), rows + 1.0));
        // Drawn to one half by ten rows, so that a rare text does not stand at an end by chance.
        (hits + 5.0) / (rows + 10.0)
    };
    let mut ordered: Vec<(f64, Option<&str>)> =
        levels.iter().map(|(text, _)| (rate(&|known| known == *text), Some(*text))).collect();
    ordered.push((rate(&|known| levels.iter().all(|(text, _)| *text != known)), None));
    ordered.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut others = 0;
    let mut found = Vec::new();
    for (bin, (_, text)) in (1_u8..).zip(ordered) {
        match text {
            Some(text) => found.push(TextBin { text: text.to_owned(), bin }),
            None => others = bin,
        }
    }
    Reading::Text { texts: found, others }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_cut_where_single_numbers_are() {
        for count in [1, 2, 5, 30, 31] {
            let cuts: Vec<Exact> = (0..count).map(|at| Exact(f64::from(at) * 1.5)).collect();
            let reading = Reading::Number { cuts: cuts.clone() };
            let fact = BinnedFact { fact: "a".to_owned(), reading };
            let mut numbers: Vec<f64> = (-4..200).map(|at| f64::from(at) * 0.25).collect();
            numbers.extend([f64::NAN, f64::MAX, f64::MIN, -0.0]);
            let single: Vec<u8> = numbers.iter().map(|number| fact.of_number(*number)).collect();
            assert_eq!(of_block(&cuts, &numbers), single, "{count} cuts");
        }
    }
}
