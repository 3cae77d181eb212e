//! What commits after a table changed: rows that came, and rows of which a newer version came.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{NO_OBJECT, NO_TIME, Position, RecordColumns, ValidGeometry};
use rayon::prelude::*;

use crate::source_index::{SourceIndex, Sources};

/// Rows that one thread takes at a time.
const CHUNK: usize = 65_536;

/// Holds what changed in one source between two commits.
#[derive(Debug)]
pub(crate) struct Change {
    /// Rows that may count now and did not, or no longer count.
    pub(crate) rows: Vec<u32>,
    /// Their objects.
    pub(crate) objects: BTreeSet<u32>,
    /// No table of an earlier instant sees anything of it.
    pub(crate) from: i64,
    /// Until when the source had not delivered before; from `from` on it has now.
    undelivered_until: i64,
}

impl Change {
    /// Finds the changes of a source after the commit `seen`; `None` where there is none.
    fn of(index: &SourceIndex<'_>, (seen, up_to_seq): (i64, i64)) -> Option<Self> {
        let columns = index.columns;
        let is_new = |row: usize| columns.seq[row] > seen && columns.seq[row] <= up_to_seq;
        let changed = |row: &u32| {
            let row = *row as usize;
            // The end of a record bears no commit: whether it is new cannot be told.
            is_new(row) || columns.ended_at[row] != NO_TIME || versions_after(columns, row).any(is_new)
        };
        let all = 0..u32::try_from(columns.len()).unwrap_or(u32::MAX);
        let rows: Vec<u32> = all.into_par_iter().with_min_len(CHUNK).filter(changed).collect();
        if rows.is_empty() {
            return None;
        }
        let known = |row: &u32| {
            let row = *row as usize;
            let newer = versions_after(columns, row).filter(|newer| is_new(*newer));
            newer.chain([row]).map(|row| columns.known_at[row]).min().unwrap_or(i64::MIN)
        };
        let seen_rows = (0..columns.len()).filter(|row| columns.seq[*row] <= seen);
        let in_doubt = columns.doubts().iter().filter(|(_, row)| rows.binary_search(row).is_ok());
        let owners = rows.iter().map(|row| columns.objects[*row as usize]);
        Some(Self {
            objects: owners.chain(in_doubt.map(|(object, _)| *object)).collect(),
            from: rows.iter().map(known).min().unwrap_or(i64::MIN),
            undelivered_until: seen_rows.map(|row| columns.known_at[row]).min().unwrap_or(i64::MAX),
            rows,
        })
    }

    /// Tells whether the source had not delivered by an instant before, and has now.
    pub(crate) fn delivers(&self, as_of: i64) -> bool {
        as_of >= self.from && as_of < self.undelivered_until
    }
}

fn versions_after(columns: &RecordColumns, row: usize) -> impl Iterator<Item = usize> + '_ {
    let next = |row: usize| match columns.next_version[row] {
        u32::MAX => None,
        next => Some(next as usize),
    };
    std::iter::successors(next(row), move |row| next(*row))
}

/// Finds the changes of all sources after the commit `seen`.
pub(crate) fn changes<'a>(sources: &Sources<'a>, seen: i64, up_to_seq: i64) -> BTreeMap<&'a str, Change> {
    let change = |(name, index): (&&'a str, &std::sync::Arc<SourceIndex<'a>>)| {
        Change::of(index, (seen, up_to_seq)).map(|change| (*name, change))
    };
    sources.iter().filter_map(change).collect()
}

/// Returns where a row is: its point, or the middle of its shape.
pub(crate) fn place_of(columns: &RecordColumns, row: usize) -> Option<Position> {
    let point = Position { lat: columns.lat[row], lon: columns.lon[row] };
    if point.lat.is_finite() && point.lon.is_finite() {
        return Some(point);
    }
    columns.geometry.get(row).and_then(Option::as_deref).map(ValidGeometry::centre)
}

/// Returns every place at which the records of a source may have been looked for, of the objects in `owners` or of
/// rows without an object: where their registers ever put them.
pub(crate) fn places_of_owners(
    columns: &RecordColumns,
    rows: &[u32],
    register_rows: impl Fn(u32) -> Vec<Position>,
) -> Vec<Position> {
    let owners: BTreeSet<u32> = rows.iter().map(|row| columns.objects[*row as usize]).collect();
    let own = rows.iter().filter(|row| columns.objects[**row as usize] == NO_OBJECT);
    let own = own.filter_map(|row| place_of(columns, *row as usize));
    own.chain(owners.into_iter().filter(|owner| *owner != NO_OBJECT).flat_map(register_rows)).collect()
}
