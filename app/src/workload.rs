//! The work that categories and signs make: the desk's queue, visits that are due today and in a year by the own
//! norm, beside what desk and inspectors can do.

use std::collections::BTreeMap;

use dozor_domain::{RiskCategory, Timestamp};
use dozor_facts::FactsTable;
use dozor_scoring::{CategoryColumn, CategoryWork, Load, category_load};
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::methodology::LoadedMethodology;
use crate::planning::whole;

/// Is the work of one side: visits due today, visits a year, and of each category its objects and visits a year.
#[derive(Clone, Debug, Default)]
pub(crate) struct Work {
    pub(crate) due_today: u64,
    pub(crate) a_year: f64,
    by_category: BTreeMap<RiskCategory, (usize, f64)>,
}

impl Work {
    /// Returns what each category asks for, the highest first.
    fn categories(&self, hours_per_visit: f64) -> Vec<CategoryWork> {
        let line = |(category, (objects, visits)): (&RiskCategory, &(usize, f64))| CategoryWork {
            category: *category,
            objects: *objects,
            visits_per_year: visits / as_float(*objects as u64),
            hours_per_visit,
        };
        self.by_category.iter().rev().map(line).collect()
    }
}

/// Days of a year for a rate of work.
const DAYS_A_YEAR: f64 = 365.0;

/// Computes the work of categories by a methodology's own norm on a day.
pub(crate) fn work_of(
    methodology: &LoadedMethodology,
    table: &FactsTable,
    columns: &[CategoryColumn],
    day: Date,
) -> Work {
    let last_event = methodology.planner.settings.facts.last_event.as_deref();
    let mut work = Work::default();
    for column in columns {
        let norm = |category: RiskCategory| {
            methodology.planner.frequency.norm_days(&column.control_kind, category, day)
        };
        let norms = RiskCategory::ALL.map(norm);
        for (row, category) in column.category.iter().enumerate() {
            let Some(category) = *category else { continue };
            let line = work.by_category.entry(category).or_default();
            line.0 += 1;
            let Some(every) = norms[category as usize] else { continue };
            let visits = DAYS_A_YEAR / f64::from(every);
            line.1 += visits;
            work.a_year += visits;
            let since = whole(table, row, last_event);
            work.due_today += u64::from(since.is_none_or(|days| days >= i64::from(every)));
        }
    }
    work
}

impl Dozor {
    /// Puts the work of two sides beside what can be done; what the pack does not say is left open.
    pub(crate) async fn load_of(
        &self,
        as_of: Timestamp,
        desk_queue: [u64; 2],
        work: &[Work; 2],
    ) -> Result<Load, AppError> {
        let publication = &self.methodology.publication;
        let visits_a_day = self.visits_a_day(as_of).await?;
        let days = self.working_days_after(as_of);
        let hours_per_visit = self.visits_per_inspector().map(|visits| self.hours_of_shift() / visits);
        let categories = visits_a_day.zip(hours_per_visit).map(|(a_day, hours)| {
            let staff = a_day * f64::from(days) * hours;
            [&work[0], &work[1]].map(|side| category_load(&side.categories(hours), staff))
        });
        Ok(Load {
            categories,
            desk_queue,
            desk_a_day: publication.desk_signs_a_day,
            desk_days: publication
                .desk_signs_a_day
                .map(|a_day| desk_queue.map(|signs| as_float(signs) / a_day)),
            due_today: [work[0].due_today, work[1].due_today],
            visits_a_day,
            visits_a_year: [work[0].a_year, work[1].a_year],
            capacity_a_year: visits_a_day.map(|a_day| a_day * f64::from(days)),
        })
    }

    /// Returns the visits that can be made in the year that begins at an instant, where the pack says.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn visits_a_year(&self, as_of: Timestamp) -> Result<Option<f64>, AppError> {
        let a_day = self.visits_a_day(as_of).await?;
        Ok(a_day.map(|a_day| a_day * f64::from(self.working_days_after(as_of))))
    }

    /// Returns the visits that can be made in a day: the declared capacity, else inspectors times visits of each.
    pub(crate) async fn visits_a_day(&self, as_of: Timestamp) -> Result<Option<f64>, AppError> {
        let settings = &self.methodology.planner.settings;
        if let Some(capacity) = settings.daily_capacity {
            return Ok(Some(f64::from(capacity)));
        }
        let Some(each) = self.visits_per_inspector() else { return Ok(None) };
        match self.inspectors(as_of).await {
            Ok(inspectors) => Ok(Some(as_float(inspectors.len() as u64) * each)),
            Err(AppError::NoInspectors { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Returns the visits that so many people on duty can make in a day, where the pack says: never more than the
    /// declared capacity.
    pub(crate) fn visits_of(&self, on_duty: usize) -> Option<f64> {
        let declared = self.methodology.planner.settings.daily_capacity.map(f64::from);
        let own = self.visits_per_inspector().map(|each| as_float(on_duty as u64) * each);
        match (declared, own) {
            (Some(declared), Some(own)) => Some(declared.min(own)),
            (one, other) => one.or(other),
        }
    }

    /// Returns the visits that an inspector makes in a working day, where the pack says.
    fn visits_per_inspector(&self) -> Option<f64> {
        let planned = self.methodology.planner.settings.visits_per_inspector.map(f64::from);
        planned.or(self.methodology.publication.visits_per_inspector)
    }

    /// Returns the hours of a usual shift, travel included.
    fn hours_of_shift(&self) -> f64 {
        let (start, end) = self.methodology.planner.settings.default_shift();
        f64::from(end.0.saturating_sub(start.0)) / 60.0
    }

    /// Counts the working days of the year that begins at an instant.
    fn working_days_after(&self, as_of: Timestamp) -> u32 {
        let manifest = &self.methodology.manifest;
        let Some(first) = manifest.zone.day_of(as_of) else { return 0 };
        let days = first.series(jiff::ToSpan::day(1)).take(365);
        days.filter(|day| manifest.calendar.is_working(*day)).map(|_| 1).sum()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of objects and signs are far below 2^53")]
fn as_float(count: u64) -> f64 {
    count as f64
}
