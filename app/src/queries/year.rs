//! The page of the long-range plan: months and categories beside what the staff can do, what does not fit and why.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use dozor_planner as planner;
use serde::Serialize;
use utoipa::ToSchema;

use super::codes::RiskCategory;
use super::common::{Localized, TerritoryRef, whole};
use super::{Queries, RegisterIndex, words};
use crate::error::AppError;
use crate::progress::Silent;
use crate::year::{YearAnswer, YearCall};

/// Visits of a category in a month or in all. `asked` = in_time + late + missed + carried, by the day on which they
/// are due; `planned` by the week in which they are made. Minutes hold the ways.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct YearCellView {
    pub category: RiskCategory,
    pub asked: i64,
    pub asked_minutes: i64,
    pub in_time: i64,
    pub late: i64,
    pub missed: i64,
    /// Left to the next period, in whose windows they still are.
    pub carried: i64,
    pub planned: i64,
    pub planned_minutes: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct YearMonthView {
    /// `2027-01`.
    pub month: String,
    pub working_days: u32,
    /// Minutes that are open for visits by norms.
    pub capacity_minutes: i64,
    /// Minutes that would be open besides, were nobody on leave.
    pub leave_minutes: i64,
    /// Minutes that would be open besides all these, were no attestation over.
    pub lapsed_minutes: i64,
    /// The highest category first; without those that nothing is asked for.
    pub categories: Vec<YearCellView>,
}

/// `reason`: no_time no_inspector not_attested no_position not_lawful.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct YearReasonView {
    pub reason: String,
    /// What the lightest kind of event lacks; with not_lawful.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lacks: Option<Localized>,
    pub visits: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct YearCategoryView {
    pub objects: i64,
    pub all: YearCellView,
    /// Of late and missed visits.
    pub reasons: Vec<YearReasonView>,
}

/// People of one unit with the same territories and skills.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct YearCrewView {
    pub unit: String,
    /// Empty = all.
    pub territories: Vec<TerritoryRef>,
    pub skills: Vec<String>,
    pub people: u32,
    pub capacity_minutes: i64,
    pub used_minutes: i64,
}

/// Where time or people are short.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct YearShortageView {
    pub control_kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub territory: Option<TerritoryRef>,
    /// Late or missed.
    pub visits: i64,
    pub minutes: i64,
    /// Whose whole time that is.
    pub people: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct YearFigures {
    pub inspectors: i64,
    pub months: Vec<YearMonthView>,
    /// The highest category first.
    pub categories: Vec<YearCategoryView>,
    pub crews: Vec<YearCrewView>,
    /// The most minutes first.
    pub shortages: Vec<YearShortageView>,
    /// The highest share of its minutes that a part of the staff needs in any week.
    pub peak_share: f64,
    /// Visits that no plan could make in time for want of minutes.
    pub least_missed: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct YearStaffChange {
    pub unit: String,
    /// Empty = all.
    pub territories: Vec<TerritoryRef>,
    /// Below zero = taken away.
    pub people: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct YearWhatIf {
    pub more: i64,
    pub changes: Vec<YearStaffChange>,
    pub figures: YearFigures,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct YearPlanView {
    #[schema(format = Date)]
    pub from: String,
    #[schema(format = Date)]
    pub to: String,
    /// What was known by then.
    #[schema(format = DateTime)]
    pub as_of: String,
    /// Minutes on the way to a visit.
    pub travel_minutes: u32,
    /// Where they come from: approved_plans proposed_plans unknown.
    pub travel_from: String,
    /// Days whose plans were looked at.
    pub plan_days: i64,
    /// Share of all time that is kept for draws and other work.
    pub reserve_share: f64,
    /// Whether the question named it; if not, it is what draws and other work take.
    pub reserve_asked: bool,
    /// Share of the visits that the pack leaves to chance.
    pub draws_share: f64,
    /// Share of the time at work on those days that work on other grounds than norms took before them, draws aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_share: Option<f64>,
    /// Those of the days on which visits that norms asked for found no time.
    pub crowded_days: i64,
    /// Working days of leave that a person takes a year.
    pub leave_days: u32,
    pub figures: YearFigures,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_if: Option<YearWhatIf>,
}

impl Queries {
    /// Returns the long-range plan of a period, worked out from what is known today.
    ///
    /// # Errors
    /// [`AppError::PortfolioBusy`]; as [`crate::Dozor::year`].
    pub async fn year_plan(&self, call: &YearCall) -> Result<YearPlanView, AppError> {
        let work = self.dozor.year(call, &Silent);
        let day = self.dozor.today().await?.to_string();
        let reserve = call.reserve_percent.map_or_else(String::new, |percent| percent.to_string());
        let asked = format!("{} {} {} {reserve}", call.from, call.to, call.more_inspectors);
        let register = self.register().await?;
        let found = self.city.ask(self.asked("year", &asked, Some(&day)).await?, work).await?;
        Ok(view(&found, &register))
    }
}

fn view(found: &YearAnswer, register: &RegisterIndex) -> YearPlanView {
    let basis = &found.basis;
    let share = |permille: u32| f64::from(permille) / 1_000.0;
    let what_if = found.changed.as_ref().map(|change| YearWhatIf {
        more: i64::from(change.more),
        changes: change
            .changes
            .iter()
            .map(|one| YearStaffChange {
                unit: one.unit.clone(),
                territories: territories(one.territories.iter(), register),
                people: one.people,
            })
            .collect(),
        figures: figures(&change.report, change.inspectors, register),
    });
    YearPlanView {
        from: found.report.from.to_string(),
        to: found.report.to.to_string(),
        as_of: found.as_of.to_string(),
        travel_minutes: basis.travel_minutes,
        travel_from: super::versions::code(&basis.travel_from),
        plan_days: whole(basis.days),
        reserve_share: share(basis.reserve_permille),
        reserve_asked: basis.reserve_asked,
        draws_share: share(basis.draws_permille),
        other_share: basis.other_permille.map(share),
        crowded_days: whole(basis.crowded_days),
        leave_days: basis.leave_days,
        figures: figures(&found.report, found.inspectors, register),
        what_if,
    }
}

fn territories<'a>(codes: impl Iterator<Item = &'a String>, register: &RegisterIndex) -> Vec<TerritoryRef> {
    codes.filter_map(|code| register.territory(Some(code))).collect()
}

fn figures(report: &planner::YearReport, inspectors: usize, register: &RegisterIndex) -> YearFigures {
    let months = report.months.iter().map(|month| YearMonthView {
        month: month.month.clone(),
        working_days: month.working_days,
        capacity_minutes: whole(month.capacity_minutes),
        leave_minutes: whole(month.leave_minutes),
        lapsed_minutes: whole(month.lapsed_minutes),
        categories: month.categories.iter().map(|(category, one)| cell(category.0, one)).collect(),
    });
    let categories = report.categories.iter().map(|(category, line)| YearCategoryView {
        objects: whole(line.objects),
        all: cell(category.0, &line.all),
        reasons: line.reasons.iter().map(|count| reason(count.reason, count.visits)).collect(),
    });
    let crews = report.crews.iter().map(|crew| YearCrewView {
        unit: crew.unit.clone(),
        territories: territories(crew.territories.iter(), register),
        skills: crew.skills.clone(),
        people: crew.people,
        capacity_minutes: whole(crew.capacity_minutes),
        used_minutes: whole(crew.used_minutes),
    });
    let shortages = report.shortages.iter().map(|one| YearShortageView {
        control_kind: one.control_kind.clone(),
        territory: register.territory(one.territory.as_deref()),
        visits: whole(one.visits),
        minutes: whole(one.minutes),
        people: whole(one.people),
    });
    YearFigures {
        inspectors: whole(inspectors),
        months: months.collect(),
        categories: categories.collect(),
        crews: crews.collect(),
        shortages: shortages.collect(),
        peak_share: f64::from(report.peak_permille) / 1_000.0,
        least_missed: whole(report.least_missed),
    }
}

fn cell(category: dozor_domain::RiskCategory, one: &planner::YearCell) -> YearCellView {
    YearCellView {
        category: category.into(),
        asked: whole(one.asked),
        asked_minutes: whole(one.asked_minutes),
        in_time: whole(one.in_time),
        late: whole(one.late),
        missed: whole(one.missed),
        carried: whole(one.carried),
        planned: whole(one.planned),
        planned_minutes: whole(one.planned_minutes),
    }
}

fn reason(reason: planner::MissReason, visits: u64) -> YearReasonView {
    let (code, lacks) = match reason {
        planner::MissReason::NoTime => ("no_time", None),
        planner::MissReason::NoInspector => ("no_inspector", None),
        planner::MissReason::NotAttested => ("not_attested", None),
        planner::MissReason::NoPosition => ("no_position", None),
        planner::MissReason::NotLawful { lack } => ("not_lawful", Some(words::lack(lack.code()))),
    };
    YearReasonView { reason: code.to_owned(), lacks, visits: whole(visits) }
}
