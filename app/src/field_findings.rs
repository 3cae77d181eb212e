//! What the field refutes: a sign that the desk confirmed and that a later visit did not find counts no more. The desk's
//! decision is not changed; a newer version of its record says that it was refuted, so that facts of earlier instants stay.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use dozor_domain::{
    DeskReviewId, FieldFinding, ObjectId, RecordId, SignEvent, SignState, StoredRecord, Timestamp, Value,
    sha256,
};
use dozor_store::{GeometryUse, NewRecord, SignScope, SourceRecord, StoreError, WriteTx};
use jiff::civil::Date;
use serde_json::json;

use crate::desk::desk_package;
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::settling::LastEvents;
use crate::signs::DESK_SOURCE;

/// Field of a desk record that says that the field refuted the decision since.
pub(crate) const REFUTED_LATER: &str = "refuted_later";

/// Is a standing decision of the desk that confirmed a sign.
#[derive(Clone, Debug)]
pub(crate) struct ConfirmedSign {
    record: RecordId,
    object: ObjectId,
    decided_on: Option<Date>,
}

impl ConfirmedSign {
    /// Returns the day of the visit after the day of the decision that found nothing.
    fn refuted_on(&self, last: &HashMap<ObjectId, LastEvents>) -> Option<Date> {
        let known = last.get(&self.object)?;
        let visit = known.result.filter(|_| known.finding() == FieldFinding::Nothing)?;
        (visit > self.decided_on?).then_some(visit)
    }
}

impl Dozor {
    /// Returns the decisions that confirmed a sign and stand; none where the pack has no desk or no fact that tells a
    /// visit that found nothing from one that found a violation.
    pub(crate) async fn confirmed_by_desk(&self) -> Result<Vec<ConfirmedSign>, AppError> {
        let facts = &self.methodology.planner.settings.facts;
        if facts.last_violation.is_none() || !self.methodology.sources.contains_key(DESK_SOURCE) {
            return Ok(Vec::new());
        }
        let up_to_seq = self.store.last_seq().await?;
        let objects = self.store.load_objects(GeometryUse::Skip).await?;
        let records = self.all_fields(DESK_SOURCE, &objects, up_to_seq).await?;
        let zone = &self.methodology.manifest.zone;
        let mut confirmed = Vec::new();
        for row in records.current_of_objects(self.now().micros(), up_to_seq) {
            let stands = records.value(row, "verdict") == Some(Value::Text("confirmed".into()))
                && records.value(row, REFUTED_LATER) != Some(Value::Boolean(true));
            if stands && matches!(records.value(row, "rule"), Some(Value::Text(_))) {
                let decided = Timestamp::from_micros(records.happened_at[row]);
                confirmed.push(ConfirmedSign {
                    record: records.ids[row],
                    object: objects.rows()[records.objects[row] as usize].id,
                    decided_on: zone.day_of(decided),
                });
            }
        }
        Ok(confirmed)
    }

    /// Writes down which confirmed signs the field refuted, and lets these signs rest; returns how many.
    pub(crate) async fn withdraw_refuted(
        &self,
        confirmed: Vec<ConfirmedSign>,
        last: &HashMap<ObjectId, LastEvents>,
        actor: &str,
    ) -> Result<usize, AppError> {
        let mut refuted: Vec<(ConfirmedSign, Date)> =
            confirmed.into_iter().filter_map(|sign| sign.refuted_on(last).map(|day| (sign, day))).collect();
        if refuted.is_empty() {
            return Ok(0);
        }
        refuted.sort_by_key(|(sign, _)| sign.record);
        let (mut records, mut reviews) = (Vec::new(), BTreeSet::new());
        for (sign, day) in &refuted {
            let Some(known) = self.store.record(sign.record).await? else { continue };
            reviews.extend(self.reviews_of_decision(&known.record.external_id).await?);
            let known_at = self.result_known_at(sign.object, *day).await?;
            records.push(self.desk_version(known, (REFUTED_LATER, &Value::Boolean(true)), known_at)?);
        }
        let named: Vec<_> = refuted.iter().map(|(sign, _)| sign.record.to_string()).collect();
        let bytes = json!({ "refuted": named, "at": self.now().to_string() }).to_string().into_bytes();
        let package = desk_package(DESK_SOURCE, &bytes, "refuted", records.len() as u64, self.now());
        let mut tx = self.store.begin().await?;
        tx.put_blob(&bytes, self.now()).await?;
        tx.insert_package(&package).await?;
        tx.insert_records(DESK_SOURCE, package.id, &records).await?;
        self.rest_signs(&mut tx, &reviews).await?;
        tx.audit(self.audit(
            actor,
            "withdraw_refuted",
            &package.id.to_string(),
            &json!({ "records": named }),
        ));
        tx.commit().await?;
        Ok(records.len())
    }

    /// Takes the signs of the refuted decisions out of the work. One that fired again and was confirmed since stands on
    /// a decision of its own, which no earlier visit refutes.
    async fn rest_signs(&self, tx: &mut WriteTx, refuted: &BTreeSet<DeskReviewId>) -> Result<(), AppError> {
        for sign in self.store.signs(SignScope::Open).await? {
            if matches!(&sign.state, SignState::Desk { review, .. } if refuted.contains(review)) {
                let (id, before) = (sign.id, sign.state.clone());
                let after = sign.apply(SignEvent::Visit { finding: FieldFinding::Nothing })?;
                tx.change_sign(id, &before, &after.state).await?;
            }
        }
        Ok(())
    }

    /// Returns from when it is known what the visits of a day found of an object: when their results came, however long
    /// after the visit. Where no source of results is declared it is known now.
    async fn result_known_at(&self, object: ObjectId, visited: Date) -> Result<Timestamp, AppError> {
        let Some(model) = &self.methodology.model else { return Ok(self.now()) };
        let zone = &self.methodology.manifest.zone;
        let mut current: BTreeMap<String, StoredRecord> = BTreeMap::new();
        for one in self.store.records_of_object(object).await? {
            let on = one.record.happened_at.and_then(|at| zone.day_of(at));
            if one.source != model.outcome.source || on != Some(visited) {
                continue;
            }
            let order = |record: &StoredRecord| (record.version, record.preference, record.seq);
            let known = current.get(&one.record.external_id);
            if known.is_none_or(|known| order(known) < order(&one.record)) {
                current.insert(one.record.external_id.clone(), one.record);
            }
        }
        let last = current.values().map(|record| record.known_at).max();
        Ok(last.unwrap_or(self.now()).min(self.now()))
    }

    /// Returns the newer version of a desk record with one value changed, known from an instant.
    pub(crate) fn desk_version(
        &self,
        known: SourceRecord,
        (field, value): (&str, &Value),
        known_at: Timestamp,
    ) -> Result<NewRecord, AppError> {
        let SourceRecord { record, .. } = known;
        // A later version is never known before the one that it follows.
        let known_at = known_at.max(record.known_at);
        let mut content: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&record.content)
                .map_err(|fault| StoreError::Corrupt { what: "record", detail: fault.to_string() })?;
        content.insert(field.to_owned(), value.to_json());
        let content = serde_json::Value::Object(content).to_string();
        let version = known_at.micros().max(record.version.saturating_add(1));
        let content_hash = sha256(content.as_bytes());
        let pack = &self.methodology.manifest.name;
        let id = RecordId::derive(pack, DESK_SOURCE, &record.external_id, version, &content_hash);
        let record = StoredRecord { id, version, content_hash, known_at, seq: 0, content, ..record };
        Ok(NewRecord { record, personal: None })
    }
}
