//! When something is expected that law, the head or other work keeps out today, and the checker that counts again.

use dozor_domain::{
    AgreedPaper, BusinessSize, CaseFacts, DeskVerdict, LeftOut, LeftOutReason, Plan, RiskCategory,
    SmallBusiness,
};
use dozor_planner::{
    BusinessHours, Cap, CapGroup, CategoryStanding, Circumstances, FiredIndicator, Gate, GroundKind, Held,
    Later, Moment, Moratorium, ObjectCase, ObjectState, OpenWork, PlannedEvent, PlannerPack,
    PrescriptionTerm, Question, ViolationCode, check,
};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::plan::run;
use super::properties::config;
use super::support::{DAY, inspector, moscow, parcel, premises, request, selected, sign, whole_moscow};

fn question(event: &'static str, ground: GroundKind, circumstances: Circumstances) -> Question<'static> {
    Question {
        moment: Moment::Planning,
        event,
        ground,
        control_kind: "regional_nonresidential",
        category: CategoryStanding::Decided { category: RiskCategory::High, on: None },
        circumstances,
    }
}

fn visit_after(last: Date) -> Question<'static> {
    let held = vec![Held { group: CapGroup::MandatoryVisit, on: last, at_start_of_activity: false }];
    question("preventive_visit", GroundKind::MandatoryVisit, Circumstances { held, ..Default::default() })
}

fn prescription(term: PrescriptionTerm) -> Question<'static> {
    let known = Circumstances { prescription: Some(term), ..Default::default() };
    question("field_survey", GroundKind::PrescriptionOverdue, known)
}

/// Asks of the days after [`DAY`] with the pack's own calendar, which ends with 2027.
fn passes_on(question: &Question<'_>) -> Option<Date> {
    let pack = whole_moscow();
    let day = Later::new(&pack, DAY).passes_on(question);
    assert!(day.is_none_or(|day| Gate::new(&pack, day).lacks(question).is_empty()), "{day:?}");
    day
}

fn days_on(days: i64) -> Date {
    DAY.saturating_add(days.days())
}

#[test]
fn a_used_up_cap_opens_on_the_first_working_day_after_its_period() {
    // One a year: a year after the 1st of June, and after a Saturday the Monday.
    assert_eq!(passes_on(&visit_after(date(2026, 6, 1))), Some(date(2027, 6, 1)));
    assert_eq!(passes_on(&visit_after(date(2026, 7, 3))), Some(date(2027, 7, 5)));
    // Periods run from the decision: the one in which the visit lies ends earlier.
    let decided = CategoryStanding::Decided { category: RiskCategory::High, on: Some(date(2025, 3, 2)) };
    let by_decision = Question { category: decided, ..visit_after(date(2026, 6, 1)) };
    assert_eq!(passes_on(&by_decision), Some(date(2027, 3, 2)));
    // One in five years: past what the calendar knows.
    let medium = CategoryStanding::Decided { category: RiskCategory::Medium, on: None };
    assert_eq!(passes_on(&Question { category: medium, ..visit_after(date(2026, 6, 1)) }), None);
}

#[test]
fn a_moratorium_opens_where_the_law_has_such_an_event_after_it() {
    let known = Circumstances { plan_agreed_on: Some(date(2026, 12, 1)), ..Default::default() };
    let medium = CategoryStanding::Decided { category: RiskCategory::Medium, on: None };
    let planned = Question { category: medium, ..question("inspection_visit", GroundKind::Planned, known) };
    let mut pack = moscow();
    let asked = |pack: &PlannerPack| Later::new(pack, DAY).passes_on(&planned);
    assert_eq!(asked(&pack), None, "it has none for the category");
    let line = pack.frequency.caps[0].clone();
    pack.frequency.caps.push(Cap { category: RiskCategory::Medium, instead_of: None, ..line });
    assert_eq!(asked(&pack), Some(date(2030, 1, 1)));
    pack.frequency.moratoria[0].to = date(2027, 1, 2);
    assert_eq!(asked(&pack), Some(date(2027, 1, 4)), "a Monday");
    // Without the moratorium it waits for the day that its paper bears.
    pack.frequency.moratoria.clear();
    assert_eq!(asked(&pack), Some(date(2026, 12, 1)));
}

#[test]
fn a_prescription_opens_after_its_term_its_deferral_and_its_suspension() {
    let term = PrescriptionTerm {
        ends: Some(date(2026, 12, 1)),
        deferred_to: None,
        suspended_from: None,
        suspended_to: None,
    };
    assert_eq!(passes_on(&prescription(term)), Some(date(2026, 12, 2)));
    let deferred = PrescriptionTerm { deferred_to: Some(date(2026, 12, 11)), ..term };
    assert_eq!(passes_on(&prescription(deferred)), Some(date(2026, 12, 14)), "after the weekend");
    let suspended =
        PrescriptionTerm { suspended_from: Some(DAY), suspended_to: Some(date(2026, 12, 9)), ..term };
    assert_eq!(passes_on(&prescription(suspended)), Some(date(2026, 12, 9)));
    assert_eq!(passes_on(&prescription(PrescriptionTerm { suspended_to: None, ..suspended })), None);
    assert_eq!(passes_on(&prescription(PrescriptionTerm { ends: None, ..term })), None, "none runs");
}

#[test]
fn a_notice_and_the_hours_of_a_year_run_out_by_themselves() {
    let known = Circumstances {
        prosecutor_agreed_on: Some(DAY),
        registered_on: Some(DAY),
        notified_on: Some(DAY),
        ..Default::default()
    };
    let start =
        Question { moment: Moment::Start, ..question("on_site_check", GroundKind::Harm, known.clone()) };
    assert_eq!(passes_on(&start), Some(days_on(1)));
    let hours = |needed| {
        let business = Some(BusinessHours { size: BusinessSize::Micro, used: 14, needed });
        question("on_site_check", GroundKind::Harm, Circumstances { business, ..known.clone() })
    };
    let pack = whole_moscow();
    let next = |needed| Later::new(&pack, DAY).passes_on(&hours(needed));
    assert_eq!(next(3), Some(date(2027, 1, 11)), "the first working day of the next year");
    assert_eq!(next(16), None, "more than a year has");
}

#[test]
fn what_somebody_has_to_do_first_has_no_day() {
    let plain = Circumstances::default;
    let decided = visit_after(DAY.saturating_sub(700.days()));
    assert_eq!(passes_on(&decided), Some(days_on(1)), "nothing keeps it out");
    let never = [
        question("inspection_visit", GroundKind::Indicator, plain()),
        question("inspection_visit", GroundKind::AppealUnverified, plain()),
        question("field_survey", GroundKind::SignUndecided, plain()),
        question("inspection_visit", GroundKind::Planned, plain()),
        Question {
            category: CategoryStanding::Proposed,
            ..question("field_survey", GroundKind::OwnNorm, plain())
        },
        question("field_survey", GroundKind::OwnNorm, Circumstances { ground_gone: true, ..plain() }),
        question("no_such_event", GroundKind::OwnNorm, plain()),
    ];
    for question in never {
        assert_eq!(passes_on(&question), None, "{question:?}");
    }
}

fn ago(days: i64) -> Date {
    DAY.saturating_sub(days.days())
}

fn with_line(number: u32, to: Date, facts: CaseFacts) -> ObjectState {
    let named = premises(number);
    let paper =
        AgreedPaper { number: "17-п".to_owned(), on: ago(300), event_kind: "on_site_check".to_owned() };
    let planned = vec![PlannedEvent { from: ago(10), to, paper }];
    let case = ObjectCase { facts, planned, ..ObjectCase::default() };
    ObjectState { days_since_last_event: Some(1), case, ..named }
}

/// A day that nobody works on, with what keeps everything out.
fn kept_out() -> (PlannerPack, Plan) {
    let pack = moscow();
    let high = |number| ObjectState { category: RiskCategory::High, ..parcel(number) };
    let open = |on: Option<Date>, grounds: &[GroundKind]| {
        Some(OpenWork { grounds: grounds.iter().copied().collect(), on, until: date(2026, 11, 27) })
    };
    let held = CaseFacts { last_planned: Some(ago(700)), ..CaseFacts::default() };
    let business = Some(SmallBusiness { size: BusinessSize::Micro, used_hours: 14 });
    let hours = CaseFacts { business, ..CaseFacts::default() };
    let unsaid = ObjectState { signs: vec![sign(&parcel(8), "land_no_right", None)], ..parcel(8) };
    let indicators = vec![FiredIndicator { rule: "land_no_right".to_owned(), approval: None }];
    let fired = ObjectCase { indicators, ..ObjectCase::default() };
    let objects = [
        with_line(1, days_on(60), held.clone()),
        with_line(2, days_on(20), held),
        with_line(3, days_on(60), hours),
        ObjectState { deferred_until: Some(date(2026, 11, 28)), ..high(4) },
        ObjectState { task_open: open(Some(days_on(1)), &[GroundKind::OwnNorm]), ..high(5) },
        ObjectState { task_open: open(None, &[GroundKind::OwnNorm]), ..high(6) },
        ObjectState {
            task_open: open(Some(DAY), &[GroundKind::OwnNorm]),
            prescription_overdue_days: 3,
            ..high(7)
        },
        unsaid,
        ObjectState { days_since_last_event: Some(1), case: fired, ..high(9) },
        ObjectState {
            category_decided: false,
            signs: vec![sign(&parcel(10), "land_no_right", Some(DeskVerdict::Confirmed))],
            ..parcel(10)
        },
    ];
    let plan = run(&request(selected(&objects, &pack), vec![inspector(1), inspector(2)], 20), &pack);
    (pack, plan)
}

fn out<'a>(plan: &'a Plan, ending: &str) -> &'a LeftOut {
    plan.left_out.iter().find(|out| out.candidate.key.ends_with(ending)).unwrap()
}

#[test]
fn a_plan_says_when_what_keeps_work_out_is_over() {
    let (pack, plan) = kept_out();
    assert_eq!(check(&plan, &pack), []);
    assert_eq!(plan.left_out.len(), 10);
    let expected = |ending| out(&plan, ending).expected.as_deref();
    // Two years after the 23rd of December 2024.
    assert_eq!(expected(":00001"), Some("2026-12-23"), "{:?}", out(&plan, ":00001"));
    assert_eq!(expected(":00002"), None, "the line of the plan ends before the period does");
    assert_eq!(expected(":00003"), Some("2027-01-01"), "no holidays are known here");
    assert_eq!(expected(":00004"), Some("2026-11-30"), "put off until a Saturday");
    assert_eq!(expected(":00005"), Some("2026-11-24"), "the day of the task");
    assert_eq!(expected(":00006"), None, "the day of the task is over");
    assert_eq!(expected(":00007"), Some("2026-11-30"), "the result is waited for until Friday");
    for waits_for_people in [":00008", ":00009", ":00010"] {
        assert_eq!(expected(waits_for_people), None);
    }
}

#[test]
fn the_checker_counts_the_days_again() {
    let (pack, plan) = kept_out();
    let wrong = |ending: &str, day: &str| {
        let mut bent = plan.clone();
        let out = bent.left_out.iter_mut().find(|out| out.candidate.key.ends_with(ending)).unwrap();
        out.expected = Some(day.to_owned());
        let codes: Vec<_> = check(&bent, &pack).into_iter().map(|one| one.code).collect();
        assert_eq!(codes, [ViolationCode::Outlook], "{ending} on {day}");
    };
    for day in ["2026-12-22", "2026-12-24", "2026-12-26", "2026-11-23", "soon"] {
        wrong(":00001", day);
    }
    for (ending, day) in [
        (":00002", "2026-12-24"),
        (":00003", "2026-12-31"),
        (":00003", "2027-01-04"),
        (":00004", "2026-11-27"),
        (":00004", "2026-12-01"),
        (":00005", "2026-11-20"),
        (":00007", "2026-11-27"),
        (":00008", "2026-11-24"),
        (":00009", "2026-11-24"),
        (":00010", "2026-11-24"),
    ] {
        wrong(ending, day);
    }
    // Plans of before said no day.
    let mut silent = plan.clone();
    silent.left_out.iter_mut().for_each(|out| out.expected = None);
    assert_eq!(check(&silent, &pack), []);
    let mut set_aside = plan.clone();
    set_aside.left_out[0].reason = LeftOutReason::SetAside;
    set_aside.left_out[0].expected = Some("2026-11-24".to_owned());
    assert!(check(&set_aside, &pack).iter().any(|one| one.code == ViolationCode::Outlook));
}

fn later(days: std::ops::Range<i64>) -> impl Strategy<Value = Option<Date>> {
    prop::option::of(days.prop_map(days_on))
}

prop_compose! {
    fn known()(
        held in prop::collection::vec((any::<bool>(), -900..0_i64), 0..3),
        (plan_agreed_on, prosecutor_agreed_on, registered_on, notified_on) in
            (later(-30..60), later(-30..60), later(-30..60), later(-30..60)),
        term in prop::option::of((later(-60..90), later(-60..90), later(-60..90), later(-60..90))),
        hours in prop::option::of((any::<bool>(), 0..60_u32, 0..20_u32)),
    ) -> Circumstances {
        let group = |planned| if planned { CapGroup::Planned } else { CapGroup::MandatoryVisit };
        let size = |micro| if micro { BusinessSize::Micro } else { BusinessSize::Small };
        Circumstances {
            held: held.into_iter()
                .map(|(planned, on)| Held { group: group(planned), on: days_on(on), at_start_of_activity: false })
                .collect(),
            plan_agreed_on, prosecutor_agreed_on, registered_on, notified_on,
            prescription: term.map(|(ends, deferred_to, suspended_from, suspended_to)| {
                PrescriptionTerm { ends, deferred_to, suspended_from, suspended_to }
            }),
            business: hours.map(|(micro, used, needed)| BusinessHours { size: size(micro), used, needed }),
            ..Circumstances::default()
        }
    }
}

prop_compose! {
    fn any_question()(
        event in prop::sample::select(vec!["field_survey", "preventive_visit", "inspection_visit", "on_site_check"]),
        ground in prop::sample::select(vec![
            GroundKind::Planned, GroundKind::MandatoryVisit, GroundKind::PrescriptionOverdue, GroundKind::Indicator,
        ]),
        category in prop::sample::select(vec![RiskCategory::Medium, RiskCategory::High, RiskCategory::ExtremelyHigh]),
        decided in prop::option::of(-900..30_i64),
        starts in any::<bool>(),
        known in known(),
    ) -> Question<'static> {
        let moment = if starts { Moment::Start } else { Moment::Planning };
        let category = CategoryStanding::Decided { category, on: decided.map(days_on) };
        Question { moment, category, ..question(event, ground, known) }
    }
}

/// Lines of law that begin and end within the days that are walked.
fn changing(from: i64, length: i64, cap: i64) -> PlannerPack {
    let mut pack = whole_moscow();
    let moratorium = Moratorium {
        forbids: CapGroup::MandatoryVisit,
        except: [RiskCategory::Medium].into(),
        from: days_on(from),
        to: days_on(from + length),
        basis: Vec::new(),
    };
    pack.frequency.moratoria.push(moratorium);
    let line = pack.frequency.caps[0].clone();
    let from = Some(days_on(cap));
    pack.frequency.caps.push(Cap {
        category: RiskCategory::Medium,
        one_in_years: 1,
        instead_of: None,
        from,
        ..line
    });
    pack
}

proptest! {
    #![proptest_config(ProptestConfig { cases: config().cases / 4, ..config() })]

    #[test]
    fn the_first_day_is_the_one_that_walking_all_days_finds(
        question in any_question(), (from, length, cap) in (-20..60_i64, 1..90_i64, -20..200_i64),
    ) {
        let pack = changing(from, length, cap);
        let passes = |day: &Date| {
            let mut then = question.clone();
            if let Some(business) = then.circumstances.business.as_mut().filter(|_| day.year() != DAY.year()) {
                business.used = 0;
            }
            pack.calendar.is_working(*day) && Gate::new(&pack, *day).lacks(&then).is_empty()
        };
        // The calendar knows no day after the 31st of December 2027.
        let days = (1..).map(days_on).take_while(|day| pack.calendar.covers(*day));
        let walked = days.into_iter().find(passes);
        prop_assert_eq!(Later::new(&pack, DAY).passes_on(&question), walked);
    }
}

/// Its figure is asked for by name, in release:
/// `cargo test --release -p dozor-planner --test planner -- --ignored --nocapture kept_out_in_figures`.
#[test]
#[ignore = "a figure of speed, asked for by name in release"]
fn twenty_thousand_kept_out_in_figures() {
    let pack = whole_moscow();
    let held = |days| CaseFacts { last_planned: Some(ago(days)), ..CaseFacts::default() };
    let by_cap = |number: u32| with_line(number, days_on(400), held(i64::from(number % 700) + 1));
    let by_desk =
        |number| ObjectState { signs: vec![sign(&parcel(number), "land_no_right", None)], ..parcel(number) };
    let days: [(&str, &dyn Fn(u32) -> ObjectState); 2] = [("the desk", &by_desk), ("a cap", &by_cap)];
    for (what, object) in days {
        let objects: Vec<ObjectState> = (0..20_000).map(object).collect();
        let request = request(selected(&objects, &pack), vec![inspector(1)], 0);
        #[expect(clippy::disallowed_methods, reason = "this test measures time")]
        let start = std::time::Instant::now();
        let plan = run(&request, &pack);
        let planned = start.elapsed();
        assert_eq!(check(&plan, &pack), []);
        let days = plan.left_out.iter().filter(|out| out.expected.is_some()).count();
        eprintln!(
            "20,000 kept out by {what}: {days} days, planned in {planned:?}, with its check {:?}",
            start.elapsed()
        );
    }
}
