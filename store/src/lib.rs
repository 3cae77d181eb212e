//! The storage: the only crate that knows SQL, on SQLite and PostgreSQL alike.
//!
//! Invariants:
//! * a write is one [`WriteTx`]; what is not committed leaves no trace; its audit entry is in the same transaction;
//! * reads run on connections that refuse to write;
//! * one SQL text with `$1` placeholders serves both databases; where it cannot, both texts stand side by side;
//! * nothing here reads a clock or draws an id: instants and ids come in as parameters;
//! * records, assessments, decisions, plans and audit entries are never changed in what they say.

mod assessments;
mod assignments;
mod audit;
mod blobs;
mod category_requests;
mod columns;
#[cfg(test)]
mod conformance;
mod desk;
mod error;
mod leases;
mod location;
mod methodologies;
mod methodology_steps;
mod migrations;
mod models;
mod objects;
mod order_contents;
mod orders;
mod packages;
mod page;
mod plans;
mod records;
mod register;
mod runs;
mod second_readings;
mod sessions;
mod signs;
mod snoozes;
mod sources;
mod sql;
mod store;
mod task_starts;
mod task_steps;
mod tasks;
mod transaction;
mod users;
mod waiting;

pub use assessments::{AssessmentHead, RuleAnswers};
pub use assignments::{ActiveAssignment, NewAssignment, ProposalRow, ProposalScope};
pub use audit::{AuditDraft, AuditFault, AuditFilter, AuditHead, AuditReport, AuditRow};
pub use blobs::BlobWriter;
pub use columns::{GeometryUse, LoadRecords};
pub use desk::{DeskFilter, DeskRow};
pub use error::{STORE_ERRORS, StoreError};
pub use location::{Location, SecretUrl};
pub use methodologies::{Methodology, MethodologyState};
pub use models::{Model, ModelRole};
pub use objects::{CandidateState, Lineage, ObjectLink, UnregisteredCandidate};
pub use order_contents::OrderedCategory;
pub use orders::OrderFilter;
pub use packages::{Package, PackageStatus, RejectFilter, StoredReject};
pub use page::{Cursor, Page};
pub use plans::{PlanHead, StoredPlan};
pub use records::{KeyRow, NewRecord, SourceRecord};
pub use register::{RegisterFilter, RegisterOrder, RegisterRow};
pub use runs::Run;
pub use signs::SignScope;
pub use sources::{SourceRow, SourceStatus};
pub use store::{PackIdentity, Store};
pub use tasks::{EndedVisit, MadeVisit, TaskFilter, TaskScope};
pub use transaction::{Committed, WriteTx};
pub use users::{User, UserState};
pub use waiting::{LatePlace, WaitingRecord};
