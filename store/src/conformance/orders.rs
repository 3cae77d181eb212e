//! Orders, their numbers and the steps of their life.

use dozor_domain::{Order, OrderEvent, OrderId, OrderState, OrderStep, PlanId};

use super::{Backend, at, on_both};
use crate::{OrderFilter, Store, StoreError};

on_both!(order_numbers_have_no_gaps_under_many_writers, an_order_keeps_the_steps_of_its_life,);

pub(super) fn order(id: u8, number: i64) -> Order {
    Order {
        id: OrderId::derive(&[&[id], &number.to_le_bytes()]),
        plan: PlanId::from_bytes([1; 16]),
        year: 2026,
        number,
        control_kind: "municipal_land".to_owned(),
        event_kind: "field_survey".to_owned(),
        inspector: format!("i{}", number % 2),
        partner: second(number),
        unit: "u1".to_owned(),
        date: "2026-11-23".to_owned(),
        state: OrderState::Draft,
        changed_at: at(1),
    }
}

/// Who goes along: nobody but to the seventh.
pub(super) fn second(number: i64) -> Option<String> {
    (number == 7).then(|| "i3".to_owned())
}

async fn take_order(store: Store, writer: u8) {
    for turn in 0..5 {
        let mut tx = store.begin().await.unwrap();
        let number = tx.next_order_number("moscow", 2026).await.unwrap();
        tx.insert_orders(&[order(writer, number)]).await.unwrap();
        // Every third attempt is given up: its number is not lost.
        if turn % 3 == 2 { tx.rollback().await.unwrap() } else { tx.commit().await.map(|_| ()).unwrap() }
    }
}

async fn order_numbers_have_no_gaps_under_many_writers(backend: Backend) {
    let store = backend.initialised().await;
    let writers: Vec<_> = (0..8).map(|writer| tokio::spawn(take_order(store.clone(), writer))).collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let numbers: Vec<_> =
        store.orders(&OrderFilter::default()).await.unwrap().iter().map(|order| order.number).collect();
    assert_eq!(numbers, (1..=32).collect::<Vec<_>>());
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.next_order_number("moscow", 2027).await.unwrap(), 1, "each local year starts anew");
    let taken = tx.insert_orders(&[order(99, 7)]).await.unwrap_err();
    assert!(matches!(taken, StoreError::Constraint { constraint, .. } if constraint == "orders_year_number"));
}

async fn an_order_keeps_the_steps_of_its_life(backend: Backend) {
    let store = backend.initialised().await;
    let mut tx = store.begin().await.unwrap();
    tx.insert_orders(&[order(1, 1), order(1, 2)]).await.unwrap();
    tx.commit().await.unwrap();
    let step = |second, event| OrderStep { event, by: "head".to_owned(), at: at(second) };
    let steps = [
        step(5, OrderEvent::Check { checks: vec!["gate".to_owned()] }),
        step(5, OrderEvent::Revoke { reason: "ошибка".to_owned() }),
    ];
    let first = store.order_of_number(2026, 1).await.unwrap().unwrap();
    let mut tx = store.begin().await.unwrap();
    let mut now = first.clone();
    for step in &steps {
        let next = now.clone().apply(step.event.clone(), step.at).unwrap();
        tx.change_order(&now.state, &next).await.unwrap();
        tx.insert_order_step(next.id, step).await.unwrap();
        now = next;
    }
    tx.commit().await.unwrap();
    assert_eq!(store.order_steps(first.id).await.unwrap(), steps, "in the order in which they were taken");
    let of_order: Vec<_> = steps.iter().map(|step| (first.id, step.clone())).collect();
    assert_eq!(store.order_steps_from(&first.date).await.unwrap(), of_order, "of that day and later");
    assert_eq!(store.order_steps_from("2099-01-01").await.unwrap(), []);
    let second = store.order_of_number(2026, 2).await.unwrap().unwrap();
    assert_eq!(store.order_steps(second.id).await.unwrap(), []);
    assert_eq!(store.order_of_number(2027, 1).await.unwrap(), None);
    let revoked = OrderFilter { state: Some("revoked"), ..OrderFilter::default() };
    assert_eq!(store.orders(&revoked).await.unwrap(), [now]);
}
