//! The sweep over files of points.

use std::collections::BTreeSet;
use std::io::Write;

use dozor_planner::benchmark::Toptw;
use dozor_planner::routing::{Limit, SearchSettings};
use dozor_planner::verify_toptw;

use super::Failed;
use super::arguments::Arguments;
use super::clock::thread_seconds;
use super::results::{Run, read};

/// Is one problem with the best score that the literature or a checked search knows.
struct Known {
    instance: String,
    vehicles: u32,
    best: f64,
}

/// Runs what the file of results does not hold yet.
pub(crate) fn sweep(arguments: &Arguments) -> Result<(), Failed> {
    let (data, out) = (arguments.text("--data")?, arguments.text("--out")?);
    let seconds: f64 = arguments.number("--seconds", 1.0)?;
    let seeds: u64 = arguments.number("--seeds", 1)?;
    let settings = arguments.settings(SearchSettings::default())?;
    let done: BTreeSet<_> = read(&out).unwrap_or_default().iter().map(Run::key).collect();
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&out)?;
    for seed in 1..=seeds {
        for known in chosen(arguments, &data)? {
            let mut run =
                Run { instance: known.instance, vehicles: known.vehicles, seed, seconds, ..Run::default() };
            if done.contains(&run.key()) {
                continue;
            }
            run.best = known.best;
            solve(&data, &settings, &mut run)?;
            writeln!(file, "{run}")?;
        }
    }
    super::results::summary(&out)
}

/// Reads the best scores and keeps the problems asked for.
fn chosen(arguments: &Arguments, data: &str) -> Result<Vec<Known>, Failed> {
    let (only, vehicles) = (arguments.list("--only"), arguments.list("--vehicles"));
    let every: usize = arguments.number("--every", 1)?;
    let mut chosen = Vec::new();
    for line in std::fs::read_to_string(format!("{data}/best.csv"))?.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [instance, count, best, ..] = fields[..] else { return Err(format!("«{line}»?").into()) };
        let family = instance.trim_end_matches(|digit: char| digit.is_ascii_digit());
        let is_asked = (only.is_empty() || only.iter().any(|name| name == family || name == instance))
            && (vehicles.is_empty() || vehicles.iter().any(|name| name == count));
        if is_asked {
            let known =
                Known { instance: instance.to_owned(), vehicles: count.parse()?, best: best.parse()? };
            chosen.push(known);
        }
    }
    Ok(chosen.into_iter().step_by(every.max(1)).collect())
}

fn solve(data: &str, settings: &SearchSettings, run: &mut Run) -> Result<(), Failed> {
    let began = thread_seconds();
    let text = std::fs::read_to_string(format!("{data}/{}.txt", run.instance))?;
    let toptw = Toptw::parse(&text)?;
    let mut limit = Limit::new(thread_seconds, Some(began + run.seconds), None);
    let answer = toptw.solve_with(run.vehicles, settings, run.seed, &mut limit);
    run.cpu = thread_seconds() - began;
    let wrong = verify_toptw(&text, run.vehicles, &serde_json::to_string(&answer)?);
    if let Some(first) = wrong.first() {
        return Err(format!("{} m = {} seed {}: {first}", run.instance, run.vehicles, run.seed).into());
    }
    run.score = answer.score.as_f64().unwrap_or(f64::NAN);
    run.iterations = answer.iterations;
    Ok(())
}
