//! `plan` says who goes where and why the rest stays out, and a day has one name only.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use support::{NOW, done, dozor, folder, refused, rewrite, text};

const TODAY: &str = "2026-11-20";
const TUESDAY: &str = "2026-11-24";

#[test]
fn a_plan_names_each_stop_and_each_object_that_stays_out() {
    let folder = folder();
    let data = folder.path().join("data");
    let made = done(&["demo", "--data", text(&data), "--objects", "2000", "--seed", "2", "--date", TODAY]);
    assert_eq!(made["plan"].get("routes"), None, "a demo tells the counts only");
    let plan = done(&["plan", "--data", text(&data), "--date", TUESDAY]);
    each_stop_is_named(&plan);
    each_object_left_out_is_named(&plan);
    approved_days_tell_the_same(&data, &plan);
    a_day_has_one_name(&data, &plan);
    decided_twice_is_named(&data);
    a_rewritten_name_is_found(&data);
}

fn each_stop_is_named(plan: &Value) {
    let routes = plan["routes"].as_array().unwrap();
    let mut stops = 0;
    for route in routes {
        assert!(route["inspector"].as_str().is_some_and(|key| !key.is_empty()), "{route}");
        assert!(route["name"].as_str().is_some_and(|name| !name.is_empty()), "{route}");
        let mut before = String::new();
        for stop in route["stops"].as_array().unwrap() {
            for key in ["object", "control_kind", "category", "event_kind", "ground", "start", "end"] {
                assert!(stop[key].as_str().is_some_and(|value| !value.is_empty()), "{key}: {stop}");
            }
            let start = stop["start"].as_str().unwrap().to_owned();
            assert!(before < start && start.len() == 5, "{before} {start}: times of the day in order");
            before = stop["end"].as_str().unwrap().to_owned();
            stops += 1;
        }
    }
    assert!(stops > 0, "{plan}");
    assert_eq!(plan["visits"], json!(stops));
}

fn each_object_left_out_is_named(plan: &Value) {
    let left = plan["left"].as_array().unwrap();
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for one in left {
        assert!(one["object"].as_str().is_some_and(|key| !key.is_empty()), "{one}");
        assert!(one["control_kind"].is_string() && one["detail"].is_object(), "{one}");
        *counts.entry(one["reason"].as_str().unwrap()).or_default() += 1;
    }
    assert_eq!(json!(counts), plan["left_out"], "the list and its counts");
    assert!(!counts.is_empty(), "{plan}");
}

fn approved_days_tell_the_same(data: &Path, plan: &Value) {
    let id = plan["plan"].as_str().unwrap();
    done(&["approve", "--data", text(data), "--plan", id, "--official", "Иванова"]);
    let again = done(&["plan", "--data", text(data), "--date", TUESDAY]);
    assert_eq!((&again["approved"], &again["routes"]), (&json!(true), &plan["routes"]));
    let mut call = std::process::Command::new(env!("CARGO_BIN_EXE_dozor"));
    let output = call.args(["plan", "--data", text(data), "--date", TUESDAY, "--now", NOW]).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    let objects: BTreeSet<&str> = plan["routes"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|route| route["stops"].as_array().unwrap())
        .map(|stop| stop["object"].as_str().unwrap())
        .collect();
    assert!(objects.iter().all(|object| shown.contains(object)), "people see the day too: {shown}");
}

fn a_day_has_one_name(data: &Path, plan: &Value) {
    for other in ["20261124", "2026-11-24T10:00", "2026-11-24T00:00:00+03:00", "2026-W48-2"] {
        refused(&["plan", "--data", text(data), "--date", other], 2, "DATE_INVALID");
        let replan = ["replan", "--data", text(data), "--date", other, "--at", "11:00"];
        refused(&replan, 2, "DATE_INVALID");
    }
    let again = done(&["plan", "--data", text(data), "--date", TUESDAY, "--seed", "9"]);
    assert_eq!(again["plan"], plan["plan"], "an approved day has one plan");
}

fn decided_twice_is_named(data: &Path) {
    let decide = |order: &str, official: &str| {
        let ended = dozor(&["decide", "--data", text(data), "--order", order, "--official", official]);
        (ended.code, ended.json())
    };
    for (order, official, code) in [(" ", "Иванова", "ORDER_NUMBER_EMPTY"), ("9", " ", "OFFICIAL_EMPTY")]
    {
        let (exit, said) = decide(order, official);
        assert_eq!((exit, &said["error"]["code"]), (2, &json!(code)), "{said}");
    }
    done(&["score", "--data", text(data), "--as-of", TODAY]);
    let (exit, first) = decide("9", "Иванова");
    assert_eq!((exit, &first["known"]), (0, &json!(false)), "{first}");
    let (exit, again) = decide("9", "Иванова");
    assert_eq!((exit, &again["known"]), (0, &json!(true)), "the same order again is done already: {again}");
    assert_eq!((&again["decision"], &again["activated"]), (&first["decision"], &first["activated"]));
    let (exit, other) = decide("10", "Иванова");
    assert_eq!((exit, &other["error"]["code"]), (1, &json!("NOTHING_TO_DECIDE")), "{other}");
}

fn a_rewritten_name_is_found(data: &Path) {
    let named = || {
        let report = dozor(&["audit", "recompute", "--data", text(data)]).json();
        let named = report["named"].as_array().unwrap().iter().map(|one| one["what"].to_string());
        named.collect::<Vec<String>>()
    };
    assert_eq!(named(), Vec::<String>::new());
    assert!(rewrite(data, "Иванова".as_bytes(), "Петрова".as_bytes()) > 0);
    assert_eq!(done(&["audit", "verify", "--data", text(data)])["fault"], Value::Null);
    assert_eq!(named(), ["\"decision\""]);
}
