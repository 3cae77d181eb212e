//! The work that categories and signs make: the desk's queue, visits that are due today and in a year by the own
//! norm, beside what desk and inspectors can do.

use dozor_domain::{RiskCategory, Timestamp};
use dozor_facts::FactsTable;
use dozor_scoring::{CategoryColumn, Load};
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::methodology::LoadedMethodology;
use crate::planning::whole;

/// Is the work of one side: visits due today, visits a year.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Work {
    pub(crate) due_today: u64,
    pub(crate) a_year: f64,
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
            let Some(every) = category.and_then(|category| norms[category as usize]) else { continue };
            work.a_year += DAYS_A_YEAR / f64::from(every);
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
        work: [Work; 2],
    ) -> Result<Load, AppError> {
        let publication = &self.methodology.publication;
        let visits_a_day = self.visits_a_day(as_of).await?;
        let days = self.working_days_after(as_of);
        Ok(Load {
            desk_queue,
            desk_a_day: publication.desk_signs_a_day,
            desk_days: publication
                .desk_signs_a_day
                .map(|a_day| desk_queue.map(|signs| as_float(signs) / a_day)),
            due_today: work.map(|one| one.due_today),
            visits_a_day,
            visits_a_year: work.map(|one| one.a_year),
            capacity_a_year: visits_a_day.map(|a_day| a_day * f64::from(days)),
        })
    }

    /// Returns the visits that can be made in a day: the declared capacity, else inspectors times visits of each.
    pub(crate) async fn visits_a_day(&self, as_of: Timestamp) -> Result<Option<f64>, AppError> {
        let settings = &self.methodology.planner.settings;
        if let Some(capacity) = settings.daily_capacity {
            return Ok(Some(f64::from(capacity)));
        }
        let each = settings.visits_per_inspector.map(f64::from);
        let Some(each) = each.or(self.methodology.publication.visits_per_inspector) else { return Ok(None) };
        match self.inspectors(as_of).await {
            Ok(inspectors) => Ok(Some(as_float(inspectors.len() as u64) * each)),
            Err(AppError::NoInspectors { .. }) => Ok(None),
            Err(other) => Err(other),
        }
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
