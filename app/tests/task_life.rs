//! The life of tasks over a demo city: from «taken» to the record that closes them; a closed door, a task that was put off and
//! one that was handed over; whose step it is, and what comes too late.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use dozor_app::queries::task_board::TaskBoard;
use dozor_app::{
    Actor, AppError, Approval, Dozor, HandOver, PlanCall, Queries, ReplanApply, ReplanCall, SearchLimit,
    Silent, StartCall, TaskCall, TaskWish,
};
use dozor_domain::{
    Candidate, Coded, Ground, InspectorDay, LeftOutReason, Opening, Permission, Person, Plan, SignState,
    StepOutcome, Task, TaskStartId, TaskState, TaskStep, TaskStepId, Timestamp,
};
use dozor_store::{SignScope, TaskFilter};
use support::{clock, demo_on, location};

const FRIDAY: &str = "2026-11-20";
const TUESDAY: &str = "2026-11-24";
const WEDNESDAY: &str = "2026-11-25";
const MORNING: &str = "2026-11-20T06:00:00Z";

fn who(login: &str, permission: Permission) -> Actor {
    let person = Person { login: login.to_owned(), name: login.to_owned() };
    Actor { person, permissions: [permission].into() }
}

fn call(number: u8, task: &Task, wish: TaskWish) -> TaskCall {
    TaskCall { id: TaskStepId::from_bytes([number; 16]), task: task.id, captured_at: None, wish }
}

/// Takes a step as the inspector of the task.
async fn own(dozor: &Dozor, number: u8, task: &Task, wish: TaskWish) -> Result<TaskStep, AppError> {
    let actor = who("field", Permission::WorkTasks);
    dozor.take_task_step(&call(number, task, wish), &actor, Some(&task.inspector)).await
}

/// Takes a step as the head.
async fn head(dozor: &Dozor, number: u8, task: &Task, wish: TaskWish) -> Result<TaskStep, AppError> {
    dozor.take_task_step(&call(number, task, wish), &who("head", Permission::ApprovePlans), None).await
}

fn code(step: Result<TaskStep, AppError>) -> &'static str {
    match step {
        Ok(step) => step.outcome.code(),
        Err(fault) => fault.info().code,
    }
}

async fn state(dozor: &Dozor, task: &Task) -> TaskState {
    dozor.store().task(task.id).await.unwrap().unwrap().state
}

async fn begin(dozor: &Dozor, number: u8, task: &Task) {
    let start = StartCall { id: TaskStartId::from_bytes([number; 16]), task: task.id, started_at: None };
    let begun = dozor.start_task(&start, &task.inspector, "field").await.unwrap();
    assert_eq!(begun.refusals, []);
}

fn report(outcome: &str) -> TaskWish {
    TaskWish::Report { outcome: outcome.to_owned() }
}

fn defer(until: &str) -> TaskWish {
    TaskWish::Defer { until: until.to_owned(), reason: "идёт экспертиза".to_owned() }
}

/// Returns tasks of confirmed signs, one an object, so that one event ends one task; those that come first in somebody's day
/// first, so that who begins one leaves nothing behind him.
async fn single(dozor: &Dozor) -> Vec<Task> {
    let tasks = dozor.store().tasks(&TaskFilter::default()).await.unwrap();
    let mut objects: BTreeMap<_, Vec<Task>> = BTreeMap::new();
    tasks.into_iter().for_each(|task| objects.entry(task.object).or_default().push(task));
    let single = objects.into_values().filter(|all| all.len() == 1).flatten();
    let of_sign = |task: &Task| matches!(task.ground, Ground::Sign { confirmed: true, .. });
    let mut single: Vec<Task> = single.filter(|task| of_sign(task) && task.partner.is_none()).collect();
    single.sort_by_key(|task| (task.position, task.id));
    single
}

async fn board(dozor: &Dozor, date: &str) -> TaskBoard {
    Queries::new(dozor.clone()).task_board(Some(date), None).await.unwrap()
}

#[tokio::test]
async fn a_task_goes_from_its_inspector_to_the_record_that_closes_it() {
    let folder = tempfile::tempdir().unwrap();
    let (_, friday) = demo_on(folder.path(), FRIDAY, MORNING).await;
    let tasks = single(&friday).await;
    let [made, vain, later, silent] = [&tasks[0], &tasks[1], &tasks[2], &tasks[3]];
    whose_step_it_is(&friday, made, &tasks).await;
    from_taken_to_reported(&friday, made).await;
    a_closed_door_frees(&friday, vain).await;
    put_off_and_told(&friday, later).await;
    begin(&friday, 2, silent).await;
    assert_eq!(code(own(&friday, 20, silent, report("none")).await), "done");
    assert_eq!(friday.verify_audit(None).await.unwrap().fault, None);

    record_of(folder.path(), made, ("T-1", "2026-11-24T05:00:00Z")).await;
    let now = "2026-11-24T06:00:00Z";
    let (_, tuesday) = demo_on(folder.path(), TUESDAY, now).await;
    assert_eq!(state(&tuesday, made).await, TaskState::Closed { event_on: FRIDAY.to_owned() });
    assert_eq!(code(own(&tuesday, 21, made, report("none")).await), "not_open", "kept, and settled once");
    assert!(state(&tuesday, silent).await.reported().is_some(), "its record may still come");
    let plan = tuesday.store().approved_plan(TUESDAY).await.unwrap().unwrap().plan;
    tried_in_the_other_half(&plan, vain);
    assert_eq!(reason(&plan, later), Some(LeftOutReason::Deferred { until: WEDNESDAY.to_owned() }));
    assert!(plan.visits().all(|(_, visit)| visit.candidate.object != later.object));
    lifted_before_its_day(&tuesday, &plan).await;
    let call = PlanCall {
        date: WEDNESDAY.to_owned(),
        seed: 1,
        iterations: Some(200),
        limit: SearchLimit::default(),
    };
    let planned = tuesday.plan(&call, "test", &Silent).await.unwrap();
    let plan = tuesday.store().plan(planned.report.plan).await.unwrap().unwrap().plan;
    assert!(!matches!(reason(&plan, later), Some(LeftOutReason::Deferred { .. })), "its day has come");
    assert!(candidates(&plan).any(|one| one.object == later.object));

    let (_, december) = demo_on(folder.path(), "2026-12-02", "2026-12-02T06:00:00Z").await;
    let back = TaskState::Returned { reason: "unrecorded".to_owned() };
    assert_eq!(state(&december, silent).await, back, "nobody waits for its record for ever");
    let plan = december.store().approved_plan("2026-12-02").await.unwrap().unwrap().plan;
    assert!(candidates(&plan).any(|one| one.object == silent.object), "its object is free");
    assert_ne!(reason(&plan, silent), Some(LeftOutReason::TaskOpen));
    let told = board(&december, "2026-12-02").await.unrecorded;
    assert_eq!(told.iter().map(|task| task.id.clone()).collect::<Vec<_>>(), [silent.id.to_string()]);
    assert!(told[0].outcome.is_some(), "what was reported is not forgotten");
    assert_eq!(december.verify_audit(None).await.unwrap().fault, None);
    drop(december);
    record_of(folder.path(), silent, ("T-2", "2026-12-02T07:00:00Z")).await;
    let later = Dozor::open(&location(folder.path()), clock("2026-12-02T08:00:00Z")).await.unwrap();
    assert_eq!(board(&later, "2026-12-02").await.unrecorded.len(), 0, "the record is there");
}

async fn whose_step_it_is(dozor: &Dozor, task: &Task, all: &[Task]) {
    let other = all.iter().find(|other| other.inspector != task.inspector).unwrap();
    let accept = call(1, task, TaskWish::Accept);
    let field = who("field", Permission::WorkTasks);
    let foreign = dozor.take_task_step(&accept, &field, Some(&other.inspector)).await;
    assert_eq!(code(foreign), "TASK_NOT_FOUND", "the task of somebody else");
    assert_eq!(code(dozor.take_task_step(&accept, &field, None).await), "TASK_NOT_FOUND", "no inspector");
    let head_only = who("head", Permission::ApprovePlans);
    let step = dozor.take_task_step(&accept, &head_only, Some(&task.inspector)).await;
    assert_eq!(code(step), "POWER_MISSING", "to answer for the day is not to go");
    assert_eq!(code(own(dozor, 1, task, defer(WEDNESDAY)).await), "POWER_MISSING");
    assert_eq!(state(dozor, task).await, TaskState::Assigned);
}

async fn from_taken_to_reported(dozor: &Dozor, task: &Task) {
    let accepted = own(dozor, 2, task, TaskWish::Accept).await.unwrap();
    assert_eq!(own(dozor, 2, task, TaskWish::Accept).await.unwrap(), accepted, "the same again");
    assert_eq!(code(own(dozor, 2, task, TaskWish::Depart).await), "TASK_STEP_ID_TAKEN");
    assert_eq!(code(own(dozor, 3, task, TaskWish::Depart).await), "done");
    assert!(matches!(state(dozor, task).await, TaskState::EnRoute { .. }));
    assert_eq!(code(own(dozor, 4, task, report("none")).await), "not_allowed", "nobody has begun");
    assert_eq!(code(head(dozor, 5, task, defer(WEDNESDAY)).await), "STATE_NOT_ALLOWED", "he is on his way");
    begin(dozor, 1, task).await;
    assert_eq!(code(own(dozor, 6, task, report("confirmed")).await), "TASK_RESULT");
    assert_eq!(code(own(dozor, 6, task, report("no_access")).await), "TASK_RESULT", "a step of its own");
    assert_eq!(code(head(dozor, 7, task, TaskWish::Check).await), "STATE_NOT_ALLOWED");
    // Captured with a clock that is ahead: nothing was reported in the future.
    let ahead = TaskCall {
        captured_at: Timestamp::parse_rfc3339("2026-11-20T09:00:00Z"),
        ..call(6, task, report("violation"))
    };
    let reported = dozor
        .take_task_step(&ahead, &who("field", Permission::WorkTasks), Some(&task.inspector))
        .await
        .unwrap();
    assert_eq!((reported.outcome, reported.captured_at), (StepOutcome::Done, dozor.now()));
    assert_eq!(state(dozor, task).await.reported(), Some("violation"));
    let cancel = TaskWish::Cancel { reason: "не нужно".to_owned() };
    assert_eq!(code(head(dozor, 7, task, cancel).await), "STATE_NOT_ALLOWED", "it was made");
    assert_eq!(code(head(dozor, 7, task, TaskWish::Check).await), "done");
    assert!(matches!(state(dozor, task).await, TaskState::CheckedByHead { by, .. } if by == "head"));
    let lost = board(dozor, FRIDAY).await.lost_steps;
    assert_eq!(lost.iter().map(|one| &one.object_key).collect::<Vec<_>>(), [&task.object_key]);
}

async fn a_closed_door_frees(dozor: &Dozor, task: &Task) {
    assert_eq!(code(own(dozor, 8, task, TaskWish::NoAccess).await), "done");
    assert!(matches!(state(dozor, task).await, TaskState::NoAccess { attempt: 1, .. }));
    let Ground::Sign { sign, .. } = &task.ground else { unreachable!("chosen by its sign") };
    let signs = dozor.store().signs(SignScope::Open).await.unwrap();
    let sign = signs.iter().find(|one| one.id == *sign).unwrap();
    assert!(matches!(sign.state, SignState::Desk { .. }), "the desk's word stands again");
}

async fn put_off_and_told(dozor: &Dozor, task: &Task) {
    for early in ["2026-11-19", FRIDAY] {
        assert_eq!(code(head(dozor, 9, task, defer(early)).await), "TASK_DEFERRAL", "{early}");
    }
    let silent = TaskWish::Defer { until: WEDNESDAY.to_owned(), reason: " ".to_owned() };
    assert_eq!(code(head(dozor, 9, task, silent).await), "COMMENT_REQUIRED");
    assert_eq!(code(head(dozor, 9, task, defer(WEDNESDAY)).await), "done");
    assert_eq!(code(head(dozor, 10, task, defer(WEDNESDAY)).await), "STATE_NOT_ALLOWED", "it has ended");
    // What the inspector captured before he heard of it is kept, and told.
    assert_eq!(code(own(dozor, 11, task, TaskWish::Depart).await), "not_open");
    let lost = board(dozor, FRIDAY).await.lost_steps;
    assert!(lost.iter().any(|one| one.object_key == task.object_key));
    // No change of the day brings it back.
    let report = dozor.replan(&quiet(FRIDAY)).await.unwrap();
    assert!(report.moves.iter().all(|one| one.object_id != task.object), "{:?}", report.moves);
}

/// What was put off is a candidate of the next plan as soon as the head says so, and its sign is the desk's again.
async fn lifted_before_its_day(dozor: &Dozor, plan: &Plan) {
    let filter = TaskFilter { date: Some(plan.date.clone()), ..TaskFilter::default() };
    let tasks = dozor.store().tasks(&filter).await.unwrap();
    let mut of_sign =
        tasks.iter().filter(|task| task.state.is_open() && matches!(task.ground, Ground::Sign { .. }));
    let task = of_sign.next().unwrap();
    assert_eq!(code(head(dozor, 30, task, defer("2026-12-10")).await), "done");
    let put_off = planned(dozor, WEDNESDAY).await;
    assert_eq!(reason(&put_off, task), Some(LeftOutReason::Deferred { until: "2026-12-10".to_owned() }));
    let lift = |why: &str| TaskWish::Lift { reason: why.to_owned() };
    assert_eq!(code(head(dozor, 31, task, lift(" ")).await), "COMMENT_REQUIRED");
    assert_eq!(code(own(dozor, 31, task, lift("сам")).await), "POWER_MISSING");
    assert_eq!(code(head(dozor, 31, task, lift("экспертиза готова")).await), "done");
    assert_eq!(code(head(dozor, 31, task, lift("экспертиза готова")).await), "done", "the same again");
    assert_eq!(code(head(dozor, 32, task, lift("ещё раз")).await), "STATE_NOT_ALLOWED");
    let free = planned(dozor, WEDNESDAY).await;
    assert!(candidates(&free).any(|one| one.object == task.object));
    assert!(!matches!(reason(&free, task), Some(LeftOutReason::Deferred { .. })));
    let Ground::Sign { sign, .. } = &task.ground else { unreachable!("chosen by its sign") };
    let signs = dozor.store().signs(SignScope::Open).await.unwrap();
    assert!(matches!(signs.iter().find(|one| one.id == *sign).unwrap().state, SignState::Desk { .. }));
}

async fn record_of(folder: &Path, task: &Task, (number, now): (&str, &str)) {
    let dozor = Dozor::open(&location(folder), clock(now)).await.unwrap();
    let row = format!(
        "event_number,object_key,event_kind,control_kind,held_on,updated_on,result,rule,inspector_ref\n\
         {number},{},{},{},{FRIDAY},2026-11-21,violation,,\n",
        task.object_key, task.event_kind, task.control_kind
    );
    let file = folder.join(format!("events-{number}.csv"));
    std::fs::write(&file, row).unwrap();
    let taken = dozor.ingest("events", None, &[file], "test", &Silent).await.unwrap();
    assert_eq!((taken.counts.accepted, taken.counts.unmatched), (1, 0));
}

async fn planned(dozor: &Dozor, date: &str) -> Plan {
    let (date, limit) = (date.to_owned(), SearchLimit::default());
    let call = PlanCall { date, seed: 1, iterations: Some(200), limit };
    let day = dozor.plan(&call, "test", &Silent).await.unwrap();
    dozor.store().plan(day.report.plan).await.unwrap().unwrap().plan
}

fn candidates(plan: &Plan) -> impl Iterator<Item = &Candidate> {
    let left = plan.left_out.iter().map(|left| &left.candidate);
    plan.visits().map(|(_, visit)| &visit.candidate).chain(left)
}

fn reason(plan: &Plan, task: &Task) -> Option<LeftOutReason> {
    let left = plan.left_out.iter().find(|left| left.candidate.object == task.object);
    left.map(|left| left.reason.clone())
}

/// Nine in the morning, by the clock of the city, was in vain: the next attempt begins after the half of the day.
fn tried_in_the_other_half(plan: &Plan, task: &Task) {
    let it = candidates(plan).find(|one| one.object == task.object).unwrap();
    let Opening { opens, closes } = it.opening.unwrap();
    assert!(opens.0 >= 780 && closes.0 > opens.0, "{opens:?} to {closes:?}");
}

fn quiet(date: &str) -> ReplanCall {
    ReplanCall {
        date: date.to_owned(),
        now: Some(0),
        absent: Vec::new(),
        back: Vec::new(),
        dropped: Vec::new(),
        handed: Vec::new(),
        urgent: Vec::new(),
        seed: 1,
        iterations: 100,
    }
}

/// Writes the staff as the city does, all of them in one unit.
fn one_unit(staff: &[InspectorDay]) -> String {
    let mut text = String::from(
        "number,name,unit,territories,skills,mode,shift_start,shift_end,lat,lon,conflicts,attested_until\n",
    );
    for one in staff {
        let codes = |codes: &BTreeSet<String>| codes.iter().cloned().collect::<Vec<_>>().join(";");
        let mode = serde_json::to_value(one.mode).unwrap();
        let (territories, skills) = (codes(&one.territories), codes(&one.skills));
        let (mode, base) = (mode.as_str().unwrap(), one.base);
        let shift = format!("{},{}", one.shift_start.0, one.shift_end.0);
        let who = format!("{},{},Отдел", one.key, one.name);
        text.push_str(&format!("{who},{territories},{skills},{mode},{shift},{},{},,\n", base.lat, base.lon));
    }
    text
}

/// Brings all inspectors into one unit, and plans and approves Tuesday.
async fn tuesday_of_one_unit(folder: &Path, friday: &Dozor) -> (Dozor, Plan) {
    let staff = friday.inspectors(friday.instant(TUESDAY).unwrap()).await.unwrap();
    let file = folder.join("inspectors.csv");
    std::fs::write(&file, one_unit(&staff)).unwrap();
    let monday = Dozor::open(&location(folder), clock("2026-11-23T06:00:00Z")).await.unwrap();
    monday.ingest("inspectors", None, &[file], "test", &Silent).await.unwrap();
    let plan = planned(&monday, TUESDAY).await;
    let approval = Approval { plan: plan.id, parent: None, by: "Петрова".to_owned() };
    monday.approve_plan(approval, "head").await.unwrap();
    (monday, plan)
}

#[tokio::test]
async fn a_visit_is_handed_to_another_inspector_of_the_unit_who_may_make_it() {
    let folder = tempfile::tempdir().unwrap();
    let (_, friday) = demo_on(folder.path(), FRIDAY, MORNING).await;
    let plan = friday.store().approved_plan(FRIDAY).await.unwrap().unwrap().plan;
    let refused = async |object: &str, to: &str| {
        let handed = vec![HandOver { object: object.to_owned(), to: to.to_owned() }];
        let call = ReplanCall { handed, ..quiet(FRIDAY) };
        friday.replan(&call).await.map(|_| ()).map_err(|fault| fault.info().code)
    };
    let (giver, first) = plan.visits().find(|(_, visit)| visit.partner.is_none()).unwrap();
    let (first, giver) = (first.candidate.key.as_str(), &giver.inspector);
    assert_eq!(refused(first, "nobody").await, Err("REPLAN_REFUSED"));
    assert_eq!(refused("nothing", &giver.key).await, Err("REPLAN_REFUSED"));
    let stranger = plan.routes.iter().find(|route| route.inspector.unit != giver.unit).unwrap();
    assert_eq!(refused(first, &stranger.inspector.key).await, Err("REPLAN_REFUSED"), "of another unit");

    let (dozor, plan) = tuesday_of_one_unit(folder.path(), &friday).await;
    let (call, key, to) = handed_over(&dozor, &plan).await;
    let report = dozor.replan(&call).await.unwrap();
    let told = report.moves.iter().find(|one| one.object == key).unwrap();
    assert_eq!(told.to.as_ref().map(|(inspector, _)| inspector.clone()), Some(to.clone()));
    let object = told.object_id;
    let (reason, by) = ("участок знаком".to_owned(), "Петрова".to_owned());
    let apply = ReplanApply { call, digest: report.digest, reason, by };
    dozor.apply_replan(&apply, "head").await.unwrap();
    let filter = TaskFilter { object: Some(object), plan: None, ..TaskFilter::default() };
    let mut tasks = dozor.store().tasks(&filter).await.unwrap();
    tasks.retain(|task| task.date == TUESDAY);
    let moved = TaskState::Returned { reason: "moved_to_another".to_owned() };
    let [old, new] =
        [false, true].map(|open| tasks.iter().find(|task| task.state.is_open() == open).unwrap());
    assert_eq!((&old.state, &new.inspector), (&moved, &to));
    assert_ne!(old.order, new.order, "an order names its inspector");
    // The step of who had it comes too late, that of who has it now does not.
    assert_eq!(code(own(&dozor, 1, old, TaskWish::Accept).await), "not_open");
    assert_eq!(code(own(&dozor, 2, new, TaskWish::Accept).await), "done");
    assert_eq!(dozor.verify_audit(None).await.unwrap().fault, None);
}

/// Finds a visit and an inspector of the same unit who may make it.
async fn handed_over(dozor: &Dozor, plan: &Plan) -> (ReplanCall, String, String) {
    for (route, visit) in plan.visits().filter(|(_, visit)| visit.partner.is_none()) {
        let unit = &route.inspector.unit;
        let others = plan.routes.iter().map(|other| &other.inspector);
        for other in others.filter(|other| other.unit == *unit && other.key != route.inspector.key) {
            let handed = vec![HandOver { object: visit.candidate.key.clone(), to: other.key.clone() }];
            let call = ReplanCall { handed, ..quiet(TUESDAY) };
            if dozor.replan(&call).await.is_ok() {
                return (call, visit.candidate.key.clone(), other.key.clone());
            }
        }
    }
    unreachable!("districts are served by more than one of them")
}
