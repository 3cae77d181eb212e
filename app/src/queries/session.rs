//! Logging in and out: the password, throttling, the audit entry, and who is at the other end of a session.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use dozor_domain as domain;
use dozor_domain::{Timestamp, UserId};
use dozor_store::{User, UserState};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use super::Queries;
use super::codes::Permission;
use super::common::Localized;
use crate::accounts::{hash_password, password_matches};
use crate::dozor::blocking;
use crate::error::AppError;
use crate::users::LONGEST_LOGIN;

/// Use-case of the audit log.
pub(super) const LOGIN: &str = "login";

/// Failures in a row after which a login waits.
const FAILURES: u32 = 5;
/// How long it waits after that: minutes for a person, useless for a guessing machine.
const WAIT_MICROS: i64 = 5 * 60 * 1_000_000;
/// Most bytes of a password that are looked at: 1,000 characters of four bytes.
const LONGEST_GIVEN: usize = 4000;
/// Logins whose failures are remembered; the oldest are forgotten first.
const REMEMBERED: usize = 10_000;

#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    pub login: String,
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("login", &self.login).field("password", &"***").finish()
    }
}

/// Who is logged in and what he may do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Session {
    pub login: String,
    pub name: String,
    pub role: String,
    pub role_title: Localized,
    pub permissions: Vec<Permission>,
    /// Key of the staff record; inspectors have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff_key: Option<String>,
}

/// Passwords that are hashed at once: each takes 19 MiB and a whole core, and nobody needs to be logged in to ask.
const HASHED_AT_ONCE: usize = 2;

/// Counts attempts to log in, and lets few passwords be hashed at once.
#[derive(Debug)]
pub struct LoginGuard {
    attempts: Mutex<BTreeMap<String, (u32, Timestamp)>>,
    hashing: Semaphore,
}

impl Default for LoginGuard {
    fn default() -> Self {
        Self { attempts: Mutex::default(), hashing: Semaphore::new(HASHED_AT_ONCE) }
    }
}

impl LoginGuard {
    /// Counts an attempt and tells whether it may be made. It counts before its password is looked at: else many at
    /// once would all find the count of before.
    fn admits(&self, login: &str, now: Timestamp) -> bool {
        let Ok(mut known) = self.attempts.lock() else { return false };
        if known.len() >= REMEMBERED && !known.contains_key(login) {
            let oldest = known.iter().min_by_key(|(_, (_, last))| *last).map(|(name, _)| name.clone());
            oldest.map(|name| known.remove(&name));
        }
        let entry = known.entry(login.to_owned()).or_insert((0, now));
        if now.micros().saturating_sub(entry.1.micros()) >= WAIT_MICROS {
            entry.0 = 0;
        }
        if entry.0 >= FAILURES {
            return false;
        }
        *entry = (entry.0 + 1, now);
        true
    }

    fn forget(&self, login: &str) {
        if let Ok(mut known) = self.attempts.lock() {
            known.remove(login);
        }
    }
}

impl Queries {
    /// Checks a login and writes it into the audit log. A login that nobody has takes as long as a wrong password.
    ///
    /// # Errors
    /// [`AppError::LoginTooOften`], [`AppError::LoginRefused`]; the store's.
    pub async fn log_in(&self, guard: &LoginGuard, given: Credentials) -> Result<User, AppError> {
        let now = self.dozor.now();
        // Longer than any login or password that can be set: nothing of it is remembered or hashed.
        if given.login.chars().count() > LONGEST_LOGIN || given.password.len() > LONGEST_GIVEN {
            return Err(AppError::LoginRefused);
        }
        if !guard.admits(&given.login, now) {
            tracing::warn!(code = "LOGIN_TOO_OFTEN", "a login waits after too many failures");
            return Err(AppError::LoginTooOften);
        }
        let user = self.dozor.store().user_by_login(&given.login).await?;
        let stored = user.as_ref().map(|user| user.password_hash.clone());
        let password = given.password;
        // Closed never: a failure to wait is a login refused.
        let turn = guard.hashing.acquire().await.map_err(|_| AppError::LoginRefused)?;
        let matches = blocking("a password", move || match stored {
            Some(hash) => Ok(password_matches(&password, &hash)),
            // Hashing costs what checking costs.
            None => hash_password(&password, &[0; 16]).map(|_| false),
        })
        .await??;
        drop(turn);
        let known = user.as_ref().map(|user| user.login.clone());
        let Some(user) = user.filter(|user| matches && user.state == UserState::Active) else {
            // A text that is no login may be a password in the wrong field: only known ones are named.
            let login = known.as_deref().unwrap_or("unknown");
            tracing::warn!(code = "LOGIN_REFUSED", login, "a login was refused");
            return Err(AppError::LoginRefused);
        };
        guard.forget(&given.login);
        self.write_session_entry(LOGIN, &user).await?;
        Ok(user)
    }

    /// Writes into the audit log that a user logged out.
    ///
    /// # Errors
    /// The store's.
    pub async fn log_out(&self, user: &User) -> Result<(), AppError> {
        self.write_session_entry("logout", user).await
    }

    async fn write_session_entry(&self, use_case: &str, user: &User) -> Result<(), AppError> {
        let mut tx = self.dozor.store().begin().await?;
        tx.audit(self.dozor.audit(
            &user.login,
            use_case,
            &user.id.to_string(),
            &json!({ "role": user.role }),
        ));
        tx.commit().await?;
        Ok(())
    }

    /// Returns what a session keeps of its user: who he is, and when his account changed last.
    pub fn session_mark(user: &User) -> String {
        format!("{}@{}", user.id, user.changed_at.micros())
    }

    /// Returns the user of a session as he is now. A blocked user is nobody, and an account that has changed since the
    /// login, such as by another password, has no sessions any more.
    ///
    /// # Errors
    /// [`AppError::SessionRequired`]; the store's.
    pub async fn session_user(&self, mark: &str) -> Result<User, AppError> {
        let id = mark.split_once('@').and_then(|(id, _)| UserId::parse(id));
        let user = self.dozor.store().user(id.ok_or(AppError::SessionRequired)?).await?;
        let stands = |user: &User| user.state == UserState::Active && Self::session_mark(user) == mark;
        user.filter(stands).ok_or(AppError::SessionRequired)
    }

    /// Returns what a role may do; nothing when the pack does not know it.
    pub fn permissions(&self, role: &str) -> BTreeSet<domain::Permission> {
        let roles = &self.dozor.methodology.manifest.roles;
        roles
            .iter()
            .find(|known| known.code == role)
            .map(|known| known.permissions.clone())
            .unwrap_or_default()
    }

    /// Returns what the pages need to know of a user.
    pub fn session(&self, user: &User) -> Session {
        Session {
            login: user.login.clone(),
            name: user.name.clone(),
            role: user.role.clone(),
            role_title: self.dozor.role_title(&user.role),
            permissions: self.permissions(&user.role).into_iter().map(Permission::from).collect(),
            staff_key: user.staff.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_close_a_login_for_a_while_and_a_success_opens_it() {
        let guard = LoginGuard::default();
        let at = |minute: i64| Timestamp::from_micros(minute * 60_000_000);
        for minute in 0..5 {
            assert!(guard.admits("a", at(minute)));
        }
        assert!(!guard.admits("a", at(5)), "the sixth is not looked at, however many come at once");
        assert!(guard.admits("b", at(5)));
        assert!(guard.admits("a", at(10)));
        guard.forget("a");
        assert!(guard.admits("a", at(10)));
    }
}
