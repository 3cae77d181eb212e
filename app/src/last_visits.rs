//! Who made the last visit of each object, for kinds of event that rotate: by the program's own tasks and by the records
//! that name an inspector. No fact says so: the scores do not know who inspects.

use std::collections::HashMap;

use dozor_domain::{NO_TIME, ObjectColumns, ObjectId, RecordColumns, Subject, Task, Timestamp, Value};
use dozor_scoring::LabelRule;
use dozor_store::GeometryUse;
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;

/// The field of a source of outcomes that tells the kind of control, where it has one.
const CONTROL_KIND: &str = "control_kind";

/// Is who made a visit with a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LastVisit {
    pub(crate) on: Date,
    pub(crate) inspector: String,
    /// Who made it with him; no record of others knows.
    pub(crate) partner: Option<String>,
}

/// Holds the last visit of each object under each control kind.
pub(crate) type LastVisits = HashMap<(ObjectId, String), LastVisit>;

/// Is one visit by the records: its object, the control kind that it says, its day and who made it.
type Recorded = (u32, Option<String>, Date, String);

impl Dozor {
    /// Returns who made the last visit with a result of a day before `date`: the newest of what tasks and records know. Records
    /// are read where an event of that day rotates; nobody asks otherwise.
    pub(crate) async fn last_visits(&self, date: Date) -> Result<LastVisits, AppError> {
        let mut last = LastVisits::new();
        for made in self.store.made_visits(&date.to_string()).await? {
            let on = self.day(&made.date)?;
            let visit = LastVisit { on, inspector: made.inspector, partner: made.partner };
            last.insert((made.object, made.control_kind), visit);
        }
        let rotates = |line: &dozor_planner::EventKind| line.rotation && line.holds_on(date);
        if !self.methodology.planner.events.lines().iter().any(rotates) {
            return Ok(last);
        }
        let up_to_seq = self.store.last_seq().await?;
        let objects = self.store.load_objects_at(GeometryUse::Skip, up_to_seq).await?;
        for named in self.methodology.catalogue.staff_fields() {
            let Some((source, field)) = named.split_once('.') else { continue };
            if self.methodology.source(source)?.subject != Subject::Outcome {
                continue;
            }
            let found = self.recorded_visits((source, field), &objects, date).await?;
            self.note_recorded(found, &objects, &mut last);
        }
        Ok(last)
    }

    /// Returns who made the last visit of the object and the control kind of a task of a day.
    pub(crate) async fn last_visit_before(&self, task: &Task) -> Result<Option<LastVisit>, AppError> {
        let mut last = self.last_visits(self.day(&task.date)?).await?;
        Ok(last.remove(&(task.object, task.control_kind.clone())))
    }

    /// Reads the visits with a result of one source of days before `date`, as known when it begins.
    async fn recorded_visits(
        &self,
        (source, field): (&str, &str),
        objects: &ObjectColumns,
        date: Date,
    ) -> Result<Vec<Recorded>, AppError> {
        let records = self.load_whole(source, objects).await?;
        let outcome = self.methodology.model.as_ref().map(|model| &model.outcome);
        let rule = match outcome.filter(|outcome| outcome.source == source) {
            Some(outcome) => Some(LabelRule::compile_outcome(outcome, &records.schema)?),
            None => None,
        };
        let begins = self.instant(&date.to_string())?;
        let has_result = |row: usize| {
            !self.is_desk_work(&records, row)
                && rule.as_ref().is_none_or(|rule| rule.label(&records, row).is_some())
        };
        let zone = &self.methodology.manifest.zone;
        let visit = |row: usize| {
            let on = zone.day_of(Timestamp::from_micros(records.happened_at[row])).filter(|on| *on < date)?;
            let inspector = text(&records, row, field)?;
            Some((records.objects[row], text(&records, row, CONTROL_KIND), on, inspector))
        };
        let rows = records.current_of_objects(begins.micros(), i64::MAX);
        let rows = rows.filter(|row| records.happened_at[*row] != NO_TIME);
        Ok(rows.filter(|row| has_result(*row)).filter_map(visit).collect())
    }

    fn note_recorded(&self, found: Vec<Recorded>, objects: &ObjectColumns, last: &mut LastVisits) {
        for (object, kind, on, inspector) in found {
            let Some(object) = objects.rows().get(object as usize) else { continue };
            let kinds = self.methodology.manifest.control_kinds_of(&object.kind);
            // An event that says no control kind was one of each.
            for control in kinds.filter(|control| kind.as_ref().is_none_or(|kind| *kind == control.code)) {
                let visit = LastVisit { on, inspector: inspector.clone(), partner: None };
                note(last, (object.id, control.code.clone()), visit);
            }
        }
    }
}

/// Keeps the newer of two visits; of two of one day that of the task, which knows who went along.
fn note(last: &mut LastVisits, key: (ObjectId, String), visit: LastVisit) {
    match last.get_mut(&key) {
        Some(known) if known.on >= visit.on => {}
        Some(known) => *known = visit,
        None => {
            last.insert(key, visit);
        }
    }
}

fn text(records: &RecordColumns, row: usize, name: &str) -> Option<String> {
    match records.value(row, name)? {
        Value::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_newest_visit_counts_whoever_knows_of_it_and_of_one_day_that_of_the_task() {
        let key = || (ObjectId::from_bytes([1; 16]), "land".to_owned());
        let visit = |day, inspector: &str, partner: Option<&str>| LastVisit {
            on: date(2026, 11, day),
            inspector: inspector.to_owned(),
            partner: partner.map(str::to_owned),
        };
        let mut last = LastVisits::new();
        let mut newest = |new: LastVisit| {
            note(&mut last, key(), new);
            last[&key()].clone()
        };
        let own = visit(10, "i1", Some("i2"));
        assert_eq!(newest(own.clone()), own);
        assert_eq!(newest(visit(9, "i3", None)), own, "an older one by the records");
        assert_eq!(newest(visit(10, "i1", None)), own, "the same one by the records");
        assert_eq!(newest(visit(11, "i4", None)), visit(11, "i4", None), "somebody was there since");
    }
}
