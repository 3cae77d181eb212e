//! CPU time: other work on the machine does not count.

use rustix::time::{ClockId, clock_gettime};

/// Returns the seconds for which this thread has run.
pub(crate) fn thread_seconds() -> f64 {
    let ran = clock_gettime(ClockId::ThreadCPUTime);
    ran.tv_sec as f64 + ran.tv_nsec as f64 / 1e9
}

/// Returns the largest memory of the process so far, in megabytes.
pub(crate) fn peak_megabytes() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) / 1024.0
}
