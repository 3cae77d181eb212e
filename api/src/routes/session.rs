//! The login page and sessions.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use dozor_app::queries::Queries;
use dozor_app::queries::pack::Welcome;
use dozor_app::queries::session::{Credentials, Session as SessionView};
use serde::Serialize;
use tower_sessions::Session;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::{Caller, USER};
use crate::commands;
use crate::fields::Body;
use crate::problem::ApiError;
use crate::state::ApiState;

const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_welcome)).routes(routes!(get_health)).routes(routes!(
        create_session,
        get_session,
        delete_session
    ))
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum HealthStatus {
    Ok,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
struct Health {
    #[schema(inline)]
    status: HealthStatus,
    version: String,
}

/// What the login page shows.
#[utoipa::path(get, path = "/api/v1/welcome", tag = "session", responses((status = 200, description = "Done.", body = Welcome)))]
async fn get_welcome(State(state): State<ApiState>) -> Result<Json<Welcome>, ApiError> {
    Ok(Json(state.queries.welcome(VERSION).await?))
}

/// Tells that the server answers.
#[utoipa::path(get, path = "/api/v1/health", tag = "session", responses((status = 200, description = "Done.", body = Health)))]
async fn get_health() -> Json<Health> {
    Json(Health { status: HealthStatus::Ok, version: VERSION.to_owned() })
}

/// Logs in; sets the cookie `dozor_session` (HttpOnly, SameSite=Strict).
#[utoipa::path(
    post, path = "/api/v1/session", tag = "session", request_body = Credentials,
    responses((status = 200, description = "Done.", body = SessionView))
)]
async fn create_session(
    State(state): State<ApiState>,
    session: Session,
    Body(given): Body<Credentials>,
) -> Result<Json<SessionView>, ApiError> {
    let (queries, logins) = (state.queries.clone(), state.logins.clone());
    let user = commands::run(async move { queries.log_in(&logins, given).await }).await?;
    // A fresh id: whoever knew the old one does not come in with this user.
    if session.id().is_some() {
        session.cycle_id().await?;
    }
    session.insert(USER, Queries::session_mark(&user)).await?;
    session.save().await?;
    Ok(Json(state.queries.session(&user)))
}

/// Tells who is logged in.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", responses((status = 200, description = "Done.", body = SessionView)))]
async fn get_session(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
) -> Json<SessionView> {
    Json(state.queries.session(&caller.0))
}

/// Logs out; without a session too.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", responses((status = 204, description = "Done.")))]
async fn delete_session(State(state): State<ApiState>, session: Session) -> Result<StatusCode, ApiError> {
    let mark: Option<String> = session.get(USER).await?;
    if let Some(mark) = mark {
        let queries = state.queries.clone();
        commands::run(async move {
            match queries.session_user(&mark).await {
                Ok(user) => queries.log_out(&user).await,
                Err(dozor_app::AppError::SessionRequired) => Ok(()),
                Err(other) => Err(other),
            }
        })
        .await?;
    }
    if session.id().is_some() {
        session.flush().await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
