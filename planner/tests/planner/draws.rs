//! Draws are mandatory, and stand under what a law demands: no prescription past its term waits for a draw.

use std::ops::ControlFlow;

use dozor_domain::{
    Candidate, Chance, Ground, InspectorDay, LeftOut, LeftOutReason, Minutes, Plan, RiskCategory, Visit,
    VisitCause,
};
use dozor_planner::{Draw, ObjectState, PlanRequest, PlannerPack, check, select, solve};
use proptest::prelude::*;

use crate::properties::config;
use crate::support::{CENTRE, DAY, inspector, moscow, parcel};

fn run(objects: &[ObjectState], people: u32, pack: &PlannerPack) -> Plan {
    run_with(objects, (1..=people).map(inspector).collect(), pack)
}

fn run_with(objects: &[ObjectState], inspectors: Vec<InspectorDay>, pack: &PlannerPack) -> Plan {
    let selection = select(objects, pack, DAY);
    let request = PlanRequest { date: DAY, parent: None, selection, inspectors, seed: 3, iterations: 300 };
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

/// Twenty prescriptions and five draws for a person who has time for sixteen visits.
fn crowded() -> Vec<ObjectState> {
    (1..=20).map(overdue).chain((21..=25).map(drawn)).collect()
}

#[test]
fn no_draw_takes_the_place_of_an_overdue_prescription() {
    let pack = moscow();
    let plan = run(&crowded(), 1, &pack);
    assert_eq!(check(&plan, &pack), []);
    let visits = &plan.routes[0].visits;
    assert_eq!((visits.len(), visits.iter().filter(is_draw).count()), (16, 0));
    for out in &plan.left_out {
        let LeftOutReason::MandatoryConflict { with, .. } = &out.reason else { panic!("{:?}", out.reason) };
        let is_prescription = matches!(out.candidate.grounds[0], Ground::PrescriptionOverdue { .. });
        let names_draw = with.iter().any(|key| key.as_str() > "77:01:0001001:00020");
        assert!(!is_prescription || !names_draw, "{with:?}");
    }
    // With time left over the draws go before everything voluntary.
    let high = |number| ObjectState { category: RiskCategory::ExtremelyHigh, ..parcel(number) };
    let free: Vec<ObjectState> =
        (1..=12).map(overdue).chain((21..=25).map(drawn)).chain((30..50).map(high)).collect();
    let plan = run(&free, 1, &pack);
    assert_eq!(check(&plan, &pack), []);
    let visits = &plan.routes[0].visits;
    assert_eq!((visits.len(), visits.iter().filter(is_draw).count()), (16, 4));
    assert!(visits.iter().all(|visit| visit.cause == VisitCause::Mandatory));
}

#[test]
fn any_number_of_draws_does_not_outweigh_one_prescription() {
    let pack = moscow();
    // The way to it and back takes the time of four draws at the base.
    let far = dozor_domain::Position { lat: CENTRE.lat + 0.144, ..CENTRE };
    let far = ObjectState { position: Some(far), ..overdue(1) };
    let objects: Vec<ObjectState> = std::iter::once(far).chain((21..=26).map(drawn)).collect();
    let morning = InspectorDay { shift_end: Minutes(720), ..inspector(1) };
    let plan = run_with(&objects, vec![morning], &pack);
    assert_eq!(check(&plan, &pack), []);
    let visits = &plan.routes[0].visits;
    assert_eq!((visits.len(), visits.iter().filter(is_draw).count()), (2, 1));
}

#[test]
fn the_checker_refuses_a_draw_in_the_place_of_a_prescription() {
    let pack = moscow();
    let mut plan = run(&crowded(), 1, &pack);
    let place = plan.left_out.iter().position(|out| drawn_ground(&out.candidate).is_some()).unwrap();
    let reason = plan.left_out[place].reason.clone();
    let draw = plan.left_out.remove(place).candidate;
    let visit = &mut plan.routes[0].visits[5];
    let ground = drawn_ground(&draw).unwrap();
    let pushed = std::mem::replace(
        visit,
        Visit { candidate: draw, ground, value: pack.settings.weights.drawn, ..visit.clone() },
    );
    plan.left_out.push(LeftOut::new(pushed.candidate, reason));
    let found = check(&plan, &pack);
    assert!(found.iter().any(|one| one.detail.contains("it goes before")), "{found:?}");
}

fn drawn_ground(candidate: &Candidate) -> Option<Ground> {
    candidate.grounds.iter().find(|ground| matches!(ground, Ground::Drawn { .. })).cloned()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_mix_of_prescriptions_draws_and_voluntary_work_is_sound(
        places in prop::collection::vec((0.0..0.12_f64, 0.0..0.2_f64, 0..4_u32), 1..60), people in 0..3_u32,
    ) {
        let pack = moscow();
        let object = |(number, (north, east, kind)): (u32, &(f64, f64, u32))| {
            let position = dozor_domain::Position { lat: CENTRE.lat + north, lon: CENTRE.lon + east };
            let state = match kind {
                0 => drawn(number),
                1 => overdue(number),
                _ => ObjectState { category: RiskCategory::High, ..parcel(number) },
            };
            ObjectState { position: Some(position), ..state }
        };
        let objects: Vec<ObjectState> = (1..).zip(&places).map(object).collect();
        prop_assert_eq!(check(&run(&objects, people, &pack), &pack), []);
    }
}
