//! The part of oversight about the work itself: terms that are about to break, how long each stage takes, how each
//! executor works. What was found is no part of it.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::category_requests::{CategoryRequest, request_view};
use super::common::{Localized, whole};
use super::version_effects::Share;
use super::{Queries, RegisterIndex};
use crate::error::AppError;
use crate::executors::{
    DeskTerms, DueResult, DueSign, ExecutorRating, ExecutorReport, LeadTimes, StageTimes,
};

/// Working days, by nearest rank.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LeadTimesView {
    pub count: i64,
    pub median: u32,
    pub p90: u32,
}

/// `stage`: signal_to_desk desk_to_visit visit_to_result.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StageView {
    pub stage: String,
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

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DueSignView {
    pub sign_id: String,
    pub object_id: String,
    pub object_key: String,
    pub object_title: String,
    pub rule_title: Localized,
    #[schema(format = Date)]
    pub due: String,
    /// When its turn comes at this pace; none where nobody decides.
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<String>,
}

/// `pace`, `needed`: decisions a working day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeskTermsView {
    pub waiting: i64,
    pub overdue: i64,
    pub will_break: i64,
    pub pace: f64,
    /// Keeps every term that is not broken yet.
    pub needed: f64,
    pub days: Vec<DueDayView>,
    /// The first of those that will break.
    pub breaking: Vec<DueSignView>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DueResultView {
    pub inspector: String,
    pub object_id: String,
    pub object_key: String,
    pub object_title: String,
    #[schema(format = Date)]
    pub planned: String,
    #[schema(format = Date)]
    pub due: String,
    pub overdue: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResultTermsView {
    pub waiting: i64,
    pub overdue: i64,
    /// By last day.
    pub first: Vec<DueResultView>,
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
    /// None where the pack gives the desk no term.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desk: Option<DeskTermsView>,
    pub results: ResultTermsView,
    /// Requests for another category that wait, by last day.
    pub requests: Vec<CategoryRequest>,
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
        let results = &found.results;
        let request = |one: &dozor_domain::CategoryRequest| {
            request_view(one.clone(), register.object(one.object), found.today)
        };
        Ok(ExecutorsView {
            from: found.from.to_string(),
            today: found.today.to_string(),
            desk: found.desk.as_ref().map(|desk| self.desk_terms_view(desk, &register)),
            results: ResultTermsView {
                waiting: whole(results.waiting),
                overdue: whole(results.overdue),
                first: results
                    .first
                    .iter()
                    .map(|one| result_view(one, one.due < found.today, &register, &names))
                    .collect(),
            },
            requests: found.requests.iter().map(request).collect(),
            stages: found.stages.iter().map(stage_view).collect(),
            units: found.units.iter().map(executor_view).collect(),
            inspectors: found.inspectors.iter().map(executor_view).collect(),
        })
    }

    fn desk_terms_view(&self, desk: &DeskTerms, register: &RegisterIndex) -> DeskTermsView {
        let day = |day: &crate::DueDay| DueDayView {
            day: day.day.to_string(),
            due: whole(day.due),
            will_break: whole(day.will_break),
        };
        let sign = |one: &DueSign| DueSignView {
            sign_id: one.sign.to_string(),
            object_id: one.object.to_string(),
            object_key: register.object(one.object).map(|object| object.key.clone()).unwrap_or_default(),
            object_title: register.object(one.object).map(|object| object.title.clone()).unwrap_or_default(),
            rule_title: self.dozor.rule_title(&one.rule),
            due: one.due.to_string(),
            turn: one.turn.map(|turn| turn.to_string()),
        };
        DeskTermsView {
            waiting: whole(desk.waiting),
            overdue: whole(desk.overdue),
            will_break: whole(desk.will_break),
            pace: desk.pace,
            needed: desk.needed,
            days: desk.days.iter().map(day).collect(),
            breaking: desk.breaking.iter().map(sign).collect(),
        }
    }
}

fn result_view(
    one: &DueResult,
    overdue: bool,
    register: &RegisterIndex,
    names: &HashMap<String, String>,
) -> DueResultView {
    DueResultView {
        inspector: names.get(&one.inspector).unwrap_or(&one.inspector).clone(),
        object_id: one.object.to_string(),
        object_key: one.object_key.clone(),
        object_title: register.object(one.object).map(|object| object.title.clone()).unwrap_or_default(),
        planned: one.planned.to_string(),
        due: one.due.to_string(),
        overdue,
    }
}

fn stage_view(one: &StageTimes) -> StageView {
    StageView {
        stage: super::versions::code(&one.stage),
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
