//! What a run was made by: its version of the methodology, and the model that may be used with a catalogue of facts.

use std::sync::{Arc, Mutex};

use dozor_domain::{ErrorBody, RunHeader};
use dozor_scoring::{ModelBundle, ScoringError};
use dozor_store::{ModelRole, StoreError};

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::methodology::LoadedMethodology;

/// Remembers the last version that a run was read by, where it is not the one in force.
#[derive(Debug, Default)]
pub(crate) struct HeldMethodology(Mutex<Option<Arc<LoadedMethodology>>>);

/// Is the champion with its hash.
pub(crate) type Champion = (String, ModelBundle);

impl Dozor {
    /// Returns the version of the methodology that a run was made by: what the run says is true under that one, also
    /// after another has come into force.
    ///
    /// # Errors
    /// The store's; those of the stored files.
    pub(crate) async fn methodology_of(&self, run: &RunHeader) -> Result<Arc<LoadedMethodology>, AppError> {
        if run.methodology == self.methodology.hash {
            return Ok(Arc::clone(&self.methodology));
        }
        let held = self.run_methodology.0.lock().ok().and_then(|held| held.clone());
        if let Some(held) = held.filter(|held| held.hash == run.methodology) {
            return Ok(held);
        }
        let Some(stored) = self.store.methodology(&run.methodology).await? else {
            return Ok(Arc::clone(&self.methodology));
        };
        let methodology = self.parse_stored(stored).await?;
        if let Ok(mut held) = self.run_methodology.0.lock() {
            *held = Some(Arc::clone(&methodology));
        }
        Ok(methodology)
    }

    /// Returns the model that may be used: the champion, or, where its bytes were changed or it was trained with another
    /// catalogue of facts, the newest one before it that is sound. The second part says why the champion was refused.
    /// Where no model is sound, rules go on alone.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn champion(&self) -> Result<(Option<Champion>, Option<ErrorBody>), AppError> {
        let Some(model) = self.store.champion().await? else { return Ok((None, None)) };
        let refused = match self.bundle(&model.hash).await {
            Ok(bundle) => return Ok((Some((model.hash, bundle)), None)),
            Err(AppError::Scoring(refused)) => ErrorBody::new(&refused),
            Err(other) => return Err(other),
        };
        let models = self.store.models().await?;
        for earlier in models.into_iter().filter(|model| model.role == ModelRole::Retired) {
            match self.bundle(&earlier.hash).await {
                Ok(bundle) => return Ok((Some((earlier.hash, bundle)), Some(refused))),
                Err(AppError::Scoring(_unsound_too)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok((None, Some(refused)))
    }

    /// Returns a stored model, checked against the catalogue in force.
    pub(crate) async fn bundle(&self, hash: &str) -> Result<ModelBundle, AppError> {
        self.bundle_for(hash, &self.methodology).await
    }

    /// Returns a stored model, checked against the catalogue of a version.
    ///
    /// # Errors
    /// Scoring's, also for bytes that the store has lost or changed; the store's other ones.
    pub(crate) async fn bundle_for(
        &self,
        hash: &str,
        methodology: &LoadedMethodology,
    ) -> Result<ModelBundle, AppError> {
        let bytes = match self.store.model_bundle(hash).await {
            Ok(bytes) => bytes,
            Err(lost @ (StoreError::BlobMissing { .. } | StoreError::BlobHashMismatch { .. })) => {
                return Err(ScoringError::Damaged { problem: lost.to_string() }.into());
            }
            Err(other) => return Err(other.into()),
        };
        Ok(ModelBundle::from_bytes(&bytes, &methodology.catalogue.hash())?)
    }
}
