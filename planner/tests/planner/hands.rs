//! What the head has put off stays out until its day, and what he hands over goes to that inspector or to nobody.

use std::collections::BTreeSet;

use dozor_domain::{LeftOutReason, Minutes, Position, RiskCategory};
use dozor_planner::{Disturbance, ObjectState, ViolationCode, check, may_be_drawn, replan, select};
use jiff::civil::date;

use super::plan::run;
use super::support::{CENTRE, inspector, moscow, parcel, request, selected};

fn due(number: u32) -> ObjectState {
    let (row, column) = (f64::from(number / 4) - 1.0, f64::from(number % 4) - 2.0);
    let position = Position { lat: CENTRE.lat + row * 0.01, lon: CENTRE.lon + column * 0.015 };
    ObjectState { position: Some(position), category: RiskCategory::High, ..parcel(number) }
}

#[test]
fn what_was_put_off_is_no_work_before_its_day_and_is_not_drawn_either() {
    let pack = moscow();
    let object = ObjectState { deferred_until: Some(date(2026, 11, 26)), ..due(1) };
    let on = |day| select(std::slice::from_ref(&object), &pack, date(2026, 11, day));
    for day in [23, 25] {
        let selection = on(day);
        let until = "2026-11-26".to_owned();
        assert_eq!(selection.left_out[0].reason, LeftOutReason::Deferred { until });
        assert!(selection.work.is_empty());
    }
    assert_eq!((on(26).work.len(), on(26).left_out.len()), (1, 0));
    let quiet = ObjectState { category: RiskCategory::Low, ..object };
    assert!(!may_be_drawn(&quiet, &pack, date(2026, 11, 25)));
    assert!(may_be_drawn(&quiet, &pack, date(2026, 11, 26)));
}

#[test]
fn the_checker_sees_that_the_day_of_what_was_put_off_has_come() {
    let pack = moscow();
    let object = ObjectState { deferred_until: Some(date(2026, 11, 26)), ..due(1) };
    let mut plan = run(&request(selected(&[object, due(2)], &pack), vec![inspector(1)], 50), &pack);
    assert_eq!(check(&plan, &pack), []);
    for until in [plan.date.clone(), "2026-11-01".to_owned(), "some day".to_owned()] {
        plan.left_out[0].reason = LeftOutReason::Deferred { until };
        let codes: Vec<ViolationCode> = check(&plan, &pack).iter().map(|found| found.code).collect();
        // Nor is the day on which it is expected the one that follows.
        assert_eq!(codes, [ViolationCode::Reason, ViolationCode::Outlook]);
    }
}

#[test]
fn what_is_handed_over_goes_to_that_inspector_and_nothing_else_moves_but_around_it() {
    let pack = moscow();
    let objects: Vec<ObjectState> = (0..8).map(due).collect();
    let plan = run(&request(selected(&objects, &pack), vec![inspector(1), inspector(2)], 500), &pack);
    let giver = plan.routes.iter().max_by_key(|route| route.visits.len()).unwrap();
    let taker =
        &plan.routes.iter().find(|route| route.inspector.key != giver.inspector.key).unwrap().inspector;
    let visit = &giver.visits[0].candidate;
    let key = (visit.object, visit.control_kind.clone());
    let handed = [(key.clone(), taker.key.clone())].into();
    let disturbance = Disturbance { now: Minutes(0), handed, ..Disturbance::default() };
    let after = replan(&plan, &pack, &disturbance, (1, 200)).unwrap();
    assert_eq!(check(&after.plan, &pack), []);
    let holder = |plan: &dozor_domain::Plan| {
        let (route, _) = plan.visits().find(|(_, one)| one.candidate.object == key.0).unwrap();
        route.inspector.key.clone()
    };
    assert_eq!((holder(&plan), holder(&after.plan)), (giver.inspector.key.clone(), taker.key.clone()));
    let moved = after.moves.iter().filter(|one| {
        let who = |place: &Option<(String, Minutes)>| place.as_ref().map(|(key, _)| key.clone());
        who(&one.from) != who(&one.to)
    });
    assert_eq!(moved.map(|one| one.object).collect::<Vec<_>>(), [key.0]);
}

#[test]
fn who_has_a_conflict_of_interest_is_handed_nothing() {
    let pack = moscow();
    let objects: Vec<ObjectState> = (0..4).map(due).collect();
    let one = inspector(1);
    let mut other = inspector(2);
    other.avoids = objects.iter().map(|object| object.key.clone()).collect::<BTreeSet<_>>();
    let plan = run(&request(selected(&objects, &pack), vec![one, other.clone()], 200), &pack);
    let visit = &plan.routes[0].visits[0].candidate;
    let handed = [((visit.object, visit.control_kind.clone()), other.key)].into();
    let disturbance = Disturbance { now: Minutes(0), handed, ..Disturbance::default() };
    let after = replan(&plan, &pack, &disturbance, (1, 200)).unwrap();
    assert!(after.plan.visits().all(|(_, one)| one.candidate.object != visit.object), "nobody may go");
}
