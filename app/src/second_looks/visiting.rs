//! Second visits: the lot chooses visits that had a result, and another inspector makes them again, as a survey without
//! interaction that rests on chance alone. Its result comes by a source of its own (see [`super::SECOND_VISITS`]).

use std::collections::{BTreeSet, HashMap};

use dozor_domain::{Chance, Ground, ObjectId, Task, TaskId, TaskState};
use dozor_planner::{Draw, ObjectState, may_be_drawn};
use dozor_store::TaskFilter;
use jiff::Span;
use jiff::civil::Date;
use serde_json::json;

use super::SECOND_VISITS;
use crate::dozor::Dozor;
use crate::error::AppError;

/// A second visit comes within so many days or not at all: later it would see another thing.
const WITHIN_DAYS: i32 = 14;

impl Dozor {
    /// Marks the objects whose last visit the lot has chosen to be made again. Only those are marked that nobody would
    /// visit for another reason: such a visit would be no second look.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn draw_second_visits(
        &self,
        states: &mut [ObjectState],
        date: Date,
    ) -> Result<(), AppError> {
        let pack = &self.methodology.planner;
        let share = pack.settings.second_visit_share;
        let Some(inclusion) = Chance::new(share) else { return Ok(()) };
        // Without the source of their results, and without what tells a violation, nothing would close such a visit.
        if self.methodology.model.is_none() || !self.methodology.sources.contains_key(SECOND_VISITS) {
            return Ok(());
        }
        let tasks = self.store.tasks(&TaskFilter::default()).await?;
        let from = date.checked_sub(Span::new().days(WITHIN_DAYS)).unwrap_or(date);
        let last = last_visits(&tasks, &from.to_string(), &date.to_string());
        if last.is_empty() {
            return Ok(());
        }
        let Some((lot, key)) = self.lot().await? else { return Ok(()) };
        if let Some(key) = key {
            let mut tx = self.store.begin().await?;
            key.keep(&mut tx).await?;
            tx.audit(self.audit("planner", "keep_lot", &date.to_string(), &json!({})));
            tx.commit().await?;
        }
        let ordered: BTreeSet<TaskId> = tasks.iter().filter_map(ordered_again).collect();
        for state in states {
            let Some(first) = last.get(&(state.object, state.control_kind.as_str())) else { continue };
            let is_chosen = !ordered.contains(&first.id)
                && lot.falls_on("visit", first.id.as_bytes(), share)
                && may_be_drawn(state, pack, date);
            if is_chosen {
                let again = Some(first.id);
                state.drawn = Some(Draw { inclusion, in_territory: 1, in_all: 1, again });
            }
        }
        Ok(())
    }
}

/// Returns the visit that a task makes again, unless nobody went.
fn ordered_again(task: &Task) -> Option<TaskId> {
    match (&task.ground, &task.state) {
        (_, state) if !state.is_open() && !matches!(state, TaskState::Closed { .. }) => None,
        (Ground::SecondVisit { first, .. }, _) => Some(*first),
        (
            Ground::Sign { .. }
            | Ground::Frequency { .. }
            | Ground::PrescriptionOverdue { .. }
            | Ground::MandatoryVisit { .. }
            | Ground::Planned { .. }
            | Ground::Indicator { .. }
            | Ground::Drawn { .. },
            _,
        ) => None,
    }
}

/// Returns the last first visit with a result of each object and kind of control, of the days from `from` to before `until`.
fn last_visits<'t>(tasks: &'t [Task], from: &str, until: &str) -> HashMap<(ObjectId, &'t str), &'t Task> {
    let mut last: HashMap<(ObjectId, &str), &Task> = HashMap::new();
    let is_first = |task: &&Task| {
        matches!(task.state, TaskState::Closed { .. })
            && !matches!(task.ground, Ground::SecondVisit { .. })
            && (from..until).contains(&task.date.as_str())
    };
    for task in tasks.iter().filter(is_first) {
        let known = last.entry((task.object, task.control_kind.as_str())).or_insert(task);
        if (&known.date, known.id) < (&task.date, task.id) {
            *known = task;
        }
    }
    last
}
