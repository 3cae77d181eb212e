//! The gate cases of the Moscow draft that this version can answer, by their numbers.

use dozor_domain::RiskCategory;
use dozor_planner::{Gate, GroundKind, Lack, Question};
use jiff::civil::{Date, date};

use super::support::moscow;

const REGIONAL: &str = "regional_nonresidential";

fn ask<'a>(event: &'a str, ground: GroundKind, category: Option<RiskCategory>) -> Question<'a> {
    Question {
        event,
        ground,
        control_kind: REGIONAL,
        decided: category.map(|category| (category, None)),
        last_held: None,
        prosecutor_agreed: false,
    }
}

fn lacks(day: Date, question: &Question<'_>) -> Vec<Lack> {
    Gate::new(&moscow(), day).lacks(question)
}

#[test]
fn cases_1_to_4_planned_events_under_the_moratorium() {
    let planned = |category| ask("inspection_visit", GroundKind::Planned, Some(category));
    assert_eq!(lacks(date(2022, 5, 10), &planned(RiskCategory::Medium)), [Lack::Moratorium]);
    assert_eq!(lacks(date(2024, 6, 3), &planned(RiskCategory::Medium)), [Lack::Moratorium]);
    let high = Question { last_held: Some(date(2021, 10, 15)), ..planned(RiskCategory::High) };
    assert_eq!(lacks(date(2024, 6, 3), &high), []);
    assert_eq!(lacks(date(2023, 6, 5), &high), [Lack::CapUsedUp]);
    assert_eq!(lacks(date(2024, 6, 3), &planned(RiskCategory::Low)), [Lack::Moratorium]);
    assert_eq!(lacks(date(2031, 6, 2), &planned(RiskCategory::Low)), [Lack::NotForCategory]);
}

#[test]
fn case_5_one_mandatory_visit_in_five_years_from_the_decision() {
    let question = Question {
        decided: Some((RiskCategory::Medium, Some(date(2024, 2, 1)))),
        last_held: Some(date(2025, 11, 20)),
        ..ask("preventive_visit", GroundKind::MandatoryVisit, None)
    };
    assert_eq!(lacks(date(2027, 5, 12), &question), [Lack::CapUsedUp]);
    assert_eq!(lacks(date(2029, 2, 1), &question), []);
    let land = Question { control_kind: "municipal_land", ..question };
    assert_eq!(lacks(date(2029, 2, 1), &land), [Lack::ControlKind, Lack::NotForCategory]);
}

#[test]
fn case_6_an_indicator_needs_the_prosecutor() {
    let question = ask("inspection_visit", GroundKind::Indicator, Some(RiskCategory::Low));
    assert_eq!(lacks(date(2026, 11, 23), &question), [Lack::ProsecutorApproval]);
    assert_eq!(lacks(date(2026, 11, 23), &Question { prosecutor_agreed: true, ..question }), []);
}

#[test]
fn cases_10_11_13_15_chance_proposed_categories_signs_and_days_off() {
    let day = date(2026, 11, 23);
    let decided = Some(RiskCategory::Low);
    let chance = lacks(day, &ask("inspection_visit", GroundKind::Chance, decided));
    assert!(chance.contains(&Lack::Ground));
    assert_eq!(lacks(day, &ask("field_survey", GroundKind::Chance, decided)), []);
    let proposed = lacks(day, &ask("inspection_visit", GroundKind::Planned, None));
    assert_eq!(proposed, [Lack::CategoryDecision, Lack::Moratorium]);
    for event in ["field_survey", "inspection_visit", "on_site_check"] {
        let waiting = lacks(day, &ask(event, GroundKind::SignUndecided, decided));
        assert_eq!(waiting.first(), Some(&Lack::DeskDecision), "{event}");
    }
    for ground in [GroundKind::SignNeedsData, GroundKind::SignConfirmed] {
        assert_eq!(lacks(day, &ask("field_survey", ground, decided)), []);
        assert!(lacks(day, &ask("inspection_visit", ground, decided)).contains(&Lack::Ground));
    }
    let sunday = date(2026, 11, 22);
    let planned = ask("inspection_visit", GroundKind::Planned, Some(RiskCategory::High));
    assert_eq!(lacks(sunday, &planned), [Lack::WorkingDay]);
    assert_eq!(lacks(sunday, &ask("field_survey", GroundKind::SignConfirmed, decided)), []);
    assert_eq!(lacks(day, &ask("witchcraft", GroundKind::Planned, decided)), [Lack::EventKind]);
}
