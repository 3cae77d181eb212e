//! The rules of both packs: they compile against their catalogue, keep to the uses of facts, and pass their cases.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail loudly")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dozor_domain::{FieldDefinition, LegalMark, PackManifest, RuleKind, SeverityEffect};
use dozor_facts::{FactCatalogue, SourceSchema};
use dozor_rules::RuleSet;

fn folder(pack: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs").join(pack)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// Reads of a source's file what the catalogue asks for: subject and fields.
fn schema(text: &str) -> (String, SourceSchema) {
    let table: toml::Table = toml::from_str(text).unwrap();
    let fields = table.get("fields").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let fields = fields.into_iter().map(|field| FieldDefinition {
        name: field["name"].as_str().unwrap().to_owned(),
        value_type: field["type"].clone().try_into().unwrap(),
    });
    let subject = table["subject"].clone().try_into().unwrap();
    (table["name"].as_str().unwrap().to_owned(), SourceSchema { subject, fields: fields.collect() })
}

fn files(folder: &Path, name: &str) -> BTreeMap<String, String> {
    std::fs::read_dir(folder.join(name))
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .map(|path| (format!("{name}/{}", path.file_name().unwrap().to_str().unwrap()), read(&path)))
        .collect()
}

fn pack(name: &str) -> (RuleSet, FactCatalogue) {
    let folder = folder(name);
    let manifest = PackManifest::parse(&read(&folder.join("pack.toml"))).unwrap();
    let sources = files(&folder, "sources").values().map(|text| schema(text)).collect();
    let (text, tables) = (read(&folder.join("facts.toml")), files(&folder, "tables"));
    let catalogue = FactCatalogue::parse_with_tables(&text, &tables, &sources, &manifest).unwrap();
    let rules =
        RuleSet::parse(&files(&folder, "rules"), &catalogue.names(), &manifest).unwrap_or_else(|problems| {
            panic!("{name}:\n{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        });
    (rules, catalogue)
}

fn check(name: &str) {
    let (rules, catalogue) = pack(name);
    let problems: Vec<String> = rules
        .check()
        .problems
        .iter()
        .chain(&rules.check_uses(&catalogue))
        .chain(&rules.check_limits(&catalogue))
        .map(ToString::to_string)
        .collect();
    assert!(problems.is_empty(), "{name}:\n{}", problems.join("\n"));
    let failed: Vec<_> = rules.test().into_iter().filter(|case| !case.passed).collect();
    assert!(failed.is_empty(), "{name}: {failed:#?}");
}

#[test]
fn rules_of_moscow_pass_their_cases() {
    check("moscow");
}

#[test]
fn rules_of_chicago_pass_their_cases() {
    check("chicago");
}

#[test]
fn moscow_has_its_twenty_rules_and_the_order_of_work() {
    let (rules, _) = pack("moscow");
    let of = |kind| rules.rules().iter().filter(|rule| rule.head().is(kind)).count();
    assert_eq!(rules.rules().len(), 21);
    assert_eq!(
        (of(RuleKind::Sign), of(RuleKind::Indicator), of(RuleKind::Criterion), of(RuleKind::GoodFaith)),
        (12, 3, 6, 2)
    );
    assert_eq!(of(RuleKind::Ordering), 1);
    for rule in rules.rules().iter().filter(|rule| rule.head().is(RuleKind::Sign)) {
        for fact in ["court_decision_in_favour", "approved_project"] {
            let reads = rule.head().facts.iter().any(|read| read == fact);
            assert!(reads, "{} has no exception for {fact}", rule.head().id);
        }
        assert!(rule.head().priority > 0.0, "{} has no place in the desk queue", rule.head().id);
    }
    let zone = rules.rule("zone_protected").unwrap().head();
    assert_eq!(zone.severity, Some(SeverityEffect::AtLeast("А".to_owned())));
    let adjacent = rules.rule("zone_social_adjacent").unwrap().head();
    assert_eq!(adjacent.severity, Some(SeverityEffect::LiftBy(1)));
}

#[test]
fn no_basis_claims_a_lawyer_who_did_not_check_it() {
    for name in ["moscow", "chicago"] {
        let (rules, _) = pack(name);
        for rule in rules.rules() {
            for basis in &rule.head().basis {
                assert!(basis.checked_on.is_empty() && basis.checked_by.is_empty(), "{}", rule.head().id);
                assert!(basis.mark != LegalMark::Seen || name == "moscow", "{}", rule.head().id);
            }
        }
    }
}

#[test]
fn a_proxy_may_order_work_and_may_not_touch_a_category() {
    let (rules, catalogue) = pack("moscow");
    let proxy = catalogue.head("neighbour_violations_100m_365d").unwrap();
    assert!(proxy.sensitivity.is_some() && !proxy.is_feature());
    assert_eq!(rules.check_uses(&catalogue), []);
    let text = read(&folder("moscow").join("facts.toml"));
    let marked = text.replace(
        "use = \"O\"\nrisk = \"more\"\nsensitivity = \"proxy\"",
        "use = \"O\"\nrisk = \"more\"\nsensitivity = \"personal\"",
    );
    assert_ne!(marked, text);
    let manifest = PackManifest::parse(&read(&folder("moscow").join("pack.toml"))).unwrap();
    let sources = files(&folder("moscow"), "sources").values().map(|text| schema(text)).collect();
    let tables = files(&folder("moscow"), "tables");
    // Outcomes of an area must stay marked a proxy: the catalogue itself refuses another mark.
    assert!(FactCatalogue::parse_with_tables(&marked, &tables, &sources, &manifest).is_err());
    let used = text.replace(
        "use = \"O\"\nrisk = \"more\"\nsensitivity = \"proxy\"",
        "use = \"CO\"\nrisk = \"more\"\nsensitivity = \"proxy\"",
    );
    let catalogue = FactCatalogue::parse_with_tables(&used, &tables, &sources, &manifest).unwrap();
    let mut scripts = files(&folder("moscow"), "rules");
    let ordering = scripts.get_mut("rules/ordering.rhai").unwrap();
    *ordering = ordering.replace("kinds = [\"ordering\"]", "kinds = [\"criterion\"]");
    let rules = RuleSet::parse(&scripts, &catalogue.names(), &manifest).unwrap();
    let problems = rules.check_uses(&catalogue);
    let refused = |fact: &str| problems.iter().any(|problem| problem.to_string().contains(fact));
    assert!(refused("neighbour_violations_100m_365d"), "{problems:?}");
}
