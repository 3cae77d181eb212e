//! One step of a task: whose it is, what it needs, and everything that it writes, in one transaction.

use dozor_domain::{
    FieldFinding, InvalidTransition, StepOutcome, Task, TaskEvent, TaskHand, TaskId, TaskState, TaskStep,
    TaskStepId, Timestamp,
};
use dozor_store::{TaskFilter, WriteTx};
use serde_json::json;

use super::error::TaskError;
use super::wish::{Desk, TaskWish};
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::settlement::{IN_VAIN, settle};
use crate::versions::Actor;

/// Is a step that a person takes.
#[derive(Clone, Debug)]
pub struct TaskCall {
    /// Made where it was captured.
    pub id: TaskStepId,
    /// The task.
    pub task: TaskId,
    /// When it was captured; none = now.
    pub captured_at: Option<Timestamp>,
    /// What he said.
    pub wish: TaskWish,
}

impl Dozor {
    /// Takes a step of a task's life. What an inspector says is stored whatever comes of it; the head sees what he changes,
    /// so what cannot be is refused. The same id again is the same step.
    ///
    /// # Errors
    /// [`AppError::TaskNotFound`], also for an inspector's step with a task of somebody else; [`TaskError`];
    /// [`crate::VersionError::PowerMissing`]; [`AppError::State`] for a step of the head that the state does not offer;
    /// [`AppError::CommentRequired`], [`AppError::DateInvalid`]; `STATE_CHANGED` when the task moved at this moment.
    pub async fn take_task_step(
        &self,
        call: &TaskCall,
        actor: &Actor,
        staff: Option<&str>,
    ) -> Result<TaskStep, AppError> {
        let hand = call.wish.kind().hand();
        let power = hand.permission();
        let person = &actor.person;
        let missing = || AppError::TaskNotFound { task: call.task.to_string() };
        actor.may(power.ok_or_else(missing)?)?;
        let mut tx = self.store.begin().await?;
        // Read inside the transaction; on PostgreSQL the task is also compared as it is written.
        if let Some(known) = self.store.task_step(call.id).await? {
            let is_same =
                known.task == call.task && known.by == person.login && known.event.kind() == call.wish.kind();
            let taken = TaskError::StepIdTaken { id: call.id.to_string() };
            return if is_same { Ok(known) } else { Err(taken.into()) };
        }
        let is_his = |task: &Task| hand == TaskHand::Head || staff.is_some_and(|key| task.is_of(key));
        let task = self.store.task(call.task).await?.filter(is_his).ok_or_else(missing)?;
        let step = self.judged_step(call, &task, &person.login).await?;
        if hand == TaskHand::Head && step.outcome != StepOutcome::Done {
            let (state, event) = (task.state.code(), call.wish.kind().code());
            return Err(AppError::State(InvalidTransition { entity: "task", state, event }));
        }
        tx.insert_task_step(&step).await?;
        if step.outcome == StepOutcome::Done {
            self.write_step(&mut tx, &task, &step).await?;
        }
        let kind = step.event.kind().code();
        let details =
            json!({ "step": step.id, "outcome": step.outcome.code(), "captured_at": step.captured_at });
        tx.audit(self.audit(&person.login, &format!("task_{kind}"), &task.id.to_string(), &details));
        tx.commit().await?;
        Ok(step)
    }

    /// Reads a step, and says what comes of it.
    async fn judged_step(&self, call: &TaskCall, task: &Task, login: &str) -> Result<TaskStep, AppError> {
        let now = self.now();
        // A device whose clock is ahead has done nothing in the future.
        let at = call.captured_at.map_or(now, |at| at.min(now));
        let results = self.results_of(task)?;
        let today = self.today().await?;
        let desk =
            Desk { task, results: &results, today, at, login, in_vain: self.attempts_in_vain(task).await? };
        let event = call.wish.event(&desk)?;
        // What was put off is free by itself once its day has come.
        let is_over = !task.state.is_open() && !task.state.keeps_waiting(today);
        let outcome = if !is_over && task.state.offers(event.kind()) {
            StepOutcome::Done
        } else if task.state.is_open() {
            StepOutcome::NotAllowed
        } else {
            StepOutcome::NotOpen
        };
        Ok(TaskStep {
            id: call.id,
            task: task.id,
            date: task.date.clone(),
            by: login.to_owned(),
            event,
            captured_at: at,
            received_at: now,
            outcome,
        })
    }

    /// Returns the codes of the results that the kind of event of a task knows on its day.
    pub(crate) fn results_of(&self, task: &Task) -> Result<Vec<String>, AppError> {
        let line = self.methodology.planner.events.on(&task.event_kind, self.day(&task.date)?);
        Ok(line.map(|line| line.results.clone()).unwrap_or_default())
    }

    /// Counts the attempts in vain in a row before a task, at its object under its kind of control.
    async fn attempts_in_vain(&self, task: &Task) -> Result<u32, AppError> {
        let filter = TaskFilter { object: Some(task.object), ..TaskFilter::default() };
        let all = self.store.tasks(&filter).await?;
        let before = all.iter().filter(|one| one.control_kind == task.control_kind && one.id != task.id);
        let mut count: u32 = 0;
        for one in before.filter(|one| one.date <= task.date) {
            let is_back = matches!(&one.state, TaskState::Returned { reason } if reason == IN_VAIN);
            if is_back || matches!(one.state, TaskState::NoAccess { .. }) {
                count = count.saturating_add(1);
            } else if matches!(one.state, TaskState::Closed { .. }) {
                count = 0;
            }
        }
        Ok(count)
    }

    /// Moves the task; where it ends, its order and sign go on as after any other end.
    async fn write_step(&self, tx: &mut WriteTx, task: &Task, step: &TaskStep) -> Result<(), AppError> {
        let after = task.clone().apply(step.event.clone(), step.received_at)?;
        // What was put off has given its order and sign back already.
        if after.state.is_open() || !task.state.is_open() {
            tx.change_task(&task.state, &after).await?;
            return Ok(());
        }
        let ties = self.ties(std::slice::from_ref(task)).await?;
        let end: (TaskEvent, FieldFinding) = (step.event.clone(), FieldFinding::Nothing);
        settle(vec![task.clone()], vec![end], &ties, step.received_at)?.write(tx, &step.by).await
    }
}
