//! Users: who may log in, in which role.

use dozor_domain::{Timestamp, UserId};

use crate::sql::{Row, binds};
use crate::{Store, StoreError, WriteTx};

/// Says whether a user may log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserState {
    /// May log in.
    Active,
    /// May not; his name stays on what he did.
    Blocked,
}

impl UserState {
    /// Returns the stored code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Blocked => "blocked",
        }
    }
    fn parse(code: &str) -> Option<Self> {
        [Self::Active, Self::Blocked].into_iter().find(|state| state.code() == code)
    }
}

/// Is one user.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Id.
    pub id: UserId,
    /// Login name.
    pub login: String,
    /// Name for people.
    pub name: String,
    /// Role code of the pack.
    pub role: String,
    /// Key of the staff record that this user is.
    pub staff: Option<String>,
    /// Hash of the password in the text form of argon2.
    pub password_hash: String,
    /// Whether he may log in.
    pub state: UserState,
    /// When he was added.
    pub created_at: Timestamp,
    /// When he was last changed.
    pub changed_at: Timestamp,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("login", &self.login)
            .field("role", &self.role)
            .field("password_hash", &"***")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

macro_rules! select_users {
    ($tail:literal) => {
        concat!(
            "select id, login, name, role, staff, password_hash, state, created_at, changed_at from users ",
            $tail
        )
    };
}

fn user(row: &Row) -> Result<User, StoreError> {
    let mut cells = row.cells();
    Ok(User {
        id: cells.take()?,
        login: cells.take()?,
        name: cells.take()?,
        role: cells.take()?,
        staff: cells.take()?,
        password_hash: cells.take()?,
        state: cells.code("user", UserState::parse)?,
        created_at: cells.take()?,
        changed_at: cells.take()?,
    })
}

impl WriteTx {
    /// Adds a user.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` (`users_login`) when the login is taken.
    pub async fn insert_user(&mut self, user: &User) -> Result<(), StoreError> {
        self.execute(
            "insert into users (id, login, name, role, staff, password_hash, state, created_at, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            binds![
                user.id,
                &user.login,
                &user.name,
                &user.role,
                &user.staff,
                &user.password_hash,
                user.state.code(),
                user.created_at,
                user.changed_at,
            ],
        )
        .await?;
        Ok(())
    }

    /// Changes a user: everything but id and login, which stay what his deeds are signed with.
    ///
    /// # Errors
    /// `STATE_CHANGED` when he was changed since `seen_at`.
    pub async fn update_user(&mut self, user: &User, seen_at: Timestamp) -> Result<(), StoreError> {
        self.execute_one(
            "update users set name = $3, role = $4, staff = $5, password_hash = $6, state = $7, changed_at = $8
             where id = $1 and changed_at = $2",
            binds![
                user.id,
                seen_at,
                &user.name,
                &user.role,
                &user.staff,
                &user.password_hash,
                user.state.code(),
                user.changed_at,
            ],
            "user",
            &user.id,
        )
        .await
    }
}

impl Store {
    /// Returns a user.
    ///
    /// # Errors
    /// As every read.
    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.find(select_users!("where id = $1"), binds![id], user).await
    }

    /// Returns the user of a login.
    ///
    /// # Errors
    /// As every read.
    pub async fn user_by_login(&self, login: &str) -> Result<Option<User>, StoreError> {
        self.find(select_users!("where login = $1"), binds![login], user).await
    }

    /// Returns all users by login.
    ///
    /// # Errors
    /// As every read.
    pub async fn users(&self) -> Result<Vec<User>, StoreError> {
        self.list(select_users!("order by login"), vec![], user).await
    }
}
