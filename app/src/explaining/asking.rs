//! What is explained: an object by the latest run, by one of the past, or computed afresh for another instant.

use std::sync::Arc;

use dozor_domain::{Assessment, ObjectRow, RunHeader, RunId, Timestamp};
use dozor_facts::FactsTable;
use dozor_scoring::ModelBundle;

use super::run_facts::row_of;
use super::words::ObjectExplanation;
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::methodology::LoadedMethodology;
use crate::progress::Silent;

/// Is one row of facts with what was made of it.
pub(super) struct Explained {
    /// The version that says so.
    pub(super) methodology: Arc<LoadedMethodology>,
    pub(super) table: FactsTable,
    pub(super) assessments: Vec<Assessment>,
    pub(super) as_of: Timestamp,
    pub(super) up_to_seq: i64,
    pub(super) run: Option<RunId>,
    /// Its hash, and the model itself while its bytes are sound.
    pub(super) model: Option<(String, Option<ModelBundle>)>,
}

impl Dozor {
    /// Explains an object by the latest finished run, or as of another instant.
    ///
    /// # Errors
    /// [`AppError::ObjectNotFound`], [`AppError::RunNotFound`] when nothing was scored yet.
    pub async fn explain(&self, key: &str, as_of: Option<Timestamp>) -> Result<ObjectExplanation, AppError> {
        let found = self.store.objects_by_key(key).await?.into_iter().next();
        let object = found.ok_or_else(|| AppError::ObjectNotFound { key: key.to_owned() })?;
        self.explain_object(object, as_of).await
    }

    /// Explains an object that was found before.
    ///
    /// # Errors
    /// As [`Dozor::explain`].
    pub async fn explain_object(
        &self,
        object: ObjectRow,
        as_of: Option<Timestamp>,
    ) -> Result<ObjectExplanation, AppError> {
        let explained = match as_of {
            // Also of a later day: what is known now, with terms as they will stand then.
            Some(instant) => self.computed(&object, instant).await?,
            None => self.stored(&object).await?,
        };
        self.in_words(object, explained).await
    }

    /// Explains an object by a run of the past.
    ///
    /// # Errors
    /// [`AppError::RunNotFound`]; [`AppError::NotAssessedYet`] where the run did not see the object; the store's.
    pub(crate) async fn explain_by_run(
        &self,
        object: ObjectRow,
        run: RunId,
    ) -> Result<ObjectExplanation, AppError> {
        let found = self.store.run(run).await?;
        let header = found.ok_or_else(|| AppError::RunNotFound { run: run.to_string() })?.header;
        // Read past what is held: the latest run is asked for again at once.
        let table = self.stored_facts(&header).await?;
        let explained = self.stored_in(&object, header, &table).await?;
        self.in_words(object, explained).await
    }

    /// Returns an object's row of the latest run.
    async fn stored(&self, object: &ObjectRow) -> Result<Explained, AppError> {
        let latest = self.store.latest_run().await?;
        let header = latest.ok_or_else(|| AppError::RunNotFound { run: "latest".to_owned() })?.header;
        let table = self.facts_of_run(&header).await?;
        self.stored_in(object, header, &table).await
    }

    /// Returns an object's row of a run.
    async fn stored_in(
        &self,
        object: &ObjectRow,
        header: RunHeader,
        table: &FactsTable,
    ) -> Result<Explained, AppError> {
        let methodology = self.methodology_of(&header).await?;
        let row = row_of(table, object.id);
        let row = row.ok_or_else(|| AppError::NotAssessedYet { key: object.key.clone() })?;
        let mut assessments = Vec::new();
        for control in methodology.manifest.control_kinds_of(&object.kind) {
            assessments.extend(self.store.assessment(header.id, object.id, &control.code).await?);
        }
        let model = match &header.model {
            Some(hash) => match self.bundle_for(hash, &methodology).await {
                Ok(bundle) => Some((hash.clone(), Some(bundle))),
                // What was decided stands as it is stored; only the parts of its probability cannot be told any more.
                Err(AppError::Scoring(_unsound)) => Some((hash.clone(), None)),
                Err(other) => return Err(other),
            },
            None => None,
        };
        Ok(Explained {
            methodology,
            table: table.slice(row, 1),
            assessments,
            as_of: header.as_of,
            up_to_seq: header.up_to_seq,
            run: Some(header.id),
            model,
        })
    }

    /// Computes an object's row for another instant.
    async fn computed(&self, object: &ObjectRow, as_of: Timestamp) -> Result<Explained, AppError> {
        let loaded = self.load(&[], &Silent).await?;
        let mut keys = loaded.keys_at(as_of);
        keys.retain(|key| loaded.objects.rows()[key.object as usize].id == object.id);
        if keys.is_empty() {
            return Err(AppError::ObjectNotYet { key: object.key.clone(), as_of: as_of.to_string() });
        }
        let table = self.compute(&loaded, keys).await?;
        let (model, _refused) = self.champion().await?;
        let verdicts = self.methodology.rules.evaluate(&table)?;
        let scored = model.as_ref().map(|(_, bundle)| bundle.predict(&table)).transpose()?;
        let probabilities: Option<Vec<_>> =
            scored.map(|rows| rows.iter().map(|row| row.probability).collect());
        let kinds = [object.kind.as_str()];
        let assessed = self.methodology.policy.assess(&table, &verdicts, probabilities.as_deref(), &kinds)?;
        let run = RunId::from_bytes([0; 16]);
        let hash = table.row_hash(0);
        let assessments = assessed.into_iter().map(|one| one.into_assessment(run, object.id, hash)).collect();
        let (methodology, up_to_seq) = (Arc::clone(&self.methodology), loaded.up_to_seq);
        let model = model.map(|(hash, bundle)| (hash, Some(bundle)));
        Ok(Explained { methodology, table, assessments, as_of, up_to_seq, run: None, model })
    }
}
