//! What may happen to an order, what the law asks for before it, and what is still lacking.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::papers::{DocumentReference, Notice, ProsecutorAnswer, RegisterNumber, Signature};
use crate::Timestamp;

/// Says whether something must be there first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// It must.
    Needed,
    /// It need not.
    NotNeeded,
}

impl Need {
    /// Needs something if a condition holds.
    pub fn when(condition: impl FnOnce() -> bool) -> Self {
        if condition() { Self::Needed } else { Self::NotNeeded }
    }

    /// Is what steps say that were recorded before anybody asked.
    fn unasked() -> Self {
        Self::NotNeeded
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_unasked(&self) -> bool {
        *self == Self::NotNeeded
    }
}

/// Is what the pack's dated lines ask of an order, by its kind of event and the grounds of its tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderNeeds {
    /// The prosecutor's agreement before the signature.
    pub prosecutor: Need,
    /// The register's entry before the issue.
    pub register: Need,
    /// The notice of the controlled person, whose term runs before the start.
    #[serde(default = "Need::unasked", skip_serializing_if = "Need::is_unasked")]
    pub notice: Need,
}

/// Is what an order lacks before its work may start, in the order in which it is had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderLack {
    /// The checks of law.
    Check,
    /// The prosecutor's agreement.
    ProsecutorAgreement,
    /// The prosecutor refused, and nothing will mend that.
    ProsecutorRefused,
    /// The head's signature.
    Signature,
    /// The register's entry.
    RegisterEntry,
    /// The issue to the inspector.
    Issue,
    /// The notice of the controlled person.
    Notice,
    /// The day is not within its term.
    Term,
    /// It was called off.
    Revoked,
    /// All work under it is done.
    Over,
}

impl OrderLack {
    /// Returns the code that is translated.
    pub fn code(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::ProsecutorAgreement => "prosecutor_agreement",
            Self::ProsecutorRefused => "prosecutor_refused",
            Self::Signature => "signature",
            Self::RegisterEntry => "register_entry",
            Self::Issue => "issue",
            Self::Notice => "notice",
            Self::Term => "term",
            Self::Revoked => "revoked",
            Self::Over => "over",
        }
    }
}

/// Names a step without what it carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStepKind {
    /// The checks of law passed.
    Check,
    /// The prosecutor is asked.
    RequestApproval,
    /// The prosecutor agrees.
    Agree,
    /// The prosecutor refuses.
    Refuse,
    /// The head signs.
    Sign,
    /// The register's entry is made.
    Register,
    /// It goes to the inspector.
    Issue,
    /// The controlled person is told.
    Notify,
    /// It gets a later end.
    Extend,
    /// All work under it is done.
    Execute,
    /// The head closes it.
    Close,
    /// It is called off.
    Revoke,
}

impl OrderStepKind {
    /// All steps.
    pub const ALL: [Self; 12] = [
        Self::Check,
        Self::RequestApproval,
        Self::Agree,
        Self::Refuse,
        Self::Sign,
        Self::Register,
        Self::Issue,
        Self::Notify,
        Self::Extend,
        Self::Execute,
        Self::Close,
        Self::Revoke,
    ];

    /// Returns the code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::RequestApproval => "request_approval",
            Self::Agree => "agree",
            Self::Refuse => "refuse",
            Self::Sign => "sign",
            Self::Register => "register",
            Self::Issue => "issue",
            Self::Notify => "notify",
            Self::Extend => "extend",
            Self::Execute => "execute",
            Self::Close => "close",
            Self::Revoke => "revoke",
        }
    }
}

/// Is what may happen to an order, with what it carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum OrderEvent {
    /// The checks of law passed.
    Check {
        /// What was checked, as codes.
        checks: Vec<String>,
    },
    /// The prosecutor is asked.
    RequestApproval {
        /// The request.
        request: DocumentReference,
        /// What the law asks for: nobody asks without need.
        needs: OrderNeeds,
    },
    /// The prosecutor agrees.
    Agree {
        /// The answer.
        agreement: ProsecutorAnswer,
    },
    /// The prosecutor refuses.
    Refuse {
        /// The answer.
        refusal: ProsecutorAnswer,
    },
    /// The head signs.
    Sign {
        /// The signature.
        signature: Signature,
        /// What the law asks for before it.
        needs: OrderNeeds,
    },
    /// The register's entry is made.
    Register {
        /// The entry.
        entry: RegisterNumber,
    },
    /// It goes to the inspector.
    Issue {
        /// What the law asks for before it.
        needs: OrderNeeds,
    },
    /// The controlled person is told.
    Notify {
        /// The notice.
        notice: Notice,
        /// What the law asks for: nobody is told of a kind of event that comes unannounced.
        needs: OrderNeeds,
    },
    /// It gets a later end.
    Extend {
        /// The last day, inclusive.
        until: Date,
        /// Why.
        reason: String,
    },
    /// All work under it is done.
    Execute,
    /// The head closes it.
    Close,
    /// It is called off.
    Revoke {
        /// Why.
        reason: String,
    },
}

impl OrderEvent {
    /// Names the step.
    pub fn kind(&self) -> OrderStepKind {
        match self {
            Self::Check { .. } => OrderStepKind::Check,
            Self::RequestApproval { .. } => OrderStepKind::RequestApproval,
            Self::Agree { .. } => OrderStepKind::Agree,
            Self::Refuse { .. } => OrderStepKind::Refuse,
            Self::Sign { .. } => OrderStepKind::Sign,
            Self::Register { .. } => OrderStepKind::Register,
            Self::Issue { .. } => OrderStepKind::Issue,
            Self::Notify { .. } => OrderStepKind::Notify,
            Self::Extend { .. } => OrderStepKind::Extend,
            Self::Execute => OrderStepKind::Execute,
            Self::Close => OrderStepKind::Close,
            Self::Revoke { .. } => OrderStepKind::Revoke,
        }
    }
}

/// Is one step of an order's life, as it stays on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderStep {
    /// What happened.
    pub event: OrderEvent,
    /// Who did it: a login, or the program's own actor.
    pub by: String,
    /// When.
    pub at: Timestamp,
}
