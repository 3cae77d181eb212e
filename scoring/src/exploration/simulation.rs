//! A simulated city with a known truth: the intervals hold it as often as they promise, exploration costs what its
//! formula says, and weights mend what selective visits teach wrongly.

use std::collections::BTreeMap;

use ndarray::Array2;
use rand::Rng;

use super::draw::default_tilt;
use super::{Drawable, DrawnFrom, SurveyedObject, draw, estimate_prevalence, exploration_cost};
use crate::fit::{fit, sigmoid};
use crate::seed::generator;

const DISTRICTS: usize = 8;
const OBJECTS: usize = 16_000;
/// Capacity of a year, and the tenth of it that is drawn.
const CAPACITY: usize = 8_000;
const RUNS: u64 = 1_000;

struct City {
    objects: Vec<Drawable>,
    truth: Vec<bool>,
    from: DrawnFrom,
}

/// Draws a city: a tenth in a higher category, districts that differ, 9 % of violations or so.
fn city() -> City {
    let mut chance = generator(1, "simulation/city", 0);
    let mut objects = Vec::new();
    let mut truth = Vec::new();
    for at in 0..OBJECTS {
        let district = at % DISTRICTS;
        let category = u8::from(chance.random_bool(0.1));
        let rate = 0.05 + 0.01 * district as f64 + 0.15 * f64::from(category);
        truth.push(chance.random_bool(rate));
        let tilt = default_tilt(category);
        objects.push(Drawable { key: at.to_string(), district: format!("d{district}"), category, tilt });
    }
    let districts = (0..DISTRICTS).map(|d| (format!("d{d}"), OBJECTS / DISTRICTS)).collect();
    City { objects, truth, from: DrawnFrom { all: OBJECTS, districts } }
}

fn survey(city: &City, seed: u64) -> Vec<SurveyedObject> {
    let mut access = generator(seed, "simulation/access", 0);
    draw(&city.objects, CAPACITY / 10, seed)
        .unwrap()
        .into_iter()
        .map(|drawn| SurveyedObject {
            district: city.objects[drawn.place].district.clone(),
            inclusion: drawn.inclusion,
            // 8 % are closed or hidden.
            violation: access.random_bool(0.92).then(|| city.truth[drawn.place]),
        })
        .collect()
}

#[test]
fn the_interval_of_prevalence_covers_the_truth_in_93_to_97_percent_of_1000_runs_and_per_district_too() {
    let city = city();
    let share = |belongs: &dyn Fn(usize) -> bool| {
        let all: Vec<usize> = (0..OBJECTS).filter(|at| belongs(*at)).collect();
        all.iter().filter(|at| city.truth[**at]).count() as f64 / all.len() as f64
    };
    let mut truth = BTreeMap::from([(String::new(), share(&|_| true))]);
    for d in 0..DISTRICTS {
        truth.insert(format!("d{d}"), share(&|at| at % DISTRICTS == d));
    }
    let mut covered: BTreeMap<String, u32> = BTreeMap::new();
    let mut sum = 0.0;
    for seed in 0..RUNS {
        for found in estimate_prevalence(&survey(&city, seed), &city.from) {
            let held = found.prevalence.low <= truth[&found.district]
                && truth[&found.district] <= found.prevalence.high;
            *covered.entry(found.district.clone()).or_default() += u32::from(held);
            sum += if found.district.is_empty() { found.prevalence.value } else { 0.0 };
        }
    }
    assert_eq!(covered.len(), DISTRICTS + 1);
    let outside: Vec<_> = covered.iter().filter(|(_, times)| !(930..=970).contains(*times)).collect();
    assert!(outside.is_empty(), "{covered:?}");
    assert!((sum / RUNS as f64 - truth[""]).abs() < 0.001, "the mean of the estimates is the truth");
}

#[test]
fn the_default_draw_costs_at_most_five_percent_of_the_hits() {
    let city = city();
    // Greedy visits go to the higher category first; the draw finds what is there.
    let rate =
        |places: Vec<usize>| places.iter().filter(|at| city.truth[**at]).count() as f64 / places.len() as f64;
    let greedy = rate((0..OBJECTS).filter(|at| city.objects[*at].category == 1).collect());
    let drawn = draw(&city.objects, CAPACITY / 10, 1).unwrap();
    let drawn = rate(drawn.iter().map(|drawn| drawn.place).collect());
    let cost = exploration_cost(0.1, drawn, greedy).unwrap();
    assert!(cost > 0.0 && cost <= 0.05, "{cost}: draw {drawn}, greedy {greedy}");
}

/// Violations rise with `x` up to 1 and fall beyond it; last year's visits went only where `x` was below 0.
fn risk(x: f64) -> f64 {
    sigmoid(if x < 0.0 { -2.0 - 0.8 * x } else { -2.0 + 1.2 * x })
}

#[test]
fn training_with_weights_beats_training_without_on_the_truth_that_nobody_selected() {
    let (mut better, mut gained) = (0, 0.0);
    for seed in 0..20 {
        let mut chance = generator(seed, "simulation/training", 0);
        let all: Vec<(f64, bool)> = (0..12_000)
            .map(|_| {
                let x = chance.random_range(-2.0..2.0);
                (x, chance.random_bool(risk(x)))
            })
            .collect();
        let (mut rows, mut weights) = (Vec::new(), Vec::new());
        for (x, y) in &all {
            let selected = *x < 0.0 && chance.random_bool(0.5);
            let drawn = !selected && chance.random_bool(0.05);
            if selected || drawn {
                rows.push((*x, *y));
                weights.push(if selected { 1.0_f32 } else { 20.0 });
            }
        }
        let matrix = || Array2::from_shape_fn((rows.len(), 1), |(row, _)| rows[row].0);
        let labels: Vec<bool> = rows.iter().map(|row| row.1).collect();
        let loss = |weights: Option<&[f32]>| {
            let linear = fit(matrix(), &labels, weights, 1.0).unwrap();
            let losses = all.iter().map(|(x, y)| {
                let p = sigmoid(linear.intercept + linear.weights[0] * x);
                -(if *y { p } else { 1.0 - p }).ln()
            });
            losses.sum::<f64>() / all.len() as f64
        };
        let gain = loss(None) - loss(Some(&weights));
        better += u32::from(gain > 0.0);
        gained += gain / 20.0;
    }
    assert!(better >= 19 && gained > 0.005, "{better} of 20, {gained}");
}
