//! What becomes of the tasks of a day that is over: results close them, a visit in vain frees the object at once, and what
//! may still get a result waits for it.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

mod support;

use std::collections::BTreeMap;

use dozor_app::{Dozor, Silent};
use dozor_domain::{FieldFinding, Ground, SignState, Task, TaskState};
use dozor_store::{SignScope, TaskFilter, TaskScope};
use support::demo_on;

const FRIDAY: &str = "2026-11-20";
const TUESDAY: &str = "2026-11-24";

fn rows(tasks: &[(&Task, &str)]) -> String {
    let mut text = String::from(
        "event_number,object_key,event_kind,control_kind,held_on,updated_on,result,rule,inspector_ref\n",
    );
    for (number, (task, result)) in tasks.iter().enumerate() {
        let (key, kind, control) = (&task.object_key, &task.event_kind, &task.control_kind);
        text.push_str(&format!("T-{number},{key},{kind},{control},{FRIDAY},2026-11-21,{result},,\n"));
    }
    text
}

/// Returns how many decisions of the desk that confirmed a sign of the task's object stand now.
async fn standing(dozor: &Dozor, task: &Task) -> usize {
    let records = dozor.store().records_of_object(task.object).await.unwrap();
    let mut decisions: BTreeMap<String, (i64, String)> = BTreeMap::new();
    for one in records.into_iter().filter(|one| one.source == "desk_decisions") {
        let latest = decisions.entry(one.record.external_id).or_default();
        *latest = (one.record.version, one.record.content).max(latest.clone());
    }
    let stands = |content: &str| {
        let content: serde_json::Value = serde_json::from_str(content).unwrap();
        content["verdict"] == "confirmed" && content["refuted_later"] != true
    };
    decisions.values().filter(|(_, content)| stands(content)).count()
}

#[tokio::test]
async fn a_result_closes_a_task_a_visit_in_vain_frees_its_object_and_the_rest_waits() {
    let folder = tempfile::tempdir().unwrap();
    let (_, friday) = demo_on(folder.path(), FRIDAY, "2026-11-20T06:00:00Z").await;
    let tasks = friday.store().tasks(&TaskFilter::default()).await.unwrap();
    // One task an object, so that one event ends one task; of a sign and of another ground.
    let mut objects: BTreeMap<_, Vec<&Task>> = BTreeMap::new();
    tasks.iter().for_each(|task| objects.entry(task.object).or_default().push(task));
    let single: Vec<&Task> = objects.into_values().filter(|all| all.len() == 1).map(|all| all[0]).collect();
    let of_sign = |task: &&&Task| matches!(task.ground, Ground::Sign { confirmed: true, .. });
    let signs: Vec<&Task> = single.iter().filter(of_sign).copied().collect();
    let [visited, in_vain, silent] = [signs[0], signs[1], signs[2]];
    let confirmed = [standing(&friday, visited).await, standing(&friday, silent).await];
    assert!(confirmed.iter().all(|count| *count > 0), "{confirmed:?}");
    let file = folder.path().join("events.csv");
    std::fs::write(&file, rows(&[(visited, "none"), (in_vain, "no_access")])).unwrap();

    let now = "2026-11-24T06:00:00Z";
    let place = support::location(folder.path());
    let later = Dozor::open(&place, support::clock(now)).await.unwrap();
    let taken = later.ingest("events", None, &[file], "test", &Silent).await.unwrap();
    assert_eq!((taken.counts.accepted, taken.counts.unmatched), (2, 0));
    let (_, tuesday) = demo_on(folder.path(), TUESDAY, now).await;
    let state = async |task: &Task| tuesday.store().task(task.id).await.unwrap().unwrap().state;
    assert_eq!(state(visited).await, TaskState::Closed { event_on: FRIDAY.to_owned() });
    assert_eq!(state(in_vain).await, TaskState::Returned { reason: "in_vain".to_owned() });
    assert!(state(silent).await.is_open(), "its result may still come");
    // Who made the visit is known from the task, for kinds of event that rotate; who went in vain made none.
    let made = tuesday.store().made_visits(TUESDAY).await.unwrap();
    let makers = |task: &Task| {
        let of_task = made.iter().filter(|one| one.object == task.object);
        of_task.map(|one| one.inspector.clone()).collect::<Vec<_>>()
    };
    assert_eq!((makers(visited), makers(in_vain)), (vec![visited.inspector.clone()], vec![]));
    let signs = tuesday.store().signs(SignScope::All).await.unwrap();
    let sign = |task: &Task| {
        let Ground::Sign { sign, .. } = &task.ground else { unreachable!("chosen by its sign") };
        signs.iter().find(|one| one.id == *sign).unwrap().state.clone()
    };
    // Nothing was found: the desk's word counts no more, and the desk is not asked again.
    assert!(matches!(sign(visited), SignState::Field { finding: FieldFinding::Nothing, .. }));
    assert_eq!([standing(&tuesday, visited).await, standing(&tuesday, silent).await], [0, confirmed[1]]);
    // The desk's word stands again, so that the same day's plan may already send somebody else.
    let filter = TaskFilter { object: Some(in_vain.object), scope: TaskScope::Open, ..TaskFilter::default() };
    let anew = tuesday.store().tasks(&filter).await.unwrap();
    assert!(anew.iter().all(|task| task.id != in_vain.id));
    assert_eq!(matches!(sign(in_vain), SignState::Tasked { .. }), !anew.is_empty());
    assert!(matches!(sign(silent), SignState::Tasked { .. }));

    let (report, december) = demo_on(folder.path(), "2026-12-02", "2026-12-02T06:00:00Z").await;
    assert!(report.settled.returned > 0 && report.settled.closed == 0, "{:?}", report.settled);
    let last = december.store().task(silent.id).await.unwrap().unwrap().state;
    assert_eq!(last, TaskState::Returned { reason: "no_result".to_owned() });
    assert_eq!(december.verify_audit(None).await.unwrap().fault, None);
}
