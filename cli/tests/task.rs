//! `task …`: the life of a task at the command line, by the login of who takes each step.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use serde_json::{Value, json};
use support::{done, folder, refused, text};

const TODAY: &str = "2026-11-20";
/// The login `inspector` of the demo.
const INSPECTOR: &str = "ИНС-0001";
const STEP: &str = "019aa000-0000-7000-8000-000000000001";

#[test]
fn a_task_is_followed_by_who_has_it_and_by_the_head() {
    let folder = folder();
    let data = folder.path().join("data");
    done(&["demo", "--data", text(&data), "--objects", "2000", "--seed", "3", "--date", TODAY]);
    let list = || done(&["task", "list", "--data", text(&data), "--date", TODAY]);
    let board = list();
    let items = board["items"].as_array().unwrap();
    let id = |task: &Value| task["id"].as_str().unwrap().to_owned();
    let is_his = |task: &&Value| task["inspector"] == INSPECTOR;
    let his: Vec<String> = items.iter().filter(is_his).map(id).collect();
    let other = items.iter().find(|task| !is_his(task)).map(id).unwrap();
    let (first, by) = (his[0].as_str(), ["--data", text(&data), "--by", "inspector", "--task"]);
    let step = |words: &[&str], task: &str, more: &[&str]| {
        done(&[&["task"][..], words, &by[..], &[task][..], more].concat())
    };
    let accepted = step(&["accept"], first, &["--id", STEP]);
    assert_eq!((&accepted["outcome"], &accepted["state"]), (&json!("done"), &json!("accepted")));
    assert_eq!(step(&["accept"], first, &["--id", STEP]), accepted, "the same step again");
    assert_eq!(step(&["depart"], first, &[])["state"], "en_route");
    let early = step(&["report", "--outcome", "none"], first, &[]);
    assert_eq!((&early["outcome"], &early["state"]), (&json!("not_allowed"), &json!("en_route")));
    assert_eq!(step(&["start"], first, &[])["outcome"], "begun");
    assert_eq!(step(&["report", "--outcome", "none"], first, &[])["state"], "reported");
    let card = done(&["task", "show", "--data", text(&data), "--task", first]);
    let told = card["history"].as_array().unwrap().iter();
    let told: Vec<(&Value, &Value)> = told.map(|one| (&one["step"], &one["outcome"])).collect();
    let names = ["accept", "depart", "report", "report"];
    assert_eq!(told.iter().map(|(step, _)| step.as_str().unwrap()).collect::<Vec<_>>(), names);
    assert_eq!(card["task"]["next"], json!(["check", "return"]));

    let as_head = ["--data", text(&data), "--by", "head", "--task"];
    let put_off = ["--until", "2026-12-01", "--reason", "экспертиза"];
    let deferred = done(&[&["task", "defer"][..], &as_head[..], &[&*other][..], &put_off[..]].concat());
    assert_eq!(deferred["state"], "deferred");
    assert_eq!(
        done(&[&["task", "check"][..], &as_head[..], &[first][..]].concat())["state"],
        "checked_by_head"
    );
    refused(&[&["task", "accept"][..], &by[..], &[&*other][..]].concat(), 1, "TASK_NOT_FOUND");
    refused(&[&["task", "defer"][..], &by[..], &[first][..], &put_off[..]].concat(), 1, "POWER_MISSING");
    refused(&[&["task", "accept"][..], &by[..], &[first, "--id", "x"][..]].concat(), 2, "STEP_ID_INVALID");
    let board = list();
    let states = |id: &str| {
        let items = board["items"].as_array().unwrap();
        items.iter().find(|task| task["id"] == id).unwrap()["state"].clone()
    };
    assert_eq!((states(first), states(&other)), (json!("checked_by_head"), json!("deferred")));
    assert_eq!(board["lost_steps"].as_array().unwrap().len(), 1, "the report before its start");
}
