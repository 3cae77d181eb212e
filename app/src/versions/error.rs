//! Why a step of a methodology version is refused.

use dozor_domain::{Coded, ErrorInfo, MethodologyFault, Permission};
use thiserror::Error;

/// Codes of methodology versions.
pub const VERSION_ERRORS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "METHODOLOGY_STEP",
        cause: "the version is in a state that does not take this step",
        action: "run `dozor methodology list` to see where it stands; the order is check, submit, sign, approve, schedule or activate",
    },
    ErrorInfo {
        code: "OWN_WORK",
        cause: "nobody signs or approves a methodology that he wrote, under whatever login",
        action: "ask another person with the permission",
    },
    ErrorInfo {
        code: "APPROVED_ALREADY",
        cause: "the gate asks for another person, and this one has approved",
        action: "ask a second person; `dozor methodology show` says whose word is missing",
    },
    ErrorInfo {
        code: "REASON_REQUIRED",
        cause: "the step is on record for years and needs a reason in words",
        action: "give --reason",
    },
    ErrorInfo {
        code: "METHODOLOGY_UNKNOWN",
        cause: "no version has this number or hash",
        action: "run `dozor methodology list`",
    },
    ErrorInfo {
        code: "METHODOLOGY_UNCHANGED",
        cause: "a version with the same facts, rules, policy, sources and calendar is stored already",
        action: "change something that decides categories, or use the version that the message names",
    },
    ErrorInfo {
        code: "METHODOLOGY_IMMUTABLE",
        cause: "the version passed its check: from then on its files never change",
        action: "make a new draft: `dozor pack upgrade` without --draft",
    },
    ErrorInfo {
        code: "METHODOLOGY_ALTERED",
        cause: "the stored files are not those that were checked: somebody changed the database past the program",
        action: "restore the database from a backup and tell the security officer; the version cannot come into force",
    },
    ErrorInfo {
        code: "METHODOLOGY_NOT_SOUND",
        cause: "a rule, a case or the verifier has errors",
        action: "mend what the message lists; `dozor rules verify` shows all findings",
    },
    ErrorInfo {
        code: "METHODOLOGY_STALE",
        cause: "another version came into force since this one was drafted from it",
        action: "make a new draft from the version in force, or `dozor pack upgrade` with the same files: the version is then a draft of the one in force",
    },
    ErrorInfo {
        code: "SCHEDULE_IN_THE_PAST",
        cause: "a version comes into force from now on, never backwards",
        action: "give a later day",
    },
    ErrorInfo {
        code: "NOTHING_TO_RESTORE",
        cause: "no earlier version was ever in force",
        action: "activate another version instead",
    },
    ErrorInfo {
        code: "PERSON_UNKNOWN",
        cause: "the database has users, and none has this login",
        action: "give the login of a user who may do this",
    },
    ErrorInfo {
        code: "PERSON_BLOCKED",
        cause: "the user of this login is blocked",
        action: "let somebody who is not blocked take the step, or `dozor user unblock` first",
    },
    ErrorInfo {
        code: "POWER_MISSING",
        cause: "the role of this person does not allow the step",
        action: "ask somebody whose role has the permission that the message names",
    },
    ErrorInfo {
        code: "TABLE_NAME",
        cause: "scripts call a table by its name: lower-case Latin letters, digits and «_», at most 60",
        action: "give the table another name",
    },
];

/// Says why a step is refused.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum VersionError {
    /// The life of the version does not take it.
    #[error("taking a step of version {number}: {fault}")]
    Fault {
        /// Number of the version.
        number: i64,
        /// Why.
        fault: MethodologyFault,
    },
    /// There is no such version.
    #[error("looking for the methodology version «{id}»")]
    Unknown {
        /// What was given.
        id: String,
    },
    /// The same version is there.
    #[error("drafting a version whose rules are those of version {number}")]
    Unchanged {
        /// The version that has them.
        number: i64,
    },
    /// Its files may no longer change.
    #[error("replacing the files of version {number}, which is {stage}")]
    Immutable {
        /// Number of the version.
        number: i64,
        /// Where it stands.
        stage: &'static str,
    },
    /// Its files changed past the program.
    #[error("reading version {number}")]
    Altered {
        /// Number of the version.
        number: i64,
    },
    /// It does not pass its check.
    #[error("checking version {number}: {}", problems.join("; "))]
    NotSound {
        /// Number of the version.
        number: i64,
        /// All that is wrong, each in a sentence.
        problems: Vec<String>,
    },
    /// Another version is in force than the one it was drafted from.
    #[error(
        "activating version {number}, whose last approval compared it with another version than the one in force"
    )]
    Stale {
        /// Number of the version.
        number: i64,
    },
    /// The day has passed.
    #[error("scheduling version {number} for {from}")]
    Past {
        /// Number of the version.
        number: i64,
        /// The instant.
        from: String,
    },
    /// There is no earlier version.
    #[error("bringing the last version back")]
    NothingToRestore,
    /// There is no such person.
    #[error("looking for the user «{login}»")]
    PersonUnknown {
        /// What was given.
        login: String,
    },
    /// The person is blocked.
    #[error("letting «{login}» take a step")]
    PersonBlocked {
        /// What was given.
        login: String,
    },
    /// The person may not.
    #[error("letting {person} do what takes «{permission:?}»")]
    PowerMissing {
        /// The person.
        person: String,
        /// What is missing.
        permission: Permission,
    },
    /// A table has no name that a script could call it by.
    #[error("naming a table «{name}»")]
    TableName {
        /// What was given.
        name: String,
    },
}

impl Coded for VersionError {
    fn info(&self) -> &'static ErrorInfo {
        let code = match self {
            Self::Fault { fault, .. } => match fault {
                MethodologyFault::Transition(_) => "METHODOLOGY_STEP",
                MethodologyFault::OwnWork { .. } => "OWN_WORK",
                MethodologyFault::ApprovedAlready { .. } => "APPROVED_ALREADY",
                MethodologyFault::ReasonMissing { .. } => "REASON_REQUIRED",
            },
            Self::Unknown { .. } => "METHODOLOGY_UNKNOWN",
            Self::Unchanged { .. } => "METHODOLOGY_UNCHANGED",
            Self::Immutable { .. } => "METHODOLOGY_IMMUTABLE",
            Self::Altered { .. } => "METHODOLOGY_ALTERED",
            Self::NotSound { .. } => "METHODOLOGY_NOT_SOUND",
            Self::Stale { .. } => "METHODOLOGY_STALE",
            Self::Past { .. } => "SCHEDULE_IN_THE_PAST",
            Self::NothingToRestore => "NOTHING_TO_RESTORE",
            Self::PersonUnknown { .. } => "PERSON_UNKNOWN",
            Self::PersonBlocked { .. } => "PERSON_BLOCKED",
            Self::PowerMissing { .. } => "POWER_MISSING",
            Self::TableName { .. } => "TABLE_NAME",
        };
        VERSION_ERRORS.iter().find(|info| info.code == code).unwrap_or(&VERSION_ERRORS[0])
    }
}
