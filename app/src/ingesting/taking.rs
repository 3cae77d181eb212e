//! Takes files one after another: each is received, judged as a whole, and stored.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dozor_domain::{Coded as _, IngestCounts, Timestamp, hex};
use dozor_ingest::{Confirmation, History, Recency, SourceSpec};
use dozor_store::{Package, PackageStatus, RejectFilter};
use jiff::civil::Date;
use serde_json::json;

use super::judge::{DeliveryStanding, Judged, Reading, judge};
use super::report::{IngestReport, done_before, received_before, seen_again};
use super::stored_bytes::StoredBytes;
use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::progress::Progress;

impl Dozor {
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
            let details = json!({ "source": spec.name, "sha256": hex(&package.sha256), "code": code });
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
        let details = json!({ "source": spec.name, "sha256": hex(&package.sha256),
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
