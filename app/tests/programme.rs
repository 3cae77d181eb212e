//! What stands in an agreed plan and what the prosecutor consents to, from records to the start of the visit.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

mod support;

use dozor_app::{Approval, Dozor, GateCall, PlanCall, SearchLimit, Silent, StartCall};
use dozor_domain::{
    Ground, LeftOutReason, ObjectId, Plan, RiskCategory, StartOutcome, Task, TaskStartId, Timestamp,
};
use dozor_store::{GeometryUse, TaskFilter};
use std::collections::BTreeMap;
use support::{clock, demo_on, ingest, location};

const FRIDAY: &str = "2026-11-20";
const MONDAY: &str = "2026-11-23";
const TUESDAY: &str = "2026-11-24";

async fn plan(dozor: &Dozor) -> Plan {
    let call = PlanCall {
        date: TUESDAY.to_owned(),
        seed: 7,
        iterations: Some(2_000),
        limit: SearchLimit::default(),
    };
    let planned = dozor.plan(&call, "test", &Silent).await.unwrap();
    dozor.store().plan(planned.report.plan).await.unwrap().unwrap().plan
}

fn lacking<'p>(plan: &'p Plan, what: &str) -> Vec<&'p str> {
    let is =
        |reason: &LeftOutReason| matches!(reason, LeftOutReason::NoLawfulEvent { lacks } if lacks == what);
    plan.left_out.iter().filter(|out| is(&out.reason)).map(|out| out.candidate.key.as_str()).collect()
}

/// Returns the keys of objects of a category without an open task, by the id of the object.
async fn of_category(dozor: &Dozor, category: RiskCategory) -> Vec<String> {
    let store = dozor.store();
    let objects = store.load_objects_at(GeometryUse::Skip, store.last_seq().await.unwrap()).await.unwrap();
    let keys: BTreeMap<ObjectId, String> =
        objects.rows().iter().map(|row| (row.id, row.key.clone())).collect();
    let tasks = store.tasks(&TaskFilter::default()).await.unwrap();
    let rows = store.active_assignments().await.unwrap().into_iter();
    let its = rows.filter(|row| row.assignment.category == category);
    let free = its.filter(|row| tasks.iter().all(|task| task.object != row.assignment.object));
    free.map(|row| keys[&row.assignment.object].clone()).collect()
}

/// Says of every survey on a sign that it saw a violation.
fn violations(tasks: &[Task]) -> String {
    let mut text =
        "event_number,object_key,event_kind,control_kind,result,rule,inspector_ref,held_on,updated_on\n"
            .to_owned();
    let on_sign = tasks.iter().filter_map(|task| match &task.ground {
        Ground::Sign { rule, .. } => Some((task, rule)),
        _ => None,
    });
    for (number, (task, rule)) in (1..).zip(on_sign) {
        let (object, kind, who) = (&task.object_key, &task.control_kind, &task.inspector);
        text +=
            &format!("Н-{number},{object},field_survey,{kind},violation,{rule},{who},{FRIDAY},{FRIDAY}\n");
    }
    text
}

fn lines(keys: &[String]) -> String {
    let mut text = "line_number,object_key,event_kind,agreed_on,held_from,held_to,updated_on\n".to_owned();
    for (number, key) in (1..).zip(keys) {
        text += &format!("{number},{key},inspection_visit,2025-12-10,2026-11-01,2026-11-30,2025-12-11\n");
    }
    text
}

#[tokio::test]
async fn a_line_of_the_agreed_plan_becomes_a_visit_and_a_consent_lets_an_indicator_send_somebody() {
    let folder = tempfile::tempdir().unwrap();
    let (_, friday) = demo_on(folder.path(), FRIDAY, "2026-11-20T06:00:00Z").await;
    let tasks = friday.store().tasks(&TaskFilter::default()).await.unwrap();
    drop(friday);
    let now = "2026-11-23T06:00:00Z";
    let later = Dozor::open(&location(folder.path()), clock(now)).await.unwrap();
    ingest(&later, folder.path(), "events", violations(&tasks)).await;
    drop(later);
    let (_, monday) = demo_on(folder.path(), MONDAY, now).await;
    let (high, medium) =
        (of_category(&monday, RiskCategory::High).await, of_category(&monday, RiskCategory::Medium).await);
    drop(monday);
    let morning = Dozor::open(&location(folder.path()), clock("2026-11-24T05:00:00Z")).await.unwrap();
    let before = plan(&morning).await;
    let waiting = lacking(&before, "prosecutor_approval");
    assert!(!waiting.is_empty(), "indicators that were checked wait for the prosecutor");
    assert!(
        before.visits().all(|(_, visit)| visit.event_kind == "field_survey"),
        "nobody has agreed to more"
    );

    let in_plan: Vec<String> = high.iter().chain(&medium).cloned().collect();
    ingest(&morning, folder.path(), "planned_events", lines(&in_plan)).await;
    let mut consents =
        "consent_number,object_key,event_kind,agreed_on,valid_from,valid_to,updated_on\n".to_owned();
    for (number, key) in (1..).zip(&waiting) {
        consents +=
            &format!("С-{number},{key},inspection_visit,2026-11-23,2026-11-23,2026-12-20,2026-11-23\n");
    }
    ingest(&morning, folder.path(), "prosecutor_consents", consents).await;
    let after = plan(&morning).await;
    assert_eq!(lacking(&after, "prosecutor_approval"), Vec::<&str>::new());
    let grounds = after.visits().map(|(_, visit)| &visit.ground);
    let (mut planned, mut on_indicator) = (0, 0);
    for ground in grounds {
        match ground {
            Ground::Planned { .. } => planned += 1,
            Ground::Indicator { approval, .. } => {
                assert!(approval.is_some());
                on_indicator += 1;
            }
            _ => {}
        }
    }
    assert!(planned > 0 && on_indicator > 0, "{planned} {on_indicator}");
    let refused = lacking(&after, "moratorium");
    assert!(!refused.is_empty() && refused.iter().all(|key| medium.iter().any(|one| one == key)));

    asked_at_the_gate(&morning, &after).await;
    begins_only_with_its_papers(&morning, &after).await;
}

/// The gate reads the line of the plan for whoever asks.
async fn asked_at_the_gate(dozor: &Dozor, plan: &Plan) {
    let (_, visit) = plan.visits().find(|(_, visit)| matches!(visit.ground, Ground::Planned { .. })).unwrap();
    let asked = async |event: &str, date: &str| {
        let call = GateCall {
            object: visit.candidate.key.clone(),
            event: event.to_owned(),
            ground: "planned".to_owned(),
            date: date.to_owned(),
            ..GateCall::default()
        };
        let answer = dozor.ask_gate(&call).await.unwrap();
        let lacks: Vec<String> = answer.refusals.into_iter().map(|one| one.lack).collect();
        (lacks.join(", "), answer.ground_on_record)
    };
    let said = |lacks: &str, is_on_record| (lacks.to_owned(), is_on_record);
    assert_eq!(asked("inspection_visit", TUESDAY).await, said("", true));
    assert_eq!(asked("on_site_check", TUESDAY).await, said("agreed_plan", false), "a line for another kind");
    assert_eq!(
        asked("inspection_visit", "2026-12-01").await,
        said("agreed_plan", false),
        "its days are over"
    );
}

/// The order of a planned visit needs the register; that of one on an indicator the prosecutor as well.
async fn begins_only_with_its_papers(dozor: &Dozor, plan: &Plan) {
    let approval = Approval { plan: plan.id, parent: plan.parent, by: "Начальник".to_owned() };
    dozor.approve_plan(approval, "test").await.unwrap();
    let filter = TaskFilter { plan: Some(plan.id), ..TaskFilter::default() };
    let tasks = dozor.store().tasks(&filter).await.unwrap();
    for (number, expected) in
        [(1_u128, &["register_entry"][..]), (2, &["prosecutor_approval", "register_entry"][..])]
    {
        let is_it = |ground: &Ground| match number {
            1 => matches!(ground, Ground::Planned { .. }),
            _ => matches!(ground, Ground::Indicator { .. }),
        };
        let task = tasks.iter().find(|task| is_it(&task.ground)).unwrap();
        let id = TaskStartId::from_bytes((number | 7 << 76).to_be_bytes());
        // A demo stands on a day of its own: the hour says that it is the plan's.
        let started_at = Timestamp::parse_rfc3339("2026-11-24T05:00:00Z");
        let call = StartCall { id, task: task.id, started_at };
        let start = dozor.start_task(&call, &task.inspector, "test").await.unwrap();
        assert_eq!(start.outcome, StartOutcome::Refused);
        let lacks: Vec<&str> = start.refusals.iter().map(|one| one.code.as_str()).collect();
        assert_eq!(lacks, [&["order_not_issued"], expected].concat());
    }
}

/// Returns the key of a parcel that a micro-business holds by its only right, and its id.
async fn of_a_micro_business(dozor: &Dozor) -> (String, ObjectId) {
    let store = dozor.store();
    let objects = store.load_objects_at(GeometryUse::Skip, store.last_seq().await.unwrap()).await.unwrap();
    for object in objects.rows().iter().filter(|object| object.kind == "parcel") {
        let records = store.records_of_object(object.id).await.unwrap();
        let rights: Vec<_> = records.iter().filter(|one| one.source == "egrn_rights").collect();
        let is_micro =
            |text: &str| text.contains("\"holder_size\":\"micro\"") && !text.contains("\"valid_to\":\"");
        if rights.len() == 1 && is_micro(&rights[0].record.content) {
            return (object.key.clone(), object.id);
        }
    }
    unreachable!("a city of 2,000 objects has one");
}

#[tokio::test]
async fn the_hours_of_a_micro_business_are_used_up_by_the_checks_of_the_year() {
    let folder = tempfile::tempdir().unwrap();
    let (_, friday) = demo_on(folder.path(), FRIDAY, "2026-11-20T06:00:00Z").await;
    let (key, object) = of_a_micro_business(&friday).await;
    let tasks = friday.store().tasks(&TaskFilter::default()).await.unwrap();
    let lacks = async || {
        let call = GateCall {
            object: key.clone(),
            control_kind: Some("municipal_land".to_owned()),
            event: "on_site_check".to_owned(),
            ground: "harm".to_owned(),
            date: TUESDAY.to_owned(),
            moment: Some("start".to_owned()),
            ..GateCall::default()
        };
        let refusals = friday.ask_gate(&call).await.unwrap().refusals.into_iter();
        refusals.filter(|one| one.lack == "business_hours").count()
    };
    let made = async |number: u8, date: &str| {
        let check = Task {
            id: dozor_domain::TaskId::from_bytes([number; 16]),
            object,
            object_key: key.clone(),
            control_kind: "municipal_land".to_owned(),
            event_kind: "on_site_check".to_owned(),
            ground: Ground::PrescriptionOverdue { days: 5 },
            date: date.to_owned(),
            state: dozor_domain::TaskState::Closed { event_on: date.to_owned() },
            ..tasks[0].clone()
        };
        let mut tx = friday.store().begin().await.unwrap();
        tx.insert_tasks(std::slice::from_ref(&check)).await.unwrap();
        tx.commit().await.unwrap();
    };
    // Three hours each at a parcel: four have taken twelve of fifteen, and what was last year counts in that year.
    for (number, date) in [(1, "2026-02-10"), (2, "2026-04-10"), (3, "2026-06-10"), (4, "2026-08-10")] {
        made(number, date).await;
    }
    made(5, "2025-12-10").await;
    assert_eq!(lacks().await, 0, "three hours are left for three");
    made(6, "2026-10-12").await;
    assert_eq!(lacks().await, 1);
}
