//! The plan of one day, and where it stands.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Candidate, LeftOut, Route, TravelMode, Visit};
use crate::{InvalidTransition, Minutes, ObjectId, PlanId, Timestamp};

/// Is where a plan stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PlanState {
    /// Made by the planner.
    Proposed,
    /// Approved: tasks and orders exist.
    Approved {
        /// By whom.
        by: String,
        /// When.
        at: Timestamp,
    },
}

impl PlanState {
    /// Approves a proposed plan.
    ///
    /// # Errors
    /// [`InvalidTransition`] when it is approved already.
    pub fn approve(self, by: String, at: Timestamp) -> Result<Self, InvalidTransition> {
        match self {
            Self::Proposed => Ok(Self::Approved { by, at }),
            Self::Approved { .. } => {
                Err(InvalidTransition { entity: "plan", state: "approved", event: "approve" })
            }
        }
    }
}

/// Is imported travel times that a plan was made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TravelTimesUsed {
    /// The mode of travel.
    pub mode: TravelMode,
    /// SHA-256 of the file, in hexadecimal digits.
    pub table: String,
    /// Ways of the plan's routes, those back included, that the table has.
    pub ways_in_table: u32,
    /// Those that it lacks: they are the great circle's.
    pub ways_by_distance: u32,
}

/// Is an immutable plan of one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Id derived from its inputs.
    pub id: PlanId,
    /// The plan that it replaces on that day, for compare-and-set.
    pub parent: Option<PlanId>,
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// Seed of the search.
    pub seed: u64,
    /// Iterations done: the same count replays the plan byte for byte.
    pub iterations: u64,
    /// Routes, by inspector key.
    pub routes: Vec<Route>,
    /// Everything that stayed out, by value descending, then key.
    pub left_out: Vec<LeftOut>,
    /// Sum of the visits' values.
    pub value: f64,
    /// No plan of the day could be worth more: what a relaxation without ways back and turns gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<f64>,
    /// Imported travel times by mode; empty where all ways are the great circle's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub travel_times: Vec<TravelTimesUsed>,
    /// What was over of the day when it was made; none for a plan of a whole day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest: Option<PlanRest>,
}

impl Plan {
    /// Returns each visit once, with its route: one that two people make with the route of the one who leads.
    pub fn visits(&self) -> impl Iterator<Item = (&Route, &Visit)> {
        let visits =
            self.routes.iter().flat_map(|route| route.visits.iter().map(move |visit| (route, visit)));
        visits.filter(|(_, visit)| visit.counts())
    }

    /// Tells whether the head has asked for work on a candidate as urgent.
    pub fn is_urgent(&self, candidate: &Candidate) -> bool {
        let mut urgent = self.rest.iter().flat_map(|rest| &rest.urgent);
        urgent.any(|(object, kind)| *object == candidate.object && *kind == candidate.control_kind)
    }
}

/// Is what of a day was over when its rest was planned anew, and why it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRest {
    /// Minutes after local midnight: nothing new begins before.
    pub now: Minutes,
    /// Keys of the inspectors who begin nothing more.
    pub away: BTreeSet<String>,
    /// Why, in the words of whoever applied it.
    pub reason: String,
    /// Work that the head has asked for as urgent this day, by object and code of the control kind: no change of the day
    /// gives it up for anything voluntary.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub urgent: BTreeSet<(ObjectId, String)>,
    /// Keys of the inspectors who had begun a visit before its hours: of where they stand the plan's hours say nothing.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub ahead: BTreeSet<String>,
}
