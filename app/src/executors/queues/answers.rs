//! What must be answered: requests for another category, and the papers of the sources that `[[answers]]` names.

use std::collections::HashMap;

use dozor_domain::{CategoryRequest, NO_OBJECT, NO_TIME, RecordId, RequestState, Timestamp, Value};
use dozor_store::GeometryUse;
use jiff::civil::Date;

use super::super::terms::Waiting;
use super::{Due, DueWhat, Ground, Queue, QueueKind};
use crate::dozor::Dozor;
use crate::error::AppError;

impl Dozor {
    /// Returns the requests for another category; each was entered with its last day.
    pub(super) async fn requests_queue(&self, ground: &Ground<'_>) -> Result<Option<Queue>, AppError> {
        let zone = &self.methodology.manifest.zone;
        let due = |one: CategoryRequest| {
            let what = DueWhat::Request { request: one.id, reference: one.reference };
            Waiting { what: Due { object: Some(one.object), what }, due: one.due_on }
        };
        let waiting = self.store.open_category_requests().await?.into_iter().map(due).collect();
        let since = self.instant(&ground.first.to_string())?;
        let answered = self.store.category_requests_answered_since(since).await?;
        let day = |one: CategoryRequest| match one.state {
            RequestState::Answered { at, .. } => zone.day_of(at),
            RequestState::Filed => None,
        };
        let done = answered.into_iter().filter_map(day).collect();
        Ok(Some(Queue::by_last_day(QueueKind::Requests, waiting, done)))
    }

    /// Returns the papers of the year behind that have no answer; none where the pack names no such source.
    pub(super) async fn answers_queue(&self, ground: &Ground<'_>) -> Result<Option<Queue>, AppError> {
        let methodology = &self.methodology;
        if methodology.planner.settings.answers.is_empty() {
            return Ok(None);
        }
        let (zone, calendar) = (&methodology.manifest.zone, &methodology.manifest.calendar);
        let objects = self.store.load_objects(GeometryUse::Skip).await?;
        let (as_of, up_to_seq) = (self.now().micros(), self.store.last_seq().await?);
        let (mut waiting, mut done) = (Vec::new(), Vec::new());
        for line in &methodology.planner.settings.answers {
            let records = self.load_whole(&line.source, &objects).await?;
            let keys = self.store.source_keys(&line.source).await?.into_iter();
            let keys: HashMap<RecordId, String> = keys.map(|row| (row.id, row.external_id)).collect();
            let rows = (0..records.len()).filter(|row| records.is_current(*row, as_of, up_to_seq));
            for row in rows.filter(|row| records.happened_at[*row] != NO_TIME) {
                let came = zone.day_of(Timestamp::from_micros(records.happened_at[row]));
                let Some(came) = came.filter(|day| *day >= ground.first) else { continue };
                if let Some(Value::Date(answered)) = records.value(row, &line.answered_on) {
                    done.push(answered);
                    continue;
                }
                let due: Option<Date> = methodology.planner.terms.ends(&line.term, came, calendar);
                let Some(due) = due else { continue };
                let object = (records.objects[row] != NO_OBJECT)
                    .then(|| objects.rows().get(records.objects[row] as usize).map(|object| object.id));
                let reference = keys.get(&records.ids[row]).cloned().unwrap_or_default();
                let what = DueWhat::Paper { source: line.source.clone(), reference };
                waiting.push(Waiting { what: Due { object: object.flatten(), what }, due });
            }
        }
        Ok(Some(Queue::by_last_day(QueueKind::Answers, waiting, done)))
    }
}
