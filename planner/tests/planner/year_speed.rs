//! The size of a long-range plan. Its figure is asked for by name, optimised:
//! `cargo test --profile ci -p dozor-planner --test planner -- --ignored --nocapture long_range`.

use std::collections::BTreeSet;

use dozor_domain::{InspectorDay, ObjectId, RiskCategory};
use dozor_planner::{CategoryStanding, YearObject, YearRequest, check_year, plan_year, year_report};
use jiff::ToSpan;
use jiff::civil::date;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::support::{inspector, whole_moscow};

const TERRITORIES: u32 = 125;

/// Objects of which each has a norm; one inspector for so many of them, who serves three districts.
fn city(count: u32, each: u32, names: &[String]) -> YearRequest<'_> {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let from = date(2027, 1, 1);
    let objects = (0..count).map(|number| {
        let category = match random.random_range(0..100_u32) {
            0..2 => RiskCategory::ExtremelyHigh,
            2..15 => RiskCategory::High,
            _ => RiskCategory::Medium,
        };
        let ago = random.random_range(0..500_i32);
        YearObject {
            object: ObjectId::derive("moscow", "egrn_parcels", &number.to_string()),
            control_kind: "municipal_land",
            object_kind: "parcel",
            territory: names.get(random.random_range(0..TERRITORIES) as usize).map(String::as_str),
            standing: CategoryStanding::Decided { category, on: None },
            last_event: (ago > 0).then(|| from.saturating_sub(ago.days())),
            held: Vec::new(),
            is_placed: true,
        }
    });
    let objects = objects.collect();
    let staff = (0..count / each).map(|number| {
        let territories: BTreeSet<String> =
            (0..3).map(|next| format!("d{}", (number * 7 + next) % TERRITORIES)).collect();
        InspectorDay { territories, ..inspector(number) }
    });
    let staff = staff.collect();
    YearRequest { from, to: date(2027, 12, 31), objects, staff, travel_minutes: 15, reserve_permille: 100 }
}

#[test]
#[ignore = "a figure of speed, asked for by name, optimised"]
fn a_long_range_plan_of_a_million_objects() {
    let pack = whole_moscow();
    let names: Vec<String> = (0..TERRITORIES).map(|code| format!("d{code}")).collect();
    // Ample staff, so that levelling searches; and a third of what is needed.
    for (count, each) in [(20_000, 1_000), (20_000, 8_000), (1_000_000, 1_000), (1_000_000, 8_000)] {
        let request = city(count, each, &names);
        #[expect(clippy::disallowed_methods, reason = "this test measures time")]
        let start = std::time::Instant::now();
        let plan = plan_year(&request, &pack).unwrap();
        let planned = start.elapsed();
        let report = year_report(&plan, &request);
        let elapsed = start.elapsed();
        let found = check_year(&plan, &request, &pack).len();
        let checked = start.elapsed() - elapsed;
        let short = plan.missed.len() + plan.late.len();
        eprintln!(
            "{count} objects, {} people: {} visits, {short} not in time (no plan under {}), peak {} permille, {planned:?}, with figures {elapsed:?}; {found} violations, checked in {checked:?}",
            request.staff.len(),
            plan.visits.len(),
            report.least_missed,
            report.peak_permille
        );
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    eprintln!("{}", peak.unwrap_or("peak memory is not told here"));
}
