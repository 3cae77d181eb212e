//! Who holds the objects, as far as somebody on duty has a conflict of interest with them or the law limits their hours of a
//! year. Nobody else is named: a plan is no register of persons.

use std::collections::{BTreeSet, HashMap, HashSet};

use dozor_domain::{InspectorDay, ObjectId, RecordColumns, Timestamp, Value};
use dozor_planner::{ObjectState, OwnerField};
use dozor_store::GeometryUse;
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;

impl Dozor {
    /// Adds to objects who of those that the staff avoids holds them, and of those whose business has limited hours everybody.
    pub(crate) async fn name_owners(
        &self,
        states: &mut [ObjectState],
        staff: &[InspectorDay],
        (day, as_of): (Date, Timestamp),
    ) -> Result<(), AppError> {
        let avoided: BTreeSet<&str> =
            staff.iter().flat_map(|one| &one.avoids_owners).map(String::as_str).collect();
        let limited = states.iter().filter(|state| state.case.facts.business.is_some());
        let limited: HashSet<ObjectId> = limited.map(|state| state.object).collect();
        if avoided.is_empty() && limited.is_empty() {
            return Ok(());
        }
        let is_wanted = |object: ObjectId, owner: &str| avoided.contains(owner) || limited.contains(&object);
        let held = self.holders_of(&is_wanted, (day, as_of)).await?;
        for state in states {
            if let Some(owners) = held.get(&state.object) {
                state.owners.clone_from(owners);
            }
        }
        Ok(())
    }

    /// Returns who holds which object on a day, of the holders that are wanted of an object.
    pub(crate) async fn holders_of(
        &self,
        is_wanted: &(dyn Fn(ObjectId, &str) -> bool + Sync),
        (day, as_of): (Date, Timestamp),
    ) -> Result<HashMap<ObjectId, BTreeSet<String>>, AppError> {
        let up_to_seq = self.store.last_seq().await?;
        let objects = self.store.load_objects_at(GeometryUse::Skip, up_to_seq).await?;
        let mut held: HashMap<ObjectId, BTreeSet<String>> = HashMap::new();
        for line in &self.methodology.planner.settings.owners {
            let records = self.all_fields(&line.source, &objects, up_to_seq).await?;
            let found = holders(&records, line, (day, as_of, up_to_seq)).into_iter();
            let found = found.filter_map(|(at, owner)| Some((objects.rows().get(at as usize)?.id, owner)));
            for (object, owner) in found.filter(|(object, owner)| is_wanted(*object, owner)) {
                held.entry(object).or_default().insert(owner);
            }
        }
        Ok(held)
    }
}

/// Returns who holds which object on a day, as known at an instant, by the number of the object.
fn holders(
    records: &RecordColumns,
    line: &OwnerField,
    (day, as_of, up_to_seq): (Date, Timestamp, i64),
) -> Vec<(u32, String)> {
    let has_ended = |row: usize| match line.until.as_deref().and_then(|until| records.value(row, until)) {
        Some(Value::Date(last)) => last < day,
        _ => false,
    };
    let holder = |row: usize| match records.value(row, &line.field) {
        Some(Value::Text(owner)) => Some((records.objects[row], owner)),
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
            let moment = (date(2026, 11, 23), Timestamp::from_micros(known), 1);
            let found = holders(&rights, &line, moment).into_iter();
            let found = found.filter(|(_, owner)| avoided.contains(&owner.as_str()));
            let mut held: Vec<u32> = found.map(|(at, _)| at).collect();
            held.sort_unstable();
            held
        };
        assert_eq!(held(&["o1"], 6), [0, 2], "the right at 1 is over, one at 0 is not known yet");
        assert_eq!(held(&["o1"], 4), [0, 1, 2]);
        assert_eq!(held(&["o2", "o3"], 6), [2]);
    }
}
