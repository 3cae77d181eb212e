//! Long-range plans with the independent checker as oracle, and what a head of inspection asks of them.

use std::collections::BTreeSet;

use dozor_domain::{InspectorDay, Minutes, ObjectId, RiskCategory};
use dozor_planner::{
    CapGroup, CategoryStanding, FrequencyBook, GroundKind, Held, Lack, LongRange, MissReason, PlannerPack,
    ViolationCode, YearObject, YearPlan, YearReport, YearRequest, YearTiming, change_staff, check_year,
    plan_year, year_report,
};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::properties::config;
use super::support::{inspector, whole_moscow};

const FROM: Date = date(2027, 1, 1);
const TO: Date = date(2027, 12, 31);
const TERRITORIES: [&str; 4] = ["d0", "d1", "d2", "d3"];

fn object(number: u32, category: RiskCategory, last_event: Option<Date>) -> YearObject<'static> {
    YearObject {
        object: ObjectId::derive("moscow", "egrn_parcels", &number.to_string()),
        control_kind: "municipal_land",
        object_kind: "parcel",
        territory: Some("d1"),
        standing: CategoryStanding::Decided { category, on: Some(date(2026, 1, 1)) },
        last_event,
        held: Vec::new(),
        is_placed: true,
    }
}

fn request(objects: Vec<YearObject<'static>>, staff: Vec<InspectorDay>) -> YearRequest<'static> {
    YearRequest { from: FROM, to: TO, objects, staff, travel_minutes: 15, reserve_permille: 0 }
}

/// Norms that make a year's programme too: mandatory visits of high categories, planned events of all.
const PROGRAMME: &str = r#"
[[norms]]
category = "extremely_high"
every_days = 365
ground = "mandatory_visit"
control_kinds = ["regional_nonresidential"]
[[norms]]
category = "high"
every_days = 200
ground = "planned"
[[norms]]
category = "medium"
every_days = 300
ground = "planned"
"#;

fn pack(with_programme: bool) -> PlannerPack {
    let mut pack = whole_moscow();
    // Nobody on leave unless a test says so: weeks hold whole numbers of visits.
    pack.settings.long_range.leave_days = 0;
    if with_programme {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../packs/moscow/frequency.toml");
        let text = std::fs::read_to_string(root).unwrap() + PROGRAMME;
        pack.frequency = FrequencyBook::parse(&text, &["municipal_land", "regional_nonresidential"]).unwrap();
    }
    pack
}

/// Makes a plan and lets the checker look at it.
fn planned(request: &YearRequest<'_>, pack: &PlannerPack) -> YearPlan {
    let plan = plan_year(request, pack).unwrap();
    assert_eq!(check_year(&plan, request, pack), vec![]);
    plan
}

fn missed(plan: &YearPlan) -> usize {
    plan.missed.len() + plan.late.len()
}

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
    ) -> InspectorDay {
        let mut skills: BTreeSet<String> = ["municipal_land".to_owned()].into();
        if both {
            skills.insert("regional_nonresidential".to_owned());
        }
        InspectorDay {
            territories, skills, unit: format!("u{unit}"),
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

#[test]
fn visits_come_one_norm_after_the_last_event_and_again_one_norm_later() {
    let last = date(2026, 12, 1);
    let request = request(vec![object(1, RiskCategory::ExtremelyHigh, Some(last))], vec![inspector(0)]);
    let plan = planned(&request, &pack(false));
    let dues: Vec<Date> = plan.visits.iter().map(|visit| visit.due).collect();
    let dues_expected = [date(2027, 3, 1), date(2027, 5, 30), date(2027, 8, 28), date(2027, 11, 26)];
    assert_eq!(dues, dues_expected, "every 90 days");
    assert!(plan.visits.iter().all(|visit| visit.timing == YearTiming::InTime));
    assert_eq!(plan.visits[0].until, date(2027, 3, 23), "a quarter of 90 days later");
    assert_eq!(
        (plan.visits[0].minutes, plan.kinds[plan.visits[0].kind as usize].as_str()),
        (45, "field_survey")
    );
}

#[test]
fn load_is_levelled_inside_the_windows_without_missing_one() {
    // A hundred objects all fall due in one week of March.
    let due = |number| object(number, RiskCategory::Medium, Some(date(2026, 3, 8)));
    let request = request((0..100).map(due).collect(), vec![inspector(0)]);
    let plan = planned(&request, &pack(false));
    assert_eq!((plan.visits.len(), missed(&plan)), (100, 0));
    let weeks: BTreeSet<u32> = plan.visits.iter().map(|visit| visit.week).collect();
    assert!(weeks.len() >= 12, "their windows are 91 days long: {weeks:?}");
    // 100 visits of 45 minutes over the working days of the window, of 480 minutes each.
    assert!(plan.loads[0].peak_permille <= 180, "{:?}", plan.loads[0]);
}

#[test]
fn where_time_is_short_the_higher_category_goes_first_and_the_bound_says_so() {
    let objects = (0..600).map(|number| {
        let category = if number < 50 { RiskCategory::High } else { RiskCategory::Medium };
        object(number, category, None)
    });
    let few = vec![InspectorDay { shift_end: Minutes(540 + 60), ..inspector(0) }];
    let request = request(objects.collect(), few);
    let plan = planned(&request, &pack(false));
    let report = year_report(&plan, &request);
    let of = |category| &report.categories[&std::cmp::Reverse(category)];
    assert_eq!(of(RiskCategory::High).all.late + of(RiskCategory::High).all.missed, 0);
    let short = of(RiskCategory::Medium).all.late + of(RiskCategory::Medium).all.missed;
    assert!(short >= report.least_missed, "{short} {}", report.least_missed);
    assert_eq!(report.shortages[0].visits, short);
    assert_eq!(report.peak_permille, 1_000);
}

#[test]
fn what_the_law_forbids_is_told_with_what_is_lacking() {
    let pack = pack(true);
    let premises = |number, category, held| YearObject {
        control_kind: "regional_nonresidential",
        object_kind: "premises",
        held,
        last_event: Some(date(2026, 12, 31)),
        ..object(number, category, None)
    };
    let planned_in = |on| vec![Held { group: CapGroup::Planned, on, at_start_of_activity: false }];
    let objects = vec![
        premises(1, RiskCategory::Medium, Vec::new()),
        premises(2, RiskCategory::High, Vec::new()),
        premises(3, RiskCategory::High, planned_in(date(2026, 2, 1))),
        YearObject { standing: CategoryStanding::Proposed, ..premises(4, RiskCategory::High, Vec::new()) },
    ];
    let request = request(objects, vec![inspector(0)]);
    let plan = planned(&request, &pack);
    let lack = |number: u32| {
        let place = |one: &u32| {
            request.objects[*one as usize].object == object(number, RiskCategory::Low, None).object
        };
        let mine = plan.missed.iter().find(|one| {
            place(&plan.objects[one.object as usize])
                && plan.grounds[one.object as usize] == GroundKind::Planned
        });
        mine.map(|one| one.reason)
    };
    assert_eq!(
        lack(1),
        Some(MissReason::NotLawful { lack: Lack::Moratorium }),
        "until 2030 for high risk only"
    );
    assert_eq!(lack(2), None);
    assert_eq!(lack(3), Some(MissReason::NotLawful { lack: Lack::CapUsedUp }), "one in two years");
    let visits: Vec<_> = plan.visits.iter().map(|visit| plan.kinds[visit.kind as usize].as_str()).collect();
    assert!(visits.contains(&"inspection_visit"), "{visits:?}");
}

#[test]
fn nobody_is_there_or_nobody_may() {
    let elsewhere = InspectorDay { territories: ["d2".to_owned()].into(), ..inspector(0) };
    let unskilled = InspectorDay { skills: BTreeSet::new(), ..inspector(1) };
    let hidden = YearObject { is_placed: false, ..object(2, RiskCategory::High, None) };
    let request = request(vec![object(1, RiskCategory::High, None), hidden], vec![elsewhere, unskilled]);
    let plan = planned(&request, &pack(false));
    let reasons: BTreeSet<MissReason> = plan.missed.iter().map(|one| one.reason).collect();
    assert_eq!(reasons, [MissReason::NoPosition, MissReason::NoInspector].into());
    assert!(plan.visits.is_empty());
    let nobody = YearRequest { staff: Vec::new(), ..request };
    assert!(planned(&nobody, &pack(false)).visits.is_empty());
}

#[test]
fn more_inspectors_go_where_time_is_short_and_fewer_leave_where_it_is_not() {
    let of = |territory: &str, number| InspectorDay {
        territories: [territory.to_owned()].into(),
        shift_end: Minutes(540 + 60),
        ..inspector(number)
    };
    let objects: Vec<_> = (0..1200).map(|number| object(number, RiskCategory::Medium, None)).collect();
    let request = request(objects, vec![of("d1", 0), of("d2", 1), of("d2", 2)]);
    let pack = pack(false);
    let plan = planned(&request, &pack);
    let mut before = missed(&plan);
    assert!(before > 0);
    for more in 1..3 {
        let (staff, changes) = change_staff(&request, &plan, more);
        assert_eq!(
            changes
                .iter()
                .map(|change| (change.people, change.territories.contains("d1")))
                .collect::<Vec<_>>(),
            [(i64::from(more), true)]
        );
        let better = planned(&YearRequest { staff, ..request.clone() }, &pack);
        assert!(missed(&better) < before, "{} {before}", missed(&better));
        before = missed(&better);
    }
    let (staff, changes) = change_staff(&request, &plan, -2);
    assert_eq!((staff.len(), changes.len(), changes[0].people), (1, 1, -2));
    assert!(changes[0].territories.contains("d2"), "nobody waits there");
    let (nobody, _) = change_staff(&request, &plan, -9);
    assert!(nobody.is_empty(), "no more can leave than there are");
}

#[test]
fn the_checker_sees_what_is_wrong() {
    // All are overdue when the year begins.
    let last = Some(date(2026, 1, 1));
    let objects = (0..60).map(|number| object(number, RiskCategory::High, last)).collect();
    let few = vec![InspectorDay { shift_end: Minutes(540 + 20), ..inspector(0) }];
    let request = request(objects, few);
    let pack = pack(false);
    let plan = planned(&request, &pack);
    assert!(!plan.visits.is_empty() && !plan.missed.is_empty());
    let broken = |change: &dyn Fn(&mut YearPlan)| {
        let mut other = plan.clone();
        change(&mut other);
        check_year(&other, &request, &pack).len()
    };
    assert!(broken(&|plan| plan.visits[0].day = date(2027, 1, 2)) > 0, "a Saturday of holidays");
    assert!(broken(&|plan| plan.visits[0].minutes -= 1) > 0, "minutes that nobody gives");
    assert!(broken(&|plan| plan.shares[0].minutes += 1_000) > 0, "minutes that nobody has");
    assert!(broken(&|plan| plan.visits.truncate(plan.visits.len() - 1)) > 0, "a visit that is told nowhere");
    assert!(broken(&|plan| plan.missed.truncate(plan.missed.len() - 1)) > 0, "a miss that is told nowhere");
    assert!(broken(&|plan| plan.missed[0].reason = MissReason::NoInspector) > 0, "somebody is there");
    assert!(broken(&|plan| plan.shares.clear()) > 0, "work that nobody does, and weeks with time for more");
    assert!(broken(&|plan| plan.crews[0].minutes_a_day += 60) > 0, "a crew with other minutes");
    assert!(broken(&|plan| plan.weeks[3].working_days += 1) > 0, "a week with a day too many");
    assert!(broken(&|plan| plan.visits[0].timing = YearTiming::Late) > 0, "in time is not late");
}

#[test]
fn a_period_that_is_none_and_an_object_that_comes_twice_are_refused() {
    let pack = pack(false);
    let one = || vec![object(1, RiskCategory::High, None)];
    let refused = |request: YearRequest<'_>| plan_year(&request, &pack).unwrap_err().to_string();
    let back = YearRequest { to: date(2026, 12, 31), ..request(one(), Vec::new()) };
    assert!(refused(back).contains("before the first"));
    let long = YearRequest { to: date(2030, 1, 1), ..request(one(), Vec::new()) };
    assert!(refused(long).contains("800 days"));
    let twice = request([one(), one()].concat(), Vec::new());
    assert!(refused(twice).contains("twice"));
}

/// A month of two working days of leave for each of ten people of eight hours.
#[test]
fn leave_lowers_the_minutes_of_its_months_and_of_no_other() {
    let staff: Vec<InspectorDay> = (0..10).map(inspector).collect();
    let request = YearRequest { to: date(2027, 12, 31), ..request(Vec::new(), staff) };
    let report = |leave_days: u32, leave_months: Option<[u32; 12]>| {
        let mut pack = pack(false);
        pack.settings.pause = None;
        pack.settings.long_range = LongRange { leave_days, leave_months, ..LongRange::default() };
        year_report(&planned(&request, &pack), &request)
    };
    let (none, even) = (report(0, None), report(20, None));
    let summer = report(20, Some([0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0]));
    let month = |report: &YearReport, place: usize| {
        let month = &report.months[place];
        (month.capacity_minutes, month.leave_minutes)
    };
    for place in 0..12 {
        let (all, nobody) = month(&none, place);
        assert_eq!(nobody, 0);
        for report in [&even, &summer] {
            let (open, leave) = month(report, place);
            assert_eq!(open + leave, all, "{place}");
        }
        assert_eq!(month(&summer, place).1 > 0, place == 6 || place == 7, "{place}");
    }
    // Twenty days of a year's 247, and ten of a July's, in thousandths rounded up.
    let days: u32 = none.months.iter().map(|month| month.working_days).sum();
    let (all, leave) = (0..12)
        .fold((0_u64, 0_u64), |sum, place| (sum.0 + month(&none, place).0, sum.1 + month(&even, place).1));
    let permille = 20_000_u64.div_ceil(u64::from(days));
    assert!((leave * 1_000).abs_diff(all * permille) < 1_000 * 60, "{leave} of {all}, {permille}");
    let july = u64::from(none.months[6].working_days);
    let (july_all, july_leave) = (month(&none, 6).0, month(&summer, 6).1);
    assert!((july_leave * 1_000).abs_diff(july_all * 10_000_u64.div_ceil(july)) < 1_000 * 6, "{july_leave}");
}

#[test]
fn a_plan_that_counts_leave_otherwise_is_refused() {
    let request = request(vec![object(1, RiskCategory::ExtremelyHigh, None)], vec![inspector(0)]);
    let mut pack = pack(false);
    pack.settings.long_range.leave_days = 20;
    let sound = planned(&request, &pack);
    let mut rested = sound.clone();
    rested.weeks[3].leave_permille -= 1;
    assert!(check_year(&rested, &request, &pack).iter().any(|one| one.code == ViolationCode::Capacity));
    pack.settings.long_range.leave_days = 21;
    assert!(check_year(&sound, &request, &pack).iter().any(|one| one.code == ViolationCode::Capacity));
}
