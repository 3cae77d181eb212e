//! A database of an earlier schema is brought forward with its rows.

use std::sync::Arc;

use dozor_domain::{CategoryRequest, CategoryRequestId, ObjectId, RequestState, RiskCategory};

use super::{Backend, at, ingest, on_both, record};
use crate::migrations::{MIGRATIONS, newest};
use crate::sql::{Database, Dialect, binds};
use crate::{Location, Store, StoreError};

on_both!(papers_are_kept_and_may_be_about_several_objects, what_lies_somewhere_waits_after_the_upgrade);

/// Makes a database as the program made it when `last` was the newest step.
async fn of_step(backend: &Backend, last: i64) -> Store {
    if let Location::Sqlite(path) = &backend.location {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    }
    let database = Database::connect(&backend.location, true).await.unwrap();
    let store = Store { database: Arc::new(database) };
    let mut connection = store.database.begin().await.unwrap();
    for migration in MIGRATIONS.iter().filter(|migration| migration.number <= last) {
        let script = match connection.dialect() {
            Dialect::Sqlite => migration.sqlite,
            Dialect::Postgres => migration.postgres,
        };
        connection.handle().script(script).await.unwrap();
    }
    let meta = "insert into meta (key, value) values ('schema_version', $1), ('pack_name', 'moscow')";
    connection.handle().execute(meta, binds![last.to_string()]).await.unwrap();
    connection.commit().await.unwrap();
    store
}

async fn upgraded(backend: &Backend, before: Store) -> Store {
    before.close().await;
    let store = Store::open(&backend.location).await.unwrap();
    assert_eq!(store.meta("schema_version").await.unwrap(), Some(newest().to_string()));
    store
}

async fn papers_are_kept_and_may_be_about_several_objects(backend: Backend) {
    let request = |number: u8, object: u8| CategoryRequest {
        id: CategoryRequestId::from_bytes([number; 16]),
        object: ObjectId::from_bytes([object; 16]),
        control_kind: "land".to_owned(),
        reference: "ВХ-1".to_owned(),
        category: RiskCategory::High,
        filed_on: "2026-11-02".parse().unwrap(),
        due_on: "2026-11-10".parse().unwrap(),
        entered_at: at(0),
        state: RequestState::Filed,
    };
    let before = of_step(&backend, 12).await;
    let mut tx = before.begin().await.unwrap();
    tx.insert_category_request(&request(1, 1)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = before.begin().await.unwrap();
    let refused = tx.insert_category_request(&request(2, 2)).await;
    assert!(matches!(refused, Err(StoreError::Constraint { .. })), "one number was one request");
    drop(tx);

    let store = upgraded(&backend, before).await;
    assert_eq!(store.open_category_requests().await.unwrap(), [request(1, 1)], "the row is kept");
    let mut tx = store.begin().await.unwrap();
    tx.insert_category_request(&request(2, 2)).await.unwrap();
    let taken = tx.insert_category_request(&request(3, 2)).await.unwrap_err();
    assert!(
        matches!(taken, StoreError::Constraint { constraint, .. } if constraint == "category_requests_paper")
    );
}

async fn what_lies_somewhere_waits_after_the_upgrade(backend: Backend) {
    let before = of_step(&backend, 12).await;
    // The fifth lies somewhere, the first only named a key, the third has its object.
    ingest(&before, "appeals", &[record(5), record(1), record(3), record(10)]).await;
    let (lost, waits) = (record(5).record.id, record(10).record.id);
    let mut tx = before.begin().await.unwrap();
    tx.insert_waiting("appeals", &[(waits, Some("77:01".to_owned()))]).await.unwrap();
    tx.commit().await.unwrap();
    let store = upgraded(&backend, before).await;
    let waiting = store.waiting_records("appeals", None, 10).await.unwrap();
    let mut found: Vec<_> = waiting.into_iter().map(|one| (one.record, one.match_key)).collect();
    let mut wanted = vec![(lost, None), (waits, Some("77:01".to_owned()))];
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
}
