//! `solve`: benchmark files, without a database.

use std::ops::ControlFlow;
use std::path::Path;

use dozor_app::AppError;
use dozor_planner::benchmark::{City, CityAnswer, Toptw, ToptwAnswer};
use dozor_planner::routing::{Aim, Pulse, Watch};
use dozor_planner::{PlannerError, verify_city, verify_toptw};

use super::usage;
use crate::args::{SearchArgs, SolveCommand};
use crate::edge::Stopwatch;
use crate::output::{Done, Failure};

/// Iterations where neither a number nor seconds are given.
const USUAL_ITERATIONS: u64 = 200_000;
/// Share of the time left that is planned for: speed varies, and a cooling that is cut short is worth less.
const SAFE_SHARE: f64 = 0.93;

/// Solves one file.
pub(super) fn solve(command: &SolveCommand) -> Result<Done, Failure> {
    // Reading counts: who gives five seconds wants the answer after five.
    let watch = Stopwatch::start();
    match command {
        SolveCommand::Toptw { file, vehicles, search } => {
            let text = read(file)?;
            let toptw = Toptw::parse(&text)?;
            let answer = toptw.solve(*vehicles, search.seed, &mut Limit::new(*search, &watch)?);
            let document = serde_json::json!(answer);
            sound(&verify_toptw(&text, *vehicles, &document.to_string()))?;
            Ok(Done::clean(&document, toptw_text(&answer)))
        }
        SolveCommand::City { file, search } => {
            let text = read(file)?;
            let city = City::parse(&text)?;
            let answer = city.solve(search.seed, &mut Limit::new(*search, &watch)?);
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

/// Ends a search when its time is up, or after a number of iterations.
struct Limit<'a> {
    seconds: Option<f64>,
    /// As asked for by the call.
    known: Option<Aim>,
    watch: &'a Stopwatch,
    /// When the first iteration began.
    began: Option<f64>,
}

impl<'a> Limit<'a> {
    fn new(search: SearchArgs, watch: &'a Stopwatch) -> Result<Self, Failure> {
        if let Some(seconds) = search.seconds
            && !(seconds >= 0.0 && seconds.is_finite())
        {
            return Err(usage("SECONDS_INVALID", &format!("reading --seconds {seconds}")));
        }
        let usual = search.seconds.is_none().then_some(USUAL_ITERATIONS);
        let stop = search.iterations.or(usual);
        let known = stop.map(|stop| Aim { cooling: search.cooling.unwrap_or(stop), stop });
        Ok(Self { seconds: search.seconds, known, watch, began: None })
    }

    fn elapsed(&self) -> f64 {
        self.watch.millis() as f64 / 1000.0
    }
}

impl Watch for Limit<'_> {
    fn known(&self) -> Option<Aim> {
        self.known
    }

    /// Takes the speed so far for the speed of the rest.
    fn aim(&mut self, pulse: Pulse) -> Aim {
        let now = self.elapsed();
        let spent = (now - self.began.unwrap_or(0.0)).max(0.001);
        let left = (self.seconds.unwrap_or(0.0) - now).max(0.0) * SAFE_SHARE;
        let stop = pulse.done + (pulse.done as f64 * left / spent) as u64;
        Aim { cooling: stop, stop }
    }

    fn go_on(&mut self, pulse: Pulse) -> ControlFlow<()> {
        let now = self.elapsed();
        self.began.get_or_insert(now);
        let is_late = self.seconds.is_some_and(|seconds| now >= seconds);
        let is_done = self.known.is_some_and(|aim| pulse.done >= aim.stop);
        if is_late || is_done { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
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
