//! Ends a search when its time is up, or after a number of iterations. The clock is the caller's: on the wall for
//! people, of the thread for measurements.

use std::ops::ControlFlow;

use super::search::{Aim, Pulse, Watch};

/// Share of the time left that is planned for: speed varies, and a cooling that is cut short is worth less.
const SAFE_SHARE: f64 = 0.93;

/// Is an end to a search by time, iterations or both.
#[derive(Clone, Copy, Debug)]
pub struct Limit<C> {
    clock: C,
    /// When the time is up, by the clock.
    until: Option<f64>,
    /// Iterations asked for by the caller.
    known: Option<Aim>,
    /// When the first iteration began.
    began: Option<f64>,
}

impl<C: Fn() -> f64> Limit<C> {
    /// Ends at the instant `until` of the clock, in seconds, and after the iterations of `known`.
    pub fn new(clock: C, until: Option<f64>, known: Option<Aim>) -> Self {
        Self { clock, until, known, began: None }
    }
}

impl<C: Fn() -> f64> Watch for Limit<C> {
    fn known(&self) -> Option<Aim> {
        self.known
    }

    /// Takes the speed so far for the speed of the rest.
    fn aim(&mut self, pulse: Pulse) -> Aim {
        let now = (self.clock)();
        let spent = (now - self.began.unwrap_or(0.0)).max(1e-4);
        let left = (self.until.unwrap_or(0.0) - now).max(0.0) * SAFE_SHARE;
        let stop = pulse.done + (pulse.done as f64 * left / spent) as u64;
        Aim { cooling: stop, stop }
    }

    fn go_on(&mut self, pulse: Pulse) -> ControlFlow<()> {
        let now = (self.clock)();
        self.began.get_or_insert(now);
        let is_late = self.until.is_some_and(|until| now >= until);
        let is_done = self.known.is_some_and(|aim| pulse.done >= aim.stop);
        if is_late || is_done { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
