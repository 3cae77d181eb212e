//! Visits that were reported and have no record: a case for the head, whether their task still waits or has come back.

use std::collections::BTreeMap;

use dozor_domain::{StepOutcome, Task, TaskEvent, TaskId, TaskState, Timestamp};
use dozor_store::{TaskFilter, TaskScope};

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::settlement::UNRECORDED;

impl Dozor {
    /// Returns the tasks that were reported and whose record should have come by now, by day: those that wait, and those
    /// that came back for want of it. A record of that day or a later one settles the case, whoever made the visit.
    pub(crate) async fn unrecorded(&self) -> Result<Vec<Task>, AppError> {
        let today = self.today().await?;
        let extended = self.last_days_extended().await?;
        let open = TaskFilter { scope: TaskScope::Open, ..TaskFilter::default() };
        let mut late = Vec::new();
        for task in self.store.tasks(&open).await?.into_iter().filter(|task| task.state.reported().is_some())
        {
            if self.is_late(&task, &extended, today)? {
                late.push(task);
            }
        }
        let back = TaskState::Returned { reason: UNRECORDED.to_owned() };
        for task in self.store.tasks_in(&back).await? {
            if !self.has_record(&task).await? {
                late.push(task);
            }
        }
        late.sort_by(|a, b| {
            (&a.date, &a.inspector, a.position, a.id).cmp(&(&b.date, &b.inspector, b.position, b.id))
        });
        Ok(late)
    }

    /// Tells whether an event of the day of a task or a later one is among the records of its object.
    async fn has_record(&self, task: &Task) -> Result<bool, AppError> {
        let Some(model) = &self.methodology.model else { return Ok(false) };
        let day = self.instant(&task.date)?;
        let records = self.store.records_of_object(task.object).await?;
        let is_it = |source: &str, at: Option<Timestamp>| {
            source == model.outcome.source && at.is_some_and(|at| at >= day)
        };
        Ok(records.iter().any(|one| is_it(&one.source, one.record.happened_at)))
    }

    /// Returns the codes of the results that were reported of tasks, by task: the last report of each counts.
    pub(crate) async fn reports_of(&self, tasks: &[Task]) -> Result<BTreeMap<TaskId, String>, AppError> {
        let mut reports = BTreeMap::new();
        for task in tasks {
            for step in self.store.steps_of_task(task.id).await? {
                match step.event {
                    TaskEvent::Report { outcome, .. } if step.outcome == StepOutcome::Done => {
                        reports.insert(task.id, outcome);
                    }
                    _ => {}
                }
            }
        }
        Ok(reports)
    }
}
