//! The real records of Chicago: the pack's catalogue computes on them, and the density is that of its authors.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use dozor_domain::{
    ColumnData, FieldDefinition, NO_OBJECT, NO_TIME, ObjectColumns, ObjectId, ObjectRow, PackManifest,
    Position, RecordColumns, RecordColumnsBuilder, RecordId, RecordRow, Subject, Value, ValueType, Zone,
    sha256,
};
use dozor_facts::{FactCatalogue, FactInputs, FactKey, FactsTable, SourceSchema, compute};

/// Sources whose rows are read here; the areas of police feed no fact.
const SOURCES: [&str; 6] =
    ["establishments", "licences", "sanitation_complaints", "inspections", "visits", "weather"];

fn pack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs/chicago")
}

/// Returns the folder of shared data; where there is none, a test outside CI has nothing to do.
fn shared_data() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("DOZOR_TEST_DATA").map_or(default, PathBuf::from);
    if folder.join("chicago").is_dir() {
        return Some(folder);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "shared data is not at {}", folder.display());
    eprintln!("no shared data at {}: nothing to do", folder.display());
    None
}

/// Is a mapping file as far as this test needs it; the product reads it in `ingest`.
struct Mapping {
    text: toml::Value,
}

impl Mapping {
    fn read(name: &str) -> Self {
        let path = pack().join(format!("sources/{name}.toml"));
        Self { text: toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap() }
    }
    fn fields(&self) -> Vec<FieldDefinition> {
        let one = |field: &toml::Value| FieldDefinition {
            name: field["name"].as_str().unwrap().to_owned(),
            value_type: field["type"].clone().try_into().unwrap(),
        };
        self.text["fields"].as_array().unwrap().iter().map(one).collect()
    }
    fn schema(&self) -> SourceSchema {
        SourceSchema {
            subject: self.text["subject"].clone().try_into::<Subject>().unwrap(),
            fields: self.fields(),
        }
    }
    fn at(&self, path: &[&str]) -> Option<&str> {
        path.iter().try_fold(&self.text, |value, key| value.get(key)).and_then(toml::Value::as_str)
    }
}

fn value(field: &toml::Value, text: &str) -> Option<Value> {
    let text = text.trim();
    let text = match field.get("map").and_then(|map| map.get(text)).and_then(toml::Value::as_str) {
        Some(mapped) => mapped,
        None => text,
    };
    if text.is_empty() {
        return None;
    }
    match field["type"].as_str().unwrap() {
        "integer" => text.parse().ok().map(Value::Integer),
        "float" => text.parse().ok().map(Value::Float),
        "boolean" => text.parse().ok().map(Value::Boolean),
        "date" => text.parse().ok().map(Value::Date),
        "codes" => Some(Value::Codes(text.split('|').map(|code| code.trim().to_owned()).collect())),
        _ => Some(Value::Text(text.to_owned())),
    }
}

struct Rows {
    header: BTreeMap<String, usize>,
    rows: Vec<csv::StringRecord>,
}

impl Rows {
    fn read(folder: &Path, name: &str) -> Self {
        let file = std::fs::File::open(folder.join(format!("chicago/{name}.csv.gz"))).unwrap();
        let mut text = String::new();
        flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header =
            reader.headers().unwrap().iter().enumerate().map(|(at, name)| (name.to_owned(), at)).collect();
        Self { header, rows: reader.records().map(Result::unwrap).collect() }
    }
    fn cell<'a>(&self, row: &'a csv::StringRecord, column: &str) -> &'a str {
        row.get(self.header[column]).unwrap()
    }
}

fn objects(rows: &Rows) -> ObjectColumns {
    let row = |row: &csv::StringRecord| {
        let key = rows.cell(row, "License").trim();
        ObjectRow {
            id: ObjectId::derive("chicago", "establishments", key),
            key: key.to_owned(),
            source: "establishments".to_owned(),
            kind: "establishment".to_owned(),
            title: String::new(),
            parent: None,
            territory: None,
            position: None,
            geometry: None,
            known_at: 0,
            seq: 1,
            ended_at: dozor_domain::NO_TIME,
        }
    };
    ObjectColumns::new(rows.rows.iter().map(row).collect())
}

fn load(folder: &Path, name: &str, objects: &ObjectColumns, zone: &Zone) -> RecordColumns {
    let mapping = Mapping::read(name);
    let rows = Rows::read(folder, name);
    let fields = mapping.text["fields"].as_array().unwrap().clone();
    let keys = mapping.text["key"]["columns"].as_array().unwrap();
    let date_column = mapping.at(&["time", "happened_at", "column"]);
    let object_column = mapping.at(&["match", "column"]).or((name == "establishments").then_some("License"));
    let place = mapping.at(&["position", "lat"]).zip(mapping.at(&["position", "lon"]));
    let preferred = mapping.at(&["variants", "field"]);
    let mut builder = RecordColumnsBuilder::new(name, mapping.fields(), objects.len());
    for row in &rows.rows {
        let key: Vec<&str> = match keys[0].as_str() {
            Some("*") => row.iter().collect(),
            _ => keys.iter().map(|column| rows.cell(row, column.as_str().unwrap())).collect(),
        };
        let key = key.join("|");
        let content = sha256(row.iter().collect::<Vec<_>>().join("\u{1f}").as_bytes());
        let start = date_column.map(|column| zone.parse_as_of(rows.cell(row, column)).unwrap());
        let next_day = mapping.at(&["known_on"]) == Some("next_day");
        let known = start.map_or(0, |start| {
            let day = zone.day_of(start).unwrap();
            zone.start_of_day(if next_day { day.tomorrow().unwrap() } else { day }).unwrap().micros()
        });
        let values: Vec<Option<Value>> = fields
            .iter()
            .map(|field| value(field, rows.cell(row, field["column"].as_str().unwrap())))
            .collect();
        let preference = preferred.and_then(|wanted| {
            let at = fields.iter().position(|field| field["name"].as_str() == Some(wanted)).unwrap();
            values[at].as_ref().map(|value| match value {
                Value::Date(day) => dozor_domain::day_number(*day),
                Value::Float(number) => (number * 1e9) as i64,
                other => panic!("{other:?} orders no variants here"),
            })
        });
        let number = |column: &str| rows.cell(row, column).trim().parse::<f64>().ok();
        let object = object_column.and_then(|column| {
            objects.index_of(ObjectId::derive("chicago", "establishments", rows.cell(row, column).trim()))
        });
        let place = place.and_then(|(lat, lon)| Some(Position { lat: number(lat)?, lon: number(lon)? }));
        let record = RecordRow {
            id: RecordId::derive("chicago", name, &key, 1, &content),
            external_id: &key,
            version: 1,
            preference: preference.unwrap_or(i64::MIN),
            content_hash: content,
            object: object.unwrap_or(NO_OBJECT),
            happened_at: start.map_or(NO_TIME, dozor_domain::Timestamp::micros),
            known_at: known,
            ended_at: NO_TIME,
            seq: 1,
            position: place,
            geometry: None,
        };
        builder.push(record, values);
    }
    builder.finish()
}

struct City {
    zone: Zone,
    objects: ObjectColumns,
    records: BTreeMap<String, RecordColumns>,
}

fn city(folder: &Path, sources: &[&str]) -> City {
    let zone = Zone::new("America/Chicago").unwrap();
    let objects = objects(&Rows::read(folder, "establishments"));
    let records =
        sources.iter().map(|name| ((*name).to_owned(), load(folder, name, &objects, &zone))).collect();
    City { zone, objects, records }
}

fn manifest() -> PackManifest {
    PackManifest::parse(&std::fs::read_to_string(pack().join("pack.toml")).unwrap()).unwrap()
}

fn schemas() -> BTreeMap<String, SourceSchema> {
    SOURCES.iter().map(|name| ((*name).to_owned(), Mapping::read(name).schema())).collect()
}

fn catalogue() -> FactCatalogue {
    let text = std::fs::read_to_string(pack().join("facts.toml")).unwrap();
    FactCatalogue::parse(&text, &schemas(), &manifest()).unwrap()
}

/// Every outcome as a pair of its object and the start of its day.
fn pairs(city: &City) -> Vec<FactKey> {
    let inspections = &city.records["inspections"];
    let owned = (0..inspections.len()).filter(|&row| inspections.objects[row] != NO_OBJECT);
    let key = |row: usize| FactKey {
        object: inspections.objects[row],
        as_of: dozor_domain::Timestamp::from_micros(inspections.happened_at[row]),
    };
    owned.map(key).collect()
}

fn compute_all(city: &City, keys: &[FactKey]) -> FactsTable {
    let inputs = FactInputs { objects: &city.objects, records: &city.records, zone: &city.zone };
    compute(&catalogue(), &inputs, keys, 1).unwrap()
}

#[test]
fn the_density_of_complaints_is_that_of_a_sum_over_all_of_them_on_shared_data() {
    let Some(folder) = shared_data() else { return };
    let city = city(&folder, &["establishments", "sanitation_complaints", "inspections"]);
    let keys: Vec<FactKey> = pairs(&city).into_iter().step_by(97).collect();
    let table = compute_all(&city, &keys);
    let column = table.column("complaint_density_90d").unwrap();
    let complaints = qualifying(&city.records["sanitation_complaints"], &city.zone);
    // One per request number; which of two variants is current decides on the status of a few.
    assert!((70_360..70_380).contains(&complaints.len()), "{}", complaints.len());
    let (mut worst, mut known) = (0.0_f64, 0);
    for (row, key) in keys.iter().enumerate() {
        let home = place_of(&city, key.object);
        assert_eq!(home.is_some(), table.float(row, column).is_some());
        let (Some(home), Some(fast)) = (home, table.float(row, column)) else { continue };
        let today = dozor_domain::day_number(city.zone.day_of(key.as_of).unwrap());
        let slow = brute_force(&complaints, home, today);
        worst = worst.max((fast - slow).abs() / slow.max(1.0));
        known += 1;
    }
    assert!(known > 200, "{known} of {} have a place", keys.len());
    assert!(worst < 1e-12, "{worst}");
}

#[test]
#[ignore = "a figure for an optimised build: docs/benchmarks says how it is run"]
fn the_density_around_every_inspection_takes_a_moment_on_shared_data() {
    let Some(folder) = shared_data() else { return };
    let city = city(&folder, &["establishments", "sanitation_complaints", "inspections"]);
    let keys = pairs(&city);
    let text = std::fs::read_to_string(pack().join("facts.toml")).unwrap();
    let density =
        text.split("[[facts]]").find(|fact| fact.contains("code = \"complaint_density_90d\"")).unwrap();
    let catalogue = FactCatalogue::parse(&format!("[[facts]]{density}"), &schemas(), &manifest()).unwrap();
    let inputs = FactInputs { objects: &city.objects, records: &city.records, zone: &city.zone };
    for _ in 0..3 {
        #[expect(clippy::disallowed_methods, reason = "a figure is printed and nothing is asserted of it")]
        let start = std::time::Instant::now();
        let table = compute(&catalogue, &inputs, &keys, 1).unwrap();
        eprintln!("density around {} inspections: {} ms", table.len(), start.elapsed().as_millis());
    }
}

/// The complaints that the published density counts: day and place, one per request number.
fn qualifying(complaints: &RecordColumns, zone: &Zone) -> Vec<(i64, Position)> {
    let status = complaints.field("status").unwrap();
    let counts = |row: &usize| {
        let status = complaints.fields[status].get(*row, ValueType::Text);
        let is_open =
            [Some(Value::Text("Completed".into())), Some(Value::Text("Open".into()))].contains(&status);
        is_open && complaints.lat[*row].is_finite() && complaints.is_current(*row, i64::MAX, i64::MAX)
    };
    let place = |row: usize| {
        let instant = dozor_domain::Timestamp::from_micros(complaints.happened_at[row]);
        let day = dozor_domain::day_number(zone.day_of(instant).unwrap());
        (day, Position { lat: complaints.lat[row], lon: complaints.lon[row] })
    };
    (0..complaints.len()).filter(counts).map(place).collect()
}

fn place_of(city: &City, object: u32) -> Option<Position> {
    let register = &city.records["establishments"];
    let row = register.rows_of(object).find(|&row| register.is_current(row, i64::MAX, i64::MAX))?;
    let (lat, lon) = (register.lat[row], register.lon[row]);
    lat.is_finite().then_some(Position { lat, lon })
}

fn brute_force(complaints: &[(i64, Position)], home: Position, today: i64) -> f64 {
    let h = 0.0025_f64;
    let phi = |x: f64| (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
    let seen: Vec<_> = complaints.iter().filter(|(day, _)| (today - 90..=today).contains(day)).collect();
    let bells = seen.iter().map(|(_, at)| phi((at.lat - home.lat) / h) * phi((at.lon - home.lon) / h));
    bells.sum::<f64>() / (seen.len() as f64 * h * h)
}

#[test]
fn the_catalogue_of_the_pack_computes_for_every_outcome_on_shared_data() {
    let Some(folder) = shared_data() else { return };
    let city = city(&folder, &SOURCES);
    let keys = pairs(&city);
    assert!(keys.len() > 22_000, "{}", keys.len());
    #[expect(
        clippy::disallowed_methods,
        reason = "the test prints how long it took and asserts nothing of it"
    )]
    let start = std::time::Instant::now();
    let table = compute_all(&city, &keys);
    eprintln!("{} pairs, {} facts: {} ms", keys.len(), table.columns().len(), start.elapsed().as_millis());
    assert_eq!(table.failures(), &[]);
    let known = |code: &str| {
        let column = table.column(code).unwrap();
        (0..table.len()).filter(|&row| table.value(row, column).is_some()).count()
    };
    for head in catalogue().facts() {
        // Territories come from the areas of police, which this test does not read.
        let least = if head.code == "territory" { 0 } else { keys.len() / 20 };
        assert!(known(&head.code) >= least, "{} is known in {} rows", head.code, known(&head.code));
    }
    // Nothing of the day itself is seen: the first outcomes of all have no history.
    let last = table.column("days_since_last_inspection").unwrap();
    let soonest = (0..table.len()).filter_map(|row| table.float(row, last)).fold(f64::INFINITY, f64::min);
    assert!(soonest >= 1.0, "{soonest}");
    if let Some(path) = std::env::var_os("DOZOR_FACTS_CSV") {
        table.to_csv(std::fs::File::create(path).unwrap()).unwrap();
    }
    let label =
        &city.records["inspections"].fields[city.records["inspections"].field("criticalCount").unwrap()];
    assert!(matches!(label, ColumnData::Integer { .. }));
}
