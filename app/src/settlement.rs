//! What the end of tasks means for their orders and signs: pure, and written in one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use dozor_domain::{
    DeskVerdict, FieldFinding, Ground, Order, OrderEvent, OrderId, OrderStep, SignEvent, SignId, SignState,
    Task, TaskEvent, TaskId, TaskState, Timestamp, ViolationSign,
};
use dozor_store::WriteTx;

use crate::error::AppError;
use crate::settling::SettleReport;

/// Reason, as a code, of a task whose event had no result: nobody was let in, nothing was seen.
pub(crate) const IN_VAIN: &str = "in_vain";

/// Reason, as a code, of a task that was reported and whose record has not come in time.
pub(crate) const UNRECORDED: &str = "unrecorded";

/// Is how a task ends, and what the field found where it went.
pub(crate) type End = (TaskEvent, FieldFinding);

/// Holds the changes, each as it was and as it will be.
#[derive(Debug, Default)]
pub(crate) struct Settlement {
    pub(crate) tasks: Vec<(TaskState, Task)>,
    orders: Vec<(Order, Order, OrderEvent)>,
    pub(crate) signs: Vec<(SignState, ViolationSign)>,
}

/// Holds what open tasks hang on.
pub(crate) struct Ties {
    /// All tasks of the plans in question, open or not.
    pub(crate) siblings: Vec<Task>,
    /// Those of them at which somebody began his visit, whatever became of it.
    pub(crate) begun: BTreeSet<TaskId>,
    pub(crate) orders: BTreeMap<OrderId, Order>,
    pub(crate) signs: HashMap<SignId, ViolationSign>,
}

/// Ends each task and gives its sign back or lets it go.
pub(crate) fn end_each(
    tasks: Vec<Task>,
    ends: Vec<End>,
    signs: &HashMap<SignId, ViolationSign>,
    now: Timestamp,
) -> Result<Settlement, AppError> {
    let mut settlement = Settlement::default();
    for (task, (end, finding)) in tasks.into_iter().zip(ends) {
        let sign = sign_event(&task.ground, &end, finding);
        if let Some((known, event)) = sign.and_then(|(id, event)| Some((signs.get(&id)?, event))) {
            settlement.signs.push((known.state.clone(), known.clone().apply(event)?));
        }
        settlement.tasks.push((task.state.clone(), task.apply(end, now)?));
    }
    Ok(settlement)
}

/// Ends each task; revokes orders under which nothing was done, and notes issued ones as executed.
pub(crate) fn settle(
    tasks: Vec<Task>,
    ends: Vec<End>,
    ties: &Ties,
    now: Timestamp,
) -> Result<Settlement, AppError> {
    let mut settlement = end_each(tasks, ends, &ties.signs, now)?;
    let ended: HashMap<_, &Task> = settlement.tasks.iter().map(|(_, task)| (task.id, task)).collect();
    let mut orders = Vec::new();
    for order in ties.orders.values() {
        let of_order = ties.siblings.iter().filter(|task| task.order == order.id);
        let under: Vec<Under<'_>> = of_order
            .map(|task| Under {
                state: &ended.get(&task.id).copied().unwrap_or(task).state,
                was_begun: ties.begun.contains(&task.id),
            })
            .collect();
        if let Some(event) = end_of_order(order, &under) {
            orders.push((order.clone(), order.clone().apply(event.clone(), now)?, event));
        }
    }
    settlement.orders = orders;
    Ok(settlement)
}

/// Is a task under an order, as it will be.
#[derive(Clone, Copy)]
struct Under<'a> {
    state: &'a TaskState,
    /// Somebody began the visit, whatever became of it.
    was_begun: bool,
}

/// Says how an order ends with its tasks; none while work is left, or was done before anybody issued it: that stays
/// for people to see.
fn end_of_order(order: &Order, under: &[Under<'_>]) -> Option<OrderEvent> {
    let went_back = |one: &Under<'_>| !one.state.is_open() && !matches!(one.state, TaskState::Closed { .. });
    // Whoever found a closed door has carried his order out, and so has who began a visit or said what he found.
    let was_there = |one: &Under<'_>| {
        one.was_begun
            || matches!(one.state, TaskState::Closed { .. })
            || one.state.was_in_vain()
            || matches!(one.state, TaskState::Returned { reason } if reason == IN_VAIN || reason == UNRECORDED)
    };
    // A visit that had begun when its order was called off ends by itself.
    if order.state.is_over() || under.iter().any(|one| one.state.is_open()) {
        None
    } else if order.state.is_issued() && under.iter().any(was_there) {
        Some(OrderEvent::Execute)
    } else if under.iter().all(went_back) {
        Some(OrderEvent::Revoke { reason: "all its tasks came back".to_owned() })
    } else {
        None
    }
}

/// Says what the end of a task means for the sign that it was made for.
fn sign_event(ground: &Ground, end: &TaskEvent, finding: FieldFinding) -> Option<(SignId, SignEvent)> {
    let Ground::Sign { sign, confirmed, .. } = ground else { return None };
    let verdict = if *confirmed { DeskVerdict::Confirmed } else { DeskVerdict::NeedsData };
    let event = match end {
        TaskEvent::Close { .. } => SignEvent::Visit { finding },
        _ => SignEvent::Return { verdict },
    };
    Some((*sign, event))
}

impl Settlement {
    /// Writes the changes, each compared with what was read.
    pub(crate) async fn write(&self, tx: &mut WriteTx, by: &str) -> Result<(), AppError> {
        for (from, task) in &self.tasks {
            tx.change_task(from, task).await?;
        }
        for (from, order, event) in &self.orders {
            tx.change_order(&from.state, order).await?;
            let step = OrderStep { event: event.clone(), by: by.to_owned(), at: order.changed_at };
            tx.insert_order_step(order.id, &step).await?;
        }
        for (from, sign) in &self.signs {
            tx.change_sign(sign.id, from, &sign.state).await?;
        }
        Ok(())
    }

    pub(crate) fn report(&self) -> SettleReport {
        let is_closed = |task: &Task| matches!(task.state, TaskState::Closed { .. });
        let closed = self.tasks.iter().filter(|(_, task)| is_closed(task)).count();
        let numbers = |code: &str| {
            let of_code = self.orders.iter().filter(|(_, order, _)| order.state.code() == code);
            of_code.map(|(_, order, _)| order.number_text()).collect()
        };
        SettleReport {
            closed,
            returned: self.tasks.len() - closed,
            orders_revoked: numbers("revoked"),
            orders_executed: numbers("executed"),
            refuted: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use dozor_domain::{
        DeskReviewId, DocumentReference, IssuedPapers, Minutes, ObjectId, OrderState, PlanId, Signature,
        SignedPapers,
    };

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(7);

    fn task(number: u8, order: u8, ground: Ground) -> Task {
        Task {
            id: TaskId::from_bytes([number; 16]),
            plan: PlanId::from_bytes([1; 16]),
            order: OrderId::from_bytes([order; 16]),
            object: ObjectId::from_bytes([number; 16]),
            object_key: format!("77-{number}"),
            control_kind: "land".to_owned(),
            event_kind: "field_survey".to_owned(),
            ground,
            unit: "unit".to_owned(),
            inspector: "i-1".to_owned(),
            partner: None,
            date: "2026-11-20".to_owned(),
            position: 1,
            start: Minutes(600),
            end: Minutes(630),
            state: TaskState::Assigned,
            changed_at: Timestamp::from_micros(0),
        }
    }

    fn due() -> Ground {
        Ground::Frequency { days_since: None, every_days: 365 }
    }

    fn sign(number: u8) -> ViolationSign {
        ViolationSign {
            id: SignId::from_bytes([number; 16]),
            object: ObjectId::from_bytes([number; 16]),
            control_kind: "land".to_owned(),
            rule: "growth".to_owned(),
            points: 1.0,
            priority: 1.0,
            opened_at: Timestamp::from_micros(0),
            evidence: String::new(),
            state: SignState::Tasked { review: DeskReviewId::from_bytes([9; 16]) },
        }
    }

    fn ties(tasks: &[Task], signs: Vec<ViolationSign>) -> Ties {
        let order = |task: &Task| Order {
            id: task.order,
            plan: task.plan,
            year: 2026,
            number: i64::from(task.order.as_bytes()[0]),
            control_kind: task.control_kind.clone(),
            event_kind: task.event_kind.clone(),
            inspector: task.inspector.clone(),
            partner: task.partner.clone(),
            unit: task.unit.clone(),
            date: task.date.clone(),
            state: OrderState::Checked { checks: Vec::new() },
            changed_at: Timestamp::from_micros(0),
        };
        Ties {
            siblings: tasks.to_vec(),
            begun: BTreeSet::new(),
            orders: tasks.iter().map(|task| (task.order, order(task))).collect(),
            signs: signs.into_iter().map(|sign| (sign.id, sign)).collect(),
        }
    }

    fn close() -> End {
        (TaskEvent::Close { event_on: "2026-11-20".to_owned() }, FieldFinding::Violation)
    }

    fn back() -> End {
        (TaskEvent::Return { reason: "ill".to_owned() }, FieldFinding::Nothing)
    }

    #[test]
    fn an_order_is_revoked_only_when_nothing_was_done_under_it() {
        let tasks = vec![task(1, 1, due()), task(2, 1, due()), task(3, 2, due())];
        let ties = ties(&tasks, Vec::new());
        let settled = settle(tasks, vec![close(), back(), back()], &ties, NOW).unwrap();
        let report = settled.report();
        assert_eq!((report.closed, report.returned), (1, 2));
        assert_eq!(report.orders_revoked, ["2026/000002"], "under the first one visit was made");
        assert!(settled.tasks.iter().all(|(_, task)| !task.state.is_open() && task.changed_at == NOW));
    }

    fn issued() -> OrderState {
        let document = DocumentReference::new("17-р", &"ab".repeat(32)).unwrap();
        let on = "2026-11-19".parse().unwrap();
        let signature = Signature::new(document, "MIAG=", "Орлова", on).unwrap();
        let signed = SignedPapers { agreement: None, signature, notice: None };
        OrderState::Issued { papers: IssuedPapers { signed, entry: None } }
    }

    #[test]
    fn an_issued_order_is_executed_once_somebody_was_there_and_revoked_when_nobody_was() {
        let in_vain = || (TaskEvent::Return { reason: IN_VAIN.to_owned() }, FieldFinding::Nothing);
        let numbers = |first: End, second: Option<End>, state: OrderState| {
            let tasks = vec![task(1, 1, due()), task(2, 1, due())];
            let mut ties = ties(&tasks, Vec::new());
            ties.orders.values_mut().for_each(|order| order.state = state.clone());
            let ends: Vec<End> = [Some(first), second].into_iter().flatten().collect();
            let over = tasks[..ends.len()].to_vec();
            let report = settle(over, ends, &ties, NOW).unwrap().report();
            (report.orders_executed, report.orders_revoked)
        };
        let (one, none) = (vec!["2026/000001".to_owned()], Vec::<String>::new());
        assert_eq!(numbers(close(), Some(back()), issued()), (one.clone(), none.clone()));
        assert_eq!(numbers(in_vain(), Some(back()), issued()), (one.clone(), none.clone()), "a closed door");
        assert_eq!(numbers(back(), Some(back()), issued()), (none.clone(), one.clone()));
        assert_eq!(numbers(close(), None, issued()), (none.clone(), none.clone()), "one task is left");
        let checked = || OrderState::Checked { checks: Vec::new() };
        assert_eq!(numbers(close(), Some(back()), checked()), (none.clone(), none), "nobody issued it");
        assert_eq!(numbers(in_vain(), Some(back()), checked()), (Vec::new(), one.clone()), "as before");
        let said = || (TaskEvent::Return { reason: UNRECORDED.to_owned() }, FieldFinding::Nothing);
        assert_eq!(numbers(said(), Some(back()), issued()), (one, Vec::new()), "he was there");
    }

    #[test]
    fn a_begun_visit_without_a_record_was_made_under_its_order_and_ends_no_order_that_was_called_off() {
        let late = || (TaskEvent::Return { reason: "no_result".to_owned() }, FieldFinding::Nothing);
        let ended = |state: OrderState| {
            let mut first = task(1, 1, due());
            first.state = TaskState::OnSite { since: NOW };
            let tasks = vec![first, task(2, 1, due())];
            let mut ties = ties(&tasks, Vec::new());
            ties.begun.insert(tasks[0].id);
            ties.orders.values_mut().for_each(|order| order.state = state.clone());
            let report = settle(tasks, vec![late(), back()], &ties, NOW).unwrap().report();
            (report.orders_executed, report.orders_revoked)
        };
        let (one, none) = (vec!["2026/000001".to_owned()], Vec::<String>::new());
        assert_eq!(ended(issued()), (one.clone(), none.clone()), "somebody was there");
        assert_eq!(
            ended(OrderState::Checked { checks: Vec::new() }),
            (none.clone(), one),
            "nobody issued it"
        );
        let revoked = OrderState::Revoked { reason: "mistake".to_owned(), papers: None };
        assert_eq!(ended(revoked), (none.clone(), none), "it is over already");
    }

    #[test]
    fn an_order_with_a_task_that_is_still_open_stands() {
        let tasks = vec![task(1, 1, due()), task(2, 1, due())];
        let ties = ties(&tasks, Vec::new());
        let settled = settle(tasks[..1].to_vec(), vec![back()], &ties, NOW).unwrap();
        assert!(settled.orders.is_empty());
    }

    #[test]
    fn a_sign_goes_back_to_what_the_desk_said_or_ends_with_the_visit() {
        let ground = |number: u8, confirmed| Ground::Sign {
            sign: SignId::from_bytes([number; 16]),
            rule: "growth".to_owned(),
            confirmed,
        };
        let tasks =
            vec![task(1, 1, ground(1, true)), task(2, 1, ground(2, false)), task(3, 1, ground(3, true))];
        let ties = ties(&tasks, vec![sign(1), sign(2), sign(3)]);
        let settled = settle(tasks, vec![back(), back(), close()], &ties, NOW).unwrap();
        let states: Vec<_> = settled.signs.into_iter().map(|(_, sign)| sign.state).collect();
        let review = DeskReviewId::from_bytes([9; 16]);
        let desk = |verdict| SignState::Desk { verdict, review };
        let found = SignState::Field { finding: FieldFinding::Violation, review };
        let expected = [desk(DeskVerdict::Confirmed), desk(DeskVerdict::NeedsData), found];
        assert_eq!(states, expected);
    }
}
