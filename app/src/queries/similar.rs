//! Past cases like one object: what visits found where the model saw the same.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use dozor_domain::{ObjectId, RunId};
use dozor_scoring::ModelBundle;
use serde::Serialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;

use super::Queries;
use super::common::{day_text, whole};
use super::version_effects::Share;
use crate::dozor::blocking;
use crate::error::AppError;
use crate::progress::Silent;
use crate::rolling::CaseBase;

/// Cases that are shown.
const SHOWN: usize = 5;
/// Nearest cases over which the share is counted: enough for an interval, few enough to be alike.
const COUNTED: usize = 100;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SimilarCase {
    pub object_id: String,
    pub object_key: String,
    pub object_title: String,
    #[schema(format = Date)]
    pub happened_on: String,
    pub violation: bool,
    /// 0: the model sees no difference.
    pub distance: f64,
}

/// Past events at objects of the same kind, the most alike first; the object's own events are left out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SimilarCases {
    pub items: Vec<SimilarCase>,
    /// Nearest cases that the share counts.
    pub counted: i64,
    /// Share of violations among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
}

/// Keeps the past cases as the latest run's model sees them; who asks meanwhile waits.
#[derive(Debug, Default)]
pub(super) struct HeldCases(Mutex<Option<(RunId, Arc<Seen>)>>);

/// Is a model with the past cases.
#[derive(Debug)]
struct Seen {
    bundle: Arc<ModelBundle>,
    base: CaseBase,
}

impl Queries {
    /// Finds past cases like an object, without those of objects that are sealed to the caller; none without a model.
    ///
    /// # Errors
    /// [`AppError::ObjectNotFound`], [`AppError::RunNotFound`]; the store's.
    pub async fn similar_cases(
        &self,
        id: ObjectId,
        sealed: &BTreeSet<ObjectId>,
    ) -> Result<SimilarCases, AppError> {
        let register = self.register().await?;
        let missing = || AppError::ObjectNotFound { key: id.to_string() };
        let object = register.object(id).ok_or_else(missing)?;
        let none = SimilarCases { items: Vec::new(), counted: 0, share: None };
        let Some(seen) = self.past_cases().await? else { return Ok(none) };
        let Some(row) = self.dozor.latest_facts(id).await? else { return Ok(none) };
        let objects = register.all_objects();
        let alike: HashSet<ObjectId> = objects
            .rows()
            .iter()
            .filter(|other| other.kind == object.kind && other.id != id && !sealed.contains(&other.id))
            .map(|other| other.id)
            .collect();
        let shared = Arc::clone(&seen);
        let found = blocking("similar cases", move || {
            let events = &shared.base.events;
            let may = |place: usize| events.get(place).is_some_and(|(object, _)| alike.contains(object));
            shared.base.cases.like((&shared.bundle, &row), may, (SHOWN, COUNTED))
        });
        let found = found.await??;
        let zone = &self.dozor.methodology.manifest.zone;
        let case = |case: &dozor_scoring::NearCase| {
            let (object, at) = seen.base.events.get(case.place)?;
            let other = register.object(*object)?;
            Some(SimilarCase {
                object_id: other.id.to_string(),
                object_key: other.key.clone(),
                object_title: other.title.clone(),
                happened_on: day_text(zone, *at),
                violation: case.violation,
                distance: case.distance,
            })
        };
        Ok(SimilarCases {
            items: found.nearest.iter().filter_map(case).collect(),
            counted: whole(found.counted),
            share: found.share.map(Share::from),
        })
    }

    /// Returns the past cases as the latest run's model sees them, with the outcomes that it could know.
    async fn past_cases(&self) -> Result<Option<Arc<Seen>>, AppError> {
        let Some(run) = self.dozor.store().latest_run().await?.map(|run| run.header) else { return Ok(None) };
        let mut held = self.cases.0.lock().await;
        if let Some((_, seen)) = held.as_ref().filter(|(known, _)| *known == run.id) {
            return Ok(Some(Arc::clone(seen)));
        }
        let Some(hash) = &run.model else { return Ok(None) };
        let Ok(bundle) = self.dozor.bundle(hash).await else { return Ok(None) };
        let bundle = Arc::new(bundle);
        let base = self.dozor.case_base(Arc::clone(&bundle), run.as_of, &Silent).await?;
        let seen = Arc::new(Seen { bundle, base });
        *held = Some((run.id, Arc::clone(&seen)));
        Ok(Some(seen))
    }
}
