//! From checked to signed: the author submits, the lawyer vouches for the bases; or somebody gives the version up.

use dozor_domain::{MethodologyEvent, Permission};

use super::life::{Actor, VersionReport};
use crate::dozor::Dozor;
use crate::error::AppError;

impl Dozor {
    /// Gives a checked version into review.
    ///
    /// # Errors
    /// [`super::VersionError`]; the store's.
    pub async fn submit_version(&self, id: &str, actor: &Actor) -> Result<VersionReport, AppError> {
        actor.may(Permission::EditMethodology)?;
        self.take_step(id, MethodologyEvent::Submit, actor).await
    }

    /// Signs the bases of a version as its lawyer.
    ///
    /// # Errors
    /// [`super::VersionError`]; the store's.
    pub async fn sign_version(&self, id: &str, actor: &Actor) -> Result<VersionReport, AppError> {
        actor.may(Permission::SignMethodology)?;
        self.take_step(id, MethodologyEvent::Sign, actor).await
    }

    /// Gives a version up, with a reason: its author, its lawyer or an approver may.
    ///
    /// # Errors
    /// [`super::VersionError`]; the store's.
    pub async fn reject_version(
        &self,
        id: &str,
        reason: &str,
        actor: &Actor,
    ) -> Result<VersionReport, AppError> {
        let powers = [Permission::EditMethodology, Permission::SignMethodology];
        if powers.iter().all(|power| actor.may(*power).is_err()) {
            actor.may(Permission::ApproveMethodology)?;
        }
        self.take_step(id, MethodologyEvent::Reject { reason: reason.to_owned() }, actor).await
    }

    async fn take_step(
        &self,
        id: &str,
        event: MethodologyEvent,
        actor: &Actor,
    ) -> Result<VersionReport, AppError> {
        let mut version = self.version(id).await?;
        version.expect_unaltered()?;
        let mut tx = self.store.begin().await?;
        version.take(event, &actor.person, (self, &mut tx)).await?;
        tx.commit().await?;
        Ok(version.report())
    }
}
