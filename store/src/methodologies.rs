//! Methodology versions: the files of a pack by which categories are given. A version never changes; at most
//! one is active.

use std::collections::BTreeMap;

use dozor_domain::Timestamp;

use crate::sql::{Row, binds};
use crate::{Store, StoreError, WriteTx};

/// Says where a methodology version stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodologyState {
    /// Not in force yet.
    Draft,
    /// In force.
    Active,
    /// Was in force.
    Superseded,
}

impl MethodologyState {
    /// Returns the stored code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Superseded => "superseded",
        }
    }
    fn parse(code: &str) -> Option<Self> {
        [Self::Draft, Self::Active, Self::Superseded].into_iter().find(|state| state.code() == code)
    }
}

/// Is one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Methodology {
    /// Hash of its files, as hexadecimal digits: its id.
    pub hash: String,
    /// Number of the version, from 1; given by the database.
    pub number: i64,
    /// Hash of the version it was drafted from.
    pub parent: Option<String>,
    /// Where it stands.
    pub state: MethodologyState,
    /// Version of the engine that it was made for.
    pub engine: String,
    /// Who made it.
    pub author: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it came into force.
    pub activated_at: Option<Timestamp>,
    /// Path in the pack → text. Empty in lists.
    pub files: BTreeMap<String, String>,
}

macro_rules! select_methodologies {
    ($files:literal, $tail:literal) => {
        concat!(
            "select hash, number, parent, state, engine, author, created_at, activated_at, ",
            $files,
            " from methodologies ",
            $tail
        )
    };
}

fn methodology(row: &Row) -> Result<Methodology, StoreError> {
    let mut cells = row.cells();
    Ok(Methodology {
        hash: cells.take()?,
        number: cells.take()?,
        parent: cells.take()?,
        state: cells.code("methodology", MethodologyState::parse)?,
        engine: cells.take()?,
        author: cells.take()?,
        created_at: cells.take()?,
        activated_at: cells.take()?,
        files: cells.json("methodology")?,
    })
}

impl WriteTx {
    /// Adds a draft and returns the number that it gets; number, state and `activated_at` of the value are not read.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` when a version with this hash is there.
    pub async fn insert_methodology(&mut self, draft: &Methodology) -> Result<i64, StoreError> {
        let files = serde_json::to_string(&draft.files)
            .map_err(|source| StoreError::Json { what: "files of a methodology", source })?;
        let row = self
            .optional(
                "insert into methodologies (hash, number, parent, state, engine, author, created_at, files)
                 select $1, coalesce(max(number), 0) + 1, $2, 'draft', $3, $4, $5, $6 from methodologies
                 returning number",
                binds![&draft.hash, &draft.parent, &draft.engine, &draft.author, draft.created_at, files],
            )
            .await?;
        row.map_or(Ok(0), |row| row.cells().take())
    }

    /// Puts a draft, or an earlier version, into force in place of the active one.
    ///
    /// # Errors
    /// `STATE_CHANGED` when it is not there or is active already.
    pub async fn activate_methodology(&mut self, hash: &str, at: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "update methodologies set state = 'superseded' where state = 'active' and hash <> $1",
            binds![hash],
        )
        .await?;
        self.execute_one(
            "update methodologies set state = 'active', activated_at = $2 where hash = $1 and state <> 'active'",
            binds![hash, at],
            "methodology",
            &hash,
        )
        .await
    }
}

impl Store {
    /// Returns the version in force.
    ///
    /// # Errors
    /// As every read.
    pub async fn active_methodology(&self) -> Result<Option<Methodology>, StoreError> {
        self.find(select_methodologies!("files", "where state = 'active'"), vec![], methodology).await
    }

    /// Returns a version.
    ///
    /// # Errors
    /// As every read.
    pub async fn methodology(&self, hash: &str) -> Result<Option<Methodology>, StoreError> {
        self.find(select_methodologies!("files", "where hash = $1"), binds![hash], methodology).await
    }

    /// Returns all versions by number, without their files.
    ///
    /// # Errors
    /// As every read.
    pub async fn methodologies(&self) -> Result<Vec<Methodology>, StoreError> {
        self.list(select_methodologies!("'{}'", "order by number"), vec![], methodology).await
    }
}
