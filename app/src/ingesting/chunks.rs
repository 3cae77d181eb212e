//! The second pass over a file's stored bytes, on a blocking thread: it makes the chunks that the writer commits.

use std::sync::Arc;

use dozor_domain::{
    FieldDefinition, MatchMethod, Matched, ObjectId, ObjectRow, Position, Record, RecordId, Reject,
    StoredRecord, Subject, Timestamp, ValidGeometry,
};
use dozor_ingest::{
    Batch, Classified, ContentForm, MappedRecord, MatchOutcome, MatchQuery, ObjectMapping, RowVerdict,
    VersionOrder, read,
};
use dozor_store::{CandidateState, NewRecord, UnregisteredCandidate};
use tokio::sync::mpsc::Sender;

use super::judge::Reading;
use super::matching::Matching;
use super::stored_bytes::StoredBytes;
use crate::error::AppError;
use crate::scoring_run::ROWS_A_TRANSACTION;

/// Is the second pass.
pub(crate) struct SecondPass {
    pub(crate) reading: Reading,
    pub(crate) matching: Matching,
    pub(crate) verdicts: Arc<Vec<RowVerdict>>,
    /// A held package stores its rejects only.
    pub(crate) held: bool,
    /// Rows that an earlier call committed.
    pub(crate) skip: u64,
}

/// Is what one transaction stores.
#[derive(Default)]
pub(crate) struct Chunk {
    pub(crate) rows: u64,
    pub(crate) records: Vec<NewRecord>,
    /// Objects with the place of their record among `records`.
    pub(crate) objects: Vec<(i64, ObjectRow)>,
    pub(crate) candidates: Vec<UnregisteredCandidate>,
    /// Keys whose current content changes, with the object that it has now: their earlier candidates are none more.
    pub(crate) superseding: Vec<(String, Option<ObjectId>)>,
    /// Records that wait for an object, with the key of the one that they name.
    pub(crate) waiting: Vec<(RecordId, Option<String>)>,
    /// Records with the objects that fit them equally well.
    pub(crate) options: Vec<(RecordId, ObjectId)>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) unmatched: u64,
}

/// Reads the file again and sends chunks; ends early when nobody listens.
pub(crate) fn second_pass(
    second: SecondPass,
    bytes: StoredBytes,
    send: &Sender<Chunk>,
) -> Result<(), AppError> {
    let schema = second.reading.spec.schema();
    let maker = ChunkMaker { second: &second, form: ContentForm::new(&schema), schema: &schema };
    let (mut row, mut index) = (0_u64, 0_usize);
    for batch in read(&second.reading.spec, &second.reading.context(), bytes)? {
        let Batch { records, rejects } = batch?;
        let mut records = records.into_iter().peekable();
        let mut chunk = Chunk::default();
        while let Some(mapped) = records.next() {
            let verdict = second.verdicts.get(index).copied();
            (row, index) = (row + 1, index + 1);
            if row <= second.skip {
                continue;
            }
            chunk.rows += 1;
            if let Some(verdict) =
                verdict.filter(|one| !second.held && one.classified != Classified::Duplicate)
            {
                maker.add(mapped, verdict, &mut chunk)?;
            }
            let full = chunk.rows as usize >= ROWS_A_TRANSACTION && records.peek().is_some();
            if full && send.blocking_send(std::mem::take(&mut chunk)).is_err() {
                return Ok(());
            }
        }
        for reject in rejects {
            row += 1;
            if row > second.skip {
                chunk.rows += 1;
                chunk.rejects.push(reject);
            }
        }
        if chunk.rows > 0 && send.blocking_send(chunk).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

struct ChunkMaker<'a> {
    second: &'a SecondPass,
    form: ContentForm,
    schema: &'a [FieldDefinition],
}

impl ChunkMaker<'_> {
    fn add(&self, mapped: MappedRecord, verdict: RowVerdict, chunk: &mut Chunk) -> Result<(), AppError> {
        debug_assert_eq!(mapped.record.values.len(), self.schema.len());
        let (matched, options) = self.find(&mapped);
        let mut record = mapped.record;
        if let Some(version) = verdict.lives_again {
            let pack = &self.second.reading.manifest.name;
            let (source, key) = (&self.second.reading.spec.name, &record.external_id);
            record.id = RecordId::derive(pack, source, key, version, &record.content_hash);
            record.version = version;
        }
        let geometry = record.geometry.take().map(Arc::new);
        let position = geometry.as_ref().map(|shape| shape.centre());
        let shape = geometry.filter(|shape| !shape.is_point());
        let spec = &self.second.reading.spec;
        if spec.matching.is_some() && matched.is_none() && options.is_empty() {
            chunk.waiting.push((record.id, mapped.match_key));
        }
        chunk.options.extend(options.into_iter().map(|object| (record.id, object)));
        let place = (position, shape.as_ref());
        if let Some((object, known_at)) = mapped.object.zip(verdict.leads) {
            let row = self.object_row(object, &record, known_at, place);
            chunk.objects.push((i64::try_from(chunk.records.len()).unwrap_or(i64::MAX), row));
        }
        self.add_candidate((&record, position), matched.as_ref(), verdict, chunk);
        let geometry = shape
            .map(|shape| shape.to_wkb())
            .transpose()
            .map_err(|fault| AppError::Geometry { record: record.external_id.clone(), fault })?;
        chunk.records.push(NewRecord {
            record: StoredRecord {
                id: record.id,
                version: record.version,
                content_hash: record.content_hash,
                preference: record.preference,
                happened_at: record.happened_at,
                known_at: record.known_at,
                ended_at: None,
                seq: 0,
                matched,
                position,
                geometry,
                content: self.form.json(&record.values),
                external_id: record.external_id,
            },
            personal: record.personal,
        });
        Ok(())
    }

    /// Keeps what must have an object and found none: one candidate a key, of the content that is the current one.
    fn add_candidate(
        &self,
        (record, position): (&Record, Option<Position>),
        matched: Option<&Matched>,
        verdict: RowVerdict,
        chunk: &mut Chunk,
    ) {
        let spec = &self.second.reading.spec;
        if spec.is_registry() || !matches!(spec.subject, Subject::Object | Subject::Outcome) {
            return;
        }
        if matched.is_none() {
            chunk.unmatched += u64::from(matches!(verdict.classified, Classified::Accepted(_)));
        }
        if spec.subject != Subject::Object || verdict.leads.is_none() {
            return;
        }
        if verdict.classified != Classified::Accepted(VersionOrder::New) {
            chunk.superseding.push((record.external_id.clone(), matched.map(|found| found.object)));
        }
        if matched.is_none() {
            chunk.candidates.push(UnregisteredCandidate {
                record: record.id,
                source: spec.name.clone(),
                external_id: record.external_id.clone(),
                position,
                known_at: record.known_at,
                state: CandidateState::Open,
                object: None,
            });
        }
    }

    /// Returns the register's row of an object; a territory that the row does not name is found by its place.
    fn object_row(
        &self,
        object: ObjectMapping,
        record: &Record,
        known_at: Timestamp,
        (position, shape): (Option<Position>, Option<&Arc<ValidGeometry>>),
    ) -> ObjectRow {
        let by_place =
            || position.and_then(|at| self.second.matching.territories.code_of(at)).map(str::to_owned);
        ObjectRow {
            id: object.id,
            key: record.external_id.clone(),
            source: self.second.reading.spec.name.clone(),
            kind: object.kind,
            title: object.title,
            parent: object.parent,
            territory: object.territory.or_else(by_place),
            position,
            geometry: shape.cloned(),
            known_at: known_at.micros(),
            seq: 0,
            ended_at: dozor_domain::NO_TIME,
        }
    }

    /// Returns the object of a record; one that fits several attaches to none, and they are named.
    fn find(&self, mapped: &MappedRecord) -> (Option<Matched>, Vec<ObjectId>) {
        if let Some(object) = &mapped.object {
            let matched = Matched { object: object.id, method: MatchMethod::Registry, confidence: 1.0 };
            return (Some(matched), Vec::new());
        }
        let Some(rule) = &self.second.reading.spec.matching else { return (None, Vec::new()) };
        let query =
            MatchQuery { key: mapped.match_key.as_deref(), geometry: mapped.record.geometry.as_ref() };
        match self.second.matching.objects.find(rule, query) {
            MatchOutcome::Matched(matched) => (Some(matched), Vec::new()),
            MatchOutcome::Ambiguous(objects) => (None, objects),
            MatchOutcome::NotFound => (None, Vec::new()),
        }
    }
}
