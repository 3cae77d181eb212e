//! CSV as real sources write it.

use dozor_domain::Value;

use super::{code, context, gzip, manifest, micros, read_all, read_with, spec};
use crate::{DeliveryContext, History, SourceSpec};

const PLACE: &str = r#"
subject = "place"
[key]
columns = ["id"]
[[fields]]
name = "title"
column = "title"
type = "text"
"#;

fn text(value: &str) -> Option<Value> {
    Some(Value::Text(value.to_owned()))
}

#[test]
fn delimiters_byte_order_mark_gzip_and_quoted_newlines_give_the_same_rows() {
    let plain = "id,title\n1,\"a\nb\"\n2,c\n";
    let expect = read_all(&spec("csv", PLACE), plain.as_bytes()).unwrap().0;
    assert_eq!(
        expect.iter().map(|m| m.record.values.clone()).collect::<Vec<_>>(),
        [[text("a\nb")], [text("c")]]
    );
    assert_eq!(
        expect.iter().map(|m| m.record.line).collect::<Vec<_>>(),
        [2, 4],
        "lines are those of the file"
    );
    let with = |delimiter: &str| spec("csv", &format!("{PLACE}\n[csv]\ndelimiter = \"{delimiter}\"\n"));
    for (spec, bytes) in [
        (spec("csv", PLACE), [b"\xef\xbb\xbf", plain.as_bytes()].concat()),
        (spec("csv", PLACE), gzip(plain.as_bytes())),
        (spec("csv", PLACE), plain.replace('\n', "\r\n").replace("a\r\n", "a\n").into_bytes()),
        (with(";"), plain.replace(',', ";").into_bytes()),
        (with("\\t"), plain.replace(',', "\t").into_bytes()),
    ] {
        let (rows, rejects) = read_all(&spec, &bytes).unwrap();
        assert_eq!((rows, rejects.len()), (expect.clone(), 0));
    }
}

#[track_caller]
fn stops(bytes: &[u8], expect: &str) {
    assert_eq!(read_all(&spec("csv", PLACE), bytes).map_err(|error| code(&error)), Err(expect));
}

#[test]
fn faults_of_the_file_as_a_whole_are_told_before_any_row() {
    stops(b"", "CSV_NO_HEADER");
    stops(b"\n\n", "CSV_NO_HEADER");
    stops(b"id;title\n1;a\n", "CSV_WRONG_DELIMITER");
    stops(b"id\ttitle\n1\ta\n", "CSV_WRONG_DELIMITER");
    stops(b"id,name\n1,a\n", "COLUMN_ABSENT");
    stops(b"id,title,title\n1,a,b\n", "COLUMN_TWICE");
}

#[test]
fn half_a_gzip_stops_the_delivery_wherever_it_is_cut() {
    let rows: String = (0..20_000).map(|at| format!("{at},title {}\n", at * 7919 % 10_007)).collect();
    let whole = gzip(format!("id,title\n{rows}").as_bytes());
    for length in [3, 12, 100, whole.len() / 2, whole.len() - 9, whole.len() - 1] {
        stops(&whole[..length], "INPUT_GZIP_BROKEN");
    }
    let mut damaged = whole.clone();
    let at = damaged.len() - 6;
    damaged[at] ^= 1;
    stops(&damaged, "INPUT_GZIP_BROKEN");
}

#[test]
fn an_unclosed_quotation_mark_does_not_swallow_memory() {
    let mut bytes = b"id,title\n1,\"never closed".to_vec();
    bytes.resize(9 << 20, b'x');
    stops(&bytes, "RECORD_TOO_LARGE");
}

#[test]
fn a_bad_row_is_refused_with_its_place_and_the_others_go_on() {
    let bytes = b"id,title\n1,a\n2\n,b\n3,\xff\xfe\n4,d\n";
    let (records, rejects) = read_all(&spec("csv", PLACE), bytes).unwrap();
    assert_eq!(records.iter().map(|m| m.record.external_id.as_str()).collect::<Vec<_>>(), ["1", "4"]);
    let seen: Vec<_> = rejects.iter().map(|reject| (reject.code.as_str(), reject.line)).collect();
    assert_eq!(seen, [("ROW_COLUMNS", 3), ("KEY_MISSING", 4), ("ENCODING", 5)]);
    assert!(rejects.iter().all(|reject| !reject.cause.is_empty() && !reject.action.is_empty()));
}

const TYPED: &str = r#"
subject = "place"
[csv]
delimiter = ";"
decimal = ","
[key]
columns = ["id"]
[time]
happened_at = { column = "day", format = "%d.%m.%Y" }
[[fields]]
name = "area"
column = "area"
type = "float"
scale = 10000.0
missing = ["0"]
[[fields]]
name = "built"
column = "built"
type = "date"
format = "%d.%m.%Y г."
check = "not_before_1990"
[[fields]]
name = "kind"
column = "kind"
type = "boolean"
map = { "да" = "true", "нет" = "false" }
only_mapped = true
[[fields]]
name = "number"
column = "number"
type = "text"
check = "cadastral"
[[fields]]
name = "phone"
column = "phone"
type = "integer"
"#;

type Refused<'a> = (&'a str, &'a str, Option<&'a str>);

#[track_caller]
fn typed(row: &str, expect: Result<[Option<Value>; 5], Refused<'_>>) {
    let file = format!("id;day;area;built;kind;number;phone\n{row}\n");
    let (records, rejects) = read_all(&spec("csv", TYPED), file.as_bytes()).unwrap();
    match expect {
        Ok(values) => assert_eq!(records[0].record.values, values, "{rejects:?}"),
        Err((code, field, seen)) => {
            let reject = &rejects[0];
            let found = (reject.code.as_str(), reject.field.as_deref(), reject.seen.as_deref());
            assert_eq!(found, (code, Some(field), seen));
        }
    }
}

#[test]
fn values_are_read_as_declared_and_refused_with_what_was_seen() {
    let day = |year, month, day| Some(Value::Date(jiff::civil::date(year, month, day)));
    typed(
        "1;20.11.2026;1\u{a0}234,5;17.08.2007 г.;да;77:01:0001001:1;",
        Ok([
            Some(Value::Float(12_345_000.0)),
            day(2007, 8, 17),
            Some(Value::Boolean(true)),
            text("77:01:0001001:1"),
            None,
        ]),
    );
    typed("1;20.11.2026;0;;;;", Ok([None, None, None, None, None]));
    typed("1;20.11.2026;12.03.2019;;;;", Err(("VALUE_TYPE", "area", Some("12.03.2019"))));
    typed("1;20.11.2026;;2007-08-17;;;", Err(("DATE_FORMAT", "built", Some("2007-08-17"))));
    typed("1;20.11.2026;;17.08.1907 г.;;;", Err(("DATE_BEFORE_1990", "built", Some("17.08.1907 г."))));
    typed("1;20.11.2026;;;возможно;;", Err(("VALUE_NOT_IN_CLASSIFIER", "kind", Some("возможно"))));
    typed(
        "1;20.11.2026;;;;77:О1:0001001:1;",
        Err(("CADASTRAL_FORMAT", "number", Some("77:О1:0001001:1; meant is perhaps 77:01:0001001:1"))),
    );
    typed("1;22.11.2026;;;;;", Err(("DATE_IN_FUTURE", "day", Some("22.11.2026"))));
    typed("1;;;;;;", Err(("VALUE_MISSING", "day", None)));
    typed("1;20.11.2026;1.234;;;;", Err(("VALUE_TYPE", "area", Some("1.234"))));
}

#[test]
fn a_text_with_a_nul_is_refused_row_by_row() {
    let file = "id;day;area;built;kind;number;phone\n1;20.11.2026;;;;;\n2\0;20.11.2026;;;;;\n3;20.11.2026;;;;77\0;\n";
    let (records, rejects) = read_all(&spec("csv", TYPED), file.as_bytes()).unwrap();
    assert_eq!(records.len(), 1, "the sound row is taken");
    let seen: Vec<_> =
        rejects.iter().map(|one| (one.line, one.code.as_str(), one.field.as_deref(), &one.seen)).collect();
    assert_eq!(
        seen,
        [(3, "NUL_CHARACTER", Some("id"), &None), (4, "NUL_CHARACTER", Some("number"), &None)],
        "{rejects:?}"
    );
}

#[test]
fn personal_data_is_split_off_and_stays_out_of_the_hash() {
    let read = |phone: &str| {
        let file = format!("id,title,phone\n1,a,{phone}\n");
        read_all(&spec("csv", &format!("{PLACE}[personal]\ncolumns = [\"phone\"]\n")), file.as_bytes())
            .unwrap()
            .0
    };
    let (one, other) = (read("1"), read("2"));
    assert_eq!(one[0].record.personal.as_deref(), Some("{\"phone\":\"1\"}"));
    assert_eq!(one[0].record.content_hash, other[0].record.content_hash);
}

#[test]
fn a_personal_column_that_is_mapped_too_is_a_contradiction() {
    for personal in ["id", "title"] {
        let text = format!(
            "name = \"s\"\ntitle = {{ ru = \"\", en = \"\" }}\ndelivery = \"delta\"\nformat = \"csv\"\n{PLACE}\
             [personal]\ncolumns = [\"{personal}\"]\n"
        );
        assert_eq!(
            SourceSpec::parse(&text).map_err(|error| code(&error)),
            Err("SOURCE_INCONSISTENT"),
            "{personal}"
        );
    }
}

#[test]
fn a_version_after_the_receipt_is_refused_and_a_known_at_can_be_required() {
    let versioned = spec("csv", &format!("{PLACE}[version]\ncolumn = \"updated\"\n"));
    let (records, rejects) =
        read_all(&versioned, b"id,title,updated\n1,a,2026-11-19\n2,b,2099-01-01\n").unwrap();
    assert_eq!((records.len(), rejects[0].code.as_str(), rejects[0].line), (1, "DATE_IN_FUTURE", 3));
    let time = "[time]\nknown_at = { column = \"known\" }\nknown_at_required = true\n";
    let required = spec("csv", &format!("{PLACE}{time}"));
    let (records, rejects) = read_all(&required, b"id,title,known\n1,a,2026-11-19\n2,b,\n").unwrap();
    assert_eq!((records.len(), rejects[0].code.as_str()), (1, "VALUE_MISSING"));
    assert_eq!(rejects[0].field.as_deref(), Some("known"));
}

fn dated(rest: &str) -> SourceSpec {
    spec(
        "csv",
        &format!(
            "{rest}\nsubject = \"place\"\n[key]\ncolumns = [\"id\"]\n[time]\nhappened_at = {{ column = \"day\" }}\n"
        ),
    )
}

#[test]
fn what_is_known_when_follows_the_declared_day_and_never_precedes_receipt_in_live_work() {
    let manifest = manifest();
    let context = context(&manifest, "2026-11-20");
    let known = |spec: &SourceSpec, context: &DeliveryContext<'_>| {
        read_with(spec, context, b"id,day\n1,2026-03-01\n").unwrap().0[0].record.known_at
    };
    let backfill = |rest: &str| dated(&format!("backfill = true\n{rest}"));
    assert_eq!(known(&backfill(""), &context), micros("2026-02-28T21:00:00Z"));
    assert_eq!(known(&backfill("known_on = \"next_day\""), &context), micros("2026-03-01T21:00:00Z"));
    assert_eq!(known(&dated(""), &context), context.received_at);
    let registry = spec(
        "csv",
        "backfill = true\nknown_from = \"2011-01-01\"\nsubject = \"place\"\n[key]\ncolumns = [\"id\"]\n",
    );
    assert_eq!(known(&registry, &context), micros("2010-12-31T21:00:00Z"));
    let dated_registry = spec(
        "csv",
        "backfill = true\nsubject = \"place\"\n[key]\ncolumns = [\"id\"]\n[time]\nknown_at = { column = \"day\" }\n",
    );
    assert_eq!(known(&dated_registry, &context), micros("2026-02-28T21:00:00Z"));
    let later = DeliveryContext { history: History::Later, ..context };
    assert_eq!(
        known(&registry, &later),
        micros("2026-11-19T21:00:00Z"),
        "news of a register are no old news"
    );
}

#[test]
fn a_version_column_orders_versions_and_its_absence_means_the_delivery_day() {
    let manifest = manifest();
    let versioned = spec("csv", &format!("{PLACE}[version]\ncolumn = \"updated\"\n"));
    let file = b"id,title,updated\n1,a,2026-03-01\n";
    let (records, _) = read_with(&versioned, &context(&manifest, "2026-11-20"), file).unwrap();
    assert_eq!(records[0].record.version, micros("2026-02-28T21:00:00Z").micros());
    let (records, _) = read_with(&spec("csv", PLACE), &context(&manifest, "2026-11-20"), file).unwrap();
    assert_eq!(records[0].record.version, micros("2026-11-19T21:00:00Z").micros());
}

#[test]
fn swapped_axes_half_positions_and_other_places_are_told_apart() {
    let spec = spec("csv", &format!("{PLACE}[position]\nlat = \"lat\"\nlon = \"lon\"\n"));
    let file = "id,title,lat,lon\n1,,55.7,37.6\n2,,37.6,55.7\n3,,55.7,\n4,,0,0\n5,,6174000,4187000\n6,,,\n7,,x,37.6\n";
    let (records, rejects) = read_all(&spec, file.as_bytes()).unwrap();
    let placed: Vec<_> = records.iter().map(|m| (m.record.line, m.record.geometry.is_some())).collect();
    assert_eq!(placed, [(2, true), (7, false)]);
    let codes: Vec<_> = rejects.iter().map(|reject| reject.code.as_str()).collect();
    assert_eq!(
        codes,
        ["GEOMETRY_AXES_SWAPPED", "GEOMETRY_INVALID", "GEOMETRY_OUTSIDE_BOUNDS", "CRS_MISSING", "VALUE_TYPE"]
    );
}

#[test]
fn mappings_with_unknown_keys_or_contradictions_are_refused() {
    let refused = |rest: &str, expect: &str| {
        let text = format!(
            "name = \"s\"\ntitle = {{ ru = \"\", en = \"\" }}\ndelivery = \"delta\"\nformat = \"csv\"\n{rest}"
        );
        assert_eq!(SourceSpec::parse(&text).map_err(|error| code(&error)), Err(expect), "{rest}");
    };
    refused(&format!("colour = 1\n{PLACE}"), "SOURCE_TOML");
    refused(&format!("{PLACE}colour = 1\n"), "SOURCE_TOML");
    refused(&format!("{PLACE}[match]\nby = \"key\"\nregistries = [\"r\"]\n"), "SOURCE_TOML");
    refused(&format!("{PLACE}constant = \"x\"\n"), "SOURCE_INCONSISTENT");
    refused(&format!("{PLACE}check = \"not_in_future\"\n"), "SOURCE_INCONSISTENT");
    refused(&format!("{PLACE}[variants]\nfield = \"title\"\ntake = \"highest\"\n"), "SOURCE_INCONSISTENT");
    refused(&format!("{PLACE}[version]\ncolumn = \"v\"\nformat = \"%Q\"\n"), "SOURCE_INCONSISTENT");
    refused("subject = \"place\"\n[key]\ncolumns = []\n", "SOURCE_INCONSISTENT");
    refused(
        "subject = \"territory\"\n[key]\ncolumns = [\"id\"]\n[territory]\ncode = \"c\"\n",
        "SOURCE_INCONSISTENT",
    );
}

#[test]
fn a_registry_row_names_its_object_its_holder_and_its_territory() {
    let spec = spec(
        "csv",
        r#"
subject = "object"
[key]
columns = ["id"]
[object]
kind = { column = "kind" }
title = ["street", "house"]
parent = { column = "parcel", source = "parcels" }
territory = { column = "district" }
"#,
    );
    let file = "id,kind,street,house,parcel,district\n1,building,Тверская,7,77:01,101\n2,building,,,,\n";
    let (records, _) = read_all(&spec, file.as_bytes()).unwrap();
    let object = records[0].object.as_ref().unwrap();
    assert_eq!(object.id, dozor_domain::ObjectId::derive("tiny", "s", "1"));
    assert_eq!((object.kind.as_str(), object.title.as_str()), ("building", "Тверская, 7"));
    assert_eq!(object.parent, Some(dozor_domain::ObjectId::derive("tiny", "parcels", "77:01")));
    assert_eq!(object.territory.as_deref(), Some("101"));
    let bare = records[1].object.as_ref().unwrap();
    assert_eq!((bare.title.as_str(), bare.parent, bare.territory.clone()), ("2", None, None));
}
