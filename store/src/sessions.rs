//! Sessions of the web: an opaque id, opaque bytes, and when it ends. They are no use-case and leave no audit
//! entry; logging in and out are, and do.

use dozor_domain::Timestamp;

use crate::sql::binds;
use crate::{Store, StoreError};

impl Store {
    /// Adds a session; false when the id is taken.
    ///
    /// # Errors
    /// As every write.
    pub async fn create_session(
        &self,
        id: &str,
        data: &[u8],
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let changed = tx
            .execute(
                "insert into sessions (id, data, expires_at) values ($1, $2, $3) on conflict (id) do nothing",
                binds![id, data, expires_at],
            )
            .await?;
        tx.commit().await?;
        Ok(changed == 1)
    }

    /// Adds or changes a session.
    ///
    /// # Errors
    /// As every write.
    pub async fn save_session(&self, id: &str, data: &[u8], expires_at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.execute(
            "insert into sessions (id, data, expires_at) values ($1, $2, $3)
             on conflict (id) do update set data = excluded.data, expires_at = excluded.expires_at",
            binds![id, data, expires_at],
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns a session that has not ended.
    ///
    /// # Errors
    /// As every read.
    pub async fn load_session(
        &self,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<(Vec<u8>, Timestamp)>, StoreError> {
        self.find(
            "select data, expires_at from sessions where id = $1 and expires_at > $2",
            binds![id, now],
            |row| {
                let mut cells = row.cells();
                Ok((cells.take()?, cells.take()?))
            },
        )
        .await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// As every write.
    pub async fn delete_session(&self, id: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.execute("delete from sessions where id = $1", binds![id]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Drops the sessions that have ended; returns how many.
    ///
    /// # Errors
    /// As every write.
    pub async fn delete_expired_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let dropped = tx.execute("delete from sessions where expires_at <= $1", binds![now]).await?;
        tx.commit().await?;
        Ok(dropped)
    }
}
