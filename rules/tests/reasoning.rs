//! What the verifier says of a rule by its script alone: dead and always-firing rules, effects beyond the head, units,
//! acts that end. The oracle of what is ruled out is the interpreter on many objects.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing")]

use std::collections::BTreeMap;

use dozor_domain::{FieldDefinition, PackManifest, RuleState, Subject, Value, ValueType};
use dozor_facts::{FactCatalogue, FactsTable, SourceSchema};
use dozor_rules::{Finding, RuleProblem, RuleSet};

const PACK: &str = r#"
name = "tiny"
title = { ru = "М", en = "T" }
authority = { ru = "О", en = "A" }
zone = "Europe/Moscow"
bounds = [36.0, 55.0, 38.0, 57.0]
[scale]
levels = ["low", "medium", "high"]
titles = { low = { ru = "н", en = "l" }, medium = { ru = "с", en = "m" }, high = { ru = "в", en = "h" } }
[[object_kinds]]
code = "parcel"
title = { ru = "У", en = "P" }
[[control_kinds]]
code = "land"
title = { ru = "З", en = "L" }
short = { ru = "З", en = "L" }
object_kinds = ["parcel"]
"#;

/// Facts: a count, a share, an area in square metres, a number of days, a flag, a text.
const FACTS: [(&str, &str, &str); 6] = [
    ("visits", "kind = \"count\"", ""),
    ("part", "kind = \"share\"\nwhere = \"flag\"", "share"),
    ("area", "kind = \"attribute\"\nfield = \"x\"", "m²"),
    ("late", "kind = \"attribute\"\nfield = \"n\"", "days"),
    ("flag", "kind = \"attribute\"\nfield = \"flag\"", ""),
    ("word", "kind = \"attribute\"\nfield = \"word\"", ""),
];

fn catalogue() -> FactCatalogue {
    use ValueType::{Boolean, Float, Integer, Text};
    let fields = [("n", Integer), ("x", Float), ("word", Text), ("flag", Boolean)];
    let fields = fields.map(|(name, value_type)| FieldDefinition { name: name.to_owned(), value_type });
    let papers = SourceSchema { subject: Subject::Object, fields: fields.to_vec() };
    let facts = FACTS.map(|(code, keys, unit)| {
        format!(
            "[[facts]]\ncode = \"{code}\"\ntitle = {{ ru = \"ф\", en = \"f\" }}\nuse = \"C\"\nsource = \"papers\"\n\
             unit = {{ ru = \"{unit}\", en = \"{unit}\" }}\n{keys}\n"
        )
    });
    let sources = BTreeMap::from([("papers".to_owned(), papers)]);
    FactCatalogue::parse(&facts.concat(), &sources, &PackManifest::parse(PACK).unwrap()).unwrap()
}

fn rules(head: &str, script: &str) -> RuleSet {
    let basis = if head.contains("basis") { "" } else { "basis = [{ text = \"акт\", mark = \"seen\" }]" };
    let text = format!(
        "/*\nid = \"a\"\nkinds = [\"criterion\"]\ncontrol_kinds = [\"land\"]\ntitle = {{ ru = \"п\", en = \"r\" }}\n\
         {basis}\n{head}\n*/\n{script}\n"
    );
    let files = BTreeMap::from([("rules/a.rhai".to_owned(), text)]);
    RuleSet::parse(&files, &catalogue().names(), &PackManifest::parse(PACK).unwrap()).unwrap()
}

fn found(head: &str, script: &str) -> Vec<Finding> {
    let mut found = rules(head, script).verify(&catalogue());
    found.retain(|finding| finding.code != "VERIFY_PASSPORT");
    found
}

fn codes(script: &str) -> Vec<&'static str> {
    found("", script).iter().map(|finding| finding.code).collect()
}

const DEAD: [&str; 13] = [
    "visits < 0",
    "part > 1.5",
    "visits > 5 && visits < 5",
    "area > 10.0 && !(area > 10.0)",
    "flag && !flag",
    "word == \"a\" && word == \"b\"",
    "word in [\"a\", \"b\"] && word != \"a\" && word != \"b\"",
    "let limit = if flag { 3 } else { 4 }; visits in 0..2 && visits >= limit",
    "if visits > 3 { part > 2.0 } else { visits > 10 }",
    "min(3, visits) > 3",
    "switch word { \"a\" => false, _ => visits < 0 }",
    "is_known(late) && !is_known(late)",
    "is_known(late) && late in 5..=3",
];

const ALWAYS: [&str; 5] =
    ["visits >= 0", "part <= 1.0 || flag", "flag || !flag", "late > 5 || late <= 5", "!(visits < 0)"];

const BOTH: [&str; 10] = [
    "visits > 5 || visits < 2",
    "part > 0.5",
    "late < 0",
    "area >= 10.0 && area <= 10.0",
    "visits in 1..=1",
    "word != \"a\" || flag",
    "let x = visits * 2 - 10; x > 0",
    "if is_known(late) { late > 3 } else { flag }",
    "visits > late",
    "area / 2.0 > 3.0",
];

#[test]
fn rules_that_can_never_fire_are_found_by_reasoning() {
    for script in DEAD {
        assert_eq!(codes(script), ["VERIFY_NEVER_FIRES"], "{script}");
    }
}

/// Counts, over a grid of objects, on how many the interpreter says that the rule fires and on how many that it rests.
fn answers(script: &str) -> (usize, usize) {
    let columns = [
        ("visits", ValueType::Integer),
        ("part", ValueType::Float),
        ("area", ValueType::Float),
        ("late", ValueType::Integer),
        ("flag", ValueType::Boolean),
        ("word", ValueType::Text),
        ("object_kind", ValueType::Text),
    ];
    let mut rows = Vec::new();
    for (visits, part) in (0..12).flat_map(|visits| [0.0, 0.5, 1.0].map(|part| (visits, part))) {
        for (area, late) in [(0.0, -1), (9.999, 0), (10.0, 3), (10.001, 5), (1e6, 6)] {
            for (flag, word) in [(false, "a"), (true, "b"), (true, "c")] {
                rows.push(vec![
                    Some(Value::Integer(visits)),
                    Some(Value::Float(part)),
                    Some(Value::Float(area)),
                    (visits != 7).then_some(Value::Integer(late)),
                    Some(Value::Boolean(flag)),
                    Some(Value::Text(word.to_owned())),
                    Some(Value::Text("parcel".to_owned())),
                ]);
            }
        }
    }
    let table = FactsTable::from_rows(&columns, &rows).unwrap();
    let states = rules("", script).evaluate_interpreted(&table).unwrap().columns[0].states.clone();
    let count = |wanted| states.iter().filter(|state| **state == wanted).count();
    (count(RuleState::Fired), count(RuleState::NotFired))
}

#[test]
fn the_interpreter_never_does_what_reasoning_rules_out() {
    for script in DEAD {
        assert_eq!(answers(script).0, 0, "{script}");
    }
    for script in ALWAYS {
        assert_eq!(answers(script).1, 0, "{script}");
    }
    for script in BOTH {
        let (fired, rested) = answers(script);
        assert!(fired > 0 && rested > 0, "{script}: {fired} and {rested}");
    }
}

#[test]
fn rules_that_always_fire_are_found_and_shown_by_an_object() {
    for script in ALWAYS {
        let found = found("", script);
        assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), ["VERIFY_ALWAYS_FIRES"], "{script}");
        assert!(found[0].example.is_some(), "{script} has an object");
    }
}

#[test]
fn rules_that_may_do_both_are_left_alone() {
    for script in BOTH {
        assert_eq!(codes(script), Vec::<&str>::new(), "{script}");
    }
}

#[test]
fn what_a_script_may_do_beyond_its_head_is_an_error_of_the_check() {
    let check =
        |head: &str, script: &str| -> Vec<RuleProblem> { rules(head, script).check_limits(&catalogue()) };
    let within = [
        ("points = 9", "#{fired: visits > 0, points: if visits > 3 { 9 } else { 4 }}"),
        ("points = 9", "#{fired: visits > 0, points: min(9, 2 * visits)}"),
        ("points = 9", "#{fired: visits in 1..5, points: 2 * visits + 1}"),
        (
            "points = 9\nfloor = \"high\"",
            "#{fired: flag, floor: if visits > 1 { \"high\" } else { \"medium\" }}",
        ),
        ("severity = \"+2\"", "#{fired: flag, severity: if visits > 1 { \"+2\" } else { \"+1\" }}"),
    ];
    for (head, script) in within {
        assert_eq!(check(head, script), [], "{head} {script}");
    }
    let beyond = [
        ("points = 9", "#{fired: visits > 0, points: 2 * visits}", "visits = "),
        ("points = 3", "#{fired: flag, points: if visits > 3 { 4 } else { 3 }}", "flag = true"),
        ("points = 9", "#{fired: flag, floor: \"medium\"}", "medium"),
        (
            "floor = \"medium\"",
            "#{fired: flag, floor: if visits > 1 { \"high\" } else { \"medium\" }}",
            "high",
        ),
        ("floor = \"medium\"", "#{fired: flag, floor: \"huge\"}", "huge"),
        ("severity = \"А\"", "#{fired: flag, severity: \"Ж\"}", "Ж"),
        ("severity = \"+1\"", "#{fired: flag, severity: if visits > 1 { \"+2\" } else { \"+1\" }}", "+2"),
    ];
    for (head, script, shown) in beyond {
        let problems = check(head, script);
        assert_eq!(problems.len(), 1, "{head} {script}");
        assert_eq!(problems[0].code, "RULE_BEYOND_HEAD");
        assert!(problems[0].message.contains(shown), "{}", problems[0].message);
    }
}

#[test]
fn facts_of_different_units_are_not_compared() {
    assert_eq!(codes("area > to_float(late)"), Vec::<&str>::new(), "a conversion has no unit");
    assert_eq!(codes("late > visits"), Vec::<&str>::new(), "a number without a unit goes with everything");
    assert_eq!(codes("area > part"), ["VERIFY_UNITS"]);
    assert_eq!(codes("area * 2.0 > part"), Vec::<&str>::new());
    assert_eq!(codes("max(area, 5.0) - part > 30.0"), ["VERIFY_UNITS"]);
    assert_eq!(codes("area - 5.0 > 3.0"), Vec::<&str>::new());
}

#[test]
fn a_rule_that_outlives_its_acts_or_goes_before_them_is_found() {
    let basis = |more: &str| format!("basis = [{{ text = \"акт\", mark = \"seen\", {more} }}]");
    let ends = basis("in_force_to = \"1969-06-01\"");
    let of = |head: &str| found(head, "flag").iter().map(|one| one.code).collect::<Vec<_>>();
    assert_eq!(of(&ends), ["VERIFY_AFTER_ACT"]);
    assert_eq!(of(&format!("{ends}\neffective_to = \"1969-06-01\"")), Vec::<&str>::new());
    let begins = basis("in_force_from = \"1971-01-01\"");
    // The table's rows are as of 1970-01-01.
    let columns = [("flag", ValueType::Boolean), ("object_kind", ValueType::Text)];
    let parcel = Some(Value::Text("parcel".to_owned()));
    let rows = [false, true].map(|flag| vec![Some(Value::Boolean(flag)), parcel.clone()]);
    let table = FactsTable::from_rows(&columns, &rows).unwrap();
    for (head, code) in [(&ends, "VERIFY_AFTER_ACT"), (&begins, "VERIFY_BEFORE_ACT")] {
        let rules = rules(head, "flag");
        let found = rules.verify_on(&table, &rules.evaluate_columns(&table).unwrap());
        let shown = found.iter().find(|one| one.code == code).unwrap();
        assert_eq!(shown.example.as_deref(), Some(table.object_key(1)), "{code}");
    }
}
