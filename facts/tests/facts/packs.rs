//! The catalogues of the packs fit their sources, and a city of the Moscow pack's shape computes in seconds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dozor_domain::{
    Coded as _, FieldDefinition, LocalMetres, NO_OBJECT, ObjectColumns, ObjectId, ObjectRow, PackManifest,
    Position, RecordColumns, RecordColumnsBuilder, RecordId, RecordRow, Subject, Timestamp, ValidGeometry,
    Value, ValueType,
};
use dozor_facts::{
    BATCH_ROWS, FactCatalogue, FactEngine, FactInputs, FactKey, FactUse, Language, SourceSchema,
    catalogue_json, catalogue_markdown, compute, numbers_behind,
};

struct Pack {
    manifest: PackManifest,
    schemas: BTreeMap<String, SourceSchema>,
    tables: BTreeMap<String, String>,
    catalogue: FactCatalogue,
}

fn pack(name: &str) -> Pack {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs").join(name);
    let text = |path: PathBuf| std::fs::read_to_string(path).unwrap();
    let manifest = PackManifest::parse(&text(folder.join("pack.toml"))).unwrap();
    let files = std::fs::read_dir(folder.join("sources")).unwrap().map(|entry| entry.unwrap().path());
    let schemas = files.filter(|path| path.extension().is_some_and(|kind| kind == "toml")).map(|path| {
        let mapping: toml::Value = toml::from_str(&text(path)).unwrap();
        let field = |field: &toml::Value| FieldDefinition {
            name: field["name"].as_str().unwrap().to_owned(),
            value_type: field["type"].clone().try_into().unwrap(),
        };
        let fields = mapping.get("fields").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        let subject: Subject = mapping["subject"].clone().try_into().unwrap();
        let schema = SourceSchema { subject, fields: fields.iter().map(field).collect() };
        (mapping["name"].as_str().unwrap().to_owned(), schema)
    });
    let schemas: BTreeMap<String, SourceSchema> = schemas.collect();
    let files =
        std::fs::read_dir(folder.join("tables")).into_iter().flatten().map(|entry| entry.unwrap().path());
    let table = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        (format!("tables/{name}"), text(path.clone()))
    };
    let tables = files.map(table).collect();
    let facts = text(folder.join("facts.toml"));
    let catalogue = FactCatalogue::parse_with_tables(&facts, &tables, &schemas, &manifest).unwrap();
    Pack { manifest, schemas, tables, catalogue }
}

#[test]
fn the_catalogues_of_the_packs_fit_their_sources() {
    for (name, least) in [("moscow", 40), ("chicago", 20)] {
        let pack = pack(name);
        let heads = pack.catalogue.facts();
        assert!(heads.len() >= least, "{name} has {} facts", heads.len());
        for head in heads {
            assert!(!head.title.ru.is_empty() && !head.title.en.is_empty(), "{}", head.code);
            assert!(!head.uses.all().is_empty(), "{} has no use", head.code);
            assert!(head.risk.is_some(), "{} does not say which way it points", head.code);
        }
        let territory = pack.catalogue.head("territory").unwrap();
        assert!(!territory.is_feature() && territory.uses.all() == [FactUse::Report]);
    }
}

#[test]
fn the_page_and_the_completion_name_every_fact_in_both_languages() {
    let catalogue = pack("moscow").catalogue;
    let (ru, en) =
        (catalogue_markdown(&catalogue, Language::Ru), catalogue_markdown(&catalogue, Language::En));
    let json: serde_json::Value = serde_json::from_str(&catalogue_json(&catalogue).unwrap()).unwrap();
    for (at, head) in catalogue.facts().iter().enumerate() {
        assert!(ru.contains(&format!("\n## {}\n\n{}", head.code, head.title.ru)), "{}", head.code);
        assert!(en.contains(&format!("\n## {}\n\n{}", head.code, head.title.en)), "{}", head.code);
        assert_eq!(json["facts"][at]["code"], head.code.as_str());
        assert_eq!(json["facts"][at]["use"], head.uses.letters());
    }
    let error = "## footprint_error_m2\n\nError of the method: perimeter × 2 σ, m².\n\n\
        * kind: `derived`, an expression or a table over other facts\n* value: number\n\
        * from the facts: `flight_sigma_m`, `footprint_perimeter_m`\n\
        * `expression`: `footprint_perimeter_m * 2.0 * flight_sigma_m`\n* `type`: `float`\n\
        * missing: a fact is unknown, or the pair is not listed\n* direction of risk: none by itself\n\
        * use: sign\n* the person can change it: no\n";
    assert!(en.contains(error), "{en}");
    assert!(ru.contains("* неизвестно: законно считается нулём (нет): место объекта неизвестно"));
}

#[test]
fn a_table_in_a_file_is_the_same_catalogue_as_one_written_into_it() {
    let pack = pack("moscow");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs/moscow/facts.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let parse = |text: &str, tables: &BTreeMap<String, String>| {
        FactCatalogue::parse_with_tables(text, tables, &pack.schemas, &pack.manifest)
    };
    let named = "file = \"tables/use_conflict.csv\"";
    assert!(text.contains(named), "the pack keeps its table in a file");
    let sheet = pack.tables.get("tables/use_conflict.csv").unwrap();
    let entries = sheet.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(';').collect();
        format!("[\"{}\", \"{}\", {}]", cells[0], cells[1], cells[2])
    });
    let entries = format!("entries = [{}]", entries.collect::<Vec<_>>().join(", "));
    let inside = parse(&text.replace(named, &entries), &BTreeMap::new()).unwrap();
    assert_eq!(inside.hash(), pack.catalogue.hash());
    let changed = |sheet: &str| BTreeMap::from([("tables/use_conflict.csv".to_owned(), sheet.to_owned())]);
    let other = parse(&text, &changed(&sheet.replace("2.1;trade;2", "2.1;trade;1"))).unwrap();
    assert_ne!(other.hash(), pack.catalogue.hash(), "a cell of the sheet decides");
    for (tables, part) in [
        (BTreeMap::new(), "no file"),
        (changed("permitted;actual;conflict\n2.1;trade;much\n"), "line 2"),
        (changed("permitted;conflict\n2.1;2\n"), "line 2"),
    ] {
        let refused = parse(&text, &tables).unwrap_err();
        assert_eq!(refused.info().code, "FACTS_TABLE");
        assert!(refused.to_string().contains(part), "{refused}");
    }
}

#[test]
fn a_direction_of_risk_changes_no_hash() {
    let pack = pack("moscow");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs/moscow/facts.toml");
    let text = std::fs::read_to_string(folder).unwrap();
    let parse = |text: &str| {
        FactCatalogue::parse_with_tables(text, &pack.tables, &pack.schemas, &pack.manifest).unwrap()
    };
    let without: String =
        text.lines().filter(|line| !line.starts_with("risk = ")).map(|line| format!("{line}\n")).collect();
    assert_eq!(parse(&without).hash(), pack.catalogue.hash());
    assert_ne!(parse(&text.replace("within_m = 100.0", "within_m = 90.0")).hash(), pack.catalogue.hash());
}

/// Gives the same numbers on every machine (an LCG of Knuth's).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
    fn value(&mut self, value_type: ValueType, today: i64) -> Value {
        const WORDS: [&str; 8] =
            ["clear", "lidar", "confirmed", "violation", "none", "supported", "demolition", "trade"];
        match value_type {
            ValueType::Text => Value::Text(WORDS[self.below(8) as usize].to_owned()),
            ValueType::Integer => Value::Integer(self.below(50) as i64),
            ValueType::Float => Value::Float(self.below(4_000) as f64 / 4.0),
            ValueType::Boolean => Value::Boolean(self.below(2) == 0),
            ValueType::Date => {
                let day = today - 1_000 + self.below(1_400) as i64;
                Value::Date(dozor_domain::day_from_number(day).unwrap())
            }
            ValueType::Instant => Value::Instant(Timestamp::from_micros(0)),
            ValueType::Codes => Value::Codes(vec!["2.1".to_owned(), "4.4".to_owned()]),
        }
    }
}

const CENTRE: Position = Position { lat: 55.75, lon: 37.6 };

fn square(pack: &Pack, east: f64, north: f64, side: f64) -> Arc<ValidGeometry> {
    let plane = LocalMetres::around(CENTRE);
    let corner = |e: f64, n: f64| {
        let at = plane.position(e, n);
        (at.lon, at.lat)
    };
    let ring = vec![
        corner(east, north),
        corner(east + side, north),
        corner(east + side, north + side),
        corner(east, north + side),
    ];
    let shape = geo::Geometry::Polygon(geo::Polygon::new(geo::LineString::from(ring), vec![]));
    Arc::new(ValidGeometry::new(shape, &pack.manifest.bounds).unwrap())
}

/// Kinds of object with their registers, and how many of ten objects they are.
const KINDS: [(&str, &str, u32); 5] = [
    ("parcel", "egrn_parcels", 5),
    ("building", "egrn_buildings", 2),
    ("premises", "premises", 1),
    ("nto", "nto", 1),
    ("fence", "fences", 1),
];

fn objects(count: u32) -> ObjectColumns {
    let kind_of = |number: u32| {
        let mut place = number % 10;
        KINDS
            .iter()
            .find(|(_, _, share)| place.checked_sub(*share).map(|rest| place = rest).is_none())
            .unwrap()
    };
    let id = |number: u32| ObjectId::derive("moscow", kind_of(number).1, &number.to_string());
    let row = |number: u32| ObjectRow {
        id: id(number),
        key: number.to_string(),
        source: kind_of(number).1.to_owned(),
        kind: kind_of(number).0.to_owned(),
        title: String::new(),
        parent: (number % 10 >= 5).then(|| id(number - 5)),
        territory: None,
        position: None,
        geometry: None,
        known_at: 0,
        seq: 1,
        ended_at: dozor_domain::NO_TIME,
    };
    ObjectColumns::new((0..count).map(row).collect())
}

/// Fills a source: registers have one row an object, papers some, layers and places thousands over the city.
fn fill(
    pack: &Pack,
    source: &str,
    objects: &ObjectColumns,
    (today, chance): (i64, &mut Chance),
) -> RecordColumns {
    let schema = &pack.schemas[source];
    let mut builder = RecordColumnsBuilder::new(source, schema.fields.clone(), objects.len());
    // Sixty metres an object, and no farther than the bounds of the pack.
    let side_of_city = ((objects.len() as f64).sqrt() * 60.0).min(45_000.0);
    let mut push = |number: usize, object: u32, (at, shape): (Option<Position>, _), chance: &mut Chance| {
        let key = number.to_string();
        let happened = Timestamp::from_micros((today - chance.below(900) as i64) * 86_400_000_000).micros();
        let row = RecordRow {
            id: RecordId::derive("moscow", source, &key, 1, &[0; 32]),
            external_id: &key,
            version: 1,
            preference: 0,
            content_hash: [0; 32],
            object,
            happened_at: happened,
            known_at: happened,
            ended_at: dozor_domain::NO_TIME,
            seq: 1,
            position: at,
            geometry: shape,
        };
        let values: Vec<_> =
            schema.fields.iter().map(|field| Some(chance.value(field.value_type, today))).collect();
        builder.push(row, values);
    };
    let place = |chance: &mut Chance| {
        let along =
            |chance: &mut Chance| chance.below(1_000_000) as f64 / 1e6 * side_of_city - side_of_city / 2.0;
        (along(chance), along(chance))
    };
    let is_register = KINDS.iter().any(|(_, register, _)| *register == source);
    if matches!(schema.subject, Subject::Place | Subject::Territory) {
        for number in 0..objects.len() / 60 {
            let (east, north) = place(chance);
            let shape = square(pack, east, north, 150.0);
            push(number, NO_OBJECT, (Some(shape.centre()), Some(shape)), chance);
        }
        return builder.finish();
    }
    for (at, row) in objects.rows().iter().enumerate() {
        let object = u32::try_from(at).unwrap();
        let here = if is_register { u64::from(row.source == source) } else { (chance.below(16) + 1) / 8 };
        for copy in 0..here {
            let has_shape = source == "land_use" || (is_register && source != "premises" && source != "nto");
            let (east, north) = place(chance);
            let shape = has_shape.then(|| square(pack, east, north, 40.0));
            let point = LocalMetres::around(CENTRE).position(east, north);
            push(at * 4 + copy as usize, object, (is_register.then_some(point), shape), chance);
        }
    }
    builder.finish()
}

#[test]
fn a_fact_computed_without_the_others_is_the_same() {
    let pack = pack("moscow");
    let objects = objects(300);
    let today = dozor_domain::day_number("2026-11-20".parse().unwrap());
    let mut chance = Chance(7);
    let sources = pack.schemas.keys().filter(|name| *name != "inspectors");
    let records: BTreeMap<String, RecordColumns> =
        sources.map(|name| (name.clone(), fill(&pack, name, &objects, (today, &mut chance)))).collect();
    let as_of = pack.manifest.zone.parse_as_of("2026-11-22").unwrap();
    let keys: Vec<FactKey> = (0..300).map(|object| FactKey { object, as_of }).collect();
    let inputs = FactInputs { objects: &objects, records: &records, zone: &pack.manifest.zone };
    let whole = compute(&pack.catalogue, &inputs, &keys, 1).unwrap();
    for head in pack.catalogue.facts() {
        let part = pack.catalogue.only(&[&head.code]);
        let read: BTreeMap<String, RecordColumns> =
            part.sources().iter().map(|name| ((*name).to_owned(), records[*name].clone())).collect();
        // The registers are where objects have their shapes from.
        let registers = KINDS.iter().map(|(_, name, _)| ((*name).to_owned(), records[*name].clone()));
        let read = if part.reads().homes { read.into_iter().chain(registers).collect() } else { read };
        let inputs = FactInputs { records: &read, ..inputs };
        let alone = compute(&part, &inputs, &keys, 1).unwrap();
        let (here, there) = (alone.column(&head.code).unwrap(), whole.column(&head.code).unwrap());
        for row in 0..keys.len() {
            assert_eq!(alone.value(row, here), whole.value(row, there), "{} of {row}", head.code);
        }
        assert_ne!(part.hash(), pack.catalogue.hash(), "{}", head.code);
    }
    assert!(pack.catalogue.only(&["no_such_fact"]).facts().is_empty());
}

const OVERDUE: &str = "prescription_overdue_days";

/// Makes prescriptions of one object; `each` says what the record of each holds.
fn prescriptions(pack: &Pack, each: &[&[(&str, &str)]]) -> BTreeMap<String, RecordColumns> {
    let schema = pack.schemas["prescriptions"].fields.clone();
    let mut builder = RecordColumnsBuilder::new("prescriptions", schema.clone(), 1);
    for (number, fields) in (1..).zip(each) {
        let external_id = &*format!("П-{number}");
        let row = RecordRow {
            id: RecordId::derive("moscow", "prescriptions", external_id, 1, &[0; 32]),
            external_id,
            version: 1,
            preference: 0,
            content_hash: [0; 32],
            object: 0,
            happened_at: 0,
            known_at: 0,
            ended_at: dozor_domain::NO_TIME,
            seq: 1,
            position: None,
            geometry: None,
        };
        let value = |field: &FieldDefinition| {
            let (_, text) = fields.iter().find(|(name, _)| *name == field.name)?;
            Some(match field.value_type {
                ValueType::Integer => Value::Integer(text.parse().unwrap()),
                _ => Value::Date(text.parse().unwrap()),
            })
        };
        builder.push(row, schema.iter().map(value).collect::<Vec<_>>());
    }
    BTreeMap::from([("prescriptions".to_owned(), builder.finish())])
}

/// Returns by how many days one prescription is overdue as of 2026-11-20; `fields` says what its record holds.
fn overdue(pack: &Pack, fields: &[(&str, &str)]) -> Value {
    let (objects, records) = (objects(1), prescriptions(pack, &[fields]));
    let part = pack.catalogue.only(&[OVERDUE]);
    let inputs = FactInputs { objects: &objects, records: &records, zone: &pack.manifest.zone };
    let as_of = pack.manifest.zone.parse_as_of("2026-11-20").unwrap();
    let table = compute(&part, &inputs, &[FactKey { object: 0, as_of }], 1).unwrap();
    table.value(0, table.column(OVERDUE).unwrap()).unwrap()
}

#[test]
fn each_prescription_behind_the_longest_overdue_one_can_be_asked_for() {
    let pack = pack("moscow");
    let (objects, zone) = (objects(2), &pack.manifest.zone);
    let each: [&[(&str, &str)]; 4] = [
        &[("due_on", "2026-08-12")],
        &[("due_on", "2026-11-10")],
        &[("due_on", "2026-09-01"), ("fulfilled_on", "2026-08-30")],
        &[("due_on", "2026-09-01"), ("suspended_from", "2026-11-01")],
    ];
    let records = prescriptions(&pack, &each);
    let inputs = FactInputs { objects: &objects, records: &records, zone };
    let as_of = zone.parse_as_of("2026-11-20").unwrap();
    let keys = [0, 1].map(|object| FactKey { object, as_of });
    let behind = |fact| numbers_behind(&pack.catalogue, &inputs, (fact, &keys), 1).unwrap();
    // What was fulfilled is none, and what a complaint suspends is not overdue.
    let mut found = behind(OVERDUE).unwrap();
    found.iter_mut().for_each(|numbers| numbers.sort_by(f64::total_cmp));
    assert_eq!(found, [vec![0.0, 10.0, 100.0], vec![]]);
    assert_eq!(behind("days_since_last_result"), None, "no maximum");
    let strange = [FactKey { object: 2, as_of }];
    assert!(numbers_behind(&pack.catalogue, &inputs, (OVERDUE, &strange), 1).is_err());
    assert!(numbers_behind(&pack.catalogue, &inputs, ("no_such_fact", &keys), 1).is_err());
}

#[test]
fn a_prescriptions_term_runs_from_delivery_and_deferral_and_complaint_move_it() {
    let pack = pack("moscow");
    let sent = ("issued_on", "2026-09-01");
    let days = |fields: &[(&str, &str)]| overdue(&pack, &[&[sent][..], fields].concat());
    let term = ("term_days", "30");
    let delivered = ("delivered_on", "2026-10-01");
    assert_eq!(days(&[term, delivered]), Value::Integer(20), "31 October is the last day");
    assert_eq!(days(&[term]), Value::Integer(0), "sent is not delivered: no term runs");
    assert_eq!(days(&[("due_on", "2026-11-10")]), Value::Integer(10), "as the register counts it");
    assert_eq!(days(&[]), Value::Integer(0));
    let deferred = |to| days(&[term, delivered, ("deferred_to", to)]);
    assert_eq!(deferred("2026-11-15"), Value::Integer(5));
    assert_eq!(deferred("2026-12-15"), Value::Integer(0));
    let since = ("suspended_from", "2026-11-05");
    assert_eq!(days(&[term, delivered, since]), Value::Integer(0), "a complaint suspends it");
    let resumed = |to| days(&[term, delivered, since, ("suspended_to", to)]);
    assert_eq!(resumed("2026-11-12"), Value::Integer(13), "seven of twenty days do not count");
    assert_eq!(resumed("2026-11-25"), Value::Integer(0), "until then it stands still");
    assert_eq!(days(&[term, delivered, ("fulfilled_on", "2026-11-19")]), Value::Integer(0));
}

/// How many objects are measured: 200,000, or as many as `DOZOR_FACTS_OBJECTS` says.
fn objects_to_measure() -> u32 {
    std::env::var("DOZOR_FACTS_OBJECTS").ok().and_then(|count| count.parse().ok()).unwrap_or(200_000)
}

#[test]
#[ignore = "a figure for an optimised build: docs/benchmarks says how it is run"]
fn a_city_of_hundreds_of_thousands_computes_in_seconds() {
    let pack = pack("moscow");
    let objects = objects(objects_to_measure());
    let today = dozor_domain::day_number("2026-11-20".parse().unwrap());
    let mut chance = Chance(7);
    let sources = pack.schemas.keys().filter(|name| *name != "inspectors");
    let records: BTreeMap<String, RecordColumns> =
        sources.map(|name| (name.clone(), fill(&pack, name, &objects, (today, &mut chance)))).collect();
    let rows: usize = records.values().map(RecordColumns::len).sum();
    let as_of = pack.manifest.zone.parse_as_of("2026-11-22").unwrap();
    let keys: Vec<FactKey> =
        (0..u32::try_from(objects.len()).unwrap()).map(|object| FactKey { object, as_of }).collect();
    let inputs = FactInputs { objects: &objects, records: &records, zone: &pack.manifest.zone };
    eprintln!("{} objects, {rows} records, {} facts", keys.len(), pack.catalogue.facts().len());
    #[expect(clippy::disallowed_methods, reason = "a figure is printed and nothing is asserted of it")]
    let clock = std::time::Instant::now;
    let start = clock();
    let engine = FactEngine::new(&pack.catalogue, &inputs, 1).unwrap();
    eprintln!("prepared: {} ms", start.elapsed().as_millis());
    let mut known = vec![0_usize; pack.catalogue.facts().len()];
    let mut computing = std::time::Duration::ZERO;
    for batch in keys.chunks(BATCH_ROWS) {
        let start = clock();
        let table = engine.compute(batch).unwrap();
        computing += start.elapsed();
        assert_eq!(table.failures(), &[]);
        for (at, known) in known.iter_mut().enumerate() {
            *known += (0..table.len()).filter(|&row| table.value(row, at).is_some()).count();
        }
    }
    eprintln!("computed in batches: {} ms", computing.as_millis());
    for (head, known) in pack.catalogue.facts().iter().zip(known) {
        eprintln!("{:40} known in {known}", head.code);
    }
}
