//! `task …`: from «taken» to the head's «read», and each other end of a task, as documents; what cannot be has a code.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::path::Path;

use serde_json::{Value, json};
use support::{done, folder, refused, text};

const TODAY: &str = "2026-11-20";
const MONDAY: &str = "2026-11-23";
/// Whose tasks the demo's login `inspector` works.
const OWN: &str = "ИНС-0001";
const STEP: &str = "018f0000-0000-7000-8000-000000000001";

/// Is who takes steps with one task.
struct Hand<'a> {
    data: &'a Path,
    task: &'a str,
}

impl Hand<'_> {
    fn line<'b>(&'b self, step: &'b str, by: &'b str, more: &[&'b str]) -> Vec<&'b str> {
        [&["task", step, "--data", text(self.data), "--task", self.task, "--by", by], more].concat()
    }
    /// Takes a step and returns what came of it and where the task stands.
    #[track_caller]
    fn steps(&self, step: &str, by: &str, more: &[&str]) -> (String, String) {
        let stepped = done(&self.line(step, by, more));
        let of = |name: &str| stepped[name].as_str().unwrap().to_owned();
        assert!(!of("id").is_empty());
        (of("outcome"), of("state"))
    }
    #[track_caller]
    fn goes(&self, step: &str, by: &str, more: &[&str], state: &str) {
        assert_eq!(self.steps(step, by, more), ("done".to_owned(), state.to_owned()), "{step}");
        assert_eq!(self.shown()["task"]["state"], json!(state), "{step}");
    }
    #[track_caller]
    fn is_kept(&self, step: &str, more: &[&str], outcome: &str, state: &str) {
        let stepped = self.steps(step, "inspector", more);
        assert_eq!(stepped, (outcome.to_owned(), state.to_owned()), "{step}");
    }
    #[track_caller]
    fn fails(&self, step: &str, by: &str, more: &[&str], code: &str) {
        refused(&self.line(step, by, more), 1, code);
    }
    fn shown(&self) -> Value {
        done(&["task", "show", "--data", text(self.data), "--task", self.task])
    }
}

/// Returns the ids of waiting tasks of the demo's inspector, and one of somebody else.
fn waiting(data: &Path) -> (Vec<String>, String) {
    let board = done(&["task", "list", "--data", text(data), "--date", TODAY]);
    assert_eq!(board["date"], json!(TODAY));
    let items = board["items"].as_array().unwrap();
    assert!(items.iter().all(|item| item["state"] == "assigned"), "{board}");
    let id = |item: &Value| item["id"].as_str().unwrap().to_owned();
    let (own, others): (Vec<&Value>, Vec<&Value>) = items.iter().partition(|item| item["inspector"] == OWN);
    (own.into_iter().map(id).collect(), id(others[0]))
}

#[test]
fn a_task_is_walked_through_its_states_from_the_command_line() {
    let folder = folder();
    let data = folder.path().join("data");
    done(&["demo", "--data", text(&data), "--objects", "2000", "--seed", "2", "--date", TODAY]);
    let (own, foreign) = waiting(&data);
    let [made, vain, impossible] = own.first_chunk().unwrap();
    let hand = |task| Hand { data: &data, task };
    whose_it_is(&hand(made), &hand(&foreign));
    from_taken_to_read(&hand(made));
    hand(vain).goes("no-access", "inspector", &[], "no_access");
    assert_eq!(hand(vain).shown()["task"]["attempt"], json!(1));
    hand(vain).is_kept("depart", &[], "not_open", "no_access");
    an_act_says_so(&hand(impossible));
    put_off_and_lifted(&hand(&foreign));
    taken_back_and_called_off(&data);
    what_led_nowhere_is_told(&data, vain);
    assert!(done(&["audit", "verify", "--data", text(&data)])["fault"].is_null());
}

fn whose_it_is(own: &Hand<'_>, foreign: &Hand<'_>) {
    foreign.fails("accept", "inspector", &[], "TASK_NOT_FOUND");
    own.fails("accept", "head", &[], "POWER_MISSING");
    own.fails("defer", "inspector", &["--until", MONDAY, "--reason", "занят"], "POWER_MISSING");
    own.fails("accept", "nobody", &[], "PERSON_UNKNOWN");
    let nowhere = Hand { data: own.data, task: "none" };
    nowhere.fails("accept", "inspector", &[], "TASK_NOT_FOUND");
    refused(&own.line("accept", "inspector", &["--id", "x"]), 2, "STEP_ID_INVALID");
    refused(&own.line("accept", "inspector", &["--at", "noon"]), 2, "NOW_INVALID");
    refused(&own.line("report", "inspector", &[]), 2, "USAGE");
}

fn from_taken_to_read(task: &Hand<'_>) {
    let id = ["--id", STEP];
    let first = done(&task.line("accept", "inspector", &id));
    assert_eq!(first, json!({ "id": STEP, "outcome": "done", "state": "accepted" }));
    assert_eq!(done(&task.line("accept", "inspector", &id)), first, "sent again, it is the same step");
    task.fails("depart", "inspector", &id, "TASK_STEP_ID_TAKEN");
    task.is_kept("accept", &[], "not_allowed", "accepted");
    task.goes("depart", "inspector", &[], "en_route");
    task.is_kept("report", &["--outcome", "none"], "not_allowed", "en_route");
    task.fails("defer", "head", &["--until", MONDAY, "--reason", "занят"], "STATE_NOT_ALLOWED");
    let begun = done(&task.line("start", "inspector", &[]));
    assert_eq!((&begun["outcome"], &begun["refusals"]), (&json!("begun"), &json!([])));
    assert_eq!(task.shown()["task"]["state"], json!("on_site"));
    assert_eq!(done(&task.line("start", "inspector", &[]))["outcome"], json!("already_begun"));
    task.fails("check", "head", &[], "STATE_NOT_ALLOWED");
    task.fails("return", "head", &["--reason", "передумал"], "STATE_NOT_ALLOWED");
    task.fails("report", "inspector", &["--outcome", "whatever"], "TASK_RESULT");
    task.fails("report", "inspector", &["--outcome", "no_access"], "TASK_RESULT");
    task.goes("report", "inspector", &["--outcome", "none"], "reported");
    task.goes("check", "head", &[], "checked_by_head");
    task.fails("cancel", "head", &["--reason", "не нужно"], "STATE_NOT_ALLOWED");
    let history = task.shown()["history"].clone();
    let steps: Vec<_> =
        history.as_array().unwrap().iter().map(|one| (&one["step"], &one["outcome"])).collect();
    let expected = [
        ("accept", "done"),
        ("accept", "not_allowed"),
        ("depart", "done"),
        ("report", "not_allowed"),
        ("report", "done"),
        ("check", "done"),
    ];
    let expected = expected.map(|(step, outcome)| (json!(step), json!(outcome)));
    assert_eq!(steps, expected.iter().map(|(step, outcome)| (step, outcome)).collect::<Vec<_>>());
}

fn an_act_says_so(task: &Hand<'_>) {
    task.fails("impossible", "inspector", &["--act", "7", "--on", MONDAY], "TASK_ACT");
    task.fails("impossible", "inspector", &["--act", " ", "--on", TODAY], "TASK_ACT");
    task.fails("impossible", "inspector", &["--act", "7", "--on", "today"], "DATE_INVALID");
    task.goes("impossible", "inspector", &["--act", "7/н", "--on", TODAY], "impossible");
    assert_eq!(task.shown()["task"]["act"], json!("7/н"));
    task.fails("return", "head", &["--reason", "ошибка"], "STATE_NOT_ALLOWED");
}

fn put_off_and_lifted(task: &Hand<'_>) {
    task.fails("lift", "head", &["--reason", "уже можно"], "STATE_NOT_ALLOWED");
    task.fails("defer", "head", &["--until", TODAY, "--reason", "занят"], "TASK_DEFERRAL");
    task.fails("defer", "head", &["--until", MONDAY, "--reason", " "], "COMMENT_REQUIRED");
    task.goes("defer", "head", &["--until", MONDAY, "--reason", "идёт экспертиза"], "deferred");
    let shown = task.shown();
    assert_eq!((&shown["task"]["until"], &shown["task"]["next"]), (&json!(MONDAY), &json!(["lift"])));
    task.fails("lift", "inspector", &["--reason", "уже можно"], "POWER_MISSING");
    task.fails("lift", "head", &["--reason", ""], "COMMENT_REQUIRED");
    task.goes("lift", "head", &["--reason", "экспертиза готова"], "cancelled");
    assert_eq!(task.shown()["task"]["reason"], json!("экспертиза готова"));
    task.fails("lift", "head", &["--reason", "ещё раз"], "STATE_NOT_ALLOWED");
}

fn taken_back_and_called_off(data: &Path) {
    let board = done(&["task", "list", "--data", text(data), "--date", TODAY]);
    let items = board["items"].as_array().unwrap().iter();
    let free: Vec<&str> =
        items.filter(|item| item["state"] == "assigned").map(|item| item["id"].as_str().unwrap()).collect();
    let [back, off] = free.first_chunk().unwrap().map(|task| Hand { data, task });
    back.fails("return", "head", &["--reason", ""], "COMMENT_REQUIRED");
    back.goes("return", "head", &["--reason", "заболел"], "returned");
    off.goes("cancel", "head", &["--reason", "снос завершён"], "cancelled");
}

fn what_led_nowhere_is_told(data: &Path, vain: &str) {
    let board = done(&["task", "list", "--data", text(data), "--date", TODAY]);
    let lost: Vec<_> = board["lost_steps"].as_array().unwrap().iter().collect();
    assert!(lost.iter().any(|one| one["task_id"] == vain && one["outcome"] == "not_open"), "{board}");
    assert!(lost.iter().all(|one| one["by"] == "inspector"), "{board}");
}
