//! The policies and models that the packs carry: they parse, fit their catalogues, and give the categories of the
//! methodologist's worked examples.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may state what they know")]

use std::path::Path;

use dozor_domain::{
    LegalReference, Localized, PackManifest, RiskCategory, RuleColumn, RuleHead, RuleKind, RuleState,
    RuleVerdicts, SeverityEffect, Value, ValueType,
};
use dozor_facts::FactsTable;
use dozor_scoring::{ModelRole, ModelSpec, Policy};
use dozor_script::Names;

const SEVERITY_FACTS: [(&str, ValueType); 5] = [
    ("object_kind", ValueType::Text),
    ("capital_structure", ValueType::Boolean),
    ("building_registered_area_m2", ValueType::Float),
    ("land_egrn_area_m2", ValueType::Float),
    ("mass_presence_people", ValueType::Integer),
];

fn read(pack: &str, file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs").join(pack).join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn policy(pack: &str) -> Policy {
    let names: Names = SEVERITY_FACTS.into_iter().collect();
    let manifest = PackManifest::parse(&read(pack, "pack.toml")).unwrap();
    Policy::parse(&read(pack, "policy.toml"), &names, &manifest).unwrap()
}

fn fired(
    id: &str,
    points: f64,
    effect: Option<SeverityEffect>,
    floor: Option<RiskCategory>,
) -> (RuleHead, RuleColumn) {
    let kind = if points < 0.0 { RuleKind::GoodFaith } else { RuleKind::Criterion };
    let head = RuleHead {
        id: id.to_owned(),
        kinds: vec![kind],
        control_kinds: vec![],
        object_kinds: vec![],
        title: Localized::default(),
        basis: Vec::<LegalReference>::new(),
        points,
        priority: 0.0,
        floor,
        severity: effect,
        facts: vec![],
    };
    let column = RuleColumn {
        states: vec![RuleState::Fired],
        points: vec![points],
        missing: vec![0],
        missing_sets: vec![vec![]],
        details: std::collections::BTreeMap::new(),
    };
    (head, column)
}

/// Assesses one object: kind, capital, building area, land area; the facts that are `None` are missing.
fn category(
    (kind, capital, building, land): (&str, bool, Option<f64>, Option<f64>),
    rules: Vec<(RuleHead, RuleColumn)>,
) -> RiskCategory {
    let row = vec![
        Some(Value::Text(kind.to_owned())),
        Some(Value::Boolean(capital)),
        building.map(Value::Float),
        land.map(Value::Float),
        None,
    ];
    let facts = FactsTable::from_rows(&SEVERITY_FACTS, &[row]).unwrap();
    let (heads, columns) = rules.into_iter().unzip();
    let verdicts = RuleVerdicts { heads, columns };
    policy("moscow").assess(&facts, &verdicts, None, &[kind]).unwrap()[0].category
}

#[test]
fn the_worked_examples_of_moscow_hold_with_its_own_policy() {
    use RiskCategory::{High, Low, Medium, Moderate};
    let hectare_third = ("parcel", false, None, Some(3_000.0));
    let building = ("building", true, Some(900.0), None);
    let large_building = ("building", true, Some(2_000.0), None);
    let in_zone = || fired("zone_protected", 0.0, Some(SeverityEffect::AtLeast("А".to_owned())), None);
    let beside_school = || fired("zone_social_adjacent", 0.0, Some(SeverityEffect::LiftBy(1)), None);
    // New capital building without permit, confirmed (12), В.
    assert_eq!(category(hectare_third, vec![fired("sign_confirmed", 12.0, None, None)]), Medium);
    // Extension (10), А.
    assert_eq!(category(building, vec![fired("sign_confirmed", 10.0, None, None), in_zone()]), Medium);
    // Prior 8 + extension 10 + a neighbour's school lifts В to Б.
    let rules =
        vec![fired("prior", 8.0, None, None), fired("sign_confirmed", 10.0, None, None), beside_school()];
    assert_eq!(category(building, rules), Medium);
    // Prior 14 + prescription overdue 12, Б.
    let overdue = fired("prescription_overdue", 12.0, None, Some(Medium));
    assert_eq!(category(large_building, vec![overdue, fired("prior", 14.0, None, None)]), High);
    // Nothing known of the area: the group by what is known, and nothing fired: low.
    assert_eq!(category(("parcel", false, None, None), vec![]), Low);
    // Good faith never goes under a floor.
    let court = fired("court_unexecuted", 15.0, None, Some(High));
    assert_eq!(category(("nto", false, None, None), vec![court, fired("good", -30.0, None, None)]), High);
    // In a protected zone without any sign.
    assert_eq!(category(hectare_third, vec![in_zone()]), Moderate);
}

#[test]
fn each_pack_has_the_role_that_its_law_allows() {
    assert_eq!((policy("moscow").role(), policy("moscow").auto_decide()), (ModelRole::RulesOnly, false));
    assert_eq!((policy("chicago").role(), policy("chicago").auto_decide()), (ModelRole::Matrix, true));
}

#[test]
fn every_feature_is_a_fact_that_a_model_may_use() {
    for pack in ["moscow", "chicago"] {
        let catalogue: toml::Table = toml::from_str(&read(pack, "facts.toml")).unwrap();
        let facts = catalogue["facts"].as_array().unwrap();
        for fact in ModelSpec::parse(&read(pack, "model.toml")).unwrap().facts() {
            let found = facts.iter().find(|declared| declared["code"].as_str() == Some(fact));
            let found = found.unwrap_or_else(|| panic!("{pack}: no fact «{fact}»"));
            assert!(found["use"].as_str().unwrap().contains('M'), "{pack}: «{fact}» is not for the model");
            assert!(found.get("sensitivity").is_none(), "{pack}: «{fact}» is marked");
        }
    }
}
