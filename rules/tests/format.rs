//! What the rule format accepts and refuses, with code, file and line.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use std::collections::BTreeMap;

use dozor_domain::{Coded as _, PackManifest, RuleState, ValueType};
use dozor_rules::{ProblemLevel, RuleProblem, RuleSet, RulesError};
use dozor_script::Names;

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
code = "premises"
title = { ru = "Помещение", en = "Premises" }
[[control_kinds]]
code = "land"
title = { ru = "З", en = "L" }
short = { ru = "З", en = "L" }
object_kinds = ["parcel"]
"#;

const RULE: &str = r#"/*
id = "large"
kinds = ["criterion"]
control_kinds = ["land"]
points = 5
title = { ru = "Большой", en = "Large" }
basis = [{ text = "ст. 1", mark = "known" }]
*/
area > 20.0
"#;

const CASES: &str = r#"
[given]
area = 25
[[cases]]
name = "large"
expect = "fired"
points = 5
[[cases]]
name = "small"
facts = { area = 1.5 }
expect = "not_fired"
[[cases]]
name = "not measured"
without = ["area"]
expect = "unknown"
missing = ["area"]
"#;

fn parse(rule: &str, cases: &str) -> Result<RuleSet, Vec<RuleProblem>> {
    let names: Names =
        [("area", ValueType::Float), ("count", ValueType::Integer), ("object_kind", ValueType::Text)]
            .into_iter()
            .collect();
    let files = BTreeMap::from([
        ("rules/large.rhai".to_owned(), rule.to_owned()),
        ("rules/large.cases.toml".to_owned(), cases.to_owned()),
        ("policy.toml".to_owned(), "not a rule".to_owned()),
    ]);
    RuleSet::parse(&files, &names, &PackManifest::parse(PACK).unwrap())
}

fn codes(rule: &str) -> Vec<&'static str> {
    parse(rule, CASES).unwrap_err().iter().map(|problem| problem.code).collect()
}

#[test]
fn a_whole_rule_is_read_with_its_cases() {
    let rules = parse(RULE, CASES).unwrap();
    let rule = rules.rule("large").unwrap();
    assert_eq!(rule.head().object_kinds, ["parcel"], "a rule is about the kinds of its control kinds");
    assert_eq!(rule.head().facts, ["area"]);
    let results = rules.test();
    assert_eq!(results.len(), 3);
    assert!(results.iter().all(|result| result.passed), "{results:?}");
    let report = rules.check();
    assert_eq!((report.rules, report.cases), (1, 3));
    assert_eq!(report.problems.len(), 1, "three cases are fewer than five");
    assert!(report.problems.iter().all(|problem| problem.level == ProblemLevel::Warning));
}

#[test]
fn a_case_that_does_not_hold_says_what_differs() {
    let cases =
        CASES.replace("points = 5", "points = 8").replace("expect = \"not_fired\"", "expect = \"fired\"");
    let results = parse(RULE, &cases).unwrap().test();
    assert_eq!(results.iter().filter(|result| !result.passed).count(), 2);
    assert!(results.iter().any(|result| result.message.contains("gave 5 points")), "{results:?}");
    assert!(results.iter().any(|result| result.got == RuleState::NotFired && !result.passed));
}

#[test]
fn every_fault_of_a_rule_has_its_code() {
    for (from, to, code) in [
        ("/*\n", "// ", "RULE_HEAD"),
        ("points = 5", "point = 5", "RULE_HEAD"),
        ("points = 5", "points = \"5\"", "RULE_HEAD"),
        ("\"criterion\"", "\"crime\"", "RULE_HEAD"),
        ("en = \"Large\"", "en = \"\"", "RULE_HEAD"),
        ("id = \"large\"", "id = \"small\"", "RULE_ID"),
        ("[\"land\"]", "[\"sea\"]", "RULE_CODE_UNKNOWN"),
        ("points = 5", "floor = \"extremely_high\"", "RULE_CODE_UNKNOWN"),
        ("points = 5", "object_kinds = [\"ship\"]", "RULE_CODE_UNKNOWN"),
        ("points = 5", "points = -5", "RULE_POWER"),
        ("[\"criterion\"]", "[\"good_faith\"]", "RULE_POWER"),
        ("[\"criterion\"]", "[\"criterion\", \"sign\"]", "RULE_POWER"),
        ("points = 5", "priority = 101", "RULE_POWER"),
        ("points = 5", "severity = \"+x\"", "RULE_POWER"),
        ("points = 5", "effective_from = \"2026-02-01\"\neffective_to = \"2026-01-01\"", "RULE_POWER"),
        ("[{ text = \"ст. 1\", mark = \"known\" }]", "[]", "RULE_BASIS_MISSING"),
        ("area > 20.0", "aera > 20.0", "FACT_UNKNOWN"),
        ("area > 20.0", "area > \"20\"", "SCRIPT_TYPES"),
        ("area > 20.0", "area > > 20.0", "SCRIPT_SYNTAX"),
        ("area > 20.0", "import \"x\"; true", "SCRIPT_FORBIDDEN"),
    ] {
        assert!(RULE.contains(from), "{from}");
        assert!(
            codes(&RULE.replace(from, to)).contains(&code),
            "«{to}» gave {:?}",
            codes(&RULE.replace(from, to))
        );
    }
    let sign = RULE.replace("\"criterion\"", "\"sign\"").replace("points = 5", "floor = \"high\"");
    assert_eq!(codes(&sign), ["RULE_POWER"], "a sign moves no category");
}

#[test]
fn all_problems_of_all_files_are_given_at_once_with_their_lines() {
    let rule = RULE.replace("points = 5", "points = 5\ncolour = 1").replace("area > 20.0", "aera > 20.0");
    let cases = CASES
        .replace("area = 1.5", "area = \"small\"")
        .replace("without = [\"area\"]", "facts = { cuont = 1 }");
    let problems = parse(&rule, &cases).unwrap_err();
    let seen: Vec<_> =
        problems.iter().map(|problem| (problem.file.as_str(), problem.code, problem.line)).collect();
    assert_eq!(
        seen,
        [
            ("rules/large.cases.toml", "RULE_CASE_FACT", None),
            ("rules/large.cases.toml", "RULE_CASE_FACT", None),
            ("rules/large.rhai", "RULE_HEAD", Some(6)),
            ("rules/large.rhai", "FACT_UNKNOWN", Some(10)),
        ]
    );
    assert!(problems.iter().all(|problem| !problem.cause.is_empty() && !problem.action.is_empty()));
    assert!(problems.iter().any(|problem| problem.message.contains("«count» meant")));
    let error = RulesError::Problems { problems };
    assert_eq!(error.info().code, "RULE_CASE_FACT");
}

#[test]
fn cases_without_a_rule_and_foreign_files_are_named() {
    let names = Names::new();
    let files = BTreeMap::from([
        ("rules/lost.cases.toml".to_owned(), "cases = []".to_owned()),
        ("rules/readme.txt".to_owned(), String::new()),
    ]);
    let problems = RuleSet::parse(&files, &names, &PackManifest::parse(PACK).unwrap()).unwrap_err();
    assert_eq!(problems.len(), 2);
    assert!(problems.iter().all(|problem| problem.code == "RULE_CASES_FILE"));
}

#[test]
fn the_hash_follows_the_rules_and_not_their_cases() {
    let hash = |rule: &str, cases: &str| parse(rule, cases).unwrap().hash().to_owned();
    assert_eq!(hash(RULE, CASES), hash(RULE, "cases = []"));
    assert_ne!(hash(RULE, CASES), hash(&RULE.replace("20.0", "20.5"), CASES));
    assert_eq!(hash(RULE, CASES).len(), 64);
}
