//! The life of an order, step by step, with made-up papers.

use jiff::civil::date;

use super::*;

const AT: Timestamp = Timestamp::from_micros(5);
const PLAIN: OrderNeeds = OrderNeeds { prosecutor: Need::NotNeeded, register: Need::NotNeeded };
const STRICT: OrderNeeds = OrderNeeds { prosecutor: Need::Needed, register: Need::Needed };

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
        ("signed", "register revoke"),
        ("registered", "issue revoke"),
        ("issued", "extend execute revoke"),
        ("executed", "close"),
        ("closed", ""),
        ("prosecutor_refused", "revoke"),
        ("extended", "extend execute revoke"),
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
    assert_eq!(lacks(0), [L::Check, L::ProsecutorAgreement, L::Signature, L::RegisterEntry, L::Issue]);
    assert_eq!(lacks(1), [L::ProsecutorAgreement, L::Signature, L::RegisterEntry, L::Issue]);
    assert_eq!(lacks(2), lacks(1), "a request is no agreement");
    assert_eq!(lacks(3), [L::Signature, L::RegisterEntry, L::Issue]);
    assert_eq!(lacks(4), [L::RegisterEntry, L::Issue]);
    assert_eq!(lacks(5), [L::Issue]);
    assert_eq!(lacks(6), []);
    assert_eq!((lacks(7), lacks(8)), (vec![L::Over], vec![L::Over]));
    let may = |length, needs, day| walked(needs, &WHOLE[..length]).may_start(needs, day);
    assert_eq!(may(5, STRICT, day), Err(L::Issue));
    assert_eq!(may(6, STRICT, day), Ok(()));
    for outside in [date(2026, 11, 19), date(2026, 11, 21)] {
        assert_eq!(may(6, STRICT, outside), Err(L::Term));
    }
    let extended = walked(STRICT, &[&WHOLE[..6], &[OrderStepKind::Extend]].concat());
    assert_eq!(extended.may_start(STRICT, date(2026, 11, 24)), Ok(()));
    assert_eq!(extended.may_start(STRICT, date(2026, 11, 25)), Err(L::Term));
    let plain = walked(PLAIN, &[OrderStepKind::Check, OrderStepKind::Sign, OrderStepKind::Issue]);
    assert_eq!(plain.may_start(PLAIN, day), Ok(()));
    assert_eq!(plain.may_start(STRICT, day), Err(L::ProsecutorAgreement), "the law changed since");
    let refused = walked(STRICT, &[&WHOLE[..2], &[OrderStepKind::Refuse]].concat());
    assert_eq!(refused.may_start(STRICT, day), Err(L::ProsecutorRefused));
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
