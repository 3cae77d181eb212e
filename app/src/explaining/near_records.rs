//! The records of an object, its parent and its children: where its facts come from.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use dozor_domain::{
    NO_OBJECT, NO_TIME, ObjectColumns, ObjectId, ObjectRow, RecordColumns, RecordColumnsBuilder, RecordRow,
    Timestamp, ValidGeometry, Value,
};
use dozor_store::SourceRecord;

use crate::dozor::Dozor;
use crate::error::AppError;

impl Dozor {
    /// Loads the records of an object, its parent and its children as a small world of their own.
    pub(super) async fn records_around(
        &self,
        object: &ObjectRow,
    ) -> Result<(ObjectColumns, BTreeMap<String, RecordColumns>), AppError> {
        let mut near = vec![object.clone()];
        if let Some(parent) = object.parent {
            near.extend(self.store.object(parent).await?);
        }
        near.extend(self.store.children(object.id).await?);
        let objects = ObjectColumns::new(near);
        let mut by_source: BTreeMap<String, Vec<SourceRecord>> = BTreeMap::new();
        for row in objects.rows() {
            for record in self.store.records_of_object(row.id).await? {
                by_source.entry(record.source.clone()).or_default().push(record);
            }
        }
        let columns = by_source.into_iter().filter_map(|(source, records)| {
            let columns = self.columns_of(&source, &objects, records)?;
            Some((source, columns))
        });
        let columns = columns.collect();
        Ok((objects, columns))
    }

    fn columns_of(
        &self,
        source: &str,
        objects: &ObjectColumns,
        records: Vec<SourceRecord>,
    ) -> Option<RecordColumns> {
        let schema = self.methodology.sources.get(source)?.schema();
        let mut builder = RecordColumnsBuilder::new(source, schema.clone(), objects.len());
        for SourceRecord { record, .. } in records {
            let content: HashMap<String, serde_json::Value> = serde_json::from_str(&record.content).ok()?;
            let object: Option<ObjectId> = record.matched.map(|matched| matched.object);
            let geometry = record.geometry.as_deref().and_then(|bytes| ValidGeometry::from_wkb(bytes).ok());
            let row = RecordRow {
                id: record.id,
                external_id: &record.external_id,
                version: record.version,
                preference: record.preference,
                content_hash: record.content_hash,
                object: object.and_then(|id| objects.index_of(id)).unwrap_or(NO_OBJECT),
                happened_at: record.happened_at.map_or(NO_TIME, Timestamp::micros),
                known_at: record.known_at.micros(),
                ended_at: record.ended_at.map_or(NO_TIME, Timestamp::micros),
                seq: record.seq,
                position: record.position,
                geometry: geometry.map(Arc::new),
            };
            let value = |field: &dozor_domain::FieldDefinition| {
                content.get(&field.name).and_then(|json| Value::from_json(field.value_type, json))
            };
            builder.push(row, schema.iter().map(value));
        }
        Some(builder.finish())
    }
}
