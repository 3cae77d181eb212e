//! What becomes of the tasks of a day that is over: results close them, a visit in vain frees the object at once, and what
//! may still get a result waits for it.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

mod support;

use std::collections::BTreeMap;

use dozor_app::{Dozor, Silent};
use dozor_domain::{
    Candidate, DeskVerdict, FieldFinding, Ground, Opening, SignState, Task, TaskState, ViolationSign,
};
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

/// Is a confirmed sign without a task, whose decision is delivered once more with other points.
struct DeliveredAgain {
    sign: ViolationSign,
    key: String,
    row: String,
}

async fn delivered_again(dozor: &Dozor, tasks: &[Task]) -> DeliveredAgain {
    let is_confirmed =
        |sign: &ViolationSign| matches!(sign.state, SignState::Desk { verdict: DeskVerdict::Confirmed, .. });
    let signs = dozor.store().signs(SignScope::Open).await.unwrap().into_iter().filter(is_confirmed);
    let mut free = signs.filter(|sign| tasks.iter().all(|task| task.object != sign.object));
    let sign = free.next().unwrap();
    let key = dozor.store().object(sign.object).await.unwrap().unwrap().key;
    let records = dozor.store().records_of_object(sign.object).await.unwrap().into_iter();
    let of_rule = format!("\"rule\":\"{}\"", sign.rule);
    let mut own =
        records.filter(|one| one.source == "desk_decisions" && one.record.content.contains(&of_rule));
    let number = own.next_back().unwrap().record.external_id;
    let row = format!(
        "decision_number,object_key,rule,points,verdict,refuted_later,decided_on,updated_on\n\
         {number},{key},{},77,confirmed,false,2026-11-10,2026-11-19\n",
        sign.rule
    );
    DeliveredAgain { sign, key, row }
}

/// The decision came again as a newer version: the sign that stands on the older one rests too, and the refutation is known
/// when the result is and not before.
async fn refuted_by_the_version_that_stands(dozor: &Dozor, delivered: &DeliveredAgain) {
    let sign = dozor.store().sign(delivered.sign.id).await.unwrap().unwrap();
    assert!(matches!(sign.state, SignState::Field { finding: FieldFinding::Nothing, .. }), "{sign:?}");
    let records = dozor.store().records_of_object(sign.object).await.unwrap();
    let result = records.iter().find(|one| one.record.external_id == "T-9").unwrap().record.known_at;
    let refuted = records.iter().filter(|one| one.record.content.contains("\"refuted_later\":true"));
    let known: Vec<_> = refuted.filter(|one| one.record.content.contains("77")).collect();
    assert_eq!(known.iter().map(|one| one.record.known_at).collect::<Vec<_>>(), [result], "{known:?}");
}

/// The plan of Tuesday lets work begin at the object of a task in the other half of the day only.
async fn tried_in_the_other_half(dozor: &Dozor, task: &Task) {
    let plan = dozor.store().approved_plan(TUESDAY).await.unwrap().unwrap().plan;
    let visits = plan.routes.into_iter().flat_map(|route| route.visits).map(|visit| visit.candidate);
    let mut all = visits.chain(plan.left_out.into_iter().map(|left| left.candidate));
    let is_it = |one: &Candidate| one.object == task.object && one.control_kind == task.control_kind;
    let Opening { opens, closes } = all.find(is_it).unwrap().opening.unwrap();
    let may_begin = |minute| opens.0 <= minute && minute <= closes.0;
    assert!(!may_begin(task.start.0), "{opens:?} to {closes:?}");
    assert_eq!(may_begin(780), task.start.0 < 780);
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
    let delivered = delivered_again(&friday, &tasks).await;
    let file = folder.path().join("events.csv");
    let more = format!(
        "T-9,{},field_survey,{},{FRIDAY},2026-11-23,none,,\n",
        delivered.key, delivered.sign.control_kind
    );
    std::fs::write(&file, rows(&[(visited, "none"), (in_vain, "no_access")]) + more.as_str()).unwrap();
    let again = folder.path().join("desk.csv");
    std::fs::write(&again, &delivered.row).unwrap();

    let now = "2026-11-24T06:00:00Z";
    let place = support::location(folder.path());
    let later = Dozor::open(&place, support::clock(now)).await.unwrap();
    let taken = later.ingest("events", None, &[file], "test", &Silent).await.unwrap();
    assert_eq!((taken.counts.accepted, taken.counts.unmatched), (3, 0));
    let taken = later.ingest("desk_decisions", None, &[again], "test", &Silent).await.unwrap();
    assert_eq!((taken.counts.accepted, taken.counts.unmatched), (1, 0));
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
    refuted_by_the_version_that_stands(&tuesday, &delivered).await;
    // Nothing was found: the desk's word counts no more, and the desk is not asked again.
    assert!(matches!(sign(visited), SignState::Field { finding: FieldFinding::Nothing, .. }));
    assert_eq!([standing(&tuesday, visited).await, standing(&tuesday, silent).await], [0, confirmed[1]]);
    // The desk's word stands again, so that the same day's plan may already send somebody else.
    let filter = TaskFilter { object: Some(in_vain.object), scope: TaskScope::Open, ..TaskFilter::default() };
    let anew = tuesday.store().tasks(&filter).await.unwrap();
    assert!(anew.iter().all(|task| task.id != in_vain.id));
    assert_eq!(matches!(sign(in_vain), SignState::Tasked { .. }), !anew.is_empty());
    tried_in_the_other_half(&tuesday, in_vain).await;
    assert!(matches!(sign(silent), SignState::Tasked { .. }));

    let (report, december) = demo_on(folder.path(), "2026-12-02", "2026-12-02T06:00:00Z").await;
    assert!(report.settled.returned > 0 && report.settled.closed == 0, "{:?}", report.settled);
    let last = december.store().task(silent.id).await.unwrap().unwrap().state;
    assert_eq!(last, TaskState::Returned { reason: "no_result".to_owned() });
    assert_eq!(december.verify_audit(None).await.unwrap().fault, None);
}
