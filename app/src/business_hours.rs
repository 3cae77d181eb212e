//! Hours of small businesses that no record has yet: what the program's own tasks take of a year.

use std::collections::{BTreeSet, HashMap, HashSet};

use dozor_domain::{ObjectId, Task, TaskState, Timestamp};
use dozor_planner::{EventKind, Manner};
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::loading::Loaded;
use crate::planned_calls::PlannedCalls;
use crate::settlement::UNRECORDED;

/// Says who asks for the hours that a business has left.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AskedFor<'a> {
    /// The plan of a day: its own visits are added up there, and every other open task will take its hours.
    Day,
    /// One task, at its signature or start: what is only planned beside it takes nothing from it yet.
    Task(&'a Task),
}

/// Is one of the program's own tasks under a kind whose hours are limited.
#[derive(Debug)]
struct OwnTask {
    task: Task,
    /// Its day.
    on: Date,
    /// Begun hours by its kind's line.
    hours: u32,
}

/// Holds the program's own work of the year of a day, whoever asks for it.
#[derive(Debug, Default)]
pub(crate) struct OwnWork {
    tasks: Vec<OwnTask>,
    /// The day; none where nothing was read.
    day: Option<Date>,
    /// Whether records have the hours of what is closed.
    on_record: bool,
    holders: HashMap<ObjectId, BTreeSet<String>>,
}

impl OwnWork {
    /// Returns the hours that tasks take of what somebody may still use.
    pub(crate) fn hours(&self, asked: AskedFor<'_>) -> OwnHours<'_> {
        let mut by_object: HashMap<ObjectId, u32> = HashMap::new();
        let Some(day) = self.day else { return OwnHours::of(by_object, &self.holders) };
        for OwnTask { task, on, hours } in &self.tasks {
            if takes_hours(task, (*on, day), asked, self.on_record) {
                let sum = by_object.entry(task.object).or_default();
                *sum = sum.saturating_add(*hours);
            }
        }
        OwnHours::of(by_object, &self.holders)
    }
}

/// Holds hours by object; what several objects of one holder took stands with each of them.
#[derive(Debug)]
pub(crate) struct OwnHours<'a> {
    by_object: HashMap<ObjectId, u32>,
    by_holder: HashMap<&'a str, u32>,
    holders: &'a HashMap<ObjectId, BTreeSet<String>>,
}

impl<'a> OwnHours<'a> {
    /// Returns the hours that tasks take of the business at an object.
    pub(crate) fn at(&self, object: ObjectId) -> u32 {
        let holders = self.holders.get(&object).into_iter().flatten();
        let most = holders.filter_map(|holder| self.by_holder.get(holder.as_str())).max();
        most.or_else(|| self.by_object.get(&object)).copied().unwrap_or(0)
    }

    fn of(by_object: HashMap<ObjectId, u32>, holders: &'a HashMap<ObjectId, BTreeSet<String>>) -> Self {
        let mut by_holder: HashMap<&str, u32> = HashMap::new();
        for (object, hours) in &by_object {
            for holder in holders.get(object).into_iter().flatten() {
                let sum = by_holder.entry(holder.as_str()).or_default();
                *sum = sum.saturating_add(*hours);
            }
        }
        Self { by_object, by_holder, holders }
    }
}

impl Dozor {
    /// Returns the program's own work of the year of `day` under kinds whose hours are limited, of `objects` and of whatever else
    /// their holders have. Where the pack names no fact of hours, no record has any.
    pub(crate) async fn own_work(
        &self,
        (loaded, objects): (&Loaded, HashSet<ObjectId>),
        (day, as_of): (Date, Timestamp),
    ) -> Result<OwnWork, AppError> {
        let planner = &self.methodology.planner;
        let lines = || planner.events.lines().iter().filter(|line| !line.hours_a_year.is_empty());
        if objects.is_empty() || lines().next().is_none() {
            return Ok(OwnWork::default());
        }
        let codes: BTreeSet<&str> = lines().map(|line| line.code.as_str()).collect();
        let mut tasks = Vec::new();
        let mut calls = PlannedCalls::default();
        for code in codes {
            for task in self.store.tasks_of_kind(code).await? {
                let on = self.day(&task.date)?;
                let line = lines().find(|line| line.code == code && line.holds_on(on));
                let Some(line) = line.filter(|_| on.year() == day.year()) else { continue };
                let manner = self.manner_of(&task, line, &mut calls).await?;
                tasks.push(OwnTask { hours: hours(line, &task, loaded, manner), on, task });
            }
        }
        let on_record = planner.settings.facts.business_hours.is_some();
        let mut holders = HashMap::new();
        if !tasks.is_empty() && !planner.settings.owners.is_empty() {
            let wanted: HashSet<ObjectId> =
                objects.into_iter().chain(tasks.iter().map(|one| one.task.object)).collect();
            holders = self.holders_of(&|object, _| wanted.contains(&object), (day, as_of)).await?;
        }
        Ok(OwnWork { tasks, day: Some(day), on_record, holders })
    }
}

/// Returns the begun hours of a task by its kind's line.
fn hours(line: &EventKind, task: &Task, loaded: &Loaded, manner: Manner) -> u32 {
    let object = loaded.objects.index_of(task.object).and_then(|at| loaded.objects.rows().get(at as usize));
    let minutes = object.and_then(|object| line.minutes_at(&object.kind, manner));
    minutes.map_or(0, |minutes| minutes.div_ceil(60))
}

/// Tells whether a task takes hours that no record has.
fn takes_hours(task: &Task, (on, day): (Date, Date), asked: AskedFor<'_>, on_record: bool) -> bool {
    let will_be = match asked {
        AskedFor::Day => on != day && task.state.is_open(),
        AskedFor::Task(of) => task.id != of.id && task.state.has_begun(),
    };
    let was = match &task.state {
        TaskState::Closed { .. } => !on_record,
        TaskState::Returned { reason } => reason == UNRECORDED,
        _ => false,
    };
    will_be || was
}

#[cfg(test)]
mod tests {
    use dozor_domain::{Ground, Minutes, OrderId, PlanId, TaskId};
    use jiff::civil::date;

    use super::*;

    const DAY: Date = date(2026, 11, 24);

    fn task(number: u8, state: TaskState) -> Task {
        Task {
            id: TaskId::from_bytes([number; 16]),
            plan: PlanId::from_bytes([1; 16]),
            order: OrderId::from_bytes([1; 16]),
            object: ObjectId::from_bytes([number; 16]),
            object_key: "77-1".to_owned(),
            control_kind: "land".to_owned(),
            event_kind: "on_site_check".to_owned(),
            ground: Ground::PrescriptionOverdue { days: 3 },
            unit: "u1".to_owned(),
            inspector: "i1".to_owned(),
            partner: None,
            date: "2026-11-23".to_owned(),
            position: 1,
            start: Minutes(600),
            end: Minutes(780),
            state,
            changed_at: Timestamp::from_micros(0),
        }
    }

    #[test]
    fn open_tasks_take_hours_from_a_day_and_only_begun_ones_from_each_other() {
        let at = Timestamp::from_micros(0);
        let states = [
            TaskState::Assigned,
            TaskState::OnSite { since: at },
            TaskState::Closed { event_on: "2026-11-23".to_owned() },
            TaskState::Returned { reason: UNRECORDED.to_owned() },
            TaskState::Returned { reason: "ill".to_owned() },
        ];
        let tasks: Vec<Task> = (1..).zip(states).map(|(number, state)| task(number, state)).collect();
        let takes = |on, asked, on_record| {
            tasks.iter().map(|task| takes_hours(task, (on, DAY), asked, on_record)).collect::<Vec<_>>()
        };
        let monday = date(2026, 11, 23);
        assert_eq!(takes(monday, AskedFor::Day, true), [true, true, false, true, false]);
        assert_eq!(
            takes(monday, AskedFor::Day, false),
            [true, true, true, true, false],
            "no record has hours"
        );
        assert_eq!(takes(DAY, AskedFor::Day, true), [false, false, false, true, false], "the plan has them");
        let other = task(9, TaskState::Assigned);
        assert_eq!(takes(DAY, AskedFor::Task(&other), true), [false, true, false, true, false]);
        let begun = AskedFor::Task(&tasks[1]);
        assert_eq!(takes(DAY, begun, true), [false, false, false, true, false], "not from itself");
    }

    #[test]
    fn what_one_object_took_its_holder_has_no_more_for_another() {
        let id = |number| ObjectId::from_bytes([number; 16]);
        let holder = |name: &str| BTreeSet::from([name.to_owned()]);
        let holders = HashMap::from([(id(1), holder("b1")), (id(2), holder("b1")), (id(3), holder("b2"))]);
        let own = OwnHours::of(HashMap::from([(id(1), 3), (id(2), 4), (id(4), 2)]), &holders);
        assert_eq!([1, 2, 3, 4, 5].map(|number| own.at(id(number))), [7, 7, 0, 2, 0]);
    }
}
