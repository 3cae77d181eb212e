//! kill -9 at any moment, then the same command again: the same final state as undisturbed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::path::Path;
use std::time::Duration;

use support::{command, done, folder, shared_data, text};

/// How often each test kills; `DOZOR_TEST_LONG` asks for the full count.
fn kills() -> u64 {
    if std::env::var_os("DOZOR_TEST_LONG").is_some() { 40 } else { 4 }
}

/// Starts a call and kills it after a while, unless it is done by then.
fn killed(args: &[&str], after: Duration) {
    let mut child = command(args)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    let _ = child.kill();
    child.wait().unwrap();
}

/// Spreads the kills over the whole run: early, late and in between.
fn moments(seed: u64, span_ms: u64) -> impl Iterator<Item = Duration> {
    let mut state = seed;
    (0..kills()).map(move |_| {
        // Splitmix-like step: seeded, so that a failure can be had again.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_millis(20 + (state >> 33) % span_ms)
    })
}

fn complaints(data: &Path, shared: &Path, kill: bool) -> serde_json::Value {
    done(&["init", "--data", text(data), "--pack", "chicago"]);
    let file = shared.join("chicago/sanitation_complaints.csv.gz");
    let args = ["ingest", "--data", text(data), "--source", "sanitation_complaints", text(&file)];
    if kill {
        moments(1, 900).for_each(|after| killed(&args, after));
    }
    let report = done(&args);
    let facts = data.join("facts.csv");
    done(&["facts", "--data", text(data), "--as-of", "2014-07-01", "--export", text(&facts)]);
    assert!(report["received"].as_u64() == Some(74_401), "{report}");
    done(&["audit", "checkpoint", "--data", text(data)])
}

#[test]
fn a_killed_ingest_goes_on_to_the_same_state_on_shared_data() {
    let Some(shared) = shared_data() else { return };
    let folder = folder();
    let undisturbed = complaints(&folder.path().join("a"), &shared, false);
    let disturbed = complaints(&folder.path().join("b"), &shared, true);
    assert_eq!(undisturbed, disturbed, "the audit log holds the counts of the ingest");
}

fn demo(data: &Path, kill: bool) -> (Vec<u8>, serde_json::Value) {
    let args = ["demo", "--data", text(data), "--objects", "2000", "--seed", "5", "--date", "2026-11-20"];
    if kill {
        moments(2, 4000).for_each(|after| killed(&args, after));
    }
    done(&args);
    let export = data.join("scores.csv");
    let report = done(&["score", "--data", text(data), "--as-of", "2026-11-20", "--export", text(&export)]);
    assert_eq!(report["known"], true);
    assert_eq!(done(&["audit", "verify", "--data", text(data)])["fault"], serde_json::Value::Null);
    let plan = done(&["plan", "--data", text(data), "--date", "2026-11-24", "--iterations", "200"]);
    (std::fs::read(export).unwrap(), plan["content"].clone())
}

#[test]
fn a_killed_demo_goes_on_to_the_same_scores_and_plan() {
    let folder = folder();
    let undisturbed = demo(&folder.path().join("a"), false);
    let disturbed = demo(&folder.path().join("b"), true);
    assert!(undisturbed.0 == disturbed.0, "scores differ");
    assert_eq!(undisturbed.1, disturbed.1, "plans differ");
}
