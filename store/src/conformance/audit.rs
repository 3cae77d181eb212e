//! The audit log: positions without gaps, a chain that shows every change, and one order under many writers.

use dozor_domain::{AuditLink, Coded as _};

use super::{Backend, at, on_both};
use crate::sql::binds;
use crate::{AuditDraft, AuditFilter, Store};

on_both!(
    entries_are_chained_from_the_first,
    a_changed_entry_is_found,
    a_removed_entry_is_found,
    a_cut_tail_is_found,
    a_rewritten_chain_is_found_by_its_checkpoint,
    an_entry_goes_with_its_transaction,
    many_writers_leave_no_gap,
);

fn draft(number: i64) -> AuditDraft {
    AuditDraft {
        at: at(number),
        actor: format!("user{}", number % 2),
        use_case: "ingest".to_owned(),
        subject: format!("package {number}"),
        details: r#"{"accepted":1}"#.to_owned(),
    }
}

async fn write(store: &Store, count: i64) {
    for number in 1..=count {
        let mut tx = store.begin().await.unwrap();
        tx.audit(draft(number));
        tx.commit().await.unwrap();
    }
}

async fn tamper(store: &Store, sql: &'static str) {
    let mut tx = store.begin().await.unwrap();
    tx.execute(sql, vec![]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn entries_are_chained_from_the_first(backend: Backend) {
    let store = backend.initialised().await;
    assert_eq!(store.verify_audit().await.unwrap().head.entries, 0);
    write(&store, 5).await;
    let report = store.verify_audit().await.unwrap();
    assert_eq!(report.fault, None);
    assert_eq!(report.head, store.audit_head().await.unwrap());
    let rows = store.audit_page(&AuditFilter::default(), None, 10).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.entry.position).collect::<Vec<_>>(), [5, 4, 3, 2, 1]);
    assert_eq!(AuditLink::next(&[0; 32], &rows[4].entry), rows[4].link);
    let filter = AuditFilter { actor: Some("user1".to_owned()), ..AuditFilter::default() };
    assert_eq!(store.audit_page(&filter, Some(5), 10).await.unwrap().len(), 2);
    assert_eq!(store.audit_chain_at(5).await.unwrap(), Some(report.head.chain));
}

async fn a_changed_entry_is_found(backend: Backend) {
    let store = backend.initialised().await;
    write(&store, 4).await;
    tamper(&store, "update audit_log set actor = 'somebody else' where position = 2").await;
    let report = store.verify_audit().await.unwrap();
    assert_eq!(report.fault.map(|fault| fault.position), Some(2));
    assert_eq!(report.head.entries, 1);
}

async fn a_removed_entry_is_found(backend: Backend) {
    let store = backend.initialised().await;
    write(&store, 4).await;
    tamper(&store, "delete from audit_log where position = 3").await;
    let fault = store.verify_audit().await.unwrap().fault.unwrap();
    assert_eq!((fault.position, fault.what.as_str()), (3, "the entry is not there"));
}

async fn a_cut_tail_is_found(backend: Backend) {
    let store = backend.initialised().await;
    write(&store, 4).await;
    tamper(&store, "delete from audit_log where position = 4").await;
    assert_eq!(store.verify_audit().await.unwrap().fault.map(|fault| fault.position), Some(4));
    let mut tx = store.begin().await.unwrap();
    tx.audit(draft(5));
    assert_eq!(tx.commit().await.unwrap_err().info().code, "DATABASE_CORRUPT", "nothing is linked to a gap");
}

async fn a_rewritten_chain_is_found_by_its_checkpoint(backend: Backend) {
    let store = backend.initialised().await;
    write(&store, 3).await;
    let checkpoint = store.audit_head().await.unwrap();
    tamper(&store, "delete from audit_log").await;
    tamper(&store, "update counters set value = 0 where name = 'audit'").await;
    let mut tx = store.begin().await.unwrap();
    for number in [1, 2, 9] {
        tx.audit(draft(number));
    }
    tx.commit().await.unwrap();
    assert_eq!(store.verify_audit().await.unwrap().fault, None, "the forger knows how to chain");
    assert_ne!(store.audit_chain_at(checkpoint.entries).await.unwrap(), Some(checkpoint.chain));
}

async fn an_entry_goes_with_its_transaction(backend: Backend) {
    let store = backend.initialised().await;
    let mut tx = store.begin().await.unwrap();
    tx.audit(draft(1));
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    tx.audit(draft(2));
    tx.execute("update counters set value = $1 where name = 'seq'", binds![7_i64]).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(store.audit_head().await.unwrap().entries, 0);
    write(&store, 1).await;
    assert_eq!(store.verify_audit().await.unwrap().head.entries, 1);
}

async fn many_writers_leave_no_gap(backend: Backend) {
    let store = backend.initialised().await;
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { write(&store, 5).await })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let report = store.verify_audit().await.unwrap();
    assert_eq!((report.head.entries, report.fault), (40, None));
}
