//! Where an object is and what shape it has, as its register said at the instant.

use dozor_domain::{NO_OBJECT, ObjectColumns, Position, ValidGeometry};

use crate::changes::place_of;
use crate::records::Moment;
use crate::source_index::Sources;

/// Is the place of one object at one instant.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Home<'a> {
    pub(crate) position: Option<Position>,
    pub(crate) shape: Option<&'a ValidGeometry>,
}

/// Knows where every object is at every instant.
#[derive(Clone, Debug)]
pub(crate) struct Homes<'a> {
    pub(crate) objects: &'a ObjectColumns,
    sources: Sources<'a>,
    up_to_seq: i64,
}

impl<'a> Homes<'a> {
    pub(crate) fn new(objects: &'a ObjectColumns, sources: &Sources<'a>, up_to_seq: i64) -> Self {
        Self { objects, sources: sources.clone(), up_to_seq }
    }

    /// Finds an object's place: the current record of its own register, or the object's row where that register's
    /// records are not at hand. An object that its register did not hold yet is nowhere.
    pub(crate) fn at(&self, object: u32, moment: Moment) -> Home<'a> {
        let Some(row) = self.objects.rows().get(object as usize) else { return Home::default() };
        let Some(index) = self.sources.get(row.source.as_str()) else {
            return Home { position: row.position, shape: row.geometry.as_deref() };
        };
        let columns = index.columns;
        let mut rows = columns.rows_of(object).rev();
        let current = rows.find(|&at| columns.is_current(at, moment.as_of, self.up_to_seq));
        let Some(at) = current else { return Home::default() };
        let shape = columns.geometry.get(at).and_then(Option::as_deref);
        Home { position: place_of(columns, at), shape }
    }

    /// Tells whether the records of a register are at hand.
    pub(crate) fn has_register(&self, source: &str) -> bool {
        self.sources.contains_key(source)
    }

    /// Tells whether a source holds objects.
    pub(crate) fn is_register(&self, source: &str) -> bool {
        self.objects.rows().iter().any(|row| row.source == source)
    }

    /// Returns every place that an object ever had.
    pub(crate) fn ever(&self, object: u32) -> Vec<Position> {
        let Some(row) = self.objects.rows().get(object as usize) else { return Vec::new() };
        match self.sources.get(row.source.as_str()) {
            Some(index) => {
                let columns = index.columns;
                columns.rows_of(object).filter_map(|row| place_of(columns, row)).collect()
            }
            None => row.position.into_iter().collect(),
        }
    }

    /// Tells whether one object is the other, holds it, or lies in it: then they are no neighbours.
    pub(crate) fn are_one(&self, object: u32, other: u32) -> bool {
        other != NO_OBJECT
            && (object == other
                || self.objects.parent_of(object) == other
                || self.objects.parent_of(other) == object)
    }
}
