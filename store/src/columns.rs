//! Loads what is stored into the typed columns that facts are computed from.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use dozor_domain::{
    FieldDefinition, NO_OBJECT, NO_TIME, ObjectColumns, ObjectId, RecordColumns, RecordColumnsBuilder,
    RecordId, RecordRow, ValidGeometry, Value, ValueType,
};
use rayon::prelude::*;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};

use tokio::sync::mpsc::{Receiver, channel};

use crate::records::position;
use crate::sql::{Bind, Row, binds};
use crate::{Store, StoreError};

/// Says whether shapes are loaded; points always are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeometryUse {
    /// Load and check them.
    Load,
    /// Leave them in the database.
    Skip,
}

/// Chooses what is loaded of a source.
#[derive(Clone, Debug)]
pub struct LoadRecords {
    /// Name of the source.
    pub source: String,
    /// The fields wanted, with their declared types; others are not read.
    pub schema: Vec<FieldDefinition>,
    /// Whether shapes are wanted.
    pub geometry: GeometryUse,
    /// Only records committed by then.
    pub up_to_seq: i64,
}

/// Batches that wait for the decoder: enough that neither side idles.
const BATCHES_AHEAD: usize = 4;

impl Store {
    /// Loads the records of a source as columns over `objects`.
    ///
    /// # Errors
    /// `DATABASE_CORRUPT` when a stored content or geometry cannot be read; else as every read.
    pub async fn load_records(
        &self,
        wanted: &LoadRecords,
        objects: &ObjectColumns,
    ) -> Result<RecordColumns, StoreError> {
        let index: HashMap<[u8; 16], u32> =
            (0_u32..).zip(objects.rows()).map(|(at, row)| (*row.id.as_bytes(), at)).collect();
        let mut builder = RecordColumnsBuilder::new(&wanted.source, wanted.schema.clone(), objects.len());
        let fields = FieldReader { schema: wanted.schema.clone() };
        let sql = match wanted.geometry {
            GeometryUse::Load => {
                "select id, external_id, version, preference, content_hash,
                   case when matched_seq is null or matched_seq <= $2 then object end, happened_at, known_at,
                   case when coalesce(ended_seq, 0) <= $2 then ended_at end, seq, lat, lon, content, geometry
                 from records where source = (select number from sources where name = $1) and seq <= $2 order by seq"
            }
            GeometryUse::Skip => {
                "select id, external_id, version, preference, content_hash,
                   case when matched_seq is null or matched_seq <= $2 then object end, happened_at, known_at,
                   case when coalesce(ended_seq, 0) <= $2 then ended_at end, seq, lat, lon, content, null
                 from records where source = (select number from sources where name = $1) and seq <= $2 order by seq"
            }
        };
        let binds = binds![&wanted.source, wanted.up_to_seq];
        for (record, object) in self.doubts(wanted).await? {
            if let Some(at) = index.get(object.as_bytes()) {
                builder.doubt(record, *at);
            }
        }
        self.decode(sql, binds, move |mut batches| {
            while let Some(batch) = batches.blocking_recv() {
                let decoded: Vec<_> =
                    batch.par_iter().map(|row| decode_record(row, &index, &fields)).collect();
                for row in decoded {
                    let (row, values) = row?;
                    builder.push(row, values);
                }
            }
            Ok(builder.finish())
        })
        .await
    }

    /// Returns the records of a source that fit several objects equally well, with each of these.
    async fn doubts(&self, wanted: &LoadRecords) -> Result<Vec<(RecordId, ObjectId)>, StoreError> {
        self.list(
            "select m.record, m.object from match_options m join records r on r.id = m.record
             where r.source = (select number from sources where name = $1) and coalesce(m.seq, r.seq) <= $2
             order by m.record, m.object",
            binds![&wanted.source, wanted.up_to_seq],
            |row| {
                let mut cells = row.cells();
                Ok((cells.take()?, cells.take()?))
            },
        )
        .await
    }

    /// Loads all objects as they stand now.
    ///
    /// # Errors
    /// As [`Store::load_objects_at`].
    pub async fn load_objects(&self, geometry: GeometryUse) -> Result<ObjectColumns, StoreError> {
        self.load_objects_at(geometry, i64::MAX).await
    }

    /// Loads all objects; of their ends and returns only those committed by then.
    ///
    /// # Errors
    /// `DATABASE_CORRUPT` when a stored geometry cannot be read; else as every read.
    pub async fn load_objects_at(
        &self,
        geometry: GeometryUse,
        up_to_seq: i64,
    ) -> Result<ObjectColumns, StoreError> {
        let sql = match geometry {
            GeometryUse::Load => crate::objects::SELECT_ALL,
            GeometryUse::Skip => crate::objects::SELECT_ALL_WITHOUT_SHAPES,
        };
        self.decode(sql, binds![up_to_seq], |mut batches| {
            let mut rows = Vec::new();
            while let Some(batch) = batches.blocking_recv() {
                let decoded: Vec<_> = batch.par_iter().map(crate::objects::object).collect();
                for row in decoded {
                    rows.push(row?);
                }
            }
            Ok(ObjectColumns::new(rows))
        })
        .await
    }

    /// Reads on this task and decodes on threads that may compute: there shapes are checked and JSON is parsed, the
    /// rows of a batch shared out among all threads and taken in their order.
    async fn decode<T: Send + 'static>(
        &self,
        sql: &'static str,
        binds: Vec<Bind>,
        decode: impl FnOnce(Receiver<Vec<Row>>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (sender, receiver) = channel(BATCHES_AHEAD);
        let decoder = tokio::task::spawn_blocking(move || decode(receiver));
        let read = self.database.fetch_batches(sql, binds, sender).await;
        let decoded =
            decoder.await.map_err(|fault| StoreError::Corrupt { what: "row", detail: fault.to_string() })?;
        read?;
        decoded
    }
}

fn decode_record<'r>(
    row: &'r Row,
    index: &HashMap<[u8; 16], u32>,
    fields: &FieldReader,
) -> Result<(RecordRow<'r>, Vec<Option<Value>>), StoreError> {
    let mut cells = row.cells();
    let id = cells.take()?;
    let external_id = cells.text()?;
    let (version, preference, content_hash) = (cells.take()?, cells.take()?, cells.take()?);
    let object: Option<[u8; 16]> = cells.take()?;
    let happened_at: Option<i64> = cells.take()?;
    let known_at = cells.take()?;
    let ended_at: Option<i64> = cells.take()?;
    let seq = cells.take()?;
    let position = position(&mut cells)?;
    let values = fields.read(cells.text()?)?;
    let geometry = cells.bytes()?.map(stored_geometry).transpose()?;
    let row = RecordRow {
        id,
        external_id,
        version,
        preference,
        content_hash,
        object: object.and_then(|object| index.get(&object).copied()).unwrap_or(NO_OBJECT),
        happened_at: happened_at.unwrap_or(NO_TIME),
        known_at,
        ended_at: ended_at.unwrap_or(NO_TIME),
        seq,
        position,
        geometry,
    };
    Ok((row, values))
}

/// Reads a stored shape.
pub(crate) fn stored_geometry(bytes: &[u8]) -> Result<Arc<ValidGeometry>, StoreError> {
    ValidGeometry::from_wkb(bytes)
        .map(Arc::new)
        .map_err(|fault| StoreError::Corrupt { what: "geometry", detail: fault.to_string() })
}

/// Reads the wanted fields out of stored content without building the rest of its JSON.
struct FieldReader {
    schema: Vec<FieldDefinition>,
}

impl FieldReader {
    fn read(&self, content: &str) -> Result<Vec<Option<Value>>, StoreError> {
        if self.schema.is_empty() {
            return Ok(Vec::new());
        }
        let corrupt =
            |fault: serde_json::Error| StoreError::Corrupt { what: "record", detail: fault.to_string() };
        let mut json = serde_json::Deserializer::from_str(content);
        FieldVisitor { schema: &self.schema }.deserialize(&mut json).map_err(corrupt)
    }
}

struct FieldVisitor<'s> {
    schema: &'s [FieldDefinition],
}

impl<'de> DeserializeSeed<'de> for FieldVisitor<'_> {
    type Value = Vec<Option<Value>>;
    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FieldVisitor<'_> {
    type Value = Vec<Option<Value>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object of field values")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut values = vec![None; self.schema.len()];
        // Content is written in the order of the schema, so the search starts where the last field was found.
        let mut expected = 0;
        while let Some(at) = map.next_key_seed(NameSeed { schema: self.schema, expected })? {
            let Some((at, (slot, field))) =
                at.and_then(|at| values.get_mut(at).zip(self.schema.get(at)).map(|found| (at, found)))
            else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            expected = at + 1;
            *slot = map.next_value_seed(ValueSeed(field.value_type))?;
        }
        Ok(values)
    }
}

/// Looks a field's name up in the schema.
struct NameSeed<'s> {
    schema: &'s [FieldDefinition],
    expected: usize,
}

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = Option<usize>;
    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_> {
    type Value = Option<usize>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }
    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Self::Value, E> {
        let fits = |at: &usize| self.schema.get(*at).is_some_and(|field| field.name == name);
        Ok((self.expected..self.schema.len()).chain(0..self.expected).find(fits))
    }
}

/// Reads one value of a declared type: texts and numbers directly, the rest by way of JSON.
struct ValueSeed(ValueType);

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = Option<Value>;
    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        use serde::Deserialize;
        match self.0 {
            ValueType::Text => Ok(Option::<String>::deserialize(json)?.map(Value::Text)),
            ValueType::Integer => Ok(Option::<i64>::deserialize(json)?.map(Value::Integer)),
            ValueType::Float => Ok(Option::<f64>::deserialize(json)?.map(Value::Float)),
            ValueType::Boolean => Ok(Option::<bool>::deserialize(json)?.map(Value::Boolean)),
            ValueType::Date | ValueType::Instant | ValueType::Codes => {
                let value = serde_json::Value::deserialize(json)?;
                if value.is_null() {
                    return Ok(None);
                }
                Value::from_json(self.0, &value)
                    .map(Some)
                    .ok_or_else(|| serde::de::Error::custom(format!("{value} is no {:?}", self.0)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, value_type: ValueType) -> FieldDefinition {
        FieldDefinition { name: name.to_owned(), value_type }
    }

    #[test]
    fn only_wanted_fields_are_read_in_the_order_of_the_schema() {
        let schema =
            [field("b", ValueType::Date), field("a", ValueType::Integer), field("c", ValueType::Codes)];
        let values = FieldReader { schema: schema.to_vec() }
            .read(r#"{"x":{"deep":[1]},"a":7,"b":"2026-11-21","c":["12.0","2.1"],"y":null}"#)
            .unwrap();
        let day = "2026-11-21".parse().unwrap();
        assert_eq!(
            values,
            [
                Some(Value::Date(day)),
                Some(Value::Integer(7)),
                Some(Value::Codes(vec!["12.0".to_owned(), "2.1".to_owned()]))
            ]
        );
    }

    #[test]
    fn a_value_of_another_type_is_corruption() {
        let schema = [field("a", ValueType::Integer)];
        assert!(FieldReader { schema: schema.to_vec() }.read(r#"{"a":"seven"}"#).is_err());
        assert_eq!(FieldReader { schema: schema.to_vec() }.read(r#"{"a":null}"#).unwrap(), [None]);
    }
}
