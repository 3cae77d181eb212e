//! All stored versions of the records of one source, and which of them count at an instant.

use std::ops::Range;
use std::sync::Arc;

use super::data::ColumnData;
use crate::{FieldDefinition, RecordId, ValidGeometry, Value};

/// Stands in `RecordColumns::objects` for a record that belongs to no object (places, territories, unmatched).
pub const NO_OBJECT: u32 = u32::MAX;
/// Stands for "undated" in `happened_at` and for "never" in `ended_at`.
pub const NO_TIME: i64 = i64::MIN;

/// Holds all stored versions of the records of one source.
#[derive(Clone, Debug, Default)]
pub struct RecordColumns {
    /// Name of the source.
    pub source: String,
    /// Declared fields, in the order of `fields`.
    pub schema: Vec<FieldDefinition>,
    /// Ids, one a row.
    pub ids: Vec<RecordId>,
    /// Index into [`crate::ObjectColumns`], or [`NO_OBJECT`].
    pub objects: Vec<u32>,
    /// Microseconds, or [`NO_TIME`].
    pub happened_at: Vec<i64>,
    /// Microseconds.
    pub known_at: Vec<i64>,
    /// Microseconds, or [`NO_TIME`] when it has not ended.
    pub ended_at: Vec<i64>,
    /// Commit order.
    pub seq: Vec<i64>,
    /// Row of the next newer version of the same key, or `u32::MAX`. A row is *current* at an instant when it
    /// is visible there and no row of its chain of newer versions is.
    pub next_version: Vec<u32>,
    /// Latitude in degrees; NaN = none.
    pub lat: Vec<f64>,
    /// Longitude in degrees; NaN = none.
    pub lon: Vec<f64>,
    /// Geometry of rows that have more than a point; empty when no row has.
    pub geometry: Vec<Option<Arc<ValidGeometry>>>,
    /// Mapped values, a column a field.
    pub fields: Vec<ColumnData>,
    /// Rows of each object: `offsets[i]..offsets[i + 1]` for object index `i`; rows without object come last.
    pub(super) offsets: Vec<u32>,
    /// Objects that a row without object fits equally well, as (object, row), sorted.
    pub(super) doubts: Vec<(u32, u32)>,
}

impl RecordColumns {
    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.ids.len()
    }
    /// Tells whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
    /// Returns the rows of one object, in time order.
    pub fn rows_of(&self, object: u32) -> Range<usize> {
        let at = object as usize;
        match (self.offsets.get(at), self.offsets.get(at + 1)) {
            (Some(&from), Some(&to)) => from as usize..to as usize,
            _ => 0..0,
        }
    }
    /// Returns the objects that rows without object fit equally well, as (object, row), sorted.
    pub fn doubts(&self) -> &[(u32, u32)] {
        &self.doubts
    }
    /// Returns the rows that may be an object's and are attached to none.
    pub fn rows_in_doubt(&self, object: u32) -> impl Iterator<Item = usize> + '_ {
        let from = self.doubts.partition_point(|(other, _)| *other < object);
        let own = self.doubts[from..].iter().take_while(move |(other, _)| *other == object);
        own.map(|(_, row)| *row as usize)
    }
    /// Returns the position of a field by name.
    pub fn field(&self, name: &str) -> Option<usize> {
        self.schema.iter().position(|field| field.name == name)
    }
    /// Returns what a row says in a field; none where the source has no such field or the row says nothing.
    pub fn value(&self, row: usize, field: &str) -> Option<Value> {
        let field = self.field(field)?;
        self.fields[field].get(row, self.schema[field].value_type)
    }
    /// Returns the rows that belong to an object and are current at an instant.
    pub fn current_of_objects(&self, as_of: i64, up_to_seq: i64) -> impl Iterator<Item = usize> + '_ {
        (0..self.len())
            .filter(|row| self.objects[*row] != NO_OBJECT)
            .filter(move |row| self.is_current(*row, as_of, up_to_seq))
    }
    /// Tells whether a row is visible: known by `as_of` and committed by `up_to_seq`.
    pub fn is_visible(&self, row: usize, as_of: i64, up_to_seq: i64) -> bool {
        self.known_at[row] <= as_of && self.seq[row] <= up_to_seq
    }
    /// Tells whether what a row speaks of has happened by an instant; what is undated has.
    pub fn has_happened(&self, row: usize, as_of: i64) -> bool {
        // NO_TIME lies before all instants.
        self.happened_at[row] <= as_of
    }
    /// Tells whether a row is the current version of its key at an instant, and has not ended.
    pub fn is_current(&self, row: usize, as_of: i64, up_to_seq: i64) -> bool {
        if !self.is_visible(row, as_of, up_to_seq)
            || (self.ended_at[row] != NO_TIME && self.ended_at[row] <= as_of)
        {
            return false;
        }
        let mut next = self.next_version[row];
        while next != u32::MAX {
            if self.is_visible(next as usize, as_of, up_to_seq) {
                return false;
            }
            next = self.next_version[next as usize];
        }
        true
    }
}
