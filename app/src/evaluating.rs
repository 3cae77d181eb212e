//! `evaluate`: fits on outcomes known by one day, scores later outcomes with the facts of their own days, and
//! measures beside rules alone and chance. Stores nothing; uses the active methodology without history.

use std::collections::HashMap;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use dozor_domain::{ErrorBody, NO_OBJECT, NO_TIME, RecordId, Timestamp};
use dozor_facts::FactsTable;
use dozor_scoring::{
    Assessed, EvaluateSettings, EvaluatedEvent, Evaluation, ModelBundle, ScoringError, evaluate,
};
use serde::Serialize;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::exporting::{csv_field, expect_writable, write_whole};
use crate::loading::Loaded;
use crate::progress::Progress;
use crate::rolling::Window;
use crate::training::LabelledEvent;

/// Is the question that `evaluate` answers.
#[derive(Clone, Debug)]
pub struct EvaluateRequest {
    /// Until when outcomes may teach, and which are measured.
    pub window: Window,
    /// Seed of the bootstrap.
    pub seed: u64,
}

/// Says how well the model did.
#[derive(Debug, Serialize)]
pub struct EvaluateReport {
    /// Events in the window that found an object: each is a row.
    pub events: usize,
    /// Events in the window that found none: without an object nothing can be scored.
    pub without_object: usize,
    /// The metrics; none where the labels suffice for none.
    pub evaluation: Option<Evaluation>,
    /// What is to be known of these figures, each with its code.
    pub notes: Vec<ErrorBody>,
    /// The rows written.
    pub file: String,
}

/// Is one measured event, ready to be written.
pub(crate) struct EventRow {
    pub(crate) object_key: String,
    pub(crate) event_id: String,
    pub(crate) date: String,
    pub(crate) day: i64,
    pub(crate) assessed: Assessed,
    pub(crate) label: Option<bool>,
}

impl Dozor {
    /// Evaluates and writes one row an event: object_id, event_id, date, score, probability, category, label.
    ///
    /// # Errors
    /// As training; [`AppError::Write`] when the file can't be written.
    pub async fn evaluate(
        &self,
        request: &EvaluateRequest,
        export: &Path,
        progress: &dyn Progress,
    ) -> Result<EvaluateReport, AppError> {
        expect_writable(export)?;
        let spec = self.model_spec()?;
        let loaded = self.load(&[&spec.outcome.source], progress).await?;
        let capacity_k = spec.capacity_k;
        progress.stage("fit", None);
        let bundle = self.fit(&loaded, request.window.train_until).await?;
        progress.stage("measure", None);
        let window = request.window.from.micros()..request.window.until.micros();
        let without_object = without_object(&loaded, &spec.outcome.source, &window);
        let events = self
            .labelled_events(&loaded, Timestamp::from_micros(i64::MAX), move |at| window.contains(&at))
            .await?;
        let table = self.compute(&loaded, events.iter().map(|event| event.key).collect()).await?;
        let assessed = self.assess_events(&loaded, &events, table, bundle).await?;
        let rows = self.event_rows(&loaded, &events, assessed).await?;
        let measured: Vec<EvaluatedEvent> = rows.iter().map(EventRow::measured).collect();
        let settings = EvaluateSettings { seed: request.seed, resamples: RESAMPLES, capacity_k };
        write_events(&rows, export)?;
        let mut notes = Vec::new();
        let evaluation = match blocking("the metrics", move || evaluate(&measured, &settings)).await? {
            Ok(evaluation) => Some(evaluation),
            Err(fault @ ScoringError::NothingToEvaluate { .. }) => {
                notes.push(ErrorBody::new(&fault));
                None
            }
            Err(other) => return Err(other.into()),
        };
        if is_constant(&rows) {
            notes.push(ErrorBody::new(&AppError::ModelConstant { events: rows.len() }));
        }
        let file = export.display().to_string();
        Ok(EvaluateReport { events: rows.len(), without_object, evaluation, notes, file })
    }

    /// Assesses each event's row under the first control kind of its object.
    async fn assess_events(
        &self,
        loaded: &Arc<Loaded>,
        events: &[LabelledEvent],
        table: FactsTable,
        bundle: ModelBundle,
    ) -> Result<Vec<Assessed>, AppError> {
        let methodology = Arc::clone(&self.methodology);
        let objects: Vec<u32> = events.iter().map(|event| event.key.object).collect();
        let loaded = Arc::clone(loaded);
        blocking("the evaluation", move || {
            let probabilities: Vec<_> =
                bundle.predict(&table)?.iter().map(|scored| scored.probability).collect();
            let verdicts = methodology.rules.evaluate(&table)?;
            let kind = |object: &u32| loaded.objects.rows()[*object as usize].kind.as_str();
            let kinds: Vec<&str> = objects.iter().map(kind).collect();
            let mut assessed = methodology.policy.assess(&table, &verdicts, Some(&probabilities), &kinds)?;
            assessed.dedup_by_key(|one| one.row);
            Ok(assessed)
        })
        .await?
    }

    async fn event_rows(
        &self,
        loaded: &Loaded,
        events: &[LabelledEvent],
        assessed: Vec<Assessed>,
    ) -> Result<Vec<EventRow>, AppError> {
        let source = &self.model_spec()?.outcome.source;
        let names: HashMap<RecordId, String> =
            self.store.source_keys(source).await?.into_iter().map(|row| (row.id, row.external_id)).collect();
        let Some(records) = loaded.records.get(source) else { return Ok(Vec::new()) };
        let zone = &self.methodology.manifest.zone;
        let mut rows: Vec<EventRow> = assessed
            .into_iter()
            .filter_map(|assessed| {
                let event = events.get(assessed.row as usize)?;
                let day = zone.day_of(event.key.as_of)?;
                Some(EventRow {
                    object_key: loaded.objects.rows()[event.key.object as usize].key.clone(),
                    event_id: names.get(&records.ids[event.row])?.clone(),
                    date: day.to_string(),
                    day: dozor_domain::day_number(day),
                    assessed,
                    label: event.label,
                })
            })
            .collect();
        sort_events(&mut rows);
        Ok(rows)
    }
}

/// Enough for a 95 % interval whose own noise is below its second digit (Efron & Tibshirani 1993, 13.3).
const RESAMPLES: u32 = 1000;

/// Counts the current events of a period that found no object.
fn without_object(loaded: &Loaded, source: &str, window: &Range<i64>) -> usize {
    let Some(records) = loaded.records.get(source) else { return 0 };
    let is_lost = |row: &usize| {
        let (object, at) = (records.objects[*row], records.happened_at[*row]);
        object == NO_OBJECT && at != NO_TIME && window.contains(&at)
    };
    let is_current = |row: &usize| records.is_current(*row, i64::MAX, loaded.up_to_seq);
    (0..records.len()).filter(is_lost).filter(is_current).count()
}

/// Tells whether a model gave several events, and gave each the same probability.
fn is_constant(rows: &[EventRow]) -> bool {
    let mut given = rows.iter().map(|row| row.assessed.probability);
    let first = given.next().flatten();
    rows.len() > 1 && first.is_some() && given.all(|one| one == first)
}

impl EventRow {
    fn measured(&self) -> EvaluatedEvent {
        EvaluatedEvent {
            day: self.day,
            score: self.assessed.score,
            probability: self.assessed.probability.map(|probability| probability.get()),
            points: self.assessed.points,
            label: self.label,
        }
    }
}

/// Sorts events by object, date and event.
pub(crate) fn sort_events(rows: &mut [EventRow]) {
    rows.sort_by(|a, b| (&a.object_key, &a.date, &a.event_id).cmp(&(&b.object_key, &b.date, &b.event_id)));
}

/// Writes events as CSV: object_id, event_id, date, score, probability, category, label.
pub(crate) fn write_events(rows: &[EventRow], file: &Path) -> Result<(), AppError> {
    let unwritten = |source| AppError::Write { path: file.display().to_string(), source };
    write_whole(file, |out| write_rows(rows, out).map_err(unwritten))
}

fn write_rows(rows: &[EventRow], out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "object_id,event_id,date,score,probability,category,label")?;
    for row in rows {
        let probability = row.assessed.probability.map(|p| p.get().to_string()).unwrap_or_default();
        let label = row.label.map(|label| u8::from(label).to_string()).unwrap_or_default();
        let fields = [&row.object_key, &row.event_id].map(|field| csv_field(field));
        let [object, event] = fields;
        let (date, score, category) = (&row.date, row.assessed.score, row.assessed.category);
        writeln!(out, "{object},{event},{date},{score},{probability},{category},{label}")?;
    }
    Ok(())
}
