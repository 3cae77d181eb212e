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
    the_gate_answers_for_any_day(&data, &plan);
    nobody_approves_without_a_name(&data, &plan);
    a_plan_of_a_day_that_is_over_is_not_that_days_plan(&data);
    approved_days_tell_the_same(&data, &plan);
    a_change_is_told_in_the_words_of_the_plan(&data, &plan);
    what_is_urgent_stays_out_for_nothing_voluntary(&data, &plan);
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
        let (mut before, mut number) = (String::new(), 0);
        for stop in route["stops"].as_array().unwrap() {
            for key in ["object", "control_kind", "category", "event_kind", "ground", "start", "end"] {
                assert!(stop[key].as_str().is_some_and(|value| !value.is_empty()), "{key}: {stop}");
            }
            let start = stop["start"].as_str().unwrap().to_owned();
            assert!(before < start && start.len() == 5, "{before} {start}: times of the day in order");
            before = stop["end"].as_str().unwrap().to_owned();
            assert!(stop["why_now"]["ru"].as_str().is_some_and(|words| !words.is_empty()), "{stop}");
            // Several visits at one address are one stop.
            let here = stop["travel"] == json!(0) && number > 0;
            number += u64::from(!here);
            assert_eq!(stop["stop"], json!(number), "{route}");
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
    let no_time = || left.iter().filter(|one| one["reason"] == "no_time_left");
    let priced = no_time().filter(|one| one["forcing"]["loss"].as_f64().is_some_and(|loss| loss > 0.0));
    assert!(priced.count() > 0, "{plan}");
    assert!(no_time().all(|one| one["expected"].is_string()), "{plan}");
    assert!(!counts.is_empty(), "{plan}");
}

fn the_gate_answers_for_any_day(data: &Path, plan: &Value) {
    let stop = plan["routes"].as_array().unwrap().iter().find_map(|route| route["stops"].get(0)).unwrap();
    let object = stop["object"].as_str().unwrap();
    let kind = stop["control_kind"].as_str().unwrap();
    let ask = |event: &str, ground: &str, date: &str, more: &[&str]| {
        let call = ["gate", "--data", text(data), "--object", object, "--event", event, "--ground", ground];
        done(&[&call[..], &["--date", date, "--control-kind", kind], more].concat())
    };
    let lacks = |answer: &Value| -> Vec<String> {
        let refusals = answer["refusals"].as_array().unwrap();
        assert_eq!(answer["allowed"], json!(refusals.is_empty()), "{answer}");
        assert!(refusals.iter().all(|one| !one["articles"].as_array().unwrap().is_empty()), "{answer}");
        refusals.iter().map(|one| one["lack"].as_str().unwrap().to_owned()).collect()
    };
    let today = ask("field_survey", "sign_confirmed", TUESDAY, &[]);
    assert_eq!((lacks(&today), &today["category"]), (vec![], &stop["category"]));
    grounds_are_looked_for(&ask, plan, stop);
    assert!(today["category_decided_on"].is_string(), "{today}");
    let by_chance = ask("inspection_visit", "chance", TUESDAY, &[]);
    assert_eq!(lacks(&by_chance), ["ground", "prosecutor_approval"]);
    // Before the decision the object counted as Low, and what needs a decision lacked it.
    let before = ask("field_survey", "sign_confirmed", "2024-06-03", &[]);
    assert_eq!((lacks(&before), &before["category"]), (vec!["category_decision".to_owned()], &json!("low")));
    let planned = ask("inspection_visit", "planned", "2024-06-03", &["--plan-agreed-on", "2023-12-15"]);
    assert!(lacks(&planned).contains(&"moratorium".to_owned()), "{planned}");
    let start = ask("inspection_visit", "indicator", TUESDAY, &["--moment", "start"]);
    assert_eq!(lacks(&start), ["prosecutor_approval", "register_entry"]);
    let papers = ["--moment", "start", "--prosecutor-agreed-on", TUESDAY, "--registered-on", TUESDAY];
    assert_eq!(lacks(&ask("inspection_visit", "indicator", TUESDAY, &papers)), Vec::<String>::new());
    let call = ["gate", "--data", text(data), "--object", object, "--event", "field_survey"];
    refused(&[&call[..], &["--ground", "whim", "--date", TUESDAY]].concat(), 2, "GATE_QUESTION");
    refused(&[&call[..], &["--ground", "chance", "--date", "tomorrow"]].concat(), 2, "DATE_INVALID");
    codes_that_are_none_are_named(data, object);
    let nobody = ["gate", "--data", text(data), "--object", "none", "--event", "field_survey"];
    refused(&[&nobody[..], &["--ground", "chance", "--date", TUESDAY]].concat(), 1, "OBJECT_NOT_FOUND");
}

/// Asks about one object: event, ground, day, and more arguments.
type Ask<'a> = dyn Fn(&str, &str, &str, &[&str]) -> Value + 'a;

/// A ground that the data hold for the day is told apart from one that is only named; the answer stays an answer.
fn grounds_are_looked_for(ask: &Ask<'_>, plan: &Value, stop: &Value) {
    let on_record = |ground: &str, day: &str| {
        let answer = ask("field_survey", ground, day, &[]);
        answer["ground_on_record"].as_bool().unwrap_or_else(|| panic!("{answer}"))
    };
    let codes: &[&str] = match stop["ground"].as_str().unwrap() {
        "sign" => &["sign_confirmed", "sign_needs_data"],
        "frequency" => &["own_norm"],
        "drawn" => &["chance"],
        "prescription_overdue" => &["prescription_overdue"],
        other => panic!("{other}"),
    };
    assert!(codes.iter().any(|code| on_record(code, TUESDAY)), "the plan of the day rests on it: {stop}");
    for stays_on_paper in ["harm", "prosecutor_demand", "appeal_verified", "planned"] {
        assert!(!on_record(stays_on_paper, TUESDAY), "{stays_on_paper}");
    }
    let is_drawn = stop["ground"] == "drawn";
    assert_eq!(on_record("chance", TUESDAY), is_drawn, "{plan}");
    assert!(!on_record("chance", "2024-06-03"), "no plan of that day drew it");
    assert!(!on_record("sign_undecided", "2015-06-01"), "nobody knew of a sign then");
    assert!(!on_record("own_norm", "2015-06-01"), "the object was not known then");
}

/// A kind of event that the pack never had, and an inspector whom the staff never had, are no questions.
fn codes_that_are_none_are_named(data: &Path, object: &str) {
    let asked = |event: &str, more: &[&str]| {
        let call =
            ["gate", "--data", text(data), "--object", object, "--ground", "chance", "--date", TUESDAY];
        dozor(&[&call[..], &["--event", event], more].concat())
    };
    let ended = asked("picnic", &[]);
    assert_eq!((ended.code, ended.error_code().as_str()), (2, "GATE_QUESTION"));
    let message = ended.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("«picnic»") && message.contains("field_survey, "), "{message}");
    let ended = asked("field_survey", &["--inspector", "nobody"]);
    assert_eq!((ended.code, ended.error_code().as_str()), (2, "GATE_QUESTION"));
    let message = ended.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("«nobody»") && message.contains("dozor executors"), "{message}");
    assert!(!message.contains("ИНС-"), "nobody of the staff is listed: {message}");
    assert_eq!(asked("field_survey", &["--inspector", "ИНС-0001"]).code, 0);
    let replan = ["replan", "--data", text(data), "--date", TODAY, "--at", "11:00", "--iterations"];
    refused(&[&replan[..], &["1000001"]].concat(), 1, "REPLAN_REFUSED");
    let plan = ["plan", "--data", text(data), "--date", TUESDAY, "--iterations"];
    refused(&[&plan[..], &["1000001"]].concat(), 1, "ITERATIONS_TOO_MANY");
    refused(&[&plan[..], &["18446744073709551615"]].concat(), 1, "ITERATIONS_TOO_MANY");
}

fn nobody_approves_without_a_name(data: &Path, plan: &Value) {
    let id = plan["plan"].as_str().unwrap();
    for official in ["", "   "] {
        let call = ["approve", "--data", text(data), "--plan", id, "--official", official];
        refused(&call, 2, "OFFICIAL_EMPTY");
    }
}

fn a_plan_of_a_day_that_is_over_is_not_that_days_plan(data: &Path) {
    let late = done(&["plan", "--data", text(data), "--date", "2026-11-18"]);
    assert_eq!((&late["made_later"], &late["approved"]), (&json!(true), &json!(false)));
    let replan = ["replan", "--data", text(data), "--date", "2026-11-18", "--at", "11:00"];
    refused(&replan, 1, "PLAN_NOT_FOUND");
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

fn a_change_is_told_in_the_words_of_the_plan(data: &Path, plan: &Value) {
    let routes = plan["routes"].as_array().unwrap();
    let longest = routes.iter().max_by_key(|route| route["stops"].as_array().unwrap().len()).unwrap();
    let gone = longest["inspector"].as_str().unwrap();
    let call = ["replan", "--data", text(data), "--date", TUESDAY, "--at", "00:01", "--absent", gone];
    let shown = done(&call);
    assert_eq!((&shown["now"], &shown["value_before"]), (&json!("00:01"), &plan["value"]));
    let stops = |route: &Value| route["stops"].as_array().unwrap().clone();
    let left: BTreeMap<String, Value> = shown["left"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (format!("{} {}", one["object"], one["control_kind"]), one.clone()))
        .collect();
    let moves = shown["moves"].as_array().unwrap();
    for one in moves {
        if let Some(from) = one["from"].as_object() {
            let route = routes.iter().find(|route| route["inspector"] == from["inspector"]).unwrap();
            let stop = stops(route).into_iter().find(|stop| stop["object"] == one["object"]).unwrap();
            assert_eq!(stop["start"], from["start"], "{one}");
        }
        if one["change"] == "dropped" {
            let out = &left[&format!("{} {}", one["object"], one["control_kind"])];
            assert_eq!(one["reason"], out["reason"], "{one}");
            // A reason that says nothing of itself has no second field.
            let because = one.get("because").cloned().unwrap_or_else(|| json!({}));
            assert_eq!(because, out["detail"], "{one}");
        }
    }
    let had = stops(longest).len();
    assert_eq!(moves.iter().filter(|one| one["from"]["inspector"] == json!(gone)).count(), had, "{shown}");
    assert!(moves.iter().any(|one| one["change"] == "dropped"), "he cannot be spared without loss: {shown}");
}

fn what_is_urgent_stays_out_for_nothing_voluntary(data: &Path, plan: &Value) {
    let left = plan["left"].as_array().unwrap();
    let least = left.iter().rfind(|one| one["reason"] == "no_time_left").unwrap();
    let wish = format!("{}:{}", least["object"].as_str().unwrap(), least["control_kind"].as_str().unwrap());
    let shown =
        done(&["replan", "--data", text(data), "--date", TUESDAY, "--at", "11:00", "--urgent", &wish]);
    let moves = shown["moves"].as_array().unwrap();
    let of_it = moves.iter().find(|one| one["object"] == least["object"]).unwrap();
    // It goes in, or what stands against it is nothing voluntary.
    assert!(of_it["change"] == "new" || of_it["change"] == "not_placed", "{shown}");
    assert!(of_it["reason"] != "no_time_left", "{shown}");
    assert!(of_it["to"]["start"].as_str().is_none_or(|start| start >= "11:00"), "{of_it}");
    let mut dropped = moves.iter().filter(|one| one["change"] == "dropped");
    assert!(dropped.all(|one| one["reason"].is_string()), "what gives way is named: {shown}");
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
