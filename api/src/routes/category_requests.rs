//! Requests to change a category.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use dozor_app::queries::category_requests::{
    CategoryRequest, CategoryRequestList, NewCategoryRequest, RequestAnswer, RequestReply,
};
use dozor_app::queries::codes::RequestVerdict;
use dozor_domain::{CategoryRequestId, ObjectId};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::Caller;
use crate::commands;
use crate::fields::{Body, Given, id};
use crate::problem::ApiError;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_category_requests))
        .routes(routes!(create_category_request))
        .routes(routes!(get_request_reply))
        .routes(routes!(answer_category_request))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ReplyQuery {
    /// What the reply would say.
    verdict: RequestVerdict,
}

fn request_id(text: &str) -> Result<CategoryRequestId, ApiError> {
    let missing = || dozor_app::AppError::CategoryRequestUnknown { id: text.to_owned() };
    Ok(id(text, CategoryRequestId::parse).map_err(|_| missing())?)
}

/// Requests that wait, the earliest term first.
#[utoipa::path(
    get, path = "/api/v1/category_requests", tag = "decisions",
    responses((status = 200, description = "Done.", body = CategoryRequestList))
)]
async fn list_category_requests(
    State(state): State<ApiState>,
) -> Result<Json<CategoryRequestList>, ApiError> {
    Ok(Json(state.queries.category_requests().await?))
}

/// Enters a person's request; its term runs from the day on which it came.
#[utoipa::path(
    post, path = "/api/v1/objects/{object_id}/category_requests", tag = "decisions",
    params(("object_id" = String, Path, description = "32 hexadecimal digits.")),
    request_body = NewCategoryRequest, responses((status = 200, description = "Done.", body = CategoryRequest))
)]
async fn create_category_request(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(object_id): Path<String>,
    Body(body): Body<NewCategoryRequest>,
) -> Result<Json<CategoryRequest>, ApiError> {
    let missing = || dozor_app::AppError::ObjectNotFound { key: object_id.clone() };
    let object = id(&object_id, ObjectId::parse).map_err(|_| missing())?;
    let (new, queries) = (CategoryRequestId::new((state.settings.new_id)()), state.queries.clone());
    let filed = async move { queries.file_request((object, new), body, &caller.0).await };
    Ok(Json(commands::run(filed).await?))
}

/// The reply that says a verdict: the category in force, its criteria with facts, the smallest change that lowers it.
#[utoipa::path(
    get, path = "/api/v1/category_requests/{request_id}/reply", tag = "decisions",
    params(("request_id" = String, Path, description = "32 hexadecimal digits."), ReplyQuery),
    responses((status = 200, description = "Done.", body = RequestReply))
)]
async fn get_request_reply(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(text): Path<String>,
    Given(query): Given<ReplyQuery>,
) -> Result<Json<RequestReply>, ApiError> {
    Ok(Json(state.queries.request_reply(request_id(&text)?, query.verdict, &caller.0).await?))
}

/// Answers a request (permission decide_categories).
#[utoipa::path(
    post, path = "/api/v1/category_requests/{request_id}/answer", tag = "decisions", request_body = RequestAnswer,
    params(("request_id" = String, Path, description = "32 hexadecimal digits.")),
    responses((status = 200, description = "Done.", body = CategoryRequest))
)]
async fn answer_category_request(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(text): Path<String>,
    Body(body): Body<RequestAnswer>,
) -> Result<Json<CategoryRequest>, ApiError> {
    let (request, queries) = (request_id(&text)?, state.queries.clone());
    let answered = async move { queries.answer_request(request, body, &caller.0).await };
    Ok(Json(commands::run(answered).await?))
}
