//! Long-range plans, and what a head of inspection asks of them. `drawn` holds what is true of any plan.

mod attested;
mod drawn;

use std::collections::BTreeSet;

use dozor_domain::{InspectorDay, Minutes, ObjectId, RiskCategory};
use dozor_planner::{
    CapGroup, CategoryStanding, FrequencyBook, GroundKind, Held, Lack, LongRange, MissReason, PlannerPack,
    ViolationCode, YearObject, YearPlan, YearReport, YearRequest, YearTiming, change_staff, check_year,
    plan_year, year_report,
};
use jiff::civil::{Date, date};

use super::support::{inspector, whole_moscow};

const FROM: Date = date(2027, 1, 1);
const TO: Date = date(2027, 12, 31);

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
