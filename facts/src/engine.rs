//! The engine: a catalogue tied to records, with all that is worked out once for every row. It is then asked for rows in
//! batches, so that no table of a whole city need be held.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::StringArray;
use dozor_domain::{ObjectColumns, RecordColumns, Timestamp, Zone};
use rayon::prelude::*;

use crate::catalogue::FactCatalogue;
use crate::error::FactsError;
use crate::formula::Failures;
use crate::frame::Frame;
use crate::kinds::home::Homes;
use crate::prepared::Prepared;
use crate::records::Moment;
use crate::source_index::{SourceIndex, Sources, local_day};
use crate::table::{Column, FactColumn, FactFailure, FactsTable, Keys};

/// Is what facts are computed from.
#[derive(Clone, Copy, Debug)]
pub struct FactInputs<'a> {
    /// All objects.
    pub objects: &'a ObjectColumns,
    /// Records by source; a source that is absent has never delivered.
    pub records: &'a std::collections::BTreeMap<String, RecordColumns>,
    /// The pack's zone.
    pub zone: &'a Zone,
}

/// Names one row of a table: an object, by its place in the objects, at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactKey {
    /// Place in [`ObjectColumns::rows`].
    pub object: u32,
    /// The instant; nothing known later is seen.
    pub as_of: Timestamp,
}

/// Computes all facts for all keys, from records with `known_at <= as_of` and `seq <= up_to_seq`. Who wants rows in
/// batches keeps a [`FactEngine`] instead.
///
/// # Errors
/// [`FactsError::Input`] where a key names no object, or a source's columns lack a field.
pub fn compute(
    catalogue: &FactCatalogue,
    inputs: &FactInputs<'_>,
    keys: &[FactKey],
    up_to_seq: i64,
) -> Result<FactsTable, FactsError> {
    FactEngine::new(catalogue, inputs, up_to_seq)?.compute(keys)
}

/// Is a catalogue tied to records: conditions answered, days worked out, places in grids and trees. Asking it for rows
/// costs what those rows cost and nothing more; all threads may ask at once.
#[derive(Debug)]
pub struct FactEngine<'a> {
    pub(crate) catalogue: &'a FactCatalogue,
    pub(crate) zone: &'a Zone,
    pub(crate) up_to_seq: i64,
    pub(crate) sources: Sources<'a>,
    pub(crate) homes: Homes<'a>,
    /// One for each fact, in the order of columns, with the conditions that failed on records.
    pub(crate) prepared: Vec<(Prepared<'a>, Failures)>,
}

impl<'a> FactEngine<'a> {
    /// Ties a catalogue to the records that were committed up to `up_to_seq`.
    ///
    /// # Errors
    /// [`FactsError::Input`] where a source's columns lack a field.
    pub fn new(
        catalogue: &'a FactCatalogue,
        inputs: &FactInputs<'a>,
        up_to_seq: i64,
    ) -> Result<Self, FactsError> {
        let sources = index_sources(catalogue, inputs, up_to_seq);
        let homes = Homes::new(inputs.objects, &sources, up_to_seq);
        let prepare = |fact| Prepared::new(fact, (&sources, &homes), up_to_seq);
        let prepared = catalogue.plans().iter().map(prepare).collect::<Result<_, _>>()?;
        Ok(Self { catalogue, zone: inputs.zone, up_to_seq, sources, homes, prepared })
    }

    /// Computes all facts for some keys; row `i` is that of `keys[i]`. The rows of batches laid end to end are those
    /// of one call for all keys, to the byte.
    ///
    /// # Errors
    /// [`FactsError::Input`] where a key names no object, or an instant outside the calendar.
    pub fn compute(&self, keys: &[FactKey]) -> Result<FactsTable, FactsError> {
        let table_keys = table_keys(self.homes.objects, keys)?;
        let frame = Frame::new(self, keys)?;
        let mut columns: Vec<(FactColumn, Column)> = Vec::with_capacity(self.prepared.len());
        let mut failures = Vec::new();
        for (fact, (prepared, before)) in self.catalogue.plans().iter().zip(&self.prepared) {
            let (data, failed) = frame.column(fact, prepared, &columns)?;
            let mut all = before.clone();
            all.append(failed);
            failures.extend(FactFailure::of(fact, all));
            columns
                .push((FactColumn { code: fact.head.code.clone(), value_type: fact.head.value_type }, data));
        }
        Ok(FactsTable::new(table_keys, columns, (self.up_to_seq, self.catalogue.hash()), failures))
    }
}

/// Returns the records at hand by source, and empty ones for the sources that the catalogue reads and that are not.
pub(crate) fn present_sources<'a>(
    catalogue: &'a FactCatalogue,
    inputs: &FactInputs<'a>,
) -> impl Iterator<Item = (&'a str, &'a RecordColumns)> {
    let records = inputs.records;
    let absent = catalogue.empty_sources().iter().filter(|(name, _)| !records.contains_key(*name));
    records.iter().chain(absent).map(|(name, columns)| (name.as_str(), columns))
}

/// Prepares every source that the catalogue or an object's place needs.
fn index_sources<'a>(catalogue: &'a FactCatalogue, inputs: &FactInputs<'a>, up_to_seq: i64) -> Sources<'a> {
    let registers: BTreeSet<&str> = inputs.objects.rows().iter().map(|row| row.source.as_str()).collect();
    let read = catalogue.sources();
    let needed: Vec<(&str, &RecordColumns)> = present_sources(catalogue, inputs)
        .filter(|(name, _)| read.contains(name) || registers.contains(name))
        .collect();
    needed
        .into_par_iter()
        .map(|(name, columns)| (name, Arc::new(SourceIndex::new(columns, inputs.zone, up_to_seq))))
        .collect()
}

/// Looks up the ids and names of keys.
pub(crate) fn table_keys(objects: &ObjectColumns, keys: &[FactKey]) -> Result<Keys, FactsError> {
    let row = |key: &FactKey| {
        objects.rows().get(key.object as usize).ok_or_else(|| FactsError::Input {
            problem: format!("a key names the object at place {} of {}", key.object, objects.len()),
        })
    };
    let rows = keys.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    Ok(Keys {
        ids: rows.iter().map(|row| row.id).collect(),
        names: StringArray::from_iter_values(rows.iter().map(|row| row.key.as_str())),
        as_of: keys.iter().map(|key| key.as_of.micros()).collect(),
    })
}

/// Returns the instant with its local day.
pub(crate) fn moment(zone: &Zone, as_of: i64) -> Result<Moment, FactsError> {
    local_day(zone, as_of).map(|today| Moment { as_of, today }).ok_or_else(|| FactsError::Input {
        problem: format!("the instant {as_of} µs lies outside the calendar"),
    })
}
