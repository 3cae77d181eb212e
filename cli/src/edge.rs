//! What only the edge may do: look at the clock, make ids, read the environment.

use std::sync::Arc;

use dozor_app::Holders;
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
    pub(crate) fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
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

/// Names the calls of this process as holders of leases: the machine since its start, the process, when it began, and
/// a number of the call. A process is told from a later one of the same number by when it began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Processes;

impl Holders for Processes {
    fn new_holder(&self) -> String {
        let (machine, began) = (machine(), began(std::process::id()).unwrap_or_default());
        format!("{machine}/{}/{began}/{}", std::process::id(), new_id())
    }

    fn is_gone(&self, holder: &str) -> bool {
        let mut parts = holder.split('/');
        let (Some(there), Some(process), Some(since)) = (parts.next(), parts.next(), parts.next()) else {
            return false;
        };
        // Without /proc, or for another machine, nothing is known: the lease has to run out.
        if there.is_empty() || since.is_empty() || there != machine() {
            return false;
        }
        process.parse().is_ok_and(|process: u32| began(process).as_deref() != Some(since))
    }
}

/// Names the machine since its start and this process's view of its processes; empty where that can't be told.
fn machine() -> String {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let view = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    match (boot.trim(), view.to_string_lossy()) {
        ("", _) => String::new(),
        (_, view) if view.is_empty() => String::new(),
        (boot, view) => format!("{boot} {view}"),
    }
}

/// Returns when a process began, in ticks since the machine's start; none when there is no such process.
fn began(process: u32) -> Option<String> {
    let line = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in brackets may hold blanks and brackets; what follows the last bracket is fields 3 and on.
    let (_, fields) = line.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace();
    // A killed process that nobody has waited for works no more.
    if matches!(fields.next()?, "Z" | "X") {
        return None;
    }
    fields.nth(18).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_gone_when_it_ended_or_another_one_bears_its_number() {
        let me = Processes.new_holder();
        assert_ne!(me, Processes.new_holder(), "each call is a holder of its own");
        if machine().is_empty() {
            return;
        }
        assert!(!Processes.is_gone(&me));
        let mut parts: Vec<&str> = me.split('/').collect();
        parts[2] = "1";
        assert!(Processes.is_gone(&parts.join("/")), "another process bears the number now");
        parts[0] = "elsewhere";
        assert!(!Processes.is_gone(&parts.join("/")), "of another machine nothing is known");
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let number = child.id().to_string();
        child.wait().unwrap();
        let mut parts: Vec<&str> = me.split('/').collect();
        parts[1] = &number;
        assert!(Processes.is_gone(&parts.join("/")));
    }
}
