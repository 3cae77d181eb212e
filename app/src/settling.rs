//! The end of tasks: a task of a past day closes when a result of its object is among the records, and comes back when
//! somebody went in vain or no result came in time, so that the object is free for another plan; the head takes back the
//! tasks of who cannot go.

use std::collections::{BTreeMap, HashMap};

use dozor_domain::{
    DeskVerdict, FieldFinding, Ground, Minutes, ObjectId, Order, OrderEvent, OrderId, SignEvent, SignId,
    SignState, Task, TaskEvent, TaskState, Timestamp, ViolationSign,
};
use dozor_store::{SignScope, TaskFilter, TaskScope};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::planning::whole;
use crate::progress::Silent;

/// Reason, as a code, of a task whose event had no result: nobody was let in, nothing was seen.
const IN_VAIN: &str = "in_vain";
/// Reason, as a code, of a task without a result after the days in which it should have come.
const NO_RESULT: &str = "no_result";

/// Is whose tasks the head takes back.
#[derive(Clone, Debug)]
pub struct TaskReturn {
    /// The day of the tasks, `YYYY-MM-DD`.
    pub date: String,
    /// Key of the inspector; none = everybody's.
    pub inspector: Option<String>,
    /// Only visits that start then or later: what was done before stays. Minutes after local midnight.
    pub from: Option<Minutes>,
    /// Why, in words.
    pub reason: String,
}

/// Says what became of tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SettleReport {
    /// Tasks closed by an event among the records.
    pub closed: usize,
    /// Tasks that came back: their objects are free.
    pub returned: usize,
    /// Numbers of orders under which nothing was done and nothing is left to do.
    pub orders_revoked: Vec<String>,
    /// Confirmed decisions of the desk that the field has refuted since: their points count no more.
    pub refuted: usize,
}

/// Holds the changes, each as it was and as it will be.
#[derive(Debug, Default)]
struct Settlement {
    tasks: Vec<(TaskState, Task)>,
    orders: Vec<(Order, Order)>,
    signs: Vec<(SignState, ViolationSign)>,
}

/// Holds the days of an object's last event, of its last one that had a result, and of the last that found a violation.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LastEvents {
    pub(crate) event: Option<Date>,
    pub(crate) result: Option<Date>,
    pub(crate) violation: Option<Date>,
}

/// Is how a task ends, and what the field found where it went.
type End = (TaskEvent, FieldFinding);

impl LastEvents {
    /// Says what the last event with a result found.
    pub(crate) fn finding(self) -> FieldFinding {
        if self.violation.is_some() && self.violation == self.result {
            FieldFinding::Violation
        } else {
            FieldFinding::Nothing
        }
    }

    /// Says how a task of a past `day` ends; none while its result may still come.
    fn end_of(self, day: Date, is_late: bool) -> Option<TaskEvent> {
        let since = |event: Option<Date>| event.filter(|event| *event >= day);
        if let Some(result) = since(self.result) {
            return Some(TaskEvent::Close { event_on: result.to_string() });
        }
        let reason = if since(self.event).is_some() {
            IN_VAIN
        } else if is_late {
            NO_RESULT
        } else {
            return None;
        };
        Some(TaskEvent::Return { reason: reason.to_owned() })
    }
}

/// Holds what open tasks hang on.
struct Ties {
    /// All tasks of the plans in question, open or not.
    siblings: Vec<Task>,
    orders: BTreeMap<OrderId, Order>,
    signs: HashMap<SignId, ViolationSign>,
}

impl Dozor {
    /// Ends the open tasks of days before `today` by what the records say; those that may still get a result wait.
    pub(crate) async fn settle_tasks(&self, today: Date, actor: &str) -> Result<SettleReport, AppError> {
        let before = today.to_string();
        let mut tasks = self.open_tasks(None, None).await?;
        tasks.retain(|task| task.date < before);
        let confirmed = self.confirmed_by_desk().await?;
        if tasks.is_empty() && confirmed.is_empty() {
            return Ok(SettleReport::default());
        }
        let last = self.last_events(today).await?;
        let second = self.second_visits_made(self.end_of_day(&before)?).await?;
        let mut report = self.settle_past(tasks, (&last, &second), today, actor).await?;
        report.refuted = self.withdraw_refuted(confirmed, &last, actor).await?;
        Ok(report)
    }

    /// Ends those of past tasks whose end is known.
    async fn settle_past(
        &self,
        tasks: Vec<Task>,
        (last, second): (&HashMap<ObjectId, LastEvents>, &HashMap<ObjectId, LastEvents>),
        today: Date,
        actor: &str,
    ) -> Result<SettleReport, AppError> {
        let calendar = &self.methodology.manifest.calendar;
        let wait = self.methodology.planner.settings.results_within_working_days;
        let (mut over, mut ends) = (Vec::new(), Vec::new());
        for task in tasks {
            let day = self.day(&task.date)?;
            let last_day = calendar.plus_working_days(day, wait);
            let is_late = last_day.is_none_or(|last| last < today);
            // The result of a second visit comes by a source of its own, and a first one never ends a second task.
            let is_second = matches!(task.ground, Ground::SecondVisit { .. });
            let of = if is_second { second } else { last };
            let known = of.get(&task.object).copied().unwrap_or_default();
            if let Some(end) = known.end_of(day, is_late) {
                over.push(task);
                ends.push((end, known.finding()));
            }
        }
        if over.is_empty() {
            return Ok(SettleReport::default());
        }
        self.end_tasks(over, ends, (actor, "settle_tasks", &today.to_string())).await
    }

    /// Takes back the open tasks of a day, of one inspector or of all: their objects are free for another plan.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`], [`AppError::CommentRequired`]; the store's.
    pub async fn return_tasks(&self, call: &TaskReturn, actor: &str) -> Result<SettleReport, AppError> {
        let reason = call.reason.trim();
        if reason.is_empty() {
            return Err(AppError::CommentRequired { verdict: "returned" });
        }
        let date = self.day(&call.date)?.to_string();
        let mut tasks = self.open_tasks(Some(date.clone()), call.inspector.clone()).await?;
        tasks.retain(|task| call.from.is_none_or(|from| task.start >= from));
        if tasks.is_empty() {
            return Ok(SettleReport::default());
        }
        // Nobody went: what comes back has no finding that anything would read.
        let back = || (TaskEvent::Return { reason: reason.to_owned() }, FieldFinding::Nothing);
        let ends = tasks.iter().map(|_| back()).collect();
        let subject = format!("{date} {}", call.inspector.as_deref().unwrap_or("*"));
        self.end_tasks(tasks, ends, (actor, "return_tasks", &subject)).await
    }

    async fn open_tasks(
        &self,
        date: Option<String>,
        inspector: Option<String>,
    ) -> Result<Vec<Task>, AppError> {
        let filter = TaskFilter { date, inspector, scope: TaskScope::Open, ..TaskFilter::default() };
        Ok(self.store.tasks(&filter).await?)
    }

    /// Returns the days of each object's last event and last result among the records of `today` and before.
    async fn last_events(&self, today: Date) -> Result<HashMap<ObjectId, LastEvents>, AppError> {
        let facts = &self.methodology.planner.settings.facts;
        let as_of = self.end_of_day(&today.to_string())?;
        let Ok(tomorrow) = today.tomorrow() else { return Ok(HashMap::new()) };
        let (_, table) = self.compute_part(&facts.named(), as_of, &Silent).await?;
        let day = |row: usize, fact: Option<&str>| {
            let days = whole(&table, row, fact)?;
            tomorrow.checked_sub(days.days()).ok()
        };
        let last = |row: usize| LastEvents {
            event: day(row, facts.last_event.as_deref()),
            result: day(row, facts.last_result.as_deref()),
            violation: day(row, facts.last_violation.as_deref()),
        };
        Ok((0..table.len()).map(|row| (table.object_id(row), last(row))).collect())
    }

    async fn end_tasks(
        &self,
        tasks: Vec<Task>,
        ends: Vec<End>,
        (actor, act, subject): (&str, &str, &str),
    ) -> Result<SettleReport, AppError> {
        let ties = self.ties(&tasks).await?;
        let settlement = settle(tasks, ends, &ties, self.now())?;
        let report = settlement.report();
        let mut tx = self.store.begin().await?;
        for (from, task) in &settlement.tasks {
            tx.change_task(from, task).await?;
        }
        for (from, order) in &settlement.orders {
            tx.change_order(&from.state, order).await?;
        }
        for (from, sign) in &settlement.signs {
            tx.change_sign(sign.id, from, &sign.state).await?;
        }
        let ended: Vec<_> = settlement
            .tasks
            .iter()
            .map(|(_, task)| json!({ "task": task.id, "state": task.state.code() }))
            .collect();
        let details = json!({ "orders_revoked": report.orders_revoked, "tasks": ended });
        tx.audit(self.audit(actor, act, subject, &details));
        tx.commit().await?;
        Ok(report)
    }

    async fn ties(&self, tasks: &[Task]) -> Result<Ties, AppError> {
        let mut siblings = Vec::new();
        let plans: std::collections::BTreeSet<_> = tasks.iter().map(|task| task.plan).collect();
        for plan in plans {
            let filter = TaskFilter { plan: Some(plan), scope: TaskScope::All, ..TaskFilter::default() };
            siblings.extend(self.store.tasks(&filter).await?);
        }
        let mut orders = BTreeMap::new();
        for task in tasks {
            if orders.contains_key(&task.order) {
                continue;
            }
            if let Some(order) = self.store.order(task.order).await? {
                orders.insert(task.order, order);
            }
        }
        let signs = self.store.signs(SignScope::Open).await?.into_iter();
        Ok(Ties { siblings, orders, signs: signs.map(|sign| (sign.id, sign)).collect() })
    }
}

/// Ends each task, gives its sign back or lets it go, and revokes orders under which nothing was done.
fn settle(tasks: Vec<Task>, ends: Vec<End>, ties: &Ties, now: Timestamp) -> Result<Settlement, AppError> {
    let mut settlement = Settlement::default();
    for (task, (end, finding)) in tasks.into_iter().zip(ends) {
        let sign = sign_event(&task.ground, &end, finding);
        if let Some((known, event)) = sign.and_then(|(id, event)| Some((ties.signs.get(&id)?, event))) {
            settlement.signs.push((known.state.clone(), known.clone().apply(event)?));
        }
        settlement.tasks.push((task.state.clone(), task.apply(end, now)?));
    }
    let ended: HashMap<_, &Task> = settlement.tasks.iter().map(|(_, task)| (task.id, task)).collect();
    for order in ties.orders.values() {
        let mut of_order = ties.siblings.iter().filter(|task| task.order == order.id);
        let is_void = of_order.all(|task| {
            let state = &ended.get(&task.id).copied().unwrap_or(task).state;
            matches!(state, TaskState::Returned { .. } | TaskState::Cancelled { .. })
        });
        if is_void {
            let reason = "all its tasks came back".to_owned();
            settlement.orders.push((order.clone(), order.clone().apply(OrderEvent::Revoke { reason }, now)?));
        }
    }
    Ok(settlement)
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
    fn report(&self) -> SettleReport {
        let is_closed = |task: &Task| matches!(task.state, TaskState::Closed { .. });
        let closed = self.tasks.iter().filter(|(_, task)| is_closed(task)).count();
        SettleReport {
            closed,
            returned: self.tasks.len() - closed,
            orders_revoked: self.orders.iter().map(|(_, order)| order.number_text()).collect(),
            refuted: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use dozor_domain::{DeskReviewId, Minutes, OrderState, PlanId, TaskId};

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
            unit: task.unit.clone(),
            date: task.date.clone(),
            state: OrderState::Checked { checks: Vec::new() },
            changed_at: Timestamp::from_micros(0),
        };
        Ties {
            siblings: tasks.to_vec(),
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
    fn a_task_waits_for_its_result_and_comes_back_when_somebody_went_in_vain_or_none_came_in_time() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let task = day("2026-11-20");
        let [before, then] = [day("2026-11-19"), day("2026-11-21")];
        let end =
            |event, result, is_late| LastEvents { event, result, violation: None }.end_of(task, is_late);
        let closed = Some(TaskEvent::Close { event_on: "2026-11-21".to_owned() });
        let back = |reason: &str| Some(TaskEvent::Return { reason: reason.to_owned() });
        assert_eq!(end(Some(then), Some(then), true), closed, "a result that came late is a result");
        assert_eq!(end(Some(then), Some(before), false), back("in_vain"), "no access");
        assert_eq!(end(Some(before), Some(before), false), None, "it may still come");
        assert_eq!(end(Some(before), None, true), back("no_result"));
        assert_eq!(end(None, None, true), back("no_result"));
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
