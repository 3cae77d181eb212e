//! Loads what a facts table is computed from: the objects and the records of every source that a fact reads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, Weak};

use dozor_domain::{FieldDefinition, ObjectColumns, RecordColumns, Timestamp, Zone};
use dozor_facts::{CatalogueReads, FactCatalogue, FactInputs, FactKey, FactsTable};
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
    pub(crate) fn inputs<'a>(&'a self, zone: &'a Zone) -> FactInputs<'a> {
        FactInputs { objects: &self.objects, records: &self.records, zone }
    }

    /// Returns a key for each object that was known by `as_of` and had not ended, in the order of ids.
    pub fn keys_at(&self, as_of: Timestamp) -> Vec<FactKey> {
        let rows = self.objects.rows().iter().zip(0_u32..);
        let there = rows.filter(|(row, _)| row.is_there(as_of.micros(), self.up_to_seq));
        there.map(|(_, object)| FactKey { object, as_of }).collect()
    }
}

impl Dozor {
    /// Loads objects and records for the facts of the active methodology, and of `more` sources.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(&self, more: &[&str], progress: &dyn Progress) -> Result<Arc<Loaded>, AppError> {
        let catalogue = &self.methodology.catalogue;
        let mut names = self.sources_of(catalogue);
        names.extend(more);
        names.retain(|name| self.methodology.sources.contains_key(*name));
        let up_to_seq = self.store.last_seq().await?;
        if let Some(held) = self.held(&names, up_to_seq) {
            return Ok(held);
        }
        let loaded = Arc::new(self.load_named(names, &catalogue.reads(), up_to_seq, progress).await?);
        if let Ok(mut held) = self.held.0.lock() {
            *held = Arc::downgrade(&loaded);
        }
        Ok(loaded)
    }

    /// Loads no more than the facts of a part of the methodology's catalogue read.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn load_part(
        &self,
        part: &FactCatalogue,
        progress: &dyn Progress,
    ) -> Result<Arc<Loaded>, AppError> {
        let names = self.sources_of(part);
        let up_to_seq = self.store.last_seq().await?;
        match self.held(&names, up_to_seq) {
            Some(held) => Ok(held),
            None => Ok(Arc::new(self.load_named(names, &part.reads(), up_to_seq, progress).await?)),
        }
    }

    /// Returns the sources that facts read; facts of the object itself (its kind, its territory) name none.
    fn sources_of<'a>(&self, catalogue: &'a FactCatalogue) -> BTreeSet<&'a str> {
        let mut names = catalogue.sources();
        names.retain(|name| self.methodology.sources.contains_key(*name));
        names
    }

    fn held(&self, names: &BTreeSet<&str>, up_to_seq: i64) -> Option<Arc<Loaded>> {
        let held = self.held.0.lock().ok()?.upgrade()?;
        let is_enough =
            held.up_to_seq == up_to_seq && names.iter().all(|name| held.records.contains_key(*name));
        is_enough.then_some(held)
    }

    async fn load_named(
        &self,
        names: BTreeSet<&str>,
        reads: &CatalogueReads,
        up_to_seq: i64,
        progress: &dyn Progress,
    ) -> Result<Loaded, AppError> {
        progress.stage("load records", Some(names.len() as u64));
        let mut registers = self.methodology.sources.values().filter(|spec| spec.is_registry());
        // Where all registers are loaded, an object's shape is that of its register's record.
        let own_shapes = reads.homes && !registers.all(|spec| names.contains(spec.name.as_str()));
        let objects = self.store.load_objects_at(geometry_use(own_shapes), up_to_seq).await?;
        let mut records = BTreeMap::new();
        for name in names {
            let request = self.records_wanted(name, reads, up_to_seq)?;
            records.insert(name.to_owned(), self.store.load_records(&request, &objects).await?);
            progress.advance(1);
        }
        Ok(Loaded { objects, records, up_to_seq })
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

    /// Loads all that the records of a source say, without shapes, over objects that are loaded.
    pub(crate) async fn all_fields(
        &self,
        source: &str,
        objects: &ObjectColumns,
        up_to_seq: i64,
    ) -> Result<RecordColumns, AppError> {
        let schema = self.methodology.source(source)?.schema();
        self.fields(source, schema, objects, up_to_seq).await
    }

    /// Loads some fields of a source, without shapes, over objects that are loaded.
    pub(crate) async fn some_fields(
        &self,
        source: &str,
        names: &[&str],
        objects: &ObjectColumns,
        up_to_seq: i64,
    ) -> Result<RecordColumns, AppError> {
        let mut schema = self.methodology.source(source)?.schema();
        schema.retain(|field| names.contains(&field.name.as_str()));
        self.fields(source, schema, objects, up_to_seq).await
    }

    async fn fields(
        &self,
        source: &str,
        schema: Vec<FieldDefinition>,
        objects: &ObjectColumns,
        up_to_seq: i64,
    ) -> Result<RecordColumns, AppError> {
        let (source, geometry) = (source.to_owned(), GeometryUse::Skip);
        let request = LoadRecords { source, schema, geometry, up_to_seq };
        Ok(self.store.load_records(&request, objects).await?)
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
            let inputs = loaded.inputs(&methodology.manifest.zone);
            dozor_facts::compute(&methodology.catalogue, &inputs, &keys, loaded.up_to_seq)
        });
        Ok(table.await??)
    }

    /// Computes a few facts of all objects known by `as_of`, and loads no more than they read.
    pub(crate) async fn compute_part(
        &self,
        facts: &[&str],
        as_of: Timestamp,
        progress: &dyn Progress,
    ) -> Result<(Arc<Loaded>, FactsTable), AppError> {
        let part = self.methodology.catalogue.only(facts);
        let loaded = self.load_part(&part, progress).await?;
        progress.stage("facts of the day", None);
        let methodology = Arc::clone(&self.methodology);
        let table = blocking("the facts", move || {
            let inputs = loaded.inputs(&methodology.manifest.zone);
            let table = dozor_facts::compute(&part, &inputs, &loaded.keys_at(as_of), loaded.up_to_seq);
            table.map(|table| (loaded, table))
        });
        Ok(table.await??)
    }
}

fn geometry_use(wanted: bool) -> GeometryUse {
    if wanted { GeometryUse::Load } else { GeometryUse::Skip }
}
