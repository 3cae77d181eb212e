//! A seeded portfolio: for every fact that the rules read a column whose values stand around their thresholds.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use dozor_domain::ValueType;
use dozor_facts::{FactColumn, FactsTable};
use dozor_rules::RuleSet;
use dozor_script::Names;

use crate::Failed;

pub(crate) const KINDS: [&str; 5] = ["parcel", "building", "premises", "nto", "fence"];

/// Is a stream of numbers from a seed (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// Makes the table. One cell in twenty is missing; true in one of ten, numbers mostly small.
/// `more` facts stand there beside those that the rules read.
pub(crate) fn table(
    rules: &RuleSet,
    names: &Names,
    (objects, seed): (usize, u64),
    more: &[String],
) -> Result<FactsTable, Failed> {
    let mut facts: BTreeSet<&str> = BTreeSet::from(["object_kind"]);
    facts.extend(more.iter().map(String::as_str));
    facts.extend(rules.rules().iter().flat_map(|rule| rule.program().reads()).map(String::as_str));
    let mut columns = Vec::new();
    for (place, fact) in facts.into_iter().enumerate() {
        let mut chance = Chance(seed.wrapping_add(place as u64 * 1_000_003));
        let value_type = names.get(fact).ok_or("a fact that the catalogue does not know")?;
        columns.push((
            FactColumn { code: fact.to_owned(), value_type },
            column(&mut chance, value_type, objects),
        ));
    }
    Ok(FactsTable::from_arrays(columns)?)
}

fn column(chance: &mut Chance, value_type: ValueType, objects: usize) -> ArrayRef {
    let rows = 0..objects;
    match value_type {
        ValueType::Boolean => {
            Arc::new(rows.map(|_| known(chance, |chance| chance.below(10) == 0)).collect::<BooleanArray>())
        }
        ValueType::Integer | ValueType::Date | ValueType::Instant => {
            let value =
                |chance: &mut Chance| chance.below(120).saturating_sub(chance.below(120)).cast_signed();
            Arc::new(rows.map(|_| known(chance, value)).collect::<Int64Array>())
        }
        ValueType::Float => {
            let value = |chance: &mut Chance| {
                chance.below(40_000).saturating_sub(chance.below(50_000)) as f64 / 400.0
            };
            Arc::new(rows.map(|_| known(chance, value)).collect::<Float64Array>())
        }
        ValueType::Text | ValueType::Codes => {
            Arc::new(rows.map(|_| KINDS.get(chance.below(5) as usize).copied()).collect::<StringArray>())
        }
    }
}

fn known<T>(chance: &mut Chance, value: impl Fn(&mut Chance) -> T) -> Option<T> {
    let is_missing = chance.below(20) == 0;
    let value = value(chance);
    (!is_missing).then_some(value)
}
