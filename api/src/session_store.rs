//! Sessions in the database. The cookie carries an opaque id of 128 random bits; the database holds its hash, so that
//! a copy of the database opens nobody's session.

use std::collections::HashMap;
use std::fmt;

use async_trait::async_trait;
use dozor_app::Dozor;
use dozor_domain::{Timestamp, hex, sha256};
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

/// Hours after which one logs in anew: a working day.
pub(crate) const SESSION_HOURS: i64 = 12;
const MICROS_AN_HOUR: i64 = 3_600_000_000;

/// Keeps sessions in the installation's database, by its clock.
#[derive(Clone)]
pub(crate) struct StoredSessions(pub(crate) Dozor);

impl fmt::Debug for StoredSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredSessions")
    }
}

fn key(id: &Id) -> String {
    hex(&sha256(&id.0.to_le_bytes()))
}

fn failed(fault: impl fmt::Display) -> Error {
    Error::Backend(fault.to_string())
}

impl StoredSessions {
    fn ends_at(&self) -> Timestamp {
        Timestamp::from_micros(self.0.now().micros().saturating_add(SESSION_HOURS * MICROS_AN_HOUR))
    }
}

#[async_trait]
impl SessionStore for StoredSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let data = serde_json::to_vec(&record.data).map_err(|fault| Error::Encode(fault.to_string()))?;
        // Whoever logs in sweeps out what has ended.
        self.0.store().delete_expired_sessions(self.0.now()).await.map_err(failed)?;
        while !self.0.store().create_session(&key(&record.id), &data, self.ends_at()).await.map_err(failed)? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = serde_json::to_vec(&record.data).map_err(|fault| Error::Encode(fault.to_string()))?;
        self.0.store().save_session(&key(&record.id), &data, self.ends_at()).await.map_err(failed)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some((data, ends_at)) =
            self.0.store().load_session(&key(id), self.0.now()).await.map_err(failed)?
        else {
            return Ok(None);
        };
        let data: HashMap<String, serde_json::Value> =
            serde_json::from_slice(&data).map_err(|fault| Error::Decode(fault.to_string()))?;
        let seconds = ends_at.micros().div_euclid(1_000_000);
        let expiry_date =
            OffsetDateTime::from_unix_timestamp(seconds).map_err(|fault| Error::Decode(fault.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.0.store().delete_session(&key(id)).await.map_err(failed)
    }
}
