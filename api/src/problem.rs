//! Failures as RFC 9457 problems. What went wrong inside is logged; a 5xx body never tells it.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dozor_app::AppError;
use dozor_domain::{Coded, ErrorBody};
use serde::Serialize;
use utoipa::ToSchema;

/// RFC 9457 problem body. `code` is stable; texts of the page come from the web catalogue by code, `cause` and
/// `action` stand in for a code it does not know.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Address of the kind of problem.
    pub(crate) r#type: String,
    /// What was being done.
    pub(crate) title: String,
    /// Status of HTTP.
    pub(crate) status: u32,
    /// Stable code.
    pub(crate) code: String,
    /// Why this happens.
    pub(crate) cause: String,
    /// What to do next.
    pub(crate) action: String,
}

/// Says why a request was not answered.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// A use-case or query failed.
    App(AppError),
    /// The role lacks the permission.
    PermissionDenied,
    /// A parameter is not of its form.
    Parameter { name: String, problem: String },
    /// The body is not of its form.
    Body { status: StatusCode, problem: String },
    /// There is nothing at this address.
    NoSuchPath,
    /// The address does not take this method.
    NoSuchMethod,
    /// The answer took too long.
    TimedOut,
    /// Something inside broke.
    Internal { fault: String },
}

impl From<AppError> for ApiError {
    fn from(fault: AppError) -> Self {
        Self::App(fault)
    }
}

impl From<tower_sessions::session::Error> for ApiError {
    fn from(fault: tower_sessions::session::Error) -> Self {
        Self::Internal { fault: format!("session: {fault}") }
    }
}

impl From<tokio::task::JoinError> for ApiError {
    fn from(fault: tokio::task::JoinError) -> Self {
        Self::Internal { fault: fault.to_string() }
    }
}

/// Returns the status of a code; what is not here is a failure of ours.
fn status(code: &str) -> StatusCode {
    match code {
        "SESSION_REQUIRED" | "LOGIN_REFUSED" => StatusCode::UNAUTHORIZED,
        "LOGIN_TOO_OFTEN" => StatusCode::TOO_MANY_REQUESTS,
        "DATE_INVALID" | "CURSOR_INVALID" => StatusCode::BAD_REQUEST,
        "NOT_FOUND" | "OBJECT_NOT_FOUND" | "SIGN_NOT_FOUND" | "STAFF_NOT_FOUND" | "PLAN_NOT_FOUND"
        | "RUN_NOT_FOUND" | "NO_INSPECTORS" => StatusCode::NOT_FOUND,
        "SIGN_ALREADY_DECIDED"
        | "PLAN_ALREADY_APPROVED"
        | "PLAN_STALE"
        | "PLAN_REPLACED"
        | "PROPOSAL_STALE"
        | "ORDER_NUMBER_TAKEN"
        | "STATE_CHANGED"
        | "STATE_NOT_ALLOWED"
        | "TASK_ALREADY_OPEN" => StatusCode::CONFLICT,
        "COMMENT_REQUIRED" | "ORDER_NUMBER_EMPTY" => StatusCode::UNPROCESSABLE_ENTITY,
        "DATABASE_LOCKED" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn problem(status: StatusCode, code: &str, title: &str, (cause, action): (&str, &str)) -> Problem {
    Problem {
        r#type: format!("urn:dozor:problem:{code}"),
        title: title.to_owned(),
        status: u32::from(status.as_u16()),
        code: code.to_owned(),
        cause: cause.to_owned(),
        action: action.to_owned(),
    }
}

fn internal() -> Problem {
    let words = ("the server failed", "repeat the request; if it happens again, tell the administrator");
    problem(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "answering the request", words)
}

impl ApiError {
    fn problem(self) -> Problem {
        match self {
            Self::App(fault) => app_problem(&fault),
            Self::PermissionDenied => {
                let words =
                    ("your role does not have this permission", "ask the administrator for another role");
                problem(StatusCode::FORBIDDEN, "PERMISSION_DENIED", "checking what you may do", words)
            }
            Self::Parameter { name, problem: cause } => {
                let action = format!("correct the parameter «{name}»; the OpenAPI describes it");
                problem(
                    StatusCode::BAD_REQUEST,
                    "PARAMETER_INVALID",
                    "reading the parameters",
                    (&cause, &action),
                )
            }
            Self::Body { status, problem: cause } => {
                let words = (cause.as_str(), "send JSON of the form that the OpenAPI describes");
                problem(status, "BODY_INVALID", "reading the body", words)
            }
            Self::NoSuchPath => {
                let words =
                    ("there is nothing at this address", "check the address; the OpenAPI lists them all");
                problem(StatusCode::NOT_FOUND, "NOT_FOUND", "looking for the address", words)
            }
            Self::NoSuchMethod => {
                let words =
                    ("the address does not take this method", "check the method; the OpenAPI lists them all");
                problem(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "METHOD_NOT_ALLOWED",
                    "looking for the address",
                    words,
                )
            }
            Self::TimedOut => {
                let words = ("the answer took too long", "repeat the request in a minute");
                problem(StatusCode::SERVICE_UNAVAILABLE, "TIMED_OUT", "answering the request", words)
            }
            Self::Internal { fault } => {
                tracing::error!(fault, "a request failed");
                internal()
            }
        }
    }
}

fn app_problem(fault: &AppError) -> Problem {
    let info = fault.info();
    let status = status(info.code);
    let title = fault.to_string();
    match status {
        StatusCode::INTERNAL_SERVER_ERROR => {
            let body = ErrorBody::new(fault);
            tracing::error!(code = body.code, message = body.message, cause = body.cause, "a request failed");
            internal()
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            problem(status, info.code, "using the database", (info.cause, info.action))
        }
        _ => problem(status, info.code, &title, (info.cause, info.action)),
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let problem = self.problem();
        let status = u16::try_from(problem.status).ok().and_then(|code| StatusCode::from_u16(code).ok());
        let mut response =
            (status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(problem)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}
