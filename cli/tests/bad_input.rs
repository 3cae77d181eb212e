//! Bad input: each ends with a coded message and the right exit code; nothing is lost, nothing half-written.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::io::Write;
use std::path::Path;

use support::{done, dozor, folder, refused, text};

/// A pack of one registry and one point layer, small enough to bend in every test.
const PACK: &[(&str, &str)] = &[
    (
        "pack.toml",
        r#"name = "tiny"
title = { ru = "Малый", en = "Tiny" }
authority = { ru = "Орган", en = "Authority" }
zone = "Europe/Moscow"
bounds = [36.0, 55.0, 39.0, 57.0]
[scale]
levels = ["low", "medium", "high"]
[scale.titles]
low = { ru = "низкий", en = "low" }
medium = { ru = "средний", en = "medium" }
high = { ru = "высокий", en = "high" }
[[object_kinds]]
code = "shop"
title = { ru = "Магазин", en = "Shop" }
[[control_kinds]]
code = "trade"
title = { ru = "Торговля", en = "Trade" }
short = { ru = "Т", en = "T" }
object_kinds = ["shop"]
"#,
    ),
    (
        "sources/shops.toml",
        r#"name = "shops"
title = { ru = "Магазины", en = "Shops" }
subject = "object"
delivery = "full"
format = "csv"
backfill = true
known_from = "2020-01-01"
[key]
columns = ["number"]
[object]
kind = "shop"
title = ["name"]
[position]
lat = "lat"
lon = "lon"
[[fields]]
name = "area_m2"
column = "area"
type = "float"
"#,
    ),
    (
        "facts.toml",
        r#"[[facts]]
code = "object_kind"
title = { ru = "вид", en = "kind" }
kind = "attribute"
source = "object"
field = "kind"
use = "C"
[[facts]]
code = "area_m2"
title = { ru = "площадь", en = "area" }
unit = { ru = "м²", en = "m²" }
kind = "attribute"
source = "shops"
field = "area_m2"
use = "CM"
"#,
    ),
];

fn chicago() -> tempfile::TempDir {
    let folder = folder();
    done(&["init", "--data", text(&folder.path().join("data")), "--pack", "chicago"]);
    folder
}

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, content).unwrap();
    path
}

const WEATHER: &str = "precipIntensity,temperatureMax,windSpeed,humidity,date\n0.1,50,5,0.5,2012-01-01\n";

fn weather_counts(data: &Path) -> u64 {
    let rows = done(&["rejects", "--data", text(data)]);
    assert!(rows.is_array());
    let folder = folder();
    let file = write(folder.path(), "w.csv", WEATHER);
    done(&["ingest", "--data", text(data), "--source", "weather", text(&file)])["accepted"].as_u64().unwrap()
}

#[test]
fn commands_that_do_not_exist_yet_end_with_2_and_their_help_with_0() {
    refused(&["match"], 2, "COMMAND_NOT_BUILT");
    assert_eq!(dozor(&["match", "--help"]).code, 0);
}

#[test]
fn arguments_that_do_not_fit_are_answered_as_json_where_json_is_asked_for() {
    refused(&["no-such-command"], 2, "USAGE");
    refused(&["score"], 2, "USAGE");
    refused(&["serve", "--tls-cert", "x"], 2, "USAGE");
    // Behind a command that takes whatever is given, too.
    let mut late = std::process::Command::new(env!("CARGO_BIN_EXE_dozor"));
    let output = late.args(["match", "x", "--json"]).output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), document["error"]["code"].as_str()),
        (Some(2), Some("COMMAND_NOT_BUILT"))
    );
    let plain = std::process::Command::new(env!("CARGO_BIN_EXE_dozor")).arg("score").output().unwrap();
    assert_eq!((plain.status.code(), plain.stdout.is_empty()), (Some(2), true));
}

#[test]
fn a_demo_is_checked_before_anything_is_made() {
    let folder = folder();
    let data = folder.path().join("data");
    refused(&["demo", "--data", text(&data), "--date", "2026-13-01"], 2, "DATE_INVALID");
    refused(&["demo", "--data", text(&data), "--history-years", "50"], 2, "USAGE");
    refused(&["demo", "--data", text(&data), "--objects", "5"], 2, "OBJECTS_OUT_OF_RANGE");
    assert!(!data.exists(), "nothing is made of parameters that make no city");
}

#[test]
fn a_missing_database_file_or_source_is_named() {
    let folder = chicago();
    let data = folder.path().join("data");
    refused(
        &["score", "--data", text(&folder.path().join("none")), "--as-of", "2014-07-01"],
        1,
        "DATABASE_MISSING",
    );
    refused(&["ingest", "--data", text(&data), "--source", "weather", "/no/such/file"], 1, "FILE_READ");
    refused(&["ingest", "--data", text(&data), "--source", "wether", "/no/such/file"], 1, "SOURCE_UNKNOWN");
    refused(&["score", "--data", text(&data), "--as-of", "yesterday"], 2, "DATE_INVALID");
    refused(&["init", "--data", text(&data), "--pack", "moscow"], 1, "DATABASE_ALREADY_INITIALISED");
    refused(&["init", "--data", text(&folder.path().join("x")), "--pack", "/no/pack"], 1, "PACK_MISSING");
    refused(&["explain", "--data", text(&data), "--object", "1"], 1, "OBJECT_NOT_FOUND");
}

#[test]
fn a_file_that_is_no_delivery_leaves_nothing_behind() {
    let folder = chicago();
    let data = folder.path().join("data");
    let wrong_delimiter = write(folder.path(), "a.csv", WEATHER.replace(',', ";"));
    let absent_column = write(folder.path(), "b.csv", WEATHER.replace("humidity", "moisture"));
    let mut half = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    half.write_all(WEATHER.as_bytes()).unwrap();
    for day in 1..=20_000 {
        writeln!(half, "0.{day},50,5,0.5,2012-01-01").unwrap();
    }
    let half = half.finish().unwrap();
    let half = write(folder.path(), "c.csv.gz", &half[..half.len() / 2]);
    for (file, code) in [
        (&wrong_delimiter, "CSV_WRONG_DELIMITER"),
        (&absent_column, "COLUMN_ABSENT"),
        (&half, "INPUT_GZIP_BROKEN"),
    ] {
        refused(&["ingest", "--data", text(&data), "--source", "weather", text(file)], 1, code);
    }
    let dozor = opened(&data);
    let packages = runtime().block_on(dozor.store().packages(Some("weather"), 10)).unwrap();
    let mut failed: Vec<_> =
        packages.iter().map(|one| (one.file_name.clone(), one.status_code(), one.failed.clone())).collect();
    failed.sort();
    runtime().block_on(dozor.store().close());
    let expect = |name: &str, code: &str| (name.to_owned(), "failed", Some(code.to_owned()));
    assert_eq!(
        failed,
        [
            expect("a.csv", "CSV_WRONG_DELIMITER"),
            expect("b.csv", "COLUMN_ABSENT"),
            expect("c.csv.gz", "INPUT_GZIP_BROKEN")
        ]
    );
    assert_eq!(weather_counts(&data), 1, "the sound delivery after them is whole");
}

#[test]
fn of_several_files_the_one_that_fails_is_named_with_what_was_stored_before_it() {
    let folder = chicago();
    let data = folder.path().join("data");
    let sound = write(folder.path(), "sound.csv", WEATHER);
    let broken = write(folder.path(), "broken.csv", WEATHER.replace("humidity", "moisture"));
    let ended = dozor(&["ingest", "--data", text(&data), "--source", "weather", text(&sound), text(&broken)]);
    assert_eq!((ended.code, ended.error_code().as_str()), (1, "COLUMN_ABSENT"));
    let message = ended.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("broken.csv") && message.contains("accepted 1 "), "{message}");
}

#[test]
fn a_mapping_that_does_not_parse_is_named() {
    let folder = folder();
    let pack = tiny_pack(folder.path(), "sources/odd.toml", "name = 5\n");
    let ended = dozor(&["init", "--data", text(&folder.path().join("data")), "--pack", text(&pack)]);
    assert_eq!((ended.code, ended.error_code().as_str()), (1, "SOURCE_TOML"));
    assert!(
        ended.json()["error"]["message"].as_str().unwrap().contains("sources/odd.toml"),
        "{}",
        ended.stdout
    );
}

#[test]
fn bad_rows_are_rejected_one_by_one_and_the_rest_is_taken() {
    let folder = chicago();
    let data = folder.path().join("data");
    let file = write(
        folder.path(),
        "w.csv",
        format!("{WEATHER}0.1,warm,5,0.5,2012-01-02\n0.1,50,5,0.5,02.30.2012\n"),
    );
    let ended = dozor(&["ingest", "--data", text(&data), "--source", "weather", text(&file)]);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    let counts = ended.json();
    assert_eq!(
        (counts["received"].as_u64(), counts["accepted"].as_u64(), counts["rejected"].as_u64()),
        (Some(3), Some(1), Some(2))
    );
    let rejects = done(&["rejects", "--data", text(&data)]);
    let lines: Vec<u64> =
        rejects.as_array().unwrap().iter().map(|row| row["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [3, 4]);
    assert!(
        rejects
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["action"].as_str().is_some_and(|text| !text.is_empty()))
    );
}

#[test]
fn a_database_of_another_schema_or_pack_or_none_is_refused() {
    let folder = chicago();
    let data = folder.path().join("data");
    let other = folder.path().join("other");
    write(
        &other,
        "dozor.sqlite",
        "this is no database at all, only a text that is long enough to be read as a header",
    );
    assert_eq!(dozor(&["score", "--data", text(&other), "--as-of", "2014-07-01"]).code, 1);
    refused(&["demo", "--data", text(&data), "--objects", "2000"], 1, "DATABASE_OTHER_PACK");
    refused(&["demo", "--data", text(&data), "--objects", "10"], 2, "OBJECTS_OUT_OF_RANGE");
}

/// Writes the tiny pack with one file changed or added.
fn tiny_pack(folder: &Path, path: &str, content: &str) -> std::path::PathBuf {
    let root = folder.join("pack");
    for (name, text) in PACK {
        write(&root, name, text);
    }
    write(&root, path, content);
    root
}

fn rule(body: &str) -> String {
    format!(
        "/*\nid = \"r\"\nkinds = [\"criterion\"]\ncontrol_kinds = [\"trade\"]\ntitle = {{ ru = \"п\", en = \"r\" }}\n\
         basis = [{{ text = \"акт\", mark = \"to_fill\" }}]\neffective_from = \"2020-01-01\"\npoints = 5.0\n*/\n{body}\n"
    )
}

#[test]
fn rules_that_do_not_parse_or_name_no_fact_are_listed_with_line_and_remedy() {
    for (body, code) in [("area_m3 > 100.0", "FACT_UNKNOWN"), ("area_m2 > ", "SCRIPT_SYNTAX")] {
        let folder = folder();
        let pack = tiny_pack(folder.path(), "rules/r.rhai", &rule(body));
        let ended = dozor(&["rules", "check", "--pack", text(&pack)]);
        assert_eq!(ended.code, 1, "{}", ended.stdout);
        let problems = ended.json()["problems"].clone();
        let found: Vec<&str> =
            problems.as_array().unwrap().iter().filter_map(|problem| problem["code"].as_str()).collect();
        assert!(found.contains(&code), "{found:?} has no {code}");
    }
}

#[test]
fn unknown_keys_in_a_packs_files_are_refused() {
    for (path, content) in [
        ("pack.toml", PACK[0].1.replace("zone =", "colour = \"red\"\nzone =")),
        ("sources/shops.toml", PACK[1].1.replace("subject =", "colour = \"red\"\nsubject =")),
        ("facts.toml", PACK[2].1.replace("kind = \"attribute\"", "kind = \"attribute\"\ncolour = \"red\"")),
    ] {
        let folder = folder();
        let pack = tiny_pack(folder.path(), path, &content);
        let data = folder.path().join("data");
        let ended = dozor(&["init", "--data", text(&data), "--pack", text(&pack)]);
        assert_eq!(ended.code, 1, "{path}: {}", ended.stdout);
        assert!(ended.json().to_string().contains("colour"), "{path}: {}", ended.stdout);
        assert!(!data.join("dozor.sqlite").exists(), "nothing is created from a pack that does not parse");
    }
}

/// Opens the database of a folder from outside, as another program would.
fn opened(data: &Path) -> dozor_app::Dozor {
    let now = dozor_domain::Timestamp::parse_rfc3339(support::NOW).unwrap();
    let location = dozor_app::Location::from_arguments(data, None).unwrap();
    let clock = std::sync::Arc::new(dozor_domain::FixedClock(now));
    runtime().block_on(dozor_app::Dozor::open(&location, clock)).unwrap()
}

fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: std::sync::OnceLock<tokio::runtime::Runtime> = std::sync::OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Runtime::new().unwrap())
}

#[test]
fn a_locked_database_is_named_and_nothing_is_half_written() {
    let folder = chicago();
    let data = folder.path().join("data");
    let file = write(folder.path(), "w.csv", WEATHER);
    let writer = opened(&data);
    let held = runtime().block_on(writer.store().begin()).unwrap();
    let ingest = ["ingest", "--data", text(&data), "--source", "weather", text(&file)];
    refused(&ingest, 1, "DATABASE_LOCKED");
    runtime().block_on(held.rollback()).unwrap();
    runtime().block_on(writer.store().close());
    assert_eq!(done(&ingest)["accepted"].as_u64(), Some(1), "the same call is done once the lock is gone");
}

#[test]
fn a_database_of_a_newer_program_is_left_as_it_is() {
    let folder = chicago();
    let data = folder.path().join("data");
    let newer = opened(&data);
    runtime().block_on(async {
        let mut tx = newer.store().begin().await.unwrap();
        tx.set_meta("schema_version", "9999").await.unwrap();
        tx.commit().await.unwrap();
        newer.store().close().await;
    });
    let before = std::fs::read(data.join("dozor.sqlite")).unwrap();
    let file = write(folder.path(), "w.csv", WEATHER);
    refused(
        &["ingest", "--data", text(&data), "--source", "weather", text(&file)],
        1,
        "DATABASE_NEWER_SCHEMA",
    );
    assert!(before == std::fs::read(data.join("dozor.sqlite")).unwrap(), "the file has changed");
}

#[test]
fn swapped_coordinates_hold_the_whole_package_and_store_none_of_it() {
    let folder = chicago();
    let data = folder.path().join("data");
    let mut rows =
        "License,DBA_Name,AKA_Name,Facility_Type,Risk,Address,City,State,Zip,Latitude,Longitude\n".to_owned();
    for licence in 1..=20 {
        let (lat, lon) = if licence <= 10 { ("-87.63", "41.88") } else { ("41.88", "-87.63") };
        rows.push_str(&format!("{licence},S,,Restaurant,Risk 1 (High),A,CHICAGO,IL,60601,{lat},{lon}\n"));
    }
    let file = write(folder.path(), "e.csv", rows);
    let ended = dozor(&["ingest", "--data", text(&data), "--source", "establishments", text(&file)]);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    let report = ended.json();
    let count = |name: &str| report[name].as_u64();
    assert_eq!(
        (count("rejected"), count("held"), count("accepted")),
        (Some(10), Some(10), Some(0)),
        "{report}"
    );
    let rejects = done(&["rejects", "--data", text(&data)]);
    for row in rejects.as_array().unwrap() {
        assert_eq!(row["code"], "GEOMETRY_AXES_SWAPPED");
        assert!(row["owner"]["en"].is_string() && row["advice"]["en"].is_string(), "{row}");
    }
    refused(&["explain", "--data", text(&data), "--object", "11"], 1, "OBJECT_NOT_FOUND");
}

#[test]
fn a_run_in_which_a_rule_failed_on_more_than_one_object_in_a_hundred_is_not_decided() {
    let folder = chicago();
    let (data, pack) = (folder.path().join("data"), folder.path().join("bent"));
    done(&["pack", "export", "--data", text(&data), "--to", text(&pack)]);
    let head = "/*\nid = \"divides\"\nkinds = [\"criterion\"]\ncontrol_kinds = [\"food_safety\"]\n\
        title = { ru = \"п\", en = \"r\" }\nbasis = [{ text = \"акт\", mark = \"to_fill\" }]\n\
        effective_from = \"2000-01-01\"\npoints = 5.0\n*/\n";
    write(&pack, "rules/divides.rhai", format!("{head}let none = 0; 1 / none > 0\n"));
    let policy = std::fs::read_to_string(pack.join("policy.toml")).unwrap();
    write(&pack, "policy.toml", policy.replace("auto_decide = true", "auto_decide = false"));
    let bent = folder.path().join("bent-data");
    done(&["init", "--data", text(&bent), "--pack", text(&pack)]);
    let rows = "License,DBA_Name,AKA_Name,Facility_Type,Risk,Address,City,State,Zip,Latitude,Longitude\n\
        1,S,,Restaurant,Risk 1 (High),A,CHICAGO,IL,60601,41.88,-87.63\n";
    let file = write(folder.path(), "e.csv", rows);
    done(&["ingest", "--data", text(&bent), "--source", "establishments", text(&file)]);
    let scored = done(&["score", "--data", text(&bent), "--as-of", "2014-07-01"]);
    assert_eq!(scored["assessments"].as_u64(), Some(1), "the run itself stands, its categories wait");
    let decide = ["decide", "--data", text(&bent), "--order", "1", "--official", "N"];
    refused(&decide, 1, "RUN_FAILED_RULES");
}

#[test]
fn a_rule_that_loops_is_unknown_on_each_object_and_harms_nothing_else() {
    let folder = chicago();
    let data = folder.path().join("data");
    let pack = folder.path().join("bent");
    done(&["pack", "export", "--data", text(&data), "--to", text(&pack)]);
    let head = "/*\nid = \"endless\"\nkinds = [\"criterion\"]\ncontrol_kinds = [\"food_safety\"]\n\
        title = { ru = \"п\", en = \"r\" }\nbasis = [{ text = \"акт\", mark = \"to_fill\" }]\n\
        effective_from = \"2000-01-01\"\npoints = 5.0\n*/\n";
    write(&pack, "rules/endless.rhai", format!("{head}let x = 0; while true {{ x += 1; }} x > 0\n"));
    // The share of failures that stops a decision is not what is looked at here.
    write(&pack, "publication.toml", "failed_rows = 1.0\n");
    let bent = folder.path().join("bent-data");
    done(&["init", "--data", text(&bent), "--pack", text(&pack)]);
    let rows = "License,DBA_Name,AKA_Name,Facility_Type,Risk,Address,City,State,Zip,Latitude,Longitude\n\
        1,S,,Restaurant,Risk 1 (High),A,CHICAGO,IL,60601,41.88,-87.63\n";
    let file = write(folder.path(), "e.csv", rows);
    done(&["ingest", "--data", text(&bent), "--source", "establishments", text(&file)]);
    let scores = folder.path().join("scores.csv");
    let report = done(&["score", "--data", text(&bent), "--as-of", "2014-07-01", "--export", text(&scores)]);
    assert_eq!(report["assessments"].as_u64(), Some(1));
    let table = std::fs::read_to_string(scores).unwrap();
    let row = table.lines().nth(1).unwrap();
    assert!(row.split(',').next_back().unwrap().split(';').any(|rule| rule == "endless"), "{row}");
}
