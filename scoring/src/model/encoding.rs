//! How a fact becomes columns: capped, transformed, centred and scaled numbers; a column per level of a text; an
//! indicator of absence. Everything here is learnt from the training rows once and stored.
//!
//! A missing number counts as the mean of the known ones (its column gives 0) and the indicator says the rest.
//! A number outside the training range counts as the end of the range: the model never extrapolates.

use std::collections::BTreeMap;

use ndarray::ArrayViewMut2;
use serde::{Deserialize, Serialize};

use super::frame;
use super::number::NumberReading;
use crate::bytes::Exact;
use crate::spec::FeatureSpec;

/// Is what a feature reads in a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", content = "value", rename_all = "snake_case")]
pub(crate) enum Given {
    /// Nothing is known.
    Missing,
    /// A number; booleans are 0 and 1.
    Number(Exact),
    /// A text.
    Text(String),
}

/// Is one column of the matrix with what was learnt about it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Column {
    pub(super) centre: Exact,
    pub(super) scale: Exact,
    /// Weight of the standardised value; 0 until fitted.
    pub(crate) weight: Exact,
}

impl Column {
    fn standard(&self, value: f64) -> f64 {
        (value - self.centre.0) * (1.0 / self.scale.0)
    }
    /// Indicators are not scaled: a rare level would else escape the penalty of its weight. Levels are centred on
    /// their share; absence is centred on 0, so that it is a part of the score only where something is missing.
    fn indicator(centre: f64) -> Self {
        Self { centre: Exact(centre), scale: Exact(1.0), weight: Exact(0.0) }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Level {
    text: String,
    column: Column,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reads", rename_all = "snake_case", deny_unknown_fields)]
enum Reading {
    Number(NumberReading),
    Levels {
        levels: Vec<Level>,
    },
    /// Only its absence says something: the known values are all equal.
    Absence {},
}

/// Is one encoded feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Feature {
    /// Name of the fact.
    pub(crate) fact: String,
    reading: Reading,
    missing: Option<Column>,
}

impl Feature {
    /// Learns the encoding of one fact from the first `rows` rows; `None` when no column of it would vary.
    pub(crate) fn learn(spec: &FeatureSpec, column: &frame::Column, rows: usize) -> Option<Self> {
        let (reading, absent) = if column.is_text() {
            let texts: Vec<Option<&str>> = (0..rows).map(|row| column.text(row)).collect();
            (learn_levels(spec, &texts), texts.iter().filter(|text| text.is_none()).count())
        } else {
            let mut numbers = vec![0.0; rows];
            column.numbers(0, &mut numbers);
            (
                NumberReading::learn(spec, &numbers).map(Reading::Number),
                numbers.iter().filter(|number| number.is_nan()).count(),
            )
        };
        let missing = (absent > 0 && absent < rows).then(|| Column::indicator(0.0));
        match (reading, missing) {
            (None, None) => None,
            (Some(reading), missing) => Some(Self { fact: spec.fact.clone(), reading, missing }),
            (None, missing) => Some(Self { fact: spec.fact.clone(), reading: Reading::Absence {}, missing }),
        }
    }

    /// Returns the columns in order: value or levels, then the indicator of absence.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &Column> {
        let (one, levels): (Option<&Column>, &[Level]) = match &self.reading {
            Reading::Number(number) => (Some(&number.column), &[]),
            Reading::Levels { levels } => (None, levels),
            Reading::Absence {} => (None, &[]),
        };
        one.into_iter().chain(levels.iter().map(|level| &level.column)).chain(&self.missing)
    }

    /// Takes the fitted weights, in the order of [`Feature::columns`].
    pub(crate) fn set_weights(&mut self, mut weights: impl Iterator<Item = f64>) {
        let mut next = |column: &mut Column| column.weight = Exact(weights.next().unwrap_or(0.0));
        match &mut self.reading {
            Reading::Number(number) => next(&mut number.column),
            Reading::Levels { levels } => levels.iter_mut().for_each(|level| next(&mut level.column)),
            Reading::Absence {} => {}
        }
        self.missing.iter_mut().for_each(next);
    }

    /// Writes the standardised columns of the first rows, in the order of [`Feature::columns`]; the matrix holds
    /// zeros.
    pub(crate) fn fill(&self, column: &frame::Column, mut matrix: ArrayViewMut2<'_, f64>) {
        let rows = matrix.nrows();
        let mut numbers = vec![0.0; rows];
        column.numbers(0, &mut numbers);
        match &self.reading {
            Reading::Number(number) => {
                for (row, value) in numbers.iter().enumerate() {
                    matrix[[row, 0]] = number.value(*value);
                }
            }
            Reading::Levels { levels } => {
                for row in 0..rows {
                    let text = column.text(row);
                    for (at, level) in levels.iter().enumerate() {
                        let here = f64::from(u8::from(text == Some(&level.text)));
                        matrix[[row, at]] = level.column.standard(here);
                    }
                }
            }
            Reading::Absence {} => {}
        }
        if self.missing.is_some() {
            let last = matrix.ncols() - 1;
            for row in 0..rows {
                let absent =
                    if column.is_text() { column.text(row).is_none() } else { numbers[row].is_nan() };
                matrix[[row, last]] = f64::from(u8::from(absent));
            }
        }
    }

    /// Returns the feature's part of the raw score; the base is a row of average values with nothing missing.
    pub(crate) fn part(&self, given: &Given) -> f64 {
        match given {
            Given::Missing => self.part_of_number(f64::NAN),
            Given::Number(number) => self.part_of_number(number.0),
            Given::Text(text) => self.part_of_text(Some(text)),
        }
    }

    /// Adds the feature's parts for the rows from `from` on; `scratch` is as long as `sums`.
    pub(crate) fn add_parts(
        &self,
        column: &frame::Column,
        from: usize,
        scratch: &mut [f64],
        sums: &mut [f64],
    ) {
        if column.is_text() {
            for (at, sum) in sums.iter_mut().enumerate() {
                *sum += self.part_of_text(column.text(from + at));
            }
            return;
        }
        let numbers = column.block(from, scratch);
        match &self.reading {
            Reading::Number(number) => number.line(number.column.weight.0, self.absent()).add(numbers, sums),
            Reading::Levels { .. } | Reading::Absence {} => {
                for (sum, value) in sums.iter_mut().zip(numbers) {
                    *sum += self.part_of_number(*value);
                }
            }
        }
    }

    fn absent(&self) -> f64 {
        self.missing.map_or(0.0, |column| column.weight.0)
    }

    fn part_of_number(&self, value: f64) -> f64 {
        if value.is_nan() {
            return match &self.reading {
                Reading::Levels { .. } => self.part_of_text(None),
                Reading::Number(_) | Reading::Absence {} => self.absent(),
            };
        }
        match &self.reading {
            Reading::Number(number) => number.line(number.column.weight.0, self.absent()).part(value),
            Reading::Levels { .. } => self.part_of_text(None),
            Reading::Absence {} => 0.0,
        }
    }

    fn part_of_text(&self, text: Option<&str>) -> f64 {
        let known = match &self.reading {
            Reading::Levels { levels } => levels.iter().fold(0.0, |sum, level| {
                let here = f64::from(u8::from(text == Some(&level.text)));
                sum + level.column.weight.0 * level.column.standard(here)
            }),
            Reading::Number(_) | Reading::Absence {} => 0.0,
        };
        known + if text.is_none() { self.absent() } else { 0.0 }
    }

    /// Says what is impossible in a stored feature.
    pub(crate) fn problem(&self) -> Option<String> {
        if self.columns().any(|column| column.scale.0 <= 0.0) {
            return Some(format!("a scale of «{}» is not positive", self.fact));
        }
        match &self.reading {
            Reading::Number(number) if number.range_is_empty() => {
                Some(format!("the range of «{}» is empty", self.fact))
            }
            Reading::Number(_) | Reading::Levels { .. } | Reading::Absence {} => None,
        }
    }
}

/// Returns the texts that get a column each: the declared ones, or the most frequent, ties by text.
pub(crate) fn chosen_levels<'a>(spec: &'a FeatureSpec, texts: &[Option<&'a str>]) -> Vec<(&'a str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for text in texts.iter().flatten() {
        *counts.entry(text).or_default() += 1;
    }
    match &spec.levels {
        Some(levels) => levels
            .iter()
            .map(|level| (level.as_str(), counts.get(level.as_str()).copied().unwrap_or(0)))
            .collect(),
        None => {
            let mut frequent: Vec<(&str, usize)> = counts.into_iter().collect();
            frequent.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
            frequent.truncate(spec.top.unwrap_or(DEFAULT_TOP));
            frequent
        }
    }
}

fn learn_levels(spec: &FeatureSpec, texts: &[Option<&str>]) -> Option<Reading> {
    let levels: Vec<Level> = chosen_levels(spec, texts)
        .into_iter()
        .filter(|(_, count)| *count > 0 && *count < texts.len())
        .map(|(text, count)| Level {
            text: text.to_owned(),
            column: Column::indicator(count as f64 / texts.len() as f64),
        })
        .collect();
    (!levels.is_empty()).then_some(Reading::Levels { levels })
}

/// How many levels a text gets where model.toml says nothing.
const DEFAULT_TOP: usize = 10;

#[cfg(test)]
mod tests {
    use dozor_domain::{Value, ValueType};
    use dozor_facts::FactsTable;
    use ndarray::Array2;

    use super::*;
    use crate::model::frame::Frame;

    fn frame(values: &[Option<Value>]) -> Frame {
        let text = values.iter().flatten().any(|value| matches!(value, Value::Text(_)));
        let of = if text { ValueType::Text } else { ValueType::Float };
        let rows: Vec<Vec<Option<Value>>> = values.iter().map(|value| vec![value.clone()]).collect();
        Frame::read(&FactsTable::from_rows(&[("a", of)], &rows).unwrap(), ["a"]).unwrap()
    }

    fn numbers(values: &[Option<f64>]) -> Frame {
        frame(&values.iter().map(|value| value.map(Value::Float)).collect::<Vec<_>>())
    }

    fn learn(text: &str, frame: &Frame) -> Option<Feature> {
        let spec: FeatureSpec = toml::from_str(text).unwrap();
        Feature::learn(&spec, &frame.columns()[0], frame.rows())
    }

    fn encoded(feature: &Feature, frame: &Frame) -> Vec<Vec<f64>> {
        let mut matrix = Array2::zeros((frame.rows(), feature.columns().count()));
        feature.fill(&frame.columns()[0], matrix.view_mut());
        matrix.rows().into_iter().map(|row| row.to_vec()).collect()
    }

    #[test]
    fn numbers_are_standardised_and_kept_inside_the_training_range() {
        let feature = learn("fact = \"a\"", &numbers(&[Some(1.0), Some(3.0)])).unwrap();
        assert_eq!(encoded(&feature, &numbers(&[Some(3.0), Some(99.0), None])), [[1.0], [1.0], [0.0]]);
    }

    #[test]
    fn caps_come_before_transforms() {
        let text = "fact = \"a\"\ntransform = \"log1p\"\ncap = 7.0";
        let feature = learn(text, &numbers(&[Some(0.0), Some(50.0), Some(7.0)])).unwrap();
        let found = encoded(&feature, &numbers(&[Some(50.0), Some(7.0)]));
        assert_eq!(found[0], found[1]);
    }

    #[test]
    fn absence_gets_a_column_and_constants_get_none() {
        let feature = learn("fact = \"a\"", &numbers(&[Some(1.0), Some(1.0), None, None])).unwrap();
        assert_eq!(encoded(&feature, &numbers(&[Some(1.0), None])), [[0.0], [1.0]]);
        assert_eq!(learn("fact = \"a\"", &numbers(&[Some(1.0), Some(1.0)])), None);
        assert_eq!(learn("fact = \"a\"", &numbers(&[None, None])), None);
    }

    #[test]
    fn the_most_frequent_levels_win_and_ties_break_by_text() {
        let texts = |all: &[&str]| {
            frame(&all.iter().map(|text| Some(Value::Text((*text).to_owned()))).collect::<Vec<_>>())
        };
        let feature = learn("fact = \"a\"\ntop = 2", &texts(&["c", "b", "a", "c", "d"])).unwrap();
        // Levels c (2 of 5) and a (1 of 5).
        assert_eq!(encoded(&feature, &texts(&["c", "never seen"])), [[0.6, -0.2], [-0.4, -0.2]]);
    }
}
