//! Tasks: which are open, whose they are, where they stand, and what came of them.

use dozor_domain::{
    Coded as _, Ground, Minutes, OrderState, PlanId, StartOutcome, StartRefusal, Task, TaskEvent, TaskId,
    TaskSlot, TaskStart, TaskStartId, TaskState,
};

use super::orders::{order, second};
use super::{Backend, at, object_id, on_both};
use crate::{MadeVisit, OrderFilter, StoreError, TaskFilter, TaskScope};

on_both!(
    one_task_is_open_per_object_and_ground,
    a_task_gets_another_place_once_and_a_start_is_stored_once,
    work_is_read_by_day_and_inspector_and_changed_by_compare_and_set,
    visits_that_had_a_result_name_who_made_them,
);

pub(super) fn task(number: u32, ground: Ground) -> Task {
    Task {
        id: TaskId::derive(&[&number.to_le_bytes()]),
        plan: PlanId::from_bytes([1; 16]),
        order: order(1, 1).id,
        object: object_id(number % 10),
        object_key: super::key(number % 10),
        control_kind: "municipal_land".to_owned(),
        event_kind: "field_survey".to_owned(),
        ground,
        unit: "u1".to_owned(),
        inspector: format!("i{}", number % 2),
        partner: second(i64::from(number)),
        date: "2026-11-23".to_owned(),
        position: number,
        start: Minutes(540),
        end: Minutes(570),
        state: TaskState::Assigned,
        changed_at: at(1),
    }
}

pub(super) fn frequency(days_since: i64) -> Ground {
    Ground::Frequency { days_since: Some(days_since), every_days: 180 }
}

async fn a_task_gets_another_place_once_and_a_start_is_stored_once(backend: Backend) {
    let store = backend.initialised().await;
    let first = task(1, frequency(200));
    let mut tx = store.begin().await.unwrap();
    tx.insert_tasks(std::slice::from_ref(&first)).await.unwrap();
    tx.commit().await.unwrap();
    let slot = TaskSlot { position: 4, start: Minutes(700), end: Minutes(730) };
    let after = first.clone().apply(TaskEvent::Reschedule { slot }, at(2)).unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.reschedule_task(&first, &after).await.unwrap();
    assert!(tx.reschedule_task(&first, &after).await.is_err(), "it is elsewhere by now");
    tx.commit().await.unwrap();
    assert_eq!(store.task(first.id).await.unwrap(), Some(after.clone()));

    let refusals =
        vec![StartRefusal { code: "working_day".to_owned(), articles: vec!["ст. 112".to_owned()] }];
    let start = TaskStart {
        id: TaskStartId::from_bytes([7; 16]),
        task: first.id,
        inspector: "i1".to_owned(),
        date: "2026-11-23".to_owned(),
        started_at: at(3),
        received_at: at(4),
        outcome: StartOutcome::Refused,
        refusals,
    };
    let mut tx = store.begin().await.unwrap();
    tx.insert_task_start(&start).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert!(matches!(tx.insert_task_start(&start).await, Err(StoreError::Constraint { .. })));
    drop(tx);
    assert_eq!(store.task_start(start.id).await.unwrap(), Some(start.clone()));
    assert_eq!(store.task_starts_from("2026-11-23").await.unwrap(), std::slice::from_ref(&start));
    assert_eq!(store.task_starts_from("2026-11-24").await.unwrap(), []);
    assert_eq!(store.task_starts("2026-11-23").await.unwrap(), [start]);
    assert_eq!(store.task_starts("2026-11-24").await.unwrap(), []);
}

async fn one_task_is_open_per_object_and_ground(backend: Backend) {
    let store = backend.initialised().await;
    let first = task(1, frequency(200));
    let mut tx = store.begin().await.unwrap();
    tx.insert_tasks(&[first.clone(), task(2, frequency(1))]).await.unwrap();
    tx.insert_tasks(&[task(21, Ground::PrescriptionOverdue { days: 3 })]).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let fault = tx.insert_tasks(&[task(11, frequency(201))]).await.unwrap_err();
    assert_eq!(fault.info().code, "TASK_ALREADY_OPEN", "a ground is the same ground a day later");
    drop(tx);
    let mut cancelled = first.clone();
    cancelled.state = TaskState::Cancelled { reason: "ошибка в плане".to_owned() };
    let mut tx = store.begin().await.unwrap();
    tx.change_task(&TaskState::Assigned, &cancelled).await.unwrap();
    tx.insert_tasks(&[task(11, frequency(201))]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.task(first.id).await.unwrap(), Some(cancelled));
    let open = TaskFilter { scope: TaskScope::Open, ..TaskFilter::default() };
    assert_eq!(store.tasks(&open).await.unwrap().len(), 3);
}

async fn work_is_read_by_day_and_inspector_and_changed_by_compare_and_set(backend: Backend) {
    let store = backend.initialised().await;
    let mut tx = store.begin().await.unwrap();
    tx.insert_orders(&[order(1, 1), order(1, 2), order(1, 7)]).await.unwrap();
    tx.insert_tasks(&(0..10).map(|number| task(number, frequency(1))).collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
    let filter = TaskFilter {
        date: Some("2026-11-23".to_owned()),
        inspector: Some("i1".to_owned()),
        ..TaskFilter::default()
    };
    let positions: Vec<_> = store.tasks(&filter).await.unwrap().iter().map(|task| task.position).collect();
    assert_eq!(positions, [1, 3, 5, 7, 9]);
    // Who goes along finds it among his own.
    let filter = TaskFilter { inspector: Some("i3".to_owned()), ..filter };
    assert_eq!(store.tasks(&filter).await.unwrap(), [task(7, frequency(1))]);
    let mut accepted = task(1, frequency(1));
    accepted.state = TaskState::Accepted;
    let mut checked = order(1, 1);
    checked.state = OrderState::Checked { checks: vec!["category_decided".to_owned()] };
    let mut tx = store.begin().await.unwrap();
    tx.change_task(&TaskState::Assigned, &accepted).await.unwrap();
    assert!(tx.change_task(&TaskState::Assigned, &accepted).await.is_err());
    tx.change_order(&OrderState::Draft, &checked).await.unwrap();
    assert!(tx.change_order(&OrderState::Draft, &checked).await.is_err());
    tx.commit().await.unwrap();
    assert_eq!(store.order(checked.id).await.unwrap(), Some(checked));
    let mine = OrderFilter { inspector: Some("i0".to_owned()), ..OrderFilter::default() };
    assert_eq!(store.orders(&mine).await.unwrap(), [order(1, 2)]);
    let along = OrderFilter { inspector: Some("i3".to_owned()), ..OrderFilter::default() };
    assert_eq!(store.orders(&along).await.unwrap(), [order(1, 7)]);
}

async fn visits_that_had_a_result_name_who_made_them(backend: Backend) {
    let store = backend.initialised().await;
    let mut tx = store.begin().await.unwrap();
    tx.insert_orders(&[order(1, 1)]).await.unwrap();
    let of = |number, date: &str, state| Task { date: date.to_owned(), state, ..task(number, frequency(1)) };
    let closed = || TaskState::Closed { event_on: "2026-11-19".to_owned() };
    let back = TaskState::Returned { reason: "ill".to_owned() };
    let tasks = [
        of(1, "2026-11-19", closed()),
        of(2, "2026-11-18", closed()),
        of(3, "2026-11-18", back),
        of(4, "2026-11-20", closed()),
    ];
    tx.insert_tasks(&tasks).await.unwrap();
    tx.commit().await.unwrap();
    let made = store.made_visits("2026-11-20").await.unwrap();
    let expected = |task: &Task| MadeVisit {
        object: task.object,
        control_kind: task.control_kind.clone(),
        inspector: task.inspector.clone(),
        partner: task.partner.clone(),
        date: task.date.clone(),
    };
    assert_eq!(made, [expected(&tasks[1]), expected(&tasks[0])]);
    assert_eq!(store.tasks_in(&tasks[2].state).await.unwrap(), [tasks[2].clone()], "for this reason alone");
    let other = TaskState::Returned { reason: "moved".to_owned() };
    assert_eq!(store.tasks_in(&other).await.unwrap(), []);
    let kind = tasks[0].event_kind.clone();
    assert_eq!(store.tasks_of_kind(&kind).await.unwrap().len(), 4);
    assert_eq!(store.tasks_of_kind("no_such_kind").await.unwrap(), []);
}
