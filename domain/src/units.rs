//! Small units whose mixing up would be a defect, and the error of every state machine.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Is a probability in [0, 1].
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(f64);

impl Probability {
    /// Accepts a finite number in [0, 1].
    pub fn new(value: f64) -> Option<Self> {
        (0.0..=1.0).contains(&value).then_some(Self(value))
    }
    /// Returns the number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl From<Probability> for f64 {
    fn from(value: Probability) -> f64 {
        value.0
    }
}

impl TryFrom<f64> for Probability {
    type Error = String;
    fn try_from(value: f64) -> Result<Self, String> {
        Self::new(value).ok_or_else(|| format!("{value} is no probability"))
    }
}

/// Is a distance in metres, finite and not negative.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Metres(f64);

impl Metres {
    /// Accepts a finite number that is not negative.
    pub fn new(value: f64) -> Option<Self> {
        (value.is_finite() && value >= 0.0).then_some(Self(value))
    }
    /// Returns the number of metres.
    pub fn get(self) -> f64 {
        self.0
    }
}

/// Is a span or a time of day in whole minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minutes(pub u32);

/// Says that an event is not allowed in a state.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{entity} in state «{state}» does not take the event «{event}»")]
pub struct InvalidTransition {
    /// The kind of thing, e.g. `task`.
    pub entity: &'static str,
    /// The state it is in.
    pub state: &'static str,
    /// The event that was refused.
    pub event: &'static str,
}
