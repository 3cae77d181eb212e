//! `train`: fits a model on outcomes known by an instant, each with the facts of its own day.

use std::sync::Arc;

use dozor_domain::{NO_OBJECT, NO_TIME, Timestamp, hex, sha256};
use dozor_facts::FactKey;
use dozor_scoring::{LabelRule, ModelBundle, ModelSpec, ModelSummary, TrainingWindow, train, train_weighted};
use dozor_store::{Model, ModelRole, StoreError};
use serde::Serialize;
use serde_json::json;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::loading::Loaded;
use crate::progress::Progress;

/// Is one labelled event, ready to be joined with facts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LabelledEvent {
    pub(crate) key: FactKey,
    /// Row in the outcome source's columns.
    pub(crate) row: usize,
    pub(crate) label: Option<bool>,
}

/// Says what was trained.
#[derive(Debug, Serialize)]
pub struct TrainReport {
    /// Hash of the bundle.
    pub model: String,
    /// `champion`, `challenger` or `retired`.
    pub role: &'static str,
    /// Whether a bundle of the same bytes was stored already.
    pub known: bool,
    /// What the bundle says of itself.
    pub summary: ModelSummary,
}

impl Dozor {
    pub(crate) fn model_spec(&self) -> Result<Arc<ModelSpec>, AppError> {
        self.methodology.model.clone().ok_or(AppError::ModelNotDeclared)
    }

    /// Returns the outcome events that are current as of `known_by`, dated in `from..=to`, with their labels; the
    /// facts of an event are those of its own instant, so nothing of the event itself is in them.
    pub(crate) async fn labelled_events(
        &self,
        loaded: &Arc<Loaded>,
        known_by: Timestamp,
        dated: impl Fn(i64) -> bool + Send + 'static,
    ) -> Result<Vec<LabelledEvent>, AppError> {
        let spec = self.model_spec()?;
        let source = self.methodology.source(&spec.outcome.source)?;
        let rule = LabelRule::compile(&spec, &source.schema())?;
        let loaded = Arc::clone(loaded);
        blocking("the labels", move || {
            let Some(records) = loaded.records.get(&spec.outcome.source) else { return Vec::new() };
            let mut events = Vec::new();
            for row in 0..records.len() {
                let (object, at) = (records.objects[row], records.happened_at[row]);
                let usable = object != NO_OBJECT && at != NO_TIME && dated(at);
                if usable && records.is_current(row, known_by.micros(), loaded.up_to_seq) {
                    let key = FactKey { object, as_of: Timestamp::from_micros(at) };
                    events.push(LabelledEvent { key, row, label: rule.label(records, row) });
                }
            }
            events
        })
        .await
    }

    /// Fits a bundle on events known by `as_of` and dated before it.
    pub(crate) async fn fit(&self, loaded: &Arc<Loaded>, as_of: Timestamp) -> Result<ModelBundle, AppError> {
        let spec = self.model_spec()?;
        self.fit_by(loaded, as_of, spec).await
    }

    /// Fits as [`Dozor::fit`] does, by another spec than the methodology's.
    pub(crate) async fn fit_by(
        &self,
        loaded: &Arc<Loaded>,
        as_of: Timestamp,
        spec: Arc<ModelSpec>,
    ) -> Result<ModelBundle, AppError> {
        let first =
            spec.training.history_days.map_or(i64::MIN, |days| as_of.plus_days(-i64::from(days)).micros());
        let dated = move |at| at >= first && at < as_of.micros();
        let mut events = self.labelled_events(loaded, as_of, dated).await?;
        events.retain(|event| event.label.is_some());
        let table = self.compute(loaded, events.iter().map(|event| event.key).collect()).await?;
        let labels: Vec<Option<bool>> = events.iter().map(|event| event.label).collect();
        let window = TrainingWindow { as_of, up_to_seq: loaded.up_to_seq };
        let catalogue = Arc::clone(&self.methodology.catalogue);
        let object_of = |index: u32| loaded.objects.rows()[index as usize].id;
        let weights = self.weights_of((&events, as_of), object_of).await?;
        let bundle = blocking("the training", move || match weights {
            None => train(&spec, &catalogue, &table, &labels, &window),
            Some(weights) => train_weighted(&spec, &catalogue, &table, (&labels, &weights), &window),
        });
        Ok(bundle.await??)
    }

    /// Trains, checks that the bundle loads again, and stores it: as champion when there is none of this
    /// catalogue of facts or `promote` asks for it, else as challenger.
    ///
    /// # Errors
    /// [`AppError::ModelNotDeclared`]; scoring's coded errors when the outcomes do not suffice.
    pub async fn train(
        &self,
        as_of: Timestamp,
        promote: Promotion,
        actor: &str,
        progress: &dyn Progress,
    ) -> Result<TrainReport, AppError> {
        self.expect_come(as_of).await?;
        self.under_lease("train", self.train_under_lease(as_of, promote, actor, progress)).await
    }

    async fn train_under_lease(
        &self,
        as_of: Timestamp,
        promote: Promotion,
        actor: &str,
        progress: &dyn Progress,
    ) -> Result<TrainReport, AppError> {
        let spec = self.model_spec()?;
        let loaded = self.load(&[&spec.outcome.source], progress).await?;
        progress.stage("train", None);
        let bundle = self.fit(&loaded, as_of).await?;
        let bytes = bundle.to_bytes()?;
        let catalogue_hash = hex(&self.methodology.catalogue.hash());
        let bundle = ModelBundle::from_bytes(&bytes, &self.methodology.catalogue.hash())?;
        let hash = bundle.hash()?;
        let summary = bundle.summary().clone();
        if let Some(known) = self.store.model(&hash).await? {
            self.restore(&known, &bytes, actor).await?;
            let role = self.promoted(&known, promote, actor).await?;
            return Ok(TrainReport { model: hash, role: role_name(role), known: true, summary });
        }
        // A champion of another catalogue of facts cannot be used: then this one is the first.
        let champion = self.store.champion().await?;
        let first = champion.is_none_or(|champion| champion.catalogue_hash != catalogue_hash);
        let role =
            if first || promote == Promotion::Champion { ModelRole::Champion } else { ModelRole::Challenger };
        let model = Model {
            hash: hash.clone(),
            role,
            catalogue_hash,
            methodology: self.methodology.hash.clone(),
            trained_at: self.now(),
            as_of,
            up_to_seq: loaded.up_to_seq,
            metrics: json!(summary).to_string(),
        };
        let mut tx = self.store.begin().await?;
        tx.insert_model(&model, &bytes).await?;
        let details =
            json!({ "role": role_name(role), "as_of": as_of.to_string(), "up_to_seq": loaded.up_to_seq });
        tx.audit(self.audit(actor, "train", &hash, &details));
        tx.commit().await?;
        Ok(TrainReport { model: hash, role: role_name(role), known: false, summary })
    }

    /// Puts a stored model's bytes back where the store has lost or changed them: those that were just made have the
    /// hash that names it.
    async fn restore(&self, known: &Model, bytes: &[u8], actor: &str) -> Result<(), AppError> {
        match self.store.model_bundle(&known.hash).await {
            Ok(_sound) => return Ok(()),
            Err(StoreError::BlobMissing { .. } | StoreError::BlobHashMismatch { .. }) => {}
            Err(other) => return Err(other.into()),
        }
        let digest = sha256(bytes);
        let is_held = self.store.has_blob(&digest).await?;
        let mut tx = self.store.begin().await?;
        if is_held {
            tx.drop_blob(&digest).await?;
        }
        tx.put_blob(bytes, self.now()).await?;
        tx.audit(self.audit(actor, "restore_model", &known.hash, &json!({ "was_held": is_held })));
        tx.commit().await?;
        Ok(())
    }

    /// Gives a model that was stored before the champion's place when that is asked for, and returns its role.
    async fn promoted(&self, known: &Model, promote: Promotion, actor: &str) -> Result<ModelRole, AppError> {
        if promote == Promotion::Challenger || known.role == ModelRole::Champion {
            return Ok(known.role);
        }
        let mut tx = self.store.begin().await?;
        tx.promote_model(&known.hash).await?;
        let details = json!({ "role": role_name(ModelRole::Champion), "before": role_name(known.role) });
        tx.audit(self.audit(actor, "promote", &known.hash, &details));
        tx.commit().await?;
        Ok(ModelRole::Champion)
    }
}

fn role_name(role: ModelRole) -> &'static str {
    match role {
        ModelRole::Champion => "champion",
        ModelRole::Challenger => "challenger",
        ModelRole::Retired => "retired",
    }
}

/// Says what becomes of a newly trained model when there is a champion already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promotion {
    /// It challenges the champion.
    Challenger,
    /// It takes the champion's place.
    Champion,
}
