//! Leases of long jobs: one holder at a time, until an instant; a dead holder's lease runs out by itself.

use dozor_domain::Timestamp;

use crate::sql::binds;
use crate::{Store, StoreError};

impl Store {
    /// Takes or prolongs a lease; false while another holder has it.
    ///
    /// # Errors
    /// As every write.
    pub async fn take_lease(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let changed = tx
            .execute(
                "insert into leases (name, holder, until) values ($1, $2, $4)
                 on conflict (name) do update set holder = excluded.holder, until = excluded.until
                   where leases.holder = $2 or leases.until <= $3",
                binds![name, holder, now, until],
            )
            .await?;
        tx.commit().await?;
        Ok(changed == 1)
    }

    /// Takes a lease over from a holder that is gone; false when somebody else was quicker.
    ///
    /// # Errors
    /// As every write.
    pub async fn take_over_lease(
        &self,
        name: &str,
        (from, holder): (&str, &str),
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let changed = tx
            .execute(
                "update leases set holder = $3, until = $4 where name = $1 and holder = $2",
                binds![name, from, holder, until],
            )
            .await?;
        tx.commit().await?;
        Ok(changed == 1)
    }

    /// Returns who holds a lease, whether it has run out or not.
    ///
    /// # Errors
    /// As every read.
    pub async fn lease_holder(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.find("select holder from leases where name = $1", binds![name], |row| row.cells().take()).await
    }

    /// Gives a lease back; false when somebody else had it.
    ///
    /// # Errors
    /// As every write.
    pub async fn release_lease(&self, name: &str, holder: &str) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let changed =
            tx.execute("delete from leases where name = $1 and holder = $2", binds![name, holder]).await?;
        tx.commit().await?;
        Ok(changed == 1)
    }
}
