//! Rules put aside on an object.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use dozor_app::AppError;
use dozor_app::queries::snoozes::{NewObjectSnooze, Snooze};
use dozor_domain::{ObjectId, SnoozeId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::Caller;
use crate::commands;
use crate::fields::{Body, id};
use crate::problem::ApiError;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(create_object_snooze)).routes(routes!(end_snooze))
}

/// Puts a rule aside on an object until a day (permission decide_signs): its sign is not queued, no category moves.
#[utoipa::path(
    post, path = "/api/v1/objects/{object_id}/snoozes", tag = "objects", request_body = NewObjectSnooze,
    params(("object_id" = String, Path, description = "32 hexadecimal digits.")),
    responses((status = 200, description = "Done.", body = Snooze))
)]
async fn create_object_snooze(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(object_id): Path<String>,
    Body(body): Body<NewObjectSnooze>,
) -> Result<Json<Snooze>, ApiError> {
    let missing = || AppError::ObjectNotFound { key: object_id.clone() };
    let object = id(&object_id, ObjectId::parse).map_err(|_| missing())?;
    let (queries, snooze) = (state.queries.clone(), SnoozeId::new((state.settings.new_id)()));
    let done = async move { queries.snooze_object((object, snooze), body, &caller.0).await };
    Ok(Json(commands::run(done).await?))
}

/// Ends a snooze before its time (permission decide_signs).
#[utoipa::path(
    delete, path = "/api/v1/snoozes/{snooze_id}", tag = "objects",
    params(("snooze_id" = String, Path, description = "UUID.")),
    responses((status = 204, description = "Done."))
)]
async fn end_snooze(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(snooze_id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let (queries, snooze) = (state.queries.clone(), id(&snooze_id, SnoozeId::parse)?);
    commands::run(async move { queries.end_snooze(snooze, &caller.0).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}
