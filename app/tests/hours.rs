//! The demo's premises have hours, and a visit agreed with the person comes with a delivery: on its day it is a window of
//! the plan, on another the object is not offered.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

mod support;

use std::path::Path;

use dozor_app::{Approval, Dozor, PlanCall, PlannedDay, SearchLimit, Silent};
use dozor_domain::{LeftOutReason, Plan, RiskCategory, Visit};
use dozor_store::GeometryUse;
use support::demo_on;

const TUESDAY: &str = "2026-11-24";

const HEADER: &str = "number,object_key,day,from_minute,to_minute,control_kind,by_video,updated_on\n";

async fn bring(dozor: &Dozor, folder: &Path, source: &str, text: &str) {
    let file = folder.join(format!("{source}.csv"));
    std::fs::write(&file, text).unwrap();
    let taken = dozor.ingest(source, None, &[file], "test", &Silent).await.unwrap();
    assert_eq!((taken.counts.rejected, taken.counts.unmatched), (0, 0), "{source}");
}

/// Returns the keys of objects at high risk or more.
async fn at_high_risk(dozor: &Dozor) -> Vec<String> {
    let store = dozor.store();
    let objects = store.load_objects_at(GeometryUse::Skip, store.last_seq().await.unwrap()).await.unwrap();
    let high = store.active_assignments().await.unwrap().into_iter();
    let high = high.filter(|row| row.assignment.category >= RiskCategory::High);
    let ids: Vec<_> = high.map(|row| row.assignment.object).collect();
    objects.rows().iter().filter(|row| ids.contains(&row.id)).map(|row| row.key.clone()).collect()
}

async fn planned(dozor: &Dozor) -> (PlannedDay, Plan) {
    let call = PlanCall {
        date: TUESDAY.to_owned(),
        seed: 1,
        iterations: Some(1_000),
        limit: SearchLimit::default(),
    };
    let day = dozor.plan(&call, "test", &Silent).await.unwrap();
    let plan = dozor.store().plan(day.report.plan).await.unwrap().unwrap().plan;
    (day, plan)
}

#[tokio::test]
async fn hours_and_agreed_visits_reach_the_plan_of_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let (_, dozor) = demo_on(folder.path(), "2026-11-20", "2026-11-20T06:00:00Z").await;
    let (_, before) = planned(&dozor).await;
    let premises: Vec<_> =
        before.visits().filter(|(_, visit)| visit.candidate.object_kind == "premises").collect();
    assert!(!premises.is_empty(), "the day visits premises");
    for (_, visit) in premises {
        let opening = visit.candidate.opening.unwrap();
        assert!(opening.opens.0 >= 600 && opening.closes.0 <= 1140, "{opening:?}");
        assert!(visit.start >= opening.opens && visit.start <= opening.closes);
    }

    // Two that are visited in the morning: one is agreed for the afternoon, the other for Thursday.
    let morning: Vec<_> = before.visits().filter(|(_, visit)| visit.start.0 < 720).collect();
    let [(_, one), (_, other), ..] = morning.as_slice() else { panic!("{} in the morning", morning.len()) };
    let row = |number: u32, key: &str, day: &str| format!("{number},{key},{day},900,915,,,2026-11-19\n");
    let text = format!(
        "{HEADER}{}{}{}",
        row(1, &one.candidate.key, TUESDAY),
        row(2, &other.candidate.key, "2026-11-26"),
        row(3, &other.candidate.key, "2026-11-18"),
    );
    bring(&dozor, folder.path(), "appointments", &text).await;

    let (after, plan) = planned(&dozor).await;
    let kept = plan.visits().find(|(_, visit)| visit.candidate.key == one.candidate.key);
    let still = plan.left_out.iter().find(|out| out.candidate.key == one.candidate.key);
    match &kept {
        Some((_, visit)) => assert!((900..=915).contains(&visit.start.0), "{}", visit.start.0),
        None => assert!(still.unwrap().candidate.opening.is_some_and(|opening| opening.opens.0 == 900)),
    }
    // The plan made before the two were agreed is no longer what the records say.
    let approval =
        |plan: &Plan| Approval { plan: plan.id, parent: plan.parent, by: "Петрова".to_owned() };
    let said = dozor.approve_plan(approval(&before), "test").await.unwrap_err().to_string();
    let hours = format!("{}: a visit was agreed for hours of this day", one.candidate.key);
    let promised = format!("{}: a visit was agreed for 2026-11-26", other.candidate.key);
    assert!(said.contains(&hours) && said.contains(&promised), "{said}");

    let waits = plan.left_out.iter().find(|out| out.candidate.key == other.candidate.key).unwrap();
    assert_eq!(waits.reason, LeftOutReason::Appointed { on: "2026-11-26".parse().unwrap() });
    assert_eq!(after.report.left_out.get("appointed"), Some(&1));

    // Called off: the person waits no longer, and nobody may be sent to him at that hour.
    let (_, visit) = kept.unwrap();
    let key = &visit.candidate.key;
    let text = format!("{HEADER}1,{key},2026-11-27,900,915,,,2026-11-20\n");
    bring(&dozor, folder.path(), "appointments", &text).await;
    let said = dozor.approve_plan(approval(&plan), "test").await.unwrap_err().to_string();
    let off = format!("{key}: the visit agreed for this day was moved or called off");
    assert!(said.contains(&off), "{said}");
    let (_, anew) = planned(&dozor).await;
    assert!(anew.visits().all(|(_, visit)| visit.candidate.key != *key));
    dozor.approve_plan(approval(&anew), "test").await.unwrap();
}

#[tokio::test]
async fn who_agreed_to_a_call_is_visited_by_video() {
    let folder = tempfile::tempdir().unwrap();
    let (_, dozor) = demo_on(folder.path(), "2026-11-20", "2026-11-20T06:00:00Z").await;
    let (_, before) = planned(&dozor).await;
    assert!(before.visits().all(|(_, visit)| !visit.by_video), "nobody has agreed to anything");
    let (_, survey) = before.visits().find(|(_, visit)| visit.event_kind == "field_survey").unwrap();

    // Who is at high risk stands in the agreed plan of the year: that asks for visits to people.
    let lines = (1..).zip(at_high_risk(&dozor).await);
    let line = |(number, key): (u32, String)| {
        format!("{number},{key},inspection_visit,2025-12-10,2026-11-01,2026-11-30,2025-12-11\n")
    };
    let head = "line_number,object_key,event_kind,agreed_on,held_from,held_to,updated_on\n";
    let text = format!("{head}{}", lines.map(line).collect::<String>());
    bring(&dozor, folder.path(), "planned_events", &text).await;
    let (_, agreed) = planned(&dozor).await;
    let is_shown =
        |visit: &Visit| visit.event_kind == "inspection_visit" && visit.candidate.object_kind != "parcel";
    let (_, call) = agreed.visits().find(|(_, visit)| is_shown(visit)).unwrap();
    assert!(!call.by_video);

    // In the first quarter of an hour of the shift: there is no way to the desk.
    let row = |number: u32, key: &str, from: u32| {
        format!("{number},{key},{TUESDAY},{from},{},,true,2026-11-19\n", from + 15)
    };
    let (key, other) = (&call.candidate.key, &survey.candidate.key);
    let text = format!("{HEADER}{}{}", row(1, key, 540), row(2, other, 900));
    bring(&dozor, folder.path(), "appointments", &text).await;
    let (day, plan) = planned(&dozor).await;
    let (_, held) = plan.visits().find(|(_, visit)| visit.candidate.key == *key).unwrap();
    assert!(held.by_video && held.event_kind == call.event_kind);
    assert!((540..=555).contains(&held.start.0), "{}", held.start.0);
    assert!(held.end.0 - held.start.0 < call.end.0 - call.start.0, "a call is shorter");
    let kept = plan.visits().find(|(_, visit)| visit.candidate.key == *other);
    assert!(kept.is_none_or(|(_, visit)| !visit.by_video), "a survey is made without anybody");
    let stops = day.routes.iter().flat_map(|route| &route.stops);
    let said: Vec<&str> = stops.filter(|stop| stop.by_video).map(|stop| stop.object.as_str()).collect();
    assert_eq!(said, [key.as_str()]);
}
