//! Who acts, where a version stands, and how a step is written.

use std::collections::BTreeSet;

use dozor_domain::{
    MethodologyEvent, MethodologyLife, MethodologyStage, MethodologyStep, Permission, Person, Timestamp, hex,
    sha256,
};
use dozor_store::{Methodology, MethodologyState, User, UserState, WriteTx};
use serde::Serialize;
use serde_json::json;

use super::error::VersionError;
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::pack::PackFiles;

/// Is who takes a step, and what his role allows.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person.
    pub person: Person,
    /// What he may do.
    pub permissions: BTreeSet<Permission>,
}

impl Actor {
    /// Checks that the person may do this.
    ///
    /// # Errors
    /// [`VersionError::PowerMissing`].
    pub(crate) fn may(&self, permission: Permission) -> Result<(), VersionError> {
        match self.permissions.contains(&permission) {
            true => Ok(()),
            false => Err(VersionError::PowerMissing { person: self.person.name.clone(), permission }),
        }
    }
}

/// Is a version with its steps.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) stored: Methodology,
    pub(crate) steps: Vec<MethodologyStep>,
    pub(crate) life: MethodologyLife,
}

/// Says all about one version but its files.
#[derive(Clone, Debug, Serialize)]
pub struct VersionReport {
    /// Number, from 1: stays the same while a draft is edited.
    pub number: i64,
    /// Hash of what decides categories.
    pub hash: String,
    /// Hash of the version it was drafted from.
    pub parent: Option<String>,
    /// Version of the engine that it was made for.
    pub engine: String,
    /// When it was drafted.
    pub created_at: Timestamp,
    /// When it last came into force.
    pub activated_at: Option<Timestamp>,
    /// Authors, state, lawyer, approvals.
    #[serde(flatten)]
    pub life: MethodologyLife,
    /// What happened, in order.
    pub steps: Vec<MethodologyStep>,
}

/// Returns the SHA-256 over path and text of all files: also of those that decide no category.
pub(crate) fn content_of(files: &PackFiles) -> String {
    let mut bytes = Vec::new();
    for part in files.iter().flat_map(|(path, text)| [path, text]) {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    hex(&sha256(&bytes))
}

impl Version {
    fn new(stored: Methodology, steps: Vec<MethodologyStep>) -> Result<Self, AppError> {
        let broken = || VersionError::Altered { number: stored.number };
        let is_drafted =
            matches!(steps.first(), Some(step) if matches!(step.event, MethodologyEvent::Draft { .. }));
        let life = if is_drafted {
            MethodologyLife::fold(&steps)
        } else {
            // The first version comes with the database, in force and without a review.
            let by = Person { login: stored.author.clone(), name: stored.author.clone() };
            let begun = MethodologyLife::imported(content_of(&stored.files), by);
            steps.iter().try_fold(begun, |life, step| life.apply(&step.event, &step.by).ok())
        };
        let life = life.ok_or_else(broken)?;
        Ok(Self { stored, steps, life })
    }

    /// Refuses files that are not those that were drafted or checked.
    pub(crate) fn expect_unaltered(&self) -> Result<(), VersionError> {
        match content_of(&self.stored.files) == self.life.content {
            true => Ok(()),
            false => Err(VersionError::Altered { number: self.stored.number }),
        }
    }

    pub(crate) fn report(self) -> VersionReport {
        let Self { stored, steps, life } = self;
        VersionReport {
            number: stored.number,
            hash: stored.hash,
            parent: stored.parent,
            engine: stored.engine,
            created_at: stored.created_at,
            activated_at: stored.activated_at,
            life,
            steps,
        }
    }

    /// Applies a step and writes it into the transaction with its audit entry.
    pub(crate) async fn take(
        &mut self,
        event: MethodologyEvent,
        by: &Person,
        (dozor, tx): (&Dozor, &mut WriteTx),
    ) -> Result<(), AppError> {
        let number = self.stored.number;
        let fault = |fault| VersionError::Fault { number, fault };
        self.life = self.life.clone().apply(&event, by).map_err(fault)?;
        let step = MethodologyStep { event, by: by.clone(), at: dozor.now() };
        tx.insert_methodology_step(number, self.steps.len(), &step).await?;
        let details = json!({
            "number": number, "step": step.event.code(), "state": self.life.stage.code(), "content": self.life.content,
        });
        let use_case = format!("methodology_{}", step.event.code());
        tx.audit(dozor.audit(&by.login, &use_case, &self.stored.hash, &details));
        self.steps.push(step);
        Ok(())
    }
}

impl Dozor {
    /// Returns who acts under a login. In a database without users, whoever holds the machine may act under the
    /// name that he gives: it goes into the log.
    ///
    /// # Errors
    /// [`VersionError::PersonUnknown`]; the store's.
    pub async fn actor(&self, login: &str) -> Result<Actor, AppError> {
        let users = self.store.users().await?;
        if let Some(user) = users.iter().find(|user| user.login == login) {
            if user.state != UserState::Active {
                return Err(VersionError::PersonBlocked { login: login.to_owned() }.into());
            }
            return Ok(self.actor_of(user));
        }
        if !users.is_empty() {
            return Err(VersionError::PersonUnknown { login: login.to_owned() }.into());
        }
        let person = Person { login: login.to_owned(), name: login.to_owned() };
        let permissions = [
            Permission::EditMethodology,
            Permission::SignMethodology,
            Permission::ApproveMethodology,
            Permission::AgreeMethodology,
            Permission::OverrideMethodology,
            Permission::DecideSigns,
            Permission::SignOrders,
            Permission::RegisterOrders,
            Permission::ApprovePlans,
        ];
        Ok(Actor { person, permissions: permissions.into() })
    }

    /// Returns a user as who acts.
    pub fn actor_of(&self, user: &User) -> Actor {
        let roles = self.methodology.manifest.roles.iter();
        let permissions =
            roles.filter(|role| role.code == user.role).flat_map(|role| role.permissions.clone());
        let person = Person { login: user.login.clone(), name: user.name.clone() };
        Actor { person, permissions: permissions.collect() }
    }

    /// Returns an active user by his login.
    ///
    /// # Errors
    /// [`VersionError::PersonUnknown`], [`VersionError::PersonBlocked`]; the store's.
    pub async fn known_user(&self, login: &str) -> Result<User, AppError> {
        let user = self.store.user_by_login(login).await?;
        let user = user.ok_or_else(|| VersionError::PersonUnknown { login: login.to_owned() })?;
        match user.state {
            UserState::Active => Ok(user),
            UserState::Blocked => Err(VersionError::PersonBlocked { login: login.to_owned() }.into()),
        }
    }

    /// Returns a version with its life.
    pub(crate) async fn version(&self, id: &str) -> Result<Version, AppError> {
        let unknown = || VersionError::Unknown { id: id.to_owned() };
        let hash = self.version_hash(id).await?.ok_or_else(unknown)?;
        let stored = self.store.methodology(&hash).await?.ok_or_else(unknown)?;
        let steps = self.store.methodology_steps().await?;
        let own =
            steps.into_iter().filter(|(number, _)| *number == stored.number).map(|(_, step)| step).collect();
        Version::new(stored, own)
    }

    /// Returns the version in force.
    pub(crate) async fn version_in_force(&self) -> Result<Version, AppError> {
        let versions = self.store.methodologies().await?;
        let active = versions.into_iter().find(|one| one.state == MethodologyState::Active);
        let number = active.map_or(0, |one| one.number);
        self.version(&number.to_string()).await
    }

    /// Returns one version.
    ///
    /// # Errors
    /// [`VersionError::Unknown`]; the store's.
    pub async fn version_report(&self, id: &str) -> Result<VersionReport, AppError> {
        Ok(self.version(id).await?.report())
    }

    /// Returns all versions, the newest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn versions(&self) -> Result<Vec<VersionReport>, AppError> {
        let steps = self.store.methodology_steps().await?;
        let mut reports = Vec::new();
        for stored in self.store.methodologies().await? {
            let number = stored.number;
            let own = steps.iter().filter(|(of, _)| *of == number).map(|(_, step)| step.clone()).collect();
            reports.push(Version::new(stored, own)?.report());
        }
        reports.reverse();
        Ok(reports)
    }

    /// Returns the versions that are scheduled, with the instant of each, the earliest first.
    pub(crate) async fn scheduled(&self) -> Result<Vec<(Timestamp, i64)>, AppError> {
        let mut found: Vec<(Timestamp, i64)> = self
            .versions()
            .await?
            .into_iter()
            .filter_map(|one| match one.life.stage {
                MethodologyStage::Scheduled { from } => Some((from, one.number)),
                _ => None,
            })
            .collect();
        found.sort_unstable();
        Ok(found)
    }
}
