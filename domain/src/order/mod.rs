//! Orders (поручения): the inner instruction, numbered without gaps, from its draft to its end. What the law asks for
//! before a step comes in as [`OrderNeeds`]: kinds of event are the pack's data.

mod papers;
mod state;
mod step;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{InvalidTransition, OrderId, PlanId, Timestamp};

pub use papers::{
    DocumentHash, DocumentReference, IssuedPapers, Notice, PaperFault, ProsecutorAnswer, RegisterNumber,
    Signature, SignedPapers,
};
pub use state::OrderState;
pub use step::{Need, OrderEvent, OrderLack, OrderNeeds, OrderStep, OrderStepKind};

/// Is the instruction to one inspector, or to two who go together, for one day and kind of event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Id derived from plan, inspectors, control kind and kind of event.
    pub id: OrderId,
    /// The plan.
    pub plan: PlanId,
    /// Local year of the number.
    pub year: i16,
    /// Number within the year, from 1, without gaps.
    pub number: i64,
    /// Code of the control kind.
    pub control_kind: String,
    /// Code of the kind of event.
    pub event_kind: String,
    /// Key of the inspector.
    pub inspector: String,
    /// Key of the second inspector, where two go together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<String>,
    /// Code of the unit.
    pub unit: String,
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// Where it stands.
    pub state: OrderState,
    /// When it last changed.
    pub changed_at: Timestamp,
}

impl Order {
    /// Returns the number as people write it, e.g. `2026/000017`.
    pub fn number_text(&self) -> String {
        format!("{}/{:06}", self.year, self.number)
    }

    /// Reads a number as people write it: year and number, leading zeros or not.
    pub fn read_number(text: &str) -> Option<(i16, i64)> {
        let (year, number) = text.trim().split_once('/')?;
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(year) || !all_digits(number) {
            return None;
        }
        Some((year.parse().ok()?, number.parse().ok()?))
    }

    /// Returns its last day: the planned one, or that of its extension.
    pub fn last_day(&self) -> Option<Date> {
        if let OrderState::Extended { until, .. } = self.state { Some(until) } else { self.date.parse().ok() }
    }

    /// Returns what is still to come before its work may start, in order; once it is issued, at most the notice.
    pub fn missing(&self, needs: OrderNeeds) -> Vec<OrderLack> {
        let agreement = (needs.prosecutor == Need::Needed).then_some(OrderLack::ProsecutorAgreement);
        let entry = (needs.register == Need::Needed).then_some(OrderLack::RegisterEntry);
        let (sign, issue) = (Some(OrderLack::Signature), Some(OrderLack::Issue));
        let is_told = needs.notice == Need::NotNeeded || self.state.notice().is_some();
        let notice = (!is_told).then_some(OrderLack::Notice);
        let lacks = match &self.state {
            OrderState::Draft => [Some(OrderLack::Check), agreement, sign, entry, issue, notice],
            OrderState::Checked { .. } | OrderState::ApprovalRequested { .. } => {
                [agreement, sign, entry, issue, notice, None]
            }
            OrderState::ProsecutorAgreed { .. } => [sign, entry, issue, notice, None, None],
            OrderState::ProsecutorRefused { .. } => {
                [Some(OrderLack::ProsecutorRefused), None, None, None, None, None]
            }
            OrderState::Signed { .. } => [entry, issue, notice, None, None, None],
            OrderState::Registered { .. } => [issue, notice, None, None, None, None],
            OrderState::Issued { .. } | OrderState::Extended { .. } => [notice, None, None, None, None, None],
            OrderState::Executed { .. } | OrderState::Closed { .. } => {
                [Some(OrderLack::Over), None, None, None, None, None]
            }
            OrderState::Revoked { .. } => [Some(OrderLack::Revoked), None, None, None, None, None],
        };
        lacks.into_iter().flatten().collect()
    }

    /// Tells whether a visit under it may start on a day. The gate is another question: this one asks for papers alone.
    ///
    /// # Errors
    /// The first [`OrderLack`].
    pub fn may_start(&self, needs: OrderNeeds, day: Date) -> Result<(), OrderLack> {
        let missing = self.missing(needs);
        if let Some(first) = missing.iter().find(|lack| **lack != OrderLack::Notice) {
            return Err(*first);
        }
        // A law that came since may ask for more than the papers have.
        if needs.prosecutor == Need::Needed && self.state.agreement().is_none() {
            return Err(OrderLack::ProsecutorAgreement);
        }
        if needs.register == Need::Needed && self.state.entry().is_none() {
            return Err(OrderLack::RegisterEntry);
        }
        if missing.contains(&OrderLack::Notice) {
            return Err(OrderLack::Notice);
        }
        let first_day = self.date.parse().ok();
        let is_within =
            first_day.zip(self.last_day()).is_some_and(|(first, last)| (first..=last).contains(&day));
        if is_within { Ok(()) } else { Err(OrderLack::Term) }
    }

    /// Returns the steps that its state and the law take next; executing is the records' to say.
    pub fn next_steps(&self, needs: OrderNeeds) -> Vec<OrderStepKind> {
        use OrderStepKind as Step;
        let needs_prosecutor = needs.prosecutor == Need::Needed;
        let mut steps = match &self.state {
            OrderState::Draft
            | OrderState::ProsecutorRefused { .. }
            | OrderState::Issued { .. }
            | OrderState::Extended { .. } => Vec::new(),
            OrderState::Checked { .. } if needs_prosecutor => vec![Step::RequestApproval],
            OrderState::Checked { .. } | OrderState::ProsecutorAgreed { .. } => vec![Step::Sign],
            OrderState::ApprovalRequested { .. } => vec![Step::Agree, Step::Refuse],
            OrderState::Signed { .. } if needs.register == Need::Needed => vec![Step::Register],
            OrderState::Signed { .. } => vec![Step::Issue, Step::Register],
            OrderState::Registered { .. } => vec![Step::Issue],
            OrderState::Executed { .. } => return vec![Step::Close],
            OrderState::Closed { .. } | OrderState::Revoked { .. } => return Vec::new(),
        };
        // Whoever is to be told is told as soon as there is a signed decision to tell of, and again where that went wrong.
        if needs.notice == Need::Needed && self.state.signed_papers().is_some() {
            steps.push(Step::Notify);
        }
        if self.state.is_issued() {
            steps.push(Step::Extend);
        }
        steps.push(Step::Revoke);
        steps
    }

    /// Applies an event at an instant.
    ///
    /// # Errors
    /// [`InvalidTransition`] where DOMAIN.md's table of states has no such arrow, or what the law asks for is not there.
    pub fn apply(self, event: OrderEvent, at: Timestamp) -> Result<Self, InvalidTransition> {
        let (code, kind) = (self.state.code(), event.kind());
        match next(&self.state, event) {
            Some(state) => Ok(Self { state, changed_at: at, ..self }),
            None => Err(InvalidTransition { entity: "order", state: code, event: kind.code() }),
        }
    }
}

/// Follows an arrow of the table of states; none where there is none.
fn next(state: &OrderState, event: OrderEvent) -> Option<OrderState> {
    use OrderState as State;
    Some(match (state, event) {
        (State::Draft, OrderEvent::Check { checks }) => State::Checked { checks },
        (State::Checked { .. }, OrderEvent::RequestApproval { request, needs })
            if needs.prosecutor == Need::Needed =>
        {
            State::ApprovalRequested { request }
        }
        (State::ApprovalRequested { .. }, OrderEvent::Agree { agreement }) => {
            State::ProsecutorAgreed { agreement }
        }
        (State::ApprovalRequested { .. }, OrderEvent::Refuse { refusal }) => {
            State::ProsecutorRefused { refusal }
        }
        (State::Checked { .. }, OrderEvent::Sign { signature, needs })
            if needs.prosecutor == Need::NotNeeded =>
        {
            State::Signed { papers: SignedPapers { agreement: None, signature, notice: None } }
        }
        (State::ProsecutorAgreed { agreement }, OrderEvent::Sign { signature, .. }) => State::Signed {
            papers: SignedPapers { agreement: Some(agreement.clone()), signature, notice: None },
        },
        (State::Signed { papers }, OrderEvent::Register { entry }) => {
            State::Registered { papers: papers.clone(), entry }
        }
        (State::Signed { papers }, OrderEvent::Issue { needs }) if needs.register == Need::NotNeeded => {
            State::Issued { papers: IssuedPapers { signed: papers.clone(), entry: None } }
        }
        (State::Registered { papers, entry }, OrderEvent::Issue { .. }) => {
            State::Issued { papers: IssuedPapers { signed: papers.clone(), entry: Some(entry.clone()) } }
        }
        (state, OrderEvent::Notify { notice, needs }) if needs.notice == Need::Needed => {
            return noticed(state, notice);
        }
        (State::Issued { papers } | State::Extended { papers, .. }, OrderEvent::Extend { until, reason }) => {
            State::Extended { papers: papers.clone(), until, reason }
        }
        (State::Issued { papers } | State::Extended { papers, .. }, OrderEvent::Execute) => {
            State::Executed { papers: papers.clone() }
        }
        (State::Executed { papers }, OrderEvent::Close) => State::Closed { papers: papers.clone() },
        (
            State::Executed { .. } | State::Closed { .. } | State::Revoked { .. },
            OrderEvent::Revoke { .. },
        ) => {
            return None;
        }
        (state, OrderEvent::Revoke { reason }) => {
            let (State::Issued { papers } | State::Extended { papers, .. }) = state else {
                return Some(State::Revoked { reason, papers: None });
            };
            State::Revoked { reason, papers: Some(papers.clone()) }
        }
        _ => return None,
    })
}

/// Adds a notice to the papers of a decision that is signed and not over.
fn noticed(state: &OrderState, notice: Notice) -> Option<OrderState> {
    use OrderState as State;
    Some(match state {
        State::Signed { papers } => State::Signed { papers: papers.noticed(notice) },
        State::Registered { papers, entry } => {
            State::Registered { papers: papers.noticed(notice), entry: entry.clone() }
        }
        State::Issued { papers } => State::Issued { papers: papers.noticed(notice) },
        State::Extended { papers, until, reason } => {
            State::Extended { papers: papers.noticed(notice), until: *until, reason: reason.clone() }
        }
        State::Draft
        | State::Checked { .. }
        | State::ApprovalRequested { .. }
        | State::ProsecutorAgreed { .. }
        | State::ProsecutorRefused { .. }
        | State::Executed { .. }
        | State::Closed { .. }
        | State::Revoked { .. } => return None,
    })
}

#[cfg(test)]
mod tests;
