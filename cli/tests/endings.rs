//! How calls end: what a program reads of a failure, what stands on the disk afterwards, and that a file that cannot be
//! written is known before anything is done.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::town::Town;
use support::{done, dozor, folder, refused, rewrite, text};

/// Returns the names of the files of a folder, sorted.
fn files_of(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

fn chicago(folder: &Path) -> PathBuf {
    let data = folder.join("data");
    done(&["init", "--data", text(&data), "--pack", "chicago"]);
    data
}

/// Makes a copy of a built-in pack in which a file reads otherwise.
fn bent(folder: &Path, file: &str, content: &str) -> PathBuf {
    let (data, pack) = (folder.join("original"), folder.join("bent"));
    done(&["init", "--data", text(&data), "--pack", "chicago"]);
    done(&["pack", "export", "--data", text(&data), "--to", text(&pack)]);
    std::fs::write(pack.join(file), content).unwrap();
    pack
}

#[test]
fn a_database_is_one_file_when_a_call_has_ended_well_or_not() {
    for _ in 0..6 {
        let folder = folder();
        let data = chicago(folder.path());
        assert_eq!(files_of(&data), ["dozor.sqlite"], "after init");
        refused(&["init", "--data", text(&data), "--pack", "chicago"], 1, "DATABASE_ALREADY_INITIALISED");
        refused(&["explain", "--data", text(&data), "--object", "1"], 1, "OBJECT_NOT_FOUND");
        assert_eq!(files_of(&data), ["dozor.sqlite"], "after calls that failed");
    }
    let folder = folder();
    let data = folder.path().join("data");
    done(&["demo", "--data", text(&data), "--objects", "2000", "--seed", "1", "--date", "2026-11-20"]);
    assert_eq!(files_of(&data), ["dozor.sqlite"], "after a demo");
}

/// Changes bytes of the log behind the program's back.
fn tamper(data: &Path) {
    assert!(rewrite(data, b"{\"methodology\":\"", b"{\"methodologz\":\"") > 0);
}

fn found(args: &[&str], code: &str) -> Value {
    let ended = dozor(args);
    assert_eq!((ended.code, ended.error_code().as_str()), (1, code), "{}", ended.stdout);
    ended.json()
}

#[test]
fn what_a_check_finds_stands_beside_a_coded_error() {
    let folder = folder();
    let data = chicago(folder.path());
    tamper(&data);
    let log = found(&["audit", "verify", "--data", text(&data)], "AUDIT_BROKEN");
    assert!(log["fault"].is_string() && log["entries"].is_number() && log["chain"].is_string(), "{log}");

    let pack = bent(folder.path(), "rules/serious_last.rhai", "no rule");
    let check = found(&["rules", "check", "--pack", text(&pack)], "RULES_INVALID");
    assert!(!check["problems"].as_array().unwrap().is_empty(), "{check}");
}

#[test]
fn a_case_that_fails_is_a_coded_error_beside_the_results() {
    let folder = folder();
    let cases = "[[cases]]\nname = \"x\"\nfacts = { inspections_total = 2, serious_last = 9 }\nexpect = \"not_fired\"\n";
    let pack = bent(folder.path(), "rules/serious_last.cases.toml", cases);
    let tested = found(&["rules", "test", "--pack", text(&pack)], "RULES_CASES_FAILED");
    assert_eq!(tested["failed"], 1, "{tested}");
}

#[test]
fn every_file_of_a_pack_is_checked_not_its_rules_alone() {
    let folder = folder();
    let pack = bent(folder.path(), "policy.toml", "colour = \"red\"\n");
    refused(&["rules", "check", "--pack", text(&pack)], 1, "POLICY_TOML");
}

#[test]
fn a_day_in_a_rules_head_is_a_text_or_a_date_of_toml() {
    for (day, code) in
        [("2010-01-01", None), ("\"2010-01-01\"", None), ("2010-01-01T10:00:00", Some("RULE_HEAD"))]
    {
        let folder = folder();
        let rule = std::fs::read_to_string(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs/chicago/rules/serious_last.rhai"),
        )
        .unwrap();
        let rule = rule.replacen("points = 6", &format!("points = 6\neffective_from = {day}"), 1);
        let pack = bent(folder.path(), "rules/serious_last.rhai", &rule);
        let ended = dozor(&["rules", "check", "--pack", text(&pack)]);
        let problems = ended.json()["problems"].clone();
        let named = problems.as_array().unwrap().iter().any(|one| one["code"].as_str() == code);
        assert_eq!((ended.code, named), (i32::from(code.is_some()), code.is_some()), "{day}: {problems}");
    }
}

#[test]
fn a_message_about_arguments_names_all_that_is_missing() {
    let error = dozor(&["score"]).json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(error.contains("--as-of"), "{error}");
    let error = dozor(&["evaluate", "--train-until", "2014-01-01"]).json()["error"]["message"].clone();
    for option in ["--from", "--to", "--export"] {
        assert!(error.as_str().unwrap().contains(option), "{error}");
    }
    assert!(!error.as_str().unwrap().contains("Usage"), "{error}");
}

#[test]
fn threads_beyond_reason_are_refused() {
    refused(&["--threads", "9999", "solve", "city", "/no/such/file"], 2, "THREADS_INVALID");
    refused(&["--threads", "0", "solve", "city", "/no/such/file"], 2, "THREADS_INVALID");
    refused(&["--threads", "256", "solve", "city", "/no/such/file"], 1, "FILE_READ");
}

#[test]
fn a_file_that_cannot_be_written_is_known_before_anything_is_done() {
    let folder = folder();
    let data = Town::usual(31).installed(folder.path());
    let data = text(&data);
    let nowhere = folder.path().join("none/f.csv");
    let entries = || done(&["audit", "checkpoint", "--data", data])["entries"].clone();
    let before = entries();
    let call = |args: &[&str], file: &Path| {
        refused(&[args, &["--data", data, "--export", text(file)]].concat(), 1, "FILE_WRITE");
    };
    let days = ["--train-until", "2013-01-01", "--from", "2013-01-01", "--to", "2013-12-31"];
    for file in [&nowhere, &folder.path().to_owned()] {
        call(&["score", "--as-of", "2014-01-01"], file);
        call(&[&["evaluate"], &days[..]].concat(), file);
        call(&["scorecard", "--as-of", "2014-01-01"], file);
        call(&["rules", "backtest", "--candidate", "chicago", "--as-of", "2014-01-01"], file);
    }
    call(&["facts", "--as-of", "2014-01-01"], &nowhere);
    call(&["rejects"], &nowhere);
    assert_eq!(entries(), before, "no run was stored, no look at rejects taken");
    let left = files_of(folder.path());
    assert!(left.iter().all(|name| !name.contains("part") && !name.contains("probe")), "{left:?}");
}

#[test]
fn what_is_there_already_is_named_for_what_it_is() {
    let folder = folder();
    let data = chicago(folder.path());
    refused(&["pack", "export", "--data", text(&data), "--to", text(&data)], 1, "FOLDER_EXISTS");
    let other = folder.path().join("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("dozor.sqlite"), "no database at all, ".repeat(60)).unwrap();
    refused(&["score", "--data", text(&other), "--as-of", "2014-07-01"], 1, "DATABASE_NOT_SQLITE");
    let file = folder.path().join("w.csv");
    let rows = "0.1,warm,5,0.5,2012-01-02\n0.1,50,5,0.5,02.30.2012\n";
    std::fs::write(&file, format!("precipIntensity,temperatureMax,windSpeed,humidity,date\n{rows}")).unwrap();
    let ingest = || dozor(&["ingest", "--data", text(&data), "--source", "weather", text(&file)]).json();
    let (first, again) = (ingest(), ingest());
    assert_eq!((&first["rejected"], &again["rejected"]), (&json!(2), &json!(2)), "{again}");
    assert_eq!(first["rejects"], again["rejects"], "bytes received before are refused for the same reasons");
    let causes = done(&["rejects", "--data", text(&data)]).to_string();
    assert!(!causes.contains("also DATE_FORMAT"), "one column is named once: {causes}");
}

#[test]
fn a_run_that_may_not_be_decided_is_exported_all_the_same() {
    let folder = folder();
    let head = "/*\nid = \"failing\"\nkinds = [\"criterion\"]\ncontrol_kinds = [\"food_safety\"]\n\
        title = { ru = \"п\", en = \"r\" }\nbasis = [{ text = \"акт\", mark = \"to_fill\" }]\n\
        effective_from = \"2000-01-01\"\npoints = 5.0\n*/\n";
    let pack = bent(folder.path(), "rules/failing.rhai", &format!("{head}1 / 0 > 0\n"));
    let data = Town::usual(32).installed_by(text(&pack), folder.path());
    let file = folder.path().join("scores.csv");
    let score = ["score", "--data", text(&data), "--as-of", "2014-01-01", "--export", text(&file)];
    for known in [false, true] {
        let report = found(&score, "RUN_FAILED_RULES");
        assert_eq!((&report["decision"], &report["known"]), (&Value::Null, &json!(known)), "{report}");
        assert_eq!(report["refused"], report["error"], "{report}");
        assert_eq!(
            (&report["assessments"], &report["exported_rows"]),
            (&json!(120), &json!(120)),
            "{report}"
        );
        let rows = std::fs::read_to_string(&file).unwrap();
        assert_eq!(rows.lines().filter(|row| row.ends_with("failing")).count(), 120);
        std::fs::remove_file(&file).unwrap();
    }
}
