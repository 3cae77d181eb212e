//! Plans of days and their approval.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use dozor_app::AppError;
use dozor_app::queries::day_changes::{DayChange, DayChangeApply, DayChangeWish, DayChanged};
use dozor_app::queries::plans::{
    LeftOutCall, LeftOutPage, Plan, PlanApproval, PlanApproved, PlanList, PlanSummary, PlanWish,
};
use dozor_domain::PlanId;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::Caller;
use crate::commands;
use crate::fields::{Body, Given, PageQuery, said};
use crate::problem::ApiError;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_plans, create_plan))
        .routes(routes!(get_plan_of_day))
        .routes(routes!(list_left_out))
        .routes(routes!(approve_plan))
        .routes(routes!(show_day_change))
        .routes(routes!(change_day))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LeftOutQuery {
    /// Code of a reason.
    reason: Option<String>,
    /// Code of a territory.
    territory: Option<String>,
    /// Part of a registry key or of an address, in any case.
    text: Option<String>,
}

fn plan_id(text: &str) -> Result<PlanId, AppError> {
    PlanId::parse(text).ok_or_else(|| AppError::PlanNotFound { plan: text.to_owned() })
}

/// The current plan of each day (permission view_plans).
#[utoipa::path(
    get, path = "/api/v1/plans", tag = "plans", params(PageQuery),
    responses((status = 200, description = "Done.", body = PlanList))
)]
async fn list_plans(
    State(state): State<ApiState>,
    Given(page): Given<PageQuery>,
) -> Result<Json<PlanList>, ApiError> {
    Ok(Json(state.queries.plans(&page.call()?).await?))
}

/// Plans a day anew, as the facts and decisions are now (permission approve_plans). A day whose plan is approved
/// keeps it: the answer is then that plan.
#[utoipa::path(
    post, path = "/api/v1/plans", tag = "plans", request_body = PlanWish,
    responses((status = 200, description = "Done.", body = PlanSummary))
)]
async fn create_plan(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Body(body): Body<PlanWish>,
) -> Result<Json<PlanSummary>, ApiError> {
    let queries = state.queries.clone();
    Ok(Json(commands::run(async move { queries.plan_again(body, &caller.0).await }).await?))
}

/// The current plan of a day.
#[utoipa::path(
    get, path = "/api/v1/plans/day/{date}", tag = "plans",
    params(("date" = String, Path, description = "YYYY-MM-DD")),
    responses((status = 200, description = "Done.", body = Plan))
)]
async fn get_plan_of_day(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(date): Path<String>,
) -> Result<Json<Plan>, ApiError> {
    Ok(Json(state.queries.plan_of_day(&date, &caller.0).await?))
}

/// Candidates that stayed out.
#[utoipa::path(
    get, path = "/api/v1/plans/{plan_id}/left_out", tag = "plans",
    params(("plan_id" = String, Path), LeftOutQuery, PageQuery),
    responses((status = 200, description = "Done.", body = LeftOutPage))
)]
async fn list_left_out(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Given(query): Given<LeftOutQuery>,
    Given(page): Given<PageQuery>,
) -> Result<Json<LeftOutPage>, ApiError> {
    let (reason, territory, text) = (said(query.reason), said(query.territory), said(query.text));
    let call = LeftOutCall { reason, territory, text };
    Ok(Json(state.queries.left_out(plan_id(&id)?, &call, &page.call()?, &caller.0).await?))
}

/// Approves a proposed plan: makes tasks and orders (permission approve_plans).
#[utoipa::path(
    post, path = "/api/v1/plans/{plan_id}/approval", tag = "plans", request_body = PlanApproval,
    params(("plan_id" = String, Path)),
    responses((status = 200, description = "Done.", body = PlanApproved))
)]
async fn approve_plan(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<PlanApproval>,
) -> Result<Json<PlanApproved>, ApiError> {
    let (plan, queries) = (plan_id(&id)?, state.queries.clone());
    Ok(Json(commands::run(async move { queries.approve_plan(plan, body, &caller.0).await }).await?))
}

/// Says what would change if the rest of the plan's day were planned anew; changes nothing (permission approve_plans).
#[utoipa::path(
    post, path = "/api/v1/plans/{plan_id}/changes", tag = "plans", request_body = DayChangeWish,
    params(("plan_id" = String, Path)),
    responses((status = 200, description = "Done.", body = DayChange))
)]
async fn show_day_change(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    Body(body): Body<DayChangeWish>,
) -> Result<Json<DayChange>, ApiError> {
    Ok(Json(state.queries.day_change(plan_id(&id)?, body).await?))
}

/// Applies the change that was shown, all of it or nothing (permission approve_plans).
#[utoipa::path(
    post, path = "/api/v1/plans/{plan_id}/changes/application", tag = "plans", request_body = DayChangeApply,
    params(("plan_id" = String, Path)),
    responses((status = 200, description = "Done.", body = DayChanged))
)]
async fn change_day(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<DayChangeApply>,
) -> Result<Json<DayChanged>, ApiError> {
    let (plan, queries) = (plan_id(&id)?, state.queries.clone());
    Ok(Json(commands::run(async move { queries.change_day(plan, body, &caller.0).await }).await?))
}
