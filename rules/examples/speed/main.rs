//! Measures 50 rules varied from `packs/moscow` over a seeded portfolio: kernels beside the interpreter; writes the same
//! columns and rules for `benches/peers/rules.py`, which asks other tools. Usage: `speed [--objects N] [--write DIR]`.
#![expect(clippy::print_stdout, reason = "the figures are what this program is for")]

mod clock;
mod expressions;
mod portfolio;
mod variants;
mod written;

use clock::timed;

/// The program's allocator: what a million answers cost depends on who gives the memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    let table = portfolio::table(&rules, &names, (objects, SEED), &[])?;
    let memory_before = status("VmRSS:");
    let mut fired = 0;
    let kernels = timed(REPEATS, || {
        let answers = rules.evaluate_columns(&table)?;
        fired = answers.columns.iter().map(|column| column.fired.count()).sum::<u64>();
        Ok(())
    })?;
    let memory_after = status("VmHWM:");
    let sample = table.slice(0, INTERPRETED.min(objects));
    let mut verdicts = None;
    let interpreted = timed(1, || {
        verdicts = Some(rules.evaluate_interpreted(&sample)?);
        Ok(())
    })?;
    let mut explained = None;
    let reasons = timed(REPEATS, || {
        explained = Some(rules.evaluate(&sample)?);
        Ok(())
    })?;
    let times = objects as f64 / sample.len() as f64;
    println!("objects {objects}, rules {RULES}, vectorised {}", report.vectorised.len());
    println!("threads {}", std::thread::available_parallelism().map_or(1, usize::from));
    println!("kernels: {kernels}");
    println!("interpreter, {} objects: {interpreted}", sample.len());
    println!(
        "interpreter, all objects: {:.1} s, {:.0} × the kernels; of the processor {:.1} s, {:.0} ×",
        interpreted.median * times,
        interpreted.median * times / kernels.median,
        interpreted.processor * times,
        interpreted.processor * times / kernels.processor
    );
    println!("answers with reasons, {} objects: {reasons}", sample.len());
    println!("answers equal on the sample: {}", verdicts == explained);
    println!("fired {fired}, memory: {memory_before} before, peak {memory_after}");
    if let Some(folder) = after("--write") {
        written::write(&table, std::path::Path::new(&folder))?;
        std::fs::write(
            std::path::Path::new(&folder).join("rules.json"),
            expressions::of(&rules).to_string(),
        )?;
    }
    Ok(())
}

/// Reads a line of what the kernel says of this process.
fn status(line: &str) -> String {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = text.lines().find_map(|known| known.strip_prefix(line));
    found.map_or_else(|| "unknown".to_owned(), |value| value.trim().to_owned())
}
