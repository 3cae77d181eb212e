//! A small world for tests: objects `a`, `b`, `c` and sources whose rows are written as short texts.

use std::collections::BTreeMap;
use std::sync::Arc;

use dozor_domain::{
    FieldDefinition, NO_OBJECT, NO_TIME, ObjectColumns, ObjectId, ObjectRow, PackManifest, Position,
    RecordColumns, RecordColumnsBuilder, RecordId, RecordRow, Subject, Timestamp, ValidGeometry, Value,
    ValueType, Zone,
};
use dozor_facts::{FactCatalogue, FactInputs, FactKey, FactsError, FactsTable, SourceSchema, compute};

pub(crate) const PACK: &str = r#"
name = "tiny"
title = { ru = "Малый", en = "Tiny" }
authority = { ru = "Орган", en = "Authority" }
zone = "Europe/Moscow"
bounds = [36.0, 55.0, 38.0, 57.0]
[scale]
levels = ["low", "medium", "high"]
titles = { low = { ru = "н", en = "l" }, medium = { ru = "с", en = "m" }, high = { ru = "в", en = "h" } }
[[object_kinds]]
code = "parcel"
title = { ru = "Участок", en = "Parcel" }
[[object_kinds]]
code = "building"
title = { ru = "Здание", en = "Building" }
[[control_kinds]]
code = "land"
title = { ru = "З", en = "L" }
short = { ru = "З", en = "L" }
object_kinds = ["parcel", "building"]
"#;

pub(crate) fn manifest() -> PackManifest {
    PackManifest::parse(PACK).unwrap()
}

pub(crate) fn zone() -> Zone {
    Zone::new("Europe/Moscow").unwrap()
}

pub(crate) fn day(text: &str) -> Timestamp {
    zone().parse_as_of(text).unwrap()
}

/// The sources of the tiny pack, with the fields that tests read.
pub(crate) fn schemas() -> BTreeMap<String, SourceSchema> {
    use ValueType::{Boolean, Codes, Date, Float, Integer, Text};
    let source = |name: &str, subject, fields: &[(&str, ValueType)]| {
        let fields = fields
            .iter()
            .map(|(name, value_type)| FieldDefinition { name: (*name).to_owned(), value_type: *value_type })
            .collect();
        (name.to_owned(), SourceSchema { subject, fields })
    };
    let papers = [("n", Integer), ("x", Float), ("word", Text), ("group", Text), ("flag", Boolean)];
    let papers: Vec<_> =
        papers.into_iter().chain([("from", Date), ("to", Date), ("codes", Codes), ("who", Text)]).collect();
    BTreeMap::from([
        source("register", Subject::Object, &[("area", Float)]),
        source("papers", Subject::Object, &papers),
        source("more_papers", Subject::Object, &papers),
        source("events", Subject::Outcome, &papers),
        source("places", Subject::Place, &[("word", Text)]),
        source("zones", Subject::Territory, &[("word", Text)]),
        source("contours", Subject::Object, &[("word", Text)]),
        source("weather", Subject::Series, &[("t", Float)]),
    ])
}

/// Objects: parcel `a` with the buildings `b` and `c`.
pub(crate) fn objects() -> ObjectColumns {
    let row = |key: &str, kind: &str, parent: Option<&str>| ObjectRow {
        id: ObjectId::derive("tiny", "register", key),
        key: key.to_owned(),
        source: "register".to_owned(),
        kind: kind.to_owned(),
        title: String::new(),
        parent: parent.map(|parent| ObjectId::derive("tiny", "register", parent)),
        territory: Some("north".to_owned()),
        position: None,
        geometry: None,
        known_at: 0,
        seq: 1,
        ended_at: dozor_domain::NO_TIME,
    };
    ObjectColumns::new(vec![
        row("a", "parcel", None),
        row("b", "building", Some("a")),
        row("c", "building", Some("a")),
    ])
}

pub(crate) fn index_of(objects: &ObjectColumns, key: &str) -> u32 {
    objects.index_of(ObjectId::derive("tiny", "register", key)).unwrap()
}

/// Is one record, as `key object happened known name=value…`; `a|b` stands for one of two, `-` for none, `@east,north` for a place in
/// metres from the centre, `#east,north,width,height` for a rectangle; `v=` and `seq=` set version and commit.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) key: String,
    pub(crate) object: String,
    pub(crate) happened_at: i64,
    pub(crate) known_at: i64,
    pub(crate) version: i64,
    pub(crate) seq: i64,
    pub(crate) position: Option<Position>,
    pub(crate) shape: Option<Arc<ValidGeometry>>,
    pub(crate) values: Vec<(String, String)>,
}

pub(crate) const CENTRE: Position = Position { lat: 55.75, lon: 37.6 };

fn instant(text: &str) -> i64 {
    if text == "-" { NO_TIME } else { day(text).micros() }
}

fn numbers(text: &str) -> Vec<f64> {
    text.split(',').map(|number| number.parse().unwrap()).collect()
}

fn rectangle(text: &str) -> Arc<ValidGeometry> {
    let numbers = numbers(text);
    let [east, north, width, height] = numbers.as_slice() else { panic!("a rectangle has four numbers") };
    let plane = dozor_domain::LocalMetres::around(CENTRE);
    let corner = |e: f64, n: f64| {
        let at = plane.position(e, n);
        (at.lon, at.lat)
    };
    let ring = vec![
        corner(*east, *north),
        corner(east + width, *north),
        corner(east + width, north + height),
        corner(*east, north + height),
    ];
    let shape = geo::Geometry::Polygon(geo::Polygon::new(geo::LineString::from(ring), vec![]));
    Arc::new(ValidGeometry::new(shape, &manifest().bounds).unwrap())
}

pub(crate) fn line(text: &str) -> Line {
    let mut words = text.split_whitespace();
    let mut next = || words.next().unwrap().to_owned();
    let (key, object, happened, known) = (next(), next(), next(), next());
    let mut line = Line {
        key,
        object,
        happened_at: instant(&happened),
        known_at: instant(&known),
        version: 1,
        seq: 1,
        position: None,
        shape: None,
        values: Vec::new(),
    };
    for word in words {
        if let Some(place) = word.strip_prefix('@') {
            let at = numbers(place);
            line.position = Some(dozor_domain::LocalMetres::around(CENTRE).position(at[0], at[1]));
        } else if let Some(shape) = word.strip_prefix('#') {
            let shape = rectangle(shape);
            line.position = Some(shape.centre());
            line.shape = Some(shape);
        } else {
            let (name, value) = word.split_once('=').unwrap();
            match name {
                "v" => line.version = value.parse().unwrap(),
                "seq" => line.seq = value.parse().unwrap(),
                _ => line.values.push((name.to_owned(), value.to_owned())),
            }
        }
    }
    line
}

fn value(text: &str, value_type: ValueType) -> Value {
    match value_type {
        ValueType::Text => Value::Text(text.to_owned()),
        ValueType::Integer => Value::Integer(text.parse().unwrap()),
        ValueType::Float => Value::Float(text.parse().unwrap()),
        ValueType::Boolean => Value::Boolean(text.parse().unwrap()),
        ValueType::Date => Value::Date(text.parse().unwrap()),
        ValueType::Instant => Value::Instant(day(text)),
        ValueType::Codes => Value::Codes(text.split(';').map(str::to_owned).collect()),
    }
}

pub(crate) fn columns(source: &str, lines: &[Line], objects: &ObjectColumns) -> RecordColumns {
    let schema = schemas().remove(source).unwrap().fields;
    let mut builder = RecordColumnsBuilder::new(source, schema.clone(), objects.len());
    for line in lines {
        let content = dozor_domain::sha256(format!("{:?}", line.values).as_bytes());
        let id = RecordId::derive("tiny", source, &line.key, line.version, &content);
        let mut named: Vec<u32> =
            line.object.split('|').filter(|key| *key != "-").map(|key| index_of(objects, key)).collect();
        let object = if named.len() == 1 { named.remove(0) } else { NO_OBJECT };
        named.into_iter().for_each(|object| builder.doubt(id, object));
        let row = RecordRow {
            id,
            external_id: &line.key,
            version: line.version,
            preference: 0,
            content_hash: content,
            object,
            happened_at: line.happened_at,
            known_at: line.known_at,
            ended_at: NO_TIME,
            seq: line.seq,
            position: line.position,
            geometry: line.shape.clone(),
        };
        let values = schema.iter().map(|field| {
            let found = line.values.iter().find(|(name, _)| *name == field.name);
            found.map(|(_, text)| value(text, field.value_type))
        });
        builder.push(row, values.collect::<Vec<_>>());
    }
    builder.finish()
}

pub(crate) fn catalogue(facts: &str) -> Result<FactCatalogue, FactsError> {
    FactCatalogue::parse(facts, &schemas(), &manifest())
}

/// Writes a fact with the given keys; title and use are filled in.
pub(crate) fn fact(keys: &str) -> String {
    let head = if keys.contains("code =") { "" } else { "code = \"f\"\n" };
    let uses = if keys.contains("use =") { "" } else { "use = \"S\"\n" };
    format!("[[facts]]\n{head}title = {{ ru = \"ф\", en = \"f\" }}\n{uses}{keys}\n")
}

/// Source name and its rows.
pub(crate) type World<'a> = &'a [(&'a str, &'a [&'a str])];

pub(crate) fn records(world: World<'_>, objects: &ObjectColumns) -> BTreeMap<String, RecordColumns> {
    let lines = |rows: &[&str]| rows.iter().map(|row| line(row)).collect::<Vec<_>>();
    world.iter().map(|(name, rows)| ((*name).to_owned(), columns(name, &lines(rows), objects))).collect()
}

pub(crate) fn table(facts: &str, world: World<'_>, keys: &[(&str, &str)], up_to_seq: i64) -> FactsTable {
    let objects = objects();
    let records = records(world, &objects);
    let zone = zone();
    let inputs = FactInputs { objects: &objects, records: &records, zone: &zone };
    let keys: Vec<FactKey> = keys
        .iter()
        .map(|(key, as_of)| FactKey { object: index_of(&objects, key), as_of: day(as_of) })
        .collect();
    compute(&catalogue(facts).unwrap(), &inputs, &keys, up_to_seq).unwrap()
}

/// Returns a cell as text: `?` for missing, floats with six decimals.
pub(crate) fn shown(table: &FactsTable, row: usize, column: usize) -> String {
    match table.value(row, column) {
        None => "?".to_owned(),
        Some(Value::Float(number)) => format!("{number:.6}"),
        Some(Value::Integer(number)) => number.to_string(),
        Some(Value::Boolean(flag)) => flag.to_string(),
        Some(Value::Text(text)) => text,
        Some(Value::Codes(codes)) => codes.join("+"),
        Some(other) => format!("{other:?}"),
    }
}

/// Computes the fact of object `a` as of 2026-06-01 (or the given `object as_of`) and compares.
#[track_caller]
pub(crate) fn check(keys: &str, world: World<'_>, at: (&str, &str), expect: &str) {
    let table = table(&fact(keys), world, &[at], 1_000);
    assert_eq!(shown(&table, 0, table.columns().len() - 1), expect, "{keys}\n{world:?}\n{at:?}");
}
