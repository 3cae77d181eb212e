//! The rest of a day planned anew: what has begun stays, little else moves, and the checker agrees.

use std::collections::BTreeSet;

use dozor_domain::{Forcing, Minutes, Plan, Position, RiskCategory, Route, Visit, VisitCause};
use dozor_planner::{
    DayRest, Disturbance, Lack, ObjectState, PlannerError, PlannerPack, Replanned, Told, Violation, Work,
    check, check_complete, check_rest, orders_and_tasks_of, replan, replan_in_full, urgent_work,
};
use proptest::prelude::*;

use super::plan::run;
use super::properties::{config, town};
use super::support::{CENTRE, inspector, moscow, parcel, request, selected};

fn quiet(now: u32) -> Disturbance {
    Disturbance { now: Minutes(now), ..Disturbance::default() }
}

/// Checks the new plan as one of a day that has begun.
fn faults(after: &Replanned, pack: &PlannerPack, disturbance: &Disturbance) -> Vec<Violation> {
    check_rest(&after.plan, pack, &DayRest { now: disturbance.now.0, away: disturbance.absent.clone() })
}

fn again(plan: &Plan, pack: &PlannerPack, disturbance: &Disturbance) -> Replanned {
    let after = replan(plan, pack, disturbance, (1, 200)).unwrap();
    assert_eq!(faults(&after, pack, disturbance), []);
    after
}

/// Returns the same plan with its bound and its prices.
fn in_full(plan: &Plan, pack: &PlannerPack, disturbance: &Disturbance, shown: &Plan) -> Plan {
    let full = replan_in_full(plan, pack, disturbance, (1, 200)).unwrap();
    assert_eq!(faults(&full, pack, disturbance), []);
    let mut bare = full.plan.clone();
    bare.bound = None;
    bare.left_out.iter_mut().for_each(|out| out.forcing = None);
    assert_eq!(bare, *shown, "what was shown is what is kept, the id among it");
    full.plan
}

/// Sixty parcels in four quarters around the centre, four inspectors.
fn city() -> (PlannerPack, Plan) {
    let objects: Vec<ObjectState> = (0..120_u32)
        .map(|number| {
            let (row, column) = (f64::from(number / 12) - 5.0, f64::from(number % 12) - 6.0);
            let position = Position { lat: CENTRE.lat + row * 0.01, lon: CENTRE.lon + column * 0.015 };
            ObjectState { position: Some(position), category: RiskCategory::Medium, ..parcel(number) }
        })
        .collect();
    let pack = moscow();
    let people = (1..=4).map(inspector).collect();
    let plan = run(&request(selected(&objects, &pack), people, 2000), &pack);
    assert_eq!(check(&plan, &pack), []);
    (pack, plan)
}

fn urgent(pack: &PlannerPack) -> Work {
    let position = Some(Position { lat: CENTRE.lat + 0.004, lon: CENTRE.lon + 0.004 });
    let object = ObjectState { prescription_overdue_days: 9, position, ..parcel(900) };
    selected(&[object], pack).work.remove(0)
}

#[test]
fn where_nothing_happened_nothing_moves() {
    let (pack, plan) = city();
    for now in [0, 540, 700, 1080] {
        let after = again(&plan, &pack, &quiet(now));
        assert_eq!(after.moves, [], "{now}");
        assert_eq!(after.plan.parent, Some(plan.id));
    }
}

#[test]
fn an_absent_inspector_finishes_what_he_began_and_others_take_over_what_is_worth_it() {
    let (pack, plan) = city();
    let gone = plan.routes[1].inspector.key.clone();
    let after = again(&plan, &pack, &Disturbance { absent: [gone.clone()].into(), ..quiet(700) });
    let visits: Vec<Minutes> = after.plan.routes[1].visits.iter().map(|visit| visit.arrive).collect();
    assert!(visits.iter().all(|arrive| arrive.0 < 740), "{visits:?}");
    assert!(!visits.is_empty() && visits.len() < plan.routes[1].visits.len());
    assert!(after.moves.iter().any(|one| one.from.as_ref().is_some_and(|from| from.0 == gone)));
    let strangers = after.moves.iter().filter(|one| one.from.as_ref().is_none_or(|from| from.0 != gone));
    let others: usize = plan.routes.iter().map(|route| route.visits.len()).sum();
    assert!(strangers.count() * 4 < others, "{:?}", after.moves);
}

#[test]
fn an_urgent_order_is_planned_and_little_else_changes_hands() {
    let (pack, plan) = city();
    let work = urgent(&pack);
    let key = work.candidate.key.clone();
    let after = again(&plan, &pack, &Disturbance { urgent: vec![work], ..quiet(700) });
    let visit = after.plan.routes.iter().flat_map(|route| &route.visits).find(|one| one.candidate.key == key);
    let visit = visit.unwrap();
    assert!(visit.start.0 >= 700 && visit.cause == VisitCause::Mandatory);
    let hands = after
        .moves
        .iter()
        .filter(|one| one.from.as_ref().zip(one.to.as_ref()).is_some_and(|(from, to)| from.0 != to.0));
    assert!(hands.count() <= 2, "{:?}", after.moves);
}

#[test]
fn the_bound_of_a_changed_day_counts_what_is_done_and_shares_the_hours_that_are_left() {
    let (pack, plan) = city();
    let whole = plan.bound.unwrap();
    let mut before = f64::INFINITY;
    for now in [0, 540, 700, 900, 1080] {
        let quiet = quiet(now);
        let full = in_full(&plan, &pack, &quiet, &again(&plan, &pack, &quiet).plan);
        let bound = full.bound.unwrap();
        assert!(full.value <= bound && bound <= whole.min(before), "{now}: {} {bound} {before}", full.value);
        // At the end of the day nothing more can be done than is.
        assert!(now < 1080 || bound == full.value, "{} {bound}", full.value);
        before = bound;
        let priced = full.left_out.iter().filter(|out| out.forcing.is_some()).count();
        assert_eq!(now < 1080, priced > 0, "{now}: {priced}");
        let begun = |visit: &Visit| visit.start.0 < now;
        for forcing in full.left_out.iter().filter_map(|out| out.forcing.as_ref()) {
            let route = full.routes.iter().find(|route| route.inspector.key == forcing.inspector).unwrap();
            let first = forcing.first as usize;
            assert!(route.visits[first..first + forcing.count as usize].iter().all(|visit| !begun(visit)));
        }
    }
    // Who is away leaves his hours to nobody.
    let absent: BTreeSet<String> = plan.routes[1..].iter().map(|route| route.inspector.key.clone()).collect();
    let gone = Disturbance { absent: absent.clone(), ..quiet(700) };
    let full = in_full(&plan, &pack, &gone, &again(&plan, &pack, &gone).plan);
    let alone = quiet(700);
    let with_all = in_full(&plan, &pack, &alone, &again(&plan, &pack, &alone).plan);
    assert!(full.bound.unwrap() < with_all.bound.unwrap() && full.value <= full.bound.unwrap());
    assert!(
        full.left_out
            .iter()
            .filter_map(|out| out.forcing.as_ref())
            .all(|one| !absent.contains(&one.inspector))
    );
}

#[test]
fn the_checker_refuses_a_price_that_the_rest_of_the_day_does_not_have() {
    let (pack, plan) = city();
    let quiet = quiet(700);
    let full = in_full(&plan, &pack, &quiet, &again(&plan, &pack, &quiet).plan);
    let at = full.left_out.iter().position(|out| out.forcing.is_some()).unwrap();
    let route = &full.routes[0];
    let codes = |bent: &Plan| -> Vec<_> { check(bent, &pack).into_iter().map(|one| one.detail).collect() };
    let mut bent = full.clone();
    let first = &route.visits[0];
    let forcing = Forcing {
        inspector: route.inspector.key.clone(),
        first: 0,
        count: 1,
        loss: first.value,
        second: None,
    };
    bent.left_out[at].forcing = Some(forcing);
    assert_eq!(codes(&bent), ["what has begun gives way to nothing"]);
    let mut bent = full.clone();
    let rest = bent.rest.as_mut().unwrap();
    rest.away.insert(full.left_out[at].forcing.as_ref().unwrap().inspector.clone());
    assert!(codes(&bent).iter().any(|one| one == "who is away takes nothing more"));
}

#[test]
fn a_visit_without_access_leaves_its_time_to_others() {
    let (pack, plan) = city();
    let last = plan.routes[0].visits.last().unwrap().candidate.clone();
    let dropped = BTreeSet::from([(last.object, last.control_kind.clone())]);
    let after = again(&plan, &pack, &Disturbance { dropped, ..quiet(600) });
    assert!(after.moves.iter().any(|one| one.object == last.object && one.to.is_none()));
    let count = |plan: &Plan| plan.routes.iter().map(|route| route.visits.len()).sum::<usize>();
    assert!(count(&after.plan) + 1 >= count(&plan));
}

#[test]
fn who_has_begun_early_stays_where_he_is() {
    let (pack, plan) = city();
    let route = &plan.routes[1];
    // By the hours he would set out for it only later.
    let next = route.visits.iter().find(|visit| route.departs(visit).0 >= 700).unwrap();
    let (gone, next) = (route.inspector.key.clone(), next.clone());
    let key = (next.candidate.object, next.candidate.control_kind.clone());
    let (absent, told) = ([gone].into(), [(key, Told::Begun)].into());
    let after = again(&plan, &pack, &Disturbance { absent, told, ..quiet(700) });
    let kept = after.plan.routes[1].visits.last().unwrap();
    assert_eq!((&kept.candidate, kept.start), (&next.candidate, next.start), "he is at it");
}

#[test]
fn of_who_is_ahead_of_his_hours_the_hours_say_nothing() {
    let (pack, plan) = city();
    for route in &plan.routes {
        // He is at his last visit, and the first falls away: the hours leave room for others there, and he is elsewhere.
        let (first, last) = (&route.visits[0].candidate, &route.visits.last().unwrap().candidate);
        let dropped = BTreeSet::from([(first.object, first.control_kind.clone())]);
        let told = [((last.object, last.control_kind.clone()), Told::Begun)].into();
        let after = again(&plan, &pack, &Disturbance { dropped, told, ..quiet(0) });
        assert_eq!(after.plan.rest.unwrap().ahead, [route.inspector.key.clone()].into());
    }
}

#[test]
fn a_plan_of_the_rest_of_a_day_says_so_and_issues_what_is_asked_for() {
    let (pack, plan) = city();
    let absent: BTreeSet<String> = [plan.routes[1].inspector.key.clone()].into();
    let after = again(&plan, &pack, &Disturbance { absent: absent.clone(), ..quiet(700) }).plan;
    let rest = after.rest.clone().unwrap();
    assert_eq!((rest.now, &rest.away), (Minutes(700), &absent));
    assert_eq!(check(&after, &pack), [], "what was over is known to the plan");
    let place = 2;
    let wanted = after.routes[0].visits[place].candidate.object;
    let is_wanted = |_: &dozor_domain::Route, visit: &dozor_domain::Visit| visit.candidate.object == wanted;
    let at = dozor_domain::Timestamp::from_micros(0);
    let (orders, tasks) = orders_and_tasks_of(&after, &pack, &is_wanted, at).unwrap();
    assert_eq!((orders.len(), tasks.len()), (1, 1));
    assert_eq!((tasks[0].object, tasks[0].position, tasks[0].order), (wanted, 3, orders[0].id));
}

#[test]
fn urgent_work_has_a_ground_and_takes_the_place_of_what_stayed_out() {
    let pack = moscow();
    let day = super::support::DAY;
    let object = ObjectState { prescription_overdue_days: 9, ..parcel(900) };
    let work = urgent_work(&object, &pack, day).unwrap();
    assert_eq!(work, selected(&[object], &pack).work[0]);
    let idle = ObjectState { days_since_last_event: Some(1), ..parcel(901) };
    let refused = urgent_work(&idle, &pack, day).unwrap_err();
    assert_eq!(refused[0].lack, Lack::Ground);
    assert!(refused.iter().all(|one| !one.basis.is_empty()), "{refused:?}");
    let (pack, plan) = city();
    let out = plan.left_out[0].candidate.clone();
    let dropped = [(out.object, out.control_kind.clone())].into();
    let after = again(&plan, &pack, &Disturbance { dropped, ..quiet(700) });
    assert!(after.plan.left_out.iter().any(|one| one.candidate == out), "it is not planned any more");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let (pack, plan) = city();
    let refused = |disturbance: Disturbance| {
        let answer = replan(&plan, &pack, &disturbance, (1, 10));
        assert!(matches!(answer, Err(PlannerError::Input { .. })), "{disturbance:?}");
    };
    refused(Disturbance { absent: ["nobody".to_owned()].into(), ..quiet(600) });
    let twice = vec![urgent(&pack), urgent(&pack)];
    refused(Disturbance { urgent: twice, ..quiet(600) });
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_day_disturbed_is_sound_and_keeps_what_has_begun(
        town in town(), now in 0..1300_u32, absent in prop::collection::btree_set(0..6_usize, 0..3),
        drop_every in 1..9_usize, with_urgent in any::<bool>(),
        // Every so manieth of what stayed out is wanted today; 0 = none.
        (wanted_every, later, then_absent) in (0..6_usize, 0..300_u32, 0..6_usize),
    ) {
        let pack = town.pack();
        let asked = town.request(&pack, 60);
        let plan = run(&asked, &pack);
        let keys = plan.routes.iter().map(|route| route.inspector.key.clone());
        let absent = keys.enumerate().filter(|(at, _)| absent.contains(at)).map(|(_, key)| key).collect();
        let visits: Vec<_> = plan.visits().map(|(_, visit)| visit).collect();
        let dropped = visits.iter().skip(drop_every - 1).step_by(drop_every)
            .map(|visit| (visit.candidate.object, visit.candidate.control_kind.clone())).collect();
        let new = if with_urgent { vec![urgent(&pack)] } else { Vec::new() };
        let waits = |work: &&Work| plan.left_out.iter().any(|out| out.candidate == work.candidate);
        let waiting = asked.selection.work.iter().filter(waits);
        let wanted = waiting.step_by(wanted_every.max(1)).filter(|_| wanted_every > 0).cloned();
        let urgent: Vec<Work> = new.iter().cloned().chain(wanted).collect();
        let disturbance = Disturbance { now: Minutes(now), absent, dropped, urgent, ..Disturbance::default() };
        let after = again(&plan, &pack, &disturbance);
        let full = in_full(&plan, &pack, &disturbance, &after.plan);
        let bound = full.bound.unwrap();
        prop_assert!(full.value <= bound + 1e-6, "{} {bound}", full.value);
        // Nor is any other plan of the same hours worth more.
        let other = replan(&plan, &pack, &disturbance, (2, 0)).unwrap().plan;
        prop_assert!(other.value <= bound + 1e-6, "{} {bound}", other.value);
        let out = plan.left_out.iter().map(|out| &out.candidate);
        let all = visits.iter().map(|visit| &visit.candidate).chain(out);
        let all: Vec<_> = all.chain(new.iter().map(|work| &work.candidate)).collect();
        let people: Vec<_> = plan.routes.iter().map(|route| route.inspector.clone()).collect();
        prop_assert_eq!(check_complete(&after.plan, &all, &people), vec![]);
        let set_out = |route: &Route, visit: &Visit| route.departs(visit).0 < now;
        // What the other one does not come to is not made alone.
        let is_held = |visit: &Visit| visit.partner.as_ref().is_none_or(|partner| {
            let theirs = plan.routes.iter().find(|route| route.inspector.key == partner.inspector).unwrap();
            let half = theirs.visits.iter().find(|half| half.candidate == visit.candidate).unwrap();
            set_out(theirs, half) || !disturbance.absent.contains(&partner.inspector)
        });
        for (route, new) in plan.routes.iter().zip(&after.plan.routes) {
            let begun = route.visits.iter().filter(|visit| set_out(route, visit) && is_held(visit)).count();
            prop_assert_eq!(&route.visits[..begun], &new.visits[..begun]);
            let is_away = disturbance.absent.contains(&route.inspector.key);
            prop_assert!(!is_away || new.visits.len() == begun);
            prop_assert!(new.visits[begun..].iter().all(|visit| visit.start.0 >= now));
        }
        // The next change forgets nothing that is urgent: the checker asks what stands against it.
        let first = after.plan;
        let keys = first.routes.iter().map(|route| &route.inspector.key).skip(then_absent).take(1);
        let absent = disturbance.absent.iter().chain(keys).cloned().collect();
        let next_disturbance = Disturbance { absent, ..quiet(now + later) };
        let next = again(&first, &pack, &next_disturbance);
        let urgent = |plan: &Plan| plan.rest.as_ref().unwrap().urgent.clone();
        prop_assert_eq!(urgent(&next.plan), urgent(&first));
        prop_assert_eq!(urgent(&first).len(), disturbance.urgent.len());
        prop_assert!(next.plan.value <= in_full(&first, &pack, &next_disturbance, &next.plan).bound.unwrap() + 1e-6);
    }
}
