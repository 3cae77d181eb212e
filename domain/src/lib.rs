//! The words of Dozor as types: identities, time, categories, geometry, records, outcomes of rules,
//! assessments, signs, plans, tasks, orders and the errors that people read.
//!
//! Invariants:
//! * nothing here reads a clock, draws a random number, touches a file or a network;
//! * a value that exists is valid: constructors are fallible and fields that could break it are private;
//! * whatever is hashed or stored has one documented byte form, here and nowhere else.

mod assessment;
mod audit;
mod calendar;
mod case;
mod category;
mod category_request;
mod columns;
mod errors;
mod geometry;
mod hexadecimal;
mod ids;
mod methodology;
mod object_columns;
mod order;
mod outcome;
mod pack;
mod permission;
mod plan;
mod record;
mod second_reading;
mod sign;
mod snooze;
mod task;
mod task_start;
mod time;
mod units;
mod value;
mod verdict_columns;

pub use assessment::{
    Assessment, AssignmentState, BasisStep, CategoryAssignment, Contribution, DecisionRecord, RunHeader,
};
pub use audit::{AuditEntry, AuditLink, Digest, Sha256Stream, leaf_hash, sha256};
pub use calendar::WorkCalendar;
pub use case::{AgreedPaper, BusinessSize, CaseFacts, CountedFrom, Dwelling, SmallBusiness};
pub use category::{CategoryScale, RiskCategory};
pub use category_request::{CategoryRequest, RequestState, RequestVerdict};
pub use columns::{
    ColumnData, NO_OBJECT, NO_TIME, RecordColumns, RecordColumnsBuilder, RecordRow, day_from_number,
    day_number,
};
pub use errors::{Coded, ErrorBody, ErrorInfo};
pub use geometry::{Bounds, GeometryFault, LocalMetres, Position, ValidGeometry, great_circle_metres};
pub use hexadecimal::{array_from_hex, bytes_from_hex, hex};
pub use ids::{
    AssignmentId, CategoryRequestId, DecisionId, DeskReviewId, ObjectId, OrderId, PackageId, PlanId,
    RecordId, RunId, SignId, SignalId, SnoozeId, TaskId, TaskStartId, TaskStepId, UserId,
};
pub use methodology::{
    Approval, ApprovalLevel, MethodologyEvent, MethodologyFault, MethodologyLife, MethodologyStage,
    MethodologyStep, Person,
};
pub use object_columns::{ObjectColumns, ObjectRow};
pub use order::{
    DocumentHash, DocumentReference, IssuedPapers, Need, Notice, Order, OrderEvent, OrderLack, OrderNeeds,
    OrderState, OrderStep, OrderStepKind, PaperFault, ProsecutorAnswer, RegisterNumber, Signature,
    SignedPapers,
};
pub use outcome::{RuleColumn, RuleDetail, RuleHead, RuleKind, RuleState, RuleVerdicts, SeverityEffect};
pub use pack::{
    ControlKind, DemoLogin, LegalMark, LegalReference, Localized, ObjectKind, PACK_ERRORS, PackError,
    PackManifest, RoleDefinition,
};
pub use permission::Permission;
pub use plan::{
    Appointment, Candidate, Carried, CarriedTask, Chance, ConflictProof, Forcing, GivingWay, Ground,
    InspectorDay, LeftOut, LeftOutReason, Load, Opening, PairPart, Partner, Pause, Plan, PlanRest, PlanState,
    QuotaKind, Route, TravelMode, TravelTimesUsed, Visit, VisitCause,
};
pub use record::{
    Delivery, FieldDefinition, IngestCounts, MatchMethod, Matched, Record, Reject, StoredRecord, Subject,
    Version,
};
pub use second_reading::{LookSettlement, SecondReading, SecondVerdict, SettledAs};
pub use sign::{DeskDecision, DeskVerdict, FieldFinding, SignEvent, SignState, ViolationSign};
pub use snooze::RuleSnooze;
pub use task::{
    ImpossibilityAct, StepOutcome, Task, TaskEvent, TaskEventKind, TaskHand, TaskSlot, TaskState, TaskStep,
};
pub use task_start::{StartOutcome, StartRefusal, TaskStart};
pub use time::{Clock, FixedClock, Timestamp, Zone};
pub use units::{InvalidTransition, Metres, Minutes, Probability};
pub use value::{Value, ValueType};
pub use verdict_columns::{RowBits, VerdictColumn, VerdictColumns};
