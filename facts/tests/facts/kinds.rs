//! What each kind of fact gives, and what missing means to it.

use std::collections::BTreeMap;

use dozor_domain::RecordColumns;
use dozor_facts::{FactInputs, FactKey, compute};

use crate::support::{catalogue, check, day, fact, index_of, objects, records, shown, table, zone};

const A: (&str, &str) = ("a", "2026-06-01");

#[test]
fn an_attribute_is_that_of_the_latest_record_known_and_happened_by_then() {
    let keys = "kind = \"attribute\"\nsource = \"papers\"\nfield = \"n\"";
    let rows: &[&str] = &[
        "p1 a 2026-01-01 2026-01-02 n=1",
        "p2 a 2026-03-01 2026-03-05 n=2",
        "p3 a 2026-07-01 2026-05-01 n=3",
    ];
    check(keys, &[("papers", rows)], A, "2");
    check(keys, &[("papers", rows)], ("a", "2026-03-04"), "1");
    check(keys, &[("papers", rows)], ("a", "2026-01-01"), "?");
    check(keys, &[("papers", rows)], ("b", "2026-06-01"), "?");
    check(keys, &[], A, "?");
    check(&format!("{keys}\nmissing = \"zero\""), &[], A, "0");
}

#[test]
fn the_latest_record_decides_even_where_it_does_not_say() {
    let rows: &[&str] = &["p1 a 2026-01-01 2026-01-01 to=2026-05-01", "p2 a 2026-03-01 2026-03-01 n=2"];
    let keys = "kind = \"attribute\"\nsource = \"papers\"\nfield = \"to\"\ntransform = \"days_until\"";
    check(keys, &[("papers", rows)], A, "?");
    check(keys, &[("papers", rows)], ("a", "2026-02-01"), "89");
    check(&format!("{keys}\nwhere = \"is_known(to)\""), &[("papers", rows)], A, "-31");
}

#[test]
fn days_since_a_date_can_be_bounded_below() {
    let rows: &[&str] = &["p1 a 2026-01-01 2026-01-01 to=2026-08-01"];
    let keys = "kind = \"attribute\"\nsource = \"papers\"\nfield = \"to\"\ntransform = \"days_since\"";
    check(keys, &[("papers", rows)], A, "-61");
    check(&format!("{keys}\nat_least = 0"), &[("papers", rows)], A, "0");
}

#[test]
fn the_first_source_that_has_a_record_gives_the_attribute() {
    let keys = "kind = \"attribute\"\nsources = [\"papers\", \"more_papers\"]\nfield = \"word\"";
    let more: &[&str] = &["m a 2026-05-01 2026-05-01 word=second"];
    check(keys, &[("papers", &["p a 2026-01-01 2026-01-01 word=first"]), ("more_papers", more)], A, "first");
    check(keys, &[("papers", &[]), ("more_papers", more)], A, "second");
}

#[test]
fn codes_and_the_objects_own_fields_are_attributes() {
    let rows: &[&str] = &["p1 a - 2026-01-01 codes=2.1;4.4"];
    check("kind = \"attribute\"\nsource = \"papers\"\nfield = \"codes\"", &[("papers", rows)], A, "2.1+4.4");
    check("kind = \"attribute\"\nsource = \"object\"\nfield = \"kind\"", &[], A, "parcel");
    check("kind = \"attribute\"\nsource = \"object\"\nfield = \"territory\"", &[], A, "north");
}

#[test]
fn exists_is_false_only_where_the_source_has_delivered_and_nothing_is_in_doubt() {
    let keys = "kind = \"exists\"\nsource = \"papers\"\nvalid = { from = \"from\", to = \"to\" }";
    let valid: &[&str] = &["p1 a 2026-01-01 2026-01-01 from=2026-01-01 to=2026-06-01"];
    check(keys, &[("papers", valid)], A, "true");
    check(keys, &[("papers", valid)], ("a", "2026-06-02"), "false");
    check(keys, &[("papers", valid)], ("b", "2026-06-01"), "false");
    check(keys, &[("papers", valid)], ("b", "2025-12-31"), "?");
    check(&format!("{keys}\nmissing = \"zero\""), &[], A, "false");
    let open: &[&str] = &["p1 a 2026-01-01 2026-01-01"];
    check(keys, &[("papers", open)], A, "true");
    let doubtful: &[&str] = &["p1 a 2026-01-01 2026-01-01 word=x"];
    check("kind = \"exists\"\nsource = \"papers\"\nwhere = \"flag\"", &[("papers", doubtful)], A, "?");
}

#[test]
fn a_condition_may_read_the_day_of_the_instant() {
    let rows: &[&str] = &["p1 a 2026-01-01 2026-01-01 to=2026-06-01"];
    let keys = "kind = \"exists\"\nsource = \"papers\"\nwhere = \"to > today\"";
    check(keys, &[("papers", rows)], A, "false");
    check(keys, &[("papers", rows)], ("a", "2026-05-31"), "true");
}

#[test]
fn a_count_has_a_window_of_local_days_and_counts_bursts_once() {
    let rows: &[&str] = &[
        "p1 a 2026-05-22 2026-05-22 group=x",
        "p2 a 2026-05-25 2026-05-25 group=x",
        "p3 a 2026-05-26 2026-05-26",
        "p4 a 2026-05-21 2026-05-21",
        "p5 a - 2026-05-21",
    ];
    check("kind = \"count\"\nsource = \"papers\"", &[("papers", rows)], A, "5");
    check("kind = \"count\"\nsource = \"papers\"\nwindow_days = 10", &[("papers", rows)], A, "3");
    check(
        "kind = \"count\"\nsource = \"papers\"\nwindow_days = 10\nonce_per = \"group\"",
        &[("papers", rows)],
        A,
        "2",
    );
    check("kind = \"count\"\nsource = \"papers\"", &[], A, "0");
    check("kind = \"count\"\nsource = \"papers\"\nmissing = \"unknown\"", &[], A, "?");
    check(
        "kind = \"count\"\nsource = \"papers\"\nmissing = \"unknown\"",
        &[("papers", rows)],
        ("b", "2026-06-01"),
        "0",
    );
}

#[test]
fn a_distinct_count_may_take_the_largest_group() {
    let rows: &[&str] = &[
        "p1 a 2026-05-01 2026-05-01 who=i group=x flag=true",
        "p2 a 2026-05-02 2026-05-02 who=i group=x flag=true",
        "p3 a 2026-05-03 2026-05-03 who=k group=y flag=true",
        "p4 a 2026-05-04 2026-05-04 who=l group=y flag=true",
        "p5 a 2026-05-05 2026-05-05 who=m group=y flag=false",
        "p6 a 2026-05-05 2026-05-05 group=y flag=true",
    ];
    let keys = "kind = \"distinct_count\"\nsource = \"papers\"\nfield = \"who\"\nwhere = \"flag\"";
    check(keys, &[("papers", rows)], A, "3");
    check(&format!("{keys}\nlargest_group = \"group\""), &[("papers", rows)], A, "2");
}

#[test]
fn sums_run_over_children_and_are_unknown_with_an_unknown_part() {
    let keys = "kind = \"sum\"\nsource = \"papers\"\nfield = \"x\"\nof = \"self_or_children\"";
    let rows: &[&str] = &["p1 b - 2026-01-01 x=10.5", "p2 c - 2026-01-01 x=2"];
    check(keys, &[("papers", rows)], A, "12.500000");
    check(keys, &[("papers", rows)], ("b", "2026-06-01"), "10.500000");
    check(keys, &[("papers", &["p1 b - 2026-01-01 x=10", "p2 c - 2026-01-01"])], A, "?");
    check(keys, &[("papers", &["p1 c - 2026-01-01 x=1"])], ("b", "2026-06-01"), "0.000000");
    check(keys, &[], A, "?");
    check(
        "kind = \"sum\"\nsource = \"papers\"\nfield = \"n\"",
        &[("papers", &["p a - 2026-01-01 n=7"])],
        A,
        "7",
    );
}

#[test]
fn an_own_record_that_has_ended_hides_the_childrens_no_more() {
    let keys = "kind = \"sum\"\nsource = \"papers\"\nfield = \"x\"\nof = \"self_or_children\"";
    let objects = objects();
    let rows: &[&str] = &["p1 a - 2026-01-01 x=7", "p2 b - 2026-01-01 x=10.5", "p3 c - 2026-01-01 x=2"];
    let mut records = records(&[("papers", rows)], &objects);
    let zone = zone();
    let key = FactKey { object: index_of(&objects, "a"), as_of: day("2026-06-01") };
    let sum = |records: &BTreeMap<String, RecordColumns>| {
        let inputs = FactInputs { objects: &objects, records, zone: &zone };
        let table = compute(&catalogue(&fact(keys)).unwrap(), &inputs, &[key], 1_000).unwrap();
        shown(&table, 0, table.columns().len() - 1)
    };
    assert_eq!(sum(&records), "7.000000");
    let papers = records.get_mut("papers").unwrap();
    let own = papers.rows_of(index_of(&objects, "a")).start;
    papers.ended_at[own] = day("2026-05-01").micros();
    assert_eq!(sum(&records), "12.500000");
}

#[test]
fn an_extreme_with_a_part_that_cannot_be_read_is_unknown_unless_a_bound_is_meant() {
    let rows: &[&str] = &[
        "p1 a 2026-05-01 2026-05-01 x=0.5",
        "p2 a 2026-05-02 2026-05-02",
        "p3 a 2026-05-03 2026-05-03 x=0.75",
    ];
    for (kind, expect, over_known) in
        [("max", "?", "0.750000"), ("min", "?", "0.500000"), ("mean", "0.625000", "0.625000")]
    {
        let keys = format!("kind = \"{kind}\"\nsource = \"papers\"\nfield = \"x\"");
        check(&keys, &[("papers", rows)], A, expect);
        check(&keys, &[("papers", rows)], ("b", "2026-06-01"), "?");
        let readable = format!("{keys}\nwhere = \"is_known(x)\"");
        check(&readable, &[("papers", rows)], A, over_known);
        if kind != "mean" {
            check(&format!("{keys}\nunknown = \"skip\""), &[("papers", rows)], A, over_known);
        }
    }
}

#[test]
fn a_value_may_be_an_expression_over_the_record_and_the_day() {
    let keys = "kind = \"max\"\ntype = \"integer\"\nsource = \"papers\"\nvalue = \"max(0, today - to)\"\nmissing = \"zero\"";
    let rows: &[&str] =
        &["p1 a 2026-01-01 2026-01-01 to=2026-05-25", "p2 a 2026-01-02 2026-01-02 to=2026-05-30"];
    check(keys, &[("papers", rows)], A, "7");
    check(keys, &[("papers", rows)], ("b", "2026-06-01"), "0");
}

#[test]
fn a_record_that_cannot_be_read_is_no_lawful_zero() {
    let unread: &[&str] = &["p1 a 2026-01-01 2026-01-01"];
    for kind in ["max", "min", "sum", "mean"] {
        let keys = format!("kind = \"{kind}\"\nsource = \"papers\"\nfield = \"x\"\nmissing = \"zero\"");
        check(&keys, &[("papers", unread)], A, "?");
        check(&keys, &[("papers", unread)], ("b", "2026-06-01"), "0.000000");
    }
    let in_doubt = "kind = \"exists\"\nsource = \"papers\"\nwhere = \"flag\"\nmissing = \"zero\"";
    check(in_doubt, &[("papers", unread)], A, "?");
    check(in_doubt, &[("papers", unread)], ("b", "2026-06-01"), "false");
}

#[test]
fn a_record_that_may_be_another_objects_leaves_existence_open() {
    let exists = "kind = \"exists\"\nsource = \"papers\"\nwhere = 'word == \"permit\"'";
    let rows: &[&str] = &[
        "p1 a|b 2026-05-01 2026-05-01 word=permit",
        "p2 b 2026-05-01 2026-05-01 word=permit",
        "p3 b|c 2026-05-01 2026-05-01 word=refusal",
    ];
    check(exists, &[("papers", rows)], A, "?");
    check(exists, &[("papers", rows)], ("b", "2026-06-01"), "true");
    check(exists, &[("papers", rows)], ("c", "2026-06-01"), "false");
    check(exists, &[("papers", rows)], ("a", "2026-04-01"), "?");
    let count = "kind = \"count\"\nsource = \"papers\"";
    check(count, &[("papers", rows)], A, "?");
    check(count, &[("papers", rows)], ("b", "2026-06-01"), "1");
}

#[test]
fn a_share_is_missing_over_nothing_and_leaves_unknowns_out() {
    let keys = "kind = \"share\"\nsource = \"papers\"\nwhere = \"flag\"";
    let rows: &[&str] = &[
        "p1 a 2026-05-01 2026-05-01 flag=true word=in",
        "p2 a 2026-05-02 2026-05-02 flag=false word=in",
        "p3 a 2026-05-03 2026-05-03 word=in",
        "p4 a 2026-05-04 2026-05-04 flag=false word=out",
    ];
    check(keys, &[("papers", rows)], A, "0.333333");
    check(&format!("{keys}\namong = 'word == \"in\"'"), &[("papers", rows)], A, "0.500000");
    check(keys, &[("papers", rows)], ("b", "2026-06-01"), "?");
}

#[test]
fn a_difference_needs_two_like_measurements_of_the_required_sort() {
    let keys = "kind = \"difference\"\nsource = \"papers\"\nfield = \"x\"\nsame = [\"word\"]\nrequire = 'group == \"clear\"'";
    let first = "p1 a 2026-01-01 2026-01-01 x=100 word=lidar group=clear";
    let second = "p2 a 2026-03-01 2026-03-01 x=130 word=lidar group=clear";
    check(keys, &[("papers", &[first, second])], A, "30.000000");
    check(keys, &[("papers", &[first])], A, "?");
    check(keys, &[("papers", &[first, "p2 a 2026-03-01 2026-03-01 x=130 word=photo group=clear"])], A, "?");
    check(keys, &[("papers", &[first, "p2 a 2026-03-01 2026-03-01 x=130 word=lidar group=snow"])], A, "?");
    check(keys, &[("papers", &[first, second, "p3 a 2026-04-01 2026-04-01 x=9 word=lidar"])], A, "?");
    check(keys, &[("papers", &[first, second])], ("a", "2026-02-01"), "?");
}

#[test]
fn days_since_the_last_record_count_local_days() {
    let keys = "kind = \"days_since_last\"\nsource = \"events\"\nwhere = 'word == \"hit\"'";
    let rows: &[&str] = &["e1 a 2026-05-01 2026-05-02 word=hit", "e2 a 2026-05-20 2026-05-21 word=miss"];
    check(keys, &[("events", rows)], A, "31");
    check(keys, &[("events", rows)], ("b", "2026-06-01"), "?");
}

#[test]
fn an_annulled_event_drops_out_from_the_day_the_annulment_is_known() {
    let keys = "kind = \"count\"\nsource = \"events\"\nwhere = 'word == \"violation\"'";
    let rows: &[&str] =
        &["e1 a 2026-01-10 2026-01-11 word=violation", "e1 a 2026-01-10 2026-05-20 v=2 word=annulled"];
    check(keys, &[("events", rows)], ("a", "2026-05-19"), "1");
    check(keys, &[("events", rows)], ("a", "2026-05-20"), "0");
}

#[test]
fn a_series_is_the_same_for_every_object() {
    let rows: &[&str] = &[
        "d1 - 2026-05-28 2026-05-29 t=10",
        "d2 - 2026-05-30 2026-05-31 t=20",
        "d3 - 2026-05-31 2026-06-01 t=30",
    ];
    let mean =
        fact("code = \"mean3\"\nkind = \"mean\"\nsource = \"weather\"\nfield = \"t\"\nwindow_days = 3");
    let last = fact("code = \"last\"\nkind = \"attribute\"\nsource = \"weather\"\nfield = \"t\"");
    let keys = [("a", "2026-06-01"), ("b", "2026-06-01"), ("c", "2026-05-30")];
    let table = table(&format!("{mean}{last}"), &[("weather", rows)], &keys, 1_000);
    let all: Vec<_> = (0..3).map(|row| (shown(&table, row, 0), shown(&table, row, 1))).collect();
    let expect = [("25.000000", "30.000000"), ("25.000000", "30.000000"), ("10.000000", "10.000000")];
    assert_eq!(all, expect.map(|(mean, last)| (mean.to_owned(), last.to_owned())));
}

#[test]
fn derived_facts_read_the_columns_above_them() {
    let area = fact("code = \"area\"\nkind = \"attribute\"\nsource = \"papers\"\nfield = \"x\"");
    let count = fact("code = \"number\"\nkind = \"count\"\nsource = \"papers\"");
    let rows: &[&str] = &["p1 a 2026-05-01 2026-05-01 x=16"];
    for (keys, expect_a, expect_b) in [
        ("kind = \"derived\"\nexpression = \"3.5 * sqrt(area)\"", "14.000000", "?"),
        ("kind = \"derived\"\ntype = \"boolean\"\nexpression = \"is_known(area)\"", "true", "false"),
        ("kind = \"ratio\"\nnumerator = \"area\"\ndenominator = \"number\"", "16.000000", "?"),
    ] {
        let facts = format!("{area}{count}{}", fact(keys));
        let table = table(&facts, &[("papers", rows)], &[A, ("b", "2026-06-01")], 1_000);
        assert_eq!(
            (shown(&table, 0, 2), shown(&table, 1, 2)),
            (expect_a.to_owned(), expect_b.to_owned()),
            "{keys}"
        );
    }
}

#[test]
fn a_table_takes_the_mildest_of_several_codes_and_leaves_unlisted_pairs_unknown() {
    let facts = format!(
        "[tables.conflict]\nequal = 0\nentries = [[\"2.1\", \"trade\", 2], [\"4.4\", \"trade\", 0], [\"6.9\", \"trade\", 1]]\n{}{}{}",
        fact("code = \"codes\"\nkind = \"attribute\"\nsource = \"papers\"\nfield = \"codes\""),
        fact("code = \"word\"\nkind = \"attribute\"\nsource = \"papers\"\nfield = \"word\""),
        fact("kind = \"derived\"\nlookup = { table = \"conflict\", row = [\"codes\"], column = \"word\" }"),
    );
    let cases = [
        ("2.1", "2"),
        ("2.1;4.4", "0"),
        ("2.1;6.9", "1"),
        ("9.9;4.4", "0"),
        ("9.9;6.9", "?"),
        ("9.9", "?"),
        ("trade", "0"),
    ];
    for (codes, expect) in cases {
        let row = format!("p1 a 2026-05-01 2026-05-01 word=trade codes={codes}");
        let table = table(&facts, &[("papers", &[&row])], &[A], 1_000);
        assert_eq!(shown(&table, 0, 2), expect, "{codes}");
    }
}

#[test]
fn an_expression_that_fails_on_a_row_leaves_it_missing_and_is_told() {
    let facts = format!(
        "{}{}",
        fact("code = \"n\"\nkind = \"attribute\"\nsource = \"papers\"\nfield = \"n\""),
        fact("kind = \"derived\"\ntype = \"integer\"\nexpression = \"10 / n\""),
    );
    let rows: &[&str] = &["p1 a - 2026-05-01 n=0", "p2 b - 2026-05-01 n=5"];
    let table = table(&facts, &[("papers", rows)], &[A, ("b", "2026-06-01")], 1_000);
    assert_eq!((shown(&table, 0, 1), shown(&table, 1, 1)), ("?".to_owned(), "2".to_owned()));
    let failures = table.failures();
    assert_eq!((failures.len(), failures[0].count, failures[0].code), (1, 1, "SCRIPT_ARITHMETIC"));
}

#[test]
fn a_fact_about_other_kinds_of_object_is_missing_and_not_zero() {
    let keys = "kind = \"count\"\nsource = \"papers\"\nobject_kinds = [\"building\"]";
    check(keys, &[("papers", &["p b - 2026-01-01"])], ("b", "2026-06-01"), "1");
    check(keys, &[("papers", &["p b - 2026-01-01"])], A, "?");
}
