//! Real files in, categories and figures out: packs/chicago by command line.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::path::Path;

use serde_json::json;
use support::{done, folder, shared_data, text};

/// Source, file, and what DATA.md says of its rows.
const DELIVERIES: &[(&str, &str, [u64; 4])] = &[
    ("police_districts", "police_districts.geojson", [25, 25, 0, 0]),
    ("establishments", "establishments.csv.gz", [12_503, 12_367, 0, 136]),
    ("licences", "licences.csv.gz", [19_802, 19_802, 0, 0]),
    ("sanitation_complaints", "sanitation_complaints.csv.gz", [74_401, 74_026, 3, 372]),
    ("inspections", "inspections.csv.gz", [22_843, 22_843, 0, 0]),
    ("visits", "visits.csv.gz", [63_280, 63_180, 100, 0]),
    ("weather", "weather.csv.gz", [1_310, 1_310, 0, 0]),
];

fn ingest(data: &Path, shared: &Path, source: &str, file: &str) -> serde_json::Value {
    let file = shared.join("chicago").join(file);
    done(&["ingest", "--data", text(data), "--source", source, text(&file)])
}

#[test]
fn chicago_runs_from_files_to_categories_on_shared_data() {
    let Some(shared) = shared_data() else { return };
    let folder = folder();
    let data = folder.path().join("data");
    done(&["init", "--data", text(&data), "--pack", "chicago"]);
    for (source, file, [received, accepted, duplicates, variants]) in DELIVERIES {
        let report = ingest(&data, &shared, source, file);
        let counts =
            ["received", "accepted", "duplicates", "variants", "rejected", "held"].map(|key| &report[key]);
        assert_eq!(json!(counts), json!([received, accepted, duplicates, variants, 0, 0]), "{source}");
    }
    for (source, file, [received, ..]) in DELIVERIES {
        let again = ingest(&data, &shared, source, file);
        assert_eq!(
            (&again["accepted"], &again["duplicates"]),
            (&json!(0), &json!(received)),
            "{source} again"
        );
    }
    evaluates_beside_rules_and_chance(&data, folder.path());
    scores_every_object(&data, folder.path());
}

fn evaluates_beside_rules_and_chance(data: &Path, folder: &Path) {
    let export = folder.join("x.csv");
    let days = ["--train-until", "2013-12-31", "--from", "2014-01-01", "--to", "2014-06-30"];
    let mut args = vec!["evaluate", "--data", text(data)];
    args.extend(days);
    args.extend(["--export", text(&export)]);
    let report = done(&args);
    let auc = |who: &str| report["evaluation"][who]["auc"]["value"].as_f64().unwrap();
    assert!(auc("model") > auc("rules") && auc("rules") > auc("random"), "{report}");
    assert!(auc("model") > 0.6 && (auc("random") - 0.5).abs() < 0.05, "{report}");
    let estimate = &report["evaluation"]["model"]["days_earlier"];
    assert!(estimate["low"].as_f64().unwrap() < estimate["value"].as_f64().unwrap(), "{report}");
    let rows = std::fs::read_to_string(&export).unwrap();
    let mut lines = rows.lines();
    assert_eq!(lines.next(), Some("object_id,event_id,date,score,probability,category,label"));
    let rest: Vec<&str> = lines.collect();
    assert_eq!(rest.len() as u64, report["events"].as_u64().unwrap());
    assert!(rest.iter().all(|line| ("2014-01-01"..="2014-06-30").contains(&line.split(',').nth(2).unwrap())));
}

fn scores_every_object(data: &Path, folder: &Path) {
    done(&["train", "--data", text(data), "--as-of", "2014-07-01"]);
    let export = folder.join("scores.csv");
    let args = ["score", "--data", text(data), "--as-of", "2014-07-01", "--export", text(&export)];
    let report = done(&args);
    assert_eq!(report["exported_rows"], 12_367);
    assert_eq!(report["decision"]["activated"], 12_367, "the pack decides by itself and says so");
    let first = std::fs::read(&export).unwrap();
    let again = done(&args);
    assert_eq!(again["known"], true, "the same call finds its run");
    assert_eq!(std::fs::read(&export).unwrap(), first);
    let explanation = done(&["explain", "--data", text(data), "--object", "1000049"]);
    assert!(explanation["parts"][0]["explanation"]["lines"].as_array().unwrap().len() > 2);
    assert_eq!(done(&["audit", "verify", "--data", text(data)])["fault"], serde_json::Value::Null);
}
