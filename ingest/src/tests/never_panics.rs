//! Whatever the bytes are: no panic, and every row is a record or a reject.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::{gzip, read_all, spec};
use crate::SourceSpec;

/// `DOZOR_LONG_TESTS=1` runs ten times as many cases.
fn runner() -> TestRunner {
    let cases = if std::env::var_os("DOZOR_LONG_TESTS").is_some() { 10_000 } else { 1_000 };
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]))
}

fn sources() -> [SourceSpec; 2] {
    let rest = r#"
subject = "object"
[key]
columns = ["id", "@geometry"]
[time]
happened_at = { column = "day" }
[match]
by = "key"
column = "id"
registries = ["r"]
[personal]
columns = ["note"]
[[fields]]
name = "title"
column = "title"
type = "text"
check = "cadastral"
[[fields]]
name = "area"
column = "area"
type = "float"
"#;
    let position = "[position]\nlat = \"lat\"\nlon = \"lon\"\n";
    [spec("csv", &format!("{rest}{position}")), spec("geojson", rest)]
}

const CSV: &str = "id,day,title,area,lat,lon,note\n1,2026-01-05,77:01:0001001:1,12.5,55.7,37.6,x\n2,2026-01-06,\"77:01:\n0001001:2\",,,,\n3,2026-01-07,77:О1:0001001:3,1e9,37.6,55.7,y\n";
const GEOJSON: &str = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4326"}},"features":[
{"type":"Feature","id":1,"properties":{"id":"1","day":"2026-01-05","title":"77:01:0001001:1","area":12.5,"note":"x"},"geometry":{"type":"Point","coordinates":[37.6,55.7]}},
{"type":"Feature","properties":{"id":2,"day":"2026-01-05","title":null,"area":"7"},"geometry":{"type":"Polygon","coordinates":[[[37.6,55.7],[37.6,55.71],[37.61,55.71],[37.6,55.7]]]}}]}"#;

/// Replaces, inserts or deletes bytes at pseudo-random places.
fn mutate(valid: &[u8], changes: &[(usize, u8, u8)]) -> Vec<u8> {
    let mut bytes = valid.to_vec();
    for &(at, what, byte) in changes {
        let at = at % (bytes.len() + 1);
        match what % 4 {
            0 if at < bytes.len() => bytes[at] = byte,
            1 => bytes.insert(at, byte),
            2 if at < bytes.len() => {
                bytes.remove(at);
            }
            _ => bytes.truncate(at),
        }
    }
    bytes
}

/// Counts the rows of a CSV text in another way than the adapter does.
fn csv_rows(bytes: &[u8]) -> Option<usize> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    reader.byte_records().collect::<Result<Vec<_>, _>>().ok().map(|rows| rows.len())
}

#[test]
fn random_bytes_never_panic() {
    let bytes = prop::collection::vec(any::<u8>(), 0..400);
    runner()
        .run(&bytes, |bytes| {
            for spec in sources() {
                let _ = read_all(&spec, &bytes);
                let _ = read_all(&spec, &gzip(&bytes));
                let _ = read_all(&spec, &[&[0x1f, 0x8b, 8], bytes.as_slice()].concat());
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn mutated_files_never_panic_and_every_row_is_accounted_for() {
    let odd = prop_oneof![any::<u8>(), prop::sample::select(&b"\",;\n\r{}[]:0-9.e\\"[..])];
    let changes = prop::collection::vec((any::<usize>(), any::<u8>(), odd), 1..8);
    runner()
        .run(&changes, |changes| {
            let [csv, geojson] = sources();
            let bytes = mutate(CSV.as_bytes(), &changes);
            if let Ok((records, rejects)) = read_all(&csv, &bytes) {
                prop_assert_eq!(Some(records.len() + rejects.len()), csv_rows(&bytes));
            }
            let bytes = mutate(GEOJSON.as_bytes(), &changes);
            let json = serde_json::from_slice::<serde_json::Value>(&bytes);
            if let (Ok((records, rejects)), Ok(json)) = (read_all(&geojson, &bytes), json) {
                let features = json.get("features").and_then(|list| list.as_array()).map(Vec::len);
                prop_assert_eq!(Some(records.len() + rejects.len()), features);
            }
            Ok(())
        })
        .unwrap();
}
