//! Ends a search when its time is up, or after a number of iterations. The clock is the caller's: on the wall for
//! people, of the thread for measurements.

use std::ops::ControlFlow;

use super::search::{Aim, Pulse, Watch};

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

    /// Takes the speed so far for the speed of the rest. Its error costs little: a cooling that is cut short misses its
    /// last degrees, and after one that ends early the search goes on at the last temperature.
    fn aim(&mut self, pulse: Pulse) -> Aim {
        let now = (self.clock)();
        let spent = (now - self.began.unwrap_or(0.0)).max(1e-4);
        let left = (self.until.unwrap_or(0.0) - now).max(0.0);
        Aim { cooling: pulse.done + (pulse.done as f64 * left / spent) as u64, stop: u64::MAX }
    }

    fn go_on(&mut self, pulse: Pulse) -> ControlFlow<()> {
        let now = (self.clock)();
        self.began.get_or_insert(now);
        let is_late = self.until.is_some_and(|until| now >= until);
        let is_done = self.known.is_some_and(|aim| pulse.done >= aim.stop);
        if is_late || is_done { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
