//! The page of oversight.

use axum::Json;
use axum::extract::State;
use dozor_app::queries::oversight::{InspectorEffectList, Oversight};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::ApiError;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_oversight)).routes(routes!(list_inspector_effects))
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
