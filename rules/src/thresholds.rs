//! What would fire under other numbers: each number of a script that decides whether the rule fires is put lower and
//! higher, so that history can say why it is what it is.

use std::ops::Range;

use dozor_domain::RowBits;
use dozor_facts::FactsTable;
use dozor_script::Names;

use crate::compiled::Compiled;
use crate::error::RulesError;
use crate::rule::Rule;
use crate::ruleset::RuleSet;

/// A decimal number is put to so many times itself.
const FACTORS: [f64; 5] = [0.5, 0.75, 1.0, 1.5, 2.0];

/// Smaller whole numbers are counts of things: one more or one less.
const SMALL: i64 = 8;

/// Is a number of a script that decides on some row whether the rule fires.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// The rule.
    pub rule: String,
    /// The line of the script in which it stands.
    pub line: String,
    /// The number as it is written.
    pub written: String,
    /// What fires with it and with numbers around it, rising.
    pub steps: Vec<ThresholdStep>,
}

/// Is one number in the place of a threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct ThresholdStep {
    /// The number.
    pub written: String,
    /// Rows on which the rule fires with it.
    pub fired: RowBits,
}

/// Is a number with what else may stand in its place, before anything was asked.
struct Varied {
    rule: usize,
    place: Range<usize>,
    numbers: Vec<String>,
}

impl RuleSet {
    /// Finds the numbers that decide on the rows of a table, by rule and in the order of the script.
    ///
    /// # Errors
    /// As [`RuleSet::evaluate_columns`].
    pub fn thresholds(&self, names: &Names, table: &FactsTable) -> Result<Vec<Threshold>, RulesError> {
        let (mut kept, mut rules) = (Vec::new(), Vec::new());
        for (at, rule) in self.rules.iter().enumerate() {
            for (place, numbers) in numbers_of(rule.source()) {
                let with = |number: &String| rule.with_number(&place, number, names);
                // A number that can't stand there (a digit count, a month) is none that one would move.
                let Some(varied) = numbers.iter().map(with).collect::<Option<Vec<Rule>>>() else { continue };
                rules.extend(varied);
                kept.push(Varied { rule: at, place, numbers });
            }
        }
        let mut asked = self.clone();
        asked.compiled = Compiled::new(&rules, |_| true);
        asked.rules = rules;
        let mut answers = asked.evaluate_columns(table)?.columns.into_iter().map(|column| column.fired);
        let mut found = Vec::new();
        for varied in kept {
            let fired: Vec<RowBits> = answers.by_ref().take(varied.numbers.len()).collect();
            if fired.windows(2).any(|pair| pair.first() != pair.last()) {
                found.extend(self.rules.get(varied.rule).map(|rule| threshold(rule, varied, fired)));
            }
        }
        Ok(found)
    }
}

fn threshold(rule: &Rule, varied: Varied, fired: Vec<RowBits>) -> Threshold {
    let source = rule.source();
    let before = source.get(..varied.place.start).unwrap_or_default();
    let from = before.rfind('\n').map_or(0, |end| end + 1);
    let line = source.get(from..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let steps =
        varied.numbers.into_iter().zip(fired).map(|(written, fired)| ThresholdStep { written, fired });
    Threshold {
        rule: rule.head().id.clone(),
        line: line.trim().to_owned(),
        written: source.get(varied.place).unwrap_or_default().to_owned(),
        steps: steps.collect(),
    }
}

/// Returns the numbers that a script writes, zero aside: what its facts are compared with, and what it counts by.
pub fn numbers_in(script: &str) -> Vec<f64> {
    let places = numbers_of(script).into_iter().filter_map(|(place, _)| script.get(place));
    places.filter_map(|written| written.replace('_', "").parse().ok()).collect()
}

/// Finds the numbers of a script outside texts and comments, each with those to try, itself among them.
fn numbers_of(source: &str) -> Vec<(Range<usize>, Vec<String>)> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        at = match byte {
            b'/' if rest.starts_with(b"/*") => skip(bytes, at + 2, b"*/"),
            b'/' if rest.starts_with(b"//") => skip(bytes, at + 2, b"\n"),
            b'"' | b'`' => skip_text(bytes, at + 1, *byte),
            b'0'..=b'9' => {
                let end = number_end(bytes, at);
                let written = source.get(at..end).unwrap_or_default();
                found.extend(around(written).map(|numbers| (at..end, numbers)));
                end
            }
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => {
                let is_name = |byte: &u8| *byte == b'_' || byte.is_ascii_alphanumeric();
                at + rest.iter().take_while(|byte| is_name(byte)).count()
            }
            _ => at + 1,
        };
    }
    found
}

fn skip(bytes: &[u8], from: usize, end: &[u8]) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let place = rest.windows(end.len()).position(|window| window == end);
    place.map_or(bytes.len(), |place| from + place + end.len())
}

/// Skips a text; what `${…}` says in it is evidence and decides nothing.
fn skip_text(bytes: &[u8], from: usize, quote: u8) -> usize {
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            byte if *byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn number_end(bytes: &[u8], from: usize) -> usize {
    let digits = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'_').count()
    };
    let whole = digits(from);
    let is_decimal = bytes.get(whole) == Some(&b'.') && bytes.get(whole + 1).is_some_and(u8::is_ascii_digit);
    if is_decimal { digits(whole + 1) } else { whole }
}

/// Returns numbers to try, rising; none where there are none but itself.
fn around(written: &str) -> Option<Vec<String>> {
    let plain = written.replace('_', "");
    if let Ok(whole) = plain.parse::<i64>() {
        let mut numbers = match whole {
            0..SMALL => vec![whole.saturating_sub(1).max(0), whole, whole + 1, 2 * whole],
            _ => vec![
                whole / 2,
                whole - whole / 4,
                whole,
                whole.checked_add(whole / 2)?,
                whole.checked_mul(2)?,
            ],
        };
        numbers.sort_unstable();
        numbers.dedup();
        return Some(numbers.iter().map(ToString::to_string).collect());
    }
    let number = plain.parse::<f64>().ok().filter(|number| *number != 0.0)?;
    let times = |factor: f64| {
        // As many digits as people write: 0.05 × 1.5 is 0.075 and not 0.07500000000000001.
        let scaled: f64 = format!("{:.6}", number * factor).parse().unwrap_or(number * factor);
        format!("{scaled:?}")
    };
    Some(FACTORS.map(times).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_outside_texts_names_and_comments() {
        let source = "/* points = 8 */ // 7\nif area_3y > max(20.0, x) && n in 0..3 { `${n + 4}` != \"5\\\"6\" } else { n >= 1_000 }";
        let found: Vec<&str> = numbers_of(source).into_iter().map(|(place, _)| &source[place]).collect();
        assert_eq!(found, ["20.0", "0", "3", "1_000"]);
        assert_eq!(numbers_in(source), [20.0, 0.0, 3.0, 1_000.0]);
    }

    #[test]
    fn numbers_around_rise_and_keep_their_type() {
        assert_eq!(around("20.0").unwrap(), ["10.0", "15.0", "20.0", "30.0", "40.0"]);
        assert_eq!(around("0.05").unwrap(), ["0.025", "0.0375", "0.05", "0.075", "0.1"]);
        assert_eq!(around("1").unwrap(), ["0", "1", "2"]);
        assert_eq!(around("90").unwrap(), ["45", "68", "90", "135", "180"]);
        assert_eq!(around("0.0"), None);
    }
}
