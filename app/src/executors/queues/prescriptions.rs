//! Prescriptions whose term ends and for which no visit stands in any plan: somebody has to look whether they were fulfilled.

use std::collections::HashMap;

use dozor_domain::{Ground as TaskGround, ObjectId, TaskState};
use jiff::ToSpan;
use jiff::civil::Date;

use super::super::terms::Waiting;
use super::{Due, DueWhat, Ground, Queue, QueueKind};
use crate::dozor::Dozor;
use crate::error::AppError;

/// Terms that end within so many working days are looked at: later ones cannot be planned for yet.
const WITHIN_WORKING_DAYS: u32 = 20;

impl Dozor {
    /// Returns the prescriptions whose term is over or ends within the next weeks, without a follow-up made or planned; none
    /// where the pack has no fact of their terms. The pace is that of follow-ups made.
    pub(super) async fn prescriptions_queue(&self, ground: &Ground<'_>) -> Result<Option<Queue>, AppError> {
        if self.methodology.planner.settings.facts.prescription_overdue.is_none() {
            return Ok(None);
        }
        let calendar = &self.methodology.manifest.calendar;
        let horizon = calendar.plus_working_days(ground.today, WITHIN_WORKING_DAYS);
        let until = horizon.map_or_else(|| ground.today.checked_add(28.days()).ok(), Some);
        let ending = self.terms_ending(until.unwrap_or(ground.today)).await?;
        let mut planned: HashMap<ObjectId, Date> = HashMap::new();
        for task in ground.trails.tasks.iter().filter(|task| task.state.is_open()) {
            let day = self.day(&task.date)?;
            let last = planned.entry(task.object).or_insert(day);
            *last = day.max(*last);
        }
        // A visit before the end of the term is no follow-up.
        let is_planned = |object: &ObjectId, ends: Date| planned.get(object).is_some_and(|day| *day >= ends);
        let waiting = ending.into_iter().filter(|(object, ends)| !is_planned(object, *ends));
        // Before its end nobody may look: it is the first working day after it that a follow-up is due on.
        let first =
            |ends: Date| ends.tomorrow().ok().and_then(|day| calendar.next_working(day)).unwrap_or(ends);
        let waiting = waiting.map(|(object, ends)| Waiting {
            what: Due { object: Some(object), what: DueWhat::Prescription },
            due: first(ends),
        });
        let made = ground.trails.tasks.iter().filter_map(|task| match (&task.ground, &task.state) {
            (TaskGround::PrescriptionOverdue { .. }, TaskState::Closed { event_on }) => event_on.parse().ok(),
            _ => None,
        });
        let done = made.collect();
        Ok(Some(Queue::by_last_day(QueueKind::Prescriptions, waiting.collect(), done)))
    }
}
