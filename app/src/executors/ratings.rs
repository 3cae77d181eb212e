//! Ratings of executors: how their work was done, and never what it found. A count of violations or fines is no part of
//! it, so that nobody gains by finding more.

use std::collections::{BTreeMap, HashMap};

use dozor_domain::{InspectorDay, RecordId, Task, TaskState};
use dozor_scoring::{Interval, wilson};
use serde::Serialize;

use super::lead_times::{LeadTimes, Lengths, WorkingDays};
use super::records::Visit;

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
    /// Terms: share of them whose visit was made on the planned day.
    pub on_the_day: Option<Interval>,
    /// Backlog: tasks of past days that are still open.
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
            if let Some(executor) = executor(&task.inspector) {
                counts.entry(executor).or_default().task(task);
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

    fn task(&mut self, task: &Task) {
        self.tasks += 1;
        let is_reported = task.state.reported().is_some();
        self.open_late += usize::from(task.state.is_open() && !is_reported);
        // Whoever found no way in has made the visit, and no day of it is in any record of his.
        self.unrecorded += usize::from(is_reported || task.state.was_in_vain());
        let on_the_day = matches!(&task.state, TaskState::Closed { event_on } if *event_on == task.date);
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

fn share(count: usize, of: usize) -> Option<Interval> {
    (of > 0).then(|| wilson(count as f64 / of as f64, of as f64))
}
