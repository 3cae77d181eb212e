//! The stored facts of a run, and an object's row among them.

use std::sync::{Arc, Mutex};

use dozor_domain::{ObjectId, RunHeader, RunId, array_from_hex};
use dozor_facts::FactsTable;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;

/// Holds the facts of the run that is asked for most: the latest. Shared by all who explain.
#[derive(Debug, Default)]
pub(crate) struct RunFacts(Mutex<Option<(RunId, Arc<FactsTable>)>>);

impl Dozor {
    /// Returns the stored facts of a run; those of the last one asked for stay in memory.
    pub async fn facts_of_run(&self, header: &RunHeader) -> Result<Arc<FactsTable>, AppError> {
        if let Ok(held) = self.run_facts.0.lock()
            && let Some((run, table)) = held.as_ref()
            && *run == header.id
        {
            return Ok(Arc::clone(table));
        }
        let table = Arc::new(self.stored_facts(header).await?);
        if let Ok(mut held) = self.run_facts.0.lock() {
            *held = Some((header.id, Arc::clone(&table)));
        }
        Ok(table)
    }

    /// Returns an object's row of facts of the latest run; none where it did not see the object.
    pub(crate) async fn latest_facts(&self, object: ObjectId) -> Result<Option<FactsTable>, AppError> {
        let Some(run) = self.store.latest_run().await? else { return Ok(None) };
        let table = self.facts_of_run(&run.header).await?;
        Ok(row_of(&table, object).map(|row| table.slice(row, 1)))
    }

    /// Reads the stored facts of a run.
    pub(crate) async fn stored_facts(&self, header: &RunHeader) -> Result<FactsTable, AppError> {
        let digest = array_from_hex(&header.facts)
            .ok_or_else(|| AppError::RunNotFound { run: header.id.to_string() })?;
        let bytes = self.store.blob(&digest).await?;
        Ok(blocking("the facts of a run", move || FactsTable::from_parquet(&bytes)).await??)
    }
}

/// Finds an object in a table that is sorted by id.
pub(super) fn row_of(table: &FactsTable, object: ObjectId) -> Option<usize> {
    let (mut from, mut until) = (0, table.len());
    while from < until {
        let middle = usize::midpoint(from, until);
        match table.object_id(middle).cmp(&object) {
            std::cmp::Ordering::Less => from = middle + 1,
            std::cmp::Ordering::Equal => return Some(middle),
            std::cmp::Ordering::Greater => until = middle,
        }
    }
    None
}
