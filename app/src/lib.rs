//! Use-cases: load, call a pure function, save. The only crate that ties the others together.
//!
//! Invariants:
//! * a write is one named use-case, in one transaction where it is one act, with its audit entry in it; long work is
//!   a row of short transactions that can be called again;
//! * the clock and ids of people's acts come in as parameters; heavy work leaves the async threads;
//! * nothing here words a page: read models are data, sentences come from `scoring` and the pack.

mod accounts;
mod approving;
mod auditing;
mod checking;
mod deciding;
mod demo;
mod demo_folder;
mod desk;
mod dozor;
mod error;
mod evaluating;
mod explaining;
mod exporting;
mod ingest_pass;
mod ingesting;
mod loading;
mod methodology;
mod pack;
mod planning;
mod progress;
pub mod queries;
mod rejects;
mod score_export;
mod scoring_batch;
mod scoring_run;
mod setup;
mod signs;
mod staff;
mod training;
mod users;

pub use accounts::{hash_password, password_matches};
pub use approving::{Approval, ApproveReport};
pub use auditing::{AuditCheckpoint, AuditVerdict};
pub use checking::{check_rules, test_rules};
pub use deciding::{DecideReport, Decision};
pub use demo::{DEMO_PASSWORD, DemoEdge, DemoReport, DemoRequest, demo};
pub use desk::DeskCommand;
pub use dozor::Dozor;
pub use dozor_rules::ProblemLevel;
pub use dozor_scoring::{Estimate, Evaluation, Metrics};
pub use dozor_store::{DeskFilter, Location, User, UserState};
pub use error::{APP_ERRORS, AppError};
pub use evaluating::{EvaluateReport, EvaluateRequest};
pub use explaining::ObjectExplanation;
pub use exporting::{FactsReport, csv_field, write_whole};
pub use ingesting::IngestReport;
pub use loading::Loaded;
pub use methodology::LoadedMethodology;
pub use pack::{ENGINE_VERSION, PackFiles, methodology_hash, read_pack};
pub use planning::{PlanCall, PlanReport, SearchLimit, left_out_code};
pub use progress::{Progress, Silent};
pub use queries::Queries;
pub use rejects::RejectRow;
pub use scoring_run::ScoreReport;
pub use setup::{InitReport, init};
pub use training::{Promotion, TrainReport};
pub use users::{NewUser, Password, UserRow};

/// Limits the threads of heavy work; call once, before any.
///
/// # Errors
/// When the threads can't be had or heavy work has begun.
pub fn limit_threads(threads: usize) -> Result<(), rayon::ThreadPoolBuildError> {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()
}
