//! GeoJSON as real sources write it.

use std::io::Read;

use super::{code, context, gzip, manifest, read_all, spec};
use crate::{SourceSpec, read};

fn parcels() -> SourceSpec {
    spec(
        "geojson",
        r#"
subject = "place"
[key]
columns = ["@id"]
[[fields]]
name = "codes"
column = "codes"
type = "codes"
[[fields]]
name = "number"
column = "number"
type = "text"
"#,
    )
}

fn feature(id: &str, geometry: &str) -> String {
    format!(
        r#"{{"type":"Feature","id":{id},"properties":{{"number":7,"codes":["a","b c"]}},"geometry":{geometry}}}"#
    )
}

const POINT: &str = r#"{"type":"Point","coordinates":[37.6,55.7]}"#;

fn collection(features: &[String], members: &str) -> String {
    format!(r#"{{"type":"FeatureCollection",{members}"features":[{}]}}"#, features.join(","))
}

#[test]
fn ids_of_both_kinds_null_geometry_heights_and_a_byte_order_mark_are_read() {
    let features = [
        feature("17", "null"),
        feature("\"x\"", r#"{"type":"Point","coordinates":[37.6,55.7,181.5]}"#),
        feature(
            "3",
            r#"{"type":"Polygon","coordinates":[[[37.6,55.7],[37.6,55.71],[37.61,55.71],[37.6,55.7]]]}"#,
        ),
    ];
    let plain = collection(&features, r#""name":"a]}","crs":null,"#);
    let (records, rejects) = read_all(&parcels(), plain.as_bytes()).unwrap();
    assert_eq!(rejects, []);
    let ids: Vec<_> = records.iter().map(|m| (m.record.external_id.as_str(), m.record.line)).collect();
    assert_eq!(ids, [("17", 1), ("x", 2), ("3", 3)]);
    assert_eq!(records.iter().map(|m| m.record.geometry.is_some()).collect::<Vec<_>>(), [false, true, true]);
    let json = crate::ContentForm::new(&parcels().schema()).json(&records[0].record.values);
    assert_eq!(json, r#"{"codes":["a","b c"],"number":"7"}"#);
    for bytes in [[b"\xef\xbb\xbf", plain.as_bytes()].concat(), gzip(plain.as_bytes())] {
        assert_eq!(read_all(&parcels(), &bytes).unwrap().0, records);
    }
}

#[track_caller]
fn stops(text: &str, expect: &str) {
    let found = read_all(&parcels(), text.as_bytes()).map(|(rows, _)| rows.len());
    assert_eq!(found.map_err(|error| code(&error)), Err(expect), "{text}");
}

#[test]
fn a_declared_coordinate_system_is_honoured_or_refused_wherever_it_stands() {
    let crs = |name: &str| format!(r#""crs":{{"type":"name","properties":{{"name":"{name}"}}}}"#);
    let one = [feature("1", POINT)];
    for name in ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"] {
        assert_eq!(
            read_all(&parcels(), collection(&one, &format!("{},", crs(name))).as_bytes()).unwrap().0.len(),
            1
        );
    }
    stops(&collection(&one, &format!("{},", crs("EPSG:3857"))), "GEOJSON_CRS");
    stops(&collection(&one, r#""crs":{"type":"link"},"#), "GEOJSON_CRS");
    let after = format!(r#"{{"type":"FeatureCollection","features":[{}],{}}}"#, one[0], crs("EPSG:3857"));
    stops(&after, "GEOJSON_CRS");
}

#[test]
fn projected_coordinates_without_a_declared_system_are_refused_before_any_row() {
    stops(
        &collection(&[feature("1", r#"{"type":"Point","coordinates":[733826.1,3725139.2]}"#)], ""),
        "CRS_PROJECTED",
    );
}

#[test]
fn what_is_no_collection_or_ends_early_is_refused() {
    let whole = collection(&[feature("1", POINT), feature("2", POINT)], "");
    for text in ["", "{", "{}", "[]", "null", r#"{"type":"Feature"}"#, r#"{"features":[]}"#] {
        stops(text, "GEOJSON_FORM");
    }
    stops(&format!("{whole}x"), "GEOJSON_FORM");
    for length in 1..whole.len() {
        stops(&whole[..length], "GEOJSON_FORM");
    }
}

#[test]
fn an_empty_collection_is_no_fault() {
    assert_eq!(read_all(&parcels(), collection(&[], "").as_bytes()).unwrap(), (vec![], vec![]));
}

#[test]
fn a_mapping_that_names_an_absent_key_or_required_column_is_refused_before_any_row() {
    let text = collection(&[feature("1", POINT)], "");
    let key = spec("geojson", "subject = \"place\"\n[key]\ncolumns = [\"number\", \"gone\"]\n");
    assert_eq!(read_all(&key, text.as_bytes()).map_err(|error| code(&error)), Err("COLUMN_ABSENT"));
    let field = "subject = \"place\"\n[key]\ncolumns = [\"@id\"]\n[[fields]]\nname = \"g\"\ncolumn = \"g\"\ntype = \"text\"\n";
    let required = spec("geojson", &format!("{field}required = true\n"));
    assert_eq!(read_all(&required, text.as_bytes()).map_err(|error| code(&error)), Err("COLUMN_ABSENT"));
}

#[test]
fn a_column_that_no_feature_names_is_absent_and_one_that_some_leave_out_is_missing() {
    let field = "subject = \"place\"\n[key]\ncolumns = [\"@id\"]\n[[fields]]\nname = \"g\"\ncolumn = \"g\"\ntype = \"text\"\n";
    let spec = spec("geojson", field);
    let without = [feature("1", POINT), feature("2", POINT)];
    let renamed = read_all(&spec, collection(&without, "").as_bytes()).map_err(|error| code(&error));
    assert_eq!(renamed, Err("COLUMN_ABSENT"));
    for given in ["\"x\"", "null"] {
        let with = format!(r#"{{"type":"Feature","id":3,"properties":{{"g":{given}}},"geometry":{POINT}}}"#);
        let some = [feature("1", POINT), feature("2", POINT), with];
        let (records, rejects) = read_all(&spec, collection(&some, "").as_bytes()).unwrap();
        assert_eq!((records.len(), rejects.len()), (3, 0), "{given}");
        assert_eq!(records[0].record.values, [None]);
    }
}

#[test]
fn a_code_that_holds_the_sign_between_codes_is_refused() {
    let odd = feature("1", POINT).replace("b c", "b;c");
    let (records, rejects) =
        read_all(&parcels(), collection(&[odd, feature("2", POINT)], "").as_bytes()).unwrap();
    assert_eq!((records.len(), rejects[0].code.as_str()), (1, "VALUE_TYPE"));
    assert_eq!(rejects[0].field.as_deref(), Some("codes"));
}

#[test]
fn odd_features_are_refused_one_by_one_and_the_others_go_on() {
    let features = [
        feature("1", POINT),
        r#"{"type":"Point","coordinates":[1,2]}"#.to_owned(),
        "17".to_owned(),
        feature("4", r#"{"type":"LineString","coordinates":[[1],[2]]}"#),
        feature("5", r#"{"type":"Point","coordinates":[55.7,37.6]}"#),
        feature(
            "6",
            r#"{"type":"Polygon","coordinates":[[[37.6,55.7],[37.7,55.8],[37.7,55.7],[37.6,55.8]]]}"#,
        ),
        feature("null", POINT),
        feature("8", r#"{"type":"Point","coordinates":[733826.1,3725139.2]}"#),
        feature("9", POINT),
    ];
    let (records, rejects) = read_all(&parcels(), collection(&features, "").as_bytes()).unwrap();
    assert_eq!(records.iter().map(|m| m.record.external_id.as_str()).collect::<Vec<_>>(), ["1", "9"]);
    let seen: Vec<_> = rejects.iter().map(|reject| (reject.line, reject.code.as_str())).collect();
    assert_eq!(
        seen,
        [
            (2, "FEATURE_FORM"),
            (3, "FEATURE_FORM"),
            (4, "GEOMETRY_INVALID"),
            (5, "GEOMETRY_AXES_SWAPPED"),
            (6, "GEOMETRY_INVALID"),
            (7, "KEY_MISSING"),
            (8, "CRS_MISSING"),
        ]
    );
}

/// Makes an endless-looking file on the fly and counts what was asked of it.
struct Generated {
    left: u32,
    rest: Vec<u8>,
}

impl Read for Generated {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.rest.is_empty() && self.left > 0 {
            self.left -= 1;
            self.rest = format!(
                "{}{}",
                feature(&self.left.to_string(), POINT),
                if self.left > 0 { "," } else { "]}" }
            )
            .into_bytes();
        }
        let count = buffer.len().min(self.rest.len());
        buffer[..count].copy_from_slice(&self.rest[..count]);
        self.rest.drain(..count);
        Ok(count)
    }
}

#[test]
fn a_long_file_comes_in_batches_of_bounded_size() {
    let manifest = manifest();
    let spec = parcels();
    let head = br#"{"type":"FeatureCollection","features":["#;
    let bytes = head.chain(Generated { left: 20_000, rest: Vec::new() });
    let mut rows = 0;
    for batch in read(&spec, &context(&manifest, "2026-11-20"), bytes).unwrap() {
        let records = batch.unwrap().records;
        assert!(records.len() <= 2048);
        rows += records.len();
    }
    assert_eq!(rows, 20_000);
}

#[test]
fn a_refusal_says_where_and_never_what_was_written_there() {
    let odd = [
        r#"{"type":"Feature","id":1,"properties":"Иванов Иван, паспорт 45 01","geometry":null}"#.to_owned(),
        feature("2", r#"{"type":"Иванов","coordinates":[37.6,55.7]}"#),
        feature("\"3\\u0000\"", POINT),
    ];
    let features = [&[feature("9", POINT)], &odd[..]].concat();
    let (records, rejects) = read_all(&parcels(), collection(&features, "").as_bytes()).unwrap();
    assert_eq!(records.len(), 1);
    let codes: Vec<_> = rejects.iter().map(|one| one.code.as_str()).collect();
    assert_eq!(codes, ["FEATURE_FORM", "GEOMETRY_INVALID", "NUL_CHARACTER"]);
    for reject in &rejects {
        assert!(!reject.cause.contains("Иванов"), "{reject:?}");
    }
    assert!(rejects[0].cause.contains("of the item"), "{:?}", rejects[0]);
}
