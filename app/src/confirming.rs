//! `ingest --confirm` and `--dismiss`: a delivery waits for a word. Confirmed: somebody has asked the source, and what a
//! full delivery lacks has truly ended. A package that was held as a whole is taken; the live keys that it does not name
//! end. Dismissed: the file was wrong, and the held package is put away with a reason. A call that was cut short goes on.

use std::sync::Arc;

use dozor_domain::{IngestCounts, PackageId};
use dozor_ingest::SourceSpec;
use dozor_store::{Package, PackageStatus};
use serde_json::json;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::ingesting::{IngestReport, ingest_lease};
use crate::progress::Progress;

impl Dozor {
    /// Takes a held package as it is, or ends the keys that a taken one lacks. Calling it again changes nothing.
    ///
    /// # Errors
    /// [`AppError::PackageNotFound`], [`AppError::PackageUnfinished`], [`AppError::NothingToConfirm`],
    /// [`AppError::JobBusy`]; those of `ingest`.
    pub async fn confirm_package(
        &self,
        package: &str,
        actor: &str,
        progress: &dyn Progress,
    ) -> Result<IngestReport, AppError> {
        let missing = || AppError::PackageNotFound { package: package.to_owned() };
        let id = PackageId::parse(package).ok_or_else(missing)?;
        let source = self.store.package(id).await?.ok_or_else(missing)?.source;
        let spec = Arc::new(self.methodology.source(&source)?.clone());
        let work = async {
            // Read again under the lease: another call may just have taken it.
            let found = self.store.package(id).await?.ok_or_else(missing)?;
            self.confirm(&spec, found, actor, progress).await
        };
        self.under_lease(&ingest_lease(&source), work).await
    }

    /// Puts a held package away: nothing of it is taken, now or later. Its bytes and refused rows stay their time.
    ///
    /// # Errors
    /// [`AppError::PackageNotFound`], [`AppError::NothingToDismiss`], [`AppError::CommentRequired`],
    /// [`AppError::JobBusy`]; the store's.
    pub async fn dismiss_package(
        &self,
        package: &str,
        reason: &str,
        actor: &str,
    ) -> Result<IngestReport, AppError> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(AppError::CommentRequired { verdict: "dismissed" });
        }
        let missing = || AppError::PackageNotFound { package: package.to_owned() };
        let id = PackageId::parse(package).ok_or_else(missing)?;
        let source = self.store.package(id).await?.ok_or_else(missing)?.source;
        let work = async {
            let mut found = self.store.package(id).await?.ok_or_else(missing)?;
            if found.status != PackageStatus::Held {
                return Err(AppError::NothingToDismiss { package: package.to_owned() });
            }
            if found.dismissed_at.is_none() {
                found.dismissed_at = Some(self.now());
                found.note = Some(format!("put away: {reason}"));
                let mut tx = self.store.begin().await?;
                tx.update_package(&found).await?;
                let details = json!({ "source": found.source });
                tx.audit(self.audit(actor, "dismiss_package", package, &details));
                tx.commit().await?;
            }
            let mut report = IngestReport::default();
            report.dismissed(&found);
            Ok(report)
        };
        self.under_lease(&ingest_lease(&source), work).await
    }

    async fn confirm(
        &self,
        spec: &Arc<SourceSpec>,
        mut package: Package,
        actor: &str,
        progress: &dyn Progress,
    ) -> Result<IngestReport, AppError> {
        let mut report = IngestReport::default();
        match (package.status, package.confirmed_at) {
            (PackageStatus::Held, _) if package.dismissed_at.is_some() => {
                return Err(AppError::NothingToConfirm { package: package.id.to_string() });
            }
            (PackageStatus::Held, _) => {
                self.start_again(&mut package, actor).await?;
                self.take_package(spec, &mut package, actor, progress, &mut report).await?;
            }
            (PackageStatus::Receiving | PackageStatus::Parsing, Some(_)) => {
                self.take_package(spec, &mut package, actor, progress, &mut report).await?;
            }
            (PackageStatus::Receiving | PackageStatus::Parsing, None) => {
                return Err(AppError::PackageUnfinished { package: package.id.to_string() });
            }
            (PackageStatus::Done, before) => {
                match (self.end_what_it_lacks(spec, &mut package, actor, progress).await?, before) {
                    (Ends::Some, _) => report.confirmed_now(&package),
                    (Ends::None, Some(_)) => report.confirmed_before(&package),
                    (Ends::None, None) => {
                        return Err(AppError::NothingToConfirm { package: package.id.to_string() });
                    }
                }
            }
        }
        Ok(report)
    }

    /// Makes a held package one that is read from its first row; its refused rows are found again on the way.
    async fn start_again(&self, package: &mut Package, actor: &str) -> Result<(), AppError> {
        package.status = PackageStatus::Parsing;
        package.confirmed_at = Some(self.now());
        package.rows_done = 0;
        package.counts = IngestCounts::default();
        let mut tx = self.store.begin().await?;
        tx.drop_rejects(package.id).await?;
        tx.update_package(package).await?;
        let details = json!({ "source": package.source, "was": "held" });
        tx.audit(self.audit(actor, "confirm_package", &package.id.to_string(), &details));
        tx.commit().await?;
        Ok(())
    }

    /// Ends the keys that a taken package lacks: first the word that it is confirmed, then the records. A call that was
    /// cut short in between goes on where it stopped.
    async fn end_what_it_lacks(
        &self,
        spec: &Arc<SourceSpec>,
        package: &mut Package,
        actor: &str,
        progress: &dyn Progress,
    ) -> Result<Ends, AppError> {
        if package.confirmed_at.is_some() && package.dropped_at.is_some() {
            return Ok(Ends::None);
        }
        let (_, judged) = self.judge_package(spec, package, progress).await?;
        let mut others = self.store.packages(Some(&package.source), i64::MAX).await?;
        others.retain(|other| other.id != package.id && other.status == PackageStatus::Done);
        // Of two deliveries received at one instant none is surely the later: a key may have come again in the other.
        let surely_latest = others
            .iter()
            .all(|other| (other.delivery, other.received_at) < (package.delivery, package.received_at));
        if judged.vanished == 0 || !surely_latest {
            return Ok(Ends::None);
        }
        package.confirmed_at.get_or_insert(self.now());
        package.note =
            Some(format!("{} keys that are not in this full delivery have ended", judged.vanished));
        let mut tx = self.store.begin().await?;
        tx.update_package(package).await?;
        let details = json!({ "source": package.source, "was": "done", "ended": judged.vanished });
        tx.audit(self.audit(actor, "confirm_package", &package.id.to_string(), &details));
        tx.commit().await?;
        self.end_vanished(&judged.vanished_records).await?;
        Ok(Ends::Some)
    }
}

/// Says whether a confirmation ended anything.
enum Ends {
    Some,
    None,
}
