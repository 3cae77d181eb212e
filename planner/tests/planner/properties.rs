//! Random instances with the checker as oracle.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{
    AgreedPaper, Appointment, BusinessSize, Candidate, Carried, CarriedTask, CaseFacts, DeskVerdict,
    Dwelling, Ground, InspectorDay, LeftOutReason, Minutes, Opening, Plan, Position, RiskCategory,
    SmallBusiness, TaskId, TravelMode,
};
use dozor_planner::{
    DayQuotas, FiredIndicator, GroundKind, ObjectCase, ObjectState, OpenWork, PauseRule, PlanRequest,
    PlannedEvent, PlannerPack, Selection, check, check_complete,
};
use jiff::ToSpan;
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::plan::run;
use super::support::{
    CENTRE, DAY, by_video, changed, inspector, paired, parcel, request, say_of_surveys, selected, sign,
};

/// Each property meets 2,000 towns in every run, five times as many with DOZOR_TEST_LONG, or what PROPTEST_CASES says.
pub(crate) fn config() -> ProptestConfig {
    let is_long = std::env::var("DOZOR_TEST_LONG").is_ok_and(|value| value == "1");
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(if is_long { 10_000 } else { 2_000 });
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(20_261_122),
        failure_persistence: None,
        ..Default::default()
    }
}

fn position() -> impl Strategy<Value = Option<Position>> {
    prop_oneof![
        6 => (-0.15..0.15_f64, -0.25..0.25_f64)
            .prop_map(|(lat, lon)| Some(Position { lat: CENTRE.lat + lat, lon: CENTRE.lon + lon })),
        2 => Just(Some(CENTRE)),
        // St Petersburg: nobody is back in time.
        1 => Just(Some(Position { lat: 59.93, lon: 30.33 })),
        1 => Just(None),
    ]
}

fn territory() -> impl Strategy<Value = Option<String>> {
    prop_oneof![4 => (0..4_u32).prop_map(|code| Some(format!("d{code}"))), 1 => Just(None)]
}

fn owners() -> impl Strategy<Value = BTreeSet<String>> {
    prop::collection::btree_set((0..8_u32).prop_map(|number| format!("o{number}")), 0..2)
}

fn event_kind() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["inspection_visit", "on_site_check", "preventive_visit"])
        .prop_map(str::to_owned)
}

prop_compose! {
    /// A paper of some days ago, or of tomorrow.
    fn paper()(number in 0..9_u32, days in -2..40_i64, event_kind in event_kind()) -> AgreedPaper {
        AgreedPaper { number: number.to_string(), on: ago(days), event_kind }
    }
}

prop_compose! {
    fn case()(
        (decided, visit, planned) in (
            prop::option::of(0..900_i64), prop::option::of(0..900_i64), prop::option::weighted(0.3, 0..900_i64),
        ),
        indicator in prop::option::weighted(0.15, prop::option::of(paper())),
        line in prop::option::weighted(0.15, (paper(), -3..20_i64, 0..30_i64)),
        business in prop::option::weighted(0.2, (any::<bool>(), 0..60_u32)),
        dwelling in prop::option::weighted(0.1, any::<bool>()),
    ) -> ObjectCase {
        let size = |micro| if micro { BusinessSize::Micro } else { BusinessSize::Small };
        ObjectCase {
            facts: CaseFacts {
                decided_on: decided.map(ago),
                last_mandatory_visit: visit.map(ago),
                last_planned: planned.map(ago),
                business: business.map(|(micro, used_hours)| SmallBusiness { size: size(micro), used_hours }),
                dwelling: dwelling.map(|consent| if consent { Dwelling::Consent } else { Dwelling::NoConsent }),
            },
            indicators: indicator
                .map(|approval| FiredIndicator { rule: "rule".to_owned(), approval })
                .into_iter()
                .collect(),
            planned: line
                .map(|(paper, from, length)| PlannedEvent { from: ago(from), to: ago(from - length), paper })
                .into_iter()
                .collect(),
        }
    }
}

fn ago(days: i64) -> Date {
    DAY.saturating_sub(days.days())
}

prop_compose! {
    fn object()(
        position in position(),
        territory in territory(),
        category in prop::sample::select(vec![
            RiskCategory::Low, RiskCategory::Medium, RiskCategory::High, RiskCategory::ExtremelyHigh,
        ]),
        decided in prop::bool::weighted(0.9),
        days in prop::option::of(0..600_i64),
        overdue in prop_oneof![4 => Just(0_i64), 1 => 1..100_i64],
        verdict in prop::option::of(prop::option::of(prop::sample::select(vec![
            DeskVerdict::Confirmed, DeskVerdict::NeedsData, DeskVerdict::Refuted, DeskVerdict::Referred,
        ]))),
        (task_open, put_off) in (
            prop::option::weighted(0.05, (prop::option::of(0..9_i64), -3..9_i64)), prop::option::weighted(0.05, 0..9_i64),
        ),
        score in -20.0..150.0_f64,
        regional in any::<bool>(),
        (last, partner) in (prop::option::of(0..6_u32), prop::option::weighted(0.2, 0..6_u32)),
        opening in prop::option::weighted(0.3, (0..900_u32, -40..400_i32)),
        (owners, case) in (owners(), case()),
    ) -> ObjectState {
        let object = parcel(0);
        ObjectState {
            opening: opening.map(|(opens, length)| Opening { opens: Minutes(opens), closes: Minutes(opens.saturating_add_signed(length)) }),
            last_inspector: last.map(|number| inspector(number).key),
            last_partner: partner.filter(|_| last.is_some()).map(|number| inspector(number).key),
            case, owners, position, territory, category, category_decided: decided, days_since_last_event: days,
            prescription_overdue_days: overdue, score,
            task_open: task_open.map(|(on, until)| OpenWork {
                grounds: [GroundKind::OwnNorm].into(), on: on.map(|days| ago(-days)), until: ago(-until),
            }),
            deferred_until: put_off.map(|days| ago(-days)),
            signs: verdict.map(|verdict| sign(&object, "rule", verdict)).into_iter().collect(),
            control_kind: if regional { "regional_nonresidential" } else { "municipal_land" }.to_owned(),
            object_kind: if regional { "premises" } else { "parcel" }.to_owned(),
            ..object
        }
    }
}

prop_compose! {
    fn person()(
        base in position(),
        territories in prop::collection::btree_set((0..4_u32).prop_map(|code| format!("d{code}")), 0..3),
        mode in prop::sample::select(vec![TravelMode::Walk, TravelMode::Scooter, TravelMode::Car, TravelMode::Transit]),
        start in 0..700_u32,
        length in prop_oneof![1 => Just(0_u32), 6 => 30..600_u32],
        both in prop::bool::weighted(0.7),
        unit in 0..3_u32,
        avoids in prop::collection::btree_set((0..60_u32).prop_map(|number| parcel(number).key), 0..4),
        avoids_owners in owners(),
        attested in prop::option::of(0..40_i64),
        left in prop_oneof![3 => Just(0_u8), 1 => 1..5_u8],
    ) -> InspectorDay {
        let mut skills: BTreeSet<String> = ["municipal_land".to_owned()].into();
        if both {
            skills.insert("regional_nonresidential".to_owned());
        }
        InspectorDay {
            unit: format!("u{unit}"), base: base.unwrap_or(CENTRE), territories, mode, skills, avoids, avoids_owners,
            attested_until: attested.map(|days| ago(-days)),
            carried: carried(left),
            shift_start: Minutes(start), shift_end: Minutes(start + length), ..inspector(0)
        }
    }
}

/// Leaves somebody so many tasks of earlier days of which nobody knows where they are.
fn carried(count: u8) -> Carried {
    let task = |mark: u8| CarriedTask {
        task: TaskId::from_bytes([mark; 16]),
        key: format!("left-{mark}"),
        object_kind: "parcel".to_owned(),
        event_kind: "field_survey".to_owned(),
        position: None,
        service: Minutes(30),
        travel: Minutes(0),
    };
    Carried { tasks: (0..count).map(task).collect(), travel_back: Minutes(0) }
}

/// Lets somebody do everything everywhere by day: two such people often meet.
fn for_all(person: InspectorDay) -> InspectorDay {
    let minutes = person.shift_end.0 - person.shift_start.0;
    let start = 420 + person.shift_start.0 / 4;
    InspectorDay {
        territories: BTreeSet::new(),
        skills: inspector(0).skills,
        shift_start: Minutes(start),
        shift_end: Minutes(start + minutes),
        ..person
    }
}

/// Quotas of some codes and of all others.
fn limits(codes: &'static [&'static str]) -> impl Strategy<Value = BTreeMap<String, u32>> {
    let code = prop::sample::select(codes).prop_map(str::to_owned);
    prop_oneof![2 => Just(BTreeMap::new()), 1 => prop::collection::btree_map(code, 0..8_u32, 1..4)]
}

prop_compose! {
    fn quotas()(
        event_kind in limits(&["*", "field_survey", "joint_survey", "inspection_visit"]),
        territory in limits(&["*", "d0", "d1"]),
        unit in limits(&["*", "u0", "u1"]),
    ) -> DayQuotas {
        DayQuotas { event_kind, territory, unit }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Town {
    pub(crate) objects: Vec<ObjectState>,
    people: Vec<InspectorDay>,
    capacity: Option<u32>,
    each: Option<u32>,
    pause: Option<PauseRule>,
    rotates: bool,
    pairs: bool,
    quotas: DayQuotas,
    goals: (Option<f64>, f64, f64),
    video: Video,
}

/// Says which surveys of a town are by video.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Video {
    None,
    /// Those at premises that agreed to it.
    Agreed,
    All,
}

/// Who is called, and when some of the objects have agreed to a call.
fn calls() -> impl Strategy<Value = (Video, Vec<Option<(u32, u32)>>)> {
    let video = prop_oneof![3 => Just(Video::None), 2 => Just(Video::Agreed), 1 => Just(Video::All)];
    let call = prop::option::weighted(0.4, (400..1000_u32, 0..300_u32));
    (video, prop::collection::vec(call, 60))
}

fn called(object: ObjectState, call: Option<(u32, u32)>) -> ObjectState {
    let hours = |(opens, wide)| Opening { opens: Minutes(opens), closes: Minutes(opens + wide) };
    let agreed = |call| Appointment { on: DAY, hours: hours(call), by_video: true };
    ObjectState { appointment: call.map(agreed), ..object }
}

/// Prices of an hour's way, of load and of a stop.
fn goals() -> impl Strategy<Value = (Option<f64>, f64, f64)> {
    let travel = prop_oneof![2 => Just(None), 1 => (0.0..60.0_f64).prop_map(Some)];
    let balance = prop_oneof![1 => Just(0.0), 1 => 0.0..2.0_f64];
    let cluster = prop_oneof![1 => Just(0.0), 1 => 0.0..60.0_f64];
    (travel, balance, cluster)
}

prop_compose! {
    pub(crate) fn town()(
        objects in prop::collection::vec(object(), 0..60),
        people in prop::collection::vec(person(), 0..6),
        capacity in prop_oneof![3 => Just(None), 1 => (0..20_u32).prop_map(Some)],
        each in prop_oneof![3 => Just(None), 1 => (0..6_u32).prop_map(Some)],
        pause in prop::option::of((0..1000_u32, 1..120_u32, 0..60_u32)),
        one_point in prop::bool::weighted(0.1),
        (rotates, pairs, versatile) in any::<(bool, bool, bool)>(),
        quotas in quotas(),
        goals in goals(),
        (video, calls) in calls(),
    ) -> Town {
        let calls = calls.into_iter().map(|call| call.filter(|_| video == Video::Agreed));
        let objects = (0_u32..).zip(objects.into_iter().zip(calls)).map(|(number, (object, call))| {
            let object = called(object, call);
            let named = parcel(number);
            let position = if one_point { Some(CENTRE) } else { object.position };
            ObjectState { object: named.object, key: named.key, position, ..object }
        }).collect();
        let people = (0_u32..).zip(people).map(|(number, person)| {
            let person = if versatile { for_all(person) } else { person };
            InspectorDay { key: inspector(number).key, ..person }
        }).collect();
        let pause = pause.map(|(at, minutes, wait)| PauseRule { at, minutes, latest: at + wait });
        Town { objects, people, capacity, each, pause, rotates, pairs, quotas, goals, video }
    }
}

impl Town {
    /// Lets nobody go with another.
    pub(crate) fn alone(self) -> Self {
        Self { pairs: false, ..self }
    }

    pub(crate) fn pack(&self) -> PlannerPack {
        let change = |events: &mut String| {
            if self.rotates {
                say_of_surveys(events, "rotation = true");
            }
            match self.video {
                Video::None => {}
                Video::Agreed => by_video(events, "place = \"route\"\nvideo_minutes = { premises = 20 }"),
                Video::All => by_video(events, "place = \"video\""),
            }
        };
        let mut pack = if self.pairs { paired(&change) } else { changed(&change) };
        pack.settings.daily_capacity = self.capacity;
        pack.settings.visits_per_inspector = self.each;
        pack.settings.pause = self.pause;
        pack.settings.quotas = self.quotas.clone();
        let weights = &mut pack.settings.weights;
        (weights.travel, weights.balance, weights.cluster) = self.goals;
        pack
    }
    pub(crate) fn request(&self, pack: &PlannerPack, iterations: u64) -> PlanRequest {
        request(selected(&self.objects, pack), self.people.clone(), iterations)
    }
}

fn bytes(plan: &Plan) -> Vec<u8> {
    serde_json::to_vec(plan).unwrap()
}

fn candidates(selection: &Selection) -> Vec<&Candidate> {
    let left_out = selection.left_out.iter().map(|out| &out.candidate);
    selection.work.iter().map(|work| &work.candidate).chain(left_out).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_checker_finds_nothing_in_any_plan(town in town(), iterations in 0..300_u64) {
        let pack = town.pack();
        let request = town.request(&pack, iterations);
        let plan = run(&request, &pack);
        prop_assert_eq!(check(&plan, &pack), vec![]);
        prop_assert_eq!(check_complete(&plan, &candidates(&request.selection), &town.people), vec![]);
    }

    #[test]
    fn mandatory_work_is_planned_or_named_with_what_stands_against_it(town in town(), iterations in 0..200_u64) {
        let mut pack = town.pack();
        pack.settings.mandatory.clear();
        let plain = run(&town.request(&pack, iterations), &pack);
        pack.settings.mandatory = [GroundKind::PrescriptionOverdue].into();
        let plan = run(&town.request(&pack, iterations), &pack);
        prop_assert_eq!(check(&plan, &pack), vec![]);
        let duties = |plan: &Plan| {
            plan.visits().filter(|(_, visit)| matches!(visit.ground, Ground::PrescriptionOverdue { .. })).count()
        };
        let conflicts = plan.left_out.iter()
            .filter(|out| matches!(out.reason, LeftOutReason::MandatoryConflict { .. })).count();
        prop_assert!(duties(&plan) >= duties(&plain) || conflicts > 0, "{} {}", duties(&plan), duties(&plain));
        prop_assert!(duties(&plan) + conflicts >= duties(&plain));
        prop_assert!(plan.bound.unwrap() >= plan.value);
    }

    #[test]
    fn the_order_of_inputs_changes_no_byte(town in town(), turn in 0..60_usize) {
        let pack = town.pack();
        let plan = run(&town.request(&pack, 100), &pack);
        let mut other = town.clone();
        other.objects.reverse();
        other.people.reverse();
        let turn = turn.min(other.objects.len());
        other.objects.rotate_left(turn);
        let mut request = other.request(&pack, 100);
        request.selection.work.reverse();
        request.selection.left_out.reverse();
        prop_assert_eq!(bytes(&run(&request, &pack)), bytes(&plan));
    }

    #[test]
    fn the_number_of_threads_changes_no_byte(town in town()) {
        let pack = town.pack();
        let request = town.request(&pack, 100);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| bytes(&run(&request, &pack)))
        };
        prop_assert_eq!(with(1), with(2));
    }
}
