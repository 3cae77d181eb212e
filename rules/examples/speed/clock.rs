//! What a repeated piece of work takes: by the clock, and of the processor, which a busy machine changes little.

use std::time::Instant;

use crate::Failed;

/// Holds seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    pub(crate) median: f64,
    pub(crate) least: f64,
    /// Of all threads together, the mean of the repeats.
    pub(crate) processor: f64,
}

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { median, least, processor } = self;
        write!(f, "median {median:.4} s, least {least:.4} s, of the processor {processor:.4} s")
    }
}

/// Repeats some work.
pub(crate) fn timed(repeats: usize, mut body: impl FnMut() -> Result<(), Failed>) -> Result<Taken, Failed> {
    let before = processor_seconds();
    let mut seconds = Vec::new();
    for _ in 0..repeats {
        #[expect(clippy::disallowed_methods, reason = "a bench measures time")]
        let started = Instant::now();
        body()?;
        seconds.push(started.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    let processor = (processor_seconds() - before) / repeats as f64;
    Ok(Taken { median: seconds[seconds.len() / 2], least: seconds[0], processor })
}

/// Adds up what Linux says that each thread of this process had of a processor; 0 on other systems.
fn processor_seconds() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanos = threads.filter_map(|thread| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    });
    nanos.sum::<f64>() / 1e9
}
