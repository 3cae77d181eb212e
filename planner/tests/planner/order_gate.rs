//! What the dated lines ask of an order.

use dozor_domain::{
    AgreedPaper, BusinessSize, Candidate, CaseFacts, DocumentReference, Ground, Need, OrderState,
    ProsecutorAnswer, RiskCategory, SignId, SmallBusiness,
};
use dozor_planner::{
    Lack, Manner, Moment, OrderCase, PlannerPack, latest_end, order_days, order_needs, order_refusals,
    refusal_words,
};
use jiff::civil::{Date, date};

use super::support::{changed, moscow, parcel, premises};

const FRIDAY: Date = date(2026, 11, 20);

fn sign() -> Ground {
    Ground::Sign { sign: SignId::from_bytes([3; 16]), rule: "rule".to_owned(), confirmed: true }
}

#[test]
fn a_survey_needs_no_paper_of_others_and_a_visit_after_a_prescription_needs_both() {
    let pack = moscow();
    let overdue = Ground::PrescriptionOverdue { days: 5 };
    let needs = |event, ground: &Ground| {
        let needs = order_needs(&pack, (event, FRIDAY), [ground]);
        (needs.prosecutor, needs.register)
    };
    let (yes, no) = (Need::Needed, Need::NotNeeded);
    assert_eq!(needs("field_survey", &sign()), (no, no));
    assert_eq!(needs("inspection_visit", &overdue), (yes, yes));
    assert_eq!(needs("preventive_visit", &overdue), (no, yes), "its programme is agreed as a whole");
    assert_eq!(needs("no_such_kind", &overdue), (yes, yes), "what has no line is not waved through");
    let mixed = order_needs(&pack, ("inspection_visit", FRIDAY), [&sign(), &overdue]);
    assert_eq!(mixed.prosecutor, yes, "one ground that needs it is enough");
}

fn candidate(ground: &Ground) -> Candidate {
    let object = parcel(1);
    Candidate {
        object: object.object,
        key: object.key,
        control_kind: object.control_kind,
        object_kind: object.object_kind,
        category: RiskCategory::High,
        category_decided: true,
        probability: None,
        score: 1.0,
        grounds: vec![ground.clone()],
        territory: None,
        position: None,
        opening: None,
        last_inspector: None,
        last_partner: None,
        owners: Default::default(),
        appointment: None,
        case: Default::default(),
    }
}

fn document() -> DocumentReference {
    DocumentReference::new("7-21/2026", &"ab".repeat(32)).unwrap()
}

#[test]
fn the_gate_reads_the_days_of_an_orders_papers() {
    let pack = moscow();
    let ground = Ground::PrescriptionOverdue { days: 5 };
    let candidate = candidate(&ground);
    let lacks = |state: &OrderState, candidate: &Candidate, ground: &Ground| {
        let (event, inspector) = ("inspection_visit", "i001");
        let (ground, partner) = (Some(ground), Some("i002"));
        let case = OrderCase {
            candidate,
            ground,
            ground_gone: false,
            event,
            inspector,
            partner,
            state,
            working_days: 1,
            manner: Manner::OnTheSpot,
        };
        let refusals = order_refusals(&case, &pack, (Moment::Signing, FRIDAY));
        assert!(refusals.iter().all(|refusal| !refusal.basis.is_empty()), "each with its article");
        (refusals.iter().map(|refusal| refusal.lack).collect::<Vec<_>>(), refusal_words(&refusals))
    };
    let agreed =
        |on| OrderState::ProsecutorAgreed { agreement: ProsecutorAnswer { document: document(), on } };
    let checked = OrderState::Checked { checks: Vec::new() };
    let (found, words) = lacks(&checked, &candidate, &ground);
    assert_eq!(found, [Lack::ProsecutorApproval]);
    assert!(words.starts_with("prosecutor_approval (ст. 66 248-ФЗ"), "{words}");
    assert_eq!(lacks(&agreed(date(2026, 11, 18)), &candidate, &ground).0, []);
    let late = lacks(&agreed(date(2026, 11, 21)), &candidate, &ground).0;
    assert_eq!(late, [Lack::ProsecutorApproval], "agreed after the day");
    let undecided = Candidate { category_decided: false, ..candidate.clone() };
    assert_eq!(lacks(&agreed(FRIDAY), &undecided, &ground).0, [Lack::CategoryDecision]);
    let last_inspector = Some("i001".to_owned());
    let again = Candidate { last_inspector, ..candidate.clone() };
    assert_eq!(lacks(&agreed(FRIDAY), &again, &ground).0, [Lack::Rotation], "he was there last");
    for (last_inspector, last_partner) in [("i009", "i001"), ("i002", "i009"), ("i009", "i002")] {
        let (last_inspector, last_partner) = (Some(last_inspector.to_owned()), Some(last_partner.to_owned()));
        let of_two = Candidate { last_inspector, last_partner, ..candidate.clone() };
        assert_eq!(lacks(&agreed(FRIDAY), &of_two, &ground).0, [Lack::Rotation], "one of two was there last");
    }
    let deferred = Ground::PrescriptionOverdue { days: 0 };
    assert_eq!(lacks(&agreed(FRIDAY), &candidate, &deferred).0, [Lack::PrescriptionTerm]);
}

#[test]
fn what_a_task_rests_on_is_read_anew_at_the_signature() {
    let pack = moscow();
    let candidate = candidate(&Ground::PrescriptionOverdue { days: 5 });
    let agreement = ProsecutorAnswer { document: document(), on: FRIDAY };
    let state = &OrderState::ProsecutorAgreed { agreement };
    let of = |ground, ground_gone| {
        let (event, inspector) = ("inspection_visit", "i001");
        let case = OrderCase {
            candidate: &candidate,
            ground,
            ground_gone,
            event,
            inspector,
            partner: None,
            state,
            working_days: 1,
            manner: Manner::OnTheSpot,
        };
        let refusals = order_refusals(&case, &pack, (Moment::Signing, FRIDAY));
        refusals.iter().map(|refusal| refusal.lack).collect::<Vec<_>>()
    };
    assert_eq!(of(None, false), [Lack::DeskDecision], "the sign waits for the desk again");
    let paper = AgreedPaper {
        number: "7".to_owned(),
        on: date(2025, 12, 10),
        event_kind: "inspection_visit".to_owned(),
    };
    let line = Ground::Planned { paper, from: date(2026, 11, 1), to: date(2026, 11, 30) };
    assert_eq!(of(Some(&line), false), []);
    assert_eq!(of(Some(&line), true), [Lack::Ground, Lack::AgreedPlan], "the line was struck out");
}

#[test]
fn who_is_checked_on_site_is_told_before_and_who_is_inspected_is_not() {
    let pack = moscow();
    let overdue = Ground::PrescriptionOverdue { days: 5 };
    let told = |event| order_needs(&pack, (event, FRIDAY), [&overdue]).notice;
    assert_eq!(told("on_site_check"), Need::Needed);
    assert_eq!(told("inspection_visit"), Need::NotNeeded, "it comes unannounced");
    assert_eq!(told("field_survey"), Need::NotNeeded);
    assert_eq!(told("no_such_kind"), Need::Needed);
}

#[test]
fn an_order_lasts_no_longer_than_its_kind_of_event() {
    let pack = moscow();
    let end = |event| latest_end(&pack, (event, FRIDAY));
    assert_eq!(end("field_survey"), Some(FRIDAY), "one working day");
    assert_eq!(end("on_site_check"), Some(date(2026, 12, 3)), "ten, the first among them");
    assert_eq!(end("preventive_visit"), None, "its term is not known");
}

/// The gate at the signature of an order for a prescription, with the prosecutor's agreement.
fn lacks_at_signing(
    pack: &PlannerPack,
    (event, working_days): (&str, u32),
    (used_hours, manner): (u32, Manner),
) -> Vec<Lack> {
    let ground = Ground::PrescriptionOverdue { days: 5 };
    let business = Some(SmallBusiness { size: BusinessSize::Micro, used_hours });
    let case = CaseFacts { business, ..CaseFacts::default() };
    let named = premises(1);
    let candidate = Candidate {
        object_kind: named.object_kind,
        control_kind: named.control_kind,
        case,
        ..candidate(&ground)
    };
    let agreement = ProsecutorAnswer { document: document(), on: FRIDAY };
    let state = &OrderState::ProsecutorAgreed { agreement };
    let case = OrderCase {
        candidate: &candidate,
        ground: Some(&ground),
        ground_gone: false,
        event,
        inspector: "i001",
        partner: None,
        state,
        working_days,
        manner,
    };
    order_refusals(&case, pack, (Moment::Signing, FRIDAY)).iter().map(|refusal| refusal.lack).collect()
}

#[test]
fn the_gate_and_the_last_day_of_an_order_are_one_rule() {
    let pack = moscow();
    let mut refused = 0;
    for event in ["inspection_visit", "on_site_check", "preventive_visit"] {
        let latest = latest_end(&pack, (event, FRIDAY));
        for until in FRIDAY.series(jiff::ToSpan::days(1)).take(30) {
            let days = order_days(&pack, (FRIDAY, until));
            let lacks = lacks_at_signing(&pack, (event, days), (0, Manner::OnTheSpot));
            let is_too_long = lacks.contains(&Lack::Duration);
            // Days off after the last working day take none: the order still ends with that one.
            let beyond = latest.is_some_and(|latest| (pack.calendar.working_days_after(latest, until)) > 0);
            assert_eq!(is_too_long, beyond, "{event} until {until}: {days} days");
            refused += usize::from(is_too_long);
        }
    }
    assert!(refused > 20, "{refused}");
    let two = lacks_at_signing(&pack, ("inspection_visit", 2), (0, Manner::OnTheSpot));
    assert_eq!(two, [Lack::Duration], "an inspection visit lasts a day at a place");
}

#[test]
fn a_call_takes_the_hours_of_a_call_at_the_signature() {
    let limit = "hours_a_year = { small = 50, micro = 15 }";
    let pack = changed(&|events| {
        *events = events.replace(limit, &format!("{limit}\nvideo_minutes = {{ premises = 60 }}"));
    });
    let lacks = |used, manner| lacks_at_signing(&pack, ("on_site_check", 1), (used, manner));
    assert_eq!(lacks(12, Manner::OnTheSpot), [], "three hours");
    assert_eq!(lacks(13, Manner::OnTheSpot), [Lack::BusinessHours]);
    assert_eq!(lacks(13, Manner::ByVideo), [], "one");
}
