//! Hours of a kind of object and visits that were agreed with the person: kept by plans, and known to the checker by itself.

use std::collections::BTreeSet;

use dozor_domain::{Appointment, Coded as _, LeftOutReason, Minutes, Opening, Plan, Position};
use dozor_planner::{
    DayRest, Disturbance, ObjectState, OpeningHours, PlannerPack, ViolationCode, check, check_rest,
    may_be_drawn, replan, urgent_work,
};
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::plan::run;
use super::properties::{config, town};
use super::support::{
    CENTRE, DAY, files, inspector, moscow, moscow_manifest, parcel, premises, request, selected,
};

const LATER: Date = date(2026, 11, 26);

fn hours(opens: u32, closes: u32) -> Opening {
    Opening { opens: Minutes(opens), closes: Minutes(closes) }
}

/// Premises are open from ten to six, work begins by five.
fn pack() -> PlannerPack {
    let mut pack = moscow();
    let object_kinds = BTreeSet::from(["premises".to_owned()]);
    pack.settings.openings = vec![OpeningHours { object_kinds, opens: 600, closes: 1020 }];
    pack
}

fn near(number: u32, object: ObjectState) -> ObjectState {
    let position = Position { lat: CENTRE.lat + f64::from(number) * 0.002, ..CENTRE };
    ObjectState { position: Some(position), prescription_overdue_days: 3, ..object }
}

fn agreed(object: ObjectState, on: Date, hours: Opening) -> ObjectState {
    ObjectState { appointment: Some(Appointment { on, hours, by_video: false }), ..object }
}

fn planned(objects: &[ObjectState], pack: &PlannerPack) -> Plan {
    let plan = run(&request(selected(objects, pack), vec![inspector(1)], 100), pack);
    assert_eq!(check(&plan, pack), vec![]);
    plan
}

fn start(plan: &Plan, key: &str) -> Option<u32> {
    plan.visits().find(|(_, visit)| visit.candidate.key == key).map(|(_, visit)| visit.start.0)
}

fn codes(plan: &Plan, pack: &PlannerPack) -> BTreeSet<ViolationCode> {
    check(plan, pack).into_iter().map(|one| one.code).collect()
}

#[test]
fn a_kind_with_hours_is_visited_within_them() {
    let pack = pack();
    let known = ObjectState { opening: Some(hours(660, 700)), ..near(2, premises(2)) };
    let objects = [near(1, premises(1)), known, near(3, parcel(3))];
    let plan = planned(&objects, &pack);
    let opening = |key: &str| {
        let (_, visit) = plan.visits().find(|(_, visit)| visit.candidate.key == key).unwrap();
        visit.candidate.opening
    };
    assert_eq!(opening(&objects[0].key), Some(hours(600, 1020)), "its kind's");
    assert_eq!(opening(&objects[1].key), Some(hours(660, 700)), "its records say so before its kind");
    assert_eq!(opening(&objects[2].key), None);
    assert!(start(&plan, &objects[0].key).unwrap() >= 600);
    assert!(start(&plan, &objects[2].key).unwrap() < 600, "the parcel has no hours: {plan:?}");
}

#[test]
fn the_checker_knows_the_hours_of_a_kind_by_itself() {
    let (pack, objects) = (pack(), [near(1, premises(1))]);
    // Made by people who forgot the hours: nothing of the plan itself says that they were broken.
    let forgotten = planned(&objects, &moscow());
    assert!(start(&forgotten, &objects[0].key).unwrap() < 600);
    assert_eq!(codes(&forgotten, &pack), [ViolationCode::Window].into());
    let mut wider = planned(&objects, &pack);
    wider.routes[0].visits[0].candidate.opening = Some(hours(540, 1020));
    assert_eq!(codes(&wider, &pack), [ViolationCode::Window].into());
}

#[test]
fn an_agreed_visit_is_made_on_its_day_in_its_hours() {
    let pack = pack();
    let objects = [agreed(near(1, premises(1)), DAY, hours(900, 910)), near(2, parcel(2))];
    let plan = planned(&objects, &pack);
    assert!((900..=910).contains(&start(&plan, &objects[0].key).unwrap()));
    assert!(start(&plan, &objects[1].key).unwrap() < 900);

    let mut moved = plan.clone();
    let visits = &mut moved.routes[0].visits;
    let at = visits.iter().position(|visit| visit.candidate.appointment.is_some()).unwrap();
    visits[at].candidate.appointment = Some(Appointment { on: DAY, hours: hours(930, 940), by_video: false });
    assert_eq!(codes(&moved, &pack), [ViolationCode::Window].into());
    moved.routes[0].visits[at].candidate.appointment =
        Some(Appointment { on: LATER, hours: hours(900, 910), by_video: false });
    assert_eq!(codes(&moved, &pack), [ViolationCode::Window].into(), "made on a day that nobody agreed to");
}

#[test]
fn an_object_agreed_for_another_day_waits_for_it() {
    let pack = pack();
    let objects = [agreed(near(1, parcel(1)), LATER, hours(900, 910)), near(2, parcel(2))];
    let plan = planned(&objects, &pack);
    let [out] = plan.left_out.as_slice() else { panic!("{:?}", plan.left_out) };
    assert_eq!(out.reason, LeftOutReason::Appointed { on: LATER });
    assert_eq!(plan.visits().count(), 1);

    let mut other = plan.clone();
    other.left_out[0].reason = LeftOutReason::Appointed { on: DAY };
    assert_eq!(codes(&other, &pack), [ViolationCode::Reason, ViolationCode::Outlook].into());
    other.left_out[0].reason = LeftOutReason::NoPosition;
    assert!(codes(&other, &pack).contains(&ViolationCode::Reason));
    let mut unfounded = plan;
    unfounded.left_out[0].candidate.appointment = None;
    assert_eq!(codes(&unfounded, &pack), [ViolationCode::Reason].into(), "nobody agreed on anything");
}

#[test]
fn chance_draws_nothing_that_is_agreed_and_urgent_work_does_not_wait() {
    let pack = pack();
    let quiet = ObjectState { position: Some(CENTRE), ..parcel(1) };
    assert!(may_be_drawn(&quiet, &pack, DAY));
    assert!(!may_be_drawn(&agreed(quiet, LATER, hours(900, 910)), &pack, DAY));
    let due = near(1, premises(1));
    let today = urgent_work(&agreed(due.clone(), DAY, hours(900, 910)), &pack, DAY).unwrap().candidate;
    assert_eq!(today.opening, Some(hours(900, 910)));
    let now = urgent_work(&agreed(due, LATER, hours(900, 910)), &pack, DAY).unwrap().candidate;
    assert_eq!((now.appointment, now.opening), (None, Some(hours(600, 1020))));
}

#[test]
fn hours_and_answers_that_cannot_be_are_refused_with_a_code() {
    let refused = |lines: &str| {
        let mut files = files("moscow");
        let text = files.get_mut("planner.toml").unwrap();
        *text = text.replacen("[weights]\n", &format!("{lines}\n[weights]\n"), 1);
        let error = PlannerPack::parse(&files, &moscow_manifest()).unwrap_err();
        (error.info().code, error.to_string())
    };
    let line = |kind: &str, opens: u32, closes: u32| {
        format!("[[openings]]\nobject_kinds = [\"{kind}\"]\nopens = {opens}\ncloses = {closes}\n")
    };
    let answer = "[[answers]]\nsource = \"letters\"\nanswered_on = \"answered\"\nterm = \"unheard_of\"\n";
    let twice = line("parcel", 600, 900) + &line("parcel", 700, 900);
    let cases = [
        (line("parcel", 600, 599), "closes before it opens"),
        (line("parcel", 600, 1440), "after midnight"),
        (line("ship", 600, 900), "names «ship»"),
        (twice, "«parcel» twice"),
        (answer.to_owned(), "the term «unheard_of»"),
    ];
    for (lines, words) in cases {
        let (code, text) = refused(&lines);
        assert_eq!(code, "PLANNER_PACK", "{text}");
        assert!(text.contains(words), "{text}");
    }
    let mut pack = moscow();
    assert!(pack.settings.check_fields(|_, _| true).is_ok());
    let text = "source = \"s\"\nday = \"d\"\nopens = \"o\"\ncloses = \"c\"\n";
    pack.settings.appointments = vec![toml::from_str(text).unwrap()];
    let error = pack.settings.check_fields(|source, field| (source, field) != ("s", "c")).unwrap_err();
    assert!(error.to_string().contains("«c» of «s»"), "{error}");
    let source = pack.settings.answers[0].source.clone();
    let error = pack.settings.check_fields(|of, _| of != source).unwrap_err();
    assert!(error.to_string().contains("[[answers]]"), "{error}");
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_checker_finds_nothing_in_any_plan_with_appointments(
        town in town(), agreed in prop::collection::vec((0..4_u32, 500..1100_u32, 0..60_u32), 60), iterations in 0..200_u64,
    ) {
        let mut pack = town.pack();
        pack.settings.openings = self::pack().settings.openings;
        // Objects have hours of their own here: facts tell them.
        pack.settings.facts.opens = Some("opens".to_owned());
        pack.settings.facts.closes = Some("closes".to_owned());
        let mut town = town;
        for (object, (kind, opens, wide)) in town.objects.iter_mut().zip(agreed) {
            let on = match kind { 0 => DAY, 1 => LATER, _ => continue };
            object.appointment = Some(Appointment { on, hours: hours(opens, opens + wide), by_video: wide % 2 == 1 });
        }
        let plan = run(&town.request(&pack, iterations), &pack);
        prop_assert_eq!(check(&plan, &pack), vec![]);
        let absent = plan.routes.first().map(|route| route.inspector.key.clone()).into_iter().collect();
        let disturbance = Disturbance { now: Minutes(600), absent, dropped: Default::default(), urgent: Vec::new(), ..Disturbance::default() };
        let after = replan(&plan, &pack, &disturbance, (1, 30)).unwrap();
        prop_assert_eq!(check_rest(&after.plan, &pack, &DayRest { now: 600, away: disturbance.absent }), vec![]);
    }
}
