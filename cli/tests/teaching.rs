//! What may go wrong between outcomes and a model, from the command line: nothing to learn from, facts that say nothing
//! or are gone, models that were changed or belong elsewhere. Each is a coded error; rules go on and say so.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it knows by failing, in its helpers too"
)]

mod support;

use std::cell::Cell;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use dozor_app::{Dozor, Location};
use serde_json::Value;
use support::town::{OBJECTS, Town};
use support::{done, dozor, folder, refused, text};

const DAY: &str = "2014-01-01";

/// Scores, and holds that every assessment is the rules' alone and says so; returns why the model was refused.
#[track_caller]
fn rules_go_on_alone(data: &Path) -> Value {
    let export = data.with_file_name("scores.csv");
    let report = done(&["score", "--data", text(data), "--as-of", DAY, "--export", text(&export)]);
    assert_eq!((&report["assessments"], &report["model"]), (&OBJECTS.into(), &Value::Null));
    for line in std::fs::read_to_string(&export).unwrap().lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!((fields[2], fields[4]), (fields[3], ""), "rules' category, no probability: {line}");
    }
    for object in ["10000", "10001", "10119"] {
        let told = done(&["explain", "--data", text(data), "--object", object]);
        let basis = told["parts"][0]["assessment"]["basis"].to_string();
        assert!(basis.contains("no_model"), "{basis}");
    }
    report["model_refused"].clone()
}

fn train(data: &Path, as_of: &str, more: &[&str]) -> Value {
    done(&[&["train", "--data", text(data), "--as-of", as_of], more].concat())
}

/// Writes the files of packs/chicago to a folder, to be bent.
fn pack(folder: &Path) -> String {
    let (data, pack) = (folder.join("of-pack"), folder.join("pack"));
    done(&["init", "--data", text(&data), "--pack", "chicago"]);
    done(&["pack", "export", "--data", text(&data), "--to", text(&pack)]);
    text(&pack).to_owned()
}

fn edit(pack: &str, file: &str, change: impl Fn(&str) -> String) {
    let path = Path::new(pack).join(file);
    let before = std::fs::read_to_string(&path).unwrap();
    let after = change(&before);
    assert_ne!(before, after, "{file} is not changed");
    std::fs::write(&path, after).unwrap();
}

/// Leaves only these features in model.toml.
fn features(pack: &str, kept: &[&str]) {
    edit(pack, "model.toml", |text| {
        let head = text.split("[[features]]").next().unwrap();
        kept.iter().fold(head.to_owned(), |text, fact| format!("{text}[[features]]\nfact = \"{fact}\"\n"))
    });
}

/// Takes the table with this line out of a file of tables.
fn without(text: &str, table: &str, line: &str) -> String {
    let mut parts = text.split(table);
    let head = parts.next().unwrap().to_owned();
    parts.filter(|part| !part.contains(line)).fold(head, |text, part| format!("{text}{table}{part}"))
}

/// Opens an installation as another program would.
fn opened<T>(data: &Path, work: impl AsyncFnOnce(&Dozor) -> T) -> T {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    let now = dozor_domain::Timestamp::parse_rfc3339(support::NOW).unwrap();
    RUNTIME.get_or_init(|| tokio::runtime::Runtime::new().unwrap()).block_on(async {
        let location = Location::from_arguments(data, None).unwrap();
        let dozor = Dozor::open(&location, Arc::new(dozor_domain::FixedClock(now))).await.unwrap();
        let answer = work(&dozor).await;
        dozor.store().close().await;
        answer
    })
}

/// Changes one byte of a stored model in the database's file.
fn tamper(data: &Path, model: &str) {
    let bundle = opened(data, async |dozor| dozor.store().model_bundle(model).await.unwrap());
    let file = data.join("dozor.sqlite");
    let mut bytes = std::fs::read(&file).unwrap();
    // Header and hash of the content: no other model begins so.
    let start = &bundle[..70];
    let at = bytes.windows(start.len()).position(|window| window == start).unwrap();
    bytes[at + 200] ^= 1;
    std::fs::write(&file, bytes).unwrap();
}

#[test]
fn without_anything_to_learn_the_rules_go_on_alone_and_every_assessment_says_so() {
    let usual = |critical: u64| Town::draw(6, move |_, _| critical);
    let turn = Cell::new(0_u64);
    // Violations only in the first year: the latest outcomes, which calibrate, are all of one kind.
    let early = Town::draw(6, |chance, _| {
        turn.set(turn.get() + 1);
        if (turn.get() - 1) % 8 < 4 { chance.below(2) } else { 0 }
    });
    for (town, as_of, code) in [
        (usual(0), DAY, "MODEL_NO_POSITIVES"),
        (usual(1), DAY, "MODEL_NO_NEGATIVES"),
        (early, DAY, "MODEL_CALIBRATION"),
        (Town::usual(6), "2012-01-12", "MODEL_TOO_FEW_OUTCOMES"),
        (Town::usual(6), "2011-01-01", "MODEL_NO_POSITIVES"),
    ] {
        let folder = folder();
        let data = town.installed(folder.path());
        refused(&["train", "--data", text(&data), "--as-of", as_of], 1, code);
        assert_eq!(rules_go_on_alone(&data), Value::Null, "{code}: there is no model to refuse");
    }
}

#[test]
fn facts_that_say_nothing_are_left_out_by_name_and_a_model_of_them_alone_is_refused() {
    let folder = folder();
    let pack = pack(folder.path());
    // Neither licences nor the weather were ever delivered: nobody is known to have a licence, no day has a temperature.
    features(&pack, &["has_caterer", "inspections_total", "temperature_max_3d"]);
    let data = Town::usual(7).installed_by(&pack, folder.path());
    let trained = train(&data, DAY, &[]);
    let dropped: Vec<(&str, &str)> = trained["summary"]["dropped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["fact"].as_str().unwrap(), one["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(dropped, [("has_caterer", "constant"), ("temperature_max_3d", "missing_everywhere")]);

    let folder = support::folder();
    let pack = self::pack(folder.path());
    features(&pack, &["has_caterer", "temperature_max_3d", "risk_class"]);
    let mut town = Town::usual(7);
    for rows in [&mut town.establishments, &mut town.inspections] {
        rows.iter_mut().for_each(|row| *row = row.replace("Risk 2 (Medium)", "Risk 1 (High)"));
    }
    let data = town.installed_by(&pack, folder.path());
    refused(&["train", "--data", text(&data), "--as-of", DAY], 1, "MODEL_NO_FEATURES");
    assert_eq!(rules_go_on_alone(&data), Value::Null);
}

#[test]
fn a_fact_taken_out_of_the_catalogue_is_missed_in_the_model_and_the_model_of_before_is_refused() {
    let folder = folder();
    let data = Town::usual(8).installed(folder.path());
    let champion = train(&data, DAY, &[])["model"].clone();
    assert_eq!(done(&["score", "--data", text(&data), "--as-of", DAY])["model"], champion);
    let pack = pack(folder.path());
    edit(&pack, "facts.toml", |text| without(text, "[[facts]]", "code = \"has_caterer\""));
    let upgrade = ["pack", "upgrade", "--data", text(&data), "--from", &pack, "--by", "Ann"];
    refused(&upgrade, 1, "MODEL_FACT_UNKNOWN");
    let fresh = folder.path().join("fresh");
    refused(&["init", "--data", text(&fresh), "--pack", &pack], 1, "MODEL_FACT_UNKNOWN");

    edit(&pack, "model.toml", |text| without(text, "[[features]]", "fact = \"has_caterer\""));
    done(&upgrade);
    let step = |step: &str, by: &str, more: &[&str]| {
        done(&[&["methodology", step, "2", "--data", text(&data), "--by", by], more].concat())
    };
    for (name, by) in [("check", "Ann"), ("submit", "Ann"), ("sign", "Leo")] {
        step(name, by, &[]);
    }
    // Without the model's probability many categories move: one approver is not enough.
    let reason = ["--reason", "the licence of caterers is no longer read"];
    assert_eq!(step("approve", "Bob", &reason)["agreed"], false);
    assert_eq!(step("approve", "Eve", &reason)["agreed"], true);
    step("activate", "Eve", &[]);
    let refusal = rules_go_on_alone(&data);
    assert_eq!(refusal["code"], "MODEL_OTHER_CATALOGUE", "{refusal}");
    let second = train(&data, DAY, &[]);
    assert_eq!(second["role"], "champion", "a champion of other facts gives way: {second}");
    let scored = done(&["score", "--data", text(&data), "--as-of", DAY]);
    assert_eq!((&scored["model"], &scored["model_refused"]), (&second["model"], &Value::Null));
    assert_eq!(done(&["audit", "recompute", "--data", text(&data)])["deviations"], 0);
}

#[test]
fn the_model_of_another_pack_is_refused() {
    let (here, there) = (folder(), folder());
    let data = Town::usual(9).installed(here.path());
    let pack = pack(there.path());
    edit(&pack, "pack.toml", |text| text.replacen("name = \"chicago\"", "name = \"elsewhere\"", 1));
    edit(&pack, "facts.toml", |text| without(text, "[[facts]]", "code = \"has_caterer\""));
    edit(&pack, "model.toml", |text| without(text, "[[features]]", "fact = \"has_caterer\""));
    let other = Town::usual(9).installed_by(&pack, there.path());
    let hash = train(&other, DAY, &[])["model"].as_str().unwrap().to_owned();
    let (mut model, bundle) = opened(&other, async |dozor| {
        let model = dozor.store().model(&hash).await.unwrap().unwrap();
        (model, dozor.store().model_bundle(&hash).await.unwrap())
    });
    opened(&data, async |dozor| {
        // It pretends to be of this pack.
        model.methodology = dozor.methodology().hash.clone();
        let mut tx = dozor.store().begin().await.unwrap();
        tx.insert_model(&model, &bundle).await.unwrap();
        tx.commit().await.unwrap();
    });
    assert_eq!(rules_go_on_alone(&data)["code"], "MODEL_OTHER_CATALOGUE");
}

#[test]
fn a_changed_model_is_refused_the_one_before_stays_and_training_again_restores_it() {
    let folder = folder();
    let data = Town::usual(10).installed(folder.path());
    let first = train(&data, "2013-07-01", &[])["model"].as_str().unwrap().to_owned();
    let second = train(&data, DAY, &["--promote"])["model"].as_str().unwrap().to_owned();
    let score = || done(&["score", "--data", text(&data), "--as-of", DAY]);
    assert_eq!(score()["model"], *second);

    tamper(&data, &second);
    let told = done(&["explain", "--data", text(&data), "--object", "10007"]);
    assert!(told["parts"][0]["contributions"].is_null() && told["model"] == *second, "{told}");
    let found = dozor(&["audit", "recompute", "--data", text(&data)]).json();
    assert_eq!((&found["deviations"], &found["named"][0]["what"]), (&1.into(), &"model".into()));
    let report = score();
    assert_eq!(report["model"], *first, "the model before stays");
    assert_eq!(report["model_refused"]["code"], "MODEL_BUNDLE_DAMAGED", "{report}");

    tamper(&data, &first);
    assert_eq!(rules_go_on_alone(&data)["code"], "MODEL_BUNDLE_DAMAGED");

    let again = train(&data, DAY, &[]);
    assert_eq!((&again["model"], &again["known"]), (&second.as_str().into(), &true.into()));
    let report = score();
    assert_eq!((&report["model"], &report["model_refused"]), (&second.as_str().into(), &Value::Null));
}
