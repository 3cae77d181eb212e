//! The life of orders and tasks, stage by stage: from the instants of their steps.

use dozor_domain::{
    Need, Order, OrderEvent, OrderState, OrderStep, OrderStepKind, Task, TaskEvent, Timestamp,
};
use jiff::civil::Date;

use super::lead_times::{Lengths, WorkingDays};
use super::stages::{Stage, StageTimes};
use super::trails::Trails;

const MINUTE_MICROS: i64 = 60_000_000;

/// Counts how long one stage takes.
#[derive(Default)]
struct Passages {
    lengths: Lengths,
    unfinished: usize,
}

impl Passages {
    /// Notes where something stands with the stage: begun, over, or off the way, so that it never ends it.
    fn note<T>(
        &mut self,
        begun: Option<T>,
        over: Option<T>,
        is_off: bool,
        length: impl Fn(T, T) -> Option<u32>,
    ) {
        match (begun, over) {
            (Some(begun), Some(over)) => {
                length(begun, over).into_iter().for_each(|length| self.lengths.add(length));
            }
            (Some(_), None) => self.unfinished += usize::from(!is_off),
            (None, _) => {}
        }
    }

    fn times(self, stage: Stage) -> StageTimes {
        StageTimes { stage, unit: stage.unit(), took: self.lengths.figures(), unfinished: self.unfinished }
    }
}

/// Returns whole minutes of the clock, nights and days off too; none where the second one is earlier: devices have clocks of
/// their own.
fn minutes(from: Timestamp, to: Timestamp) -> Option<u32> {
    u32::try_from(to.micros().checked_sub(from.micros())? / MINUTE_MICROS).ok().filter(|_| to >= from)
}

/// Measures the stages of orders: made, signed, registered where that is needed, issued, executed.
pub(super) fn order_stages(
    trails: &Trails,
    days: &WorkingDays,
    day_of: impl Fn(Timestamp) -> Option<Date>,
) -> Vec<StageTimes> {
    let [mut sign, mut register, mut issue, mut execute] = std::array::from_fn(|_| Passages::default());
    for order in &trails.orders {
        let steps = trails.order_steps.get(&order.id).map(Vec::as_slice).unwrap_or_default();
        let at = |kind| steps.iter().find(|step| step.event.kind() == kind).map(|step| step.at);
        let made = trails.approved.get(&order.plan).copied();
        let signed = at(OrderStepKind::Sign);
        let registered = at(OrderStepKind::Register);
        let issued = at(OrderStepKind::Issue);
        let is_off = is_off(order);
        sign.note(made, signed, is_off, minutes);
        let is_registered = registered.is_some() || needs_register(steps);
        if is_registered {
            register.note(signed, registered, is_off, minutes);
        }
        issue.note(if is_registered { registered } else { signed }, issued, is_off, minutes);
        let [begun, over] = [issued, at(OrderStepKind::Execute)].map(|at| at.and_then(&day_of));
        execute.note(begun, over, is_off, |from, to| days.between(from, to));
    }
    vec![
        sign.times(Stage::OrderToSignature),
        register.times(Stage::SignatureToRegister),
        issue.times(Stage::SignatureToIssue),
        execute.times(Stage::IssueToExecution),
    ]
}

/// Tells whether an order goes no further on its way.
fn is_off(order: &Order) -> bool {
    order.state.is_over() || matches!(order.state, OrderState::ProsecutorRefused { .. })
}

fn needs_register(steps: &[OrderStep]) -> bool {
    steps
        .iter()
        .any(|step| matches!(&step.event, OrderEvent::Sign { needs, .. } if needs.register == Need::Needed))
}

/// Measures the stages of tasks: assigned, accepted, on site, reported, checked by the head. Whoever begins without having
/// accepted has not gone through the two stages before.
pub(super) fn task_stages(trails: &Trails) -> Vec<StageTimes> {
    let [mut accept, mut arrive, mut report, mut check] = std::array::from_fn(|_| Passages::default());
    for task in &trails.tasks {
        let Instants { assigned, accepted, begun, reported, checked } = instants(task, trails);
        let is_off = !task.state.is_open();
        let has_begun = begun.is_some() || reported.is_some() || task.state.has_begun();
        accept.note(assigned, accepted, is_off || has_begun, minutes);
        arrive.note(accepted, begun, is_off || reported.is_some(), minutes);
        report.note(begun, reported, is_off, minutes);
        check.note(reported, checked, is_off, minutes);
    }
    vec![
        accept.times(Stage::TaskToAcceptance),
        arrive.times(Stage::AcceptanceToStart),
        report.times(Stage::StartToReport),
        check.times(Stage::ReportToCheck),
    ]
}

/// Is when a task reached each of its stages.
struct Instants {
    assigned: Option<Timestamp>,
    accepted: Option<Timestamp>,
    begun: Option<Timestamp>,
    reported: Option<Timestamp>,
    checked: Option<Timestamp>,
}

fn instants(task: &Task, trails: &Trails) -> Instants {
    Instants {
        assigned: trails.approved.get(&task.plan).copied(),
        accepted: trails.step(task.id, |event| matches!(event, TaskEvent::Accept)),
        begun: trails.begun.get(&task.id).copied(),
        reported: trails.step(task.id, |event| matches!(event, TaskEvent::Report { .. })),
        checked: trails.step(task.id, |event| matches!(event, TaskEvent::Check { .. })),
    }
}

#[cfg(test)]
mod tests {
    use dozor_domain::{
        DocumentReference, Ground, Minutes, ObjectId, OrderId, OrderNeeds, PlanId, RegisterNumber, Signature,
        StepOutcome, TaskId, TaskState, TaskStep, TaskStepId, WorkCalendar,
    };
    use jiff::civil::date;

    use super::*;
    use crate::executors::stages::LengthUnit;

    /// Minutes after the midnight of Friday, the 20th.
    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_micros(minutes * MINUTE_MICROS)
    }

    fn day_of(at: Timestamp) -> Option<Date> {
        date(2026, 11, 20).checked_add(jiff::Span::new().days(at.micros() / MINUTE_MICROS / 1440)).ok()
    }

    fn order(mark: u8, state: OrderState) -> Order {
        Order {
            id: OrderId::from_bytes([mark; 16]),
            plan: PlanId::from_bytes([1; 16]),
            year: 2026,
            number: i64::from(mark),
            control_kind: "land".to_owned(),
            event_kind: "field_survey".to_owned(),
            inspector: "i1".to_owned(),
            partner: None,
            unit: "u1".to_owned(),
            date: "2026-11-20".to_owned(),
            state,
            changed_at: at(0),
        }
    }

    fn sign(register: Need) -> OrderEvent {
        let document = DocumentReference::new("17-р", &"ab".repeat(32)).unwrap();
        let signature = Signature::new(document, "MIAG=", "Орлова", date(2026, 11, 20)).unwrap();
        let needs = OrderNeeds { prosecutor: Need::NotNeeded, register, notice: Need::NotNeeded };
        OrderEvent::Sign { signature, needs }
    }

    fn issue() -> OrderEvent {
        let not = Need::NotNeeded;
        OrderEvent::Issue { needs: OrderNeeds { prosecutor: not, register: not, notice: not } }
    }

    /// Is how often a stage was measured, its median and 90th percentile, and how many have not ended it.
    type Figures = (Option<(usize, u32, u32)>, usize);

    /// Is where a task stands, when its visit began, and its steps with their minutes.
    type Life = (TaskState, Option<i64>, Vec<(TaskEvent, i64)>);

    fn figures(found: &[StageTimes]) -> Vec<Figures> {
        let took = |one: &StageTimes| one.took.as_ref().map(|took| (took.count, took.median, took.p90));
        found.iter().map(|one| (took(one), one.unfinished)).collect()
    }

    #[test]
    fn an_order_is_measured_from_its_number_to_its_execution() {
        let checked = || OrderState::Checked { checks: Vec::new() };
        let revoked = OrderState::Revoked { reason: "ошибка".to_owned(), papers: None };
        let entry = RegisterNumber::new("77260041000100000001", date(2026, 11, 20)).unwrap();
        let lives: [(OrderState, Vec<(OrderEvent, i64)>); 5] = [
            // Registered, issued on Friday, executed on Tuesday.
            (
                checked(),
                vec![
                    (sign(Need::Needed), 90),
                    (OrderEvent::Register { entry }, 120),
                    (issue(), 125),
                    (OrderEvent::Execute, 4 * 1440 + 60),
                ],
            ),
            // Without a register: issued ten minutes after the signature, and not executed yet.
            (checked(), vec![(sign(Need::NotNeeded), 30), (issue(), 40)]),
            // Waits for the register.
            (checked(), vec![(sign(Need::Needed), 60)]),
            (checked(), Vec::new()),
            (revoked, Vec::new()),
        ];
        let mut trails =
            Trails { approved: [(PlanId::from_bytes([1; 16]), at(0))].into(), ..Trails::default() };
        for (mark, (state, steps)) in (1..).zip(lives) {
            let order = order(mark, state);
            let step = |(event, minutes)| OrderStep { event, by: "head".to_owned(), at: at(minutes) };
            trails.order_steps.insert(order.id, steps.into_iter().map(step).collect());
            trails.orders.push(order);
        }
        let days = WorkingDays::new(&WorkCalendar::default(), date(2026, 11, 1), date(2026, 11, 30));
        let found = order_stages(&trails, &days, day_of);
        assert_eq!(
            figures(&found),
            [
                (Some((3, 60, 90)), 1),
                (Some((1, 30, 30)), 1),
                (Some((2, 5, 10)), 0),
                // Monday and Tuesday.
                (Some((1, 2, 2)), 1),
            ]
        );
        assert_eq!(found[2].unit, LengthUnit::Minutes);
        assert_eq!(found[3].unit, LengthUnit::WorkingDays);
    }

    #[test]
    fn a_task_is_measured_from_its_assignment_to_the_heads_check() {
        let task = |mark: u8, state| Task {
            id: TaskId::from_bytes([mark; 16]),
            plan: PlanId::from_bytes([1; 16]),
            order: OrderId::from_bytes([1; 16]),
            object: ObjectId::from_bytes([mark; 16]),
            object_key: "77-1".to_owned(),
            control_kind: "land".to_owned(),
            event_kind: "field_survey".to_owned(),
            ground: Ground::Frequency { days_since: None, every_days: 365 },
            unit: "u1".to_owned(),
            inspector: "i1".to_owned(),
            partner: None,
            date: "2026-11-20".to_owned(),
            position: 1,
            start: Minutes(600),
            end: Minutes(630),
            state,
            changed_at: at(0),
        };
        let report = |minutes| (TaskEvent::Report { outcome: "none".to_owned(), at: at(minutes) }, minutes);
        let reported = TaskState::Reported { outcome: "none".to_owned(), at: at(600) };
        let closed = TaskState::Closed { event_on: "2026-11-20".to_owned() };
        let lives: [Life; 5] = [
            (
                closed,
                Some(100),
                vec![(TaskEvent::Accept, 15), report(140), (TaskEvent::Check { by: "head".to_owned() }, 200)],
            ),
            // Begun without having been accepted, and reported by a device whose clock is behind.
            (reported, Some(650), vec![report(600)]),
            (TaskState::Accepted, None, vec![(TaskEvent::Accept, 45)]),
            (TaskState::Assigned, None, Vec::new()),
            (TaskState::Cancelled { reason: "ошибка".to_owned() }, None, Vec::new()),
        ];
        let mut trails =
            Trails { approved: [(PlanId::from_bytes([1; 16]), at(0))].into(), ..Trails::default() };
        for (mark, (state, begun, steps)) in (1..).zip(lives) {
            let task = task(mark, state);
            let step = |(event, minutes): (TaskEvent, i64)| TaskStep {
                id: TaskStepId::from_bytes([mark; 16]),
                task: task.id,
                date: task.date.clone(),
                by: "i1".to_owned(),
                event,
                captured_at: at(minutes),
                received_at: at(minutes + 500),
                outcome: StepOutcome::Done,
            };
            trails.task_steps.insert(task.id, steps.into_iter().map(step).collect());
            trails.begun.extend(begun.map(|begun| (task.id, at(begun))));
            trails.tasks.push(task);
        }
        assert_eq!(
            figures(&task_stages(&trails)),
            [(Some((2, 15, 45)), 1), (Some((1, 85, 85)), 1), (Some((1, 40, 40)), 0), (Some((1, 60, 60)), 1),]
        );
    }
}
