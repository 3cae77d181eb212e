//! Orders: those of a day, one with its history, and the steps of its life.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use dozor_app::OrderWish;
use dozor_app::queries::orders::{OrderCard, OrderList, order_id};
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
        .routes(routes!(list_orders))
        .routes(routes!(get_order))
        .routes(routes!(take_order_step))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DayQuery {
    /// YYYY-MM-DD; today when it is not given.
    date: Option<String>,
}

/// Orders of a day with what each lacks (permission view_plans).
#[utoipa::path(
    get, path = "/api/v1/orders", tag = "orders", params(DayQuery),
    responses((status = 200, description = "Done.", body = OrderList))
)]
async fn list_orders(
    State(state): State<ApiState>,
    Given(query): Given<DayQuery>,
) -> Result<Json<OrderList>, ApiError> {
    Ok(Json(state.queries.orders_of_day(said(query.date).as_deref()).await?))
}

/// One order with everything that happened to it (permission view_plans).
#[utoipa::path(
    get, path = "/api/v1/orders/{order_id}", tag = "orders",
    params(("order_id" = String, Path, description = "32 hexadecimal digits.")),
    responses((status = 200, description = "Done.", body = OrderCard))
)]
async fn get_order(
    State(state): State<ApiState>,
    Path(id): Path<String>,
) -> Result<Json<OrderCard>, ApiError> {
    Ok(Json(state.queries.order_card(order_id(&id)?).await?))
}

/// Takes a step of an order's life. Who signs, issues, extends, closes and revokes needs the permission sign_orders; who enters
/// the prosecutor's papers, the register's number and the notice, register_orders.
#[utoipa::path(
    post, path = "/api/v1/orders/{order_id}/steps", tag = "orders", request_body = OrderWish,
    params(("order_id" = String, Path, description = "32 hexadecimal digits.")),
    responses((status = 200, description = "Done.", body = OrderCard))
)]
async fn take_order_step(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(body): Body<OrderWish>,
) -> Result<Json<OrderCard>, ApiError> {
    let (id, queries) = (order_id(&id)?, state.queries.clone());
    Ok(Json(commands::run(async move { queries.order_step(id, &body, &caller.0).await }).await?))
}
