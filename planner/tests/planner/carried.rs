//! What extended orders leave for a later day: it comes first, takes its minutes of the shift, and a checker that has been
//! seen red.

use dozor_domain::{Carried, InspectorDay, Minutes, Plan, Position, RiskCategory, TaskId};
use dozor_planner::{
    Disturbance, LeftWork, ObjectState, PauseRule, PlannerPack, ViolationCode, carried, check, replan,
};

use super::plan::run;
use super::support::{CENTRE, DAY, inspector, moscow, parcel, request, selected};

/// Parcels in a row to the north, each half a kilometre from the next.
fn row(count: u32) -> Vec<ObjectState> {
    let object = |number: u32| {
        let position = Some(Position { lat: CENTRE.lat + f64::from(number) * 0.0045, lon: CENTRE.lon });
        ObjectState { position, category: RiskCategory::High, ..parcel(number) }
    };
    (0..count).map(object).collect()
}

fn left(mark: u8, kilometres: f64) -> LeftWork {
    LeftWork {
        task: TaskId::from_bytes([mark; 16]),
        key: format!("left-{mark}"),
        object_kind: "parcel".to_owned(),
        event_kind: "field_survey".to_owned(),
        position: Some(Position { lat: CENTRE.lat - kilometres * 0.009, lon: CENTRE.lon }),
        planned: Minutes(5),
    }
}

fn with(left: Vec<LeftWork>, pack: &PlannerPack) -> InspectorDay {
    let carried = carried(left, &inspector(1), DAY, pack);
    InspectorDay { carried, ..inspector(1) }
}

fn planned(pack: &PlannerPack, person: InspectorDay) -> Plan {
    let plan = run(&request(selected(&row(40), pack), vec![person], 200), pack);
    assert_eq!(check(&plan, pack), []);
    plan
}

fn codes(plan: &Plan, pack: &PlannerPack) -> Vec<ViolationCode> {
    let mut codes: Vec<ViolationCode> = check(plan, pack).into_iter().map(|one| one.code).collect();
    codes.dedup();
    codes
}

#[test]
fn what_is_carried_over_comes_first_and_takes_its_minutes() {
    let mut pack = moscow();
    pack.settings.pause = None;
    let free = planned(&pack, inspector(1));
    let person = with(vec![left(1, 3.0), left(2, 6.0)], &pack);
    // The pack's thirty minutes each, not what an earlier plan gave them, and three ways.
    let ways: u32 = person.carried.tasks.iter().map(|one| one.travel.0).sum();
    let taken = person.carried.minutes().0;
    assert_eq!(taken, 2 * 30 + ways + person.carried.travel_back.0);
    assert!(ways > 0 && person.carried.travel_back > person.carried.tasks[0].travel, "{:?}", person.carried);
    let plan = planned(&pack, person);
    let route = &plan.routes[0];
    assert!(route.departs(&route.visits[0]) >= Minutes(540 + taken), "{route:?}");
    assert!(!route.visits.is_empty() && route.visits.len() < free.routes[0].visits.len());
    // Later in the morning the rest of the day still begins after it.
    let later = Disturbance { now: Minutes(550), ..Disturbance::default() };
    let again = replan(&plan, &pack, &later, (7, 100)).unwrap().plan;
    assert_eq!(check(&again, &pack), []);
    let route = &again.routes[0];
    assert!(route.departs(&route.visits[0]) >= Minutes(540 + taken), "{route:?}");
}

#[test]
fn an_order_extended_after_the_plan_takes_its_time_of_those_who_have_not_set_out() {
    let mut pack = moscow();
    pack.settings.pause = None;
    let before = planned(&pack, inspector(1));
    let left = with(vec![left(1, 3.0), left(2, 6.0)], &pack).carried;
    let taken = left.minutes().0;
    let key = before.routes[0].inspector.key.clone();
    let asked = |now| Disturbance {
        now: Minutes(now),
        carried: [(key.clone(), left.clone())].into(),
        ..Disturbance::default()
    };
    let morning = replan(&before, &pack, &asked(0), (7, 100)).unwrap();
    assert_eq!(check(&morning.plan, &pack), []);
    let route = &morning.plan.routes[0];
    assert_eq!(route.inspector.carried, left);
    assert!(route.departs(&route.visits[0]) >= Minutes(540 + taken), "{route:?}");
    assert!(!morning.moves.is_empty() && route.visits.len() < before.routes[0].visits.len());
    // Who is on his way has planned his day already.
    let later = replan(&before, &pack, &asked(700), (7, 100)).unwrap();
    assert_eq!(check(&later.plan, &pack), []);
    assert!(later.plan.routes[0].inspector.carried.is_empty() && later.moves.is_empty());
}

#[test]
fn the_break_is_taken_where_it_falls_due_in_the_midst_of_it() {
    let mut pack = moscow();
    pack.settings.pause = Some(PauseRule { at: 600, minutes: 45, latest: 660 });
    for count in [1, 2, 4, 8] {
        let person = with((1..=count).map(|mark| left(mark, 1.0)).collect(), &pack);
        let taken = person.carried.minutes().0;
        let plan = planned(&pack, person);
        let route = &plan.routes[0];
        let free = if 540 + taken >= 600 { 540 + taken + 45 } else { 540 + taken };
        assert!(route.departs(&route.visits[0]) >= Minutes(free), "{route:?}");
        assert_eq!(route.pause.is_some(), free < 600, "{route:?}");
    }
}

#[test]
fn nobody_is_sent_whose_shift_is_full_of_earlier_work() {
    let pack = moscow();
    let plan = planned(&pack, with((1..=20).map(|mark| left(mark, 5.0)).collect(), &pack));
    assert!(plan.routes[0].visits.is_empty() && plan.left_out.len() == 40);
}

#[test]
fn where_nobody_knows_the_way_or_the_minutes_the_work_still_takes_its_time() {
    let pack = moscow();
    let nowhere = LeftWork { position: None, event_kind: "unheard_of".to_owned(), ..left(1, 0.0) };
    let person = with(vec![nowhere, left(2, 3.0)], &pack);
    let [first, second] = person.carried.tasks.as_slice() else { panic!("{:?}", person.carried) };
    assert_eq!((first.service, first.travel), (Minutes(5), Minutes(0)), "as an earlier plan had it");
    assert_eq!(second.travel, person.carried.travel_back, "from the base and back");
    planned(&pack, person);
}

#[test]
fn the_checker_works_it_out_again() {
    let pack = moscow();
    let person = with(vec![left(1, 3.0), left(2, 6.0)], &pack);
    let plan = planned(&pack, person.clone());
    let with = |change: &dyn Fn(&mut Carried)| {
        let mut plan = plan.clone();
        change(&mut plan.routes[0].inspector.carried);
        codes(&plan, &pack)
    };
    assert!(with(&|carried| carried.tasks[0].service = Minutes(20)).contains(&ViolationCode::Service));
    assert!(with(&|carried| carried.travel_back = Minutes(0)).contains(&ViolationCode::Clock));
    assert!(with(&|carried| carried.tasks[1].travel.0 -= 1).contains(&ViolationCode::Clock));
    // A plan that knew nothing of it.
    let mut unaware = planned(&pack, inspector(1));
    unaware.routes[0].inspector.carried = person.carried;
    assert!(codes(&unaware, &pack).contains(&ViolationCode::Clock));
}
