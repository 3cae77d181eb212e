//! An inspector's own day, and tasks that the head takes back.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use dozor_app::AppError;
use dozor_app::queries::plans::{TaskReturnWish, TasksReturned};
use dozor_app::queries::task_board::{TaskBoard, TaskCard, TaskStepWish, TaskStepped, task_id};
use dozor_app::queries::task_starts::{TaskStartWish, TaskStarted};
use dozor_app::queries::tasks::TaskDay;
use dozor_domain::{TaskId, TaskStartId, TaskStepId};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::Caller;
use crate::commands;
use crate::fields::{Body, Given, no_uuid, said};
use crate::problem::ApiError;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_task_day))
        .routes(routes!(return_tasks))
        .routes(routes!(start_task))
        .routes(routes!(list_tasks))
        .routes(routes!(get_task))
        .routes(routes!(take_task_step))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DayQuery {
    /// Local day, default today.
    #[param(format = Date)]
    date: Option<String>,
}

/// The user's own day (permission work_tasks).
#[utoipa::path(
    get, path = "/api/v1/tasks/day", tag = "tasks", params(DayQuery),
    responses((status = 200, description = "Done.", body = TaskDay))
)]
async fn get_task_day(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Given(query): Given<DayQuery>,
) -> Result<Json<TaskDay>, ApiError> {
    Ok(Json(state.queries.task_day(&caller.0, said(query.date).as_deref()).await?))
}

/// Takes back the open tasks of a day, of one inspector or of all: their objects are free for another plan
/// (permission approve_plans).
#[utoipa::path(
    post, path = "/api/v1/tasks/returns", tag = "tasks", request_body = TaskReturnWish,
    responses((status = 200, description = "Done.", body = TasksReturned))
)]
async fn return_tasks(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Body(body): Body<TaskReturnWish>,
) -> Result<Json<TasksReturned>, ApiError> {
    let queries = state.queries.clone();
    Ok(Json(commands::run(async move { queries.return_tasks(body, &caller.0).await }).await?))
}

/// Begins a visit, if the law lets it begin on that day; an attempt is stored whatever comes of it (permission work_tasks).
#[utoipa::path(
    post, path = "/api/v1/tasks/{task_id}/start", tag = "tasks", request_body = TaskStartWish,
    params(("task_id" = String, Path)),
    responses((status = 200, description = "Done.", body = TaskStarted))
)]
async fn start_task(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<TaskStartWish>,
) -> Result<Json<TaskStarted>, ApiError> {
    let task = TaskId::parse(&id).ok_or(AppError::TaskNotFound { task: id })?;
    let start = TaskStartId::parse(&body.id).ok_or_else(no_uuid)?;
    let queries = state.queries.clone();
    let started = async move { queries.start_task(task, start, body, &caller.0).await };
    Ok(Json(commands::run(started).await?))
}

/// Tasks of a day and where each stands, with what led nowhere and reports without a record (permission view_plans).
#[utoipa::path(
    get, path = "/api/v1/tasks", tag = "tasks", params(DayQuery),
    responses((status = 200, description = "Done.", body = TaskBoard))
)]
async fn list_tasks(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Given(query): Given<DayQuery>,
) -> Result<Json<TaskBoard>, ApiError> {
    Ok(Json(state.queries.task_board(said(query.date).as_deref(), Some(&caller.0)).await?))
}

/// One task with everything that people said of it (permission view_plans).
#[utoipa::path(
    get, path = "/api/v1/tasks/{task_id}", tag = "tasks", params(("task_id" = String, Path)),
    responses((status = 200, description = "Done.", body = TaskCard))
)]
async fn get_task(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<TaskCard>, ApiError> {
    Ok(Json(state.queries.task_card(task_id(&id)?, Some(&caller.0)).await?))
}

/// Takes a step of a task's life. The inspector's own steps need the permission work_tasks, and the task must be his; the
/// head's need approve_plans. The same id again is the same step.
#[utoipa::path(
    post, path = "/api/v1/tasks/{task_id}/steps", tag = "tasks", request_body = TaskStepWish,
    params(("task_id" = String, Path)),
    responses((status = 200, description = "Done.", body = TaskStepped))
)]
async fn take_task_step(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<TaskStepWish>,
) -> Result<Json<TaskStepped>, ApiError> {
    let task = task_id(&id)?;
    let step = TaskStepId::parse(&body.id).ok_or_else(no_uuid)?;
    let queries = state.queries.clone();
    let stepped = async move { queries.task_step(task, step, body, &caller.0).await };
    Ok(Json(commands::run(stepped).await?))
}
