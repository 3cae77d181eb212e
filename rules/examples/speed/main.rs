//! Measures 50 rules varied from `packs/moscow` over a seeded portfolio: kernels beside the interpreter; writes the same
//! columns and rules for `benches/peers/rules.py`, which asks other tools. Usage: `speed [--objects N] [--write DIR]`.
#![expect(clippy::print_stdout, reason = "the figures are what this program is for")]

mod expressions;
mod portfolio;
mod variants;

use std::time::Instant;

type Failed = Box<dyn std::error::Error>;

/// Rows that the interpreter is asked about: enough for a steady figure, few enough to wait for.
const INTERPRETED: usize = 20_000;
const REPEATS: usize = 7;
const RULES: usize = 50;
const SEED: u64 = 1;

fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().collect();
    let after = |flag: &str| {
        let at = arguments.iter().position(|argument| argument == flag)?;
        arguments.get(at + 1).cloned()
    };
    let objects: usize = after("--objects").map_or(Ok(1_000_000), |text| text.parse())?;
    let (rules, names) = variants::rules(RULES)?;
    let report = rules.check();
    let table = portfolio::table(&rules, &names, objects, SEED)?;
    let memory_before = status("VmRSS:");
    let mut seconds = Vec::new();
    let mut fired = 0;
    for _ in 0..REPEATS {
        let (taken, answers) = timed(|| rules.evaluate_columns(&table))?;
        fired = answers.columns.iter().map(|column| column.fired.count()).sum::<u64>();
        seconds.push(taken);
    }
    seconds.sort_by(f64::total_cmp);
    let sample = table.slice(0, INTERPRETED.min(objects));
    let (interpreted, verdicts) = timed(|| rules.evaluate_interpreted(&sample))?;
    let by_kernels = rules.evaluate(&sample)?;
    let scaled = interpreted * objects as f64 / sample.len() as f64;
    let median = seconds[seconds.len() / 2];
    println!("objects {objects}, rules {RULES}, vectorised {}", report.vectorised.len());
    println!("threads {}", std::thread::available_parallelism().map_or(1, usize::from));
    println!("kernels: median {median:.4} s, least {:.4} s of {REPEATS}", seconds[0]);
    println!(
        "interpreter: {interpreted:.3} s on {} objects, {scaled:.1} s on all; {:.0} × the kernels",
        sample.len(),
        scaled / median
    );
    println!("answers equal on the sample: {}", verdicts == by_kernels);
    println!("fired {fired}, memory: {memory_before} before, peak {}", status("VmHWM:"));
    if let Some(folder) = after("--write") {
        portfolio::write(&table, std::path::Path::new(&folder))?;
        std::fs::write(
            std::path::Path::new(&folder).join("rules.json"),
            expressions::of(&rules).to_string(),
        )?;
    }
    Ok(())
}

fn timed<T, E: std::error::Error + 'static>(body: impl Fn() -> Result<T, E>) -> Result<(f64, T), Failed> {
    #[expect(clippy::disallowed_methods, reason = "a bench measures time")]
    let started = Instant::now();
    let result = body()?;
    Ok((started.elapsed().as_secs_f64(), result))
}

/// Reads a line of what the kernel says of this process.
fn status(line: &str) -> String {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = text.lines().find_map(|known| known.strip_prefix(line));
    found.map_or_else(|| "unknown".to_owned(), |value| value.trim().to_owned())
}
