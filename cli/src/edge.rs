//! What only the edge may do: look at the clock, make ids, read the environment.

use std::sync::Arc;

use dozor_domain::{Clock, FixedClock, Timestamp};
use uuid::Uuid;

/// Is the machine's clock, the only one in the program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the composition root is where the clock comes from")]
    fn now(&self) -> Timestamp {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Timestamp::from_micros(
            since_epoch.map_or(0, |span| i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }
}

/// Returns the machine's clock, or one that stands still at the given instant.
pub(crate) fn clock(now: Option<Timestamp>) -> Arc<dyn Clock> {
    match now {
        Some(instant) => Arc::new(FixedClock(instant)),
        None => Arc::new(SystemClock),
    }
}

/// Makes an id for what a person does now.
#[expect(clippy::disallowed_methods, reason = "ids of people's acts are made once, here")]
pub(crate) fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// Measures how long work took, in milliseconds.
pub(crate) struct Stopwatch(std::time::Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "durations for people are measured at the edge")]
    pub(crate) fn start() -> Self {
        Self(std::time::Instant::now())
    }
    pub(crate) fn millis(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Starts logging to stderr; `DOZOR_LOG` chooses levels, warnings are the default.
pub(crate) fn start_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("DOZOR_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,sqlx=error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
