//! What is true of every long-range plan: towns are drawn, and the independent checker is the oracle.

use std::collections::BTreeSet;

use dozor_domain::{InspectorDay, Minutes, RiskCategory};
use dozor_planner::{
    CapGroup, CategoryStanding, Held, LongRange, MissReason, PlannerPack, YearObject, YearPlan, YearRequest,
    check_year, plan_year, year_report,
};
use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

use super::{FROM, missed, object, pack, planned, request};
use crate::properties::config;
use crate::support::inspector;

const TERRITORIES: [&str; 4] = ["d0", "d1", "d2", "d3"];

#[derive(Clone, Debug)]
struct Town {
    request: YearRequest<'static>,
    has_programme: bool,
    daily_capacity: Option<u32>,
    each: Option<u32>,
    grace: u32,
    leave: (u32, Option<[u32; 12]>),
}

impl Town {
    fn pack(&self) -> PlannerPack {
        let mut pack = pack(self.has_programme);
        pack.settings.daily_capacity = self.daily_capacity;
        pack.settings.visits_per_inspector = self.each;
        let leave = self.leave;
        pack.settings.long_range =
            LongRange { grace_percent: self.grace, leave_days: leave.0, leave_months: leave.1 };
        pack
    }
}

prop_compose! {
    fn some_object()(
        category in prop::sample::select(vec![
            RiskCategory::Low, RiskCategory::Medium, RiskCategory::High, RiskCategory::ExtremelyHigh,
        ]),
        standing in 0..10_u32,
        decided in prop::option::of(0..900_i32),
        last in prop::option::of(0..700_i32),
        held in prop::collection::vec((any::<bool>(), 0..900_i32, prop::bool::weighted(0.1)), 0..3),
        is_placed in prop::bool::weighted(0.95),
        territory in prop::option::weighted(0.9, 0..4_usize),
        regional in any::<bool>(),
    ) -> YearObject<'static> {
        let ago = |days: i32| FROM.saturating_sub(days.days());
        let standing = match standing {
            0 => CategoryStanding::Proposed,
            1 => CategoryStanding::AgainstCriteria { category },
            _ => CategoryStanding::Decided { category, on: decided.map(ago) },
        };
        let held = held.into_iter().map(|(planned, days, at_start_of_activity)| Held {
            group: if planned { CapGroup::Planned } else { CapGroup::MandatoryVisit },
            on: ago(days),
            at_start_of_activity,
        });
        YearObject {
            standing,
            held: held.collect(),
            is_placed,
            last_event: last.map(ago),
            territory: territory.map(|place| TERRITORIES[place]),
            control_kind: if regional { "regional_nonresidential" } else { "municipal_land" },
            object_kind: if regional { "premises" } else { "parcel" },
            ..object(0, category, None)
        }
    }
}

prop_compose! {
    fn some_person()(
        territories in prop::collection::btree_set((0..4_usize).prop_map(|place| TERRITORIES[place].to_owned()), 0..3),
        both in prop::bool::weighted(0.6),
        length in prop_oneof![1 => Just(0_u32), 4 => 5..60_u32, 2 => 60..400_u32],
        unit in 0..2_u32,
        attested in prop::option::weighted(0.4, -20..450_i32),
    ) -> InspectorDay {
        let mut skills: BTreeSet<String> = ["municipal_land".to_owned()].into();
        if both {
            skills.insert("regional_nonresidential".to_owned());
        }
        InspectorDay {
            territories, skills, unit: format!("u{unit}"),
            attested_until: attested.map(|days| FROM.saturating_add(days.days())),
            shift_start: Minutes(540), shift_end: Minutes(540 + length), ..inspector(0)
        }
    }
}

prop_compose! {
    fn town()(
        objects in prop::collection::vec(some_object(), 0..60),
        people in prop::collection::vec(some_person(), 0..6),
        days in 1..420_i32,
        travel_minutes in 0..40_u32,
        reserve_permille in 0..600_u32,
        has_programme in any::<bool>(),
        daily_capacity in prop_oneof![4 => Just(None), 1 => (0..3_u32).prop_map(Some)],
        each in prop_oneof![4 => Just(None), 1 => (0..3_u32).prop_map(Some)],
        grace in prop_oneof![3 => Just(25_u32), 1 => 0..101_u32],
        leave in (prop_oneof![1 => Just(0), 3 => 1..40_u32, 1 => 40..300_u32], prop::option::of(prop::array::uniform12(0..9_u32))),
    ) -> Town {
        let objects = (0_u32..).zip(objects)
            .map(|(number, one)| YearObject { object: object(number, RiskCategory::Low, None).object, ..one }).collect();
        let staff = (0_u32..).zip(people)
            .map(|(number, person)| InspectorDay { key: inspector(number).key, ..person }).collect();
        let to = FROM.saturating_add((days - 1).days());
        let request = YearRequest { from: FROM, to, objects, staff, travel_minutes, reserve_permille };
        let leave = (leave.0, leave.1.filter(|months| months.iter().any(|parts| *parts > 0)));
        Town { request, has_programme, daily_capacity, each, grace, leave }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_checker_finds_nothing_in_any_long_range_plan(town in town()) {
        let pack = town.pack();
        let plan = plan_year(&town.request, &pack).unwrap();
        prop_assert_eq!(check_year(&plan, &town.request, &pack), vec![]);
        let report = year_report(&plan, &town.request);
        let no_time = plan.missed.iter().chain(&plan.late).filter(|one| one.reason == MissReason::NoTime).count() as u64;
        prop_assert!(report.least_missed <= no_time, "{} {}", report.least_missed, no_time);
        let sums = report.categories.values().fold((0, 0), |(asked, told), line| {
            let all = &line.all;
            (asked + all.asked, told + all.in_time + all.late + all.missed + all.carried)
        });
        prop_assert_eq!(sums.0, sums.1);
        prop_assert_eq!(sums.0 as usize, plan.visits.len() + plan.missed.len() + plan.carried.len());
    }

    #[test]
    fn the_order_of_objects_and_people_changes_nothing(town in town(), turn in 0..60_usize) {
        let pack = town.pack();
        let plan = plan_year(&town.request, &pack).unwrap();
        let mut other = town.request.clone();
        other.objects.reverse();
        other.staff.reverse();
        let turn = turn.min(other.objects.len());
        other.objects.rotate_left(turn);
        let report = |plan: &YearPlan, request: &YearRequest<'_>| serde_json::to_vec(&year_report(plan, request)).unwrap();
        let turned = plan_year(&other, &pack).unwrap();
        prop_assert_eq!(&turned.visits, &plan.visits);
        prop_assert_eq!(report(&turned, &other), report(&plan, &town.request));
    }

    #[test]
    fn the_number_of_threads_changes_nothing_in_a_long_range_plan(town in town()) {
        let pack = town.pack();
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| plan_year(&town.request, &pack).unwrap())
        };
        prop_assert_eq!(with(1), with(3));
    }

    /// One crew, one visit an object, all equally long: whoever ends first goes first misses as few as any plan.
    #[test]
    fn where_all_visits_are_alike_the_bound_is_reached(last in prop::collection::vec(0..700_i32, 0..80), minutes in 1..90_u32) {
        let objects = (0_u32..).zip(last)
            .map(|(number, days)| object(number, RiskCategory::Medium, Some(FROM.saturating_sub(days.days())))).collect();
        // 45 minutes a visit; a day's shift that no whole number of visits fills would waste a little every week.
        let shift = minutes.div_ceil(9) * 9;
        let staff = vec![InspectorDay { shift_end: Minutes(540 + shift), ..inspector(0) }];
        let request = YearRequest { to: date(2027, 11, 30), ..request(objects, staff) };
        let mut pack = pack(false);
        pack.settings.visits_per_inspector = None;
        let plan = planned(&request, &pack);
        let report = year_report(&plan, &request);
        // Each week holds floor(days × shift / 45) visits, the bound counts minutes: at most one visit a week apart.
        prop_assert!(missed(&plan) as u64 <= report.least_missed + plan.weeks.len() as u64);
        if shift == 45 || shift == 90 {
            prop_assert_eq!(missed(&plan) as u64, report.least_missed);
        }
    }
}
