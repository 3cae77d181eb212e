//! Category decisions.

use axum::extract::State;
use axum::{Extension, Json};
use dozor_app::queries::decisions::{
    Decision, DecisionPage, NewDecision, Proposal, ProposalCall, ProposalPage,
};
use dozor_domain::DecisionId;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::Caller;
use crate::commands;
use crate::fields::{Body, Given, PageQuery, category, said};
use crate::problem::ApiError;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_proposal))
        .routes(routes!(list_proposal_items))
        .routes(routes!(list_decisions, create_decision))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ProposalQuery {
    /// Code.
    control_kind: Option<String>,
    /// Category, or `none`.
    old: Option<String>,
    /// Category.
    new: Option<String>,
}

impl ProposalQuery {
    fn call(self) -> Result<ProposalCall, ApiError> {
        let old = match said(self.old).as_deref() {
            None => None,
            Some("none") => Some(None),
            Some(code) => Some(Some(category("old", code)?)),
        };
        let new = said(self.new).map(|code| category("new", &code)).transpose()?;
        Ok(ProposalCall { control_kind: said(self.control_kind), old, new })
    }
}

/// The batch that waits (permission decide_categories). `count` 0 when nothing waits.
#[utoipa::path(get, path = "/api/v1/proposal", tag = "decisions", responses((status = 200, description = "Done.", body = Proposal)))]
async fn get_proposal(State(state): State<ApiState>) -> Result<Json<Proposal>, ApiError> {
    Ok(Json(state.queries.proposal().await?))
}

/// Objects of the batch.
#[utoipa::path(
    get, path = "/api/v1/proposal/items", tag = "decisions", params(ProposalQuery, PageQuery),
    responses((status = 200, description = "Done.", body = ProposalPage))
)]
async fn list_proposal_items(
    State(state): State<ApiState>,
    Given(query): Given<ProposalQuery>,
    Given(page): Given<PageQuery>,
) -> Result<Json<ProposalPage>, ApiError> {
    Ok(Json(state.queries.proposal_items(&query.call()?, &page.call()?).await?))
}

/// Past decisions.
#[utoipa::path(
    get, path = "/api/v1/decisions", tag = "decisions", params(PageQuery),
    responses((status = 200, description = "Done.", body = DecisionPage))
)]
async fn list_decisions(
    State(state): State<ApiState>,
    Given(page): Given<PageQuery>,
) -> Result<Json<DecisionPage>, ApiError> {
    Ok(Json(state.queries.decisions(&page.call()?).await?))
}

/// Decides the whole batch of a run.
#[utoipa::path(
    post, path = "/api/v1/decisions", tag = "decisions", request_body = NewDecision,
    responses((status = 200, description = "Done.", body = Decision))
)]
async fn create_decision(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    Body(body): Body<NewDecision>,
) -> Result<Json<Decision>, ApiError> {
    let (id, queries) = (DecisionId::new((state.settings.new_id)()), state.queries.clone());
    Ok(Json(commands::run(async move { queries.decide(id, body, &caller.0).await }).await?))
}
