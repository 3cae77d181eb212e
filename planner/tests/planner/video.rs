//! Visits by video: made from the base of whoever makes them, where the person agreed to it or the kind is always held so,
//! and known to the checker by itself.

use std::collections::BTreeSet;

use dozor_domain::{
    Appointment, LeftOutReason, Minutes, Opening, Plan, Position, RiskCategory, Route, TravelMode, Visit,
};
use dozor_planner::{
    DayRest, Disturbance, ObjectState, PlannerPack, ViolationCode, check, check_rest, replan, urgent_work,
};

use super::plan::run;
use super::support::{
    CENTRE, DAY, by_video, changed, files, inspector, moscow, moscow_manifest, paired, parcel, premises,
    request, selected,
};

const MINUTES: &str = "place = \"route\"\nvideo_minutes = { premises = 20 }";

/// Surveys of premises may be held by video, in twenty minutes instead of twenty-five.
fn pack() -> PlannerPack {
    changed(&|events| by_video(events, MINUTES))
}

fn at(number: u32, object: ObjectState) -> ObjectState {
    let position = Position { lat: CENTRE.lat + f64::from(number) * 0.01, ..CENTRE };
    ObjectState { position: Some(position), prescription_overdue_days: 3, ..object }
}

/// An object whose person is called in some hours of the day.
fn called(object: ObjectState, opens: u32, closes: u32) -> ObjectState {
    let hours = Opening { opens: Minutes(opens), closes: Minutes(closes) };
    ObjectState { appointment: Some(Appointment { on: DAY, hours, by_video: true }), ..object }
}

fn planned(objects: &[ObjectState], people: u32, pack: &PlannerPack) -> Plan {
    let people = (1..=people).map(inspector).collect();
    let plan = run(&request(selected(objects, pack), people, 200), pack);
    assert_eq!(check(&plan, pack), vec![]);
    plan
}

fn visit<'p>(plan: &'p Plan, object: &ObjectState) -> (&'p Route, &'p Visit) {
    plan.visits().find(|(_, visit)| visit.candidate.key == object.key).unwrap()
}

fn codes(plan: &Plan, pack: &PlannerPack) -> BTreeSet<ViolationCode> {
    check(plan, pack).into_iter().map(|one| one.code).collect()
}

fn travel(plan: &Plan) -> u32 {
    let ways =
        |route: &Route| route.visits.iter().map(|visit| visit.travel.0).sum::<u32>() + route.travel_back.0;
    plan.routes.iter().map(ways).sum()
}

#[test]
fn who_agreed_is_visited_by_video_and_that_takes_no_way() {
    let pack = pack();
    let others = [at(1, parcel(1)), at(2, parcel(2)), at(3, premises(3))];
    // Hours away, and called first thing in the morning.
    let far = called(at(70, premises(9)), 540, 560);
    let with = planned(&[&others[..], std::slice::from_ref(&far)].concat(), 1, &pack);
    let (route, call) = visit(&with, &far);
    assert!(call.by_video);
    assert_eq!((call.travel, call.start), (Minutes(0), Minutes(540)));
    assert_eq!(route.service(call), Minutes(20));
    assert!(!visit(&with, &others[2]).1.by_video, "nobody agreed there");
    assert_eq!(travel(&with), travel(&planned(&others, 1, &pack)));
}

#[test]
fn a_call_in_the_middle_of_the_day_is_made_from_the_base() {
    let pack = pack();
    let (one, other) = (at(1, parcel(1)), at(2, parcel(2)));
    let noon = called(at(3, premises(3)), 700, 700);
    let early = |object| {
        let opening = Some(Opening { opens: Minutes(540), closes: Minutes(570) });
        ObjectState { opening, ..object }
    };
    let plan = planned(&[early(one.clone()), other.clone(), noon.clone()], 1, &pack);
    let (route, call) = visit(&plan, &noon);
    let place = route.visits.iter().position(|one| one.by_video).unwrap();
    assert!(place > 0, "{plan:?}");
    assert!(call.travel > Minutes(0), "he comes back for it");
    let mut moved = plan.clone();
    moved.routes[0].visits[place].travel = Minutes(0);
    let expected = [ViolationCode::Clock, ViolationCode::Load].into();
    assert_eq!(codes(&moved, &pack), expected, "the way to the base is a way");
}

#[test]
fn who_has_no_position_can_be_called() {
    let pack = pack();
    let nowhere = |object: ObjectState| ObjectState { position: None, ..object };
    let (call, parcel) = (nowhere(called(at(1, premises(1)), 600, 700)), nowhere(at(2, parcel(2))));
    let plan = planned(&[call.clone(), parcel], 1, &pack);
    assert!(visit(&plan, &call).1.by_video);
    let reasons: Vec<_> = plan.left_out.iter().map(|out| &out.reason).collect();
    assert_eq!(reasons, [&LeftOutReason::NoPosition]);
    let mut lost = plan.clone();
    let candidate = lost.routes[0].visits.remove(0).candidate;
    lost.left_out[0].candidate = candidate;
    assert!(codes(&lost, &pack).contains(&ViolationCode::Reason), "a call needs no position");
    let alone = planned(std::slice::from_ref(&call), 0, &pack);
    assert_eq!(alone.left_out[0].reason, LeftOutReason::NoInspectorInTerritory);
}

#[test]
fn a_kind_that_is_always_by_video_needs_no_agreement_and_no_position() {
    let pack = changed(&|events| by_video(events, "place = \"video\""));
    let objects = [at(1, parcel(1)), ObjectState { position: None, ..at(2, parcel(2)) }];
    let plan = planned(&objects, 1, &pack);
    assert_eq!(plan.visits().filter(|(_, visit)| visit.by_video).count(), 2);
    assert_eq!(travel(&plan), 0);
    let work = urgent_work(&objects[1], &pack, DAY).unwrap();
    assert!(work.by_video);
    assert_eq!(work.service, Minutes(30));
}

#[test]
fn an_agreement_counts_on_its_day_and_where_the_kind_may_be_held_so() {
    let pack = pack();
    let land = called(at(1, parcel(1)), 600, 700);
    assert!(
        !visit(&planned(std::slice::from_ref(&land), 1, &pack), &land).1.by_video,
        "parcels have no minutes"
    );
    let shop = called(at(1, premises(1)), 600, 700);
    assert!(!visit(&planned(std::slice::from_ref(&shop), 1, &moscow()), &shop).1.by_video, "no kind has");
    let agreed = Appointment { on: DAY.tomorrow().unwrap(), ..shop.appointment.unwrap() };
    let tomorrow = ObjectState { appointment: Some(agreed), ..shop };
    assert!(!urgent_work(&tomorrow, &pack, DAY).unwrap().by_video, "urgent work does not wait for the call");
}

#[test]
fn the_checker_knows_by_itself_what_is_held_by_video() {
    let pack = pack();
    let (call, land) = (called(at(1, premises(1)), 540, 560), at(2, parcel(2)));
    let plan = planned(&[call.clone(), land.clone()], 1, &pack);
    let bent = |bend: &dyn Fn(&mut Visit), object: &ObjectState| {
        let mut plan = plan.clone();
        let mut visits = plan.routes.iter_mut().flat_map(|route| &mut route.visits);
        bend(visits.find(|visit| visit.candidate.key == object.key).unwrap());
        codes(&plan, &pack)
    };
    assert!(
        bent(&|visit| visit.by_video = false, &call).contains(&ViolationCode::Video),
        "he waits for a call"
    );
    assert!(bent(&|visit| visit.by_video = true, &land).contains(&ViolationCode::Video));
    let unsaid = |visit: &mut Visit| {
        let agreed = visit.candidate.appointment.unwrap();
        visit.candidate.appointment = Some(Appointment { by_video: false, ..agreed });
    };
    assert!(bent(&unsaid, &call).contains(&ViolationCode::Video), "nobody agreed to be called");
    assert!(
        bent(&|visit| visit.end.0 += 5, &call).contains(&ViolationCode::Service),
        "the minutes of a visit"
    );
    assert!(codes(&plan, &moscow()).contains(&ViolationCode::Video), "a pack without minutes by video");
}

#[test]
fn two_are_called_together_each_from_his_base() {
    let pack = paired(&|events| by_video(events, MINUTES));
    let call = called(at(60, premises(1)), 600, 660);
    let bases = [0.0, 0.2].map(|north| Position { lat: CENTRE.lat + north, ..CENTRE });
    let people = (1..).zip(bases).map(|(number, base)| {
        let mode = if number == 1 { TravelMode::Car } else { TravelMode::Walk };
        dozor_domain::InspectorDay { base, mode, ..inspector(number) }
    });
    let plan = run(&request(selected(std::slice::from_ref(&call), &pack), people.collect(), 200), &pack);
    assert_eq!(check(&plan, &pack), vec![]);
    let halves: Vec<&Visit> = plan.routes.iter().flat_map(|route| &route.visits).collect();
    let [one, other] = halves.as_slice() else { panic!("{plan:?}") };
    assert!(one.by_video && other.by_video);
    assert_eq!((one.start, one.end), (other.start, other.end));
    assert_eq!(travel(&plan), 0);
}

#[test]
fn a_call_is_no_stop_at_the_address_of_others() {
    let pack = pack();
    let near = |number, object| ObjectState { position: at(3, parcel(1)).position, ..at(number, object) };
    let (call, shop) = (called(near(1, premises(1)), 540, 545), near(2, premises(2)));
    let plan = planned(&[call.clone(), shop.clone(), near(3, parcel(3))], 2, &pack);
    assert!(visit(&plan, &call).1.by_video && !visit(&plan, &shop).1.by_video);
}

#[test]
fn a_call_stays_a_call_when_the_day_is_planned_anew() {
    let pack = pack();
    let (early, late) = (called(at(1, premises(1)), 540, 545), called(at(2, premises(2)), 900, 910));
    // Enough that both are on their way until late: who waits for a call has set out for it.
    let due = |number| ObjectState { category: RiskCategory::Medium, ..at(number % 8, parcel(number)) };
    let land = (3..40).map(|number| ObjectState { prescription_overdue_days: 0, ..due(number) });
    let objects: Vec<ObjectState> = [early.clone(), late.clone()].into_iter().chain(land).collect();
    let plan = planned(&objects, 2, &pack);
    let gone = visit(&plan, &late).0.inspector.key.clone();
    let absent = BTreeSet::from([gone.clone()]);
    let asked = Disturbance { now: Minutes(600), absent, ..Disturbance::default() };
    let after = replan(&plan, &pack, &asked, (1, 100)).unwrap();
    let rest = DayRest { now: 600, away: asked.absent };
    assert_eq!(check_rest(&after.plan, &pack, &rest), vec![]);
    assert_eq!(visit(&after.plan, &early).1, visit(&plan, &early).1, "it was over");
    let (route, call) = visit(&after.plan, &late);
    assert!(call.by_video && route.inspector.key != gone);
    assert!((900..=910).contains(&call.start.0));
    let unmoved =
        replan(&plan, &pack, &Disturbance { now: Minutes(600), ..Disturbance::default() }, (1, 100));
    assert_eq!(unmoved.unwrap().moves, []);
}

#[test]
fn a_plan_says_by_video_only_where_it_is_so() {
    let objects = [called(at(1, premises(1)), 540, 560), at(2, parcel(2))];
    let plan = planned(&objects, 1, &pack());
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(text.matches("\"by_video\":true").count(), 2, "of the visit and of what was agreed");
    assert_eq!(text.matches("by_video").count(), 2);
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan, "what is not said is no video");
}

#[test]
fn minutes_that_say_nothing_are_refused() {
    let refused = |what: &str, change: &str| {
        let mut files = files("moscow");
        by_video(files.get_mut("events.toml").unwrap(), change);
        let error = PlannerPack::parse(&files, &moscow_manifest()).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    };
    refused("takes no stop on a route", "place = \"desk\"\nvideo_minutes = { premises = 20 }");
    refused("takes no stop on a route", "place = \"video\"\nvideo_minutes = { premises = 20 }");
}
