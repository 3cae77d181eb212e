//! `executors`: how the work was done over a year, and which terms are about to break. It is read by those who answer for the
//! work; no score reads it, and what was found is no part of it.

mod lead_times;
mod ratings;
mod records;
mod stages;
mod terms;

use dozor_domain::{CategoryRequest, SignId, SignState, Task, Timestamp, ViolationSign};
use dozor_store::{SignScope, TaskFilter};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

pub use self::lead_times::LeadTimes;
pub use self::ratings::ExecutorRating;
pub use self::stages::{Stage, StageTimes};
pub use self::terms::DueDay;

use self::lead_times::WorkingDays;
use self::ratings::Ground;
use self::records::Decision;
use self::terms::{Breaking, Waiting, forecast};
use crate::dozor::Dozor;
use crate::error::AppError;

/// Code of the desk's term in terms.toml.
const DESK_TERM: &str = "desk_review";
const YEAR_DAYS: i64 = 365;
/// The pace of the desk is that of so many working days before today.
const PACE_DAYS: u32 = 20;
/// So much work of each kind is named: the rest is counted.
const NAMED: usize = 20;

/// Is how the work goes.
#[derive(Clone, Debug, Serialize)]
pub struct ExecutorReport {
    /// Today.
    pub today: Date,
    /// First day of the year behind.
    pub from: Date,
    /// Signs that wait for the desk; none where the pack gives the desk no term.
    pub desk: Option<DeskTerms>,
    /// Visits whose result is awaited.
    pub results: ResultTerms,
    /// Requests for another category that wait for an answer, by last day.
    pub requests: Vec<CategoryRequest>,
    /// The way of a signal, stage by stage.
    pub stages: Vec<StageTimes>,
    /// By unit.
    pub units: Vec<ExecutorRating>,
    /// By inspector.
    pub inspectors: Vec<ExecutorRating>,
}

/// Is what the desk's queue will come to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeskTerms {
    /// Signs that wait.
    pub waiting: usize,
    /// Those whose last day has passed.
    pub overdue: usize,
    /// Those whose last day will pass before their turn comes.
    pub will_break: usize,
    /// Decisions a working day over the last weeks.
    pub pace: f64,
    /// Decisions a working day that would keep every term not broken yet.
    pub needed: f64,
    /// By last day, from today on.
    pub days: Vec<DueDay>,
    /// The first of those that will break, by last day, then by place in the queue.
    pub breaking: Vec<DueSign>,
}

/// Is a sign whose term will break.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DueSign {
    /// The sign.
    pub sign: SignId,
    /// Its object.
    pub object: dozor_domain::ObjectId,
    /// Its rule.
    pub rule: String,
    /// The last day of its term.
    pub due: Date,
    /// When its turn comes at this pace; none where nobody decides.
    pub turn: Option<Date>,
}

/// Is what results are awaited.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ResultTerms {
    /// Visits of past days without a result.
    pub waiting: usize,
    /// Those whose last day has passed: the next run takes their tasks back, but for those that were reported.
    pub overdue: usize,
    /// The first of them, by last day.
    pub first: Vec<DueResult>,
}

/// Is a visit whose result is awaited.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DueResult {
    /// Key of the inspector.
    pub inspector: String,
    /// The object.
    pub object: dozor_domain::ObjectId,
    /// Its key in the registry.
    pub object_key: String,
    /// The day of the visit.
    pub planned: Date,
    /// The last day for its result.
    pub due: Date,
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
        let reach = first.checked_sub(work.within_days.days()).unwrap_or(first);
        let days = WorkingDays::new(&self.methodology.manifest.calendar, reach, today);
        let tasks = self.past_tasks(first, today).await?;
        let again = self.visits_made_again((from, until)).await?;
        let staff = match self.inspectors(until).await {
            Ok(staff) => staff,
            Err(AppError::NoInspectors { .. }) => Vec::new(),
            Err(other) => return Err(other),
        };
        let ground =
            Ground { visits: &work.visits, tasks: &tasks, again: &again, staff: &staff, days: &days };
        Ok(ExecutorReport {
            today,
            from: first,
            desk: self.desk_terms(&work.decisions, today).await?,
            results: self.result_terms(&tasks, today)?,
            requests: self.open_requests().await?,
            stages: stages::stages(&work, &days, |at| zone.day_of(Timestamp::from_micros(at))),
            units: ground.units(),
            inspectors: ground.inspectors(),
        })
    }

    /// Returns the tasks of days from `first` on and before `today`.
    async fn past_tasks(&self, first: Date, today: Date) -> Result<Vec<Task>, AppError> {
        let (first, today) = (first.to_string(), today.to_string());
        let mut tasks = self.store.tasks(&TaskFilter::default()).await?;
        tasks.retain(|task| (&first..&today).contains(&&task.date) && ratings::counts(&task.state));
        Ok(tasks)
    }

    async fn desk_terms(&self, decisions: &[Decision], today: Date) -> Result<Option<DeskTerms>, AppError> {
        let methodology = &self.methodology;
        let (zone, calendar) = (&methodology.manifest.zone, &methodology.manifest.calendar);
        let mut signs = self.store.signs(SignScope::Open).await?;
        signs.retain(|sign| sign.state == SignState::Detected);
        // As the desk works: by priority.
        signs.sort_by(|a, b| b.priority.total_cmp(&a.priority).then_with(|| a.id.cmp(&b.id)));
        let mut queue = Vec::with_capacity(signs.len());
        for sign in signs {
            let opened = zone.day_of(sign.opened_at);
            let due = opened.and_then(|opened| methodology.planner.terms.ends(DESK_TERM, opened, calendar));
            let Some(due) = due else { return Ok(None) };
            queue.push(Waiting { what: sign, due });
        }
        let pace = pace(decisions, today, calendar);
        let found = forecast(queue, today, pace, calendar);
        let due = |one: Breaking<ViolationSign>| DueSign {
            sign: one.what.id,
            object: one.what.object,
            rule: one.what.rule,
            due: one.due,
            turn: one.turn,
        };
        Ok(Some(DeskTerms {
            waiting: found.waiting,
            overdue: found.overdue,
            will_break: found.will_break,
            pace,
            needed: found.needed,
            days: found.days,
            breaking: found.breaking.into_iter().take(NAMED).map(due).collect(),
        }))
    }

    fn result_terms(&self, tasks: &[Task], today: Date) -> Result<ResultTerms, AppError> {
        let calendar = &self.methodology.manifest.calendar;
        let wait = self.methodology.planner.settings.results_within_working_days;
        let mut open = Vec::new();
        for task in tasks.iter().filter(|task| task.state.is_open()) {
            let planned = self.day(&task.date)?;
            let due = calendar.plus_working_days(planned, wait).unwrap_or(planned);
            let (inspector, object_key) = (task.inspector.clone(), task.object_key.clone());
            open.push(DueResult { inspector, object: task.object, object_key, planned, due });
        }
        open.sort_by(|a, b| a.due.cmp(&b.due).then_with(|| a.inspector.cmp(&b.inspector)));
        let overdue = open.iter().filter(|one| one.due < today).count();
        let waiting = open.len();
        open.truncate(NAMED);
        Ok(ResultTerms { waiting, overdue, first: open })
    }

    async fn open_requests(&self) -> Result<Vec<CategoryRequest>, AppError> {
        let mut requests = self.store.open_category_requests().await?;
        requests.sort_by_key(|one| (one.due_on, one.id));
        Ok(requests)
    }
}

/// Returns the decisions a working day over the last weeks before a day.
fn pace(decisions: &[Decision], today: Date, calendar: &dozor_domain::WorkCalendar) -> f64 {
    let (mut first, mut working) = (today, 0);
    while working < PACE_DAYS {
        let Ok(earlier) = first.yesterday() else { break };
        first = earlier;
        working += u32::from(calendar.is_working(first));
    }
    let made = decisions.iter().filter(|one| (first..today).contains(&one.day)).count();
    made as f64 / f64::from(working.max(1))
}
