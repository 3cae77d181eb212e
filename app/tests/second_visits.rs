//! A second visit from the lot to the agreement: drawn by a key, ordered for another inspector, sealed to him, closed by a
//! result of its own that moves nothing.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

mod support;

use std::collections::BTreeMap;

use dozor_app::queries::paging::PageCall;
use dozor_app::{Dozor, Queries, User};
use dozor_domain::{
    Coded as _, Ground, ObjectId, RiskCategory, SignId, SignState, Task, TaskState, UserId, ViolationSign,
    sha256,
};
use dozor_store::{DeskFilter, TaskFilter, UserState};
use support::{clock, demo_on, ingest, location};

const FRIDAY: &str = "2026-11-20";
const TUESDAY: &str = "2026-11-24";
const THURSDAY: &str = "2026-11-26";

/// Says whether the lot of a key falls on a task: written again, so that a change of the draw is seen.
fn falls(key: &str, task: &Task) -> bool {
    let mut bytes = format!("{key} visit ").into_bytes();
    bytes.extend_from_slice(task.id.as_bytes());
    let drawn = sha256(&bytes).iter().take(8).fold(0_u64, |drawn, byte| drawn << 8 | u64::from(*byte));
    ((drawn >> 11) as f64) < 0.02 * (1_u64 << 53) as f64
}

fn second_of(tasks: &[Task], first: &Task) -> Option<Task> {
    let is_it = |task: &&Task| matches!(task.ground, Ground::SecondVisit { first: of, .. } if of == first.id);
    tasks.iter().find(is_it).cloned()
}

async fn categories(dozor: &Dozor, object: ObjectId) -> Vec<(RiskCategory, f64)> {
    let run = dozor.store().latest_run().await.unwrap().unwrap().header;
    let heads = dozor.store().assessment_heads(run.id).await.unwrap().into_iter();
    heads.filter(|head| head.object == object).map(|head| (head.category, head.points)).collect()
}

/// Returns a key whose lot falls on one of the chosen visits and on no other of all.
fn key_for(all: &[Task], chosen: &[&Task]) -> (String, Task) {
    for key in (0..100_000).map(|number| format!("key {number}")) {
        let found = chosen.iter().find(|task| falls(&key, task));
        let alone = all.iter().filter(|task| falls(&key, task)).count() == 1;
        if let (Some(first), true) = (found, alone) {
            let first = (*first).clone();
            return (key, first);
        }
    }
    unreachable!("one key in some hundred does")
}

/// Says that each visit of the day found nothing.
fn results(tasks: &[Task]) -> String {
    let mut rows = String::from(
        "event_number,object_key,event_kind,control_kind,held_on,updated_on,result,rule,inspector_ref\n",
    );
    for (at, task) in tasks.iter().enumerate() {
        let (object, kind, control) = (&task.object_key, &task.event_kind, &task.control_kind);
        let by = &task.inspector;
        rows.push_str(&format!("T-{at},{object},{kind},{control},{FRIDAY},2026-11-21,none,,{by}\n"));
    }
    rows
}

fn inspector(dozor: &Dozor, staff: &str) -> User {
    User {
        id: UserId::from_bytes([9; 16]),
        login: "i".to_owned(),
        name: "i".to_owned(),
        role: "inspector".to_owned(),
        staff: Some(staff.to_owned()),
        password_hash: String::new(),
        state: UserState::Active,
        created_at: dozor.now(),
        changed_at: dozor.now(),
    }
}

/// A head of a unit may make visits himself: then plan, tasks, signs and cases say no more than that chance sends him.
async fn no_page_says_that_it_is_a_second_visit(dozor: &Dozor, second: &Task, first: &str) {
    let head = |staff: &str| User { role: "unit_head".to_owned(), ..inspector(dozor, staff) };
    let (sent, other) = (head(&second.inspector), head(first));
    let sign = ViolationSign {
        id: SignId::from_bytes([5; 16]),
        object: second.object,
        control_kind: second.control_kind.clone(),
        rule: "found_by_the_first".to_owned(),
        points: 1.0,
        priority: 1e9,
        opened_at: dozor.now(),
        evidence: String::new(),
        state: SignState::Detected,
    };
    let mut tx = dozor.store().begin().await.unwrap();
    tx.insert_signs(std::slice::from_ref(&sign)).await.unwrap();
    tx.commit().await.unwrap();
    let queries = Queries::new(dozor.clone());
    let page = PageCall { cursor: None, limit: 50 };
    let listed = async |user: &User| {
        let found = queries.signs(DeskFilter::default(), &page, user).await.unwrap();
        (found.items.iter().any(|one| one.id == sign.id.to_string()), found.waiting)
    };
    let ((hidden, fewer), (shown, all)) = (listed(&sent).await, listed(&other).await);
    assert!(!hidden && shown && fewer < all, "{fewer} of {all}");
    let refused = queries.sign_detail(sign.id, &sent).await.unwrap_err();
    assert_eq!(refused.info().code, "DRAWN_VISIT_WAITS");
    queries.sign_detail(sign.id, &other).await.unwrap();
    let refused = queries.expect_unsealed(&sent, second.object).await.unwrap_err();
    assert_eq!(refused.info().code, "DRAWN_VISIT_WAITS");

    let object = second.object.to_string();
    let visit = async |user: &User| {
        let plan = serde_json::to_value(queries.plan_of_day(TUESDAY, user).await.unwrap()).unwrap();
        let mut visits =
            plan["routes"].as_array().unwrap().iter().flat_map(|route| route["visits"].as_array().unwrap());
        visits.find(|one| one["object_id"] == object.as_str()).unwrap().clone()
    };
    let (own, others) = (visit(&sent).await, visit(&other).await);
    assert_eq!(own["ground"], serde_json::json!({ "ground": "drawn" }));
    assert_eq!((&own["why"]["ru"], &others["ground"]["ground"]), (&"".into(), &"second_visit".into()));
    assert_ne!(others["why"]["ru"], "");
    let day = serde_json::to_string(&queries.task_day(&sent, Some(TUESDAY)).await.unwrap()).unwrap();
    assert!(day.contains(&object) && !day.contains("second"), "{day}");
    let mut tx = dozor.store().begin().await.unwrap();
    tx.change_sign(sign.id, &SignState::Detected, &SignState::Expired).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_second_visit_is_made_by_another_inspector_and_only_measures() {
    let folder = tempfile::tempdir().unwrap();
    let (_, friday) = demo_on(folder.path(), FRIDAY, "2026-11-20T06:00:00Z").await;
    let tasks = friday.store().tasks(&TaskFilter::default()).await.unwrap();
    let mut objects: BTreeMap<ObjectId, Vec<&Task>> = BTreeMap::new();
    tasks.iter().for_each(|task| objects.entry(task.object).or_default().push(task));
    let usual = |task: &&Task| matches!(task.ground, Ground::Frequency { .. } | Ground::Drawn { .. });
    let single: Vec<&Task> =
        objects.values().filter(|all| all.len() == 1).map(|all| all[0]).filter(usual).collect();
    let (key, first) = key_for(&tasks, &single);
    let mut tx = friday.store().begin().await.unwrap();
    tx.set_meta("second_look_key", &key).await.unwrap();
    tx.commit().await.unwrap();

    let now = "2026-11-24T06:00:00Z";
    let later = Dozor::open(&location(folder.path()), clock(now)).await.unwrap();
    ingest(&later, folder.path(), "events", results(&tasks)).await;
    let (_, tuesday) = demo_on(folder.path(), TUESDAY, now).await;
    let tasks = tuesday.store().tasks(&TaskFilter::default()).await.unwrap();
    let second = second_of(&tasks, &first).unwrap();
    let others = tasks.iter().filter(|task| matches!(task.ground, Ground::SecondVisit { .. })).count();
    assert_eq!(others, 1, "the lot falls on one visit");
    assert_ne!(second.inspector, first.inspector, "another pair of eyes");
    assert_eq!(second.event_kind, "field_survey", "no interaction by chance");

    let sealed = async |staff: &str| tuesday.sealed_to(&inspector(&tuesday, staff)).await.unwrap();
    assert!(sealed(&second.inspector).await.contains(&first.object), "he may not read what was found");
    assert!(!sealed(&first.inspector).await.contains(&first.object));
    no_page_says_that_it_is_a_second_visit(&tuesday, &second, &first.inspector).await;

    let before = categories(&tuesday, first.object).await;
    let found = format!(
        "visit_number,object_key,event_kind,result,inspector_ref,settled,held_on,updated_on\n\
         V-1,{},field_survey,violation,{},,{TUESDAY},2026-11-25\n",
        first.object_key, second.inspector
    );
    let now = "2026-11-26T06:00:00Z";
    let later = Dozor::open(&location(folder.path()), clock(now)).await.unwrap();
    ingest(&later, folder.path(), "second_visits", found).await;
    let (_, thursday) = demo_on(folder.path(), THURSDAY, now).await;
    let closed = thursday.store().task(second.id).await.unwrap().unwrap().state;
    assert_eq!(closed, TaskState::Closed { event_on: TUESDAY.to_owned() });
    assert_eq!(categories(&thursday, first.object).await, before, "a second visit moves no category");
    let looks = thursday.second_looks(thursday.now()).await.unwrap();
    let case = looks.cases.iter().find(|case| case.object == first.object).unwrap();
    assert_eq!((case.first.as_str(), case.second.as_str()), ("none", "violation"));
    let tasks = thursday.store().tasks(&TaskFilter::default()).await.unwrap();
    let again = tasks
        .iter()
        .filter(|task| matches!(task.ground, Ground::SecondVisit { first: of, .. } if of == first.id));
    assert_eq!(again.count(), 1, "made once");
}
