//! `pack upgrade`: makes a draft of a folder, or replaces the files of a draft. From the check on files never change.

use dozor_domain::{MethodologyEvent, MethodologyLife, MethodologyStage, Permission};
use dozor_store::{Methodology, MethodologyState};

use super::error::VersionError;
use super::life::{Actor, Version, VersionReport, content_of};
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::pack::{ENGINE_VERSION, PackFiles};

impl Dozor {
    /// Makes a draft from the version in force. Files of a version that was given up, or that another one overtook,
    /// make that version a draft again: what was said of it is asked anew.
    ///
    /// # Errors
    /// Those of the files; [`VersionError::Unchanged`], [`VersionError::PowerMissing`]; the store's.
    pub async fn draft_version(&self, files: PackFiles, actor: &Actor) -> Result<VersionReport, AppError> {
        actor.may(Permission::EditMethodology)?;
        let candidate = self.parse_candidate(files.clone()).await?;
        if self.store.methodology(&candidate.hash).await?.is_some() {
            let version = self.version(&candidate.hash).await?;
            if self.is_overtaken(&version) {
                return self.reopen(version, files, actor).await;
            }
        }
        let stored = self.draft_of(files, actor, None).await?;
        let content = content_of(&stored.files);
        let event = MethodologyEvent::Draft { content: content.clone() };
        let life = MethodologyLife::drafted(content, actor.person.clone());
        let mut tx = self.store.begin().await?;
        let number = tx.insert_methodology(&stored).await?;
        let mut version = Version { stored: Methodology { number, ..stored }, steps: Vec::new(), life };
        version.take(event, &actor.person, (self, &mut tx)).await?;
        tx.commit().await?;
        Ok(version.report())
    }

    /// Tells whether a version that is no longer a draft can't come into force as it stands.
    fn is_overtaken(&self, version: &Version) -> bool {
        match version.life.stage {
            MethodologyStage::Rejected { .. } => true,
            MethodologyStage::Draft | MethodologyStage::Active | MethodologyStage::Superseded => false,
            _ => version.stored.parent.as_ref() != Some(&self.methodology.hash),
        }
    }

    async fn reopen(
        &self,
        mut version: Version,
        files: PackFiles,
        actor: &Actor,
    ) -> Result<VersionReport, AppError> {
        let content = content_of(&files);
        let before = version.stored.hash.clone();
        version.stored.parent = Some(self.methodology.hash.clone());
        version.stored.files = files;
        let mut tx = self.store.begin().await?;
        tx.replace_draft(&before, &version.stored).await?;
        version.take(MethodologyEvent::Reopen { content }, &actor.person, (self, &mut tx)).await?;
        tx.commit().await?;
        Ok(version.report())
    }

    /// Replaces the files of a draft; its number stays, its hash follows the files.
    ///
    /// # Errors
    /// [`VersionError::Immutable`] after the check; as [`Dozor::draft_version`].
    pub async fn replace_draft(
        &self,
        id: &str,
        files: PackFiles,
        actor: &Actor,
    ) -> Result<VersionReport, AppError> {
        actor.may(Permission::EditMethodology)?;
        let mut version = self.version(id).await?;
        if version.life.stage != MethodologyStage::Draft {
            let (number, stage) = (version.stored.number, version.life.stage.code());
            return Err(VersionError::Immutable { number, stage }.into());
        }
        if version.stored.files == files && version.stored.parent.as_ref() == Some(&self.methodology.hash) {
            return Ok(version.report());
        }
        let before = version.stored.hash.clone();
        let draft = self.draft_of(files, actor, Some(version.stored.number)).await?;
        let content = content_of(&draft.files);
        let (number, created_at) = (version.stored.number, version.stored.created_at);
        version.stored = Methodology { number, created_at, ..draft };
        let mut tx = self.store.begin().await?;
        tx.replace_draft(&before, &version.stored).await?;
        version.take(MethodologyEvent::Draft { content }, &actor.person, (self, &mut tx)).await?;
        tx.commit().await?;
        Ok(version.report())
    }

    /// Parses files as a draft; `of` is the draft that they replace, if any.
    async fn draft_of(
        &self,
        files: PackFiles,
        actor: &Actor,
        of: Option<i64>,
    ) -> Result<Methodology, AppError> {
        let candidate = self.parse_candidate(files).await?;
        let known = self.store.methodology(&candidate.hash).await?;
        if let Some(known) = known.filter(|known| Some(known.number) != of) {
            return Err(VersionError::Unchanged { number: known.number }.into());
        }
        Ok(Methodology {
            hash: candidate.hash.clone(),
            number: 0,
            parent: Some(self.methodology.hash.clone()),
            state: MethodologyState::Draft,
            engine: ENGINE_VERSION.to_owned(),
            author: actor.person.login.clone(),
            created_at: self.now(),
            activated_at: None,
            files: candidate.files.as_ref().clone(),
        })
    }
}
