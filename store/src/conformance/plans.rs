//! Plans and their approval.

use dozor_domain::{Coded as _, Plan, PlanId, PlanState};

use super::{Backend, at, on_both};
use crate::{Store, StoreError};

on_both!(plans_come_back_as_they_were, an_approval_has_one_winner, a_plan_on_a_replaced_parent_is_refused,);

fn plan(number: u8, parent: Option<PlanId>) -> Plan {
    Plan {
        id: PlanId::from_bytes([number; 16]),
        parent,
        date: "2026-11-23".to_owned(),
        seed: u64::MAX - 3,
        iterations: 2_000,
        routes: vec![],
        left_out: vec![],
        value: 1.0 / 3.0,
        bound: None,
        rest: None,
        travel_times: vec![],
    }
}

async fn insert_plan(store: &Store, plan: &Plan) {
    let mut tx = store.begin().await.unwrap();
    tx.insert_plan(plan, at(i64::from(plan.id.as_bytes()[0]))).await.unwrap();
    tx.commit().await.unwrap();
}

async fn approve(store: &Store, plan: &Plan) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    tx.approve_plan(plan.id, "Орлова", at(60)).await?;
    tx.commit().await?;
    Ok(())
}

async fn plans_come_back_as_they_were(backend: Backend) {
    let store = backend.initialised().await;
    let made = plan(1, None);
    insert_plan(&store, &made).await;
    let stored = store.plan(made.id).await.unwrap().unwrap();
    assert_eq!((stored.plan, stored.state, stored.created_at), (made.clone(), PlanState::Proposed, at(1)));
    assert_eq!(store.approved_plan(&made.date).await.unwrap(), None);
    approve(&store, &made).await.unwrap();
    let approved = store.approved_plan(&made.date).await.unwrap().unwrap();
    assert_eq!(approved.state, PlanState::Approved { by: "Орлова".to_owned(), at: at(60) });
    let heads = store.plans(Some(&made.date), 5).await.unwrap();
    assert_eq!((heads[0].seed, heads[0].value.to_bits()), (made.seed, made.value.to_bits()));
    assert!(store.plans(Some("2026-11-24"), 5).await.unwrap().is_empty());
}

async fn an_approval_has_one_winner(backend: Backend) {
    let store = backend.initialised().await;
    let plans: Vec<_> = (1..=6).map(|number| plan(number, None)).collect();
    for plan in &plans {
        insert_plan(&store, plan).await;
    }
    let tasks: Vec<_> = plans
        .iter()
        .map(|plan| {
            let (store, plan) = (store.clone(), plan.clone());
            tokio::spawn(async move { approve(&store, &plan).await })
        })
        .collect();
    let mut winners = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => winners += 1,
            Err(fault) => assert_eq!(fault.info().code, "PLAN_REPLACED"),
        }
    }
    assert_eq!(winners, 1);
    let approved = store.plans(None, 10).await.unwrap();
    assert_eq!(approved.iter().filter(|head| head.state != PlanState::Proposed).count(), 1);
}

async fn a_plan_on_a_replaced_parent_is_refused(backend: Backend) {
    let store = backend.initialised().await;
    let first = plan(1, None);
    let (second, rival) = (plan(2, Some(first.id)), plan(3, Some(first.id)));
    for plan in [&first, &second, &rival] {
        insert_plan(&store, plan).await;
    }
    assert_eq!(approve(&store, &second).await.unwrap_err().info().code, "PLAN_REPLACED");
    approve(&store, &first).await.unwrap();
    assert_eq!(approve(&store, &first).await.unwrap_err().info().code, "STATE_CHANGED");
    approve(&store, &second).await.unwrap();
    assert_eq!(approve(&store, &rival).await.unwrap_err().info().code, "PLAN_REPLACED");
    assert_eq!(store.plan_head(&first.date).await.unwrap(), Some(second.id));
}
