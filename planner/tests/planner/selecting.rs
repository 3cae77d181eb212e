//! Who becomes work, by which kind of event, and who does not.

use dozor_domain::{Chance, DeskVerdict, Ground, LeftOutReason, RiskCategory};
use dozor_planner::{Draw, GroundKind, ObjectState, OpenWork, Selection, may_be_drawn};

use super::support::{moscow, parcel, selected, sign};

fn one(object: ObjectState) -> Selection {
    selected(&[object], &moscow())
}

fn with_sign(verdict: Option<DeskVerdict>) -> ObjectState {
    let object = parcel(1);
    let signs = vec![sign(&object, "land_no_right", verdict)];
    ObjectState { signs, ..object }
}

fn lacks(selection: &Selection) -> &str {
    match &selection.left_out[0].reason {
        LeftOutReason::NoLawfulEvent { lacks } => lacks,
        reason => panic!("{reason:?}"),
    }
}

#[test]
fn a_sign_that_waits_for_the_desk_sends_nobody() {
    let selection = one(with_sign(None));
    assert!(selection.work.is_empty());
    assert_eq!(lacks(&selection), "desk_decision");
}

#[test]
fn a_refuted_or_referred_sign_is_no_ground_at_all() {
    for verdict in [DeskVerdict::Refuted, DeskVerdict::Referred] {
        assert_eq!(one(with_sign(Some(verdict))), Selection::default());
    }
    assert_eq!(one(parcel(1)), Selection::default());
}

#[test]
fn confirmed_signs_and_signs_in_need_of_data_lead_to_a_field_survey() {
    for (verdict, confirmed) in [(DeskVerdict::Confirmed, true), (DeskVerdict::NeedsData, false)] {
        let selection = one(with_sign(Some(verdict)));
        let work = &selection.work[0];
        assert_eq!(work.event_kind, "field_survey");
        assert!(matches!(work.ground, Ground::Sign { confirmed: is, .. } if is == confirmed));
        assert_eq!(work.service.0, 30);
        assert!(work.skills.contains("municipal_land"));
    }
}

#[test]
fn the_own_norm_makes_work_due_and_only_then() {
    let high = |days| ObjectState { category: RiskCategory::High, days_since_last_event: days, ..parcel(1) };
    assert_eq!(one(high(Some(179))), Selection::default());
    for days in [Some(180), None] {
        let selection = one(high(days));
        assert_eq!(selection.work[0].ground, Ground::Frequency { days_since: days, every_days: 180 });
        assert_eq!(selection.work[0].event_kind, "field_survey");
    }
    // A cap is no duty: Moderate has a cap on mandatory visits and no norm.
    assert_eq!(one(ObjectState { category: RiskCategory::Moderate, ..parcel(1) }), Selection::default());
}

#[test]
fn a_category_only_proposed_counts_as_low_and_stops_the_visit() {
    let proposed = ObjectState { category: RiskCategory::High, category_decided: false, ..parcel(1) };
    assert_eq!(one(proposed), Selection::default());
    let signed = ObjectState { category_decided: false, ..with_sign(Some(DeskVerdict::Confirmed)) };
    assert_eq!(lacks(&one(signed)), "category_decision");
}

#[test]
fn an_open_task_keeps_a_second_one_away() {
    let until = jiff::civil::date(2026, 11, 27);
    let open = |grounds: &[GroundKind]| {
        Some(OpenWork { grounds: grounds.iter().copied().collect(), on: None, until })
    };
    let surveyed = open(&[GroundKind::OwnNorm]);
    let kept_out = |object: ObjectState| {
        let selection = one(object);
        assert!(selection.work.is_empty());
        selection.left_out[0].reason.clone()
    };
    let of_sign = ObjectState { task_open: surveyed.clone(), ..with_sign(Some(DeskVerdict::Confirmed)) };
    assert_eq!(kept_out(of_sign.clone()), LeftOutReason::TaskOpen);
    // A prescription that falls due meanwhile is named as the duty that it is, and until when it waits.
    let due = ObjectState { prescription_overdue_days: 3, ..of_sign };
    assert_eq!(kept_out(due.clone()), LeftOutReason::MandatoryTaskOpen { until });
    let is_for_it = open(&[GroundKind::OwnNorm, GroundKind::PrescriptionOverdue]);
    assert_eq!(
        kept_out(ObjectState { task_open: is_for_it, ..due }),
        LeftOutReason::TaskOpen,
        "somebody goes"
    );
}

#[test]
fn the_most_urgent_ground_comes_first_and_raises_the_value() {
    let plain = one(with_sign(Some(DeskVerdict::Confirmed)));
    let overdue = one(ObjectState {
        prescription_overdue_days: 12,
        score: 50.0,
        ..with_sign(Some(DeskVerdict::Confirmed))
    });
    assert_eq!(overdue.work[0].ground, Ground::PrescriptionOverdue { days: 12 });
    assert_eq!(overdue.work[0].candidate.grounds.len(), 2);
    // Low weighs 4: × 1.5 for the confirmed sign; × (1 + 50 / 100) × 2 for the prescription.
    assert_eq!((plain.work[0].value, overdue.work[0].value), (6.0, 12.0));
}

#[test]
fn an_unknown_kind_of_object_has_no_event() {
    let object =
        ObjectState { object_kind: "lighthouse".to_owned(), ..with_sign(Some(DeskVerdict::Confirmed)) };
    assert_eq!(lacks(&one(object)), "event_kind");
}

#[test]
fn chance_draws_only_whom_nothing_else_sends_anybody_to() {
    let day = jiff::civil::date(2026, 11, 20);
    let may = |object: &ObjectState| may_be_drawn(object, &moscow(), day);
    assert!(may(&parcel(1)));
    assert!(!may(&with_sign(None)), "a sign waits for the desk");
    assert!(!may(&with_sign(Some(DeskVerdict::Confirmed))));
    assert!(!may(&ObjectState { category: RiskCategory::High, ..parcel(1) }), "the own norm is due");
    assert!(!may(&ObjectState { task_open: Some(OpenWork::default()), ..parcel(1) }));
    assert!(!may(&ObjectState { position: None, ..parcel(1) }));
    assert!(!may(&ObjectState { category_decided: false, ..parcel(1) }), "no lawful event rests on chance");
}

#[test]
fn who_is_drawn_is_surveyed_without_interaction_and_is_worth_the_same_whatever_the_risk() {
    let drawn = |category, score| {
        let inclusion = Chance::new(0.01).unwrap();
        let draw = Draw { inclusion, in_territory: 20, in_all: 400, again: None };
        let object =
            ObjectState { category, score, drawn: Some(draw), days_since_last_event: Some(1), ..parcel(1) };
        one(object).work.remove(0)
    };
    let (low, high) = (drawn(RiskCategory::Low, 0.0), drawn(RiskCategory::High, 90.0));
    for work in [&low, &high] {
        assert_eq!(work.event_kind, "field_survey");
        assert!(matches!(work.ground, Ground::Drawn { in_territory: 20, in_all: 400, .. }));
    }
    assert_eq!(low.value, high.value);
}
