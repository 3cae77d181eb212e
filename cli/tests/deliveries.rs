//! What becomes of deliveries: which are held, how a held one is confirmed, and who may take files at one time.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::path::Path;

use support::registry::{Chicago, package, registry};
use support::{done, dozor, folder, refused, text};

#[test]
fn a_held_package_is_taken_and_its_vanished_keys_end_once_somebody_confirms() {
    let chicago = Chicago::new();
    chicago.deliver("2026-11-01", 1..101);
    let (code, held) = chicago.deliver("2026-11-02", 1..91);
    assert_eq!((code, held["held"].as_u64(), held["accepted"].as_u64()), (3, Some(90), Some(0)), "{held}");
    let note = held["notes"][0].as_str().unwrap();
    assert!(note.contains("FULL_DUMP_SHRANK") && note.contains(package(&held)), "{note}");
    assert_eq!(chicago.known("2026-11-21"), 100, "nothing ends before somebody confirms");
    let confirmed = chicago.confirm(package(&held));
    assert_eq!(confirmed.code, 0, "{}", confirmed.stdout);
    assert_eq!(confirmed.json()["duplicates"].as_u64(), Some(90));
    assert_eq!(chicago.known("2026-11-21"), 90);
    assert_eq!(chicago.known("2026-11-19"), 100, "a table of a day before the confirmation stays as it was");
    let again = chicago.confirm(package(&held));
    assert_eq!(
        (again.code, again.json()["accepted"].as_u64()),
        (0, Some(0)),
        "calling it again changes nothing"
    );
    let log = done(&["audit", "verify", "--data", text(&chicago.data())]);
    assert_eq!(log["fault"], serde_json::Value::Null);
}

#[test]
fn a_taken_package_that_lacks_a_few_keys_ends_them_when_it_is_confirmed_and_a_later_one_brings_them_back() {
    let chicago = Chicago::new();
    chicago.deliver("2026-11-01", 1..101);
    let (code, taken) = chicago.deliver("2026-11-02", 1..99);
    assert_eq!((code, taken["packages"][0]["vanished"].as_u64()), (0, Some(2)), "{taken}");
    assert_eq!(chicago.known("2026-11-21"), 100);
    assert_eq!(chicago.confirm(package(&taken)).code, 0);
    assert_eq!(chicago.known("2026-11-21"), 98);
    // Bytes that were received before are the same delivery: one more row makes it another.
    let (_, back) = chicago.deliver("2026-11-03", 1..102);
    assert_eq!((back["accepted"].as_u64(), back["duplicates"].as_u64()), (Some(3), Some(98)), "{back}");
    assert_eq!(chicago.known("2026-11-21"), 101);
}

#[test]
fn what_a_later_delivery_brought_again_is_not_ended_by_confirming_an_earlier_one() {
    let chicago = Chicago::new();
    chicago.deliver("2026-11-01", 1..101);
    let (_, lacking) = chicago.deliver("2026-11-02", 1..99);
    chicago.deliver("2026-11-03", 1..102);
    let data = chicago.data();
    refused(&["ingest", "--data", text(&data), "--confirm", package(&lacking)], 1, "NOTHING_TO_CONFIRM");
    let other = "0".repeat(32);
    refused(&["ingest", "--data", text(&data), "--confirm", &other], 1, "PACKAGE_NOT_FOUND");
    assert_eq!(chicago.known("2026-11-21"), 101);
}

#[test]
fn a_held_package_that_was_wrong_is_put_away_for_good() {
    let chicago = Chicago::new();
    let data = chicago.data();
    let (_, taken) = chicago.deliver("2026-11-01", 1..101);
    let (_, held) = chicago.deliver("2026-11-02", 1..51);
    let dismiss = |package: &str, reason: &str| {
        dozor(&["ingest", "--data", text(&data), "--dismiss", package, "--reason", reason])
    };
    refused(&["ingest", "--data", text(&data), "--dismiss", package(&held)], 2, "USAGE");
    assert_eq!(dismiss(package(&held), " ").json()["error"]["code"], "COMMENT_REQUIRED");
    assert_eq!(dismiss(package(&taken), "wrong").json()["error"]["code"], "NOTHING_TO_DISMISS");
    let put_away = dismiss(package(&held), "half of the file");
    assert_eq!((put_away.code, &put_away.json()["packages"][0]["status"]), (0, &"dismissed".into()));
    refused(&["ingest", "--data", text(&data), "--confirm", package(&held)], 1, "NOTHING_TO_CONFIRM");
    assert_eq!(chicago.known("2026-11-21"), 100);
    let (code, again) = chicago.deliver("2026-11-02", 1..51);
    assert_eq!((code, &again["packages"][0]["status"]), (3, &"dismissed".into()), "the same bytes: {again}");
    assert!(again["notes"][0].as_str().unwrap().contains("half of the file"), "{again}");
}

#[test]
fn an_empty_full_delivery_is_held() {
    let chicago = Chicago::new();
    chicago.deliver("2026-11-01", 1..101);
    let (code, empty) = chicago.deliver("2026-11-02", 1..1);
    assert_eq!(code, 3);
    assert_eq!(empty["packages"][0]["status"], "held", "{empty}");
    assert!(empty["notes"][0].as_str().unwrap().contains("100 of 100 keys"), "{empty}");
}

#[test]
fn a_key_that_comes_after_a_held_delivery_is_not_known_from_the_registers_first_day() {
    let chicago = Chicago::new();
    chicago.deliver("2026-11-01", 1..101);
    chicago.deliver("2026-11-02", 1..51);
    chicago.deliver("2026-11-03", 1..102);
    assert_eq!(chicago.known("2020-01-01"), 100, "`known_from` speaks for the first delivery alone");
    assert_eq!(chicago.known("2026-11-03"), 101);
}

#[test]
fn a_delivery_of_tomorrow_is_wrong_usage() {
    let chicago = Chicago::new();
    let file = registry(chicago.folder(), "a.csv", 1..3);
    let data = chicago.data();
    let ingest = |day| {
        ["ingest", "--data", text(&data), "--source", "establishments", "--delivered", day, text(&file)]
    };
    refused(&ingest("2062-11-22"), 2, "DELIVERED_IN_FUTURE");
    assert_eq!(done(&ingest("2026-11-20"))["accepted"].as_u64(), Some(2));
}

/// Lets somebody hold the lease of a job, past the tests' fixed clock.
fn hold(data: &Path, job: &str, holder: &str) {
    let now = dozor_domain::Timestamp::parse_rfc3339(support::NOW).unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let location = dozor_app::Location::from_arguments(data, None).unwrap();
        let clock = std::sync::Arc::new(dozor_domain::FixedClock(now));
        let dozor = dozor_app::Dozor::open(&location, clock).await.unwrap();
        assert!(dozor.store().take_lease(job, holder, now, now.plus_days(1)).await.unwrap());
        dozor.store().close().await;
    });
}

#[test]
fn one_call_at_a_time_does_a_job() {
    let chicago = Chicago::new();
    let file = registry(chicago.folder(), "a.csv", 1..3);
    let data = chicago.data();
    for (job, call) in [
        ("ingest establishments", &["ingest", "--source", "establishments", text(&file)][..]),
        ("score", &["score", "--as-of", "2014-07-01"]),
        ("train", &["train", "--as-of", "2014-07-01"]),
        ("plan", &["plan", "--date", "2014-07-01"]),
    ] {
        hold(&data, job, "another machine/1/1/x");
        let call: Vec<&str> = call.iter().copied().chain(["--data", text(&data)]).collect();
        refused(&call, 1, "JOB_BUSY");
    }
}

#[test]
fn the_lease_of_a_process_that_is_gone_is_taken_over_at_once() {
    let Some(gone) = holder_of_a_process_that_ended() else { return };
    let chicago = Chicago::new();
    hold(&chicago.data(), "ingest establishments", &gone);
    let (code, taken) = chicago.deliver("2026-11-01", 1..3);
    assert_eq!((code, taken["accepted"].as_u64()), (0, Some(2)), "{taken}");
}

/// Returns the holder's name of a process that has ended; none where the system tells nothing about processes.
fn holder_of_a_process_that_ended() -> Option<String> {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let view = std::fs::read_link("/proc/self/ns/pid").ok()?;
    let mut child = std::process::Command::new("true").spawn().ok()?;
    let process = child.id();
    child.wait().ok()?;
    Some(format!("{} {}/{process}/1/call", boot.trim(), view.display()))
}

#[test]
fn bytes_and_refused_rows_go_when_their_time_is_over_and_hash_counts_and_records_stay() {
    let folder = folder();
    let [data, pack] = ["data", "pack"].map(|name| folder.path().join(name));
    done(&["init", "--data", text(&folder.path().join("first")), "--pack", "chicago"]);
    done(&["pack", "export", "--data", text(&folder.path().join("first")), "--to", text(&pack)]);
    let spec = pack.join("sources/establishments.toml");
    let kept = std::fs::read_to_string(&spec).unwrap();
    std::fs::write(&spec, format!("retention_days = 30\n{kept}")).unwrap();
    done(&["init", "--data", text(&data), "--pack", text(&pack)]);
    let file = registry(folder.path(), "a.csv", 1..101);
    let rows = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{rows},no licence,,,,,,,,,\n")).unwrap();
    let ingest = ["ingest", "--data", text(&data), "--source", "establishments", text(&file)];
    let first = dozor(&ingest).json();
    assert_eq!((&first["accepted"], &first["rejected"]), (&100.into(), &1.into()), "{first}");
    let rejects = || done(&["rejects", "--data", text(&data)]).as_array().unwrap().len();
    let at = |now: &str, args: &[&str]| {
        let mut call = std::process::Command::new(env!("CARGO_BIN_EXE_dozor"));
        let output = call.args(["--json", "--now", now]).args(args).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    };
    let score = |now: &str| at(now, &["score", "--data", text(&data), "--as-of", "2026-11-20"]);
    let second = registry(folder.path(), "b.csv", 1..102);
    let package = package(&first).to_owned();
    let bytes = || {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let location = dozor_app::Location::from_arguments(&data, None).unwrap();
            let now = dozor_domain::Timestamp::parse_rfc3339(support::NOW).unwrap();
            let clock = std::sync::Arc::new(dozor_domain::FixedClock(now));
            let dozor = dozor_app::Dozor::open(&location, clock).await.unwrap();
            let id = dozor_domain::PackageId::parse(&package).unwrap();
            let hash = dozor.store().package(id).await.unwrap().unwrap().sha256;
            let held = dozor.store().has_blob(&hash).await.unwrap();
            dozor.store().close().await;
            held
        })
    };
    score("2026-12-20T05:59:00Z");
    assert_eq!((rejects(), bytes()), (1, true), "the thirtieth day is not over");
    score("2026-12-20T06:01:00Z");
    assert_eq!((rejects(), bytes()), (1, true), "the latest full delivery may still be confirmed");
    at(
        "2026-11-21T06:00:00Z",
        &["ingest", "--data", text(&data), "--source", "establishments", text(&second)],
    );
    let back = ["score", "--data", text(&data), "--as-of", "2026-11-01"];
    at("2026-12-20T06:02:00Z", &back);
    assert_eq!((rejects(), bytes()), (1, true), "a look back takes nothing away");
    score("2026-12-20T06:02:00Z");
    assert_eq!((rejects(), bytes()), (0, false));
    let again = dozor(&ingest).json();
    assert_eq!((&again["duplicates"], &again["rejected"]), (&100.into(), &1.into()), "{again}");
    assert!(again["notes"][0].as_str().unwrap().contains("received before"), "{again}");
    assert_eq!(done(&["audit", "verify", "--data", text(&data)])["fault"], serde_json::Value::Null);
}
