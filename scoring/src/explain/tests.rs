//! The sentences as people read them, on one small pack.

use std::collections::BTreeMap;

use dozor_domain::{
    Assessment, BasisStep, Contribution, LegalMark, LegalReference, Localized, ObjectId, PackManifest,
    Probability, RiskCategory, RuleHead, RuleKind, RuleState, RunId, Value, ValueType,
};
use dozor_script::Names;
use jiff::civil::date;

use super::words::both;
use super::{
    ExplainInput, ExplainedRule, Explanation, FactChange, FactSaid, RuleChange, Section, SmallestChange,
    WaysDown, explain,
};
use crate::model::Contributions;
use crate::policy::Policy;

const PACK: &str = r#"
name = "tiny"
title = { ru = "М", en = "T" }
authority = { ru = "О", en = "A" }
zone = "Europe/Moscow"
bounds = [36.0, 55.0, 38.0, 57.0]
[scale]
levels = ["low", "medium", "high"]
titles = { low = { ru = "низкий", en = "low" }, medium = { ru = "средний", en = "medium" }, high = { ru = "высокий", en = "high" } }
[[object_kinds]]
code = "parcel"
title = { ru = "Участок", en = "Parcel" }
[[control_kinds]]
code = "land"
title = { ru = "Муниципальный земельный контроль", en = "Municipal land control" }
short = { ru = "МЗК", en = "Land" }
object_kinds = ["parcel"]
"#;

const POLICY: &str = r#"
role = "rules_only"
auto_decide = false
severity_groups = ["А", "Б"]
severity_default = { ru = "прочие объекты", en = "all other objects" }
probability_groups = ["1", "2", "3"]
points = { "1" = 25.0, "2" = 12.0 }
[[severity]]
group = "А"
when = "people >= 200"
title = { ru = "от 200 человек", en = "200 people or more" }
[table]
"А" = ["high", "high", "medium"]
"Б" = ["high", "medium", "low"]
[order]
probability = 100.0
ordering = 1.0
criterion_priority = 0.0
"#;

fn head(id: &str, kind: RuleKind, title: Localized, facts: &[&str]) -> RuleHead {
    let reference = LegalReference {
        text: "ст. 23 248-ФЗ".into(),
        mark: LegalMark::Seen,
        checked_by: String::new(),
        checked_on: String::new(),
        in_force_from: None,
        in_force_to: None,
    };
    RuleHead {
        id: id.into(),
        kinds: vec![kind],
        control_kinds: vec!["land".into()],
        object_kinds: vec![],
        title,
        basis: vec![reference],
        points: 12.0,
        priority: 40.0,
        floor: None,
        severity: None,
        facts: facts.iter().map(|fact| (*fact).to_owned()).collect(),
    }
}

fn said(title: Localized, unit: Localized, value: Option<Value>) -> FactSaid {
    let (source, day) = (both("ЕГРН", "Register"), date(2026, 11, 3));
    FactSaid { title, unit, value, source: Some(source), date: Some(day), actionable: false }
}

fn assessment() -> Assessment {
    Assessment {
        run: RunId::derive(&[b"r"]),
        object: ObjectId::derive("p", "s", "k"),
        control_kind: "land".into(),
        rule_category: RiskCategory::Medium,
        category: RiskCategory::Medium,
        highest_if_unknown: RiskCategory::High,
        probability: Probability::new(0.23),
        points: 12.0,
        score: 23.0,
        rules: vec![
            ("excess".into(), RuleState::Fired),
            ("overdue".into(), RuleState::Unknown),
            ("suspicion".into(), RuleState::Fired),
        ],
        basis: vec![
            BasisStep::Points { rule: "excess".into(), points: 12.0 },
            BasisStep::ProbabilityGroup { sum: 12.0, group: "2".into() },
            BasisStep::SeverityUnknown {
                group: "А".into(),
                because: "people >= 200".into(),
                missing: vec!["people".into()],
            },
            BasisStep::Severity { group: "Б".into(), because: String::new() },
            BasisStep::Table {
                severity: "Б".into(),
                probability: "2".into(),
                category: RiskCategory::Medium,
            },
            BasisStep::UnknownCouldRaise { rules: vec!["overdue".into()], category: RiskCategory::High },
        ],
        facts_hash: [0; 32],
    }
}

fn explained_with(
    assessment: &Assessment,
    contributions: Option<&Contributions>,
    ways: &WaysDown,
) -> Explanation {
    let manifest = PackManifest::parse(PACK).unwrap();
    let names: Names = [("people", ValueType::Integer)].into_iter().collect();
    let policy = Policy::parse(POLICY, &names, &manifest).unwrap();
    let heads = [
        head("excess", RuleKind::Criterion, both("Площадь превышена", "Area exceeded"), &["area"]),
        head(
            "overdue",
            RuleKind::Criterion,
            both("Предписание просрочено", "Prescription overdue"),
            &["late"],
        ),
        head("suspicion", RuleKind::Sign, both("Пристройка", "Extension"), &["area"]),
    ];
    let rule = |id: &str, state, missing: &[&str]| ExplainedRule {
        rule: id.to_owned(),
        state,
        missing: missing.iter().map(|fact| (*fact).to_owned()).collect(),
        evidence: None,
        error: None,
    };
    let rules = [
        rule("excess", RuleState::Fired, &[]),
        rule("overdue", RuleState::Unknown, &["late"]),
        rule("suspicion", RuleState::Fired, &[]),
    ];
    let facts: BTreeMap<String, FactSaid> = [
        (
            "area",
            said(
                both("Площадь участка", "Area of the parcel"),
                both("м²", "m²"),
                Some(Value::Float(12_345.5)),
            ),
        ),
        ("late", said(both("Просрочка предписания", "Days overdue"), both("дн", "days"), None)),
        ("people", said(both("Численность посетителей", "Number of visitors"), both("чел", "people"), None)),
    ]
    .into_iter()
    .map(|(name, fact)| (name.to_owned(), fact))
    .collect();
    explain(&ExplainInput {
        manifest: &manifest,
        policy: &policy,
        assessment,
        heads: &heads,
        rules: &rules,
        facts: &facts,
        contributions,
        ways: Some(ways),
    })
}

fn one_way() -> WaysDown {
    let way = SmallestChange {
        facts: vec![FactChange { fact: "area".to_owned(), value: Value::Float(900.0) }],
        changes: vec![RuleChange::Cease { rule: "excess".to_owned(), facts: vec!["area".to_owned()] }],
        category: RiskCategory::Low,
    };
    WaysDown { ways: vec![way], tried: vec!["area".to_owned(), "late".to_owned()], together: 1 }
}

fn explained(assessment: &Assessment, contributions: Option<&Contributions>) -> Explanation {
    explained_with(assessment, contributions, &one_way())
}

fn russian(explanation: &Explanation, section: Section) -> Vec<String> {
    let lines = explanation.lines.iter().filter(|line| line.section == section);
    lines
        .flat_map(|line| {
            let details = line.details.iter().map(|detail| format!("- {}", detail.ru));
            std::iter::once(line.text.ru.clone()).chain(details)
        })
        .collect()
}

#[test]
fn the_category_and_its_arithmetic_come_first() {
    let found = explained(&assessment(), None);
    assert_eq!(
        russian(&found, Section::Category),
        [
            "Категория риска: средний (муниципальный земельный контроль).",
            "Сумма 12 баллов: группа вероятности 2 (от 12 и меньше 25).",
            "Тяжесть возможных последствий: группа Б (прочие объекты).",
            "По таблице методики: тяжесть Б и вероятность 2 — категория «средний».",
        ]
    );
    assert_eq!(found.summary.ru, "Средний: площадь превышена.");
}

#[test]
fn a_fired_rule_shows_values_dates_sources_and_unchecked_basis() {
    let found = explained(&assessment(), None);
    assert_eq!(
        russian(&found, Section::Rules),
        [
            "Площадь превышена: +12 баллов.",
            "- Площадь участка: 12\u{a0}345,5\u{a0}м² (ЕГРН, 03.11.2026)",
            "- Основание: ст. 23 248-ФЗ (основание не сверено юристом (демо))",
        ]
    );
    let signs = russian(&found, Section::Signs);
    assert_eq!(signs[0], "Пристройка: признак для камерального анализа, сам по себе категорию не меняет.");
}

#[test]
fn what_is_missing_and_what_it_could_change_is_said() {
    let found = explained(&assessment(), None);
    let unknown = russian(&found, Section::Unknown);
    assert!(unknown.contains(
        &"Нет ответа: «Предписание просрочено». Не хватает сведений: просрочка предписания.".to_owned()
    ));
    assert!(unknown.contains(
        &"Недостающие сведения могли бы поднять категорию до «высокий»: предписание просрочено.".to_owned()
    ));
    let severity =
        "Не известно: численность посетителей. Если подтвердится «от 200 человек», тяжесть будет группы А.";
    assert!(unknown.contains(&severity.to_owned()), "{unknown:?}");
}

#[test]
fn the_model_speaks_in_odds_and_says_that_it_moves_no_category() {
    let part = |feature: &str, value: &str, log_odds| Contribution {
        feature: feature.into(),
        value: value.into(),
        log_odds,
    };
    let contributions = Contributions {
        base_log_odds: (0.1_f64 / 0.9).ln(),
        parts: vec![part("area", "12345.5", 0.6), part("missing:late", "", -0.7), part("people", "1", 0.01)],
        log_odds: -1.2,
    };
    let found = explained(&assessment(), Some(&contributions));
    assert_eq!(
        russian(&found, Section::Model),
        [
            "Модель: вероятность нарушения 23\u{a0}%, у объекта со средними показателями 10\u{a0}%. На категорию не влияет, только на очерёдность внутри неё.",
            "- Площадь участка: 12\u{a0}345,5\u{a0}м² (ЕГРН, 03.11.2026) — повышает шансы нарушения в 1,8 раза",
            "- Просрочка предписания: не известно — понижает шансы нарушения в 2 раза",
        ]
    );
    let english: Vec<&str> = found.lines.iter().map(|line| line.text.en.as_str()).collect();
    assert!(english.contains(&"Model: probability of a violation 23%, of an object with average figures 10%. It moves no category, only the order inside it."));
}

#[test]
fn what_would_lower_the_category_is_said_with_the_facts_that_the_person_can_change() {
    assert_eq!(
        russian(&explained(&assessment(), None), Section::Lower),
        [
            "Категория станет «низкий», если «Площадь превышена» перестанет выполняться, а остальное не изменится.",
            "- Площадь участка: 12\u{a0}345,5\u{a0}м² (ЕГРН, 03.11.2026); нужно: 900\u{a0}м²",
        ]
    );
}

#[test]
fn where_nothing_lowers_the_category_no_more_is_said_than_was_tried() {
    let mut found = WaysDown { ways: Vec::new(), ..one_way() };
    let said = |found: &WaysDown| russian(&explained_with(&assessment(), None, found), Section::Lower);
    assert_eq!(
        said(&found),
        [
            "Проверено, не более 1 сразу: площадь участка, просрочка предписания. Ни при одном из проверенных значений категория не понижается."
        ]
    );
    found.together = 2;
    assert!(said(&found)[0].starts_with("Проверено, по одному и все вместе: "));
    found.tried.clear();
    assert!(said(&found)[0].starts_with("Среди сведений, от которых зависит категория, нет таких"));
}

#[test]
fn both_languages_are_always_there() {
    let found = explained(&assessment(), None);
    for line in &found.lines {
        assert!(!line.text.ru.is_empty() && !line.text.en.is_empty(), "{line:?}");
        assert!(line.details.iter().all(|detail| !detail.ru.is_empty() && !detail.en.is_empty()), "{line:?}");
    }
}
