//! Records that wait for their object find it once, and tables named before do not see the match.

use dozor_domain::{MatchMethod, Matched, NO_OBJECT, Position};

use super::{Backend, at, ingest, object, object_id, on_both, record};
use crate::{CandidateState, GeometryUse, LoadRecords, UnregisteredCandidate};

on_both!(a_waiting_record_finds_its_object_once, a_waiting_record_may_fit_several, waiting_records_are_paged);

async fn a_waiting_record_finds_its_object_once(backend: Backend) {
    let store = backend.initialised().await;
    let late = record(1).record.id;
    ingest(&store, "appeals", &[record(1), record(3)]).await;
    let before = store.last_seq().await.unwrap();
    let candidate = UnregisteredCandidate {
        record: late,
        source: "appeals".to_owned(),
        external_id: "A-1".to_owned(),
        position: Some(Position { lat: 55.7, lon: 37.5 }),
        known_at: at(3),
        state: CandidateState::Open,
        object: None,
    };
    let found = Matched { object: object_id(1), method: MatchMethod::Nearest, confidence: 0.5 };
    let mut tx = store.begin().await.unwrap();
    tx.upsert_objects(&[object(1)]).await.unwrap();
    tx.insert_candidates(&[candidate]).await.unwrap();
    tx.insert_waiting("appeals", &[(late, Some("77:01".to_owned()))]).await.unwrap();
    let place = tx.take_late_place().await.unwrap();
    assert!(tx.match_waiting(late, &found, place).await.unwrap());
    assert!(!tx.match_waiting(late, &found, place).await.unwrap(), "it waits no longer");
    assert!(!tx.match_waiting(record(3).record.id, &found, place).await.unwrap(), "it never waited");
    tx.commit().await.unwrap();

    assert_eq!(store.record(late).await.unwrap().unwrap().record.matched, Some(found));
    assert_eq!(store.candidate_count().await.unwrap(), 0);
    assert!(store.waiting_records("appeals", None, 10).await.unwrap().is_empty());
    let objects = store.load_objects(GeometryUse::Skip).await.unwrap();
    let mut wanted = LoadRecords {
        source: "appeals".to_owned(),
        schema: Vec::new(),
        geometry: GeometryUse::Skip,
        up_to_seq: before,
    };
    let seen = store.load_records(&wanted, &objects).await.unwrap();
    assert!(seen.objects.iter().all(|object| *object == NO_OBJECT), "a table named before the match");
    wanted.up_to_seq = store.last_seq().await.unwrap();
    let seen = store.load_records(&wanted, &objects).await.unwrap();
    assert_eq!(seen.rows_of(0).len(), 1);
}

async fn a_waiting_record_may_fit_several(backend: Backend) {
    let store = backend.initialised().await;
    let late = record(1).record.id;
    ingest(&store, "appeals", &[record(1)]).await;
    let mut tx = store.begin().await.unwrap();
    tx.insert_waiting("appeals", &[(late, None)]).await.unwrap();
    let place = tx.take_late_place().await.unwrap();
    assert!(tx.doubt_waiting(late, &[object_id(2), object_id(1)], place).await.unwrap());
    assert!(!tx.doubt_waiting(late, &[object_id(1)], place).await.unwrap(), "it waits no longer");
    tx.commit().await.unwrap();
    let mut options = store.match_options(late).await.unwrap();
    options.sort();
    let mut both = vec![object_id(1), object_id(2)];
    both.sort();
    assert_eq!(options, both);
    assert_eq!(store.record(late).await.unwrap().unwrap().record.matched, None);
}

async fn waiting_records_are_paged(backend: Backend) {
    let store = backend.initialised().await;
    let ids: Vec<_> = [1, 2, 4, 5].map(|number| record(number).record.id).into();
    ingest(&store, "appeals", &[record(1), record(2), record(4), record(5)]).await;
    let mut tx = store.begin().await.unwrap();
    let waiting: Vec<_> = ids.iter().map(|id| (*id, Some(format!("key of {id}")))).collect();
    tx.insert_waiting("appeals", &waiting).await.unwrap();
    tx.commit().await.unwrap();
    let first = store.waiting_records("appeals", None, 3).await.unwrap();
    let rest = store.waiting_records("appeals", first.last().map(|last| last.record), 3).await.unwrap();
    let mut sorted = ids;
    sorted.sort();
    let seen: Vec<_> = first.iter().chain(&rest).map(|one| one.record).collect();
    assert_eq!(seen, sorted);
    assert!(
        seen.iter()
            .zip(first.iter().chain(&rest))
            .all(|(id, one)| { one.match_key.as_deref() == Some(format!("key of {id}").as_str()) })
    );
    assert!(store.waiting_records("detections", None, 3).await.unwrap().is_empty());
}
