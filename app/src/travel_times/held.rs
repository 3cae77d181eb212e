//! The planner's pack with tables: those in force, or those of a plan.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use dozor_domain::{Plan, TravelMode, array_from_hex};
use dozor_planner::{PlannerPack, TravelTable, TravelTimes};

use super::importing::{MODES, meta_key};
use crate::dozor::{Dozor, blocking};
use crate::error::AppError;

/// Tables that are held: one a mode in force, and as many of earlier plans.
const MOST_HELD: usize = 8;

/// Keeps the tables that were read last, so that looking at a plan does not read its file anew.
#[derive(Debug, Default)]
pub(crate) struct HeldTables(Mutex<Vec<Arc<TravelTable>>>);

impl HeldTables {
    fn find(&self, name: &str) -> Option<Arc<TravelTable>> {
        let held = self.0.lock().ok()?;
        held.iter().find(|table| table.name() == name).map(Arc::clone)
    }

    fn keep(&self, table: &Arc<TravelTable>) {
        if let Ok(mut held) = self.0.lock() {
            held.insert(0, Arc::clone(table));
            held.truncate(MOST_HELD);
        }
    }
}

impl Dozor {
    /// Returns the planner's pack for a new plan: with the tables in force.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn planner_now(&self) -> Result<Arc<PlannerPack>, AppError> {
        let mut named = BTreeMap::new();
        for mode in MODES {
            let name = self.store.meta(&meta_key(mode)).await?.unwrap_or_default();
            named.extend((!name.is_empty()).then_some((mode, name)));
        }
        self.planner_with(named).await
    }

    /// Returns the planner's pack for a plan that stands: with the tables that it names.
    ///
    /// # Errors
    /// The store's; `BLOB_MISSING` where a table is no longer held.
    pub(crate) async fn planner_of(&self, plan: &Plan) -> Result<Arc<PlannerPack>, AppError> {
        let named = plan.travel_times.iter().map(|used| (used.mode, used.table.clone()));
        self.planner_with(named.collect()).await
    }

    async fn planner_with(&self, named: BTreeMap<TravelMode, String>) -> Result<Arc<PlannerPack>, AppError> {
        let mut tables = BTreeMap::new();
        for (mode, name) in named {
            tables.insert(mode, self.travel_table(&name).await?);
        }
        if tables.is_empty() {
            return Ok(Arc::clone(&self.methodology.planner));
        }
        let mut pack = PlannerPack::clone(&self.methodology.planner);
        pack.settings.times = TravelTimes::new(tables);
        Ok(Arc::new(pack))
    }

    async fn travel_table(&self, name: &str) -> Result<Arc<TravelTable>, AppError> {
        if let Some(held) = self.tables.find(name) {
            return Ok(held);
        }
        let broken = || dozor_store::StoreError::BlobMissing { hash: name.to_owned() };
        let bytes = self.store.blob(&array_from_hex(name).ok_or_else(broken)?).await?;
        // Places were known when the file was imported; since then some may have ended.
        let table = blocking("travel times", move || TravelTable::read(&bytes, |_| true)).await??;
        let table = Arc::new(table);
        self.tables.keep(&table);
        Ok(table)
    }
}
