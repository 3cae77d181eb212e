//! The life of an order, step by step, with made-up papers.

use jiff::civil::date;

use super::*;

const AT: Timestamp = Timestamp::from_micros(5);
const PLAIN: OrderNeeds =
    OrderNeeds { prosecutor: Need::NotNeeded, register: Need::NotNeeded, notice: Need::NotNeeded };
const STRICT: OrderNeeds =
    OrderNeeds { prosecutor: Need::Needed, register: Need::Needed, notice: Need::Needed };

fn order(state: OrderState) -> Order {
    Order {
        id: OrderId::from_bytes([1; 16]),
        plan: PlanId::from_bytes([2; 16]),
        year: 2026,
        number: 17,
        control_kind: "land".to_owned(),
        event_kind: "visit".to_owned(),
        inspector: "i-1".to_owned(),
        partner: None,
        unit: "u-1".to_owned(),
        date: "2026-11-20".to_owned(),
        state,
        changed_at: Timestamp::from_micros(0),
    }
}

fn document(number: &str) -> DocumentReference {
    DocumentReference::new(number, &"ab".repeat(32)).unwrap()
}

fn answer() -> ProsecutorAnswer {
    ProsecutorAnswer { document: document("7-21/2026"), on: date(2026, 11, 18) }
}

fn signature() -> Signature {
    Signature::new(document("17-р"), "MIAGCSqGSIb3DQEHAqCAMIACAQE=", "Орлова", date(2026, 11, 19)).unwrap()
}

fn notice(on: Date) -> Notice {
    Notice::new("личный кабинет ЕПГУ", "У-17", on).unwrap()
}

/// Returns one event of every kind.
fn events(needs: OrderNeeds) -> Vec<OrderEvent> {
    vec![
        OrderEvent::Check { checks: vec!["gate".to_owned()] },
        OrderEvent::RequestApproval { request: document("З-1"), needs },
        OrderEvent::Agree { agreement: answer() },
        OrderEvent::Refuse { refusal: answer() },
        OrderEvent::Sign { signature: signature(), needs },
        OrderEvent::Register {
            entry: RegisterNumber::new("77260041000100000001", date(2026, 11, 19)).unwrap(),
        },
        OrderEvent::Issue { needs },
        OrderEvent::Notify { notice: notice(date(2026, 11, 19)), needs },
        OrderEvent::Extend { until: date(2026, 11, 24), reason: "ill".to_owned() },
        OrderEvent::Execute,
        OrderEvent::Close,
        OrderEvent::Revoke { reason: "mistake".to_owned() },
    ]
}

fn walked(needs: OrderNeeds, path: &[OrderStepKind]) -> Order {
    path.iter().fold(order(OrderState::Draft), |order, kind| {
        let event = events(needs).into_iter().find(|event| event.kind() == *kind).unwrap();
        order.apply(event, AT).unwrap()
    })
}

const WHOLE: [OrderStepKind; 8] = [
    OrderStepKind::Check,
    OrderStepKind::RequestApproval,
    OrderStepKind::Agree,
    OrderStepKind::Sign,
    OrderStepKind::Register,
    OrderStepKind::Issue,
    OrderStepKind::Execute,
    OrderStepKind::Close,
];

/// Lists, for every state on the way, the steps that it takes; every other one is refused.
#[test]
fn each_state_takes_its_own_steps_and_no_other() {
    let expected: [(&str, &str); 12] = [
        ("draft", "check revoke"),
        ("checked", "request_approval revoke"),
        ("approval_requested", "agree refuse revoke"),
        ("prosecutor_agreed", "sign revoke"),
        ("signed", "register notify revoke"),
        ("registered", "issue notify revoke"),
        ("issued", "notify extend execute revoke"),
        ("executed", "close"),
        ("closed", ""),
        ("prosecutor_refused", "revoke"),
        ("extended", "notify extend execute revoke"),
        ("revoked", ""),
    ];
    let mut states: Vec<Order> = (0..=WHOLE.len()).map(|length| walked(STRICT, &WHOLE[..length])).collect();
    let aside = |length: usize, last| walked(STRICT, &[&WHOLE[..length], &[last]].concat());
    states.push(aside(2, OrderStepKind::Refuse));
    states.push(aside(6, OrderStepKind::Extend));
    states.push(aside(3, OrderStepKind::Revoke));
    let taken = |order: &Order| {
        let events = events(STRICT).into_iter();
        let taken = events.filter(|event| order.clone().apply(event.clone(), AT).is_ok());
        taken.map(|event| event.kind().code()).collect::<Vec<_>>().join(" ")
    };
    let found: Vec<(&str, String)> = states.iter().map(|order| (order.state.code(), taken(order))).collect();
    let expected: Vec<(&str, String)> =
        expected.iter().map(|(state, steps)| (*state, (*steps).to_owned())).collect();
    assert_eq!(found, expected);
    for order in &states {
        let offered = order.next_steps(STRICT);
        let is_taken = |kind: OrderStepKind| {
            events(STRICT)
                .into_iter()
                .any(|event| event.kind() == kind && order.clone().apply(event, AT).is_ok())
        };
        assert!(offered.iter().all(|kind| is_taken(*kind)), "{}: {offered:?}", order.state.code());
        let by_hand = |kind: &OrderStepKind| !matches!(kind, OrderStepKind::Check | OrderStepKind::Execute);
        let all = OrderStepKind::ALL.into_iter().filter(|kind| by_hand(kind) && is_taken(*kind)).count();
        assert_eq!(
            offered.len(),
            all,
            "{}: every step that a person may take is offered",
            order.state.code()
        );
    }
}

#[test]
fn a_kind_that_needs_neither_is_signed_and_issued_at_once() {
    let path = [OrderStepKind::Check, OrderStepKind::Sign, OrderStepKind::Issue];
    let issued = walked(PLAIN, &path);
    assert_eq!((issued.state.code(), issued.changed_at), ("issued", AT));
    assert_eq!(issued.state.agreement(), None);
    let asked = OrderEvent::RequestApproval { request: document("З-1"), needs: PLAIN };
    assert!(walked(PLAIN, &path[..1]).apply(asked, AT).is_err(), "nobody asks the prosecutor without need");
    let registered =
        [OrderStepKind::Check, OrderStepKind::Sign, OrderStepKind::Register, OrderStepKind::Issue];
    assert!(walked(PLAIN, &registered).state.entry().is_some(), "an entry that is not needed is no fault");
}

#[test]
fn what_is_missing_shrinks_with_every_step_until_the_visit_may_start() {
    let day = date(2026, 11, 20);
    let lacks = |length| walked(STRICT, &WHOLE[..length]).missing(STRICT);
    use OrderLack as L;
    let all = [L::Check, L::ProsecutorAgreement, L::Signature, L::RegisterEntry, L::Issue, L::Notice];
    assert_eq!(lacks(0), all);
    assert_eq!(lacks(1), all[1..]);
    assert_eq!(lacks(2), lacks(1), "a request is no agreement");
    assert_eq!(lacks(3), all[2..]);
    assert_eq!(lacks(4), all[3..]);
    assert_eq!(lacks(5), all[4..]);
    assert_eq!(lacks(6), [L::Notice], "it is issued, and nobody has told the person");
    assert_eq!((lacks(7), lacks(8)), (vec![L::Over], vec![L::Over]));
    let may = |length, needs, day| walked(needs, &WHOLE[..length]).may_start(needs, day);
    assert_eq!(may(5, STRICT, day), Err(L::Issue));
    assert_eq!(may(6, STRICT, day), Err(L::Notice));
    let told = walked(STRICT, &[&WHOLE[..6], &[OrderStepKind::Notify]].concat());
    assert_eq!(told.missing(STRICT), []);
    assert_eq!(told.may_start(STRICT, day), Ok(()));
    for outside in [date(2026, 11, 19), date(2026, 11, 21)] {
        assert_eq!(told.may_start(STRICT, outside), Err(L::Term));
    }
    let extended = walked(STRICT, &[&WHOLE[..6], &[OrderStepKind::Notify, OrderStepKind::Extend]].concat());
    assert_eq!(extended.may_start(STRICT, date(2026, 11, 24)), Ok(()));
    assert_eq!(extended.may_start(STRICT, date(2026, 11, 25)), Err(L::Term));
    let plain = walked(PLAIN, &[OrderStepKind::Check, OrderStepKind::Sign, OrderStepKind::Issue]);
    assert_eq!(plain.may_start(PLAIN, day), Ok(()));
    assert_eq!(plain.may_start(STRICT, day), Err(L::ProsecutorAgreement), "the law changed since");
    let refused = walked(STRICT, &[&WHOLE[..2], &[OrderStepKind::Refuse]].concat());
    assert_eq!(refused.may_start(STRICT, day), Err(L::ProsecutorRefused));
}

#[test]
fn a_notice_stays_with_the_order_and_a_later_one_takes_its_place() {
    use OrderStepKind as Step;
    let path = [Step::Check, Step::RequestApproval, Step::Agree, Step::Sign, Step::Notify, Step::Register];
    let told = walked(STRICT, &[&path[..], &[Step::Issue, Step::Extend]].concat());
    assert_eq!(told.state.notice().map(|notice| (notice.way(), notice.on())), {
        Some(("личный кабинет ЕПГУ", date(2026, 11, 19)))
    });
    let again = OrderEvent::Notify { notice: notice(date(2026, 11, 20)), needs: STRICT };
    let corrected = told.apply(again.clone(), AT).unwrap();
    assert_eq!(corrected.state.code(), "extended");
    assert_eq!(corrected.state.notice().unwrap().on(), date(2026, 11, 20));
    assert!(walked(STRICT, &path[..3]).apply(again, AT).is_err(), "there is nothing signed to tell of");
    let unasked = OrderEvent::Notify { notice: notice(date(2026, 11, 20)), needs: PLAIN };
    let plain = walked(PLAIN, &[Step::Check, Step::Sign, Step::Issue]);
    assert!(plain.apply(unasked, AT).is_err(), "an event that comes unannounced stays so");
}

#[test]
fn what_was_issued_keeps_its_papers_when_it_is_called_off() {
    let revoke = || OrderEvent::Revoke { reason: "mistake".to_owned() };
    let issued = walked(STRICT, &WHOLE[..6]).apply(revoke(), AT).unwrap();
    assert!(issued.state.signed_papers().is_some() && issued.state.entry().is_some());
    assert!(issued.state.is_over() && !issued.state.is_issued());
    let signed = walked(STRICT, &WHOLE[..4]).apply(revoke(), AT).unwrap();
    assert_eq!(signed.state.signed_papers(), None, "nobody had issued it");
}

#[test]
fn rows_of_earlier_versions_are_read_and_written_as_they_were() {
    for text in [
        r#"{"state":"draft"}"#,
        r#"{"state":"checked","checks":["gate"]}"#,
        r#"{"state":"revoked","reason":"all its tasks came back"}"#,
    ] {
        let state: OrderState = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&state).unwrap(), text, "a row is compared by its text");
    }
}

#[test]
fn every_state_and_step_comes_back_from_its_stored_form() {
    for length in 0..=WHOLE.len() {
        let state = walked(STRICT, &WHOLE[..length]).state;
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<OrderState>(&text).unwrap(), state);
    }
    let old = r#"{"event":{"step":"issue","needs":{"prosecutor":"needed","register":"needed"}},"by":"head","at":5}"#;
    let step: OrderStep = serde_json::from_str(old).unwrap();
    assert_eq!(step.event, OrderEvent::Issue { needs: OrderNeeds { notice: Need::NotNeeded, ..STRICT } });
    for event in events(STRICT) {
        let step = OrderStep { event, by: "head".to_owned(), at: AT };
        let text = serde_json::to_string(&step).unwrap();
        assert_eq!(serde_json::from_str::<OrderStep>(&text).unwrap(), step);
    }
}

#[test]
fn numbers_are_read_as_people_write_them() {
    for (text, number) in [("2026/000017", Some((2026, 17))), (" 2026/17 ", Some((2026, 17)))] {
        assert_eq!(Order::read_number(text), number);
    }
    for wrong in ["17", "2026/", "2026/+17", "2026/1/7", "/17", "2026-17"] {
        assert_eq!(Order::read_number(wrong), None, "{wrong}");
    }
    assert_eq!(Order::read_number(&order(OrderState::Draft).number_text()), Some((2026, 17)));
}
