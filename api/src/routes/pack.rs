//! Names of the pack's codes, and its territories.

use axum::Json;
use axum::extract::State;
use dozor_app::queries::pack::{PackInfo, Territories};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::ApiError;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_pack)).routes(routes!(list_territories))
}

/// Names of codes, scale, zone, bounds.
#[utoipa::path(get, path = "/api/v1/pack", tag = "pack", responses((status = 200, description = "Done.", body = PackInfo)))]
async fn get_pack(State(state): State<ApiState>) -> Result<Json<PackInfo>, ApiError> {
    Ok(Json(state.queries.pack_info().await?))
}

/// The pack's territories with outlines.
#[utoipa::path(get, path = "/api/v1/territories", tag = "pack", responses((status = 200, description = "Done.", body = Territories)))]
async fn list_territories(State(state): State<ApiState>) -> Result<Json<Territories>, ApiError> {
    Ok(Json(state.queries.territories().await?))
}
