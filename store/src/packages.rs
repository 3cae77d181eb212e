//! Packages: the exact bytes received, how far they are worked, and what was refused in them.

use dozor_domain::{Digest, IngestCounts, PackageId, Reject, Timestamp, Version};

use crate::sql::{Bulk, Row, binds};
use crate::{Store, StoreError, WriteTx};

/// Says how far a package is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageStatus {
    /// Its bytes are stored.
    Receiving,
    /// Its rows are being read; `rows_done` of them are committed.
    Parsing,
    /// All its rows are committed.
    Done,
    /// Kept aside as a whole until somebody decides.
    Held,
}

impl Package {
    /// Returns the word for people: a held package that was put away waits for nobody, and one that could not be read
    /// waits for a mended mapping.
    pub fn status_code(&self) -> &'static str {
        match (self.dismissed_at, &self.failed) {
            (Some(_), _) => "dismissed",
            (None, Some(_)) => "failed",
            (None, None) => self.status.code(),
        }
    }
}

impl PackageStatus {
    /// Returns the stored code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Parsing => "parsing",
            Self::Done => "done",
            Self::Held => "held",
        }
    }
    fn parse(code: &str) -> Option<Self> {
        [Self::Receiving, Self::Parsing, Self::Done, Self::Held]
            .into_iter()
            .find(|status| status.code() == code)
    }
}

/// Is one received package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Id derived from source and bytes.
    pub id: PackageId,
    /// Name of the source.
    pub source: String,
    /// SHA-256 of the bytes; they are the blob of this name until their retention ends.
    pub sha256: Digest,
    /// Number of bytes.
    pub size: u64,
    /// Name of the file, for people.
    pub file_name: String,
    /// How far it is.
    pub status: PackageStatus,
    /// Version of the delivery: its day, for sources without a version of their own.
    pub delivery: Version,
    /// When its bytes were first received.
    pub received_at: Timestamp,
    /// Rows of the file that are committed: where a killed ingest goes on.
    pub rows_done: u64,
    /// Counts over the committed rows.
    pub counts: IngestCounts,
    /// Why it is held, for people.
    pub note: Option<String>,
    /// When somebody confirmed that it is taken as it is, and that the keys that it lacks end.
    pub confirmed_at: Option<Timestamp>,
    /// When somebody put a held package away: it is not taken and no longer waits.
    pub dismissed_at: Option<Timestamp>,
    /// When its bytes, refused rows and personal data went, their time being over.
    pub dropped_at: Option<Timestamp>,
    /// Code of the fault that ended the last try to take it; the same bytes may be tried again.
    pub failed: Option<String>,
}

/// Is a stored reject with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReject {
    /// The package.
    pub package: PackageId,
    /// The source of the package.
    pub source: String,
    /// Place among the package's rejects.
    pub number: i64,
    /// What was refused and why.
    pub reject: Reject,
}

/// Chooses rejects.
#[derive(Clone, Debug, Default)]
pub struct RejectFilter {
    /// Only of this source.
    pub source: Option<String>,
    /// Only of this package.
    pub package: Option<PackageId>,
    /// Only with this code.
    pub code: Option<String>,
    /// Only after this place.
    pub after: Option<(PackageId, i64)>,
}

macro_rules! select_packages {
    ($tail:literal) => {
        concat!(
            "select id, source, sha256, size, file_name, status, delivery_version, received_at, rows_done,
             received, accepted, duplicates, variants, rejected, held, unmatched, note,
             confirmed_at, dismissed_at, dropped_at, failed from packages ",
            $tail
        )
    };
}

const REJECTS: Bulk = Bulk {
    table: "rejects",
    columns: &["package", "number", "code", "line", "field", "seen", "cause", "action"],
    tail: "",
};

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn package(row: &Row) -> Result<Package, StoreError> {
    let mut cells = row.cells();
    Ok(Package {
        id: cells.take()?,
        source: cells.take()?,
        sha256: cells.take()?,
        size: cells.take()?,
        file_name: cells.take()?,
        status: cells.code("package", PackageStatus::parse)?,
        delivery: cells.take()?,
        received_at: cells.take()?,
        rows_done: cells.take()?,
        counts: IngestCounts {
            received: cells.take()?,
            accepted: cells.take()?,
            duplicates: cells.take()?,
            variants: cells.take()?,
            rejected: cells.take()?,
            held: cells.take()?,
            unmatched: cells.take()?,
        },
        note: cells.take()?,
        confirmed_at: cells.take()?,
        dismissed_at: cells.take()?,
        dropped_at: cells.take()?,
        failed: cells.take()?,
    })
}

fn stored_reject(row: &Row) -> Result<StoredReject, StoreError> {
    let mut cells = row.cells();
    Ok(StoredReject {
        package: cells.take()?,
        source: cells.take()?,
        number: cells.take()?,
        reject: Reject {
            code: cells.take()?,
            line: cells.take()?,
            field: cells.take()?,
            seen: cells.take()?,
            cause: cells.take()?,
            action: cells.take()?,
        },
    })
}

impl WriteTx {
    /// Adds a package.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` (`packages_source_bytes`) when the source delivered these bytes before.
    pub async fn insert_package(&mut self, package: &Package) -> Result<(), StoreError> {
        let counts = &package.counts;
        self.execute(
            "insert into packages (id, source, sha256, size, file_name, status, delivery_version, received_at,
               rows_done, received, accepted, duplicates, variants, rejected, held, unmatched, note, confirmed_at,
               dismissed_at, dropped_at, failed)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
            binds![
                package.id,
                &package.source,
                &package.sha256,
                number(package.size),
                &package.file_name,
                package.status.code(),
                package.delivery,
                package.received_at,
                number(package.rows_done),
                number(counts.received),
                number(counts.accepted),
                number(counts.duplicates),
                number(counts.variants),
                number(counts.rejected),
                number(counts.held),
                number(counts.unmatched),
                &package.note,
                package.confirmed_at,
                package.dismissed_at,
                package.dropped_at,
                &package.failed,
            ],
        )
        .await?;
        Ok(())
    }

    /// Writes how far a package is: status, rows done, counts and note; in the transaction of those rows.
    ///
    /// # Errors
    /// `STATE_CHANGED` when there is no such package.
    pub async fn update_package(&mut self, package: &Package) -> Result<(), StoreError> {
        let counts = &package.counts;
        self.execute_one(
            "update packages set status = $2, rows_done = $3, received = $4, accepted = $5, duplicates = $6,
               variants = $7, rejected = $8, held = $9, unmatched = $10, note = $11,
               confirmed_at = $12, dismissed_at = $13, dropped_at = $14, failed = $15 where id = $1",
            binds![
                package.id,
                package.status.code(),
                number(package.rows_done),
                number(counts.received),
                number(counts.accepted),
                number(counts.duplicates),
                number(counts.variants),
                number(counts.rejected),
                number(counts.held),
                number(counts.unmatched),
                &package.note,
                package.confirmed_at,
                package.dismissed_at,
                package.dropped_at,
                &package.failed,
            ],
            "package",
            &package.id,
        )
        .await
    }

    /// Drops the refused rows of a package that is read again from its first row.
    ///
    /// # Errors
    /// As every write.
    pub async fn drop_rejects(&mut self, package: PackageId) -> Result<u64, StoreError> {
        self.execute("delete from rejects where package = $1", binds![package]).await
    }

    /// Adds refused rows of a package, numbered from `first` on.
    ///
    /// # Errors
    /// As every write.
    pub async fn insert_rejects(
        &mut self,
        package: PackageId,
        first: i64,
        rejects: &[Reject],
    ) -> Result<(), StoreError> {
        let mut values = Vec::with_capacity(rejects.len() * REJECTS.columns.len());
        for (place, reject) in (first..).zip(rejects) {
            values.extend(binds![
                package,
                place,
                &reject.code,
                number(reject.line),
                &reject.field,
                &reject.seen,
                &reject.cause,
                &reject.action,
            ]);
        }
        self.insert_many(&REJECTS, values).await?;
        Ok(())
    }
}

impl Store {
    /// Returns a package.
    ///
    /// # Errors
    /// As every read.
    pub async fn package(&self, id: PackageId) -> Result<Option<Package>, StoreError> {
        self.find(select_packages!("where id = $1"), binds![id], package).await
    }

    /// Returns the newest packages, of one source or of all.
    ///
    /// # Errors
    /// As every read.
    pub async fn packages(&self, source: Option<&str>, limit: i64) -> Result<Vec<Package>, StoreError> {
        self.list(
            select_packages!("where ($1 is null or source = $1) order by received_at desc, id limit $2"),
            binds![source, limit],
            package,
        )
        .await
    }

    /// Returns the packages whose rows are not all committed: what a killed ingest left, oldest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn unfinished_packages(&self) -> Result<Vec<Package>, StoreError> {
        self.list(
            select_packages!("where status in ('receiving', 'parsing') order by received_at, id"),
            vec![],
            package,
        )
        .await
    }

    /// Returns refused rows by package and place.
    ///
    /// # Errors
    /// As every read.
    pub async fn rejects(&self, filter: &RejectFilter, limit: i64) -> Result<Vec<StoredReject>, StoreError> {
        let (after_package, after_number) = filter.after.unzip();
        self.list(
            "select r.package, p.source, r.number, r.code, r.line, r.field, r.seen, r.cause, r.action
             from rejects r join packages p on p.id = r.package
             where ($1 is null or p.source = $1) and ($2 is null or r.package = $2) and ($3 is null or r.code = $3)
               and ($4 is null or (r.package, r.number) > ($4, $5))
             order by r.package, r.number limit $6",
            binds![&filter.source, filter.package, &filter.code, after_package, after_number, limit],
            stored_reject,
        )
        .await
    }

    /// Returns how many rows were refused, by source and code.
    ///
    /// # Errors
    /// As every read.
    pub async fn reject_counts(&self) -> Result<Vec<(String, String, u64)>, StoreError> {
        self.list(
            "select p.source, r.code, count(*) from rejects r join packages p on p.id = r.package
             group by p.source, r.code order by p.source, r.code",
            vec![],
            |row| {
                let mut cells = row.cells();
                Ok((cells.take()?, cells.take()?, cells.take()?))
            },
        )
        .await
    }
}
