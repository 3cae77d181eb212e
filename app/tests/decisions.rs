//! Decisions on events with interaction that stand in the agreed plan, from their checks to the start: with a notice whose
//! term runs before anybody goes, and no further than what they rest on.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests say what they know by failing, in helpers too")]

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use dozor_app::{AppError, Dozor, OrderWish, PaperWish, Queries, Silent, StartCall};
use dozor_domain::{
    AgreedPaper, Coded, Ground, Order, OrderId, OrderState, RiskCategory, StartOutcome, Task, TaskId,
    TaskStartId, TaskState, Timestamp,
};
use dozor_store::TaskFilter;
use support::{clock, demo_on, location};

const FRIDAY: &str = "2026-11-20";
const MONDAY: &str = "2026-11-23";

async fn step(dozor: &Dozor, order: OrderId, wish: OrderWish) -> Result<&'static str, &'static str> {
    let head = dozor.actor("head").await.unwrap();
    let done = dozor.take_order_step(order, &wish, &head).await;
    done.map(|order| order.state.code()).map_err(|fault: AppError| fault.info().code)
}

fn notify(on: &str) -> OrderWish {
    OrderWish::Notify {
        way: "личный кабинет ЕПГУ".to_owned(), number: "У-17".to_owned(), on: on.to_owned()
    }
}

/// Signs, enters the register's number and issues.
async fn issue(dozor: &Dozor, order: OrderId) {
    let document = PaperWish { number: "17-р".to_owned(), sha256: "ab".repeat(32) };
    let signature = "MIAGCSqGSIb3DQEHAqCAMIACAQE=".to_owned();
    assert_eq!(step(dozor, order, OrderWish::Sign { document, signature }).await, Ok("signed"));
    let entry = OrderWish::Register { number: "77260041000100000001".to_owned(), on: FRIDAY.to_owned() };
    assert_eq!(step(dozor, order, entry).await, Ok("registered"));
    assert_eq!(step(dozor, order, OrderWish::Issue).await, Ok("issued"));
}

/// Tries to begin, and says what was lacking.
async fn begin(dozor: &Dozor, mark: u8, task: &Task, at: &str) -> (StartOutcome, Vec<String>) {
    let started_at = Some(Timestamp::parse_rfc3339(at).unwrap());
    let call = StartCall { id: TaskStartId::from_bytes([mark; 16]), task: task.id, started_at };
    let start = dozor.start_task(&call, &task.inspector, "test").await.unwrap();
    (start.outcome, start.refusals.into_iter().map(|one| one.code).collect())
}

/// Brings lines of the agreed plan for on-site checks of objects, to a last day.
async fn agreed(dozor: &Dozor, folder: &Path, (keys, held_to, updated): (&[String], &str, &str)) {
    let mut text = "line_number,object_key,event_kind,agreed_on,held_from,held_to,updated_on\n".to_owned();
    for key in keys {
        text += &format!("L-{key},{key},on_site_check,2025-12-10,2026-11-01,{held_to},{updated}\n");
    }
    let file = folder.join(format!("planned-{updated}.csv"));
    std::fs::write(&file, text).unwrap();
    let taken = dozor.ingest("planned_events", None, &[file], "test", &Silent).await.unwrap();
    assert_eq!((taken.counts.rejected, taken.counts.unmatched), (0, 0));
}

/// Adds orders of Monday for on-site checks that stand in the agreed plan, at two objects of medium risk or more, as approval makes them.
async fn checks_of_monday(dozor: &Dozor, folder: &Path) -> [Task; 2] {
    let store = dozor.store();
    let rows = store.active_assignments().await.unwrap().into_iter().map(|row| row.assignment);
    let risky: BTreeSet<_> = rows
        .filter(|one| one.category >= RiskCategory::Medium)
        .map(|one| (one.object, one.control_kind))
        .collect();
    let mut visits = store.tasks(&TaskFilter::default()).await.unwrap();
    visits.retain(|task| risky.contains(&(task.object, task.control_kind.clone())));
    visits.sort_by_key(|task| task.object);
    visits.dedup_by_key(|task| task.object);
    let keys: Vec<String> = visits.iter().map(|task| task.object_key.clone()).collect();
    agreed(dozor, folder, (&keys, "2026-11-30", "2025-12-11")).await;
    // Not where a visit was held within the period, nor by who was there last.
    let mut lawful = Vec::new();
    for (mark, visit) in (201..).zip(&visits) {
        let task = added(dozor, visit, mark).await;
        if dozor.check_order(task.order).await.unwrap().refused.is_empty() {
            lawful.push(task);
        }
    }
    let [first, second, ..] = lawful.as_slice() else { panic!("{} lawful checks", lawful.len()) };
    [first.clone(), second.clone()]
}

/// Adds an order for a check at the object of a visit, with its one task.
async fn added(dozor: &Dozor, visit: &Task, mark: u8) -> Task {
    let like = dozor.store().order(visit.order).await.unwrap().unwrap();
    let mut tx = dozor.store().begin().await.unwrap();
    let number = tx.next_order_number("moscow", like.year).await.unwrap();
    let (event_kind, date) = ("on_site_check".to_owned(), MONDAY.to_owned());
    let id = OrderId::from_bytes([mark; 16]);
    let state = OrderState::Checked { checks: Vec::new() };
    let order = Order { id, number, event_kind: event_kind.clone(), date: date.clone(), state, ..like };
    let paper = AgreedPaper {
        number: format!("L-{}", visit.object_key),
        on: "2025-12-10".parse().unwrap(),
        event_kind: event_kind.clone(),
    };
    let ground =
        Ground::Planned { paper, from: "2026-11-01".parse().unwrap(), to: "2026-11-30".parse().unwrap() };
    let (state, id) = (TaskState::Assigned, TaskId::from_bytes([mark; 16]));
    let task = Task { id, order: order.id, event_kind, ground, date, state, ..visit.clone() };
    tx.insert_orders(&[order]).await.unwrap();
    tx.insert_tasks(std::slice::from_ref(&task)).await.unwrap();
    tx.commit().await.unwrap();
    task
}

#[tokio::test]
async fn an_on_site_check_begins_with_its_papers_a_notice_whose_term_has_run_and_a_line_that_still_stands() {
    let folder = tempfile::tempdir().unwrap();
    let (_, friday) = demo_on(folder.path(), FRIDAY, "2026-11-20T06:00:00Z").await;
    let [check, other] = &checks_of_monday(&friday, folder.path()).await;
    let order = check.order;
    let missing = async || friday.check_order(order).await.unwrap().missing;
    assert_eq!(missing().await, ["signature", "register_entry", "issue", "notice"]);
    assert_eq!(step(&friday, order, notify(FRIDAY)).await, Err("STATE_NOT_ALLOWED"), "nothing is signed");
    issue(&friday, order).await;
    assert_eq!(missing().await, ["notice"]);
    let monday = Dozor::open(&location(folder.path()), clock("2026-11-23T08:00:00Z")).await.unwrap();
    let (outcome, lacks) = begin(&monday, 1, check, "2026-11-23T07:00:00Z").await;
    assert_eq!((outcome, lacks), (StartOutcome::Refused, vec!["notice".to_owned()]));
    for wrong in ["2026-11-19", MONDAY] {
        let said = "before the signature it told of nothing, and Monday has not come";
        assert_eq!(step(&friday, order, notify(wrong)).await, Err("ORDER_PAPER"), "{said}");
    }
    assert_eq!(step(&friday, order, notify(FRIDAY)).await, Ok("issued"));
    assert_eq!(missing().await, Vec::<&str>::new());
    let (_, lacks) = begin(&monday, 2, check, "2026-11-20T09:00:00Z").await;
    assert_eq!(lacks, ["order_day", "notice"], "a day has not run since he was told");
    let (outcome, lacks) = begin(&monday, 3, check, "2026-11-23T07:00:00Z").await;
    assert_eq!((outcome, lacks), (StartOutcome::Begun, Vec::new()));
    let card = Queries::new(friday.clone()).order_card(order).await.unwrap();
    let told = card.history.iter().find_map(|step| step.notice.as_ref()).unwrap();
    assert_eq!((told.way.as_str(), told.number.as_str()), ("личный кабинет ЕПГУ", "У-17"));
    assert_eq!(card.order.notified_on.as_deref(), Some(FRIDAY));
    let surveys = friday.store().tasks(&TaskFilter::default()).await.unwrap();
    let survey = surveys.iter().find(|task| task.event_kind == "field_survey").unwrap();
    assert_eq!(step(&friday, survey.order, notify(FRIDAY)).await, Err("ORDER_NOT_NEEDED"));

    // The line of the plan is shortened after everything was signed.
    issue(&friday, other.order).await;
    assert_eq!(step(&friday, other.order, notify(FRIDAY)).await, Ok("issued"));
    assert_eq!(friday.check_order(other.order).await.unwrap().refused, []);
    agreed(&friday, folder.path(), (std::slice::from_ref(&other.object_key), "2026-11-19", FRIDAY)).await;
    let refused = friday.check_order(other.order).await.unwrap().refused;
    assert!(refused[0].lacks.starts_with("ground (ст. 57 248-ФЗ"), "{refused:?}");
    let (outcome, lacks) = begin(&monday, 4, other, "2026-11-23T07:00:00Z").await;
    assert_eq!(outcome, StartOutcome::Refused);
    assert_eq!(lacks, ["ground", "agreed_plan"]);
    assert_eq!(friday.verify_audit(None).await.unwrap().fault, None);
}
