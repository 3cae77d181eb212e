//! `ingest`: files of a source become records. The exact bytes are stored first; the file is then read twice from the
//! stored bytes: once to judge the delivery as a whole, once to store it in short transactions. A call that was cut
//! short goes on where its last commit ended, and ends in the state of an undisturbed one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dozor_domain::{Digest, IngestCounts, PackageId, Sha256Stream, Timestamp};
use dozor_ingest::{History, SourceSpec};
use dozor_store::{Package, PackageStatus};
use jiff::civil::Date;
use serde_json::json;
use tokio::io::AsyncReadExt;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::ingest_pass::{Chunk, FirstPass, Matching, SecondPass, StoredBytes, first_pass, second_pass};
use crate::progress::Progress;

/// A crashed process must not keep others from a source for long.
const LEASE_MINUTES: i64 = 5;
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
}

impl Dozor {
    /// Reads the day of a delivery.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`].
    pub fn delivery_day(&self, text: &str) -> Result<Date, AppError> {
        self.day(text)
    }

    /// Reads files of a source, one package each, in the given order.
    ///
    /// # Errors
    /// [`AppError::SourceUnknown`], [`AppError::Read`], [`AppError::SourceBusy`]; ingest's coded errors when a file as
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
        let mut report = IngestReport::default();
        for file in files {
            let mut package = self.receive(&spec, delivered, file, progress).await?;
            if matches!(package.status, PackageStatus::Done | PackageStatus::Held) {
                report.add(seen_again(&package));
                report.notes.push(format!("{}: these bytes were received before", package.file_name));
                continue;
            }
            let holder = package.id.to_string();
            let (lease, now) = (format!("ingest {source}"), self.now());
            let until = Timestamp::from_micros(now.micros() + LEASE_MINUTES * 60_000_000);
            if !self.store.take_lease(&lease, &holder, now, until).await? {
                return Err(AppError::SourceBusy { name: source.to_owned() });
            }
            let done = self.take_package(&spec, &mut package, actor, progress, &mut report).await;
            self.store.release_lease(&lease, &holder).await?;
            done?;
            report.add(package.counts);
        }
        Ok(report)
    }

    /// Stores the exact bytes of a file, or finds the package that holds them already.
    async fn receive(
        &self,
        spec: &SourceSpec,
        delivered: Option<Date>,
        file: &Path,
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
        };
        tx.insert_package(&package).await?;
        tx.set_meta(&first_seq_key(&package), &self.store.last_seq().await?.to_string()).await?;
        tx.commit().await?;
        Ok(package)
    }

    /// Judges a received package and stores what it brings.
    async fn take_package(
        &self,
        spec: &Arc<SourceSpec>,
        package: &mut Package,
        actor: &str,
        progress: &dyn Progress,
        report: &mut IngestReport,
    ) -> Result<(), AppError> {
        let before =
            self.store.meta(&first_seq_key(package)).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut held = self.store.source_keys(&spec.name).await?;
        held.retain(|key| key.seq <= before);
        let others = self.store.packages(Some(&spec.name), 2).await?;
        let history =
            if others.iter().any(|other| other.id != package.id && other.status == PackageStatus::Done) {
                History::Later
            } else {
                History::First
            };
        progress.stage(&format!("check {}", package.file_name), None);
        let pass = FirstPass {
            spec: Arc::clone(spec),
            manifest: Arc::clone(&self.methodology.manifest),
            delivered: self.day_of_version(package.delivery)?,
            received_at: package.received_at,
            history,
        };
        let bytes = StoredBytes::new(self.store.clone(), package.sha256);
        let pass_again = pass.clone();
        let judged = blocking("the check of a file", move || first_pass(&pass, &held, bytes)).await??;
        package.status = PackageStatus::Parsing;
        let matching = self.matching(spec).await?;
        progress.stage(&format!("store {}", package.file_name), Some(judged.rows));
        progress.advance(package.rows_done);
        self.store_rows(pass_again, &judged, matching, package, progress).await?;
        report.notes.extend(judged.notes.iter().cloned());
        for (code, rows) in &judged.rejects {
            *report.rejects.entry(code.clone()).or_default() += rows;
        }
        package.status = if judged.held { PackageStatus::Held } else { PackageStatus::Done };
        package.counts = IngestCounts { unmatched: package.counts.unmatched, ..judged.counts };
        package.note = (!judged.notes.is_empty()).then(|| judged.notes.join("; "));
        let mut tx = self.store.begin().await?;
        tx.update_package(package).await?;
        let details = json!({ "source": spec.name, "sha256": dozor_store::hex(&package.sha256), "counts": package.counts });
        tx.audit(self.audit(actor, "ingest", &package.id.to_string(), &details));
        tx.commit().await?;
        Ok(())
    }

    async fn store_rows(
        &self,
        pass: FirstPass,
        judged: &crate::ingest_pass::Judged,
        matching: Matching,
        package: &mut Package,
        progress: &dyn Progress,
    ) -> Result<(), AppError> {
        let (send, mut receive) = tokio::sync::mpsc::channel::<Chunk>(CHUNKS_IN_FLIGHT);
        let second = SecondPass {
            pass,
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
        tx.insert_candidates(&chunk.candidates).await?;
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

/// Rows of a package that were there before the package count as its history; those that it brought itself, in a call
/// that was cut short, do not.
fn first_seq_key(package: &Package) -> String {
    format!("ingest from {}", package.id)
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
