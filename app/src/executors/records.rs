//! What desk and field did, read off the records: signals, decisions of the desk, visits with who made them.

use std::collections::HashSet;

use dozor_domain::{
    ColumnData, NO_OBJECT, NO_TIME, ObjectColumns, RecordColumns, RecordId, Timestamp, Value, ValueType,
};
use dozor_facts::FactKey;
use dozor_planner::Place;
use dozor_scoring::{LabelRule, OutcomeSpec};
use dozor_store::GeometryUse;
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;

/// Is a decision of the desk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decision {
    pub(super) object: u32,
    pub(super) at: i64,
    pub(super) day: Date,
    pub(super) confirmed: bool,
}

/// Is an event that somebody went to.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    pub(super) record: RecordId,
    pub(super) object: u32,
    pub(super) at: i64,
    pub(super) day: Date,
    /// The day on which its first version was known.
    pub(super) known: Date,
    /// Whether anything could be found out: nobody was let in, nothing was seen otherwise.
    pub(super) has_result: bool,
    /// Who made it; none where no record says it, or two say different names.
    pub(super) inspector: Option<String>,
}

/// Is the work of a span, each list by object, then time.
#[derive(Clone, Debug, Default)]
pub(super) struct WorkRecords {
    /// Object and the instant at which a signal about it was known.
    pub(super) signals: Vec<(u32, i64)>,
    pub(super) decisions: Vec<Decision>,
    pub(super) visits: Vec<Visit>,
    /// For so many days a signal waits for the desk, or a decision for a visit; later ones are of something else.
    pub(super) within_days: i64,
}

/// Waits without a limit of the pack's own end after so many days.
const WITHIN_DAYS: i64 = 180;

impl Dozor {
    /// Reads what happened before an instant, since another one. A pack without a model says nothing of outcomes.
    pub(super) async fn work_records(
        &self,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<WorkRecords, AppError> {
        let Some(model) = self.methodology.model.clone() else { return Ok(WorkRecords::default()) };
        let objects = self.store.load_objects(GeometryUse::Skip).await?;
        let span = Span { from: from.micros(), until: until.micros() };
        let mut work = WorkRecords { within_days: WITHIN_DAYS, ..WorkRecords::default() };
        if let Some(reliability) = &model.reliability {
            work.within_days = i64::from(reliability.within_days);
            let sources: HashSet<&str> =
                reliability.groups.iter().map(|group| group.source.as_str()).collect();
            for source in sources {
                let records = self.records_with(source, &[], &objects).await?;
                work.signals.extend(signals(&records, until));
            }
            work.signals.sort_unstable();
            if let Some(desk) = &reliability.desk {
                work.decisions = self.decisions(desk, &objects, span).await?;
            }
        }
        work.visits = self.visits(&model.outcome, &objects, span).await?;
        Ok(work)
    }

    async fn decisions(
        &self,
        spec: &OutcomeSpec,
        objects: &ObjectColumns,
        span: Span,
    ) -> Result<Vec<Decision>, AppError> {
        let records = self.load_whole(&spec.source, objects).await?;
        let rule = LabelRule::compile_outcome(spec, &records.schema)?;
        let zone = &self.methodology.manifest.zone;
        let decision = |row: usize| {
            let at = records.happened_at[row];
            let day = zone.day_of(Timestamp::from_micros(at))?;
            let confirmed = rule.label(&records, row) == Some(true);
            Some(Decision { object: records.objects[row], at, day, confirmed })
        };
        let mut found: Vec<Decision> = span.rows(&records).filter_map(decision).collect();
        found.sort_by_key(|one| (one.object, one.at));
        Ok(found)
    }

    async fn visits(
        &self,
        outcome: &OutcomeSpec,
        objects: &ObjectColumns,
        span: Span,
    ) -> Result<Vec<Visit>, AppError> {
        let records = self.load_whole(&outcome.source, objects).await?;
        let rule = LabelRule::compile_outcome(outcome, &records.schema)?;
        let rows: Vec<usize> = span.rows(&records).filter(|row| !self.is_desk_work(&records, *row)).collect();
        let key = |row: &usize| FactKey {
            object: records.objects[*row],
            as_of: Timestamp::from_micros(records.happened_at[*row]),
        };
        let inspectors = self.who_inspected(objects, &rows.iter().map(key).collect::<Vec<_>>()).await?;
        let first_known = first_known(&records);
        let zone = &self.methodology.manifest.zone;
        let visit = |(row, inspector): (usize, Option<String>)| {
            let at = records.happened_at[row];
            Some(Visit {
                record: records.ids[row],
                object: records.objects[row],
                at,
                day: zone.day_of(Timestamp::from_micros(at))?,
                known: zone.day_of(Timestamp::from_micros(first_known[row]))?,
                has_result: rule.label(&records, row).is_some(),
                inspector,
            })
        };
        let mut found: Vec<Visit> = rows.into_iter().zip(inspectors).filter_map(visit).collect();
        found.sort_by_key(|one| (one.object, one.at, one.record));
        Ok(found)
    }

    /// Tells whether a record of an outcome is of a kind of event for which nobody leaves the desk.
    pub(crate) fn is_desk_work(&self, records: &RecordColumns, row: usize) -> bool {
        let Some(field) = records.field("event_kind") else { return false };
        let Some(Value::Text(code)) = records.fields[field].get(row, ValueType::Text) else { return false };
        let lines = self.methodology.planner.events.lines();
        lines.iter().any(|line| line.code == code && line.place == Place::Desk)
    }

    pub(crate) async fn load_whole(
        &self,
        source: &str,
        objects: &ObjectColumns,
    ) -> Result<RecordColumns, AppError> {
        self.all_fields(source, objects, self.store.last_seq().await?).await
    }

    async fn records_with(
        &self,
        source: &str,
        fields: &[&str],
        objects: &ObjectColumns,
    ) -> Result<RecordColumns, AppError> {
        self.some_fields(source, fields, objects, self.store.last_seq().await?).await
    }

    /// Returns who held each event: the name in a staff field of a record of the same object and instant. None where no
    /// record says it, or two say different names.
    pub(crate) async fn who_inspected(
        &self,
        objects: &ObjectColumns,
        events: &[FactKey],
    ) -> Result<Vec<Option<String>>, AppError> {
        let mut found = vec![None; events.len()];
        for named in self.methodology.catalogue.staff_fields() {
            let Some((source, field)) = named.split_once('.') else { continue };
            let records = self.records_with(source, &[field], objects).await?;
            for (found, event) in found.iter_mut().zip(events) {
                *found = found.take().or_else(|| inspector(&records, event));
            }
        }
        Ok(found)
    }
}

/// Is a span of instants in microseconds, without its end.
#[derive(Clone, Copy)]
struct Span {
    from: i64,
    until: i64,
}

impl Span {
    /// Returns the rows of the span that are current at its end and belong to an object.
    fn rows(self, records: &RecordColumns) -> impl Iterator<Item = usize> + '_ {
        (0..records.len()).filter(move |&row| {
            let at = records.happened_at[row];
            records.objects[row] != NO_OBJECT
                && at != NO_TIME
                && (self.from..self.until).contains(&at)
                && records.is_current(row, self.until, i64::MAX)
        })
    }
}

/// Returns objects and the instants at which something about them was first known.
fn signals(records: &RecordColumns, until: Timestamp) -> impl Iterator<Item = (u32, i64)> + '_ {
    let newer: HashSet<u32> = records.next_version.iter().copied().collect();
    (0..records.len()).filter_map(move |row| {
        let (object, known) = (records.objects[row], records.known_at[row]);
        let is_first = u32::try_from(row).is_ok_and(|row| !newer.contains(&row));
        (object != NO_OBJECT && is_first && known < until.micros()).then_some((object, known))
    })
}

/// Returns of each row when the first version of its key was known.
fn first_known(records: &RecordColumns) -> Vec<i64> {
    let mut known = records.known_at.clone();
    for (row, &next) in records.next_version.iter().enumerate() {
        // A chain may run against the order of rows: each link carries its own earliest on.
        let (mut at, mut next, earliest) = (row, next, records.known_at[row]);
        while let Some(newer) = known.get_mut(next as usize).filter(|_| next as usize != at) {
            *newer = (*newer).min(earliest);
            at = next as usize;
            next = records.next_version[at];
        }
    }
    known
}

fn inspector(records: &RecordColumns, event: &FactKey) -> Option<String> {
    let Some(ColumnData::Text { codes, dictionary }) = records.fields.first() else { return None };
    let same = records.rows_of(event.object).filter(|row| records.happened_at[*row] == event.as_of.micros());
    let mut names = same.filter_map(|row| dictionary.get(*codes.get(row)? as usize));
    let first = names.next()?;
    names.all(|name| name == first).then(|| first.to_string())
}
