//! What finds objects and territories for the records of a delivery.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use dozor_domain::{NO_OBJECT, NO_TIME, PackageId, Timestamp, ValidGeometry, Value, ValueType};
use dozor_ingest::{IndexedObject, ObjectIndex, SourceSpec, TerritoryIndex};
use dozor_store::{GeometryUse, LoadRecords, Package, PackageStatus};

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;

/// Says what the objects stand on: packages of each registry, how far each is and whether it is confirmed, and the last
/// end of an object.
type RegistryStamp = (Vec<(PackageId, u64, PackageStatus, Option<Timestamp>)>, i64);

/// Keeps the index of objects between the files of one installation.
#[derive(Debug, Default)]
pub(crate) struct HeldIndex(Mutex<Option<(RegistryStamp, Arc<ObjectIndex>)>>);

/// Is what finds objects and territories for records.
pub(crate) struct Matching {
    pub(crate) objects: Arc<ObjectIndex>,
    pub(crate) territories: TerritoryIndex,
}

impl Dozor {
    /// Builds the indexes that a source's records are matched by; empty ones when it needs none.
    pub(crate) async fn matching(&self, spec: &SourceSpec) -> Result<Matching, AppError> {
        let territories = match (&self.methodology.manifest.territory_source, spec.is_registry()) {
            (Some(source), true) => self.territory_areas(source).await?,
            (Some(_) | None, _) => Vec::new(),
        };
        let objects = match &spec.matching {
            Some(_) => self.object_index().await?,
            None => Arc::default(),
        };
        Ok(Matching { objects, territories: TerritoryIndex::build(territories) })
    }

    /// Returns the index of all objects that have not ended; it is kept until a registry moves.
    pub(crate) async fn object_index(&self) -> Result<Arc<ObjectIndex>, AppError> {
        let mut stamp: RegistryStamp = (Vec::new(), self.store.last_end().await?);
        for spec in self.methodology.sources.values().filter(|spec| spec.is_registry()) {
            let packages = self.store.packages(Some(&spec.name), i64::MAX).await?;
            let standing = |one: &Package| (one.id, one.rows_done, one.status, one.confirmed_at);
            stamp.0.extend(packages.iter().map(standing));
        }
        if let Ok(held) = self.index.0.lock()
            && let Some((known, index)) = held.as_ref()
            && *known == stamp
        {
            return Ok(Arc::clone(index));
        }
        let objects = self.store.load_objects(GeometryUse::Load).await?;
        let index = blocking("the index of objects", move || {
            let living = objects.rows().iter().filter(|row| row.ended_at == NO_TIME);
            let rows = living.map(|row| IndexedObject {
                id: row.id,
                source: row.source.clone(),
                key: row.key.clone(),
                geometry: row.geometry.clone(),
                position: row.position,
            });
            Arc::new(ObjectIndex::build(rows))
        })
        .await?;
        if let Ok(mut held) = self.index.0.lock() {
            *held = Some((stamp, Arc::clone(&index)));
        }
        Ok(index)
    }

    /// Returns the current areas of the territory source with their codes.
    pub(crate) async fn territory_areas(
        &self,
        source: &str,
    ) -> Result<Vec<(String, Arc<ValidGeometry>)>, AppError> {
        let spec = self.methodology.source(source)?;
        let up_to_seq = self.store.last_seq().await?;
        let request = LoadRecords {
            source: source.to_owned(),
            schema: spec.schema(),
            geometry: GeometryUse::Load,
            up_to_seq,
        };
        let records = self.store.load_records(&request, &dozor_domain::ObjectColumns::default()).await?;
        let codes: HashMap<_, _> =
            self.store.source_keys(source).await?.into_iter().map(|key| (key.id, key.external_id)).collect();
        let mut areas = Vec::new();
        for row in 0..records.len() {
            let current = records.is_current(row, i64::MAX, up_to_seq);
            debug_assert_eq!(records.objects[row], NO_OBJECT);
            let named = spec.territory_field().and_then(|field| {
                match records.fields[field].get(row, ValueType::Text) {
                    Some(Value::Text(code)) => Some(code),
                    _ => None,
                }
            });
            let code = named.or_else(|| codes.get(&records.ids[row]).cloned());
            if let (true, Some(Some(shape)), Some(code)) = (current, records.geometry.get(row), code) {
                areas.push((code, Arc::clone(shape)));
            }
        }
        areas.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(areas)
    }
}
