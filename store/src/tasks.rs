//! Tasks: pieces of work; at most one is open per object and ground.

use dozor_domain::{Ground, Minutes, ObjectId, PlanId, Task, TaskId, TaskState};

use crate::sql::{Bulk, Row, binds};
use crate::{Store, StoreError, WriteTx};

/// Says which tasks are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TaskScope {
    /// All.
    #[default]
    All,
    /// Only those with work still to be done.
    Open,
}

/// Chooses tasks.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    /// Only of this day.
    pub date: Option<String>,
    /// Only of this inspector, whether he has the task or goes along.
    pub inspector: Option<String>,
    /// Only of this plan.
    pub plan: Option<PlanId>,
    /// Only at this object.
    pub object: Option<ObjectId>,
    /// All or open ones.
    pub scope: TaskScope,
}

/// Names who made a visit that had a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeVisit {
    /// The object.
    pub object: ObjectId,
    /// Code of the control kind.
    pub control_kind: String,
    /// Key of the inspector.
    pub inspector: String,
    /// Key of the second one, where two made it.
    pub partner: Option<String>,
    /// The day of the task, `YYYY-MM-DD`.
    pub date: String,
}

/// Is how a task of a past day ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedVisit {
    /// The object.
    pub object: ObjectId,
    /// Code of the control kind.
    pub control_kind: String,
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// Planned start.
    pub start: Minutes,
    /// Closed, returned or cancelled.
    pub state: TaskState,
}

const TASKS: Bulk = Bulk {
    table: "tasks",
    columns: &[
        "id",
        "plan",
        "order_id",
        "object",
        "object_key",
        "control_kind",
        "event_kind",
        "ground",
        "ground_key",
        "unit",
        "inspector",
        "partner",
        "date",
        "position",
        "start_minute",
        "end_minute",
        "state",
        "state_code",
        "is_open",
        "changed_at",
    ],
    tail: "",
};

macro_rules! select_tasks {
    ($tail:literal) => {
        concat!(
            "select id, plan, order_id, object, object_key, control_kind, event_kind, ground, unit, inspector, partner,
               date, position, start_minute, end_minute, state, changed_at from tasks ",
            $tail
        )
    };
}

fn json<T: serde::Serialize>(part: &T) -> Result<String, StoreError> {
    serde_json::to_string(part).map_err(|source| StoreError::Json { what: "task", source })
}

/// Returns what makes a ground the same ground: not its days, which move.
fn ground_key(ground: &Ground, control_kind: &str) -> String {
    match ground {
        Ground::Sign { sign, .. } => format!("sign:{sign}"),
        Ground::Frequency { .. } => format!("frequency:{control_kind}"),
        Ground::PrescriptionOverdue { .. } => format!("prescription:{control_kind}"),
        Ground::MandatoryVisit { .. } => format!("mandatory_visit:{control_kind}"),
        Ground::Planned { paper, .. } => format!("planned:{}", paper.number),
        Ground::Indicator { rule, .. } => format!("indicator:{rule}"),
        Ground::Drawn { .. } => format!("drawn:{control_kind}"),
        Ground::SecondVisit { first, .. } => format!("second:{first}"),
    }
}

fn small(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|fault| StoreError::Corrupt { what: "task", detail: fault.to_string() })
}

fn task(row: &Row) -> Result<Task, StoreError> {
    let mut cells = row.cells();
    Ok(Task {
        id: cells.take()?,
        plan: cells.take()?,
        order: cells.take()?,
        object: cells.take()?,
        object_key: cells.take()?,
        control_kind: cells.take()?,
        event_kind: cells.take()?,
        ground: cells.json("task")?,
        unit: cells.take()?,
        inspector: cells.take()?,
        partner: cells.take()?,
        date: cells.take()?,
        position: small(cells.take()?)?,
        start: Minutes(small(cells.take()?)?),
        end: Minutes(small(cells.take()?)?),
        state: cells.json("task")?,
        changed_at: cells.take()?,
    })
}

impl WriteTx {
    /// Adds tasks.
    ///
    /// # Errors
    /// `TASK_ALREADY_OPEN` when one is open for the same object and ground.
    pub async fn insert_tasks(&mut self, tasks: &[Task]) -> Result<(), StoreError> {
        let mut values = Vec::with_capacity(tasks.len() * TASKS.columns.len());
        for task in tasks {
            values.extend(binds![
                task.id,
                task.plan,
                task.order,
                task.object,
                &task.object_key,
                &task.control_kind,
                &task.event_kind,
                json(&task.ground)?,
                ground_key(&task.ground, &task.control_kind),
                &task.unit,
                &task.inspector,
                &task.partner,
                &task.date,
                i64::from(task.position),
                i64::from(task.start.0),
                i64::from(task.end.0),
                json(&task.state)?,
                task.state.code(),
                task.state.is_open(),
                task.changed_at,
            ]);
        }
        self.insert_many(&TASKS, values).await?;
        Ok(())
    }

    /// Moves a task from the state that was read to that of `task`.
    ///
    /// # Errors
    /// `STATE_CHANGED` when it is in another state by now.
    pub async fn change_task(&mut self, from: &TaskState, task: &Task) -> Result<(), StoreError> {
        self.execute_one(
            "update tasks set state = $3, state_code = $4, is_open = $5, changed_at = $6 where id = $1 and state = $2",
            binds![
                task.id,
                json(from)?,
                json(&task.state)?,
                task.state.code(),
                task.state.is_open(),
                task.changed_at,
            ],
            "task",
            &task.id,
        )
        .await
    }
}

impl WriteTx {
    /// Gives a task that nobody has begun the place in the day that `after` has.
    ///
    /// # Errors
    /// `STATE_CHANGED` when it is in another state or place by now.
    pub async fn reschedule_task(&mut self, before: &Task, after: &Task) -> Result<(), StoreError> {
        self.execute_one(
            "update tasks set position = $5, start_minute = $6, end_minute = $7, changed_at = $8
             where id = $1 and state = $2 and position = $3 and start_minute = $4",
            binds![
                before.id,
                json(&before.state)?,
                i64::from(before.position),
                i64::from(before.start.0),
                i64::from(after.position),
                i64::from(after.start.0),
                i64::from(after.end.0),
                after.changed_at,
            ],
            "task",
            &before.id,
        )
        .await
    }
}

impl Store {
    /// Returns tasks by day, inspector and place in his day.
    ///
    /// # Errors
    /// As every read.
    pub async fn tasks(&self, filter: &TaskFilter) -> Result<Vec<Task>, StoreError> {
        self.list(
            select_tasks!(
                "where ($1 is null or date = $1) and ($2 is null or inspector = $2 or partner = $2)
                   and ($3 is null or plan = $3)
                   and ($4 is null or object = $4) and ($5 = 0 or is_open = 1)
                 order by date, inspector, position, id"
            ),
            binds![
                &filter.date,
                &filter.inspector,
                filter.plan,
                filter.object,
                filter.scope == TaskScope::Open,
            ],
            task,
        )
        .await
    }

    /// Returns who made the visits of days before `date` whose tasks a result has closed, the earliest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn made_visits(&self, date: &str) -> Result<Vec<MadeVisit>, StoreError> {
        self.list(
            "select object, control_kind, inspector, partner, date from tasks where state_code = 'closed' and date < $1
             order by date, position, id",
            binds![date],
            |row| {
                let mut cells = row.cells();
                let (object, control_kind) = (cells.take()?, cells.take()?);
                let (inspector, partner) = (cells.take()?, cells.take()?);
                Ok(MadeVisit { object, control_kind, inspector, partner, date: cells.take()? })
            },
        )
        .await
    }

    /// Returns how the tasks of days before `date` ended, the earliest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn ended_visits(&self, date: &str) -> Result<Vec<EndedVisit>, StoreError> {
        self.list(
            "select object, control_kind, date, start_minute, state from tasks where is_open = 0 and date < $1
             order by date, position, id",
            binds![date],
            |row| {
                let mut cells = row.cells();
                Ok(EndedVisit {
                    object: cells.take()?,
                    control_kind: cells.take()?,
                    date: cells.take()?,
                    start: Minutes(small(cells.take()?)?),
                    state: cells.json("task")?,
                })
            },
        )
        .await
    }

    /// Returns the tasks that were put off, by day and place.
    ///
    /// # Errors
    /// As every read.
    pub async fn deferred_tasks(&self) -> Result<Vec<Task>, StoreError> {
        self.list(
            select_tasks!("where state_code = 'deferred' order by date, inspector, position, id"),
            Vec::new(),
            task,
        )
        .await
    }

    /// Returns all tasks of a kind of event, by day and place.
    ///
    /// # Errors
    /// As every read.
    pub async fn tasks_of_kind(&self, event_kind: &str) -> Result<Vec<Task>, StoreError> {
        self.list(
            select_tasks!("where event_kind = $1 order by date, inspector, position, id"),
            binds![event_kind],
            task,
        )
        .await
    }

    /// Returns the tasks that stand exactly so, by day and place.
    ///
    /// # Errors
    /// As every read.
    pub async fn tasks_in(&self, state: &TaskState) -> Result<Vec<Task>, StoreError> {
        let (code, state) = (state.code(), json(state)?);
        self.list(
            select_tasks!("where state_code = $1 and state = $2 order by date, inspector, position, id"),
            binds![code, state],
            task,
        )
        .await
    }

    /// Returns a task.
    ///
    /// # Errors
    /// As every read.
    pub async fn task(&self, id: TaskId) -> Result<Option<Task>, StoreError> {
        self.find(select_tasks!("where id = $1"), binds![id], task).await
    }
}
