//! What the planner takes and gives: candidates, inspectors on duty, routes, and why the rest stays out.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    AgreedPaper, CaseFacts, CountedFrom, InvalidTransition, Minutes, ObjectId, PlanId, Position,
    RiskCategory, SignId, TaskId, Timestamp,
};

/// Is how an inspector moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TravelMode {
    /// On foot.
    Walk,
    /// By e-scooter.
    Scooter,
    /// By car.
    Car,
    /// By public transport.
    Transit,
}

impl TravelMode {
    /// Returns the code, as staff records and files name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Scooter => "scooter",
            Self::Car => "car",
            Self::Transit => "transit",
        }
    }
}

/// Is why work on an object may be done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "ground", rename_all = "snake_case")]
pub enum Ground {
    /// A sign that the desk confirmed or found in need of data.
    Sign {
        /// The sign.
        sign: SignId,
        /// Its rule.
        rule: String,
        /// Whether the desk confirmed it; if not, only a field survey may follow.
        confirmed: bool,
    },
    /// The frequency of its category makes a visit due.
    Frequency {
        /// Days since the last event, none when never.
        days_since: Option<i64>,
        /// Days allowed between two.
        every_days: i64,
    },
    /// A prescription's term has passed.
    PrescriptionOverdue {
        /// Days past the term.
        days: i64,
    },
    /// The period in which the category has one mandatory preventive visit has run out.
    MandatoryVisit {
        /// Days since what it is counted from.
        days: i64,
        /// What it is counted from: the later of both.
        counted_from: CountedFrom,
        /// Days allowed between two.
        every_days: i64,
    },
    /// The event stands in the agreed plan of a year.
    Planned {
        /// The plan's line.
        paper: AgreedPaper,
        /// First day on which it may be held.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// A published risk indicator fired: with the prosecutor's consent an event outside the plan may follow.
    Indicator {
        /// Its rule.
        rule: String,
        /// The prosecutor's consent; none = not given yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approval: Option<AgreedPaper>,
    },
    /// The exploration reserve drew it by chance: a ground of work without interaction only.
    Drawn {
        /// The chance by which it was drawn that day.
        inclusion: Chance,
        /// Objects of its territory that could have been drawn that day.
        in_territory: u32,
        /// Objects of all territories that could have been drawn that day.
        in_all: u32,
    },
    /// The lot chose a visit to be made again by another inspector: a ground of work without interaction only.
    SecondVisit {
        /// The chance by which it was chosen.
        inclusion: Chance,
        /// The task under which the first visit was made.
        first: TaskId,
    },
}

/// Is a chance above 0 and not above 1, in whole billionths: it is part of what names a ground, so it has an order and
/// one form in every store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Chance(u32);

impl Chance {
    const BILLION: f64 = 1e9;

    /// Takes a chance; one under a billionth counts as a billionth.
    pub fn new(chance: f64) -> Option<Self> {
        // Rounded and between 1 and a billion: it fits.
        (chance > 0.0 && chance <= 1.0).then(|| Self((chance * Self::BILLION).round().max(1.0) as u32))
    }

    /// Returns the chance.
    pub fn get(self) -> f64 {
        f64::from(self.0) / Self::BILLION
    }
}

impl TryFrom<u32> for Chance {
    type Error = String;
    fn try_from(billionths: u32) -> Result<Self, String> {
        match billionths {
            1..=1_000_000_000 => Ok(Self(billionths)),
            _ => Err(format!("{billionths} billionths are no chance above 0 and not above 1")),
        }
    }
}

impl From<Chance> for u32 {
    fn from(chance: Chance) -> Self {
        chance.0
    }
}

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
}

/// Is the minutes after local midnight between which work may begin, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Earliest start of service.
    pub opens: Minutes,
    /// Latest start of service.
    pub closes: Minutes,
}

/// Is an inspector on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InspectorDay {
    /// Key of the staff record.
    pub key: String,
    /// Name for people.
    pub name: String,
    /// Code of the unit.
    pub unit: String,
    /// Territories he serves; empty = all.
    pub territories: BTreeSet<String>,
    /// Skills, e.g. control kinds and pieces of equipment.
    pub skills: BTreeSet<String>,
    /// How he moves.
    pub mode: TravelMode,
    /// Start of the shift, minutes after local midnight.
    pub shift_start: Minutes,
    /// End of the shift: back by then.
    pub shift_end: Minutes,
    /// Where he starts and ends.
    pub base: Position,
    /// Registry keys of objects that he does not visit: a conflict of interest.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub avoids: BTreeSet<String>,
    /// Keys of persons at whose objects he makes no visit: a conflict of interest with the owner.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub avoids_owners: BTreeSet<String>,
}

/// Is why a visit is in the plan today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitCause {
    /// It is worth more than what stayed out.
    #[default]
    Worth,
    /// Its ground is mandatory work: it goes before everything else.
    Mandatory,
}

/// Is what somebody does in a visit that two people make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairPart {
    /// He has the task; the visit is counted on his route.
    Leads,
    /// He goes with the one who leads.
    Assists,
}

/// Is who else makes a visit that two people make: the same visit stands on his route at the same minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    /// Key of the other inspector.
    pub inspector: String,
    /// What the one on whose route the visit stands does himself.
    pub part: PairPart,
}

/// Is one stop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    /// The candidate.
    pub candidate: Candidate,
    /// Code of the kind of event from `events.toml`.
    pub event_kind: String,
    /// The ground that the event rests on.
    pub ground: Ground,
    /// Arrival, minutes after local midnight.
    pub arrive: Minutes,
    /// Start of service.
    pub start: Minutes,
    /// End of service.
    pub end: Minutes,
    /// Minutes on the way from the previous stop.
    pub travel: Minutes,
    /// Value of the visit in the planner's objective; none on the route of who only assists.
    pub value: f64,
    /// Why it is in the plan today.
    #[serde(default)]
    pub cause: VisitCause,
    /// Who else makes it; none where one person does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<Partner>,
}

impl Visit {
    /// Tells whether the visit is counted here: one that two people make stands on two routes and counts on that of the
    /// one who leads.
    pub fn counts(&self) -> bool {
        self.partner.as_ref().is_none_or(|partner| partner.part == PairPart::Leads)
    }
}

/// Is a break in a day's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// When it begins, minutes after local midnight.
    pub start: Minutes,
    /// When work goes on.
    pub end: Minutes,
}

impl Pause {
    /// Returns how long it is.
    pub fn minutes(self) -> u32 {
        self.end.0.saturating_sub(self.start.0)
    }
}

/// Is how long somebody is at work in a day; breaks and waiting are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// Minutes of service at his visits.
    pub service: Minutes,
    /// Minutes on his ways, the way back included.
    pub travel: Minutes,
}

impl Load {
    /// Returns all of it.
    pub fn minutes(self) -> u32 {
        self.service.0.saturating_add(self.travel.0)
    }
}

/// Is one inspector's day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// The inspector.
    pub inspector: InspectorDay,
    /// Stops in order.
    pub visits: Vec<Visit>,
    /// Minutes on the way back.
    pub travel_back: Minutes,
    /// When he is back.
    pub back_at: Minutes,
    /// His break; none where the day has none, or his work is over before it or begins after it. It may lie within a way,
    /// or within a long visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<Pause>,
    /// His work, where the pack weighs how it is spread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<Load>,
}

impl Route {
    /// Returns the minute in which he sets out for one of his visits.
    pub fn departs(&self, visit: &Visit) -> Minutes {
        let direct = visit.arrive.0.saturating_sub(visit.travel.0);
        let on_the_way =
            |pause: &Pause| pause.end <= visit.arrive && pause.start.0 + pause.minutes() > direct;
        let rested = self.pause.filter(on_the_way).map_or(0, Pause::minutes);
        Minutes(direct.saturating_sub(rested))
    }

    /// Returns the minutes of work of one of his visits: a break within it is none.
    pub fn service(&self, visit: &Visit) -> Minutes {
        let within = |pause: &Pause| pause.start >= visit.start && pause.end <= visit.end;
        let rested = self.pause.filter(within).map_or(0, Pause::minutes);
        Minutes(visit.end.0.saturating_sub(visit.start.0).saturating_sub(rested))
    }
}

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
    /// It is mandatory, and with it no search could plan these mandatory visits together; none of them can be spared
    /// from the conflict. With nothing named nobody could do it within a shift.
    MandatoryConflict {
        /// Keys of the objects whose mandatory visits stand against it.
        with: Vec<String>,
    },
    /// A task for it is open already.
    TaskOpen,
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
    /// The day on which its turn comes, `YYYY-MM-DD`, if each working day does as much in its territory as this one
    /// and nothing more valuable arises; none where that can't be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
}

impl LeftOut {
    /// Says why a candidate stays out, and nothing else.
    pub fn new(candidate: Candidate, reason: LeftOutReason) -> Self {
        Self { candidate, reason, forcing: None, expected: None }
    }
}

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

/// Is what of a day was over when its rest was planned anew, and why it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRest {
    /// Minutes after local midnight: nothing new begins before.
    pub now: Minutes,
    /// Keys of the inspectors who begin nothing more.
    pub away: BTreeSet<String>,
    /// Why, in the words of whoever applied it.
    pub reason: String,
}

impl Plan {
    /// Returns each visit once, with its route: one that two people make with the route of the one who leads.
    pub fn visits(&self) -> impl Iterator<Item = (&Route, &Visit)> {
        let visits =
            self.routes.iter().flat_map(|route| route.visits.iter().map(move |visit| (route, visit)));
        visits.filter(|(_, visit)| visit.counts())
    }
}
