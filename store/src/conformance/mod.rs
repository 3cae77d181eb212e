//! One suite, run on both databases: every test takes a backend and is run once with SQLite in a temporary
//! folder and once with a fresh database of a throw-away PostgreSQL cluster.

mod audit;
mod desk;
mod ingest;
mod opening;
mod orders;
mod people;
mod plans;
mod scoring;
mod second_looks;
mod speed;
mod task_steps;
mod tasks;
mod upgrades;
mod waiting;

// The helper belongs to the tests crate; taking its file as it is keeps this suite from compiling every crate.
#[path = "../../../tests/src/postgres.rs"]
#[expect(unreachable_pub, reason = "the module is public where it belongs")]
mod postgres;

use std::future::Future;
use std::path::Path;

use dozor_domain::{ObjectId, ObjectRow, PackageId, Position, RecordId, StoredRecord, Timestamp};

use crate::{Location, NewRecord, PackIdentity, Package, PackageStatus, SourceRow, Store};

/// Is an empty place for a database.
pub(crate) struct Backend {
    pub(crate) location: Location,
    _folder: tempfile::TempDir,
}

impl Backend {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::from_arguments(&folder.path().join("data"), None).unwrap();
        Self { location, _folder: folder }
    }

    pub(crate) fn postgres() -> Option<Self> {
        let url = postgres::fresh_database()?;
        let location = Location::from_arguments(Path::new(""), Some(&url)).unwrap();
        Some(Self { location, _folder: tempfile::tempdir().unwrap() })
    }

    /// Makes the database and puts the pack `moscow` into it.
    pub(crate) async fn initialised(&self) -> Store {
        let store = Store::create(&self.location).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        tx.initialise(&identity(), at(0)).await.unwrap();
        tx.commit().await.unwrap();
        store
    }
}

pub(crate) fn run<F: Future<Output = ()>>(backend: Option<Backend>, test: impl FnOnce(Backend) -> F) {
    let Some(backend) = backend else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(test(backend));
}

/// Declares each named async function as a test of both databases.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() {
                crate::conformance::run(Some(crate::conformance::Backend::sqlite()), super::$name);
            })*
        }
        mod postgres {
            $(#[test] fn $name() {
                crate::conformance::run(crate::conformance::Backend::postgres(), super::$name);
            })*
        }
    };
}
pub(crate) use on_both;

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(1_790_000_000_000_000 + second * 1_000_000)
}

pub(crate) fn identity() -> PackIdentity {
    PackIdentity { name: "moscow".to_owned(), hash: "abc".to_owned() }
}

pub(crate) fn source_row(name: &str) -> SourceRow {
    SourceRow {
        name: name.to_owned(),
        title: dozor_domain::Localized { ru: "Обращения".to_owned(), en: "Appeals".to_owned() },
        subject: dozor_domain::Subject::Object,
        delivery: dozor_domain::Delivery::Delta,
        schema: vec![
            dozor_domain::FieldDefinition {
                name: "topic".to_owned(),
                value_type: dozor_domain::ValueType::Text,
            },
            dozor_domain::FieldDefinition {
                name: "area_m2".to_owned(),
                value_type: dozor_domain::ValueType::Float,
            },
        ],
        spec_hash: "1".to_owned(),
    }
}

pub(crate) fn package(source: &str, bytes: &[u8]) -> Package {
    let sha256 = dozor_domain::sha256(bytes);
    Package {
        id: PackageId::derive(source, &sha256),
        source: source.to_owned(),
        sha256,
        size: bytes.len() as u64,
        file_name: "appeals.csv".to_owned(),
        status: PackageStatus::Receiving,
        delivery: 20_261_121,
        received_at: at(1),
        rows_done: 0,
        counts: dozor_domain::IngestCounts::default(),
        note: None,
        confirmed_at: None,
        dismissed_at: None,
        dropped_at: None,
        failed: None,
    }
}

pub(crate) fn object_id(number: u32) -> ObjectId {
    ObjectId::derive("moscow", "egrn_parcels", &key(number))
}

pub(crate) fn key(number: u32) -> String {
    format!("77:01:0001001:{number:05}")
}

pub(crate) fn object(number: u32) -> ObjectRow {
    ObjectRow {
        id: object_id(number),
        key: key(number),
        source: "egrn_parcels".to_owned(),
        kind: "parcel".to_owned(),
        title: format!("Москва, ул. Ёлочная, д. {number}"),
        parent: None,
        territory: Some(format!("d{}", number % 3)),
        position: Some(Position { lat: 55.75, lon: 37.6 + f64::from(number) * 0.001 }),
        geometry: None,
        known_at: at(i64::from(number)).micros(),
        seq: i64::from(number) + 1,
        ended_at: dozor_domain::NO_TIME,
    }
}

pub(crate) fn record(number: u32) -> NewRecord {
    let content = format!(r#"{{"topic":"fence","area_m2":{number}.5}}"#);
    let content_hash = dozor_domain::sha256(content.as_bytes());
    let external_id = format!("A-{number}");
    NewRecord {
        record: StoredRecord {
            id: RecordId::derive("moscow", "appeals", &external_id, 1, &content_hash),
            external_id,
            version: 1,
            content_hash,
            preference: 0,
            happened_at: number.is_multiple_of(2).then(|| at(i64::from(number))),
            known_at: at(i64::from(number)),
            ended_at: None,
            seq: 0,
            matched: number.is_multiple_of(3).then(|| dozor_domain::Matched {
                object: object_id(number),
                method: dozor_domain::MatchMethod::PointInPolygon,
                confidence: 0.75,
            }),
            position: number.is_multiple_of(5).then_some(Position { lat: 55.7, lon: 37.5 }),
            geometry: None,
            content,
        },
        personal: (number % 2 == 1).then(|| r#"{"applicant_name":"Иванов"}"#.to_owned()),
    }
}

/// Stores a source, a package and its records, and returns the first commit order.
pub(crate) async fn ingest(store: &Store, source: &str, records: &[NewRecord]) -> i64 {
    let mut tx = store.begin().await.unwrap();
    tx.put_source(&source_row(source)).await.unwrap();
    let package = package(source, source.as_bytes());
    tx.insert_package(&package).await.unwrap();
    let first = tx.insert_records(source, package.id, records).await.unwrap();
    tx.commit().await.unwrap();
    first
}
