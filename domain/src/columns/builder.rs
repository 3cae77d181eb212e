//! Rows in any order become sorted columns with their chains of versions.

use std::collections::HashMap;
use std::sync::Arc;

use super::data::{ColumnData, push_value};
use super::records::{NO_OBJECT, RecordColumns};
use crate::{FieldDefinition, Position, RecordId, ValidGeometry, Value, Version};

#[derive(Debug)]
struct ChainKey {
    external_id: Box<str>,
    version: Version,
    preference: i64,
    content_hash: [u8; 32],
}

/// Collects rows in any order and sorts them into [`RecordColumns`].
#[derive(Debug)]
pub struct RecordColumnsBuilder {
    columns: RecordColumns,
    keys: Vec<ChainKey>,
    dictionaries: Vec<HashMap<Arc<str>, u32>>,
    object_count: usize,
    any_geometry: bool,
    doubts: Vec<(RecordId, u32)>,
}

/// Is one row for the builder: times in microseconds, [`NO_OBJECT`] and [`crate::NO_TIME`] where there is none.
#[derive(Clone, Debug)]
pub struct RecordRow<'a> {
    /// Content-derived id.
    pub id: RecordId,
    /// Key in the source: versions of one key form a chain.
    pub external_id: &'a str,
    /// Version of the content.
    pub version: Version,
    /// Rank among variants of one version.
    pub preference: i64,
    /// SHA-256 of the content: the last tie-break among variants.
    pub content_hash: [u8; 32],
    /// Index into the objects.
    pub object: u32,
    /// When it was true.
    pub happened_at: i64,
    /// When it could have been known.
    pub known_at: i64,
    /// When it ended.
    pub ended_at: i64,
    /// Commit order.
    pub seq: i64,
    /// Where it is.
    pub position: Option<Position>,
    /// Its geometry, when more than a point.
    pub geometry: Option<Arc<ValidGeometry>>,
}

impl RecordColumnsBuilder {
    /// Starts an empty table of `source` over objects `0..object_count`.
    pub fn new(source: &str, schema: Vec<FieldDefinition>, object_count: usize) -> Self {
        let fields = schema.iter().map(|field| ColumnData::empty(field.value_type)).collect();
        let dictionaries = schema.iter().map(|_| HashMap::new()).collect();
        Self {
            columns: RecordColumns { source: source.to_owned(), schema, fields, ..RecordColumns::default() },
            keys: Vec::new(),
            dictionaries,
            object_count,
            any_geometry: false,
            doubts: Vec::new(),
        }
    }

    /// Adds a row; `values` stand in the order of the schema, and a value of another type counts as missing.
    pub fn push(&mut self, row: RecordRow<'_>, values: impl IntoIterator<Item = Option<Value>>) {
        let columns = &mut self.columns;
        columns.ids.push(row.id);
        columns.objects.push(row.object);
        columns.happened_at.push(row.happened_at);
        columns.known_at.push(row.known_at);
        columns.ended_at.push(row.ended_at);
        columns.seq.push(row.seq);
        columns.lat.push(row.position.map_or(f64::NAN, |p| p.lat));
        columns.lon.push(row.position.map_or(f64::NAN, |p| p.lon));
        self.any_geometry |= row.geometry.is_some();
        columns.geometry.push(row.geometry);
        self.keys.push(ChainKey {
            external_id: row.external_id.into(),
            version: row.version,
            preference: row.preference,
            content_hash: row.content_hash,
        });
        let mut values = values.into_iter();
        for (column, dictionary) in columns.fields.iter_mut().zip(&mut self.dictionaries) {
            push_value(column, dictionary, values.next().flatten());
        }
    }

    /// Says that a row without object fits this one and others equally well.
    pub fn doubt(&mut self, record: RecordId, object: u32) {
        self.doubts.push((record, object));
    }

    /// Sorts the rows by (object, happened_at, id) and links the versions of each key.
    pub fn finish(self) -> RecordColumns {
        let Self { mut columns, keys, object_count, any_geometry, doubts, .. } = self;
        let mut order: Vec<u32> = (0..u32::try_from(keys.len()).unwrap_or(u32::MAX)).collect();
        order.sort_unstable_by_key(|&row| {
            let row = row as usize;
            (columns.objects[row], columns.happened_at[row], columns.ids[row])
        });
        let pick = |values: &[i64]| order.iter().map(|&row| values[row as usize]).collect::<Vec<_>>();
        columns.happened_at = pick(&columns.happened_at);
        columns.known_at = pick(&columns.known_at);
        columns.ended_at = pick(&columns.ended_at);
        columns.seq = pick(&columns.seq);
        columns.ids = order.iter().map(|&row| columns.ids[row as usize]).collect();
        columns.objects = order.iter().map(|&row| columns.objects[row as usize]).collect();
        columns.lat = order.iter().map(|&row| columns.lat[row as usize]).collect();
        columns.lon = order.iter().map(|&row| columns.lon[row as usize]).collect();
        columns.geometry = if any_geometry {
            order.iter().map(|&row| columns.geometry[row as usize].take()).collect()
        } else {
            Vec::new()
        };
        for column in &mut columns.fields {
            column.permute(&order);
        }
        columns.next_version = link_versions(&keys, &order);
        columns.offsets = offsets(&columns.objects, object_count);
        columns.doubts = doubts_by_object(doubts, &columns.ids);
        columns
    }
}

fn doubts_by_object(doubts: Vec<(RecordId, u32)>, ids: &[RecordId]) -> Vec<(u32, u32)> {
    if doubts.is_empty() {
        return Vec::new();
    }
    let rows: HashMap<RecordId, u32> = ids.iter().copied().zip(0_u32..).collect();
    let placed = doubts.into_iter().filter_map(|(record, object)| Some((object, *rows.get(&record)?)));
    let mut placed: Vec<(u32, u32)> = placed.collect();
    placed.sort_unstable();
    placed.dedup();
    placed
}

fn link_versions(keys: &[ChainKey], order: &[u32]) -> Vec<u32> {
    let mut chains: Vec<u32> = (0..u32::try_from(order.len()).unwrap_or(u32::MAX)).collect();
    let key = |row: u32| &keys[order[row as usize] as usize];
    chains.sort_unstable_by(|&a, &b| {
        let (a, b) = (key(a), key(b));
        (&a.external_id, a.version, a.preference, a.content_hash).cmp(&(
            &b.external_id,
            b.version,
            b.preference,
            b.content_hash,
        ))
    });
    let mut next = vec![u32::MAX; order.len()];
    for pair in chains.windows(2) {
        if key(pair[0]).external_id == key(pair[1]).external_id {
            next[pair[0] as usize] = pair[1];
        }
    }
    next
}

fn offsets(objects: &[u32], object_count: usize) -> Vec<u32> {
    let mut offsets = vec![0_u32; object_count + 1];
    for &object in objects.iter().filter(|&&object| object != NO_OBJECT) {
        if let Some(count) = offsets.get_mut(object as usize + 1) {
            *count += 1;
        }
    }
    for at in 1..offsets.len() {
        offsets[at] += offsets[at - 1];
    }
    offsets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NO_TIME, ValueType};

    fn row(external_id: &str, version: i64, object: u32, known_at: i64, seq: i64) -> RecordRow<'_> {
        RecordRow {
            id: RecordId::derive("p", "s", external_id, version, &[0; 32]),
            external_id,
            version,
            preference: 0,
            content_hash: [0; 32],
            object,
            happened_at: NO_TIME,
            known_at,
            ended_at: NO_TIME,
            seq,
            position: None,
            geometry: None,
        }
    }

    fn number(value: i64) -> Vec<Option<Value>> {
        vec![Some(Value::Integer(value))]
    }

    fn schema() -> Vec<FieldDefinition> {
        vec![FieldDefinition { name: "n".to_owned(), value_type: ValueType::Integer }]
    }

    #[test]
    fn a_newer_version_takes_over_only_from_when_it_is_known_and_committed() {
        let mut builder = RecordColumnsBuilder::new("s", schema(), 1);
        builder.push(row("a", 2, 0, 20, 2), number(2));
        builder.push(row("a", 1, 0, 10, 1), number(1));
        let columns = builder.finish();
        let current = |as_of, seq| {
            let rows: Vec<_> = columns.rows_of(0).filter(|&r| columns.is_current(r, as_of, seq)).collect();
            rows.iter().map(|&r| columns.fields[0].get(r, ValueType::Integer)).collect::<Vec<_>>()
        };
        assert_eq!(current(9, 9), vec![]);
        assert_eq!(current(15, 9), vec![Some(Value::Integer(1))]);
        assert_eq!(current(25, 9), vec![Some(Value::Integer(2))]);
        assert_eq!(current(25, 1), vec![Some(Value::Integer(1))], "a later commit changes no earlier table");
    }

    #[test]
    fn order_of_ingest_leaves_no_trace() {
        let build = |order: &[usize]| {
            let rows = [("a", 0), ("b", 1), ("c", 0), ("d", NO_OBJECT)];
            let mut builder = RecordColumnsBuilder::new("s", schema(), 2);
            for &at in order {
                let (key, object) = rows[at];
                builder.push(row(key, 1, object, 5, 1), number(at as i64));
            }
            let columns = builder.finish();
            (columns.ids.clone(), columns.fields.clone(), columns.rows_of(0), columns.rows_of(1))
        };
        assert_eq!(build(&[0, 1, 2, 3]), build(&[3, 2, 1, 0]));
    }
}
