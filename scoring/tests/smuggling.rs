//! Tries to smuggle into a model, and onto a card, what may never be scored: who inspected, protected and personal
//! attributes, outcomes of a neighbourhood, what is derived from any of these, what is not declared for the model.

#![expect(clippy::unwrap_used, reason = "helpers of tests may state what they know")]

use std::collections::BTreeMap;

use dozor_domain::{Coded, FieldDefinition, PackManifest, Subject, Timestamp, Value, ValueType};
use dozor_facts::{FactCatalogue, FactsError, FactsTable, SourceSchema};
use dozor_scoring::{ModelSpec, Policy, ScoringError, TrainingWindow, train};

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
[[control_kinds]]
code = "land"
title = { ru = "З", en = "L" }
short = { ru = "З", en = "L" }
object_kinds = ["parcel"]
"#;

const POLICY: &str = r#"
role = "scorecard_matrix"
auto_decide = false
severity_groups = ["1"]
probability_groups = ["1", "2"]
points = { "1" = 10.0 }
scorecard = { "1" = 5.0 }
[table]
"1" = ["high", "low"]
[order]
probability = 1.0
ordering = 0.0
criterion_priority = 0.0
"#;

const STAFF: &str = "[leakage]\nstaff_fields = [\"events.who\"]\n";

fn fact(code: &str, how: &str) -> String {
    format!("[[facts]]\ncode = \"{code}\"\ntitle = {{ ru = \"ф\", en = \"f\" }}\nrisk = \"neither\"\n{how}\n")
}

fn catalogue(text: &str) -> Result<FactCatalogue, FactsError> {
    let field = |name: &str, value_type| FieldDefinition { name: name.to_owned(), value_type };
    let events = SourceSchema {
        subject: Subject::Outcome,
        fields: vec![field("who", ValueType::Text), field("result", ValueType::Text)],
    };
    let register = SourceSchema {
        subject: Subject::Object,
        fields: vec![field("area", ValueType::Float), field("citizenship", ValueType::Text)],
    };
    let sources = BTreeMap::from([("events".to_owned(), events), ("register".to_owned(), register)]);
    FactCatalogue::parse(text, &sources, &PackManifest::parse(PACK).unwrap())
}

/// Facts that are what they should be, marked, and not for the model.
fn sound() -> String {
    let attribute = |field: &str, more: &str| {
        format!("kind = \"attribute\"\nsource = \"register\"\nfield = \"{field}\"\n{more}")
    };
    let near =
        "kind = \"within_m\"\nsource = \"events\"\nwithin_m = 100.0\nsensitivity = \"proxy\"\nuse = \"O\"";
    [
        STAFF.to_owned(),
        fact("area", &attribute("area", "use = \"M\"")),
        fact("size_for_rules", &attribute("area", "use = \"C\"")),
        fact("citizenship", &attribute("citizenship", "use = \"R\"\nsensitivity = \"protected\"")),
        fact("owner_name", &attribute("citizenship", "use = \"R\"\nsensitivity = \"personal\"")),
        fact("violations_nearby", near),
    ]
    .concat()
}

fn spec(feature: &str) -> ModelSpec {
    ModelSpec::parse(&format!(
        "name = \"m\"\ncapacity_k = 1\n[outcome]\nsource = \"events\"\npositive = 'result == \"v\"'\nnegative = \
         'result == \"n\"'\n[training]\nl2 = 1.0\n[calibration]\nshare = 0.2\n[[features]]\nfact = \"{feature}\"\n"
    ))
    .unwrap()
}

fn code_of(result: Result<impl Sized, ScoringError>) -> &'static str {
    result.err().unwrap().info().code
}

#[test]
fn a_model_takes_no_protected_personal_proxy_or_undeclared_fact_as_a_feature() {
    let catalogue = catalogue(&sound()).unwrap();
    let table =
        FactsTable::from_rows(&[("area", ValueType::Float)], &[vec![Some(Value::Float(1.0))]]).unwrap();
    let window = TrainingWindow { as_of: Timestamp::from_micros(0), up_to_seq: 1 };
    for (feature, code) in [
        ("citizenship", "MODEL_FACT_REFUSED"),
        ("owner_name", "MODEL_FACT_REFUSED"),
        ("violations_nearby", "MODEL_FACT_REFUSED"),
        ("size_for_rules", "MODEL_FACT_REFUSED"),
        ("who", "MODEL_FACT_UNKNOWN"),
        ("events.who", "MODEL_FACT_UNKNOWN"),
    ] {
        assert_eq!(
            code_of(train(&spec(feature), &catalogue, &table, &[Some(true)], &window)),
            code,
            "{feature}"
        );
    }
    // The one that may: refused for its single outcome only.
    assert_eq!(
        code_of(train(&spec("area"), &catalogue, &table, &[Some(true)], &window)),
        "MODEL_NO_NEGATIVES"
    );
}

#[test]
fn a_published_card_reads_only_what_a_model_may() {
    let catalogue = catalogue(&sound()).unwrap();
    let policy = || Policy::parse(POLICY, &catalogue.names(), &PackManifest::parse(PACK).unwrap()).unwrap();
    let card = |fact: &str| {
        format!(
            "name = \"c\"\npoints_to_double = 10\n[[facts]]\nfact = \"{fact}\"\nmissing = 0\n[[facts.numbers]]\npoints = \
             1\nrows = 10\nviolations_percent = 5.0\n"
        )
    };
    assert!(policy().with_card(Some(&card("area")), &catalogue).is_ok());
    for (fact, code) in [
        ("citizenship", "MODEL_FACT_REFUSED"),
        ("violations_nearby", "MODEL_FACT_REFUSED"),
        ("size_for_rules", "MODEL_FACT_REFUSED"),
        ("who", "MODEL_FACT_UNKNOWN"),
    ] {
        assert_eq!(code_of(policy().with_card(Some(&card(fact)), &catalogue)), code, "{fact}");
    }
    assert_eq!(code_of(policy().with_card(None, &catalogue)), "SCORECARD_MISSING");
    let table = FactsTable::from_rows(&[("area", ValueType::Float)], &[vec![None]]).unwrap();
    assert_eq!(code_of(policy().severity_column(&table)), "SCORECARD_MISSING", "no card, no category");
}

#[test]
fn a_catalogue_takes_no_fact_of_who_inspected_nor_a_feature_made_of_what_is_marked() {
    let smuggled = [
        "kind = \"distinct_count\"\nsource = \"events\"\nfield = \"who\"\nuse = \"O\"",
        "kind = \"count\"\nsource = \"events\"\nwhere = 'who == \"orange\"'\nuse = \"M\"",
        "kind = \"within_m\"\nsource = \"events\"\nwithin_m = 500.0\nuse = \"M\"",
        "kind = \"within_m\"\nsource = \"events\"\nwithin_m = 500.0\nsensitivity = \"proxy\"\nuse = \"M\"",
        "kind = \"derived\"\nexpression = \"violations_nearby * 1.0\"\nuse = \"M\"",
        "kind = \"derived\"\nexpression = 'citizenship == \"x\"'\nuse = \"M\"",
        "kind = \"attribute\"\nsource = \"register\"\nfield = \"citizenship\"\nsensitivity = \"protected\"\nuse = \"M\"",
    ];
    for how in smuggled {
        let refused = catalogue(&format!("{}{}", sound(), fact("smuggled", how))).unwrap_err();
        assert_eq!(refused.info().code, "FACT_LEAKS", "{how}");
    }
}
