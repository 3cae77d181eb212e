//! Trained models: stored artefacts with a life of their own; at most one is the champion.

use dozor_domain::{Timestamp, array_from_hex, hex, sha256};

use crate::sql::{Row, binds};
use crate::{Store, StoreError, WriteTx};

/// Says what a model is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelRole {
    /// Its probabilities are used.
    Champion,
    /// Is compared with the champion.
    Challenger,
    /// Was the champion.
    Retired,
}

impl ModelRole {
    /// Returns the stored code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Champion => "champion",
            Self::Challenger => "challenger",
            Self::Retired => "retired",
        }
    }
    fn parse(code: &str) -> Option<Self> {
        [Self::Champion, Self::Challenger, Self::Retired].into_iter().find(|role| role.code() == code)
    }
}

/// Is a trained model without its bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// SHA-256 of its bundle, as hexadecimal digits: its id.
    pub hash: String,
    /// What it is used for.
    pub role: ModelRole,
    /// Hash of the fact catalogue that it was trained on; another is refused.
    pub catalogue_hash: String,
    /// Methodology that it was trained under.
    pub methodology: String,
    /// When it was trained.
    pub trained_at: Timestamp,
    /// Instant of the facts it saw.
    pub as_of: Timestamp,
    /// Last commit it saw.
    pub up_to_seq: i64,
    /// Its metrics as JSON.
    pub metrics: String,
}

macro_rules! select_models {
    ($tail:literal) => {
        concat!(
            "select hash, role, catalogue_hash, methodology, trained_at, as_of, up_to_seq, metrics from models ",
            $tail
        )
    };
}

fn model(row: &Row) -> Result<Model, StoreError> {
    let mut cells = row.cells();
    Ok(Model {
        hash: cells.take()?,
        role: cells.code("model", ModelRole::parse)?,
        catalogue_hash: cells.take()?,
        methodology: cells.take()?,
        trained_at: cells.take()?,
        as_of: cells.take()?,
        up_to_seq: cells.take()?,
        metrics: cells.take()?,
    })
}

impl WriteTx {
    /// Adds a model with its bundle. A champion takes the place of the present one.
    ///
    /// # Errors
    /// `BLOB_HASH_MISMATCH` when the bundle does not hash to the model's id, `DATABASE_CONSTRAINT` when it is there.
    pub async fn insert_model(&mut self, model: &Model, bundle: &[u8]) -> Result<(), StoreError> {
        let found = hex(&sha256(bundle));
        if found != model.hash {
            return Err(StoreError::BlobHashMismatch { expected: model.hash.clone(), found });
        }
        self.put_blob(bundle, model.trained_at).await?;
        if model.role == ModelRole::Champion {
            self.retire_champion().await?;
        }
        self.execute(
            "insert into models (hash, role, catalogue_hash, methodology, trained_at, as_of, up_to_seq, metrics)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            binds![
                &model.hash,
                model.role.code(),
                &model.catalogue_hash,
                &model.methodology,
                model.trained_at,
                model.as_of,
                model.up_to_seq,
                &model.metrics,
            ],
        )
        .await?;
        Ok(())
    }

    /// Makes a challenger, or a retired model, the champion.
    ///
    /// # Errors
    /// `STATE_CHANGED` when it is not there or is the champion already.
    pub async fn promote_model(&mut self, hash: &str) -> Result<(), StoreError> {
        self.retire_champion().await?;
        self.execute_one(
            "update models set role = 'champion' where hash = $1 and role <> 'champion'",
            binds![hash],
            "model",
            &hash,
        )
        .await
    }

    async fn retire_champion(&mut self) -> Result<(), StoreError> {
        self.execute("update models set role = 'retired' where role = 'champion'", vec![]).await?;
        Ok(())
    }
}

impl Store {
    /// Returns the champion.
    ///
    /// # Errors
    /// As every read.
    pub async fn champion(&self) -> Result<Option<Model>, StoreError> {
        self.find(select_models!("where role = 'champion'"), vec![], model).await
    }

    /// Returns a model.
    ///
    /// # Errors
    /// As every read.
    pub async fn model(&self, hash: &str) -> Result<Option<Model>, StoreError> {
        self.find(select_models!("where hash = $1"), binds![hash], model).await
    }

    /// Returns all models, newest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn models(&self) -> Result<Vec<Model>, StoreError> {
        self.list(select_models!("order by trained_at desc, hash"), vec![], model).await
    }

    /// Returns a model's bundle after comparing it with its hash.
    ///
    /// # Errors
    /// `BLOB_MISSING`, `BLOB_HASH_MISMATCH`; else as every read.
    pub async fn model_bundle(&self, hash: &str) -> Result<Vec<u8>, StoreError> {
        let digest = array_from_hex(hash).ok_or_else(|| StoreError::BlobMissing { hash: hash.to_owned() })?;
        self.blob(&digest).await
    }
}
