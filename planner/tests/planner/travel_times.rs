//! Imported travel times: what they change, what they leave alone, and that the checker knows them by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use dozor_domain::{InspectorDay, Minutes, Plan, Position, TravelMode, hex, sha256};
use dozor_planner::{
    DayRest, Disturbance, ObjectState, PlannerPack, TravelPlace, TravelTable, TravelTimes, TravelTimesError,
    ViolationCode, check, check_rest, replan, travel_times_csv,
};
use proptest::prelude::*;

use super::plan::run;
use super::properties::{config, town as random_town};
use super::support::{CENTRE, inspector, moscow, moscow_manifest, parcel, request, selected};

/// A town of objects on a bent grid, and people of every mode.
fn town(objects: u32) -> (Vec<ObjectState>, Vec<InspectorDay>) {
    let place = |number: u32| Position {
        lat: CENTRE.lat + f64::from(number % 17) * 0.006 - 0.05,
        lon: CENTRE.lon + f64::from(number * 7 % 23) * 0.009 - 0.1,
    };
    let objects = (1..=objects).map(|number| ObjectState {
        position: Some(place(number)),
        score: f64::from(number * 13 % 97),
        prescription_overdue_days: i64::from(number % 3),
        days_since_last_event: Some(i64::from(number * 31 % 700)),
        ..parcel(number)
    });
    let modes = [TravelMode::Car, TravelMode::Walk, TravelMode::Scooter, TravelMode::Transit];
    let people = (1..).zip(modes).map(|(number, mode)| InspectorDay { mode, ..inspector(number) });
    (objects.collect(), people.collect())
}

fn planned(pack: &PlannerPack, objects: u32) -> Plan {
    let (objects, people) = town(objects);
    run(&request(selected(&objects, pack), people, 400), pack)
}

fn fingerprint(plan: &Plan) -> String {
    let bytes = serde_json::to_vec(plan).unwrap();
    hex(&sha256(&bytes))
}

const EVENTS: &str = r#"
[[events]]
code = "survey"
title = { ru = "О", en = "S" }
interaction = false
lightness = 1
place = "route"
grounds = ["prescription_overdue", "own_norm"]
needs_category_decided = false
paper = { ru = "З", en = "T" }
prosecutor = "never"
register = "not_needed"
service_minutes = { parcel = 40 }
"#;
const FREQUENCY: &str = "norms = [{ category = \"low\", every_days = 365 }]";
const SETTINGS: &str = r#"
mandatory = ["prescription_overdue"]
search = { iterations = 4000 }
shift = { start = 540, end = 1080 }
break = { at = 780, minutes = 60, latest = 870 }
[weights]
categories = { low = 4.0, moderate = 10.0, medium = 25.0, high = 50.0, extremely_high = 100.0 }
score = 1.0
full_score = 100.0
prescription_overdue = 2.0
sign_confirmed = 1.5
sign_needs_data = 1.2
own_norm = 1.0
[travel]
walk = { kmh = 4.5, detour = 1.3, extra_minutes = 0.0 }
scooter = { kmh = 14.0, detour = 1.3, extra_minutes = 2.0 }
car = { kmh = 25.0, detour = 1.35, extra_minutes = 3.0 }
transit = { kmh = 20.0, detour = 1.4, extra_minutes = 8.0 }
"#;

/// A pack of this test alone: no figure of another pack may move the bytes that it holds.
fn fixed_pack() -> PlannerPack {
    let files = [("events.toml", EVENTS), ("frequency.toml", FREQUENCY), ("planner.toml", SETTINGS)];
    let files = files.map(|(file, text)| (file.to_owned(), text.to_owned())).into();
    PlannerPack::parse(&files, &moscow_manifest()).unwrap()
}

/// The search without tables is compiled by itself: what it finds is held byte for byte.
#[test]
fn a_plan_without_tables_is_what_it_was_before_there_were_any() {
    let plan = planned(&fixed_pack(), 150);
    assert_eq!(check(&plan, &fixed_pack()), vec![]);
    assert!(plan.visits().count() > 20, "{}", plan.visits().count());
    assert_eq!(fingerprint(&plan), "30f0008f065bba73bd5d38ee22b0412bf7041fa3e2df864cef239049c63f6b22");
}

fn table(text: &str) -> TravelTable {
    TravelTable::read(text.as_bytes(), |_| true).unwrap()
}

fn with(modes: &[TravelMode], table: TravelTable) -> PlannerPack {
    let table = Arc::new(table);
    let tables: BTreeMap<_, _> = modes.iter().map(|mode| (*mode, Arc::clone(&table))).collect();
    let mut pack = moscow();
    pack.settings.times = TravelTimes::new(tables);
    pack
}

/// All ways between the places of a town, but for those that chance leaves out; near ways may be long, and none is as
/// long as its way back.
fn chance_table(objects: u32, people: u32, (seed, share): (u32, u32)) -> String {
    let places: Vec<String> = (0..objects)
        .map(|number| parcel(number).key)
        .chain((0..people).map(|number| format!("base:{}", inspector(number).key)))
        .collect();
    let mut text = "from,to,minutes\n".to_owned();
    for (from, to) in (0..places.len()).flat_map(|from| (0..places.len()).map(move |to| (from, to))) {
        let chance = sha256(format!("{seed} {from} {to}").as_bytes());
        if u32::from(chance[0]) < share {
            let minutes = f64::from(chance[1]) / 4.0 - f64::from(chance[1].min(8)) / 4.0;
            text.push_str(&format!("{},{},{minutes}\n", places[from], places[to]));
        }
    }
    text
}

#[test]
fn a_table_of_a_mode_that_nobody_uses_changes_no_byte() {
    let (objects, mut people) = town(60);
    people.retain(|one| one.mode != TravelMode::Walk);
    let plain = moscow();
    let plan = |pack: &PlannerPack| run(&request(selected(&objects, pack), people.clone(), 200), pack);
    let pack = with(&[TravelMode::Walk], table(&chance_table(60, 4, (1, 200))));
    assert_eq!(plan(&pack), plan(&plain));
    assert!(!serde_json::to_string(&plan(&pack)).unwrap().contains("travel_times"));
}

/// One inspector by car (five minutes of parking a way) at his base, two objects some hundred metres away.
fn two_objects(text: &str) -> (PlannerPack, Plan) {
    let near = |number: u32, lat: f64| ObjectState {
        position: Some(Position { lat: CENTRE.lat + lat, ..CENTRE }),
        prescription_overdue_days: 3,
        ..parcel(number)
    };
    let pack = with(&[TravelMode::Car], table(text));
    let objects = [near(1, 0.004), near(2, 0.006)];
    let plan = run(&request(selected(&objects, &pack), vec![inspector(1)], 50), &pack);
    assert_eq!(check(&plan, &pack), []);
    (pack, plan)
}

#[test]
fn each_way_is_its_own_and_what_the_table_lacks_is_the_great_circles() {
    let (a, b) = (parcel(1).key, parcel(2).key);
    let text = format!("from,to,minutes\nbase:i001,{a},30\n{a},{b},2.2\n{b},{a},400\n{b},base:i001,7\n");
    let (_, plan) = two_objects(&text);
    let route = &plan.routes[0];
    let said: Vec<(String, u32)> =
        route.visits.iter().map(|visit| (visit.candidate.key.clone(), visit.travel.0)).collect();
    // b first: its way from the base is not in the table and short, but then a is out of reach.
    assert_eq!(said, [(a, 33), (b, 6)]);
    assert_eq!(route.travel_back.0, 10);
    let used = &plan.travel_times[0];
    assert_eq!((used.mode, used.ways_in_table, used.ways_by_distance), (TravelMode::Car, 3, 0));
    assert_eq!(used.table, table(&text).name());
}

#[test]
fn ways_that_a_table_lacks_are_counted() {
    let (a, b) = (parcel(1).key, parcel(2).key);
    let (_, plan) = two_objects(&format!("from,to,minutes\n{a},{b},0\n{b},{a},0\n"));
    let used = &plan.travel_times[0];
    assert_eq!((used.ways_in_table, used.ways_by_distance), (1, 2));
    // No time at all is one stop: no parking between the two.
    assert_eq!(plan.routes[0].visits[1].travel, Minutes(0));
}

#[test]
fn the_checker_refuses_other_tables_other_counts_and_other_times() {
    let (a, b) = (parcel(1).key, parcel(2).key);
    let rows = |minutes: u32| {
        format!("from,to,minutes\nbase:i001,{a},{minutes}\n{a},{b},9\n{b},base:i001,9\nbase:i001,{b},300\n")
    };
    let (pack, sound) = two_objects(&rows(20));
    let finds = |plan: &Plan, pack: &PlannerPack, code: ViolationCode| {
        assert!(check(plan, pack).iter().any(|one| one.code == code), "{code:?} {:?}", check(plan, pack));
    };
    finds(&sound, &moscow(), ViolationCode::TravelTimes);
    finds(&sound, &moscow(), ViolationCode::Clock);
    finds(&sound, &with(&[TravelMode::Car], table(&rows(22))), ViolationCode::TravelTimes);
    finds(&sound, &with(&[TravelMode::Car], table(&rows(22))), ViolationCode::Clock);
    let mut counted = sound.clone();
    counted.travel_times[0].ways_in_table += 1;
    finds(&counted, &pack, ViolationCode::TravelTimes);
    let mut nameless = sound.clone();
    nameless.travel_times.clear();
    finds(&nameless, &pack, ViolationCode::TravelTimes);
    let mut hasty = sound;
    hasty.routes[0].visits[0].travel = Minutes(6);
    finds(&hasty, &pack, ViolationCode::Clock);
}

#[test]
fn two_tables_with_the_same_routes_make_two_plans() {
    let (a, b) = (parcel(1).key, parcel(2).key);
    let rows = |back: u32| format!("from,to,minutes\nbase:i001,{b},300\n{a},{b},9\n{b},{a},{back}\n");
    let ((_, one), (_, other)) = (two_objects(&rows(9)), two_objects(&rows(10)));
    assert_eq!((&one.routes, &one.left_out), (&other.routes, &other.left_out));
    assert_ne!(one.id, other.id);
}

fn refused(text: &[u8], knows: impl Fn(TravelPlace<'_>) -> bool) -> Vec<String> {
    let Err(TravelTimesError::Refused { first, .. }) = TravelTable::read(text, knows) else { return vec![] };
    first.iter().map(|fault| format!("{} {}", fault.line, fault.code)).collect()
}

#[test]
fn every_wrong_row_is_named_with_its_code_and_nothing_is_taken() {
    let text = "from,to,minutes\na,b,1\nb,x,1\na,b,2\na,c,-1\na,c,inf\na,c,NaN\na,c,soon\na,c\n,c,1\nc,base:a,99999\n";
    let known = |place: TravelPlace<'_>| ["a", "b", "c"].contains(&place.key());
    let expected = [
        "3 TRAVEL_PLACE_UNKNOWN",
        "4 TRAVEL_PAIR_TWICE",
        "5 TRAVEL_MINUTES_NEGATIVE",
        "6 TRAVEL_MINUTES_NOT_FINITE",
        "7 TRAVEL_MINUTES_NOT_FINITE",
        "8 TRAVEL_ROW_UNREADABLE",
        "9 TRAVEL_ROW_UNREADABLE",
        "10 TRAVEL_PLACE_UNKNOWN",
        "11 TRAVEL_MINUTES_NOT_FINITE",
    ];
    assert_eq!(refused(text.as_bytes(), known), expected);
    assert_eq!(refused(b"from,to,seconds\na,b,1\n", known), ["1 TRAVEL_HEADING"]);
    assert_eq!(refused(b"from,to,minutes\n", known), ["1 TRAVEL_HEADING"]);
    assert_eq!(refused(b"", known), ["1 TRAVEL_HEADING"]);
    assert_eq!(refused(b"from,to,minutes\na,\xff,1\n", known), ["2 TRAVEL_ROW_UNREADABLE"]);
    let many = format!("from,to,minutes\n{}", "a,b,-1\n".repeat(50));
    let Err(TravelTimesError::Refused { count, first }) = TravelTable::read(many.as_bytes(), known) else {
        panic!("taken");
    };
    assert_eq!((count, first.len()), (50, 20));
}

#[test]
fn what_a_spreadsheet_makes_of_a_table_is_read_the_same() {
    let row = |table: &TravelTable| {
        let (targets, minutes) = table.row(0);
        (table.objects().to_vec(), table.bases().to_vec(), targets.to_vec(), minutes.to_vec())
    };
    let plain = table("from,to,minutes\na,b,1.5\na,base:i,2\nb,a,7\na,a,3\n");
    assert_eq!(plain.pairs(), 3, "no way leads from a place to itself");
    assert_eq!(
        row(&plain),
        (vec!["a".to_owned(), "b".to_owned()], vec!["i".to_owned()], vec![1, 2], vec![1.5, 2.0])
    );
    for text in [
        "\u{feff}to;metres;from;minutes\r\nb;800;a;1,5\r\nbase:i;;a;2\r\na;1;b;7\r\n",
        "from,to,minutes\n\"a\",b,1.5\nb,a,7\na,base:i,2.0\n",
    ] {
        assert_eq!(row(&table(text)), row(&plain), "{text}");
    }
}

#[test]
fn what_is_written_is_read_again() {
    let keys = ["plain", "with, comma", "with \"quotes\"", "with;semicolon", "две\nстроки"];
    let places = keys.map(TravelPlace::Object).into_iter().chain([TravelPlace::Base("i,1")]);
    let ways: Vec<_> = places.map(|place| (TravelPlace::Object("x"), place, 12.345)).collect();
    let table = TravelTable::read(&travel_times_csv(ways), |_| true).unwrap();
    let mut objects: Vec<&str> = keys.into_iter().chain(["x"]).collect();
    objects.sort_unstable();
    assert_eq!(
        (table.objects(), table.bases().len(), table.pairs()),
        (objects.as_slice().iter().map(|key| (*key).to_owned()).collect::<Vec<_>>().as_slice(), 1, 6)
    );
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_checker_finds_nothing_in_any_plan_by_tables(
        town in random_town(), seed in any::<u32>(), share in 0..256_u32, iterations in 0..200_u64,
    ) {
        // Where the direct way need not be the shortest, appointments of two may break: the checker refuses them (ADR 70).
        let town = town.alone();
        let mut pack = town.pack();
        let table = chance_table(60, 6, (seed, share));
        let Ok(table) = TravelTable::read(table.as_bytes(), |_| true) else { return Ok(()) };
        let table = Arc::new(table);
        pack.settings.times = TravelTimes::new([TravelMode::Car, TravelMode::Walk].map(|mode| (mode, Arc::clone(&table))).into());
        let plan = run(&town.request(&pack, iterations), &pack);
        prop_assert_eq!(check(&plan, &pack), vec![]);
        let by_table = |mode| matches!(mode, TravelMode::Car | TravelMode::Walk);
        let routes = plan.routes.iter().filter(|route| by_table(route.inspector.mode) && !route.visits.is_empty());
        let ways: usize = routes.map(|route| route.visits.len() + 1).sum();
        let counted: u32 = plan.travel_times.iter().map(|used| used.ways_in_table + used.ways_by_distance).sum();
        prop_assert_eq!(counted as usize, ways);
        let now = 600;
        let absent = plan.routes.first().map(|route| route.inspector.key.clone()).into_iter().collect();
        let disturbance = Disturbance { now: Minutes(now), absent, dropped: Default::default(), urgent: Vec::new(), ..Disturbance::default() };
        // Where the way over a stop is shorter than the direct one, nobody may be back from the visit he is making.
        let Ok(after) = replan(&plan, &pack, &disturbance, (1, 30)) else { return Ok(()) };
        let rest = DayRest { now, away: disturbance.absent };
        prop_assert_eq!(check_rest(&after.plan, &pack, &rest), vec![]);
    }
}
