//! The life of orders over a demo city: who may take which step, what the gate says at the signature, what a revocation and a
//! refusal free, and how an extended order is waited for, executed and closed.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use dozor_app::{
    Actor, AppError, Dozor, DueWhat, DueWork, OrderWish, PaperWish, PlanCall, Queries, QueueKind,
    SearchLimit, Silent, StartCall,
};
use dozor_domain::{
    Coded, Ground, Order, OrderId, OrderState, Permission, Person, SignState, StartOutcome, Task, TaskId,
    TaskStartId, TaskState, Timestamp,
};
use dozor_store::{OrderFilter, SignScope, TaskFilter, TaskScope};
use support::{clock, demo_on, location};

const FRIDAY: &str = "2026-11-20";

fn paper(number: &str) -> PaperWish {
    PaperWish { number: number.to_owned(), sha256: "ab".repeat(32) }
}

fn sign() -> OrderWish {
    OrderWish::Sign { document: paper("17-р"), signature: "MIAGCSqGSIb3DQEHAqCAMIACAQE=".to_owned() }
}

fn agree(on: &str) -> OrderWish {
    OrderWish::Agree { document: paper("7-21/2026"), on: on.to_owned() }
}

fn extend(until: &str) -> OrderWish {
    OrderWish::Extend { until: until.to_owned(), reason: "болезнь инспектора".to_owned() }
}

fn actor(login: &str, permissions: &[Permission]) -> Actor {
    let person = Person { login: login.to_owned(), name: format!("{login} name") };
    Actor { person, permissions: permissions.iter().copied().collect() }
}

async fn step(dozor: &Dozor, order: OrderId, wish: OrderWish) -> Result<&'static str, &'static str> {
    let head = dozor.actor("head").await.unwrap();
    let done = dozor.take_order_step(order, &wish, &head).await;
    done.map(|order| order.state.code()).map_err(|fault: AppError| fault.info().code)
}

/// Returns the tasks of each order.
async fn by_order(dozor: &Dozor) -> BTreeMap<OrderId, Vec<Task>> {
    let mut found: BTreeMap<OrderId, Vec<Task>> = BTreeMap::new();
    for task in dozor.store().tasks(&TaskFilter::default()).await.unwrap() {
        found.entry(task.order).or_default().push(task);
    }
    found
}

async fn task_state(dozor: &Dozor, task: &Task) -> TaskState {
    dozor.store().task(task.id).await.unwrap().unwrap().state
}

/// Adds an order for an on-site check over an object of the plan: such a kind needs the prosecutor and the register.
async fn on_site(dozor: &Dozor, like: &Order, task: &Task, mark: u8) -> (Order, Task) {
    let mut tx = dozor.store().begin().await.unwrap();
    let number = tx.next_order_number("moscow", like.year).await.unwrap();
    let event_kind = "on_site_check".to_owned();
    let order = Order {
        id: OrderId::from_bytes([mark; 16]),
        number,
        event_kind: event_kind.clone(),
        state: OrderState::Checked { checks: Vec::new() },
        ..like.clone()
    };
    let (id, state) = (TaskId::from_bytes([mark; 16]), TaskState::Assigned);
    let task = Task { id, order: order.id, event_kind, state, ..task.clone() };
    tx.insert_orders(std::slice::from_ref(&order)).await.unwrap();
    tx.insert_tasks(std::slice::from_ref(&task)).await.unwrap();
    tx.commit().await.unwrap();
    (order, task)
}

async fn ingest(dozor: &Dozor, folder: &Path, (source, name): (&str, &str), text: String) {
    let file = folder.join(name);
    std::fs::write(&file, text).unwrap();
    let taken = dozor.ingest(source, None, &[file], "test", &Silent).await.unwrap();
    assert_eq!((taken.counts.rejected, taken.counts.unmatched), (0, 0), "{source}");
}

/// Says of all prescriptions of an object, due as the ground of its task has it, on which day they were fulfilled, none = they
/// were not; as known from another day on.
async fn fulfilled(dozor: &Dozor, task: &Task, (on, updated_on): (&str, &str)) -> String {
    let mut rows = String::from(
        "prescription_number,object_key,issued_on,delivered_on,term_days,due_on,deferred_to,fulfilled_on,suspended_from,\
         suspended_to,updated_on\n",
    );
    let Ground::PrescriptionOverdue { days } = task.ground else { unreachable!("it rests on one") };
    let due = FRIDAY.parse::<jiff::civil::Date>().unwrap() - jiff::Span::new().days(days);
    for one in dozor.store().records_of_object(task.object).await.unwrap() {
        if one.source == "prescriptions" {
            let (number, key) = (one.record.external_id, &task.object_key);
            rows.push_str(&format!("{number},{key},2026-01-12,2026-01-12,,{due},,{on},,,{updated_on}\n"));
        }
    }
    rows
}

#[tokio::test]
async fn an_order_lives_from_its_checks_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let (_, friday) = demo_on(folder.path(), FRIDAY, "2026-11-20T06:00:00Z").await;
    let orders = friday.store().orders(&OrderFilter::default()).await.unwrap();
    let tasks = by_order(&friday).await;
    let order_of = |task: &Task| orders.iter().find(|order| order.id == task.order).unwrap();
    let overdue: Vec<&Task> = tasks
        .values()
        .flatten()
        .filter(|task| matches!(task.ground, Ground::PrescriptionOverdue { .. }))
        .collect();
    let done = overdue[0];
    let [kept, refused] = {
        let others = overdue.iter().filter(|task| task.order != done.order && task.object != done.object);
        let mut others = others.copied();
        [others.next().unwrap(), others.next().unwrap()]
    };
    let taken = [done.order, kept.order, refused.order];
    let plain = orders.iter().find(|order| !taken.contains(&order.id)).unwrap();

    who_may_sign_signs_once(&friday, plain).await;
    the_gate_is_asked_again(&friday, folder.path(), done).await;
    a_revocation_frees(&friday, order_of(kept), &tasks[&kept.order]).await;
    if refused.order != kept.order {
        assert_eq!(step(&friday, refused.order, revoke("план меняется")).await, Ok("revoked"));
    }
    let (no, no_task) = on_site(&friday, order_of(refused), refused, 201).await;
    the_prosecutor_refuses(&friday, &no, &no_task).await;
    let (yes, yes_task) = on_site(&friday, order_of(kept), kept, 202).await;
    the_prosecutor_agrees_and_the_register_has_it(&friday, &yes, &yes_task).await;
    an_extension_asks_the_gate(&friday, folder.path(), &yes, &yes_task).await;
    assert_eq!(friday.verify_audit(None).await.unwrap().fault, None);
    extended_work_is_waited_for_executed_and_closed(folder.path(), &yes, &yes_task).await;
}

fn revoke(reason: &str) -> OrderWish {
    OrderWish::Revoke { reason: reason.to_owned() }
}

async fn who_may_sign_signs_once(dozor: &Dozor, order: &Order) {
    let clerk = actor("clerk", &[Permission::RegisterOrders, Permission::ApprovePlans]);
    let fault = dozor.take_order_step(order.id, &sign(), &clerk).await.unwrap_err();
    assert_eq!(fault.info().code, "POWER_MISSING", "to approve plans is not to sign");
    let inspector = dozor.actor("inspector").await.unwrap();
    let fault = dozor.take_order_step(order.id, &OrderWish::Issue, &inspector).await.unwrap_err();
    assert_eq!(fault.info().code, "POWER_MISSING");
    assert_eq!(step(dozor, order.id, OrderWish::Issue).await, Err("STATE_NOT_ALLOWED"));
    let nothing = OrderWish::Sign { document: paper("17-р"), signature: " ".to_owned() };
    assert_eq!(step(dozor, order.id, nothing).await, Err("ORDER_PAPER"));
    let asked = OrderWish::RequestApproval { document: paper("З-1") };
    assert_eq!(step(dozor, order.id, asked).await, Err("ORDER_NOT_NEEDED"));
    let both = tokio::join!(step(dozor, order.id, sign()), step(dozor, order.id, sign()));
    let signed = [both.0, both.1];
    assert_eq!(signed.iter().filter(|one| **one == Ok("signed")).count(), 1, "{signed:?}");
    assert_eq!(step(dozor, order.id, OrderWish::Issue).await, Ok("issued"));
    assert_eq!(step(dozor, order.id, extend("2026-11-23")).await, Err("ORDER_TERM"), "a survey lasts a day");
    let card = Queries::new(dozor.clone()).order_card(order.id).await.unwrap();
    let steps: Vec<String> =
        card.history.iter().map(|step| serde_json::json!(step.step).as_str().unwrap().to_owned()).collect();
    assert_eq!(steps, ["check", "sign", "issue"]);
    assert_eq!((card.order.missing.len(), card.order.signer), (0, Some("Руководитель (демо)".to_owned())));
    assert_eq!(card.history[1].document.as_ref().unwrap().number, "17-р");
}

async fn the_gate_is_asked_again(dozor: &Dozor, folder: &Path, task: &Task) {
    assert_eq!(dozor.check_order(task.order).await.unwrap().refused, []);
    let rows = fulfilled(dozor, task, ("2026-11-17", "2026-11-18")).await;
    ingest(dozor, folder, ("prescriptions", "fulfilled.csv"), rows).await;
    let refused = dozor.check_order(task.order).await.unwrap().refused;
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].object_key, task.object_key);
    assert!(refused[0].lacks.starts_with("prescription_term (ст. 95 248-ФЗ"), "{refused:?}");
    assert_eq!(step(dozor, task.order, sign()).await, Err("ORDER_GATE_REFUSED"));
    assert_eq!(dozor.store().order(task.order).await.unwrap().unwrap().state.code(), "checked");
}

async fn a_revocation_frees(dozor: &Dozor, order: &Order, tasks: &[Task]) {
    assert_eq!(step(dozor, order.id, revoke(" ")).await, Err("COMMENT_REQUIRED"));
    assert_eq!(step(dozor, order.id, revoke("ошибка в плане")).await, Ok("revoked"));
    assert_eq!(step(dozor, order.id, sign()).await, Err("STATE_NOT_ALLOWED"));
    let signs = dozor.store().signs(SignScope::Open).await.unwrap();
    for task in tasks {
        let reason = "ошибка в плане".to_owned();
        assert_eq!(task_state(dozor, task).await, TaskState::Cancelled { reason });
        if let Ground::Sign { sign, .. } = &task.ground {
            let state = &signs.iter().find(|one| one.id == *sign).unwrap().state;
            assert!(matches!(state, SignState::Desk { .. }), "the desk's word stands again: {state:?}");
        }
    }
    let numbers: Vec<i64> =
        dozor.store().orders(&OrderFilter::default()).await.unwrap().iter().map(|one| one.number).collect();
    assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>(), "the number keeps its row");
}

async fn the_prosecutor_refuses(dozor: &Dozor, order: &Order, task: &Task) {
    assert_eq!(step(dozor, order.id, sign()).await, Err("ORDER_LACKS"), "not without the prosecutor");
    let asked = OrderWish::RequestApproval { document: paper("З-1") };
    assert_eq!(step(dozor, order.id, asked).await, Ok("approval_requested"));
    let answer = OrderWish::Refuse { document: paper("7-22/2026"), on: "2026-11-19".to_owned() };
    assert_eq!(step(dozor, order.id, answer).await, Ok("prosecutor_refused"));
    let reason = "prosecutor_refused".to_owned();
    assert_eq!(task_state(dozor, task).await, TaskState::Cancelled { reason }, "nobody goes");
    assert_eq!(step(dozor, order.id, sign()).await, Err("STATE_NOT_ALLOWED"));
}

/// The order was issued at nine; who says that he began before had none.
async fn begun_before_it_was_issued(dozor: &Dozor, task: &Task) {
    let lacks = async |mark: u8, at: &str| {
        let started_at = Timestamp::parse_rfc3339(at);
        let call = StartCall { id: TaskStartId::from_bytes([mark; 16]), task: task.id, started_at };
        let start = dozor.start_task(&call, &task.inspector, "test").await.unwrap();
        let kept = dozor.store().task_start(start.id).await.unwrap().unwrap();
        assert_eq!(kept, start, "whatever came of it");
        (start.outcome, start.refusals.into_iter().map(|one| one.code).collect::<Vec<_>>())
    };
    let (outcome, early) = lacks(1, "2026-11-20T05:59:59Z").await;
    assert_eq!((outcome, early[0].as_str()), (StartOutcome::Refused, "order_issued_later"));
    let (_, later) = lacks(2, "2026-11-20T06:00:00Z").await;
    assert_eq!(later, early[1..], "all else is as it was");
    assert!(!later.iter().any(|code| code == "prescription_term"), "by the records it is overdue: {later:?}");
}

async fn the_prosecutor_agrees_and_the_register_has_it(dozor: &Dozor, order: &Order, task: &Task) {
    let missing = async || dozor.check_order(order.id).await.unwrap().missing;
    assert_eq!(missing().await, ["prosecutor_agreement", "signature", "register_entry", "issue", "notice"]);
    let asked = OrderWish::RequestApproval { document: paper("З-2") };
    assert_eq!(step(dozor, order.id, asked).await, Ok("approval_requested"));
    assert_eq!(step(dozor, order.id, agree("2026-11-21")).await, Err("ORDER_PAPER"), "a day to come");
    assert_eq!(step(dozor, order.id, agree("2026-11-19")).await, Ok("prosecutor_agreed"));
    assert_eq!(step(dozor, order.id, sign()).await, Ok("signed"));
    assert_eq!(step(dozor, order.id, OrderWish::Issue).await, Err("ORDER_LACKS"), "not without the register");
    let entry = OrderWish::Register { number: "77260041000100000001".to_owned(), on: FRIDAY.to_owned() };
    assert_eq!(step(dozor, order.id, entry).await, Ok("registered"));
    assert_eq!(missing().await, ["issue", "notice"]);
    assert_eq!(step(dozor, order.id, OrderWish::Issue).await, Ok("issued"));
    begun_before_it_was_issued(dozor, task).await;
    for outside in ["2026-11-20", "2026-11-28", "2026-12-04"] {
        assert_eq!(step(dozor, order.id, extend(outside)).await, Err("ORDER_TERM"), "{outside}");
    }
}

/// What nobody has begun has lost its ground meanwhile: more days give it none.
async fn an_extension_asks_the_gate(dozor: &Dozor, folder: &Path, order: &Order, task: &Task) {
    let rows = fulfilled(dozor, task, ("2026-11-16", "2026-11-17")).await;
    ingest(dozor, folder, ("prescriptions", "met.csv"), rows).await;
    assert_eq!(step(dozor, order.id, extend("2026-12-03")).await, Err("ORDER_GATE_REFUSED"));
    assert_eq!(dozor.store().order(order.id).await.unwrap().unwrap().state.code(), "issued");
    let rows = fulfilled(dozor, task, ("", "2026-11-18")).await;
    ingest(dozor, folder, ("prescriptions", "not_met.csv"), rows).await;
    assert_eq!(step(dozor, order.id, extend("2026-12-03")).await, Ok("extended"), "ten working days");
    assert_eq!(step(dozor, order.id, OrderWish::Close).await, Err("STATE_NOT_ALLOWED"));
}

async fn seen_on_each_day_of_its_extension(folder: &Path, order: &Order, task: &Task) {
    let dozor = Dozor::open(&location(folder), clock("2026-11-23T06:00:00Z")).await.unwrap();
    let mut user = dozor.store().user_by_login("inspector").await.unwrap().unwrap();
    user.staff = Some(task.inspector.clone());
    let queries = Queries::new(dozor);
    for (day, is_there) in [("2026-11-23", true), ("2026-12-03", true), ("2026-12-04", false)] {
        let own = queries.task_day(&user, Some(day)).await.unwrap().tasks;
        let own: Vec<_> = own.iter().map(|one| (one.id.as_str(), one.planned_for.as_deref())).collect();
        let id = task.id.to_string();
        let expected = if is_there { vec![(id.as_str(), Some(FRIDAY))] } else { Vec::new() };
        assert_eq!(own, expected, "{day}");
        let board = queries.task_board(Some(day), None).await.unwrap().items;
        assert_eq!(board.iter().any(|one| one.id == id), is_there, "{day}");
        let orders = queries.orders_of_day(Some(day)).await.unwrap().items;
        assert_eq!(orders.iter().any(|one| one.number == order.number_text()), is_there, "{day}");
    }
}

/// The plan of a later day: his time is taken, and the object is not planned a second time.
async fn planned_around_on_a_later_day(folder: &Path, task: &Task) {
    let dozor = Dozor::open(&location(folder), clock("2026-11-23T06:00:00Z")).await.unwrap();
    let planned = async |date: &str| {
        let call =
            PlanCall { date: date.to_owned(), seed: 1, iterations: Some(200), limit: SearchLimit::default() };
        let day = dozor.plan(&call, "test", &Silent).await.unwrap();
        let own = day.routes.iter().find(|route| route.inspector == task.inspector).unwrap().clone();
        (own, day)
    };
    let (own, day) = planned("2026-11-24").await;
    let carried = own.carried.unwrap();
    assert_eq!(carried.objects, std::slice::from_ref(&task.object_key));
    assert!(own.stops.iter().all(|stop| stop.start.as_str() >= "11:00"), "{carried:?} {:?}", own.stops);
    let others = day.routes.iter().filter(|route| route.inspector != task.inspector);
    assert!(others.clone().all(|route| route.carried.is_none()), "nobody else's");
    let stops = day.routes.iter().flat_map(|route| &route.stops);
    assert!(stops.clone().count() > 0 && stops.clone().all(|stop| stop.object != task.object_key));
    let out = day.left.iter().find(|out| out.object == task.object_key).unwrap();
    assert_eq!((out.reason, &out.control_kind), ("task_open", &task.control_kind));
    let (after, _) = planned("2026-12-04").await;
    assert_eq!(after.carried, None, "the extension is over");
}

/// Nobody is late with it: neither he nor its result, and it stands among what falls due.
async fn late_with_nothing_until_its_last_day(dozor: &Dozor, order: &Order, task: &Task) {
    let report = dozor.executors().await.unwrap();
    let today = report.today.to_string();
    assert!(task.date < today && today.as_str() < "2026-12-03");
    let open = TaskFilter { scope: TaskScope::Open, ..TaskFilter::default() };
    let mut past = dozor.store().tasks(&open).await.unwrap();
    past.retain(|one| one.date < today);
    assert!(past.iter().any(|one| one.id == task.id));
    let own = past.iter().filter(|one| one.is_of(&task.inspector)).count();
    let rating = report.inspectors.iter().find(|one| one.executor == task.inspector).unwrap();
    assert_eq!(rating.open_late, own - 1, "all that is open but this one");
    let queue = |kind| report.queues.iter().find(|queue| queue.queue == kind).unwrap();
    assert_eq!(queue(QueueKind::Results).waiting, past.len() - 1);
    let orders = queue(QueueKind::Orders);
    let is_it =
        |one: &&DueWork| matches!(&one.what, DueWhat::Order { number, .. } if *number == order.number_text());
    let due = orders.breaking.iter().find(is_it).unwrap();
    assert_eq!(due.due.to_string(), "2026-12-03", "{orders:?}");
}

async fn extended_work_is_waited_for_executed_and_closed(folder: &Path, order: &Order, task: &Task) {
    seen_on_each_day_of_its_extension(folder, order, task).await;
    planned_around_on_a_later_day(folder, task).await;
    let (report, dozor) = demo_on(folder, "2026-12-02", "2026-12-02T06:00:00Z").await;
    late_with_nothing_until_its_last_day(&dozor, order, task).await;
    assert!(report.settled.returned > 0, "what was not extended is over: {:?}", report.settled);
    let now = "2026-12-04T06:00:00Z";
    let later = Dozor::open(&location(folder), clock(now)).await.unwrap();
    assert!(task_state(&later, task).await.is_open(), "its result may still come");
    let row = format!(
        "event_number,object_key,event_kind,control_kind,held_on,updated_on,result,rule,inspector_ref\n\
         T-1,{},on_site_check,{},2026-12-02,2026-12-03,violation,,\n",
        task.object_key, task.control_kind
    );
    ingest(&later, folder, ("events", "events.csv"), row).await;
    let (report, december) = demo_on(folder, "2026-12-04", now).await;
    assert!(report.settled.orders_executed.contains(&order.number_text()), "{:?}", report.settled);
    assert_eq!(task_state(&december, task).await, TaskState::Closed { event_on: "2026-12-02".to_owned() });
    assert_eq!(step(&december, order.id, revoke("поздно")).await, Err("STATE_NOT_ALLOWED"));
    assert_eq!(step(&december, order.id, OrderWish::Close).await, Ok("closed"));
    assert_eq!(december.verify_audit(None).await.unwrap().fault, None);
}
