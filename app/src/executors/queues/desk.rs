//! The desk's queue: signs that nobody has decided on.

use dozor_domain::SignState;
use dozor_store::SignScope;

use super::super::terms::Waiting;
use super::{Due, DueWhat, Ground, Queue, QueueKind};
use crate::dozor::Dozor;
use crate::error::AppError;

/// Code of the desk's term in terms.toml.
const TERM: &str = "desk_review";

impl Dozor {
    /// Returns the desk's queue; none where the pack gives the desk no term.
    pub(super) async fn desk_queue(&self, ground: &Ground<'_>) -> Result<Option<Queue>, AppError> {
        let methodology = &self.methodology;
        let (zone, calendar) = (&methodology.manifest.zone, &methodology.manifest.calendar);
        if methodology.planner.terms.on(TERM, ground.today).is_none() {
            return Ok(None);
        }
        let mut signs = self.store.signs(SignScope::Open).await?;
        signs.retain(|sign| sign.state == SignState::Detected);
        // As the desk works: by priority.
        signs.sort_by(|a, b| b.priority.total_cmp(&a.priority).then_with(|| a.id.cmp(&b.id)));
        let mut waiting = Vec::with_capacity(signs.len());
        for sign in signs {
            let opened = zone.day_of(sign.opened_at);
            let due = opened.and_then(|opened| methodology.planner.terms.ends(TERM, opened, calendar));
            let Some(due) = due else { return Ok(None) };
            let what = DueWhat::Sign { sign: sign.id, rule: sign.rule };
            waiting.push(Waiting { what: Due { object: Some(sign.object), what }, due });
        }
        let done = ground.work.decisions.iter().map(|one| one.day).collect();
        Ok(Some(Queue { kind: QueueKind::Desk, waiting, done }))
    }
}
