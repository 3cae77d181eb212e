//! The end of tasks: a task of a past day closes when a result of its object is among the records, and comes back when
//! somebody went in vain or no result came in time, so that the object is free for another plan; the head takes back the
//! tasks of who cannot go.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use dozor_domain::{
    FieldFinding, Ground, Minutes, ObjectId, OrderId, StartOutcome, Task, TaskEvent, TaskState,
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
use crate::settlement::{End, IN_VAIN, Ties, UNRECORDED, settle};

/// Reason, as a code, of a task without a result after the days in which it should have come.
pub(crate) const NO_RESULT: &str = "no_result";

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
    /// Numbers of issued orders under which all is done.
    pub orders_executed: Vec<String>,
    /// Confirmed decisions of the desk that the field has refuted since: their points count no more.
    pub refuted: usize,
}

/// Holds the days of an object's last event, of its last one that had a result, and of the last that found a violation.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LastEvents {
    pub(crate) event: Option<Date>,
    pub(crate) result: Option<Date>,
    pub(crate) violation: Option<Date>,
}

impl LastEvents {
    /// Says what the last event with a result found.
    pub(crate) fn finding(self) -> FieldFinding {
        if self.violation.is_some() && self.violation == self.result {
            FieldFinding::Violation
        } else {
            FieldFinding::Nothing
        }
    }

    /// Says how a task of a past `day` ends; none while its result may still come. One that was reported and has no record
    /// comes back for a reason of its own: its object is free, and the head sees it until the record is there.
    fn end_of(self, (day, state): (Date, &TaskState), is_late: bool) -> Option<TaskEvent> {
        let since = |event: Option<Date>| event.filter(|event| *event >= day);
        if let Some(result) = since(self.result) {
            return Some(TaskEvent::Close { event_on: result.to_string() });
        }
        let reason = match (since(self.event), state.reported()) {
            (Some(_), _) => IN_VAIN,
            (None, _) if !is_late => return None,
            (None, Some(_)) => UNRECORDED,
            (None, None) => NO_RESULT,
        };
        Some(TaskEvent::Return { reason: reason.to_owned() })
    }
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
        let extended = self.last_days_extended().await?;
        let (mut over, mut ends) = (Vec::new(), Vec::new());
        for task in tasks {
            let day = self.day(&task.date)?;
            let is_late = self.is_late(&task, &extended, today)?;
            // The result of a second visit comes by a source of its own, and a first one never ends a second task.
            let is_second = matches!(task.ground, Ground::SecondVisit { .. });
            let of = if is_second { second } else { last };
            let known = of.get(&task.object).copied().unwrap_or_default();
            if let Some(end) = known.end_of((day, &task.state), is_late) {
                over.push(task);
                ends.push((end, known.finding()));
            }
        }
        if over.is_empty() {
            return Ok(SettleReport::default());
        }
        self.end_tasks(over, ends, (actor, "settle_tasks", &today.to_string())).await
    }

    /// Returns the last day on which the result of an open task is waited for.
    pub(crate) fn waited_until(
        &self,
        task: &Task,
        extended: &HashMap<OrderId, Date>,
    ) -> Result<Option<Date>, AppError> {
        let wait = self.methodology.planner.settings.results_within_working_days;
        // Results of an extended order are waited for from its last day on.
        let until = match extended.get(&task.order) {
            Some(last) => *last,
            None => self.day(&task.date)?,
        };
        Ok(self.methodology.manifest.calendar.plus_working_days(until, wait))
    }

    /// Tells whether the record of a task should have come by now.
    pub(crate) fn is_late(
        &self,
        task: &Task,
        extended: &HashMap<OrderId, Date>,
        today: Date,
    ) -> Result<bool, AppError> {
        Ok(self.waited_until(task, extended)?.is_none_or(|last| last < today))
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
        // Whoever is there already ends his visit.
        tasks.retain(|task| !task.state.has_begun() && call.from.is_none_or(|from| task.start >= from));
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
        settlement.write(&mut tx, actor).await?;
        let ended: Vec<_> = settlement
            .tasks
            .iter()
            .map(|(_, task)| json!({ "task": task.id, "state": task.state.code() }))
            .collect();
        let details = json!({
            "orders_executed": report.orders_executed, "orders_revoked": report.orders_revoked, "tasks": ended,
        });
        tx.audit(self.audit(actor, act, subject, &details));
        tx.commit().await?;
        Ok(report)
    }

    pub(crate) async fn ties(&self, tasks: &[Task]) -> Result<Ties, AppError> {
        let mut siblings = Vec::new();
        let plans: BTreeSet<_> = tasks.iter().map(|task| task.plan).collect();
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
        let mut begun = BTreeSet::new();
        let days: BTreeSet<&str> = siblings.iter().map(|task| task.date.as_str()).collect();
        for day in days {
            let starts = self.store.task_starts(day).await?.into_iter();
            begun.extend(starts.filter(|start| start.outcome == StartOutcome::Begun).map(|start| start.task));
        }
        let signs = self.store.signs(SignScope::Open).await?.into_iter();
        Ok(Ties { siblings, begun, orders, signs: signs.map(|sign| (sign.id, sign)).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_waits_for_its_result_and_comes_back_when_somebody_went_in_vain_or_none_came_in_time() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let task = day("2026-11-20");
        let [before, then] = [day("2026-11-19"), day("2026-11-21")];
        let of = |state: &TaskState, event, result, is_late| {
            LastEvents { event, result, violation: None }.end_of((task, state), is_late)
        };
        let end = |event, result, is_late| of(&TaskState::Assigned, event, result, is_late);
        let closed = Some(TaskEvent::Close { event_on: "2026-11-21".to_owned() });
        let back = |reason: &str| Some(TaskEvent::Return { reason: reason.to_owned() });
        assert_eq!(end(Some(then), Some(then), true), closed, "a result that came late is a result");
        assert_eq!(end(Some(then), Some(before), false), back("in_vain"), "no access");
        assert_eq!(end(Some(before), Some(before), false), None, "it may still come");
        assert_eq!(end(Some(before), None, true), back("no_result"));
        assert_eq!(end(None, None, true), back("no_result"));
        let reported =
            TaskState::Reported { outcome: "none".to_owned(), at: dozor_domain::Timestamp::from_micros(0) };
        assert_eq!(of(&reported, None, None, false), None, "its record may still come");
        assert_eq!(
            of(&reported, None, None, true),
            back("unrecorded"),
            "its object is free, and the head is told"
        );
        assert_eq!(of(&reported, Some(then), Some(then), true), closed, "the record closes it");
        assert_eq!(of(&reported, Some(then), None, true), back("in_vain"), "the record says otherwise");
    }
}
