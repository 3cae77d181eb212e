//! Steps of people with tasks.

use dozor_domain::{StepOutcome, TaskEvent, TaskStep, TaskStepId};

use super::tasks::{frequency, task};
use super::{Backend, at, on_both};
use crate::StoreError;

on_both!(a_step_is_stored_once_and_a_task_that_was_put_off_is_free,);

async fn a_step_is_stored_once_and_a_task_that_was_put_off_is_free(backend: Backend) {
    let store = backend.initialised().await;
    let first = task(1, frequency(200));
    let mut tx = store.begin().await.unwrap();
    tx.insert_tasks(std::slice::from_ref(&first)).await.unwrap();
    tx.commit().await.unwrap();
    let step = |number: u8, event, second: i64| TaskStep {
        id: TaskStepId::from_bytes([number; 16]),
        task: first.id,
        date: first.date.clone(),
        by: "head".to_owned(),
        event,
        captured_at: at(second),
        received_at: at(second + 1),
        outcome: StepOutcome::Done,
    };
    let until = "2026-12-01".parse().unwrap();
    let put_off = TaskEvent::Defer { until, reason: "отпуск".to_owned() };
    let steps = [
        step(9, TaskEvent::Accept, 3),
        step(8, put_off.clone(), 4),
        TaskStep { outcome: StepOutcome::NotOpen, ..step(7, TaskEvent::Depart { since: at(5) }, 5) },
    ];
    let accepted = first.clone().apply(TaskEvent::Accept, at(3)).unwrap();
    let deferred = accepted.clone().apply(put_off, at(4)).unwrap();
    let mut tx = store.begin().await.unwrap();
    tx.change_task(&first.state, &accepted).await.unwrap();
    tx.change_task(&accepted.state, &deferred).await.unwrap();
    for step in &steps {
        tx.insert_task_step(step).await.unwrap();
    }
    tx.insert_tasks(&[task(11, frequency(201))]).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert!(matches!(tx.insert_task_step(&steps[0]).await, Err(StoreError::Constraint { .. })));
    drop(tx);
    assert_eq!(store.task_step(steps[1].id).await.unwrap().as_ref(), Some(&steps[1]));
    assert_eq!(store.steps_of_task(first.id).await.unwrap(), steps);
    assert_eq!(store.task_steps("2026-11-23").await.unwrap(), steps);
    assert_eq!(store.task_steps("2026-11-24").await.unwrap(), []);
    assert_eq!(store.task_steps_from("2026-11-22").await.unwrap(), steps);
    assert_eq!(store.task_steps_from("2026-11-24").await.unwrap(), []);
    assert_eq!(store.deferred_tasks().await.unwrap(), [deferred]);
}
