//! `evaluate`: its rows are written whatever they hold, it learns nothing of what it measures, and says what is missing.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::path::Path;

use serde_json::{Value, json};
use support::town::Town;
use support::{done, folder, refused, text};

const HEAD: &str = "object_id,event_id,date,score,probability,category,label";

fn evaluated(data: &Path, train_until: &str, (from, to): (&str, &str)) -> (Value, String) {
    let file = data.with_file_name("events.csv");
    let days = ["--train-until", train_until, "--from", from, "--to", to, "--export", text(&file)];
    let report = done(&[&["evaluate", "--data", text(data)], &days[..]].concat());
    (report, std::fs::read_to_string(&file).unwrap())
}

/// Blanks what was found by the inspections of a year.
fn unlabelled(town: &mut Town, year: &str) -> usize {
    let mut blanked = 0;
    for inspection in &mut town.inspections {
        let kept: Vec<&str> = inspection.rsplitn(4, ',').collect();
        if inspection.contains(&format!(",{year}-")) {
            *inspection = format!("{},,{},{}", kept[3], kept[1], kept[0]);
            blanked += 1;
        }
    }
    blanked
}

#[test]
fn a_period_without_a_label_or_without_an_event_is_written_all_the_same() {
    let folder = folder();
    let mut town = Town::usual(21);
    let blanked = unlabelled(&mut town, "2013");
    let data = town.installed(folder.path());
    let (report, rows) = evaluated(&data, "2013-01-01", ("2013-01-01", "2013-12-31"));
    assert_eq!((&report["events"], &report["evaluation"]), (&json!(blanked), &Value::Null), "{report}");
    assert_eq!(report["notes"][0]["code"], "EVALUATE_EMPTY", "{report}");
    assert_eq!(rows.lines().count(), 1 + blanked);
    assert!(rows.lines().skip(1).all(|row| row.ends_with(',')), "no label is empty");
    let (none, rows) = evaluated(&data, "2013-01-01", ("2020-01-01", "2020-01-31"));
    assert_eq!((&none["events"], rows.trim_end()), (&json!(0), HEAD), "{none}");
}

#[test]
fn events_that_found_no_object_are_counted() {
    let folder = folder();
    let mut town = Town::usual(22);
    let stranger = town.inspections[7].replacen(",10000,", ",77777,", 1).replacen("1008,", "9001,", 1);
    assert!(stranger.starts_with("9001,") && stranger.contains(",77777,"), "{stranger}");
    town.inspections.push(stranger);
    let data = town.installed(folder.path());
    let (report, rows) = evaluated(&data, "2013-01-01", ("2013-01-01", "2013-12-31"));
    assert_eq!((&report["events"], &report["without_object"]), (&json!(480), &json!(1)), "{report}");
    assert_eq!(rows.lines().count(), 481);
}

#[test]
fn a_model_may_not_learn_from_what_it_measures() {
    let folder = folder();
    let data = Town::usual(23).installed(folder.path());
    let file = folder.path().join("events.csv");
    let call = |until: &str, from: &str, to: &str, more: [&str; 2], code: &str| {
        let days = ["--train-until", until, "--from", from, "--to", to];
        refused(&[&["evaluate", "--data", text(&data)], &days[..], &more].concat(), 2, code);
    };
    let rows = ["--export", text(&file)];
    call("2013-07-02", "2013-07-01", "2013-12-31", rows, "TRAIN_OVERLAPS");
    call("2013-07-01T05:00:01Z", "2013-07-01", "2013-12-31", rows, "TRAIN_OVERLAPS");
    call("2013-07-02", "2013-07-01", "2013-12-31", ["--report", "r.json"], "TRAIN_OVERLAPS");
    call("2013-01-01", "2013-07-02", "2013-07-01", rows, "WINDOWS_EMPTY");
    call("2013-01-01", "2013-07-02", "2013-07-01", ["--report", "r.json"], "WINDOWS_EMPTY");
    assert!(!file.exists());
}

#[test]
fn a_model_that_tells_no_object_from_another_is_named() {
    let folder = folder();
    let mut town = Town::usual(24);
    // Who violates does not follow from anything that is known.
    town.inspections.iter_mut().enumerate().for_each(|(at, inspection)| {
        let kept: Vec<&str> = inspection.rsplitn(4, ',').collect();
        *inspection = format!("{},{},0,0", kept[3], u8::from(at % 7 == 0));
    });
    let data = town.installed(folder.path());
    let (report, rows) = evaluated(&data, "2012-02-10", ("2013-01-01", "2013-12-31"));
    let mut given: Vec<&str> = rows.lines().skip(1).map(|row| row.split(',').nth(4).unwrap()).collect();
    given.dedup();
    let is_constant = given.len() == 1;
    let notes = report["notes"].as_array().unwrap();
    assert_eq!(is_constant, notes.iter().any(|note| note["code"] == "MODEL_CONSTANT"), "{report}");
    assert!(is_constant, "this town is here to show it: {report}");
}
