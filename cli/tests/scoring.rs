//! What the scores may not depend on: who inspected, the order of rows and objects, the number of threads. And what a
//! rolling evaluation, a recomputation and outcomes that teach nothing say. On small files made here.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use support::{done, folder, refused, text};

/// Objects of the small town.
const OBJECTS: u64 = 120;

/// Is a small deterministic generator: SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, usize::try_from(self.below(at as u64 + 1)).unwrap());
        }
    }
}

/// Holds the rows of three files, without their heads.
#[derive(Clone)]
struct Town {
    establishments: Vec<String>,
    inspections: Vec<String>,
    visits: Vec<(String, String)>,
}

impl Town {
    /// Draws a town: a third of the objects violates often, and each is visited eight times in two years.
    fn draw(seed: u64, critical: impl Fn(&mut Chance, bool) -> u64) -> Self {
        let mut chance = Chance(seed);
        let mut town = Self { establishments: Vec::new(), inspections: Vec::new(), visits: Vec::new() };
        let mut event = 1_000;
        for object in 0..OBJECTS {
            let licence = 10_000 + object;
            let bad = object % 3 == 0;
            let risk = if bad { "Risk 1 (High)" } else { "Risk 2 (Medium)" };
            let (lat, lon) = (41.8 + 0.001 * object as f64 / 10.0, -87.65 - 0.0007 * object as f64 / 10.0);
            let name = format!("PLACE {object}");
            let place = format!("{object} W MAIN ST ,CHICAGO,IL,60607");
            let kind = if object % 2 == 0 { "Restaurant" } else { "Grocery Store" };
            town.establishments
                .push(format!("{licence},{name},{name},{kind},{risk},{place},{lat:.6},{lon:.6}"));
            for quarter in 0..8 {
                let (year, month) = (2012 + quarter / 4, quarter % 4 * 3 + 1 + chance.below(3));
                let day = format!("{year}-{month:02}-{:02}", 1 + chance.below(28));
                event += 1;
                let critical = critical(&mut chance, bad);
                let result = if critical > 0 { "Fail" } else { "Pass" };
                let (serious, minor) = (chance.below(3), chance.below(6));
                town.inspections.push(format!(
                    "{event},{name},{name},{licence},{kind},{risk},{place},{day},Canvass,{result},{lat:.6},{lon:.6},\
                     {critical},{serious},{minor}"
                ));
                let rest = format!("{name},\"{object} W MAIN ST\",{licence},Food,{day},Canvass");
                town.visits.push((
                    ["red", "green", "blue"][usize::try_from(chance.below(3)).unwrap()].to_owned(),
                    rest,
                ));
            }
        }
        town
    }

    fn usual(seed: u64) -> Self {
        Self::draw(seed, |chance, bad| u64::from(chance.below(100) < if bad { 45 } else { 8 }))
    }

    /// Writes the files, makes an installation of them, and returns its folder.
    fn installed(&self, folder: &Path) -> PathBuf {
        let data = folder.join("data");
        let visits = self.visits.iter().map(|(inspector, rest)| format!("{inspector},{rest}"));
        let heads = [
            "License,DBA_Name,AKA_Name,Facility_Type,Risk,Address,City,State,Zip,Latitude,Longitude",
            "Inspection_ID,DBA_Name,AKA_Name,License,Facility_Type,Risk,Address,City,State,Zip,Inspection_Date,\
             Inspection_Type,Results,Latitude,Longitude,criticalCount,seriousCount,minorCount",
            "Inspector_Assigned,DBA,Address,License,License_Type,Inspection_Date,Inspection_Purpose",
        ];
        let rows = [self.establishments.clone(), self.inspections.clone(), visits.collect()];
        done(&["init", "--data", text(&data), "--pack", "chicago"]);
        for ((source, head), rows) in ["establishments", "inspections", "visits"].iter().zip(heads).zip(rows)
        {
            let file = folder.join(format!("{source}.csv"));
            let mut content = format!("{head}\n");
            rows.iter().for_each(|row| writeln!(content, "{row}").unwrap());
            std::fs::write(&file, content).unwrap();
            let report = done(&["ingest", "--data", text(&data), "--source", source, text(&file)]);
            assert_eq!(report["rejected"], 0, "{source}: {report}");
        }
        data
    }
}

/// Is everything that may not change: the hash of the model, scores of all objects, scores of all events.
#[derive(PartialEq)]
struct Scores {
    model: serde_json::Value,
    objects: String,
    events: String,
}

fn scores(town: &Town, threads: &str) -> Scores {
    let folder = folder();
    let data = town.installed(folder.path());
    let call = |args: &[&str]| done(&[&["--threads", threads], args, &["--data", text(&data)]].concat());
    let (objects, events) = (folder.path().join("objects.csv"), folder.path().join("events.csv"));
    let days = ["--train-until", "2013-07-01", "--from", "2013-07-01", "--to", "2013-12-31"];
    call(&[&["evaluate"], &days[..], &["--export", text(&events)]].concat());
    let model = call(&["train", "--as-of", "2014-01-01"])["model"].clone();
    call(&["score", "--as-of", "2014-01-01", "--export", text(&objects)]);
    let read = |file: &Path| std::fs::read_to_string(file).unwrap();
    Scores { model, objects: read(&objects), events: read(&events) }
}

#[test]
fn changing_the_inspector_of_any_record_changes_no_score_by_one_bit() {
    for seed in [1, 2] {
        let town = Town::usual(seed);
        let first = scores(&town, "2");
        assert!(first.objects.lines().count() > 100 && first.events.lines().count() > 100);
        let mut chance = Chance(seed + 100);
        let mut one = town.clone();
        let at = usize::try_from(chance.below(one.visits.len() as u64)).unwrap();
        one.visits[at].0 = "violet".to_owned();
        let mut all = town.clone();
        for (inspector, _) in &mut all.visits {
            *inspector = format!("inspector {}", chance.below(9));
        }
        // As bad as it can be: one inspector holds all visits to those who violate often.
        let mut telling = town.clone();
        for (at, (inspector, _)) in telling.visits.iter_mut().enumerate() {
            *inspector = if (at / 8) % 3 == 0 { "strict" } else { "mild" }.to_owned();
        }
        for changed in [one, all, telling] {
            let again = scores(&changed, "2");
            assert!(again == first, "a score knows who inspected (seed {seed})");
        }
    }
}

#[test]
fn the_order_of_rows_and_objects_and_the_number_of_threads_change_no_byte() {
    let town = Town::usual(3);
    let first = scores(&town, "1");
    let mut turned = town.clone();
    let mut chance = Chance(9);
    chance.shuffle(&mut turned.establishments);
    chance.shuffle(&mut turned.inspections);
    chance.shuffle(&mut turned.visits);
    assert!(scores(&turned, "2") == first, "order or threads leave a trace");
}

#[test]
fn a_rolling_evaluation_shows_all_orders_of_work_and_its_report_is_the_same_bytes_again() {
    let folder = folder();
    let data = Town::usual(4).installed(folder.path());
    let (html, json) = (folder.path().join("r.html"), folder.path().join("r.json"));
    let base = ["evaluate", "--data", text(&data), "--rolling", "quarter", "--gap-days", "14"];
    let days = ["--from", "2013-01-01", "--to", "2013-12-31"];
    let files = ["--report", text(&html), "--report", text(&json), "--language", "en"];
    let report = done(&[&base[..], &days[..], &files[..]].concat());
    let rolling = &report["rolling"];
    let names: Vec<&str> =
        rolling["contenders"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["logistic", "rules", "last_inspected", "past_violations", "random", "scorecard", "trees"],
        "{report}"
    );
    assert_eq!(rolling["windows"].as_array().unwrap().len(), 4);
    assert_eq!(
        report["windows"][0]["train_until"], "2012-12-18T06:00:00Z",
        "14 days before the quarter in Chicago"
    );
    let model = &rolling["contenders"][0];
    assert!(model["mean"]["auc"]["value"].as_f64().unwrap() > 0.6, "{model}");
    assert!(model["within_inspector_auc"].as_f64().is_some(), "who inspected is read for the report");
    assert_eq!(report["inspectors"].as_array().unwrap().len(), 3);
    assert!(model["minus_reference"]["auc"]["low"].as_f64().is_some());
    let page = std::fs::read_to_string(&html).unwrap();
    assert!(page.contains("<svg") && page.contains("longest not inspected") && !page.contains("<script"));
    let written = std::fs::read(&json).unwrap();
    done(&[&base[..], &days[..], &files[..]].concat());
    assert!(std::fs::read(&json).unwrap() == written && std::fs::read_to_string(&html).unwrap() == page);
    refused(&[&base[..], &days[..], &["--report", "r.pdf"]].concat(), 1, "REPORT_FORMAT");
    refused(&[&base[..], &["--from", "2013-02-01", "--to", "2013-01-01"]].concat(), 2, "WINDOWS_EMPTY");
}

#[test]
fn every_stored_assessment_is_computed_again_to_the_bit() {
    let folder = folder();
    let data = Town::usual(5).installed(folder.path());
    done(&["score", "--data", text(&data), "--as-of", "2013-06-01"]);
    done(&["train", "--data", text(&data), "--as-of", "2014-01-01"]);
    done(&["score", "--data", text(&data), "--as-of", "2014-01-01"]);
    let all = done(&["audit", "recompute", "--data", text(&data)]);
    assert_eq!(
        (&all["runs"], &all["assessments"], &all["deviations"]),
        (&2.into(), &(2 * OBJECTS).into(), &0.into())
    );
    let one = done(&["audit", "recompute", "--data", text(&data), "--object", "10007"]);
    assert_eq!((&one["assessments"], &one["deviations"]), (&2.into(), &0.into()));
    refused(&["audit", "recompute", "--data", text(&data), "--object", "77"], 1, "OBJECT_NOT_FOUND");
}

#[test]
fn without_anything_to_learn_the_rules_go_on_alone_and_every_assessment_says_so() {
    for (critical, code) in [(0, "MODEL_NO_POSITIVES"), (1, "MODEL_NO_NEGATIVES")] {
        let folder = folder();
        let data = Town::draw(6, |_, _| critical).installed(folder.path());
        refused(&["train", "--data", text(&data), "--as-of", "2014-01-01"], 1, code);
        let export = folder.path().join("scores.csv");
        let args = ["score", "--data", text(&data), "--as-of", "2014-01-01", "--export", text(&export)];
        let report = done(&args);
        assert_eq!((&report["assessments"], &report["model"]), (&OBJECTS.into(), &serde_json::Value::Null));
        for line in std::fs::read_to_string(&export).unwrap().lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            assert_eq!(
                (fields[2], fields[4]),
                (fields[3], ""),
                "category and rule category, no probability: {line}"
            );
        }
        for object in ["10000", "10001", "10119"] {
            let told = done(&["explain", "--data", text(&data), "--object", object]);
            let basis = told["parts"][0]["assessment"]["basis"].to_string();
            assert!(basis.contains("no_model"), "{basis}");
        }
    }
}

#[test]
fn the_second_version_of_moscow_raises_by_its_card_and_lowers_nothing() {
    let folder = folder();
    let data = folder.path().join("data");
    let day = "2026-11-20";
    done(&["demo", "--data", text(&data), "--objects", "2000", "--seed", "1", "--date", day]);
    let args =
        ["rules", "backtest", "--data", text(&data), "--candidate", "moscow-scorecard", "--as-of", day];
    let compared = done(&args);
    let moved = compared["moved"].as_array().unwrap();
    assert!(!moved.is_empty() && compared["down"] == 0, "{}", compared["matrices"]);
    let policy = serde_json::json!([{ "cause": "policy" }]);
    assert!(moved.iter().all(|one| one["by"] == policy), "{moved:?}");
}

#[test]
fn a_drafted_card_is_a_file_that_people_can_read() {
    let folder = folder();
    let data = Town::usual(8).installed(folder.path());
    let (card, annex) = (folder.path().join("scorecard.toml"), folder.path().join("annex.md"));
    let files = ["--export", text(&card), "--annex", text(&annex)];
    let report = done(&[&["scorecard", "--data", text(&data), "--as-of", "2014-01-01"], &files[..]].concat());
    assert!(report["facts"].as_u64().unwrap() > 0, "{report}");
    let written = std::fs::read_to_string(&card).unwrap();
    assert!(written.contains("points_to_double = 10") && written.contains("[[facts]]"));
    let annex = std::fs::read_to_string(&annex).unwrap();
    assert!(annex.contains("Балльная карта") && annex.contains("| Fact | Value | Points |"));
}
