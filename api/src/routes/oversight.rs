//! The page of oversight.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use dozor_app::queries::executors::ExecutorsView;
use dozor_app::queries::oversight::{InspectorEffectList, Oversight};
use dozor_app::queries::second_looks::{NewSettlement, SecondLookList, Settlement};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::Caller;
use crate::commands;
use crate::fields::Body;
use crate::problem::ApiError;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_oversight))
        .routes(routes!(list_inspector_effects))
        .routes(routes!(get_executors))
        .routes(routes!(list_second_looks))
        .routes(routes!(settle_second_look))
}

/// What moved, whom categories burden, which sources can be relied on (permission view_oversight).
#[utoipa::path(get, path = "/api/v1/oversight", tag = "oversight", responses((status = 200, description = "Done.", body = Oversight)))]
async fn get_oversight(State(state): State<ApiState>) -> Result<Json<Oversight>, ApiError> {
    Ok(Json(state.queries.oversight().await?))
}

/// Hit rates of inspectors at the mean risk of all (permission view_inspector_effects).
#[utoipa::path(
    get, path = "/api/v1/oversight/inspectors", tag = "oversight",
    responses((status = 200, description = "Done.", body = InspectorEffectList))
)]
async fn list_inspector_effects(
    State(state): State<ApiState>,
) -> Result<Json<InspectorEffectList>, ApiError> {
    Ok(Json(state.queries.inspector_effects().await?))
}

/// Terms that are about to break, how long each stage takes, how each executor works (permission view_inspector_effects).
#[utoipa::path(
    get, path = "/api/v1/oversight/executors", tag = "oversight",
    responses((status = 200, description = "Done.", body = ExecutorsView))
)]
async fn get_executors(State(state): State<ApiState>) -> Result<Json<ExecutorsView>, ApiError> {
    Ok(Json(state.queries.executors().await?))
}

/// How far second readings and second visits of a year agree with the first ones, and where they differ
/// (permission view_oversight).
#[utoipa::path(
    get, path = "/api/v1/oversight/second_looks", tag = "oversight",
    responses((status = 200, description = "Done.", body = SecondLookList))
)]
async fn list_second_looks(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<SecondLookList>, ApiError> {
    Ok(Json(state.queries.second_looks(&caller.0).await?))
}

/// Settles a disagreement of two looks (permission decide_categories).
#[utoipa::path(
    post, path = "/api/v1/oversight/second_looks/{look_id}/settlement", tag = "oversight",
    request_body = NewSettlement,
    params(("look_id" = String, Path, description = "32 hexadecimal digits.")),
    responses((status = 200, description = "Done.", body = Settlement))
)]
async fn settle_second_look(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(look): Path<String>,
    Body(body): Body<NewSettlement>,
) -> Result<Json<Settlement>, ApiError> {
    let queries = state.queries.clone();
    Ok(Json(commands::run(async move { queries.settle_look(&look, body, &caller.0).await }).await?))
}
