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

/// Returns one queue.
fn queue<'a>(found: &'a Value, name: &str) -> &'a Value {
    found["queues"].as_array().unwrap().iter().find(|one| one["queue"] == name).unwrap()
}

#[test]
fn the_desk_is_told_its_pace_its_needed_pace_and_which_terms_break() {
    let folder = folder();
    let data = folder.path().join("data");
    done(&["demo", "--data", text(&data), "--objects", "2000", "--seed", "3", "--date", TODAY]);
    let found = done(&["executors", "--data", text(&data)]);
    assert_eq!((&found["today"], &found["from"]), (&json!(TODAY), &json!("2025-11-20")));

    let desk = queue(&found, "desk");
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
    let pace = |found: &Value| queue(found, "desk")["pace"].as_f64().unwrap();
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
    let stages = before["stages"].as_array().unwrap();
    for stage in &stages[..3] {
        let took = &stage["took"];
        assert!(took["median"].as_u64().unwrap() <= took["p90"].as_u64().unwrap(), "{stage}");
    }
    // Nobody has signed the demo's orders or taken its tasks.
    let unfinished = |name: &str| {
        let stage = stages.iter().find(|one| one["stage"] == name).unwrap();
        assert_eq!((&stage["took"], &stage["unit"]), (&Value::Null, &json!("minutes")), "{stage}");
        number(stage, "unfinished")
    };
    assert_eq!(unfinished("task_to_acceptance"), made["plan"]["visits"].as_u64().unwrap());
    assert!(unfinished("order_to_signature") > 0 && unfinished("signature_to_issue") == 0);
    assert_eq!((of_inspectors(&before, "open_late"), number(queue(&before, "results"), "waiting")), (0, 0));

    // The next working day: nobody has reported the demo's visits.
    done(&["demo", "--data", text(&data), "--objects", "2000", "--seed", "3", "--date", NEXT]);
    let after = done(&["executors", "--data", text(&data)]);
    let planned = made["plan"]["visits"].as_u64().unwrap();
    let results = queue(&after, "results");
    assert_eq!(
        (of_inspectors(&after, "open_late"), number(results, "waiting")),
        (planned, planned),
        "{after}"
    );
    // No result has come in the last weeks: at that pace each of them breaks its term.
    let first = &results["breaking"][0];
    assert_eq!((&first["planned"], &first["due"]), (&json!(TODAY), &json!("2026-11-27")));
    assert_eq!((&results["overdue"], number(results, "will_break")), (&json!(0), planned));
}

#[test]
fn each_queue_has_the_term_and_the_pace_of_its_own_work() {
    let folder = folder();
    let data = folder.path().join("data");
    done(&["demo", "--data", text(&data), "--objects", "2000", "--seed", "3", "--date", TODAY]);
    let plan = done(&["plan", "--data", text(&data), "--date", "2026-11-24"]);
    let key = plan["routes"][0]["stops"][0]["object"].as_str().unwrap();
    let before = done(&["executors", "--data", text(&data)]);
    let names: Vec<&str> =
        before["queues"].as_array().unwrap().iter().map(|one| one["queue"].as_str().unwrap()).collect();
    assert_eq!(names, ["orders", "results", "prescriptions", "desk", "requests", "answers"]);
    for one in before["queues"].as_array().unwrap() {
        let due: u64 = one["days"].as_array().unwrap().iter().map(|day| number(day, "due")).sum();
        assert_eq!(due + number(one, "overdue"), number(one, "waiting"), "{one}");
    }

    // A prescription of thirty days from the 12th of November that nobody goes to look at, and one that ends much later.
    let head = "prescription_number,object_key,issued_on,delivered_on,term_days,due_on,deferred_to,fulfilled_on,\
                suspended_from,suspended_to,updated_on\n";
    let row =
        |number: u8, term: u16| format!("ПТ-{number},{key},2026-11-11,2026-11-12,{term},,,,,,2026-11-13\n");
    let file = folder.path().join("prescriptions.csv");
    std::fs::write(&file, [head.to_owned(), row(1, 30), row(2, 300)].concat()).unwrap();
    done(&["ingest", "--data", text(&data), "--source", "prescriptions", text(&file)]);
    // Two appeals: one waits for an answer until the 14th of December, thirty calendar days, the other one has it.
    let head = "appeal_number,object_key,topic,topic_group,applicant_ref,verified,burst_ref,outcome,answered_on,created_on,\
                updated_on,applicant_name,phone,text,lat,lon\n";
    let row = |number: u8, answered: &str| {
        format!("ОТ-{number},{key},fence,fence,п1,true,,,{answered},2026-11-14,2026-11-19,,,,,\n")
    };
    let file = folder.path().join("appeals.csv");
    std::fs::write(&file, [head.to_owned(), row(1, ""), row(2, "2026-11-19")].concat()).unwrap();
    done(&["ingest", "--data", text(&data), "--source", "appeals", text(&file)]);

    let after = done(&["executors", "--data", text(&data)]);
    let due = |found: &Value, name: &str, on: &str| {
        let days = queue(found, name)["days"].as_array().unwrap().clone();
        days.iter().filter(|day| day["day"] == on).map(|day| number(day, "due")).sum::<u64>()
    };
    // The term ends on a Saturday, and before its end nobody may look whether it was met.
    let more = |name: &str, on: &str| due(&after, name, on) - due(&before, name, on);
    assert_eq!((more("prescriptions", "2026-12-14"), more("answers", "2026-12-14")), (1, 1), "{after}");
    let waiting = |found: &Value, name: &str| number(queue(found, name), "waiting");
    assert_eq!(
        waiting(&after, "prescriptions") - waiting(&before, "prescriptions"),
        1,
        "the other one ends later"
    );
    assert_eq!(waiting(&after, "answers") - waiting(&before, "answers"), 1);
    let pace = |found: &Value| queue(found, "answers")["pace"].as_f64().unwrap();
    assert!(
        (pace(&after) - pace(&before) - 1.0 / 20.0).abs() < 1e-9,
        "one answer more in twenty working days"
    );
}
