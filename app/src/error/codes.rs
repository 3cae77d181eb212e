//! Which code each error carries, and all codes of this crate as one table.

use dozor_domain::{Coded, ErrorInfo};

use super::app_error::AppError;
use super::{
    asking, categories, deliveries, files, packs, people, planning, runs, second_looks, signs, working,
};

const AREAS: [&[ErrorInfo]; 11] = [
    packs::CODES,
    files::CODES,
    deliveries::CODES,
    asking::CODES,
    runs::CODES,
    categories::CODES,
    signs::CODES,
    second_looks::CODES,
    planning::CODES,
    working::CODES,
    people::CODES,
];

/// Codes of this crate.
pub const APP_ERRORS: &[ErrorInfo] = &joined::<{ count() }>();

const fn count() -> usize {
    let (mut area, mut sum) = (0, 0);
    while area < AREAS.len() {
        sum += AREAS[area].len();
        area += 1;
    }
    sum
}

// A constant can't be built by iterators yet.
const fn joined<const COUNT: usize>() -> [ErrorInfo; COUNT] {
    let mut all = [AREAS[0][0]; COUNT];
    let (mut area, mut place) = (0, 0);
    while area < AREAS.len() {
        let mut row = 0;
        while row < AREAS[area].len() {
            all[place] = AREAS[area][row];
            (place, row) = (place + 1, row + 1);
        }
        area += 1;
    }
    all
}

fn entry(code: &'static str) -> &'static ErrorInfo {
    APP_ERRORS.iter().find(|info| info.code == code).unwrap_or(&APP_ERRORS[0])
}

impl Coded for AppError {
    #[expect(clippy::too_many_lines, reason = "a table: one arm an error")]
    fn info(&self) -> &'static ErrorInfo {
        match self {
            Self::PackMissing { .. } => entry("PACK_MISSING"),
            Self::PackFileTooLarge { .. } => entry("PACK_FILE_TOO_LARGE"),
            Self::PackFileMissing { .. } => entry("PACK_FILE_MISSING"),
            Self::PackTable { .. } => entry("PACK_TABLE"),
            Self::RulesInvalid { .. } => entry("RULES_INVALID"),
            Self::ModelNotDeclared => entry("MODEL_NOT_DECLARED"),
            Self::BoundsNotInLine { .. } => entry("THRESHOLDS_LINE"),
            Self::OtherPack { .. } => entry("CANDIDATE_OTHER_PACK"),
            Self::Read { .. } => entry("FILE_READ"),
            Self::Write { .. } => entry("FILE_WRITE"),
            Self::FolderExists { .. } => entry("FOLDER_EXISTS"),
            Self::ExportFormat { .. } => entry("EXPORT_FORMAT"),
            Self::ReportFormat { .. } => entry("REPORT_FORMAT"),
            Self::DemoOtherParameters { .. } => entry("DEMO_OTHER_PARAMETERS"),
            Self::NotADemo => entry("NOT_A_DEMO"),
            Self::FolderNotOurs { .. } => entry("FOLDER_NOT_OURS"),
            Self::SourceUnknown { .. } => entry("SOURCE_UNKNOWN"),
            Self::DeliveredInFuture { .. } => entry("DELIVERED_IN_FUTURE"),
            Self::PackageNotFound { .. } => entry("PACKAGE_NOT_FOUND"),
            Self::PackageUnfinished { .. } => entry("PACKAGE_UNFINISHED"),
            Self::NothingToConfirm { .. } => entry("NOTHING_TO_CONFIRM"),
            Self::NothingToDismiss { .. } => entry("NOTHING_TO_DISMISS"),
            Self::Geometry { .. } => entry("GEOMETRY_UNWRITABLE"),
            Self::DateInvalid { .. } => entry("DATE_INVALID"),
            Self::AsOfInFuture { .. } => entry("AS_OF_IN_FUTURE"),
            Self::ObjectNotFound { .. } => entry("OBJECT_NOT_FOUND"),
            Self::ObjectNotYet { .. } => entry("OBJECT_NOT_YET"),
            Self::CursorInvalid => entry("CURSOR_INVALID"),
            Self::PortfolioBusy { .. } => entry("PORTFOLIO_BUSY"),
            Self::State(_) => entry("STATE_NOT_ALLOWED"),
            Self::JobBusy { .. } => entry("JOB_BUSY"),
            Self::LeaseLost { .. } => entry("LEASE_LOST"),
            Self::WorkerLost { .. } => entry("WORKER_LOST"),
            Self::RunNotFound { .. } => entry("RUN_NOT_FOUND"),
            Self::NotAssessedYet { .. } => entry("NOT_ASSESSED_YET"),
            Self::RunFailedRules { .. } => entry("RUN_FAILED_RULES"),
            Self::WindowsEmpty { .. } => entry("WINDOWS_EMPTY"),
            Self::TrainOverlaps { .. } => entry("TRAIN_OVERLAPS"),
            Self::ModelConstant { .. } => entry("MODEL_CONSTANT"),
            Self::OrderNumberEmpty => entry("ORDER_NUMBER_EMPTY"),
            Self::OrderNumberTaken { .. } => entry("ORDER_NUMBER_TAKEN"),
            Self::NothingToDecide { .. } => entry("NOTHING_TO_DECIDE"),
            Self::ProposalStale { .. } => entry("PROPOSAL_STALE"),
            Self::CategoryRequestRefused { .. } => entry("CATEGORY_REQUEST_REFUSED"),
            Self::CategoryRequestTaken { .. } => entry("CATEGORY_REQUEST_TAKEN"),
            Self::CategoryRequestUnknown { .. } => entry("CATEGORY_REQUEST_UNKNOWN"),
            Self::CategoryReplyChanged { .. } => entry("CATEGORY_REPLY_CHANGED"),
            Self::SignNotFound { .. } => entry("SIGN_NOT_FOUND"),
            Self::SignAlreadyDecided { .. } => entry("SIGN_ALREADY_DECIDED"),
            Self::DecisionIdTaken { .. } => entry("DECISION_ID_TAKEN"),
            Self::CommentRequired { .. } => entry("COMMENT_REQUIRED"),
            Self::SnoozeRefused { .. } => entry("SNOOZE_REFUSED"),
            Self::SecondLookWaits { .. } => entry("SECOND_LOOK_WAITS"),
            Self::DrawnVisitWaits { .. } => entry("DRAWN_VISIT_WAITS"),
            Self::SecondLookRead { .. } => entry("SECOND_LOOK_READ"),
            Self::LookNotFound { .. } => entry("LOOK_NOT_FOUND"),
            Self::LookSettled { .. } => entry("LOOK_SETTLED"),
            Self::LookInWork { .. } => entry("LOOK_IN_WORK"),
            Self::NoInspectors { .. } => entry("NO_INSPECTORS"),
            Self::CalendarEnds { .. } => entry("CALENDAR_ENDS"),
            Self::DayOff { .. } => entry("DAY_OFF"),
            Self::PlanDayPast { .. } => entry("PLAN_DAY_PAST"),
            Self::PlanMadeLater { .. } => entry("PLAN_MADE_LATER"),
            Self::IterationsTooMany { .. } => entry("ITERATIONS_TOO_MANY"),
            Self::PlanNotFound { .. } => entry("PLAN_NOT_FOUND"),
            Self::PlanRefused { .. } => entry("PLAN_REFUSED"),
            Self::PlanAlreadyApproved { .. } => entry("PLAN_ALREADY_APPROVED"),
            Self::PlanStale { .. } => entry("PLAN_STALE"),
            Self::YearInvalid { .. } => entry("YEAR_INVALID"),
            Self::GateQuestion { .. } => entry("GATE_QUESTION"),
            Self::GateContradiction { .. } => entry("GATE_CONTRADICTION"),
            Self::TaskNotFound { .. } => entry("TASK_NOT_FOUND"),
            Self::StartIdTaken { .. } => entry("START_ID_TAKEN"),
            Self::PlanNotApproved { .. } => entry("PLAN_NOT_APPROVED"),
            Self::ReplanStale { .. } => entry("REPLAN_STALE"),
            Self::ReplanRefused { .. } => entry("REPLAN_REFUSED"),
            Self::UrgentRefused { .. } => entry("URGENT_REFUSED"),
            Self::UserNotFound { .. } => entry("USER_NOT_FOUND"),
            Self::UserLoginInvalid { .. } => entry("USER_LOGIN_INVALID"),
            Self::UserLoginTaken { .. } => entry("USER_LOGIN_TAKEN"),
            Self::UserRoleUnknown { .. } => entry("USER_ROLE_UNKNOWN"),
            Self::UserStaffUnknown { .. } => entry("USER_STAFF_UNKNOWN"),
            Self::StaffNotFound { .. } => entry("STAFF_NOT_FOUND"),
            Self::PasswordTooShort => entry("PASSWORD_TOO_SHORT"),
            Self::Password { .. } => entry("PASSWORD_UNUSABLE"),
            Self::LoginRefused => entry("LOGIN_REFUSED"),
            Self::LoginTooOften => entry("LOGIN_TOO_OFTEN"),
            Self::SessionRequired => entry("SESSION_REQUIRED"),
            Self::OfficialEmpty => entry("OFFICIAL_EMPTY"),
            Self::Pack(fault) => fault.info(),
            Self::InFile { source, .. } => source.info(),
            Self::Ingest(fault) => fault.info(),
            Self::Script(fault) => fault.info(),
            Self::Facts(fault) => fault.info(),
            Self::Rules(fault) => fault.info(),
            Self::Scoring(fault) => fault.info(),
            Self::Planner(fault) => fault.info(),
            Self::TravelTimes(fault) => fault.info(),
            Self::TravelService(fault) => fault.info(),
            Self::City(fault) => fault.info(),
            Self::Order(fault) => fault.info(),
            Self::Task(fault) => fault.info(),
            Self::Version(fault) => fault.info(),
            Self::Store(fault) => fault.info(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_of_this_crate_finds_its_own_entry() {
        let errors = [
            AppError::NotADemo,
            AppError::ModelNotDeclared,
            AppError::WorkerLost { what: "x" },
            AppError::CommentRequired { verdict: "refuted" },
        ];
        let codes: Vec<_> = errors.iter().map(|error| error.info().code).collect();
        assert_eq!(codes, ["NOT_A_DEMO", "MODEL_NOT_DECLARED", "WORKER_LOST", "COMMENT_REQUIRED"]);
    }
}
