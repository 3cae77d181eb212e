//! The gate cases of the methodologist's draft, asked about objects that are stored: what their records say, what papers and
//! people add, and what of that contradicts a record.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

mod support;

use std::path::Path;

use dozor_app::{Dozor, GateCall, GatePapers, Silent};
use dozor_domain::{Coded, RiskCategory};
use dozor_store::GeometryUse;
use support::{clock, demo_on, location};

/// The day on which the city's categories were decided.
const DECIDED: &str = "2024-02-01";
const MONDAY: &str = "2026-11-23";
const SUNDAY: &str = "2026-11-22";
const LAND: &str = "municipal_land";
const REGIONAL: &str = "regional_nonresidential";

async fn ingest(dozor: &Dozor, folder: &Path, source: &str, text: String) {
    let file = folder.join(format!("{source}-{}.csv", text.len()));
    std::fs::write(&file, text).unwrap();
    let taken = dozor.ingest(source, None, &[file], "test", &Silent).await.unwrap();
    assert_eq!((taken.counts.rejected, taken.counts.unmatched), (0, 0), "{source}");
}

/// Returns an event that was held at an object as its source delivers it.
fn held(number: u32, (key, kind, control_kind): (&str, &str, &str), on: &str, inspector: &str) -> String {
    format!(
        "event_number,object_key,event_kind,control_kind,held_on,updated_on,result,rule,inspector_ref\n\
         T-{number},{key},{kind},{control_kind},{on},2026-11-20,none,,{inspector}\n"
    )
}

/// Returns a prescription at an object, delivered with a term of thirty days.
fn prescription(key: &str, suspended_from: &str, updated_on: &str) -> String {
    format!(
        "prescription_number,object_key,issued_on,delivered_on,term_days,due_on,deferred_to,fulfilled_on,suspended_from,\
         suspended_to,updated_on\n\
         П-1,{key},2026-09-01,2026-09-01,30,,,,{suspended_from},,{updated_on}\n"
    )
}

/// Asks about one object on a ground.
struct Asking<'a> {
    dozor: &'a Dozor,
    object: &'a str,
    control_kind: &'a str,
}

impl Asking<'_> {
    fn call(&self, (event, ground, date): (&str, &str, &str), papers: GatePapers) -> GateCall {
        GateCall {
            object: self.object.to_owned(),
            control_kind: Some(self.control_kind.to_owned()),
            event: event.to_owned(),
            ground: ground.to_owned(),
            date: date.to_owned(),
            moment: papers.registered_on.as_ref().map(|_| "start".to_owned()),
            papers,
        }
    }

    /// Returns what is lacking.
    async fn lacks(&self, question: (&str, &str, &str), papers: GatePapers) -> Vec<String> {
        let answer = self.dozor.ask_gate(&self.call(question, papers)).await.unwrap();
        assert_eq!(answer.allowed, answer.refusals.is_empty());
        assert!(answer.refusals.iter().all(|one| !one.articles.is_empty()), "{answer:?}");
        answer.refusals.into_iter().map(|one| one.lack).collect()
    }

    /// Returns the code of what is wrong with a question, and its words.
    async fn refused(&self, question: (&str, &str, &str), papers: GatePapers) -> (&'static str, String) {
        let fault = self.dozor.ask_gate(&self.call(question, papers)).await.unwrap_err();
        (fault.info().code, fault.to_string())
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn in_plan(on: &str) -> GatePapers {
    GatePapers { plan_agreed_on: some(on), ..GatePapers::default() }
}

fn agreed() -> GatePapers {
    GatePapers { prosecutor_agreed_on: some("2026-11-20"), ..GatePapers::default() }
}

/// Returns the keys of objects of a category under a control kind, by the id of the object.
async fn of_category(dozor: &Dozor, control_kind: &str, category: RiskCategory) -> Vec<String> {
    let store = dozor.store();
    let objects = store.load_objects_at(GeometryUse::Skip, store.last_seq().await.unwrap()).await.unwrap();
    let mut rows: Vec<_> = store.active_assignments().await.unwrap();
    rows.retain(|row| row.assignment.category == category && row.assignment.control_kind == control_kind);
    let is_it = |id| rows.iter().any(|row| row.assignment.object == id);
    objects.rows().iter().filter(|row| is_it(row.id)).map(|row| row.key.clone()).collect()
}

#[tokio::test]
async fn the_cases_of_the_draft_are_answered_for_stored_objects() {
    let folder = tempfile::tempdir().unwrap();
    demo_on(folder.path(), DECIDED, "2024-02-01T06:00:00Z").await;
    let dozor = Dozor::open(&location(folder.path()), clock("2026-11-23T06:00:00Z")).await.unwrap();
    let regional = async |category| of_category(&dozor, REGIONAL, category).await;
    let (medium, high) = (regional(RiskCategory::Medium).await, regional(RiskCategory::High).await);
    let low = of_category(&dozor, LAND, RiskCategory::Low).await;
    let about = |object, control_kind| Asking { dozor: &dozor, object, control_kind };
    planned_work(&about(&medium[0], REGIONAL), &about(&high[0], REGIONAL), &about(&low[0], LAND)).await;
    // One whose history has no mandatory visit of this period.
    let free = medium_without_visit(&dozor, &medium).await;
    mandatory_visits(&about(&free, REGIONAL), folder.path()).await;
    grounds_and_papers(&about(&low[1], LAND)).await;
    prescriptions(&about(&low[2], LAND), folder.path()).await;
    people_and_places(&about(&low[3], LAND), folder.path()).await;
    hours_of_a_business(&about(&low[4], LAND)).await;
}

/// Cases 1 to 4, 11 and 12.
async fn planned_work(medium: &Asking<'_>, high: &Asking<'_>, low: &Asking<'_>) {
    let visit = |date| ("inspection_visit", "planned", date);
    // Nobody had decided by then: the moratorium is for Low as well.
    let early = medium.lacks(visit("2022-05-10"), in_plan("2021-12-15")).await;
    assert_eq!(early, ["category_decision", "moratorium", "working_day"]);
    assert_eq!(medium.lacks(visit("2024-06-03"), in_plan("2023-12-15")).await, ["moratorium"]);
    assert_eq!(high.lacks(visit("2024-06-03"), in_plan("2023-12-15")).await, [""; 0]);
    assert_eq!(low.lacks(visit("2024-06-03"), in_plan("2023-12-15")).await, ["moratorium"]);
    assert_eq!(low.lacks(visit("2031-06-02"), in_plan("2030-12-16")).await, ["not_for_category"]);
    let proposed = medium.lacks(visit("2024-01-31"), in_plan("2023-12-15")).await;
    assert_eq!(proposed, ["category_decision", "moratorium"]);
    let against = || GatePapers { against_criteria: true, ..in_plan("2025-12-15") };
    assert_eq!(high.lacks(visit(MONDAY), in_plan("2025-12-15")).await, [""; 0]);
    assert_eq!(high.lacks(visit(MONDAY), against()).await, ["category_criteria"]);
    let (code, words) = high.refused(visit("2024-01-31"), against()).await;
    assert_eq!(code, "GATE_CONTRADICTION");
    assert!(words.contains("against the criteria") && words.contains("nobody"), "{words}");
}

async fn medium_without_visit(dozor: &Dozor, medium: &[String]) -> String {
    for object in medium {
        let asking = Asking { dozor, object, control_kind: REGIONAL };
        let question = ("preventive_visit", "mandatory_visit", "2027-05-12");
        if asking.lacks(question, GatePapers::default()).await.is_empty() {
            return object.clone();
        }
    }
    unreachable!("a city of 2,000 objects has one");
}

/// Case 5, and a visit that was made at the start of the activity.
async fn mandatory_visits(medium: &Asking<'_>, folder: &Path) {
    let question = ("preventive_visit", "mandatory_visit", "2027-05-12");
    let event = (medium.object, "preventive_visit", REGIONAL);
    ingest(medium.dozor, folder, "events", held(1, event, "2025-11-20", "")).await;
    assert_eq!(medium.lacks(question, GatePapers::default()).await, ["cap_used_up"]);
    let at_start = |day| GatePapers { start_visit_on: some(day), ..GatePapers::default() };
    assert_eq!(medium.lacks(question, at_start("2025-11-20")).await, [""; 0]);
    assert_eq!(medium.refused(question, at_start("2025-11-21")).await.0, "GATE_QUESTION");
}

/// Cases 6 to 10, 13 and 15.
async fn grounds_and_papers(low: &Asking<'_>) {
    let visit = |ground| ("inspection_visit", ground, MONDAY);
    let survey = |ground| ("field_survey", ground, MONDAY);
    let none = GatePapers::default;
    assert_eq!(low.lacks(visit("indicator"), none()).await, ["prosecutor_approval"]);
    let late = GatePapers { prosecutor_agreed_on: some("2026-11-24"), ..none() };
    assert_eq!(low.lacks(visit("indicator"), late).await, ["prosecutor_approval"]);
    assert_eq!(low.lacks(visit("indicator"), agreed()).await, [""; 0]);
    assert_eq!(low.lacks(visit("appeal_unverified"), agreed()).await, ["applicant"]);
    assert_eq!(low.lacks(survey("appeal_unverified"), none()).await, [""; 0]);
    let entered = |on| GatePapers { registered_on: some(on), ..agreed() };
    assert_eq!(low.lacks(visit("indicator"), entered("2026-11-24")).await, ["register_entry"]);
    assert_eq!(low.lacks(visit("indicator"), entered("2026-11-20")).await, [""; 0]);
    let lasting = |days| GatePapers { working_days: Some(days), ..agreed() };
    assert_eq!(low.lacks(visit("indicator"), lasting(2)).await, ["duration"]);
    assert_eq!(low.lacks(visit("indicator"), lasting(1)).await, [""; 0]);
    assert_eq!(low.refused(visit("indicator"), lasting(0)).await.0, "GATE_QUESTION");
    assert_eq!(low.lacks(visit("chance"), agreed()).await, ["ground"]);
    assert_eq!(low.lacks(survey("chance"), none()).await, [""; 0]);
    assert_eq!(low.lacks(survey("sign_undecided"), none()).await, ["desk_decision"]);
    assert_eq!(low.lacks(("on_site_check", "sign_undecided", MONDAY), agreed()).await, ["desk_decision"]);
    assert_eq!(low.lacks(survey("sign_needs_data"), none()).await, [""; 0]);
    assert_eq!(low.lacks(survey("sign_confirmed"), none()).await, [""; 0]);
    assert_eq!(low.lacks(visit("sign_confirmed"), agreed()).await, ["ground"]);
    assert_eq!(low.lacks(("inspection_visit", "indicator", SUNDAY), agreed()).await, ["working_day"]);
}

/// Case 14.
async fn prescriptions(low: &Asking<'_>, folder: &Path) {
    let check = |date| ("documentary_check", "prescription_overdue", date);
    let lacks = async |date| low.lacks(check(date), GatePapers::default()).await;
    ingest(low.dozor, folder, "prescriptions", prescription(low.object, "", "2026-09-02")).await;
    assert_eq!(lacks("2026-09-15").await, ["prescription_term"], "its term runs");
    assert_eq!(lacks(MONDAY).await, [""; 0]);
    // While a complaint suspends it no day of it is overdue.
    let suspended = prescription(low.object, "2026-09-20", "2026-11-19");
    ingest(low.dozor, folder, "prescriptions", suspended).await;
    assert_eq!(lacks(MONDAY).await, ["prescription_term"]);
}

/// Cases 17 and 18.
async fn people_and_places(low: &Asking<'_>, folder: &Path) {
    let question = ("inspection_visit", "indicator", MONDAY);
    let event = (low.object, "inspection_visit", LAND);
    ingest(low.dozor, folder, "events", held(2, event, "2026-11-09", "ИНС-0001")).await;
    let by = |key| GatePapers { inspector: some(key), ..agreed() };
    assert_eq!(low.lacks(question, by("ИНС-0001")).await, ["rotation"]);
    assert_eq!(low.lacks(question, by("ИНС-0002")).await, [""; 0]);
    let at = |access| GatePapers { access: some(access), ..agreed() };
    assert_eq!(low.lacks(question, at("dwelling")).await, ["dwelling_consent"]);
    assert_eq!(low.lacks(question, at("dwelling_with_consent")).await, [""; 0]);
    assert_eq!(low.lacks(("field_survey", "chance", MONDAY), at("closed")).await, ["public_ground"]);
    assert_eq!(low.refused(question, at("garden")).await.0, "GATE_QUESTION");
}

/// Case 16.
async fn hours_of_a_business(low: &Asking<'_>) {
    let question = ("on_site_check", "indicator", MONDAY);
    let had = |size: Option<&str>, hours| GatePapers {
        business_size: size.map(str::to_owned),
        business_hours: Some(hours),
        ..agreed()
    };
    assert_eq!(low.lacks(question, had(Some("micro"), 15)).await, ["business_hours"]);
    assert_eq!(low.lacks(question, had(Some("micro"), 12)).await, [""; 0], "three hours are left");
    assert_eq!(low.lacks(question, had(Some("micro"), 13)).await, ["business_hours"]);
    assert_eq!(low.lacks(question, had(Some("small"), 13)).await, [""; 0]);
    assert_eq!(low.refused(question, had(None, 15)).await.0, "GATE_QUESTION");
}
