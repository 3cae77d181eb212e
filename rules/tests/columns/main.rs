//! Rules by kernels say what they say in the interpreter: on both packs, on errors, by date, on any other table.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail loudly")]

mod pack;

use std::collections::BTreeMap;

use dozor_domain::{PackManifest, RuleState, RuleVerdicts, Value, ValueType, VerdictColumns};
use dozor_facts::FactsTable;
use dozor_rules::RuleSet;
use dozor_script::Names;

fn check_pack(name: &str, least_rules: usize) {
    let (rules, names) = pack::rules(name);
    let report = rules.check();
    assert!(report.interpreted.is_empty(), "{name}: {:?}", report.interpreted);
    assert!(report.vectorised.len() >= least_rules && report.vectorised.len() == rules.rules().len());
    // More rows than a task holds, so that parts are put together.
    let table = pack::table(&names, 20_000, 7);
    let interpreted = rules.evaluate_interpreted(&table).unwrap();
    let by_kernels = rules.evaluate(&table).unwrap();
    for (rule, head) in interpreted.heads.iter().enumerate() {
        let states = &interpreted.columns[rule].states;
        let count = |state| states.iter().filter(|known| **known == state).count();
        eprintln!(
            "{name} {}: {} fired, {} unknown",
            head.id,
            count(RuleState::Fired),
            count(RuleState::Unknown)
        );
        assert!(count(RuleState::Fired) > 0 && count(RuleState::Unknown) > 0, "{} was not tried", head.id);
        assert_eq!(interpreted.columns[rule], by_kernels.columns[rule], "{name} {}", head.id);
    }
    agree(&rules.evaluate_columns(&table).unwrap(), &interpreted);
}

/// Compares the form of columns, totals included, with the form for explanation.
fn agree(columns: &VerdictColumns, verdicts: &RuleVerdicts) {
    for (rule, head) in verdicts.heads.iter().enumerate() {
        let expect = &verdicts.columns[rule];
        for row in 0..columns.rows {
            assert_eq!(columns.state(rule, row), expect.states[row], "{} {row}", head.id);
            assert!(columns.points(rule, row).total_cmp(&expect.points[row]).is_eq(), "{} {row}", head.id);
            if expect.states[row] == RuleState::Fired {
                assert_eq!(columns.floor(rule, row), verdicts.floor(rule, row), "{} {row}", head.id);
                assert_eq!(
                    columns.severity(rule, row).cloned(),
                    verdicts.severity(rule, row),
                    "{} {row}",
                    head.id
                );
            }
        }
    }
    for (kind, totals) in &columns.totals {
        let counts = |rule: &usize| {
            let head = &verdicts.heads[*rule];
            head.counts_in_category() && head.control_kinds.contains(kind)
        };
        for (row, total) in totals.iter().enumerate() {
            let sum: f64 =
                (0..verdicts.heads.len()).filter(counts).map(|rule| verdicts.columns[rule].points[row]).sum();
            assert_eq!(*total, sum, "{kind} {row}");
        }
    }
}

#[test]
fn all_rules_of_moscow_are_vectorised_and_answer_as_in_the_interpreter() {
    check_pack("moscow", 20);
}

#[test]
fn all_rules_of_chicago_are_vectorised_and_answer_as_in_the_interpreter() {
    check_pack("chicago", 1);
}

const COLUMNS: [(&str, ValueType); 3] =
    [("object_kind", ValueType::Text), ("area", ValueType::Float), ("count", ValueType::Integer)];

const PACK: &str = r#"
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
code = "nto"
title = { ru = "НТО", en = "Kiosk" }
[[control_kinds]]
code = "land"
title = { ru = "З", en = "L" }
short = { ru = "З", en = "L" }
object_kinds = ["parcel", "nto"]
"#;

/// Rules that say more than yes and no, fail, or step outside the grammar of kernels.
const RULES: [(&str, &str, &str); 13] = [
    ("points", "points = 14", "#{fired: area > 1.0, points: if count > 2 { 14 } else { area / 2.0 }}"),
    (
        "floor",
        "points = 5\nfloor = \"high\"",
        "#{fired: count > 0, floor: if count > 2 { \"high\" } else { \"medium\" }}",
    ),
    (
        "floor_beyond",
        "points = 5\nfloor = \"medium\"",
        "#{fired: count > 0, floor: if count > 2 { \"high\" } else { \"medium\" }}",
    ),
    ("floor_undeclared", "points = 5", "#{fired: count > 0, floor: \"low\"}"),
    (
        "floor_wrong",
        "points = 5\nfloor = \"high\"",
        "#{fired: count > 0, floor: if count > 2 { \"huge\" } else { \"medium\" }}",
    ),
    (
        "severity",
        "points = 5\nseverity = \"+2\"",
        "if count > 1 { #{fired: true, severity: if area > 2.0 { \"+1\" } else { \"+2\" }} } else { true }",
    ),
    (
        "severity_unknown",
        "points = 5\nseverity = \"А\"",
        "#{fired: count > 0, severity: if count > 2 { \"Ж\" } else { \"А\" }}",
    ),
    ("divides", "points = 5", "10 / count > 2"),
    ("overflows", "points = 5", "count * 9223372036854775807 > 0 || area > 2.0"),
    ("lowers", "points = 5", "#{fired: true, points: area - 2.0}"),
    ("no_value", "points = 5", "if area > 2.0 { true }"),
    ("from_2020", "points = 5\neffective_from = \"2020-01-01\"", "area > 0.0"),
    ("closure", "points = 5", "[1, 2].some(|x| x == count) && area > 0.5"),
];

fn set() -> RuleSet {
    let names: Names = COLUMNS.into_iter().collect();
    let files: BTreeMap<String, String> = RULES
        .iter()
        .map(|(id, head, script)| {
            let kinds = if *id == "points" { "object_kinds = [\"parcel\"]" } else { "" };
            let text = format!(
                "/*\nid = \"{id}\"\nkinds = [\"criterion\"]\ncontrol_kinds = [\"land\"]\n{head}\n{kinds}\n\
                 title = {{ ru = \"Р\", en = \"R\" }}\nbasis = [{{ text = \"ст. 1\", mark = \"known\" }}]\n*/\n{script}"
            );
            (format!("rules/{id}.rhai"), text)
        })
        .collect();
    RuleSet::parse(&files, &names, &PackManifest::parse(PACK).unwrap())
        .unwrap_or_else(|problems| panic!("{}", problems[0]))
}

fn rows(kind: &str, integers: &[i64]) -> Vec<Vec<Option<Value>>> {
    let mut rows = Vec::new();
    for area in [None, Some(0.0), Some(1.5), Some(2.5), Some(f64::INFINITY), Some(1e308)] {
        for count in integers.iter().map(|count| Some(Value::Integer(*count))).chain([None]) {
            let long = "long ".repeat(200);
            for kind in [None, Some(kind), Some("nto"), Some(long.as_str())] {
                rows.push(vec![
                    kind.map(|kind| Value::Text(kind.to_owned())),
                    area.map(Value::Float),
                    count.clone(),
                ]);
            }
        }
    }
    rows
}

#[test]
fn errors_effects_dates_and_closures_agree_row_by_row() {
    let rules = set();
    let interpreted: Vec<String> = rules.check().interpreted.into_iter().map(|rule| rule.rule).collect();
    assert_eq!(interpreted, ["closure"], "the check names the rule that has no kernel");
    let table = FactsTable::from_rows(&COLUMNS, &rows("parcel", &[0, 1, 2, 3, -1])).unwrap();
    let expect = rules.evaluate_interpreted(&table).unwrap();
    assert_eq!(rules.evaluate(&table).unwrap(), expect);
    let columns = rules.evaluate_columns(&table).unwrap();
    agree(&columns, &expect);
    let errors: usize = columns.columns.iter().map(|column| column.errors.len()).sum();
    let place = |id: &str| rules.rules().iter().position(|rule| rule.head().id == id).unwrap();
    assert!(errors > 20);
    for id in ["points", "floor_beyond", "floor_undeclared", "floor_wrong", "severity_unknown", "lowers"] {
        let column = &columns.columns[place(id)];
        let codes: Vec<&String> = column.errors.values().collect();
        assert!(!codes.is_empty() && codes.iter().all(|code| *code == "RULE_RESULT"), "{id}");
        assert_eq!(column.fired.count() == 0, id == "floor_undeclared", "{id}: only some rows go beyond");
    }
    assert_eq!(columns.columns[place("from_2020")].fired.count(), 0, "the table is as of 1970");
    for (rule, row) in (0..RULES.len()).flat_map(|rule| (0..table.len()).map(move |row| (rule, row))) {
        assert_eq!(rules.missing_facts(&table, &columns, (rule, row)).unwrap(), expect.missing(rule, row));
    }
}

#[test]
fn a_table_with_a_fact_of_another_type_is_answered_by_the_interpreter() {
    let rules = set();
    let mut columns = COLUMNS;
    columns[2].1 = ValueType::Float;
    let rows: Vec<Vec<Option<Value>>> = rows("parcel", &[0, 1, 2, 3])
        .into_iter()
        .map(|mut row| {
            if let Some(Value::Integer(count)) = row[2] {
                row[2] = Some(Value::Float(count as f64));
            }
            row
        })
        .collect();
    let table = FactsTable::from_rows(&columns, &rows).unwrap();
    let expect = rules.evaluate_interpreted(&table).unwrap();
    assert_eq!(rules.evaluate(&table).unwrap(), expect);
}

#[test]
fn an_empty_table_has_empty_answers() {
    let rules = set();
    let table = FactsTable::from_rows(&COLUMNS, &[]).unwrap();
    let columns = rules.evaluate_columns(&table).unwrap();
    assert_eq!((columns.rows, columns.columns[0].fired.count()), (0, 0));
    assert_eq!(rules.evaluate(&table).unwrap(), rules.evaluate_interpreted(&table).unwrap());
}
