//! The gate: the pack's cases, and the checker beside it.

use dozor_domain::{BusinessSize, DeskVerdict, Ground, LeftOutReason, RiskCategory};
use dozor_planner::{
    BusinessHours, CategoryStanding, Circumstances, Gate, GateCases, GroundKind, Lack, Manner, Moment,
    ObjectState, PlannerError, Question, ViolationCode, check, orders_and_tasks,
};
use jiff::civil::date;

use super::plan::run;
use super::support::{DAY, changed, inspector, moscow, parcel, request, selected, sign, whole_moscow};

#[test]
fn the_gate_answers_every_case_of_the_pack_with_its_article() {
    let pack = whole_moscow();
    let outcomes = pack.gate_cases.run(&pack);
    let wrong: Vec<_> = outcomes.iter().filter(|outcome| !outcome.passed).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let numbers = |from: usize, to: usize| {
        (from..=to).all(|number| {
            let heads = [".", "а."].map(|end| format!("{number}{end}"));
            outcomes.iter().any(|outcome| heads.iter().any(|head| outcome.title.starts_with(head)))
        })
    };
    assert!(numbers(1, 18), "the draft's own");
    assert!(numbers(19, 40), "and more");
    let refused = outcomes.iter().filter(|outcome| !outcome.refusals.is_empty()).count();
    assert!(refused >= 20, "{refused}");
}

#[test]
fn a_case_that_is_wrong_or_names_another_article_fails() {
    let pack = whole_moscow();
    let bent = |bend: &dyn Fn(&mut dozor_planner::GateCase)| {
        let mut cases = GateCases { cases: vec![pack.gate_cases.cases[1].clone()] };
        assert!(cases.run(&pack)[0].passed);
        bend(&mut cases.cases[0]);
        assert!(!cases.run(&pack)[0].passed);
    };
    bent(&|case| case.refused = vec![Lack::CapUsedUp]);
    bent(&|case| case.article = Some("ст. 1".to_owned()));
    bent(&|case| case.category = Some(RiskCategory::High));
    let without = "[[cases]]\ntitle = \"t\"\non = \"2026-11-23\"\nevent = \"field_survey\"\nground = \"chance\"\n\
                   control_kind = \"municipal_land\"\nrefused = [\"ground\"]\n";
    assert!(matches!(GateCases::parse(without), Err(PlannerError::Pack { .. })));
}

#[test]
fn every_refusal_of_the_pack_has_an_article() {
    let pack = whole_moscow();
    let mut asked = 0;
    for event in
        ["field_survey", "preventive_visit", "inspection_visit", "on_site_check", "documentary_check"]
    {
        for ground in [
            GroundKind::SignUndecided,
            GroundKind::SignConfirmed,
            GroundKind::OwnNorm,
            GroundKind::Planned,
            GroundKind::MandatoryVisit,
            GroundKind::Indicator,
            GroundKind::PrescriptionOverdue,
            GroundKind::Chance,
        ] {
            for day in [date(2022, 5, 10), date(2024, 6, 3), date(2026, 11, 22), date(2031, 6, 2)] {
                let question = Question {
                    moment: Moment::Start,
                    event,
                    ground,
                    control_kind: "municipal_land",
                    category: CategoryStanding::Proposed,
                    circumstances: Circumstances::default(),
                };
                for refusal in Gate::new(&pack, day).refusals(&question) {
                    assert!(!refusal.basis.is_empty(), "{:?} of {event} on {ground:?}", refusal.lack);
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 100, "{asked}");
}

/// Candidates on every ground that one can have, decided and not, as routes hold them.
fn objects() -> Vec<ObjectState> {
    let signed = |number, verdict| {
        let object = parcel(number);
        ObjectState { signs: vec![sign(&object, "land_no_right", Some(verdict))], ..object }
    };
    vec![
        signed(1, DeskVerdict::Confirmed),
        signed(2, DeskVerdict::NeedsData),
        ObjectState { category: RiskCategory::High, ..parcel(3) },
        ObjectState { prescription_overdue_days: 5, ..parcel(4) },
    ]
}

#[test]
fn the_checker_refuses_whatever_the_gate_refuses() {
    let pack = moscow();
    let plan = run(&request(selected(&objects(), &pack), vec![inspector(1)], 50), &pack);
    assert_eq!(check(&plan, &pack), []);
    assert_eq!(plan.routes[0].visits.len(), 4);
    let (mut lawful, mut refused) = (0, 0);
    for visit in 0..4 {
        for event in pack.events.lines().iter().map(|line| line.code.clone()) {
            for (decided, day) in [(true, DAY), (false, DAY), (true, date(2026, 11, 22))] {
                let mut bent = plan.clone();
                bent.date = day.to_string();
                let changed = &mut bent.routes[0].visits[visit];
                changed.event_kind.clone_from(&event);
                changed.candidate.category_decided = decided;
                let changed = changed.clone();
                let (candidate, ground) = (&changed.candidate, &changed.ground);
                let question = Question::of(candidate, Some(ground), &event, (Moment::Planning, day));
                let is_lawful = Gate::new(&pack, day).lacks(&question).is_empty();
                let key = candidate.key.clone();
                let found = check(&bent, &pack);
                let by_law = found.iter().any(|one| one.code == ViolationCode::Law && one.object == key);
                if is_lawful {
                    lawful += 1
                } else {
                    refused += 1
                }
                assert!(is_lawful || by_law, "{event} on {ground:?}, decided {decided}, {day}");
                if !is_lawful {
                    let signed = orders_and_tasks(&bent, &pack, dozor_domain::Timestamp::from_micros(0));
                    assert!(matches!(signed, Err(PlannerError::Refused { .. })), "{event}: {signed:?}");
                }
            }
        }
    }
    assert!(lawful >= 8 && refused >= 60, "{lawful} {refused}");
}

#[test]
fn planning_asks_the_gate_and_says_what_is_lacking() {
    let pack = moscow();
    let object = ObjectState { category_decided: false, ..objects().remove(0) };
    let selection = selected(&[object], &pack);
    let lacks = Lack::CategoryDecision.code().to_owned();
    assert_eq!(selection.left_out[0].reason, LeftOutReason::NoLawfulEvent { lacks });
    assert!(matches!(selection.left_out[0].candidate.grounds[0], Ground::Sign { confirmed: true, .. }));
}

#[test]
fn hours_beyond_counting_are_used_up() {
    let pack = whole_moscow();
    let business = Some(BusinessHours { size: BusinessSize::Micro, used: 10, needed: u32::MAX });
    let question = Question {
        moment: Moment::Planning,
        event: "on_site_check",
        ground: GroundKind::Harm,
        control_kind: "regional_nonresidential",
        category: CategoryStanding::Decided { category: RiskCategory::High, on: None },
        circumstances: Circumstances { business, ..Circumstances::default() },
    };
    assert!(Gate::new(&pack, DAY).lacks(&question).contains(&Lack::BusinessHours));
}

#[test]
fn an_event_asks_for_the_hours_that_the_packs_line_gives_it() {
    let pack = whole_moscow();
    let lacks = |used, object_kind, manner| {
        let business = Some(BusinessHours { size: BusinessSize::Micro, used, needed: 0 });
        let question = Question {
            moment: Moment::Start,
            event: "on_site_check",
            ground: GroundKind::Harm,
            control_kind: "regional_nonresidential",
            category: CategoryStanding::Decided { category: RiskCategory::High, on: None },
            circumstances: Circumstances { business, ..Circumstances::default() },
        };
        let question = question.lasting_by_the_pack(&pack, (object_kind, DAY), manner);
        Gate::new(&pack, DAY).lacks(&question).contains(&Lack::BusinessHours)
    };
    // Three hours at premises, four at a building; fifteen a year are allowed.
    let spot = Manner::OnTheSpot;
    assert_eq!([12, 13, 14].map(|used| lacks(used, "premises", spot)), [false, true, true]);
    assert_eq!([11, 12].map(|used| lacks(used, "building", spot)), [false, true]);
    // No line lets a check be held by video: what was agreed takes nothing off its hours.
    assert!(lacks(13, "premises", Manner::ByVideo));
}

#[test]
fn a_call_takes_the_hours_of_a_call() {
    let limit = "hours_a_year = { small = 50, micro = 15 }";
    let pack = changed(&|events| {
        assert!(events.contains(limit));
        *events = events.replace(limit, &format!("{limit}\nvideo_minutes = {{ premises = 61 }}"));
    });
    let hours = |object_kind, manner| {
        let business = Some(BusinessHours { size: BusinessSize::Micro, used: 0, needed: 0 });
        let question = Question {
            moment: Moment::Start,
            event: "on_site_check",
            ground: GroundKind::Harm,
            control_kind: "regional_nonresidential",
            category: CategoryStanding::Proposed,
            circumstances: Circumstances { business, ..Circumstances::default() },
        };
        let question = question.lasting_by_the_pack(&pack, (object_kind, DAY), manner);
        question.circumstances.business.unwrap().needed
    };
    assert_eq!((hours("premises", Manner::OnTheSpot), hours("premises", Manner::ByVideo)), (3, 2));
    assert_eq!(hours("building", Manner::ByVideo), 4, "a building is not visited so");
}
