//! What is known of one object under one control kind on a day, for whoever puts a question to the gate (`asking_gate.rs`).

use dozor_domain::{Appointment, ObjectId};
use dozor_planner::{Held, ObjectCase, PrescriptionTerm};
use jiff::Span;
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::planning::whole;
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
    /// Events of the past that caps may count.
    pub(crate) held: Vec<Held>,
    /// The next visit that was agreed with the person.
    pub(crate) appointment: Option<Appointment>,
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
        let cases = self.known_cases((&loaded, &table), (day, as_of)).await?;
        let overdue = self.overdue_prescriptions((&loaded, &table), as_of).await?;
        let agreed = self.agreed_visits((&loaded.objects, loaded.up_to_seq), (day, as_of)).await?;
        Ok(KnownCase {
            is_there: true,
            held: loaded.objects.index_of(object).map_or_else(Vec::new, |index| cases.held(index).to_vec()),
            appointment: agreed.of(object, control_kind),
            case: cases.of_day().remove(&(object, control_kind.to_owned())).unwrap_or_default(),
            days_since_last_event: whole(&table, row, facts.last_event.as_deref()),
            overdue_days: overdue.get(&object).copied().unwrap_or(0),
        })
    }
}

impl KnownCase {
    /// Returns the term of the prescription.
    pub(crate) fn prescription(&self, day: Date) -> PrescriptionTerm {
        term_overdue_by(self.overdue_days, day)
    }
}

/// Returns the term of a prescription by the days by which it is overdue: deferrals and suspensions are left out of them, so
/// that one that is not overdue has no term that has passed.
pub(crate) fn term_overdue_by(days: i64, day: Date) -> PrescriptionTerm {
    let overdue = Some(days).filter(|days| *days > 0);
    let ends = overdue.and_then(|days| day.checked_sub(Span::new().try_days(days).ok()?).ok());
    PrescriptionTerm { ends, deferred_to: None, suspended_from: None, suspended_to: None }
}
