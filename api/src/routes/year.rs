//! The long-range plan.

use axum::Json;
use axum::extract::State;
use dozor_app::YearCall;
use dozor_app::queries::year::YearPlanView;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::fields::Given;
use crate::problem::ApiError;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_long_range_plan))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PeriodQuery {
    /// First day, YYYY-MM-DD.
    from: String,
    /// Last day, YYYY-MM-DD.
    to: String,
    /// Inspectors more than there are; fewer below zero.
    more_inspectors: Option<i32>,
    /// Per cent of all time that is kept for draws and other work; else the pack's share of draws and what other
    /// work took on the last planned days.
    #[param(minimum = 0, maximum = 100)]
    reserve_percent: Option<u32>,
}

/// What norms ask for in a period beside what the staff can do, and what would change with more inspectors (permission
/// view_plans). Worked out from what is known today; nothing is stored.
#[utoipa::path(
    get, path = "/api/v1/plans/long_range", tag = "plans", params(PeriodQuery),
    responses((status = 200, description = "Done.", body = YearPlanView))
)]
async fn get_long_range_plan(
    State(state): State<ApiState>,
    Given(query): Given<PeriodQuery>,
) -> Result<Json<YearPlanView>, ApiError> {
    let call = YearCall {
        from: query.from,
        to: query.to,
        more_inspectors: query.more_inspectors.unwrap_or(0),
        reserve_percent: query.reserve_percent,
        lists_visits: false,
    };
    Ok(Json(state.queries.year_plan(&call).await?))
}
