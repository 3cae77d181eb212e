//! Visits that two people make: both come, at one time, or nobody does; and a checker that has been seen red.

use dozor_domain::{
    ConflictProof, GivingWay, InspectorDay, LeftOutReason, Minutes, Opening, PairPart, Partner, Plan,
    Position, QuotaKind, TaskState, Timestamp, Visit, VisitCause,
};
use dozor_planner::{
    DayRest, Disturbance, GroundKind, ObjectState, PlannerError, PlannerPack, ViolationCode, check,
    check_rest, orders_and_tasks, replan,
};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::plan::run;
use super::support::{
    CENTRE, changed, inspector, paired, parcel, premises, request, say_of_surveys, selected,
};

fn pack() -> PlannerPack {
    paired(&|_| {})
}

fn planned(pack: &PlannerPack, objects: &[ObjectState], people: Vec<InspectorDay>) -> Plan {
    let plan = run(&request(selected(objects, pack), people, 200), pack);
    assert_eq!(check(&plan, pack), []);
    plan
}

fn people(count: u32) -> Vec<InspectorDay> {
    (1..=count).map(inspector).collect()
}

fn at(object: ObjectState, lat: f64) -> ObjectState {
    ObjectState { position: Some(Position { lat: CENTRE.lat + lat, lon: CENTRE.lon }), ..object }
}

fn halves(plan: &Plan, number: u32) -> Vec<(&str, &Visit)> {
    let key = parcel(number).key;
    let visits = plan.routes.iter().flat_map(|route| route.visits.iter().map(move |visit| (route, visit)));
    visits
        .filter(|(_, visit)| visit.candidate.key == key)
        .map(|(route, visit)| (route.inspector.key.as_str(), visit))
        .collect()
}

#[test]
fn two_come_at_one_time_and_the_visit_counts_once() {
    let objects: Vec<ObjectState> =
        (1..=4).map(|number| at(premises(number), f64::from(number) * 0.01)).collect();
    let mut pack = pack();
    pack.settings.daily_capacity = Some(3);
    let plan = planned(&pack, &objects, people(3));
    assert_eq!(plan.visits().count(), 3);
    assert_eq!(plan.value, 150.0);
    for (_, visit) in plan.visits() {
        let number = visit.candidate.key[visit.candidate.key.len() - 1..].parse().unwrap();
        let both = halves(&plan, number);
        let [(one, half), (other, second)] = both.as_slice() else { panic!("{both:?}") };
        assert_eq!((half.start, half.end), (second.start, second.end));
        assert_eq!([half.value, second.value], [50.0, 0.0]);
        let partner = |key: &str, part| Some(Partner { inspector: key.to_owned(), part });
        assert_eq!(half.partner, partner(other, PairPart::Leads));
        assert_eq!(second.partner, partner(one, PairPart::Assists));
    }
}

#[test]
fn one_alone_does_not_go_and_that_is_the_reason() {
    let plan = planned(&pack(), &[premises(1), parcel(2)], people(1));
    assert_eq!(plan.visits().count(), usize::from(!halves(&plan, 2).is_empty()));
    assert_eq!(
        plan.left_out.iter().find(|out| out.candidate.key == parcel(1).key).unwrap().reason,
        LeftOutReason::NoSecondInspector
    );
    // Who has a conflict of interest is no second one either.
    let avoiding = InspectorDay { avoids: [parcel(1).key].into(), ..inspector(2) };
    let plan = planned(&pack(), &[premises(1)], vec![inspector(1), avoiding]);
    assert_eq!(plan.left_out[0].reason, LeftOutReason::NoSecondInspector);
    // Two whose shifts do not overlap never meet.
    let late = InspectorDay { shift_start: Minutes(1000), shift_end: Minutes(1080), ..inspector(2) };
    let early = InspectorDay { shift_end: Minutes(700), ..inspector(1) };
    let plan = planned(&pack(), &[premises(1)], vec![early, late]);
    assert_eq!(plan.left_out[0].reason, LeftOutReason::TooFar);
}

#[test]
fn two_go_only_where_that_is_worth_more_than_what_each_would_do_alone() {
    // A day of half an hour: a pair of High premises is worth 50, two surveys of parcels alone 100.
    let short = |number| InspectorDay { shift_end: Minutes(575), ..inspector(number) };
    let high = |number| ObjectState { category: premises(1).category, ..parcel(number) };
    let objects = [premises(1), high(2), high(3)];
    let plan = planned(&pack(), &objects, vec![short(1), short(2)]);
    assert_eq!((plan.value, halves(&plan, 1).len()), (100.0, 0));
    let out = &plan.left_out[0];
    let no_time = LeftOutReason::NoTimeLeft { value: 50.0, least_planned: Some(50.0) };
    assert_eq!(out.reason, no_time);
    let forcing = out.forcing.as_ref().unwrap();
    assert_eq!((forcing.inspector.as_str(), forcing.count, forcing.loss), ("i001", 1, 100.0));
    assert_eq!(forcing.second, Some(GivingWay { inspector: "i002".to_owned(), first: 0, count: 1 }));
    // One parcel less, and the two go together.
    let plan = planned(&pack(), &[premises(1), parcel(2)], vec![short(1), short(2)]);
    assert_eq!((plan.value, halves(&plan, 1).len()), (50.0, 2));
    assert!(plan.bound.unwrap() >= plan.value);
}

fn overdue(number: u32, minute: u32) -> ObjectState {
    let at_minute = Opening { opens: Minutes(minute), closes: Minutes(minute) };
    ObjectState { prescription_overdue_days: 3, opening: Some(at_minute), ..premises(number) }
}

#[test]
fn mandatory_work_of_two_goes_first_and_what_stands_against_it_is_named() {
    let mut pack = pack();
    pack.settings.mandatory = [GroundKind::PrescriptionOverdue].into();
    let surveys = (10..60).map(|number| ObjectState { category: premises(1).category, ..parcel(number) });
    let objects: Vec<ObjectState> = [overdue(1, 600), overdue(2, 600)].into_iter().chain(surveys).collect();
    let plan = planned(&pack, &objects, people(3));
    let done: Vec<u32> = [1, 2].into_iter().filter(|number| halves(&plan, *number).len() == 2).collect();
    let [done] = done.as_slice() else { panic!("{done:?}") };
    assert_eq!(halves(&plan, *done)[0].1.cause, VisitCause::Mandatory);
    let other = parcel(3 - done).key;
    let out = plan.left_out.iter().find(|out| out.candidate.key == other).unwrap();
    assert_eq!(
        out.reason,
        LeftOutReason::MandatoryConflict { with: vec![parcel(*done).key], proof: ConflictProof::Search }
    );
    // With a fourth both are made.
    let plan = planned(&pack, &objects, people(4));
    assert_eq!([halves(&plan, 1).len(), halves(&plan, 2).len()], [2, 2]);
}

#[test]
fn the_checker_finds_a_duty_of_one_kept_out_by_a_voluntary_visit_of_two() {
    let mut pack = pack();
    pack.settings.mandatory.clear();
    let short = |number| InspectorDay { shift_end: Minutes(575), ..inspector(number) };
    let duty = ObjectState { prescription_overdue_days: 3, ..parcel(2) };
    let made = |pack: &PlannerPack| planned(pack, &[premises(1), duty.clone()], vec![short(1), short(2)]);
    // Where it is no duty the two go, and it stays out.
    let mut plan = made(&pack);
    assert_eq!((halves(&plan, 1).len(), halves(&plan, 2).len()), (2, 0));
    pack.settings.mandatory = [GroundKind::PrescriptionOverdue].into();
    for with in [parcel(1).key, parcel(2).key] {
        plan.left_out[0].reason =
            LeftOutReason::MandatoryConflict { with: vec![with], proof: ConflictProof::Search };
        plan.left_out[0].forcing = None;
        let found = check(&plan, &pack);
        assert!(found.iter().any(|one| one.code == ViolationCode::Reason), "{found:?}");
    }
    assert!(check(&plan, &pack)[0].detail.contains("it goes before"));
    // Where it is one it is made, and the two do not go.
    let plan = made(&pack);
    assert_eq!((halves(&plan, 1).len(), halves(&plan, 2).len()), (0, 1));
}

#[test]
fn a_quota_counts_two_people_at_one_object_once() {
    let mut pack = pack();
    pack.settings.quotas.event_kind = [("joint_survey".to_owned(), 2)].into();
    pack.settings.quotas.unit = [("u1".to_owned(), 2)].into();
    let plan = planned(&pack, &[premises(1), premises(2), premises(3)], people(4));
    assert_eq!(plan.visits().count(), 2);
    let quota = LeftOutReason::Quota { of: QuotaKind::EventKind, code: "joint_survey".to_owned(), most: 2 };
    assert_eq!(plan.left_out[0].reason, quota);
}

#[test]
fn one_order_names_both_and_the_task_is_one() {
    let pack = pack();
    let plan = planned(&pack, &[premises(1), premises(2), parcel(3)], people(2));
    let (orders, tasks) = orders_and_tasks(&plan, &pack, Timestamp::from_micros(0)).unwrap();
    let joint: Vec<_> = tasks.iter().filter(|task| task.event_kind == "joint_survey").collect();
    assert_eq!(joint.len(), 2);
    for task in &joint {
        assert_eq!((task.inspector.as_str(), task.partner.as_deref()), ("i001", Some("i002")));
        let order = orders.iter().find(|order| order.id == task.order).unwrap();
        assert_eq!((order.inspector.as_str(), order.partner.as_deref()), ("i001", Some("i002")));
        assert_eq!(task.state, TaskState::Assigned);
    }
    assert_eq!(joint[0].order, joint[1].order);
    let alone: Vec<_> = tasks.iter().filter(|task| task.event_kind == "field_survey").collect();
    assert!(alone.iter().all(|task| task.partner.is_none()));
}

fn away(who: &str, now: u32) -> Disturbance {
    let absent = [who.to_owned()].into();
    Disturbance { now: Minutes(now), absent, ..Disturbance::default() }
}

#[test]
fn where_a_partner_is_away_another_comes_or_nobody_does() {
    let pack = pack();
    let at_noon = Opening { opens: Minutes(700), closes: Minutes(720) };
    let object = ObjectState { opening: Some(at_noon), ..at(premises(1), 0.03) };
    let again = |count, disturbance: &Disturbance| {
        let plan = planned(&pack, std::slice::from_ref(&object), people(count));
        let after = replan(&plan, &pack, disturbance, (1, 50)).unwrap();
        let rest = DayRest { now: disturbance.now.0, away: disturbance.absent.clone() };
        assert_eq!(check_rest(&after.plan, &pack, &rest), []);
        after
    };
    let after = again(3, &away("i002", 0));
    let who: Vec<&str> = halves(&after.plan, 1).iter().map(|(who, _)| *who).collect();
    assert_eq!(who, ["i001", "i003"]);
    assert_eq!(after.moves.len(), 1, "{:?}", after.moves);
    assert_eq!(halves(&again(2, &away("i002", 0)).plan, 1), []);
    // Nobody is away: nothing moves, before and while they are there.
    for now in [0, 690, 710] {
        let quiet = Disturbance { absent: Default::default(), ..away("", now) };
        assert_eq!(again(2, &quiet).moves, [], "{now}");
    }
    // Who has set out makes it though he begins nothing more.
    let begun = again(2, &away("i002", 710));
    assert_eq!((begun.begun, halves(&begun.plan, 1).len()), (1, 2));
}

#[test]
fn the_checker_finds_half_a_visit() {
    let pack = pack();
    let sound = planned(&pack, &[premises(1), parcel(2)], people(3));
    assert_eq!(halves(&sound, 1).len(), 2);
    let routes: Vec<usize> = [0, 1, 2]
        .into_iter()
        .filter(|at| sound.routes[*at].visits.iter().any(|visit| visit.partner.is_some()))
        .collect();
    let [one, other] = routes.as_slice() else { panic!("{routes:?}") };
    let place =
        |plan: &Plan, at: usize| plan.routes[at].visits.iter().position(|visit| visit.partner.is_some());
    let bent = |bend: &dyn Fn(&mut Plan), code: ViolationCode| {
        let mut plan = sound.clone();
        bend(&mut plan);
        let found = check(&plan, &pack);
        assert!(found.iter().any(|one| one.code == code), "{code:?} not in {found:?}");
    };
    let half = |plan: &mut Plan, at: usize, bend: &dyn Fn(&mut Visit)| {
        let place = place(plan, at).unwrap();
        bend(&mut plan.routes[at].visits[place]);
    };
    bent(
        &|plan| {
            let at = place(plan, *other).unwrap();
            plan.routes[*other].visits.remove(at);
        },
        ViolationCode::Pair,
    );
    bent(&|plan| half(plan, *one, &|visit| visit.partner = None), ViolationCode::Pair);
    bent(
        &|plan| {
            half(plan, *other, &|visit| (visit.start.0, visit.end.0) = (visit.start.0 + 1, visit.end.0 + 1))
        },
        ViolationCode::Pair,
    );
    bent(
        &|plan| half(plan, *other, &|visit| visit.event_kind = "field_survey".to_owned()),
        ViolationCode::Pair,
    );
    bent(&|plan| half(plan, *other, &|visit| visit.value = 50.0), ViolationCode::Value);
    let rename = |visit: &mut Visit, key: &str| {
        if let Some(partner) = &mut visit.partner {
            partner.inspector = key.to_owned();
        }
    };
    let own = sound.routes[*one].inspector.key.clone();
    bent(&|plan| half(plan, *one, &|visit| rename(visit, &own)), ViolationCode::Pair);
    bent(&|plan| half(plan, *one, &|visit| rename(visit, "nobody")), ViolationCode::Pair);
    bent(
        &|plan| {
            half(plan, *other, &|visit| {
                if let Some(partner) = &mut visit.partner {
                    partner.part = PairPart::Leads
                }
            })
        },
        ViolationCode::Pair,
    );
    bent(&|plan| plan.routes[*other].inspector.skills.clear(), ViolationCode::Skill);
}

#[test]
fn the_checker_finds_a_partner_too_many_and_two_who_could_have_met() {
    let pack = pack();
    let high = ObjectState { category: premises(1).category, ..parcel(2) };
    let mut joined = planned(&pack, &[high], people(2));
    let busy = joined.routes.iter().position(|route| !route.visits.is_empty()).unwrap();
    let partner = Partner { inspector: inspector(2 - busy as u32).key, part: PairPart::Leads };
    joined.routes[busy].visits[0].partner = Some(partner);
    assert!(check(&joined, &pack).iter().any(|one| one.code == ViolationCode::Pair));
    // Two are there with nothing to do: neither is one missing nor has time run out, and they are near enough.
    let mut idle = planned(&pack, &[premises(1)], people(1));
    let empty = planned(&pack, &[], people(2));
    idle.routes = empty.routes;
    let no_time = LeftOutReason::NoTimeLeft { value: 50.0, least_planned: None };
    for reason in [no_time, LeftOutReason::NoSecondInspector, LeftOutReason::TooFar] {
        idle.left_out[0].reason = reason;
        assert!(check(&idle, &pack).iter().any(|one| one.code == ViolationCode::Reason), "{idle:?}");
    }
}

#[test]
fn a_kind_of_event_for_another_number_of_people_is_no_pack() {
    let mut events = super::support::files("moscow");
    say_of_surveys(events.get_mut("events.toml").unwrap(), "inspectors = 3");
    let manifest = super::support::moscow_manifest();
    let error = PlannerPack::parse(&events, &manifest).unwrap_err();
    assert!(
        matches!(&error, PlannerError::Pack { problem, .. } if problem.contains("field_survey") && problem.contains('3')),
        "{error}"
    );
    let pack = changed(&|events| say_of_surveys(events, "inspectors = 2"));
    let of_two =
        |code: &str| pack.events.lines().iter().any(|line| line.code == code && line.inspectors == 2);
    assert_eq!(["field_survey", "on_site_check", "inspection_visit"].map(of_two), [true, true, false]);
}

/// The property tests say something of pairs only if their towns have some.
#[test]
fn random_towns_have_visits_of_two_in_many_ways() {
    let mut runner = TestRunner::new(super::properties::config());
    let (mut together, mut alone, mut second, mut forced) = (0, 0, 0, 0);
    for _ in 0..600 {
        let town = super::properties::town().new_tree(&mut runner).unwrap().current();
        let pack = town.pack();
        let plan = run(&town.request(&pack, 50), &pack);
        for (_, visit) in plan.visits() {
            *if visit.partner.is_some() { &mut together } else { &mut alone } += 1;
        }
        for out in &plan.left_out {
            second += usize::from(out.reason == LeftOutReason::NoSecondInspector);
            forced += usize::from(out.forcing.as_ref().is_some_and(|forcing| forcing.second.is_some()));
        }
    }
    assert!(
        together > 15 && alone > 100 && second > 50 && forced > 2,
        "{together} {alone} {second} {forced}"
    );
}
