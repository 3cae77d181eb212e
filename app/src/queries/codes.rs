//! Codes of the contract: what the pages compare with. Each stands for an enum of the crates below and follows it
//! by name, so that a new variant there is a compile error here and never a new word on the wire by accident.
#![expect(missing_docs, reason = "variants carry the names and meanings of the enums they stand for")]

use dozor_domain as domain;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! mirrored {
    ($(#[$doc:meta])* $name:ident = $source:path { $($variant:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),* }

        impl From<$source> for $name {
            fn from(code: $source) -> Self {
                match code { $(<$source>::$variant => Self::$variant),* }
            }
        }
        impl From<$name> for $source {
            fn from(code: $name) -> Self {
                match code { $($name::$variant => Self::$variant),* }
            }
        }
    };
}

mirrored!(
    /// From the lightest to the heaviest.
    RiskCategory = domain::RiskCategory { Low, Moderate, Medium, Significant, High, ExtremelyHigh }
);
mirrored!(RequestVerdict = domain::RequestVerdict { Granted, Refused, Left });
mirrored!(DeskVerdict = domain::DeskVerdict { Confirmed, Refuted, NeedsData, Referred });
mirrored!(RuleKind = domain::RuleKind { Sign, Criterion, Indicator, GoodFaith, Ordering });
mirrored!(RuleState = domain::RuleState { NotFired, Fired, Unknown });
mirrored!(ValueType = domain::ValueType { Text, Integer, Float, Boolean, Date, Instant, Codes });
mirrored!(
    /// What a quota counts visits of.
    QuotaKind = domain::QuotaKind { EventKind, Territory, Unit }
);
mirrored!(
    /// exact: every way was gone through. search: none was found.
    ConflictProof = domain::ConflictProof { Exact, Search }
);
mirrored!(TravelMode = domain::TravelMode { Walk, Scooter, Car, Transit });
mirrored!(LegalMark = domain::LegalMark { Seen, Known, ToFill });
mirrored!(ModelRole = dozor_scoring::ModelRole { RulesOnly, ScorecardMatrix, Matrix });
mirrored!(
    /// C S M O G R of the catalogue.
    FactUse = dozor_facts::FactUse { Criterion, Sign, Model, Ordering, Gate, Report }
);
mirrored!(
    Permission = domain::Permission {
        WorkTasks,
        ViewRegister,
        ViewDesk,
        DecideSigns,
        ViewMethodology,
        EditMethodology,
        SignMethodology,
        ApproveMethodology,
        AgreeMethodology,
        OverrideMethodology,
        DecideCategories,
        ViewOversight,
        ViewInspectorEffects,
        ViewPlans,
        ApprovePlans,
        SignOrders,
        RegisterOrders,
        ViewSources,
        ViewPersonalData,
        ViewAudit,
        ManageUsers,
    }
);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignStateCode {
    Detected,
    Desk,
    Tasked,
    FieldViolation,
    FieldNothing,
    Expired,
}

impl From<&domain::SignState> for SignStateCode {
    fn from(state: &domain::SignState) -> Self {
        match state {
            domain::SignState::Detected => Self::Detected,
            domain::SignState::Desk { .. } => Self::Desk,
            domain::SignState::Tasked { .. } => Self::Tasked,
            domain::SignState::Field { finding: domain::FieldFinding::Violation, .. } => Self::FieldViolation,
            domain::SignState::Field { finding: domain::FieldFinding::Nothing, .. } => Self::FieldNothing,
            domain::SignState::Expired => Self::Expired,
        }
    }
}

mirrored!(
    /// A step of a task's life.
    TaskStepCode = domain::TaskEventKind {
        SendToUnit,
        Assign,
        Accept,
        Depart,
        Reschedule,
        Start,
        Report,
        Check,
        Close,
        Return,
        Cancel,
        Defer,
        Lift,
        NoAccess,
        Impossible,
    }
);
mirrored!(
    /// What came of a step of a task: done, or kept because the task stood elsewhere or had ended.
    TaskStepOutcome = domain::StepOutcome { Done, NotAllowed, NotOpen }
);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskStateCode {
    Generated,
    InUnit,
    Assigned,
    Accepted,
    EnRoute,
    OnSite,
    Reported,
    CheckedByHead,
    Closed,
    Returned,
    Cancelled,
    Deferred,
    NoAccess,
    Impossible,
}

impl From<&domain::TaskState> for TaskStateCode {
    fn from(state: &domain::TaskState) -> Self {
        match state {
            domain::TaskState::Generated => Self::Generated,
            domain::TaskState::InUnit => Self::InUnit,
            domain::TaskState::Assigned => Self::Assigned,
            domain::TaskState::Accepted => Self::Accepted,
            domain::TaskState::EnRoute { .. } => Self::EnRoute,
            domain::TaskState::OnSite { .. } => Self::OnSite,
            domain::TaskState::Reported { .. } => Self::Reported,
            domain::TaskState::CheckedByHead { .. } => Self::CheckedByHead,
            domain::TaskState::Closed { .. } => Self::Closed,
            domain::TaskState::Returned { .. } => Self::Returned,
            domain::TaskState::Cancelled { .. } => Self::Cancelled,
            domain::TaskState::Deferred { .. } => Self::Deferred,
            domain::TaskState::NoAccess { .. } => Self::NoAccess,
            domain::TaskState::Impossible { .. } => Self::Impossible,
        }
    }
}

mirrored!(
    /// What an order lacks before its work may start, in the order in which it is had.
    OrderLackCode = domain::OrderLack {
        Check,
        ProsecutorAgreement,
        ProsecutorRefused,
        Signature,
        RegisterEntry,
        Issue,
        Notice,
        Term,
        Revoked,
        Over,
    }
);
mirrored!(
    OrderStepCode = domain::OrderStepKind {
        Check,
        RequestApproval,
        Agree,
        Refuse,
        Sign,
        Register,
        Issue,
        Notify,
        Extend,
        Execute,
        Close,
        Revoke,
    }
);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStateCode {
    Draft,
    Checked,
    ApprovalRequested,
    ProsecutorAgreed,
    ProsecutorRefused,
    Signed,
    Registered,
    Issued,
    Extended,
    Executed,
    Closed,
    Revoked,
}

impl From<&domain::OrderState> for OrderStateCode {
    fn from(state: &domain::OrderState) -> Self {
        match state {
            domain::OrderState::Draft => Self::Draft,
            domain::OrderState::Checked { .. } => Self::Checked,
            domain::OrderState::ApprovalRequested { .. } => Self::ApprovalRequested,
            domain::OrderState::ProsecutorAgreed { .. } => Self::ProsecutorAgreed,
            domain::OrderState::ProsecutorRefused { .. } => Self::ProsecutorRefused,
            domain::OrderState::Signed { .. } => Self::Signed,
            domain::OrderState::Registered { .. } => Self::Registered,
            domain::OrderState::Issued { .. } => Self::Issued,
            domain::OrderState::Extended { .. } => Self::Extended,
            domain::OrderState::Executed { .. } => Self::Executed,
            domain::OrderState::Closed { .. } => Self::Closed,
            domain::OrderState::Revoked { .. } => Self::Revoked,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanStateCode {
    Proposed,
    Approved,
}

impl From<&domain::PlanState> for PlanStateCode {
    fn from(state: &domain::PlanState) -> Self {
        match state {
            domain::PlanState::Proposed => Self::Proposed,
            domain::PlanState::Approved { .. } => Self::Approved,
        }
    }
}

/// What came of beginning a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StartOutcome {
    Begun,
    Refused,
    /// Its task had ended or been taken away by then.
    NotOpen,
    /// Somebody had begun it before.
    AlreadyBegun,
}

impl From<domain::StartOutcome> for StartOutcome {
    fn from(outcome: domain::StartOutcome) -> Self {
        match outcome {
            domain::StartOutcome::Begun => Self::Begun,
            domain::StartOutcome::Refused => Self::Refused,
            domain::StartOutcome::NotOpen => Self::NotOpen,
            domain::StartOutcome::AlreadyBegun => Self::AlreadyBegun,
        }
    }
}

/// How a visit changes when the rest of a day is planned anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Another inspector makes it.
    Moved,
    /// The same inspector makes it at another time.
    Retimed,
    /// Nobody makes it any more.
    Dropped,
    /// It was not planned, or its task had come back.
    New,
    /// It was asked for as urgent, and found no room.
    NotPlaced,
}

impl From<crate::replanning::ChangeKind> for ChangeKind {
    fn from(change: crate::replanning::ChangeKind) -> Self {
        use crate::replanning::ChangeKind as Kind;
        match change {
            Kind::Moved => Self::Moved,
            Kind::Retimed => Self::Retimed,
            Kind::Dropped => Self::Dropped,
            Kind::New => Self::New,
            Kind::NotPlaced => Self::NotPlaced,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutReasonCode {
    NoLawfulEvent,
    NoPosition,
    NoInspectorInTerritory,
    NoInspectorWithSkill,
    InspectorsExcluded,
    NoSecondInspector,
    NeverOpen,
    TooFar,
    NoTimeLeft,
    Quota,
    MandatoryConflict,
    TaskOpen,
    MandatoryTaskOpen,
    Appointed,
    Deferred,
    SetAside,
}

impl From<&domain::LeftOutReason> for LeftOutReasonCode {
    fn from(reason: &domain::LeftOutReason) -> Self {
        match reason {
            domain::LeftOutReason::NoLawfulEvent { .. } => Self::NoLawfulEvent,
            domain::LeftOutReason::NoPosition => Self::NoPosition,
            domain::LeftOutReason::NoInspectorInTerritory => Self::NoInspectorInTerritory,
            domain::LeftOutReason::NoInspectorWithSkill { .. } => Self::NoInspectorWithSkill,
            domain::LeftOutReason::InspectorsExcluded => Self::InspectorsExcluded,
            domain::LeftOutReason::NoSecondInspector => Self::NoSecondInspector,
            domain::LeftOutReason::NeverOpen => Self::NeverOpen,
            domain::LeftOutReason::TooFar => Self::TooFar,
            domain::LeftOutReason::NoTimeLeft { .. } => Self::NoTimeLeft,
            domain::LeftOutReason::Quota { .. } => Self::Quota,
            domain::LeftOutReason::MandatoryConflict { .. } => Self::MandatoryConflict,
            domain::LeftOutReason::TaskOpen => Self::TaskOpen,
            domain::LeftOutReason::MandatoryTaskOpen { .. } => Self::MandatoryTaskOpen,
            domain::LeftOutReason::Appointed { .. } => Self::Appointed,
            domain::LeftOutReason::Deferred { .. } => Self::Deferred,
            domain::LeftOutReason::SetAside => Self::SetAside,
        }
    }
}
