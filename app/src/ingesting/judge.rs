//! The first pass over a file's stored bytes, on a blocking thread: it stores nothing, judges the delivery as a whole
//! and says what is to become of each row.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use dozor_domain::{IngestCounts, PackManifest, RecordId, Timestamp};
use dozor_ingest::{
    Batch, Confirmation, DeliveryContext, HeldContent, History, Recency, RowVerdict, SourceSpec, SourceState,
    Tally, Verdict, read,
};
use dozor_store::KeyRow;
use jiff::civil::Date;

use super::stored_bytes::StoredBytes;
use crate::error::AppError;

/// Is what both passes need to read the file in the same way.
#[derive(Clone)]
pub(crate) struct Reading {
    pub(crate) spec: Arc<SourceSpec>,
    pub(crate) manifest: Arc<PackManifest>,
    pub(crate) delivered: Date,
    pub(crate) received_at: Timestamp,
    pub(crate) history: History,
}

impl Reading {
    pub(crate) fn context(&self) -> DeliveryContext<'_> {
        DeliveryContext {
            manifest: &self.manifest,
            delivered: self.delivered,
            received_at: self.received_at,
            history: self.history,
        }
    }
}

/// Says how a delivery stands to others and to people.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryStanding {
    pub(crate) recency: Recency,
    pub(crate) confirmation: Confirmation,
}

/// Is the verdict on a delivery.
pub(crate) struct Judged {
    pub(crate) counts: IngestCounts,
    pub(crate) held: bool,
    pub(crate) rejects: BTreeMap<String, u64>,
    /// Why it is held, for people.
    pub(crate) reason: Option<String>,
    /// Number of live keys that a full delivery lacks.
    pub(crate) vanished: u64,
    /// Their records that have not ended.
    pub(crate) vanished_records: Vec<RecordId>,
    /// Verdict on each mapped record.
    pub(crate) verdicts: Arc<Vec<RowVerdict>>,
}

/// Reads the whole file once. `held` is what the source holds from other packages.
pub(crate) fn judge(
    reading: &Reading,
    held: &[KeyRow],
    standing: DeliveryStanding,
    bytes: StoredBytes,
) -> Result<Judged, AppError> {
    let mut state = SourceState::new();
    for row in held {
        state.load(HeldContent {
            external_id: &row.external_id,
            version: row.version,
            preference: row.preference,
            content_hash: &row.content_hash,
            ended: row.ended_at.is_some(),
        });
    }
    let mut tally = Tally::default();
    for batch in read(&reading.spec, &reading.context(), bytes)? {
        let Batch { records, rejects } = batch?;
        records.iter().for_each(|mapped| state.name(&mapped.record));
        rejects.iter().for_each(|reject| tally.reject(reject));
    }
    let settled = state.settle(standing.recency);
    let verdict = tally.verdict(&reading.spec, &settled, standing.recency, standing.confirmation);
    let (counts, reason, vanished) = match verdict {
        Verdict::Take { counts, vanished } => (counts, None, vanished),
        Verdict::Hold { counts, reason } => {
            (counts, Some(format!("{}: {reason}", reason.code())), Vec::new())
        }
    };
    Ok(Judged {
        counts,
        held: reason.is_some(),
        rejects: tally.rejects().clone(),
        reason,
        vanished: vanished.len() as u64,
        vanished_records: records_of(held, &vanished),
        verdicts: Arc::new(settled.verdicts),
    })
}

/// Returns the records of the given keys that have not ended.
fn records_of(held: &[KeyRow], keys: &[String]) -> Vec<RecordId> {
    let keys: HashSet<&str> = keys.iter().map(String::as_str).collect();
    let live = held.iter().filter(|row| row.ended_at.is_none() && keys.contains(row.external_id.as_str()));
    live.map(|row| row.id).collect()
}
