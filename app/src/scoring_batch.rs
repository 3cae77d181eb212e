//! What a run asks of the methodology, a batch of objects at a time: only the facts of all objects are held at once,
//! not what rules, model and policy say of each.

use std::sync::Arc;

use dozor_domain::{Probability, RuleVerdicts, Timestamp};
use dozor_facts::FactsTable;
use dozor_scoring::{Assessed, ModelBundle};

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::loading::Loaded;

/// Objects assessed at a time: enough for all threads, and a few megabytes of reasons.
const BATCH_ROWS: usize = 8_192;

/// Holds the facts of a run and the exact bytes that are kept of them.
pub(crate) struct RunFacts {
    pub(crate) table: FactsTable,
    pub(crate) parquet: Vec<u8>,
}

/// Holds all that a run is asked of.
pub(crate) struct Asked {
    pub(crate) loaded: Arc<Loaded>,
    pub(crate) facts: RunFacts,
    pub(crate) bundle: Option<Arc<ModelBundle>>,
}

impl Asked {
    /// Returns the first row of each batch.
    pub(crate) fn batches(&self) -> impl Iterator<Item = usize> + use<> {
        (0..self.facts.table.len()).step_by(BATCH_ROWS)
    }
}

/// Holds what the methodology says of one batch; rows count from the batch's first.
pub(crate) struct Batch {
    pub(crate) table: FactsTable,
    pub(crate) verdicts: RuleVerdicts,
    pub(crate) assessed: Vec<Assessed>,
}

impl Dozor {
    /// Computes the facts of all objects known by `as_of`.
    pub(crate) async fn compute_run_facts(
        &self,
        loaded: &Arc<Loaded>,
        as_of: Timestamp,
    ) -> Result<RunFacts, AppError> {
        let table = self.compute(loaded, loaded.keys_at(as_of)).await?;
        blocking("the facts' file", move || {
            let parquet = table.to_parquet()?;
            Ok(RunFacts { table, parquet })
        })
        .await?
    }

    /// Asks rules, model and policy about the batch of rows that begins at `from`.
    pub(crate) async fn assess_batch(&self, asked: &Asked, from: usize) -> Result<Batch, AppError> {
        let table = asked.facts.table.slice(from, BATCH_ROWS);
        let (methodology, loaded) = (Arc::clone(&self.methodology), Arc::clone(&asked.loaded));
        let bundle = asked.bundle.clone();
        blocking("the run", move || {
            let kind = |row: usize| {
                let index = loaded.objects.index_of(table.object_id(row))?;
                loaded.objects.rows().get(index as usize).map(|object| object.kind.as_str())
            };
            let kinds: Vec<&str> = (0..table.len()).map(|row| kind(row).unwrap_or_default()).collect();
            let verdicts = methodology.rules.evaluate(&table)?;
            let scored = bundle.map(|bundle| bundle.predict(&table)).transpose()?;
            let probabilities: Option<Vec<Probability>> =
                scored.map(|rows| rows.iter().map(|row| row.probability).collect());
            let assessed = methodology.policy.assess(&table, &verdicts, probabilities.as_deref(), &kinds)?;
            Ok(Batch { table, verdicts, assessed })
        })
        .await?
    }
}
