//! An inspector begins a visit; the head reads which starts the law did not allow.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::HashMap;

use dozor_domain as domain;
use dozor_domain::{TaskId, TaskStart, TaskStartId, Timestamp};
use dozor_store::{TaskFilter, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Queries;
use super::codes::StartOutcome;
use super::common::Localized;
use super::words;
use crate::error::AppError;
use crate::starting::StartCall;

/// Begins a visit.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskStartWish {
    /// Made where it is captured: the same id again is the same start.
    #[schema(format = "uuid")]
    pub id: String,
    /// When it was captured, if that was without a network; now when none is named.
    #[schema(format = DateTime)]
    #[serde(default)]
    pub started_at: Option<String>,
}

/// One thing that is lacking.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StartRefusal {
    pub code: String,
    pub words: Localized,
    /// What asks for it.
    pub articles: Vec<String>,
}

/// What came of beginning a visit; it is stored in each case.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskStarted {
    pub outcome: StartOutcome,
    #[schema(format = DateTime)]
    pub started_at: String,
    /// Empty unless refused.
    pub refusals: Vec<StartRefusal>,
}

/// A start that did not count, named to the head.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LostStart {
    /// 32 hexadecimal digits.
    pub object_id: String,
    /// Key in the registry.
    pub object_key: String,
    /// Name of the inspector.
    pub inspector: String,
    pub outcome: StartOutcome,
    #[schema(format = DateTime)]
    pub started_at: String,
    /// Empty unless refused.
    pub refusals: Vec<StartRefusal>,
}

pub(super) fn refusals(start: &TaskStart) -> Vec<StartRefusal> {
    let said = |one: &domain::StartRefusal| StartRefusal {
        code: one.code.clone(),
        words: words::lack(&one.code),
        articles: one.articles.clone(),
    };
    start.refusals.iter().map(said).collect()
}

impl Queries {
    /// Begins a visit of the user's own day.
    ///
    /// # Errors
    /// [`AppError::StaffNotFound`], [`AppError::DateInvalid`]; those of [`crate::Dozor::start_task`].
    pub async fn start_task(
        &self,
        task: TaskId,
        id: TaskStartId,
        body: TaskStartWish,
        by: &User,
    ) -> Result<TaskStarted, AppError> {
        let nobody = || AppError::StaffNotFound { login: by.login.clone() };
        let inspector = by.staff.clone().ok_or_else(nobody)?;
        let invalid = |text: &String| AppError::DateInvalid { text: text.clone() };
        let read = |text: &String| Timestamp::parse_rfc3339(text).ok_or_else(|| invalid(text));
        let started_at = body.started_at.as_ref().map(read).transpose()?;
        let start = self.dozor.start_task(&StartCall { id, task, started_at }, &inspector, &by.login).await?;
        Ok(TaskStarted {
            outcome: start.outcome.into(),
            started_at: start.started_at.to_string(),
            refusals: refusals(&start),
        })
    }

    /// Returns the starts of a plan's day that did not count, the earliest first.
    pub(super) async fn lost_starts(&self, plan: &domain::Plan) -> Result<Vec<LostStart>, AppError> {
        let mut starts = self.dozor.store().task_starts(&plan.date).await?;
        let is_lost =
            |outcome| matches!(outcome, domain::StartOutcome::Refused | domain::StartOutcome::NotOpen);
        starts.retain(|start| is_lost(start.outcome));
        if starts.is_empty() {
            return Ok(Vec::new());
        }
        let filter = TaskFilter { date: Some(plan.date.clone()), ..TaskFilter::default() };
        let tasks = self.dozor.store().tasks(&filter).await?;
        let tasks: HashMap<TaskId, &domain::Task> = tasks.iter().map(|task| (task.id, task)).collect();
        let name = |key: &str| {
            let route = plan.routes.iter().find(|route| route.inspector.key == key);
            route.map_or_else(|| key.to_owned(), |route| route.inspector.name.clone())
        };
        let lost = starts.iter().filter_map(|start| {
            let task = tasks.get(&start.task)?;
            Some(LostStart {
                object_id: task.object.to_string(),
                object_key: task.object_key.clone(),
                inspector: name(&start.inspector),
                outcome: start.outcome.into(),
                started_at: start.started_at.to_string(),
                refusals: refusals(start),
            })
        });
        Ok(lost.collect())
    }
}
