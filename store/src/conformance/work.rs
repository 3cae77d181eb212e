//! Signs and the desk, plans, tasks, orders.

use std::collections::BTreeSet;

use dozor_domain::{
    Coded as _, DeskDecision, DeskReviewId, DeskVerdict, Ground, Minutes, Order, OrderEvent, OrderId,
    OrderState, OrderStep, Plan, PlanId, PlanState, RuleSnooze, SignEvent, SignId, SignState, SnoozeId,
    StartOutcome, StartRefusal, Task, TaskEvent, TaskId, TaskSlot, TaskStart, TaskStartId, TaskState, UserId,
    ViolationSign,
};

use super::{Backend, at, object, object_id, on_both};
use crate::{DeskFilter, MadeVisit, OrderFilter, SignScope, Store, StoreError, TaskFilter, TaskScope};

on_both!(
    one_sign_is_open_per_object_and_rule,
    a_sign_is_decided_once,
    the_desk_queue_is_ranked_and_paged,
    plans_come_back_as_they_were,
    an_approval_has_one_winner,
    a_plan_on_a_replaced_parent_is_refused,
    order_numbers_have_no_gaps_under_many_writers,
    one_task_is_open_per_object_and_ground,
    a_task_gets_another_place_once_and_a_start_is_stored_once,
    work_is_read_by_day_and_inspector_and_changed_by_compare_and_set,
    an_order_keeps_the_steps_of_its_life,
    visits_that_had_a_result_name_who_made_them,
);

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

fn order(id: u8, number: i64) -> Order {
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
fn second(number: i64) -> Option<String> {
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
    let second = store.order_of_number(2026, 2).await.unwrap().unwrap();
    assert_eq!(store.order_steps(second.id).await.unwrap(), []);
    assert_eq!(store.order_of_number(2027, 1).await.unwrap(), None);
    let revoked = OrderFilter { state: Some("revoked"), ..OrderFilter::default() };
    assert_eq!(store.orders(&revoked).await.unwrap(), [now]);
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
    };
    assert_eq!(made, [expected(&tasks[1]), expected(&tasks[0])]);
}
