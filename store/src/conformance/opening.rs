//! Creating, opening, refusing: every way in which a database can be the wrong one.

use dozor_domain::Coded as _;

use super::{Backend, at, identity, on_both};
use crate::sql::binds;
use crate::{Location, PackIdentity, Store};

on_both!(
    a_new_database_is_not_initialised_until_its_pack_commits,
    an_initialised_database_is_not_made_again,
    another_pack_is_refused,
    a_newer_schema_is_refused,
    what_is_not_committed_leaves_no_trace,
    every_commit_moves_the_generation,
    readers_refuse_to_write,
    a_lease_has_one_holder_until_it_runs_out,
    two_programs_may_create_at_once,
);

fn code<T>(outcome: Result<T, crate::StoreError>) -> &'static str {
    outcome.err().map_or("none", |fault| fault.info().code)
}

async fn a_new_database_is_not_initialised_until_its_pack_commits(backend: Backend) {
    let before = code(Store::open(&backend.location).await);
    let expected = match backend.location {
        Location::Sqlite(_) => "DATABASE_MISSING",
        Location::Postgres(_) => "DATABASE_NOT_INITIALISED",
    };
    assert_eq!(before, expected);
    let store = Store::create(&backend.location).await.unwrap();
    assert_eq!(code(Store::open(&backend.location).await), "DATABASE_NOT_INITIALISED");
    let mut tx = store.begin().await.unwrap();
    tx.initialise(&identity(), at(0)).await.unwrap();
    tx.commit().await.unwrap();
    let again = Store::open(&backend.location).await.unwrap();
    assert_eq!(again.pack().await.unwrap(), identity());
    assert_eq!(again.meta("nothing").await.unwrap(), None);
}

async fn an_initialised_database_is_not_made_again(backend: Backend) {
    backend.initialised().await;
    assert_eq!(code(Store::create(&backend.location).await), "DATABASE_ALREADY_INITIALISED");
}

async fn another_pack_is_refused(backend: Backend) {
    let store = backend.initialised().await;
    assert_eq!(code(store.expect_pack("chicago").await), "DATABASE_OTHER_PACK");
    store.expect_pack("moscow").await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let other = PackIdentity { name: "chicago".to_owned(), hash: "x".to_owned() };
    assert_eq!(code(tx.initialise(&other, at(0)).await), "DATABASE_CONSTRAINT");
}

async fn a_newer_schema_is_refused(backend: Backend) {
    let store = backend.initialised().await;
    let mut tx = store.begin().await.unwrap();
    tx.set_meta("schema_version", "9999").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(code(Store::open(&backend.location).await), "DATABASE_NEWER_SCHEMA");
    assert_eq!(code(Store::create(&backend.location).await), "DATABASE_NEWER_SCHEMA");
}

async fn what_is_not_committed_leaves_no_trace(backend: Backend) {
    let store = backend.initialised().await;
    let mut dropped = store.begin().await.unwrap();
    dropped.set_meta("a", "1").await.unwrap();
    drop(dropped);
    let mut rolled_back = store.begin().await.unwrap();
    rolled_back.set_meta("b", "1").await.unwrap();
    rolled_back.rollback().await.unwrap();
    assert_eq!(store.meta("a").await.unwrap(), None);
    assert_eq!(store.meta("b").await.unwrap(), None);
}

async fn every_commit_moves_the_generation(backend: Backend) {
    let store = backend.initialised().await;
    let before = store.generation().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.set_meta("a", "1").await.unwrap();
    let committed = tx.commit().await.unwrap();
    assert_eq!(committed.generation, before + 1);
    let other = Store::open(&backend.location).await.unwrap();
    assert_eq!(other.generation().await.unwrap(), before + 1);
}

async fn readers_refuse_to_write(backend: Backend) {
    let store = backend.initialised().await;
    let sql = "insert into meta (key, value) values ($1, $2) returning value";
    let outcome = store.optional(sql, binds!["a", "1"]).await;
    assert_eq!(code(outcome.map(|_| ())), "DATABASE_FAILED");
    assert_eq!(store.meta("a").await.unwrap(), None);
}

async fn a_lease_has_one_holder_until_it_runs_out(backend: Backend) {
    let store = backend.initialised().await;
    assert!(store.take_lease("score", "a", at(0), at(10)).await.unwrap());
    assert!(!store.take_lease("score", "b", at(5), at(15)).await.unwrap());
    assert!(store.take_lease("score", "a", at(5), at(20)).await.unwrap(), "the holder may prolong it");
    assert!(!store.take_lease("score", "b", at(15), at(25)).await.unwrap());
    assert!(store.take_lease("score", "b", at(20), at(30)).await.unwrap(), "a dead holder's lease runs out");
    assert!(!store.release_lease("score", "a").await.unwrap());
    assert_eq!(store.lease_holder("score").await.unwrap().as_deref(), Some("b"));
    assert!(!store.take_over_lease("score", ("a", "c"), at(40)).await.unwrap(), "somebody else was quicker");
    assert!(store.take_over_lease("score", ("b", "c"), at(40)).await.unwrap());
    assert!(!store.release_lease("score", "b").await.unwrap());
    assert!(store.take_over_lease("score", ("c", "b"), at(40)).await.unwrap());
    assert!(store.release_lease("score", "b").await.unwrap());
}

async fn two_programs_may_create_at_once(backend: Backend) {
    let (one, two) = tokio::join!(Store::create(&backend.location), Store::create(&backend.location));
    one.unwrap();
    assert_eq!(two.unwrap().last_seq().await.unwrap(), 0);
}

#[test]
fn a_locked_database_is_said_to_be_locked() {
    super::run(Some(Backend::sqlite()), |backend| async move {
        let store = backend.initialised().await;
        let other = Store::open(&backend.location).await.unwrap();
        let held = store.begin().await.unwrap();
        assert_eq!(code(other.begin().await.map(|_| ())), "DATABASE_LOCKED");
        drop(held);
        other.begin().await.unwrap();
    });
}

#[test]
fn a_file_that_is_no_database_and_a_server_that_is_not_there_have_codes() {
    super::run(Some(Backend::sqlite()), |backend| async move {
        let Location::Sqlite(path) = &backend.location else { unreachable!() };
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "certainly no database, but long enough to have a header ".repeat(40)).unwrap();
        assert_eq!(code(Store::open(&backend.location).await), "DATABASE_NOT_SQLITE");
        let nowhere = Location::from_arguments(path, Some("postgres://u:p@127.0.0.1:1/none")).unwrap();
        assert_eq!(code(Store::open(&nowhere).await), "DATABASE_UNREACHABLE");
    });
}
