//! What a catalogue refuses, and what it says of itself.

use crate::support::{catalogue, fact};
use dozor_domain::{Coded, ValueType};
use dozor_facts::{FACTS_ERRORS, FactUse, FactsError};

#[track_caller]
fn check(facts: &str, code: &str, part: &str) {
    let error = catalogue(facts).expect_err("the catalogue must be refused");
    let text = match &error {
        FactsError::Toml(source) => format!("{error}: {source}"),
        FactsError::Expression { source, .. } => format!("{error}: {source}"),
        _ => error.to_string(),
    };
    assert_eq!(error.info().code, code, "{text}");
    assert!(text.contains(part), "«{part}» is not in «{text}»");
}

#[test]
fn faults_are_refused_with_the_fact_and_the_key() {
    check(&fact("kind = \"count\"\nsource = \"papers\"\ncolour = 1"), "FACTS_TOML", "colour");
    check(&fact("kind = \"count\"\nsource = \"papers\"\nfield = \"n\""), "FACT_DECLARATION", "field");
    check(&fact("kind = \"count\"\nsource = \"paper\""), "FACT_DECLARATION", "paper");
    check(&fact("kind = \"sum\"\nsource = \"papers\"\nfield = \"m\""), "FACT_DECLARATION", "«m»");
    check(&fact("kind = \"sum\"\nsource = \"papers\"\nfield = \"word\""), "FACT_DECLARATION", "no number");
    check(
        &fact("kind = \"attribute\"\nsource = \"papers\"\nfield = \"to\""),
        "FACT_DECLARATION",
        "transform",
    );
    check(&fact("code = \"Wide\"\nkind = \"count\"\nsource = \"papers\""), "FACT_DECLARATION", "lower-case");
    check(&fact("code = \"today\"\nkind = \"count\"\nsource = \"papers\""), "FACT_DECLARATION", "today");
    check(&fact("use = \"CX\"\nkind = \"count\"\nsource = \"papers\""), "FACT_DECLARATION", "CX");
    check(
        &fact("kind = \"count\"\nsource = \"papers\"\nwhere = \"colour == 1\""),
        "FACT_EXPRESSION",
        "where",
    );
    check(&fact("kind = \"derived\"\nexpression = \"g + 1\""), "FACT_EXPRESSION", "expression");
    check(&fact("kind = \"within_m\"\nsource = \"places\"\nwithin_m = -1.0"), "FACT_DECLARATION", "within_m");
    check(
        &fact("kind = \"count\"\nsource = \"papers\"\nobject_kinds = [\"ship\"]"),
        "FACT_DECLARATION",
        "ship",
    );
    let twice = fact("kind = \"count\"\nsource = \"papers\"");
    check(&format!("{twice}{twice}"), "FACT_DECLARATION", "twice");
}

#[test]
fn what_would_leak_is_refused() {
    let staff = "[leakage]\nstaff_fields = [\"events.who\"]\n";
    let reads = fact("kind = \"distinct_count\"\nsource = \"events\"\nfield = \"who\"");
    check(&format!("{staff}{reads}"), "FACT_LEAKS", "events.who");
    let filtered = fact("kind = \"count\"\nsource = \"events\"\nwhere = 'who == \"orange\"'");
    check(&format!("{staff}{filtered}"), "FACT_LEAKS", "events.who");
    check(&fact("kind = \"within_m\"\nsource = \"events\"\nwithin_m = 100.0"), "FACT_LEAKS", "proxy");
    let area = "kind = \"within_m\"\nsource = \"events\"\nwithin_m = 100.0\nsensitivity = \"proxy\"";
    check(&fact(&format!("{area}\nuse = \"M\"")), "FACT_LEAKS", "no feature");
    let marked = fact(&format!("code = \"g\"\n{area}"));
    check(&format!("{marked}{}", fact("kind = \"derived\"\nexpression = \"g * 2.0\"")), "FACT_LEAKS", "«g»");
    let misspelt = "[leakage]\nstaff_fields = [\"events.whom\"]\n";
    check(&format!("{misspelt}{reads}"), "FACT_LEAKS", "events.whom");
}

#[test]
fn marked_facts_are_no_features_and_heads_say_what_they_are() {
    let facts = format!(
        "{}{}{}",
        fact(
            "code = \"kind_of\"\nkind = \"attribute\"\nsource = \"object\"\nfield = \"kind\"\nuse = \"CSM\""
        ),
        fact(
            "code = \"district\"\nkind = \"attribute\"\nsource = \"object\"\nfield = \"territory\"\nuse = \"R\"\nsensitivity = \"proxy\""
        ),
        fact("code = \"papers_total\"\nkind = \"count\"\nsource = \"papers\"\nuse = \"MS\""),
    );
    let catalogue = catalogue(&facts).unwrap();
    assert_eq!(
        catalogue.features().map(|head| head.code.as_str()).collect::<Vec<_>>(),
        ["kind_of", "papers_total"]
    );
    let head = catalogue.head("papers_total").unwrap();
    assert_eq!((head.value_type, head.uses.letters()), (ValueType::Integer, "SM".to_owned()));
    assert!(head.uses.has(FactUse::Sign) && !head.uses.has(FactUse::Gate));
    assert_eq!(catalogue.names().get("kind_of"), Some(ValueType::Text));
    assert_eq!(catalogue.sources().into_iter().collect::<Vec<_>>(), ["papers"]);
}

#[test]
fn the_hash_follows_what_is_computed_and_not_the_wording() {
    let count = fact("kind = \"count\"\nsource = \"papers\"");
    let hash = |facts: &str| catalogue(facts).unwrap().hash();
    assert_eq!(hash(&count), hash(&count.replace("ru = \"ф\"", "ru = \"факт\"")));
    assert_ne!(hash(&count), hash(&format!("{count}window_days = 5\n")));
}

#[test]
fn every_code_has_a_cause_and_an_action() {
    assert!(FACTS_ERRORS.iter().all(|info| !info.cause.is_empty() && !info.action.is_empty()));
}
