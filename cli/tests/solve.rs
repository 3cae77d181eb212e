//! `dozor solve`: both formats, replay by the iteration count, coded answers for files of other formats.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::path::PathBuf;

use support::{done, dozor, folder, refused, shared_data, text};

fn file(folder: &tempfile::TempDir, content: &str) -> PathBuf {
    let path = folder.path().join("file");
    std::fs::write(&path, content).unwrap();
    path
}

#[test]
fn files_of_other_formats_are_refused_with_a_code() {
    let folder = folder();
    let short = file(&folder, "4 1 2 1\n0 0\n0 0 0 0 0 0 100\n1 3 4 1 5 0 100\n");
    refused(&["solve", "toptw", text(&short), "--vehicles", "1"], 1, "PLANNER_BENCHMARK_FILE");
    refused(&["solve", "city", text(&short)], 1, "PLANNER_BENCHMARK_FILE");
    refused(&["solve", "city", "/no/such/file"], 1, "FILE_READ");
    refused(
        &["solve", "toptw", text(&short), "--vehicles", "1", "--seconds=-1"],
        1,
        "PLANNER_BENCHMARK_FILE",
    );
    assert_eq!(dozor(&["solve", "toptw", text(&short), "--vehicles", "0"]).code, 2);
    assert_eq!(dozor(&["solve", "toptw", text(&short)]).code, 2);
}

#[test]
fn what_only_one_of_solver_and_checker_would_read_is_refused_or_read_by_one_rule() {
    let folder = folder();
    // The fourth field says by how many digits ways are cut, whatever the first one is.
    let days = file(&folder, "4 1 1 4\n0 0\n0 0 0 0 0 0 10.22\n1 3.64 3.64 0 5 0 100\n");
    let answer = done(&["solve", "toptw", text(&days), "--vehicles", "1", "--iterations", "9"]);
    assert_eq!(answer["score"].as_i64(), Some(0), "10.28 there and back by hundredths, 10.2 by tenths");
    let many = file(&folder, "4 1 30000 1\n0 0\n0 0 0 0 0 0 100\n");
    refused(&["solve", "toptw", text(&many), "--vehicles", "1"], 1, "PLANNER_BENCHMARK_FILE");
    let object = |id: &str| {
        format!(
            r#"{{"id":{id},"lat":55.7,"lon":37.6,"okrug":1,"cat":0,"prize":5,"service":60,"tw":[0,80000],"skill":0}}"#
        )
    };
    let city = |ids: [&str; 2]| {
        let objects = ids.map(object).join(",");
        let inspector = r#"{"id":1,"okrug":[1],"skills":[],"start":30000,"end":60000,"office":0}"#;
        format!("\u{feff}{{\"offices\":[[55.7,37.6]],\"objects\":[{objects}],\"inspectors\":[{inspector}]}}")
    };
    let twice = file(&folder, &city(["7", "7"]));
    refused(&["solve", "city", text(&twice)], 1, "PLANNER_BENCHMARK_FILE");
    let large = file(&folder, &city(["9007199254740992", "9007199254740993"]));
    let answer = done(&["solve", "city", text(&large), "--iterations", "9"]);
    assert_eq!(answer["score"].as_i64(), Some(10));
    for seconds in ["1e300", "-1", "nan"] {
        refused(&["solve", "city", text(&large), "--seconds", seconds], 2, "SECONDS_INVALID");
    }
}

#[test]
fn a_small_file_is_solved_to_the_end() {
    let folder = folder();
    let points = "4 1 3 1\n0 0\n0 0 0 0 0 0 20\n1 3 4 1 5 0 100\n2 -3 -4 1 7 0 100\n3 50 50 1 90 0 100\n";
    let points = file(&folder, points);
    let call = ["solve", "toptw", text(&points), "--vehicles"];
    let one = done(&[&call[..], &["1", "--iterations", "50"]].concat());
    assert_eq!((one["score"].as_i64(), &one["routes"]), (Some(7), &serde_json::json!([[2]])));
    let two = done(&[&call[..], &["2", "--iterations", "50"]].concat());
    assert_eq!(two["score"].as_i64(), Some(12));
    refused(&[&call[..], &["1", "--seconds=-1"]].concat(), 2, "SECONDS_INVALID");
}

#[test]
fn a_stopped_search_is_replayed_byte_for_byte_on_shared_data() {
    let Some(data) = shared_data() else { return };
    let city = data.join("city/moscow_2000_50.json");
    let points = data.join("toptw/pr02.txt");
    let calls = [
        vec!["solve", "toptw", text(&points), "--vehicles", "2", "--seed", "7"],
        vec!["solve", "city", text(&city), "--seed", "7"],
    ];
    for call in calls {
        let stopped = dozor(&[&call[..], &["--seconds", "0.5", "--threads", "1"]].concat());
        assert_eq!(stopped.code, 0, "{}", stopped.stdout);
        let [done, cooling] = ["iterations", "cooling"].map(|key| stopped.json()[key].to_string());
        let numbers = ["--iterations", &done, "--cooling", &cooling, "--threads", "2"];
        let again = dozor(&[&call[..], &numbers].concat());
        assert_eq!(again.stdout, stopped.stdout);
    }
}
