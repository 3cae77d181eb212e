//! Loads what a facts table is computed from: the objects and the records of every source that a fact reads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, Weak};

use dozor_domain::{FieldDefinition, ObjectColumns, RecordColumns, Timestamp};
use dozor_facts::{CatalogueReads, FactInputs, FactKey, FactsTable};
use dozor_store::{GeometryUse, LoadRecords};

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::progress::Progress;
use crate::signs::DESK_SOURCE;

/// Holds objects and records as columns, up to one commit.
#[derive(Debug)]
pub struct Loaded {
    /// All objects.
    pub objects: ObjectColumns,
    /// Records by source.
    pub records: BTreeMap<String, RecordColumns>,
    /// Last commit that was read.
    pub up_to_seq: i64,
}

/// Remembers the last load for as long as somebody works on it, so that a row of use-cases loads once.
#[derive(Debug, Default)]
pub(crate) struct HeldLoad(Mutex<Weak<Loaded>>);

impl Loaded {
    /// Returns a key for each object that was known by `as_of`, in the order of ids.
    pub fn keys_at(&self, as_of: Timestamp) -> Vec<FactKey> {
        let known = |row: &&(u32, i64, i64)| row.1 <= as_of.micros() && row.2 <= self.up_to_seq;
        let rows = self.objects.rows().iter().zip(0_u32..).map(|(row, index)| (index, row.known_at, row.seq));
        rows.collect::<Vec<_>>().iter().filter(known).map(|row| FactKey { object: row.0, as_of }).collect()
    }
}

impl Dozor {
    /// Loads objects and records for the facts of the active methodology, and of `more` sources.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(&self, more: &[&str], progress: &dyn Progress) -> Result<Arc<Loaded>, AppError> {
        let up_to_seq = self.store.last_seq().await?;
        let facts = self.methodology.catalogue.facts().iter();
        let mut names: BTreeSet<&str> =
            facts.flat_map(|fact| fact.sources.iter().map(String::as_str)).collect();
        names.extend(more);
        // Facts of the object itself (its kind, its territory) name no source.
        names.retain(|name| self.methodology.sources.contains_key(*name));
        if let Some(held) = self.held.0.lock().ok().and_then(|held| held.upgrade())
            && held.up_to_seq == up_to_seq
            && names.iter().all(|name| held.records.contains_key(*name))
        {
            return Ok(held);
        }
        progress.stage("load records", Some(names.len() as u64));
        let reads = self.methodology.catalogue.reads();
        let mut registers = self.methodology.sources.values().filter(|spec| spec.is_registry());
        // Where all registers are loaded, an object's shape is that of its register's record.
        let own_shapes = reads.homes && !registers.all(|spec| names.contains(spec.name.as_str()));
        let objects = self.store.load_objects(geometry_use(own_shapes)).await?;
        let mut records = BTreeMap::new();
        for name in names {
            let request = self.records_wanted(name, &reads, up_to_seq)?;
            records.insert(name.to_owned(), self.store.load_records(&request, &objects).await?);
            progress.advance(1);
        }
        let loaded = Arc::new(Loaded { objects, records, up_to_seq });
        if let Ok(mut held) = self.held.0.lock() {
            *held = Arc::downgrade(&loaded);
        }
        Ok(loaded)
    }

    /// Chooses what is loaded of a source: of most only what facts read; outcomes and desk decisions are read by
    /// labels and signs too, and come whole.
    fn records_wanted(
        &self,
        name: &str,
        reads: &CatalogueReads,
        up_to_seq: i64,
    ) -> Result<LoadRecords, AppError> {
        let spec = self.methodology.source(name)?;
        let outcomes = self.methodology.model.as_ref().map(|model| model.outcome.source.as_str());
        let read = reads.sources.get(name);
        let is_whole = name == DESK_SOURCE || Some(name) == outcomes;
        let wanted =
            |field: &FieldDefinition| is_whole || read.is_some_and(|read| read.fields.contains(&field.name));
        let is_register = spec.is_registry();
        let shapes = read.is_some_and(|read| read.shapes) || (is_register && reads.homes);
        Ok(LoadRecords {
            source: name.to_owned(),
            schema: spec.schema().into_iter().filter(wanted).collect(),
            geometry: geometry_use(shapes),
            up_to_seq,
        })
    }

    /// Computes facts for the given keys off the async threads.
    ///
    /// # Errors
    /// Those of the facts engine.
    pub(crate) async fn compute(
        &self,
        loaded: &Arc<Loaded>,
        keys: Vec<FactKey>,
    ) -> Result<FactsTable, AppError> {
        let (loaded, methodology) = (Arc::clone(loaded), Arc::clone(&self.methodology));
        let table = blocking("the facts", move || {
            let inputs = FactInputs {
                objects: &loaded.objects,
                records: &loaded.records,
                zone: &methodology.manifest.zone,
            };
            dozor_facts::compute(&methodology.catalogue, &inputs, &keys, loaded.up_to_seq)
        });
        Ok(table.await??)
    }
}

fn geometry_use(wanted: bool) -> GeometryUse {
    if wanted { GeometryUse::Load } else { GeometryUse::Skip }
}
