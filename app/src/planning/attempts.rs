//! Doors that were found closed: when the next attempt is made.

use std::collections::HashMap;

use dozor_domain::{Minutes, TaskState, Zone};
use dozor_planner::{Attempt, ObjectState};
use dozor_store::EndedVisit;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::settlement::IN_VAIN;

impl Dozor {
    /// Moves the next attempt at a closed door to the other half of a day, as the pack's rule says.
    pub(super) async fn at_another_hour(
        &self,
        states: &mut [ObjectState],
        date: &str,
    ) -> Result<(), AppError> {
        let settings = &self.methodology.planner.settings;
        let Some(rule) = settings.attempts else { return Ok(()) };
        let (day, calendar) = (self.day(date)?, &self.methodology.manifest.calendar);
        let mut vain = HashMap::new();
        for ended in self.store.ended_visits(date).await? {
            // A result ends the row of attempts; a task that the head took back was none.
            let start = tried_at(&ended, &self.methodology.manifest.zone);
            let key = (ended.object, ended.control_kind);
            match start {
                Some(start) => vain.insert(key, (ended.date, start)),
                None if matches!(ended.state, TaskState::Closed { .. }) => vain.remove(&key),
                None => continue,
            };
        }
        for state in states {
            let Some((on, start)) = vain.get(&(state.object, state.control_kind.clone())) else { continue };
            let attempt = Attempt { on: self.day(on)?, start: *start };
            let opening = state.opening.or_else(|| settings.opening_of(&state.object_kind));
            state.opening = rule.next_opening(attempt, (day, calendar), (opening, settings.default_shift()));
        }
        Ok(())
    }
}

/// Returns the minute at which somebody went in vain, as he said himself, else as it was planned; none where nobody did.
fn tried_at(ended: &EndedVisit, zone: &Zone) -> Option<Minutes> {
    if let TaskState::NoAccess { at, .. } = ended.state {
        return Some(zone.minute_of(at).unwrap_or(ended.start));
    }
    let is_back = matches!(&ended.state, TaskState::Returned { reason } if reason == IN_VAIN);
    is_back.then_some(ended.start)
}
