//! Into force: on a day, at once, or back to the version before in one step. A scheduled version comes into force
//! with the first run at or after its instant.

use dozor_domain::{MethodologyEvent, Permission, Person, Timestamp};
use dozor_store::{MethodologyState, SourceRow, WriteTx};
use serde::Serialize;

use super::error::VersionError;
use super::life::{Actor, Version, VersionReport};
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::methodology::LoadedMethodology;
use crate::setup::text_hash;

/// Says what a roll-back did.
#[derive(Clone, Debug, Serialize)]
pub struct RollbackReport {
    /// The version that is in force again.
    pub restored: VersionReport,
    /// Number of the version that it replaced.
    pub replaced: i64,
}

impl Dozor {
    /// Sets the instant from which an approved version is in force.
    ///
    /// # Errors
    /// [`VersionError::Past`]; [`VersionError`]; the store's.
    pub async fn schedule_version(
        &self,
        id: &str,
        from: Timestamp,
        actor: &Actor,
    ) -> Result<VersionReport, AppError> {
        actor.may(Permission::ApproveMethodology)?;
        let mut version = self.version(id).await?;
        version.expect_unaltered()?;
        if from < self.now() {
            let number = version.stored.number;
            return Err(VersionError::Past { number, from: from.to_string() }.into());
        }
        let mut tx = self.store.begin().await?;
        version.take(MethodologyEvent::Schedule { from }, &actor.person, (self, &mut tx)).await?;
        tx.commit().await?;
        Ok(version.report())
    }

    /// Puts an approved or scheduled version into force now.
    ///
    /// # Errors
    /// [`VersionError`]; the store's.
    pub async fn activate_version(&self, id: &str, actor: &Actor) -> Result<VersionReport, AppError> {
        actor.may(Permission::ApproveMethodology)?;
        self.activate(id, &actor.person).await
    }

    async fn activate(&self, id: &str, by: &Person) -> Result<VersionReport, AppError> {
        let mut version = self.version(id).await?;
        version.expect_unaltered()?;
        let mut active = self.version_in_force().await?;
        if version.stored.parent.as_ref() != Some(&active.stored.hash) {
            return Err(VersionError::Stale { number: version.stored.number }.into());
        }
        let methodology = self.parse_candidate(version.stored.files.clone()).await?;
        let mut tx = self.store.begin().await?;
        let successor = version.stored.number;
        active.take(MethodologyEvent::Supersede { successor }, by, (self, &mut tx)).await?;
        version.take(MethodologyEvent::Activate, by, (self, &mut tx)).await?;
        self.put_into_force(&version, &methodology, &mut tx).await?;
        tx.commit().await?;
        self.version_report(&successor.to_string()).await
    }

    async fn put_into_force(
        &self,
        version: &Version,
        methodology: &LoadedMethodology,
        tx: &mut WriteTx,
    ) -> Result<(), AppError> {
        tx.activate_methodology(&version.stored.hash, self.now()).await?;
        for spec in methodology.sources.values() {
            tx.put_source(&SourceRow {
                name: spec.name.clone(),
                title: spec.title.clone(),
                subject: spec.subject,
                delivery: spec.delivery,
                schema: spec.schema(),
                spec_hash: text_hash(methodology, &spec.name),
            })
            .await?;
        }
        Ok(())
    }

    /// Brings the version that the one in force was made from back, in one step and with a reason.
    ///
    /// # Errors
    /// [`VersionError::NothingToRestore`]; [`VersionError`]; the store's.
    pub async fn roll_back(&self, reason: &str, actor: &Actor) -> Result<RollbackReport, AppError> {
        actor.may(Permission::ApproveMethodology)?;
        let mut active = self.version_in_force().await?;
        // The one that it was made from: never one that was itself rolled back from.
        let parent = match &active.stored.parent {
            Some(parent) => self.store.methodology(parent).await?,
            None => None,
        };
        let parent = parent.filter(|parent| parent.state == MethodologyState::Superseded);
        let last = parent.ok_or(VersionError::NothingToRestore)?.number;
        let mut version = self.version(&last.to_string()).await?;
        version.expect_unaltered()?;
        let methodology = self.parse_candidate(version.stored.files.clone()).await?;
        let (by, reason) = (&actor.person, reason.to_owned());
        let mut tx = self.store.begin().await?;
        active.take(MethodologyEvent::Supersede { successor: last }, by, (self, &mut tx)).await?;
        version.take(MethodologyEvent::Restore { reason }, by, (self, &mut tx)).await?;
        self.put_into_force(&version, &methodology, &mut tx).await?;
        tx.commit().await?;
        let restored = self.version_report(&last.to_string()).await?;
        Ok(RollbackReport { restored, replaced: active.stored.number })
    }

    /// Puts the scheduled version whose instant has come into force, and returns the installation under it; the
    /// same installation when none is due. A version whose parent is no longer in force stays scheduled: its
    /// comparison is no longer true.
    ///
    /// # Errors
    /// [`VersionError::Altered`]; the store's.
    pub(crate) async fn with_due_version(&self) -> Result<Option<Self>, AppError> {
        let now = self.now();
        let mut activated = false;
        for (_, number) in self.scheduled().await?.into_iter().filter(|(from, _)| *from <= now) {
            let system = Person { login: "system".to_owned(), name: "system".to_owned() };
            match self.activate(&number.to_string(), &system).await {
                Ok(_) => activated = true,
                Err(AppError::Version(VersionError::Stale { number })) => {
                    tracing::warn!(number, "a scheduled version compares itself with one no longer in force");
                }
                Err(other) => return Err(other),
            }
        }
        if activated { Ok(Some(self.refreshed().await?)) } else { Ok(None) }
    }

    /// Returns this installation under the version that is in force now.
    ///
    /// # Errors
    /// The store's; those of the stored files.
    pub async fn refreshed(&self) -> Result<Self, AppError> {
        let active = self.store.active_methodology().await?;
        match active {
            Some(active) if active.hash != self.methodology.hash => {
                let methodology = self.parse_stored(active).await?;
                Ok(self.under(methodology))
            }
            Some(_) | None => Ok(self.clone()),
        }
    }
}
