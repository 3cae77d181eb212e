//! Records and objects as typed columns: what `store` streams, `facts` reads and `benches` make from a seed.
//! Rows of one source are sorted by (object, happened_at, record id), so that the records of an object lie
//! together and in time order; the order in which they were ingested leaves no trace but `seq`.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::{FieldDefinition, Position, RecordId, ValidGeometry, Value, ValueType, Version};

/// Stands in `RecordColumns::objects` for a record that belongs to no object (places, territories, unmatched).
pub const NO_OBJECT: u32 = u32::MAX;
/// Stands for "undated" in `happened_at` and for "never" in `ended_at`.
pub const NO_TIME: i64 = i64::MIN;

/// Is one column of values; a slot that is not valid holds a default that nobody may read.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnData {
    /// Index into a sorted-by-first-use dictionary.
    Text {
        /// Dictionary index per row; `u32::MAX` = missing.
        codes: Vec<u32>,
        /// Distinct texts.
        dictionary: Vec<Arc<str>>,
    },
    /// Whole numbers; dates as days and instants as microseconds since 1970-01-01.
    Integer {
        /// Value per row.
        values: Vec<i64>,
        /// Whether the row's value is known.
        valid: Vec<bool>,
    },
    /// Decimal numbers; NaN = missing (known values are finite).
    Float(Vec<f64>),
    /// 0 false, 1 true, 2 missing.
    Boolean(Vec<u8>),
    /// Lists of codes; `None` = missing.
    Codes(Vec<Option<Arc<[Arc<str>]>>>),
}

impl ColumnData {
    fn empty(value_type: ValueType) -> Self {
        match value_type {
            ValueType::Text => Self::Text { codes: Vec::new(), dictionary: Vec::new() },
            ValueType::Integer | ValueType::Date | ValueType::Instant => {
                Self::Integer { values: Vec::new(), valid: Vec::new() }
            }
            ValueType::Float => Self::Float(Vec::new()),
            ValueType::Boolean => Self::Boolean(Vec::new()),
            ValueType::Codes => Self::Codes(Vec::new()),
        }
    }

    fn permute(&mut self, order: &[u32]) {
        fn pick<T: Clone>(values: &[T], order: &[u32]) -> Vec<T> {
            order.iter().map(|&row| values[row as usize].clone()).collect()
        }
        match self {
            Self::Text { codes, .. } => *codes = pick(codes, order),
            Self::Integer { values, valid } => {
                *values = pick(values, order);
                *valid = pick(valid, order);
            }
            Self::Float(values) => *values = pick(values, order),
            Self::Boolean(values) => *values = pick(values, order),
            Self::Codes(values) => *values = pick(values, order),
        }
    }

    /// Returns the value of a row, or `None` when it is missing.
    pub fn get(&self, row: usize, declared: ValueType) -> Option<Value> {
        match self {
            Self::Text { codes, dictionary } => {
                dictionary.get(*codes.get(row)? as usize).map(|text| Value::Text(text.to_string()))
            }
            Self::Integer { values, valid } => {
                let number = valid.get(row)?.then(|| values[row])?;
                match declared {
                    ValueType::Date => day_from_number(number).map(Value::Date),
                    ValueType::Instant => Some(Value::Instant(crate::Timestamp::from_micros(number))),
                    _ => Some(Value::Integer(number)),
                }
            }
            Self::Float(values) => values.get(row).filter(|v| !v.is_nan()).map(|v| Value::Float(*v)),
            Self::Boolean(values) => match values.get(row)? {
                0 => Some(Value::Boolean(false)),
                1 => Some(Value::Boolean(true)),
                _ => None,
            },
            Self::Codes(values) => values
                .get(row)?
                .as_ref()
                .map(|codes| Value::Codes(codes.iter().map(|code| code.to_string()).collect())),
        }
    }
}

const EPOCH: jiff::civil::Date = jiff::civil::date(1970, 1, 1);

/// Returns days since 1970-01-01.
pub fn day_number(day: jiff::civil::Date) -> i64 {
    day.duration_since(EPOCH).as_hours() / 24
}

/// Returns the day that is `number` days after 1970-01-01; `None` outside the calendar.
pub fn day_from_number(number: i64) -> Option<jiff::civil::Date> {
    let days = i32::try_from(number).ok()?;
    EPOCH.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

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
    offsets: Vec<u32>,
    /// Objects that a row without object fits equally well, as (object, row), sorted.
    doubts: Vec<(u32, u32)>,
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

/// Is one row for the builder: times in microseconds, [`NO_OBJECT`] and [`NO_TIME`] where there is none.
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

fn push_value(column: &mut ColumnData, dictionary: &mut HashMap<Arc<str>, u32>, value: Option<Value>) {
    match (column, value) {
        (ColumnData::Text { codes, dictionary: texts }, Some(Value::Text(text))) => {
            let code = match dictionary.get(text.as_str()) {
                Some(&code) => code,
                None => {
                    let code = u32::try_from(texts.len()).unwrap_or(u32::MAX);
                    let text: Arc<str> = text.into();
                    texts.push(Arc::clone(&text));
                    dictionary.insert(text, code);
                    code
                }
            };
            codes.push(code);
        }
        (ColumnData::Text { codes, .. }, _) => codes.push(u32::MAX),
        (ColumnData::Integer { values, valid }, value) => {
            let number = match value {
                Some(Value::Integer(number)) => Some(number),
                Some(Value::Date(day)) => Some(day_number(day)),
                Some(Value::Instant(instant)) => Some(instant.micros()),
                _ => None,
            };
            values.push(number.unwrap_or(0));
            valid.push(number.is_some());
        }
        (ColumnData::Float(values), Some(Value::Float(number))) if number.is_finite() => values.push(number),
        (ColumnData::Float(values), _) => values.push(f64::NAN),
        (ColumnData::Boolean(values), Some(Value::Boolean(flag))) => values.push(u8::from(flag)),
        (ColumnData::Boolean(values), _) => values.push(2),
        (ColumnData::Codes(values), Some(Value::Codes(codes))) => {
            values.push(Some(codes.into_iter().map(Arc::<str>::from).collect()));
        }
        (ColumnData::Codes(values), _) => values.push(None),
    }
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

    #[test]
    fn days_round_trip() {
        for text in ["1969-12-31", "1970-01-01", "2026-11-21", "0001-01-01"] {
            let day: jiff::civil::Date = text.parse().unwrap();
            assert_eq!(day_from_number(day_number(day)), Some(day));
        }
    }
}
