//! What the staff records say of who goes: an attestation that is over takes its inspector off duty, and nobody goes where
//! he has a conflict of interest.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

mod support;

use dozor_app::{Dozor, PlanCall, PlannedDay, SearchLimit, Silent};
use dozor_domain::Ground;
use support::{clock, demo_on, location, staff_rows};

const TUESDAY: &str = "2026-11-24";

async fn planned(dozor: &Dozor) -> PlannedDay {
    let call = PlanCall {
        date: TUESDAY.to_owned(),
        seed: 1,
        iterations: Some(2_000),
        limit: SearchLimit::default(),
    };
    dozor.plan(&call, "test", &Silent).await.unwrap()
}

fn visitor<'a>(day: &'a PlannedDay, object: &str) -> Option<&'a str> {
    let visits = |route: &&dozor_app::DayRoute| route.stops.iter().any(|stop| stop.object == object);
    day.routes.iter().find(visits).map(|route| route.inspector.as_str())
}

#[tokio::test]
async fn an_attestation_that_is_over_and_a_conflict_of_interest_keep_an_inspector_away() {
    let folder = tempfile::tempdir().unwrap();
    let (_, dozor) = demo_on(folder.path(), "2026-11-20", "2026-11-20T06:00:00Z").await;
    let before = planned(&dozor).await;
    assert_eq!(before.report.off_duty, []);
    assert!(before.routes.iter().any(|route| route.pause.is_some()), "the pack has a break");
    let busy: Vec<_> = before.routes.iter().filter(|route| !route.stops.is_empty()).collect();
    let [expired, last_day, partial] = [&busy[0].inspector, &busy[1].inspector, &busy[2].inspector];
    let object = busy[2].stops[0].object.clone();

    let staff = dozor.inspectors(dozor.instant(TUESDAY).unwrap()).await.unwrap();
    let file = folder.path().join("inspectors.csv");
    let changed = |key: &str| match key {
        _ if key == expired => (String::new(), "2026-11-23"),
        _ if key == last_day => (String::new(), TUESDAY),
        _ if key == partial => (object.clone(), ""),
        _ => (String::new(), ""),
    };
    std::fs::write(&file, staff_rows(&staff, changed)).unwrap();
    let monday = Dozor::open(&location(folder.path()), clock("2026-11-23T06:00:00Z")).await.unwrap();
    monday.ingest("inspectors", None, &[file], "test", &Silent).await.unwrap();

    let after = planned(&monday).await;
    let off: Vec<_> = after.report.off_duty.iter().map(|one| (one.inspector.as_str(), one.reason)).collect();
    assert_eq!(off, [(expired.as_str(), "attestation_expired")]);
    assert_eq!(after.report.inspectors, before.report.inspectors - 1);
    assert!(after.routes.iter().all(|route| route.inspector != *expired));
    assert!(after.routes.iter().any(|route| route.inspector == *last_day), "its last day still holds");
    assert_eq!(visitor(&before, &object), Some(partial.as_str()));
    assert_ne!(visitor(&after, &object), Some(partial.as_str()));

    // With one of them on duty the lot draws a tenth of what one can visit, not of what all could.
    let file = folder.path().join("alone.csv");
    let alone = |key: &str| (String::new(), if key == partial { "" } else { "2026-11-23" });
    std::fs::write(&file, staff_rows(&staff, alone)).unwrap();
    let later = Dozor::open(&location(folder.path()), clock("2026-11-24T05:00:00Z")).await.unwrap();
    later.ingest("inspectors", None, &[file], "test", &Silent).await.unwrap();
    let plan = planned(&later).await.report.plan;
    let plan = later.store().plan(plan).await.unwrap().unwrap().plan;
    let visits = plan.routes.iter().flat_map(|route| &route.visits).map(|visit| &visit.candidate);
    let all = visits.chain(plan.left_out.iter().map(|out| &out.candidate));
    let is_drawn = |ground: &Ground| matches!(ground, Ground::Drawn { .. });
    assert_eq!(all.filter(|one| one.grounds.iter().any(is_drawn)).count(), 1);
}
