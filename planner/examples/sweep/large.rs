//! A run on a generated city of any size, on all threads, with what is planned of the two highest categories.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::time::Instant;

use dozor_planner::benchmark::City;
use dozor_planner::routing::{Aim, Limit, Pulse, Watch, search};
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
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failed> {
    let (objects, inspectors) =
        (arguments.number("--objects", 20_000)?, arguments.number("--inspectors", 500)?);
    let seed: u64 = arguments.number("--seed", 1)?;
    let seconds: f64 = arguments.number("--seconds", 60.0)?;
    let settings = arguments.settings()?;
    let city = City::generate(objects, inspectors, seed);
    let began = Instant::now();
    let clock = || began.elapsed().as_secs_f64();
    let first = Cell::new(None);
    let problem = city.problem();
    let known = arguments.number("--iterations", 0_u64)?;
    let aim = (known > 0).then_some(Aim { cooling: known, stop: known });
    let limit = Limit::new(clock, aim.is_none().then_some(seconds), aim);
    let found = search(&problem, &settings, seed, &mut First { inner: limit, began, first: &first });
    let took = clock();
    let memory = peak_megabytes();
    let answer = city.answer(&problem, &found);
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
    for category in 0..5 {
        let of = |item: &&u32| city.objects[**item as usize].cat == category;
        let planned = found.routes.iter().flatten().filter(of).count();
        let all = city.objects.iter().filter(|object| object.cat == category).count();
        println!("category {category}: {planned} of {all}");
    }
    Ok(())
}
