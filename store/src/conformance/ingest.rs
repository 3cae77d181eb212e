//! Packages, blobs, rejects, records, objects: what comes in is kept exactly, and found again after a kill.

use dozor_domain::{Coded as _, NO_OBJECT, NO_TIME, Position, Reject, ValidGeometry, ValueType};

use super::{Backend, at, ingest, key, object, object_id, on_both, package, record, source_row};
use crate::{
    CandidateState, GeometryUse, Lineage, LoadRecords, ObjectLink, PackageStatus, RejectFilter, StoreError,
    UnregisteredCandidate,
};

on_both!(
    bytes_come_back_in_pieces_and_whole,
    changed_or_missing_bytes_are_found_out,
    the_same_bytes_are_one_package_and_one_blob,
    a_killed_ingest_is_found_with_its_rows_and_counts,
    rejects_are_paged_and_counted,
    seq_has_no_gaps_even_when_writers_give_up,
    records_come_back_as_they_went_in,
    personal_data_lives_apart_and_goes_alone,
    columns_hold_only_what_was_committed_and_wanted,
    objects_are_updated_and_keep_their_first_seq,
    lineage_links_and_candidates_are_kept,
    an_end_is_not_seen_by_tables_named_before_it_nor_a_return_by_those_before_that,
    records_end_once,
);

async fn bytes_come_back_in_pieces_and_whole(backend: Backend) {
    let store = backend.initialised().await;
    for size in [0_usize, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_000] {
        let bytes: Vec<u8> = (0..size).map(|at| (at * 31 % 251) as u8).collect();
        let mut tx = store.begin().await.unwrap();
        let mut writer = tx.start_blob().await.unwrap();
        for part in bytes.chunks(70_001) {
            tx.append_blob(&mut writer, part).await.unwrap();
        }
        let (hash, length) = tx.finish_blob(writer, None, at(1)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(hash, dozor_domain::sha256(&bytes));
        assert_eq!(length, size as u64);
        assert_eq!(store.blob(&hash).await.unwrap(), bytes);
        let first = store.blob_chunk(&hash, 0).await.unwrap().unwrap_or_default();
        assert_eq!(first.len(), size.min(1 << 20));
    }
}

async fn changed_or_missing_bytes_are_found_out(backend: Backend) {
    let store = backend.initialised().await;
    let mut tx = store.begin().await.unwrap();
    let hash = tx.put_blob(b"evidence", at(1)).await.unwrap();
    let mut writer = tx.start_blob().await.unwrap();
    tx.append_blob(&mut writer, b"other").await.unwrap();
    let refused = tx.finish_blob(writer, Some(&hash), at(1)).await.unwrap_err();
    assert_eq!(refused.info().code, "BLOB_HASH_MISMATCH");
    tx.execute("update blob_chunks set bytes = $1", crate::sql::binds![b"evil".as_slice()]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.blob(&hash).await.unwrap_err().info().code, "BLOB_HASH_MISMATCH");
    let mut tx = store.begin().await.unwrap();
    tx.drop_blob(&hash).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.blob(&hash).await.unwrap_err().info().code, "BLOB_MISSING");
    assert!(!store.has_blob(&hash).await.unwrap());
}

async fn the_same_bytes_are_one_package_and_one_blob(backend: Backend) {
    let store = backend.initialised().await;
    let mut tx = store.begin().await.unwrap();
    let first = tx.put_blob(b"same", at(1)).await.unwrap();
    assert_eq!(tx.put_blob(b"same", at(2)).await.unwrap(), first);
    tx.insert_package(&package("appeals", b"same")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.number("select count(*) from blob_chunks", vec![]).await.unwrap(), 1);
    let mut tx = store.begin().await.unwrap();
    let refused = tx.insert_package(&package("appeals", b"same")).await.unwrap_err();
    assert_eq!(refused.info().code, "DATABASE_CONSTRAINT");
    let id = package("appeals", b"same").id;
    assert_eq!(store.package(id).await.unwrap(), Some(package("appeals", b"same")));
}

async fn a_killed_ingest_is_found_with_its_rows_and_counts(backend: Backend) {
    let store = backend.initialised().await;
    let mut received = package("appeals", b"bytes");
    let mut tx = store.begin().await.unwrap();
    tx.put_source(&source_row("appeals")).await.unwrap();
    tx.insert_package(&received).await.unwrap();
    tx.commit().await.unwrap();
    received.status = PackageStatus::Parsing;
    received.rows_done = 2;
    received.counts.received = 2;
    received.counts.accepted = 2;
    let mut tx = store.begin().await.unwrap();
    tx.insert_records("appeals", received.id, &[record(1), record(2)]).await.unwrap();
    tx.update_package(&received).await.unwrap();
    tx.commit().await.unwrap();
    // Killed in the middle of the next thousand rows: neither the rows nor the count of rows done is there.
    let mut killed = store.begin().await.unwrap();
    killed.insert_records("appeals", received.id, &[record(3)]).await.unwrap();
    drop(killed);
    assert_eq!(store.unfinished_packages().await.unwrap(), [received.clone()]);
    let keys = store.source_keys("appeals").await.unwrap();
    assert_eq!(keys.iter().map(|key| key.package).collect::<Vec<_>>(), [received.id; 2]);
    assert_eq!(keys[1].content_hash, record(2).record.content_hash);
    received.status = PackageStatus::Done;
    let mut tx = store.begin().await.unwrap();
    tx.update_package(&received).await.unwrap();
    tx.commit().await.unwrap();
    assert!(store.unfinished_packages().await.unwrap().is_empty());
    let status = &store.sources().await.unwrap()[0];
    assert_eq!((status.packages, status.records, status.last_received_at), (1, 2, Some(at(1))));
    assert_eq!(status.source, source_row("appeals"));
}

fn reject(line: u64) -> Reject {
    Reject {
        code: if line.is_multiple_of(2) { "DATE_FORMAT" } else { "VALUE_MISSING" }.to_owned(),
        line,
        field: Some("created_on".to_owned()),
        seen: None,
        cause: "The date is not of the declared form.".to_owned(),
        action: "Correct it in the source.".to_owned(),
    }
}

async fn rejects_are_paged_and_counted(backend: Backend) {
    let store = backend.initialised().await;
    let received = package("appeals", b"bytes");
    let mut tx = store.begin().await.unwrap();
    tx.insert_package(&received).await.unwrap();
    tx.insert_rejects(received.id, 0, &(1..=100).map(reject).collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
    let mut filter = RejectFilter { source: Some("appeals".to_owned()), ..RejectFilter::default() };
    let mut lines = Vec::new();
    loop {
        let page = store.rejects(&filter, 30).await.unwrap();
        let Some(last) = page.last() else { break };
        filter.after = Some((last.package, last.number));
        lines.extend(page.iter().map(|row| row.reject.line));
    }
    assert_eq!(lines, (1..=100).collect::<Vec<_>>());
    let counts = store.reject_counts().await.unwrap();
    assert_eq!(counts[0], ("appeals".to_owned(), "DATE_FORMAT".to_owned(), 50));
    let none = RejectFilter { code: Some("OTHER".to_owned()), ..RejectFilter::default() };
    assert!(store.rejects(&none, 10).await.unwrap().is_empty());
}

async fn seq_has_no_gaps_even_when_writers_give_up(backend: Backend) {
    let store = backend.initialised().await;
    let records: Vec<_> = (0..200).map(record).collect();
    assert_eq!(ingest(&store, "appeals", &records[..100]).await, 1);
    let mut given_up = store.begin().await.unwrap();
    let id = package("appeals", b"appeals").id;
    assert_eq!(given_up.insert_records("appeals", id, &records[100..150]).await.unwrap(), 101);
    drop(given_up);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.insert_records("appeals", id, &records[150..]).await.unwrap(), 101);
    tx.commit().await.unwrap();
    let seqs: Vec<_> = store.source_keys("appeals").await.unwrap().iter().map(|key| key.seq).collect();
    assert_eq!(seqs, (1..=150).collect::<Vec<_>>());
    assert_eq!(store.last_seq().await.unwrap(), 150);
    let mut tx = store.begin().await.unwrap();
    let unknown = tx.insert_records("nowhere", id, &records[..1]).await.unwrap_err();
    assert!(matches!(unknown, StoreError::NotFound { .. }));
    let twice = tx.insert_records("appeals", id, &records[..1]).await.unwrap_err();
    assert!(matches!(twice, StoreError::Constraint { constraint, .. } if constraint == "records_id"));
}

async fn records_come_back_as_they_went_in(backend: Backend) {
    let store = backend.initialised().await;
    let mut records: Vec<_> = (0..30).map(record).collect();
    let shape = ValidGeometry::point(
        Position { lat: 55.7, lon: 37.5 },
        &dozor_domain::Bounds { west: 36.0, south: 55.0, east: 38.0, north: 56.0 },
    );
    records[7].record.geometry = Some(shape.unwrap().to_wkb().unwrap());
    records[8].record.preference = i64::MIN;
    ingest(&store, "appeals", &records).await;
    for (seq, new) in (1..).zip(&records) {
        let stored = store.record(new.record.id).await.unwrap().unwrap();
        let mut expected = new.record.clone();
        expected.seq = seq;
        assert_eq!(stored.record, expected);
        assert_eq!((stored.source.as_str(), stored.package), ("appeals", package("appeals", b"appeals").id));
    }
    let of_object = store.records_of_object(object_id(9)).await.unwrap();
    assert_eq!(of_object.len(), 1);
    assert_eq!(of_object[0].record.external_id, "A-9");
    assert_eq!(store.records_of_key("appeals", "A-4").await.unwrap().len(), 1);
}

async fn personal_data_lives_apart_and_goes_alone(backend: Backend) {
    let store = backend.initialised().await;
    ingest(&store, "appeals", &[record(1), record(2)]).await;
    let hidden = store.personal_data(record(1).record.id).await.unwrap();
    assert_eq!(hidden.as_deref(), Some(r#"{"applicant_name":"Иванов"}"#));
    assert_eq!(store.personal_data(record(2).record.id).await.unwrap(), None);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.drop_personal_data(package("appeals", b"appeals").id).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(store.personal_data(record(1).record.id).await.unwrap(), None);
    assert!(store.record(record(1).record.id).await.unwrap().is_some());
}

async fn columns_hold_only_what_was_committed_and_wanted(backend: Backend) {
    let store = backend.initialised().await;
    let mut tx = store.begin().await.unwrap();
    tx.upsert_objects(&(0..30).map(object).collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
    ingest(&store, "appeals", &(0..40).map(record).collect::<Vec<_>>()).await;
    ingest(&store, "other", &[record(99)]).await;
    let objects = store.load_objects(GeometryUse::Load).await.unwrap();
    assert_eq!(objects.len(), 30);
    let mut wanted = LoadRecords {
        source: "appeals".to_owned(),
        schema: vec![source_row("appeals").schema.remove(1)],
        geometry: GeometryUse::Load,
        up_to_seq: 35,
    };
    let columns = store.load_records(&wanted, &objects).await.unwrap();
    assert_eq!(columns.len(), 35);
    let nine = objects.index_of(object_id(9)).unwrap();
    let rows = columns.rows_of(nine);
    assert_eq!(rows.len(), 1);
    let row = rows.start;
    assert_eq!(columns.fields[0].get(row, ValueType::Float), Some(dozor_domain::Value::Float(9.5)));
    assert_eq!((columns.happened_at[row], columns.ended_at[row]), (NO_TIME, NO_TIME));
    assert_eq!(columns.known_at[row], at(9).micros());
    let unmatched = columns.objects.iter().filter(|&&object| object == NO_OBJECT).count();
    // Of 35 records every third is matched, and objects 30 and 33 are not registered.
    assert_eq!(unmatched, 35 - 10);
    wanted.schema =
        vec![dozor_domain::FieldDefinition { name: "topic".to_owned(), value_type: ValueType::Integer }];
    let fault = store.load_records(&wanted, &objects).await.unwrap_err();
    assert_eq!(fault.info().code, "DATABASE_CORRUPT");
}

async fn objects_are_updated_and_keep_their_first_seq(backend: Backend) {
    let store = backend.initialised().await;
    let mut first = object(1);
    let mut tx = store.begin().await.unwrap();
    tx.upsert_objects(&[first.clone(), object(2)]).await.unwrap();
    let mut changed = first.clone();
    changed.title = "Другой адрес".to_owned();
    changed.parent = Some(object_id(2));
    changed.seq = 77;
    changed.known_at = 1;
    tx.upsert_objects(&[changed]).await.unwrap();
    tx.commit().await.unwrap();
    first.title = "Другой адрес".to_owned();
    first.parent = Some(object_id(2));
    assert_eq!(store.object(object_id(1)).await.unwrap(), Some(first.clone()));
    assert_eq!(store.objects_by_key(&key(1)).await.unwrap(), [first.clone()]);
    assert_eq!(store.children(object_id(2)).await.unwrap(), [first]);
    assert_eq!(store.object_counts().await.unwrap(), [("parcel".to_owned(), 2)]);
    let mut impostor = object(3);
    impostor.key = key(1);
    let mut tx = store.begin().await.unwrap();
    let fault = tx.upsert_objects(&[impostor]).await.unwrap_err();
    assert!(matches!(fault, StoreError::Constraint { constraint, .. } if constraint == "objects_source_key"));
}

async fn lineage_links_and_candidates_are_kept(backend: Backend) {
    let store = backend.initialised().await;
    let line = Lineage {
        predecessor: object_id(1),
        successor: object_id(2),
        kind: "split".to_owned(),
        since: at(5),
    };
    let link =
        ObjectLink { object: object_id(2), other: object_id(3), kind: "adjacent".to_owned(), since: at(6) };
    let candidate = UnregisteredCandidate {
        record: record(1).record.id,
        source: "detections".to_owned(),
        external_id: "D-1".to_owned(),
        position: Some(Position { lat: 55.7, lon: 37.5 }),
        known_at: at(3),
        state: CandidateState::Open,
        object: None,
    };
    let mut tx = store.begin().await.unwrap();
    tx.insert_lineage(std::slice::from_ref(&line)).await.unwrap();
    tx.insert_links(std::slice::from_ref(&link)).await.unwrap();
    tx.insert_candidates(std::slice::from_ref(&candidate)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.lineage_of(object_id(2)).await.unwrap(), [line]);
    assert_eq!(store.links_of(object_id(3)).await.unwrap(), [link]);
    assert_eq!(store.candidates(None, 10).await.unwrap(), std::slice::from_ref(&candidate));
    let after = Some((candidate.known_at, candidate.record));
    assert!(store.candidates(after, 10).await.unwrap().is_empty());
}

async fn an_end_is_not_seen_by_tables_named_before_it_nor_a_return_by_those_before_that(backend: Backend) {
    let store = backend.initialised().await;
    let mut registered = record(3);
    let mut thing = object(3);
    registered.record.matched = Some(dozor_domain::Matched {
        object: thing.id,
        method: dozor_domain::MatchMethod::Registry,
        confidence: 1.0,
    });
    thing.source = "appeals".to_owned();
    let mut tx = store.begin().await.unwrap();
    tx.upsert_objects(std::slice::from_ref(&thing)).await.unwrap();
    tx.commit().await.unwrap();
    ingest(&store, "appeals", std::slice::from_ref(&registered)).await;
    let before = store.last_seq().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.end_records(&[registered.record.id], at(9)).await.unwrap();
    tx.commit().await.unwrap();
    let ended = store.last_seq().await.unwrap();
    assert_eq!((ended > before, store.last_end().await.unwrap()), (true, ended), "an end moves the order");
    let wanted = |up_to_seq| LoadRecords {
        source: "appeals".to_owned(),
        schema: Vec::new(),
        geometry: GeometryUse::Skip,
        up_to_seq,
    };
    let seen = async |up_to_seq| {
        let objects = store.load_objects_at(GeometryUse::Skip, up_to_seq).await.unwrap();
        let records = store.load_records(&wanted(up_to_seq), &objects).await.unwrap();
        (objects.rows()[0].ended_at, records.ended_at[0])
    };
    assert_eq!(seen(before).await, (NO_TIME, NO_TIME));
    assert_eq!(seen(ended).await, (at(9).micros(), at(9).micros()));
    let mut tx = store.begin().await.unwrap();
    thing.seq = ended + 1;
    tx.upsert_objects(std::slice::from_ref(&thing)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(seen(before).await.0, NO_TIME);
    assert_eq!(seen(ended).await.0, at(9).micros(), "it was gone then");
    assert_eq!(seen(ended + 1).await.0, NO_TIME, "it lives again");
    assert_eq!(store.object(thing.id).await.unwrap().unwrap().ended_at, NO_TIME);
}

async fn records_end_once(backend: Backend) {
    let store = backend.initialised().await;
    ingest(&store, "appeals", &[record(1)]).await;
    let mut tx = store.begin().await.unwrap();
    tx.end_records(&[record(1).record.id], at(9)).await.unwrap();
    assert!(tx.end_records(&[record(1).record.id], at(10)).await.is_err(), "it has ended already");
    tx.commit().await.unwrap();
    let stored = store.record(record(1).record.id).await.unwrap().unwrap().record;
    assert_eq!(stored.ended_at, Some(at(9)));
}
