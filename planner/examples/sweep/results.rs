//! The file of results, a line a run, and what is read from it.

use std::collections::BTreeMap;
use std::fmt;

use super::Failed;

/// Is one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Run {
    pub(crate) instance: String,
    pub(crate) vehicles: u32,
    pub(crate) seed: u64,
    /// CPU seconds allowed.
    pub(crate) seconds: f64,
    pub(crate) score: f64,
    pub(crate) best: f64,
    pub(crate) iterations: u64,
    /// CPU seconds used.
    pub(crate) cpu: f64,
}

impl Run {
    /// Returns what tells this run from others.
    pub(crate) fn key(&self) -> (String, u32, u64, String) {
        (self.instance.clone(), self.vehicles, self.seed, self.seconds.to_string())
    }

    /// Returns how far below the best score it is, in hundredths.
    fn gap(&self) -> f64 {
        100.0 * (self.best - self.score) / self.best
    }

    fn parse(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split(',').collect();
        let [instance, vehicles, seed, seconds, score, best, iterations, cpu] = fields[..] else {
            return None;
        };
        Some(Self {
            instance: instance.to_owned(),
            vehicles: vehicles.parse().ok()?,
            seed: seed.parse().ok()?,
            seconds: seconds.parse().ok()?,
            score: score.parse().ok()?,
            best: best.parse().ok()?,
            iterations: iterations.parse().ok()?,
            cpu: cpu.parse().ok()?,
        })
    }
}

impl fmt::Display for Run {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { instance, vehicles, seed, seconds, score, best, iterations, cpu } = self;
        write!(out, "{instance},{vehicles},{seed},{seconds},{score},{best},{iterations},{cpu:.3}")
    }
}

/// Reads a file of results; a last line that was cut short counts as not run.
pub(crate) fn read(path: &str) -> Result<Vec<Run>, Failed> {
    Ok(std::fs::read_to_string(path)?.lines().filter_map(Run::parse).collect())
}

/// Prints mean and worst gap by time allowed, and the problems that are worst.
pub(crate) fn summary(path: &str) -> Result<(), Failed> {
    let mut by_time: BTreeMap<String, Vec<Run>> = BTreeMap::new();
    for run in read(path)? {
        by_time.entry(run.seconds.to_string()).or_default().push(run);
    }
    for (seconds, mut runs) in by_time {
        runs.sort_by(|a, b| b.gap().total_cmp(&a.gap()));
        let mean = |of: &dyn Fn(&Run) -> f64| runs.iter().map(of).sum::<f64>() / runs.len() as f64;
        let above = runs.iter().filter(|run| run.gap() < 0.0).count();
        println!(
            "{seconds} s: {} runs, mean gap {:.3} %, worst {:.2} %, {above} above the best known, longest {:.2} s, mean {:.2} s",
            runs.len(),
            mean(&Run::gap),
            runs.first().map_or(0.0, Run::gap),
            runs.iter().map(|run| run.cpu).fold(0.0, f64::max),
            mean(&|run| run.cpu),
        );
        let worst = runs.iter().take(8);
        let worst: Vec<String> =
            worst.map(|run| format!("{}/{} {:.2}", run.instance, run.vehicles, run.gap())).collect();
        println!("    {}", worst.join(", "));
    }
    Ok(())
}

/// Prints a line a problem, with the mean score over the seeds and its gap for each time allowed.
pub(crate) fn table(path: &str) -> Result<(), Failed> {
    let mut problems: BTreeMap<(String, u32), BTreeMap<String, Vec<Run>>> = BTreeMap::new();
    let mut times: BTreeMap<String, ()> = BTreeMap::new();
    for run in read(path)? {
        let time = run.seconds.to_string();
        times.insert(time.clone(), ());
        let problem = problems.entry((run.instance.clone(), run.vehicles)).or_default();
        problem.entry(time).or_default().push(run);
    }
    let mut times: Vec<String> = times.into_keys().collect();
    times.sort_by_key(|time| time.parse().unwrap_or(0));
    let heads: Vec<String> = times.iter().map(|time| format!("{time} s | gap % |")).collect();
    println!("| instance | m | best known | {}", heads.join(" "));
    println!("|---|---|---|{}", "---|---|".repeat(times.len()));
    for ((instance, vehicles), by_time) in &problems {
        let best = by_time.values().flatten().map(|run| run.best).fold(0.0, f64::max);
        let cells: Vec<String> = times.iter().map(|time| cell(by_time.get(time))).collect();
        println!("| {instance} | {vehicles} | {best} | {}", cells.join(" "));
    }
    Ok(())
}

fn cell(runs: Option<&Vec<Run>>) -> String {
    let Some(runs) = runs else { return "| |".to_owned() };
    let count = runs.len() as f64;
    let score = runs.iter().map(|run| run.score).sum::<f64>() / count;
    let gap = runs.iter().map(Run::gap).sum::<f64>() / count;
    let score = if score.fract() == 0.0 { format!("{score}") } else { format!("{score:.1}") };
    format!("{score} | {gap:.2} |")
}
