//! The rules of a pack and random tables for them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dozor_domain::{FieldDefinition, PackManifest, Value, ValueType};
use dozor_facts::{FactCatalogue, FactsTable, SourceSchema};
use dozor_rules::RuleSet;
use dozor_script::Names;

fn folder(pack: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs").join(pack)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn schema(text: &str) -> (String, SourceSchema) {
    let table: toml::Table = toml::from_str(text).unwrap();
    let fields = table.get("fields").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let fields = fields.into_iter().map(|field| FieldDefinition {
        name: field["name"].as_str().unwrap().to_owned(),
        value_type: field["type"].clone().try_into().unwrap(),
    });
    let subject = table["subject"].clone().try_into().unwrap();
    (table["name"].as_str().unwrap().to_owned(), SourceSchema { subject, fields: fields.collect() })
}

fn files(folder: &Path, name: &str) -> BTreeMap<String, String> {
    std::fs::read_dir(folder.join(name))
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .map(|path| (format!("{name}/{}", path.file_name().unwrap().to_str().unwrap()), read(&path)))
        .collect()
}

/// Reads the rules of a pack, and the names of its facts.
pub(crate) fn rules(name: &str) -> (RuleSet, Names) {
    let folder = folder(name);
    let manifest = PackManifest::parse(&read(&folder.join("pack.toml"))).unwrap();
    let sources = files(&folder, "sources").values().map(|text| schema(text)).collect();
    let (text, tables) = (read(&folder.join("facts.toml")), files(&folder, "tables"));
    let catalogue = FactCatalogue::parse_with_tables(&text, &tables, &sources, &manifest).unwrap();
    let names = catalogue.names();
    (RuleSet::parse(&files(&folder, "rules"), &names, &manifest).unwrap(), names)
}

/// Is a stream of numbers from a seed (SplitMix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let place = usize::try_from(self.next() % items.len() as u64).unwrap();
        &items[place]
    }
}

const KINDS: [&str; 6] = ["parcel", "building", "premises", "nto", "fence", "establishment"];

/// Makes a table in which every fact stands around the thresholds of rules; one cell in ten is missing.
pub(crate) fn table(names: &Names, rows: usize, seed: u64) -> FactsTable {
    let mut chance = Chance(seed);
    let columns: Vec<(&str, ValueType)> = names.iter().collect();
    let rows: Vec<Vec<Option<Value>>> = (0..rows)
        .map(|_| columns.iter().map(|(name, value_type)| value(&mut chance, name, *value_type)).collect())
        .collect();
    FactsTable::from_rows(&columns, &rows).unwrap()
}

fn value(chance: &mut Chance, name: &str, value_type: ValueType) -> Option<Value> {
    if chance.next().is_multiple_of(10) {
        return None;
    }
    Some(match value_type {
        ValueType::Boolean => Value::Boolean(chance.next().is_multiple_of(4)),
        ValueType::Integer => Value::Integer(*chance.pick(&[0, 0, 1, 2, 3, 5, 10, 91, 400, 800, -3])),
        ValueType::Float => Value::Float(*chance.pick(&[
            0.0,
            0.0,
            0.04,
            0.06,
            0.5,
            2.6,
            10.5,
            20.0,
            21.0,
            90.0,
            900.0,
            f64::NAN,
        ])),
        ValueType::Text if name == "object_kind" => Value::Text((*chance.pick(&KINDS)).to_owned()),
        ValueType::Text => Value::Text((*chance.pick(&["a", "b", ""])).to_owned()),
        ValueType::Codes => Value::Codes(vec!["2.1".to_owned()]),
        ValueType::Date | ValueType::Instant => return None,
    })
}
