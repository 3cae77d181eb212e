//! What a start may lack, each by a code that is stored and translated, and the articles that ask for it.

use dozor_domain::LegalReference;
use serde::{Deserialize, Serialize};

/// Is one thing that is lacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// The pack has no such kind of event on that day.
    EventKind,
    /// The kind of event is not known to this control kind.
    ControlKind,
    /// The desk has not decided the sign.
    DeskDecision,
    /// Nobody has verified who filed the appeal.
    Applicant,
    /// The ground is none for this kind of event.
    Ground,
    /// No official has decided the category.
    CategoryDecision,
    /// The category was set against the published criteria.
    CategoryCriteria,
    /// The event does not stand in an agreed plan of the year.
    AgreedPlan,
    /// A moratorium forbids it.
    Moratorium,
    /// The category has no events of this group.
    NotForCategory,
    /// The cap of frequency is used up.
    CapUsedUp,
    /// The prosecutor has not agreed.
    ProsecutorApproval,
    /// The prescription's term has not passed, or has not begun.
    PrescriptionTerm,
    /// A complaint suspends the prescription.
    PrescriptionSuspended,
    /// The day is no working day.
    WorkingDay,
    /// The person has not been notified in time.
    Notice,
    /// The register has no entry from before the start.
    RegisterEntry,
    /// It would last longer than its kind may.
    Duration,
    /// The hours of a small business are used up for the year.
    BusinessHours,
    /// The same inspector was there last.
    Rotation,
    /// Nobody who lives there has consented.
    DwellingConsent,
    /// The place is not open to everybody.
    PublicGround,
}

impl Lack {
    /// Returns the code that is stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Self::EventKind => "event_kind",
            Self::ControlKind => "control_kind",
            Self::DeskDecision => "desk_decision",
            Self::Applicant => "applicant",
            Self::Ground => "ground",
            Self::CategoryDecision => "category_decision",
            Self::CategoryCriteria => "category_criteria",
            Self::AgreedPlan => "agreed_plan",
            Self::Moratorium => "moratorium",
            Self::NotForCategory => "not_for_category",
            Self::CapUsedUp => "cap_used_up",
            Self::ProsecutorApproval => "prosecutor_approval",
            Self::PrescriptionTerm => "prescription_term",
            Self::PrescriptionSuspended => "prescription_suspended",
            Self::WorkingDay => "working_day",
            Self::Notice => "notice",
            Self::RegisterEntry => "register_entry",
            Self::Duration => "duration",
            Self::BusinessHours => "business_hours",
            Self::Rotation => "rotation",
            Self::DwellingConsent => "dwelling_consent",
            Self::PublicGround => "public_ground",
        }
    }

    /// Tells whether time alone may bring what is lacking: a period runs out, a line of the pack gives way to another, a day
    /// that a paper bears comes. For all else somebody has to do something.
    pub fn lifts_with_time(self) -> bool {
        match self {
            Self::AgreedPlan
            | Self::Moratorium
            | Self::NotForCategory
            | Self::CapUsedUp
            | Self::ProsecutorApproval
            | Self::PrescriptionTerm
            | Self::PrescriptionSuspended
            | Self::WorkingDay
            | Self::Notice
            | Self::RegisterEntry
            | Self::BusinessHours => true,
            Self::EventKind
            | Self::ControlKind
            | Self::DeskDecision
            | Self::Applicant
            | Self::Ground
            | Self::CategoryDecision
            | Self::CategoryCriteria
            | Self::Duration
            | Self::Rotation
            | Self::DwellingConsent
            | Self::PublicGround => false,
        }
    }
}

/// Is one thing that is lacking, with the articles that ask for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// What is lacking.
    pub lack: Lack,
    /// The articles; empty where the pack names none.
    pub basis: Vec<LegalReference>,
}
