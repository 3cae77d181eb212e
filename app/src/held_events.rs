//! Events of the past that caps of frequency count, out of the records of outcomes and what the program's own tasks know of
//! them.

use std::collections::{BTreeSet, HashMap};

use dozor_domain::{Ground, ObjectId, RecordColumns, Task, TaskState, Timestamp, Value, Zone};
use dozor_planner::{CapGroup, GroundKind, Held};
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::loading::Loaded;
use crate::methodology::LoadedMethodology;
use crate::settlement::UNRECORDED;

/// The field of the outcomes' source that tells the kind of an event, for packs whose events are under caps.
const EVENT_KIND: &str = "event_kind";

/// Tells whether anything of a pack rests on a plan or on the programme of a year: then periods of law are counted.
pub(crate) fn counts_periods(methodology: &LoadedMethodology) -> bool {
    let planner = &methodology.planner;
    let by_norm = planner.frequency.norms.iter().any(|norm| norm.ground != GroundKind::OwnNorm);
    by_norm || planner.settings.papers.planned.is_some()
}

/// Holds what the program's own tasks say of events whose kinds caps count.
#[derive(Debug, Default)]
pub(crate) struct OwnEvents {
    /// The groups in which the tasks of an object, a kind of event and a day count; none = in no group.
    known: HashMap<(ObjectId, String, Date), BTreeSet<Option<CapGroup>>>,
    /// What was reported and counts though no record has it.
    reported: Vec<(ObjectId, CapGroup, Date)>,
}

impl OwnEvents {
    /// Reads tasks. One that a record has closed is known by the day of that record, another by its own.
    fn of(tasks: &[Task]) -> Self {
        let mut own = Self::default();
        for task in tasks {
            let is_back = matches!(&task.state, TaskState::Returned { reason } if reason == UNRECORDED);
            let day = match &task.state {
                TaskState::Closed { event_on } => event_on,
                state if state.is_open() || is_back => &task.date,
                _ => continue,
            };
            let Ok(day) = day.parse::<Date>() else { continue };
            let group = group_of(&task.ground);
            let key = (task.object, task.event_kind.clone(), day);
            own.known.entry(key).or_default().insert(group);
            if let Some(group) = group.filter(|_| is_back || task.state.reported().is_some()) {
                own.reported.push((task.object, group, day));
            }
        }
        own
    }
}

/// Returns the group in which an event counts by its ground.
fn group_of(ground: &Ground) -> Option<CapGroup> {
    match ground {
        Ground::Planned { .. } => Some(CapGroup::Planned),
        Ground::MandatoryVisit { .. } => Some(CapGroup::MandatoryVisit),
        Ground::Sign { .. }
        | Ground::Frequency { .. }
        | Ground::PrescriptionOverdue { .. }
        | Ground::Indicator { .. }
        | Ground::Drawn { .. }
        | Ground::SecondVisit { .. } => None,
    }
}

/// Returns the group in which an event of a kind counts where nobody knows its ground: the stricter reading.
fn group_of_kind(methodology: &LoadedMethodology, code: &str) -> Option<CapGroup> {
    let lines = methodology.planner.events.lines().iter().filter(|line| line.code == code);
    let grounds: Vec<GroundKind> = lines.flat_map(|line| line.grounds.iter().copied()).collect();
    match grounds.as_slice() {
        kinds if kinds.contains(&GroundKind::Planned) => Some(CapGroup::Planned),
        kinds if kinds.contains(&GroundKind::MandatoryVisit) => Some(CapGroup::MandatoryVisit),
        _ => None,
    }
}

impl Dozor {
    /// Reads what the program's own tasks say of events that caps count.
    pub(crate) async fn own_events(&self) -> Result<OwnEvents, AppError> {
        let methodology = &self.methodology;
        let lines = methodology.planner.events.lines().iter().filter(|_| counts_periods(methodology));
        let codes: BTreeSet<&str> = lines.map(|line| line.code.as_str()).collect();
        let mut tasks = Vec::new();
        for code in codes.into_iter().filter(|code| group_of_kind(methodology, code).is_some()) {
            tasks.extend(self.store.tasks_of_kind(code).await?);
        }
        Ok(OwnEvents::of(&tasks))
    }
}

/// Returns the events of the past that caps count, by the number of the object, as known at an instant, where anything of
/// the pack is under caps. An event of the program's own counts by the ground of its task. Of another one the ground is not
/// on record: where its kind may rest on the agreed plan it counts as planned, and the stricter reading holds.
pub(crate) fn held_events(
    loaded: &Loaded,
    methodology: &LoadedMethodology,
    (as_of, own): (Timestamp, &OwnEvents),
) -> HashMap<u32, Vec<Held>> {
    let source = methodology.model.as_ref().map(|model| model.outcome.source.as_str());
    let records = source.and_then(|source| loaded.records.get(source));
    let Some(records) = records.filter(|_| counts_periods(methodology)) else { return HashMap::new() };
    let id_of = |object: u32| loaded.objects.rows().get(object as usize).map(|row| row.id);
    let strict = |code: &str| group_of_kind(methodology, code);
    let at_start = methodology.planner.settings.held.as_ref().map(|held| held.at_start_of_activity.as_str());
    let reading = Reading { id_of: &id_of, strict: &strict, own, at_start };
    let mut held = held_in(records, (as_of, loaded.up_to_seq), &methodology.manifest.zone, &reading);
    for (object, group, on) in &own.reported {
        if let Some(index) = loaded.objects.index_of(*object) {
            held.entry(index).or_default().push(Held { group: *group, on: *on, at_start_of_activity: false });
        }
    }
    held
}

/// Is what records of events are read with.
struct Reading<'a> {
    /// Whose an object's number is.
    id_of: &'a dyn Fn(u32) -> Option<ObjectId>,
    /// In which group a kind of event counts strictly.
    strict: &'a dyn Fn(&str) -> Option<CapGroup>,
    /// What the own tasks know.
    own: &'a OwnEvents,
    /// The field that says of an event that it was the visit at the start of an activity.
    at_start: Option<&'a str>,
}

fn held_in(
    records: &RecordColumns,
    (as_of, up_to_seq): (Timestamp, i64),
    zone: &Zone,
    reading: &Reading<'_>,
) -> HashMap<u32, Vec<Held>> {
    let mut held: HashMap<u32, Vec<Held>> = HashMap::new();
    for row in 0..records.len() {
        if !records.is_current(row, as_of.micros(), up_to_seq) {
            continue;
        }
        let Some(Value::Text(code)) = records.value(row, EVENT_KIND) else { continue };
        let on = zone.day_of(Timestamp::from_micros(records.happened_at[row]));
        let (Some(strict), Some(on)) = ((reading.strict)(&code), on) else { continue };
        let object = records.objects[row];
        let known = (reading.id_of)(object).and_then(|id| reading.own.known.get(&(id, code, on)));
        let groups: Vec<CapGroup> = match known {
            Some(groups) => groups.iter().copied().flatten().collect(),
            None => vec![strict],
        };
        let said = reading.at_start.and_then(|field| records.value(row, field));
        let at_start_of_activity = said == Some(Value::Boolean(true));
        let events = groups.into_iter().map(|group| Held { group, on, at_start_of_activity });
        held.entry(object).or_default().extend(events);
    }
    held
}

#[cfg(test)]
mod tests {
    use dozor_domain::{
        AgreedPaper, Minutes, OrderId, PlanId, RecordColumnsBuilder, RecordRow, TaskId, ValueType,
    };
    use jiff::civil::date;

    use super::*;
    use crate::test_records::{field, record};

    const ON: Date = date(2026, 3, 10);

    fn task(number: u8, ground: Ground, state: TaskState) -> Task {
        Task {
            id: TaskId::from_bytes([number; 16]),
            plan: PlanId::from_bytes([1; 16]),
            order: OrderId::from_bytes([number; 16]),
            object: ObjectId::from_bytes([number; 16]),
            object_key: format!("77-{number}"),
            control_kind: "land".to_owned(),
            event_kind: "inspection_visit".to_owned(),
            ground,
            unit: "unit".to_owned(),
            inspector: "i-1".to_owned(),
            partner: None,
            date: ON.to_string(),
            position: 1,
            start: Minutes(600),
            end: Minutes(675),
            state,
            changed_at: Timestamp::from_micros(0),
        }
    }

    fn closed() -> TaskState {
        TaskState::Closed { event_on: ON.to_string() }
    }

    fn indicator() -> Ground {
        Ground::Indicator { rule: "growth".to_owned(), approval: None }
    }

    fn planned() -> Ground {
        let paper = AgreedPaper {
            number: "7".to_owned(),
            on: date(2025, 12, 1),
            event_kind: "inspection_visit".to_owned(),
        };
        Ground::Planned { paper, from: ON, to: ON }
    }

    /// Returns inspection visits of one day at the first objects; that at the second was at the start of an activity.
    fn visits(objects: u32) -> RecordColumns {
        let schema = vec![field(EVENT_KIND, ValueType::Text), field("opening", ValueType::Boolean)];
        let mut builder = RecordColumnsBuilder::new("events", schema, objects as usize);
        let zone = Zone::new("Europe/Moscow").unwrap();
        let at = zone.start_of_day(ON).unwrap().micros();
        for object in 0..objects {
            let key = &*format!("e-{object}");
            let row = RecordRow { happened_at: at, known_at: at, ..record("events", key, 1, object) };
            let opening = (object < 2).then_some(Value::Boolean(object == 1));
            builder.push(row, [Some(Value::Text("inspection_visit".to_owned())), opening]);
        }
        builder.finish()
    }

    #[test]
    fn an_event_of_the_programs_own_counts_by_its_ground_and_another_strictly() {
        let tasks = [
            task(0, indicator(), closed()),
            task(1, planned(), closed()),
            task(3, indicator(), TaskState::Returned { reason: "in_vain".to_owned() }),
            task(4, indicator(), TaskState::Assigned),
        ];
        let own = OwnEvents::of(&tasks);
        let id_of = |object: u32| u8::try_from(object).ok().map(|number| ObjectId::from_bytes([number; 16]));
        let strict = |_: &str| Some(CapGroup::Planned);
        let now = (Timestamp::from_micros(i64::MAX - 1), 1);
        let zone = Zone::new("Europe/Moscow").unwrap();
        let reading = Reading { id_of: &id_of, strict: &strict, own: &own, at_start: None };
        let held = held_in(&visits(5), now, &zone, &reading);
        let counts = |object: u32| {
            let events = held.get(&object).map_or(&[][..], Vec::as_slice);
            events.iter().map(|one| (one.group, one.on)).collect::<Vec<_>>()
        };
        let as_planned = vec![(CapGroup::Planned, ON)];
        assert_eq!(counts(0), [], "on an indicator: no plan holds it");
        assert_eq!(counts(1), as_planned);
        assert_eq!(counts(2), as_planned, "nobody knows its ground");
        assert_eq!(counts(3), as_planned, "the own visit was in vain: this one is another's");
        assert_eq!(counts(4), [], "its record came before its task was closed");
    }

    #[test]
    fn a_record_says_which_visit_was_at_the_start_of_an_activity() {
        let own = OwnEvents::default();
        let now = (Timestamp::from_micros(i64::MAX - 1), 1);
        let zone = Zone::new("Europe/Moscow").unwrap();
        let strict = |_: &str| Some(CapGroup::MandatoryVisit);
        let at_start = |field| {
            let reading = Reading { id_of: &|_| None, strict: &strict, own: &own, at_start: field };
            let held = held_in(&visits(3), now, &zone, &reading);
            [0, 1, 2].map(|object| held[&object].iter().all(|one| one.at_start_of_activity))
        };
        assert_eq!(at_start(Some("opening")), [false, true, false], "what is not said is not so");
        assert_eq!(at_start(None), [false; 3]);
    }

    #[test]
    fn what_was_reported_counts_before_its_record_comes() {
        let reported = TaskState::Reported { outcome: "none".to_owned(), at: Timestamp::from_micros(0) };
        let back = TaskState::Returned { reason: UNRECORDED.to_owned() };
        let ill = TaskState::Returned { reason: "ill".to_owned() };
        let visit = || Ground::MandatoryVisit {
            days: 400,
            counted_from: dozor_domain::CountedFrom::Decision,
            every_days: 365,
        };
        let tasks = [
            task(0, planned(), reported.clone()),
            task(1, visit(), back),
            task(2, indicator(), reported),
            task(3, planned(), ill),
            task(4, planned(), TaskState::Assigned),
        ];
        let counted = OwnEvents::of(&tasks).reported.into_iter();
        let counted: Vec<_> = counted.map(|(object, group, on)| (object.as_bytes()[0], group, on)).collect();
        assert_eq!(counted, [(0, CapGroup::Planned, ON), (1, CapGroup::MandatoryVisit, ON)]);
    }
}
