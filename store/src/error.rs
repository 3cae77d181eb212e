//! What can go wrong with the database, for people: each kind has a code, a cause and an action.

use dozor_domain::{Coded, ErrorInfo};
use thiserror::Error;

/// Is an error of the storage.
#[derive(Debug, Error)]
pub enum StoreError {
    /// There is no database where one was asked for.
    #[error("opening the database {location}")]
    Missing {
        /// Where it was looked for.
        location: String,
    },
    /// There is a database without tables or without a pack.
    #[error("opening the database {location}")]
    NotInitialised {
        /// The database.
        location: String,
    },
    /// `init` was asked for where a pack is already.
    #[error("creating the database {location}, which holds the pack «{pack}»")]
    AlreadyInitialised {
        /// The database.
        location: String,
        /// The pack in it.
        pack: String,
    },
    /// The database was written by a newer program.
    #[error(
        "opening the database {location}: its schema is {found}, this program knows schemas up to {known}"
    )]
    NewerSchema {
        /// The database.
        location: String,
        /// Its schema version.
        found: i64,
        /// The newest one that this program knows.
        known: i64,
    },
    /// The database holds another pack.
    #[error("using the database of the pack «{found}» for the pack «{expected}»")]
    OtherPack {
        /// The pack in the database.
        found: String,
        /// The pack that was asked for.
        expected: String,
    },
    /// Somebody else writes for longer than the program waits.
    #[error("waiting for the database while running «{statement}»")]
    Locked {
        /// The statement.
        statement: String,
        /// What the database said.
        source: sqlx::Error,
    },
    /// The database cannot be reached or opened.
    #[error("connecting to the database {location}")]
    Unreachable {
        /// The database.
        location: String,
        /// What the driver said.
        source: sqlx::Error,
    },
    /// The file is something else.
    #[error("opening {location}")]
    NotSqlite {
        /// The file.
        location: String,
        /// What the driver said.
        source: sqlx::Error,
    },
    /// The address of the database is of no known kind.
    #[error("reading the database address, which begins with «{scheme}»")]
    Address {
        /// What stands before the colon.
        scheme: String,
    },
    /// The disk is full.
    #[error("writing to the database while running «{statement}»")]
    Full {
        /// The statement.
        statement: String,
        /// What the database said.
        source: sqlx::Error,
    },
    /// A write was refused by a named constraint.
    #[error("writing to the database: the constraint «{constraint}» refuses it")]
    Constraint {
        /// Name of the constraint.
        constraint: String,
        /// What the database said.
        source: sqlx::Error,
    },
    /// A task for this object and ground is open already.
    #[error("opening a task")]
    TaskAlreadyOpen {
        /// What the database said.
        source: sqlx::Error,
    },
    /// Any other failure of the database.
    #[error("running «{statement}» in the database")]
    Failed {
        /// The statement.
        statement: String,
        /// What the database said.
        source: sqlx::Error,
    },
    /// A statement and its binds do not fit: a defect of this program.
    #[error("running «{statement}» with {given} values where {expected} belong")]
    Binds {
        /// The statement.
        statement: String,
        /// Placeholders in it.
        expected: usize,
        /// Values given.
        given: usize,
    },
    /// A stored value cannot be read back.
    #[error("reading the stored {what}: {detail}")]
    Corrupt {
        /// The kind of thing.
        what: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// A value cannot be written as JSON.
    #[error("writing the {what} as JSON")]
    Json {
        /// The kind of thing.
        what: &'static str,
        /// Why.
        source: serde_json::Error,
    },
    /// Something changed between reading and writing.
    #[error("changing the {what} {id}")]
    StateChanged {
        /// The kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// Another plan took the day first.
    #[error("approving the plan {plan} of {date}")]
    PlanReplaced {
        /// The plan.
        plan: String,
        /// Its day.
        date: String,
    },
    /// What was asked for is not there.
    #[error("reading the {what} {id}")]
    NotFound {
        /// The kind of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// The bytes of this hash are not stored (any more).
    #[error("reading the stored bytes {hash}")]
    BlobMissing {
        /// SHA-256 in hexadecimal digits.
        hash: String,
    },
    /// Stored or received bytes do not have the hash that names them.
    #[error("checking bytes named {expected}: they hash to {found}")]
    BlobHashMismatch {
        /// The name.
        expected: String,
        /// The hash of the bytes.
        found: String,
    },
}

macro_rules! error_table {
    ($($name:ident = $code:literal, $cause:literal, $action:literal;)*) => {
        $(const $name: ErrorInfo = ErrorInfo { code: $code, cause: $cause, action: $action };)*
        /// Lists every code of this crate.
        pub const STORE_ERRORS: &[ErrorInfo] = &[$($name),*];
    };
}

error_table! {
    MISSING = "DATABASE_MISSING", "There is no database in this place.",
        "Check --data or --database-url, or make a database with `dozor init`.";
    NOT_INITIALISED = "DATABASE_NOT_INITIALISED", "The database holds no pack yet.",
        "Run `dozor init --pack …` on it.";
    ALREADY_INITIALISED = "DATABASE_ALREADY_INITIALISED", "The database holds a pack already.",
        "Use it as it is, or choose another --data folder.";
    NEWER_SCHEMA = "DATABASE_NEWER_SCHEMA", "The database was written by a newer version of the program.",
        "Use that version or a newer one; an older program must not write to it.";
    OTHER_PACK = "DATABASE_OTHER_PACK", "One database holds one pack, and this one holds another.",
        "Choose the data folder of the pack, or make a new one with `dozor init`.";
    LOCKED = "DATABASE_LOCKED", "Another process or use-case has been writing for longer than the program waits.",
        "Let it finish and repeat the command; nothing was changed.";
    UNREACHABLE = "DATABASE_UNREACHABLE", "The database server or file cannot be opened.",
        "Check the address, the password, the rights on the folder and whether the server runs.";
    NOT_SQLITE = "DATABASE_NOT_SQLITE", "The file is no SQLite database.",
        "Check --data: the file is another program's or was damaged. Take another folder, or restore a backup.";
    ADDRESS = "DATABASE_ADDRESS", "The address of a database begins with postgres:// or postgresql://.",
        "Correct --database-url, or leave it out to use the embedded database.";
    FULL = "DATABASE_FULL", "There is no room left on the disk.",
        "Free some room and repeat the command; what was committed before stays.";
    CONSTRAINT = "DATABASE_CONSTRAINT", "The change would break a rule that the database keeps, e.g. the same name twice.",
        "Look at what is stored already, and repeat with other values.";
    TASK_ALREADY_OPEN = "TASK_ALREADY_OPEN", "One task at a time is open per object and ground.",
        "Close or cancel the open task first, or plan the day again.";
    FAILED = "DATABASE_FAILED", "The database refused a statement.",
        "Repeat the command; if it happens again, report the message with the log.";
    CORRUPT = "DATABASE_CORRUPT", "A stored value is not what this program wrote.",
        "Restore the database from a backup, and find out what else writes to it.";
    STATE_CHANGED = "STATE_CHANGED", "Somebody else changed it since it was read.",
        "Read it again and decide anew.";
    PLAN_REPLACED = "PLAN_REPLACED", "Another plan was approved for that day since this one was made.",
        "Make a new plan from the present state and compare the two.";
    NOT_FOUND = "NOT_FOUND", "There is nothing with this id.",
        "Check the id; it may belong to another database.";
    BLOB_MISSING = "BLOB_MISSING", "The bytes were never stored, or were dropped after their retention period.",
        "Go by the next delivery of the source; records, hashes and counts are still here.";
    BLOB_HASH_MISMATCH = "BLOB_HASH_MISMATCH", "The bytes were changed after they were named by their hash.",
        "Do not use them; restore the database from a backup or deliver the package again.";
}

impl Coded for StoreError {
    fn info(&self) -> &'static ErrorInfo {
        match self {
            Self::Missing { .. } => &MISSING,
            Self::NotInitialised { .. } => &NOT_INITIALISED,
            Self::AlreadyInitialised { .. } => &ALREADY_INITIALISED,
            Self::NewerSchema { .. } => &NEWER_SCHEMA,
            Self::OtherPack { .. } => &OTHER_PACK,
            Self::Locked { .. } => &LOCKED,
            Self::Unreachable { .. } => &UNREACHABLE,
            Self::NotSqlite { .. } => &NOT_SQLITE,
            Self::Address { .. } => &ADDRESS,
            Self::Full { .. } => &FULL,
            Self::Constraint { .. } => &CONSTRAINT,
            Self::TaskAlreadyOpen { .. } => &TASK_ALREADY_OPEN,
            Self::Failed { .. } | Self::Binds { .. } | Self::Json { .. } => &FAILED,
            Self::Corrupt { .. } => &CORRUPT,
            Self::StateChanged { .. } => &STATE_CHANGED,
            Self::PlanReplaced { .. } => &PLAN_REPLACED,
            Self::NotFound { .. } => &NOT_FOUND,
            Self::BlobMissing { .. } => &BLOB_MISSING,
            Self::BlobHashMismatch { .. } => &BLOB_HASH_MISMATCH,
        }
    }
}

/// Named unique constraints that a caller can run into, with the columns by which SQLite names them.
pub(crate) const CONSTRAINTS: &[(&str, &str)] = &[
    ("packages_source_bytes", "packages.source, packages.sha256"),
    ("records_id", "records.id"),
    ("objects_source_key", "objects.source, objects.key"),
    ("signs_one_open", "signs.object, signs.rule, signs.control_kind"),
    ("methodologies_number", "methodologies.number"),
    ("methodologies_one_active", "methodologies.state"),
    ("models_one_champion", "models.role"),
    ("assignments_one_active", "assignments.object, assignments.control_kind"),
    ("decisions_order_number", "decisions.order_number"),
    (
        "category_requests_paper",
        "category_requests.reference, category_requests.filed_on, category_requests.object, category_requests.control_kind",
    ),
    ("second_readings_id", "second_readings.id"),
    ("orders_year_number", "orders.year, orders.number"),
    ("tasks_one_open", "tasks.object, tasks.ground_key"),
    ("users_login", "users.login"),
];

/// Turns a driver's error into ours.
pub(crate) fn failed(statement: &str, source: sqlx::Error) -> StoreError {
    let statement = statement.split_whitespace().take(8).collect::<Vec<_>>().join(" ");
    if matches!(source, sqlx::Error::PoolTimedOut) {
        return StoreError::Locked { statement, source };
    }
    let Some(database) = source.as_database_error() else {
        return StoreError::Failed { statement, source };
    };
    // SQLite: 5 busy, 6 locked, 261 and 517 their extended forms, 13 full. PostgreSQL: lock_not_available,
    // deadlock_detected, serialization_failure, disk_full.
    match database.code().as_deref() {
        Some("5" | "6" | "261" | "517" | "55P03" | "40P01" | "40001") => {
            return StoreError::Locked { statement, source };
        }
        Some("13" | "53100") => return StoreError::Full { statement, source },
        _ => {}
    }
    if database.is_unique_violation() || database.is_foreign_key_violation() || database.is_check_violation()
    {
        let constraint = constraint_name(database);
        return if constraint == "tasks_one_open" {
            StoreError::TaskAlreadyOpen { source }
        } else {
            StoreError::Constraint { constraint, source }
        };
    }
    StoreError::Failed { statement, source }
}

fn constraint_name(fault: &dyn sqlx::error::DatabaseError) -> String {
    if let Some(name) = fault.constraint() {
        return name.to_owned();
    }
    let message = fault.message();
    CONSTRAINTS
        .iter()
        .find(|(_, columns)| message.ends_with(&format!("UNIQUE constraint failed: {columns}")))
        .map_or_else(|| message.to_owned(), |(name, _)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique() {
        let codes: BTreeSet<_> = STORE_ERRORS.iter().map(|info| info.code).collect();
        assert_eq!(codes.len(), STORE_ERRORS.len());
    }

    #[test]
    fn every_named_constraint_stands_in_both_migration_folders() {
        for (name, _) in CONSTRAINTS {
            for migration in crate::migrations::MIGRATIONS {
                let here = migration.sqlite.contains(name);
                assert_eq!(here, migration.postgres.contains(name), "{name} in {}", migration.name);
            }
            assert!(
                crate::migrations::MIGRATIONS.iter().any(|m| m.sqlite.contains(name)),
                "{name} is nowhere"
            );
        }
    }
}
