//! `executors`: how the work was done over a year, and which terms are about to break. It is read by those who answer for the
//! work; no score reads it, and what was found is no part of it.

mod lead_times;
mod queues;
mod ratings;
mod records;
mod stages;
mod steps;
mod terms;
mod trails;

use std::collections::HashMap;

use dozor_domain::{OrderId, Task, Timestamp};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

pub use self::lead_times::LeadTimes;
pub use self::queues::{DueWhat, DueWork, QueueKind, QueueTerms};
pub use self::ratings::ExecutorRating;
pub use self::stages::{LengthUnit, Stage, StageTimes, StageWay};
pub use self::terms::DueDay;

use self::lead_times::WorkingDays;
use self::ratings::Ground;
use self::trails::Trails;
use crate::dozor::Dozor;
use crate::error::AppError;

const YEAR_DAYS: i64 = 365;

/// Is how the work goes.
#[derive(Clone, Debug, Serialize)]
pub struct ExecutorReport {
    /// Today.
    pub today: Date,
    /// First day of the year behind.
    pub from: Date,
    /// What waits with a term, queue by queue; those that the pack does not know are not here.
    pub queues: Vec<QueueTerms>,
    /// The ways of signals, orders and tasks, stage by stage.
    pub stages: Vec<StageTimes>,
    /// By unit.
    pub units: Vec<ExecutorRating>,
    /// By inspector.
    pub inspectors: Vec<ExecutorRating>,
}

impl Dozor {
    /// Works out how the work was done over the year before today, and which terms are about to break; stores nothing.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`] where a stored day is none; scoring's for the labels of model.toml; the store's.
    pub async fn executors(&self) -> Result<ExecutorReport, AppError> {
        let today = self.today().await?;
        // Today's own work is not over.
        let until = self.instant(&today.to_string())?;
        let from = until.plus_days(-YEAR_DAYS);
        let zone = &self.methodology.manifest.zone;
        let first = zone.day_of(from).unwrap_or(today);
        let work = self.work_records((from, until)).await?;
        let trails = self.trails(first).await?;
        let reach = first.checked_sub(work.within_days.days()).unwrap_or(first);
        let days = WorkingDays::new(&self.methodology.manifest.calendar, reach, today);
        let extended = trails.extended();
        let tasks = self.past_tasks(&trails, &extended, today)?;
        let again = self.visits_made_again((from, until)).await?;
        let staff = self.staff_or_nobody().await?;
        let ground = Ground {
            visits: &work.visits,
            tasks: &tasks,
            extended: &extended,
            again: &again,
            staff: &staff,
            days: &days,
        };
        let mut stages = stages::stages(&work, &days, |at| zone.day_of(Timestamp::from_micros(at)));
        stages.extend(steps::order_stages(&trails, &days, |at| zone.day_of(at)));
        stages.extend(steps::task_stages(&trails));
        let queues = queues::Ground { work: &work, trails: &trails, today, first };
        Ok(ExecutorReport {
            today,
            from: first,
            queues: self.queues(&queues).await?,
            stages,
            units: ground.units(),
            inspectors: ground.inspectors(),
        })
    }

    /// Returns the tasks whose last day is over: of an extended order that is the end of its extension, until which nobody
    /// is late with it.
    fn past_tasks(
        &self,
        trails: &Trails,
        extended: &HashMap<OrderId, Date>,
        today: Date,
    ) -> Result<Vec<Task>, AppError> {
        let mut past = Vec::new();
        for task in trails.tasks.iter().filter(|task| ratings::counts(&task.state)) {
            let day = self.day(&task.date)?;
            let is_left = task.state.is_open() && task.state.reported().is_none();
            let last = extended.get(&task.order).copied().filter(|_| is_left).unwrap_or(day);
            if day < today && last < today {
                past.push(task.clone());
            }
        }
        Ok(past)
    }
}
