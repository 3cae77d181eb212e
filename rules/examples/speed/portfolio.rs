//! A seeded portfolio: for every fact that the rules read a column whose values stand around their thresholds.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use dozor_domain::ValueType;
use dozor_facts::{FactColumn, FactsTable};
use dozor_rules::RuleSet;
use dozor_script::{Cell, Names};

use crate::Failed;

const KINDS: [&str; 5] = ["parcel", "building", "premises", "nto", "fence"];

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
pub(crate) fn table(rules: &RuleSet, names: &Names, objects: usize, seed: u64) -> Result<FactsTable, Failed> {
    let mut facts: BTreeSet<&str> = BTreeSet::from(["object_kind"]);
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

/// Writes the columns as other tools can read them at once: values little-endian, a byte of 0 or 1 a row for known.
pub(crate) fn write(table: &FactsTable, folder: &Path) -> Result<(), Failed> {
    std::fs::create_dir_all(folder)?;
    let mut listed = Vec::new();
    for (place, column) in table.columns().iter().enumerate() {
        let (mut values, mut known) = (Vec::new(), Vec::with_capacity(table.len()));
        for row in 0..table.len() {
            let cell = table.cell(row, place);
            known.push(u8::from(cell != Cell::Missing));
            match (column.value_type, cell) {
                (ValueType::Boolean, cell) => values.push(u8::from(cell == Cell::Boolean(true))),
                (ValueType::Float, Cell::Float(number)) => values.extend(number.to_le_bytes()),
                (_, Cell::Integer(whole)) => values.extend(whole.to_le_bytes()),
                (ValueType::Text | ValueType::Codes, cell) => {
                    let kind = KINDS.iter().position(|kind| cell == Cell::Text(kind)).unwrap_or_default();
                    values.push(u8::try_from(kind)?);
                }
                _ => values.extend([0; 8]),
            }
        }
        std::fs::write(folder.join(format!("{}.values", column.code)), values)?;
        std::fs::write(folder.join(format!("{}.known", column.code)), known)?;
        listed.push(serde_json::json!({ "code": column.code, "type": format!("{:?}", column.value_type) }));
    }
    let listed = serde_json::json!({ "rows": table.len(), "columns": listed, "kinds": KINDS });
    std::fs::write(folder.join("columns.json"), listed.to_string())?;
    Ok(())
}
