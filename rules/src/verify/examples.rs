//! Objects made up to show something of a rule: values around the numbers and texts that its script names, tried one
//! after the other until the script says what is looked for.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{Value, ValueType};
use dozor_facts::{FactCatalogue, FactHead, FactKind};
use dozor_script::{Answer, NamedRow, Node};

use crate::rule::Rule;

/// Made-up objects that are tried for one question.
const TRIES: u64 = 4_000;

/// Finds an object of which the script says what is wanted; as text, fact by fact.
pub(super) fn find(
    rule: &Rule,
    catalogue: &FactCatalogue,
    is_wanted: impl Fn(&Answer) -> bool,
) -> Option<String> {
    let ir = rule.program().ir().ok()?;
    let mut numbers = BTreeSet::from([0, 1, 10, 100, 1_000, 1_000_000]);
    let mut texts = BTreeSet::from(["-".to_owned()]);
    for node in ir.nodes() {
        match node {
            Node::Integer(whole) => {
                numbers.extend([whole.saturating_sub(1), *whole, whole.saturating_add(1)])
            }
            Node::Float(number) if number.0.abs() < 1e15 => {
                let whole = number.0.floor() as i64;
                numbers.extend([whole.saturating_sub(1), whole, whole.saturating_add(1)]);
            }
            Node::Text(text) => drop(texts.insert(text.to_string())),
            _ => {}
        }
    }
    let (numbers, texts): (Vec<i64>, Vec<String>) =
        (numbers.into_iter().collect(), texts.into_iter().collect());
    let heads: Option<Vec<&FactHead>> =
        rule.program().reads().iter().map(|fact| catalogue.head(fact)).collect();
    let heads = heads?;
    let mut runner = rule.program().runner();
    let mut chance = Chance(1);
    (0..TRIES).find_map(|_| {
        let object = object(&heads, (&numbers, &texts), &mut chance);
        let answer = runner.run(&NamedRow::new(rule.program().reads(), &object));
        is_wanted(&answer).then(|| written(&object))
    })
}

fn object(
    heads: &[&FactHead],
    (numbers, texts): (&[i64], &[String]),
    chance: &mut Chance,
) -> BTreeMap<String, Value> {
    let value = |head: &&FactHead| {
        let number = *chance.of(numbers)?;
        let value = match head.value_type {
            ValueType::Boolean => Value::Boolean(number % 2 == 0),
            ValueType::Integer | ValueType::Date | ValueType::Instant => Value::Integer(within(head, number)),
            ValueType::Float => Value::Float(decimal(head, within(head, number), chance)),
            ValueType::Text => Value::Text(chance.of(texts)?.clone()),
            ValueType::Codes => Value::Codes(vec![chance.of(texts)?.clone()]),
        };
        // One fact in sixteen is missing.
        (!chance.next().is_multiple_of(16)).then(|| (head.code.clone(), value))
    };
    heads.iter().filter_map(value).collect()
}

/// Brings a number to what the kind of fact allows.
fn within(head: &FactHead, number: i64) -> i64 {
    let is_size = matches!(
        head.kind,
        FactKind::Count
            | FactKind::DistinctCount
            | FactKind::WithinM
            | FactKind::Nearest
            | FactKind::OverlapArea
    );
    let is_bounded =
        is_size || head.definition.contains_key("at_least") || head.definition.contains_key("aggregate");
    if is_bounded { number.max(0) } else { number }
}

#[expect(clippy::cast_precision_loss, reason = "values around the numbers of a script")]
fn decimal(head: &FactHead, number: i64, chance: &mut Chance) -> f64 {
    match head.kind {
        FactKind::Share | FactKind::OverlapShare | FactKind::LearntPrecision => {
            (chance.next() % 101) as f64 / 100.0
        }
        _ => number as f64 + (chance.next() % 4) as f64 / 4.0,
    }
}

fn written(object: &BTreeMap<String, Value>) -> String {
    let one = |(fact, value): (&String, &Value)| match value {
        Value::Boolean(flag) => format!("{fact} = {flag}"),
        Value::Integer(number) => format!("{fact} = {number}"),
        Value::Float(number) => format!("{fact} = {number}"),
        Value::Text(text) => format!("{fact} = \"{text}\""),
        Value::Codes(codes) => format!("{fact} = [{}]", codes.join(", ")),
        Value::Date(day) => format!("{fact} = {day}"),
        Value::Instant(instant) => format!("{fact} = {}", instant.micros()),
    };
    object.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Is a stream of numbers, the same for every call (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(all.len()).ok().filter(|count| *count > 0)?;
        all.get(usize::try_from(self.next() % count).ok()?)
    }
}
