//! A day planned as `dozor plan` does it, and planned anew after one absence and after one urgent order.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::Instant;

use dozor_domain::{InspectorDay, Minutes, ObjectId, PackManifest, Plan, Position, RiskCategory, TravelMode};
use dozor_planner::benchmark::City;
use dozor_planner::{
    DayQuotas, DayRest, Disturbance, ObjectState, PlanRequest, PlannerPack, check, check_rest, replan,
    select, solve,
};
use jiff::civil::{Date, date};

use super::Failed;
use super::arguments::Arguments;
use super::clock::peak_megabytes;

/// A Monday that is a working day.
const DAY: Date = date(2026, 11, 23);
/// Half past eleven.
const NOW: u32 = 690;

fn pack(folder: &str) -> Result<PlannerPack, Failed> {
    let read = |file: &str| std::fs::read_to_string(format!("{folder}/{file}"));
    let names = ["events.toml", "frequency.toml", "planner.toml", "terms.toml"];
    let files = names.iter().map(|name| Ok(((*name).to_owned(), read(name)?)));
    let files = files.collect::<Result<_, std::io::Error>>()?;
    let mut pack = PlannerPack::parse(&files, &PackManifest::parse(&read("pack.toml")?)?)?;
    // The figures are of days without a break and quotas, as the peers plan them.
    pack.settings.pause = None;
    pack.settings.quotas = DayQuotas::default();
    Ok(pack)
}

fn category(cat: u32) -> RiskCategory {
    match cat {
        0 => RiskCategory::ExtremelyHigh,
        1 => RiskCategory::High,
        2 => RiskCategory::Medium,
        3 => RiskCategory::Moderate,
        _ => RiskCategory::Low,
    }
}

/// Makes an object of the generated city: all are due, one in five hundred by an overdue prescription.
fn object(from: &dozor_planner::benchmark::Object) -> ObjectState {
    let key = format!("77:01:{:07}:{:05}", from.id / 1000, from.id);
    let sign_like = matches!(category(from.cat), RiskCategory::Moderate | RiskCategory::Low);
    ObjectState {
        object: ObjectId::derive("sweep", "objects", &key),
        key,
        object_kind: "parcel".to_owned(),
        control_kind: "municipal_land".to_owned(),
        category: if sign_like { RiskCategory::Medium } else { category(from.cat) },
        category_decided: true,
        signs: Vec::new(),
        days_since_last_event: None,
        prescription_overdue_days: i64::from(from.id.is_multiple_of(500)),
        task_open: None,
        deferred_until: None,
        position: Some(Position { lat: from.lat, lon: from.lon }),
        opening: None,
        territory: Some(format!("d{}", from.okrug)),
        score: (from.id % 97) as f64,
        probability: None,
        last_inspector: None,
        last_partner: None,
        owners: BTreeSet::new(),
        appointment: None,
        drawn: None,
        case: Default::default(),
    }
}

fn person(from: &dozor_planner::benchmark::Inspector, offices: &[[f64; 2]]) -> InspectorDay {
    let [lat, lon] = offices[from.office];
    InspectorDay {
        key: format!("i{:04}", from.id),
        name: format!("I {}", from.id),
        unit: format!("u{}", from.office),
        territories: from.okrug.iter().map(|okrug| format!("d{okrug}")).collect(),
        skills: BTreeSet::from(["municipal_land".to_owned()]),
        mode: if from.id.is_multiple_of(3) { TravelMode::Scooter } else { TravelMode::Car },
        shift_start: Minutes(540),
        shift_end: Minutes(1080),
        base: Position { lat, lon },
        avoids: BTreeSet::new(),
        avoids_owners: BTreeSet::new(),
        attested_until: None,
        carried: Default::default(),
    }
}

/// Prints the figures of one day.
#[expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failed> {
    let (objects, people) = (arguments.number("--objects", 20_000)?, arguments.number("--inspectors", 500)?);
    let (seed, pack) = (arguments.number("--seed", 1_u64)?, pack(&arguments.text("--pack")?)?);
    let iterations = arguments.number("--iterations", pack.settings.search.iterations)?;
    let city = City::generate(objects, people, seed);
    let states: Vec<ObjectState> = city.objects.iter().map(object).collect();
    let inspectors = city.inspectors.iter().map(|one| person(one, &city.offices)).collect();
    let began = Instant::now();
    let selection = select(&states, &pack, DAY);
    println!("selected in {:.2} s", began.elapsed().as_secs_f64());
    let request = PlanRequest { date: DAY, parent: None, selection, inspectors, seed, iterations };
    let began = Instant::now();
    let plan = solve(&request, &pack, &mut |_| ControlFlow::Continue(()))?;
    let took = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let wrong = check(&plan, &pack);
    let checked = began.elapsed().as_secs_f64();
    let visits: usize = plan.routes.iter().map(|route| route.visits.len()).sum();
    let bound = plan.bound.unwrap_or(f64::NAN);
    println!(
        "{iterations} iterations: value {:.0}, at most {bound:.0} ({:.1} % below), {visits} visits in {took:.2} s; checked in {checked:.2} s, {} faults; {:.0} MB",
        plan.value,
        100.0 * (bound - plan.value) / bound,
        wrong.len(),
        peak_megabytes()
    );
    if let Some(first) = wrong.first() {
        return Err(first.to_string().into());
    }
    let middle = plan.routes.get(plan.routes.len() / 2).ok_or("nobody is on duty")?;
    let absent = BTreeSet::from([middle.inspector.key.clone()]);
    let quiet = Disturbance { now: Minutes(NOW), ..Disturbance::default() };
    disturbed("one absence", &plan, &pack, &Disturbance { absent, ..quiet.clone() })?;
    let here = city.objects[7].clone();
    // An overdue prescription; then what is worth least and goes first only because it is asked for.
    let overdue = dozor_planner::benchmark::Object { id: 500_000, ..here.clone() };
    let least = dozor_planner::benchmark::Object { id: 500_001, cat: 4, ..here };
    for (new, name) in [(overdue, "one urgent order"), (least, "one urgent order that is voluntary")] {
        let urgent = select(&[object(&new)], &pack, DAY).work;
        disturbed(name, &plan, &pack, &Disturbance { urgent, ..quiet.clone() })?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]
fn disturbed(name: &str, plan: &Plan, pack: &PlannerPack, disturbance: &Disturbance) -> Result<(), Failed> {
    let began = Instant::now();
    let after = replan(plan, pack, disturbance, (1, 2000))?;
    let took = began.elapsed().as_secs_f64();
    let rest = DayRest { now: disturbance.now.0, away: disturbance.absent.clone() };
    if let Some(first) = check_rest(&after.plan, pack, &rest).first() {
        return Err(first.to_string().into());
    }
    let visits: usize = plan.routes.iter().map(|route| route.visits.len()).sum();
    let is_hit = |key: &str| disturbance.absent.contains(key);
    let others: usize = plan
        .routes
        .iter()
        .filter(|route| !is_hit(&route.inspector.key))
        .map(|route| route.visits.len())
        .sum();
    let of_others = after.moves.iter().filter(|one| one.from.as_ref().is_some_and(|from| !is_hit(&from.0)));
    let moved = of_others.count();
    println!(
        "{name}: {took:.2} s; {} of {visits} visits had begun; {} differ, {moved} of the {others} of others: {:.2} % unchanged; value {:.0} → {:.0}",
        after.begun,
        after.moves.len(),
        100.0 * (others - moved) as f64 / others as f64,
        plan.value,
        after.plan.value
    );
    Ok(())
}
