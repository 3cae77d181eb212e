//! Ratings of executors: how their work was done, and never what it found. A count of violations or fines is no part of
//! it, so that nobody gains by finding more.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use dozor_domain::{InspectorDay, OrderId, RecordId, Task, TaskState};
use dozor_scoring::{Interval, wilson};
use jiff::civil::Date;
use serde::Serialize;

use super::lead_times::{LeadTimes, Lengths, WorkingDays};
use super::records::Visit;
use crate::settlement::{IN_VAIN, UNRECORDED};
use crate::settling::NO_RESULT;

/// Is how an inspector, or a unit, did its work over a year.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExecutorRating {
    /// Key of the inspector, or code of the unit.
    pub executor: String,
    /// His name; the unit's code again.
    pub name: String,
    /// Visits made.
    pub visits: usize,
    /// Quality: share of the visits that had a result.
    pub with_result: Option<Interval>,
    /// Quality: visits that somebody else made again without knowing what the first one found.
    pub made_again: usize,
    /// Share of them that found the same.
    pub agreed: Option<Interval>,
    /// Terms: working days from a visit to the day on which its result was known.
    pub result_in: Option<LeadTimes>,
    /// Tasks of past days.
    pub tasks: usize,
    /// Terms: share of them whose visit was made on the planned day, or within the extension of its order.
    pub on_the_day: Option<Interval>,
    /// Backlog: tasks of past days that are still open; of an extended order its last day counts.
    pub open_late: usize,
}

/// Counts one executor's work.
#[derive(Clone, Debug, Default)]
struct Counts {
    visits: usize,
    with_result: usize,
    made_again: usize,
    agreed: usize,
    result_in: Lengths,
    tasks: usize,
    on_the_day: usize,
    open_late: usize,
    /// Said by him, without a record yet: neither late nor known to be in time.
    unrecorded: usize,
}

/// Is what ratings are made of.
pub(super) struct Ground<'a> {
    /// Of the year.
    pub(super) visits: &'a [Visit],
    /// Of past days.
    pub(super) tasks: &'a [Task],
    /// The last days of orders that were extended.
    pub(super) extended: &'a HashMap<OrderId, Date>,
    /// By record of the first visit, whether the second one found the same.
    pub(super) again: &'a HashMap<RecordId, bool>,
    /// All that is known of the staff.
    pub(super) staff: &'a [InspectorDay],
    pub(super) days: &'a WorkingDays,
}

impl Ground<'_> {
    /// Rates each inspector who is known by name in a record or a task, by key.
    pub(super) fn inspectors(&self) -> Vec<ExecutorRating> {
        let names: HashMap<&str, &str> =
            self.staff.iter().map(|one| (one.key.as_str(), one.name.as_str())).collect();
        let name = |key: &str| names.get(key).copied().unwrap_or(key).to_owned();
        self.rated(|key| Some(key.to_owned()), name)
    }

    /// Rates each unit, by code. Work of those who are on no list of the staff any more counts for no unit.
    pub(super) fn units(&self) -> Vec<ExecutorRating> {
        let units: HashMap<&str, &str> =
            self.staff.iter().map(|one| (one.key.as_str(), one.unit.as_str())).collect();
        self.rated(|key| units.get(key).map(|unit| (*unit).to_owned()), str::to_owned)
    }

    fn rated(
        &self,
        executor: impl Fn(&str) -> Option<String>,
        name: impl Fn(&str) -> String,
    ) -> Vec<ExecutorRating> {
        let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
        for visit in self.visits {
            let Some(executor) = visit.inspector.as_deref().and_then(&executor) else { continue };
            counts.entry(executor).or_default().visit(visit, self.again.get(&visit.record), self.days);
        }
        for task in self.tasks {
            // A visit of two is the work of each, and one piece of work of their unit.
            let who = std::iter::once(&task.inspector).chain(&task.partner);
            let whose: BTreeSet<String> = who.filter_map(|key| executor(key)).collect();
            for executor in whose {
                counts.entry(executor).or_default().task(task, self.extended.get(&task.order).copied());
            }
        }
        let rating = |(executor, counts): (String, Counts)| counts.rating(name(&executor), executor);
        counts.into_iter().map(rating).collect()
    }
}

impl Counts {
    fn visit(&mut self, visit: &Visit, again: Option<&bool>, days: &WorkingDays) {
        self.visits += 1;
        self.with_result += usize::from(visit.has_result);
        self.made_again += usize::from(again.is_some());
        self.agreed += usize::from(again == Some(&true));
        days.between(visit.day, visit.known).into_iter().for_each(|length| self.result_in.add(length));
    }

    fn task(&mut self, task: &Task, extended: Option<Date>) {
        self.tasks += 1;
        let is_reported = task.state.reported().is_some();
        self.open_late += usize::from(task.state.is_open() && !is_reported);
        // Whoever found no way in has made the visit, and no day of it is in any record of his; neither is it of what he
        // reported and whose record has not come.
        self.unrecorded += usize::from(is_reported || was_made(&task.state));
        let on_the_day = match &task.state {
            // Any day of an extended order is its day.
            TaskState::Closed { event_on } => {
                let last = extended.map_or_else(|| task.date.clone(), |last| last.to_string());
                (&task.date..=&last).contains(&event_on)
            }
            TaskState::Generated
            | TaskState::InUnit
            | TaskState::Assigned
            | TaskState::Accepted
            | TaskState::EnRoute { .. }
            | TaskState::OnSite { .. }
            | TaskState::Reported { .. }
            | TaskState::CheckedByHead { .. }
            | TaskState::Returned { .. }
            | TaskState::Cancelled { .. }
            | TaskState::Deferred { .. }
            | TaskState::NoAccess { .. }
            | TaskState::Impossible { .. } => false,
        };
        self.on_the_day += usize::from(on_the_day);
    }

    fn rating(self, name: String, executor: String) -> ExecutorRating {
        ExecutorRating {
            executor,
            name,
            visits: self.visits,
            with_result: share(self.with_result, self.visits),
            made_again: self.made_again,
            agreed: share(self.agreed, self.made_again),
            result_in: self.result_in.figures(),
            tasks: self.tasks,
            // Whose day is over and still open may have been made: it is late only as far as its result is.
            on_the_day: share(self.on_the_day, self.tasks - self.open_late - self.unrecorded),
            open_late: self.open_late,
        }
    }
}

/// Tells whether a task of a past day says anything of who had it. Called off, put off or taken back before anybody could go,
/// by the head, by a change of the day or by the prosecutor, it is neither done nor left undone: nobody answers for who was
/// ill. What came back because no result came in time, or because somebody was there, is his.
pub(super) fn counts(state: &TaskState) -> bool {
    match state {
        TaskState::Cancelled { .. } | TaskState::Deferred { .. } => false,
        TaskState::Returned { reason } => reason == NO_RESULT || was_made(state),
        TaskState::Generated
        | TaskState::InUnit
        | TaskState::Assigned
        | TaskState::Accepted
        | TaskState::EnRoute { .. }
        | TaskState::OnSite { .. }
        | TaskState::Reported { .. }
        | TaskState::CheckedByHead { .. }
        | TaskState::Closed { .. }
        | TaskState::NoAccess { .. }
        | TaskState::Impossible { .. } => true,
    }
}

/// Tells whether somebody was there without a day of it in the records: the door was closed, or the record has not come.
fn was_made(state: &TaskState) -> bool {
    let is_back =
        matches!(state, TaskState::Returned { reason } if reason == IN_VAIN || reason == UNRECORDED);
    is_back || state.was_in_vain()
}

fn share(count: usize, of: usize) -> Option<Interval> {
    (of > 0).then(|| wilson(count as f64 / of as f64, of as f64))
}

#[cfg(test)]
mod tests {
    use dozor_domain::{
        Ground as TaskGround, Minutes, ObjectId, PlanId, Position, TaskId, Timestamp, TravelMode,
        WorkCalendar,
    };
    use jiff::civil::date;

    use super::*;

    const DAY: &str = "2026-11-20";

    fn task(inspector: &str, partner: Option<&str>, state: TaskState) -> Task {
        Task {
            id: TaskId::from_bytes([1; 16]),
            plan: PlanId::from_bytes([1; 16]),
            order: OrderId::from_bytes([1; 16]),
            object: ObjectId::from_bytes([1; 16]),
            object_key: "77-1".to_owned(),
            control_kind: "land".to_owned(),
            event_kind: "field_survey".to_owned(),
            ground: TaskGround::Frequency { days_since: None, every_days: 365 },
            unit: "u1".to_owned(),
            inspector: inspector.to_owned(),
            partner: partner.map(str::to_owned),
            date: DAY.to_owned(),
            position: 1,
            start: Minutes(600),
            end: Minutes(630),
            state,
            changed_at: Timestamp::from_micros(0),
        }
    }

    fn of_unit(key: &str) -> InspectorDay {
        InspectorDay {
            key: key.to_owned(),
            name: key.to_owned(),
            unit: "u1".to_owned(),
            territories: BTreeSet::new(),
            skills: BTreeSet::new(),
            mode: TravelMode::Walk,
            shift_start: Minutes(540),
            shift_end: Minutes(1080),
            base: Position { lat: 55.75, lon: 37.6 },
            avoids: BTreeSet::new(),
            avoids_owners: BTreeSet::new(),
            attested_until: None,
            carried: Default::default(),
        }
    }

    fn closed() -> TaskState {
        TaskState::Closed { event_on: DAY.to_owned() }
    }

    fn back(reason: &str) -> TaskState {
        TaskState::Returned { reason: reason.to_owned() }
    }

    /// Returns tasks and those made on their day, of inspectors and of units, by key.
    fn rated(tasks: &[Task]) -> [Vec<(String, usize, Option<f64>)>; 2] {
        let days = WorkingDays::new(&WorkCalendar::default(), date(2026, 11, 1), date(2026, 11, 30));
        let (again, staff) = (HashMap::new(), ["i1", "i2"].map(of_unit));
        let extended = HashMap::from([(OrderId::from_bytes([2; 16]), date(2026, 11, 24))]);
        let ground =
            Ground { visits: &[], tasks, extended: &extended, again: &again, staff: &staff, days: &days };
        [ground.inspectors(), ground.units()].map(|ratings| {
            let figures = ratings.into_iter().map(|one| (one.executor, one.tasks, one.on_the_day));
            figures.map(|(who, tasks, share)| (who, tasks, share.map(|share| share.value))).collect()
        })
    }

    #[test]
    fn nobody_answers_for_what_was_taken_from_him() {
        for reason in ["ill", "moved_to_another", "gave_way", "called_off", "prosecutor_refused"] {
            assert!(!counts(&back(reason)), "{reason}");
        }
        for reason in ["no_result", "in_vain", "unrecorded"] {
            assert!(counts(&back(reason)), "{reason}");
        }
        assert!(counts(&closed()) && counts(&TaskState::Assigned));
        // Made in vain, or reported and not on record yet: neither late nor in time.
        let states = [closed(), back("in_vain"), back("unrecorded"), back("no_result")];
        let tasks: Vec<Task> = states.into_iter().map(|state| task("i1", None, state)).collect();
        assert_eq!(rated(&tasks)[0], [("i1".to_owned(), 4, Some(0.5))]);
    }

    #[test]
    fn any_day_of_an_extended_order_is_its_day() {
        let made = |order: u8, day: &str| Task {
            order: OrderId::from_bytes([order; 16]),
            ..task("i1", None, TaskState::Closed { event_on: day.to_owned() })
        };
        let share = |tasks: &[Task]| rated(tasks)[0][0].2;
        assert_eq!(share(&[made(1, "2026-11-23")]), Some(0.0));
        assert_eq!(share(&[made(2, "2026-11-24")]), Some(1.0));
        assert_eq!(share(&[made(2, "2026-11-25"), made(2, DAY)]), Some(0.5));
    }

    #[test]
    fn a_visit_of_two_is_the_work_of_each_and_one_of_their_unit() {
        let tasks = [task("i1", Some("i2"), closed()), task("i2", None, back("no_result"))];
        let [inspectors, units] = rated(&tasks);
        assert_eq!(inspectors, [("i1".to_owned(), 1, Some(1.0)), ("i2".to_owned(), 2, Some(0.5))]);
        assert_eq!(units, [("u1".to_owned(), 2, Some(0.5))]);
    }
}
