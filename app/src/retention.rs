//! The end of what is kept for a time only: the bytes of packages, their refused rows and personal data. Hash, counts and
//! records stay, and nothing recomputes from what went.

use dozor_domain::{Delivery, Timestamp};
use dozor_ingest::SourceSpec;
use dozor_store::{Package, PackageStatus};
use serde_json::json;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::ingesting::ingest_lease;

impl Dozor {
    /// Drops what the sources' `retention_days` no longer allow to keep; returns the number of packages. What may
    /// still be confirmed keeps its bytes: a held package until somebody decides, and the latest of the full deliveries.
    pub(crate) async fn drop_expired(&self, actor: &str) -> Result<usize, AppError> {
        let mut dropped = 0;
        for spec in self.methodology.sources.values() {
            let Some(days) = spec.retention_days else { continue };
            let due = self.now().plus_days(-i64::from(days));
            if self.expired(spec, due).await?.is_empty() {
                continue;
            }
            // Read again under the lease of the source: a delivery or a word may just have come.
            let work = async {
                let expired = self.expired(spec, due).await?;
                let count = expired.len();
                for package in expired {
                    self.drop_package(package, actor).await?;
                }
                Ok(count)
            };
            dropped += match self.under_lease(&ingest_lease(&spec.name), work).await {
                // Somebody is delivering: the next run finds the same packages.
                Err(AppError::JobBusy { .. }) => 0,
                other => other?,
            };
        }
        Ok(dropped)
    }

    async fn expired(&self, spec: &SourceSpec, due: Timestamp) -> Result<Vec<Package>, AppError> {
        let mut packages = self.store.packages(Some(&spec.name), i64::MAX).await?;
        let done = packages.iter().filter(|one| one.status == PackageStatus::Done);
        let latest = done.map(|one| (one.delivery, one.received_at)).max();
        packages.retain(|one| {
            let is_settled = match one.status {
                PackageStatus::Done => {
                    spec.delivery != Delivery::Full || latest > Some((one.delivery, one.received_at))
                }
                PackageStatus::Held => one.dismissed_at.is_some(),
                PackageStatus::Receiving | PackageStatus::Parsing => false,
            };
            is_settled && one.received_at < due && one.dropped_at.is_none()
        });
        Ok(packages)
    }

    async fn drop_package(&self, mut package: Package, actor: &str) -> Result<(), AppError> {
        package.dropped_at = Some(self.now());
        let mut tx = self.store.begin().await?;
        let people = tx.drop_personal_data(package.id).await?;
        let rejects = tx.drop_rejects(package.id).await?;
        // Bytes that another package has too stay until the last of them is over.
        tx.drop_package_bytes(package.id, &package.sha256).await?;
        tx.update_package(&package).await?;
        let details = json!({ "source": package.source, "personal_rows": people, "rejects": rejects });
        tx.audit(self.audit(actor, "drop_package", &package.id.to_string(), &details));
        tx.commit().await?;
        Ok(())
    }
}
