//! `executors`: terms that are about to break, how long each stage takes, how each executor works.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use serde_json::{Value, json};
use support::{done, folder, text};

/// Friday.
const TODAY: &str = "2026-11-20";
const NEXT: &str = "2026-11-23";

fn number(found: &Value, key: &str) -> u64 {
    found[key].as_u64().unwrap()
}

/// Adds up one figure of all inspectors.
fn of_inspectors(found: &Value, key: &str) -> u64 {
    found["inspectors"].as_array().unwrap().iter().map(|one| number(one, key)).sum()
}

#[test]
fn the_desk_is_told_its_pace_its_needed_pace_and_which_terms_break() {
    let folder = folder();
    let data = folder.path().join("data");
    done(&["demo", "--data", text(&data), "--objects", "2000", "--seed", "3", "--date", TODAY]);
    let found = done(&["executors", "--data", text(&data)]);
    assert_eq!((&found["today"], &found["from"]), (&json!(TODAY), &json!("2025-11-20")));

    let desk = &found["desk"];
    let days = desk["days"].as_array().unwrap();
    let sum = |key: &str| days.iter().map(|day| day[key].as_u64().unwrap()).sum::<u64>();
    assert!(number(desk, "waiting") > 0, "{desk}");
    assert_eq!(
        sum("due") + number(desk, "overdue"),
        number(desk, "waiting"),
        "each sign falls due on one day"
    );
    assert_eq!(sum("will_break"), number(desk, "will_break"));
    assert!(days.iter().all(|day| day["day"].as_str().unwrap() >= TODAY), "{desk}");
    // Five working days after the day on which the demo's runs opened them.
    let last = days.last().unwrap()["day"].as_str().unwrap();
    assert_eq!(last, "2026-11-27", "{desk}");

    // Twenty more decisions in the last twenty working days are one more a day; an older one is not of them.
    let plan = done(&["plan", "--data", text(&data), "--date", "2026-11-24"]);
    let key = plan["routes"][0]["stops"][0]["object"].as_str().unwrap();
    let day = |place: i32| if place == 0 { "2026-10-21" } else { "2026-11-19" };
    let row = |place: i32| format!("Н-{place},{key},land_no_right,8.0,confirmed,false,{0},{0}\n", day(place));
    let head = "decision_number,object_key,rule,points,verdict,refuted_later,decided_on,updated_on\n";
    let file = folder.path().join("desk.csv");
    std::fs::write(&file, (0..=20).fold(head.to_owned(), |text, place| text + &row(place))).unwrap();
    done(&["ingest", "--data", text(&data), "--source", "desk_decisions", text(&file)]);
    let later = done(&["executors", "--data", text(&data)]);
    let pace = |found: &Value| found["desk"]["pace"].as_f64().unwrap();
    assert!((pace(&later) - pace(&found) - 1.0).abs() < 1e-9, "{} {}", pace(&found), pace(&later));
}

#[test]
fn executors_are_rated_by_how_they_work_and_an_unreported_visit_is_their_backlog() {
    let folder = folder();
    let data = folder.path().join("data");
    let made = done(&["demo", "--data", text(&data), "--objects", "2000", "--seed", "3", "--date", TODAY]);
    let before = done(&["executors", "--data", text(&data)]);
    assert!(of_inspectors(&before, "visits") > 0);
    assert!(!before.to_string().contains("violation"), "what was found is no part of it");
    for stage in before["stages"].as_array().unwrap() {
        let took = &stage["took"];
        assert!(took["median"].as_u64().unwrap() <= took["p90"].as_u64().unwrap(), "{stage}");
    }
    assert_eq!((of_inspectors(&before, "open_late"), &before["results"]["waiting"]), (0, &json!(0)));

    // The next working day: nobody has reported the demo's visits.
    done(&["demo", "--data", text(&data), "--objects", "2000", "--seed", "3", "--date", NEXT]);
    let after = done(&["executors", "--data", text(&data)]);
    let planned = made["plan"]["visits"].as_u64().unwrap();
    assert_eq!(
        (of_inspectors(&after, "open_late"), &after["results"]["waiting"]),
        (planned, &json!(planned)),
        "{after}"
    );
    let first = &after["results"]["first"][0];
    assert_eq!((&first["planned"], &first["due"]), (&json!(TODAY), &json!("2026-11-27")));
    assert_eq!(after["results"]["overdue"], json!(0));
}
