//! Second readings: drawn once, offered to everybody but the first reader, given once; settlements of disagreements.

use dozor_domain::{
    Chance, Coded as _, DeskReviewId, DeskVerdict, LookSettlement, RecordId, SecondReading, SecondVerdict,
    SettledAs, SignState, UserId, ViolationSign,
};

use super::desk::{decide, insert_signs, sign};
use super::{Backend, at, object, on_both};
use crate::{DeskFilter, Store, StoreError};

on_both!(
    a_second_reading_waits_for_everybody_but_the_first_reader,
    a_second_reading_is_given_once_and_never_by_the_first_reader,
    a_disagreement_is_settled_once,
);

/// The author of the decisions that the helpers of the desk's tests make.
fn first() -> UserId {
    UserId::from_bytes([1; 16])
}

fn other() -> UserId {
    UserId::from_bytes([2; 16])
}

fn drawn(review: u8, sign: &ViolationSign) -> SecondReading {
    SecondReading {
        review: DeskReviewId::from_bytes([review; 16]),
        sign: sign.id,
        object: sign.object,
        first_author: first(),
        inclusion: Chance::new(0.02).unwrap(),
        drawn_at: at(i64::from(review)),
        answer: None,
    }
}

fn answer(id: u8, author: UserId) -> SecondVerdict {
    SecondVerdict {
        id: DeskReviewId::from_bytes([id; 16]),
        verdict: DeskVerdict::Refuted,
        comment: "тень".to_owned(),
        author,
        read_at: at(70),
    }
}

/// Two signs decided and drawn, one that waits for the desk.
async fn three_signs(store: &Store) -> [ViolationSign; 3] {
    let signs = [1, 2, 3].map(|number| sign(number, "nto_illegal"));
    let mut tx = store.begin().await.unwrap();
    tx.upsert_objects(&(0..4).map(object).collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
    insert_signs(store, &signs).await.unwrap();
    decide(store, 1, &signs[0], DeskVerdict::Confirmed).await.unwrap();
    decide(store, 2, &signs[1], DeskVerdict::Refuted).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.insert_second_reading(&drawn(1, &signs[0])).await.unwrap();
    tx.insert_second_reading(&drawn(2, &signs[1])).await.unwrap();
    tx.commit().await.unwrap();
    signs
}

async fn queued(store: &Store, reader: Option<UserId>) -> usize {
    let filter = DeskFilter { reader, ..DeskFilter::default() };
    let page = store.desk_queue(&filter, None, 50).await.unwrap();
    assert_eq!(store.desk_count(&filter).await.unwrap(), page.rows.len() as i64);
    page.rows.len()
}

async fn a_second_reading_waits_for_everybody_but_the_first_reader(backend: Backend) {
    let store = backend.initialised().await;
    let signs = three_signs(&store).await;
    assert_eq!(store.waiting_second_readings().await.unwrap(), [drawn(1, &signs[0]), drawn(2, &signs[1])]);
    assert_eq!((queued(&store, None).await, queued(&store, Some(first())).await), (1, 1));
    assert_eq!(queued(&store, Some(other())).await, 3);
    // Its rule fires no more: what the second reader would see is not what the first saw.
    let decided = store.sign(signs[0].id).await.unwrap().unwrap().state;
    let mut tx = store.begin().await.unwrap();
    tx.change_sign(signs[0].id, &decided, &SignState::Expired).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(queued(&store, Some(other())).await, 2);
    assert_eq!(store.waiting_second_readings().await.unwrap(), [drawn(2, &signs[1])]);
}

async fn a_second_reading_is_given_once_and_never_by_the_first_reader(backend: Backend) {
    let store = backend.initialised().await;
    let signs = three_signs(&store).await;
    let review = DeskReviewId::from_bytes([1; 16]);
    let give = async |answer: SecondVerdict| -> Result<(), StoreError> {
        let mut tx = store.begin().await.unwrap();
        tx.give_second_reading(review, &answer).await?;
        tx.commit().await?;
        Ok(())
    };
    assert_eq!(give(answer(8, first())).await.unwrap_err().info().code, "STATE_CHANGED");
    give(answer(9, other())).await.unwrap();
    let third = UserId::from_bytes([3; 16]);
    assert_eq!(give(answer(10, third)).await.unwrap_err().info().code, "STATE_CHANGED");
    let given = SecondReading { answer: Some(answer(9, other())), ..drawn(1, &signs[0]) };
    assert_eq!(store.second_readings_of(signs[0].id).await.unwrap(), std::slice::from_ref(&given));
    assert_eq!(store.second_readings_by(other()).await.unwrap(), std::slice::from_ref(&given));
    assert_eq!(store.second_reading(DeskReviewId::from_bytes([9; 16])).await.unwrap(), Some(given));
    assert_eq!(store.second_readings_by(first()).await.unwrap(), []);
    assert_eq!(queued(&store, Some(other())).await, 2);
    let kept = store.sign(signs[0].id).await.unwrap().unwrap().state;
    assert_eq!(kept, SignState::Desk { verdict: DeskVerdict::Confirmed, review }, "the first verdict stands");
    let mut tx = store.begin().await.unwrap();
    let again = tx.insert_second_reading(&drawn(1, &signs[0])).await.unwrap_err();
    assert_eq!(again.info().code, "DATABASE_CONSTRAINT");
}

async fn a_disagreement_is_settled_once(backend: Backend) {
    let store = backend.initialised().await;
    let settled = LookSettlement {
        look: RecordId::from_bytes([5; 16]),
        settled: SettledAs::SecondStands,
        comment: "на снимке тень".to_owned(),
        author: "head".to_owned(),
        at: at(90),
    };
    let mut tx = store.begin().await.unwrap();
    tx.settle_look(&settled).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.settle_look(&settled).await.unwrap_err().info().code, "DATABASE_CONSTRAINT");
    drop(tx);
    assert_eq!(store.look_settlement(settled.look).await.unwrap(), Some(settled.clone()));
    assert_eq!(store.look_settlements().await.unwrap(), [settled]);
}
