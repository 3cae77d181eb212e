//! A day's plan as people ask for it: who goes where and when, and why each object that stays out does.

use dozor_domain::{LeftOut, Minutes, PairPart, Plan, Route, Visit};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::planning::{PlanReport, left_out_code};

/// Is a planned day: what `plan` prints.
#[derive(Clone, Debug, Serialize)]
pub struct PlannedDay {
    /// Its counts.
    #[serde(flatten)]
    pub report: PlanReport,
    /// Who goes where, by inspector key; those who stay in have no stops.
    pub routes: Vec<DayRoute>,
    /// Candidates that stay out, by value descending.
    pub left: Vec<LeftObject>,
}

/// Is one inspector's day.
#[derive(Clone, Debug, Serialize)]
pub struct DayRoute {
    /// Key of the staff record.
    pub inspector: String,
    /// His name.
    pub name: String,
    /// Stops in order.
    pub stops: Vec<DayStop>,
    /// Local time at which he is back, `HH:MM`.
    pub back_at: String,
    /// Local times between which he has his break.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause: Option<(String, String)>,
}

/// Is one stop.
#[derive(Clone, Debug, Serialize)]
pub struct DayStop {
    /// Registry key of the object.
    pub object: String,
    /// Code of the control kind.
    pub control_kind: String,
    /// Code of the active category.
    pub category: &'static str,
    /// Code of the kind of event.
    pub event_kind: String,
    /// Code of the ground.
    pub ground: String,
    /// What the ground says of itself.
    pub detail: Map<String, Value>,
    /// Local time at which work begins, `HH:MM`.
    pub start: String,
    /// Local time at which it ends.
    pub end: String,
    /// Minutes on the way to it.
    pub travel: u32,
    /// Who else makes it: key of the staff record. The visit is counted where `part` is `leads`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// What this inspector does where two make it: `leads` or `assists`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<PairPart>,
}

/// Is a candidate that stays out.
#[derive(Clone, Debug, Serialize)]
pub struct LeftObject {
    /// Registry key of the object.
    pub object: String,
    /// Code of the control kind.
    pub control_kind: String,
    /// Code of the active category.
    pub category: &'static str,
    /// Code of the reason.
    pub reason: &'static str,
    /// What the reason says of itself.
    pub detail: Map<String, Value>,
    /// The day on which its turn would come, where that can be said.
    pub expected: Option<String>,
}

impl PlannedDay {
    /// Lists a plan.
    pub(crate) fn of(plan: &Plan, report: PlanReport) -> Self {
        Self {
            report,
            routes: plan.routes.iter().map(route).collect(),
            left: plan.left_out.iter().map(left).collect(),
        }
    }
}

fn route(route: &Route) -> DayRoute {
    DayRoute {
        inspector: route.inspector.key.clone(),
        name: route.inspector.name.clone(),
        stops: route.visits.iter().map(stop).collect(),
        back_at: time_of_day(route.back_at),
        pause: route.pause.map(|pause| (time_of_day(pause.start), time_of_day(pause.end))),
    }
}

fn stop(visit: &Visit) -> DayStop {
    let (ground, detail) = code_and_detail(&json!(visit.ground), "ground");
    DayStop {
        object: visit.candidate.key.clone(),
        control_kind: visit.candidate.control_kind.clone(),
        category: visit.candidate.category.code(),
        event_kind: visit.event_kind.clone(),
        ground,
        detail,
        start: time_of_day(visit.start),
        end: time_of_day(visit.end),
        travel: visit.travel.0,
        partner: visit.partner.as_ref().map(|partner| partner.inspector.clone()),
        part: visit.partner.as_ref().map(|partner| partner.part),
    }
}

fn left(one: &LeftOut) -> LeftObject {
    LeftObject {
        object: one.candidate.key.clone(),
        control_kind: one.candidate.control_kind.clone(),
        category: one.candidate.category.code(),
        reason: left_out_code(&one.reason),
        detail: code_and_detail(&json!(one.reason), "reason").1,
        expected: one.expected.clone(),
    }
}

/// Takes the code of a tagged value from the rest of it.
fn code_and_detail(value: &Value, tag: &str) -> (String, Map<String, Value>) {
    let mut detail = value.as_object().cloned().unwrap_or_default();
    let code = detail.remove(tag);
    (code.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(), detail)
}

fn time_of_day(minutes: Minutes) -> String {
    format!("{:02}:{:02}", minutes.0 / 60, minutes.0 % 60)
}
