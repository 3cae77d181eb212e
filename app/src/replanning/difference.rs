//! What differs between a day as it stands and its rest planned anew: told to people, and done to tasks.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{LeftOut, LeftOutReason, Minutes, ObjectId, Plan, Task, TaskSlot, TaskState, Visit};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::day_listing::{reason_detail, time_of_day};
use crate::planning::left_out_code;

/// An object under one control kind.
pub(super) type Key = (ObjectId, String);

/// Reason, as a code, of a task that another inspector has now.
const MOVED: &str = "moved_to_another";
/// Reason, as a code, of a task whose work was taken out of the day.
const CALLED_OFF: &str = "called_off";
/// Reason, as a code, of a task for which the rest of the day had no room.
const GAVE_WAY: &str = "gave_way";

/// Is how a visit changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Another inspector makes it.
    Moved,
    /// The same inspector makes it at another time.
    Retimed,
    /// Nobody makes it any more.
    Dropped,
    /// It was not planned, or its task had come back.
    New,
    /// It was asked for as urgent, and found no room.
    NotPlaced,
}

/// Is one visit that would change.
#[derive(Clone, Debug, Serialize)]
pub struct ReplanMove {
    /// The object.
    pub object_id: ObjectId,
    /// Registry key of the object.
    pub object: String,
    /// Code of the control kind.
    pub control_kind: String,
    /// Code of the kind of event.
    pub event_kind: String,
    /// How it changes.
    pub change: ChangeKind,
    /// Inspector and minute of the start before; none = not planned.
    #[serde(serialize_with = "as_place")]
    pub from: Option<(String, u32)>,
    /// The same after; none = no longer planned.
    #[serde(serialize_with = "as_place")]
    pub to: Option<(String, u32)>,
    /// Why it is not planned: the code of a reason for staying out, and beside it what the reason says of itself.
    #[serde(flatten, serialize_with = "as_code")]
    pub reason: Option<LeftOutReason>,
    /// What its work stood on and no longer does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Is who makes a visit and when, as `plan` says it.
#[derive(Serialize)]
struct ListedPlace {
    inspector: String,
    start: String,
}

/// Is a reason for staying out, as `plan` says it.
#[derive(Serialize)]
struct ListedReason {
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    because: Map<String, Value>,
}

fn as_place<S: Serializer>(place: &Option<(String, u32)>, serializer: S) -> Result<S::Ok, S::Error> {
    let listed = |(inspector, start): &(String, u32)| ListedPlace {
        inspector: inspector.clone(),
        start: time_of_day(Minutes(*start)),
    };
    place.as_ref().map(listed).serialize(serializer)
}

fn as_code<S: Serializer>(reason: &Option<LeftOutReason>, serializer: S) -> Result<S::Ok, S::Error> {
    let because = reason.as_ref().map(reason_detail).unwrap_or_default();
    ListedReason { reason: reason.as_ref().map(left_out_code), because }.serialize(serializer)
}

/// Is the difference, and what it does to tasks.
#[derive(Clone, Debug, Default)]
pub(super) struct Difference {
    /// For people, by object and control kind.
    pub(super) moves: Vec<ReplanMove>,
    /// Tasks that come back, each with the code of its reason.
    pub(super) ends: Vec<(Task, &'static str)>,
    /// Tasks that keep their inspector and get another place in his day.
    pub(super) slots: Vec<(Task, TaskSlot)>,
    /// Visits that need a task.
    pub(super) fresh: BTreeSet<Key>,
}

/// Is the day as it stands.
#[derive(Clone, Copy)]
pub(super) struct Standing<'a> {
    /// The plan that counts.
    pub(super) plan: &'a Plan,
    /// All tasks of the day; none where the plan is not approved.
    pub(super) tasks: Option<&'a [Task]>,
    /// What was asked for as urgent.
    pub(super) urgent: &'a BTreeSet<Key>,
    /// What was taken out because its work stands on nothing any more, with what is so.
    pub(super) lapsed: &'a BTreeMap<Key, String>,
}

/// Is a visit as it stands, and the task that carries it.
struct Place<'a> {
    key: &'a str,
    event_kind: &'a str,
    inspector: &'a str,
    start: u32,
    task: Option<&'a Task>,
}

/// Is a visit of the new plan.
struct Next<'a> {
    inspector: &'a str,
    visit: &'a Visit,
    slot: TaskSlot,
}

impl Next<'_> {
    fn told(&self) -> (String, u32) {
        (self.inspector.to_owned(), self.slot.start.0)
    }
}

impl Place<'_> {
    fn told(&self) -> (String, u32) {
        (self.inspector.to_owned(), self.start)
    }
}

/// Returns the task that speaks for each object and kind of control: the open one, else one for which somebody was there.
pub(super) fn speaking(tasks: &[Task]) -> BTreeMap<Key, &Task> {
    let mut speaking: BTreeMap<Key, &Task> = BTreeMap::new();
    let closed = tasks
        .iter()
        .filter(|task| matches!(task.state, TaskState::Closed { .. }) || task.state.was_in_vain());
    for task in closed.chain(tasks.iter().filter(|task| task.state.is_open())) {
        speaking.insert((task.object, task.control_kind.clone()), task);
    }
    speaking
}

fn places<'a>(standing: &Standing<'a>) -> BTreeMap<Key, Place<'a>> {
    let of_task = |(key, task): (Key, &'a Task)| {
        let place = Place {
            key: &task.object_key,
            event_kind: &task.event_kind,
            inspector: &task.inspector,
            start: task.start.0,
            task: Some(task),
        };
        (key, place)
    };
    if let Some(tasks) = standing.tasks {
        return speaking(tasks).into_iter().map(of_task).collect();
    }
    let visits = standing.plan.visits();
    visits
        .map(|(route, visit)| {
            let place = Place {
                key: &visit.candidate.key,
                event_kind: &visit.event_kind,
                inspector: &route.inspector.key,
                start: visit.start.0,
                task: None,
            };
            (key_of(visit), place)
        })
        .collect()
}

pub(super) fn key_of(visit: &Visit) -> Key {
    (visit.candidate.object, visit.candidate.control_kind.clone())
}

fn nexts(after: &Plan) -> BTreeMap<Key, Next<'_>> {
    let mut nexts = BTreeMap::new();
    for route in &after.routes {
        // What two make stands on two routes, and is the work of the one who leads.
        for (position, visit) in (1_u32..).zip(&route.visits).filter(|(_, visit)| visit.counts()) {
            let slot = TaskSlot { position, start: visit.start, end: visit.end };
            nexts.insert(key_of(visit), Next { inspector: &route.inspector.key, visit, slot });
        }
    }
    nexts
}

/// Compares a day as it stands with its rest planned anew.
pub(super) fn compare(standing: &Standing<'_>, after: &Plan) -> Difference {
    let (before, nexts) = (places(standing), nexts(after));
    let out: BTreeMap<Key, &LeftOut> = after
        .left_out
        .iter()
        .map(|out| ((out.candidate.object, out.candidate.control_kind.clone()), out))
        .collect();
    let mut difference = Difference::default();
    let keys: BTreeSet<&Key> = before.keys().chain(nexts.keys()).chain(standing.urgent).collect();
    for key in keys {
        match (before.get(key), nexts.get(key)) {
            (Some(place), Some(next)) => difference.goes_on(key, place, next),
            (None, Some(next)) => difference.is_new(key, next, standing.tasks.is_some()),
            (place, None) => difference.stays_out(key, place, (out.get(key).copied(), standing.lapsed)),
        }
    }
    difference
}

impl Difference {
    fn goes_on(&mut self, key: &Key, place: &Place<'_>, next: &Next<'_>) {
        let partner = next.visit.partner.as_ref().map(|partner| &partner.inspector);
        let same_work = place.task.is_none_or(|task| {
            task.event_kind == next.visit.event_kind
                && task.ground == next.visit.ground
                && task.partner.as_ref() == partner
        });
        let is_kept = place.inspector == next.inspector && same_work;
        match place.task {
            // What has begun or ended is touched by nothing.
            Some(task) if !task.state.is_waiting() => return,
            Some(task) if is_kept && task.slot() != next.slot => {
                self.slots.push((task.clone(), next.slot));
            }
            Some(task) if !is_kept => {
                self.ends.push((task.clone(), MOVED));
                self.fresh.insert(key.clone());
            }
            Some(_) | None => {}
        }
        let change = if is_kept { ChangeKind::Retimed } else { ChangeKind::Moved };
        if !is_kept || place.start != next.slot.start.0 {
            let told = (change, Some(place.told()), Some(next.told()));
            self.tell(key, (&next.visit.candidate.key, &next.visit.event_kind), told);
        }
    }

    fn is_new(&mut self, key: &Key, next: &Next<'_>, needs_task: bool) {
        if needs_task {
            self.fresh.insert(key.clone());
        }
        let told = (ChangeKind::New, None, Some(next.told()));
        self.tell(key, (&next.visit.candidate.key, &next.visit.event_kind), told);
    }

    fn stays_out(
        &mut self,
        key: &Key,
        place: Option<&Place<'_>>,
        (out, lapsed): (Option<&LeftOut>, &BTreeMap<Key, String>),
    ) {
        let reason = out.map(|out| &out.reason);
        let change = match place.and_then(|place| place.task) {
            // Its result is among the records: there is nothing left to plan.
            Some(task) if !task.state.is_open() => return,
            Some(task) => {
                let is_off = matches!(reason, Some(LeftOutReason::SetAside));
                self.ends.push((task.clone(), if is_off { CALLED_OFF } else { GAVE_WAY }));
                ChangeKind::Dropped
            }
            None if place.is_some() => ChangeKind::Dropped,
            None => ChangeKind::NotPlaced,
        };
        let name = place.map(|place| (place.key, place.event_kind));
        let name = name.or(out.map(|out| (out.candidate.key.as_str(), ""))).unwrap_or_default();
        self.tell(key, name, (change, place.map(Place::told), None));
        if let Some(told) = self.moves.last_mut() {
            told.reason = reason.cloned();
            told.detail = lapsed.get(key).cloned();
        }
    }

    fn tell(&mut self, key: &Key, (object, event_kind): (&str, &str), (change, from, to): Told) {
        self.moves.push(ReplanMove {
            object_id: key.0,
            object: object.to_owned(),
            control_kind: key.1.clone(),
            event_kind: event_kind.to_owned(),
            change,
            from,
            to,
            reason: None,
            detail: None,
        });
    }
}

/// How a visit changes, and where it stood and stands.
type Told = (ChangeKind, Option<(String, u32)>, Option<(String, u32)>);
