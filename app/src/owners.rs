//! Who holds the objects, as far as somebody on duty has a conflict of interest with them. Nobody else is looked up: a plan
//! is no register of persons.

use std::collections::{BTreeSet, HashMap};

use dozor_domain::{InspectorDay, ObjectId, RecordColumns, Timestamp, Value};
use dozor_planner::{ObjectState, OwnerField};
use dozor_store::GeometryUse;
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;

impl Dozor {
    /// Adds to objects who of those that the staff avoids holds them.
    pub(crate) async fn name_owners(
        &self,
        states: &mut [ObjectState],
        staff: &[InspectorDay],
        (day, as_of): (Date, Timestamp),
    ) -> Result<(), AppError> {
        let avoided: BTreeSet<&str> =
            staff.iter().flat_map(|one| &one.avoids_owners).map(String::as_str).collect();
        if avoided.is_empty() {
            return Ok(());
        }
        let up_to_seq = self.store.last_seq().await?;
        let objects = self.store.load_objects_at(GeometryUse::Skip, up_to_seq).await?;
        let mut held: HashMap<ObjectId, BTreeSet<String>> = HashMap::new();
        for line in &self.methodology.planner.settings.owners {
            let records = self.all_fields(&line.source, &objects, up_to_seq).await?;
            for (at, owner) in holders(&records, line, &avoided, (day, as_of, up_to_seq)) {
                if let Some(object) = objects.rows().get(at as usize) {
                    held.entry(object.id).or_default().insert(owner);
                }
            }
        }
        for state in states {
            if let Some(owners) = held.get(&state.object) {
                state.owners.clone_from(owners);
            }
        }
        Ok(())
    }
}

/// Returns who of some persons holds which object on a day, as known at an instant, by the number of the object.
fn holders(
    records: &RecordColumns,
    line: &OwnerField,
    avoided: &BTreeSet<&str>,
    (day, as_of, up_to_seq): (Date, Timestamp, i64),
) -> Vec<(u32, String)> {
    let has_ended = |row: usize| match line.until.as_deref().and_then(|until| records.value(row, until)) {
        Some(Value::Date(last)) => last < day,
        _ => false,
    };
    let holder = |row: usize| match records.value(row, &line.field) {
        Some(Value::Text(owner)) if avoided.contains(owner.as_str()) => Some((records.objects[row], owner)),
        _ => None,
    };
    let current = records.current_of_objects(as_of.micros(), up_to_seq);
    current.filter(|row| !has_ended(*row)).filter_map(holder).collect()
}

#[cfg(test)]
mod tests {
    use dozor_domain::{NO_OBJECT, RecordColumnsBuilder, ValueType};
    use jiff::civil::date;

    use super::*;
    use crate::test_records::{field, record};

    #[test]
    fn only_who_is_avoided_and_holds_it_still_is_named() {
        let schema = vec![field("holder", ValueType::Text), field("valid_to", ValueType::Date)];
        let mut rights = RecordColumnsBuilder::new("rights", schema, 3);
        let mut right = |key: &str, version, object, owner: &str, until| {
            rights.push(record("rights", key, version, object), [Some(Value::Text(owner.to_owned())), until]);
        };
        right("a", 1, 0, "o1", None);
        right("b", 1, 1, "o1", None);
        right("b", 5, 1, "o1", Some(Value::Date(date(2026, 11, 22))));
        right("c", 1, 2, "o1", Some(Value::Date(date(2026, 11, 23))));
        right("d", 1, 2, "o2", None);
        right("e", 9, 0, "o1", None);
        right("f", 1, NO_OBJECT, "o1", None);
        let rights = rights.finish();
        let (source, field) = ("rights".to_owned(), "holder".to_owned());
        let line = OwnerField { source, field, until: Some("valid_to".to_owned()) };
        let held = |avoided: &[&str], known: i64| {
            let avoided = avoided.iter().copied().collect();
            let moment = (date(2026, 11, 23), Timestamp::from_micros(known), 1);
            let mut held: Vec<u32> =
                holders(&rights, &line, &avoided, moment).into_iter().map(|(at, _)| at).collect();
            held.sort_unstable();
            held
        };
        assert_eq!(held(&["o1"], 6), [0, 2], "the right at 1 is over, one at 0 is not known yet");
        assert_eq!(held(&["o1"], 4), [0, 1, 2]);
        assert_eq!(held(&["o2", "o3"], 6), [2]);
    }
}
