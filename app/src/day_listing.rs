//! A day's plan as people ask for it: who goes where and when, and why each object that stays out does.

use std::collections::BTreeMap;

use dozor_domain::{
    Carried, Forcing, Ground, LeftOut, LeftOutReason, Load, Localized, Minutes, PairPart, Plan, Route, Visit,
    VisitCause,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::planning::{PlanReport, left_out_code};
use crate::queries::needed;

/// Is a planned day: what `plan` prints.
#[derive(Clone, Debug, Serialize)]
pub struct PlannedDay {
    /// Its counts.
    #[serde(flatten)]
    pub report: PlanReport,
    /// Who goes where, by inspector key; those who stay in have no stops.
    pub routes: Vec<DayRoute>,
    /// Minutes of work between the most and the least busy inspector, by unit; where the pack weighs it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub spread: BTreeMap<String, u32>,
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
    /// What he has to do of earlier days before the first stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carried: Option<DayCarried>,
    /// Stops in order.
    pub stops: Vec<DayStop>,
    /// Local time at which he is back, `HH:MM`.
    pub back_at: String,
    /// Local times between which he has his break.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause: Option<(String, String)>,
    /// Minutes of service and of ways, where the pack weighs how work is spread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load: Option<Load>,
}

/// Is the work of earlier days that an extended order leaves for this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DayCarried {
    /// Registry keys of the objects, in the order in which they are visited.
    pub objects: Vec<String>,
    /// Minutes of work and ways that it takes of the shift.
    pub minutes: u32,
}

impl DayCarried {
    /// Says what is left; none where nothing is.
    fn of(carried: &Carried) -> Option<Self> {
        let objects = carried.tasks.iter().map(|one| one.key.clone()).collect();
        (!carried.is_empty()).then(|| Self { objects, minutes: carried.minutes().0 })
    }
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
    /// Whether it is made by video, from the base; not said of other visits.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub by_video: bool,
    /// Who else makes it: key of the staff record. The visit is counted where `part` is `leads`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// What this inspector does where two make it: `leads` or `assists`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<PairPart>,
    /// Number of the stop on the route, from 1: several visits at one address are one stop.
    pub stop: u32,
    /// Why it is visited today: `mandatory`, `urgent` or `worth`.
    pub cause: VisitCause,
    /// The same in words.
    pub why_now: Localized,
}

/// Is the cheapest way of forcing a candidate into the plan.
#[derive(Clone, Debug, Serialize)]
pub struct DayForcing {
    /// Key of the inspector whose route it is.
    pub inspector: String,
    /// Key of the second one, where the visit needs two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_inspector: Option<String>,
    /// Registry keys of the visits that would give way, of both.
    pub gives_way: Vec<String>,
    /// The price: the sum of their values.
    pub loss: f64,
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
    /// What would have to give way for it; none where no giving way would help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forcing: Option<DayForcing>,
    /// The day on which it is expected, where that can be said: its turn comes, or what keeps it out is over.
    pub expected: Option<String>,
    /// What somebody has to do first, where no day can be said of what the law keeps out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs: Option<Localized>,
}

impl PlannedDay {
    /// Lists a plan.
    pub(crate) fn of(plan: &Plan, report: PlanReport) -> Self {
        Self {
            report,
            routes: plan.routes.iter().map(route).collect(),
            spread: spread(&plan.routes),
            left: left_objects(plan),
        }
    }
}

fn route(route: &Route) -> DayRoute {
    DayRoute {
        inspector: route.inspector.key.clone(),
        name: route.inspector.name.clone(),
        stops: numbered(&route.visits).map(|(number, visit)| stop(number, visit)).collect(),
        back_at: time_of_day(route.back_at),
        carried: DayCarried::of(&route.inspector.carried),
        pause: route.pause.map(|pause| (time_of_day(pause.start), time_of_day(pause.end))),
        load: route.load,
    }
}

fn spread(routes: &[Route]) -> BTreeMap<String, u32> {
    let mut units: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for (unit, load) in routes.iter().filter_map(|route| Some((&route.inspector.unit, route.load?.minutes())))
    {
        let (least, most) = units.entry(unit).or_insert((load, load));
        (*least, *most) = ((*least).min(load), (*most).max(load));
    }
    units.into_iter().map(|(unit, (least, most))| (unit.to_owned(), most - least)).collect()
}

/// Numbers the stops of a route: a visit without a way to it is at the place of the one before. One by video is a line of
/// its own.
pub(crate) fn numbered(visits: &[Visit]) -> impl Iterator<Item = (u32, &Visit)> {
    let (mut number, mut is_free) = (0, true);
    visits.iter().map(move |visit| {
        if is_free || visit.by_video || visit.travel.0 > 0 {
            number += 1;
        }
        is_free = visit.by_video;
        (number, visit)
    })
}

/// Says why a visit is made today.
fn why_now(visit: &Visit) -> Localized {
    let [ru, en] = match (visit.cause, &visit.ground) {
        (VisitCause::Mandatory, Ground::PrescriptionOverdue { days }) => [
            format!("обязательная работа: предписание просрочено на {days} дн."),
            format!("mandatory: the prescription is {days} days past its term"),
        ],
        (VisitCause::Mandatory, Ground::Drawn { .. } | Ground::SecondVisit { .. }) => {
            ["обязательная работа: выбрано жребием".to_owned(), "mandatory: drawn by lot".to_owned()]
        }
        (VisitCause::Mandatory, Ground::MandatoryVisit { days, .. }) => [
            format!("обязательная работа: период профилактического визита истёк, прошло {days} дн."),
            format!("mandatory: the period of the preventive visit has run out, {days} days have passed"),
        ],
        (VisitCause::Mandatory, Ground::Planned { paper, to, .. }) => [
            format!("обязательная работа: стоит в согласованном плане, строка {}, до {to}", paper.number),
            format!("mandatory: it stands in the agreed plan, line {}, until {to}", paper.number),
        ],
        (
            VisitCause::Mandatory,
            Ground::Sign { .. } | Ground::Frequency { .. } | Ground::Indicator { .. },
        ) => ["обязательная работа".to_owned(), "mandatory work".to_owned()],
        (VisitCause::Urgent, _) => [
            "срочно: руководитель поставил на этот день".to_owned(),
            "urgent: the head put it into this day".to_owned(),
        ],
        (VisitCause::Worth, _) => [
            format!("стоит больше оставшегося: {:.1}", visit.value),
            format!("worth more than what stays out: {:.1}", visit.value),
        ],
    };
    Localized { ru, en }
}

fn forcing(forcing: &Forcing, routes: &[Route]) -> Option<DayForcing> {
    let giving = forcing.giving(routes)?;
    let visits = giving.iter().flat_map(|(_, visits)| *visits);
    Some(DayForcing {
        inspector: forcing.inspector.clone(),
        second_inspector: forcing.second.as_ref().map(|second| second.inspector.clone()),
        gives_way: visits.map(|visit| visit.candidate.key.clone()).collect(),
        loss: forcing.loss,
    })
}

fn stop(number: u32, visit: &Visit) -> DayStop {
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
        by_video: visit.by_video,
        partner: visit.partner.as_ref().map(|partner| partner.inspector.clone()),
        part: visit.partner.as_ref().map(|partner| partner.part),
        stop: number,
        cause: visit.cause,
        why_now: why_now(visit),
    }
}

/// Lists what stays out of a plan.
pub(crate) fn left_objects(plan: &Plan) -> Vec<LeftObject> {
    plan.left_out.iter().map(|one| left(one, &plan.routes)).collect()
}

/// Returns what a reason for staying out says of itself, beside its code.
pub(crate) fn reason_detail(reason: &LeftOutReason) -> Map<String, Value> {
    code_and_detail(&json!(reason), "reason").1
}

fn left(one: &LeftOut, routes: &[Route]) -> LeftObject {
    LeftObject {
        object: one.candidate.key.clone(),
        control_kind: one.candidate.control_kind.clone(),
        category: one.candidate.category.code(),
        reason: left_out_code(&one.reason),
        detail: reason_detail(&one.reason),
        forcing: one.forcing.as_ref().and_then(|one| forcing(one, routes)),
        expected: one.expected.clone(),
        needs: needs(one),
    }
}

/// Says what somebody has to do before the law lets something in; none where that has a day, or another reason.
fn needs(one: &LeftOut) -> Option<Localized> {
    let LeftOutReason::NoLawfulEvent { lacks } = &one.reason else { return None };
    let words = needed(lacks).filter(|_| one.expected.is_none())?;
    Some(Localized { ru: words.ru, en: words.en })
}

/// Takes the code of a tagged value from the rest of it.
fn code_and_detail(value: &Value, tag: &str) -> (String, Map<String, Value>) {
    let mut detail = value.as_object().cloned().unwrap_or_default();
    let code = detail.remove(tag);
    (code.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(), detail)
}

/// Says a local time, `HH:MM`.
pub(crate) fn time_of_day(minutes: Minutes) -> String {
    format!("{:02}:{:02}", minutes.0 / 60, minutes.0 % 60)
}
