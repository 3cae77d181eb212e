//! What is known of an object beyond its category when somebody asks whether an event may be held there: days from which
//! periods of law run, papers that others gave, who runs it and whether people live there.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Is what the period between two mandatory visits is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountedFrom {
    /// The last such visit.
    LastVisit,
    /// The decision on the category.
    Decision,
}

/// Is a paper by which one kind of event at one object was agreed: the plan of a year, or the prosecutor's consent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AgreedPaper {
    /// Its number.
    pub number: String,
    /// Its day.
    pub on: Date,
    /// Code of the kind of event.
    pub event_kind: String,
}

/// Is how large the controlled person's business is, as the register of small businesses has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BusinessSize {
    /// A micro-business.
    Micro,
    /// A small business.
    Small,
}

/// Is a business whose hours of events a year are limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmallBusiness {
    /// Its size.
    pub size: BusinessSize,
    /// Hours of events that it has had in the year.
    pub used_hours: u32,
}

/// Is whether those who live at a place let anybody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dwelling {
    /// They have consented.
    Consent,
    /// Nobody knows of a consent.
    NoConsent,
}

/// Is what the gate is told of a candidate beyond its category; empty where nothing is known or nothing asks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFacts {
    /// Day of the first of an unbroken row of decisions for the category in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<Date>,
    /// Day of the last event that may have stood in a plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_planned: Option<Date>,
    /// Day of the last mandatory preventive visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_mandatory_visit: Option<Date>,
    /// The small business that runs it; none = no small one, or nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business: Option<SmallBusiness>,
    /// Set where people live there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dwelling: Option<Dwelling>,
}

impl CaseFacts {
    /// Tells whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Leaves out the days from which periods run.
    pub fn without_days(&self) -> Self {
        Self { business: self.business, dwelling: self.dwelling, ..Self::default() }
    }
}
