//! Versions of the methodology: where each stands, who did what, what a candidate would move.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::BTreeMap;
use std::sync::Arc;

use dozor_domain as domain;
use dozor_domain::{MethodologyEvent, MethodologyStage};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Queries;
use crate::error::AppError;
use crate::progress::Silent;
use crate::versions::{Actor, VersionError, VersionReport};
use crate::{Language, User, document};

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VersionPerson {
    pub login: String,
    pub name: String,
}

impl From<&domain::Person> for VersionPerson {
    fn from(person: &domain::Person) -> Self {
        Self { login: person.login.clone(), name: person.name.clone() }
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VersionStep {
    /// draft check submit sign approve schedule activate supersede restore reject
    pub step: String,
    pub by: VersionPerson,
    #[schema(format = DateTime)]
    pub at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Is a version without its files. `state`: draft checked in_review lawyer_signed approved scheduled active
/// superseded rejected.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MethodologyVersion {
    pub number: i64,
    pub hash: String,
    pub state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    pub authors: Vec<VersionPerson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lawyer: Option<VersionPerson>,
    pub approvals: Vec<VersionPerson>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activated_at: Option<String>,
    /// From when a scheduled version is in force.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    pub steps: Vec<VersionStep>,
}

/// Newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VersionList {
    pub items: Vec<MethodologyVersion>,
}

/// Path in the pack → text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VersionFiles {
    pub files: BTreeMap<String, String>,
}

/// Files to write into a draft; an empty text removes the file. Files that are not named stay.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct FileChanges {
    pub changes: BTreeMap<String, String>,
}

/// What may be done to a version by a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VersionAction {
    Check,
    Submit,
    Sign,
    Approve,
    Schedule,
    Activate,
    Reject,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewStep {
    pub step: VersionAction,
    /// Needed to reject, and to approve where a gate asks for it.
    #[serde(default)]
    pub reason: String,
    /// Day or instant; needed to schedule.
    #[serde(default)]
    pub from: Option<String>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct Rollback {
    pub reason: String,
}

/// What a step did. `agreed` is false while a gate asks for somebody else.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StepDone {
    pub version: MethodologyVersion,
    pub agreed: bool,
    /// one_approver head_of_unit head; none but for approvals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<String>,
    /// What the author should look at although the check passed.
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldChange {
    pub field: String,
    pub before: String,
    pub after: String,
}

/// `change`: added removed changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleChangeView {
    pub rule: String,
    pub change: String,
    pub fields: Vec<FieldChange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script_before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script_after: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FileChangeView {
    pub path: String,
    pub change: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Difference {
    pub rules: Vec<RuleChangeView>,
    pub files: Vec<FileChangeView>,
}

/// Writes an enum as its stored code.
pub(super) fn code(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|json| json.as_str().map(str::to_owned)).unwrap_or_default()
}

fn step_view(step: &domain::MethodologyStep) -> VersionStep {
    let reason = match &step.event {
        MethodologyEvent::Approve { reason, .. }
        | MethodologyEvent::Restore { reason }
        | MethodologyEvent::Reject { reason } => Some(reason.clone()).filter(|reason| !reason.is_empty()),
        MethodologyEvent::Draft { .. }
        | MethodologyEvent::Reopen { .. }
        | MethodologyEvent::Check { .. }
        | MethodologyEvent::Submit
        | MethodologyEvent::Sign
        | MethodologyEvent::Schedule { .. }
        | MethodologyEvent::Activate
        | MethodologyEvent::Supersede { .. } => None,
    };
    VersionStep {
        step: step.event.code().to_owned(),
        by: VersionPerson::from(&step.by),
        at: step.at.to_string(),
        reason,
    }
}

impl From<VersionReport> for MethodologyVersion {
    fn from(report: VersionReport) -> Self {
        let from = match report.life.stage {
            MethodologyStage::Scheduled { from } => Some(from.to_string()),
            _ => None,
        };
        Self {
            number: report.number,
            hash: report.hash,
            state: report.life.stage.code().to_owned(),
            parent: report.parent,
            authors: report.life.authors.iter().map(VersionPerson::from).collect(),
            lawyer: report.life.lawyer.as_ref().map(VersionPerson::from),
            approvals: report.life.approvals.iter().map(|one| VersionPerson::from(&one.by)).collect(),
            created_at: report.created_at.to_string(),
            activated_at: report.activated_at.map(|at| at.to_string()),
            from,
            steps: report.steps.iter().map(step_view).collect(),
        }
    }
}

fn changed_files(mut files: BTreeMap<String, String>, changes: FileChanges) -> BTreeMap<String, String> {
    for (path, text) in changes.changes {
        if text.is_empty() {
            files.remove(&path);
        } else {
            files.insert(path, text);
        }
    }
    files
}

impl Queries {
    fn actor(&self, user: &User) -> Actor {
        self.dozor.actor_of(user)
    }

    /// Returns all versions, the newest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn versions(&self) -> Result<VersionList, AppError> {
        let items = self.dozor.versions().await?.into_iter().map(MethodologyVersion::from);
        Ok(VersionList { items: items.collect() })
    }

    /// Returns the files of a version.
    ///
    /// # Errors
    /// [`VersionError::Unknown`]; the store's.
    pub async fn version_files(&self, version: &str) -> Result<VersionFiles, AppError> {
        let found = self.dozor.version(version).await?;
        Ok(VersionFiles { files: found.stored.files })
    }

    /// Makes a draft of the version in force with some files changed.
    ///
    /// # Errors
    /// As [`crate::Dozor::draft_version`].
    pub async fn draft(&self, changes: FileChanges, user: &User) -> Result<MethodologyVersion, AppError> {
        let files = changed_files(self.dozor.methodology.files.as_ref().clone(), changes);
        Ok(self.dozor.draft_version(files, &self.actor(user)).await?.into())
    }

    /// Changes files of a draft.
    ///
    /// # Errors
    /// As [`crate::Dozor::replace_draft`].
    pub async fn edit_draft(
        &self,
        version: &str,
        changes: FileChanges,
        user: &User,
    ) -> Result<MethodologyVersion, AppError> {
        let files = changed_files(self.version_files(version).await?.files, changes);
        Ok(self.dozor.replace_draft(version, files, &self.actor(user)).await?.into())
    }

    /// Takes a step of a version.
    ///
    /// # Errors
    /// [`VersionError`]; [`AppError::DateInvalid`]; the store's.
    pub async fn take_step(&self, version: &str, step: NewStep, user: &User) -> Result<StepDone, AppError> {
        let (dozor, actor) = (&self.dozor, self.actor(user));
        let mut done = None;
        let report = match step.step {
            VersionAction::Check => {
                let checked = dozor.check_version(version, &actor).await?;
                done = Some((true, None, checked.warnings));
                checked.version
            }
            VersionAction::Submit => dozor.submit_version(version, &actor).await?,
            VersionAction::Sign => dozor.sign_version(version, &actor).await?,
            VersionAction::Approve => {
                let approved = dozor.approve_version(version, &step.reason, &actor, &Silent).await?;
                done = Some((approved.agreed, Some(code(&approved.gate.level)), Vec::new()));
                approved.version
            }
            VersionAction::Schedule => {
                let from = dozor.instant(step.from.as_deref().unwrap_or_default())?;
                dozor.schedule_version(version, from, &actor).await?
            }
            VersionAction::Activate => dozor.activate_version(version, &actor).await?,
            VersionAction::Reject => dozor.reject_version(version, &step.reason, &actor).await?,
        };
        let (agreed, gate, warnings) = done.unwrap_or((true, None, Vec::new()));
        Ok(StepDone { version: report.into(), agreed, gate, warnings })
    }

    /// Brings the version that was in force before back.
    ///
    /// # Errors
    /// As [`crate::Dozor::roll_back`].
    pub async fn roll_back(&self, body: Rollback, user: &User) -> Result<MethodologyVersion, AppError> {
        Ok(self.dozor.roll_back(&body.reason, &self.actor(user)).await?.restored.into())
    }

    /// Compares a version with the one in force, by rule and by file.
    ///
    /// # Errors
    /// [`VersionError::Unknown`]; the store's.
    pub async fn version_difference(&self, version: &str) -> Result<Difference, AppError> {
        let candidate = self.stored_candidate(version).await?;
        let found = self.dozor.difference(&candidate);
        let rules = found.rules.into_iter().map(|one| RuleChangeView {
            change: code(&one.change),
            rule: one.rule,
            fields: one
                .fields
                .into_iter()
                .map(|field| FieldChange { field: field.field, before: field.before, after: field.after })
                .collect(),
            script_before: one.script_before,
            script_after: one.script_after,
        });
        let files = found.files.iter();
        Ok(Difference {
            files: files
                .map(|one| FileChangeView { path: one.path.clone(), change: code(&one.change) })
                .collect(),
            rules: rules.collect(),
        })
    }

    /// Returns a version as a document, with what history says of its rules.
    ///
    /// # Errors
    /// [`VersionError::Unknown`]; the store's.
    pub async fn version_document(&self, version: &str, language: Language) -> Result<Arc<str>, AppError> {
        let hash = self.candidate_hash(version).await?;
        let question = match language {
            Language::Russian => "document in Russian",
            Language::English => "document in English",
        };
        let work = async {
            let found = self.dozor.version(version).await?;
            let candidate = Arc::new(self.dozor.parse_candidate(found.stored.files).await?);
            let passports = self.dozor.passports_of(&candidate, self.moment().await?, &Silent).await?;
            let text = document(&candidate, Some(found.stored.number), &passports, language);
            Ok(Arc::<str>::from(text))
        };
        let found = self.city.ask_in_turn(self.asked(question, &hash, None).await?, work).await?;
        Ok(Arc::clone(&*found))
    }

    async fn stored_candidate(&self, version: &str) -> Result<Arc<crate::LoadedMethodology>, AppError> {
        self.dozor.candidate(&self.candidate_hash(version).await?).await
    }

    pub(super) async fn candidate_hash(&self, version: &str) -> Result<String, AppError> {
        let unknown = || VersionError::Unknown { id: version.to_owned() };
        Ok(self.dozor.version_hash(version).await?.ok_or_else(unknown)?)
    }
}
