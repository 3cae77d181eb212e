//! Plans on small instances: what goes in, what stays out and why, and a checker that has been seen red.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use dozor_domain::{
    Candidate, ConflictProof, DeskVerdict, Forcing, InspectorDay, LeftOutReason, Minutes, Opening, Plan,
    Position, RiskCategory, VisitCause,
};
use dozor_planner::{
    ObjectState, OpenWork, PlanRequest, PlannerError, PlannerPack, ViolationCode, check, check_complete,
    solve,
};

use super::support::{CENTRE, DAY, inspector, moscow, parcel, request, selected, sign};

pub(crate) fn run(request: &PlanRequest, pack: &PlannerPack) -> Plan {
    solve(request, pack, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn at(number: u32, lat: f64, lon: f64, category: RiskCategory) -> ObjectState {
    ObjectState { position: Some(Position { lat, lon }), category, ..parcel(number) }
}

/// Thirty parcels due by their norm around the centre, every fifth of them High.
fn town() -> Vec<ObjectState> {
    (0..30_u32)
        .map(|number| {
            let category = if number % 5 == 0 { RiskCategory::High } else { RiskCategory::Medium };
            let (row, column) = (f64::from(number / 6), f64::from(number % 6));
            at(number, CENTRE.lat + row * 0.01, CENTRE.lon + column * 0.015, category)
        })
        .collect()
}

fn reason_of<'a>(plan: &'a Plan, key: &str) -> &'a LeftOutReason {
    &plan.left_out.iter().find(|out| out.candidate.key.ends_with(key)).unwrap().reason
}

#[test]
fn a_day_is_planned_and_the_checker_agrees() {
    let pack = moscow();
    let selection = selected(&town(), &pack);
    let plan = run(&request(selection.clone(), vec![inspector(1), inspector(2)], 500), &pack);
    assert_eq!(check(&plan, &pack), []);
    let candidates: Vec<&Candidate> = selection.work.iter().map(|work| &work.candidate).collect();
    assert_eq!(check_complete(&plan, &candidates, &[inspector(1), inspector(2)]), []);
    let visited: Vec<&Candidate> =
        plan.routes.iter().flat_map(|route| &route.visits).map(|visit| &visit.candidate).collect();
    assert!(visited.len() > 15, "{}", visited.len());
    let high = visited.iter().filter(|candidate| candidate.category == RiskCategory::High).count();
    assert_eq!(high, 6, "every High object is visited before the Medium ones fill the day");
}

#[test]
fn each_candidate_left_out_has_its_own_reason() {
    let pack = moscow();
    let due = |number| at(number, CENTRE.lat, CENTRE.lon, RiskCategory::High);
    let waiting = ObjectState { category: RiskCategory::Low, ..due(5) };
    let waiting = ObjectState { signs: vec![sign(&waiting, "land_no_right", None)], ..waiting };
    let objects = [
        ObjectState { position: None, ..due(1) },
        ObjectState { territory: Some("elsewhere".to_owned()), ..due(2) },
        ObjectState { control_kind: "regional_nonresidential".to_owned(), ..due(3) },
        at(4, 56.9, 38.4, RiskCategory::High),
        waiting,
        ObjectState { task_open: Some(OpenWork::default()), ..due(6) },
        due(7),
        ObjectState { category: RiskCategory::Medium, ..due(8) },
        ObjectState { territory: None, ..due(9) },
    ];
    let person = InspectorDay {
        territories: ["d1".to_owned()].into(),
        skills: ["municipal_land".to_owned()].into(),
        shift_end: Minutes(540 + 40),
        ..inspector(1)
    };
    let plan = run(&request(selected(&objects, &pack), vec![person], 100), &pack);
    assert_eq!(check(&plan, &pack), []);
    assert_eq!(reason_of(&plan, ":00001"), &LeftOutReason::NoPosition);
    assert_eq!(reason_of(&plan, ":00002"), &LeftOutReason::NoInspectorInTerritory);
    let skill = "regional_nonresidential".to_owned();
    assert_eq!(reason_of(&plan, ":00003"), &LeftOutReason::NoInspectorWithSkill { skill });
    assert_eq!(reason_of(&plan, ":00004"), &LeftOutReason::TooFar);
    let lacks = "desk_decision".to_owned();
    assert_eq!(reason_of(&plan, ":00005"), &LeftOutReason::NoLawfulEvent { lacks });
    assert_eq!(reason_of(&plan, ":00006"), &LeftOutReason::TaskOpen);
    let no_time = LeftOutReason::NoTimeLeft { value: 25.0, least_planned: Some(50.0) };
    assert_eq!(reason_of(&plan, ":00008"), &no_time);
    let out = plan.left_out.iter().find(|out| out.candidate.key.ends_with(":00008")).unwrap();
    // It would cost the one High visit, and is next on the day after.
    let forcing = Forcing { inspector: "i001".to_owned(), first: 0, count: 1, loss: 50.0, second: None };
    assert_eq!((&out.forcing, out.expected.as_deref()), (&Some(forcing), Some("2026-11-24")));
    assert_eq!(reason_of(&plan, ":00009"), &LeftOutReason::NoInspectorInTerritory);
    assert_eq!(plan.routes[0].visits[0].candidate.key, objects[6].key);
}

#[test]
fn two_control_kinds_of_one_object_are_one_stop() {
    let pack = moscow();
    let land = at(1, CENTRE.lat + 0.05, CENTRE.lon, RiskCategory::High);
    let building = ObjectState { control_kind: "regional_nonresidential".to_owned(), ..land.clone() };
    let plan = run(&request(selected(&[land, building], &pack), vec![inspector(1)], 10), &pack);
    assert_eq!(check(&plan, &pack), []);
    let visits = &plan.routes[0].visits;
    assert_eq!(visits.len(), 2);
    assert!(visits[0].travel.0 > 0 && visits[1].travel.0 == 0);
}

#[test]
fn stopping_early_is_the_beginning_of_a_longer_run() {
    let pack = moscow();
    let long = request(selected(&town(), &pack), vec![inspector(1)], 5000);
    let mut calls = 0;
    let stopped = solve(&long, &pack, &mut |progress| {
        calls += 1;
        if progress.done >= 640 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .unwrap();
    assert_eq!((stopped.iterations, calls), (640, 11));
    let first = run(&PlanRequest { iterations: 0, ..long.clone() }, &pack);
    assert!(first.value <= stopped.value && stopped.value <= run(&long, &pack).value);
    let replayed = run(&PlanRequest { iterations: 640, ..long }, &pack);
    assert_eq!(serde_json::to_vec(&stopped).unwrap(), serde_json::to_vec(&replayed).unwrap());
}

#[test]
fn limits_of_visits_hold() {
    let mut pack = moscow();
    pack.settings.daily_capacity = Some(5);
    pack.settings.visits_per_inspector = Some(3);
    let plan = run(&request(selected(&town(), &pack), vec![inspector(1), inspector(2)], 300), &pack);
    assert_eq!(check(&plan, &pack), []);
    let counts: Vec<usize> = plan.routes.iter().map(|route| route.visits.len()).collect();
    assert_eq!(counts.iter().sum::<usize>(), 5);
    assert!(counts.iter().all(|count| *count <= 3));
    assert_eq!(plan.value, 250.0, "five High objects at 50 each fill the limit");
}

#[test]
fn doubled_or_unusable_input_is_refused_with_its_name() {
    let pack = moscow();
    let attempt = |objects: &[ObjectState], people: Vec<InspectorDay>| {
        let request = request(selected(objects, &pack), people, 1);
        match solve(&request, &pack, &mut |_| ControlFlow::Continue(())) {
            Err(PlannerError::Input { problem, .. }) => problem,
            other => panic!("{other:?}"),
        }
    };
    let due = at(1, 55.7, 37.6, RiskCategory::High);
    assert!(attempt(&[due.clone(), due.clone()], vec![]).contains(":00001"));
    assert!(attempt(&[], vec![inspector(4), inspector(4)]).contains("i004"));
    assert!(attempt(&[at(2, f64::NAN, 37.0, RiskCategory::High)], vec![]).contains(":00002"));
    let unscored = ObjectState { score: f64::NAN, ..at(3, 55.7, 37.6, RiskCategory::High) };
    assert!(attempt(&[unscored], vec![]).contains(":00003"));
    let nowhere = InspectorDay { base: Position { lat: f64::INFINITY, lon: 0.0 }, ..inspector(5) };
    assert!(attempt(&[], vec![nowhere]).contains("i005"));
    let expired = InspectorDay { attested_until: DAY.yesterday().ok(), ..inspector(6) };
    assert!(attempt(&[], vec![expired]).contains("i006"));
}

#[test]
fn the_checker_finds_whatever_is_bent() {
    let pack = moscow();
    let town = ObjectState { score: 30.0, ..town().remove(0) };
    let objects = [
        town,
        at(31, CENTRE.lat + 0.02, CENTRE.lon, RiskCategory::Medium),
        at(32, 56.9, 38.4, RiskCategory::High),
    ];
    let sound = run(&request(selected(&objects, &pack), vec![inspector(1), inspector(2)], 50), &pack);
    assert_eq!(check(&sound, &pack), []);
    let busy = sound.routes.iter().position(|route| !route.visits.is_empty()).unwrap();
    let bent = |code: ViolationCode, bend: &dyn Fn(&mut Plan)| {
        let mut plan = sound.clone();
        bend(&mut plan);
        let found: BTreeSet<ViolationCode> =
            check(&plan, &pack).iter().map(|violation| violation.code).collect();
        assert!(found.contains(&code), "{code:?} not in {found:?}");
    };
    bent(ViolationCode::Date, &|plan| plan.date = "soon".to_owned());
    bent(ViolationCode::Twice, &|plan| {
        let visit = plan.routes[busy].visits[0].clone();
        plan.routes[1 - busy].visits.push(visit);
    });
    bent(ViolationCode::Routes, &|plan| plan.routes.reverse());
    bent(ViolationCode::Value, &|plan| plan.value += 1.0);
    bent(ViolationCode::Value, &|plan| plan.routes[busy].visits[0].value += 1.0);
    bent(ViolationCode::Clock, &|plan| plan.routes[busy].visits[0].travel.0 += 2);
    bent(ViolationCode::Clock, &|plan| plan.routes[busy].back_at.0 -= 1);
    bent(ViolationCode::Service, &|plan| plan.routes[busy].visits[0].end.0 -= 1);
    bent(ViolationCode::Shift, &|plan| plan.routes[busy].inspector.shift_end = Minutes(545));
    bent(ViolationCode::Territory, &|plan| {
        plan.routes[busy].inspector.territories.insert("elsewhere".to_owned());
    });
    bent(ViolationCode::Skill, &|plan| plan.routes[busy].inspector.skills.clear());
    bent(ViolationCode::Position, &|plan| plan.routes[busy].visits[0].candidate.position = None);
    bent(ViolationCode::Law, &|plan| plan.routes[busy].visits[0].event_kind = "inspection_visit".to_owned());
    bent(ViolationCode::Lightest, &|plan| {
        plan.routes[busy].visits[0].event_kind = "on_site_check".to_owned()
    });
    bent(ViolationCode::Law, &|plan| plan.routes[busy].visits[0].candidate.category_decided = false);
    bent(ViolationCode::Ground, &|plan| plan.routes[busy].visits[0].candidate.grounds.clear());
    bent(ViolationCode::Reason, &|plan| plan.left_out[0].reason = LeftOutReason::NoPosition);
    bent(ViolationCode::Reason, &|plan| plan.left_out[0].candidate.position = Some(CENTRE));
    bent(ViolationCode::Cause, &|plan| plan.routes[busy].visits[0].cause = VisitCause::Mandatory);
    bent(ViolationCode::Window, &|plan| {
        let visit = &mut plan.routes[busy].visits[0];
        let opens = Minutes(visit.start.0 + 1);
        visit.candidate.opening = Some(Opening { opens, closes: opens });
    });
    bent(ViolationCode::Value, &|plan| plan.bound = Some(plan.value - 1.0));
    bent(ViolationCode::Outlook, &|plan| plan.left_out[0].expected = Some("2026-11-24".to_owned()));
    let none: [&Candidate; 0] = [];
    assert_eq!(
        check_complete(&sound, &none, &[]).len(),
        5,
        "three candidates and two inspectors are foreign"
    );
}

#[test]
fn a_sign_in_need_of_data_never_leads_past_the_field_survey() {
    let pack = moscow();
    let object = ObjectState { days_since_last_event: Some(1), ..parcel(1) };
    let object =
        ObjectState { signs: vec![sign(&object, "land_no_right", Some(DeskVerdict::NeedsData))], ..object };
    let plan = run(&request(selected(&[object], &pack), vec![inspector(1)], 1), &pack);
    assert_eq!(plan.routes[0].visits[0].event_kind, "field_survey");
}

/// A full day of one person: two prescriptions at one minute, High objects around, one that fills what is left.
fn full_day() -> Vec<ObjectState> {
    let at_ten = Opening { opens: Minutes(600), closes: Minutes(600) };
    let duty = |number| ObjectState {
        prescription_overdue_days: 3,
        opening: Some(at_ten),
        ..at(number, CENTRE.lat, CENTRE.lon, RiskCategory::Low)
    };
    let mut objects: Vec<ObjectState> =
        (10..40_u32).map(|number| at(number, CENTRE.lat, CENTRE.lon, RiskCategory::High)).collect();
    objects.extend([duty(1), duty(2)]);
    objects
}

#[test]
fn mandatory_work_goes_first_and_what_stands_against_the_rest_is_named() {
    let pack = moscow();
    let plan = run(&request(selected(&full_day(), &pack), vec![inspector(1)], 500), &pack);
    assert_eq!(check(&plan, &pack), []);
    let duty = plan.routes[0].visits.iter().find(|visit| visit.cause == VisitCause::Mandatory).unwrap();
    assert_eq!((duty.start, duty.value), (Minutes(600), 8.0));
    let out: Vec<_> = plan
        .left_out
        .iter()
        .filter(|out| out.candidate.key.ends_with(":00001") || out.candidate.key.ends_with(":00002"))
        .collect();
    let certain = LeftOutReason::MandatoryConflict {
        with: vec![duty.candidate.key.clone()],
        proof: ConflictProof::Exact,
    };
    assert_eq!(out.iter().map(|out| &out.reason).collect::<Vec<_>>(), [&certain]);
    // Sixteen visits of half an hour fill nine hours with their break; the duty's minute leaves no gap.
    assert_eq!(plan.routes[0].visits.len(), 16);
    // The duty is worth 8 and goes first all the same: the others stood back for visits of their own worth.
    let no_time = LeftOutReason::NoTimeLeft { value: 50.0, least_planned: Some(50.0) };
    assert_eq!(plan.left_out.iter().filter(|out| out.reason == no_time).count(), plan.left_out.len() - 1);
    let bent = |bend: &dyn Fn(&mut LeftOutReason)| {
        let mut plan = plan.clone();
        plan.left_out.iter_mut().for_each(|out| bend(&mut out.reason));
        assert!(check(&plan, &pack).iter().any(|one| one.code == ViolationCode::Reason));
    };
    bent(&|reason| {
        if let LeftOutReason::MandatoryConflict { with, .. } = reason {
            with.clear();
        }
    });
    bent(&|reason| {
        if let LeftOutReason::MandatoryConflict { .. } = reason {
            *reason = LeftOutReason::NoTimeLeft { value: 8.0, least_planned: Some(8.0) };
        }
    });
}

#[test]
fn of_many_duties_that_do_not_fit_each_is_told_with_one_that_surely_stands_against_it() {
    let pack = moscow();
    let at_ten = Opening { opens: Minutes(600), closes: Minutes(600) };
    let duty = |number| ObjectState {
        prescription_overdue_days: 3,
        opening: Some(at_ten),
        ..at(number, CENTRE.lat, CENTRE.lon, RiskCategory::Low)
    };
    let objects: Vec<ObjectState> = (1..31).map(duty).collect();
    let plan = run(&request(selected(&objects, &pack), vec![inspector(1), inspector(2)], 100), &pack);
    assert_eq!(check(&plan, &pack), []);
    assert_eq!(plan.left_out.len(), 28, "two go at ten");
    for out in &plan.left_out {
        let LeftOutReason::MandatoryConflict { with, proof } = &out.reason else {
            panic!("{:?}", out.reason)
        };
        assert_eq!(
            (with.len(), *proof),
            (2, ConflictProof::Exact),
            "three at one minute are one too many for two"
        );
        assert!(!with.contains(&out.candidate.key));
    }
    // Two go at ten: that one and one other cannot be made together is not so.
    let mut bold = plan.clone();
    let LeftOutReason::MandatoryConflict { with, .. } = &mut bold.left_out[0].reason else { panic!() };
    with.pop();
    let found = check(&bold, &pack);
    assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), [ViolationCode::Reason]);
    bold.left_out[0].reason = match bold.left_out[0].reason.clone() {
        LeftOutReason::MandatoryConflict { with, .. } => {
            LeftOutReason::MandatoryConflict { with, proof: ConflictProof::Search }
        }
        other => other,
    };
    assert_eq!(check(&bold, &pack), [], "what no search found may still be");
}

#[test]
fn what_would_give_way_is_the_cheapest_and_the_checker_drives_it_again() {
    let pack = moscow();
    let plan = run(&request(selected(&town(), &pack), vec![inspector(1)], 2000), &pack);
    assert_eq!(check(&plan, &pack), []);
    let forced: Vec<_> = plan.left_out.iter().filter_map(|out| out.forcing.as_ref()).collect();
    assert!(forced.len() > 5 && forced.iter().all(|forcing| forcing.loss >= 25.0));
    assert!(plan.bound.unwrap() < 2.0 * plan.value, "{:?} {}", plan.bound, plan.value);
    let bent = |bend: &dyn Fn(&mut Forcing)| {
        let mut plan = plan.clone();
        plan.left_out.iter_mut().filter_map(|out| out.forcing.as_mut()).for_each(bend);
        assert!(check(&plan, &pack).iter().any(|one| one.code == ViolationCode::Outlook));
    };
    bent(&|forcing| forcing.loss += 1.0);
    bent(&|forcing| forcing.first = 99);
    bent(&|forcing| forcing.inspector = "nobody".to_owned());
}
