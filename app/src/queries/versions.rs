//! Versions of the methodology: where each stands, who did what, what a candidate would move.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::BTreeMap;
use std::sync::Arc;

use dozor_domain as domain;
use dozor_domain::{MethodologyEvent, MethodologyStage};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Queries;
use super::codes::RiskCategory;
use super::version_load::{CapacityFit, GateReason, GroupBurdenView};
use crate::backtesting::{BacktestReport, cause_code};
use crate::error::AppError;
use crate::progress::Silent;
use crate::versions::{Actor, VersionError, VersionReport};
use crate::{Language, User, document};

/// Moved objects that an answer lists; the counts and the CSV of the command line hold them all.
const MOVED_SHOWN: usize = 500;

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

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Share {
    pub value: f64,
    /// 95 % interval.
    pub low: f64,
    pub high: f64,
}

impl From<dozor_scoring::Estimate> for Share {
    fn from(one: dozor_scoring::Estimate) -> Self {
        Self { value: one.value, low: one.low, high: one.high }
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MigrationCell {
    pub control_kind: String,
    pub from: RiskCategory,
    pub to: RiskCategory,
    pub count: i64,
}

/// `by`: ids of rules, or (policy) (facts) (model).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MovedObjectView {
    pub object_key: String,
    pub object_kind: String,
    pub territory: String,
    pub control_kind: String,
    pub from: RiskCategory,
    pub to: RiskCategory,
    pub by: Vec<String>,
}

/// Pairs are before, after.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleEffect {
    pub rule: String,
    pub fired: Vec<i64>,
    pub unknown: Vec<i64>,
    pub failed: Vec<i64>,
    pub differing: i64,
    pub moved: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GroupEffect {
    pub code: String,
    pub objects: i64,
    pub up: i64,
    pub down: i64,
}

/// Pairs are before, after; a capacity that the pack does not state is left out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LoadView {
    pub desk_queue: Vec<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub desk_a_day: Option<f64>,
    pub due_today: Vec<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visits_a_day: Option<f64>,
    pub visits_a_year: Vec<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_a_year: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub categories: Option<CapacityFit>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaughtView {
    pub visited: i64,
    pub found: i64,
    pub missed: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found_share: Option<Share>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hit_rate: Option<Share>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GroupCaughtView {
    pub code: String,
    pub known: i64,
    pub violations: i64,
    pub before: CaughtView,
    pub after: CaughtView,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OutcomesView {
    #[schema(format = DateTime)]
    pub as_of: String,
    #[schema(format = DateTime)]
    pub until: String,
    pub with_model: bool,
    pub capacity: i64,
    pub known: i64,
    pub violations: i64,
    pub before: CaughtView,
    pub after: CaughtView,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Share>,
    pub by_kind: Vec<GroupCaughtView>,
    pub by_territory: Vec<GroupCaughtView>,
}

/// `gate`: one_approver head_of_unit head.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Backtest {
    pub candidate: String,
    #[schema(format = DateTime)]
    pub as_of: String,
    pub objects: i64,
    pub moved_objects: i64,
    pub moved_share: f64,
    pub up: i64,
    pub down: i64,
    pub gate: String,
    pub gate_reasons: Vec<GateReason>,
    /// All objects first, then the groups, by attribute.
    pub burdens: Vec<GroupBurdenView>,
    pub matrix: Vec<MigrationCell>,
    /// The first 500 of those that move.
    pub moved: Vec<MovedObjectView>,
    pub moved_total: i64,
    pub rules: Vec<RuleEffect>,
    pub by_kind: Vec<GroupEffect>,
    pub by_territory: Vec<GroupEffect>,
    pub load: LoadView,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcomes: Option<OutcomesView>,
}

/// `level`: error warning. `example`: key of an object, or a case.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FindingView {
    pub level: String,
    pub code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    pub cause: String,
    pub action: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FindingList {
    pub items: Vec<FindingView>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleHistoryView {
    pub rule: String,
    /// Outcomes of three years before which it fired.
    pub fired: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Share>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annulled: Option<Share>,
    /// Whether a lawyer checked every reference.
    pub basis_checked: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleHistoryList {
    pub items: Vec<RuleHistoryView>,
}

pub(super) fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn pair(counts: [u64; 2]) -> Vec<i64> {
    counts.map(whole).to_vec()
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

fn caught(one: &dozor_scoring::Caught) -> CaughtView {
    CaughtView {
        visited: whole(one.visited),
        found: whole(one.found),
        missed: whole(one.missed),
        found_share: one.found_share.map(Share::from),
        hit_rate: one.hit_rate.map(Share::from),
    }
}

fn groups_caught(all: &[dozor_scoring::GroupCaught]) -> Vec<GroupCaughtView> {
    let view = |one: &dozor_scoring::GroupCaught| GroupCaughtView {
        code: one.code.clone(),
        known: whole(one.known),
        violations: whole(one.violations),
        before: caught(&one.before),
        after: caught(&one.after),
    };
    all.iter().filter(|one| one.known > 0).map(view).collect()
}

fn groups(all: &[dozor_scoring::GroupMoves]) -> Vec<GroupEffect> {
    let view = |one: &dozor_scoring::GroupMoves| GroupEffect {
        code: one.code.clone(),
        objects: whole(one.objects),
        up: whole(one.up),
        down: whole(one.down),
    };
    all.iter().map(view).collect()
}

impl From<BacktestReport> for Backtest {
    fn from(report: BacktestReport) -> Self {
        let cells = report.matrices.iter().flat_map(|matrix| {
            matrix.cells.iter().flat_map(move |(from, line)| {
                line.iter().map(move |(to, count)| MigrationCell {
                    control_kind: matrix.control_kind.clone(),
                    from: (*from).into(),
                    to: (*to).into(),
                    count: whole(*count),
                })
            })
        });
        let moved = report.moved.iter().take(MOVED_SHOWN).map(|one| MovedObjectView {
            object_key: one.object.clone(),
            object_kind: one.object_kind.clone(),
            territory: one.territory.clone(),
            control_kind: one.control_kind.clone(),
            from: one.from.into(),
            to: one.to.into(),
            by: one.by.iter().map(|cause| cause_code(cause).to_owned()).collect(),
        });
        let rules = report.rules.iter().map(|one| RuleEffect {
            rule: one.rule.clone(),
            fired: pair(one.fired),
            unknown: pair(one.unknown),
            failed: pair(one.failed),
            differing: whole(one.differing),
            moved: whole(one.moved),
        });
        Self {
            candidate: report.candidate.clone(),
            as_of: report.as_of.to_string(),
            objects: whole(report.objects),
            moved_objects: whole(report.moved_objects),
            moved_share: report.gate.moved_share,
            up: whole(report.up),
            down: whole(report.down),
            gate: code(&report.gate.level),
            gate_reasons: report.gate.reasons.iter().map(GateReason::from).collect(),
            burdens: report.burdens.iter().map(GroupBurdenView::from).collect(),
            matrix: cells.collect(),
            moved_total: i64::try_from(report.moved.len()).unwrap_or(i64::MAX),
            moved: moved.collect(),
            rules: rules.collect(),
            by_kind: groups(&report.by_kind),
            by_territory: groups(&report.by_territory),
            load: load_view(&report.load),
            outcomes: report.outcomes.as_ref().map(outcomes_view),
        }
    }
}

fn load_view(load: &dozor_scoring::Load) -> LoadView {
    LoadView {
        desk_queue: pair(load.desk_queue),
        desk_a_day: load.desk_a_day,
        due_today: pair(load.due_today),
        visits_a_day: load.visits_a_day,
        visits_a_year: load.visits_a_year.to_vec(),
        capacity_a_year: load.capacity_a_year,
        categories: load.categories.as_ref().map(CapacityFit::from),
    }
}

fn outcomes_view(one: &crate::backtesting::OutcomeReport) -> OutcomesView {
    let known = &one.known;
    OutcomesView {
        as_of: one.as_of.to_string(),
        until: one.until.to_string(),
        with_model: one.with_model,
        capacity: whole(known.capacity),
        known: whole(known.known),
        violations: whole(known.violations),
        before: caught(&known.before),
        after: caught(&known.after),
        difference: known.difference.map(Share::from),
        by_kind: groups_caught(&known.by_kind),
        by_territory: groups_caught(&known.by_territory),
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

    /// Returns a version as a document; with what history says of its rules where it is the one in force.
    ///
    /// # Errors
    /// [`VersionError::Unknown`]; the store's.
    pub async fn version_document(&self, version: &str, language: Language) -> Result<String, AppError> {
        let found = self.dozor.version(version).await?;
        let is_active = found.stored.hash == self.dozor.methodology.hash;
        let candidate = self.dozor.parse_candidate(found.stored.files).await?;
        let passports =
            if is_active { self.dozor.passports(self.dozor.now(), &Silent).await? } else { Vec::new() };
        Ok(document(&candidate, Some(found.stored.number), &passports, language))
    }

    async fn stored_candidate(&self, version: &str) -> Result<Arc<crate::LoadedMethodology>, AppError> {
        self.dozor.candidate(&self.candidate_hash(version).await?).await
    }

    pub(super) async fn candidate_hash(&self, version: &str) -> Result<String, AppError> {
        let unknown = || VersionError::Unknown { id: version.to_owned() };
        Ok(self.dozor.version_hash(version).await?.ok_or_else(unknown)?)
    }
}
