//! Seasons of travel: January is slower than June, some modes rest, and the checker knows it by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use dozor_domain::{InspectorDay, Position, TravelMode};
use dozor_planner::{
    ObjectState, PlanRequest, PlannerError, PlannerPack, TravelTable, TravelTimes, ViolationCode, check,
    select,
};
use jiff::civil::{Date, date};

use super::plan::run;
use super::support::{CENTRE, files, inspector, moscow, moscow_manifest, parcel};

/// Working days, one in the pack's winter and one that is not.
const JANUARY: Date = date(2027, 1, 20);
const JUNE: Date = date(2027, 6, 16);

/// One inspector at the centre, one overdue prescription some two kilometres away.
fn asked(mode: TravelMode, pack: &PlannerPack, day: Date) -> PlanRequest {
    let object = ObjectState {
        position: Some(Position { lat: CENTRE.lat + 0.02, ..CENTRE }),
        prescription_overdue_days: 3,
        ..parcel(1)
    };
    let inspectors = vec![InspectorDay { mode, ..inspector(1) }];
    let selection = select(&[object], pack, day);
    PlanRequest { date: day, parent: None, selection, inspectors, seed: 1, iterations: 50 }
}

fn minutes(mode: TravelMode, pack: &PlannerPack, day: Date) -> u32 {
    let plan = run(&asked(mode, pack, day), pack);
    plan.visits().next().map(|(_, visit)| visit.travel.0).unwrap()
}

/// The pack, with its seasons or with none.
fn edited(edit: &dyn Fn(String) -> String) -> Result<PlannerPack, PlannerError> {
    let mut files = files("moscow");
    let text = files.remove("planner.toml").unwrap();
    files.insert("planner.toml".to_owned(), edit(text));
    PlannerPack::parse(&files, &moscow_manifest())
}

fn without_seasons() -> PlannerPack {
    let mut pack = moscow();
    pack.settings.travel.values_mut().for_each(|travel| travel.seasons.clear());
    pack
}

#[test]
fn a_way_in_january_takes_longer_than_in_june() {
    let (pack, plain) = (moscow(), without_seasons());
    // 2,224 metres × 1.3 at 4.5 km/h are 38.55 minutes; at 0.85 of it 45.35.
    assert_eq!(minutes(TravelMode::Walk, &pack, JUNE), 39);
    assert_eq!(minutes(TravelMode::Walk, &pack, JANUARY), 46);
    // 3,002 metres at 25 km/h are 7.2 minutes, at 0.9 of it 8.0; parking takes its 3 in any season.
    assert_eq!((minutes(TravelMode::Car, &pack, JUNE), minutes(TravelMode::Car, &pack, JANUARY)), (11, 12));
    assert_eq!(minutes(TravelMode::Transit, &pack, JANUARY), minutes(TravelMode::Transit, &pack, JUNE));
    assert_eq!(minutes(TravelMode::Walk, &plain, JANUARY), 39);
}

#[test]
fn nobody_rides_a_scooter_in_january() {
    let pack = moscow();
    let scooter = TravelMode::Scooter;
    assert_eq!(pack.settings.mode_on(scooter, JANUARY), TravelMode::Transit);
    assert_eq!(pack.settings.mode_on(scooter, JUNE), scooter);
    assert_eq!(pack.settings.mode_on(TravelMode::Walk, JANUARY), TravelMode::Walk);
    assert!(minutes(scooter, &pack, JUNE) > 0);
    let refused = dozor_planner::solve(&asked(scooter, &pack, JANUARY), &pack, &mut |_| {
        std::ops::ControlFlow::Continue(())
    });
    assert!(refused.unwrap_err().to_string().contains("«i001» goes by «scooter»"));
}

#[test]
fn the_checker_refuses_the_speed_of_summer_in_january() {
    let (pack, plain) = (moscow(), without_seasons());
    for mode in [TravelMode::Walk, TravelMode::Car, TravelMode::Scooter] {
        let made = |day: Date| run(&asked(mode, &plain, day), &plain);
        let found = check(&made(JANUARY), &pack);
        assert!(!found.is_empty() && found.iter().all(|one| one.code == ViolationCode::Clock), "{found:?}");
        assert_eq!(check(&made(JUNE), &pack), vec![]);
    }
}

#[test]
fn a_season_makes_the_ways_of_tables_longer_too() {
    let mut pack = moscow();
    let (object, base) = (parcel(1).key, inspector(1).key);
    let text = format!("from,to,minutes\nbase:{base},{object},17\n{object},base:{base},17\n");
    let table = Arc::new(TravelTable::read(text.as_bytes(), |_| true).unwrap());
    pack.settings.times = TravelTimes::new(BTreeMap::from([(TravelMode::Walk, table)]));
    assert_eq!(minutes(TravelMode::Walk, &pack, JUNE), 17);
    assert_eq!(minutes(TravelMode::Walk, &pack, JANUARY), 20);
    let mut summer = run(&asked(TravelMode::Walk, &pack, JANUARY), &pack);
    assert_eq!(check(&summer, &pack), vec![]);
    let visit = &mut summer.routes[0].visits[0];
    visit.travel.0 = 17;
    assert!(check(&summer, &pack).iter().any(|one| one.code == ViolationCode::Clock));
}

#[test]
fn seasons_that_cannot_be_are_refused_with_a_code() {
    let problem = |line: &str, other: &str| {
        let refused = edited(&|text| {
            assert!(text.contains(line), "{line}");
            text.replacen(line, other, 1)
        });
        let error = refused.unwrap_err();
        let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        (dozor_domain::Coded::info(&error).code, format!("{error}: {source}"))
    };
    let cases = [
        ("speed = 0.85", "speed = 0.0", "PLANNER_PACK", "speed lies between 0.05 and 2"),
        ("speed = 0.85", "speed = 0.85\ninstead = \"car\"", "PLANNER_TOML", "either `speed` or `instead`"),
        ("instead = \"transit\"", "", "PLANNER_TOML", "either `speed` or `instead`"),
        ("instead = \"transit\"", "instead = \"scooter\"", "PLANNER_PACK", "no other mode"),
        ("from = \"12-01\"", "from = \"12-32\"", "PLANNER_TOML", "no day of a year"),
        (
            "speed = 0.85",
            "speed = 0.85\n[[travel.walk.season]]\nfrom = \"03-15\"\nto = \"04-01\"\nspeed = 0.9",
            "PLANNER_PACK",
            "two seasons share a day",
        ),
        ("speed = 0.85", "instead = \"scooter\"", "PLANNER_PACK", "nobody uses on some of its days"),
    ];
    for (line, other, code, words) in cases {
        let (found, text) = problem(line, other);
        assert_eq!(found, code, "{text}");
        assert!(text.contains(words), "{text}");
    }
}
