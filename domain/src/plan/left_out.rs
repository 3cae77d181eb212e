//! What stays out of a plan, why, and what would have to give way for it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Candidate, Route, Visit};

/// Is what a quota counts visits of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaKind {
    /// A kind of event.
    EventKind,
    /// A territory.
    Territory,
    /// A unit of inspectors.
    Unit,
}

/// Says how sure it is that visits cannot be made together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictProof {
    /// Every way of making them was gone through: the conflict is certain, and none of it can be spared.
    Exact,
    /// No search found a way, within a fixed number of iterations. So are conflicts that were stored before they said it.
    #[default]
    Search,
}

impl ConflictProof {
    fn is_by_search(&self) -> bool {
        *self == Self::Search
    }
}

/// Is why a candidate is not in the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum LeftOutReason {
    /// No kind of event is lawful for its grounds today.
    NoLawfulEvent {
        /// What the lightest kind lacks.
        lacks: String,
    },
    /// It has no position.
    NoPosition,
    /// No inspector on duty serves its territory.
    NoInspectorInTerritory,
    /// No inspector on duty there has the skill.
    NoInspectorWithSkill {
        /// The skill.
        skill: String,
    },
    /// Everybody on duty there who has the skills has a conflict of interest, or was there last and the kind of event
    /// rotates.
    InspectorsExcluded,
    /// The visit needs two people, and on duty there is one who could go.
    NoSecondInspector,
    /// Its records say that it closes before it opens: nobody knows when work may begin there.
    NeverOpen,
    /// The nearest inspector could not be back in time even alone.
    TooFar,
    /// The time of the people went to more valuable visits.
    NoTimeLeft {
        /// Value of this candidate.
        value: f64,
        /// Value of the least valuable visit planned in its territory that is not mandatory.
        least_planned: Option<f64>,
    },
    /// As many visits of its kind of event, in its territory or by the units that could go are planned as the pack allows
    /// in a day.
    Quota {
        /// What the quota counts.
        of: QuotaKind,
        /// Code of the kind of event, the territory or the unit.
        code: String,
        /// Most visits a day.
        most: u32,
    },
    /// It is mandatory or urgent, and with it no search could plan these visits, which must be made, together; without any
    /// one of them a plan was found for the others. With nothing named nobody could do it within a shift.
    MandatoryConflict {
        /// Keys of the objects whose mandatory visits stand against it.
        with: Vec<String>,
        /// How sure that is.
        #[serde(default, skip_serializing_if = "ConflictProof::is_by_search")]
        proof: ConflictProof,
    },
    /// A task for it is open already.
    TaskOpen,
    /// It is mandatory, and a task that rests on another ground is open at the object: a visit may be made or is awaited
    /// there that nobody made for this ground.
    MandatoryTaskOpen {
        /// The last day on which the result of that task is waited for: then the object is free.
        until: Date,
    },
    /// The visit was agreed with the person for another day.
    Appointed {
        /// The day.
        on: Date,
    },
    /// The head has put it off.
    Deferred {
        /// The first day on which it may be planned again, `YYYY-MM-DD`.
        until: String,
    },
    /// It was taken out of the day when the day was planned anew: it cannot be entered, or what its work stood on no
    /// longer stands.
    SetAside,
}

/// Is the cheapest way of forcing a candidate into the plan: consecutive visits of one route that would give way, of two
/// routes where the visit needs two people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Forcing {
    /// Key of the inspector whose route it is.
    pub inspector: String,
    /// Place of the first visit that gives way, from 0.
    pub first: u32,
    /// How many give way.
    pub count: u32,
    /// Sum of the values of all that give way.
    pub loss: f64,
    /// What gives way on the second route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<GivingWay>,
}

impl Forcing {
    /// Returns the one or two routes with the visits that would give way on each; none where they are not those of its plan.
    pub fn giving<'r>(&self, routes: &'r [Route]) -> Option<Vec<(&'r Route, &'r [Visit])>> {
        let second = self.second.iter().map(|second| (&second.inspector, second.first, second.count));
        let giving = std::iter::once((&self.inspector, self.first, self.count)).chain(second);
        let of_route = |(key, first, count): (&String, u32, u32)| {
            let route = routes.iter().find(|route| route.inspector.key == *key)?;
            let end = first.checked_add(count)? as usize;
            Some((route, route.visits.get(first as usize..end)?))
        };
        giving.map(of_route).collect()
    }
}

/// Is consecutive visits of a route that would give way; none where there is room already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivingWay {
    /// Key of the inspector whose route it is.
    pub inspector: String,
    /// Place of the first visit that gives way, from 0.
    pub first: u32,
    /// How many give way.
    pub count: u32,
}

/// Is a candidate that stayed out, with why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The candidate.
    pub candidate: Candidate,
    /// Why.
    pub reason: LeftOutReason,
    /// What would have to give way for it; none where no giving way would help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forcing: Option<Forcing>,
    /// The day on which it is expected, `YYYY-MM-DD`. Where time was short its turn comes then, if each working day does as much
    /// in its territory as this one and nothing more valuable arises; else what keeps it out is over then, if nothing happens
    /// but time. None where that can't be said, or where somebody has to do something first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
}

impl LeftOut {
    /// Says why a candidate stays out, and nothing else.
    pub fn new(candidate: Candidate, reason: LeftOutReason) -> Self {
        Self { candidate, reason, forcing: None, expected: None }
    }
}
