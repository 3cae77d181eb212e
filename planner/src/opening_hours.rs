//! When objects of a kind are open, where no record of an object says so itself; and when a visit was agreed.

use std::collections::BTreeSet;

use dozor_domain::{Minutes, Opening};
use serde::Deserialize;

use crate::PlannerSettings;

/// Is the hours of some kinds of object.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningHours {
    /// The kinds.
    pub object_kinds: BTreeSet<String>,
    /// The minute after local midnight from which work may begin.
    pub opens: u32,
    /// The last minute in which it may.
    pub closes: u32,
}

/// Names where the records of an object say that a visit was agreed with the person.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppointmentField {
    /// Name of the source.
    pub source: String,
    /// Its field with the day.
    pub day: String,
    /// Its field with the minute after local midnight from which the visit may begin.
    pub opens: String,
    /// Its field with the last minute in which it may.
    pub closes: String,
    /// Its field with the code of the control kind; none = a visit under any.
    #[serde(default)]
    pub control_kind: Option<String>,
    /// Its field that says whether the person agreed to be visited by video; none = nobody did.
    #[serde(default)]
    pub by_video: Option<String>,
}

impl AppointmentField {
    /// Returns the names of all fields.
    pub fn fields(&self) -> impl Iterator<Item = &String> {
        [&self.day, &self.opens, &self.closes].into_iter().chain(&self.control_kind).chain(&self.by_video)
    }
}

impl PlannerSettings {
    /// Returns when work may begin at objects of a kind; none = at any hour.
    pub fn opening_of(&self, object_kind: &str) -> Option<Opening> {
        let mut lines = self.openings.iter();
        let hours = lines.find(|hours| hours.object_kinds.contains(object_kind))?;
        Some(Opening { opens: Minutes(hours.opens), closes: Minutes(hours.closes) })
    }

    /// Says which line of hours cannot be.
    pub(crate) fn openings_problem(&self) -> Option<String> {
        let mut seen = BTreeSet::new();
        for hours in &self.openings {
            if hours.closes < hours.opens || hours.closes >= 24 * 60 {
                return Some("[[openings]] closes before it opens or after midnight".to_owned());
            }
            if let Some(kind) = hours.object_kinds.iter().find(|kind| !seen.insert(kind.as_str())) {
                return Some(format!("[[openings]] names the kind of object «{kind}» twice"));
            }
        }
        None
    }
}
