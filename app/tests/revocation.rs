//! Calling off an issued order: what was begun stays what it is, the rest is free, and where nothing is left nobody calls off.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

mod support;

use std::collections::BTreeMap;

use dozor_app::{AppError, Dozor, OrderWish, PaperWish, Queries, Silent, StartCall};
use dozor_domain::{Coded, OrderId, StartOutcome, Task, TaskStartId, TaskState};
use dozor_store::TaskFilter;
use support::{clock, demo_on, location};

async fn step(dozor: &Dozor, order: OrderId, wish: OrderWish) -> Result<&'static str, &'static str> {
    let head = dozor.actor("head").await.unwrap();
    let done = dozor.take_order_step(order, &wish, &head).await;
    done.map(|order| order.state.code()).map_err(|fault: AppError| fault.info().code)
}

fn revoke() -> OrderWish {
    OrderWish::Revoke { reason: "план меняется".to_owned() }
}

async fn issue(dozor: &Dozor, order: OrderId) {
    let document = PaperWish { number: "17-р".to_owned(), sha256: "ab".repeat(32) };
    let signature = "MIAGCSqGSIb3DQEHAqCAMIACAQE=".to_owned();
    assert_eq!(step(dozor, order, OrderWish::Sign { document, signature }).await, Ok("signed"));
    assert_eq!(step(dozor, order, OrderWish::Issue).await, Ok("issued"));
}

async fn begin(dozor: &Dozor, mark: u8, task: &Task) {
    let call = StartCall { id: TaskStartId::from_bytes([mark; 16]), task: task.id, started_at: None };
    let start = dozor.start_task(&call, &task.inspector, "test").await.unwrap();
    assert_eq!(start.outcome, StartOutcome::Begun, "{start:?}");
}

async fn state(dozor: &Dozor, task: &Task) -> TaskState {
    dozor.store().task(task.id).await.unwrap().unwrap().state
}

#[tokio::test]
async fn what_was_begun_under_an_order_outlives_it_and_an_order_that_is_all_begun_is_not_called_off() {
    let folder = tempfile::tempdir().unwrap();
    let (_, friday) = demo_on(folder.path(), "2026-11-20", "2026-11-20T06:00:00Z").await;
    let mut by_order: BTreeMap<OrderId, Vec<Task>> = BTreeMap::new();
    for task in friday.store().tasks(&TaskFilter::default()).await.unwrap() {
        by_order.entry(task.order).or_default().push(task);
    }
    let mut orders: Vec<(OrderId, Vec<Task>)> = by_order.into_iter().collect();
    orders.sort_by_key(|(_, tasks)| tasks.len());
    let (all_begun, its) = &orders[0];
    let (called_off, visits) = orders.iter().rfind(|(_, tasks)| tasks.len() > 2).unwrap();
    issue(&friday, *called_off).await;
    begin(&friday, 1, &visits[0]).await;
    assert_eq!(step(&friday, *called_off, revoke()).await, Ok("revoked"));
    assert!(matches!(state(&friday, &visits[0]).await, TaskState::OnSite { .. }), "somebody is there");
    for visit in &visits[1..] {
        let reason = "план меняется".to_owned();
        assert_eq!(state(&friday, visit).await, TaskState::Cancelled { reason });
    }

    issue(&friday, *all_begun).await;
    for (mark, visit) in (2..).zip(its) {
        begin(&friday, mark, visit).await;
    }
    assert_eq!(step(&friday, *all_begun, revoke()).await, Err("ORDER_UNDER_WAY"));
    let number = friday.store().order(*all_begun).await.unwrap().unwrap().number_text();
    drop(friday);

    // The record of what was begun comes, and closes it; of the others none does, though somebody was there.
    let later = Dozor::open(&location(folder.path()), clock("2026-11-24T06:00:00Z")).await.unwrap();
    let file = folder.path().join("events.csv");
    let row = format!(
        "event_number,object_key,event_kind,control_kind,held_on,updated_on,result,rule,inspector_ref\n\
         T-1,{},field_survey,{},2026-11-20,2026-11-23,violation,,\n",
        visits[0].object_key, visits[0].control_kind
    );
    std::fs::write(&file, row).unwrap();
    later.ingest("events", None, &[file], "test", &Silent).await.unwrap();
    drop(later);
    let (report, december) = demo_on(folder.path(), "2026-12-02", "2026-12-02T06:00:00Z").await;
    assert_eq!(state(&december, &visits[0]).await, TaskState::Closed { event_on: "2026-11-20".to_owned() });
    let card = Queries::new(december.clone()).order_card(*called_off).await.unwrap();
    assert!(!card.order.worked_unissued, "it was begun while the order stood");
    assert!(report.settled.orders_executed.contains(&number), "{:?}", report.settled);
    assert!(!report.settled.orders_revoked.contains(&number));
    assert_eq!(december.verify_audit(None).await.unwrap().fault, None);
}
