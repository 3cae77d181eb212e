//! Failures as RFC 9457 problems. What went wrong inside is logged; a 5xx body never tells it.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dozor_app::{AppError, VersionError};
use dozor_domain::{Coded, ErrorBody, ErrorInfo};
use serde::Serialize;
use utoipa::ToSchema;

/// Codes of this crate.
pub const API_ERRORS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "PERMISSION_DENIED",
        cause: "your role does not have this permission",
        action: "ask the administrator for another role",
    },
    ErrorInfo {
        code: "PARAMETER_INVALID",
        cause: "a parameter of the address is not of its form",
        action: "correct the parameter that the title names; the OpenAPI describes it",
    },
    ErrorInfo {
        code: "BODY_INVALID",
        cause: "the body is no JSON of the form that the endpoint takes, or too large",
        action: "send JSON of the form that the OpenAPI describes",
    },
    ErrorInfo {
        code: "METHOD_NOT_ALLOWED",
        cause: "the address does not take this method",
        action: "check the method; the OpenAPI lists them all",
    },
    ErrorInfo {
        code: "TIMED_OUT",
        cause: "the answer took too long",
        action: "repeat the request in a minute",
    },
    ErrorInfo {
        code: "INTERNAL",
        cause: "the server failed",
        action: "repeat the request; if it happens again, tell the administrator",
    },
];

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
    /// All that is wrong, each in a sentence, where a check found it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) problems: Vec<String>,
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

/// Codes of what somebody wrote into a draft, a form or a request, or of the sheet that he gave.
const WRITTEN_WRONG: [&str; 36] = [
    "FACTS_TOML",
    "FACT_DECLARATION",
    "FACT_EXPRESSION",
    "FACT_LEAKS",
    "FACTS_TABLE",
    "SOURCE_TOML",
    "SOURCE_INCONSISTENT",
    "PACK_TOML",
    "PACK_INCONSISTENT",
    "PACK_TABLE",
    "POLICY_TOML",
    "POLICY_EXPRESSION",
    "POLICY_INCONSISTENT",
    "MODEL_SPEC",
    "ADVICE_TOML",
    "PLANNER_TOML",
    "PLANNER_PACK",
    "PLANNER_FILE_MISSING",
    "PACK_FILE_MISSING",
    "TABLE_NAME",
    "SHEET_FORM",
    "SHEET_CELL",
    "SECOND_LOOK_READ",
    "REPLAN_REFUSED",
    "ITERATIONS_TOO_MANY",
    "URGENT_REFUSED",
    "PLANNER_INPUT",
    "METHODOLOGY_NOT_SOUND",
    "REASON_REQUIRED",
    "SCHEDULE_IN_THE_PAST",
    "RULES_INVALID",
    "CATEGORY_REQUEST_REFUSED",
    "SNOOZE_REFUSED",
    "YEAR_INVALID",
    "COMMENT_REQUIRED",
    "ORDER_NUMBER_EMPTY",
];

/// Returns the status of a code; what is not here is a failure of ours.
fn status(code: &str) -> StatusCode {
    match code {
        "SESSION_REQUIRED" | "LOGIN_REFUSED" => StatusCode::UNAUTHORIZED,
        "POWER_MISSING" | "OWN_WORK" => StatusCode::FORBIDDEN,
        "METHODOLOGY_UNKNOWN" | "CATEGORY_REQUEST_UNKNOWN" | "ORDER_NOT_FOUND" => StatusCode::NOT_FOUND,
        "ORDER_LACKS" | "ORDER_NOT_NEEDED" | "ORDER_GATE_REFUSED" | "ORDER_DAY_OVER" | "ORDER_NO_WORK"
        | "ORDER_UNDER_WAY" => StatusCode::CONFLICT,
        "REPLAN_STALE" | "START_ID_TAKEN" | "TASK_STEP_ID_TAKEN" | "PLAN_NOT_APPROVED" => {
            StatusCode::CONFLICT
        }
        "ORDER_PAPER" | "ORDER_TERM" | "TASK_RESULT" | "TASK_ACT" | "TASK_DEFERRAL" => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        "METHODOLOGY_STEP"
        | "METHODOLOGY_IMMUTABLE"
        | "METHODOLOGY_STALE"
        | "METHODOLOGY_UNCHANGED"
        | "METHODOLOGY_ALTERED"
        | "APPROVED_ALREADY"
        | "NOTHING_TO_RESTORE"
        | "RUN_FAILED_RULES" => StatusCode::CONFLICT,
        code if WRITTEN_WRONG.contains(&code) => StatusCode::UNPROCESSABLE_ENTITY,
        "LOGIN_TOO_OFTEN" => StatusCode::TOO_MANY_REQUESTS,
        "DATE_INVALID" | "CURSOR_INVALID" | "GATE_QUESTION" | "GATE_CONTRADICTION" => StatusCode::BAD_REQUEST,
        "NOT_FOUND" | "OBJECT_NOT_FOUND" | "OBJECT_NOT_YET" | "SIGN_NOT_FOUND" | "STAFF_NOT_FOUND"
        | "LOOK_NOT_FOUND" | "TASK_NOT_FOUND" | "PLAN_NOT_FOUND" | "RUN_NOT_FOUND" | "NO_INSPECTORS"
        | "NOT_ASSESSED_YET" => StatusCode::NOT_FOUND,
        "SIGN_ALREADY_DECIDED"
        | "SECOND_LOOK_WAITS"
        | "DRAWN_VISIT_WAITS"
        | "LOOK_SETTLED"
        | "LOOK_IN_WORK"
        | "PLAN_ALREADY_APPROVED"
        | "PLAN_STALE"
        | "PLAN_DAY_PAST"
        | "PLAN_MADE_LATER"
        | "DAY_OFF"
        | "DECISION_ID_TAKEN"
        | "PLAN_REPLACED"
        | "PROPOSAL_STALE"
        | "NOTHING_TO_DECIDE"
        | "ORDER_NUMBER_TAKEN"
        | "CATEGORY_REQUEST_TAKEN"
        | "CATEGORY_REPLY_CHANGED"
        | "STATE_CHANGED"
        | "STATE_NOT_ALLOWED"
        | "TASK_ALREADY_OPEN"
        | "JOB_BUSY"
        | "LEASE_LOST"
        | "CALENDAR_ENDS"
        | "PLAN_REFUSED"
        | "PLANNER_GATE_REFUSED"
        | "AS_OF_IN_FUTURE"
        | "MODEL_OTHER_CATALOGUE" => StatusCode::CONFLICT,
        "DATABASE_LOCKED" | "PORTFOLIO_BUSY" => StatusCode::SERVICE_UNAVAILABLE,
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
        problems: vec![],
    }
}

/// Makes a problem of one of this crate's codes; `cause` says it closer than the table where somebody knows it.
fn own(status: StatusCode, code: &'static str, title: &str, cause: Option<&str>) -> Problem {
    let info = API_ERRORS.iter().find(|info| info.code == code);
    let (known, action) = info.map_or(("", ""), |info| (info.cause, info.action));
    problem(status, code, title, (cause.unwrap_or(known), action))
}

fn internal() -> Problem {
    own(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "answering the request", None)
}

impl ApiError {
    fn problem(self) -> Problem {
        match self {
            Self::App(fault) => app_problem(&fault),
            Self::PermissionDenied => {
                own(StatusCode::FORBIDDEN, "PERMISSION_DENIED", "checking what you may do", None)
            }
            Self::Parameter { name, problem: cause } => {
                let title = format!("reading the parameter «{name}»");
                own(StatusCode::BAD_REQUEST, "PARAMETER_INVALID", &title, Some(&cause))
            }
            Self::Body { status, problem: cause } => {
                own(status, "BODY_INVALID", "reading the body", Some(&cause))
            }
            Self::NoSuchPath => {
                let words =
                    ("there is nothing at this address", "check the address; the OpenAPI lists them all");
                problem(StatusCode::NOT_FOUND, "NOT_FOUND", "looking for the address", words)
            }
            Self::NoSuchMethod => {
                own(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "looking for the address", None)
            }
            Self::TimedOut => {
                own(StatusCode::SERVICE_UNAVAILABLE, "TIMED_OUT", "answering the request", None)
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
            tracing::warn!(code = info.code, "a request was put off");
            problem(status, info.code, "using the database", (info.cause, info.action))
        }
        _ => Problem {
            problems: problems_of(fault),
            ..problem(status, info.code, &title, (info.cause, info.action))
        },
    }
}

/// Returns what a check found, one by one.
fn problems_of(fault: &AppError) -> Vec<String> {
    match fault {
        AppError::Version(VersionError::NotSound { problems, .. }) => problems.clone(),
        AppError::UrgentRefused { articles, .. } => articles.clone(),
        _ => vec![],
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
