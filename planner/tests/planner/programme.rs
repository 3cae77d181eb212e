//! What the law has a period, a plan or a consent for: mandatory visits, lines of the agreed plan, indicators; whom hours
//! and dwellings keep out; and the checker beside it.

use dozor_domain::{
    AgreedPaper, BusinessSize, CaseFacts, CountedFrom, DeskVerdict, Dwelling, Ground, LeftOutReason, Minutes,
    Opening, Plan, RiskCategory, SmallBusiness,
};
use dozor_planner::{
    FiredIndicator, GroundKind, Lack, ObjectCase, ObjectState, OrderDraft, PlannedEvent, Selection,
    ViolationCode, check, orders_and_tasks, urgent_work,
};
use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::plan::run;
use super::support::{DAY, inspector, moscow, parcel, premises, request, selected, sign};

fn ago(days: i64) -> Date {
    DAY.saturating_sub(days.days())
}

/// Premises that were surveyed yesterday: nothing but its case makes work there.
fn quiet(category: RiskCategory, case: ObjectCase) -> ObjectState {
    ObjectState { category, days_since_last_event: Some(1), case, ..premises(1) }
}

fn facts(facts: CaseFacts) -> ObjectCase {
    ObjectCase { facts, ..ObjectCase::default() }
}

fn paper(event_kind: &str, on: Date) -> AgreedPaper {
    AgreedPaper { number: "17-п".to_owned(), on, event_kind: event_kind.to_owned() }
}

fn line(event_kind: &str, (from, to): (Date, Date)) -> ObjectCase {
    let planned = vec![PlannedEvent { from, to, paper: paper(event_kind, date(2025, 12, 10)) }];
    ObjectCase { planned, ..ObjectCase::default() }
}

fn fired(approval: Option<AgreedPaper>) -> ObjectCase {
    let indicators = vec![FiredIndicator { rule: "land_no_right".to_owned(), approval }];
    ObjectCase { indicators, ..ObjectCase::default() }
}

fn one(object: ObjectState) -> Selection {
    selected(&[object], &moscow())
}

fn lacks(selection: &Selection) -> &str {
    match &selection.left_out[0].reason {
        LeftOutReason::NoLawfulEvent { lacks } => lacks,
        reason => panic!("{reason:?}"),
    }
}

#[test]
fn a_mandatory_visit_falls_due_a_year_after_the_last_one_or_the_decision_whichever_is_later() {
    let due = |last_mandatory_visit, decided_on| {
        let case = facts(CaseFacts { last_mandatory_visit, decided_on, ..CaseFacts::default() });
        one(quiet(RiskCategory::High, case))
    };
    let ground = |selection: &Selection| selection.work[0].ground.clone();
    let of = |days, counted_from| Ground::MandatoryVisit { days, counted_from, every_days: 365 };
    let by_visit = due(Some(ago(400)), Some(ago(800)));
    assert_eq!(ground(&by_visit), of(400, CountedFrom::LastVisit));
    assert_eq!(by_visit.work[0].event_kind, "preventive_visit");
    assert_eq!((by_visit.work[0].service.0, by_visit.work[0].value), (60, 75.0));
    assert_eq!(ground(&due(None, Some(ago(365)))), of(365, CountedFrom::Decision));
    assert_eq!(ground(&due(Some(ago(900)), Some(ago(500)))), of(500, CountedFrom::Decision));
    for quiet in [due(None, None), due(Some(ago(364)), Some(ago(900))), due(Some(ago(900)), Some(ago(364)))] {
        assert_eq!(quiet, Selection::default());
    }
}

#[test]
fn a_cap_is_no_duty_and_the_visit_does_not_apply_to_municipal_control() {
    let case = || facts(CaseFacts { decided_on: Some(ago(4_000)), ..CaseFacts::default() });
    for category in [RiskCategory::Low, RiskCategory::Moderate, RiskCategory::Medium] {
        assert_eq!(one(quiet(category, case())), Selection::default(), "{category}");
    }
    let land = ObjectState {
        category: RiskCategory::ExtremelyHigh,
        days_since_last_event: Some(1),
        case: case(),
        ..parcel(1)
    };
    assert_eq!(one(land), Selection::default());
}

#[test]
fn a_planned_event_of_the_period_takes_the_place_of_a_mandatory_visit() {
    let case =
        facts(CaseFacts { decided_on: Some(ago(700)), last_planned: Some(ago(20)), ..CaseFacts::default() });
    let selection = one(quiet(RiskCategory::High, case));
    assert_eq!(lacks(&selection), "cap_used_up");
    assert!(selection.work.is_empty());
}

#[test]
fn the_own_norm_and_a_confirmed_sign_stay_a_survey_where_a_visit_is_due_too() {
    let case = facts(CaseFacts { decided_on: Some(ago(700)), ..CaseFacts::default() });
    let never = ObjectState { days_since_last_event: None, ..quiet(RiskCategory::High, case.clone()) };
    let signed = quiet(RiskCategory::High, ObjectCase { ..fired(Some(paper("inspection_visit", ago(3)))) });
    let signs = vec![sign(&signed, "premises_misuse", Some(DeskVerdict::Confirmed))];
    for object in [never, ObjectState { signs, ..signed }] {
        let selection = one(object);
        assert_eq!(selection.work[0].event_kind, "field_survey");
        assert_eq!(selection.work[0].candidate.grounds.len(), 2);
    }
}

#[test]
fn an_indicator_waits_for_the_prosecutor_and_then_sends_somebody() {
    let with = |approval| one(quiet(RiskCategory::Low, fired(approval)));
    assert_eq!(lacks(&with(None)), "prosecutor_approval");
    assert_eq!(
        lacks(&with(Some(paper("on_site_check", DAY.saturating_add(1.day()))))),
        "prosecutor_approval"
    );
    let visit = with(Some(paper("inspection_visit", DAY)));
    assert_eq!(visit.work[0].event_kind, "inspection_visit");
    // Low weighs 4.
    assert_eq!(visit.work[0].value, 8.0);
    let heavier = with(Some(paper("on_site_check", ago(2))));
    assert_eq!((heavier.work[0].event_kind.as_str(), heavier.work[0].inspectors), ("on_site_check", 2));
    let refused = urgent_work(&quiet(RiskCategory::Low, fired(None)), &moscow(), DAY).unwrap_err();
    assert_eq!(refused[0].lack, Lack::ProsecutorApproval);
    assert!(refused[0].basis.iter().any(|basis| basis.text.contains("ст. 66 248-ФЗ")));
}

#[test]
fn a_line_of_the_plan_is_held_within_its_days_under_moratorium_and_caps() {
    let days = (ago(10), DAY);
    let selection = one(quiet(RiskCategory::High, line("inspection_visit", days)));
    assert_eq!(selection.work[0].event_kind, "inspection_visit");
    let over = line("inspection_visit", (ago(10), ago(1)));
    assert_eq!(one(quiet(RiskCategory::High, over)), Selection::default());
    let medium = one(quiet(RiskCategory::Medium, line("inspection_visit", days)));
    assert_eq!(lacks(&medium), "moratorium");
    let held = CaseFacts { last_planned: Some(ago(300)), ..CaseFacts::default() };
    let again = ObjectCase { facts: held, ..line("inspection_visit", days) };
    assert_eq!(lacks(&one(quiet(RiskCategory::High, again))), "cap_used_up", "one in two years");
    let heavier = one(quiet(RiskCategory::High, line("on_site_check", days)));
    assert_eq!(heavier.work[0].event_kind, "on_site_check", "the line is for no lighter kind");
}

#[test]
fn hours_used_up_and_a_dwelling_without_consent_keep_everybody_out() {
    let days = (ago(10), DAY);
    let check_of = |used_hours| {
        let business = Some(SmallBusiness { size: BusinessSize::Micro, used_hours });
        let known = CaseFacts { business, ..CaseFacts::default() };
        one(quiet(RiskCategory::High, ObjectCase { facts: known, ..line("on_site_check", days) }))
    };
    // Three hours are needed, fifteen allowed.
    assert_eq!(check_of(12).work.len(), 1);
    assert!(check_of(13).work.is_empty());
    let lived = |dwelling| {
        let known = CaseFacts { dwelling: Some(dwelling), ..CaseFacts::default() };
        one(quiet(RiskCategory::High, ObjectCase { facts: known, ..line("inspection_visit", days) }))
    };
    assert_eq!(lived(Dwelling::Consent).work.len(), 1);
    assert_eq!(lacks(&lived(Dwelling::NoConsent)), "dwelling_consent");
}

#[test]
fn a_candidate_without_such_grounds_is_stored_as_it_was() {
    let known =
        facts(CaseFacts { decided_on: Some(ago(5)), last_planned: Some(ago(9)), ..CaseFacts::default() });
    let plain =
        ObjectState { days_since_last_event: None, ..quiet(RiskCategory::High, ObjectCase::default()) };
    let with = ObjectState { case: known, ..plain.clone() };
    assert_eq!(one(plain), one(with.clone()));
    let text = serde_json::to_string(&one(with).work[0].candidate).unwrap();
    assert!(!text.contains("\"case\""), "{text}");
}

#[test]
fn an_object_that_closes_before_it_opens_is_said_to_be_so() {
    let opening = Some(Opening { opens: Minutes(700), closes: Minutes(650) });
    let object = ObjectState { opening, days_since_last_event: None, ..premises(1) };
    let plan = run(&request(one(object), vec![inspector(1)], 20), &moscow());
    assert_eq!(plan.left_out[0].reason, LeftOutReason::NeverOpen);
    assert_eq!(check(&plan, &moscow()), []);
    let mut bent = plan.clone();
    bent.left_out[0].reason = LeftOutReason::TooFar;
    bent.left_out[0].candidate.opening = Some(Opening { opens: Minutes(650), closes: Minutes(700) });
    assert_eq!(codes(&bent), [ViolationCode::Reason]);
    bent.left_out[0].reason = LeftOutReason::NeverOpen;
    assert_eq!(codes(&bent), [ViolationCode::Reason]);
}

fn codes(plan: &Plan) -> Vec<ViolationCode> {
    let mut codes: Vec<ViolationCode> = check(plan, &moscow()).into_iter().map(|one| one.code).collect();
    codes.dedup();
    codes
}

/// Checks of premises of one micro-business on a day, three hours each, of fifteen a year.
fn checks(objects: &[(u32, &str, u32)]) -> Vec<ObjectState> {
    let check = |(number, holder, used_hours): &(u32, &str, u32)| {
        let named = premises(*number);
        let business = Some(SmallBusiness { size: BusinessSize::Micro, used_hours: *used_hours });
        let known = CaseFacts { business, ..CaseFacts::default() };
        let case = ObjectCase { facts: known, ..line("on_site_check", (ago(3), DAY)) };
        let owners = Some(*holder).filter(|holder| !holder.is_empty()).map(str::to_owned);
        let owners = owners.into_iter().collect();
        ObjectState { object: named.object, key: named.key, owners, ..quiet(RiskCategory::High, case) }
    };
    objects.iter().map(check).collect()
}

#[test]
fn the_visits_of_a_day_share_the_hours_of_their_business() {
    let lacks = |objects: &[(u32, &str, u32)]| {
        let selection = selected(&checks(objects), &moscow());
        let out = selection.left_out.iter().map(|out| out.candidate.key.clone()).collect::<Vec<_>>();
        let lacks = LeftOutReason::NoLawfulEvent { lacks: "business_hours".to_owned() };
        assert!(selection.left_out.iter().all(|out| out.reason == lacks));
        (selection.work.len(), out)
    };
    let key = |number| premises(number).key;
    assert_eq!(lacks(&[(1, "b1", 10), (2, "b1", 10)]), (1, vec![key(2)]), "sixteen of fifteen");
    assert_eq!(lacks(&[(1, "b1", 9), (2, "b1", 9)]), (2, vec![]), "fifteen");
    assert_eq!(lacks(&[(1, "b1", 10), (2, "b2", 10)]), (2, vec![]), "two businesses");
    assert_eq!(lacks(&[(1, "", 10), (2, "", 10)]), (2, vec![]), "nobody knows whose they are");

    let people = vec![inspector(1), inspector(2)];
    let plan =
        run(&request(selected(&checks(&[(1, "b1", 10), (2, "b1", 10)]), &moscow()), people, 100), &moscow());
    assert_eq!(check(&plan, &moscow()), []);
    assert_eq!((plan.visits().count(), plan.left_out.len()), (1, 1));
    let mut bent = plan.clone();
    bent.left_out[0].candidate.owners = ["b2".to_owned()].into();
    assert_eq!(codes(&bent), [ViolationCode::Reason], "nothing of its own business is in the day");
    // Both planned: the second one's business has no hours left for it.
    let people = vec![inspector(1), inspector(2)];
    let both =
        run(&request(selected(&checks(&[(1, "b1", 9), (2, "b1", 9)]), &moscow()), people, 100), &moscow());
    assert_eq!((check(&both, &moscow()), both.visits().count()), (vec![], 2));
    let mut bent = both.clone();
    for visit in bent.routes.iter_mut().flat_map(|route| &mut route.visits) {
        visit.candidate.case.business = Some(SmallBusiness { size: BusinessSize::Micro, used_hours: 10 });
    }
    assert_eq!(codes(&bent), [ViolationCode::Law]);
}

#[test]
fn the_turn_of_what_a_quota_keeps_out_comes_by_the_quota() {
    let planned = |number| {
        let named = premises(number);
        let case = line("inspection_visit", (ago(3), DAY));
        ObjectState { object: named.object, key: named.key, ..quiet(RiskCategory::High, case) }
    };
    // Surveys of the same district: its people make far more visits a day than the quota lets of the other kind.
    let survey = |number| ObjectState { category: RiskCategory::High, ..parcel(number) };
    let objects: Vec<ObjectState> = (1..=5).map(planned).chain((6..=12).map(survey)).collect();
    let days = |most| {
        let mut pack = moscow();
        pack.settings.quotas.event_kind = [("inspection_visit".to_owned(), most)].into();
        let plan = run(&request(selected(&objects, &pack), vec![inspector(1)], 300), &pack);
        assert_eq!(check(&plan, &pack), []);
        let is_kept_out = |reason: &LeftOutReason| matches!(reason, LeftOutReason::Quota { .. });
        let waits: Vec<usize> =
            (0..plan.left_out.len()).filter(|at| is_kept_out(&plan.left_out[*at].reason)).collect();
        let mut bent = plan.clone();
        bent.left_out[waits[waits.len() - 1]].expected = Some("2026-11-24".to_owned());
        assert!(check(&bent, &pack).iter().any(|one| one.code == ViolationCode::Outlook));
        waits.iter().map(|at| plan.left_out[*at].expected.clone()).collect::<Vec<_>>()
    };
    let day = |text: &str| Some(text.to_owned());
    assert_eq!(days(1), ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"].map(day));
    assert_eq!(days(2), ["2026-11-24", "2026-11-24", "2026-11-25"].map(day));
    assert_eq!(days(0), vec![None; 5], "a quota of none never comes");
}

/// A day with a mandatory visit, a planned visit and one on an indicator with a consent.
fn day() -> Plan {
    let due = CaseFacts {
        last_mandatory_visit: Some(ago(400)),
        decided_on: Some(ago(800)),
        ..CaseFacts::default()
    };
    let cases =
        [facts(due), line("inspection_visit", (ago(3), DAY)), fired(Some(paper("inspection_visit", ago(1))))];
    let objects: Vec<ObjectState> = (1_u32..)
        .zip(cases)
        .map(|(number, case)| {
            let named = premises(number);
            ObjectState { object: named.object, key: named.key, ..quiet(RiskCategory::High, case) }
        })
        .collect();
    run(&request(selected(&objects, &moscow()), vec![inspector(1)], 50), &moscow())
}

#[test]
fn an_event_with_interaction_has_an_order_of_its_own_at_each_object() {
    let plan = day();
    let (orders, tasks) =
        orders_and_tasks(&plan, &moscow(), dozor_domain::Timestamp::from_micros(0)).unwrap();
    assert_eq!((orders.len(), tasks.len()), (3, 3));
    for order in &orders {
        let its: Vec<_> = tasks.iter().filter(|task| task.order == order.id).collect();
        assert_eq!(its.len(), 1, "one object and one person");
        assert_eq!(its[0].event_kind, order.event_kind);
    }
    let places = |kind: &str| {
        let its = orders.iter().filter(|order| order.event_kind == kind);
        let place = |order: &OrderDraft| tasks.iter().find(|task| task.order == order.id).unwrap().position;
        its.map(place).collect::<Vec<_>>()
    };
    let inspections = places("inspection_visit");
    assert!(inspections.len() == 2 && inspections.is_sorted(), "numbers follow the day: {inspections:?}");
}

#[test]
fn the_checker_finds_a_period_a_paper_or_a_day_that_is_not_so() {
    let plan = day();
    assert_eq!(check(&plan, &moscow()), []);
    assert_eq!(plan.routes[0].visits.len(), 3);
    orders_and_tasks(&plan, &moscow(), dozor_domain::Timestamp::from_micros(0)).unwrap();
    let place =
        |kind| plan.routes[0].visits.iter().position(|visit| GroundKind::of(&visit.ground) == kind).unwrap();
    let (visit, planned, indicator) =
        (place(GroundKind::MandatoryVisit), place(GroundKind::Planned), place(GroundKind::Indicator));
    let bent = |place: usize, bend: &dyn Fn(&mut dozor_domain::Visit)| {
        let mut bent = plan.clone();
        bend(&mut bent.routes[0].visits[place]);
        let ground = bent.routes[0].visits[place].ground.clone();
        bent.routes[0].visits[place].candidate.grounds = vec![ground];
        codes(&bent)
    };
    let on_ground = |change: &dyn Fn(&mut Ground), place| bent(place, &|visit| change(&mut visit.ground));
    // The period is not over, or the days are counted from the wrong day.
    let early = |visit: &mut dozor_domain::Visit| visit.candidate.case.last_mandatory_visit = Some(ago(20));
    assert!(bent(visit, &early).contains(&ViolationCode::Ground));
    let other = |ground: &mut Ground| {
        if let Ground::MandatoryVisit { counted_from, .. } = ground {
            *counted_from = CountedFrom::Decision;
        }
    };
    assert_eq!(on_ground(&other, visit), [ViolationCode::Ground]);
    let used = |visit: &mut dozor_domain::Visit| visit.candidate.case.last_planned = Some(ago(20));
    assert_eq!(bent(visit, &used), [ViolationCode::Law], "a planned event took its place");
    // The line is for other days, or for another kind of event.
    let late = |ground: &mut Ground| {
        if let Ground::Planned { to, .. } = ground {
            *to = ago(1);
        }
    };
    assert!(on_ground(&late, planned).contains(&ViolationCode::Law));
    let foreign = |ground: &mut Ground| {
        if let Ground::Planned { paper, .. } = ground {
            paper.event_kind = "on_site_check".to_owned();
        }
    };
    assert!(on_ground(&foreign, planned).contains(&ViolationCode::Law));
    let low = |visit: &mut dozor_domain::Visit| visit.candidate.category = RiskCategory::Medium;
    assert!(bent(planned, &low).contains(&ViolationCode::Law), "the moratorium");
    // Nobody has consented, or only afterwards.
    for approval in [None, Some(paper("inspection_visit", DAY.saturating_add(1.day())))] {
        let none = |ground: &mut Ground| {
            if let Ground::Indicator { approval: given, .. } = ground {
                given.clone_from(&approval);
            }
        };
        assert_eq!(on_ground(&none, indicator), [ViolationCode::Law]);
    }
    let lived = |visit: &mut dozor_domain::Visit| visit.candidate.case.dwelling = Some(Dwelling::NoConsent);
    assert_eq!(bent(indicator, &lived), [ViolationCode::Law]);
}
