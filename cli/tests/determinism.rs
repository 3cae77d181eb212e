//! Same seed, same bytes: on one thread and on two, today and again.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::path::Path;

use support::{done, folder, text};

const DATE: &str = "2026-11-20";

/// Makes a small demo and returns everything that must not depend on threads: scores, plan, audit chain.
fn demo(data: &Path, threads: &str) -> (Vec<u8>, serde_json::Value, serde_json::Value) {
    let base = ["--threads", threads, "--data", text(data)];
    let call = |args: &[&str]| done(&[&base[..0], args, &base[..]].concat());
    let made = call(&["demo", "--objects", "2000", "--seed", "7", "--date", DATE]);
    let export = data.join("scores.csv");
    call(&["score", "--as-of", DATE, "--export", text(&export)]);
    let chain = call(&["audit", "checkpoint"]);
    (std::fs::read(export).unwrap(), made["plan"].clone(), chain)
}

#[test]
fn scores_and_plan_are_the_same_bytes_with_one_and_two_threads_and_in_two_runs() {
    let folder = folder();
    let one = demo(&folder.path().join("one"), "1");
    let two = demo(&folder.path().join("two"), "2");
    let again = demo(&folder.path().join("again"), "2");
    assert!(one.0 == two.0 && two.0 == again.0, "scores differ");
    assert_eq!(one.1, two.1);
    assert_eq!(two.1, again.1);
    assert_eq!(one.2, again.2, "the audit log tells the same story");
    assert!(one.1["visits"].as_u64().unwrap() > 0, "{}", one.1);
}

#[test]
fn the_demo_again_does_nothing_and_a_later_day_is_planned() {
    let folder = folder();
    let data = folder.path().join("data");
    let args = |date: &'static str| {
        ["demo", "--data", text(&data), "--objects", "2000", "--seed", "3", "--date", date].map(str::to_owned)
    };
    let call = |date: &'static str| {
        let args = args(date);
        done(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert_eq!(call(DATE)["done"], "made");
    assert_eq!(call(DATE)["done"], "nothing");
    let later = call("2026-11-23");
    assert_eq!(later["done"], "planned");
    assert!(later["approved"]["tasks"].as_u64().unwrap() > 0, "{later}");
    support::refused(
        &["demo", "--data", text(&data), "--objects", "2001", "--seed", "3", "--date", DATE],
        1,
        "DEMO_OTHER_PARAMETERS",
    );
}
