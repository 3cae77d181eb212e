//! Which first look each second one repeated. A second reading names its decision by the draw; one that came with a file
//! names object and rule. A second visit repeats the last one before it.

use std::collections::HashMap;

use dozor_domain::{
    DeskReviewId, NO_OBJECT, NO_TIME, ObjectColumns, ObjectId, RecordColumns, RecordId, Timestamp, Value,
    ValueType,
};
use dozor_scoring::{LabelRule, OutcomeSpec};
use dozor_store::GeometryUse;

use super::reading::SECOND_READINGS;
use super::report::SECOND_VISITS;
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::settling::LastEvents;
use crate::signs::DESK_SOURCE;

/// A visit is the first one of a second visit for so long.
const VISIT_DAYS: i64 = 60;

/// Is one look as its record has it.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) record: RecordId,
    pub(super) object: u32,
    pub(super) rule: String,
    pub(super) said: String,
    pub(super) at: i64,
    /// Settled before it came here.
    pub(super) is_settled: bool,
}

/// Is a second look with the first one.
pub(super) type Pair = (Look, Look);

/// Says of records what was drawn here.
#[derive(Default)]
struct ReadHere {
    /// Key of the first decision, by the record of its second reading.
    about: HashMap<RecordId, String>,
    /// Key of each decision's record.
    keys: HashMap<RecordId, String>,
}

/// Holds the first decisions, to be found by those who read them again.
struct Decisions {
    /// Key of the first decision, by the record of its second reading.
    about: HashMap<RecordId, String>,
    by_key: HashMap<String, Look>,
    by_rule: HashMap<(u32, String), Vec<Look>>,
}

impl Decisions {
    fn new(firsts: Vec<Look>, here: ReadHere) -> Self {
        let ReadHere { about, keys } = here;
        let (mut by_key, mut by_rule) = (HashMap::new(), HashMap::<_, Vec<Look>>::new());
        for look in firsts {
            if let Some(key) = keys.get(&look.record) {
                by_key.insert(key.clone(), look.clone());
            }
            by_rule.entry((look.object, look.rule.clone())).or_default().push(look);
        }
        Self { about, by_key, by_rule }
    }

    /// Returns the decision that a second reading was about. One of before this program says only object and rule: then it
    /// is the last one before it.
    fn read_by(&self, look: &Look) -> Option<&Look> {
        if let Some(key) = self.about.get(&look.record) {
            return self.by_key.get(key);
        }
        let before = self.by_rule.get(&(look.object, look.rule.clone()))?.iter();
        before.filter(|first| first.at <= look.at).max_by_key(|one| one.at)
    }
}

impl Dozor {
    /// Pairs the second readings given in a span with the decisions that they were about.
    pub(super) async fn pairs_of_readings(
        &self,
        objects: &ObjectColumns,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<Vec<Pair>, AppError> {
        let Some(second) = self.records_of(SECOND_READINGS, objects).await? else { return Ok(Vec::new()) };
        let Some(first) = self.records_of(DESK_SOURCE, objects).await? else { return Ok(Vec::new()) };
        let said = |records: &RecordColumns, row: usize| text(records, row, "verdict");
        let firsts = Decisions::new(looks(&first, until, said), self.read_here().await?);
        let second = looks(&second, until, said).into_iter().filter(|look| look.at >= from.micros());
        Ok(second.filter_map(|look| Some((firsts.read_by(&look)?.clone(), look))).collect())
    }

    /// Returns which decision each second reading that was drawn here was about; none where no such reading was given.
    async fn read_here(&self) -> Result<ReadHere, AppError> {
        let given = self.store.given_second_readings().await?;
        if given.is_empty() {
            return Ok(ReadHere::default());
        }
        let keys = async |source: &str| -> Result<HashMap<RecordId, String>, AppError> {
            Ok(self
                .store
                .source_keys(source)
                .await?
                .into_iter()
                .map(|row| (row.id, row.external_id))
                .collect())
        };
        let answers = given.into_iter().filter_map(|one| Some((one.answer?.id.to_string(), one.review)));
        let answers: HashMap<String, DeskReviewId> = answers.collect();
        let second = keys(SECOND_READINGS).await?.into_iter();
        let about = second.filter_map(|(record, key)| Some((record, answers.get(&key)?.to_string())));
        Ok(ReadHere { about: about.collect(), keys: keys(DESK_SOURCE).await? })
    }

    /// Returns the days of each object's last second visit, of any and of one with a result.
    ///
    /// # Errors
    /// The store's; scoring's for the labels of model.toml.
    pub(crate) async fn second_visits_made(
        &self,
        until: Timestamp,
    ) -> Result<HashMap<ObjectId, LastEvents>, AppError> {
        let mut made: HashMap<ObjectId, LastEvents> = HashMap::new();
        let Some(model) = &self.methodology.model else { return Ok(made) };
        let objects = self.store.load_objects(GeometryUse::Skip).await?;
        let Some(records) = self.records_of(SECOND_VISITS, &objects).await? else { return Ok(made) };
        let zone = &self.methodology.manifest.zone;
        let day = |look: &Look| zone.day_of(Timestamp::from_micros(look.at));
        let result = |records: &RecordColumns, row: usize| text(records, row, "result");
        for look in looks(&records, until, result) {
            let Some(object) = objects.rows().get(look.object as usize) else { continue };
            let last = made.entry(object.id).or_default();
            last.event = last.event.max(day(&look));
        }
        for look in answers(&model.outcome, &records, until)? {
            let Some(object) = objects.rows().get(look.object as usize) else { continue };
            let last = made.entry(object.id).or_default();
            last.result = last.result.max(day(&look));
            if look.said == "violation" {
                last.violation = last.violation.max(day(&look));
            }
        }
        Ok(made)
    }

    /// Pairs the results of second visits of a span with those of the visits that were made again.
    pub(super) async fn pairs_of_visits(
        &self,
        objects: &ObjectColumns,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<Vec<Pair>, AppError> {
        let Some(model) = &self.methodology.model else { return Ok(Vec::new()) };
        let outcome = &model.outcome;
        let Some(second) = self.records_of(SECOND_VISITS, objects).await? else { return Ok(Vec::new()) };
        let Some(first) = self.records_of(&outcome.source, objects).await? else { return Ok(Vec::new()) };
        let second = answers(outcome, &second, until)?;
        let mut known: HashMap<u32, Vec<Look>> = HashMap::new();
        for look in answers(outcome, &first, until)? {
            known.entry(look.object).or_default().push(look);
        }
        let pair = |mut look: Look| {
            let since = Timestamp::from_micros(look.at).plus_days(-VISIT_DAYS).micros();
            let before = known.get(&look.object)?.iter();
            let first =
                before.filter(|first| (since..look.at).contains(&first.at)).max_by_key(|one| one.at)?;
            look.rule.clone_from(&first.rule);
            Some((first.clone(), look))
        };
        let second = second.into_iter().filter(|look| look.at >= from.micros());
        Ok(second.filter_map(pair).collect())
    }

    async fn records_of(
        &self,
        source: &str,
        objects: &ObjectColumns,
    ) -> Result<Option<RecordColumns>, AppError> {
        if !self.methodology.sources.contains_key(source) {
            return Ok(None);
        }
        let up_to_seq = self.store.last_seq().await?;
        Ok(Some(self.all_fields(source, objects, up_to_seq).await?))
    }
}

/// Reads the current records as looks, in the order of time; those that say nothing are left out.
fn looks(
    records: &RecordColumns,
    until: Timestamp,
    said: impl Fn(&RecordColumns, usize) -> Option<String>,
) -> Vec<Look> {
    let look = |row: usize| {
        let (object, at) = (records.objects[row], records.happened_at[row]);
        let is_usable = object != NO_OBJECT
            && at != NO_TIME
            && at < until.micros()
            && records.is_current(row, until.micros(), i64::MAX);
        if !is_usable {
            return None;
        }
        Some(Look {
            record: records.ids[row],
            object,
            rule: text(records, row, "rule").unwrap_or_default(),
            said: said(records, row)?,
            at,
            is_settled: text(records, row, "settled").is_some_and(|code| !code.is_empty()),
        })
    };
    let mut found: Vec<Look> = (0..records.len()).filter_map(look).collect();
    found.sort_by_key(|look| (look.at, look.record));
    found
}

/// Reads visits by whether they found a violation, as model.toml says; what says nothing is left out.
fn answers(outcome: &OutcomeSpec, records: &RecordColumns, until: Timestamp) -> Result<Vec<Look>, AppError> {
    let rule = LabelRule::compile_outcome(outcome, &records.schema)?;
    let said = |records: &RecordColumns, row: usize| {
        rule.label(records, row).map(|found| if found { "violation" } else { "none" }.to_owned())
    };
    Ok(looks(records, until, said))
}

fn text(records: &RecordColumns, row: usize, name: &str) -> Option<String> {
    let field = records.field(name)?;
    match records.fields.get(field)?.get(row, ValueType::Text) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(record: u8, at: i64, said: &str) -> Look {
        Look {
            record: RecordId::from_bytes([record; 16]),
            object: 0,
            rule: "nto_illegal".to_owned(),
            said: said.to_owned(),
            at,
            is_settled: false,
        }
    }

    #[test]
    fn a_second_reading_meets_the_decision_that_it_was_drawn_for() {
        let keys = [(1, "first"), (2, "of another kind of control")];
        let keys = keys.map(|(record, key)| (RecordId::from_bytes([record; 16]), key.to_owned()));
        let about = HashMap::from([(RecordId::from_bytes([9; 16]), "first".to_owned())]);
        let firsts = vec![look(1, 10, "confirmed"), look(2, 20, "refuted")];
        let here = Decisions::new(firsts, ReadHere { about, keys: keys.into() });
        let met = |record| here.read_by(&look(record, 30, "refuted")).map(|first| first.said.clone());
        assert_eq!(met(9).as_deref(), Some("confirmed"), "the same rule was decided again since");
        assert_eq!(met(8).as_deref(), Some("refuted"), "a file names object and rule: the last one before");
        let early = look(8, 5, "refuted");
        assert!(here.read_by(&early).is_none());
    }
}
