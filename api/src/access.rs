//! Who may call what: one line an endpoint. The router refuses by it, the OpenAPI describes it, a test compares the
//! two lists. An endpoint that is not here is refused.

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use dozor_app::AppError;
use dozor_app::User;
use dozor_domain::Permission;
use tower_sessions::Session;

use crate::problem::ApiError;
use crate::state::ApiState;

/// Says what a caller needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Open,
    /// Any session.
    Session,
    /// A session with one of these permissions.
    Any(&'static [Permission]),
}

/// Is one endpoint: what it needs, and the failures of its own beside those that all have.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// Method, as HTTP writes it.
    pub method: &'static str,
    /// Path with parameters in braces.
    pub path: &'static str,
    /// What a caller needs.
    pub access: Access,
    /// Status and codes of its own failures.
    pub failures: &'static [(u16, &'static str)],
}

const fn row(
    method: &'static str,
    path: &'static str,
    access: Access,
    failures: &'static [(u16, &'static str)],
) -> Operation {
    Operation { method, path, access, failures }
}

const REGISTER: Access = Access::Any(&[Permission::ViewRegister]);
const DESK: Access = Access::Any(&[Permission::ViewDesk]);
const PLANS: Access = Access::Any(&[Permission::ViewPlans]);
const DECIDE: Access = Access::Any(&[Permission::DecideCategories]);
/// Who decides, and who enters incoming papers.
const REQUESTS: Access = Access::Any(&[Permission::DecideCategories, Permission::ViewPersonalData]);
const CHANGE_REFUSED: (u16, &str) =
    (422, "`REPLAN_REFUSED`, `URGENT_REFUSED`, `PLANNER_INPUT`, `COMMENT_REQUIRED`");
const REQUEST_UNKNOWN: (u16, &str) = (404, "`CATEGORY_REQUEST_UNKNOWN`");
const METHODOLOGY: Access = Access::Any(&[Permission::ViewMethodology]);
const EDIT: Access = Access::Any(&[Permission::EditMethodology]);
const STEP: Access =
    Access::Any(&[Permission::EditMethodology, Permission::SignMethodology, Permission::ApproveMethodology]);
/// Somebody's own look at the object is to come first.
const SEALED: (u16, &str) = (409, "`SECOND_LOOK_WAITS`, `DRAWN_VISIT_WAITS`");
const BUSY: (u16, &str) = (503, "`PORTFOLIO_BUSY`");
const VERSION: (u16, &str) = (404, "`METHODOLOGY_UNKNOWN`");
const STEP_REFUSED: (u16, &str) = (
    409,
    "`METHODOLOGY_STEP`, `METHODOLOGY_IMMUTABLE`, `METHODOLOGY_STALE`, `APPROVED_ALREADY`, `STATE_CHANGED`",
);
const UNSOUND: (u16, &str) = (422, "`METHODOLOGY_NOT_SOUND`, `REASON_REQUIRED`, `SCHEDULE_IN_THE_PAST`");
const SOURCES: Access = Access::Any(&[Permission::ViewSources]);
const MAP: Access = Access::Any(&[Permission::ViewRegister, Permission::ViewPlans, Permission::WorkTasks]);
const PARAMETERS: (u16, &str) = (400, "`PARAMETER_INVALID`, `CURSOR_INVALID`");

/// Lists all endpoints.
pub const OPERATIONS: &[Operation] = &[
    row("GET", "/api/v1/welcome", Access::Open, &[]),
    row("GET", "/api/v1/health", Access::Open, &[]),
    row("POST", "/api/v1/session", Access::Open, &[(401, "`LOGIN_REFUSED`"), (429, "`LOGIN_TOO_OFTEN`")]),
    row("GET", "/api/v1/session", Access::Session, &[]),
    row("DELETE", "/api/v1/session", Access::Open, &[]),
    row("GET", "/api/v1/pack", Access::Session, &[]),
    row("GET", "/api/v1/territories", Access::Session, &[]),
    row(
        "GET",
        "/api/v1/tasks/day",
        Access::Any(&[Permission::WorkTasks]),
        &[(400, "`DATE_INVALID`"), (404, "`STAFF_NOT_FOUND`")],
    ),
    row(
        "POST",
        "/api/v1/tasks/returns",
        Access::Any(&[Permission::ApprovePlans]),
        &[(400, "`DATE_INVALID`"), (409, "`STATE_CHANGED`"), (422, "`COMMENT_REQUIRED`")],
    ),
    row(
        "POST",
        "/api/v1/tasks/{task_id}/start",
        Access::Any(&[Permission::WorkTasks]),
        &[
            (400, "`DATE_INVALID`"),
            (404, "`TASK_NOT_FOUND`, `STAFF_NOT_FOUND`"),
            (409, "`START_ID_TAKEN`, `STATE_CHANGED`, `STATE_NOT_ALLOWED`"),
        ],
    ),
    row("GET", "/api/v1/tasks", PLANS, &[(400, "`DATE_INVALID`")]),
    row("GET", "/api/v1/tasks/{task_id}", PLANS, &[(404, "`TASK_NOT_FOUND`")]),
    row(
        "POST",
        "/api/v1/tasks/{task_id}/steps",
        Access::Any(&[Permission::WorkTasks, Permission::ApprovePlans]),
        &[
            (400, "`DATE_INVALID`"),
            (404, "`TASK_NOT_FOUND`"),
            (409, "`TASK_STEP_ID_TAKEN`, `STATE_CHANGED`, `STATE_NOT_ALLOWED`"),
            (422, "`TASK_RESULT`, `TASK_ACT`, `TASK_DEFERRAL`, `COMMENT_REQUIRED`"),
        ],
    ),
    row("GET", "/api/v1/objects", REGISTER, &[PARAMETERS]),
    row("GET", "/api/v1/objects/counts", REGISTER, &[PARAMETERS]),
    row("GET", "/api/v1/objects/{object_id}", REGISTER, &[(404, "`OBJECT_NOT_FOUND`"), SEALED]),
    row(
        "POST",
        "/api/v1/objects/{object_id}/snoozes",
        Access::Any(&[Permission::DecideSigns]),
        &[(400, "`DATE_INVALID`"), (404, "`OBJECT_NOT_FOUND`"), (422, "`SNOOZE_REFUSED`")],
    ),
    row(
        "DELETE",
        "/api/v1/snoozes/{snooze_id}",
        Access::Any(&[Permission::DecideSigns]),
        &[(409, "`STATE_CHANGED`")],
    ),
    row("GET", "/api/v1/objects/{object_id}/similar", REGISTER, &[(404, "`OBJECT_NOT_FOUND`"), SEALED]),
    row("GET", "/api/v1/exports/objects.csv", REGISTER, &[PARAMETERS]),
    row("GET", "/tiles/{z}/{x}/{y}", MAP, &[]),
    row("GET", "/api/v1/signs", DESK, &[PARAMETERS]),
    row("GET", "/api/v1/signs/{sign_id}", DESK, &[(404, "`SIGN_NOT_FOUND`"), (409, "`DRAWN_VISIT_WAITS`")]),
    row(
        "POST",
        "/api/v1/signs/{sign_id}/decision",
        Access::Any(&[Permission::DecideSigns]),
        &[
            (404, "`SIGN_NOT_FOUND`"),
            (409, "`SIGN_ALREADY_DECIDED`, `DECISION_ID_TAKEN`"),
            (422, "`COMMENT_REQUIRED`"),
        ],
    ),
    row(
        "POST",
        "/api/v1/signs/{sign_id}/snoozes",
        Access::Any(&[Permission::DecideSigns]),
        &[(400, "`DATE_INVALID`"), (404, "`SIGN_NOT_FOUND`"), (422, "`SNOOZE_REFUSED`")],
    ),
    row("GET", "/api/v1/desk_decisions", DESK, &[PARAMETERS]),
    row(
        "GET",
        "/api/v1/gate",
        PLANS,
        &[
            (400, "`PARAMETER_INVALID`, `DATE_INVALID`, `GATE_QUESTION`, `GATE_CONTRADICTION`"),
            (404, "`OBJECT_NOT_FOUND`"),
            SEALED,
        ],
    ),
    row("GET", "/api/v1/plans", PLANS, &[PARAMETERS]),
    row(
        "POST",
        "/api/v1/plans",
        Access::Any(&[Permission::ApprovePlans]),
        &[(400, "`DATE_INVALID`"), (404, "`NO_INSPECTORS`"), (409, "`DAY_OFF`, `PLAN_DAY_PAST`")],
    ),
    row(
        "GET",
        "/api/v1/plans/long_range",
        PLANS,
        &[
            (400, "`DATE_INVALID`, `PARAMETER_INVALID`"),
            (404, "`NO_INSPECTORS`"),
            (409, "`CALENDAR_ENDS`"),
            (422, "`YEAR_INVALID`"),
            BUSY,
        ],
    ),
    row("GET", "/api/v1/plans/day/{date}", PLANS, &[(404, "`PLAN_NOT_FOUND`")]),
    row(
        "GET",
        "/api/v1/plans/{plan_id}/left_out",
        PLANS,
        &[PARAMETERS, (404, "`PLAN_NOT_FOUND`"), (409, "`PLAN_MADE_LATER`")],
    ),
    row(
        "POST",
        "/api/v1/plans/{plan_id}/approval",
        Access::Any(&[Permission::ApprovePlans]),
        &[
            (404, "`PLAN_NOT_FOUND`"),
            (409, "`PLAN_ALREADY_APPROVED`, `PLAN_STALE`, `PLAN_DAY_PAST`, `TASK_ALREADY_OPEN`"),
        ],
    ),
    row("GET", "/api/v1/orders", PLANS, &[(400, "`DATE_INVALID`")]),
    row("GET", "/api/v1/orders/{order_id}", PLANS, &[(404, "`ORDER_NOT_FOUND`")]),
    row(
        "POST",
        "/api/v1/orders/{order_id}/steps",
        Access::Any(&[Permission::SignOrders, Permission::RegisterOrders]),
        &[
            (400, "`DATE_INVALID`"),
            (404, "`ORDER_NOT_FOUND`"),
            (
                409,
                "`STATE_NOT_ALLOWED`, `STATE_CHANGED`, `ORDER_LACKS`, `ORDER_NOT_NEEDED`, `ORDER_GATE_REFUSED`, \
                 `ORDER_DAY_OVER`, `ORDER_NO_WORK`, `ORDER_UNDER_WAY`",
            ),
            (422, "`ORDER_PAPER`, `ORDER_TERM`, `COMMENT_REQUIRED`"),
        ],
    ),
    row(
        "POST",
        "/api/v1/plans/{plan_id}/changes",
        Access::Any(&[Permission::ApprovePlans]),
        &[(404, "`PLAN_NOT_FOUND`"), (409, "`REPLAN_STALE`, `PLAN_REFUSED`"), CHANGE_REFUSED],
    ),
    row(
        "POST",
        "/api/v1/plans/{plan_id}/changes/application",
        Access::Any(&[Permission::ApprovePlans]),
        &[
            (404, "`PLAN_NOT_FOUND`"),
            (
                409,
                "`REPLAN_STALE`, `PLAN_NOT_APPROVED`, `PLAN_DAY_PAST`, `PLAN_REFUSED`, `PLANNER_GATE_REFUSED`",
            ),
            CHANGE_REFUSED,
        ],
    ),
    row("GET", "/api/v1/proposal", DECIDE, &[(404, "`RUN_NOT_FOUND`")]),
    row("GET", "/api/v1/proposal/items", DECIDE, &[PARAMETERS]),
    row("GET", "/api/v1/category_requests", REQUESTS, &[]),
    row(
        "POST",
        "/api/v1/objects/{object_id}/category_requests",
        REQUESTS,
        &[
            (400, "`DATE_INVALID`"),
            (404, "`OBJECT_NOT_FOUND`"),
            (409, "`CATEGORY_REQUEST_TAKEN`"),
            (422, "`CATEGORY_REQUEST_REFUSED`"),
        ],
    ),
    row(
        "GET",
        "/api/v1/category_requests/{request_id}/reply",
        REQUESTS,
        &[PARAMETERS, REQUEST_UNKNOWN, SEALED],
    ),
    row(
        "POST",
        "/api/v1/category_requests/{request_id}/answer",
        DECIDE,
        &[
            REQUEST_UNKNOWN,
            (409, "`STATE_NOT_ALLOWED`, `STATE_CHANGED`, `CATEGORY_REPLY_CHANGED`"),
            (422, "`CATEGORY_REQUEST_REFUSED`"),
        ],
    ),
    row("GET", "/api/v1/decisions", DECIDE, &[PARAMETERS]),
    row(
        "POST",
        "/api/v1/decisions",
        DECIDE,
        &[
            (409, "`PROPOSAL_STALE`, `NOTHING_TO_DECIDE`, `ORDER_NUMBER_TAKEN`"),
            (422, "`ORDER_NUMBER_EMPTY`"),
        ],
    ),
    row("GET", "/api/v1/methodology", METHODOLOGY, &[]),
    row("GET", "/api/v1/methodology/rules", METHODOLOGY, &[]),
    row("GET", "/api/v1/methodology/facts", METHODOLOGY, &[]),
    row("GET", "/api/v1/methodology/versions", METHODOLOGY, &[]),
    row("POST", "/api/v1/methodology/versions", EDIT, &[(409, "`METHODOLOGY_UNCHANGED`")]),
    row("GET", "/api/v1/methodology/versions/{version}/files", METHODOLOGY, &[VERSION]),
    row("PUT", "/api/v1/methodology/versions/{version}/files", EDIT, &[VERSION, STEP_REFUSED]),
    row("POST", "/api/v1/methodology/versions/{version}/steps", STEP, &[VERSION, STEP_REFUSED, UNSOUND]),
    row(
        "POST",
        "/api/v1/methodology/rollback",
        Access::Any(&[Permission::ApproveMethodology]),
        &[(409, "`NOTHING_TO_RESTORE`"), (422, "`REASON_REQUIRED`")],
    ),
    row("GET", "/api/v1/methodology/versions/{version}/difference", METHODOLOGY, &[VERSION]),
    row("GET", "/api/v1/methodology/versions/{version}/backtest", METHODOLOGY, &[PARAMETERS, VERSION, BUSY]),
    row("GET", "/api/v1/methodology/versions/{version}/findings", METHODOLOGY, &[VERSION, BUSY]),
    row("GET", "/api/v1/methodology/versions/{version}/document", METHODOLOGY, &[PARAMETERS, VERSION]),
    row("GET", "/api/v1/methodology/versions/{version}/catalogue", METHODOLOGY, &[PARAMETERS, VERSION]),
    row(
        "PUT",
        "/api/v1/methodology/versions/{version}/tables/{table}",
        EDIT,
        &[
            PARAMETERS,
            VERSION,
            STEP_REFUSED,
            (422, "`SHEET_FORM`, `SHEET_CELL`, `TABLE_NAME`, `RULES_INVALID`"),
        ],
    ),
    row("GET", "/api/v1/methodology/rule_histories", METHODOLOGY, &[BUSY]),
    row("GET", "/api/v1/oversight", Access::Any(&[Permission::ViewOversight]), &[BUSY]),
    row("GET", "/api/v1/oversight/inspectors", Access::Any(&[Permission::ViewInspectorEffects]), &[BUSY]),
    row("GET", "/api/v1/oversight/executors", Access::Any(&[Permission::ViewInspectorEffects]), &[BUSY]),
    row("GET", "/api/v1/oversight/second_looks", Access::Any(&[Permission::ViewOversight]), &[]),
    row(
        "POST",
        "/api/v1/oversight/second_looks/{look_id}/settlement",
        DECIDE,
        &[(404, "`LOOK_NOT_FOUND`"), (409, "`LOOK_SETTLED`, `LOOK_IN_WORK`"), (422, "`COMMENT_REQUIRED`")],
    ),
    row("GET", "/api/v1/sources", SOURCES, &[]),
    row("GET", "/api/v1/deliveries", SOURCES, &[PARAMETERS]),
    row("GET", "/api/v1/rejects/counts", SOURCES, &[]),
    row("GET", "/api/v1/rejects", SOURCES, &[PARAMETERS]),
    row("GET", "/api/v1/users", Access::Any(&[Permission::ManageUsers]), &[]),
];

/// Is who calls, as he is at this moment.
#[derive(Clone, Debug)]
pub(crate) struct Caller(pub(crate) User);

/// Key under which a session keeps its user.
pub(crate) const USER: &str = "user";

/// Looks an endpoint up; what has no line is nobody's.
fn access_of(method: &str, path: &str) -> Result<Access, ApiError> {
    let here = || OPERATIONS.iter().filter(|one| one.path == path);
    match here().find(|one| one.method == method) {
        Some(one) => Ok(one.access),
        None if here().next().is_some() => Err(ApiError::NoSuchMethod),
        None => Ok(Access::Any(&[])),
    }
}

/// Lets a request through that its endpoint's line allows, and tells the handler who calls.
pub(crate) async fn guard(
    State(state): State<ApiState>,
    path: MatchedPath,
    session: Session,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    let access = access_of(method.as_str(), path.as_str())?;
    if access == Access::Open {
        return Ok(next.run(request).await);
    }
    let mark: Option<String> = session.get(USER).await?;
    let user = state.queries.session_user(&mark.ok_or(AppError::SessionRequired)?).await?;
    if let Access::Any(wanted) = access {
        let held = state.queries.permissions(&user.role);
        if !wanted.iter().any(|one| held.contains(one)) {
            return Err(ApiError::PermissionDenied);
        }
    }
    request.extensions_mut().insert(Caller(user));
    Ok(next.run(request).await)
}
