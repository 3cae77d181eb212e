//! Signs, the desk queue and its decisions.

use std::collections::BTreeSet;

use dozor_domain::{
    Coded as _, DeskDecision, DeskReviewId, DeskVerdict, RuleSnooze, SignEvent, SignId, SignState, SnoozeId,
    UserId, ViolationSign,
};

use super::{Backend, at, object, object_id, on_both};
use crate::{DeskFilter, SignScope, Store, StoreError};

on_both!(one_sign_is_open_per_object_and_rule, a_sign_is_decided_once, the_desk_queue_is_ranked_and_paged,);

pub(super) fn sign(number: u32, rule: &str) -> ViolationSign {
    let opened_at = at(i64::from(number));
    ViolationSign {
        id: SignId::derive(object_id(number), rule, opened_at),
        object: object_id(number),
        control_kind: "municipal_land".to_owned(),
        rule: rule.to_owned(),
        points: 8.0,
        priority: f64::from(number % 10) + 0.1,
        opened_at,
        evidence: "площадь 1 020 м² вместо 1 000 м²".to_owned(),
        state: SignState::Detected,
    }
}

fn decision(number: u8, sign: &ViolationSign, verdict: DeskVerdict) -> DeskDecision {
    DeskDecision {
        id: DeskReviewId::from_bytes([number; 16]),
        sign: sign.id,
        object: sign.object,
        rule: sign.rule.clone(),
        points: sign.points,
        verdict,
        comment: "видно на двух снимках".to_owned(),
        author: UserId::from_bytes([1; 16]),
        decided_at: at(50),
    }
}

pub(super) async fn decide(
    store: &Store,
    number: u8,
    sign: &ViolationSign,
    verdict: DeskVerdict,
) -> Result<(), StoreError> {
    let decision = decision(number, sign, verdict);
    let after = sign.clone().apply(SignEvent::Decide { verdict, review: decision.id }).unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.decide_sign(&decision, &after.state).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn insert_signs(store: &Store, signs: &[ViolationSign]) -> Result<(), StoreError> {
    let mut tx = store.begin().await.unwrap();
    tx.insert_signs(signs).await?;
    tx.commit().await?;
    Ok(())
}

async fn one_sign_is_open_per_object_and_rule(backend: Backend) {
    let store = backend.initialised().await;
    let first = sign(1, "build_no_permit");
    insert_signs(&store, std::slice::from_ref(&first)).await.unwrap();
    let mut second = first.clone();
    second.opened_at = at(99);
    second.id = SignId::derive(second.object, &second.rule, second.opened_at);
    let fault = insert_signs(&store, std::slice::from_ref(&second)).await.unwrap_err();
    assert!(matches!(fault, StoreError::Constraint { constraint, .. } if constraint == "signs_one_open"));
    decide(&store, 1, &first, DeskVerdict::Refuted).await.unwrap();
    insert_signs(&store, std::slice::from_ref(&second)).await.unwrap();
    assert_eq!(store.signs(SignScope::All).await.unwrap().len(), 2);
    assert_eq!(store.signs(SignScope::Open).await.unwrap(), [second.clone()]);
    assert_eq!(store.signs_of(first.object).await.unwrap()[0], second);
}

async fn a_sign_is_decided_once(backend: Backend) {
    let store = backend.initialised().await;
    let found = sign(1, "build_no_permit");
    insert_signs(&store, std::slice::from_ref(&found)).await.unwrap();
    let both = tokio::join!(
        decide(&store, 1, &found, DeskVerdict::Confirmed),
        decide(&store, 2, &found, DeskVerdict::Refuted)
    );
    assert_ne!(both.0.is_ok(), both.1.is_ok(), "one of two analysts is first");
    let late = both.0.err().or(both.1.err()).unwrap();
    assert_eq!(late.info().code, "STATE_CHANGED");
    assert_eq!(store.desk_decisions_of(found.object).await.unwrap().len(), 1);
    assert_eq!(store.desk_decisions(5).await.unwrap().len(), 1);
    let stored = store.sign(found.id).await.unwrap().unwrap();
    let mut tx = store.begin().await.unwrap();
    let refreshed = ViolationSign { points: 99.0, ..found.clone() };
    assert_eq!(tx.refresh_signs(&[refreshed]).await.unwrap(), 0, "a decided sign keeps what the desk saw");
    assert_eq!(tx.expire_signs(std::slice::from_ref(&found)).await.unwrap(), 0, "the desk was quicker");
    assert_eq!(tx.expire_signs(std::slice::from_ref(&stored)).await.unwrap(), 1);
    assert!(tx.change_sign(found.id, &stored.state, &SignState::Expired).await.is_err());
    tx.commit().await.unwrap();
}

async fn the_desk_queue_is_ranked_and_paged(backend: Backend) {
    let store = backend.initialised().await;
    let mut tx = store.begin().await.unwrap();
    tx.upsert_objects(&(0..40).map(object).collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
    let signs: Vec<_> = (0..40).map(|number| sign(number, "nto_illegal")).collect();
    insert_signs(&store, &signs).await.unwrap();
    decide(&store, 1, &signs[9], DeskVerdict::Confirmed).await.unwrap();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = store.desk_queue(&DeskFilter::default(), after.as_ref(), 9).await.unwrap();
        found.extend(page.rows);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found.len(), 39);
    assert!(found.windows(2).all(|pair| pair[0].sign.priority >= pair[1].sign.priority));
    assert_eq!(found.iter().map(|row| row.sign.id).collect::<BTreeSet<_>>().len(), 39);
    let filter = DeskFilter {
        territory: Some("d1".to_owned()),
        text: Some("Ёлочная".to_owned()),
        ..DeskFilter::default()
    };
    assert_eq!(store.desk_count(&filter).await.unwrap(), 13);
    put_aside_signs_are_not_waiting(&store, &signs[3]).await;
    let counts = store.desk_counts().await.unwrap();
    assert_eq!(counts, [("municipal_land".to_owned(), "nto_illegal".to_owned(), 39)]);
}

async fn put_aside_signs_are_not_waiting(store: &Store, sign: &ViolationSign) {
    let since = sign.opened_at;
    let snooze = RuleSnooze {
        id: SnoozeId::from_bytes([7; 16]),
        object: sign.object,
        rule: sign.rule.clone(),
        comment: "until the next flight".to_owned(),
        author: "desk".to_owned(),
        since,
        until: since.plus_days(30),
        ended_at: None,
    };
    let mut tx = store.begin().await.unwrap();
    tx.insert_snooze(&snooze).await.unwrap();
    tx.commit().await.unwrap();
    for (days, waiting) in [(0, 38), (29, 38), (30, 39)] {
        let filter = DeskFilter { awake_at: Some(since.plus_days(days)), ..DeskFilter::default() };
        assert_eq!(store.desk_count(&filter).await.unwrap(), waiting, "{days} days later");
        let page = store.desk_queue(&filter, None, 50).await.unwrap();
        assert_eq!(page.rows.iter().any(|row| row.sign.id == sign.id), waiting == 39);
    }
}
