//! Records that found no object when they came: they wait for a register that brings it, or fit several equally well.

use std::sync::Arc;

use dozor_domain::{Matched, ObjectId, PackageId, Position, RecordId, ValidGeometry};

use crate::columns::stored_geometry;
use crate::objects::CandidateState;
use crate::records::position;
use crate::sources::enum_code;
use crate::sql::{Bulk, Row, binds};
use crate::{Store, StoreError, WriteTx};

/// Is a record that waits for its object, with what it offers for matching.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitingRecord {
    /// The record.
    pub record: RecordId,
    /// Key of the object that it names.
    pub match_key: Option<String>,
    /// Where it is.
    pub position: Option<Position>,
    /// Its shape when it is more than a point.
    pub geometry: Option<Arc<ValidGeometry>>,
}

/// Is the place in the order of commits that the late matches of one transaction share.
#[derive(Clone, Copy, Debug)]
pub struct LatePlace(i64);

const WAITING: Bulk =
    Bulk { table: "waiting_records", columns: &["record", "source", "match_key"], tail: "" };

const MATCH_OPTIONS: Bulk =
    Bulk { table: "match_options", columns: &["record", "object", "package", "seq"], tail: "" };

fn waiting(row: &Row) -> Result<WaitingRecord, StoreError> {
    let mut cells = row.cells();
    Ok(WaitingRecord {
        record: cells.take()?,
        match_key: cells.take()?,
        position: position(&mut cells)?,
        geometry: cells.bytes()?.map(stored_geometry).transpose()?,
    })
}

impl WriteTx {
    /// Lets records of a source wait for their objects, each with the key that it names.
    ///
    /// # Errors
    /// As every write.
    pub async fn insert_waiting(
        &mut self,
        source: &str,
        records: &[(RecordId, Option<String>)],
    ) -> Result<(), StoreError> {
        let values = records.iter().flat_map(|(record, key)| binds![*record, source, key.clone()]).collect();
        self.insert_many(&WAITING, values).await?;
        Ok(())
    }

    /// Keeps the objects that fit a record of a package equally well.
    ///
    /// # Errors
    /// As every write.
    pub async fn insert_match_options(
        &mut self,
        package: PackageId,
        options: &[(RecordId, ObjectId)],
    ) -> Result<(), StoreError> {
        let at_once: Option<i64> = None;
        let values =
            options.iter().flat_map(|(record, object)| binds![*record, *object, package, at_once]).collect();
        self.insert_many(&MATCH_OPTIONS, values).await?;
        Ok(())
    }

    /// Takes the next place in the order of commits, for all late matches of this transaction.
    ///
    /// # Errors
    /// As every write.
    pub async fn take_late_place(&mut self) -> Result<LatePlace, StoreError> {
        Ok(LatePlace(self.take_numbers("seq", 1).await?))
    }

    /// Gives a waiting record its object, as of a place in the order of commits; an open candidate is one no more.
    /// Returns false when it waits no longer.
    ///
    /// # Errors
    /// As every write.
    pub async fn match_waiting(
        &mut self,
        record: RecordId,
        matched: &Matched,
        LatePlace(seq): LatePlace,
    ) -> Result<bool, StoreError> {
        if !self.waits_no_more(record).await? {
            return Ok(false);
        }
        self.execute_one(
            "update records set object = $2, match_method = $3, match_confidence = $4, matched_seq = $5
             where id = $1 and object is null",
            binds![record, matched.object, enum_code(&matched.method), matched.confidence, seq],
            "record",
            &record,
        )
        .await?;
        self.execute(
            "update candidates set state = $2, object = $3 where record = $1 and state = 'open'",
            binds![record, CandidateState::Promoted.code(), matched.object],
        )
        .await?;
        Ok(true)
    }

    /// Keeps the objects that fit a waiting record equally well, as of a place in the order of commits.
    /// Returns false when it waits no longer.
    ///
    /// # Errors
    /// As every write.
    pub async fn doubt_waiting(
        &mut self,
        record: RecordId,
        options: &[ObjectId],
        LatePlace(seq): LatePlace,
    ) -> Result<bool, StoreError> {
        if !self.waits_no_more(record).await? {
            return Ok(false);
        }
        for option in options {
            self.execute(
                "insert into match_options (record, object, package, seq)
                 select id, $2, package, $3 from records where id = $1",
                binds![record, *option, seq],
            )
            .await?;
        }
        Ok(true)
    }

    async fn waits_no_more(&mut self, record: RecordId) -> Result<bool, StoreError> {
        let gone = self.execute("delete from waiting_records where record = $1", binds![record]).await?;
        Ok(gone > 0)
    }
}

impl Store {
    /// Returns records of a source that wait for an object, by id, after the last one seen.
    ///
    /// # Errors
    /// `DATABASE_CORRUPT` when a stored geometry cannot be read; else as every read.
    pub async fn waiting_records(
        &self,
        source: &str,
        after: Option<RecordId>,
        limit: i64,
    ) -> Result<Vec<WaitingRecord>, StoreError> {
        self.list(
            "select w.record, w.match_key, r.lat, r.lon, r.geometry
             from waiting_records w join records r on r.id = w.record
             where w.source = $1 and ($2 is null or w.record > $2) order by w.record limit $3",
            binds![source, after, limit],
            waiting,
        )
        .await
    }

    /// Returns the objects that fit a record equally well, by id.
    ///
    /// # Errors
    /// As every read.
    pub async fn match_options(&self, record: RecordId) -> Result<Vec<ObjectId>, StoreError> {
        self.list(
            "select object from match_options where record = $1 order by object",
            binds![record],
            |row| row.cells().take(),
        )
        .await
    }

    /// Returns how many records of a package fit several objects equally well.
    ///
    /// # Errors
    /// As every read.
    pub async fn ambiguous_records(&self, package: PackageId) -> Result<i64, StoreError> {
        self.number("select count(distinct record) from match_options where package = $1", binds![package])
            .await
    }
}
