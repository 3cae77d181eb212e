//! Opening and creating the database, and the reads that belong to no single topic.

use std::path::Path;
use std::sync::Arc;

use dozor_domain::Timestamp;

use crate::location::Location;
use crate::sql::{Bind, Connection, Database, Row, binds};
use crate::transaction::WriteTx;
use crate::{StoreError, migrations};

/// Names the pack that a database holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackIdentity {
    /// Name, e.g. `moscow`.
    pub name: String,
    /// Hash of the imported pack, as hexadecimal digits.
    pub hash: String,
}

/// Is the open database. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) database: Arc<Database>,
}

impl Store {
    /// Makes the folder, the database and its tables. It holds no pack until a transaction with
    /// [`WriteTx::initialise`] commits, so that a process killed in between leaves nothing half-made.
    ///
    /// # Errors
    /// `DATABASE_ALREADY_INITIALISED` when it holds a pack; else as [`Store::open`].
    pub async fn create(location: &Location) -> Result<Self, StoreError> {
        if let Location::Sqlite(path) = location
            && let Some(folder) = path.parent()
        {
            std::fs::create_dir_all(folder).map_err(|fault| StoreError::Unreachable {
                location: location.to_string(),
                source: sqlx::Error::Io(fault),
            })?;
        }
        let store = Self { database: Arc::new(Database::connect(location, true).await?) };
        let fresh = store.made_fresh(location).await;
        store.or_closed(fresh).await
    }

    async fn made_fresh(&self, location: &Location) -> Result<(), StoreError> {
        self.migrate(location).await?;
        match self.meta("pack_name").await? {
            None => Ok(()),
            Some(pack) => Err(StoreError::AlreadyInitialised { location: location.to_string(), pack }),
        }
    }

    /// Gives the store out, or closes it: a refused database is left as one file too.
    async fn or_closed(self, sound: Result<(), StoreError>) -> Result<Self, StoreError> {
        match sound {
            Ok(()) => Ok(self),
            Err(fault) => {
                self.close().await;
                Err(fault)
            }
        }
    }

    /// Opens an initialised database and brings an older schema up to date.
    ///
    /// # Errors
    /// `DATABASE_MISSING`, `DATABASE_NOT_INITIALISED`, `DATABASE_NEWER_SCHEMA`, `DATABASE_LOCKED`,
    /// `DATABASE_UNREACHABLE`, `DATABASE_FAILED`.
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        if let Location::Sqlite(path) = location
            && !Path::exists(path)
        {
            return Err(StoreError::Missing { location: location.to_string() });
        }
        let store = Self { database: Arc::new(Database::connect(location, false).await?) };
        let usable = store.made_usable(location).await;
        store.or_closed(usable).await
    }

    async fn made_usable(&self, location: &Location) -> Result<(), StoreError> {
        let version = self.schema_version().await?;
        if version == 0 {
            return Err(StoreError::NotInitialised { location: location.to_string() });
        }
        if version != migrations::newest() {
            self.migrate(location).await?;
        }
        match self.meta("pack_name").await? {
            Some(_) => Ok(()),
            None => Err(StoreError::NotInitialised { location: location.to_string() }),
        }
    }

    /// Starts a write. In SQLite it waits for its turn in this process, then up to five seconds for others.
    ///
    /// # Errors
    /// `DATABASE_LOCKED` when the wait was in vain.
    pub async fn begin(&self) -> Result<WriteTx, StoreError> {
        Ok(WriteTx::new(self.database.begin().await?))
    }

    /// Closes all connections after the running statements.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// Returns the pack that the database holds.
    ///
    /// # Errors
    /// `NOT_FOUND` before it is initialised.
    pub async fn pack(&self) -> Result<PackIdentity, StoreError> {
        let missing = |key: &str| StoreError::NotFound { what: "entry of meta", id: key.to_owned() };
        Ok(PackIdentity {
            name: self.meta("pack_name").await?.ok_or_else(|| missing("pack_name"))?,
            hash: self.meta("pack_hash").await?.ok_or_else(|| missing("pack_hash"))?,
        })
    }

    /// Checks that the database holds this pack.
    ///
    /// # Errors
    /// `DATABASE_OTHER_PACK` when it holds another.
    pub async fn expect_pack(&self, name: &str) -> Result<(), StoreError> {
        let found = self.pack().await?.name;
        if found == name { Ok(()) } else { Err(StoreError::OtherPack { found, expected: name.to_owned() }) }
    }

    /// Returns an entry of the free table of keys and values.
    ///
    /// # Errors
    /// As every read: `DATABASE_LOCKED`, `DATABASE_FAILED`.
    pub async fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        let row = self.optional("select value from meta where key = $1", binds![key]).await?;
        row.map(|row| row.cells().take()).transpose()
    }

    /// Returns the number of commits so far: a cache of another process's writes is stale when it moved.
    ///
    /// # Errors
    /// As every read.
    pub async fn generation(&self) -> Result<i64, StoreError> {
        self.counter("generation").await
    }

    /// Returns the commit order of the last stored record; 0 when there is none.
    ///
    /// # Errors
    /// As every read.
    pub async fn last_seq(&self) -> Result<i64, StoreError> {
        self.counter("seq").await
    }

    async fn counter(&self, name: &str) -> Result<i64, StoreError> {
        self.number("select value from counters where name = $1", binds![name]).await
    }

    async fn schema_version(&self) -> Result<i64, StoreError> {
        let probe = match &*self.database {
            Database::Sqlite { .. } => "select count(*) from sqlite_schema where name = 'meta'",
            Database::Postgres { .. } => {
                "select count(*) from information_schema.tables where table_schema = current_schema() and table_name = 'meta'"
            }
        };
        if self.number(probe, vec![]).await? == 0 {
            return Ok(0);
        }
        let text = self.meta("schema_version").await?.unwrap_or_default();
        Ok(text.parse().unwrap_or(0))
    }

    async fn migrate(&self, location: &Location) -> Result<(), StoreError> {
        let mut connection = self.database.begin().await?;
        if let Connection::Postgres(_) = &connection {
            // Two programs that start together: the second waits here and then finds nothing to do.
            connection.handle().script("select pg_advisory_xact_lock(4419)").await?;
        }
        let present = self.schema_version().await?;
        if present > migrations::newest() {
            return Err(StoreError::NewerSchema {
                location: location.to_string(),
                found: present,
                known: migrations::newest(),
            });
        }
        if present < migrations::newest() {
            let done = self.has_deliveries(present).await?.then_some(migrations::DELIVERIES);
            migrations::apply(&mut connection, present, done).await?;
            connection.commit().await?;
        }
        Ok(())
    }

    /// Tells whether a database that is about to be brought forward has what the step of deliveries makes.
    async fn has_deliveries(&self, present: i64) -> Result<bool, StoreError> {
        if present == 0 || present >= migrations::DELIVERIES {
            return Ok(false);
        }
        let probe = match &*self.database {
            Database::Sqlite { .. } => {
                "select count(*) from pragma_table_info('packages') where name = 'confirmed_at'"
            }
            Database::Postgres { .. } => {
                "select count(*) from information_schema.columns
                 where table_schema = current_schema() and table_name = 'packages' and column_name = 'confirmed_at'"
            }
        };
        Ok(self.number(probe, vec![]).await? > 0)
    }

    pub(crate) async fn rows(&self, sql: &'static str, binds: Vec<Bind>) -> Result<Vec<Row>, StoreError> {
        self.database.fetch_all(sql, binds).await
    }

    pub(crate) async fn optional(
        &self,
        sql: &'static str,
        binds: Vec<Bind>,
    ) -> Result<Option<Row>, StoreError> {
        self.database.fetch_optional(sql, binds).await
    }

    /// Returns the single number of an answer; 0 when there is no row.
    pub(crate) async fn number(&self, sql: &'static str, binds: Vec<Bind>) -> Result<i64, StoreError> {
        let row = self.optional(sql, binds).await?;
        row.map_or(Ok(0), |row| row.cells().take())
    }

    /// Reads all rows through a function of the topic.
    pub(crate) async fn list<T>(
        &self,
        sql: &'static str,
        binds: Vec<Bind>,
        read: fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.rows(sql, binds).await?.iter().map(read).collect()
    }

    /// Reads at most one row through a function of the topic.
    pub(crate) async fn find<T>(
        &self,
        sql: &'static str,
        binds: Vec<Bind>,
        read: fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.optional(sql, binds).await?.as_ref().map(read).transpose()
    }
}

impl WriteTx {
    /// Names the pack of a new database; in the same transaction as its first methodology.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` when it has a pack already.
    pub async fn initialise(&mut self, pack: &PackIdentity, at: Timestamp) -> Result<(), StoreError> {
        for (key, value) in [
            ("pack_name", pack.name.clone()),
            ("pack_hash", pack.hash.clone()),
            ("created_at", at.to_string()),
        ] {
            self.execute("insert into meta (key, value) values ($1, $2)", binds![key, value]).await?;
        }
        Ok(())
    }

    /// Sets an entry of the free table of keys and values.
    ///
    /// # Errors
    /// As every write: `DATABASE_LOCKED`, `DATABASE_FULL`, `DATABASE_FAILED`.
    pub async fn set_meta(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        self.execute(
            "insert into meta (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value",
            binds![key, value],
        )
        .await?;
        Ok(())
    }
}
