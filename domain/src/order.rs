//! Orders (поручения): the inner instruction, numbered without gaps, as far as `checked` for now.

use serde::{Deserialize, Serialize};

use crate::{InvalidTransition, OrderId, PlanId, Timestamp};

/// Is where an order stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OrderState {
    /// Has its number.
    Draft,
    /// The checks of law passed.
    Checked {
        /// What was checked, as codes.
        checks: Vec<String>,
    },
    /// Called off; the number keeps its row for ever.
    Revoked {
        /// Why.
        reason: String,
    },
}

/// Is what may happen to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderEvent {
    /// The checks of law passed.
    Check {
        /// What was checked, as codes.
        checks: Vec<String>,
    },
    /// Somebody calls it off.
    Revoke {
        /// Why.
        reason: String,
    },
}

/// Is the instruction to one inspector for one day and kind of event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Id derived from plan, inspector, control kind and kind of event.
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

    /// Applies an event at an instant.
    ///
    /// # Errors
    /// [`InvalidTransition`] where DOMAIN.md's table of states has no such arrow.
    pub fn apply(self, event: OrderEvent, at: Timestamp) -> Result<Self, InvalidTransition> {
        let state = match (&self.state, event) {
            (OrderState::Draft, OrderEvent::Check { checks }) => OrderState::Checked { checks },
            (OrderState::Draft | OrderState::Checked { .. }, OrderEvent::Revoke { reason }) => {
                OrderState::Revoked { reason }
            }
            (state, event) => {
                return Err(InvalidTransition {
                    entity: "order",
                    state: match state {
                        OrderState::Draft => "draft",
                        OrderState::Checked { .. } => "checked",
                        OrderState::Revoked { .. } => "revoked",
                    },
                    event: match event {
                        OrderEvent::Check { .. } => "check",
                        OrderEvent::Revoke { .. } => "revoke",
                    },
                });
            }
        };
        Ok(Self { state, changed_at: at, ..self })
    }
}
