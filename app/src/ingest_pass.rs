//! The two passes over a file's stored bytes, on a blocking thread. The first judges the delivery as a whole and
//! remembers the verdict on each row; the second makes the chunks that the writer commits.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::sync::{Arc, Mutex};

use dozor_domain::{
    Digest, FieldDefinition, IngestCounts, MatchMethod, Matched, NO_OBJECT, ObjectRow, PackManifest,
    PackageId, Position, Record, Reject, StoredRecord, Subject, Timestamp, ValidGeometry, Value, ValueType,
};
use dozor_ingest::{
    Batch, Classified, ContentForm, DeliveryContext, History, IndexedObject, MappedRecord, MatchOutcome,
    MatchQuery, ObjectIndex, ObjectMapping, SourceSpec, SourceState, Tally, TerritoryIndex, Verdict, read,
};
use dozor_store::{
    CandidateState, GeometryUse, KeyRow, LoadRecords, NewRecord, Store, UnregisteredCandidate,
};
use jiff::civil::Date;
use tokio::sync::mpsc::Sender;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::scoring_run::ROWS_A_TRANSACTION;

/// Is what both passes need to read the file in the same way.
#[derive(Clone)]
pub(crate) struct FirstPass {
    pub(crate) spec: Arc<SourceSpec>,
    pub(crate) manifest: Arc<PackManifest>,
    pub(crate) delivered: Date,
    pub(crate) received_at: Timestamp,
    pub(crate) history: History,
}

impl FirstPass {
    fn context(&self) -> DeliveryContext<'_> {
        DeliveryContext {
            manifest: &self.manifest,
            delivered: self.delivered,
            received_at: self.received_at,
            history: self.history,
        }
    }
}

/// Is the verdict on a delivery.
pub(crate) struct Judged {
    pub(crate) rows: u64,
    pub(crate) counts: IngestCounts,
    pub(crate) held: bool,
    pub(crate) rejects: BTreeMap<String, u64>,
    pub(crate) notes: Vec<String>,
    /// Verdict on each mapped record.
    pub(crate) verdicts: Arc<Vec<RowVerdict>>,
}

/// Says what a mapped record is to what is held, and whether it is the current one of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowVerdict {
    classified: Classified,
    standing: Standing,
}

/// Says whether the object follows a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It is the newest content of its key so far.
    Current,
    /// It is history, or a variant that is not chosen.
    Behind,
}

/// The order by which the current content of a key is chosen: version, the source's declared order, hash.
type Rank = (i64, i64, [u8; 32]);

/// Reads the whole file once without storing anything.
pub(crate) fn first_pass(pass: &FirstPass, held: &[KeyRow], bytes: StoredBytes) -> Result<Judged, AppError> {
    let mut state = SourceState::new();
    let mut ranks: HashMap<Box<str>, Rank> = HashMap::new();
    for key in held {
        state.load(&key.external_id, key.version, &key.content_hash);
        let rank = (key.version, key.preference, key.content_hash);
        let best = ranks.entry(key.external_id.as_str().into()).or_insert(rank);
        *best = rank.max(*best);
    }
    for key in held.iter().filter(|key| key.ended_at.is_some()) {
        state.mark_ended(&key.external_id);
    }
    let mut tally = Tally::default();
    let mut verdicts = Vec::new();
    for batch in read(&pass.spec, &pass.context(), bytes)? {
        let Batch { records, rejects } = batch?;
        for MappedRecord { record, .. } in &records {
            let classified = state.classify(record);
            tally.record(record, classified);
            verdicts.push(row_verdict(record, classified, &mut ranks));
        }
        rejects.iter().for_each(|reject| tally.reject(reject));
    }
    let rejects = tally.rejects().clone();
    let (counts, held, notes) = match tally.verdict(&pass.spec, &state) {
        Verdict::Take { counts, vanished } if vanished.is_empty() => (counts, false, Vec::new()),
        Verdict::Take { counts, vanished } => {
            let note = format!(
                "{} keys of earlier deliveries are not in this full one; they stay until confirmed",
                vanished.len()
            );
            (counts, false, vec![note])
        }
        Verdict::Hold { counts, reason } => {
            (counts, true, vec![format!("held as a whole: {} {reason:?}", reason.code())])
        }
    };
    Ok(Judged { rows: counts.received, counts, held, rejects, notes, verdicts: Arc::new(verdicts) })
}

fn row_verdict(record: &Record, classified: Classified, ranks: &mut HashMap<Box<str>, Rank>) -> RowVerdict {
    let rank = (record.version, record.preference, record.content_hash);
    let standing = match ranks.get_mut(record.external_id.as_str()) {
        Some(best) if *best > rank => Standing::Behind,
        Some(best) => {
            *best = rank;
            Standing::Current
        }
        None => {
            ranks.insert(record.external_id.as_str().into(), rank);
            Standing::Current
        }
    };
    RowVerdict { classified, standing }
}

/// Latest package of each registry, and how many of its rows are stored.
type RegistryStamp = Vec<(PackageId, u64)>;

/// Keeps the index of objects between the files of one installation.
#[derive(Debug, Default)]
pub(crate) struct HeldIndex(Mutex<Option<(RegistryStamp, Arc<ObjectIndex>)>>);

/// Is what finds objects and territories for records.
pub(crate) struct Matching {
    objects: Arc<ObjectIndex>,
    territories: TerritoryIndex,
}

/// Is the second pass.
pub(crate) struct SecondPass {
    pub(crate) pass: FirstPass,
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
    pub(crate) rejects: Vec<Reject>,
    pub(crate) unmatched: u64,
}

/// Reads the file again and sends chunks; ends early when nobody listens.
pub(crate) fn second_pass(
    second: SecondPass,
    bytes: StoredBytes,
    send: &Sender<Chunk>,
) -> Result<(), AppError> {
    let schema = second.pass.spec.schema();
    let maker = ChunkMaker { second: &second, form: ContentForm::new(&schema), schema: &schema };
    let (mut row, mut index) = (0_u64, 0_usize);
    for batch in read(&second.pass.spec, &second.pass.context(), bytes)? {
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
        let matched = self.find(&mapped);
        let mut record = mapped.record;
        let geometry = record.geometry.take().map(Arc::new);
        let position = geometry.as_ref().map(|shape| shape.centre());
        let shape = geometry.filter(|shape| !shape.is_point());
        let spec = &self.second.pass.spec;
        let place = (position, shape.as_ref());
        if let Some(object) = mapped.object.filter(|_| verdict.standing == Standing::Current) {
            let row = self.object_row(object, &record, place);
            let offset = i64::try_from(chunk.records.len()).unwrap_or(i64::MAX);
            // One statement may not touch an object twice: a later row of the same key replaces the earlier one.
            chunk.objects.retain(|(_, held)| held.id != row.id);
            chunk.objects.push((offset, row));
        }
        let needs_object = !spec.is_registry() && matches!(spec.subject, Subject::Object | Subject::Outcome);
        if needs_object && matched.is_none() {
            chunk.unmatched += u64::from(matches!(verdict.classified, Classified::Accepted(_)));
            if spec.subject == Subject::Object {
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

    /// Returns the register's row of an object; a territory that the row does not name is found by its place.
    fn object_row(
        &self,
        object: ObjectMapping,
        record: &Record,
        (position, shape): (Option<Position>, Option<&Arc<ValidGeometry>>),
    ) -> ObjectRow {
        let by_place =
            || position.and_then(|at| self.second.matching.territories.code_of(at)).map(str::to_owned);
        ObjectRow {
            id: object.id,
            key: record.external_id.clone(),
            source: self.second.pass.spec.name.clone(),
            kind: object.kind,
            title: object.title,
            parent: object.parent,
            territory: object.territory.or_else(by_place),
            position,
            geometry: shape.cloned(),
            known_at: record.known_at.micros(),
            seq: 0,
        }
    }

    /// Returns the object of a record; one that fits several attaches to none.
    fn find(&self, mapped: &MappedRecord) -> Option<Matched> {
        if let Some(object) = &mapped.object {
            return Some(Matched { object: object.id, method: MatchMethod::Registry, confidence: 1.0 });
        }
        let rule = self.second.pass.spec.matching.as_ref()?;
        let query =
            MatchQuery { key: mapped.match_key.as_deref(), geometry: mapped.record.geometry.as_ref() };
        match self.second.matching.objects.find(rule, query) {
            MatchOutcome::Matched(matched) => Some(matched),
            MatchOutcome::Ambiguous(_) | MatchOutcome::NotFound => None,
        }
    }
}

impl Dozor {
    /// Builds the indexes that a source's records are matched by; empty ones when it needs none.
    pub(crate) async fn matching(&self, spec: &SourceSpec) -> Result<Matching, AppError> {
        let territories = match (&self.methodology.manifest.territory_source, spec.is_registry()) {
            (Some(source), true) => self.territory_areas(source).await?,
            (Some(_) | None, _) => Vec::new(),
        };
        let objects = match &spec.matching {
            Some(_) => self.object_index().await?,
            None => Arc::default(),
        };
        Ok(Matching { objects, territories: TerritoryIndex::build(territories) })
    }

    /// Returns the index of all objects; it is kept until a registry receives another package.
    async fn object_index(&self) -> Result<Arc<ObjectIndex>, AppError> {
        let mut stamp = Vec::new();
        for spec in self.methodology.sources.values().filter(|spec| spec.is_registry()) {
            let latest = self.store.packages(Some(&spec.name), 1).await?;
            stamp.extend(latest.iter().map(|package| (package.id, package.rows_done)));
        }
        if let Ok(held) = self.index.0.lock()
            && let Some((known, index)) = held.as_ref()
            && *known == stamp
        {
            return Ok(Arc::clone(index));
        }
        let objects = self.store.load_objects(GeometryUse::Load).await?;
        let index = blocking("the index of objects", move || {
            let rows = objects.rows().iter().map(|row| IndexedObject {
                id: row.id,
                source: row.source.clone(),
                key: row.key.clone(),
                geometry: row.geometry.clone(),
                position: row.position,
            });
            Arc::new(ObjectIndex::build(rows))
        })
        .await?;
        if let Ok(mut held) = self.index.0.lock() {
            *held = Some((stamp, Arc::clone(&index)));
        }
        Ok(index)
    }

    /// Returns the current areas of the territory source with their codes.
    pub(crate) async fn territory_areas(
        &self,
        source: &str,
    ) -> Result<Vec<(String, Arc<ValidGeometry>)>, AppError> {
        let spec = self.methodology.source(source)?;
        let up_to_seq = self.store.last_seq().await?;
        let request = LoadRecords {
            source: source.to_owned(),
            schema: spec.schema(),
            geometry: GeometryUse::Load,
            up_to_seq,
        };
        let records = self.store.load_records(&request, &dozor_domain::ObjectColumns::default()).await?;
        let codes: HashMap<_, _> =
            self.store.source_keys(source).await?.into_iter().map(|key| (key.id, key.external_id)).collect();
        let mut areas = Vec::new();
        for row in 0..records.len() {
            let current = records.is_current(row, i64::MAX, up_to_seq);
            debug_assert_eq!(records.objects[row], NO_OBJECT);
            let named = spec.territory_field().and_then(|field| {
                match records.fields[field].get(row, ValueType::Text) {
                    Some(Value::Text(code)) => Some(code),
                    _ => None,
                }
            });
            let code = named.or_else(|| codes.get(&records.ids[row]).cloned());
            if let (true, Some(Some(shape)), Some(code)) = (current, records.geometry.get(row), code) {
                areas.push((code, Arc::clone(shape)));
            }
        }
        areas.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(areas)
    }
}

/// Reads a stored blob piece by piece, so that a large file never lies in memory as a whole.
pub(crate) struct StoredBytes {
    store: Store,
    digest: Digest,
    runtime: tokio::runtime::Handle,
    next: i64,
    piece: std::io::Cursor<Vec<u8>>,
}

impl StoredBytes {
    /// Starts at the first byte; must be made inside the async runtime and read outside it.
    pub(crate) fn new(store: Store, digest: Digest) -> Self {
        let runtime = tokio::runtime::Handle::current();
        Self { store, digest, runtime, next: 0, piece: std::io::Cursor::new(Vec::new()) }
    }
}

impl Read for StoredBytes {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.piece.read(buffer)?;
        if read > 0 || buffer.is_empty() {
            return Ok(read);
        }
        let piece = self
            .runtime
            .block_on(self.store.blob_chunk(&self.digest, self.next))
            .map_err(std::io::Error::other)?;
        let Some(piece) = piece else { return Ok(0) };
        self.next += 1;
        self.piece = std::io::Cursor::new(piece);
        self.piece.read(buffer)
    }
}
