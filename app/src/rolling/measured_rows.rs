//! The measured events of all windows as rows of the export.

use std::collections::HashMap;

use dozor_domain::RecordId;

use super::fitting::{Fitted, Ground};
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::evaluating::EventRow;

impl Dozor {
    /// Returns a row a measured event, sorted by object, date and event.
    pub(super) async fn measured_rows(
        &self,
        ground: &Ground,
        fitted: &[Fitted],
    ) -> Result<Vec<EventRow>, AppError> {
        let source = &ground.spec.outcome.source;
        let keys = self.store.source_keys(source).await?;
        let names: HashMap<RecordId, String> =
            keys.into_iter().map(|row| (row.id, row.external_id)).collect();
        let Some(records) = ground.loaded().records.get(source) else { return Ok(Vec::new()) };
        let zone = &self.methodology.manifest.zone;
        let events = fitted.iter().flat_map(|one| one.measured.iter().zip(&one.assessed));
        let row = |(at, assessed): (&usize, &dozor_scoring::Assessed)| {
            let outcome = ground.rows.get(*at)?;
            let day = zone.day_of(outcome.key.as_of)?;
            Some(EventRow {
                object_key: ground.loaded().objects.rows()[outcome.key.object as usize].key.clone(),
                event_id: names.get(&records.ids[outcome.row])?.clone(),
                date: day.to_string(),
                day: dozor_domain::day_number(day),
                assessed: assessed.clone(),
                label: outcome.label,
            })
        };
        let mut rows: Vec<EventRow> = events.filter_map(row).collect();
        crate::evaluating::sort_events(&mut rows);
        Ok(rows)
    }
}
