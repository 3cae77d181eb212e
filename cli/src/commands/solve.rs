//! `solve`: benchmark files, without a database.

use std::path::Path;
use std::time::Duration;

use dozor_app::AppError;
use dozor_planner::benchmark::{City, CityAnswer, Toptw, ToptwAnswer};
use dozor_planner::routing::{Aim, Limit};
use dozor_planner::{PlannerError, verify_city, verify_toptw};

use super::usage;
use crate::args::{SearchArgs, SolveCommand};
use crate::edge::Stopwatch;
use crate::output::{Done, Failure};

/// Iterations where neither a number nor seconds are given.
const USUAL_ITERATIONS: u64 = 200_000;

/// Solves one file.
pub(super) fn solve(command: &SolveCommand) -> Result<Done, Failure> {
    // Reading counts: who gives five seconds wants the answer after five.
    let watch = Stopwatch::start();
    match command {
        SolveCommand::Toptw { file, vehicles, search } => {
            let text = read(file)?;
            let toptw = Toptw::parse(&text)?;
            let answer = toptw.solve(*vehicles, search.seed, &mut limit(*search, &watch)?);
            let document = serde_json::json!(answer);
            sound(&verify_toptw(&text, *vehicles, &document.to_string()))?;
            Ok(Done::clean(&document, toptw_text(&answer)))
        }
        SolveCommand::City { file, search } => {
            let text = read(file)?;
            let city = City::parse(&text)?;
            let answer = city.solve(search.seed, &mut limit(*search, &watch)?);
            let document = serde_json::json!(answer);
            sound(&verify_city(&text, &document.to_string()))?;
            Ok(Done::clean(&document, city_text(&answer)))
        }
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    let read = std::fs::read_to_string(file);
    Ok(read.map_err(|source| AppError::Read { path: file.display().to_string(), source })?)
}

/// Makes the end that a call asks for.
fn limit(search: SearchArgs, watch: &Stopwatch) -> Result<Limit<impl Fn() -> f64>, Failure> {
    if let Some(seconds) = search.seconds
        && Duration::try_from_secs_f64(seconds).is_err()
    {
        return Err(usage("SECONDS_INVALID", &format!("reading --seconds {seconds}")));
    }
    let usual = search.seconds.is_none().then_some(USUAL_ITERATIONS);
    let stop = search.iterations.or(usual);
    let known = stop.map(|stop| Aim { cooling: search.cooling.unwrap_or(stop), stop });
    Ok(Limit::new(|| watch.seconds(), search.seconds, known))
}

fn sound(wrong: &[String]) -> Result<(), PlannerError> {
    match wrong.first() {
        Some(first) => Err(PlannerError::Answer { count: wrong.len(), first: first.clone() }),
        None => Ok(()),
    }
}

fn toptw_text(answer: &ToptwAnswer) -> String {
    let mut text = format!("score {}, {} iterations\n", answer.score, answer.iterations);
    for (number, route) in (1..).zip(&answer.routes) {
        let points: Vec<String> = route.iter().map(u32::to_string).collect();
        text.push_str(&format!("  vehicle {number}: {}\n", points.join(" ")));
    }
    text
}

fn city_text(answer: &CityAnswer) -> String {
    let mut text = format!("score {}, {} iterations\n", answer.score, answer.iterations);
    for route in &answer.routes {
        text.push_str(&format!("  inspector {}:", route.inspector));
        for stop in &route.stops {
            let minute = stop.start / 60;
            text.push_str(&format!(" {}@{:02}:{:02}", stop.object, minute / 60, minute % 60));
        }
        text.push('\n');
    }
    text
}
