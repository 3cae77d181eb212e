//! From an approved plan to tasks and order drafts, one task per visit. Work without interaction is assigned: one order per
//! inspector, control kind, kind of event and second inspector where two go together. An event with interaction is decided
//! for one object and one person: each visit has an order of its own. What two make is one task, of the one who leads.
//! Numbers without gaps are the store's: a draft gets its number there and becomes an order.

use std::collections::BTreeMap;

use dozor_domain::{
    Ground, InvalidTransition, ObjectId, Order, OrderEvent, OrderId, OrderState, Plan, PlanId, Route, Task,
    TaskEvent, TaskId, TaskState, Timestamp, Visit,
};
use jiff::civil::Date;

use crate::order_gate::refusal_words;
use crate::{Gate, Moment, PlannerError, PlannerPack, Question, check};

/// Codes of what is checked before an order may be `checked`: an official decided the category where the kind of
/// event needs it; the desk confirmed the sign, or found it in need of data and nothing but a kind without
/// interaction follows; no lighter kind is lawful; the gate lets every visit pass on the plan's day; the independent
/// check of the whole plan found nothing.
pub const CHECKS: [&str; 5] =
    ["category_decided", "sign_confirmed", "lightest_kind", "gate", "independent_check"];

/// Is an order that has no number yet.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderDraft {
    /// Id derived from plan, inspectors, control kind and kind of event, and the object where it is for one alone.
    pub id: OrderId,
    /// The plan.
    pub plan: PlanId,
    /// Local year of its number.
    pub year: i16,
    /// Code of the control kind.
    pub control_kind: String,
    /// Code of the kind of event.
    pub event_kind: String,
    /// Key of the inspector.
    pub inspector: String,
    /// Key of the second inspector, where two go together.
    pub partner: Option<String>,
    /// Code of the unit.
    pub unit: String,
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// What was checked, as codes out of [`CHECKS`].
    pub checks: Vec<String>,
}

impl OrderDraft {
    /// Gives the draft its number and takes it to `checked`.
    ///
    /// # Errors
    /// [`InvalidTransition`] never for a draft; it is the state machine's to say so.
    pub fn numbered(self, number: i64, at: Timestamp) -> Result<Order, InvalidTransition> {
        let order = Order {
            id: self.id,
            plan: self.plan,
            year: self.year,
            number,
            control_kind: self.control_kind,
            event_kind: self.event_kind,
            inspector: self.inspector,
            partner: self.partner,
            unit: self.unit,
            date: self.date,
            state: OrderState::Draft,
            changed_at: at,
        };
        order.apply(OrderEvent::Check { checks: self.checks }, at)
    }
}

/// Makes the orders and tasks of a plan, in the plan's order of inspectors, then by control kind and kind of
/// event, then by place in the day; tasks in the order of the routes, each taken from `generated` over its unit to its inspector.
///
/// # Errors
/// [`PlannerError::Unsound`] when the independent check finds anything, [`PlannerError::Input`] for a date that is
/// none, [`PlannerError::Refused`] when the gate does not let a visit pass, [`PlannerError::Transition`] when a task does
/// not take an event.
pub fn orders_and_tasks(
    plan: &Plan,
    pack: &PlannerPack,
    at: Timestamp,
) -> Result<(Vec<OrderDraft>, Vec<Task>), PlannerError> {
    orders_and_tasks_of(plan, pack, &|_, _| true, at)
}

/// Makes the orders and tasks of some visits of a plan: where the rest of a day was planned anew, most have theirs
/// already. The gate is asked for those visits, the whole plan is checked, and a task's place is that in the whole route.
///
/// # Errors
/// As [`orders_and_tasks`].
pub fn orders_and_tasks_of(
    plan: &Plan,
    pack: &PlannerPack,
    is_wanted: &dyn Fn(&Route, &Visit) -> bool,
    at: Timestamp,
) -> Result<(Vec<OrderDraft>, Vec<Task>), PlannerError> {
    let day: Date = plan.date.parse().map_err(|_| PlannerError::Input {
        date: plan.date.clone(),
        problem: "the plan's date is no day".to_owned(),
    })?;
    // The law first: a line that changed since the plan was made refuses with its article, and is no fault of the plan.
    for (route, visit) in plan.visits().filter(|(route, visit)| is_wanted(route, visit)) {
        pass_gate(route, visit, pack, day)?;
    }
    let violations = check(plan, pack);
    if let Some(first) = violations.first() {
        let (date, count, first) = (plan.date.clone(), violations.len(), first.to_string());
        return Err(PlannerError::Unsound { date, count, first });
    }
    let mut orders = Vec::new();
    let mut tasks = Vec::new();
    for route in &plan.routes {
        let mut drafts: BTreeMap<Scope<'_>, OrderDraft> = BTreeMap::new();
        let places = (1_u32..).zip(&route.visits);
        let places = places.filter(|(_, visit)| visit.counts() && is_wanted(route, visit));
        let places: Vec<(Scope<'_>, u32, &Visit)> =
            places.map(|(place, visit)| (scope_of(visit, place, pack, day), place, visit)).collect();
        for (scope, position, visit) in &places {
            let of_order = places.iter().filter(|(of, ..)| of == scope).map(|(.., visit)| *visit);
            let draft = drafts
                .entry(*scope)
                .or_insert_with(|| draft(plan, pack, (route, of_order.collect()), *scope, day));
            let task = generated(plan, route, visit, (draft.id, *position), at);
            let assigned =
                task.apply(TaskEvent::SendToUnit, at).and_then(|task| task.apply(TaskEvent::Assign, at));
            tasks.push(
                assigned.map_err(|source| PlannerError::Transition { date: plan.date.clone(), source })?,
            );
        }
        orders.extend(drafts.into_values());
    }
    Ok((orders, tasks))
}

/// Asks the gate once more: days may lie between planning and signing.
fn pass_gate(route: &Route, visit: &Visit, pack: &PlannerPack, day: Date) -> Result<(), PlannerError> {
    let (candidate, asked) = (&visit.candidate, (Moment::Signing, day));
    let question = Question::of(candidate, Some(&visit.ground), &visit.event_kind, asked);
    let partner = visit.partner.as_ref().map(|partner| partner.inspector.as_str());
    let question = question.lasting(route.service(visit)).by(&route.inspector.key).along(partner);
    let refusals = Gate::new(pack, day).refusals(&question);
    if refusals.is_empty() {
        return Ok(());
    }
    let lacks = refusal_words(&refusals);
    Err(PlannerError::Refused { object: candidate.key.clone(), event: visit.event_kind.clone(), lacks })
}

/// What the visits of one order share.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Scope<'a> {
    control_kind: &'a str,
    event_kind: &'a str,
    /// Key of who comes along.
    partner: Option<&'a str>,
    /// Place and object of the one visit that it is for, where it is for one alone.
    alone: Option<(u32, ObjectId)>,
}

fn scope_of<'a>(visit: &'a Visit, place: u32, pack: &PlannerPack, day: Date) -> Scope<'a> {
    let line = pack.events.on(&visit.event_kind, day);
    let interacts = line.is_none_or(|line| line.interaction);
    Scope {
        control_kind: &visit.candidate.control_kind,
        event_kind: &visit.event_kind,
        partner: visit.partner.as_ref().map(|partner| partner.inspector.as_str()),
        alone: interacts.then_some((place, visit.candidate.object)),
    }
}

fn draft(
    plan: &Plan,
    pack: &PlannerPack,
    (route, visits): (&Route, Vec<&Visit>),
    scope: Scope<'_>,
    day: Date,
) -> OrderDraft {
    OrderDraft {
        id: order_id(plan.id, &route.inspector.key, scope),
        plan: plan.id,
        year: day.year(),
        control_kind: scope.control_kind.to_owned(),
        event_kind: scope.event_kind.to_owned(),
        inspector: route.inspector.key.clone(),
        partner: scope.partner.map(str::to_owned),
        unit: route.inspector.unit.clone(),
        date: plan.date.clone(),
        checks: checks(pack, &visits, scope, day),
    }
}

fn generated(
    plan: &Plan,
    route: &Route,
    visit: &Visit,
    (order, position): (OrderId, u32),
    at: Timestamp,
) -> Task {
    Task {
        id: task_id(plan.id, visit),
        plan: plan.id,
        order,
        object: visit.candidate.object,
        object_key: visit.candidate.key.clone(),
        control_kind: visit.candidate.control_kind.clone(),
        event_kind: visit.event_kind.clone(),
        ground: visit.ground.clone(),
        unit: route.inspector.unit.clone(),
        inspector: route.inspector.key.clone(),
        partner: visit.partner.as_ref().map(|partner| partner.inspector.clone()),
        date: plan.date.clone(),
        position,
        start: visit.start,
        end: visit.end,
        state: TaskState::Generated,
        changed_at: at,
    }
}

fn order_id(plan: PlanId, inspector: &str, scope: Scope<'_>) -> OrderId {
    let mut parts = vec![b"order".as_slice(), plan.as_bytes(), inspector.as_bytes()];
    parts.extend([scope.control_kind.as_bytes(), scope.event_kind.as_bytes()]);
    parts.extend(scope.partner.map(str::as_bytes));
    // Its place in the day may change; its object does not.
    parts.extend(scope.alone.iter().flat_map(|(_, object)| [b"object".as_slice(), object.as_bytes()]));
    OrderId::derive(&parts)
}

/// Derives a task's id from plan, object, control kind and ground: the same ground is one task.
fn task_id(plan: PlanId, visit: &Visit) -> TaskId {
    let ground = match &visit.ground {
        Ground::Sign { sign, .. } => format!("sign {sign}"),
        Ground::Frequency { .. } => "frequency".to_owned(),
        Ground::PrescriptionOverdue { .. } => "prescription_overdue".to_owned(),
        Ground::MandatoryVisit { .. } => "mandatory_visit".to_owned(),
        Ground::Planned { paper, .. } => format!("planned {}", paper.number),
        Ground::Indicator { rule, .. } => format!("indicator {rule}"),
        Ground::Drawn { .. } => "drawn".to_owned(),
        Ground::SecondVisit { first, .. } => format!("second visit {first}"),
    };
    let candidate = &visit.candidate;
    let (object, control_kind) = (candidate.object.as_bytes().as_slice(), candidate.control_kind.as_bytes());
    TaskId::derive(&[b"task", plan.as_bytes(), object, control_kind, ground.as_bytes()])
}

/// Returns the codes that apply to an order. The check of the plan has passed, so each that applies holds.
fn checks(pack: &PlannerPack, visits: &[&Visit], scope: Scope<'_>, day: Date) -> Vec<String> {
    let needs_category =
        pack.events.on(scope.event_kind, day).is_some_and(|line| line.needs_category_decided);
    let on_sign = visits.iter().any(|visit| matches!(visit.ground, Ground::Sign { .. }));
    let applies = [needs_category, on_sign, true, true, true];
    CHECKS.iter().zip(applies).filter(|(_, applies)| *applies).map(|(code, _)| (*code).to_owned()).collect()
}
