//! One step of an order: its guards, and everything that it writes, in one transaction.

use dozor_domain::{
    FieldFinding, Need, Notice, Order, OrderEvent, OrderId, OrderState, OrderStep, TaskEvent, TaskState,
};
use dozor_planner::latest_end;
use dozor_store::{SignScope, StoreError};
use jiff::civil::Date;
use serde_json::json;

use super::error::OrderError;
use super::gate::{Asked, OrderRecords};
use super::reading::OrderWork;
use super::wish::{Desk, OrderWish};
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::settlement::{Settlement, end_each};
use crate::versions::Actor;

/// Reason, as a code, of a task whose order the prosecutor refused.
const REFUSED: &str = "prosecutor_refused";

impl Dozor {
    /// Takes a step of an order's life.
    ///
    /// # Errors
    /// [`OrderError`]; [`crate::VersionError::PowerMissing`]; [`AppError::State`] where the state has no such step;
    /// [`AppError::CommentRequired`], [`AppError::DateInvalid`]; `STATE_CHANGED` when somebody was quicker.
    pub async fn take_order_step(
        &self,
        id: OrderId,
        wish: &OrderWish,
        actor: &Actor,
    ) -> Result<Order, AppError> {
        actor.may(wish.permission())?;
        let today = self.today().await?;
        let looked = self.order_work(id).await?;
        let asked = self.asked_of_gate(wish, &looked, today)?;
        let records = match asked {
            Some(asked) => self.records_under(&looked, asked).await?,
            None => OrderRecords::default(),
        };
        let mut tx = self.store.begin().await?;
        // On SQLite nothing moves from here to the commit: what was read before still holds if no record came since.
        if records.now.is_behind(self.store.last_seq().await?) {
            let (what, id) = ("records under the order", looked.order.number_text());
            return Err(StoreError::StateChanged { what, id }.into());
        }
        // Read inside the transaction; on PostgreSQL the order and its tasks are also compared as they are written.
        let work = self.order_work(id).await?;
        let number = work.order.number_text();
        let desk = Desk { number: &number, needs: work.needs, today, name: &actor.person.name };
        let event = wish.event(&desk)?;
        // What is lacking is said by its name before the state machine says that there is no such arrow.
        expect_papers(&work, &event)?;
        let now = self.now();
        let after = work.order.clone().apply(event.clone(), now)?;
        self.expect_guards(&work, &event, today)?;
        if let Some(asked) = asked {
            self.expect_passes(&work, &records, asked).await?;
        }
        let freed = self.freed_by(&event, &work).await?;
        tx.change_order(&work.order.state, &after).await?;
        freed.write(&mut tx, &actor.person.login).await?;
        let step = OrderStep { event, by: actor.person.login.clone(), at: now };
        tx.insert_order_step(id, &step).await?;
        let kind = step.event.kind().code();
        let tasks: Vec<_> = freed.tasks.iter().map(|(_, task)| task.id).collect();
        let details = json!({
            "number": number, "state": after.state.code(), "document": document_hash(&step.event), "tasks": tasks,
        });
        tx.audit(self.audit(&actor.person.login, &format!("order_{kind}"), &id.to_string(), &details));
        tx.commit().await?;
        Ok(after)
    }

    /// Says what the gate is asked about a step; none = it is not.
    fn asked_of_gate(
        &self,
        wish: &OrderWish,
        work: &OrderWork,
        today: Date,
    ) -> Result<Option<Asked>, AppError> {
        match wish {
            OrderWish::Sign { .. } => self.asked_at_signing(&work.order).map(Some),
            OrderWish::Extend { until, .. } => {
                let until = self.day(until)?;
                // Nothing is read for a day that its term does not reach.
                self.expect_within_term(&work.order, until)?;
                self.asked_at_extension(&work.order, (today, until)).map(Some)
            }
            OrderWish::RequestApproval { .. }
            | OrderWish::Agree { .. }
            | OrderWish::Refuse { .. }
            | OrderWish::Register { .. }
            | OrderWish::Issue
            | OrderWish::Notify { .. }
            | OrderWish::Close
            | OrderWish::Revoke { .. } => Ok(None),
        }
    }

    /// Refuses what the gate does not let pass.
    async fn expect_passes(
        &self,
        work: &OrderWork,
        records: &OrderRecords,
        asked: Asked,
    ) -> Result<(), AppError> {
        let refused = self.refused_visits(work, records, asked).await?;
        if refused.is_empty() {
            return Ok(());
        }
        let words = refused.iter().map(|one| format!("{}: {}", one.object_key, one.lacks));
        let refused = words.collect::<Vec<_>>().join("; ");
        Err(OrderError::GateRefused { order: work.order.number_text(), refused }.into())
    }

    /// Asks what the state machine cannot know: the day and the work that is left.
    fn expect_guards(&self, work: &OrderWork, event: &OrderEvent, today: Date) -> Result<(), AppError> {
        match event {
            OrderEvent::Issue { .. } | OrderEvent::Sign { .. } => Ok(expect_work_left(work, event, today)?),
            OrderEvent::Extend { until, .. } => {
                expect_work_left(work, event, today)?;
                self.expect_within_term(&work.order, *until)
            }
            OrderEvent::Notify { notice, .. } => Ok(expect_signed_before(&work.order, notice)?),
            OrderEvent::Revoke { .. } => Ok(expect_something_to_call_off(work)?),
            OrderEvent::RequestApproval { .. }
            | OrderEvent::Check { .. }
            | OrderEvent::Agree { .. }
            | OrderEvent::Refuse { .. }
            | OrderEvent::Register { .. }
            | OrderEvent::Execute
            | OrderEvent::Close => Ok(()),
        }
    }

    /// Refuses an end that the kind of event does not allow.
    fn expect_within_term(&self, order: &Order, until: Date) -> Result<(), AppError> {
        let fault = |problem: String| {
            let (order, until) = (order.number_text(), until.to_string());
            Err(AppError::from(OrderError::Term { order, until, problem }))
        };
        let first = self.day(&order.date)?;
        let Some(latest) = latest_end(&self.methodology.planner, (&order.event_kind, first)) else {
            return fault("its kind of event has no term in days".to_owned());
        };
        let last = order.last_day().unwrap_or(first);
        if until <= last {
            return fault(format!("it lasts until {last} already"));
        }
        if until > latest {
            return fault(format!("by its kind of event it lasts until {latest} at most"));
        }
        if !self.methodology.manifest.calendar.is_working(until) {
            return fault("the day is no working day".to_owned());
        }
        Ok(())
    }

    /// Returns the tasks that a step frees, with their signs as the desk left them. What was begun stays what it is: its record
    /// may still come, and closes it.
    async fn freed_by(&self, event: &OrderEvent, work: &OrderWork) -> Result<Settlement, AppError> {
        let reason = match event {
            OrderEvent::Revoke { reason } => reason.as_str(),
            OrderEvent::Refuse { .. } => REFUSED,
            _ => return Ok(Settlement::default()),
        };
        let open: Vec<_> = work.open().filter(|task| !task.state.has_begun()).cloned().collect();
        let cancel = || (TaskEvent::Cancel { reason: reason.to_owned() }, FieldFinding::Nothing);
        let ends = open.iter().map(|_| cancel()).collect();
        let signs = self.store.signs(SignScope::Open).await?.into_iter();
        end_each(open, ends, &signs.map(|sign| (sign.id, sign)).collect(), self.now())
    }
}

/// Refuses a signature or an issue without the papers that come before it, and a request without need.
fn expect_papers(work: &OrderWork, event: &OrderEvent) -> Result<(), OrderError> {
    let is_asked = match event {
        OrderEvent::RequestApproval { .. } => work.needs.prosecutor == Need::Needed,
        OrderEvent::Notify { .. } => work.needs.notice == Need::Needed,
        _ => true,
    };
    if !is_asked {
        return Err(OrderError::NotNeeded { order: work.order.number_text(), step: event.kind().code() });
    }
    let lack = match (&work.order.state, event) {
        (OrderState::Checked { .. }, OrderEvent::Sign { .. }) if work.needs.prosecutor == Need::Needed => {
            "prosecutor_agreement"
        }
        (OrderState::Signed { .. }, OrderEvent::Issue { .. }) if work.needs.register == Need::Needed => {
            "register_entry"
        }
        _ => return Ok(()),
    };
    Err(OrderError::Lacks { order: work.order.number_text(), step: event.kind().code(), lack })
}

/// Refuses a step towards work that is over.
fn expect_work_left(work: &OrderWork, event: &OrderEvent, today: Date) -> Result<(), OrderError> {
    let (order, step) = (work.order.number_text(), event.kind().code());
    let last_day = work.order.last_day();
    if last_day.is_none_or(|last| last < today) {
        return Err(OrderError::DayOver { order, step, last_day: last_day.unwrap_or(today).to_string() });
    }
    match work.open().next() {
        Some(_) => Ok(()),
        None => Err(OrderError::NoWork { order, step }),
    }
}

/// Refuses a notice that is older than the decision of which it tells.
fn expect_signed_before(order: &Order, notice: &Notice) -> Result<(), OrderError> {
    let signed_on = order.state.signed_papers().map(|papers| papers.signature.on());
    let problem = "a notice tells of a decision that is signed: it did not reach anybody before that day";
    match signed_on.is_none_or(|signed_on| signed_on <= notice.on()) {
        true => Ok(()),
        false => Err(OrderError::Paper { order: order.number_text(), problem }),
    }
}

/// Refuses to call off an issued order under which all that was to be done was begun or done.
fn expect_something_to_call_off(work: &OrderWork) -> Result<(), OrderError> {
    match can_be_called_off(work) {
        true => Ok(()),
        false => Err(OrderError::UnderWay { order: work.order.number_text() }),
    }
}

/// Tells whether an order has anything left to call off.
pub(crate) fn can_be_called_off(work: &OrderWork) -> bool {
    let was_begun = |state: &TaskState| {
        state.has_begun() || state.was_in_vain() || matches!(state, TaskState::Closed { .. })
    };
    let is_left = work.open().any(|task| !task.state.has_begun());
    let is_done = !is_left && work.tasks.iter().any(|task| was_begun(&task.state));
    !(work.order.state.is_issued() && is_done)
}

/// Returns the hash of the step's document: the log holds hashes, never values.
fn document_hash(event: &OrderEvent) -> Option<String> {
    let document = match event {
        OrderEvent::RequestApproval { request, .. } => request,
        OrderEvent::Agree { agreement } => &agreement.document,
        OrderEvent::Refuse { refusal } => &refusal.document,
        OrderEvent::Sign { signature, .. } => signature.document(),
        OrderEvent::Check { .. }
        | OrderEvent::Register { .. }
        | OrderEvent::Issue { .. }
        | OrderEvent::Notify { .. }
        | OrderEvent::Extend { .. }
        | OrderEvent::Execute
        | OrderEvent::Close
        | OrderEvent::Revoke { .. } => return None,
    };
    Some(document.sha256().to_string())
}
