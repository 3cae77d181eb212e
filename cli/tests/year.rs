//! `year` puts what the norms ask for beside what the staff can do, and says what more people would change.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use support::{done, folder, refused, text};

const TODAY: &str = "2026-11-20";

#[test]
fn a_year_is_planned_from_what_a_demo_holds() {
    let folder = folder();
    let data = folder.path().join("data");
    done(&["demo", "--data", text(&data), "--objects", "2000", "--seed", "2", "--date", TODAY]);
    let file = folder.path().join("year.csv");
    let call = ["year", "--data", text(&data), "--from", "2027-01-01", "--to", "2027-12-31"];
    let year = done(&[&call[..], &["--export", text(&file)]].concat());
    every_month_is_there(&year);
    each_visit_is_counted_once(&year, &file);
    assert_eq!(year["basis"]["travel_from"], "approved_plans", "the demo approves a day");
    assert!(year["basis"]["travel_minutes"].as_u64().unwrap() > 0);
    assert_eq!(done(&call), year, "the same question has the same answer");
    more_people_miss_no_more(&call, &year);
    what_cannot_be_planned_is_refused(&data);
}

fn every_month_is_there(year: &Value) {
    let as_of = year["as_of"].as_str().unwrap();
    assert!(as_of.starts_with("2026-11-") && as_of.ends_with('Z'), "an instant is RFC 3339: {as_of}");
    let months = year["report"]["months"].as_array().unwrap();
    let names: Vec<_> = months.iter().map(|month| month["month"].as_str().unwrap()).collect();
    assert_eq!((names.len(), names[0], names[11]), (12, "2027-01", "2027-12"));
    for month in months {
        assert!(month["capacity_minutes"].as_u64().unwrap() > 0, "{month}");
        let days = month["working_days"].as_u64().unwrap();
        assert!((15..=23).contains(&days), "{month}");
    }
    assert_eq!(months[0]["working_days"], 15, "the first ten days of January are holidays");
}

fn each_visit_is_counted_once(year: &Value, file: &Path) {
    let csv = std::fs::read_to_string(file).unwrap();
    let mut lines = csv.lines();
    assert_eq!(
        lines.next().unwrap(),
        "object_id,control_kind,ground,category,due,until,planned,state,event_kind,reason"
    );
    let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        assert!(seen.insert((cells[0], cells[1], cells[2], cells[4])), "{line} comes twice");
        assert!(cells[4] <= cells[5], "{line}");
        if cells[7] == "in_time" {
            assert!(cells[4] <= cells[6] && cells[6] <= cells[5], "{line}");
        }
        *counts.entry((cells[3].to_owned(), cells[7].to_owned())).or_default() += 1;
    }
    let categories = year["report"]["categories"].as_object().unwrap();
    assert!(!categories.is_empty() && !seen.is_empty());
    for (category, line) in categories {
        for state in ["in_time", "late", "missed", "carried"] {
            let counted = counts.remove(&(category.clone(), state.to_owned())).unwrap_or(0);
            assert_eq!(json!(counted), line["all"][state], "{category} {state}");
        }
    }
    assert!(counts.is_empty(), "{counts:?}");
}

fn more_people_miss_no_more(call: &[&str], year: &Value) {
    let short = |report: &Value| -> u64 {
        let lines = report["categories"].as_object().unwrap().values();
        lines
            .map(|line| line["all"]["missed"].as_u64().unwrap() + line["all"]["late"].as_u64().unwrap())
            .sum()
    };
    // So little time is left for norms that not everything fits.
    let tight = [call, &["--reserve", "99"]].concat();
    let before = done(&tight);
    assert!(short(&before["report"]) >= short(&year["report"]));
    let more = done(&[&tight[..], &["--more-inspectors", "20"]].concat());
    assert_eq!(more["report"], before["report"]);
    let people = |answer: &Value| answer["inspectors"].as_u64().unwrap();
    assert_eq!(more["changed"]["inspectors"], json!(people(&before) + 20));
    assert!(short(&more["changed"]["report"]) <= short(&before["report"]));
    let fewer = done(&[&tight[..], &["--more-inspectors", "-1"]].concat());
    assert_eq!(fewer["changed"]["inspectors"], json!(people(&before) - 1));
    assert_eq!(fewer["changed"]["changes"][0]["people"], -1);
    let nothing = done(&[call, &["--reserve", "100"]].concat());
    assert_eq!(nothing["report"]["months"][5]["capacity_minutes"], 0);
}

fn what_cannot_be_planned_is_refused(data: &Path) {
    let refusal = |from: &str, to: &str, exit, code| {
        refused(&["year", "--data", text(data), "--from", from, "--to", to], exit, code);
    };
    refusal("2027-02-01", "2027-01-01", 1, "YEAR_INVALID");
    refusal("2027-01-01", "2029-12-31", 1, "YEAR_INVALID");
    refusal("2027-06-01", "2028-05-31", 1, "CALENDAR_ENDS");
    refusal("2027-06-31", "2027-07-31", 2, "DATE_INVALID");
}
