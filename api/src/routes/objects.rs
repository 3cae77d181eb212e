//! The register, its counts and export, and the card.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use dozor_app::queries::card::ObjectCard;
use dozor_app::queries::register::{ObjectCounts, ObjectPage, RegisterCall};
use dozor_app::queries::similar::SimilarCases;
use dozor_domain::ObjectId;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::Caller;
use crate::fields::{Given, PageQuery, category, id, said};
use crate::problem::ApiError;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_objects))
        .routes(routes!(count_objects))
        .routes(routes!(get_object))
        .routes(routes!(list_similar_cases))
        .routes(routes!(export_objects))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RegisterQuery {
    /// Active categories, comma-separated.
    category: Option<String>,
    /// Code of a kind of control.
    control_kind: Option<String>,
    /// Code of a kind of object.
    object_kind: Option<String>,
    /// Code of a territory.
    territory: Option<String>,
    /// Part of a key or an address, case does not matter.
    text: Option<String>,
}

impl RegisterQuery {
    /// Turns the query into a call; what is sealed to the caller is left out of every answer.
    async fn call(self, state: &ApiState, caller: &Caller) -> Result<RegisterCall, ApiError> {
        let codes = said(self.category).unwrap_or_default();
        let codes = codes.split(',').filter(|code| !code.is_empty());
        Ok(RegisterCall {
            categories: codes.map(|code| category("category", code)).collect::<Result<_, _>>()?,
            control_kind: said(self.control_kind),
            object_kind: said(self.object_kind),
            territory: said(self.territory),
            text: said(self.text),
            sealed: state.queries.sealed_to(&caller.0).await?,
        })
    }
}

/// The register (permission view_register).
#[utoipa::path(
    get, path = "/api/v1/objects", tag = "objects", params(RegisterQuery, PageQuery),
    responses((status = 200, description = "Done.", body = ObjectPage))
)]
async fn list_objects(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Given(query): Given<RegisterQuery>,
    Given(page): Given<PageQuery>,
) -> Result<Json<ObjectPage>, ApiError> {
    let call = query.call(&state, &caller).await?;
    Ok(Json(state.queries.objects(&call, &page.call()?).await?))
}

/// Counts under the filter of the register.
#[utoipa::path(
    get, path = "/api/v1/objects/counts", tag = "objects", params(RegisterQuery),
    responses((status = 200, description = "Done.", body = ObjectCounts))
)]
async fn count_objects(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Given(query): Given<RegisterQuery>,
) -> Result<Json<ObjectCounts>, ApiError> {
    let call = query.call(&state, &caller).await?;
    Ok(Json(state.queries.object_counts(&call).await?))
}

/// The card with why.
#[utoipa::path(
    get, path = "/api/v1/objects/{object_id}", tag = "objects",
    params(("object_id" = String, Path, description = "32 hexadecimal digits.")),
    responses((status = 200, description = "Done.", body = ObjectCard))
)]
async fn get_object(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(object_id): Path<String>,
) -> Result<Json<ObjectCard>, ApiError> {
    let missing = || dozor_app::AppError::ObjectNotFound { key: object_id.clone() };
    let id = id(&object_id, ObjectId::parse).map_err(|_| missing())?;
    state.queries.expect_unsealed(&caller.0, id).await?;
    Ok(Json(state.queries.object_card(id).await?))
}

/// Past cases like an object, with what was found.
#[utoipa::path(
    get, path = "/api/v1/objects/{object_id}/similar", tag = "objects",
    params(("object_id" = String, Path, description = "32 hexadecimal digits.")),
    responses((status = 200, description = "Done.", body = SimilarCases))
)]
async fn list_similar_cases(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(object_id): Path<String>,
) -> Result<Json<SimilarCases>, ApiError> {
    let missing = || dozor_app::AppError::ObjectNotFound { key: object_id.clone() };
    let id = id(&object_id, ObjectId::parse).map_err(|_| missing())?;
    state.queries.expect_unsealed(&caller.0, id).await?;
    let sealed = state.queries.sealed_to(&caller.0).await?;
    Ok(Json(state.queries.similar_cases(id, &sealed).await?))
}

/// The register under the filter as CSV (UTF-8 with BOM; cells neutralised).
#[utoipa::path(
    get, path = "/api/v1/exports/objects.csv", tag = "objects", params(RegisterQuery),
    responses((status = 200, description = "Done.", body = String, content_type = "text/csv"))
)]
async fn export_objects(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Given(query): Given<RegisterQuery>,
) -> Result<impl IntoResponse, ApiError> {
    let call = query.call(&state, &caller).await?;
    let parts = state.queries.objects_csv(call).await?.map(Ok::<_, std::convert::Infallible>);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"objects.csv\""),
    ];
    Ok((headers, Body::from_stream(futures::stream::iter(parts))))
}
