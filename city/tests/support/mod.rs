//! Makes cities in throw-away folders and reads their files back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use dozor_city::{CityConfig, CityError, CityRequest, Summary, generate};
use dozor_domain::PackManifest;
use tempfile::TempDir;

/// The demo day of all tests: in winter quarters, after the autumn flights.
pub(crate) const DATE: &str = "2026-11-22";

pub(crate) type Row = BTreeMap<String, String>;

pub(crate) fn pack_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../packs/moscow")
}

pub(crate) fn pack_text(path: &str) -> String {
    std::fs::read_to_string(pack_folder().join(path)).unwrap()
}

pub(crate) fn config_text() -> String {
    pack_text("city.toml")
}

pub(crate) fn manifest() -> PackManifest {
    PackManifest::parse(&pack_text("pack.toml")).unwrap()
}

pub(crate) struct City {
    pub(crate) folder: TempDir,
    pub(crate) summary: Summary,
}

pub(crate) fn try_make(config: &str, objects: u32) -> Result<City, CityError> {
    make_seeded(config, objects, 1)
}

fn make_seeded(config: &str, objects: u32, seed: u64) -> Result<City, CityError> {
    let folder = tempfile::tempdir().unwrap();
    let request = CityRequest { objects, seed, date: DATE.parse().unwrap(), history_years: 3 };
    let mut last = 0;
    let summary =
        generate(&CityConfig::parse(config)?, &manifest(), &request, folder.path(), &mut |progress| {
            assert!(progress.objects_done > last && progress.objects_done <= progress.objects_total);
            last = progress.objects_done;
        })?;
    Ok(City { folder, summary })
}

pub(crate) fn make_with(config: &str, objects: u32, seed: u64) -> City {
    make_seeded(config, objects, seed).unwrap()
}

pub(crate) fn make(objects: u32, seed: u64) -> City {
    make_with(&config_text(), objects, seed)
}

impl City {
    fn text(&self, source: &str) -> (String, bool) {
        let file = self.summary.files.iter().find(|file| file.source == source).unwrap();
        let json = file.path.extension().unwrap() == "geojson";
        (std::fs::read_to_string(&file.path).unwrap(), json)
    }

    pub(crate) fn truth(&self) -> String {
        std::fs::read_to_string(&self.summary.truth).unwrap()
    }

    pub(crate) fn truth_rows(&self) -> impl Iterator<Item = Row> {
        csv_rows(&self.truth()).into_iter()
    }

    pub(crate) fn columns(&self, source: &str) -> BTreeSet<String> {
        self.rows(source).next().unwrap().into_keys().collect()
    }

    pub(crate) fn rows(&self, source: &str) -> impl Iterator<Item = Row> {
        let (text, json) = self.text(source);
        let rows = if json {
            features(&text).map(|feature| properties(&feature)).collect()
        } else {
            csv_rows(&text)
        };
        rows.into_iter()
    }

    pub(crate) fn rings(&self, source: &str) -> Vec<Vec<(f64, f64)>> {
        let (text, _) = self.text(source);
        features(&text)
            .map(|feature| {
                let ring = feature["geometry"]["coordinates"][0].as_array().unwrap();
                ring.iter().map(|at| (at[0].as_f64().unwrap(), at[1].as_f64().unwrap())).collect()
            })
            .collect()
    }
}

fn features(text: &str) -> impl Iterator<Item = serde_json::Value> {
    let whole: serde_json::Value = serde_json::from_str(text).unwrap();
    whole["features"].as_array().unwrap().clone().into_iter()
}

fn properties(feature: &serde_json::Value) -> Row {
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    feature["properties"].as_object().unwrap().iter().map(|(key, value)| (key.clone(), text(value))).collect()
}

fn csv_rows(text: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        headers.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// Returns the last version of each key; versions of a key stand in order.
pub(crate) fn last_versions(city: &City, source: &str, key: &str) -> Vec<Row> {
    let last: BTreeMap<String, Row> = city.rows(source).map(|row| (row[key].clone(), row)).collect();
    last.into_values().collect()
}

pub(crate) fn share(rows: &[Row], of: impl Fn(&Row) -> bool) -> f64 {
    rows.iter().filter(|row| of(row)).count() as f64 / rows.len() as f64
}

/// Is objects and violating objects by category.
#[derive(Debug, Default)]
pub(crate) struct Shares(BTreeMap<&'static str, (u32, u32)>);

impl Shares {
    pub(crate) fn share(&self, category: &str) -> f64 {
        let all: u32 = self.0.values().map(|(count, _)| count).sum();
        100.0 * f64::from(self.0[category].0) / f64::from(all)
    }

    pub(crate) fn hit(&self, category: &str) -> f64 {
        let (count, violating) = self.0[category];
        100.0 * f64::from(violating) / f64::from(count)
    }
}

const LEVELS: [&str; 5] = ["low", "moderate", "medium", "high", "extremely_high"];

/// Estimates the categories from the truth by the methodology's published points (written down here a second time on
/// purpose: this is the generator's own expectation, and the pipeline's result is compared with it).
pub(crate) fn shares(city: &City) -> Shares {
    let declared: BTreeSet<String> = city
        .rows("self_assessments")
        .filter(|row| row["valid_to"].as_str() > DATE)
        .map(|row| row["object_key"].clone())
        .collect();
    let mut shares = Shares::default();
    for row in city.truth_rows() {
        let category = LEVELS[level(&row, declared.contains(&row["object_key"]))];
        let (count, violating) = shares.0.entry(category).or_default();
        *count += 1;
        *violating += u32::from(!row["violations"].is_empty());
    }
    shares
}

fn level(row: &Row, declared: bool) -> usize {
    let number = |column: &str| row[column].parse::<f64>().unwrap();
    let flag = |column: &str| row[column] == "true";
    let (kind, area) = (row["object_kind"].as_str(), number("area_m2"));
    let severity: usize = if number("visitors") >= 200.0 || flag("in_zone") {
        0
    } else if (kind == "building" && area > 1_500.0) || (kind == "parcel" && area >= 10_000.0) {
        1
    } else if kind == "building"
        || (kind == "parcel" && area >= 1_000.0)
        || (kind == "premises" && area > 100.0)
    {
        2
    } else {
        3
    };
    let severity = severity.saturating_sub(usize::from(flag("by_social")));
    let (rules, violations) = (number("confirmed_rules"), number("violations_3y"));
    let (overdue, court) = (flag("prescription_overdue"), flag("court_unexecuted"));
    let mut points =
        if rules > 0.0 { (number("confirmed_points") + 3.0 * (rules - 1.0)).min(20.0) } else { 0.0 };
    points += [0.0, 8.0, 14.0, 18.0][(violations as usize).min(3)];
    points += if overdue { 12.0 } else { 0.0 } + if court { 15.0 } else { 0.0 };
    points -= if number("clean_3y") >= 2.0 && !overdue && violations == 0.0 { 6.0 } else { 0.0 };
    points -= if declared && violations == 0.0 { 4.0 } else { 0.0 };
    let group = [25.0, 12.0, 5.0].iter().position(|bound| points >= *bound).unwrap_or(3);
    let table = [[4, 3, 2, 1], [3, 2, 1, 0], [2, 2, 1, 0], [1, 1, 0, 0]][severity][group];
    table.max(if court {
        3
    } else if overdue {
        2
    } else {
        0
    })
}
