//! Snoozed rules: a rule is not raised on one object until an instant. A snooze is ended, never deleted.

use dozor_domain::{ObjectId, RuleSnooze, SnoozeId, Timestamp};

use crate::sql::{Row, binds};
use crate::{Store, StoreError, WriteTx};

macro_rules! select_snoozes {
    ($tail:literal) => {
        concat!("select id, object, rule, comment, author, since, until, ended_at from rule_snoozes ", $tail)
    };
}

fn snooze(row: &Row) -> Result<RuleSnooze, StoreError> {
    let mut cells = row.cells();
    Ok(RuleSnooze {
        id: cells.take()?,
        object: cells.take()?,
        rule: cells.take()?,
        comment: cells.take()?,
        author: cells.take()?,
        since: cells.take()?,
        until: cells.take()?,
        ended_at: cells.take()?,
    })
}

impl WriteTx {
    /// Adds a snooze.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` when one with this id is there.
    pub async fn insert_snooze(&mut self, snooze: &RuleSnooze) -> Result<(), StoreError> {
        self.execute_one(
            "insert into rule_snoozes (id, object, rule, comment, author, since, until)
             values ($1, $2, $3, $4, $5, $6, $7)",
            binds![
                snooze.id,
                snooze.object,
                &snooze.rule,
                &snooze.comment,
                &snooze.author,
                snooze.since,
                snooze.until
            ],
            "snooze",
            &snooze.id,
        )
        .await
    }

    /// Ends a snooze before its time.
    ///
    /// # Errors
    /// `STATE_CHANGED` when it is not there or has ended.
    pub async fn end_snooze(&mut self, id: SnoozeId, at: Timestamp) -> Result<(), StoreError> {
        self.execute_one(
            "update rule_snoozes set ended_at = $2 where id = $1 and ended_at is null and until > $2",
            binds![id, at],
            "snooze",
            &id,
        )
        .await
    }
}

impl Store {
    /// Returns all snoozes of an object, the latest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn snoozes_of(&self, object: ObjectId) -> Result<Vec<RuleSnooze>, StoreError> {
        self.list(select_snoozes!("where object = $1 order by since desc, id"), binds![object], snooze).await
    }

    /// Returns the snoozes that hold at an instant, by object and rule.
    ///
    /// # Errors
    /// As every read.
    pub async fn snoozes_at(&self, at: Timestamp) -> Result<Vec<RuleSnooze>, StoreError> {
        self.list(
            select_snoozes!(
                "where since <= $1 and until > $1 and (ended_at is null or ended_at > $1) order by object, rule, id"
            ),
            binds![at],
            snooze,
        )
        .await
    }
}
