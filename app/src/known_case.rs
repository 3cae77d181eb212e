//! What is known of one object under one control kind on a day, for whoever asks the gate about it alone: a question that
//! somebody puts (`asking_gate.rs`) and the start of a visit (`starting.rs`) read the same.

use dozor_domain::ObjectId;
use dozor_planner::{ObjectCase, PrescriptionTerm};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::planning::{overdue_days, whole};
use crate::progress::Silent;

/// Is what records and papers say of one object on a day; the default is that nothing is known.
#[derive(Debug, Default)]
pub(crate) struct KnownCase {
    /// Whether the object was there.
    pub(crate) is_there: bool,
    /// What the gate is told beyond the category.
    pub(crate) case: ObjectCase,
    /// Whole days since the last event of any kind; none when there never was one.
    pub(crate) days_since_last_event: Option<i64>,
    /// Days past a prescription's term, zero when nothing is overdue.
    pub(crate) overdue_days: i64,
}

impl Dozor {
    /// Reads what is known of an object on a day.
    pub(crate) async fn known_case(
        &self,
        (object, control_kind): (ObjectId, &str),
        day: Date,
    ) -> Result<KnownCase, AppError> {
        let facts = &self.methodology.planner.settings.facts;
        let as_of = self.instant(&day.to_string())?;
        let (loaded, table) = self.compute_part(&facts.named(), as_of, &Silent).await?;
        let Some(row) = (0..table.len()).find(|row| table.object_id(*row) == object) else {
            return Ok(KnownCase::default());
        };
        let mut cases = self.cases((&loaded, &table), (day, as_of)).await?;
        Ok(KnownCase {
            is_there: true,
            case: cases.remove(&(object, control_kind.to_owned())).unwrap_or_default(),
            days_since_last_event: whole(&table, row, facts.last_event.as_deref()),
            overdue_days: overdue_days(&table, row, facts),
        })
    }

    /// Returns the key of who led the last visit with a result of a day before `date`; none where no task knows of one.
    pub(crate) async fn last_inspector(
        &self,
        (object, control_kind): (ObjectId, &str),
        date: &str,
    ) -> Result<Option<String>, AppError> {
        let made = self.store.made_visits(date).await?.into_iter();
        let mut of_it = made.filter(|one| one.object == object && one.control_kind == control_kind);
        Ok(of_it.next_back().map(|one| one.inspector))
    }
}

impl KnownCase {
    /// Returns the term of the prescription: deferrals and suspensions are left out of the days by which it is overdue, so
    /// one that is not overdue has no term that has passed.
    pub(crate) fn prescription(&self, day: Date) -> PrescriptionTerm {
        let overdue = Some(self.overdue_days).filter(|days| *days > 0);
        let ends = overdue.and_then(|days| day.checked_sub(days.days()).ok());
        PrescriptionTerm { ends, deferred_to: None, suspended_from: None, suspended_to: None }
    }
}
