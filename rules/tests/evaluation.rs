//! Rules over a table of facts: three values, effects, errors of one object, any number of threads.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use std::collections::BTreeMap;

use dozor_domain::{
    Coded as _, PackManifest, RiskCategory, RuleState, RuleVerdicts, SeverityEffect, Value, ValueType,
};
use dozor_facts::FactsTable;
use dozor_rules::RuleSet;
use dozor_script::Names;

const COLUMNS: [(&str, ValueType); 4] = [
    ("object_kind", ValueType::Text),
    ("area", ValueType::Float),
    ("count", ValueType::Integer),
    ("heritage", ValueType::Boolean),
];

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

fn rule(id: &str, head: &str, script: &str) -> (String, String) {
    let text = format!(
        "/*\nid = \"{id}\"\nkinds = [\"criterion\"]\ncontrol_kinds = [\"land\"]\n{head}\n\
         title = {{ ru = \"Р\", en = \"R\" }}\nbasis = [{{ text = \"ст. 1\", mark = \"known\" }}]\n*/\n{script}"
    );
    (format!("rules/{id}.rhai"), text)
}

fn set(rules: &[(String, String)]) -> RuleSet {
    let names: Names = COLUMNS.into_iter().collect();
    let files: BTreeMap<String, String> = rules.iter().cloned().collect();
    RuleSet::parse(&files, &names, &PackManifest::parse(PACK).unwrap()).unwrap()
}

/// Is a row of the four columns.
type Facts = (Option<&'static str>, Option<f64>, Option<i64>, Option<bool>);

fn table(rows: &[Facts]) -> FactsTable {
    let rows: Vec<Vec<Option<Value>>> = rows
        .iter()
        .map(|(kind, area, count, heritage)| {
            vec![
                kind.map(|kind| Value::Text(kind.to_owned())),
                area.map(Value::Float),
                count.map(Value::Integer),
                heritage.map(Value::Boolean),
            ]
        })
        .collect();
    FactsTable::from_rows(&COLUMNS, &rows).unwrap()
}

fn states(verdicts: &RuleVerdicts, rule: usize) -> &[RuleState] {
    &verdicts.columns[rule].states
}

use RuleState::{Fired, NotFired, Unknown};

#[test]
fn a_rule_is_unknown_only_where_it_is_asked_and_cannot_know() {
    let rules = set(&[
        rule("a_parcels", "object_kinds = [\"parcel\"]\npoints = 5", "area > 20.0 && count >= 1"),
        rule("b_all", "points = 2", "heritage"),
    ]);
    let table = table(&[
        (Some("parcel"), Some(30.0), Some(1), Some(true)),
        (Some("parcel"), Some(30.0), None, Some(false)),
        (Some("parcel"), Some(10.0), None, None),
        (Some("nto"), None, None, Some(true)),
        (None, None, None, Some(true)),
        (Some("parcel"), None, None, None),
        (Some("parcel"), Some(30.0), None, None),
    ]);
    let verdicts = rules.evaluate(&table).unwrap();
    assert_eq!(states(&verdicts, 0), [Fired, Unknown, NotFired, NotFired, Unknown, Unknown, Unknown]);
    assert_eq!(states(&verdicts, 1), [Fired, NotFired, Unknown, Fired, Fired, Unknown, Unknown]);
    assert_eq!(verdicts.columns[0].points, [5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(verdicts.missing(0, 1), ["count"]);
    assert_eq!(verdicts.missing(0, 4), ["object_kind"]);
    assert_eq!(verdicts.missing(0, 5), ["area", "count"]);
    assert!(verdicts.missing(0, 0).is_empty());
    let sets = &verdicts.columns[0].missing_sets;
    assert_eq!(sets.len(), 4, "equal sets are kept once: {sets:?}");
}

#[test]
fn effects_of_the_script_go_before_those_of_the_head() {
    let script = "if count >= 2 { #{ fired: true, points: 14, floor: \"medium\", severity: \"+1\", evidence: `${count}` } } \
                  else { #{ fired: count == 1 } }";
    let rules = set(&[rule("a", "points = 14\nfloor = \"high\"\nseverity = \"+2\"", script)]);
    let verdicts = rules
        .evaluate(&table(&[
            (Some("nto"), None, Some(2), None),
            (Some("nto"), None, Some(1), None),
            (Some("nto"), None, Some(0), None),
        ]))
        .unwrap();
    assert_eq!(states(&verdicts, 0), [Fired, Fired, NotFired]);
    assert_eq!(verdicts.columns[0].points, [14.0, 14.0, 0.0]);
    assert_eq!(verdicts.floor(0, 0), Some(RiskCategory::Medium));
    assert_eq!(verdicts.floor(0, 1), Some(RiskCategory::High));
    assert_eq!(verdicts.severity(0, 0), Some(SeverityEffect::LiftBy(1)));
    assert_eq!(verdicts.severity(0, 1), Some(SeverityEffect::LiftBy(2)));
    assert_eq!(verdicts.detail(0, 0).unwrap().evidence.as_deref(), Some("2"));
    assert!(verdicts.detail(0, 1).is_none());
}

#[test]
fn an_error_makes_one_object_unknown_and_no_other() {
    let rules = set(&[
        rule("a_divides", "points = 1", "10 / count > 1"),
        rule("b_loops", "points = 1", "if count == 0 { loop { } } true"),
        rule(
            "c_floor",
            "points = 1\nfloor = \"high\"",
            "#{ fired: true, floor: if count == 0 { \"huge\" } else { \"high\" } }",
        ),
        rule("d_negative", "points = 3", "#{ fired: true, points: if count == 0 { -3 } else { 3 } }"),
        rule("e_text", "points = 1", "if count == 0 { \"yes\" } else { true }"),
    ]);
    let verdicts = rules
        .evaluate(&table(&[(Some("nto"), None, Some(2), None), (Some("nto"), None, Some(0), None)]))
        .unwrap();
    for (rule, code) in ["SCRIPT_ARITHMETIC", "SCRIPT_BUDGET", "RULE_RESULT", "RULE_RESULT", "RULE_RESULT"]
        .into_iter()
        .enumerate()
    {
        assert_eq!(states(&verdicts, rule), [Fired, Unknown], "{code}");
        assert_eq!(verdicts.detail(rule, 1).unwrap().error.as_deref(), Some(code));
        assert!(verdicts.missing(rule, 1).is_empty());
    }
}

#[test]
fn a_rule_does_not_fire_outside_its_days() {
    // The table's rows are as of 1970-01-01.
    let rules = set(&[
        rule("a_later", "effective_from = \"1970-01-02\"", "true"),
        rule("b_over", "effective_to = \"1969-12-31\"", "true"),
        rule("c_holds", "effective_from = \"1970-01-01\"\neffective_to = \"1970-01-01\"", "true"),
    ]);
    let verdicts = rules.evaluate(&table(&[(Some("nto"), None, None, None)])).unwrap();
    assert_eq!(
        [states(&verdicts, 0), states(&verdicts, 1), states(&verdicts, 2)],
        [[NotFired], [NotFired], [Fired]]
    );
}

#[test]
fn a_table_of_another_catalogue_is_refused() {
    let rules = set(&[rule("a", "points = 1", "count > 1")]);
    let other = FactsTable::from_rows(&[("object_kind", ValueType::Text)], &[vec![None]]).unwrap();
    assert_eq!(rules.evaluate(&other).unwrap_err().info().code, "RULE_COLUMN_MISSING");
}

#[test]
fn one_thread_and_four_give_the_same_answers() {
    let rules = set(&[
        rule("a", "points = 5", "area > 500.0 || (heritage && count > 3)"),
        rule(
            "b",
            "points = 5",
            "if count % 7 == 0 { #{ fired: true, evidence: show(area) } } else { heritage }",
        ),
    ]);
    let rows: Vec<_> = (0..10_000_i64)
        .map(|n| {
            let kind = if n % 3 == 0 { Some("nto") } else { Some("parcel") };
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let area = (n % 5 != 0).then_some((n % 1_000) as f64);
            (kind, area, (n % 11 != 0).then_some(n % 13), (n % 17 != 0).then_some(n % 2 == 0))
        })
        .collect();
    let table = table(&rows);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| rules.evaluate(&table).unwrap())
    };
    let one = on(1);
    assert!(one == on(4), "the answers depend on the threads");
    assert!(one.columns[0].states.contains(&Unknown) && one.columns[0].states.contains(&Fired));
}
