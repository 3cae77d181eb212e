//! A table brought up to a later commit: only the cells that the new records touch are computed again, and the table
//! equals to the byte the one that is computed from nothing.

use std::collections::BTreeMap;

use dozor_domain::ObjectId;

use crate::changes::changes;
use crate::engine::{FactEngine, FactKey, table_keys};
use crate::error::FactsError;
use crate::frame::Frame;
use crate::plan::{Fact, Plan};
use crate::table::{Column, FactColumn, FactFailure, FactsTable};
use crate::touched::{Case, Touched};

/// Is a table after an update.
#[derive(Clone, Debug)]
pub struct Updated {
    /// The table; its failures are those of the cells that were computed again, and of conditions on all records.
    pub table: FactsTable,
    /// Number of cells that were computed again, of rows times facts.
    pub computed: u64,
}

impl FactEngine<'_> {
    /// Computes the rows of `keys` from a table of an earlier commit by the same catalogue. Rows that the table does
    /// not hold are computed whole. The links between objects (which lies in which) are taken as they are at hand: a
    /// parcel that lost a building keeps its old cells until one of its records changes.
    ///
    /// # Errors
    /// [`FactsError::Input`] where the table is of another catalogue or a later commit, or as [`FactEngine::compute`].
    pub fn update(&self, before: &FactsTable, keys: &[FactKey]) -> Result<Updated, FactsError> {
        if before.catalogue_hash() != self.catalogue.hash() || before.up_to_seq() > self.up_to_seq {
            let problem = "the table to be updated is of another catalogue or a later commit".to_owned();
            return Err(FactsError::Input { problem });
        }
        let new_keys = table_keys(self.homes.objects, keys)?;
        let old_rows = old_rows(before, keys, &new_keys.ids);
        let frame = Frame::new(self, keys)?;
        let cases: Vec<Case<'_>> = frame
            .cases()
            .zip(&old_rows)
            .map(|((object, moment, home), row)| (object, moment, home, *row))
            .collect();
        let touched =
            Touched { engine: self, changes: changes(&self.sources, before.up_to_seq(), self.up_to_seq) };
        let mut columns: Vec<(FactColumn, Column)> = Vec::with_capacity(self.prepared.len());
        let mut marks: Vec<Vec<bool>> = Vec::with_capacity(self.prepared.len());
        let (mut failures, mut computed) = (Vec::new(), 0);
        for (at, (fact, (prepared, conditions))) in
            self.catalogue.plans().iter().zip(&self.prepared).enumerate()
        {
            let again = match reads(fact) {
                Some(read) => union(&read, &marks, &old_rows),
                None => touched.cases((fact, prepared), &cases, (before, at)),
            };
            let rows: Vec<usize> = (0..keys.len()).filter(|row| again[*row]).collect();
            computed += rows.len() as u64;
            let part = frame.part(&rows);
            let read = reads(fact).map(|read| picked(&columns, &read, &rows)).transpose()?;
            let (new, failed) = part.column(fact, prepared, read.as_deref().unwrap_or(&columns))?;
            let mut all = conditions.clone();
            all.append(failed);
            failures.extend(FactFailure::of(fact, all));
            let old = before.data(at).ok_or_else(|| FactsError::Input {
                problem: format!("the table to be updated lacks «{}»", fact.head.code),
            })?;
            let merged = merge((old, &old_rows), (&new, &rows), keys.len())?;
            columns.push((
                FactColumn { code: fact.head.code.clone(), value_type: fact.head.value_type },
                merged,
            ));
            marks.push(again);
        }
        let table = FactsTable::new(new_keys, columns, (self.up_to_seq, self.catalogue.hash()), failures);
        Ok(Updated { table, computed })
    }
}

/// Finds each key's row in the table before.
fn old_rows(before: &FactsTable, keys: &[FactKey], ids: &[ObjectId]) -> Vec<Option<usize>> {
    let is_at = |row: usize, at: usize| {
        row < before.len() && before.object_id(row) == ids[at] && before.as_of(row) == keys[at].as_of
    };
    if (0..keys.len()).all(|at| is_at(at, at)) {
        return (0..keys.len()).map(Some).collect();
    }
    let places: BTreeMap<(ObjectId, i64), usize> =
        (0..before.len()).map(|row| ((before.object_id(row), before.as_of(row).micros()), row)).collect();
    let place = |(id, key): (&ObjectId, &FactKey)| places.get(&(*id, key.as_of.micros())).copied();
    ids.iter().zip(keys).map(place).collect()
}

/// Returns the columns that a fact over columns reads; `None` where it reads records or the object.
fn reads(fact: &Fact) -> Option<Vec<usize>> {
    match &fact.plan {
        Plan::Ratio { numerator, denominator } => Some(vec![*numerator, *denominator]),
        Plan::Expression { columns, .. } => Some(columns.clone()),
        Plan::Lookup { rows, column, .. } => Some(rows.iter().copied().chain([*column]).collect()),
        Plan::Object(_)
        | Plan::PerObject { .. }
        | Plan::Near { .. }
        | Plan::Neighbours { .. }
        | Plan::Precision { .. }
        | Plan::Layers { .. } => None,
    }
}

fn union(read: &[usize], marks: &[Vec<bool>], old_rows: &[Option<usize>]) -> Vec<bool> {
    let is_touched = |row: usize| read.iter().any(|at| marks.get(*at).is_none_or(|marks| marks[row]));
    old_rows.iter().enumerate().map(|(row, old)| old.is_none() || is_touched(row)).collect()
}

/// Takes rows of the columns that are read; the others are not looked at and stay empty.
fn picked(
    columns: &[(FactColumn, Column)],
    read: &[usize],
    rows: &[usize],
) -> Result<Vec<(FactColumn, Column)>, FactsError> {
    let one = |(at, (head, column)): (usize, &(FactColumn, Column))| {
        let picked = if read.contains(&at) { column.take(rows)? } else { column.slice(0, 0) };
        Ok((head.clone(), picked))
    };
    columns.iter().enumerate().map(one).collect()
}

/// Puts new cells among old ones.
fn merge(
    (old, old_rows): (&Column, &[Option<usize>]),
    (new, rows): (&Column, &[usize]),
    length: usize,
) -> Result<Column, FactsError> {
    let mut places: Vec<(usize, usize)> = old_rows.iter().map(|row| (0, row.unwrap_or_default())).collect();
    rows.iter().enumerate().for_each(|(at, row)| places[*row] = (1, at));
    let is_as_before = rows.is_empty() && places.iter().enumerate().all(|(at, place)| place.1 == at);
    if is_as_before { Ok(old.slice(0, length)) } else { old.interleave(new, &places) }
}
