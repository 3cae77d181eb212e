//! A seeded matrix with a known truth, as facts of objects: 60 numbers a row, fifteen of which matter, two only together
//! and one only above a threshold; 40 % or so are violations.

use std::collections::BTreeMap;
use std::path::Path;

use dozor_domain::{
    FieldDefinition, NO_TIME, ObjectColumns, ObjectId, ObjectRow, PackManifest, RecordColumnsBuilder,
    RecordId, RecordRow, Subject, Timestamp, Value, ValueType, Zone,
};
use dozor_facts::{FactCatalogue, FactInputs, FactKey, FactsTable, SourceSchema, compute};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::Failed;

/// Columns of the matrix.
pub(crate) const COLUMNS: usize = 60;

/// Holds rows of numbers with what is true of them.
pub(crate) struct Matrix {
    pub(crate) rows: Vec<[f64; COLUMNS]>,
    pub(crate) labels: Vec<bool>,
}

impl Matrix {
    /// Draws rows from a seed.
    pub(crate) fn draw(rows: usize, seed: u64) -> Self {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let mut matrix = Self { rows: Vec::new(), labels: Vec::new() };
        for _ in 0..rows {
            let mut row = [0.0; COLUMNS];
            for (at, value) in row.iter_mut().enumerate() {
                // Twelve uniform numbers less six are near enough to normal; every third column has a long tail.
                let normal = (0..12).map(|_| chance.random::<f64>()).sum::<f64>() - 6.0;
                *value = if at % 3 == 0 { f64::exp(normal) } else { normal };
            }
            let line: f64 = (0..12).map(|at| row[at * 2] * [0.30, -0.22, 0.15][at % 3]).sum();
            let together = if row[31] > 0.5 && row[32] > 0.0 { 0.9 } else { 0.0 };
            let above = if row[40] > 1.0 { 1.1 } else { 0.0 };
            let log_odds = line + together + above - 2.7;
            matrix.labels.push(chance.random_bool(1.0 / (1.0 + f64::exp(-log_odds))));
            matrix.rows.push(row);
        }
        matrix
    }

    /// Writes rows and labels as little-endian numbers.
    pub(crate) fn write(&self, folder: &Path, name: &str) -> Result<(), Failed> {
        let bytes: Vec<u8> = self.rows.iter().flatten().flat_map(|value| value.to_le_bytes()).collect();
        std::fs::write(folder.join(format!("{name}.f64")), bytes)?;
        let labels: Vec<u8> = self.labels.iter().map(|label| u8::from(*label)).collect();
        std::fs::write(folder.join(format!("{name}.labels")), labels)?;
        Ok(())
    }

    /// Makes facts of the rows, `times` over: object `i` has row `i` modulo their number, on a second of its own.
    pub(crate) fn facts(
        &self,
        catalogue: &FactCatalogue,
        times: usize,
    ) -> Result<(FactsTable, Vec<bool>), Failed> {
        let count = self.rows.len() * times;
        let objects = ObjectColumns::new((0..count).map(object).collect());
        let mut builder = RecordColumnsBuilder::new("register", schema(), count);
        let mut labels = Vec::with_capacity(count);
        let mut keys = Vec::with_capacity(count);
        for (at, row) in objects.rows().iter().enumerate() {
            let own: usize = row.key.parse()?;
            let of_row = own % self.rows.len();
            labels.push(self.labels[of_row]);
            let index = u32::try_from(at)?;
            // Rows of one second are one delivery: the order of objects in time is that of their numbers.
            keys.push(FactKey {
                object: index,
                as_of: Timestamp::from_micros(1_000_000 * i64::try_from(own)?),
            });
            builder.push(
                record(&row.key, index),
                self.rows[of_row].iter().map(|value| Some(Value::Float(*value))),
            );
        }
        let records = BTreeMap::from([("register".to_owned(), builder.finish())]);
        let zone = Zone::new("UTC").ok_or("there is no UTC")?;
        let inputs = FactInputs { objects: &objects, records: &records, zone: &zone };
        Ok((compute(catalogue, &inputs, &keys, 1)?, labels))
    }
}

/// Returns the catalogue of the 60 facts.
pub(crate) fn catalogue(manifest: &PackManifest) -> Result<FactCatalogue, Failed> {
    let fact = |at: usize| {
        format!(
            "[[facts]]\ncode = \"x{at}\"\ntitle = {{ ru = \"x\", en = \"x\" }}\nkind = \"attribute\"\nsource = \
             \"register\"\nfield = \"x{at}\"\nuse = \"M\"\nrisk = \"neither\"\n"
        )
    };
    let text: String = (0..COLUMNS).map(fact).collect();
    let schemas = BTreeMap::from([(
        "register".to_owned(),
        SourceSchema { subject: Subject::Object, fields: schema() },
    )]);
    Ok(FactCatalogue::parse(&text, &schemas, manifest)?)
}

fn schema() -> Vec<FieldDefinition> {
    let field = |at| FieldDefinition { name: format!("x{at}"), value_type: ValueType::Float };
    (0..COLUMNS).map(field).collect()
}

fn object(at: usize) -> ObjectRow {
    let key = at.to_string();
    ObjectRow {
        id: ObjectId::derive("speed", "register", &key),
        key,
        source: "register".to_owned(),
        kind: "thing".to_owned(),
        title: String::new(),
        parent: None,
        territory: None,
        position: None,
        geometry: None,
        known_at: 0,
        seq: 1,
        ended_at: dozor_domain::NO_TIME,
    }
}

fn record(key: &str, object: u32) -> RecordRow<'_> {
    RecordRow {
        id: RecordId::derive("speed", "register", key, 1, &[0; 32]),
        external_id: key,
        version: 1,
        preference: 0,
        content_hash: [0; 32],
        object,
        happened_at: 0,
        known_at: 0,
        ended_at: NO_TIME,
        seq: 1,
        position: None,
        geometry: None,
    }
}
