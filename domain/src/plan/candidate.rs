//! Objects with grounds for work, with all that bears on when and by whom they may be visited.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Ground;
use crate::{CaseFacts, Minutes, ObjectId, Position, RiskCategory};

/// Is an object with grounds for work, ready to be planned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The object.
    pub object: ObjectId,
    /// The registry's key, for people.
    pub key: String,
    /// Code of the control kind.
    pub control_kind: String,
    /// Kind of the object.
    pub object_kind: String,
    /// Active category (Low when none is decided).
    pub category: RiskCategory,
    /// Whether that category was decided by an official.
    pub category_decided: bool,
    /// Calibrated probability: orders inside a category.
    pub probability: Option<f64>,
    /// Order of work inside the category: larger comes first.
    pub score: f64,
    /// Why it may be worked, most urgent first.
    pub grounds: Vec<Ground>,
    /// Code of its territory.
    pub territory: Option<String>,
    /// Where it is.
    pub position: Option<Position>,
    /// When work may begin there; none = at any time of a shift.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<Opening>,
    /// Key of the inspector who made the last visit that had a result; none where no task knows of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_inspector: Option<String>,
    /// Key of who made it with him; none where he was alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_partner: Option<String>,
    /// Keys of those who hold the object, of whom somebody on duty said that he has a conflict of interest with them; of
    /// nobody else does the planner know.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub owners: BTreeSet<String>,
    /// What the gate is told of it beyond its category.
    #[serde(default, skip_serializing_if = "CaseFacts::is_empty")]
    pub case: CaseFacts,
    /// The visit that was agreed with the person, that day's or the next one after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment: Option<Appointment>,
}

/// Is a visit that was agreed with the person: on its day it begins in its hours, and on no other day is it made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// The day.
    pub on: Date,
    /// When work may begin.
    pub hours: Opening,
    /// Whether the person agreed to be visited by video, where the kind of event may be held so. Plans in which nobody did
    /// keep the bytes that they had before this could be said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_video: bool,
}

/// Is the minutes after local midnight between which work may begin, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Earliest start of service.
    pub opens: Minutes,
    /// Latest start of service.
    pub closes: Minutes,
}
