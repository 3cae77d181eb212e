//! Random routing problems with the independent checker as oracle, duties, and repairs.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

use std::cell::Cell;
use std::collections::BTreeSet;

use dozor_planner::benchmark::{City, Inspector, Object, Toptw};
use dozor_planner::routing::{
    Aim, Appointment, Crew, Hold, Item, Limit, Matrix, Pair, Problem, Quotas, Rank, SearchSettings,
    force_duties, rearrange, repair, search, search_with_duties,
};
use dozor_planner::{verify_city, verify_toptw};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Each property meets 2,000 cities in every run, five times as many with DOZOR_TEST_LONG.
fn config() -> ProptestConfig {
    let is_long = std::env::var("DOZOR_TEST_LONG").is_ok_and(|value| value == "1");
    ProptestConfig {
        cases: if is_long { 10_000 } else { 2_000 },
        rng_seed: RngSeed::Fixed(20_261_122),
        failure_persistence: None,
        ..Default::default()
    }
}

fn aim(iterations: u64) -> Aim {
    Aim { cooling: iterations, stop: iterations }
}

/// Small parts, so that little cities are cut too.
fn in_parts() -> SearchSettings {
    SearchSettings { crews_in_part: 2, round: 40, all_items: 10, all_crews: 2, ..SearchSettings::default() }
}

prop_compose! {
    fn object()(
        place in (-0.1..0.1_f64, -0.2..0.2_f64),
        okrug in 0..3_u32,
        cat in 0..5_u32,
        service in 0..8000_i64,
        open in 30_000..60_000_i64,
        length in prop_oneof![1 => Just(0_i64), 4 => 0..30_000_i64],
        skill in 0..3_u32,
    ) -> Object {
        let prize = [100, 50, 25, 10, 4][cat as usize];
        let (lat, lon) = (55.75 + place.0, 37.6 + place.1);
        Object { id: 0, lat, lon, okrug, cat, prize, service, tw: [open, open + length], skill }
    }
}

prop_compose! {
    fn person()(
        okrug in prop::collection::vec(0..3_u32, 0..3),
        skills in prop::collection::vec(1..3_u32, 0..2),
        start in 30_000..40_000_i64,
        length in prop_oneof![1 => Just(0_i64), 5 => 0..30_000_i64],
        office in 0..2_usize,
    ) -> Inspector {
        Inspector { id: 0, okrug, skills, start, end: start + length, office }
    }
}

prop_compose! {
    fn city()(
        mut objects in prop::collection::vec(object(), 0..50),
        mut inspectors in prop::collection::vec(person(), 0..7),
        one_point in prop::bool::weighted(0.1),
    ) -> City {
        for (id, object) in (1..).zip(&mut objects) {
            object.id = id;
            if one_point {
                (object.lat, object.lon) = (55.75, 37.6);
            }
        }
        (1..).zip(&mut inspectors).for_each(|(id, inspector)| inspector.id = id);
        City { offices: vec![[55.75, 37.6], [55.8, 37.5]], objects, inspectors }
    }
}

fn faults(city: &City, answer: &impl serde::Serialize) -> Vec<String> {
    verify_city(&serde_json::to_string(city).unwrap(), &serde_json::to_string(answer).unwrap())
}

/// Says whether each inspector could make the visits of a route, by the checker.
fn planned(routes: &[Vec<u32>]) -> BTreeSet<u32> {
    routes.iter().flatten().copied().collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_checker_finds_nothing_in_any_city(city in city(), iterations in 0..400_u64, seed in 0..9_u64) {
        let problem = city.problem();
        for settings in [SearchSettings::default(), SearchSettings::many_crews(), in_parts()] {
            let found = search(&problem, &settings, seed, &mut aim(iterations));
            prop_assert_eq!(faults(&city, &city.answer(&problem, &found)), Vec::<String>::new());
        }
    }

    #[test]
    fn the_number_of_threads_changes_nothing(city in city(), seed in 0..9_u64) {
        let problem = city.problem();
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| search(&problem, &in_parts(), seed, &mut aim(160)))
        };
        prop_assert_eq!(with(1), with(3));
    }

    #[test]
    fn no_group_has_more_visits_than_its_quota(
        city in city(),
        most in prop::collection::vec(0..6_u32, 4),
        seed in 0..9_u64,
    ) {
        let plain = city.problem();
        let of_class = (0..plain.classes.len() as u32).map(|class| vec![class % 2]).collect();
        let of_crew = (0..plain.crews.len() as u32).map(|crew| vec![2 + crew % 2]).collect();
        let problem = plain.with_quotas(Quotas::new(of_class, of_crew, most.clone()));
        for settings in [SearchSettings::default(), SearchSettings::many_crews(), in_parts()] {
            let found = search(&problem, &settings, seed, &mut aim(160));
            prop_assert_eq!(faults(&city, &city.answer(&problem, &found)), Vec::<String>::new());
            let counts = problem.counts(&found.routes);
            prop_assert!(counts.iter().zip(&most).all(|(count, most)| count <= most), "{:?}", counts);
        }
    }

    #[test]
    fn duties_are_planned_or_reported_with_what_stands_against_them(
        city in city(),
        wanted in prop::collection::btree_set(0..50_u32, 0..6),
        seed in 0..9_u64,
    ) {
        let duties: Vec<u32> = wanted.into_iter().filter(|item| (*item as usize) < city.objects.len()).collect();
        let problem = city.problem().with_duties(duties.clone());
        let settings = SearchSettings::default();
        let answer = search_with_duties(&problem, &settings, seed, &mut aim(200));
        prop_assert_eq!(faults(&city, &city.answer(&problem, &answer.found)), Vec::<String>::new());
        let done = planned(&answer.found.routes);
        let reported: BTreeSet<u32> = answer.conflicts.iter().map(|conflict| conflict.item).collect();
        for duty in &duties {
            prop_assert!(done.contains(duty) != reported.contains(duty));
        }
        for conflict in &answer.conflicts {
            // Without any one of the others the duty fits: nothing in the report is there for nothing.
            for spared in &conflict.with {
                let rest = conflict.with.iter().copied().filter(|item| item != spared);
                let rest: Vec<u32> = rest.chain([conflict.item]).collect();
                let fits = search(&city.problem().with_duties(rest.clone()), &settings, seed, &mut aim(0));
                prop_assert!(rest.iter().all(|item| planned(&fits.routes).contains(item)));
            }
        }
    }

    #[test]
    fn a_repair_is_sound_and_loses_nothing_silently(city in city(), absent in 0..7_usize, seed in 0..9_u64) {
        let before = search(&city.problem(), &SearchSettings::default(), seed, &mut aim(100));
        let mut changed = city.clone();
        if let Some(inspector) = changed.inspectors.get_mut(absent) {
            inspector.end = inspector.start;
        }
        let problem = changed.problem();
        let repaired =
            repair(&problem, &SearchSettings::default(), &before.routes, &[], (seed, 100));
        let found = dozor_planner::routing::Found {
            routes: repaired.routes.clone(), profit: repaired.profit, aim: aim(0),
        };
        prop_assert_eq!(faults(&changed, &changed.answer(&problem, &found)), Vec::<String>::new());
        let (earlier, now) = (planned(&before.routes), planned(&repaired.routes));
        let lost: Vec<u32> = earlier.difference(&now).copied().collect();
        prop_assert_eq!(lost, repaired.left_out);
    }
}

fn points(lines: &[(f64, f64, u32, u32, u32, u32)]) -> String {
    let mut text = format!("4 1 {} 1\n0 0\n", lines.len() - 1);
    for (number, (x, y, service, profit, open, close)) in lines.iter().enumerate() {
        text.push_str(&format!("{number} {x} {y} {service} {profit} 1 1 1 {open} {close}\n"));
    }
    text
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_checker_finds_nothing_in_any_answer_for_points(
        lines in prop::collection::vec(
            (-50..50_i32, -50..50_i32, 0..20_u32, 0..30_u32, 0..200_u32, 0..100_u32), 1..40
        ),
        vehicles in 1..5_u32,
        iterations in 0..400_u64,
    ) {
        let lines: Vec<_> = lines.into_iter().enumerate().map(|(at, (x, y, service, profit, open, length))| {
            let (open, close) = if at == 0 { (0, 230) } else { (open, open + length) };
            (f64::from(x) / 2.0, f64::from(y) / 2.0, service, profit, open, close)
        }).collect();
        let text = points(&lines);
        let answer = Toptw::parse(&text).unwrap().solve(vehicles, 1, &mut aim(iterations));
        let answer = serde_json::to_string(&answer).unwrap();
        prop_assert_eq!(verify_toptw(&text, vehicles, &answer), Vec::<String>::new());
    }
}

const SHIFT_START: i64 = 32_400;

/// A day on which everything is open, everybody serves every district and has every skill.
fn open_day(objects: u32, inspectors: u32) -> City {
    let mut city = City::generate(objects, inspectors, 3);
    for inspector in &mut city.inspectors {
        (inspector.okrug, inspector.skills) = ((0..12).collect(), (1..=4).collect());
    }
    city.objects.iter_mut().for_each(|object| object.tw = [SHIFT_START, 43_200]);
    city
}

#[test]
fn a_search_ended_by_the_clock_is_replayed_by_its_numbers() {
    let city = open_day(80, 6);
    let problem = city.problem();
    // The clock ticks a hundredth with each look at it: late enough for a cooling and for time after it, or too early
    // for either.
    for (until, tick_later) in [(2.0, 0.01), (2.0, 0.005), (0.05, 0.01)] {
        let (looks, now) = (Cell::new(0), Cell::new(0.0));
        let clock = || {
            looks.set(looks.get() + 1);
            now.set(now.get() + if looks.get() < 30 { 0.01 } else { tick_later });
            now.get()
        };
        let settings = SearchSettings::many_crews();
        let stopped = search(&problem, &settings, 5, &mut Limit::new(clock, Some(until), None));
        let mut known = stopped.aim;
        assert_eq!(search(&problem, &settings, 5, &mut known), stopped);
        assert_eq!(known.stop > known.cooling, tick_later < 0.01, "{known:?}");
    }
}

#[test]
fn nobody_on_duty_or_shifts_without_length_leave_an_empty_plan() {
    let nobody = open_day(40, 0);
    let mut no_time = open_day(40, 5);
    no_time.inspectors.iter_mut().for_each(|inspector| inspector.end = inspector.start);
    for city in [nobody, no_time] {
        let problem = city.problem().with_duties(vec![3, 7]);
        let answer = search_with_duties(&problem, &SearchSettings::many_crews(), 1, &mut aim(300));
        assert_eq!(planned(&answer.found.routes), BTreeSet::new());
        let reported: Vec<u32> = answer.conflicts.iter().map(|conflict| conflict.item).collect();
        assert_eq!(reported, [3, 7]);
        assert!(answer.conflicts.iter().all(|conflict| conflict.with.is_empty()));
        assert_eq!(faults(&city, &city.answer(&problem, &answer.found)), Vec::<String>::new());
    }
}

#[test]
fn a_city_in_one_point_is_filled_by_time_alone() {
    let mut city = open_day(60, 2);
    let [lat, lon] = city.offices[0];
    for object in &mut city.objects {
        (object.lat, object.lon, object.service, object.prize) = (lat, lon, 2820, 10);
        object.tw = [SHIFT_START, 64_800];
    }
    for inspector in &mut city.inspectors {
        (inspector.office, inspector.end) = (0, SHIFT_START + 180 + 7 * 3000);
    }
    let problem = city.problem();
    let found = search(&problem, &SearchSettings::many_crews(), 1, &mut aim(300));
    // Three minutes of parking for each way: seven visits of fifty minutes and the way back fill the shift exactly.
    assert_eq!(found.routes.iter().map(Vec::len).collect::<Vec<_>>(), [7, 7]);
    assert_eq!(faults(&city, &city.answer(&problem, &found)), Vec::<String>::new());
}

#[test]
fn duties_that_do_not_fit_together_are_reported_and_the_rest_is_planned() {
    let mut city = open_day(30, 1);
    // One person cannot be at three objects at the same minute; the other duties are open all day.
    let [lat, lon] = city.offices[city.inspectors[0].office];
    for item in [4, 9, 14, 20, 25] {
        (city.objects[item].lat, city.objects[item].lon) = (lat, lon);
    }
    for item in [4, 9, 14] {
        (city.objects[item].tw, city.objects[item].service) = ([36_000, 36_000], 1200);
    }
    for item in [20, 25] {
        (city.objects[item].tw, city.objects[item].service) = ([SHIFT_START, 54_000], 600);
    }
    let problem = city.problem().with_duties(vec![4, 9, 14, 20, 25]);
    let answer = search_with_duties(&problem, &SearchSettings::default(), 1, &mut aim(2000));
    let done = planned(&answer.found.routes);
    assert!(done.contains(&20) && done.contains(&25), "{done:?}");
    assert_eq!([4, 9, 14].iter().filter(|duty| done.contains(duty)).count(), 1);
    assert!(done.len() > 3, "what is no duty fills the rest of the day");
    for conflict in &answer.conflicts {
        assert!([4, 9, 14].contains(&conflict.item));
        let [other] = conflict.with[..] else { panic!("{conflict:?}") };
        assert!([4, 9, 14].contains(&other), "one of the same minute is enough: {conflict:?}");
    }
    assert_eq!(answer.conflicts.len(), 2);
    assert_eq!(faults(&city, &city.answer(&problem, &answer.found)), Vec::<String>::new());
}

/// A duty of one, and work for two that fills the day of both.
fn one_and_two(rank: Rank, hold: Hold) -> (Problem<Matrix>, Vec<Vec<u32>>) {
    let item = |profit, class| Item { open: 0, close: 60, service: 40, profit, class };
    let crew = |base| Crew { base, start: 0, end: 60, profile: 0 };
    let items = vec![item(9, 0), item(0, 0), item(1, 1)];
    let classes = vec![Vec::new(), vec![1]];
    let pair = Pair { lead: 0, assist: 1, able: vec![0, 1], rank, appointed: None };
    let mut problem = Problem::new(items, vec![crew(3), crew(4)], classes, Matrix::new(5, |_, _| 0))
        .with_ranked_duties(vec![2], Vec::new())
        .with_pairs(vec![pair]);
    problem.appoint(0, Appointment { crews: [0, 1], start: 10, waits: [0, 0], hold });
    (problem, vec![vec![0], vec![1]])
}

#[test]
fn work_for_two_gives_way_to_what_counts_more_and_for_both() {
    for rank in [Rank::Free, Rank::Lesser] {
        let (mut problem, routes) = one_and_two(rank, Hold::Search);
        assert_eq!(force_duties(&mut problem, routes), [vec![], vec![2]], "{rank:?}");
        assert_eq!((problem.pairs()[0].appointed, problem.is_appointed(0)), (None, false));
    }
    for (rank, hold) in [(Rank::Duty, Hold::Search), (Rank::Free, Hold::Agreed)] {
        let (mut problem, routes) = one_and_two(rank, hold);
        assert_eq!(force_duties(&mut problem, routes.clone()), routes, "{rank:?} {hold:?}");
        assert!(problem.pairs()[0].appointed.is_some());
    }
}

#[test]
fn of_what_two_make_the_least_gives_way_and_only_where_nothing_else_does() {
    let item = |profit, class| Item { open: 0, close: 60, service: 25, profit, class };
    let crew = |base| Crew { base, start: 0, end: 60, profile: 0 };
    let pair =
        |lead| Pair { lead, assist: lead + 1, able: (0..4).collect(), rank: Rank::Free, appointed: None };
    // Items 0 to 3 are halves, 4 and 5 for one, 6 the duty; four people, two of whom may do it.
    let items = [(50, 0), (0, 0), (30, 0), (0, 0), (70, 2), (80, 2), (1, 1)];
    let items = items.map(|(profit, class)| item(profit, class)).to_vec();
    let classes = vec![Vec::new(), vec![1, 3], (0..4).collect()];
    let crews = (7..11).map(crew).collect();
    let mut problem = Problem::new(items, crews, classes, Matrix::new(11, |_, _| 0))
        .with_ranked_duties(vec![6], Vec::new())
        .with_pairs(vec![pair(0), pair(2)]);
    let appointment = |crews| Appointment { crews, start: 0, waits: [0, 0], hold: Hold::Search };
    problem.appoint(0, appointment([0, 1]));
    problem.appoint(1, appointment([2, 3]));
    // Beside each half there is time for one more visit.
    let all = vec![vec![0], vec![1, 4], vec![2], vec![3, 5]];
    assert_eq!(force_duties(&mut problem.clone(), all), [vec![0], vec![1, 6], vec![2], vec![3, 5]]);
    // Who assists is taken out too, though his half is worth nothing by itself.
    for item in [4, 5] {
        problem.items[item].close = -1;
    }
    let mut long = problem.clone();
    long.items[6].service = 40;
    let routes = vec![vec![0], vec![1], vec![2], vec![3]];
    assert_eq!(force_duties(&mut long, routes), [vec![0], vec![1], vec![], vec![6]]);
    assert_eq!(long.pairs().iter().map(|pair| pair.appointed.is_some()).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_duty_finds_room_when_another_changes_places() {
    // Time for one visit each; the first duty anybody may make, the second only the first crew.
    let item = |class, profit| Item { open: 0, close: 100, service: 60, profit, class };
    let crew = |base| Crew { base, start: 0, end: 100, profile: 0 };
    let items = vec![item(0, 5), item(1, 5), item(0, 1)];
    let day = |crews, classes| {
        let ways = Matrix::new(5, |from, to| if from == to { 0 } else { 10 });
        Problem::new(items.clone(), crews, classes, ways)
    };
    let settings = SearchSettings::default();
    let mut two = day(vec![crew(3), crew(4)], vec![vec![0, 1], vec![0]]).with_duties(vec![0, 1]);
    assert_eq!(rearrange(&mut two, &settings, 1, vec![vec![0], vec![2]]), [[1], [0]]);
    // A lesser duty gives way where both do not fit; nothing gives way to one that is lesser.
    let one = || day(vec![crew(3)], vec![vec![0], vec![0]]);
    assert_eq!(
        rearrange(&mut one().with_ranked_duties(vec![1], vec![0]), &settings, 1, vec![vec![0]]),
        [[1]]
    );
    assert_eq!(
        rearrange(&mut one().with_ranked_duties(vec![0], vec![1]), &settings, 1, vec![vec![0]]),
        [[0]]
    );
}

#[test]
fn the_checkers_see_what_is_wrong() {
    let text = points(&[(0.0, 0.0, 0, 0, 0, 20), (3.0, 4.0, 1, 5, 0, 4), (0.0, 6.0, 1, 7, 0, 100)]);
    let wrong = |vehicles, answer: &str| verify_toptw(&text, vehicles, answer).len();
    assert_eq!(wrong(1, r#"{"score": 7, "routes": [[2]]}"#), 0);
    assert_eq!(wrong(1, r#"{"score": 8, "routes": [[2]]}"#), 1, "the sum");
    assert_eq!(wrong(1, r#"{"score": 5, "routes": [[1]]}"#), 1, "closes before it is reached");
    assert_eq!(wrong(2, r#"{"score": 14, "routes": [[2], [2]]}"#), 1, "twice");
    assert_eq!(wrong(1, r#"{"score": 7, "routes": [[2], []]}"#), 1, "one route too many");
    assert_eq!(wrong(1, r#"{"score": 7, "routes": [[3]]}"#), 1, "no such point");
    let late = points(&[(0.0, 0.0, 0, 0, 0, 11), (0.0, 6.0, 0, 7, 0, 100)]);
    assert_eq!(verify_toptw(&late, 1, r#"{"score": 7, "routes": [[1]]}"#).len(), 1, "back too late");
}

#[test]
fn the_city_checker_sees_what_is_wrong() {
    let mut city = City::generate(2, 1, 1);
    city.inspectors[0] =
        Inspector { id: 1, okrug: vec![5], skills: vec![2], start: 32_400, end: 61_200, office: 0 };
    for (object, id) in city.objects.iter_mut().zip(1..) {
        let [lat, lon] = city.offices[0];
        *object = Object {
            id,
            lat,
            lon,
            okrug: 5,
            cat: 0,
            prize: 100,
            service: 600,
            tw: [36_000, 40_000],
            skill: 2,
        };
    }
    let wrong = |city: &City, answer: serde_json::Value| faults(city, &answer).len();
    let stops = |stops: serde_json::Value| {
        serde_json::json!({
            "score": 100 * stops.as_array().map_or(0, Vec::len),
            "routes": [{"inspector": 1, "stops": stops}],
        })
    };
    assert_eq!(wrong(&city, stops(serde_json::json!([{"object": 1, "start": 36_000}]))), 0);
    assert_eq!(wrong(&city, stops(serde_json::json!([{"object": 1, "start": 35_999}]))), 1, "not open yet");
    let pair = |second: i64| {
        stops(serde_json::json!([{"object": 1, "start": 36_000}, {"object": 2, "start": second}]))
    };
    assert_eq!(wrong(&city, pair(36_780)), 0, "ten minutes of service, three of parking");
    assert_eq!(wrong(&city, pair(36_779)), 1, "not there yet");
    let one = stops(serde_json::json!([{"object": 1, "start": 36_000}]));
    let mut foreign = city.clone();
    foreign.inspectors[0].okrug = vec![4];
    assert_eq!(wrong(&foreign, one.clone()), 1, "another district");
    let mut unskilled = city.clone();
    unskilled.inspectors[0].skills.clear();
    assert_eq!(wrong(&unskilled, one.clone()), 1, "no skill");
    city.inspectors[0].end = 36_779;
    assert_eq!(wrong(&city, one), 1, "back too late");
}
