//! The desk: queue, evidence, decisions.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use dozor_app::AppError;
use dozor_app::DeskFilter;
use dozor_app::queries::desk::{DeskDecision, DeskDecisionPage, NewDeskDecision, SignDetail, SignPage};
use dozor_app::queries::snoozes::{NewSnooze, Snooze};
use dozor_domain::{DeskReviewId, SignId, SnoozeId};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::Caller;
use crate::commands;
use crate::fields::{Body, Given, PageQuery, no_uuid, said};
use crate::problem::ApiError;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_signs))
        .routes(routes!(get_sign))
        .routes(routes!(decide_sign))
        .routes(routes!(create_snooze))
        .routes(routes!(list_desk_decisions))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SignQuery {
    /// Code.
    control_kind: Option<String>,
    /// Code.
    territory: Option<String>,
    /// Rule id.
    rule: Option<String>,
}

fn sign_id(text: &str) -> Result<SignId, AppError> {
    SignId::parse(text).ok_or_else(|| AppError::SignNotFound { sign: text.to_owned() })
}

/// The desk queue: signs that wait for the caller's verdict (permission view_desk).
#[utoipa::path(
    get, path = "/api/v1/signs", tag = "desk", params(SignQuery, PageQuery),
    responses((status = 200, description = "Done.", body = SignPage))
)]
async fn list_signs(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Given(query): Given<SignQuery>,
    Given(page): Given<PageQuery>,
) -> Result<Json<SignPage>, ApiError> {
    let filter = DeskFilter {
        control_kind: said(query.control_kind),
        rule: said(query.rule),
        territory: said(query.territory),
        ..DeskFilter::default()
    };
    Ok(Json(state.queries.signs(filter, &page.call()?, &caller.0).await?))
}

/// Evidence of one sign.
#[utoipa::path(
    get, path = "/api/v1/signs/{sign_id}", tag = "desk",
    params(("sign_id" = String, Path, description = "32 hexadecimal digits.")),
    responses((status = 200, description = "Done.", body = SignDetail))
)]
async fn get_sign(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<SignDetail>, ApiError> {
    Ok(Json(state.queries.sign_detail(sign_id(&id)?, &caller.0).await?))
}

/// Decides a sign (permission decide_signs); idempotent by id.
#[utoipa::path(
    post, path = "/api/v1/signs/{sign_id}/decision", tag = "desk", request_body = NewDeskDecision,
    params(("sign_id" = String, Path, description = "32 hexadecimal digits.")),
    responses((status = 200, description = "Done.", body = DeskDecision))
)]
async fn decide_sign(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<NewDeskDecision>,
) -> Result<Json<DeskDecision>, ApiError> {
    let (sign, queries) = (sign_id(&id)?, state.queries.clone());
    let review = DeskReviewId::parse(&body.id).ok_or_else(no_uuid)?;
    let decided = async move { queries.decide_sign(sign, review, body, &caller.0).await };
    Ok(Json(commands::run(decided).await?))
}

/// Puts a sign aside until a day (permission decide_signs): its rule is snoozed on its object.
#[utoipa::path(
    post, path = "/api/v1/signs/{sign_id}/snoozes", tag = "desk", request_body = NewSnooze,
    params(("sign_id" = String, Path, description = "32 hexadecimal digits.")),
    responses((status = 200, description = "Done.", body = Snooze))
)]
async fn create_snooze(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<NewSnooze>,
) -> Result<Json<Snooze>, ApiError> {
    let (sign, queries) = (sign_id(&id)?, state.queries.clone());
    let snooze = SnoozeId::new((state.settings.new_id)());
    Ok(Json(commands::run(async move { queries.snooze_sign((sign, snooze), body, &caller.0).await }).await?))
}

/// The user's own decisions, newest first.
#[utoipa::path(
    get, path = "/api/v1/desk_decisions", tag = "desk", params(PageQuery),
    responses((status = 200, description = "Done.", body = DeskDecisionPage))
)]
async fn list_desk_decisions(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Given(page): Given<PageQuery>,
) -> Result<Json<DeskDecisionPage>, ApiError> {
    Ok(Json(state.queries.own_desk_decisions(&caller.0, &page.call()?).await?))
}
