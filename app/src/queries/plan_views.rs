//! What the pages of a plan show: the shapes of their answers.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use dozor_domain::PairPart;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::codes::{
    ConflictProof, LeftOutReasonCode, PlanStateCode, QuotaKind, RiskCategory, TaskStateCode, TravelMode,
};
use super::common::{Ground, Localized, Position, TerritoryRef};
use super::task_starts::LostStart;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanSummary {
    pub id: String,
    #[schema(format = Date)]
    pub date: String,
    pub state: PlanStateCode,
    pub visits: i64,
    pub left_out: i64,
    pub inspectors: i64,
}

/// Newest day first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanList {
    pub items: Vec<PlanSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Inspector {
    pub key: String,
    pub name: String,
    pub unit: String,
    pub mode: TravelMode,
    /// Minutes after local midnight.
    pub shift_start: u32,
    /// Minutes after local midnight.
    pub shift_end: u32,
    pub base: Position,
    /// Kinds of control and codes of equipment.
    pub skills: Vec<String>,
}

/// One stop of a route.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Visit {
    /// 32 hexadecimal digits.
    pub object_id: String,
    /// Key in the registry.
    pub object_key: String,
    /// Address.
    pub object_title: String,
    pub object_kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub territory: Option<TerritoryRef>,
    pub control_kind: String,
    pub category: RiskCategory,
    pub event_kind: String,
    pub ground: Ground,
    pub why: Localized,
    /// Minutes after local midnight.
    pub arrive: u32,
    /// Minutes after local midnight.
    pub start: u32,
    /// Minutes after local midnight.
    pub end: u32,
    /// Minutes on the way from the previous stop.
    pub travel: u32,
    /// None where nobody goes there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Position>,
    /// Whether it is made by video, from the inspector's base.
    pub by_video: bool,
    pub value: f64,
    /// Whether its ground goes before everything else.
    pub mandatory: bool,
    /// Whether the head has asked for it as urgent this day.
    pub urgent: bool,
    /// Who else makes it; none where one is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner: Option<VisitPartner>,
    /// Only in an approved plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_number: Option<String>,
    /// What became of its task; only in an approved plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_state: Option<TaskStateCode>,
    /// Why the task came back: `in_vain`, `no_result`, `unrecorded`, or the head's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_reason: Option<String>,
}

/// Who else makes a visit that two make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VisitPartner {
    pub key: String,
    pub name: String,
    /// Whether the task is the other one's; the visit is counted on his route.
    pub leads: bool,
}

impl VisitPartner {
    /// Says who else makes a visit; `name` knows the staff by key.
    pub(super) fn of(visit: &dozor_domain::Visit, name: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let partner = visit.partner.as_ref()?;
        let key = partner.inspector.clone();
        let name = name(&key).unwrap_or_else(|| key.clone());
        Some(Self { key, name, leads: partner.part == PairPart::Assists })
    }
}

/// A break of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Pause {
    /// Minutes after local midnight.
    pub start: u32,
    /// Minutes after local midnight.
    pub end: u32,
}

/// Work of earlier days under extended orders: it comes before the first visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CarriedOver {
    pub tasks: i64,
    /// Minutes of work and ways that it takes of the shift.
    pub minutes: u32,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Route {
    pub inspector: Inspector,
    /// None where nothing is left of earlier days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carried: Option<CarriedOver>,
    pub visits: Vec<Visit>,
    pub travel_back: u32,
    /// Minutes after local midnight.
    pub back_at: u32,
    /// None where the day has no break, or the work is over before it or begins after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause: Option<Pause>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LeftOutCount {
    pub reason: LeftOutReasonCode,
    pub count: i64,
}

/// What the independent checker found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CheckReport {
    pub passed: bool,
    /// Codes of what was checked.
    pub checks: Vec<String>,
    /// Empty when passed.
    pub problems: Vec<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Plan {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<String>,
    #[schema(format = Date)]
    pub date: String,
    /// Whether the pack's calendar has it as a working day.
    pub working_day: bool,
    /// The first working day after it.
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_working_day: Option<String>,
    pub state: PlanStateCode,
    /// Whether the day was over when the plan was made: it holds what was known later, and nobody went by it.
    pub made_later: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<String>,
    /// A number too large for JSON, as text.
    pub seed: String,
    pub iterations: i64,
    pub value: f64,
    /// No plan of the day could be worth more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<f64>,
    /// By unit, then inspector name.
    pub routes: Vec<Route>,
    /// By count, descending.
    pub left_out: Vec<LeftOutCount>,
    pub check: CheckReport,
    /// Of a plan that changed a day which had begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<PlanRest>,
    /// Starts of its visits that did not count: by law, or because the task was taken away meanwhile.
    pub lost_starts: Vec<LostStart>,
}

/// Says when and why a day was planned anew.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanRest {
    /// Minutes after local midnight: what had begun by then stayed.
    pub at: u32,
    /// In the words of whoever applied it.
    pub reason: String,
    /// Who has begun nothing since.
    pub away: Vec<AwayInspector>,
}

/// Somebody who is away for the rest of a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AwayInspector {
    pub key: String,
    pub name: String,
}

/// Why a candidate is not in the plan.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum LeftOutReason {
    NoLawfulEvent {
        /// What the lightest kind lacks.
        lacks: Localized,
        /// What somebody has to do first; none where time alone brings it.
        #[serde(skip_serializing_if = "Option::is_none")]
        needs: Option<Localized>,
    },
    NoPosition,
    NoInspectorInTerritory,
    NoInspectorWithSkill {
        skill: Localized,
    },
    /// All who could go have a conflict of interest, or one was there last and the kind of event rotates.
    InspectorsExcluded,
    /// The visit needs two, and one on duty could go.
    NoSecondInspector,
    /// It closes before it opens, by its records.
    NeverOpen,
    TooFar,
    NoTimeLeft {
        value: f64,
        /// Value of the least valuable visit planned in its territory that is not mandatory.
        #[serde(skip_serializing_if = "Option::is_none")]
        least_planned: Option<f64>,
    },
    /// As many visits of a kind of event, in a territory or by a unit are planned as a day may have.
    Quota {
        of: QuotaKind,
        title: Localized,
        /// Most visits a day.
        most: u32,
    },
    /// It is mandatory, and does not fit together with these.
    MandatoryConflict {
        /// Registry keys; empty when nobody could do it within a shift.
        with: Vec<String>,
        proof: ConflictProof,
    },
    TaskOpen,
    /// It is mandatory, and a task on another ground is open at the object.
    MandatoryTaskOpen {
        /// The last day on which the result of that task is waited for: then the object is free.
        #[schema(format = Date)]
        until: String,
    },
    /// The visit was agreed with the person for another day.
    Appointed {
        /// The day.
        on: String,
    },
    /// The head has put it off.
    Deferred {
        /// The first day on which it may be planned again.
        #[schema(format = Date)]
        until: String,
    },
    /// It was taken out when the day was planned anew.
    SetAside,
}

/// The cheapest way of forcing a candidate into the plan.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Forcing {
    /// Name of the inspector; of both where the visit needs two.
    pub inspector: String,
    /// Registry keys of the visits that would give way.
    pub gives_way: Vec<String>,
    /// Sum of their values.
    pub loss: f64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LeftOut {
    /// 32 hexadecimal digits.
    pub object_id: String,
    pub object_key: String,
    pub object_title: String,
    pub object_kind: String,
    pub control_kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub territory: Option<TerritoryRef>,
    pub category: RiskCategory,
    pub score: f64,
    pub grounds: Vec<Ground>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Position>,
    pub reason: LeftOutReason,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forcing: Option<Forcing>,
    /// The day of a later plan, made already, that visits it.
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_on: Option<String>,
    /// When it is expected: where time was short its turn comes then, if each working day does as much there as the last planned
    /// one; for other reasons what keeps it out is over then, if nothing happens but time.
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
}

/// By value descending, then key.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LeftOutPage {
    pub items: Vec<LeftOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Asks for a new plan of a day.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanWish {
    #[schema(format = Date)]
    pub date: String,
    /// Of the search; 1 when none is named.
    #[serde(default)]
    pub seed: Option<u32>,
}

/// Takes back the open tasks of a day.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskReturnWish {
    #[schema(format = Date)]
    pub date: String,
    /// Key of the inspector; everybody's when none is named.
    #[serde(default)]
    pub inspector: Option<String>,
    /// Only visits that start then or later, minutes after local midnight; what was done before stays.
    #[serde(default)]
    pub from: Option<u32>,
    /// In words: it stays on record.
    pub reason: String,
}

/// What was taken back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TasksReturned {
    pub tasks: i64,
    /// Numbers of orders under which nothing is left to do.
    pub orders_revoked: Vec<String>,
}

/// Compare-and-set: names the plan that was looked at.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanApproval {
    /// `parent_id` of the plan that was looked at.
    #[serde(default)]
    pub expected_parent_id: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanApproved {
    pub plan_id: String,
    pub tasks: i64,
    pub orders: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_order_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_order_number: Option<String>,
    pub approved_by: String,
    #[schema(format = DateTime)]
    pub approved_at: String,
}

/// Chooses what stayed out.
#[derive(Clone, Debug, Default)]
pub struct LeftOutCall {
    pub reason: Option<String>,
    pub territory: Option<String>,
    pub text: Option<String>,
}
