//! Methodology versions over a small demo city: who may do what, what a comparison says, what stops a run.

#![expect(clippy::unwrap_used, reason = "tests say what they know by failing, in helpers too")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dozor_app::{
    Actor, AppError, DemoEdge, DemoRequest, Dozor, Holders, Language, Location, OneProcess, PackFiles,
    Silent, SnoozeCommand, TableSheet, demo, document, init, read_pack,
};
use dozor_domain::{ApprovalLevel, Clock, Coded, FixedClock, MethodologyStage, SnoozeId, Timestamp};
use tempfile::TempDir;
use uuid::Uuid;

const NOW: &str = "2026-11-20T06:00:00Z";
const RULE: &str = "rules/prior_violations.rhai";

fn clock(now: &str) -> Arc<dyn Clock> {
    Arc::new(FixedClock(Timestamp::parse_rfc3339(now).unwrap()))
}

fn location(folder: &Path) -> Location {
    Location::from_arguments(folder, None).unwrap()
}

async fn empty() -> (TempDir, Dozor) {
    let folder = tempfile::tempdir().unwrap();
    init(&location(folder.path()), read_pack("moscow").unwrap(), clock(NOW)).await.unwrap();
    let dozor = Dozor::open(&location(folder.path()), clock(NOW)).await.unwrap();
    (folder, dozor)
}

async fn city() -> (TempDir, Dozor) {
    static IDS: AtomicU64 = AtomicU64::new(1);
    let folder = tempfile::tempdir().unwrap();
    let request =
        DemoRequest { objects: 2_000, seed: 7, date: Some("2026-11-20".to_owned()), history_years: 2 };
    let fresh = || *Uuid::from_u128(u128::from(IDS.fetch_add(1, Ordering::Relaxed)) | 7 << 76).as_bytes();
    let place = location(folder.path());
    let holders: Arc<dyn Holders> = Arc::new(OneProcess::default());
    let edge = DemoEdge { new_id: &fresh, holders: &holders };
    demo((&place, folder.path()), &request, clock(NOW), edge, &Silent).await.unwrap();
    let dozor = Dozor::open(&place, clock(NOW)).await.unwrap();
    (folder, dozor)
}

fn edited(dozor: &Dozor, file: &str, from: &str, to: &str) -> PackFiles {
    let mut files = dozor.methodology().files.as_ref().clone();
    let text = files.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} has no «{from}»");
    *text = text.replace(from, to);
    files
}

async fn actor(dozor: &Dozor, login: &str) -> Actor {
    dozor.actor(login).await.unwrap()
}

fn code<T: std::fmt::Debug>(result: Result<T, AppError>) -> &'static str {
    result.unwrap_err().info().code
}

#[tokio::test]
async fn a_version_walks_into_force_by_different_people_and_back_in_one_step() {
    let (_folder, dozor) = empty().await;
    let [anna, lev, boris] =
        [actor(&dozor, "Анна").await, actor(&dozor, "Лев").await, actor(&dozor, "Борис").await];
    let files = edited(&dozor, RULE, "points = 18", "points = 19");
    let draft = dozor.draft_version(files.clone(), &anna).await.unwrap();
    assert_eq!((draft.number, &draft.life.stage), (2, &MethodologyStage::Draft));
    assert_eq!(code(dozor.draft_version(files.clone(), &lev).await), "METHODOLOGY_UNCHANGED");
    assert_eq!(code(dozor.submit_version("2", &anna).await), "METHODOLOGY_STEP");
    let checked = dozor.check_version("2", &anna).await.unwrap();
    assert!(checked.cases > 100);
    let other = edited(&dozor, RULE, "points = 18", "points = 20");
    assert_eq!(code(dozor.replace_draft("2", other, &anna).await), "METHODOLOGY_IMMUTABLE");
    dozor.submit_version("2", &anna).await.unwrap();
    assert_eq!(code(dozor.sign_version("2", &actor(&dozor, " анна").await).await), "OWN_WORK");
    dozor.sign_version("2", &lev).await.unwrap();
    assert_eq!(code(dozor.approve_version("2", "", &anna, &Silent).await), "OWN_WORK");
    let approved = dozor.approve_version("2", "", &boris, &Silent).await.unwrap();
    assert!(approved.agreed && approved.gate.level == ApprovalLevel::OneApprover);
    dozor.activate_version("2", &boris).await.unwrap();
    let after = dozor.refreshed().await.unwrap();
    assert_eq!(*after.methodology().files, files);
    assert_eq!(code(after.roll_back(" ", &boris).await), "REASON_REQUIRED");
    let back = after.roll_back("мало подтверждений", &boris).await.unwrap();
    assert_eq!((back.restored.number, back.replaced), (1, 2));
    let states: Vec<&str> = dozor.versions().await.unwrap().iter().map(|one| one.life.stage.code()).collect();
    assert_eq!(states, ["superseded", "active"]);
    assert_eq!(dozor.verify_audit(None).await.unwrap().fault, None);
}

#[tokio::test]
async fn a_version_that_was_given_up_or_overtaken_is_a_draft_again_and_asks_everybody_anew() {
    let (_folder, dozor) = empty().await;
    let [anna, lev, boris] =
        [actor(&dozor, "Анна").await, actor(&dozor, "Лев").await, actor(&dozor, "Борис").await];
    let approved = async |dozor: &Dozor, version: &str| {
        dozor.check_version(version, &anna).await.unwrap();
        dozor.submit_version(version, &anna).await.unwrap();
        dozor.sign_version(version, &lev).await.unwrap();
        dozor.approve_version(version, "", &boris, &Silent).await.unwrap();
    };
    let first = edited(&dozor, RULE, "points = 18", "points = 19");
    dozor.draft_version(first.clone(), &anna).await.unwrap();
    dozor.reject_version("2", "передумали", &anna).await.unwrap();
    let again = dozor.draft_version(first.clone(), &anna).await.unwrap();
    assert_eq!((again.number, again.life.stage.code()), (2, "draft"));
    approved(&dozor, "2").await;
    assert_eq!(code(dozor.draft_version(first.clone(), &anna).await), "METHODOLOGY_UNCHANGED");
    dozor.draft_version(edited(&dozor, RULE, "points = 18", "points = 21"), &anna).await.unwrap();
    approved(&dozor, "3").await;
    let third = dozor.activate_version("3", &boris).await.unwrap();
    let after = dozor.refreshed().await.unwrap();
    assert_eq!(code(after.activate_version("2", &boris).await), "METHODOLOGY_STALE");
    let rebased = after.draft_version(first, &anna).await.unwrap();
    assert_eq!((rebased.number, rebased.parent), (2, Some(third.hash)));
    assert_eq!(code(after.activate_version("2", &boris).await), "METHODOLOGY_STEP");
    approved(&after, "2").await;
    after.activate_version("2", &boris).await.unwrap();
    assert_eq!(after.verify_audit(None).await.unwrap().fault, None);
}

#[tokio::test]
async fn a_scheduled_version_waits_for_a_run_at_its_instant() {
    let (folder, dozor) = empty().await;
    let [anna, lev, boris] =
        [actor(&dozor, "Анна").await, actor(&dozor, "Лев").await, actor(&dozor, "Борис").await];
    dozor.draft_version(edited(&dozor, RULE, "points = 18", "points = 19"), &anna).await.unwrap();
    dozor.check_version("2", &anna).await.unwrap();
    dozor.submit_version("2", &anna).await.unwrap();
    dozor.sign_version("2", &lev).await.unwrap();
    dozor.approve_version("2", "", &boris, &Silent).await.unwrap();
    let (past, future) = (dozor.instant("2026-01-01").unwrap(), dozor.instant("2026-12-01").unwrap());
    assert_eq!(code(dozor.schedule_version("2", past, &boris).await), "SCHEDULE_IN_THE_PAST");
    dozor.schedule_version("2", future, &boris).await.unwrap();
    assert_eq!(code(dozor.score(future, "test", &Silent).await), "AS_OF_IN_FUTURE");
    dozor.score(dozor.now(), "test", &Silent).await.unwrap();
    assert_eq!(dozor.version_report("2").await.unwrap().life.stage.code(), "scheduled");
    let later = Dozor::open(&location(folder.path()), clock("2026-12-01T06:00:00Z")).await.unwrap();
    later.score(later.now(), "test", &Silent).await.unwrap();
    let active = dozor.version_report("2").await.unwrap();
    assert_eq!(active.life.stage, MethodologyStage::Active);
    assert_eq!(active.steps.last().unwrap().by.login, "system");
}

#[tokio::test]
async fn a_rule_before_its_act_and_a_case_that_fails_stop_the_check() {
    let (_folder, dozor) = empty().await;
    let anna = actor(&dozor, "Анна").await;
    let early =
        edited(&dozor, RULE, "mark = \"seen\" }", "mark = \"seen\", in_force_from = \"2030-01-01\" }");
    dozor.draft_version(early, &anna).await.unwrap();
    let refused = dozor.check_version("2", &anna).await.unwrap_err();
    assert!(refused.to_string().contains("VERIFY_BEFORE_ACT"), "{refused}");
    let wrong = edited(&dozor, "rules/prior_violations.cases.toml", "points = 18", "points = 17");
    dozor.replace_draft("2", wrong, &anna).await.unwrap();
    let refused = dozor.check_version("2", &anna).await.unwrap_err();
    assert_eq!(refused.info().code, "METHODOLOGY_NOT_SOUND");
    assert!(refused.to_string().contains("prior_violations"), "{refused}");
}

#[tokio::test]
async fn a_looser_rule_moves_objects_by_its_name_and_the_gates_rise() {
    let (_folder, dozor) = city().await;
    let same = dozor.candidate("2").await.unwrap();
    let nothing = dozor.backtest(same, dozor.now(), &Silent).await.unwrap();
    assert_eq!((nothing.moved_objects, nothing.load.desk_queue[0]), (0, nothing.load.desk_queue[1]));
    assert_eq!(nothing.gate.level, ApprovalLevel::OneApprover, "{:?}", nothing.gate);
    // Every object without violations gets the points of a repeated offender.
    let files = edited(&dozor, RULE, "violations_final_3y >= 1", "violations_final_3y >= 0");
    let files = {
        let mut files = files;
        let text = files.get_mut(RULE).unwrap();
        *text = text.replace("else { 8 }", "else { 14 }");
        files
    };
    let methodologist = actor(&dozor, "methodologist").await;
    let draft = dozor.draft_version(files, &methodologist).await.unwrap();
    let candidate = dozor.candidate(&draft.number.to_string()).await.unwrap();
    let report = dozor.backtest(candidate, dozor.now(), &Silent).await.unwrap();
    assert!(report.gate.moved_share > 0.10 && report.gate.level == ApprovalLevel::Head, "{:?}", report.gate);
    assert!(
        report.moved.iter().all(|one| one.to > one.from && one.by.len() == 1),
        "{:?}",
        report.moved.first()
    );
    let counted: u64 =
        report.matrices.iter().flat_map(|one| one.cells.values()).flat_map(|line| line.values()).sum();
    assert_eq!(counted, report.objects, "each object of this pack is under one control kind");
    let outcomes = report.outcomes.unwrap();
    assert!(outcomes.known.violations > 0 && !outcomes.with_model);
    assert_eq!(outcomes.known.before.found + outcomes.known.before.missed, outcomes.known.violations);
    let past = dozor.instant("2026-03-01").unwrap();
    let candidate = dozor.candidate("3").await.unwrap();
    assert!(dozor.backtest(candidate, past, &Silent).await.unwrap().objects > 0);
}

#[tokio::test]
async fn a_snoozed_sign_leaves_the_queue_until_it_ends() {
    let (folder, dozor) = city().await;
    let desk = actor(&dozor, "desk_analyst").await;
    let waiting = dozor.store().signs(dozor_store::SignScope::Open).await.unwrap();
    let sign = waiting.iter().find(|sign| sign.state == dozor_domain::SignState::Detected).unwrap();
    let object = dozor.store().object(sign.object).await.unwrap().unwrap();
    let snooze = |comment: &str| SnoozeCommand {
        id: SnoozeId::new(Uuid::from_u128(9 | 7 << 76)),
        rule: sign.rule.clone(),
        comment: comment.to_owned(),
        until: dozor.now().plus_days(3),
    };
    assert_eq!(code(dozor.snooze_rule(&object, snooze(" "), &desk).await), "SNOOZE_REFUSED");
    dozor.snooze_rule(&object, snooze("съёмка весной"), &desk).await.unwrap();
    let queued = async |now: &str| {
        let later = Dozor::open(&location(folder.path()), clock(now)).await.unwrap();
        later.score(later.now(), "test", &Silent).await.unwrap();
        let open = later.store().signs(dozor_store::SignScope::Open).await.unwrap();
        open.iter().any(|one| {
            one.object == sign.object
                && one.rule == sign.rule
                && one.state == dozor_domain::SignState::Detected
        })
    };
    assert!(!queued("2026-11-20T07:00:00Z").await, "it is snoozed");
    assert!(queued("2026-11-24T07:00:00Z").await, "the snooze is over and the sign still fires");
}

#[tokio::test]
async fn a_sheet_becomes_a_table_of_a_draft_and_decides() {
    let (_folder, dozor) = empty().await;
    let anna = actor(&dozor, "Анна").await;
    let sheet = |name, bytes| TableSheet { name, bytes, sheet: None };
    let known = dozor.methodology().files["tables/use_conflict.csv"].clone();
    let stricter = known.replace("2.1;trade;2", "2.1;trade;1").replace(';', "\t");
    let made = dozor.import_table(sheet("use_conflict", stricter.as_bytes()), "1", &anna).await.unwrap();
    assert_eq!((made.version.number, made.rows), (2, 27), "of the version in force it makes a draft");
    let draft = dozor.candidate("2").await.unwrap();
    assert_ne!(draft.catalogue.hash(), dozor.methodology().catalogue.hash());
    let bands =
        dozor.import_table(sheet("weights", b"from;points\n0;1\n10;2,5\n"), "2", &anna).await.unwrap();
    assert_eq!((bands.version.number, bands.file.as_str()), (2, "tables/weights.csv"));
    assert_eq!(dozor.candidate("2").await.unwrap().files["tables/weights.csv"], "from;points\n0;1\n10;2,5\n");
    for (name, bytes, refused) in [
        ("Вес", "a;b\n1;2\n", "TABLE_NAME"),
        ("weights", "from;points\n5;1\n4;2\n", "RULES_INVALID"),
        ("use_conflict", "permitted;actual;conflict\n2.1;trade;much\n", "FACTS_TABLE"),
        ("weights", "", "SHEET_FORM"),
    ] {
        let result = dozor.import_table(sheet(name, bytes.as_bytes()), "2", &anna).await;
        assert_eq!(code(result), refused, "{name}");
    }
    dozor.check_version("2", &anna).await.unwrap();
    let late = dozor.import_table(sheet("weights", b"from;points\n0;1\n"), "2", &anna).await;
    assert_eq!(code(late), "METHODOLOGY_IMMUTABLE");
}

#[tokio::test]
async fn history_says_what_each_number_that_decides_would_have_found() {
    let (_folder, dozor) = city().await;
    let passports = dozor.passports(dozor.now(), &Silent).await.unwrap();
    let all: Vec<_> = passports.iter().filter_map(|one| Some((one, one.history.as_ref()?))).collect();
    assert_eq!(all.len(), dozor.methodology().rules.rules().len());
    let (_, prior) = all.iter().find(|(one, _)| one.rule == "prior_violations").unwrap();
    let threshold =
        prior.thresholds.iter().find(|one| one.line.starts_with("if violations_final_3y >= 1")).unwrap();
    let numbers: Vec<&str> = threshold.steps.iter().map(|step| step.written.as_str()).collect();
    assert_eq!(numbers, ["0", "1", "2"]);
    let fired: Vec<u64> = threshold.steps.iter().map(|step| step.fired).collect();
    assert!(fired[0] > fired[1] && fired[1] >= fired[2] && fired[1] > 0, "{fired:?}");
    let (confirmed, own) = (threshold.steps[1].confirmed.unwrap(), prior.confirmed.unwrap());
    assert_eq!((confirmed.value, confirmed.low), (own.value, own.low), "the number itself is the rule");
    assert!(own.low < own.value && own.value < own.high && prior.otherwise.is_some());
    let text = document(dozor.methodology(), Some(1), &passports, Language::Russian);
    assert!(text.contains("Порог **1**") && text.contains("Нарушений там, где не сработало"), "{text}");
}

#[tokio::test]
async fn the_document_marks_what_nobody_checked() {
    let (_folder, dozor) = empty().await;
    let russian = document(dozor.methodology(), Some(1), &[], Language::Russian);
    assert!(russian.matches("основание не сверено").count() > 20 && russian.contains("`sign_confirmed`"));
    let english = document(dozor.methodology(), Some(1), &[], Language::English);
    assert!(english.contains("## Criteria") && english.contains("basis not checked"));
}

#[tokio::test]
async fn a_version_with_other_facts_goes_on_without_the_model_and_is_taken_back_on_the_same_day() {
    let (_folder, dozor) = city().await;
    let [author, lawyer, head] =
        [actor(&dozor, "methodologist").await, actor(&dozor, "lawyer").await, actor(&dozor, "head").await];
    let mut files = dozor.methodology().files.as_ref().clone();
    files.get_mut("facts.toml").unwrap().push_str(
        "\n[[facts]]\ncode = \"events_365d\"\ntitle = { ru = \"Мероприятий за год\", en = \"Events in a year\" }\n\
         kind = \"count\"\nsource = \"events\"\nwindow_days = 365\nuse = \"O\"\nrisk = \"neither\"\n",
    );
    dozor.draft_version(files, &author).await.unwrap();
    dozor.check_version("3", &author).await.unwrap();
    dozor.submit_version("3", &author).await.unwrap();
    dozor.sign_version("3", &lawyer).await.unwrap();
    assert!(dozor.approve_version("3", "", &head, &Silent).await.unwrap().agreed);
    dozor.activate_version("3", &head).await.unwrap();
    let second = dozor.refreshed().await.unwrap();
    let (first_hash, second_hash) = (&dozor.methodology().hash, &second.methodology().hash);
    let object = dozor.store().load_objects(dozor_store::GeometryUse::Skip).await.unwrap().rows()[0].clone();

    let shown = second.explain(&object.key, None).await.unwrap();
    assert!(shown.methodology == *first_hash && shown.model.is_some(), "a run speaks by its own version");
    let today = dozor.instant("2026-11-20").unwrap();
    let run = second.score(today, "test", &Silent).await.unwrap();
    assert!(run.live && run.model.is_none());
    assert_eq!(run.model_refused.unwrap().code, "MODEL_OTHER_CATALOGUE");
    let shown = second.explain(&object.key, None).await.unwrap();
    assert!(shown.methodology == *second_hash && shown.model.is_none());

    second.roll_back("не сошлось", &head).await.unwrap();
    let back = second.refreshed().await.unwrap();
    let again = back.score(today, "test", &Silent).await.unwrap();
    assert!(again.live && !again.known && again.model.is_some(), "the version that is back speaks last");
    let latest = back.store().latest_run().await.unwrap().unwrap().header;
    assert_eq!((latest.id, &latest.methodology), (again.run, first_hash));
    let same = back.score(today, "test", &Silent).await.unwrap();
    assert!(same.known && same.run == again.run, "the same call again changes nothing");
    // The demo's own second version stands on the first; below that there is nothing.
    assert_eq!(back.roll_back("ещё раз", &head).await.unwrap().restored.number, 1);
    assert_eq!(code(back.roll_back("и ещё раз", &head).await), "NOTHING_TO_RESTORE");
}
