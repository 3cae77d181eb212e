//! A methodology version from a folder to in force and back, as people at a command line do it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::path::Path;

use serde_json::Value;
use support::{done, dozor, folder, refused, text};

/// Makes a database of the pack `moscow` and a folder with its files.
fn installation() -> (tempfile::TempDir, String, String) {
    let folder = folder();
    let data = text(&folder.path().join("data")).to_owned();
    let pack = text(&folder.path().join("pack")).to_owned();
    done(&["init", "--data", &data, "--pack", "moscow"]);
    done(&["pack", "export", "--data", &data, "--to", &pack]);
    (folder, data, pack)
}

fn edit(pack: &str, file: &str, from: &str, to: &str) {
    let path = Path::new(pack).join(file);
    let before = std::fs::read_to_string(&path).unwrap();
    assert!(before.contains(from), "{file} has no «{from}»");
    std::fs::write(&path, before.replace(from, to)).unwrap();
}

fn step(data: &str, step: &str, version: &str, by: &str) -> Value {
    done(&["methodology", step, version, "--data", data, "--by", by])
}

fn state(data: &str, version: &str) -> String {
    let shown = done(&["methodology", "show", version, "--data", data]);
    shown["stage"]["state"].as_str().unwrap().to_owned()
}

/// Drafts a version in which a parcel must exceed its area by 30 m².
fn drafted(data: &str, pack: &str) {
    edit(pack, "rules/land_area_excess.rhai", "max(20.0", "max(30.0");
    edit(pack, "rules/land_area_excess.rhai", "points = 8", "points = 9");
    edit(pack, "rules/land_area_excess.cases.toml", "points = 8", "points = 9");
    let draft = done(&["pack", "upgrade", "--data", data, "--from", pack, "--by", "Анна"]);
    assert_eq!((draft["number"].as_i64(), draft["stage"]["state"].as_str()), (Some(2), Some("draft")));
}

#[test]
fn a_version_is_drafted_checked_signed_approved_and_activated_by_different_people() {
    let (_folder, data, pack) = installation();
    drafted(&data, &pack);
    let difference = done(&["pack", "diff", "--data", &data, "--candidate", "2"]);
    let rule = &difference["rules"][0];
    assert_eq!((rule["rule"].as_str(), rule["change"].as_str()), (Some("land_area_excess"), Some("changed")));
    assert_eq!(
        (rule["fields"][0]["field"].as_str(), rule["fields"][0]["after"].as_str()),
        (Some("points"), Some("9"))
    );
    assert!(rule["script_after"].as_str().unwrap().contains("30.0"));

    refused(&["methodology", "submit", "2", "--data", &data, "--by", "Анна"], 1, "METHODOLOGY_STEP");
    assert!(step(&data, "check", "2", "Анна")["cases"].as_u64().unwrap() > 100);
    step(&data, "submit", "2", "Анна");
    refused(&["methodology", "sign", "2", "--data", &data, "--by", "анна"], 1, "OWN_WORK");
    step(&data, "sign", "2", "Лев");
    refused(&["methodology", "approve", "2", "--data", &data, "--by", "Анна"], 1, "OWN_WORK");
    let approved = step(&data, "approve", "2", "Борис");
    assert_eq!(approved["agreed"], true);
    assert_eq!(approved["gate"]["level"], "one_approver");
    step(&data, "activate", "2", "Борис");
    assert_eq!((state(&data, "1"), state(&data, "2")), ("superseded".to_owned(), "active".to_owned()));
    let now_active = done(&["pack", "diff", "--data", &data, "--candidate", "2"]);
    assert_eq!(now_active["files"].as_array().unwrap().len(), 0);

    refused(
        &["methodology", "rollback", "--data", &data, "--by", "Борис", "--reason", " "],
        1,
        "REASON_REQUIRED",
    );
    let back = done(&[
        "methodology",
        "rollback",
        "--data",
        &data,
        "--by",
        "Борис",
        "--reason",
        "мало подтверждений",
    ]);
    assert_eq!((back["restored"]["number"].as_i64(), back["replaced"].as_i64()), (Some(1), Some(2)));
    assert_eq!((state(&data, "1"), state(&data, "2")), ("active".to_owned(), "superseded".to_owned()));
    assert!(done(&["audit", "verify", "--data", &data])["fault"].is_null());
}

#[test]
fn a_checked_version_takes_no_other_bytes_and_an_unsound_draft_does_not_pass() {
    let (_folder, data, pack) = installation();
    drafted(&data, &pack);
    edit(&pack, "rules/land_area_excess.cases.toml", "points = 9", "points = 7");
    let upgrade = ["pack", "upgrade", "--data", &data, "--from", &pack, "--by", "Анна"];
    let replace: Vec<&str> = upgrade.iter().copied().chain(["--draft", "2"]).collect();
    done(&replace);
    refused(&["methodology", "check", "2", "--data", &data, "--by", "Анна"], 1, "METHODOLOGY_NOT_SOUND");
    edit(&pack, "rules/land_area_excess.cases.toml", "points = 7", "points = 9");
    done(&replace);
    step(&data, "check", "2", "Анна");
    edit(&pack, "rules/land_area_excess.rhai", "max(30.0", "max(40.0");
    refused(&replace, 1, "METHODOLOGY_IMMUTABLE");
    done(&[
        "methodology",
        "reject",
        "2",
        "--data",
        &data,
        "--by",
        "Лев",
        "--reason",
        "порог без обоснования",
    ]);
    assert_eq!(state(&data, "2"), "rejected");
    done(&upgrade);
    refused(
        &["pack", "upgrade", "--data", &data, "--from", "moscow", "--by", "Анна"],
        1,
        "METHODOLOGY_UNCHANGED",
    );
    refused(&["methodology", "show", "9", "--data", &data], 1, "METHODOLOGY_UNKNOWN");
}

#[test]
fn a_rule_that_would_hold_before_its_act_is_in_force_does_not_pass() {
    let (_folder, data, pack) = installation();
    edit(
        &pack,
        "rules/prior_violations.rhai",
        "mark = \"seen\" }",
        "mark = \"seen\", in_force_from = \"2030-01-01\" }",
    );
    done(&["pack", "upgrade", "--data", &data, "--from", &pack, "--by", "Анна"]);
    let ended = dozor(&["methodology", "check", "2", "--data", &data, "--by", "Анна"]);
    assert_eq!(ended.error_code(), "METHODOLOGY_NOT_SOUND");
    assert!(ended.stdout.contains("VERIFY_BEFORE_ACT"), "{}", ended.stdout);
    let verified = dozor(&["rules", "verify", "--data", &data, "--candidate", "2"]);
    assert_eq!(verified.code, 1);
    edit(&pack, "rules/prior_violations.rhai", "points = 18", "effective_from = \"2030-01-01\"\npoints = 18");
    done(&["pack", "upgrade", "--data", &data, "--from", &pack, "--by", "Анна", "--draft", "2"]);
    step(&data, "check", "2", "Анна");
}

#[test]
fn a_scheduled_version_comes_into_force_with_the_first_run_at_its_instant() {
    let (_folder, data, pack) = installation();
    drafted(&data, &pack);
    for (name, by) in [("check", "Анна"), ("submit", "Анна"), ("sign", "Лев"), ("approve", "Борис")]
    {
        step(&data, name, "2", by);
    }
    let schedule = |from: &'static str| {
        ["methodology", "schedule", "2", "--data", &data, "--by", "Борис", "--from", from]
    };
    refused(&schedule("2026-01-01"), 1, "SCHEDULE_IN_THE_PAST");
    done(&schedule("2026-12-01"));
    done(&["score", "--data", &data, "--as-of", "2026-11-20"]);
    assert_eq!(state(&data, "2"), "scheduled", "its day has not come");
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_dozor"))
        .args(["--json", "--now", "2026-12-01T06:00:00Z", "score", "--data", &data, "--as-of", "2026-12-01"])
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
    assert_eq!((state(&data, "1"), state(&data, "2")), ("superseded".to_owned(), "active".to_owned()));
    let shown = done(&["methodology", "show", "2", "--data", &data]);
    assert_eq!(shown["steps"].as_array().unwrap().last().unwrap()["by"]["login"], "system");
}

#[test]
fn the_document_marks_what_nobody_checked_in_both_languages() {
    let (folder, data, _pack) = installation();
    let written = |language: &str| {
        let file = folder.path().join(format!("{language}.md"));
        done(&["methodology", "document", "--data", &data, "--language", language, "--to", text(&file)]);
        std::fs::read_to_string(file).unwrap()
    };
    let (russian, english) = (written("ru"), written("en"));
    for (document, mark, title) in [
        (&russian, "основание не сверено", "## Критерии отнесения"),
        (&english, "basis not checked", "## Criteria"),
    ] {
        assert!(document.contains(title) && document.matches(mark).count() > 20, "{document}");
        assert!(document.contains("`sign_confirmed`") && document.contains("```rhai"));
    }
    refused(&["methodology", "document", "--data", &data, "--language", "de"], 2, "LANGUAGE_INVALID");
}
