//! Sources, deliveries, rejects, users.

use axum::Json;
use axum::extract::State;
use dozor_app::queries::sources::{DeliveryPage, RejectCounts, RejectPage, SourceList, UserList};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::fields::{Given, PageQuery, said};
use crate::problem::ApiError;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_sources))
        .routes(routes!(list_deliveries))
        .routes(routes!(count_rejects))
        .routes(routes!(list_rejects))
        .routes(routes!(list_users))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SourceQuery {
    /// Name of a source.
    source: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RejectQuery {
    /// Name of a source.
    source: Option<String>,
    /// Code.
    code: Option<String>,
}

/// Sources with counts (permission view_sources).
#[utoipa::path(get, path = "/api/v1/sources", tag = "administration", responses((status = 200, description = "Done.", body = SourceList)))]
async fn list_sources(State(state): State<ApiState>) -> Result<Json<SourceList>, ApiError> {
    Ok(Json(state.queries.sources().await?))
}

/// Deliveries, newest first.
#[utoipa::path(
    get, path = "/api/v1/deliveries", tag = "administration", params(SourceQuery, PageQuery),
    responses((status = 200, description = "Done.", body = DeliveryPage))
)]
async fn list_deliveries(
    State(state): State<ApiState>,
    Given(query): Given<SourceQuery>,
    Given(page): Given<PageQuery>,
) -> Result<Json<DeliveryPage>, ApiError> {
    Ok(Json(state.queries.deliveries(said(query.source).as_deref(), &page.call()?).await?))
}

/// Rejects by source and code.
#[utoipa::path(
    get, path = "/api/v1/rejects/counts", tag = "administration", params(SourceQuery),
    responses((status = 200, description = "Done.", body = RejectCounts))
)]
async fn count_rejects(
    State(state): State<ApiState>,
    Given(query): Given<SourceQuery>,
) -> Result<Json<RejectCounts>, ApiError> {
    Ok(Json(state.queries.reject_counts(said(query.source).as_deref()).await?))
}

/// Reject rows.
#[utoipa::path(
    get, path = "/api/v1/rejects", tag = "administration", params(RejectQuery, PageQuery),
    responses((status = 200, description = "Done.", body = RejectPage))
)]
async fn list_rejects(
    State(state): State<ApiState>,
    Given(query): Given<RejectQuery>,
    Given(page): Given<PageQuery>,
) -> Result<Json<RejectPage>, ApiError> {
    Ok(Json(state.queries.reject_rows(said(query.source), said(query.code), &page.call()?).await?))
}

/// Users (permission manage_users).
#[utoipa::path(get, path = "/api/v1/users", tag = "administration", responses((status = 200, description = "Done.", body = UserList)))]
async fn list_users(State(state): State<ApiState>) -> Result<Json<UserList>, ApiError> {
    Ok(Json(state.queries.users().await?))
}
