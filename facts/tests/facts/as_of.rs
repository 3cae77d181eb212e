//! Strictly as of: what is known later or committed later changes no byte, nor does the order of ingest or the
//! number of threads.

use std::collections::BTreeMap;

use dozor_domain::{NO_TIME, ObjectColumns, RecordColumns};
use dozor_facts::{FactEngine, FactInputs, FactKey};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

use crate::support::{Line, catalogue, columns, day, fact, index_of, line, objects, schemas, zone};

/// A catalogue with every kind that reads records.
fn all_kinds() -> String {
    let kinds = [
        "kind = \"attribute\"\nsource = \"papers\"\nfield = \"word\"",
        "kind = \"attribute\"\nsources = [\"more_papers\", \"papers\"]\nfield = \"to\"\ntransform = \"days_until\"",
        "kind = \"exists\"\nsource = \"papers\"\nvalid = { from = \"from\", to = \"to\" }",
        "kind = \"exists\"\nsource = \"papers\"\nwhere = \"flag && to > today\"",
        "kind = \"count\"\nsource = \"papers\"\nonce_per = \"group\"\nwindow_days = 60",
        "kind = \"count\"\nsource = \"more_papers\"\nmissing = \"unknown\"",
        "kind = \"distinct_count\"\nsource = \"papers\"\nfield = \"who\"\nlargest_group = \"group\"",
        "kind = \"sum\"\nsource = \"papers\"\nfield = \"x\"\nof = \"self_or_children\"",
        "kind = \"max\"\nsource = \"papers\"\nfield = \"n\"\nof = \"children\"",
        "kind = \"min\"\nsource = \"papers\"\nfield = \"x\"\nof = \"parent\"",
        "kind = \"mean\"\nsource = \"weather\"\nfield = \"t\"\nwindow_days = 40",
        "kind = \"share\"\nsource = \"papers\"\nwhere = \"flag\"\namong = \"is_known(n) && today > 0\"",
        "kind = \"difference\"\nsource = \"papers\"\nfield = \"x\"\nsame = [\"word\"]\nrequire = \"n > 1\"",
        "kind = \"days_since_last\"\nsource = \"events\"\nwhere = 'word == \"u\"'",
        "kind = \"within_m\"\nsource = \"places\"\nwithin_m = 300.0\nwindow_days = 90",
        "kind = \"exists\"\nsource = \"places\"\nwithin_m = 60.0",
        "kind = \"nearest\"\nsource = \"places\"",
        "kind = \"kernel_density\"\nsource = \"places\"\nbandwidth_degrees = 0.0025\nwindow_days = 90",
        "kind = \"overlap_share\"\nlayers = [\"zones\"]",
        "kind = \"exists\"\nlayers = [\"zones\"]",
        "kind = \"overlap_area\"\nlayers = [\"zones\"]\nshape = \"contours\"\nminus_object = true",
        "kind = \"ratio\"\nnumerator = \"f7\"\ndenominator = \"f4\"",
        "kind = \"days_since_first\"\nsource = \"papers\"\nwhere = \"flag\"",
        "kind = \"trend\"\nsource = \"papers\"\nfield = \"x\"",
        "kind = \"trend\"\nsource = \"more_papers\"\nwindow_days = 30\nof = \"children\"",
        "kind = \"touches\"\nsource = \"places\"\nwhere = 'word != \"u\"'",
        "kind = \"neighbours\"\nsource = \"papers\"\nwithin_m = 400.0\nwindow_days = 60\naggregate = \"sum\"\nfield = \"x\"",
        "kind = \"neighbours\"\nsource = \"events\"\nwithin_m = 250.0\naggregate = \"share\"\nwhere = 'word == \"u\"'\nsensitivity = \"proxy\"",
        "kind = \"kernel_density\"\nsource = \"places\"\nbandwidth_m = 200.0",
        "kind = \"learnt_precision\"\nsource = \"papers\"\ngroup = \"group\"\nleast = 1\noutcomes = { source = \"events\", judged = \"is_known(word)\", confirmed = 'word == \"u\"', within_days = 90 }",
        "kind = \"derived\"\nexpression = \"if is_known(f7) { f7 * 2.0 } else { f9 }\"",
    ];
    kinds.iter().enumerate().map(|(at, keys)| fact(&format!("code = \"f{at}\"\n{keys}"))).collect()
}

fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["u", "v", "w"])
}

fn any_line() -> impl Strategy<Value = (String, Line)> {
    let source = prop::sample::select(schemas().into_keys().collect::<Vec<_>>());
    let object = prop::sample::select(vec!["a", "b", "c", "-", "a|c"]);
    let times = (1_u32..130, 0_u32..60, prop::bool::weighted(0.8));
    let place = (-400_i32..400, -400_i32..400, 20_i32..300, any::<bool>());
    let values = (0_i64..5, 0_u32..100, word(), word(), word(), any::<bool>(), 0_u32..200);
    (source, 0_u8..8, object, times, 1_i64..4, 1_i64..6, place, values).prop_map(
        |(source, key, object, (happened, delay, is_dated), version, seq, place, values)| {
            let (n, x, word, group, who, flag, to) = values;
            // A key stays with its object and place: only its content changes between versions.
            let object = match source.as_str() {
                "places" | "zones" | "weather" => "-",
                "register" => ["a", "b", "c"][usize::from(key) % 3],
                _ => object,
            };
            let start = day("2026-01-01");
            let date = |days: u32| zone().day_of(start.plus_days(i64::from(days))).unwrap();
            let head = format!("k{key} {object} {} {}", date(happened), date(happened + delay));
            let all = format!(
                "n={n} x={x} t={x} area={x} word={word} group={group} who={who} flag={flag} to={}",
                date(to)
            );
            let mut line = line(&format!("{head} v={version} seq={seq} {all} from={}", date(happened)));
            let declared = &schemas()[&source].fields;
            line.values.retain(|(name, _)| declared.iter().any(|field| field.name == *name));
            let (east, north, side, has_shape) = place;
            if matches!(source.as_str(), "register" | "places" | "zones" | "contours") {
                let text = if has_shape {
                    format!("#{east},{north},{side},{side}")
                } else {
                    format!("@{east},{north}")
                };
                let placed = crate::support::line(&format!("k - - 2026-01-01 {text}"));
                (line.position, line.shape) = (placed.position, placed.shape);
            }
            if !is_dated {
                line.happened_at = NO_TIME;
            }
            (source, line)
        },
    )
}

/// Keeps the first of the rows with one key and version: the same row delivered twice is the same record.
fn distinct(lines: Vec<(String, Line)>) -> Vec<(String, Line)> {
    let mut distinct: Vec<(String, Line)> = Vec::new();
    for (source, line) in lines {
        if !distinct.iter().any(|(s, l)| *s == source && l.key == line.key && l.version == line.version) {
            distinct.push((source, line));
        }
    }
    distinct
}

fn by_source(lines: &[(String, Line)], objects: &ObjectColumns) -> BTreeMap<String, RecordColumns> {
    let mut by_source: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for (source, line) in lines {
        by_source.entry(source.clone()).or_default().push(line.clone());
    }
    by_source.iter().map(|(source, lines)| (source.clone(), columns(source, lines, objects))).collect()
}

fn bytes(lines: &[(String, Line)], as_of: &str, up_to_seq: i64) -> Vec<u8> {
    let objects = objects();
    let records = by_source(lines, &objects);
    let zone = zone();
    let inputs = FactInputs { objects: &objects, records: &records, zone: &zone };
    let keys = ["a", "b", "c"].map(|key| FactKey { object: index_of(&objects, key), as_of: day(as_of) });
    let catalogue = catalogue(&all_kinds()).unwrap();
    let engine = FactEngine::new(&catalogue, &inputs, up_to_seq).unwrap();
    let table = engine.compute(&keys).unwrap();
    // Rows asked for one by one, in any order, at other instants in between, are the same rows.
    let other = FactKey { as_of: day("2026-03-01"), ..keys[1] };
    for row in [2, 0, 1] {
        let alone = engine.compute(&[other, keys[row]]).unwrap();
        assert_eq!(alone.row_hash(1), table.row_hash(row));
    }
    table.to_parquet().unwrap()
}

/// Computes the table of a commit twice, from nothing and from the table of an earlier commit; returns the bytes of
/// both, and how many of all cells the update computed.
fn updated(lines: &[(String, Line)], (before, after): (i64, i64)) -> (Vec<u8>, Vec<u8>, u64, u64) {
    let objects = objects();
    let records = by_source(lines, &objects);
    let zone = zone();
    let inputs = FactInputs { objects: &objects, records: &records, zone: &zone };
    let catalogue = catalogue(&all_kinds()).unwrap();
    let keys: Vec<FactKey> = ["2026-02-15", "2026-04-01", "2026-05-20"]
        .iter()
        .flat_map(|as_of| {
            ["b", "a", "c"].map(|key| FactKey { object: index_of(&objects, key), as_of: day(as_of) })
        })
        .collect();
    let engine = |seq| FactEngine::new(&catalogue, &inputs, seq).unwrap();
    // The last row is new to the table, and the order of the others is another.
    let old: Vec<FactKey> = keys[..8].iter().rev().copied().collect();
    let old = engine(before).compute(&old).unwrap();
    let full = engine(after).compute(&keys).unwrap();
    let update = engine(after).update(&old, &keys).unwrap();
    let cells = (keys.len() * full.columns().len()) as u64;
    (full.to_parquet().unwrap(), update.table.to_parquet().unwrap(), update.computed, cells)
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(20_261_122),
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_known_or_committed_later_changes_no_byte(
        lines in prop::collection::vec(any_line(), 0..60),
        shuffled in any::<prop::sample::Index>(),
        up_to_seq in 1_i64..6,
    ) {
        let mut distinct = distinct(lines);
        let as_of = "2026-04-01";
        let all = bytes(&distinct, as_of, up_to_seq);
        let limit = day(as_of).micros();
        let visible: Vec<_> =
            distinct.iter().filter(|(_, l)| l.known_at <= limit && l.seq <= up_to_seq).cloned().collect();
        prop_assert_eq!(&all, &bytes(&visible, as_of, up_to_seq));
        if !distinct.is_empty() {
            let middle = shuffled.index(distinct.len());
            distinct.rotate_left(middle);
            distinct.reverse();
        }
        prop_assert_eq!(&all, &bytes(&distinct, as_of, up_to_seq));
    }

    #[test]
    fn a_table_updated_with_new_records_is_the_one_computed_from_nothing(
        lines in prop::collection::vec(any_line(), 0..60),
        before in 0_i64..6,
        after in 0_i64..3,
    ) {
        let (full, update, _, _) = updated(&distinct(lines), (before, before + after));
        prop_assert!(full == update, "the updated table differs");
    }
}

#[test]
fn an_update_computes_only_what_new_records_touch() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = prop::collection::vec(any_line(), 200);
    let mut lines = distinct(strategy.new_tree(&mut runner).unwrap().current());
    lines.iter_mut().for_each(|(_, line)| line.seq = 1);
    let late = "late a 2026-03-01 2026-03-02 n=3 x=7 word=u group=u who=v flag=true seq=2";
    let (full, update, none, _) = updated(&lines, (1, 2));
    assert!(full == update);
    lines.push(("papers".to_owned(), line(late)));
    let (full, update, one, all) = updated(&lines, (1, 2));
    assert!(full == update);
    // The new row of the old table, the object's own fields, and on two of three instants the facts of one paper.
    assert!(none < one && one < all / 2, "{none} cells without a change, {one} of {all} with one");
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = prop::collection::vec(any_line(), 200);
    let lines = strategy.new_tree(&mut runner).unwrap().current();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| bytes(&lines, "2026-05-01", 9))
    };
    assert_eq!(run(1), run(3));
}
