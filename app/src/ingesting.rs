//! `ingest`: files of a source become records. The exact bytes are stored first; the file is then read twice from the
//! stored bytes: once to judge the delivery as a whole, once to store it in short transactions. A call that was cut
//! short goes on where its last commit ended, and ends in the state of an undisturbed one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dozor_domain::{Coded as _, Digest, IngestCounts, PackageId, RecordId, Sha256Stream, Timestamp};
use dozor_ingest::{Confirmation, History, Recency, SourceSpec};
use dozor_store::{Package, PackageStatus, RejectFilter};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use tokio::io::AsyncReadExt;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::ingest_chunks::{Chunk, SecondPass, second_pass};
use crate::ingest_judge::{DeliveryStanding, Judged, Reading, judge};
use crate::ingest_matching::Matching;
use crate::progress::Progress;
use crate::scoring_run::ROWS_A_TRANSACTION;
use crate::stored_bytes::StoredBytes;

/// Piece in which a file is read and stored.
const READ_BYTES: usize = 1 << 20;
/// Chunks that wait between the reading thread and the writer: enough to keep both busy.
const CHUNKS_IN_FLIGHT: usize = 4;

/// Says what became of the files.
#[derive(Clone, Debug, Default)]
pub struct IngestReport {
    /// Counts over all files.
    pub counts: IngestCounts,
    /// Refused rows by code.
    pub rejects: BTreeMap<String, u64>,
    /// What people should know: held packages, vanished keys, rows that fit several objects.
    pub notes: Vec<String>,
    /// The packages, in the order of the files.
    pub packages: Vec<PackageReport>,
}

/// Says what became of one file.
#[derive(Clone, Debug, Serialize)]
pub struct PackageReport {
    /// Id of its package.
    pub package: String,
    /// Name of the file.
    pub file: String,
    /// `done` or `held`.
    pub status: &'static str,
    /// Live keys that a full delivery lacks; they end when the package is confirmed.
    pub vanished: u64,
}

impl IngestReport {
    fn add(&mut self, counts: IngestCounts) {
        self.counts.received += counts.received;
        self.counts.accepted += counts.accepted;
        self.counts.duplicates += counts.duplicates;
        self.counts.variants += counts.variants;
        self.counts.rejected += counts.rejected;
        self.counts.held += counts.held;
        self.counts.unmatched += counts.unmatched;
    }

    /// Says that a package was confirmed by an earlier call: nothing of it is new.
    pub(crate) fn confirmed_before(&mut self, package: &Package) {
        self.add(seen_again(package));
        self.add_package(package, 0);
        self.notes.push(format!("{}: it was confirmed before", package.file_name));
    }

    /// Says that a package, whose rows were stored before, is confirmed now.
    pub(crate) fn confirmed_now(&mut self, package: &Package) {
        self.add(seen_again(package));
        self.add_package(package, 0);
        self.notes.extend(package.note.clone());
    }

    /// Says that a held package is put away.
    pub(crate) fn dismissed(&mut self, package: &Package) {
        self.add(seen_again(package));
        self.add_package(package, 0);
        self.notes.extend(package.note.clone());
    }

    fn add_package(&mut self, package: &Package, vanished: u64) {
        self.packages.push(PackageReport {
            package: package.id.to_string(),
            file: package.file_name.clone(),
            status: package.status_code(),
            vanished,
        });
    }
}

impl Dozor {
    /// Reads the day of a delivery; nothing is delivered tomorrow.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`], [`AppError::DeliveredInFuture`].
    pub fn delivery_day(&self, text: &str) -> Result<Date, AppError> {
        let day = self.day(text)?;
        match self.methodology.manifest.zone.day_of(self.now()) {
            Some(today) if day > today => Err(AppError::DeliveredInFuture { day, today }),
            Some(_) | None => Ok(day),
        }
    }

    /// Reads files of a source, one package each, in the given order.
    ///
    /// # Errors
    /// [`AppError::SourceUnknown`], [`AppError::Read`], [`AppError::JobBusy`]; ingest's coded errors when a file as
    /// a whole is no delivery: nothing of that file is stored then but its bytes.
    pub async fn ingest(
        &self,
        source: &str,
        delivered: Option<Date>,
        files: &[PathBuf],
        actor: &str,
        progress: &dyn Progress,
    ) -> Result<IngestReport, AppError> {
        let spec = Arc::new(self.methodology.source(source)?.clone());
        let work = async {
            let mut report = IngestReport::default();
            for file in files {
                let taken = self.take_file((&spec, delivered), file, actor, progress, &mut report).await;
                taken.map_err(|fault| AppError::InFile {
                    file: file.display().to_string(),
                    before: done_before(&report),
                    source: Box::new(fault),
                })?;
            }
            Ok(report)
        };
        self.under_lease(&ingest_lease(source), work).await
    }

    async fn take_file(
        &self,
        (spec, delivered): (&Arc<SourceSpec>, Option<Date>),
        file: &Path,
        actor: &str,
        progress: &dyn Progress,
        report: &mut IngestReport,
    ) -> Result<(), AppError> {
        let mut package = self.receive(spec, delivered, file, actor, progress).await?;
        if matches!(package.status, PackageStatus::Done | PackageStatus::Held) {
            report.add(seen_again(&package));
            let rejects = RejectFilter { package: Some(package.id), ..RejectFilter::default() };
            for row in self.store.rejects(&rejects, i64::MAX).await? {
                *report.rejects.entry(row.reject.code).or_default() += 1;
            }
            report.add_package(&package, 0);
            report.notes.push(received_before(&package));
            return Ok(());
        }
        self.take_package(spec, &mut package, actor, progress, report).await
    }

    /// Stores the exact bytes of a file, or finds the package that holds them already.
    async fn receive(
        &self,
        spec: &SourceSpec,
        delivered: Option<Date>,
        file: &Path,
        actor: &str,
        progress: &dyn Progress,
    ) -> Result<Package, AppError> {
        let unread = |source| AppError::Read { path: file.display().to_string(), source };
        let now = self.now();
        let digest = file_digest(file.to_owned()).await?;
        if let Some(known) = self.store.package(PackageId::derive(&spec.name, &digest)).await? {
            return Ok(known);
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut input = tokio::fs::File::open(file).await.map_err(unread)?;
        progress.stage(&format!("receive {name}"), input.metadata().await.map(|meta| meta.len()).ok());
        let mut tx = self.store.begin().await?;
        let mut writer = tx.start_blob().await?;
        let mut piece = vec![0; READ_BYTES];
        loop {
            let read = input.read(&mut piece).await.map_err(unread)?;
            if read == 0 {
                break;
            }
            tx.append_blob(&mut writer, piece.get(..read).unwrap_or_default()).await?;
            progress.advance(read as u64);
        }
        let (sha256, size) = tx.finish_blob(writer, Some(&digest), now).await?;
        let zone = &self.methodology.manifest.zone;
        let day = match delivered {
            Some(day) => day,
            None => zone.day_of(now).ok_or_else(|| AppError::DateInvalid { text: now.to_string() })?,
        };
        let package = Package {
            id: PackageId::derive(&spec.name, &sha256),
            source: spec.name.clone(),
            sha256,
            size,
            file_name: name,
            status: PackageStatus::Receiving,
            delivery: zone.start_of_day(day).map_or(0, Timestamp::micros),
            received_at: now,
            rows_done: 0,
            counts: IngestCounts::default(),
            note: None,
            confirmed_at: None,
            dismissed_at: None,
            dropped_at: None,
            failed: None,
        };
        tx.insert_package(&package).await?;
        let details = json!({ "source": spec.name, "sha256": dozor_store::hex(&sha256), "size": size });
        tx.audit(self.audit(actor, "receive", &package.id.to_string(), &details));
        tx.commit().await?;
        Ok(package)
    }

    /// Judges a received package and stores what it brings; a failure is written down, for the bytes stay.
    pub(crate) async fn take_package(
        &self,
        spec: &Arc<SourceSpec>,
        package: &mut Package,
        actor: &str,
        progress: &dyn Progress,
        report: &mut IngestReport,
    ) -> Result<(), AppError> {
        let taken = self.judge_and_store(spec, package, actor, progress, report).await;
        if let Err(fault) = &taken {
            let code = fault.info().code;
            let details =
                json!({ "source": spec.name, "sha256": dozor_store::hex(&package.sha256), "code": code });
            // As it stands in the database: what was counted in a transaction that failed is not.
            let stored = self.store.package(package.id).await?;
            let mut tx = self.store.begin().await?;
            if let (AppError::Ingest(_), Some(stored)) = (fault, stored) {
                tx.update_package(&Package { failed: Some(code.to_owned()), ..stored }).await?;
            }
            tx.audit(self.audit(actor, "ingest_failed", &package.id.to_string(), &details));
            tx.commit().await?;
        }
        taken
    }

    async fn judge_and_store(
        &self,
        spec: &Arc<SourceSpec>,
        package: &mut Package,
        actor: &str,
        progress: &dyn Progress,
        report: &mut IngestReport,
    ) -> Result<(), AppError> {
        let (reading, judged) = self.judge_package(spec, package, progress).await?;
        (package.status, package.failed) = (PackageStatus::Parsing, None);
        let matching = self.matching(spec).await?;
        let objects = Arc::clone(&matching.objects);
        progress.stage(&format!("store {}", package.file_name), Some(judged.counts.received));
        progress.advance(package.rows_done);
        self.store_rows(reading, &judged, matching, package, progress).await?;
        if package.confirmed_at.is_some() {
            self.end_vanished(&judged.vanished_records).await?;
        }
        let mut late = self.match_what_waited(spec, progress).await?;
        late.extend(self.match_beside(spec, &objects, progress).await?);
        for (code, rows) in &judged.rejects {
            *report.rejects.entry(code.clone()).or_default() += rows;
        }
        package.status = if judged.held { PackageStatus::Held } else { PackageStatus::Done };
        package.counts = IngestCounts { unmatched: package.counts.unmatched, ..judged.counts };
        let mut notes = self.notes(package, &judged).await?;
        notes.extend(late);
        package.note = (!notes.is_empty()).then(|| notes.join("; "));
        let mut tx = self.store.begin().await?;
        tx.update_package(package).await?;
        let vanished = judged.vanished;
        let details = json!({ "source": spec.name, "sha256": dozor_store::hex(&package.sha256),
            "counts": package.counts, "status": package.status.code(), "vanished": vanished });
        tx.audit(self.audit(actor, "ingest", &package.id.to_string(), &details));
        tx.commit().await?;
        report.add(package.counts);
        report.add_package(package, vanished);
        report.notes.extend(notes);
        Ok(())
    }

    /// Reads a package once and judges it against all that the source holds from other packages; what the package
    /// brought itself, in a call that was cut short, is not its own history.
    pub(crate) async fn judge_package(
        &self,
        spec: &Arc<SourceSpec>,
        package: &Package,
        progress: &dyn Progress,
    ) -> Result<(Reading, Judged), AppError> {
        let mut held = self.store.source_keys(&spec.name).await?;
        held.retain(|row| row.package != package.id);
        let mut taken = self.store.packages(Some(&spec.name), i64::MAX).await?;
        taken.retain(|other| other.id != package.id && other.status == PackageStatus::Done);
        let is_later =
            |other: &Package| (other.delivery, other.received_at) > (package.delivery, package.received_at);
        let standing = DeliveryStanding {
            recency: if taken.iter().any(is_later) { Recency::Overtaken } else { Recency::Newest },
            confirmation: match package.confirmed_at {
                Some(_) => Confirmation::Given,
                None => Confirmation::Awaited,
            },
        };
        let is_first = !taken.iter().any(|other| other.received_at <= package.received_at);
        progress.stage(&format!("check {}", package.file_name), None);
        let reading = Reading {
            spec: Arc::clone(spec),
            manifest: Arc::clone(&self.methodology.manifest),
            delivered: self.day_of_version(package.delivery)?,
            received_at: package.received_at,
            history: if is_first { History::First } else { History::Later },
        };
        let bytes = StoredBytes::new(self.store.clone(), package.sha256);
        let first = reading.clone();
        let judged = blocking("the check of a file", move || judge(&first, &held, standing, bytes)).await??;
        Ok((reading, judged))
    }

    /// Says what people should know of a package.
    async fn notes(&self, package: &Package, judged: &Judged) -> Result<Vec<String>, AppError> {
        let mut notes = Vec::new();
        let confirm = format!("`dozor ingest --confirm {}`", package.id);
        if let Some(reason) = &judged.reason {
            notes.push(format!(
                "held as a whole: {reason}; {confirm} takes it as it is, `--dismiss` puts it away"
            ));
        }
        match (judged.vanished, package.confirmed_at) {
            (0, _) => {}
            (keys, Some(_)) => notes.push(format!("{keys} keys that are not in this full delivery have ended")),
            (keys, None) => notes.push(format!(
                "{keys} keys of earlier deliveries are not among the sound rows of this full one; they stay until \
                 {confirm} ends them"
            )),
        }
        let ambiguous = self.store.ambiguous_records(package.id).await?;
        if ambiguous > 0 {
            notes.push(format!(
                "MATCH_AMBIGUOUS: {ambiguous} records fit several objects equally well and are attached to none"
            ));
        }
        Ok(notes)
    }

    /// Ends records, in short transactions; those that an earlier call ended are not among them.
    pub(crate) async fn end_vanished(&self, records: &[RecordId]) -> Result<(), AppError> {
        for chunk in records.chunks(ROWS_A_TRANSACTION) {
            let mut tx = self.store.begin().await?;
            tx.end_records(chunk, self.now()).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn store_rows(
        &self,
        reading: Reading,
        judged: &Judged,
        matching: Matching,
        package: &mut Package,
        progress: &dyn Progress,
    ) -> Result<(), AppError> {
        let (send, mut receive) = tokio::sync::mpsc::channel::<Chunk>(CHUNKS_IN_FLIGHT);
        let second = SecondPass {
            reading,
            matching,
            verdicts: Arc::clone(&judged.verdicts),
            held: judged.held,
            skip: package.rows_done,
        };
        let bytes = StoredBytes::new(self.store.clone(), package.sha256);
        let reading = tokio::task::spawn_blocking(move || second_pass(second, bytes, &send));
        let source = package.source.clone();
        while let Some(chunk) = receive.recv().await {
            self.store_chunk(&source, package, chunk, progress).await?;
        }
        reading.await.map_err(|_| AppError::WorkerLost { what: "the reading of a file" })?
    }

    async fn store_chunk(
        &self,
        source: &str,
        package: &mut Package,
        chunk: Chunk,
        progress: &dyn Progress,
    ) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        let first_seq = tx.insert_records(source, package.id, &chunk.records).await?;
        let mut objects = chunk.objects;
        for (offset, object) in &mut objects {
            object.seq = first_seq.saturating_add(*offset);
        }
        let objects: Vec<_> = objects.into_iter().map(|(_, object)| object).collect();
        tx.upsert_objects(&objects).await?;
        tx.close_candidates(source, &chunk.superseding).await?;
        tx.insert_candidates(&chunk.candidates).await?;
        tx.insert_waiting(source, &chunk.waiting).await?;
        tx.insert_match_options(package.id, &chunk.options).await?;
        let first_reject = i64::try_from(package.counts.rejected).unwrap_or(i64::MAX);
        tx.insert_rejects(package.id, first_reject, &chunk.rejects).await?;
        package.rows_done += chunk.rows;
        package.counts.rejected += chunk.rejects.len() as u64;
        package.counts.unmatched += chunk.unmatched;
        tx.update_package(package).await?;
        tx.commit().await?;
        progress.advance(chunk.rows);
        Ok(())
    }

    fn day_of_version(&self, version: i64) -> Result<Date, AppError> {
        let at = Timestamp::from_micros(version);
        self.methodology
            .manifest
            .zone
            .day_of(at)
            .ok_or_else(|| AppError::DateInvalid { text: at.to_string() })
    }
}

/// Names the lease under which files of a source are taken.
pub(crate) fn ingest_lease(source: &str) -> String {
    format!("ingest {source}")
}

/// Says what became of the files before the one that failed: they are stored and stay.
fn done_before(report: &IngestReport) -> String {
    let files = report.packages.len();
    if files == 0 {
        return String::new();
    }
    let IngestCounts { received, accepted, duplicates, variants, rejected, held, .. } = report.counts;
    format!(
        "; before it {files} files are stored: received {received} = accepted {accepted} + duplicates {duplicates} + \
         variants {variants} + rejected {rejected} + held {held}"
    )
}

fn received_before(package: &Package) -> String {
    let mut note = format!("{}: these bytes were received before", package.file_name);
    if let Some(known) = &package.note {
        note.push_str(&format!(": {known}"));
    }
    note
}

/// Counts a package that was received before: nothing of it is new.
fn seen_again(package: &Package) -> IngestCounts {
    let IngestCounts { received, rejected, held, .. } = package.counts;
    IngestCounts {
        received,
        duplicates: received - rejected - held,
        rejected,
        held,
        ..IngestCounts::default()
    }
}

async fn file_digest(file: PathBuf) -> Result<Digest, AppError> {
    blocking("the hash of a file", move || {
        let unread = |source| AppError::Read { path: file.display().to_string(), source };
        let mut input = std::fs::File::open(&file).map_err(unread)?;
        let mut hasher = Sha256Stream::default();
        std::io::copy(&mut input, &mut hasher).map_err(unread)?;
        Ok(hasher.finish())
    })
    .await?
}
