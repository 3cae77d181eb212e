//! CPU time: other work on the machine does not count.

/// Returns the seconds for which this thread has run. Linux says it without a call into C.
pub(crate) fn thread_seconds() -> f64 {
    nanoseconds("/proc/thread-self/schedstat")
}

fn nanoseconds(path: &str) -> f64 {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let ran: f64 = text.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(f64::NAN);
    ran / 1e9
}

/// Returns the largest memory of the process so far, in megabytes.
pub(crate) fn peak_megabytes() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) / 1024.0
}
