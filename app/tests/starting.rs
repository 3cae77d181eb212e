//! The gate at the start of a visit: what begins, what the law does not let begin, and what nobody loses.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

mod support;

use dozor_app::{Dozor, Queries, ReplanApply, ReplanCall, StartCall};
use dozor_domain::{Coded, Ground, StartOutcome, Task, TaskId, TaskStartId, TaskState, Timestamp};
use dozor_store::{TaskFilter, TaskScope};
use support::{clock, demo_on, location};

const FRIDAY: &str = "2026-11-20";
const MORNING: &str = "2026-11-20T06:00:00Z";

fn call(number: u8, task: TaskId, at: Option<&str>) -> StartCall {
    let started_at = at.map(|text| Timestamp::parse_rfc3339(text).unwrap());
    StartCall { id: TaskStartId::from_bytes([number; 16]), task, started_at }
}

async fn open(dozor: &Dozor) -> Vec<Task> {
    let filter =
        TaskFilter { date: Some(FRIDAY.to_owned()), scope: TaskScope::Open, ..TaskFilter::default() };
    dozor.store().tasks(&filter).await.unwrap()
}

async fn state(dozor: &Dozor, task: &Task) -> TaskState {
    dozor.store().task(task.id).await.unwrap().unwrap().state
}

#[tokio::test]
async fn a_visit_begins_once_by_its_inspector_on_its_day_and_without_a_network_too() {
    let folder = tempfile::tempdir().unwrap();
    let (_, dozor) = demo_on(folder.path(), FRIDAY, MORNING).await;
    let tasks = open(&dozor).await;
    let task = &tasks[0];
    let begin = async |call: StartCall, inspector: &str| dozor.start_task(&call, inspector, "test").await;
    let code = async |call: StartCall, inspector: &str| begin(call, inspector).await.unwrap_err().info().code;
    assert_eq!(code(call(1, task.id, None), "nobody").await, "TASK_NOT_FOUND");
    let begun = begin(call(1, task.id, None), &task.inspector).await.unwrap();
    assert_eq!(begun.outcome, StartOutcome::Begun);
    assert!(begun.refusals.is_empty());
    assert_eq!(state(&dozor, task).await, TaskState::OnSite { since: begun.started_at });
    assert_eq!(begin(call(1, task.id, None), &task.inspector).await.unwrap(), begun, "the same again");
    // From another device, or by the other of two: kept as well, and the visit is as it was.
    let second = begin(call(2, task.id, None), &task.inspector).await.unwrap();
    assert_eq!(second.outcome, StartOutcome::AlreadyBegun);
    assert_eq!(dozor.store().task_start(second.id).await.unwrap(), Some(second));
    assert_eq!(state(&dozor, task).await, TaskState::OnSite { since: begun.started_at });
    let other = tasks.iter().find(|other| other.inspector == task.inspector && other.id != task.id).unwrap();
    assert_eq!(code(call(1, other.id, None), &task.inspector).await, "START_ID_TAKEN");

    // What was captured on Friday without a network arrives on Saturday, and counts; a start on Saturday does not: the order
    // is for Friday.
    let later = Dozor::open(&location(folder.path()), clock("2026-11-21T08:00:00Z")).await.unwrap();
    let late = call(3, other.id, Some("2026-11-21T07:00:00Z"));
    let refused = later.start_task(&late, &other.inspector, "test").await.unwrap();
    assert_eq!(refused.outcome, StartOutcome::Refused);
    assert_eq!(refused.refusals[0].code, "order_day");
    assert_eq!(state(&later, other).await, TaskState::Assigned);
    let in_time = call(4, other.id, Some("2026-11-20T08:00:00Z"));
    let begun = later.start_task(&in_time, &other.inspector, "test").await.unwrap();
    assert_eq!(begun.outcome, StartOutcome::Begun);
    assert_eq!(state(&later, other).await, TaskState::OnSite { since: begun.started_at });
    assert_eq!(later.verify_audit(None).await.unwrap().fault, None);

    // Who is there stays there when the rest of the day is planned anew, whatever the hours say.
    let replan = ReplanCall {
        date: FRIDAY.to_owned(),
        now: Some(0),
        absent: vec![task.inspector.clone()],
        back: Vec::new(),
        dropped: Vec::new(),
        handed: Vec::new(),
        urgent: Vec::new(),
        seed: 1,
        iterations: 100,
    };
    let report = dozor.replan(&replan).await.unwrap();
    assert!(!report.moves.is_empty());
    for begun in [task, other] {
        assert!(
            report
                .moves
                .iter()
                .all(|one| (one.object_id, &one.control_kind) != (begun.object, &begun.control_kind))
        );
    }
    // Neither does the head take it back.
    let back = dozor_app::TaskReturn {
        date: FRIDAY.to_owned(),
        inspector: Some(task.inspector.clone()),
        from: None,
        reason: "ill".to_owned(),
    };
    dozor.return_tasks(&back, "test").await.unwrap();
    assert!(state(&dozor, task).await.has_begun() && state(&dozor, other).await.has_begun());
}

#[tokio::test]
async fn an_unlawful_start_is_refused_with_its_article_stored_and_named_to_the_head() {
    let folder = tempfile::tempdir().unwrap();
    let (_, dozor) = demo_on(folder.path(), FRIDAY, MORNING).await;
    let tasks = open(&dozor).await;
    // A kind of event that begins only after its register entry, which nobody has made.
    let visit = Task {
        id: TaskId::derive(&[b"an inspection visit"]),
        event_kind: "inspection_visit".to_owned(),
        ground: Ground::PrescriptionOverdue { days: 4_000 },
        ..tasks
            .iter()
            .find(|task| !matches!(task.ground, Ground::PrescriptionOverdue { .. }))
            .unwrap()
            .clone()
    };
    let mut tx = dozor.store().begin().await.unwrap();
    tx.insert_tasks(std::slice::from_ref(&visit)).await.unwrap();
    tx.commit().await.unwrap();
    let refused = dozor.start_task(&call(1, visit.id, None), &visit.inspector, "test").await.unwrap();
    assert_eq!(refused.outcome, StartOutcome::Refused);
    assert!(refused.refusals.iter().any(|one| one.code == "order_not_issued"), "{refused:?}");
    let entry = refused.refusals.iter().find(|one| one.code == "register_entry").unwrap();
    assert!(entry.articles.iter().any(|article| article.contains("ст. 19 248-ФЗ")), "{entry:?}");
    assert_eq!(state(&dozor, &visit).await, TaskState::Assigned);
    assert_eq!(dozor.store().task_start(refused.id).await.unwrap(), Some(refused.clone()));

    // A start that was captured for a task that went to nobody meanwhile.
    let moved = tasks.iter().rev().find(|task| task.inspector != visit.inspector).unwrap();
    let replan = ReplanCall {
        date: FRIDAY.to_owned(),
        now: Some(0),
        absent: Vec::new(),
        back: Vec::new(),
        dropped: vec![moved.object_key.clone()],
        handed: Vec::new(),
        urgent: Vec::new(),
        seed: 1,
        iterations: 100,
    };
    // The made-up task is in no plan: it would drop.
    let filter = TaskFilter { object: Some(visit.object), ..TaskFilter::default() };
    for task in dozor.store().tasks(&filter).await.unwrap().into_iter().filter(|task| task.id == visit.id) {
        let event = dozor_domain::TaskEvent::Cancel { reason: "test".to_owned() };
        let cancelled = task.clone().apply(event, dozor.now()).unwrap();
        let mut tx = dozor.store().begin().await.unwrap();
        tx.change_task(&task.state, &cancelled).await.unwrap();
        tx.commit().await.unwrap();
    }
    let digest = dozor.replan(&replan).await.unwrap().digest;
    let apply = ReplanApply {
        call: replan, digest, reason: "закрыто".to_owned(), by: "Петрова".to_owned()
    };
    dozor.apply_replan(&apply, "test").await.unwrap();
    let captured = call(2, moved.id, Some("2026-11-20T05:59:00Z"));
    let kept = dozor.start_task(&captured, &moved.inspector, "test").await.unwrap();
    assert_eq!(kept.outcome, StartOutcome::NotOpen);

    let head = dozor.store().user_by_login("head").await.unwrap().unwrap();
    let plan = Queries::new(dozor).plan_of_day(FRIDAY, &head).await.unwrap();
    let told: Vec<_> =
        plan.lost_starts.iter().map(|lost| (lost.object_key.as_str(), lost.refusals.len())).collect();
    assert_eq!(told, [(visit.object_key.as_str(), refused.refusals.len()), (moved.object_key.as_str(), 0)]);
}
