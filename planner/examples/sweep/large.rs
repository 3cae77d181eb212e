//! A run on a generated city of any size, on all threads, with what is planned of the two highest categories.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::Instant;

use dozor_planner::benchmark::City;
use dozor_planner::routing::{Aim, Limit, Problem, Pulse, SearchSettings, Watch, Ways};
use dozor_planner::verify_city;

use super::Failed;
use super::arguments::Arguments;
use super::clock::peak_megabytes;

/// Notes when the first plan stood.
struct First<'a, W> {
    inner: W,
    began: Instant,
    first: &'a Cell<Option<(f64, i64)>>,
}

impl<W: Watch> Watch for First<'_, W> {
    fn known(&self) -> Option<Aim> {
        self.inner.known()
    }

    fn aim(&mut self, pulse: Pulse) -> Aim {
        self.inner.aim(pulse)
    }

    fn go_on(&mut self, pulse: Pulse) -> ControlFlow<()> {
        if self.first.get().is_none() {
            self.first.set(Some((self.began.elapsed().as_secs_f64(), pulse.profit)));
        }
        self.inner.go_on(pulse)
    }
}

/// Prints the figures of one run.
#[expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failed> {
    let (objects, inspectors) =
        (arguments.number("--objects", 20_000)?, arguments.number("--inspectors", 500)?);
    let seed: u64 = arguments.number("--seed", 1)?;
    let seconds: f64 = arguments.number("--seconds", 60.0)?;
    let settings = arguments.settings(SearchSettings::many_crews())?;
    let city = City::generate(objects, inspectors, seed);
    let began = Instant::now();
    let clock = || began.elapsed().as_secs_f64();
    let first = Cell::new(None);
    let known = arguments.number("--iterations", 0_u64)?;
    let aim = (known > 0).then_some(Aim { cooling: known, stop: known });
    let limit = Limit::new(clock, aim.is_none().then_some(seconds), aim);
    let answer = city.solve_with(&settings, seed, &mut First { inner: limit, began, first: &first });
    let took = clock();
    let memory = peak_megabytes();
    let wrong = verify_city(&serde_json::to_string(&city)?, &serde_json::to_string(&answer)?);
    if let Some(first) = wrong.first() {
        return Err(first.clone().into());
    }
    if let Some((seconds, profit)) = first.get() {
        println!("first plan {profit} after {seconds:.2} s");
    }
    println!(
        "{} after {took:.1} s, {} iterations a part, {memory:.0} MB at most",
        answer.score, answer.iterations
    );
    let planned: BTreeSet<u64> =
        answer.routes.iter().flat_map(|route| &route.stops).map(|stop| stop.object).collect();
    let problem = city.problem();
    for category in 0..5 {
        let all = (0_u32..).zip(&city.objects).filter(|(_, object)| object.cat == category);
        let (done, left): (Vec<_>, Vec<_>) = all.partition(|(_, object)| planned.contains(&object.id));
        let possible = left.iter().filter(|(item, _)| is_possible(&problem, *item)).count();
        let all = done.len() + left.len();
        println!("category {category}: {} of {all} planned, {possible} others could be alone", done.len());
    }
    Ok(())
}

/// Tells whether anybody could do this work and nothing else.
fn is_possible<W: Ways>(problem: &Problem<W>, item: u32) -> bool {
    let what = &problem.items[item as usize];
    problem.able(item).iter().any(|crew| {
        let crew = &problem.crews[*crew as usize];
        let start = (crew.start + problem.ways.way(crew.profile, crew.base, item)).max(what.open);
        start <= what.close
            && start + what.service + problem.ways.way(crew.profile, item, crew.base) <= crew.end
    })
}
