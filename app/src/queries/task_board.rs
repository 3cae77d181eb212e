//! The tasks of a day as those see them who answer for it: where each stands, what nobody could take into account, and which
//! reports still have no record.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::{BTreeSet, HashMap};

use dozor_domain as domain;
use dozor_domain::{
    ObjectId, StepOutcome, Task, TaskEvent, TaskHand, TaskId, TaskStep, TaskStepId, Timestamp,
};
use dozor_store::{TaskFilter, User};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Queries;
use super::codes::{TaskStateCode, TaskStepCode, TaskStepOutcome};
use super::common::Localized;
use crate::error::AppError;
use crate::task_life::{TaskCall, TaskWish};
use crate::versions::Actor;

/// A step of a task, captured once.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskStepWish {
    /// Made where it is captured: the same id again is the same step.
    #[schema(format = "uuid")]
    pub id: String,
    /// When it was captured, if that was without a network; now when none is named.
    #[schema(format = DateTime)]
    #[serde(default)]
    pub captured_at: Option<String>,
    pub wish: TaskWish,
}

/// What came of a step. What an inspector says is stored in each case.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskStepped {
    /// The id again.
    pub id: String,
    pub outcome: TaskStepOutcome,
    /// Where the task stands now.
    pub state: TaskStateCode,
}

/// A task and where it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BoardTask {
    pub id: String,
    #[schema(format = Date)]
    pub date: String,
    /// 32 hexadecimal digits.
    pub object_id: String,
    pub object_key: String,
    pub control_kind: String,
    pub event_kind: String,
    pub unit: String,
    pub inspector: String,
    pub inspector_name: String,
    /// Minutes after local midnight.
    pub start: u32,
    pub state: TaskStateCode,
    #[schema(format = DateTime)]
    pub changed_at: String,
    /// What was reported, in words; none where nothing was, or it is sealed to who asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Localized>,
    /// Why it came back, was called off or put off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The day until which it is put off.
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// How many attempts in a row were in vain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// Number of the act that says why it could not be held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
    /// Steps that the head may take.
    pub next: Vec<TaskStepCode>,
}

/// What somebody said of a task that led nowhere: it had ended, or stood elsewhere.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LostStep {
    pub task_id: String,
    pub object_key: String,
    /// Login of who said it.
    pub by: String,
    pub step: TaskStepCode,
    pub outcome: TaskStepOutcome,
    #[schema(format = DateTime)]
    pub captured_at: String,
}

/// The tasks of a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskBoard {
    #[schema(format = Date)]
    pub date: String,
    /// By inspector, day and place in his day: also tasks of earlier days whose orders were extended.
    pub items: Vec<BoardTask>,
    /// The earliest first.
    pub lost_steps: Vec<LostStep>,
    /// Reports of any day whose record should have come by now, by day: of tasks that wait, and of those that came back
    /// for want of it, until an event of that day or later is among the records.
    pub unrecorded: Vec<BoardTask>,
}

/// One step in a task's history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskHistoryStep {
    pub step: TaskStepCode,
    pub by: String,
    #[schema(format = DateTime)]
    pub captured_at: String,
    #[schema(format = DateTime)]
    pub received_at: String,
    pub outcome: TaskStepOutcome,
    /// Why, in the head's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A task with everything that people said of it, the earliest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskCard {
    pub task: BoardTask,
    pub history: Vec<TaskHistoryStep>,
}

impl From<&TaskStep> for TaskHistoryStep {
    fn from(step: &TaskStep) -> Self {
        let reason = match &step.event {
            TaskEvent::Return { reason }
            | TaskEvent::Cancel { reason }
            | TaskEvent::Lift { reason }
            | TaskEvent::Defer { reason, .. } => Some(reason.clone()),
            _ => None,
        };
        Self {
            step: step.event.kind().into(),
            by: step.by.clone(),
            captured_at: step.captured_at.to_string(),
            received_at: step.received_at.to_string(),
            outcome: step.outcome.into(),
            reason,
        }
    }
}

/// Is what the tasks of a board are shown with.
struct Shown {
    today: Date,
    names: HashMap<String, String>,
    sealed: BTreeSet<ObjectId>,
}

/// Reads the id of a task.
///
/// # Errors
/// [`AppError::TaskNotFound`].
pub fn task_id(text: &str) -> Result<TaskId, AppError> {
    TaskId::parse(text).ok_or_else(|| AppError::TaskNotFound { task: text.to_owned() })
}

impl Queries {
    /// Takes a step of a task, for a user.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`]; those of [`crate::Dozor::take_task_step`].
    pub async fn task_step(
        &self,
        task: TaskId,
        id: TaskStepId,
        body: TaskStepWish,
        by: &User,
    ) -> Result<TaskStepped, AppError> {
        let invalid = |text: &String| AppError::DateInvalid { text: text.clone() };
        let read = |text: &String| Timestamp::parse_rfc3339(text).ok_or_else(|| invalid(text));
        let captured_at = body.captured_at.as_ref().map(read).transpose()?;
        let call = TaskCall { id, task, captured_at, wish: body.wish };
        self.task_step_by(&call, (&self.dozor.actor_of(by), by.staff.as_deref())).await
    }

    /// Takes a step of a task for who acts, by his powers and his key among the staff.
    ///
    /// # Errors
    /// Those of [`crate::Dozor::take_task_step`].
    pub async fn task_step_by(
        &self,
        call: &TaskCall,
        (actor, staff): (&Actor, Option<&str>),
    ) -> Result<TaskStepped, AppError> {
        let step = self.dozor.take_task_step(call, actor, staff).await?;
        let task = self.known_task(call.task).await?;
        Ok(TaskStepped {
            id: step.id.to_string(),
            outcome: step.outcome.into(),
            state: TaskStateCode::from(&task.state),
        })
    }

    /// Takes a step of a task for a login.
    ///
    /// # Errors
    /// Those of [`crate::Dozor::actor`] and [`crate::Dozor::take_task_step`].
    pub async fn task_step_of(&self, call: &TaskCall, login: &str) -> Result<TaskStepped, AppError> {
        let actor = self.dozor.actor(login).await?;
        let user = self.dozor.store().user_by_login(login).await?;
        self.task_step_by(call, (&actor, user.and_then(|user| user.staff).as_deref())).await
    }

    async fn known_task(&self, id: TaskId) -> Result<Task, AppError> {
        let task = self.dozor.store().task(id).await?;
        task.ok_or_else(|| AppError::TaskNotFound { task: id.to_string() })
    }

    /// Returns the tasks of a day, of today when none is named, as a user may see them.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`]; the store's.
    pub async fn task_board(&self, date: Option<&str>, user: Option<&User>) -> Result<TaskBoard, AppError> {
        let day = match date {
            Some(text) => self.dozor.day(text)?,
            None => self.dozor.today().await?,
        };
        let date = day.to_string();
        let shown = self.shown(user).await?;
        let store = self.dozor.store();
        let filter = TaskFilter { date: Some(date.clone()), ..TaskFilter::default() };
        let mut tasks = self.dozor.carried_to(day, None).await?;
        tasks.extend(store.tasks(&filter).await?);
        // By inspector; of each what should have been done before, then his day.
        tasks.sort_by(|a, b| (&a.inspector, &a.date, a.position).cmp(&(&b.inspector, &b.date, b.position)));
        let keys: HashMap<TaskId, &str> =
            tasks.iter().map(|task| (task.id, task.object_key.as_str())).collect();
        let lost = store.task_steps(&date).await?.into_iter().filter(is_lost).filter_map(|step| {
            Some(LostStep {
                task_id: step.task.to_string(),
                object_key: (*keys.get(&step.task)?).to_owned(),
                by: step.by,
                step: step.event.kind().into(),
                outcome: step.outcome.into(),
                captured_at: step.captured_at.to_string(),
            })
        });
        let lost_steps = lost.collect();
        let unrecorded = self.dozor.unrecorded().await?;
        let reports = self.dozor.reports_of(&unrecorded).await?;
        // What came back for want of a record says no longer what was reported: its steps do.
        let told = |task: &Task| BoardTask {
            outcome: self.outcome_words(task, reports.get(&task.id).map(String::as_str), &shown),
            ..self.board_task(task, &shown)
        };
        Ok(TaskBoard {
            items: tasks.iter().map(|task| self.board_task(task, &shown)).collect(),
            unrecorded: unrecorded.iter().map(told).collect(),
            lost_steps,
            date,
        })
    }

    /// Returns one task with what people said of it.
    ///
    /// # Errors
    /// [`AppError::TaskNotFound`]; the store's.
    pub async fn task_card(&self, id: TaskId, user: Option<&User>) -> Result<TaskCard, AppError> {
        let task = self.known_task(id).await?;
        let steps = self.dozor.store().steps_of_task(id).await?;
        Ok(TaskCard {
            task: self.board_task(&task, &self.shown(user).await?),
            history: steps.iter().map(TaskHistoryStep::from).collect(),
        })
    }

    async fn shown(&self, user: Option<&User>) -> Result<Shown, AppError> {
        let sealed = match user {
            Some(user) => self.sealed_to(user).await?,
            None => BTreeSet::new(),
        };
        Ok(Shown { today: self.dozor.today().await?, names: self.staff_names().await?, sealed })
    }

    fn board_task(&self, task: &Task, shown: &Shown) -> BoardTask {
        let (until, attempt, act) = match &task.state {
            domain::TaskState::Deferred { until, .. } => (Some(until.to_string()), None, None),
            domain::TaskState::NoAccess { attempt, .. } => (None, Some(*attempt), None),
            domain::TaskState::Impossible { act } => (None, None, Some(act.number().to_owned())),
            _ => (None, None, None),
        };
        let is_over = !task.state.is_open() && !task.state.keeps_waiting(shown.today);
        let next = task.state.next_steps(TaskHand::Head).into_iter().filter(|_| !is_over);
        BoardTask {
            id: task.id.to_string(),
            date: task.date.clone(),
            object_id: task.object.to_string(),
            object_key: task.object_key.clone(),
            control_kind: task.control_kind.clone(),
            event_kind: task.event_kind.clone(),
            unit: task.unit.clone(),
            inspector: task.inspector.clone(),
            inspector_name: shown.names.get(&task.inspector).unwrap_or(&task.inspector).clone(),
            start: task.start.0,
            state: TaskStateCode::from(&task.state),
            changed_at: task.changed_at.to_string(),
            outcome: self.outcome_words(task, task.state.reported(), shown),
            reason: task.state.reason().map(str::to_owned),
            until,
            attempt,
            act,
            next: next.map(TaskStepCode::from).collect(),
        }
    }

    /// Returns the words of what was reported of a task; none to whom its object is sealed.
    fn outcome_words(&self, task: &Task, reported: Option<&str>, shown: &Shown) -> Option<Localized> {
        let reported = reported.filter(|_| !shown.sealed.contains(&task.object));
        reported.map(|code| self.result_words(code))
    }

    /// Returns the words of a result.
    pub(super) fn result_words(&self, code: &str) -> Localized {
        self.code_words("result", &domain::Value::Text(code.to_owned()))
            .unwrap_or_else(|| Localized::same(code))
    }
}

/// Tells whether a step says something that nobody took into account.
fn is_lost(step: &TaskStep) -> bool {
    let is_word = matches!(
        step.event,
        TaskEvent::Report { .. } | TaskEvent::NoAccess { .. } | TaskEvent::Impossible { .. }
    );
    match step.outcome {
        StepOutcome::Done => false,
        StepOutcome::NotOpen => true,
        // To take twice or to leave twice loses nothing.
        StepOutcome::NotAllowed => is_word,
    }
}
