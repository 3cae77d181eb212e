//! The break of a day: when it is, who takes none, and a checker that has been seen red.

use dozor_domain::{
    InspectorDay, LeftOutReason, Minutes, Opening, Pause, Plan, Position, RiskCategory, Route,
};
use dozor_planner::{
    DayRest, Disturbance, ObjectState, PauseRule, PlannerPack, ViolationCode, check, check_rest, replan,
};

use super::plan::run;
use super::support::{CENTRE, inspector, moscow, parcel, request, selected};

/// Parcels in a row to the north, each half a kilometre from the next.
fn row(count: u32) -> Vec<ObjectState> {
    (0..count)
        .map(|number| {
            let lat = CENTRE.lat + f64::from(number) * 0.0045;
            let position = Some(Position { lat, lon: CENTRE.lon });
            ObjectState { position, category: RiskCategory::High, ..parcel(number) }
        })
        .collect()
}

fn planned(pack: &PlannerPack, objects: &[ObjectState], people: Vec<InspectorDay>) -> Plan {
    let plan = run(&request(selected(objects, pack), people, 200), pack);
    assert_eq!(check(&plan, pack), []);
    plan
}

fn with_break(at: u32, minutes: u32, latest: u32) -> PlannerPack {
    let mut pack = moscow();
    pack.settings.pause = Some(PauseRule { at, minutes, latest });
    pack
}

fn shift(number: u32, start: u32, end: u32) -> InspectorDay {
    InspectorDay { shift_start: Minutes(start), shift_end: Minutes(end), ..inspector(number) }
}

#[test]
fn everybody_at_work_rests_once_between_its_minutes() {
    let pack = moscow();
    let plan = planned(&pack, &row(60), (1..=4).map(inspector).collect());
    for route in &plan.routes {
        let pause = route.pause.unwrap();
        assert!((780..=870).contains(&pause.start.0) && pause.minutes() == 60, "{pause:?}");
        assert!(route.visits.iter().all(|visit| visit.end <= pause.start || visit.start >= pause.end));
        // The visit in hand is finished, and nobody waits for it longer than it takes.
        let in_hand = route.visits.iter().find(|visit| visit.start.0 < 780 && visit.end.0 > 780);
        assert_eq!(pause.start, in_hand.map_or(Minutes(780), |visit| visit.end));
    }
}

#[test]
fn a_shift_over_before_the_break_or_begun_after_it_has_none() {
    let pack = moscow();
    let people = vec![shift(1, 480, 780), shift(2, 840, 1080), shift(3, 480, 820), shift(4, 800, 1080)];
    let plan = planned(&pack, &row(60), people);
    assert!(plan.routes.iter().all(|route| route.pause.is_none() && !route.visits.is_empty()));
    // A shift that ends while the others rest has no work in them; one that begins then sets out afterwards.
    assert!(plan.routes[2].back_at.0 <= 780);
    let first = &plan.routes[3].visits[0];
    assert!(plan.routes[3].departs(first).0 >= 840);
}

#[test]
fn a_visit_that_would_keep_the_break_waiting_is_interrupted_and_stays_so_when_the_rest_is_planned_anew() {
    // Visits of half an hour from 11:40 on: one is in hand at 13:00, and the break may not wait.
    let pack = with_break(780, 45, 780);
    let at_base = |object| ObjectState { position: Some(CENTRE), ..object };
    let objects: Vec<ObjectState> = row(6).into_iter().map(at_base).collect();
    let plan = planned(&pack, &objects, vec![shift(1, 700, 1000)]);
    let route = &plan.routes[0];
    let cut = route.visits.iter().find(|visit| visit.end.0 - visit.start.0 == 75).unwrap();
    assert_eq!(cut.start, Minutes(760));
    assert_eq!(route.pause, Some(Pause { start: Minutes(780), end: Minutes(825) }));
    assert_eq!(route.service(cut), Minutes(30));
    let quiet = Disturbance { now: Minutes(800), ..Disturbance::default() };
    let after = replan(&plan, &pack, &quiet, (1, 50)).unwrap();
    assert_eq!(after.moves, []);
    assert_eq!(check_rest(&after.plan, &pack, &DayRest { now: 800, away: Default::default() }), []);
}

#[test]
fn who_is_on_the_way_when_the_break_falls_due_has_set_out_before_it() {
    let pack = with_break(560, 60, 600);
    let far = ObjectState {
        position: Some(Position { lat: CENTRE.lat + 0.1, lon: CENTRE.lon }),
        ..row(1).remove(0)
    };
    let plan = planned(&pack, &[far], vec![inspector(1)]);
    let route = &plan.routes[0];
    let visit = &route.visits[0];
    assert_eq!(route.pause, Some(Pause { start: Minutes(560), end: Minutes(620) }));
    assert_eq!(visit.arrive.0, 540 + visit.travel.0 + 60);
    assert_eq!(route.departs(visit), Minutes(540));
}

#[test]
fn what_is_open_only_while_all_rest_is_out_of_reach() {
    let pack = moscow();
    let opening = Some(Opening { opens: Minutes(785), closes: Minutes(835) });
    let object = ObjectState { opening, ..row(1).remove(0) };
    let plan = planned(&pack, &[object], vec![inspector(1)]);
    assert_eq!(plan.left_out[0].reason, LeftOutReason::TooFar);
}

#[test]
fn a_stored_route_without_a_break_still_reads() {
    let mut pack = moscow();
    pack.settings.pause = None;
    let plan = planned(&pack, &row(3), vec![inspector(1)]);
    let text = serde_json::to_string(&plan).unwrap();
    assert!(!text.contains("pause"));
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
}

#[test]
fn the_checker_finds_a_break_that_is_bent() {
    let pack = moscow();
    let sound = planned(&pack, &row(30), vec![inspector(1)]);
    let bent = |bend: &dyn Fn(&mut Route)| {
        let mut plan = sound.clone();
        bend(&mut plan.routes[0]);
        let found = check(&plan, &pack);
        assert!(found.iter().any(|one| one.code == ViolationCode::Pause), "{found:?}");
    };
    let moved = |route: &mut Route, start: u32, minutes: u32| {
        route.pause = Some(Pause { start: Minutes(start), end: Minutes(start + minutes) });
    };
    bent(&|route| route.pause = None);
    bent(&|route| moved(route, 779, 60));
    bent(&|route| moved(route, 871, 60));
    let start = sound.routes[0].pause.unwrap().start.0;
    bent(&|route| moved(route, start, 59));
    bent(&|route| moved(route, start, 61));
    bent(&|route| moved(route, start + 30, 60));
    let mut without = pack.clone();
    without.settings.pause = None;
    assert!(check(&sound, &without).iter().any(|one| one.code == ViolationCode::Pause));
}
