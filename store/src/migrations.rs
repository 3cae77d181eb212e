//! The schema, forward only: two folders with equal numbers and names, one for each dialect.

use crate::sql::{Connection, Dialect};
use crate::{StoreError, sql::binds};

/// Is one step of the schema.
pub(crate) struct Migration {
    /// From 1, without gaps.
    pub(crate) number: i64,
    /// Name of the file without number and ending.
    pub(crate) name: &'static str,
    /// Text for SQLite.
    pub(crate) sqlite: &'static str,
    /// Text for PostgreSQL.
    pub(crate) postgres: &'static str,
}

macro_rules! migration {
    ($number:expr, $name:literal, $file:literal) => {
        Migration {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $file)),
            postgres: include_str!(concat!("../migrations/postgres/", $file)),
        }
    };
}

/// What this step makes stood for a while in steps 2 and 4: databases made then have it already.
pub(crate) const DELIVERIES: i64 = 7;

/// All steps in order.
pub(crate) const MIGRATIONS: &[Migration] = &[
    migration!(1, "base", "0001_base.sql"),
    migration!(2, "sources", "0002_sources.sql"),
    migration!(3, "assessments", "0003_assessments.sql"),
    migration!(4, "work", "0004_work.sql"),
    migration!(5, "methodology_steps", "0005_methodology_steps.sql"),
    migration!(6, "rule_snoozes", "0006_rule_snoozes.sql"),
    migration!(DELIVERIES, "deliveries", "0007_deliveries.sql"),
    migration!(8, "ended_objects", "0008_ended_objects.sql"),
    migration!(9, "dismissed_packages", "0009_dismissed_packages.sql"),
    migration!(10, "waiting_records", "0010_waiting_records.sql"),
    migration!(11, "category_requests", "0011_category_requests.sql"),
    migration!(12, "second_looks", "0012_second_looks.sql"),
    migration!(13, "papers", "0013_papers.sql"),
    migration!(14, "order_steps", "0014_order_steps.sql"),
    migration!(15, "second_inspectors", "0015_second_inspectors.sql"),
    migration!(16, "task_starts", "0016_task_starts.sql"),
    migration!(17, "task_steps", "0017_task_steps.sql"),
];

/// Returns the newest schema version.
pub(crate) fn newest() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.number)
}

/// Applies the steps after `present`, but for one that is `done`, and writes the new version, in the caller's
/// transaction.
pub(crate) async fn apply(
    connection: &mut Connection,
    present: i64,
    done: Option<i64>,
) -> Result<(), StoreError> {
    let is_due = |migration: &&Migration| migration.number > present && Some(migration.number) != done;
    for migration in MIGRATIONS.iter().filter(is_due) {
        let script = match connection.dialect() {
            Dialect::Sqlite => migration.sqlite,
            Dialect::Postgres => migration.postgres,
        };
        tracing::info!(number = migration.number, name = migration.name, "applying a step of the schema");
        connection.handle().script(script).await?;
    }
    connection
        .handle()
        .execute(
            "insert into meta (key, value) values ('schema_version', $1)
             on conflict (key) do update set value = excluded.value",
            binds![newest().to_string()],
        )
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &str) -> Vec<String> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
        let mut names: Vec<_> = std::fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn both_folders_have_the_same_steps_and_all_are_known() {
        let known: Vec<_> = MIGRATIONS.iter().map(|m| format!("{:04}_{}.sql", m.number, m.name)).collect();
        assert_eq!(files("sqlite"), known);
        assert_eq!(files("postgres"), known);
        assert!(MIGRATIONS.iter().zip(1..).all(|(migration, number)| migration.number == number));
    }

    /// Returns table → columns of a script, by reading `create table` blocks.
    fn columns(script: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut table = None;
        for line in script.lines() {
            if let Some(rest) = line.strip_prefix("create table ") {
                table = rest.split_whitespace().next().map(str::to_owned);
            } else if line.starts_with(')') {
                table = None;
            } else if let (Some(table), true) = (&table, line.starts_with("  ")) {
                let word = line.split_whitespace().next().unwrap_or_default();
                if !["constraint", "primary", "--"].contains(&word) {
                    found.push(format!("{table}.{word}"));
                }
            } else if let Some(rest) = line.strip_prefix("alter table ") {
                found.push(rest.rsplit_once(' ').unwrap_or_default().0.to_owned());
            } else if let Some(rest) = line.strip_prefix("create ") {
                found.push(rest.split(" on ").next().unwrap_or_default().to_owned());
            }
        }
        found
    }

    #[test]
    fn both_dialects_have_the_same_tables_columns_and_indexes() {
        for migration in MIGRATIONS {
            assert_eq!(columns(migration.sqlite), columns(migration.postgres), "{}", migration.name);
            assert!(!columns(migration.sqlite).is_empty());
        }
    }

    /// Databases that stopped at step six have the tables of deliveries or lack them, as they were made.
    #[tokio::test]
    async fn both_forms_of_step_six_are_brought_forward() {
        for has_deliveries in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let location = crate::Location::from_arguments(folder.path(), None).unwrap();
            let database = crate::sql::Database::connect(&location, true).await.unwrap();
            let store = crate::Store { database: std::sync::Arc::new(database) };
            let mut connection = store.database.begin().await.unwrap();
            let last = if has_deliveries { DELIVERIES } else { 6 };
            for migration in MIGRATIONS.iter().filter(|migration| migration.number <= last) {
                connection.handle().script(migration.sqlite).await.unwrap();
            }
            let version =
                "insert into meta (key, value) values ('schema_version', '6'), ('pack_name', 'moscow')";
            connection.handle().script(version).await.unwrap();
            connection.commit().await.unwrap();
            store.close().await;
            let store = crate::Store::open(&location).await.unwrap();
            assert_eq!(store.meta("schema_version").await.unwrap(), Some(newest().to_string()));
            assert_eq!(store.packages(None, 1).await.unwrap(), Vec::new());
            assert_eq!(store.load_objects(crate::GeometryUse::Skip).await.unwrap().len(), 0);
        }
    }
}
