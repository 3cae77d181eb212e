//! kill -9 at any moment, then the same command again: the same final state as undisturbed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use support::{command, done, dozor, folder, shared_data, text};

/// How often each test kills; `DOZOR_TEST_LONG` asks for the full count.
fn kills() -> u64 {
    if std::env::var_os("DOZOR_TEST_LONG").is_some() { 40 } else { 4 }
}

/// Starts a call and kills it after a while; tells whether it was still at work.
fn killed(args: &[&str], after: Duration) -> bool {
    let mut child = command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    let lived = child.try_wait().unwrap().is_none();
    let _ = child.kill();
    child.wait().unwrap();
    lived
}

/// Starts a call, waits until it says that it has come to a stage, and kills it a while after that; tells whether it
/// was still at work.
fn killed_in(args: &[&str], stage: &str, after: Duration) -> bool {
    let mut child = command(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut reached = false;
    for line in lines.map_while(Result::ok) {
        if line.contains(stage) {
            reached = true;
            break;
        }
    }
    std::thread::sleep(after);
    let lived = reached && child.try_wait().unwrap().is_none();
    let _ = child.kill();
    child.wait().unwrap();
    lived
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

/// Is all that can be seen of an ingest: counts, refused rows, facts, and the head of the audit log.
#[derive(Debug, PartialEq)]
struct Ingested {
    counts: Vec<serde_json::Value>,
    rejects: serde_json::Value,
    facts: Vec<u8>,
    log: serde_json::Value,
}

/// Ingests a registry and complaints of which some are refused; the counts that two undisturbed calls print.
fn ingested(data: &Path, files: &[(&str, std::path::PathBuf)], kill: bool) -> Ingested {
    done(&["init", "--data", text(data), "--pack", "chicago"]);
    let mut counts = Vec::new();
    for (source, file) in files {
        let args = ["ingest", "--data", text(data), "--source", source, text(file)];
        if kill {
            // First into the storing of rows, where half of the work is committed: the kills after it may find it done.
            let met_in_store = killed_in(&args, "· store", Duration::from_millis(5));
            let met = moments(1, 900).filter(|after| killed(&args, *after)).count();
            assert!(met > 0 || met_in_store, "no kill met {source} at work");
        }
        let ended = dozor(&args);
        assert!([0, 3].contains(&ended.code), "{}", ended.stderr);
        counts.push(ended.json()["received"].clone());
    }
    let facts = data.join("facts.csv");
    done(&["facts", "--data", text(data), "--as-of", "2014-07-01", "--export", text(&facts)]);
    Ingested {
        counts,
        log: done(&["audit", "checkpoint", "--data", text(data)]),
        rejects: done(&["rejects", "--data", text(data)]),
        facts: std::fs::read(facts).unwrap(),
    }
}

/// Writes the complaints of the shared data with a refused row after every thousandth, for a kill to fall between.
fn with_refused_rows(complaints: &Path, to: &Path) {
    let mut plain = String::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(complaints).unwrap())
        .read_to_string(&mut plain)
        .unwrap();
    let mut bent = String::with_capacity(plain.len());
    for (at, line) in plain.lines().enumerate() {
        bent.push_str(line);
        bent.push('\n');
        if at > 0 && at % 1000 == 0 {
            bent.push_str(&format!("row {at} has one column only\n"));
        }
    }
    std::fs::write(to, bent).unwrap();
}

#[test]
fn a_killed_ingest_goes_on_to_the_same_state_on_shared_data() {
    let Some(shared) = shared_data() else { return };
    let folder = folder();
    let complaints = folder.path().join("complaints.csv");
    with_refused_rows(&shared.join("chicago/sanitation_complaints.csv.gz"), &complaints);
    let files = [
        ("establishments", shared.join("chicago/establishments.csv.gz")),
        ("sanitation_complaints", complaints),
    ];
    let undisturbed = ingested(&folder.path().join("a"), &files, false);
    let disturbed = ingested(&folder.path().join("b"), &files, true);
    assert_eq!(undisturbed.counts, disturbed.counts);
    assert_eq!(undisturbed.rejects.as_array().map(Vec::len), Some(74));
    assert_eq!(undisturbed.rejects, disturbed.rejects);
    assert!(undisturbed.facts.len() > 100_000 && undisturbed.facts == disturbed.facts, "facts differ");
    assert_eq!(undisturbed.log, disturbed.log, "the audit log holds the counts of each ingest");
}

fn demo(data: &Path, kill: bool) -> (Vec<u8>, serde_json::Value) {
    let args = ["demo", "--data", text(data), "--objects", "2000", "--seed", "5", "--date", "2026-11-20"];
    if kill {
        // First into the scoring: the kills after it may find the demo done.
        assert!(
            killed_in(&args, "· assessments", Duration::from_millis(5)),
            "no kill met the scoring at work"
        );
        moments(2, 4000).for_each(|after| {
            killed(&args, after);
        });
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
