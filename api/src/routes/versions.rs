//! Versions of the methodology: drafts, steps, comparison, findings, the document.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use dozor_app::Language;
use dozor_app::queries::versions::{
    Backtest, Difference, FileChanges, FindingList, MethodologyVersion, NewStep, Rollback, RuleHistoryList,
    StepDone, VersionFiles, VersionList,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::Caller;
use crate::commands;
use crate::fields::{Body, Given, said};
use crate::problem::ApiError;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_versions, create_draft))
        .routes(routes!(get_version_files, change_draft))
        .routes(routes!(create_step))
        .routes(routes!(create_rollback))
        .routes(routes!(get_difference))
        .routes(routes!(get_backtest))
        .routes(routes!(list_findings))
        .routes(routes!(get_document))
        .routes(routes!(list_rule_histories))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AsOfQuery {
    /// Day or instant; else now.
    as_of: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LanguageQuery {
    /// ru or en; else ru.
    language: Option<String>,
}

/// All versions, the newest first.
#[utoipa::path(get, path = "/api/v1/methodology/versions", tag = "methodology", responses((status = 200, description = "Done.", body = VersionList)))]
async fn list_versions(State(state): State<ApiState>) -> Result<Json<VersionList>, ApiError> {
    Ok(Json(state.queries.versions().await?))
}

/// Makes a draft of the version in force with some files changed.
#[utoipa::path(
    post, path = "/api/v1/methodology/versions", tag = "methodology", request_body = FileChanges,
    responses((status = 200, description = "Done.", body = MethodologyVersion))
)]
async fn create_draft(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Body(body): Body<FileChanges>,
) -> Result<Json<MethodologyVersion>, ApiError> {
    let queries = state.queries.clone();
    Ok(Json(commands::run(async move { queries.draft(body, &caller.0).await }).await?))
}

/// Files of a version.
#[utoipa::path(
    get, path = "/api/v1/methodology/versions/{version}/files", tag = "methodology",
    params(("version" = String, Path, description = "Number or hash.")),
    responses((status = 200, description = "Done.", body = VersionFiles))
)]
async fn get_version_files(
    State(state): State<ApiState>,
    Path(version): Path<String>,
) -> Result<Json<VersionFiles>, ApiError> {
    Ok(Json(state.queries.version_files(&version).await?))
}

/// Changes files of a draft.
#[utoipa::path(
    put, path = "/api/v1/methodology/versions/{version}/files", tag = "methodology", request_body = FileChanges,
    params(("version" = String, Path, description = "Number or hash.")),
    responses((status = 200, description = "Done.", body = MethodologyVersion))
)]
async fn change_draft(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(version): Path<String>,
    Body(body): Body<FileChanges>,
) -> Result<Json<MethodologyVersion>, ApiError> {
    let queries = state.queries.clone();
    Ok(Json(commands::run(async move { queries.edit_draft(&version, body, &caller.0).await }).await?))
}

/// Takes a step of a version: check submit sign approve schedule activate reject. The role must have its permission.
#[utoipa::path(
    post, path = "/api/v1/methodology/versions/{version}/steps", tag = "methodology", request_body = NewStep,
    params(("version" = String, Path, description = "Number or hash.")),
    responses((status = 200, description = "Done.", body = StepDone))
)]
async fn create_step(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(version): Path<String>,
    Body(body): Body<NewStep>,
) -> Result<Json<StepDone>, ApiError> {
    let queries = state.queries.clone();
    Ok(Json(commands::run(async move { queries.take_step(&version, body, &caller.0).await }).await?))
}

/// Brings the version that was in force before back.
#[utoipa::path(
    post, path = "/api/v1/methodology/rollback", tag = "methodology", request_body = Rollback,
    responses((status = 200, description = "Done.", body = MethodologyVersion))
)]
async fn create_rollback(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Body(body): Body<Rollback>,
) -> Result<Json<MethodologyVersion>, ApiError> {
    let queries = state.queries.clone();
    Ok(Json(commands::run(async move { queries.roll_back(body, &caller.0).await }).await?))
}

/// What differs from the version in force, by rule and by file.
#[utoipa::path(
    get, path = "/api/v1/methodology/versions/{version}/difference", tag = "methodology",
    params(("version" = String, Path, description = "Number or hash.")),
    responses((status = 200, description = "Done.", body = Difference))
)]
async fn get_difference(
    State(state): State<ApiState>,
    Path(version): Path<String>,
) -> Result<Json<Difference>, ApiError> {
    Ok(Json(state.queries.version_difference(&version).await?))
}

/// What the version would move on the whole portfolio, and what it would have found.
#[utoipa::path(
    get, path = "/api/v1/methodology/versions/{version}/backtest", tag = "methodology",
    params(("version" = String, Path, description = "Number or hash."), AsOfQuery),
    responses((status = 200, description = "Done.", body = Backtest))
)]
async fn get_backtest(
    State(state): State<ApiState>,
    Path(version): Path<String>,
    Given(query): Given<AsOfQuery>,
) -> Result<Json<Arc<Backtest>>, ApiError> {
    Ok(Json(state.queries.version_backtest(&version, said(query.as_of).as_deref()).await?))
}

/// What the verifier finds in a version and in its answers about the portfolio.
#[utoipa::path(
    get, path = "/api/v1/methodology/versions/{version}/findings", tag = "methodology",
    params(("version" = String, Path, description = "Number or hash.")),
    responses((status = 200, description = "Done.", body = FindingList))
)]
async fn list_findings(
    State(state): State<ApiState>,
    Path(version): Path<String>,
) -> Result<Json<Arc<FindingList>>, ApiError> {
    Ok(Json(state.queries.version_findings(&version).await?))
}

/// The version as a document that people read.
#[utoipa::path(
    get, path = "/api/v1/methodology/versions/{version}/document", tag = "methodology",
    params(("version" = String, Path, description = "Number or hash."), LanguageQuery),
    responses((status = 200, description = "Done.", body = String, content_type = "text/markdown"))
)]
async fn get_document(
    State(state): State<ApiState>,
    Path(version): Path<String>,
    Given(query): Given<LanguageQuery>,
) -> Result<Response, ApiError> {
    let code = said(query.language).unwrap_or_else(|| "ru".to_owned());
    let language = Language::parse(&code).ok_or_else(|| ApiError::Parameter {
        name: "language".to_owned(),
        problem: format!("«{code}» is neither ru nor en"),
    })?;
    let text = state.queries.version_document(&version, language).await?;
    Ok(([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], text).into_response())
}

/// What outcomes of three years say of each rule in force.
#[utoipa::path(get, path = "/api/v1/methodology/rule_histories", tag = "methodology", responses((status = 200, description = "Done.", body = RuleHistoryList)))]
async fn list_rule_histories(State(state): State<ApiState>) -> Result<Json<Arc<RuleHistoryList>>, ApiError> {
    Ok(Json(state.queries.rule_histories().await?))
}
