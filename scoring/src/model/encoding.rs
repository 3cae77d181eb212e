//! How a fact becomes columns: capped, transformed, centred and scaled numbers; a column per level of a text; an
//! indicator of absence. Everything here is learnt from the training rows once and stored.
//!
//! A missing number counts as the mean of the known ones (its column gives 0) and the indicator says the rest.
//! A number outside the training range counts as the end of the range: the model never extrapolates.

use std::collections::BTreeMap;

use dozor_script::Cell;
use serde::{Deserialize, Serialize};

use crate::bytes::Exact;
use crate::spec::{FeatureSpec, Transform};

/// Below this standard deviation, relative to the mean, a column counts as constant.
const CONSTANT: f64 = 1e-9;

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

impl Given {
    /// Reads a cell; lists of codes are no features and count as missing.
    pub(crate) fn new(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Boolean(flag) => Self::Number(Exact(f64::from(u8::from(flag)))),
            Cell::Integer(number) => Self::Number(Exact(number as f64)),
            Cell::Float(number) if number.is_finite() => Self::Number(Exact(number)),
            Cell::Text(text) => Self::Text(text.to_owned()),
            Cell::Missing | Cell::Float(_) | Cell::Codes(_) | Cell::JoinedCodes(_) => Self::Missing,
        }
    }
}

/// Is one column of the matrix with what was learnt about it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Column {
    centre: Exact,
    scale: Exact,
    /// Weight of the standardised value; 0 until fitted.
    pub(crate) weight: Exact,
}

impl Column {
    fn standard(&self, value: f64) -> f64 {
        (value - self.centre.0) / self.scale.0
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
    Number {
        transform: Transform,
        cap: Option<Exact>,
        low: Exact,
        high: Exact,
        column: Column,
    },
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
    /// Learns the encoding of one fact; `None` when no column of it would vary.
    pub(crate) fn learn(spec: &FeatureSpec, given: &[&Given]) -> Option<Self> {
        let absent = given.iter().filter(|given| ***given == Given::Missing).count();
        let is_text = given.iter().any(|given| matches!(given, Given::Text(_)));
        let reading = if is_text { learn_levels(spec, given) } else { learn_number(spec, given) };
        let missing = (absent > 0 && absent < given.len()).then(|| Column::indicator(0.0));
        match (reading, missing) {
            (None, None) => None,
            (Some(reading), missing) => Some(Self { fact: spec.fact.clone(), reading, missing }),
            (None, missing) => Some(Self { fact: spec.fact.clone(), reading: Reading::Absence {}, missing }),
        }
    }

    /// Returns the columns in order: value or levels, then the indicator of absence.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &Column> {
        let (one, levels): (Option<&Column>, &[Level]) = match &self.reading {
            Reading::Number { column, .. } => (Some(column), &[]),
            Reading::Levels { levels } => (None, levels),
            Reading::Absence {} => (None, &[]),
        };
        one.into_iter().chain(levels.iter().map(|level| &level.column)).chain(&self.missing)
    }

    /// Takes the fitted weights, in the order of [`Feature::columns`].
    pub(crate) fn set_weights(&mut self, mut weights: impl Iterator<Item = f64>) {
        let mut next = |column: &mut Column| column.weight = Exact(weights.next().unwrap_or(0.0));
        match &mut self.reading {
            Reading::Number { column, .. } => next(column),
            Reading::Levels { levels } => levels.iter_mut().for_each(|level| next(&mut level.column)),
            Reading::Absence {} => {}
        }
        self.missing.iter_mut().for_each(next);
    }

    /// Calls back with each column's standardised value, in the order of [`Feature::columns`].
    pub(crate) fn encode(&self, given: &Given, mut put: impl FnMut(&Column, f64)) {
        match &self.reading {
            Reading::Number { transform, cap, low, high, column } => {
                let value = match given {
                    Given::Number(value) => {
                        let scaled = scaled(value.0, *transform, cap.map(|cap| cap.0)).clamp(low.0, high.0);
                        column.standard(scaled)
                    }
                    Given::Missing | Given::Text(_) => 0.0,
                };
                put(column, value);
            }
            Reading::Levels { levels } => {
                for level in levels {
                    let here = matches!(given, Given::Text(text) if *text == level.text);
                    put(&level.column, level.column.standard(f64::from(u8::from(here))));
                }
            }
            Reading::Absence {} => {}
        }
        if let Some(column) = &self.missing {
            put(column, column.standard(f64::from(u8::from(*given == Given::Missing))));
        }
    }

    /// Returns the feature's part of the raw score; the base is a row of average values with nothing missing.
    pub(crate) fn part(&self, given: &Given) -> f64 {
        let mut sum = 0.0;
        self.encode(given, |column, value| sum += column.weight.0 * value);
        sum
    }

    /// Says what is impossible in a stored feature.
    pub(crate) fn problem(&self) -> Option<String> {
        if self.columns().any(|column| column.scale.0 <= 0.0) {
            return Some(format!("a scale of «{}» is not positive", self.fact));
        }
        match &self.reading {
            Reading::Number { low, high, .. } if low.0 > high.0 => {
                Some(format!("the range of «{}» is empty", self.fact))
            }
            Reading::Number { .. } | Reading::Levels { .. } | Reading::Absence {} => None,
        }
    }
}

fn scaled(value: f64, transform: Transform, cap: Option<f64>) -> f64 {
    transform.apply(cap.map_or(value, |cap| value.min(cap)))
}

fn learn_number(spec: &FeatureSpec, given: &[&Given]) -> Option<Reading> {
    let known: Vec<f64> = given
        .iter()
        .filter_map(|given| match given {
            Given::Number(value) => Some(scaled(value.0, spec.transform, spec.cap)),
            Given::Missing | Given::Text(_) => None,
        })
        .collect();
    let count = known.len() as f64;
    let mean = known.iter().sum::<f64>() / count;
    let variance = known.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count;
    let deviation = variance.sqrt();
    // Also false where nothing is known and the mean is not a number.
    if !(deviation > CONSTANT * mean.abs().max(1.0) && deviation.is_finite()) {
        return None;
    }
    Some(Reading::Number {
        transform: spec.transform,
        cap: spec.cap.map(Exact),
        low: Exact(known.iter().copied().fold(f64::INFINITY, f64::min)),
        high: Exact(known.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
        column: Column { centre: Exact(mean), scale: Exact(deviation), weight: Exact(0.0) },
    })
}

fn learn_levels(spec: &FeatureSpec, given: &[&Given]) -> Option<Reading> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for given in given {
        if let Given::Text(text) = given {
            *counts.entry(text).or_default() += 1;
        }
    }
    let chosen: Vec<&str> = match &spec.levels {
        Some(levels) => levels.iter().map(String::as_str).collect(),
        None => {
            let mut frequent: Vec<(&str, usize)> =
                counts.iter().map(|(text, count)| (*text, *count)).collect();
            frequent.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
            frequent.into_iter().take(spec.top.unwrap_or(DEFAULT_TOP)).map(|(text, _)| text).collect()
        }
    };
    let levels: Vec<Level> = chosen
        .into_iter()
        .filter_map(|text| {
            let count = counts.get(text).copied().unwrap_or(0);
            (count > 0 && count < given.len()).then(|| Level {
                text: text.to_owned(),
                column: Column::indicator(count as f64 / given.len() as f64),
            })
        })
        .collect();
    (!levels.is_empty()).then_some(Reading::Levels { levels })
}

/// How many levels a text gets where model.toml says nothing.
const DEFAULT_TOP: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(text: &str) -> FeatureSpec {
        toml::from_str(text).unwrap()
    }

    fn number(value: f64) -> Given {
        Given::Number(Exact(value))
    }

    fn encoded(feature: &Feature, given: &Given) -> Vec<f64> {
        let mut values = Vec::new();
        feature.encode(given, |_, value| values.push(value));
        values
    }

    #[test]
    fn numbers_are_standardised_and_kept_inside_the_training_range() {
        let given = [number(1.0), number(3.0)];
        let feature = Feature::learn(&spec("fact = \"a\""), &given.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(encoded(&feature, &number(3.0)), [1.0]);
        assert_eq!(encoded(&feature, &number(99.0)), [1.0]);
        assert_eq!(encoded(&feature, &Given::Missing), [0.0]);
    }

    #[test]
    fn caps_come_before_transforms() {
        let given = [number(0.0), number(50.0), number(7.0)];
        let text = "fact = \"a\"\ntransform = \"log1p\"\ncap = 7.0";
        let feature = Feature::learn(&spec(text), &given.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(encoded(&feature, &number(50.0)), encoded(&feature, &number(7.0)));
    }

    #[test]
    fn absence_gets_a_column_and_constants_get_none() {
        let given = [number(1.0), number(1.0), Given::Missing, Given::Missing];
        let all: Vec<&Given> = given.iter().collect();
        let feature = Feature::learn(&spec("fact = \"a\""), &all).unwrap();
        assert_eq!(encoded(&feature, &number(1.0)), [0.0]);
        assert_eq!(encoded(&feature, &Given::Missing), [1.0]);
        assert_eq!(Feature::learn(&spec("fact = \"a\""), &all[..2]), None);
        assert_eq!(Feature::learn(&spec("fact = \"a\""), &all[2..]), None);
    }

    #[test]
    fn the_most_frequent_levels_win_and_ties_break_by_text() {
        let given: Vec<Given> =
            ["c", "b", "a", "c", "d"].iter().map(|text| Given::Text((*text).to_owned())).collect();
        let all: Vec<&Given> = given.iter().collect();
        let feature = Feature::learn(&spec("fact = \"t\"\ntop = 2"), &all).unwrap();
        // Levels c (2 of 5) and a (1 of 5).
        assert_eq!(encoded(&feature, &Given::Text("c".into())), [0.6, -0.2]);
        assert_eq!(encoded(&feature, &Given::Text("never seen".into())), [-0.4, -0.2]);
    }
}
