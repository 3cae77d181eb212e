//! An inspector's own day.

use axum::extract::State;
use axum::{Extension, Json};
use dozor_app::queries::tasks::TaskDay;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::Caller;
use crate::fields::{Given, said};
use crate::problem::ApiError;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_task_day))
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
