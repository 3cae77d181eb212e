//! From an approved plan to tasks and order drafts: one order per inspector, control kind, kind of event and second
//! inspector where two go together, one task per visit. What two make is one task, of the one who leads. Numbers without gaps are the store's: a draft gets its number there and becomes an order.

use std::collections::BTreeMap;

use dozor_domain::{
    Ground, InvalidTransition, Order, OrderEvent, OrderId, OrderState, Plan, PlanId, Route, Task, TaskEvent,
    TaskId, TaskState, Timestamp, Visit,
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
    /// Id derived from plan, inspectors, control kind and kind of event.
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
/// event; tasks in the order of the routes, each taken from `generated` over its unit to its inspector.
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
        let mut drafts: BTreeMap<Kinds<'_>, OrderDraft> = BTreeMap::new();
        let places = (1_u32..).zip(&route.visits);
        let places = places.filter(|(_, visit)| visit.counts() && is_wanted(route, visit));
        let places: Vec<(u32, &Visit)> = places.collect();
        let visits: Vec<&Visit> = places.iter().map(|(_, visit)| *visit).collect();
        for (position, visit) in places {
            let kinds = kinds_of(visit);
            let draft =
                drafts.entry(kinds).or_insert_with(|| draft(plan, pack, (route, &visits), kinds, day));
            let task = generated(plan, route, visit, (draft.id, position), at);
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

/// What the visits of one order share: control kind, kind of event, and the key of who comes along.
type Kinds<'a> = (&'a str, &'a str, Option<&'a str>);

fn kinds_of(visit: &Visit) -> Kinds<'_> {
    let partner = visit.partner.as_ref().map(|partner| partner.inspector.as_str());
    (visit.candidate.control_kind.as_str(), visit.event_kind.as_str(), partner)
}

fn draft(
    plan: &Plan,
    pack: &PlannerPack,
    (route, visits): (&Route, &[&Visit]),
    kinds: Kinds<'_>,
    day: Date,
) -> OrderDraft {
    OrderDraft {
        id: order_id(plan.id, &route.inspector.key, kinds),
        plan: plan.id,
        year: day.year(),
        control_kind: kinds.0.to_owned(),
        event_kind: kinds.1.to_owned(),
        inspector: route.inspector.key.clone(),
        partner: kinds.2.map(str::to_owned),
        unit: route.inspector.unit.clone(),
        date: plan.date.clone(),
        checks: checks(pack, visits, kinds, day),
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

fn order_id(plan: PlanId, inspector: &str, (control_kind, event_kind, partner): Kinds<'_>) -> OrderId {
    let mut parts = vec![b"order".as_slice(), plan.as_bytes(), inspector.as_bytes(), control_kind.as_bytes()];
    parts.push(event_kind.as_bytes());
    parts.extend(partner.map(str::as_bytes));
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
fn checks(pack: &PlannerPack, visits: &[&Visit], kinds: Kinds<'_>, day: Date) -> Vec<String> {
    let of_order = |visit: &&&Visit| kinds_of(visit) == kinds;
    let needs_category = pack.events.on(kinds.1, day).is_some_and(|line| line.needs_category_decided);
    let on_sign = visits.iter().filter(of_order).any(|visit| matches!(visit.ground, Ground::Sign { .. }));
    let applies = [needs_category, on_sign, true, true, true];
    CHECKS.iter().zip(applies).filter(|(_, applies)| *applies).map(|(code, _)| (*code).to_owned()).collect()
}
