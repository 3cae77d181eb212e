//! Approval through the publication gates: the version is compared with the one in force on the whole portfolio as
//! of now, and the gates of the version in force say whose word it takes.

use std::sync::Arc;

use dozor_domain::{ApprovalLevel, MethodologyEvent, Permission};
use dozor_scoring::Gate;
use serde::Serialize;

use super::life::{Actor, VersionReport};
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::progress::Progress;

/// Says what an approval did.
#[derive(Clone, Debug, Serialize)]
pub struct ApprovalReport {
    /// The version.
    #[serde(flatten)]
    pub version: VersionReport,
    /// What the gates ask for.
    pub gate: Gate,
    /// Whether everybody who must agree has.
    pub agreed: bool,
}

/// Returns how far a person's word reaches.
fn power_of(actor: &Actor) -> ApprovalLevel {
    if actor.permissions.contains(&Permission::OverrideMethodology) {
        ApprovalLevel::Head
    } else if actor.permissions.contains(&Permission::AgreeMethodology) {
        ApprovalLevel::HeadOfUnit
    } else {
        ApprovalLevel::OneApprover
    }
}

impl Dozor {
    /// Approves a signed version. It stays signed until all whom the gates ask for have approved.
    ///
    /// # Errors
    /// [`super::VersionError`]; those of the comparison; the store's.
    pub async fn approve_version(
        &self,
        id: &str,
        reason: &str,
        actor: &Actor,
        progress: &dyn Progress,
    ) -> Result<ApprovalReport, AppError> {
        actor.may(Permission::ApproveMethodology)?;
        let mut version = self.version(id).await?;
        version.expect_unaltered()?;
        let candidate = self.parse_candidate(version.stored.files.clone()).await?;
        let gate = self.gate_of(&Arc::clone(&candidate), self.instant_of_today().await?, progress).await?;
        let event = MethodologyEvent::Approve {
            power: power_of(actor),
            needs: gate.level,
            reason: reason.trim().to_owned(),
        };
        let mut tx = self.store.begin().await?;
        version.take(event, &actor.person, (self, &mut tx)).await?;
        tx.commit().await?;
        let agreed = version.life.is_agreed(gate.level);
        Ok(ApprovalReport { version: version.report(), gate, agreed })
    }
}
