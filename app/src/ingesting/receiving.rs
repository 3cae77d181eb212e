//! A file becomes a package: its exact bytes are stored before anybody reads them.

use std::path::{Path, PathBuf};

use dozor_domain::{Digest, IngestCounts, PackageId, Sha256Stream, Timestamp, hex};
use dozor_ingest::SourceSpec;
use dozor_store::{Package, PackageStatus};
use jiff::civil::Date;
use serde_json::json;
use tokio::io::AsyncReadExt;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::progress::Progress;

/// Piece in which a file is read and stored.
const READ_BYTES: usize = 1 << 20;

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

    /// Stores the exact bytes of a file, or finds the package that holds them already.
    pub(super) async fn receive(
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
        let details = json!({ "source": spec.name, "sha256": hex(&sha256), "size": size });
        tx.audit(self.audit(actor, "receive", &package.id.to_string(), &details));
        tx.commit().await?;
        Ok(package)
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
