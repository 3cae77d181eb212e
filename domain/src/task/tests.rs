//! The table as a whole: each state with each event, and what has to hold of every such table.

use jiff::civil::date;

use super::*;

fn task(state: TaskState) -> Task {
    Task {
        id: TaskId::from_bytes([1; 16]),
        plan: PlanId::from_bytes([2; 16]),
        order: OrderId::from_bytes([3; 16]),
        object: ObjectId::from_bytes([4; 16]),
        object_key: "77-1".to_owned(),
        control_kind: "land".to_owned(),
        event_kind: "field_survey".to_owned(),
        ground: Ground::PrescriptionOverdue { days: 3 },
        unit: "unit".to_owned(),
        inspector: "i-1".to_owned(),
        partner: None,
        date: "2026-11-20".to_owned(),
        position: 2,
        start: Minutes(600),
        end: Minutes(630),
        state,
        changed_at: Timestamp::from_micros(0),
    }
}

#[test]
fn who_is_there_is_sent_nowhere_else_and_may_still_end_in_any_way() {
    let since = Timestamp::from_micros(5);
    let at = Timestamp::from_micros(9);
    let begun = task(TaskState::Assigned).apply(TaskEvent::Start { since }, at).unwrap();
    assert_eq!((&begun.state, begun.changed_at), (&TaskState::OnSite { since }, at));
    assert!(begun.state.is_open() && !begun.state.is_waiting());
    let slot = TaskSlot { position: 1, start: Minutes(700), end: Minutes(730) };
    assert!(begun.clone().apply(TaskEvent::Reschedule { slot }, at).is_err());
    assert!(begun.clone().apply(TaskEvent::Start { since }, at).is_err(), "once");
    let closed = TaskEvent::Close { event_on: "2026-11-20".to_owned() };
    assert!(!begun.apply(closed, at).unwrap().state.is_open());
}

#[test]
fn a_new_place_in_the_day_changes_nothing_else_and_what_came_back_has_none() {
    let at = Timestamp::from_micros(9);
    let slot = TaskSlot { position: 1, start: Minutes(700), end: Minutes(730) };
    let before = task(TaskState::Accepted);
    let after = before.clone().apply(TaskEvent::Reschedule { slot }, at).unwrap();
    assert_eq!(after.slot(), slot);
    let back =
        Task { position: 2, start: Minutes(600), end: Minutes(630), changed_at: before.changed_at, ..after };
    assert_eq!(back, before);
    let returned = task(TaskState::Returned { reason: "ill".to_owned() });
    assert!(returned.clone().apply(TaskEvent::Reschedule { slot }, at).is_err());
    assert!(returned.apply(TaskEvent::Start { since: at }, at).is_err());
    assert!(task(TaskState::Generated).apply(TaskEvent::Start { since: at }, at).is_err());
}

fn states() -> Vec<TaskState> {
    let at = Timestamp::from_micros(5);
    let act = ImpossibilityAct::new("12/н", date(2026, 11, 20)).unwrap();
    let (outcome, reason) = ("none".to_owned(), "ill".to_owned());
    vec![
        TaskState::Generated,
        TaskState::InUnit,
        TaskState::Assigned,
        TaskState::Accepted,
        TaskState::EnRoute { since: at },
        TaskState::OnSite { since: at },
        TaskState::Reported { outcome: outcome.clone(), at },
        TaskState::CheckedByHead { outcome, at, by: "head".to_owned() },
        TaskState::Closed { event_on: "2026-11-20".to_owned() },
        TaskState::Returned { reason: reason.clone() },
        TaskState::Cancelled { reason: reason.clone() },
        TaskState::Deferred { until: date(2026, 12, 1), reason },
        TaskState::NoAccess { attempt: 1, at },
        TaskState::Impossible { act },
    ]
}

fn event(kind: TaskEventKind) -> TaskEvent {
    let at = Timestamp::from_micros(7);
    let reason = "ill".to_owned();
    match kind {
        TaskEventKind::SendToUnit => TaskEvent::SendToUnit,
        TaskEventKind::Assign => TaskEvent::Assign,
        TaskEventKind::Accept => TaskEvent::Accept,
        TaskEventKind::Depart => TaskEvent::Depart { since: at },
        TaskEventKind::Reschedule => {
            TaskEvent::Reschedule { slot: TaskSlot { position: 1, start: Minutes(700), end: Minutes(730) } }
        }
        TaskEventKind::Start => TaskEvent::Start { since: at },
        TaskEventKind::Report => TaskEvent::Report { outcome: "none".to_owned(), at },
        TaskEventKind::Check => TaskEvent::Check { by: "head".to_owned() },
        TaskEventKind::Close => TaskEvent::Close { event_on: "2026-11-20".to_owned() },
        TaskEventKind::Return => TaskEvent::Return { reason },
        TaskEventKind::Cancel => TaskEvent::Cancel { reason },
        TaskEventKind::Defer => TaskEvent::Defer { until: date(2026, 12, 1), reason },
        TaskEventKind::Lift => TaskEvent::Lift { reason },
        TaskEventKind::NoAccess => TaskEvent::NoAccess { attempt: 2, at },
        TaskEventKind::Impossible => {
            TaskEvent::Impossible { act: ImpossibilityAct::new("1", date(2026, 11, 20)).unwrap() }
        }
    }
}

/// What each state takes that is open or put off, and where it leads, written out a second time.
const ARROWS: &[(&str, &str)] = &[
    ("generated", "send_to_unit>in_unit reschedule>generated defer>deferred"),
    ("in_unit", "assign>assigned reschedule>in_unit defer>deferred"),
    (
        "assigned",
        "accept>accepted depart>en_route start>on_site no_access>no_access impossible>impossible reschedule>assigned \
         defer>deferred",
    ),
    (
        "accepted",
        "depart>en_route start>on_site no_access>no_access impossible>impossible reschedule>accepted defer>deferred",
    ),
    ("en_route", "start>on_site no_access>no_access impossible>impossible"),
    ("on_site", "report>reported no_access>no_access impossible>impossible"),
    ("reported", "check>checked_by_head"),
    ("checked_by_head", ""),
    ("deferred", "lift>cancelled"),
];

#[test]
fn each_state_takes_the_events_of_the_table_and_no_other() {
    let at = Timestamp::from_micros(9);
    for state in states() {
        let own = ARROWS.iter().find(|(code, _)| *code == state.code());
        let is_put_off = matches!(state, TaskState::Deferred { .. });
        assert_eq!(own.is_some(), state.is_open() || is_put_off, "{state:?}");
        let mut expected: Vec<String> =
            own.map(|(_, arrows)| arrows.split_whitespace().map(str::to_owned).collect()).unwrap_or_default();
        if state.is_open() {
            expected.extend(["return>returned", "cancel>cancelled", "close>closed"].map(str::to_owned));
        }
        let mut found = Vec::new();
        for kind in TaskEventKind::ALL {
            match task(state.clone()).apply(event(kind), at) {
                Ok(after) => {
                    assert_eq!(after.changed_at, at);
                    found.push(format!("{}>{}", kind.code(), after.state.code()));
                }
                Err(fault) => assert_eq!((fault.state, fault.event), (state.code(), kind.code())),
            }
        }
        assert_eq!(found, expected, "{state:?}");
    }
}

#[test]
fn from_the_beginning_every_state_can_be_reached_and_the_way_of_people_comes_to_each_end() {
    let mut reached = vec![TaskState::Generated];
    let mut place = 0;
    while let Some(state) = reached.get(place).cloned() {
        for kind in TaskEventKind::ALL {
            let Ok(after) = task(state.clone()).apply(event(kind), Timestamp::from_micros(9)) else {
                continue;
            };
            if reached.iter().all(|known| known.code() != after.state.code()) {
                reached.push(after.state);
            }
        }
        place += 1;
    }
    let mut codes: Vec<_> = reached.iter().map(TaskState::code).collect();
    let mut all: Vec<_> = states().iter().map(TaskState::code).collect();
    codes.sort_unstable();
    all.sort_unstable();
    assert_eq!(codes, all);
    for state in states() {
        let people = [TaskHand::Inspector, TaskHand::Head].map(|hand| state.next_steps(hand)).concat();
        // Whoever is there ends his visit, and nobody else can; what is open leaves somebody something to do, and so does
        // what was put off.
        let is_over = !state.is_open() && !matches!(state, TaskState::Deferred { .. });
        assert_eq!(people.is_empty(), is_over, "{state:?}: {people:?}");
        assert!(people.iter().all(|kind| state.takes(*kind)));
        assert_eq!(state.next_steps(TaskHand::Program), []);
    }
}

#[test]
fn each_step_needs_one_permission_and_the_program_s_own_have_none() {
    let of = |hand: TaskHand| {
        let all = TaskEventKind::ALL.into_iter().filter(|kind| kind.hand() == hand);
        all.map(TaskEventKind::code).collect::<Vec<_>>()
    };
    assert_eq!(of(TaskHand::Program), ["send_to_unit", "assign", "reschedule", "close"]);
    assert_eq!(of(TaskHand::Inspector), ["accept", "depart", "start", "report", "no_access", "impossible"]);
    assert_eq!(of(TaskHand::Head), ["check", "defer", "lift", "return", "cancel"]);
    assert_eq!(TaskHand::Program.permission(), None);
    assert_eq!(TaskHand::Inspector.permission(), Some(crate::Permission::WorkTasks));
    assert_eq!(TaskHand::Head.permission(), Some(crate::Permission::ApprovePlans));
}

#[test]
fn the_head_calls_nobody_back_from_a_door_and_calls_off_nothing_that_was_reported() {
    let offered = |state: usize, kind| states()[state].offers(kind);
    let (on_site, reported) = (5, 6);
    assert!(!offered(on_site, TaskEventKind::Return) && !offered(on_site, TaskEventKind::Cancel));
    assert!(offered(reported, TaskEventKind::Return) && !offered(reported, TaskEventKind::Cancel));
    assert!(states()[on_site].takes(TaskEventKind::Return), "no result came in time");
}

#[test]
fn what_was_put_off_keeps_its_object_waiting_until_its_day_comes_or_the_head_lifts_it() {
    let put_off = task(TaskState::Deferred { until: date(2026, 12, 1), reason: "ill".to_owned() });
    assert!(put_off.state.keeps_waiting(date(2026, 11, 30)));
    assert!(!put_off.state.keeps_waiting(date(2026, 12, 1)), "its day has come");
    let lift = TaskEvent::Lift { reason: "back".to_owned() };
    let lifted = put_off.apply(lift.clone(), Timestamp::from_micros(9)).unwrap();
    assert_eq!(lifted.state, TaskState::Cancelled { reason: "back".to_owned() });
    assert!(!lifted.state.keeps_waiting(date(2026, 11, 30)));
    assert!(lifted.apply(lift, Timestamp::from_micros(10)).is_err(), "once");
}

#[test]
fn states_are_stored_as_they_were_and_new_ones_with_what_they_say() {
    let text = |state: usize| serde_json::to_string(&states()[state]).unwrap();
    assert_eq!(text(2), r#"{"state":"assigned"}"#);
    assert_eq!(text(5), r#"{"state":"on_site","since":5}"#);
    assert_eq!(text(6), r#"{"state":"reported","outcome":"none","at":5}"#);
    assert_eq!(text(11), r#"{"state":"deferred","until":"2026-12-01","reason":"ill"}"#);
    assert_eq!(text(13), r#"{"state":"impossible","act":{"number":"12/н","on":"2026-11-20"}}"#);
    for state in states() {
        let json = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<TaskState>(&json).unwrap(), state);
    }
    assert!(ImpossibilityAct::new(" ", date(2026, 11, 20)).is_err());
}
