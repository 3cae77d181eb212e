//! The packs' own files, and files that are wrong.

use dozor_domain::{Coded, LegalMark, PackManifest, RiskCategory};
use dozor_planner::{GroundKind, PlannerError, PlannerPack};
use jiff::civil::date;

use super::support::{DAY, files, moscow, moscow_manifest};

#[test]
fn moscow_lets_no_sign_norm_or_chance_lead_to_interaction() {
    let pack = moscow();
    let harmless = [
        GroundKind::SignUndecided,
        GroundKind::SignNeedsData,
        GroundKind::SignConfirmed,
        GroundKind::OwnNorm,
        GroundKind::Chance,
    ];
    for line in pack.events.lines().iter().filter(|line| line.interaction) {
        assert!(harmless.iter().all(|ground| !line.grounds.contains(ground)), "{}", line.code);
        assert!(line.needs_category_decided, "{}", line.code);
    }
    let ladder: Vec<&str> = pack.events.ladder(DAY).iter().map(|line| line.code.as_str()).collect();
    assert_eq!(
        ladder,
        ["desk_review", "field_survey", "warning", "preventive_visit", "inspection_visit", "on_site_check"]
    );
    let marks: Vec<LegalMark> =
        pack.events.lines().iter().flat_map(|line| &line.basis).map(|basis| basis.mark).collect();
    assert!(marks.contains(&LegalMark::Seen) && marks.contains(&LegalMark::ToFill));
}

#[test]
fn norms_make_only_the_upper_categories_due() {
    let pack = moscow();
    let days = |category| pack.frequency.norm_days("municipal_land", category, DAY);
    assert_eq!(days(RiskCategory::ExtremelyHigh), Some(90));
    assert_eq!(days(RiskCategory::High), Some(180));
    assert_eq!(days(RiskCategory::Medium), Some(365));
    assert_eq!(days(RiskCategory::Moderate), None);
    assert_eq!(days(RiskCategory::Low), None);
}

#[test]
fn chicago_has_its_real_capacity_and_people_without_names() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../packs/chicago/pack.toml");
    let manifest = PackManifest::parse(&std::fs::read_to_string(root).unwrap()).unwrap();
    let pack = PlannerPack::parse(&files("chicago"), &manifest).unwrap();
    let people = pack.settings.generic_inspectors();
    assert_eq!(pack.settings.daily_capacity, Some(33));
    assert_eq!(people.len() as u32 * pack.settings.visits_per_inspector.unwrap(), 33);
    assert!(people.iter().all(|person| person.skills.contains("food_safety")));
}

#[test]
fn a_wrong_file_is_refused_with_its_name() {
    let check = |file: &str, from: &str, to: &str, code: &str| {
        let mut files = files("moscow");
        let text = files.get_mut(file).unwrap();
        assert!(text.contains(from), "{from}");
        *text = text.replacen(from, to, 1);
        let error = PlannerPack::parse(&files, &moscow_manifest()).unwrap_err();
        assert_eq!(error.info().code, code, "{error}");
        assert!(error.to_string().contains(file), "{error}");
    };
    check("events.toml", "lightness = 1", "lightnes = 1", "PLANNER_TOML");
    check("events.toml", "code = \"warning\"", "code = \"field_survey\"", "PLANNER_PACK");
    check("events.toml", "[\"regional_nonresidential\"]", "[\"fishing\"]", "PLANNER_PACK");
    check("frequency.toml", "every_days = 90", "every_days = 0", "PLANNER_PACK");
    check("frequency.toml", "to = \"2030-01-01\"", "to = \"2020-01-01\"", "PLANNER_PACK");
    check("planner.toml", "kmh = 25.0", "kmh = 0.0", "PLANNER_PACK");
    check("planner.toml", "low = 4.0, ", "", "PLANNER_PACK");
    check("planner.toml", "own_norm = 1.0", "own_norm = -1.0", "PLANNER_PACK");
    check("planner.toml", "full_score = 100.0", "full_score = 0.0", "PLANNER_PACK");
    check("planner.toml", "end = 1080", "end = 100", "PLANNER_PACK");
    check("planner.toml", "latest = 870", "latest = 779", "PLANNER_PACK");
    check("planner.toml", "on_site_check = 5", "on_site_chek = 5", "PLANNER_PACK");
    check("planner.toml", "minutes = 60", "minutes = 0", "PLANNER_PACK");
    let mut missing = files("moscow");
    missing.remove("planner.toml");
    let error = PlannerPack::parse(&missing, &moscow_manifest()).unwrap_err();
    assert!(matches!(error, PlannerError::FileMissing { file: "planner.toml" }));
}

#[test]
fn a_stored_version_with_the_keys_of_an_earlier_search_still_opens() {
    let mut stored = files("moscow");
    let earlier = "[search]\nneighbours = 64\nremoved = 10\nhalf_life = 1500\nstart_temperature = 0.05\n";
    let text = stored["planner.toml"].replace("[search]\n", earlier);
    assert_ne!(text, stored["planner.toml"]);
    stored.insert("planner.toml".to_owned(), text);
    let read = PlannerPack::parse(&stored, &moscow_manifest()).unwrap();
    assert_eq!(read.settings, moscow().settings);
}

#[test]
fn planning_reads_only_facts_that_are_numbers() {
    let settings = moscow().settings.clone();
    let read = settings.facts.named();
    let expected = [
        "days_since_last_event",
        "days_since_last_result",
        "days_since_last_violation",
        "prescription_overdue_days",
        "holder_is_micro_business",
        "holder_is_small_business",
    ];
    assert_eq!(read, expected);
    assert!(settings.check_facts(|fact| read.contains(&fact)).is_ok());
    let error = settings.check_facts(|fact| fact == "days_since_last_event").unwrap_err();
    assert_eq!(error.info().code, "PLANNER_PACK");
    assert!(error.to_string().contains("days_since_last_result"), "{error}");
}

#[test]
fn lines_of_one_code_may_follow_each_other() {
    let mut files = files("moscow");
    let text = files.get_mut("events.toml").unwrap();
    let line = "code = \"field_survey\"\n";
    let begin = text.find("[[events]]\ncode = \"field_survey\"").unwrap();
    let end = begin + 1 + text[begin + 1..].find("[[events]]").unwrap();
    let later = text[begin..end].replace(line, &format!("{line}from = \"2027-01-01\"\n"));
    let earlier =
        text[begin..end].replace(line, &format!("{line}to = \"2027-01-01\"\n")).replace("= 30", "= 31");
    *text = format!("{}{earlier}{later}{}", &text[..begin], &text[end..]);
    let pack = PlannerPack::parse(&files, &moscow_manifest()).unwrap();
    let minutes = |day| pack.events.on("field_survey", day).unwrap().service_at("parcel");
    assert_eq!(minutes(date(2026, 12, 31)), Some(31));
    assert_eq!(minutes(date(2027, 1, 1)), Some(30));
}
