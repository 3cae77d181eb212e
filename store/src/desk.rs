//! The queue in which signs wait for the desk, and what the desk decided.

use dozor_domain::{DeskDecision, ObjectId, Position, SignState, Timestamp, UserId, ViolationSign};

use crate::page::{Cursor, Page, like_pattern};
use crate::records::position;
use crate::signs::sign;
use crate::sources::enum_from_code;
use crate::sql::{Bind, Row, binds};
use crate::{Store, StoreError, WriteTx};

/// Chooses signs of the desk queue.
#[derive(Clone, Debug, Default)]
pub struct DeskFilter {
    /// Only of this control kind.
    pub control_kind: Option<String>,
    /// Only of this rule.
    pub rule: Option<String>,
    /// Only in this territory.
    pub territory: Option<String>,
    /// Only where the object's key or title hold this text.
    pub text: Option<String>,
    /// Without those whose rule is snoozed on their object at this instant.
    pub awake_at: Option<Timestamp>,
    /// With those decided by others that wait for this user's second reading.
    pub reader: Option<UserId>,
    /// Without those of objects to which chance sends this inspector.
    pub visitor: Option<String>,
}

/// Is one row of the desk queue.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskRow {
    /// The sign.
    pub sign: ViolationSign,
    /// The object's registry key.
    pub object_key: String,
    /// The object's kind.
    pub object_kind: String,
    /// Address or name.
    pub title: String,
    /// Its territory.
    pub territory: Option<String>,
    /// Where it is.
    pub position: Option<Position>,
}

macro_rules! desk_sql {
    ($head:literal, $tail:literal) => {
        concat!(
            $head,
            " from signs s join objects o on o.id = s.object
             where (s.state = 'detected' or (s.state in ('desk', 'tasked') and exists (
                 select 1 from second_readings r
                 where r.sign = s.id and r.author is null and r.first_author <> $6)))
               and ($1 is null or s.control_kind = $1) and ($2 is null or s.rule = $2)
               and ($3 is null or o.territory = $3) and ($4 is null or o.search like $4 escape '\\')
               and ($5 is null or not exists (
                 select 1 from rule_snoozes z where z.object = s.object and z.rule = s.rule
                   and z.ended_at is null and z.since <= $5 and z.until > $5))
               and ($7 is null or not exists (
                 select 1 from tasks t where t.object = s.object and t.inspector = $7 and t.is_open = 1
                   and (t.ground_key like 'drawn:%' or t.ground_key like 'second:%'))) ",
            $tail
        )
    };
}

fn desk_row(row: &Row) -> Result<DeskRow, StoreError> {
    let sign = sign(row)?;
    let mut cells = row.cells_from(11);
    Ok(DeskRow {
        sign,
        object_key: cells.take()?,
        object_kind: cells.take()?,
        title: cells.take()?,
        territory: cells.take()?,
        position: position(&mut cells)?,
    })
}

fn desk_decision(row: &Row) -> Result<DeskDecision, StoreError> {
    let mut cells = row.cells();
    Ok(DeskDecision {
        id: cells.take()?,
        sign: cells.take()?,
        object: cells.take()?,
        rule: cells.take()?,
        points: cells.take()?,
        verdict: cells.code("desk decision", enum_from_code)?,
        comment: cells.take()?,
        author: cells.take()?,
        decided_at: cells.take()?,
    })
}

impl DeskFilter {
    fn binds(&self) -> Vec<Bind> {
        let text = self.text.as_deref().filter(|text| !text.trim().is_empty()).map(like_pattern);
        binds![
            &self.control_kind,
            &self.rule,
            &self.territory,
            text,
            self.awake_at,
            self.reader,
            &self.visitor
        ]
    }
}

impl WriteTx {
    /// Stores a decision of the desk and the state to which it brings the sign.
    ///
    /// # Errors
    /// `STATE_CHANGED` when somebody decided it before.
    pub async fn decide_sign(
        &mut self,
        decision: &DeskDecision,
        after: &SignState,
    ) -> Result<(), StoreError> {
        self.change_sign(decision.sign, &SignState::Detected, after).await?;
        self.execute(
            "insert into desk_reviews (id, sign, object, rule, points, verdict, comment, author, decided_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            binds![
                decision.id,
                decision.sign,
                decision.object,
                &decision.rule,
                decision.points,
                decision.verdict.code(),
                &decision.comment,
                decision.author,
                decision.decided_at,
            ],
        )
        .await?;
        Ok(())
    }
}

impl Store {
    /// Returns one page of the signs that wait for the desk, by priority; for a reader also those that he may read a second
    /// time, each as it stands.
    ///
    /// # Errors
    /// As every read.
    pub async fn desk_queue(
        &self,
        filter: &DeskFilter,
        after: Option<&Cursor>,
        limit: i64,
    ) -> Result<Page<DeskRow>, StoreError> {
        let mut binds = filter.binds();
        binds.extend(binds![after.map(Cursor::first), after.map(Cursor::id), limit.saturating_add(1)]);
        let rows = self
            .list(
                desk_sql!(
                    "select s.id, s.object, s.control_kind, s.rule, s.points, s.priority, s.opened_at, s.evidence,
                       s.state, s.verdict, s.review, o.key, o.kind, o.title, o.territory, o.lat, o.lon",
                    "and ($8 is null or (-s.priority, s.id) > ($8, $9)) order by -s.priority, s.id limit $10"
                ),
                binds,
                desk_row,
            )
            .await?;
        Ok(Page::cut(rows, limit, |row| {
            Cursor::new(-row.sign.priority, 0.0, &row.object_key, row.sign.id.as_bytes(), "")
        }))
    }

    /// Returns how many signs that the filter chooses wait for the desk.
    ///
    /// # Errors
    /// As every read.
    pub async fn desk_count(&self, filter: &DeskFilter) -> Result<i64, StoreError> {
        self.number(desk_sql!("select count(*)", ""), filter.binds()).await
    }

    /// Returns how many signs wait for the desk, by control kind and rule.
    ///
    /// # Errors
    /// As every read.
    pub async fn desk_counts(&self) -> Result<Vec<(String, String, u64)>, StoreError> {
        self.list(
            "select control_kind, rule, count(*) from signs where state = 'detected'
             group by control_kind, rule order by control_kind, rule",
            vec![],
            |row| {
                let mut cells = row.cells();
                Ok((cells.take()?, cells.take()?, cells.take()?))
            },
        )
        .await
    }

    /// Returns the desk's decisions about an object, the newest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn desk_decisions_of(&self, object: ObjectId) -> Result<Vec<DeskDecision>, StoreError> {
        self.list(
            "select id, sign, object, rule, points, verdict, comment, author, decided_at from desk_reviews
             where object = $1 order by decided_at desc, id",
            binds![object],
            desk_decision,
        )
        .await
    }

    /// Returns the desk's newest decisions.
    ///
    /// # Errors
    /// As every read.
    pub async fn desk_decisions(&self, limit: i64) -> Result<Vec<DeskDecision>, StoreError> {
        self.list(
            "select id, sign, object, rule, points, verdict, comment, author, decided_at from desk_reviews
             order by decided_at desc, id limit $1",
            binds![limit],
            desk_decision,
        )
        .await
    }
}
