//! A long-range plan: weeks, crews, visits, and what was missed.

use std::collections::BTreeSet;

use dozor_domain::RiskCategory;
use jiff::civil::Date;
use serde::Serialize;

use crate::{GroundKind, Lack};

/// Is a week of the plan, cut where a month ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WeekOfPlan {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// Working days.
    pub working_days: u32,
    /// Thousandths of their minutes that leave takes.
    pub leave_permille: u32,
}

/// Is people of one unit who serve the same territories with the same skills: their minutes are one sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearCrew {
    /// Code of the unit.
    pub unit: String,
    /// Territories; empty = all.
    pub territories: BTreeSet<String>,
    /// Skills.
    pub skills: BTreeSet<String>,
    /// How many people.
    pub people: u32,
    /// Minutes of all their shifts on one working day.
    pub minutes_a_day: u32,
    /// Minutes of their shifts on working days after the ends of their attestations, by week.
    pub lapsed: Vec<u64>,
}

impl YearCrew {
    /// Returns the minutes of its shifts in a week, given with its place, of those whose attestations hold.
    pub(super) fn minutes_in(&self, (place, week): (usize, &WeekOfPlan)) -> u64 {
        self.all_minutes_in(week).saturating_sub(self.lapsed.get(place).copied().unwrap_or(0))
    }

    /// Returns the minutes of its shifts in a week, were no attestation over.
    pub(super) fn all_minutes_in(&self, week: &WeekOfPlan) -> u64 {
        u64::from(self.minutes_a_day) * u64::from(week.working_days)
    }
}

/// Says whether a visit is made within its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum YearTiming {
    /// By the last day of its window.
    InTime,
    /// After it.
    Late,
}

/// Is one planned visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearVisit {
    /// Place of the object in [`YearPlan::objects`].
    pub object: u32,
    /// Number among the visits that are asked for at the object, from 0.
    pub number: u32,
    /// First day on which it is due.
    pub due: Date,
    /// Last day on which it is in time.
    pub until: Date,
    /// Place of its week.
    pub week: u32,
    /// First day of that week on which it may be made.
    pub day: Date,
    /// Whether that is in time.
    pub timing: YearTiming,
    /// Place of the lightest lawful kind of event of that day in [`YearPlan::kinds`].
    pub kind: u16,
    /// Minutes, the way there included.
    pub minutes: u32,
}

/// Says why a visit is not made in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum MissReason {
    /// No kind of event is lawful on any day of its window.
    NotLawful {
        /// What the lightest kind lacks.
        lack: Lack,
    },
    /// Nobody knows where the object is.
    NoPosition,
    /// Nobody of the staff serves its territory with the skill.
    NoInspector,
    /// The attestations of all who could make it are over by the first day on which it may be made.
    NotAttested,
    /// Those who could make it are full in every week of its window.
    NoTime,
}

/// Is a visit that is asked for and not made in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MissedVisit {
    /// Place of the object in [`YearPlan::objects`].
    pub object: u32,
    /// Number among the visits that are asked for at the object, from 0.
    pub number: u32,
    /// First day on which it is due.
    pub due: Date,
    /// Last day on which it is in time.
    pub until: Date,
    /// Minutes that it would have taken; 0 where nothing is lawful.
    pub minutes: u32,
    /// Place of those who could have made it in [`YearPlan::reaches`].
    pub reach: Option<u32>,
    /// Why.
    pub reason: MissReason,
}

/// Is the minutes of one week that a crew gives to work that the same crews can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct WorkShare {
    /// Place of the week.
    pub week: u32,
    /// Number of the set of crews that can do the work.
    pub reach: u32,
    /// Place of the crew.
    pub crew: u32,
    /// Minutes.
    pub minutes: u32,
}

/// Is how evenly a part of the staff that shares work is loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Load {
    /// Places of its crews.
    pub crews: Vec<u32>,
    /// Thousandths of its minutes that no week exceeds.
    pub peak_permille: u32,
    /// Visits that no plan of these weeks could make in time.
    pub least_missed: u64,
}

/// Is a long-range plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearPlan {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Weeks.
    pub weeks: Vec<WeekOfPlan>,
    /// Crews, by unit, territories, skills.
    pub crews: Vec<YearCrew>,
    /// Sets of crews, each sorted, that can do the same work.
    pub reaches: Vec<Vec<u32>>,
    /// Places in the request of objects for which visits are asked, by id, control kind and ground.
    pub objects: Vec<u32>,
    /// What the visits of each of them rest on.
    pub grounds: Vec<GroundKind>,
    /// Category of each of them.
    pub categories: Vec<RiskCategory>,
    /// Planned visits, by object and number.
    pub visits: Vec<YearVisit>,
    /// Visits that are not made, by object and number.
    pub missed: Vec<MissedVisit>,
    /// Visits whose window goes on after the period and that are left to the next one, as missed ones are told.
    pub carried: Vec<MissedVisit>,
    /// Why late visits are late, by object and number.
    pub late: Vec<MissedVisit>,
    /// Codes of the kinds of event of all visits.
    pub kinds: Vec<String>,
    /// Who does what.
    pub shares: Vec<WorkShare>,
    /// Load of each part of the staff.
    pub loads: Vec<Load>,
}
