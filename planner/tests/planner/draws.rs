//! Draws are mandatory, and stand under what a law demands: no prescription past its term waits for a draw.

use std::ops::ControlFlow;

use dozor_domain::{Chance, Ground, LeftOutReason, Plan, RiskCategory, Visit, VisitCause};
use dozor_planner::{Draw, ObjectState, PlanRequest, PlannerPack, check, select, solve};

use crate::support::{DAY, inspector, moscow, parcel};

fn run(objects: &[ObjectState], pack: &PlannerPack) -> Plan {
    let (selection, inspectors) = (select(objects, pack, DAY), vec![inspector(1)]);
    let request = PlanRequest { date: DAY, parent: None, selection, inspectors, seed: 3, iterations: 2_000 };
    solve(&request, pack, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn drawn(number: u32) -> ObjectState {
    let draw = Draw { inclusion: Chance::new(0.1).unwrap(), in_territory: 50, in_all: 90, again: None };
    ObjectState { drawn: Some(draw), ..parcel(number) }
}

fn overdue(number: u32) -> ObjectState {
    ObjectState { prescription_overdue_days: 305, ..parcel(number) }
}

fn is_draw(visit: &&Visit) -> bool {
    matches!(visit.ground, Ground::Drawn { .. })
}

#[test]
fn no_draw_takes_the_place_of_an_overdue_prescription() {
    let pack = moscow();
    // Twenty prescriptions and five draws for a person who has time for sixteen visits.
    let crowded: Vec<ObjectState> = (1..=20).map(overdue).chain((21..=25).map(drawn)).collect();
    let plan = run(&crowded, &pack);
    assert_eq!(check(&plan, &pack), []);
    let visits = &plan.routes[0].visits;
    assert_eq!((visits.len(), visits.iter().filter(is_draw).count()), (16, 0));
    let is_conflict = |reason: &LeftOutReason| matches!(reason, LeftOutReason::MandatoryConflict { .. });
    assert!(plan.left_out.iter().all(|out| is_conflict(&out.reason)), "all of it is mandatory");
    // With time left over the draws go before everything voluntary.
    let high = |number| ObjectState { category: RiskCategory::ExtremelyHigh, ..parcel(number) };
    let free: Vec<ObjectState> =
        (1..=12).map(overdue).chain((21..=25).map(drawn)).chain((30..50).map(high)).collect();
    let plan = run(&free, &pack);
    assert_eq!(check(&plan, &pack), []);
    let visits = &plan.routes[0].visits;
    assert_eq!((visits.len(), visits.iter().filter(is_draw).count()), (16, 4));
    assert!(visits.iter().all(|visit| visit.cause == VisitCause::Mandatory));
}
