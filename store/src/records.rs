//! Stored versions of records: bulk insert in commit order, and reads of single ones.

use dozor_domain::{
    MatchMethod, Matched, ObjectId, PackageId, Position, RecordId, StoredRecord, Timestamp, Version,
};

use crate::sources::{enum_code, enum_from_code};
use crate::sql::{Bulk, Cells, Row, binds};
use crate::{Store, StoreError, WriteTx};

/// Is a record to be stored, with the personal part that was split off it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRecord {
    /// The record; its `seq` is given by the database.
    pub record: StoredRecord,
    /// Personal data as JSON.
    pub personal: Option<String>,
}

/// Is a stored record with where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceRecord {
    /// Name of the source.
    pub source: String,
    /// The package that brought it.
    pub package: PackageId,
    /// The record.
    pub record: StoredRecord,
}

/// Is what an ingest must know of a stored version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// Content-derived id.
    pub id: RecordId,
    /// Key in the source.
    pub external_id: String,
    /// Version.
    pub version: Version,
    /// Rank among variants.
    pub preference: i64,
    /// SHA-256 of the content.
    pub content_hash: [u8; 32],
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Commit order.
    pub seq: i64,
    /// The package that brought it.
    pub package: PackageId,
}

const RECORDS: Bulk = Bulk {
    table: "records",
    columns: &[
        "seq",
        "id",
        "source",
        "package",
        "external_id",
        "version",
        "content_hash",
        "preference",
        "happened_at",
        "known_at",
        "ended_at",
        "object",
        "match_method",
        "match_confidence",
        "lat",
        "lon",
        "geometry",
        "content",
    ],
    tail: "",
};

const PERSONAL: Bulk = Bulk { table: "personal_data", columns: &["record", "package", "content"], tail: "" };

macro_rules! select_records {
    ($tail:literal) => {
        concat!(
            "select s.name, r.package, r.id, r.external_id, r.version, r.content_hash, r.preference, r.happened_at,
               r.known_at, r.ended_at, r.seq, r.object, r.match_method, r.match_confidence, r.lat, r.lon, r.geometry,
               r.content
             from records r join sources s on s.number = r.source ",
            $tail
        )
    };
}

/// Takes latitude and longitude; none unless both are there.
pub(crate) fn position(cells: &mut Cells<'_>) -> Result<Option<Position>, StoreError> {
    let (lat, lon): (Option<f64>, Option<f64>) = (cells.take()?, cells.take()?);
    Ok(lat.zip(lon).map(|(lat, lon)| Position { lat, lon }))
}

fn matched(cells: &mut Cells<'_>) -> Result<Option<Matched>, StoreError> {
    let object: Option<ObjectId> = cells.take()?;
    let method: Option<String> = cells.take()?;
    let confidence: Option<f64> = cells.take()?;
    let Some(object) = object else { return Ok(None) };
    let method: Option<MatchMethod> = method.as_deref().and_then(enum_from_code);
    match method.zip(confidence) {
        Some((method, confidence)) => Ok(Some(Matched { object, method, confidence })),
        None => Err(StoreError::Corrupt {
            what: "record",
            detail: "an object without a way of matching".to_owned(),
        }),
    }
}

fn source_record(row: &Row) -> Result<SourceRecord, StoreError> {
    let mut cells = row.cells();
    Ok(SourceRecord {
        source: cells.take()?,
        package: cells.take()?,
        record: StoredRecord {
            id: cells.take()?,
            external_id: cells.take()?,
            version: cells.take()?,
            content_hash: cells.take()?,
            preference: cells.take()?,
            happened_at: cells.take()?,
            known_at: cells.take()?,
            ended_at: cells.take()?,
            seq: cells.take()?,
            matched: matched(&mut cells)?,
            position: position(&mut cells)?,
            geometry: cells.take()?,
            content: cells.take()?,
        },
    })
}

impl WriteTx {
    /// Stores records in the order given and returns the commit order of the first; the others follow it
    /// without gaps. At most 1,000 rows a transaction are the caller's promise.
    ///
    /// # Errors
    /// `NOT_FOUND` for an undeclared source, `DATABASE_CONSTRAINT` (`records_id`) when one is stored already.
    pub async fn insert_records(
        &mut self,
        source: &str,
        package: PackageId,
        records: &[NewRecord],
    ) -> Result<i64, StoreError> {
        let number: i64 =
            match self.optional("select number from sources where name = $1", binds![source]).await? {
                Some(row) => row.cells().take()?,
                None => return Err(StoreError::NotFound { what: "source", id: source.to_owned() }),
            };
        let count = i64::try_from(records.len()).unwrap_or(i64::MAX);
        let first = self.take_numbers("seq", count).await? - count + 1;
        let mut values = Vec::with_capacity(records.len() * RECORDS.columns.len());
        let mut personal = Vec::new();
        for (seq, NewRecord { record, personal: hidden }) in (first..).zip(records) {
            if let Some(hidden) = hidden {
                personal.extend(binds![record.id, package, hidden]);
            }
            values.extend(binds![
                seq,
                record.id,
                number,
                package,
                &record.external_id,
                record.version,
                &record.content_hash,
                record.preference,
                record.happened_at,
                record.known_at,
                record.ended_at,
                record.matched.map(|matched| matched.object),
                record.matched.map(|matched| enum_code(&matched.method)),
                record.matched.map(|matched| matched.confidence),
                record.position.map(|position| position.lat),
                record.position.map(|position| position.lon),
                record.geometry.clone(),
                &record.content,
            ]);
        }
        self.insert_many(&RECORDS, values).await?;
        self.insert_many(&PERSONAL, personal).await?;
        Ok(first)
    }

    /// Ends records that a confirmed full delivery no longer holds, as of the next place in the order of commits:
    /// tables that were named before hold them.
    ///
    /// # Errors
    /// `STATE_CHANGED` when one of them is not there or has ended already.
    pub async fn end_records(&mut self, records: &[RecordId], ended_at: Timestamp) -> Result<(), StoreError> {
        if records.is_empty() {
            return Ok(());
        }
        let seq = self.take_numbers("seq", 1).await?;
        for record in records {
            self.execute_one(
                "update records set ended_at = $2, ended_seq = $3 where id = $1 and ended_at is null",
                binds![*record, ended_at, seq],
                "record",
                record,
            )
            .await?;
            self.execute(
                "update objects set ended_at = $2, ended_seq = $3, back_seq = null
                 where id = (select object from records where id = $1)
                   and source = (select s.name from records r join sources s on s.number = r.source where r.id = $1)",
                binds![*record, ended_at, seq],
            )
            .await?;
        }
        Ok(())
    }

    /// Drops the personal data of a package after its retention period; returns how many rows went.
    ///
    /// # Errors
    /// As every write.
    pub async fn drop_personal_data(&mut self, package: PackageId) -> Result<u64, StoreError> {
        self.execute("delete from personal_data where package = $1", binds![package]).await
    }
}

impl Store {
    /// Returns the place of the last end of an object in the order of commits; 0 before the first.
    ///
    /// # Errors
    /// As every read.
    pub async fn last_end(&self) -> Result<i64, StoreError> {
        self.number("select coalesce(max(ended_seq), 0) from objects where ended_seq is not null", vec![])
            .await
    }

    /// Returns keys, versions and hashes of all stored versions of a source, in commit order.
    ///
    /// # Errors
    /// As every read.
    pub async fn source_keys(&self, source: &str) -> Result<Vec<KeyRow>, StoreError> {
        self.list(
            "select id, external_id, version, preference, content_hash, ended_at, seq, package from records
             where source = (select number from sources where name = $1) order by seq",
            binds![source],
            |row| {
                let mut cells = row.cells();
                Ok(KeyRow {
                    id: cells.take()?,
                    external_id: cells.take()?,
                    version: cells.take()?,
                    preference: cells.take()?,
                    content_hash: cells.take()?,
                    ended_at: cells.take()?,
                    seq: cells.take()?,
                    package: cells.take()?,
                })
            },
        )
        .await
    }

    /// Returns a record.
    ///
    /// # Errors
    /// As every read.
    pub async fn record(&self, id: RecordId) -> Result<Option<SourceRecord>, StoreError> {
        self.find(select_records!("where r.id = $1"), binds![id], source_record).await
    }

    /// Returns all records of an object, by source and time.
    ///
    /// # Errors
    /// As every read.
    pub async fn records_of_object(&self, object: ObjectId) -> Result<Vec<SourceRecord>, StoreError> {
        self.list(
            select_records!(
                "where r.object = $1 order by s.name, coalesce(r.happened_at, r.known_at), r.seq"
            ),
            binds![object],
            source_record,
        )
        .await
    }

    /// Returns all stored versions of a key of a source, in commit order.
    ///
    /// # Errors
    /// As every read.
    pub async fn records_of_key(
        &self,
        source: &str,
        external_id: &str,
    ) -> Result<Vec<SourceRecord>, StoreError> {
        self.list(
            select_records!("where s.name = $1 and r.external_id = $2 order by r.seq"),
            binds![source, external_id],
            source_record,
        )
        .await
    }

    /// Returns the personal part of a record; each look is for the caller to log.
    ///
    /// # Errors
    /// As every read.
    pub async fn personal_data(&self, record: RecordId) -> Result<Option<String>, StoreError> {
        self.find("select content from personal_data where record = $1", binds![record], |row| {
            row.cells().take()
        })
        .await
    }
}
