//! Desk review: one decision about one sign. The decision returns as a record of the desk's source, so that facts,
//! and through them the criterion `sign_confirmed`, see it like any other record.

use std::collections::BTreeMap;

use dozor_domain::{
    DeskDecision, DeskReviewId, DeskVerdict, IngestCounts, MatchMethod, Matched, PackageId, RecordId,
    SignEvent, SignId, SignState, StoredRecord, Timestamp, UserId, Value, sha256,
};
use dozor_store::{NewRecord, Package, PackageStatus, StoreError, WriteTx};
use serde_json::json;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::field_findings::REFUTED_LATER;
use crate::signs::DESK_SOURCE;

/// Begins the file name of a decision that this program wrote; those of before it come from their source's own files.
pub(crate) const OWN_DECISION: &str = "desk-";

/// Is what an analyst decides with one key.
#[derive(Clone, Debug)]
pub struct DeskCommand {
    /// Id made where it was captured: the same id again is the same decision.
    pub id: DeskReviewId,
    /// The sign.
    pub sign: SignId,
    /// The verdict.
    pub verdict: DeskVerdict,
    /// Reason in words; needed for all but a confirmation.
    pub comment: String,
    /// Who decides.
    pub author: UserId,
}

impl Dozor {
    /// Decides a sign: the sign's state, the decision, its record and the audit entry in one transaction. The same
    /// decision sent twice, one after the other or at once, is stored once and answered twice.
    ///
    /// # Errors
    /// [`AppError::SignNotFound`], [`AppError::CommentRequired`]; [`AppError::SignAlreadyDecided`] when another
    /// decision came first, [`AppError::DecisionIdTaken`] when the id belongs to a decision of other content.
    pub async fn decide_sign(&self, command: DeskCommand, actor: &str) -> Result<DeskDecision, AppError> {
        let sign = self.store.sign(command.sign).await?;
        let sign = sign.ok_or_else(|| AppError::SignNotFound { sign: command.sign.to_string() })?;
        if command.verdict != DeskVerdict::Confirmed && command.comment.trim().is_empty() {
            return Err(AppError::CommentRequired { verdict: command.verdict.code() });
        }
        let decision = DeskDecision {
            id: command.id,
            sign: sign.id,
            object: sign.object,
            rule: sign.rule.clone(),
            points: sign.points,
            verdict: command.verdict,
            comment: command.comment.trim().to_owned(),
            author: command.author,
            decided_at: self.now(),
        };
        if sign.state != SignState::Detected {
            // Decided before: by the lot it may wait for a second reading, which looks to its reader like any other.
            return match self.second_reading_for(&sign, command.author).await? {
                Some(waiting) => self.give_second_reading(&waiting, decision, actor).await,
                None => self.decided_already(&decision).await,
            };
        }
        let drawn = self.draw_second_reading(&decision).await?;
        let after = sign.apply(SignEvent::Decide { verdict: command.verdict, review: command.id })?;
        let mut tx = self.store.begin().await?;
        match tx.decide_sign(&decision, &after.state).await {
            Ok(()) => {}
            // Somebody was quicker: it may have been this very decision, sent again by an impatient client.
            Err(StoreError::StateChanged { .. }) => {
                tx.rollback().await?;
                return self.decided_already(&decision).await;
            }
            Err(StoreError::Constraint { constraint, .. }) if constraint.contains("desk_reviews") => {
                return Err(AppError::DecisionIdTaken { id: decision.id.to_string() });
            }
            Err(other) => return Err(other.into()),
        }
        drawn.keep(&mut tx).await?;
        let values = [
            ("rule", Value::Text(decision.rule.clone())),
            ("points", Value::Float(decision.points)),
            ("verdict", Value::Text(decision.verdict.code().to_owned())),
            (REFUTED_LATER, Value::Boolean(false)),
        ];
        self.keep_record(&mut tx, DESK_SOURCE, (&decision, &values)).await?;
        let details = json!({ "sign": decision.sign, "verdict": decision.verdict, "rule": decision.rule,
            "second_reading": drawn.reading.is_some() });
        tx.audit(self.audit(actor, "decide_sign", &decision.id.to_string(), &details));
        tx.commit().await?;
        Ok(decision)
    }

    /// Stores what the desk said as a record of a source, where the pack has it.
    pub(crate) async fn keep_record(
        &self,
        tx: &mut WriteTx,
        source: &str,
        (said, values): (&DeskDecision, &[(&str, Value)]),
    ) -> Result<(), AppError> {
        if !self.methodology.sources.contains_key(source) {
            return Ok(());
        }
        let pack = &self.methodology.manifest.name;
        let (package, record, bytes) = desk_record((pack, source), said, values);
        tx.put_blob(&bytes, said.decided_at).await?;
        tx.insert_package(&package).await?;
        tx.insert_records(source, package.id, &[record]).await?;
        Ok(())
    }

    /// Returns the stored decision or second reading of this id about this sign, if it says the same.
    pub(crate) async fn decided_already(&self, decision: &DeskDecision) -> Result<DeskDecision, AppError> {
        let known = self.store.desk_decisions_of(decision.object).await?;
        let found = match known.into_iter().find(|one| one.id == decision.id) {
            Some(found) => Some(found),
            None => self.read_already(decision).await?,
        };
        let taken = || AppError::SignAlreadyDecided { sign: decision.sign.to_string() };
        let found = found.ok_or_else(taken)?;
        let content = |one: &DeskDecision| (one.sign, one.verdict, one.comment.clone(), one.author);
        if content(&found) != content(decision) {
            return Err(AppError::DecisionIdTaken { id: decision.id.to_string() });
        }
        Ok(found)
    }
}

/// Returns what the desk said as a delivered package of one record of a pack's source.
fn desk_record(
    (pack, source): (&str, &str),
    said: &DeskDecision,
    values: &[(&str, Value)],
) -> (Package, NewRecord, Vec<u8>) {
    let values: BTreeMap<&str, serde_json::Value> =
        values.iter().map(|(name, value)| (*name, value.to_json())).collect();
    let content = json!(values).to_string();
    let bytes = json!({ "decision": said.id, "object": said.object, "values": values }).to_string();
    let bytes = bytes.into_bytes();
    let at = said.decided_at;
    let content_hash = sha256(content.as_bytes());
    let external_id = said.id.to_string();
    let record = StoredRecord {
        id: RecordId::derive(pack, source, &external_id, at.micros(), &content_hash),
        external_id,
        version: at.micros(),
        content_hash,
        preference: 0,
        happened_at: Some(at),
        known_at: at,
        ended_at: None,
        seq: 0,
        matched: Some(Matched { object: said.object, method: MatchMethod::Key, confidence: 1.0 }),
        position: None,
        geometry: None,
        content,
    };
    let package = desk_package(source, &bytes, &said.id.to_string(), 1, at);
    (package, NewRecord { record, personal: None }, bytes)
}

/// Returns the package of records that the desk's own work brings.
pub(crate) fn desk_package(source: &str, bytes: &[u8], name: &str, rows: u64, at: Timestamp) -> Package {
    let digest = sha256(bytes);
    Package {
        id: PackageId::derive(source, &digest),
        source: source.to_owned(),
        sha256: digest,
        size: bytes.len() as u64,
        file_name: format!("{OWN_DECISION}{name}.json"),
        status: PackageStatus::Done,
        delivery: at.micros(),
        received_at: at,
        rows_done: rows,
        counts: IngestCounts { received: rows, accepted: rows, ..IngestCounts::default() },
        note: None,
        confirmed_at: None,
        dismissed_at: None,
        dropped_at: None,
        failed: None,
    }
}
