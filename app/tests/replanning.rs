//! A change of the day is shown and then applied as it was shown: what has begun stays, what moves comes back and is issued
//! anew, and two who change one day at once do not both do it.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use dozor_app::queries::{paging::PageCall, plans::LeftOutCall};
use dozor_app::{
    AppError, ChangeKind, Dozor, PlanCall, Queries, ReplanApply, ReplanCall, ReplanReport, SearchLimit,
    Silent,
};
use dozor_domain::{Coded, Ground, LeftOutReason, ObjectId, Plan, SignState, Task, TaskState};
use dozor_planner::check;
use dozor_store::{SignScope, TaskFilter};
use support::{clock, demo_on, location, staff_rows};

const FRIDAY: &str = "2026-11-20";
/// Seven in the morning in Moscow: nobody has set out.
const MORNING: &str = "2026-11-20T04:00:00Z";
const NOON: u32 = 720;

fn quiet() -> ReplanCall {
    ReplanCall {
        date: FRIDAY.to_owned(),
        now: Some(NOON),
        absent: Vec::new(),
        back: Vec::new(),
        dropped: Vec::new(),
        handed: Vec::new(),
        urgent: Vec::new(),
        seed: 1,
        iterations: 300,
    }
}

fn applying(call: ReplanCall, report: &ReplanReport) -> ReplanApply {
    let (reason, by) = ("инспектор заболел".to_owned(), "Петрова".to_owned());
    ReplanApply { call, digest: report.digest.clone(), reason, by }
}

async fn tasks(dozor: &Dozor) -> Vec<Task> {
    let filter = TaskFilter { date: Some(FRIDAY.to_owned()), ..TaskFilter::default() };
    dozor.store().tasks(&filter).await.unwrap()
}

async fn plan(dozor: &Dozor) -> Plan {
    dozor.store().approved_plan(FRIDAY).await.unwrap().unwrap().plan
}

type Key = (ObjectId, String);

fn open(tasks: &[Task]) -> BTreeMap<Key, &Task> {
    let open: Vec<&Task> = tasks.iter().filter(|task| task.state.is_open()).collect();
    let by_key: BTreeMap<Key, &Task> =
        open.iter().map(|task| ((task.object, task.control_kind.clone()), *task)).collect();
    assert_eq!(by_key.len(), open.len(), "one task an object and kind of control");
    by_key
}

/// Checks that the open tasks are the visits of the plan that counts, and that orders have no gap.
async fn sound(dozor: &Dozor) {
    let (plan, all) = (plan(dozor).await, tasks(dozor).await);
    assert_eq!(check(&plan, &dozor.methodology().planner), []);
    assert!(plan.bound.unwrap() >= plan.value, "also of a day that was changed");
    let open = open(&all);
    let mut visits = BTreeMap::new();
    for route in &plan.routes {
        for (place, visit) in (1_u32..).zip(&route.visits).filter(|(_, visit)| visit.counts()) {
            let key = (visit.candidate.object, visit.candidate.control_kind.clone());
            visits.insert(key, (route.inspector.key.clone(), place, visit.start, visit.end));
        }
    }
    let carried = |task: &&Task| (task.inspector.clone(), task.position, task.start, task.end);
    let carried: BTreeMap<Key, _> = open.iter().map(|(key, task)| (key.clone(), carried(task))).collect();
    assert_eq!(carried, visits);
    let orders = dozor.store().orders(&Default::default()).await.unwrap();
    let mut numbers: Vec<i64> = orders.iter().map(|order| order.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=orders.len() as i64).collect::<Vec<_>>(), "a gap, or one twice");
    for task in &all {
        let order = orders.iter().find(|order| order.id == task.order).unwrap();
        assert_eq!((order.plan, &order.inspector), (task.plan, &task.inspector));
    }
    let signs = dozor.store().signs(SignScope::All).await.unwrap();
    for task in open.values() {
        if let Ground::Sign { sign, .. } = &task.ground {
            let sign = signs.iter().find(|one| one.id == *sign).unwrap();
            assert!(matches!(sign.state, SignState::Tasked { .. }), "{:?}", sign.state);
        }
    }
    assert_eq!(dozor.verify_audit(None).await.unwrap().fault, None);
}

/// Returns who has most to do after noon.
fn busiest(plan: &Plan) -> String {
    let after_noon = |route: &&dozor_domain::Route| {
        route.visits.iter().filter(|visit| route.departs(visit).0 >= NOON).count()
    };
    plan.routes.iter().max_by_key(after_noon).unwrap().inspector.key.clone()
}

/// Returns an absence whose work others can take over, the first such: who is away, from when, and what is shown.
async fn takeover(dozor: &Dozor, before: &Plan) -> (String, u32, ReplanCall, ReplanReport) {
    for now in [NOON, 0] {
        for route in &before.routes {
            let gone = route.inspector.key.clone();
            let call = ReplanCall { absent: vec![gone.clone()], now: Some(now), ..quiet() };
            let report = dozor.replan(&call).await.unwrap();
            if report.moves.iter().any(|one| one.change == ChangeKind::Moved) {
                return (gone, now, call, report);
            }
        }
    }
    unreachable!("somebody's work goes to others")
}

async fn refused(dozor: &Dozor, apply: ReplanApply, code: &str) {
    let fault = dozor.apply_replan(&apply, "test").await.unwrap_err();
    assert_eq!(fault.info().code, code, "{fault}");
}

/// Checks that each line of the difference is so, and that nothing else is.
fn told_and_done(report: &ReplanReport, old: &[Task], now: &[Task]) {
    let (open_then, open_now) = (open(old), open(now));
    let kept: BTreeMap<_, _> = now.iter().map(|task| (task.id, task)).collect();
    let mut changed = BTreeSet::new();
    for one in &report.moves {
        let key = (one.object_id, one.control_kind.clone());
        let place = |task: Option<&&Task>| task.map(|task| (task.inspector.clone(), task.start.0));
        assert_eq!(place(open_then.get(&key)), one.from, "{one:?}");
        assert_eq!(place(open_now.get(&key)), one.to, "{one:?}");
        if let Some(task) = open_then.get(&key).filter(|_| one.change != ChangeKind::Retimed) {
            let TaskState::Returned { reason } = &kept[&task.id].state else { unreachable!("it came back") };
            let expected = if one.to.is_some() { "moved_to_another" } else { "gave_way" };
            assert_eq!(reason, expected);
        }
        changed.insert(key);
    }
    for (key, task) in open_then.iter().filter(|(key, _)| !changed.contains(*key)) {
        let now = open_now[key];
        assert_eq!(
            (&now.id, &now.inspector, now.start, now.order),
            (&task.id, &task.inspector, task.start, task.order)
        );
    }
}

/// Checks that a further change stands on the one before: an object cannot be entered.
async fn further(dozor: &Dozor, (gone, noon): (String, u32)) {
    let before = plan(dozor).await;
    let his = |tasks: &[Task]| -> BTreeSet<Key> {
        let open = tasks.iter().filter(|task| task.inspector == gone && task.state.is_open());
        open.map(|task| (task.object, task.control_kind.clone())).collect()
    };
    let kept = his(&tasks(dozor).await);
    let mut visits = before.routes.iter().flat_map(|route| &route.visits);
    let dropped = visits.find(|visit| visit.start.0 > noon.max(NOON) + 60).unwrap().candidate.key.clone();
    // Who is away stays away without being named again, and no change looks back behind the last one.
    let call = ReplanCall { dropped: vec![dropped.clone()], now: Some(noon.saturating_sub(60)), ..quiet() };
    let report = dozor.replan(&call).await.unwrap();
    let line = report.moves.iter().find(|one| one.object == dropped).unwrap();
    assert_eq!((line.change, &line.reason), (ChangeKind::Dropped, &Some(LeftOutReason::SetAside)));
    dozor.apply_replan(&applying(call, &report), "test").await.unwrap();
    sound(dozor).await;
    let last = plan(dozor).await;
    assert_eq!(last.parent, Some(before.id));
    let out = last.left_out.iter().find(|out| out.candidate.key == dropped).unwrap();
    assert_eq!(out.reason, LeftOutReason::SetAside);
    let rest = last.rest.as_ref().unwrap();
    assert_eq!((rest.now.0, rest.away.contains(&gone)), (noon, true));
    assert!(his(&tasks(dozor).await).is_subset(&kept), "nothing new for who is away");

    // Back is said by name.
    let back = |key: &str| ReplanCall { back: vec![key.to_owned()], now: Some(noon), ..quiet() };
    assert_eq!(dozor.replan(&back("nobody")).await.unwrap_err().info().code, "REPLAN_REFUSED");
    let report = dozor.replan(&back(&gone)).await.unwrap();
    dozor.apply_replan(&applying(back(&gone), &report), "test").await.unwrap();
    sound(dozor).await;
    assert!(!his(&tasks(dozor).await).is_subset(&kept), "there is work for him again");
    assert!(plan(dozor).await.rest.unwrap().away.is_empty());
}

#[tokio::test]
async fn nobody_gets_new_work_against_what_is_known_of_him_since() {
    let folder = tempfile::tempdir().unwrap();
    let (_, dozor) = demo_on(folder.path(), FRIDAY, MORNING).await;
    let before = plan(&dozor).await;
    let (_, _, call, report) = takeover(&dozor, &before).await;
    let moved = report.moves.iter().find(|one| one.change == ChangeKind::Moved).unwrap();
    let (object, taker) = (moved.object.clone(), moved.to.clone().unwrap().0);
    let staff = dozor.inspectors(dozor.instant(FRIDAY).unwrap()).await.unwrap();
    let file = folder.path().join("inspectors.csv");
    // Of two records of one day the hash of what they say decides: his is told with another word until it is the one.
    let morning = dozor.instant(FRIDAY).unwrap().max(dozor.now());
    for other in 0.. {
        let own = format!("{object};none-{other}");
        let conflict = |key: &str| (if key == taker { own.clone() } else { String::new() }, "");
        std::fs::write(&file, staff_rows(&staff, conflict)).unwrap();
        dozor.ingest("inspectors", None, std::slice::from_ref(&file), "test", &Silent).await.unwrap();
        let now = dozor.inspectors(morning).await.unwrap();
        if now.iter().any(|one| one.key == taker && one.avoids.contains(&object)) {
            break;
        }
    }
    let dozor = Dozor::open(&location(folder.path()), clock("2026-11-20T04:30:00Z")).await.unwrap();

    let fault = dozor.replan(&call).await.unwrap_err();
    assert_eq!(fault.info().code, "REPLAN_REFUSED");
    assert!(fault.to_string().contains("conflicts of interest changed"), "{fault}");
    // Without him the day can be changed, and the work goes to nobody of whom that is known.
    let without = ReplanCall { absent: [call.absent.clone(), vec![taker.clone()]].concat(), ..call };
    let report = dozor.replan(&without).await.unwrap();
    dozor.apply_replan(&applying(without, &report), "test").await.unwrap();
    sound(&dozor).await;
    let all = tasks(&dozor).await;
    assert!(!all.iter().any(|task| task.object_key == object && task.inspector == taker));
    let unknown = ReplanCall { absent: vec!["nobody".to_owned()], ..quiet() };
    assert_eq!(dozor.replan(&unknown).await.unwrap_err().info().code, "REPLAN_REFUSED");
    let beyond = ReplanCall { now: Some(1_440), ..quiet() };
    assert_eq!(dozor.replan(&beyond).await.unwrap_err().info().code, "REPLAN_REFUSED");
}

#[tokio::test]
async fn an_absence_is_shown_and_applied_as_it_was_shown_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let (_, dozor) = demo_on(folder.path(), FRIDAY, MORNING).await;
    sound(&dozor).await;
    let (before, old) = (plan(&dozor).await, tasks(&dozor).await);
    let (gone, noon, call, report) = takeover(&dozor, &before).await;
    assert_eq!(dozor.replan(&call).await.unwrap().digest, report.digest, "the same difference");
    assert_eq!(tasks(&dozor).await, old, "what is shown changes nothing");

    // Another difference, no reason, and nobody's name: each is refused, and nothing changes.
    let wanted = applying(call.clone(), &report);
    refused(&dozor, ReplanApply { digest: "0".repeat(64), ..wanted.clone() }, "REPLAN_STALE").await;
    refused(&dozor, ReplanApply { reason: " ".to_owned(), ..wanted.clone() }, "COMMENT_REQUIRED").await;
    refused(&dozor, ReplanApply { by: String::new(), ..wanted.clone() }, "OFFICIAL_EMPTY").await;
    refused(&dozor, ReplanApply { call: quiet(), ..wanted.clone() }, "REPLAN_STALE").await;
    assert_eq!(tasks(&dozor).await, old);

    // Two heads at once.
    let (one, two) = tokio::join!(dozor.apply_replan(&wanted, "one"), dozor.apply_replan(&wanted, "two"));
    let (won, lost): (Vec<_>, Vec<_>) = [one, two].into_iter().partition(Result::is_ok);
    let applied = won.into_iter().next().unwrap().unwrap();
    assert_eq!(lost.len(), 1);
    assert_eq!(lost.into_iter().next().unwrap().unwrap_err().info().code, "REPLAN_STALE");

    sound(&dozor).await;
    let after = plan(&dozor).await;
    assert_eq!((after.id, after.parent), (report.next, Some(before.id)));
    assert_eq!((applied.plan, applied.parent), (after.id, before.id));
    let rest = after.rest.as_ref().unwrap();
    assert_eq!((rest.now.0, rest.reason.as_str()), (noon, "инспектор заболел"));
    // What is kept says besides what nobody waited for who was shown the change, and is the same in all else.
    assert_eq!(report.after.bound, None);
    assert!(after.left_out.iter().any(|out| out.forcing.is_some()));
    let bare = after.left_out.iter().map(|out| dozor_domain::LeftOut { forcing: None, ..out.clone() });
    assert_eq!(bare.collect::<Vec<_>>(), report.after.left_out);
    assert_eq!(after.routes, report.after.routes);
    let now = tasks(&dozor).await;
    told_and_done(&report, &old, &now);
    let open_then = open(&old);
    for route in &before.routes {
        for visit in route.visits.iter().filter(|visit| route.departs(visit).0 < noon) {
            let task = open_then[&(visit.candidate.object, visit.candidate.control_kind.clone())];
            assert!(now.contains(task), "what has begun is not touched");
        }
    }

    // The same again is another change by now; a further one stands on this one.
    refused(&dozor, wanted, "REPLAN_STALE").await;
    further(&dozor, (gone, noon)).await;
}

#[tokio::test]
async fn who_has_left_since_is_sent_nowhere_else_and_a_day_that_is_over_does_not_change() {
    let folder = tempfile::tempdir().unwrap();
    let (_, morning) = demo_on(folder.path(), FRIDAY, MORNING).await;
    let call = ReplanCall { absent: vec![busiest(&plan(&morning).await)], now: Some(600), ..quiet() };
    let report = morning.replan(&call).await.unwrap();
    let wanted = applying(call.clone(), &report);
    let code = async |now: &str| {
        let later = Dozor::open(&location(folder.path()), clock(now)).await.unwrap();
        let fault = later.apply_replan(&wanted, "test").await.unwrap_err();
        assert!(!fault.to_string().is_empty());
        fault.info().code
    };
    assert_eq!(code("2026-11-20T12:00:00Z").await, "REPLAN_STALE", "three in the afternoon");
    morning.apply_replan(&wanted, "test").await.unwrap();
}

#[tokio::test]
async fn the_page_of_a_day_says_that_its_plan_was_made_later_and_offers_no_change_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let (_, dozor) = demo_on(folder.path(), FRIDAY, MORNING).await;
    let call = PlanCall {
        date: "2026-11-18".to_owned(),
        seed: 1,
        iterations: Some(50),
        limit: SearchLimit::default(),
    };
    let made = dozor.plan(&call, "test", &Silent).await.unwrap().report;
    let head = dozor.store().user_by_login("head").await.unwrap().unwrap();
    let queries = Queries::new(dozor);
    let late = queries.plan_of_day("2026-11-18", &head).await.unwrap();
    assert_eq!((late.id, late.made_later), (made.plan.to_string(), true));
    assert!(!queries.plan_of_day(FRIDAY, &head).await.unwrap().made_later);
    // Nor does it say why: its reasons are of what is known now. The plan that the day had says so, also once it is over.
    let (call, page) = (LeftOutCall::default(), PageCall::default());
    let fault = queries.left_out(made.plan, &call, &page, &head).await.unwrap_err();
    assert_eq!(fault.info().code, "PLAN_MADE_LATER");
    let wish = serde_json::from_str("{}").unwrap();
    let fault = queries.day_change(made.plan, wish).await.unwrap_err();
    assert_eq!(fault.info().code, "REPLAN_STALE");
    assert_eq!(queries.plan_of_day("2026-11-17", &head).await.unwrap_err().info().code, "PLAN_NOT_FOUND");
}

#[tokio::test]
async fn urgent_work_is_lawful_or_refused_with_its_article() {
    let folder = tempfile::tempdir().unwrap();
    let (_, dozor) = demo_on(folder.path(), FRIDAY, MORNING).await;
    let day = plan(&dozor).await;
    let with = |key: &str| ReplanCall { urgent: vec![key.to_owned()], ..quiet() };
    let code = async |key: &str| match dozor.replan(&with(key)).await {
        Ok(_) => unreachable!("{key} is refused"),
        Err(fault @ (AppError::UrgentRefused { .. } | AppError::ReplanRefused { .. })) => {
            (fault.info().code, fault.to_string())
        }
        Err(other) => unreachable!("{other}"),
    };
    assert_eq!(code("нет такого").await.0, "REPLAN_REFUSED");
    let planned = &day.routes.iter().find_map(|route| route.visits.last()).unwrap().candidate;
    assert_eq!(code(&planned.key).await.0, "REPLAN_REFUSED", "the day has it already");

    // What stayed out for want of time goes in, by the lightest lawful kind.
    let no_time = |out: &&dozor_domain::LeftOut| matches!(out.reason, LeftOutReason::NoTimeLeft { .. });
    let waiting = &day.left_out.iter().find(no_time).unwrap().candidate;
    let call = with(&format!("{}:{}", waiting.key, waiting.control_kind));
    let report = dozor.replan(&call).await.unwrap();
    let line = report.moves.iter().find(|one| one.object == waiting.key).unwrap();
    // Nothing voluntary is a reason against it.
    let is_voluntary =
        |reason: &Option<LeftOutReason>| matches!(reason, Some(LeftOutReason::NoTimeLeft { .. }));
    assert!(matches!(line.change, ChangeKind::New | ChangeKind::NotPlaced), "{line:?}");
    assert_eq!(line.reason.is_some(), line.change == ChangeKind::NotPlaced);
    assert!(!is_voluntary(&line.reason), "{line:?}");
    let who: Vec<String> = line.to.iter().map(|(who, _)| who.clone()).collect();
    dozor.apply_replan(&applying(call, &report), "test").await.unwrap();
    sound(&dozor).await;
    // The next change of the day does not give it up for anything voluntary: somebody else goes, if anybody can.
    let key = (waiting.object, waiting.control_kind.clone());
    let stored = plan(&dozor).await;
    assert_eq!(stored.rest.unwrap().urgent, BTreeSet::from([key.clone()]));
    let call = ReplanCall { absent: who.clone(), ..quiet() };
    let report = dozor.replan(&call).await.unwrap();
    let line = report.moves.iter().find(|one| one.object == waiting.key);
    assert!(line.is_none_or(|line| !is_voluntary(&line.reason)), "{line:?}");
    assert!(line.is_none_or(|line| line.to.as_ref().is_none_or(|(other, _)| !who.contains(other))));
    assert_eq!(report.after.rest.as_ref().unwrap().urgent, BTreeSet::from([key]));
    if !report.moves.is_empty() {
        dozor.apply_replan(&applying(call, &report), "test").await.unwrap();
        sound(&dozor).await;
    }

    // An object with no ground of today: by the list of grounds that the law closes.
    let known: BTreeSet<&str> = day
        .routes
        .iter()
        .flat_map(|route| route.visits.iter().map(|visit| visit.candidate.key.as_str()))
        .chain(day.left_out.iter().map(|out| out.candidate.key.as_str()))
        .collect();
    let objects = dozor.store().load_objects(dozor_store::GeometryUse::Skip).await.unwrap();
    let idle = objects.rows().iter().find(|object| !known.contains(object.key.as_str())).unwrap();
    let (refusal, words) = code(&idle.key).await;
    assert_eq!(refusal, "URGENT_REFUSED");
    assert!(words.contains("ground") && words.contains("248-ФЗ"), "{words}");
    // And one whose sign waits for the desk: by the article that asks for the desk's word first.
    let undecided = |out: &&dozor_domain::LeftOut| matches!(&out.reason, LeftOutReason::NoLawfulEvent { lacks } if lacks == "desk_decision");
    if let Some(out) = day.left_out.iter().find(undecided) {
        let (refusal, words) = code(&format!("{}:{}", out.candidate.key, out.candidate.control_kind)).await;
        assert_eq!(refusal, "URGENT_REFUSED");
        assert!(words.contains("desk_decision (ст. 60 248-ФЗ"), "{words}");
    }
}
