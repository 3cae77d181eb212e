//! The endpoints: one group, one file. A handler reads parameters, calls one query or use-case, maps the answer.

mod administration;
mod category_requests;
mod decisions;
mod desk;
mod gate;
mod methodology;
mod objects;
mod orders;
mod oversight;
mod pack;
mod plans;
mod session;
mod snoozes;
mod tasks;
mod tiles;
mod versions;
mod year;

use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::openapi::Document;
use crate::state::ApiState;

/// Puts all endpoints together, with their descriptions.
pub(crate) fn all() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(session::routes())
        .merge(pack::routes())
        .merge(tasks::routes())
        .merge(objects::routes())
        .merge(snoozes::routes())
        .merge(tiles::routes())
        .merge(desk::routes())
        .merge(gate::routes())
        .merge(plans::routes())
        .merge(orders::routes())
        .merge(year::routes())
        .merge(decisions::routes())
        .merge(category_requests::routes())
        .merge(methodology::routes())
        .merge(versions::routes())
        .merge(oversight::routes())
        .merge(administration::routes())
}
