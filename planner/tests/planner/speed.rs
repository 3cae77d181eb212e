//! The size of a big day. Its figure is asked for by name, in release:
//! `cargo test --release -p dozor-planner --test planner -- --ignored --nocapture big_day`.

use std::collections::BTreeSet;

use dozor_domain::{
    ConflictProof, InspectorDay, LeftOutReason, Minutes, Opening, Position, RiskCategory, TravelMode,
};
use dozor_planner::{ObjectState, check};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::plan::run;
use super::support::{CENTRE, inspector, moscow, parcel, request, selected};

fn place(random: &mut ChaCha8Rng) -> Position {
    let lat = CENTRE.lat + random.random_range(-0.17..0.17);
    Position { lat, lon: CENTRE.lon + random.random_range(-0.28..0.28) }
}

/// Objects over Moscow's extent in the shares of the draft, all due.
fn objects(random: &mut ChaCha8Rng, count: u32, territories: u32) -> Vec<ObjectState> {
    (0..count)
        .map(|number| {
            let category = match random.random_range(0..1000_u32) {
                0..2 => RiskCategory::ExtremelyHigh,
                2..14 => RiskCategory::High,
                _ => RiskCategory::Medium,
            };
            let position = place(random);
            // Territories are bands from west to east.
            let band = (position.lon - CENTRE.lon + 0.28) / 0.56 * f64::from(territories);
            ObjectState {
                category,
                position: Some(position),
                territory: Some(format!("d{}", band as u32)),
                score: random.random_range(0.0..100.0),
                ..parcel(number)
            }
        })
        .collect()
}

#[test]
#[ignore = "a figure of speed, asked for by name in release"]
fn big_day_of_20000_candidates_and_50_inspectors() {
    let pack = moscow();
    for territories in [12, 1] {
        let random = &mut ChaCha8Rng::seed_from_u64(1);
        let objects = objects(random, 20_000, territories);
        let people: Vec<InspectorDay> = (0..50_u32)
            .map(|number| InspectorDay {
                base: place(random),
                territories: BTreeSet::from([format!("d{}", number % territories)]),
                mode: if number % 3 == 0 { TravelMode::Scooter } else { TravelMode::Car },
                ..inspector(number)
            })
            .collect();
        let selection = selected(&objects, &pack);
        assert_eq!(selection.work.len(), 20_000);
        for iterations in [0, 2_000, 20_000, 100_000] {
            let request = request(selection.clone(), people.clone(), iterations);
            #[expect(clippy::disallowed_methods, reason = "this test measures time")]
            let start = std::time::Instant::now();
            let plan = run(&request, &pack);
            let elapsed = start.elapsed();
            let visits: usize = plan.routes.iter().map(|route| route.visits.len()).sum();
            eprintln!(
                "{territories} territories, {iterations} iterations: value {} visits {visits} in {elapsed:?}",
                plan.value
            );
            assert_eq!(check(&plan, &pack), []);
        }
    }
}

/// Districts of four inspectors and 24 duties at one minute each: twenty of them stay out, and each says what stands
/// against it.
#[test]
#[ignore = "a figure of speed, asked for by name in release"]
fn big_day_of_2500_duties_that_do_not_fit_and_500_inspectors() {
    let pack = moscow();
    let random = &mut ChaCha8Rng::seed_from_u64(1);
    let at_ten = Opening { opens: Minutes(600), closes: Minutes(600) };
    let objects = objects(random, 20_000, 125).into_iter().zip(0_u32..).map(|(object, number)| {
        let (opening, days) = if number < 3_000 { (Some(at_ten), 3) } else { (None, 0) };
        ObjectState { opening, prescription_overdue_days: days, ..object }
    });
    let objects: Vec<ObjectState> = objects.collect();
    let people: Vec<InspectorDay> = (0..500_u32)
        .map(|number| InspectorDay {
            base: place(random),
            territories: BTreeSet::from([format!("d{}", number % 125)]),
            ..inspector(number)
        })
        .collect();
    let request = request(selected(&objects, &pack), people, 0);
    #[expect(clippy::disallowed_methods, reason = "this test measures time")]
    let start = std::time::Instant::now();
    let plan = run(&request, &pack);
    let elapsed = start.elapsed();
    let proofs: Vec<ConflictProof> = plan
        .left_out
        .iter()
        .filter_map(|out| match out.reason {
            LeftOutReason::MandatoryConflict { proof, .. } => Some(proof),
            _ => None,
        })
        .collect();
    let certain = proofs.iter().filter(|proof| **proof == ConflictProof::Exact).count();
    eprintln!("{} duties stay out, {certain} of them surely, in {elapsed:?}", proofs.len());
    assert_eq!(check(&plan, &pack), []);
}
