//! The end of what is kept for a time only: the bytes of packages, their refused rows and personal data. Hash, counts and
//! records stay, and nothing recomputes from what went.

use dozor_store::{Package, PackageStatus};
use serde_json::json;

use crate::dozor::Dozor;
use crate::error::AppError;

impl Dozor {
    /// Drops what the sources' `retention_days` no longer allow to keep; returns the number of packages. A held package
    /// that waits for a word keeps its bytes until it is confirmed or put away.
    pub(crate) async fn drop_expired(&self, actor: &str) -> Result<usize, AppError> {
        let now = self.now();
        let mut dropped = 0;
        for spec in self.methodology.sources.values() {
            let Some(days) = spec.retention_days else { continue };
            for package in self.store.packages(Some(&spec.name), i64::MAX).await? {
                let is_over = package.received_at.plus_days(i64::from(days)) < now && is_settled(&package);
                if is_over && package.dropped_at.is_none() {
                    self.drop_package(package, actor).await?;
                    dropped += 1;
                }
            }
        }
        Ok(dropped)
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

fn is_settled(package: &Package) -> bool {
    match package.status {
        PackageStatus::Done => true,
        PackageStatus::Held => package.dismissed_at.is_some(),
        PackageStatus::Receiving | PackageStatus::Parsing => false,
    }
}
