//! How long a bulk load and a load into columns take; asked for by name:
//! `cargo test --release -p dozor-store -- --ignored --nocapture --test-threads 1 speed`.

use std::time::Instant;

use dozor_domain::{FieldDefinition, ObjectId, ObjectRow, Position, RecordId, StoredRecord, ValueType};

use super::{Backend, at, package, source_row};
use crate::{GeometryUse, LoadRecords, NewRecord, Store};

const OBJECTS: u32 = 20_000;
const RECORDS: u32 = 200_000;
/// Rows of one transaction, as in an ingest.
const TURN: usize = 1_000;

#[test]
#[ignore = "measures time"]
fn sqlite() {
    super::run(Some(Backend::sqlite()), measure);
}

#[test]
#[ignore = "measures time"]
fn postgres() {
    super::run(Backend::postgres(), measure);
}

fn object(number: u32) -> ObjectRow {
    ObjectRow {
        id: ObjectId::derive("m", "s", &number.to_string()),
        key: format!("{number:07}"),
        ..super::object(1)
    }
}

fn record(number: u32) -> NewRecord {
    let content = format!(
        r#"{{"topic":"{}","district":"{}","status":"open","area_m2":{number}.5,"created_on":"2013-07-{:02}"}}"#,
        ["fence", "garbage", "noise"][number as usize % 3],
        number % 50,
        number % 28 + 1
    );
    let content_hash = dozor_domain::sha256(content.as_bytes());
    let external_id = format!("A-{number}");
    NewRecord {
        record: StoredRecord {
            id: RecordId::derive("m", "appeals", &external_id, 1, &content_hash),
            external_id,
            version: 1,
            content_hash,
            preference: 0,
            happened_at: Some(at(i64::from(number))),
            known_at: at(i64::from(number)),
            ended_at: None,
            seq: 0,
            matched: number.is_multiple_of(2).then(|| dozor_domain::Matched {
                object: object(number % OBJECTS).id,
                method: dozor_domain::MatchMethod::Key,
                confidence: 1.0,
            }),
            position: Some(Position { lat: 55.7, lon: 37.5 }),
            geometry: None,
            content,
        },
        personal: None,
    }
}

#[expect(clippy::disallowed_methods, reason = "a measurement looks at the clock")]
fn now() -> Instant {
    Instant::now()
}

async fn insert(store: &Store, records: &[NewRecord]) {
    let package = package("appeals", b"appeals");
    let mut tx = store.begin().await.unwrap();
    tx.put_source(&source_row("appeals")).await.unwrap();
    tx.insert_package(&package).await.unwrap();
    tx.commit().await.unwrap();
    for turn in records.chunks(TURN) {
        let mut tx = store.begin().await.unwrap();
        tx.insert_records("appeals", package.id, turn).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn measure(backend: Backend) {
    let store = backend.initialised().await;
    let objects: Vec<_> = (0..OBJECTS).map(object).collect();
    let started = now();
    for turn in objects.chunks(TURN) {
        let mut tx = store.begin().await.unwrap();
        tx.upsert_objects(turn).await.unwrap();
        tx.commit().await.unwrap();
    }
    eprintln!("objects in: {OBJECTS} in {} ms", started.elapsed().as_millis());
    let records: Vec<_> = (0..RECORDS).map(record).collect();
    let started = now();
    insert(&store, &records).await;
    eprintln!("records in: {RECORDS} in {} ms", started.elapsed().as_millis());
    let started = now();
    let objects = store.load_objects(GeometryUse::Load).await.unwrap();
    eprintln!("objects out: {} in {} ms", objects.len(), started.elapsed().as_millis());
    let field = |name: &str, value_type| FieldDefinition { name: name.to_owned(), value_type };
    let wanted = LoadRecords {
        source: "appeals".to_owned(),
        schema: vec![
            field("topic", ValueType::Text),
            field("district", ValueType::Text),
            field("area_m2", ValueType::Float),
            field("created_on", ValueType::Date),
        ],
        geometry: GeometryUse::Skip,
        up_to_seq: i64::MAX,
    };
    let started = now();
    let columns = store.load_records(&wanted, &objects).await.unwrap();
    eprintln!("records out: {} in {} ms", columns.len(), started.elapsed().as_millis());
    let started = now();
    let keys = store.source_keys("appeals").await.unwrap();
    eprintln!("keys out: {} in {} ms", keys.len(), started.elapsed().as_millis());
}
