//! What the head wants today goes before everything voluntary, on whatever ground; it stays so in the next change of the
//! day, gives way to what a law demands, and the checker has been seen red.

use std::collections::BTreeSet;

use dozor_domain::{
    AgreedPaper, BusinessSize, CaseFacts, ConflictProof, DeskVerdict, InspectorDay, LeftOutReason, Minutes,
    ObjectId, Plan, Position, RiskCategory, SmallBusiness, VisitCause,
};
use dozor_planner::{
    Disturbance, FiredIndicator, GroundKind, ObjectCase, ObjectState, PlannedEvent, PlannerPack, Replanned,
    ViolationCode, Work, check, replan, urgent_work,
};

use super::plan::run;
use super::support::{
    CENTRE, DAY, changed, inspector, moscow, paired, parcel, premises, request, selected, sign,
};

type Key = (ObjectId, String);

fn people(count: u32) -> Vec<InspectorDay> {
    (1..=count).map(inspector).collect()
}

fn at(number: u32, object: ObjectState) -> ObjectState {
    let (row, column) = (f64::from(number / 12) - 5.0, f64::from(number % 12) - 6.0);
    let position = Position { lat: CENTRE.lat + row * 0.01, lon: CENTRE.lon + column * 0.015 };
    ObjectState { position: Some(position), ..object }
}

/// More work than some inspectors have time for.
fn full(pack: &PlannerPack, (count, objects): (u32, u32), of: impl Fn(u32) -> ObjectState) -> Plan {
    let objects: Vec<ObjectState> = (0..objects).map(|number| at(number, of(number))).collect();
    let plan = run(&request(selected(&objects, pack), people(count), 500), pack);
    assert_eq!(check(&plan, pack), []);
    assert!(!plan.left_out.is_empty());
    plan
}

fn high(number: u32) -> ObjectState {
    ObjectState { category: RiskCategory::High, ..parcel(number) }
}

fn overdue(number: u32) -> ObjectState {
    ObjectState { prescription_overdue_days: 5, ..parcel(number) }
}

/// A sign at an object of no weight and far out: less worth than anything that is planned, and it fits into no gap.
fn trifle(number: u32) -> ObjectState {
    let object = at(119, parcel(number));
    let signs = vec![sign(&object, "rule", Some(DeskVerdict::NeedsData))];
    ObjectState { signs, days_since_last_event: Some(1), ..object }
}

fn wanted(object: &ObjectState, pack: &PlannerPack) -> Work {
    urgent_work(object, pack, DAY).unwrap()
}

fn key_of(work: &Work) -> Key {
    (work.candidate.object, work.candidate.control_kind.clone())
}

fn asked(now: u32, urgent: Vec<Work>) -> Disturbance {
    Disturbance { now: Minutes(now), urgent, ..Disturbance::default() }
}

fn again(plan: &Plan, pack: &PlannerPack, disturbance: &Disturbance) -> Replanned {
    let after = replan(plan, pack, disturbance, (1, 200)).unwrap();
    assert_eq!(check(&after.plan, pack), []);
    after
}

fn visit_of<'a>(plan: &'a Plan, key: &Key) -> Option<(&'a str, &'a dozor_domain::Visit)> {
    let mut visits = plan.visits();
    let found =
        visits.find(|(_, visit)| (visit.candidate.object, visit.candidate.control_kind.clone()) == *key);
    found.map(|(route, visit)| (route.inspector.key.as_str(), visit))
}

fn reason_of<'a>(plan: &'a Plan, key: &Key) -> &'a LeftOutReason {
    let is_it =
        |out: &&dozor_domain::LeftOut| (out.candidate.object, out.candidate.control_kind.clone()) == *key;
    &plan.left_out.iter().find(is_it).unwrap().reason
}

#[test]
fn whatever_its_ground_it_takes_the_place_of_what_is_voluntary_and_little_moves() {
    let pack = moscow();
    let plan = full(&pack, (3, 120), high);
    let work = wanted(&trifle(900), &pack);
    let key = key_of(&work);
    let after = again(&plan, &pack, &asked(700, vec![work]));
    let (_, visit) = visit_of(&after.plan, &key).unwrap();
    assert!(visit.start.0 >= 700 && visit.cause == VisitCause::Urgent, "{visit:?}");
    assert!(visit.value < 10.0, "{}", visit.value);
    assert_eq!(after.plan.rest.as_ref().unwrap().urgent, [key].into());
    // What makes room is named with its reason.
    let gone: Vec<_> = after.moves.iter().filter(|one| one.to.is_none()).collect();
    assert!((1..=2).contains(&gone.len()), "{:?}", after.moves);
    for one in gone {
        let no_time = reason_of(&after.plan, &(one.object, one.control_kind.clone()));
        assert_eq!(no_time, &LeftOutReason::NoTimeLeft { value: 50.0, least_planned: Some(50.0) });
    }
    assert!(after.moves.len() < 10, "{:?}", after.moves);
    // Without being asked for it stays where its worth puts it.
    let quiet = again(&plan, &pack, &asked(700, Vec::new()));
    assert_eq!((quiet.moves.len(), quiet.plan.rest.as_ref().unwrap().urgent.len()), (0, 0));
    let rest = serde_json::to_value(quiet.plan.rest.unwrap()).unwrap();
    let said: BTreeSet<&str> = rest.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(said, ["now", "away", "reason"].into(), "such days are stored as before");
}

#[test]
fn the_next_change_of_the_day_does_not_give_it_up_for_anything_voluntary() {
    let pack = moscow();
    let plan = full(&pack, (3, 120), high);
    let work = wanted(&trifle(900), &pack);
    let key = key_of(&work);
    let first = again(&plan, &pack, &asked(600, vec![work])).plan;
    let first: Plan = serde_json::from_slice(&serde_json::to_vec(&first).unwrap()).unwrap();
    let who = visit_of(&first, &key).unwrap().0.to_owned();
    let away = Disturbance { absent: [who.clone()].into(), ..asked(600, Vec::new()) };
    let second = again(&first, &pack, &away).plan;
    let (other, visit) = visit_of(&second, &key).unwrap();
    assert!(other != who && visit.cause == VisitCause::Urgent);
    assert_eq!(second.rest.as_ref().unwrap().urgent, [key.clone()].into());
    // Only who takes it out of the day ends that.
    let dropped = Disturbance { dropped: [key.clone()].into(), ..asked(600, Vec::new()) };
    let third = again(&second, &pack, &dropped).plan;
    assert_eq!(reason_of(&third, &key), &LeftOutReason::SetAside);
    assert!(third.rest.unwrap().urgent.is_empty());
}

#[test]
fn it_waits_for_room_beside_what_must_be_done_and_takes_it_when_there_is_some() {
    let mut pack = moscow();
    let plan = full(&pack, (1, 20), overdue);
    let work = wanted(&trifle(900), &pack);
    let key = key_of(&work);
    let first = again(&plan, &pack, &asked(700, vec![work.clone()]));
    assert!(first.moves.iter().all(|one| one.to.is_some()), "nothing that a law demands gives way");
    let LeftOutReason::MandatoryConflict { with, .. } = reason_of(&first.plan, &key) else {
        panic!("{:?}", reason_of(&first.plan, &key))
    };
    assert!(!with.is_empty());
    // Somebody whose next object is closed has time.
    let next = first.plan.routes[0].visits.iter().rev().take(3).map(|visit| &visit.candidate);
    let dropped: BTreeSet<Key> = first
        .plan
        .left_out
        .iter()
        .map(|out| &out.candidate)
        .chain(next)
        .filter(|candidate| candidate.object != key.0)
        .map(|candidate| (candidate.object, candidate.control_kind.clone()))
        .collect();
    let second = again(&first.plan, &pack, &Disturbance { dropped, ..asked(710, Vec::new()) });
    assert!(visit_of(&second.plan, &key).is_some(), "{:?}", second.moves);
    // Where nothing is mandatory all of it is voluntary, and makes room at once.
    pack.settings.mandatory.clear();
    let plan = full(&pack, (1, 20), overdue);
    let first = again(&plan, &pack, &asked(700, vec![work]));
    assert!(visit_of(&first.plan, &key).is_some());
}

#[test]
fn two_come_to_what_is_urgent_and_takes_two() {
    let pack = paired(&|_| {});
    let plan = full(&pack, (3, 120), high);
    let work = wanted(&at(66, premises(900)), &pack);
    assert_eq!(work.inspectors, 2);
    let key = key_of(&work);
    let first = again(&plan, &pack, &asked(700, vec![work])).plan;
    let (who, visit) = visit_of(&first, &key).unwrap();
    let partner = visit.partner.as_ref().unwrap().inspector.clone();
    assert_eq!(visit.cause, VisitCause::Urgent);
    let away = Disturbance { absent: [who.to_owned()].into(), ..asked(700, Vec::new()) };
    let second = again(&first, &pack, &away).plan;
    let (other, visit) = visit_of(&second, &key).unwrap();
    assert!(other != who && visit.partner.as_ref().unwrap().inspector != who, "{other} {who} {partner}");
}

#[test]
fn the_checker_finds_what_is_urgent_and_was_given_up() {
    let pack = moscow();
    let plan = full(&pack, (3, 120), high);
    let work = wanted(&trifle(900), &pack);
    let key = key_of(&work);
    let sound = again(&plan, &pack, &asked(700, vec![work.clone()])).plan;
    let found = |plan: &Plan, code: ViolationCode| {
        let found = check(plan, &pack);
        assert!(found.iter().any(|one| one.code == code), "{code:?} not in {found:?}");
    };
    let mut unsaid = sound.clone();
    unsaid.rest.as_mut().unwrap().urgent.clear();
    found(&unsaid, ViolationCode::Cause);
    let mut other = sound.clone();
    other.rest.as_mut().unwrap().urgent.insert((parcel(901).object, key.1.clone()));
    found(&other, ViolationCode::Completeness);
    // The same work as it would stay out if nobody had asked for it.
    let objects: Vec<ObjectState> =
        (0..120).map(|number| at(number, high(number))).chain([trifle(900)]).collect();
    let plan = run(&request(selected(&objects, &pack), people(3), 500), &pack);
    let mut given_up = again(&plan, &pack, &asked(700, Vec::new())).plan;
    assert!(visit_of(&given_up, &key).is_none());
    given_up.rest.as_mut().unwrap().urgent.insert(key.clone());
    found(&given_up, ViolationCode::Reason);
    let begun = given_up.routes[0].visits[0].candidate.key.clone();
    let out = given_up.left_out.iter_mut().find(|out| out.candidate.object == key.0).unwrap();
    out.reason = LeftOutReason::MandatoryConflict { with: vec![begun], proof: ConflictProof::Search };
    let goes_before =
        |plan: &Plan| check(plan, &pack).iter().any(|one| one.detail.contains("it goes before"));
    assert!(goes_before(&given_up));
    // Of who was ahead of his hours the checker does not know what he can still do.
    let everybody = given_up.routes.iter().map(|route| route.inspector.key.clone()).collect();
    given_up.rest.as_mut().unwrap().ahead = everybody;
    assert!(!goes_before(&given_up));
}

#[test]
fn who_was_ahead_of_his_hours_is_named() {
    let pack = moscow();
    let plan = full(&pack, (3, 120), high);
    let route = &plan.routes[1];
    let next = route.visits.iter().find(|visit| route.departs(visit).0 >= 700).unwrap();
    let told = [((next.candidate.object, next.candidate.control_kind.clone()), dozor_planner::Told::Begun)];
    let told = |urgent| Disturbance { told: told.clone().into(), ..asked(700, urgent) };
    for urgent in [Vec::new(), vec![wanted(&trifle(900), &pack)]] {
        let after = again(&plan, &pack, &told(urgent));
        assert_eq!(after.plan.rest.unwrap().ahead, [route.inspector.key.clone()].into());
    }
}

/// Premises of one micro-business that has had ten of its fifteen hours; a check takes three.
fn checked(number: u32, ground: &str) -> ObjectState {
    let named = premises(number);
    let business = Some(SmallBusiness { size: BusinessSize::Micro, used_hours: 10 });
    let facts = CaseFacts { business, ..CaseFacts::default() };
    let paper = || AgreedPaper {
        number: "7".to_owned(),
        on: DAY.yesterday().unwrap(),
        event_kind: "on_site_check".to_owned(),
    };
    let case = match ground {
        "planned" => {
            let planned = vec![PlannedEvent { from: DAY, to: DAY, paper: paper() }];
            ObjectCase { facts, planned, ..ObjectCase::default() }
        }
        _ => {
            let indicators = vec![FiredIndicator { rule: "growth".to_owned(), approval: Some(paper()) }];
            ObjectCase { facts, indicators, ..ObjectCase::default() }
        }
    };
    ObjectState {
        case,
        category_decided: true,
        days_since_last_event: Some(1),
        owners: ["b1".to_owned()].into(),
        ..at(number, named)
    }
}

#[test]
fn who_gives_way_in_the_hours_of_a_business_is_said_by_the_ranks_of_the_day() {
    // By one person: what two have arranged nothing moves.
    let pack = changed(&|events| *events = events.replace("\ninspectors = 2\n", "\n"));
    let morning = |state: ObjectState, pack: &PlannerPack| {
        let plan = run(&request(selected(&[state], pack), people(2), 200), pack);
        assert_eq!((check(&plan, pack), plan.visits().count()), (vec![], 1));
        plan
    };
    let lacks = LeftOutReason::NoLawfulEvent { lacks: "business_hours".to_owned() };
    // What is planned of its own accord gives way to what the head wants today.
    let planned = checked(1, "planned");
    let plan = morning(planned.clone(), &pack);
    let work = wanted(&checked(2, "indicator"), &pack);
    let (new, old) = (key_of(&work), (planned.object, planned.control_kind));
    assert_eq!(work.event_kind, "on_site_check");
    let after = again(&plan, &pack, &asked(0, vec![work]));
    assert!(visit_of(&after.plan, &new).is_some(), "{:?}", after.plan.left_out);
    assert_eq!(reason_of(&after.plan, &old), &lacks);
    // Once somebody has set out for it, nothing takes it out.
    let work = wanted(&checked(2, "indicator"), &pack);
    let begun = again(&plan, &pack, &asked(600, vec![work]));
    assert!(visit_of(&begun.plan, &old).is_some());
    assert_eq!(reason_of(&begun.plan, &new), &lacks);
    // What the law demands gives way to no wish.
    let mut strict = pack.clone();
    strict.settings.mandatory.insert(GroundKind::Planned);
    let plan = morning(checked(1, "planned"), &strict);
    let work = wanted(&checked(2, "indicator"), &strict);
    let after = again(&plan, &strict, &asked(0, vec![work]));
    assert!(visit_of(&after.plan, &old).is_some());
    assert_eq!(reason_of(&after.plan, &new), &lacks);
}
