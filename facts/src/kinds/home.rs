//! Where an object is and what shape it has, as its register said at the instant.

use dozor_domain::{ObjectColumns, Position, ValidGeometry};

use crate::records::Moment;
use crate::source_index::Sources;

/// Is the place of one object at one instant.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Home<'a> {
    pub(crate) position: Option<Position>,
    pub(crate) shape: Option<&'a ValidGeometry>,
}

/// Finds an object's place: the current record of its own register, or the object's row where that register's
/// records are not at hand. An object that its register did not hold yet is nowhere.
pub(crate) fn home<'a>(
    objects: &'a ObjectColumns,
    sources: &Sources<'a>,
    (object, moment): (u32, Moment),
    up_to_seq: i64,
) -> Home<'a> {
    let Some(row) = objects.rows().get(object as usize) else { return Home::default() };
    let Some(index) = sources.get(row.source.as_str()) else {
        return Home { position: row.position, shape: row.geometry.as_deref() };
    };
    let columns = index.columns;
    let current = columns.rows_of(object).rev().find(|&at| columns.is_current(at, moment.as_of, up_to_seq));
    let Some(at) = current else { return Home::default() };
    let shape = columns.geometry.get(at).and_then(Option::as_deref);
    let point = Position { lat: columns.lat[at], lon: columns.lon[at] };
    let position = if point.lat.is_finite() && point.lon.is_finite() {
        Some(point)
    } else {
        shape.map(ValidGeometry::centre)
    };
    Home { position, shape }
}
