//! The part of oversight about the work itself: terms that are about to break, how long each stage takes, how each
//! executor works. What was found is no part of it.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::common::{Localized, whole};
use super::version_effects::Share;
use super::{Queries, RegisterIndex};
use crate::error::AppError;
use crate::executors::{DueWhat, DueWork, ExecutorRating, ExecutorReport, LeadTimes, QueueTerms, StageTimes};

/// In the unit of the stage, by nearest rank.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LeadTimesView {
    pub count: i64,
    pub median: u32,
    pub p90: u32,
}

/// `way`: signal order task. `stage`: signal_to_desk desk_to_visit visit_to_result; order_to_signature
/// signature_to_register signature_to_issue issue_to_execution; task_to_acceptance acceptance_to_start start_to_report
/// report_to_check. `unit`: working_days, or minutes of the clock, nights and days off too.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StageView {
    pub way: String,
    pub stage: String,
    pub unit: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took: Option<LeadTimesView>,
    /// Began and not at their end: in no median yet.
    pub unfinished: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DueDayView {
    #[schema(format = Date)]
    pub day: String,
    pub due: i64,
    pub will_break: i64,
}

/// A piece of work with its last day: a sign, an order, a visit, a prescription, a request, or a paper, by its queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DueWorkView {
    /// None where it is about no object, or about several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_title: Option<String>,
    /// Of a sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_title: Option<Localized>,
    /// Number of an order, a request, or a paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Name, of an order and of a visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inspector: Option<String>,
    /// Visits that are left of an order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<i64>,
    /// Day of a visit, first day of an order.
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned: Option<String>,
    #[schema(format = Date)]
    pub due: String,
    /// When its turn comes at this pace; none where nothing is done, and of what is late already.
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<String>,
}

/// `queue`: orders results prescriptions desk requests answers. `pace`, `needed`: done a working day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QueueTermsView {
    pub queue: String,
    pub waiting: i64,
    pub overdue: i64,
    pub will_break: i64,
    pub pace: f64,
    /// Keeps every term that is not broken yet.
    pub needed: f64,
    /// By last day, from today on.
    pub days: Vec<DueDayView>,
    /// The first of those whose last day has passed.
    pub late: Vec<DueWorkView>,
    /// The first of those that will break.
    pub breaking: Vec<DueWorkView>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExecutorView {
    pub executor: String,
    pub name: String,
    pub visits: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_result: Option<Share>,
    /// Visits that somebody else made again.
    pub made_again: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreed: Option<Share>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_in: Option<LeadTimesView>,
    /// Tasks of past days.
    pub tasks: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_the_day: Option<Share>,
    /// Tasks of past days that are still open.
    pub open_late: i64,
}

/// The year before `today`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ExecutorsView {
    #[schema(format = Date)]
    pub from: String,
    #[schema(format = Date)]
    pub today: String,
    /// What waits with a term; queues that the pack does not know are not here, empty ones are.
    pub queues: Vec<QueueTermsView>,
    pub stages: Vec<StageView>,
    pub units: Vec<ExecutorView>,
    pub inspectors: Vec<ExecutorView>,
}

impl Queries {
    /// Returns how the work goes.
    ///
    /// # Errors
    /// [`AppError::PortfolioBusy`]; as [`crate::Dozor::executors`].
    pub async fn executors(&self) -> Result<ExecutorsView, AppError> {
        let found: Arc<ExecutorReport> =
            self.city.ask(self.asked("executors", "", None).await?, self.dozor.executors()).await?;
        let (register, names) = (self.register().await?, self.staff_names().await?);
        Ok(ExecutorsView {
            from: found.from.to_string(),
            today: found.today.to_string(),
            queues: found.queues.iter().map(|queue| self.queue_view(queue, &register, &names)).collect(),
            stages: found.stages.iter().map(stage_view).collect(),
            units: found.units.iter().map(executor_view).collect(),
            inspectors: found.inspectors.iter().map(executor_view).collect(),
        })
    }

    fn queue_view(
        &self,
        queue: &QueueTerms,
        register: &RegisterIndex,
        names: &HashMap<String, String>,
    ) -> QueueTermsView {
        let day = |day: &crate::DueDay| DueDayView {
            day: day.day.to_string(),
            due: whole(day.due),
            will_break: whole(day.will_break),
        };
        let work = |one: &DueWork| self.due_view(one, register, names);
        QueueTermsView {
            queue: super::versions::code(&queue.queue),
            waiting: whole(queue.waiting),
            overdue: whole(queue.overdue),
            will_break: whole(queue.will_break),
            pace: queue.pace,
            needed: queue.needed,
            days: queue.days.iter().map(day).collect(),
            late: queue.late.iter().map(work).collect(),
            breaking: queue.breaking.iter().map(work).collect(),
        }
    }

    fn due_view(
        &self,
        one: &DueWork,
        register: &RegisterIndex,
        names: &HashMap<String, String>,
    ) -> DueWorkView {
        let object = one.object.and_then(|id| register.object(id));
        let bare = DueWorkView {
            object_id: one.object.map(|id| id.to_string()),
            object_key: one.object_key.clone(),
            object_title: object.map(|object| object.title.clone()),
            rule_title: None,
            reference: None,
            inspector: None,
            left: None,
            planned: None,
            due: one.due.to_string(),
            turn: one.turn.map(|turn| turn.to_string()),
        };
        let name = |key: &String| Some(names.get(key).unwrap_or(key).clone());
        match &one.what {
            DueWhat::Sign { rule, .. } => {
                DueWorkView { rule_title: Some(self.dozor.rule_title(rule)), ..bare }
            }
            DueWhat::Order { number, inspector, planned, left } => DueWorkView {
                reference: Some(number.clone()),
                inspector: name(inspector),
                planned: Some(planned.to_string()),
                left: Some(whole(*left)),
                ..bare
            },
            DueWhat::Visit { inspector, planned } => {
                DueWorkView { inspector: name(inspector), planned: Some(planned.to_string()), ..bare }
            }
            DueWhat::Prescription => bare,
            DueWhat::Request { reference, .. } | DueWhat::Paper { reference, .. } => {
                DueWorkView { reference: Some(reference.clone()), ..bare }
            }
        }
    }
}

fn stage_view(one: &StageTimes) -> StageView {
    StageView {
        way: super::versions::code(&one.stage.way()),
        stage: super::versions::code(&one.stage),
        unit: super::versions::code(&one.unit),
        took: one.took.as_ref().map(lead_times),
        unfinished: whole(one.unfinished),
    }
}

fn lead_times(one: &LeadTimes) -> LeadTimesView {
    LeadTimesView { count: whole(one.count), median: one.median, p90: one.p90 }
}

fn executor_view(one: &ExecutorRating) -> ExecutorView {
    ExecutorView {
        executor: one.executor.clone(),
        name: one.name.clone(),
        visits: whole(one.visits),
        with_result: one.with_result.map(Share::from),
        made_again: whole(one.made_again),
        agreed: one.agreed.map(Share::from),
        result_in: one.result_in.as_ref().map(lead_times),
        tasks: whole(one.tasks),
        on_the_day: one.on_the_day.map(Share::from),
        open_late: whole(one.open_late),
    }
}
