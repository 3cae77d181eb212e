//! An installation brings travel times: a wrong file changes nothing, a plan names the table it was made with, and is
//! looked at, planned anew and approved by that table whatever is in force meanwhile.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

mod support;

use std::collections::BTreeMap;

use dozor_app::{Approval, Dozor, PlanCall, PlannedDay, Queries, ReplanCall, SearchLimit, Silent};
use dozor_domain::{Coded, InspectorDay, TravelMode};
use support::demo_on;

const TUESDAY: &str = "2026-11-24";

async fn planned(dozor: &Dozor) -> PlannedDay {
    let call = PlanCall {
        date: TUESDAY.to_owned(),
        seed: 1,
        iterations: Some(1_000),
        limit: SearchLimit::default(),
    };
    dozor.plan(&call, "test", &Silent).await.unwrap()
}

/// Makes a table of the ways from one inspector's base to everything that a day could visit, and between what he visits.
fn table(day: &PlannedDay, staff: &[InspectorDay], minutes: u32) -> (TravelMode, String) {
    let busy = day.routes.iter().find(|route| route.stops.len() > 1).unwrap();
    let one = staff.iter().find(|one| one.key == busy.inspector).unwrap();
    let mut rows = BTreeMap::new();
    let visited = day.routes.iter().flat_map(|route| &route.stops).map(|stop| &stop.object);
    for object in visited.chain(day.left.iter().map(|left| &left.object)) {
        rows.insert((format!("base:{}", one.key), object.clone()), f64::from(minutes));
    }
    let keys: Vec<&String> = busy.stops.iter().map(|stop| &stop.object).collect();
    for pair in keys.windows(2).filter(|pair| pair[0] != pair[1]) {
        rows.insert((pair[0].clone(), pair[1].clone()), f64::from(minutes) + 0.5);
    }
    let lines = rows.iter().map(|((from, to), minutes)| format!("{from},{to},{minutes}\n"));
    let text = std::iter::once("from,to,minutes\n".to_owned()).chain(lines).collect();
    (one.mode, text)
}

#[tokio::test]
async fn a_plan_keeps_the_travel_times_it_was_made_with() {
    let folder = tempfile::tempdir().unwrap();
    let (_, dozor) = demo_on(folder.path(), "2026-11-20", "2026-11-20T06:00:00Z").await;
    let before = planned(&dozor).await;
    assert_eq!(before.report.travel_times, []);
    let staff = dozor.inspectors(dozor.instant(TUESDAY).unwrap()).await.unwrap();
    let (mode, text) = table(&before, &staff, 1);
    let file = folder.path().join("times.csv");

    std::fs::write(&file, format!("{text}nowhere,{},4\n", before.routes[0].inspector)).unwrap();
    let error = dozor.import_travel_times(mode, &file, "test").await.unwrap_err();
    assert_eq!(error.info().code, "TRAVEL_TIMES_REFUSED");
    assert!(error.to_string().contains("TRAVEL_PLACE_UNKNOWN: «nowhere»"), "{error}");
    assert_eq!(dozor.travel_times().await.unwrap().len(), 0);
    assert_eq!(planned(&dozor).await.report.content, before.report.content, "nothing was half taken");

    std::fs::write(&file, &text).unwrap();
    let report = dozor.import_travel_times(mode, &file, "test").await.unwrap();
    assert_eq!((report.mode, report.bases, report.replaces.as_ref()), (mode, 1, None));
    let after = planned(&dozor).await;
    let [used] = after.report.travel_times.as_slice() else { panic!("{:?}", after.report.travel_times) };
    assert_eq!((used.mode, &used.table), (mode, &report.table));
    assert!(used.ways_in_table > 0 && used.ways_by_distance > 0, "{used:?}");
    assert_ne!(after.report.plan, before.report.plan);

    // Another table comes into force, then none: the plan that stands is looked at by its own.
    let (_, other) = table(&before, &staff, 2);
    std::fs::write(&file, other).unwrap();
    let replaced = dozor.import_travel_times(mode, &file, "test").await.unwrap();
    assert_eq!(replaced.replaces, Some(report.table.clone()));
    assert_eq!(dozor.drop_travel_times(mode, "test").await.unwrap(), Some(replaced.table));
    assert_eq!(dozor.drop_travel_times(mode, "test").await.unwrap(), None);
    let fresh =
        Dozor::open(&support::location(folder.path()), support::clock("2026-11-23T06:00:00Z")).await.unwrap();
    let approval = Approval { plan: after.report.plan, parent: None, by: "Орлова".to_owned() };
    fresh.approve_plan(approval, "test").await.unwrap();
    let head = fresh.store().user_by_login("head").await.unwrap().unwrap();
    let page = Queries::new(fresh.clone()).plan_of_day(TUESDAY, &head).await.unwrap();
    assert_eq!((page.id, page.check.problems), (after.report.plan.to_string(), Vec::new()));
    assert!(page.check.passed);
    let busy = after.routes.iter().find(|route| route.stops.len() > 1).unwrap();
    let call = ReplanCall {
        date: TUESDAY.to_owned(),
        now: None,
        absent: vec![busy.inspector.clone()],
        back: Vec::new(),
        dropped: Vec::new(),
        handed: Vec::new(),
        urgent: Vec::new(),
        seed: 1,
        iterations: 50,
    };
    let replanned = fresh.replan(&call).await.unwrap();
    assert!(replanned.moves.len() >= busy.stops.len());
    assert_eq!(
        planned(&fresh).await.report.travel_times,
        after.report.travel_times,
        "the approved plan stands"
    );
}
