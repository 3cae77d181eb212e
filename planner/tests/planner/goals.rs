//! Soft goals of a plan: travel by the pack's price, one stop at one place, load spread over a unit. The checker has been
//! seen red for each that it judges.

use std::collections::BTreeSet;

use dozor_domain::{InspectorDay, Plan, Position, RiskCategory};
use dozor_planner::{ObjectState, PlannerPack, ViolationCode, check};

use super::plan::run;
use super::support::{CENTRE, inspector, moscow, parcel, premises, request, selected};

/// A parcel that nobody has been to.
fn due(number: u32) -> ObjectState {
    ObjectState { category: RiskCategory::Medium, ..parcel(number) }
}

fn to_the_north(object: ObjectState, degrees: f64) -> ObjectState {
    ObjectState { position: Some(Position { lat: CENTRE.lat + degrees, ..CENTRE }), ..object }
}

fn planned(objects: &[ObjectState], people: Vec<InspectorDay>, pack: &PlannerPack) -> Plan {
    let plan = run(&request(selected(objects, pack), people, 500), pack);
    assert_eq!(check(&plan, pack), []);
    plan
}

fn visited(plan: &Plan) -> Vec<Vec<&str>> {
    let routes = plan.routes.iter();
    routes.map(|route| route.visits.iter().map(|visit| visit.candidate.key.as_str()).collect()).collect()
}

/// packs/moscow without the goals that a test is not about.
fn plain() -> PlannerPack {
    let mut pack = moscow();
    let weights = &mut pack.settings.weights;
    (weights.travel, weights.balance, weights.cluster) = (None, 0.0, 0.0);
    pack
}

#[test]
fn an_hour_on_the_way_costs_what_the_pack_says() {
    let mut pack = plain();
    pack.settings.visits_per_inspector = Some(1);
    let near = to_the_north(due(1), 0.01);
    let far = ObjectState { score: 20.0, ..due(2) };
    let far = to_the_north(far, 0.2);
    let objects = [near.clone(), far.clone()];
    let people = || vec![inspector(1)];
    assert_eq!(visited(&planned(&objects, people(), &pack)), [[far.key.as_str()]]);
    // It is worth 5 more, and two hours and a half on the way.
    pack.settings.weights.travel = Some(1.0);
    assert_eq!(visited(&planned(&objects, people(), &pack)), [[far.key.as_str()]]);
    pack.settings.weights.travel = Some(4.0);
    let plan = planned(&objects, people(), &pack);
    assert_eq!(visited(&plan), [[near.key.as_str()]]);
    // What there is time for is visited all the same.
    pack.settings.visits_per_inspector = None;
    assert_eq!(visited(&planned(&objects, people(), &pack))[0].len(), 2);
}

#[test]
fn tasks_at_one_address_are_one_stop() {
    let pack = plain();
    let both = [to_the_north(parcel(1), 0.1), to_the_north(premises(2), 0.1)];
    let both = both.map(|object| ObjectState { category: RiskCategory::High, ..object });
    let plan = planned(&both, vec![inspector(1), inspector(2)], &pack);
    assert_eq!(plan.routes.iter().map(|route| route.visits.len()).max(), Some(2));

    // Who may not do both is no fault; the checker finds it where somebody may.
    let with =
        |number: u32, skill: &str| InspectorDay { skills: [skill.to_owned()].into(), ..inspector(number) };
    let people = || vec![with(1, "municipal_land"), with(2, "regional_nonresidential")];
    let mut apart = planned(&both, people(), &pack);
    assert_eq!(apart.routes.iter().map(|route| route.visits.len()).collect::<Vec<_>>(), [1, 1]);
    apart.routes[0].inspector.skills.insert("regional_nonresidential".to_owned());
    let codes: BTreeSet<ViolationCode> = check(&apart, &pack).iter().map(|one| one.code).collect();
    assert_eq!(codes, [ViolationCode::Stop].into());
}

#[test]
fn a_stop_less_is_worth_what_the_pack_says() {
    let mut pack = plain();
    pack.settings.visits_per_inspector = Some(2);
    let land = to_the_north(due(1), 0.05);
    let rooms = to_the_north(premises(2), 0.05);
    let own = ObjectState { territory: Some("d9".to_owned()), ..due(3) };
    let objects = [land.clone(), rooms.clone(), own.clone()];
    // Only the first may go to the parcels, the second to the premises.
    let serves = |number: u32, codes: &[&str]| InspectorDay {
        territories: codes.iter().map(|code| (*code).to_owned()).collect(),
        ..inspector(number)
    };
    let second = InspectorDay { skills: ["regional_nonresidential".to_owned()].into(), ..serves(2, &["d1"]) };
    let people = || vec![serves(1, &["d1", "d9"]), second.clone()];
    let keys = |plan: &Plan| {
        visited(plan)
            .iter()
            .map(|route| route.iter().copied().map(str::to_owned).collect())
            .collect::<Vec<BTreeSet<String>>>()
    };
    let set =
        |objects: &[&ObjectState]| objects.iter().map(|object| object.key.clone()).collect::<BTreeSet<_>>();
    let worth = planned(&objects, people(), &pack).value;
    assert_eq!(keys(&planned(&objects, people(), &pack)), [set(&[&land, &own]), set(&[&rooms])]);
    pack.settings.weights.cluster = 24.9;
    assert_eq!(planned(&objects, people(), &pack).value, worth, "the visit is worth 25");
    pack.settings.weights.cluster = 25.0;
    let joined = planned(&objects, people(), &pack);
    assert_eq!(keys(&joined), [set(&[&land, &rooms]), set(&[])]);
    assert_eq!(joined.value, worth - 25.0);
    // Where another one can make it nothing is lost.
    let able = InspectorDay { territories: BTreeSet::new(), skills: inspector(2).skills, ..second.clone() };
    let cap = InspectorDay { avoids: [land.key.clone()].into(), ..able };
    let swapped = planned(&objects, vec![serves(1, &["d1", "d9"]), cap], &pack);
    assert_eq!(keys(&swapped), [set(&[&land, &rooms]), set(&[&own])]);
    assert_eq!(swapped.value, worth);
}

/// Ten objects around the base of two people, with time for all of them in the day of one.
fn quiet_day() -> (Vec<ObjectState>, Vec<InspectorDay>) {
    let object = |number: u32| {
        let (north, east) = (f64::from(number % 4) - 1.5, f64::from(number / 4) - 1.0);
        let at = Position { lat: CENTRE.lat + 0.003 * north, lon: CENTRE.lon + 0.005 * east };
        ObjectState { position: Some(at), ..due(number) }
    };
    ((0..10).map(object).collect(), vec![inspector(1), inspector(2)])
}

#[test]
fn load_is_spread_where_nothing_is_lost_by_it() {
    let mut pack = plain();
    let (objects, people) = quiet_day();
    let counts = |plan: &Plan| plan.routes.iter().map(|route| route.visits.len()).collect::<Vec<usize>>();
    let uneven = planned(&objects, people.clone(), &pack);
    assert_ne!(counts(&uneven), [5, 5]);
    assert!(uneven.routes.iter().all(|route| route.load.is_none()));

    pack.settings.weights.balance = 0.5;
    let even = planned(&objects, people.clone(), &pack);
    assert_eq!(counts(&even), [5, 5]);
    assert_eq!(even.value, uneven.value);
    let loads: Vec<u32> = even.routes.iter().filter_map(|route| Some(route.load?.minutes())).collect();
    assert!(loads.len() == 2 && loads[0].abs_diff(loads[1]) < 30, "{loads:?}");
    // People of other units are not compared.
    let apart = vec![people[0].clone(), InspectorDay { unit: "u2".to_owned(), ..people[1].clone() }];
    assert_ne!(counts(&planned(&objects, apart, &pack)), [5, 5]);

    let mut bent = even.clone();
    bent.routes[0].load.as_mut().unwrap().travel.0 += 1;
    let codes: Vec<ViolationCode> = check(&bent, &pack).iter().map(|one| one.code).collect();
    assert_eq!(codes, [ViolationCode::Load]);
}
