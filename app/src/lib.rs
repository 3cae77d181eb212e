//! Use-cases: load, call a pure function, save. The only crate that ties the others together.
//!
//! Invariants:
//! * a write is one named use-case, in one transaction where it is one act, with its audit entry in it; long work is
//!   a row of short transactions that can be called again;
//! * the clock and ids of people's acts come in as parameters; heavy work leaves the async threads;
//! * nothing here words a page: read models are data, sentences come from `scoring` and the pack.

mod accounts;
mod appointments;
mod approving;
mod asking_gate;
mod auditing;
mod backtesting;
mod burdens;
mod business_hours;
mod candidates;
mod card_draft;
mod cases;
mod catalogue;
mod category_requests;
mod checking;
mod confirming;
mod day_listing;
mod deciding;
mod demo;
mod demo_folder;
mod demo_version;
mod desk;
mod document;
mod dozor;
mod error;
mod evaluating;
mod executors;
mod explaining;
mod exploring;
mod exporting;
mod extending;
mod field_findings;
mod gate_papers;
mod ground_on_record;
mod grounds_now;
mod held_events;
mod ingesting;
mod instants;
mod known_case;
mod last_visits;
mod leases;
mod loading;
mod lowering;
mod methodology;
mod order_annex;
mod order_life;
mod oversight;
mod owners;
mod pack;
mod pack_tables;
mod passports;
mod plan_standing;
mod planned_calls;
mod planning;
mod prescriptions;
mod progress;
pub mod queries;
mod recomputing;
mod records_against_log;
mod rejects;
mod replanning;
mod reserve;
mod retention;
mod rolling;
mod run_methodology;
mod run_signs;
mod score_export;
mod scoring_batch;
mod scoring_run;
mod second_looks;
mod settlement;
mod settling;
mod setup;
mod signs;
mod snoozing;
mod soundness;
mod staff;
mod starting;
mod task_life;
#[cfg(test)]
mod test_records;
mod thresholds;
mod training;
mod travel_service;
mod travel_times;
mod unrecorded;
mod users;
mod verifying;
mod versions;
mod whatif;
mod workload;
mod year;

pub use accounts::{hash_password, password_matches};
pub use approving::{Approval, ApproveReport};
pub use asking_gate::GateCall;
pub use auditing::{AuditCheckpoint, AuditVerdict};
pub use backtesting::{BacktestReport, MovedObject, OutcomeReport, cause_code};
pub use card_draft::CardReport;
pub use category_requests::{DraftedReply, FiledRequest, GivenAnswer};
pub use checking::{check_rules, test_gate, test_rules};
pub use day_listing::{DayCarried, DayForcing, DayRoute, DayStop, LeftObject, PlannedDay};
pub use deciding::{DecideReport, Decision};
pub use demo::{DEMO_PASSWORD, DemoEdge, DemoReport, DemoRequest, demo};
pub use desk::DeskCommand;
pub use document::{Language, document};
pub use dozor::Dozor;
pub use dozor_planner::TRAVEL_TIMES_ERRORS;
pub use dozor_planner::{CaseOutcome, Term, TermBook, TermStart, TermUnit};
pub use dozor_planner::{MissReason, YearCell, YearReport as LongRangeReport};
pub use dozor_rules::{CaseResult, CheckReport, ProblemLevel};
pub use dozor_scoring::{Caught, Estimate, Evaluation, Interval, Matrix, Metrics, PublicationReason};
pub use dozor_store::{DeskFilter, Location, User, UserState};
pub use error::{APP_ERRORS, AppError};
pub use evaluating::{EvaluateReport, EvaluateRequest};
pub use executors::{
    DueDay, DueWhat, DueWork, ExecutorRating, ExecutorReport, LeadTimes, LengthUnit, QueueKind, QueueTerms,
    Stage, StageTimes, StageWay,
};
pub use explaining::ObjectExplanation;
pub use exploring::ExplorationReport;
pub use exporting::{FactsReport, csv_field, expect_writable, write_whole};
pub use gate_papers::GatePapers;
pub use ingesting::{IngestReport, PackageReport};
pub use leases::{Holders, OneProcess};
pub use loading::Loaded;
pub use methodology::LoadedMethodology;
pub use order_life::{ORDER_ERRORS, OrderCheck, OrderError, OrderWish, PaperWish, RefusedVisit};
pub use oversight::{
    Alarm, AlarmKind, CategoryRate, FactsMoved, JudgedBy, OutcomesMoved, Oversight, Shadow,
    SourceReliability, YearReport,
};
pub use pack::{ENGINE_VERSION, PackFiles, methodology_hash, read_pack};
pub use pack_tables::PackWords;
pub use passports::{RuleHistory, RulePassport, StepHistory, ThresholdHistory};
pub use planning::{PlanCall, PlanReport, SearchLimit, left_out_code};
pub use progress::{Progress, Silent};
pub use queries::Queries;
pub use recomputing::{Deviation, RecomputeReport};
pub use rejects::RejectRow;
pub use replanning::{
    ChangeKind, HandOver, ReplanApplied, ReplanApply, ReplanCall, ReplanMove, ReplanReport,
};
pub use rolling::{
    FactEffect, LearningPoint, LeftOutModel, RollingReport, RollingRequest, Window, WindowLength,
    WindowReport,
};
pub use scoring_run::ScoreReport;
pub use second_looks::{LookAgreement, LookCase, LookKind, SecondLooks, SettleLook, VerdictPair};
pub use settling::{SettleReport, TaskReturn};
pub use setup::{InitReport, init};
pub use snoozing::SnoozeCommand;
pub use staff::OffDuty;
pub use starting::StartCall;
pub use task_life::{TASK_ERRORS, TaskCall, TaskError, TaskWish};
pub use thresholds::{ProposedGroup, ThresholdReport};
pub use training::{Promotion, TrainReport};
pub use travel_service::{
    FetchTravelTimes, FetchedTravelTimes, ServiceKind, TRAVEL_SERVICE_ERRORS, TravelServiceError,
};
pub use travel_times::{TravelTimesReport, TravelTimesRow};
pub use users::{NewUser, Password, UserRow};
pub use verifying::{VerifyReport, verify_rules};
pub use versions::{
    Actor, ApprovalReport, CheckedReport, FileChange, ImportedTable, RollbackReport, TableSheet,
    VERSION_ERRORS, VersionDifference, VersionError, VersionReport,
};
pub use year::{TravelBasis, YearAnswer, YearBasis, YearCall, YearChange, YearRow};

/// Limits the threads of heavy work; call once, before any.
///
/// # Errors
/// When the threads can't be had or heavy work has begun.
pub fn limit_threads(threads: usize) -> Result<(), rayon::ThreadPoolBuildError> {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()
}
