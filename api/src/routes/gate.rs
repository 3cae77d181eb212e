//! The gate, asked about one object.

use axum::extract::State;
use axum::{Extension, Json};
use dozor_app::queries::gate::GateAnswer;
use dozor_app::{GateCall, GatePapers};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::Caller;
use crate::fields::{Given, said};
use crate::problem::ApiError;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(ask_gate))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct GateQuery {
    /// Key of the object in the registry.
    object: String,
    /// Code of the kind of event.
    event: String,
    /// Code of the ground.
    ground: String,
    /// The day, YYYY-MM-DD; also a past one.
    date: String,
    /// planning, signing or start; planning where none is named.
    moment: Option<String>,
    /// Code of the kind of control; where the object has several.
    control_kind: Option<String>,
    /// Day on which the plan of the year that holds the event was agreed.
    plan_agreed_on: Option<String>,
    /// Day of the prosecutor's consent.
    prosecutor_agreed_on: Option<String>,
    /// Day on which the person was notified.
    notified_on: Option<String>,
    /// Day of the register's entry.
    registered_on: Option<String>,
    /// Key of the inspector who would go.
    inspector: Option<String>,
    /// Working days that the event would last at one place.
    working_days: Option<u32>,
    /// What kind of place it is: public, closed, dwelling or dwelling_with_consent.
    access: Option<String>,
    /// How large the business is that runs it: micro or small.
    business_size: Option<String>,
    /// Hours of events that this business has had in the year, with those of others.
    business_hours: Option<u32>,
    /// Day of the mandatory visit that was the one at the start of the activity: no cap counts it.
    start_visit_on: Option<String>,
    /// Whether an official set the category in force against the published criteria.
    against_criteria: Option<bool>,
}

impl GateQuery {
    fn call(self) -> GateCall {
        GateCall {
            object: self.object,
            control_kind: said(self.control_kind),
            event: self.event,
            ground: self.ground,
            date: self.date,
            moment: said(self.moment),
            papers: GatePapers {
                plan_agreed_on: said(self.plan_agreed_on),
                prosecutor_agreed_on: said(self.prosecutor_agreed_on),
                notified_on: said(self.notified_on),
                registered_on: said(self.registered_on),
                inspector: said(self.inspector),
                working_days: self.working_days,
                access: said(self.access),
                business_size: said(self.business_size),
                business_hours: self.business_hours,
                start_visit_on: said(self.start_visit_on),
                against_criteria: self.against_criteria.unwrap_or(false),
            },
        }
    }
}

/// Whether a kind of event on a ground may be started for an object on a day, with the category in force on it
/// (permission view_plans). What papers and people say is added to what is on record; where they contradict it, the question
/// is refused. Nothing is stored.
#[utoipa::path(
    get, path = "/api/v1/gate", tag = "plans", params(GateQuery),
    responses((status = 200, description = "Done.", body = GateAnswer))
)]
async fn ask_gate(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Given(query): Given<GateQuery>,
) -> Result<Json<GateAnswer>, ApiError> {
    Ok(Json(state.queries.ask_gate(&query.call(), &caller.0).await?))
}
