//! What the verifier finds, and what it leaves alone.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing")]

use std::collections::BTreeMap;

use dozor_domain::{PackManifest, Value, ValueType};
use dozor_facts::{FactCatalogue, FactsTable};
use dozor_rules::{Finding, RuleSet};
use dozor_script::Names;

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

const FACTS: &str = r#"
[[facts]]
code = "object_kind"
title = { ru = "вид", en = "kind" }
kind = "attribute"
source = "object"
field = "kind"
use = "CS"
"#;

fn rule(id: &str, kind: &str, more: &str, passport: &str, script: &str) -> (String, String) {
    let text = format!(
        "/*\nid = \"{id}\"\nkinds = \"{kind}\"\ncontrol_kinds = [\"land\"]\ntitle = {{ ru = \"п\", en = \"r\" }}\n{more}\n\
         [passport]\n{passport}\n*/\n{script}\n"
    );
    (
        format!("rules/{id}.rhai"),
        text.replace("kinds = \"sign\"", "kinds = [\"sign\"]")
            .replace("kinds = \"criterion\"", "kinds = [\"criterion\"]")
            .replace("kinds = \"good_faith\"", "kinds = [\"good_faith\"]"),
    )
}

const BASIS: &str = "basis = [{ text = \"акт\", mark = \"seen\" }]";
const WHOLE: &str = "protects = { ru = \"п\", en = \"p\" }\nthreshold = { ru = \"п\", en = \"t\" }\n\
                     owner = { ru = \"о\", en = \"o\" }\nreview_on = \"2027-01-01\"";

fn names() -> Names {
    [("area", ValueType::Float), ("object_kind", ValueType::Text)].into_iter().collect()
}

fn parse(files: &[(String, String)]) -> RuleSet {
    let files: BTreeMap<String, String> = files.iter().cloned().collect();
    RuleSet::parse(&files, &names(), &PackManifest::parse(PACK).unwrap()).unwrap()
}

fn catalogue() -> FactCatalogue {
    FactCatalogue::parse(FACTS, &BTreeMap::new(), &PackManifest::parse(PACK).unwrap()).unwrap()
}

fn codes(findings: &[Finding]) -> Vec<(&str, &str)> {
    findings.iter().map(|one| (one.rule.as_str(), one.code)).collect()
}

#[test]
fn a_whole_rule_has_no_findings_and_each_gap_has_its_own() {
    let sound = rule("a", "criterion", BASIS, WHOLE, "area > 10.0");
    assert_eq!(parse(std::slice::from_ref(&sound)).verify(&catalogue()), []);
    let unfilled = BASIS.replace("seen", "to_fill");
    let early = "basis = [{ text = \"акт\", mark = \"seen\", in_force_from = \"2027-03-01\" }]\neffective_from = \"2027-02-28\"";
    let timely = early.replace("2027-02-28", "2027-03-01");
    let found = parse(&[
        rule("b", "criterion", &unfilled, WHOLE, "area > 11.0"),
        rule("c", "criterion", BASIS, "owner = { ru = \"о\", en = \"o\" }", "area > 12.0"),
        rule("d", "criterion", early, WHOLE, "area > 13.0"),
        rule("e", "criterion", &timely, WHOLE, "area > 14.0"),
        rule("f", "criterion", BASIS, WHOLE, "area  >\n 14.0"),
        sound,
    ])
    .verify(&catalogue());
    let expected = [
        ("b", "VERIFY_BASIS"),
        ("c", "VERIFY_PASSPORT"),
        ("c", "VERIFY_PASSPORT"),
        ("c", "VERIFY_PASSPORT"),
        ("d", "VERIFY_BEFORE_ACT"),
        ("f", "VERIFY_SAME_CONDITION"),
    ];
    assert_eq!(codes(&found), expected);
}

#[test]
fn a_rule_that_runs_against_its_direction_is_shown_by_a_case() {
    let cases = |fires: &str, rests: &str| {
        let case = |name: &str, area: &str, expect: &str| {
            format!("[[cases]]\nname = \"{name}\"\nfacts = {{ area = {area} }}\nexpect = \"{expect}\"\n")
        };
        [case("large", fires, "fired"), case("small", rests, "not_fired")].concat()
    };
    let with_cases = |script: &str, direction: &str| {
        let passport = format!("{WHOLE}\ndirection = \"{direction}\"");
        let files = [
            rule("a", "criterion", BASIS, &passport, script),
            ("rules/a.cases.toml".to_owned(), cases("50.0", "5.0")),
        ];
        let area = "[[facts]]\ncode = \"area\"\ntitle = { ru = \"п\", en = \"a\" }\nkind = \"derived\"\nexpression = \"1.0\"\nuse = \"C\"\n";
        let facts = [FACTS, area].concat();
        let manifest = PackManifest::parse(PACK).unwrap();
        let catalogue = FactCatalogue::parse(&facts, &BTreeMap::new(), &manifest);
        catalogue.map(|catalogue| parse(&files).verify(&catalogue))
    };
    let Ok(sound) = with_cases("area > 10.0", "more_fires") else {
        panic!("{:?}", with_cases("area > 10.0", "more_fires").err());
    };
    assert_eq!(sound, []);
    let against = with_cases("area > 10.0", "less_fires").unwrap();
    assert_eq!(codes(&against), [("a", "VERIFY_DIRECTION")]);
    assert_eq!(against[0].example.as_deref(), Some("case «small»"));
}

#[test]
fn on_a_portfolio_dead_overfull_overlapping_and_contradicting_rules_are_shown_by_an_object() {
    let good = format!("{BASIS}\npoints = -1.0");
    let rules = parse(&[
        rule("always", "criterion", BASIS, WHOLE, "area >= 0.0"),
        rule("good", "good_faith", &good, WHOLE, "area < 30.0"),
        rule("never", "criterion", BASIS, WHOLE, "area > 1000.0"),
        rule("same", "criterion", BASIS, WHOLE, "area > 10.0"),
        rule("twin", "criterion", BASIS, WHOLE, "area > 9.5 && area < 900.0"),
    ]);
    let rows: Vec<Vec<Option<Value>>> = (0..40)
        .map(|row| vec![Some(Value::Float(f64::from(row))), Some(Value::Text("parcel".to_owned()))])
        .collect();
    let columns = [("area", ValueType::Float), ("object_kind", ValueType::Text)];
    let table = FactsTable::from_rows(&columns, &rows).unwrap();
    let verdicts = rules.evaluate_columns(&table).unwrap();
    let found = rules.verify_on(&table, &verdicts);
    let of = |code: &str| found.iter().filter(|one| one.code == code).collect::<Vec<_>>();
    assert_eq!(of("VERIFY_ALWAYS_FIRES")[0].rule, "always");
    assert_eq!(of("VERIFY_NEVER_FIRES")[0].rule, "never");
    let overlap = of("VERIFY_OVERLAP");
    assert!(overlap.is_empty(), "area 10 fires the twin only: {overlap:?}");
    let contradictions = of("VERIFY_CONTRADICTION");
    assert_eq!(
        (contradictions[0].rule.as_str(), contradictions[0].other.as_deref()),
        ("good", Some("always"))
    );
    assert!(found.iter().all(|one| one.example.is_some()), "{found:?}");
    let thinner: Vec<Vec<Option<Value>>> =
        rows.into_iter().filter(|row| row[0] != Some(Value::Float(10.0))).collect();
    let table = FactsTable::from_rows(&columns, &thinner).unwrap();
    let found = rules.verify_on(&table, &rules.evaluate_columns(&table).unwrap());
    let overlap: Vec<_> = found.iter().filter(|one| one.code == "VERIFY_OVERLAP").collect();
    assert_eq!((overlap[0].rule.as_str(), overlap[0].other.as_deref()), ("same", Some("twin")));
}

#[test]
fn differences_are_by_rule_field_and_script() {
    let before = parse(&[
        rule("a", "criterion", BASIS, WHOLE, "area > 1.0"),
        rule("b", "criterion", BASIS, WHOLE, "area > 2.0"),
    ]);
    let points = format!("{BASIS}\npoints = 5.0");
    let after = parse(&[
        rule("a", "criterion", &points, WHOLE, "area > 1.0"),
        rule("c", "criterion", BASIS, WHOLE, "area > 3.0"),
    ]);
    let found = before.difference(&after);
    let changes: Vec<_> = found.iter().map(|one| format!("{} {:?}", one.rule, one.change)).collect();
    assert_eq!(changes, ["a Changed", "b Removed", "c Added"]);
    assert_eq!((found[0].fields[0].field.as_str(), found[0].fields[0].after.as_str()), ("points", "5.0"));
    assert_eq!(
        (found[0].script_after.as_deref(), found[2].script_after.as_deref()),
        (None, Some("area > 3.0"))
    );
    assert_eq!(before.difference(&before), []);
    let changed = after.changed_since(&before);
    assert_eq!(changed.rules().len(), 2, "only what differs is asked anew");
}
