//! Visits that were agreed with the person, as the records of the sources that `[[appointments]]` names say.

use std::collections::HashMap;

use dozor_domain::{Appointment, Minutes, ObjectColumns, ObjectId, Opening, RecordColumns, Timestamp, Value};
use dozor_planner::AppointmentField;
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;

/// Is one agreed visit of an object, under one control kind or any.
pub(crate) type Agreed = (Option<String>, Appointment);

/// Holds the visits that were agreed for a day or later.
#[derive(Debug, Default)]
pub(crate) struct AgreedVisits(pub(crate) HashMap<ObjectId, Vec<Agreed>>);

impl AgreedVisits {
    /// Returns the next visit that was agreed for an object under a control kind.
    pub(crate) fn of(&self, object: ObjectId, control_kind: &str) -> Option<Appointment> {
        let known = self.0.get(&object).into_iter().flatten();
        let own = known.filter(|(kind, _)| kind.as_ref().is_none_or(|kind| kind == control_kind));
        own.map(|(_, one)| *one).min_by_key(|one| (one.on, one.hours.opens, one.hours.closes, one.by_video))
    }
}

impl Dozor {
    /// Reads the visits of the day or after it that were agreed with the person.
    pub(crate) async fn agreed_visits(
        &self,
        (objects, up_to_seq): (&ObjectColumns, i64),
        (day, as_of): (Date, Timestamp),
    ) -> Result<AgreedVisits, AppError> {
        let mut agreed: HashMap<ObjectId, Vec<Agreed>> = HashMap::new();
        for line in &self.methodology.planner.settings.appointments {
            let records = self.all_fields(&line.source, objects, up_to_seq).await?;
            for (at, one) in agreed_from(&records, line, (day, as_of, up_to_seq)) {
                if let Some(object) = objects.rows().get(at as usize) {
                    agreed.entry(object.id).or_default().push(one);
                }
            }
        }
        Ok(AgreedVisits(agreed))
    }
}

/// Returns the visits that were agreed for a day or later, as known at an instant, by the number of the object. A record
/// that lacks its day or an hour agrees on nothing.
fn agreed_from(
    records: &RecordColumns,
    line: &AppointmentField,
    (day, as_of, up_to_seq): (Date, Timestamp, i64),
) -> Vec<(u32, Agreed)> {
    let minute = |row: usize, name: &str| match records.value(row, name) {
        Some(Value::Integer(minute)) => u32::try_from(minute).ok().map(Minutes),
        _ => None,
    };
    let agreed = |row: usize| {
        let Some(Value::Date(on)) = records.value(row, &line.day) else { return None };
        let hours = Opening { opens: minute(row, &line.opens)?, closes: minute(row, &line.closes)? };
        let kind = match line.control_kind.as_deref().map(|name| records.value(row, name)) {
            Some(Some(Value::Text(code))) => Some(code),
            _ => None,
        };
        let said = line.by_video.as_deref().and_then(|name| records.value(row, name));
        let by_video = said == Some(Value::Boolean(true));
        (on >= day).then_some((records.objects[row], (kind, Appointment { on, hours, by_video })))
    };
    records.current_of_objects(as_of.micros(), up_to_seq).filter_map(agreed).collect()
}

#[cfg(test)]
mod tests {
    use dozor_domain::{NO_OBJECT, RecordColumnsBuilder, ValueType};
    use jiff::civil::date;

    use super::*;
    use crate::test_records::{field, record};

    #[test]
    fn only_what_is_agreed_for_the_day_or_later_and_still_stands_counts() {
        let schema = vec![
            field("day", ValueType::Date),
            field("from", ValueType::Integer),
            field("to", ValueType::Integer),
            field("kind", ValueType::Text),
            field("call", ValueType::Boolean),
        ];
        let mut records = RecordColumnsBuilder::new("appointments", schema, 3);
        let mut agreed = |key: &str, version, object, day: i8, to: Option<i64>, kind: &str| {
            let day = Some(Value::Date(date(2026, 11, day)));
            let kind = (!kind.is_empty()).then(|| Value::Text(kind.to_owned()));
            let call = (object == 1).then_some(Value::Boolean(version == 5));
            records.push(
                record("appointments", key, version, object),
                [day, Some(Value::Integer(600)), to.map(Value::Integer), kind, call],
            );
        };
        agreed("yesterday", 1, 0, 22, Some(660), "");
        agreed("today", 1, 0, 23, Some(660), "land");
        agreed("moved", 1, 1, 23, Some(660), "");
        agreed("moved", 5, 1, 25, Some(720), "");
        agreed("no hour", 1, 2, 23, None, "");
        agreed("unmatched", 1, NO_OBJECT, 23, Some(660), "");
        agreed("later known", 9, 2, 23, Some(660), "");
        let records = records.finish();
        let line = AppointmentField {
            source: "appointments".to_owned(),
            day: "day".to_owned(),
            opens: "from".to_owned(),
            closes: "to".to_owned(),
            control_kind: Some("kind".to_owned()),
            by_video: Some("call".to_owned()),
        };
        let mut found = agreed_from(&records, &line, (date(2026, 11, 23), Timestamp::from_micros(6), 1));
        found.sort_by_key(|(object, _)| *object);
        let on = |day, to, by_video| Appointment {
            on: date(2026, 11, day),
            hours: Opening { opens: Minutes(600), closes: Minutes(to) },
            by_video,
        };
        let expected = [(0, (Some("land".to_owned()), on(23, 660, false))), (1, (None, on(25, 720, true)))];
        assert_eq!(found, expected);
    }
}
