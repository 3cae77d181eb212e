//! One demo and what its user does with it by command line: decide, plan, train, look twice.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::path::Path;

use serde_json::{Value, json};
use support::{done, dozor, folder, refused, text};

/// A Sunday, and the first working day after it.
const SUNDAY: &str = "2026-11-22";
const MONDAY: &str = "2026-11-23";
/// Seven working days later: what had no result by then came back.
const DECEMBER: &str = "2026-12-02";

#[test]
fn a_demo_made_on_a_day_off_can_be_worked_with() {
    let folder = folder();
    let data = folder.path().join("data");
    let keep = data.join("city/keep.txt");
    std::fs::create_dir_all(keep.parent().unwrap()).unwrap();
    std::fs::write(&keep, "keep").unwrap();
    let made = done(&["demo", "--data", text(&data), "--objects", "2000", "--seed", "11", "--date", SUNDAY]);
    assert_eq!((&made["date"], &made["day_off"]), (&json!(MONDAY), &json!(SUNDAY)), "{made}");
    assert!(made["plan"]["visits"].as_u64().unwrap() > 0, "{made}");
    assert!(keep.is_file(), "a folder that the demo did not make is not its own to remove");
    let left: Vec<_> = std::fs::read_dir(&data).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".dozor-city")), "{left:?}");

    each_rule_fires_somewhere_and_the_verifier_finds_nothing(&data);
    an_approved_day_keeps_its_plan(&data, &made);
    undone_visits_of_a_past_day_are_free_again(&data, &made);
    decisions_are_checked_at_the_command_line_too(&data);
    a_challenger_is_promoted(&data);
    let serve = ["serve", "--data", text(&data), "--listen", "0.0.0.0:0", "--behind-proxy"];
    refused(&serve, 1, "DEMO_NOT_PUBLIC");
    assert_eq!(done(&["audit", "verify", "--data", text(&data)])["fault"], Value::Null);
}

fn each_rule_fires_somewhere_and_the_verifier_finds_nothing(data: &Path) {
    let verified = done(&["rules", "verify", "--data", text(data), "--as-of", SUNDAY]);
    // The twenty rules of the city and the one that orders the work.
    assert_eq!((&verified["rules"], &verified["objects"]), (&json!(21), &json!(2000)));
    assert_eq!(verified["findings"], json!([]), "never, always, failing, against their direction");
}

fn an_approved_day_keeps_its_plan(data: &Path, made: &Value) {
    let again = done(&["plan", "--data", text(data), "--date", MONDAY, "--seed", "5"]);
    assert_eq!((&again["known"], &again["approved"]), (&json!(true), &json!(true)));
    assert_eq!(again["plan"], made["plan"]["plan"], "nobody is sent to two places at once");
    refused(&["plan", "--data", text(data), "--date", SUNDAY], 1, "DAY_OFF");
    refused(&["plan", "--data", text(data), "--date", "2027-01-01"], 1, "DAY_OFF");
}

fn undone_visits_of_a_past_day_are_free_again(data: &Path, made: &Value) {
    let args = ["demo", "--data", text(data), "--objects", "2000", "--seed", "11", "--date", DECEMBER];
    let next = done(&args);
    assert_eq!((&next["done"], &next["date"]), (&json!("planned"), &json!(DECEMBER)), "{next}");
    let settled = &next["settled"];
    assert_eq!(settled["returned"], made["approved"]["tasks"], "no result came: all are free again");
    let revoked = settled["orders_revoked"].as_array().unwrap().len();
    assert_eq!(revoked, made["approved"]["orders"].as_array().unwrap().len());
    assert_eq!(next["plan"]["left_out"].get("task_open"), None, "{next}");
    assert_eq!(done(&args)["done"], "nothing");
}

fn decisions_are_checked_at_the_command_line_too(data: &Path) {
    let decide = |order: &str, official: &str, run: &[&str]| {
        let args = ["decide", "--data", text(data), "--order", order, "--official", official];
        let ended = dozor(&[&args[..], run].concat());
        let error = ended.json()["error"]["code"].as_str().unwrap_or_default().to_owned();
        (ended.code, error)
    };
    let code = |code: i32, error: &str| (code, error.to_owned());
    assert_eq!(decide(" ", "Иванова", &[]), code(2, "ORDER_NUMBER_EMPTY"));
    assert_eq!(decide("9", " ", &[]), code(2, "OFFICIAL_EMPTY"));
    assert_eq!(decide("2026-ОК/1", "Иванова", &[]), code(1, "ORDER_NUMBER_TAKEN"));
    let older = done(&["score", "--data", text(data), "--as-of", SUNDAY])["run"].clone();
    done(&["score", "--data", text(data), "--as-of", "2026-11-25"]);
    let run = ["--run", older.as_str().unwrap()];
    assert_eq!(decide("9", "Иванова", &run), code(1, "PROPOSAL_STALE"), "older facts may not win");
    let annex = data.join("annex.csv");
    let export = ["--export", text(&annex)];
    assert_eq!(decide("9", "Иванова", &export), code(0, ""));
    let first = std::fs::read_to_string(&annex).unwrap();
    let head =
        "order_number,object_key,object_title,control_kind,old_category,new_category,criteria,acts,why";
    assert_eq!(first.lines().next(), Some(head));
    assert!(first.lines().skip(1).count() > 0 && first.lines().skip(1).all(|line| line.starts_with("9,")));
    std::fs::remove_file(&annex).unwrap();
    assert_eq!(decide("9", "Иванова", &export), code(0, ""), "the same order says its content again");
    assert_eq!(std::fs::read_to_string(&annex).unwrap(), first);
}

fn a_challenger_is_promoted(data: &Path) {
    let train = |more: &[&str]| {
        let args = ["train", "--data", text(data), "--as-of", "2026-11-10"];
        done(&[&args[..], more].concat())
    };
    let first = train(&[]);
    assert_eq!((&first["role"], &first["known"]), (&json!("challenger"), &json!(false)));
    let promoted = train(&["--promote"]);
    assert_eq!((&promoted["role"], &promoted["known"]), (&json!("champion"), &json!(true)));
    assert_eq!(promoted["model"], first["model"]);
    assert_eq!(train(&["--promote"])["role"], "champion", "it is champion already");
}
