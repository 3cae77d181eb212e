//! Runs on a day in a city, on this thread alone.

use dozor_planner::benchmark::City;
use dozor_planner::routing::{Aim, Limit, SearchSettings};
use dozor_planner::verify_city;

use super::Failed;
use super::arguments::Arguments;
use super::clock::{peak_megabytes, thread_seconds};

/// Prints score, time and memory of each seed.
pub(crate) fn sweep(arguments: &Arguments) -> Result<(), Failed> {
    let text = std::fs::read_to_string(arguments.text("--file")?)?;
    let seconds: f64 = arguments.number("--seconds", 5.0)?;
    let seeds: u64 = arguments.number("--seeds", 1)?;
    let first: u64 = arguments.number("--first", 1)?;
    let settings = arguments.settings(SearchSettings::many_crews())?;
    let iterations: u64 = arguments.number("--iterations", 0)?;
    let aim = (iterations > 0).then_some(Aim { cooling: iterations, stop: iterations });
    let mut scores = Vec::new();
    for seed in first..first + seeds {
        let began = thread_seconds();
        let city = City::parse(&text)?;
        let mut limit = Limit::new(thread_seconds, aim.is_none().then_some(began + seconds), aim);
        let answer = city.solve_with(&settings, seed, &mut limit);
        let cpu = thread_seconds() - began;
        if let Some(first) = verify_city(&text, &serde_json::to_string(&answer)?).first() {
            return Err(format!("seed {seed}: {first}").into());
        }
        scores.push(answer.score);
        println!(
            "seed {seed}: {} in {cpu:.2} s, {} iterations, {:.0} MB at most",
            answer.score,
            answer.iterations,
            peak_megabytes()
        );
    }
    let mean = scores.iter().sum::<i64>() as f64 / scores.len() as f64;
    println!("mean {mean:.1}, least {:?}, greatest {:?}", scores.iter().min(), scores.iter().max());
    Ok(())
}
