//! The methodology page.

use axum::Json;
use axum::extract::State;
use dozor_app::queries::catalogue::FactList;
use dozor_app::queries::methodology::{Methodology, RuleList};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::ApiError;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_methodology))
        .routes(routes!(list_rules))
        .routes(routes!(list_facts))
}

/// The active version (permission view_methodology).
#[utoipa::path(get, path = "/api/v1/methodology", tag = "methodology", responses((status = 200, description = "Done.", body = Methodology)))]
async fn get_methodology(State(state): State<ApiState>) -> Result<Json<Methodology>, ApiError> {
    Ok(Json(state.queries.methodology().await?))
}

/// Rules with scripts and cases.
#[utoipa::path(get, path = "/api/v1/methodology/rules", tag = "methodology", responses((status = 200, description = "Done.", body = RuleList)))]
async fn list_rules(State(state): State<ApiState>) -> Result<Json<RuleList>, ApiError> {
    Ok(Json(state.queries.rules().await?))
}

/// The fact catalogue.
#[utoipa::path(get, path = "/api/v1/methodology/facts", tag = "methodology", responses((status = 200, description = "Done.", body = FactList)))]
async fn list_facts(State(state): State<ApiState>) -> Result<Json<FactList>, ApiError> {
    Ok(Json(state.queries.facts().await?))
}
