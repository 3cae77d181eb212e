//! Tables as files, rows as hashes, and where values come from.

use dozor_domain::{Value, ValueType};
use dozor_facts::{BATCH_ROWS, FactEngine, FactInputs, FactKey, FactsTable, FactsWriter, provenance};

use crate::support::{World, catalogue, day, fact, index_of, objects, records, shown, table, zone};

const WORLD: World<'_> = &[
    ("register", &["a a - 2026-01-01 area=100 @0,0"]),
    (
        "papers",
        &[
            "p1 a 2026-03-01 2026-03-02 n=3 x=0.1 word=да,нет flag=true codes=2.1;4.4",
            "p2 a 2026-02-01 2026-02-02 n=1",
        ],
    ),
    ("events", &["e1 b 2026-02-01 2026-02-02"]),
];

fn facts() -> String {
    let fields = ["n", "x", "word", "flag", "codes"];
    let one = |name: &&str| {
        fact(&format!("code = \"f_{name}\"\nkind = \"attribute\"\nsource = \"papers\"\nfield = \"{name}\""))
    };
    fields.iter().map(one).collect()
}

fn sample() -> FactsTable {
    table(&facts(), WORLD, &[("a", "2026-06-01"), ("b", "2026-06-01"), ("a", "2026-02-15")], 1_000)
}

fn cells(table: &FactsTable) -> Vec<Vec<String>> {
    (0..table.len())
        .map(|row| (0..table.columns().len()).map(|column| shown(table, row, column)).collect())
        .collect()
}

#[test]
fn parquet_reads_back_the_same_and_its_bytes_repeat() {
    let table = sample();
    let bytes = table.to_parquet().unwrap();
    assert_eq!(bytes, sample().to_parquet().unwrap());
    let back = FactsTable::from_parquet(&bytes).unwrap();
    assert_eq!(cells(&back), cells(&table));
    assert_eq!(back.row_hashes(), table.row_hashes());
    assert_eq!((back.up_to_seq(), back.catalogue_hash()), (1_000, table.catalogue_hash()));
    assert_eq!(back.to_parquet().unwrap(), bytes);
    let empty = table.slice(0, 0);
    assert_eq!(FactsTable::from_parquet(&empty.to_parquet().unwrap()).unwrap().len(), 0);
}

#[test]
fn a_file_written_in_batches_is_that_of_the_whole_table() {
    let (objects, zone) = (objects(), zone());
    let records = records(WORLD, &objects);
    let inputs = FactInputs { objects: &objects, records: &records, zone: &zone };
    let catalogue = catalogue(&facts()).unwrap();
    let engine = FactEngine::new(&catalogue, &inputs, 1_000).unwrap();
    let instants = ["2026-01-15", "2026-02-15", "2026-06-01"].map(day);
    // More rows than a group of the file holds, and a last batch that is not full.
    let keys: Vec<FactKey> = (0..5 * BATCH_ROWS + 77)
        .map(|row| FactKey { object: (row % 7 % 3) as u32, as_of: instants[row % 11 % 3] })
        .collect();
    let whole = engine.compute(&keys).unwrap();
    let mut writer = FactsWriter::new(Vec::new(), &engine).unwrap();
    let mut hashes = Vec::new();
    for batch in keys.chunks(BATCH_ROWS) {
        let table = engine.compute(batch).unwrap();
        hashes.extend(table.row_hashes());
        writer.push(&table).unwrap();
    }
    let other = FactsTable::from_rows(&[], &[vec![]]).unwrap();
    assert!(writer.push(&other).is_err(), "rows of another table are refused");
    assert!(writer.finish().unwrap() == whole.to_parquet().unwrap(), "the bytes differ");
    assert_eq!(hashes, whole.row_hashes());
}

#[test]
fn bytes_that_are_no_table_are_refused() {
    let bytes = sample().to_parquet().unwrap();
    for wrong in [&b"nonsense"[..], &bytes[..bytes.len() / 2], &[]] {
        assert!(FactsTable::from_parquet(wrong).is_err());
    }
}

#[test]
fn a_slice_keeps_cells_and_hashes() {
    let table = sample();
    let slice = table.slice(1, 5);
    assert_eq!(cells(&slice), cells(&table)[1..].to_vec());
    assert_eq!(slice.row_hash(1), table.row_hash(2));
    assert_eq!(slice.object_key(0), "b");
}

#[test]
fn a_row_hash_follows_every_cell_the_object_and_the_instant() {
    let hashes = sample().row_hashes();
    assert!(hashes[0] != hashes[1] && hashes[1] != hashes[2] && hashes[0] != hashes[2]);
    let columns = [("n", ValueType::Integer), ("word", ValueType::Text)];
    let hash = |n: Option<i64>, word: &str| {
        let row = vec![n.map(Value::Integer), Some(Value::Text(word.to_owned()))];
        FactsTable::from_rows(&columns, &[row]).unwrap().row_hash(0)
    };
    assert_eq!(hash(Some(1), "a"), hash(Some(1), "a"));
    assert_ne!(hash(Some(0), "a"), hash(None, "a"));
    assert_ne!(hash(Some(1), "a"), hash(Some(1), "b"));
}

#[test]
fn csv_is_quoted_guarded_and_empty_where_missing() {
    let mut out = Vec::new();
    sample().to_csv(&mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "object_id,as_of,f_n,f_x,f_word,f_flag,f_codes");
    assert_eq!(lines[1], "a,2026-05-31T21:00:00Z,3,0.1,\"да,нет\",true,2.1;4.4");
    assert!(lines[2].starts_with("a,2026-02-14"), "rows of one object follow each other");
    assert_eq!(lines[3], "b,2026-05-31T21:00:00Z,,,,,");
    let row = vec![Some(Value::Text("=1+1".to_owned())), Some(Value::Text("-5".to_owned()))];
    let columns = [("formula", ValueType::Text), ("number", ValueType::Text)];
    let mut out = Vec::new();
    FactsTable::from_rows(&columns, &[row]).unwrap().to_csv(&mut out).unwrap();
    assert!(String::from_utf8(out).unwrap().ends_with(",'=1+1,-5\n"));
}

#[test]
fn given_rows_must_fit_their_columns() {
    let columns = [("n", ValueType::Integer)];
    assert!(FactsTable::from_rows(&columns, &[vec![Some(Value::Float(1.0))]]).is_err());
    assert!(FactsTable::from_rows(&columns, &[vec![]]).is_err());
    let table = FactsTable::from_rows(&columns, &[vec![Some(Value::Integer(4))], vec![None]]).unwrap();
    assert_eq!((table.float(0, 0), table.float(1, 0), table.float(0, 9)), (Some(4.0), None, None));
}

#[test]
fn provenance_names_the_latest_records_known_by_then() {
    let objects = objects();
    let records = records(WORLD, &objects);
    let zone = zone();
    let inputs = FactInputs { objects: &objects, records: &records, zone: &zone };
    let facts =
        format!("{}{}", facts(), fact("code = \"double\"\nkind = \"derived\"\nexpression = \"f_n * 2.0\""));
    let catalogue = catalogue(&facts).unwrap();
    let of = |fact: &str, as_of: &str| {
        let object = index_of(&objects, "a");
        provenance(&catalogue, &inputs, (object, fact), (day(as_of), 1_000)).unwrap()
    };
    let dates = |fact: &str, as_of: &str| {
        of(fact, as_of)
            .iter()
            .map(|record| record.happened_at.unwrap().to_string()[..10].to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(dates("f_n", "2026-06-01"), ["2026-02-28", "2026-01-31"]);
    assert_eq!(dates("double", "2026-03-01"), ["2026-01-31"]);
    assert_eq!(of("f_n", "2026-06-01")[0].source, "papers");
    assert!(provenance(&catalogue, &inputs, (0, "no_such"), (day("2026-06-01"), 1)).is_err());
}
