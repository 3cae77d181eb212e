//! Versions of the methodology: drafts, steps, comparison, findings, the document.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use dozor_app::Language;
use dozor_app::queries::rule_histories::RuleHistoryList;
use dozor_app::queries::tables::TableImport;
use dozor_app::queries::version_effects::Backtest;
use dozor_app::queries::version_questions::FindingList;
use dozor_app::queries::versions::{
    Difference, FileChanges, MethodologyVersion, NewStep, Rollback, StepDone, VersionFiles, VersionList,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
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
        .routes(routes!(get_catalogue))
        .routes(routes!(import_table).layer(DefaultBodyLimit::max(LARGEST_SHEET)))
        .routes(routes!(list_rule_histories))
}

/// Bytes of a workbook that holds a table.
const LARGEST_SHEET: usize = 8 << 20;

/// Stands in the OpenAPI for the bytes of a sheet.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "describes a body that is not JSON")]
struct SheetBytes(Vec<u8>);

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SheetQuery {
    /// Which sheet of a workbook that has several.
    sheet: Option<String>,
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

impl LanguageQuery {
    fn read(self) -> Result<Language, ApiError> {
        let code = said(self.language).unwrap_or_else(|| "ru".to_owned());
        Language::parse(&code).ok_or_else(|| ApiError::Parameter {
            name: "language".to_owned(),
            problem: format!("«{code}» is neither ru nor en"),
        })
    }
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
    Extension(caller): Extension<Caller>,
    Path(version): Path<String>,
    Given(query): Given<AsOfQuery>,
) -> Result<Json<Arc<Backtest>>, ApiError> {
    let as_of = said(query.as_of);
    Ok(Json(state.queries.version_backtest(&version, as_of.as_deref(), &caller.0).await?))
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
    let text = state.queries.version_document(&version, query.read()?).await?;
    Ok(([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], text.to_string()).into_response())
}

/// The fact catalogue of the version as a page that people read.
#[utoipa::path(
    get, path = "/api/v1/methodology/versions/{version}/catalogue", tag = "methodology",
    params(("version" = String, Path, description = "Number or hash."), LanguageQuery),
    responses((status = 200, description = "Done.", body = String, content_type = "text/markdown"))
)]
async fn get_catalogue(
    State(state): State<ApiState>,
    Path(version): Path<String>,
    Given(query): Given<LanguageQuery>,
) -> Result<Response, ApiError> {
    let text = state.queries.catalogue_page(&version, query.read()?).await?;
    Ok(([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], text).into_response())
}

/// Puts a decision table into a draft from a workbook (.xlsx) or CSV; of the version in force it makes a draft.
#[utoipa::path(
    put, path = "/api/v1/methodology/versions/{version}/tables/{table}", tag = "methodology",
    params(
        ("version" = String, Path, description = "Number or hash."),
        ("table" = String, Path, description = "Name by which scripts call it."),
        SheetQuery
    ),
    request_body(content = inline(SheetBytes), content_type = "application/octet-stream"),
    responses((status = 200, description = "Done.", body = TableImport))
)]
async fn import_table(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path((version, table)): Path<(String, String)>,
    Given(query): Given<SheetQuery>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<TableImport>, ApiError> {
    let bytes =
        body.map_err(|fault| ApiError::Body { status: fault.status(), problem: fault.body_text() })?;
    let queries = state.queries.clone();
    let imported = async move {
        let named = (table.as_str(), query.sheet.as_deref().filter(|sheet| !sheet.trim().is_empty()));
        queries.import_table(&version, named, &bytes, &caller.0).await
    };
    Ok(Json(commands::run(imported).await?))
}

/// What outcomes of three years say of each rule in force.
#[utoipa::path(get, path = "/api/v1/methodology/rule_histories", tag = "methodology", responses((status = 200, description = "Done.", body = RuleHistoryList)))]
async fn list_rule_histories(State(state): State<ApiState>) -> Result<Json<Arc<RuleHistoryList>>, ApiError> {
    Ok(Json(state.queries.rule_histories().await?))
}
