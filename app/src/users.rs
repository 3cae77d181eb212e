//! Users: who may log in, with which role. The administrator's acts at the command line; each has its audit entry,
//! and none of them writes a password anywhere but as its hash.

use dozor_domain::{Timestamp, UserId};
use dozor_store::{StoreError, User, UserState};
use serde::Serialize;
use serde_json::json;

use crate::accounts::hash_password;
use crate::dozor::{Dozor, blocking};
use crate::error::AppError;

/// Fewest characters of a password: a phrase, not a word (NIST SP 800-63B asks for length and nothing else).
const SHORTEST: usize = 12;
/// Most characters: longer ones only cost time to hash.
const LONGEST: usize = 1000;
/// Most characters of a login.
pub(crate) const LONGEST_LOGIN: usize = 100;

/// Is a password on its way to its hash; it is never printed.
#[derive(Clone)]
pub struct Password(String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Password {
    /// Takes a password of a length that protects.
    ///
    /// # Errors
    /// [`AppError::PasswordTooShort`].
    pub fn new(text: String) -> Result<Self, AppError> {
        match (SHORTEST..=LONGEST).contains(&text.chars().count()) {
            true => Ok(Self(text)),
            false => Err(AppError::PasswordTooShort),
        }
    }
}

/// Is a user to be added.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Id made at the edge.
    pub id: UserId,
    /// What he logs in with.
    pub login: String,
    /// His name, as decisions and approvals carry it.
    pub name: String,
    /// Code of a role of the pack.
    pub role: String,
    /// Key of his staff record: inspectors see the tasks of that key.
    pub staff: Option<String>,
    /// His password.
    pub password: Password,
}

/// Is a user as lists show him.
#[derive(Clone, Debug, Serialize)]
pub struct UserRow {
    /// What he logs in with.
    pub login: String,
    /// His name.
    pub name: String,
    /// Code of his role.
    pub role: String,
    /// Key of his staff record.
    pub staff: Option<String>,
    /// `active` or `blocked`.
    pub state: &'static str,
}

impl From<User> for UserRow {
    fn from(user: User) -> Self {
        let state = user.state.code();
        Self { login: user.login, name: user.name, role: user.role, staff: user.staff, state }
    }
}

fn is_login(text: &str) -> bool {
    (1..=LONGEST_LOGIN).contains(&text.chars().count())
        && text.chars().all(|sign| sign.is_alphanumeric() || "._-".contains(sign))
}

impl Dozor {
    /// Adds a user with a role of the pack.
    ///
    /// # Errors
    /// [`AppError::UserLoginInvalid`], [`AppError::UserLoginTaken`], [`AppError::UserRoleUnknown`],
    /// [`AppError::UserStaffUnknown`]; the store's.
    pub async fn add_user(&self, new: NewUser, salt: [u8; 16], actor: &str) -> Result<UserRow, AppError> {
        if !is_login(&new.login) {
            return Err(AppError::UserLoginInvalid { login: new.login });
        }
        let roles = &self.methodology.manifest.roles;
        if roles.iter().all(|role| role.code != new.role) {
            let known: Vec<&str> = roles.iter().map(|role| role.code.as_str()).collect();
            return Err(AppError::UserRoleUnknown { role: new.role, known: known.join(", ") });
        }
        if let Some(key) = &new.staff {
            let staff = self.inspectors(self.now()).await?;
            if staff.iter().all(|one| one.key != *key) {
                return Err(AppError::UserStaffUnknown { key: key.clone() });
            }
        }
        let now = self.now();
        let user = User {
            id: new.id,
            login: new.login,
            name: new.name,
            role: new.role,
            staff: new.staff,
            password_hash: hashed(new.password, salt).await?,
            state: UserState::Active,
            created_at: now,
            changed_at: now,
        };
        let mut tx = self.store.begin().await?;
        match tx.insert_user(&user).await {
            Err(StoreError::Constraint { constraint, .. }) if constraint == "users_login" => {
                return Err(AppError::UserLoginTaken { login: user.login });
            }
            other => other?,
        }
        let details = json!({ "login": user.login, "role": user.role, "staff": user.staff });
        tx.audit(self.audit(actor, "add_user", &user.id.to_string(), &details));
        tx.commit().await?;
        Ok(user.into())
    }

    /// Gives a user another password.
    ///
    /// # Errors
    /// [`AppError::UserNotFound`]; the store's.
    pub async fn change_password(
        &self,
        login: &str,
        password: Password,
        salt: [u8; 16],
        actor: &str,
    ) -> Result<UserRow, AppError> {
        let password_hash = hashed(password, salt).await?;
        let change = |user: &mut User| user.password_hash = password_hash;
        self.change_user(login, "change_password", change, actor).await
    }

    /// Blocks a user, or lets him in again. A blocked one's sessions end with their next request.
    ///
    /// # Errors
    /// [`AppError::UserNotFound`]; the store's.
    pub async fn set_user_state(
        &self,
        login: &str,
        state: UserState,
        actor: &str,
    ) -> Result<UserRow, AppError> {
        let use_case = if state == UserState::Active { "unblock_user" } else { "block_user" };
        self.change_user(login, use_case, |user| user.state = state, actor).await
    }

    /// Returns all users by login.
    ///
    /// # Errors
    /// The store's.
    pub async fn user_rows(&self) -> Result<Vec<UserRow>, AppError> {
        Ok(self.store.users().await?.into_iter().map(UserRow::from).collect())
    }

    async fn change_user(
        &self,
        login: &str,
        use_case: &str,
        change: impl FnOnce(&mut User),
        actor: &str,
    ) -> Result<UserRow, AppError> {
        let found = self.store.user_by_login(login).await?;
        let mut user = found.ok_or_else(|| AppError::UserNotFound { login: login.to_owned() })?;
        let seen_at = user.changed_at;
        change(&mut user);
        // The store compares this instant, so it moves with every change, also under a clock that stands still.
        user.changed_at = self.now().max(Timestamp::from_micros(seen_at.micros() + 1));
        let mut tx = self.store.begin().await?;
        tx.update_user(&user, seen_at).await?;
        tx.audit(self.audit(actor, use_case, &user.id.to_string(), &json!({ "login": user.login })));
        tx.commit().await?;
        Ok(user.into())
    }
}

async fn hashed(password: Password, salt: [u8; 16]) -> Result<String, AppError> {
    blocking("a password", move || hash_password(&password.0, &salt)).await?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_password_is_refused_and_none_is_ever_printed() {
        assert!(Password::new("dozor".to_owned()).is_err());
        let password = Password::new("four words are enough".to_owned()).unwrap();
        assert_eq!(format!("{password:?}"), "***");
    }

    #[test]
    fn logins_are_words_that_can_be_typed() {
        for (login, good) in [("ivanova", true), ("иванова.а", true), ("", false), ("a b", false)] {
            assert_eq!(is_login(login), good, "{login}");
        }
        assert!(!is_login(&"a".repeat(101)));
    }
}
