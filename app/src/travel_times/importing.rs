//! `travel-times import`, `list`, `drop`: which table of a mode is in force.

use std::collections::HashSet;
use std::io::Read;
use std::path::Path;

use dozor_domain::TravelMode;
use dozor_planner::{TravelPlace, TravelTable, TravelTimesError};
use dozor_store::GeometryUse;
use serde::Serialize;
use serde_json::json;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;

/// All modes, in their order.
pub(super) const MODES: [TravelMode; 4] =
    [TravelMode::Walk, TravelMode::Scooter, TravelMode::Car, TravelMode::Transit];

/// Names the entry that holds the hash of a mode's table; empty when there is none any more.
pub(super) fn meta_key(mode: TravelMode) -> String {
    format!("travel_times.{}", mode.code())
}

/// Says what was imported.
#[derive(Clone, Debug, Serialize)]
pub struct TravelTimesReport {
    /// The mode.
    pub mode: TravelMode,
    /// SHA-256 of the file.
    pub table: String,
    /// Ways.
    pub pairs: usize,
    /// Objects that ways lead from or to.
    pub objects: usize,
    /// Bases of the staff that ways lead from or to.
    pub bases: usize,
    /// Table of the mode that it replaces.
    pub replaces: Option<String>,
}

/// Is one mode with a table.
#[derive(Clone, Debug, Serialize)]
pub struct TravelTimesRow {
    /// The mode.
    pub mode: TravelMode,
    /// SHA-256 of the file.
    pub table: String,
}

impl Dozor {
    /// Takes a file of travel times as the table of a mode: plans made from now on go by it.
    ///
    /// # Errors
    /// [`TravelTimesError`] with the faults of all rows, and then nothing has changed; [`AppError::Read`]; the store's.
    pub async fn import_travel_times(
        &self,
        mode: TravelMode,
        file: &Path,
        actor: &str,
    ) -> Result<TravelTimesReport, AppError> {
        let (objects, bases) = self.travel_places().await?;
        let path = file.to_owned();
        let (bytes, table) = blocking("travel times", move || {
            let bytes = read_limited(&path)?;
            let table = TravelTable::read(&bytes, |place| match place {
                TravelPlace::Object(key) => objects.contains(key),
                TravelPlace::Base(key) => bases.contains(key),
            })?;
            Ok::<_, AppError>((bytes, table))
        })
        .await??;
        let name = table.name().to_owned();
        let replaces = self.store.meta(&meta_key(mode)).await?.filter(|name| !name.is_empty());
        let report = TravelTimesReport {
            mode,
            pairs: table.pairs(),
            objects: table.objects().len(),
            bases: table.bases().len(),
            replaces,
            table: name,
        };
        let mut tx = self.store.begin().await?;
        tx.put_blob(&bytes, self.now()).await?;
        tx.set_meta(&meta_key(mode), &report.table).await?;
        let details = json!({ "table": report.table, "pairs": report.pairs, "replaces": report.replaces });
        tx.audit(self.audit(actor, "import_travel_times", mode.code(), &details));
        tx.commit().await?;
        Ok(report)
    }

    /// Lists the modes that have a table.
    ///
    /// # Errors
    /// The store's.
    pub async fn travel_times(&self) -> Result<Vec<TravelTimesRow>, AppError> {
        let mut rows = Vec::new();
        for mode in MODES {
            let table = self.store.meta(&meta_key(mode)).await?.filter(|name| !name.is_empty());
            rows.extend(table.map(|table| TravelTimesRow { mode, table }));
        }
        Ok(rows)
    }

    /// Lets the ways of a mode be the great circle's again; plans that stand keep their table. Returns the table that was
    /// in force.
    ///
    /// # Errors
    /// The store's.
    pub async fn drop_travel_times(&self, mode: TravelMode, actor: &str) -> Result<Option<String>, AppError> {
        let Some(table) = self.store.meta(&meta_key(mode)).await?.filter(|name| !name.is_empty()) else {
            return Ok(None);
        };
        let mut tx = self.store.begin().await?;
        tx.set_meta(&meta_key(mode), "").await?;
        tx.audit(self.audit(actor, "drop_travel_times", mode.code(), &json!({ "table": table })));
        tx.commit().await?;
        Ok(Some(table))
    }

    /// Returns the keys of all objects, and of the staff.
    async fn travel_places(&self) -> Result<(HashSet<String>, HashSet<String>), AppError> {
        let objects = self.store.load_objects(GeometryUse::Skip).await?;
        let objects = objects.rows().iter().map(|object| object.key.clone()).collect();
        let staff = self.staff_or_nobody().await?;
        Ok((objects, staff.into_iter().map(|one| one.key).collect()))
    }
}

/// Reads a file up to what a table may have.
fn read_limited(path: &Path) -> Result<Vec<u8>, AppError> {
    let failed = |source| AppError::Read { path: path.display().to_string(), source };
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(TravelTable::MOST_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    match bytes.len() as u64 > TravelTable::MOST_BYTES {
        true => Err(TravelTimesError::TooLarge { most: TravelTable::MOST_BYTES }.into()),
        false => Ok(bytes),
    }
}
