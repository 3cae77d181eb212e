//! `executors`: which terms are about to break, how long each stage takes, how each executor works.

use dozor_app::{
    DueWhat, DueWork, ExecutorRating, ExecutorReport, Interval, LeadTimes, LengthUnit, QueueKind, QueueTerms,
    Stage,
};

use super::Session;
use crate::args::DataDir;
use crate::output::{Done, Failure};

/// Works it out and prints.
pub(super) async fn executors(session: &Session, data: &DataDir) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    let report = dozor.executors().await?;
    let text = text(&report);
    Ok(Done::clean(&report, text))
}

fn text(report: &ExecutorReport) -> String {
    let mut text = String::new();
    // A queue with nothing in it is one word, not a row of zeros.
    let (waiting, empty): (Vec<&QueueTerms>, Vec<&QueueTerms>) =
        report.queues.iter().partition(|queue| queue.waiting > 0);
    waiting.iter().for_each(|one| queue(one, &mut text));
    if !empty.is_empty() {
        let names: Vec<&str> = empty.iter().map(|queue| name(queue.queue)).collect();
        text.push_str(&format!("nothing waits: {}\n", names.join(", ")));
    }
    text.push_str(&format!("stages since {} (median, 90th percentile):\n", report.from));
    for stage in &report.stages {
        let took = stage.took.as_ref().map_or_else(|| "never".to_owned(), |took| times(took, stage.unit));
        text.push_str(&format!("  {:24} {took}, {} unfinished\n", passage(stage.stage), stage.unfinished));
    }
    for (title, ratings) in [("units", &report.units), ("inspectors", &report.inspectors)] {
        text.push_str(&format!(
            "{title}: visits, with a result, agreed when made again, on the day, still open\n"
        ));
        ratings.iter().for_each(|one| text.push_str(&rating(one)));
    }
    text
}

fn name(queue: QueueKind) -> &'static str {
    match queue {
        QueueKind::Desk => "signs for the desk",
        QueueKind::Orders => "orders to be executed",
        QueueKind::Results => "results of visits",
        QueueKind::Prescriptions => "prescriptions to be followed up",
        QueueKind::Requests => "requests about categories",
        QueueKind::Answers => "papers to be answered",
    }
}

fn passage(stage: Stage) -> &'static str {
    match stage {
        Stage::SignalToDesk => "signal to desk",
        Stage::DeskToVisit => "desk to visit",
        Stage::VisitToResult => "visit to result",
        Stage::OrderToSignature => "order to signature",
        Stage::SignatureToRegister => "signature to register",
        Stage::SignatureToIssue => "signature to issue",
        Stage::IssueToExecution => "issue to execution",
        Stage::TaskToAcceptance => "task to acceptance",
        Stage::AcceptanceToStart => "acceptance to start",
        Stage::StartToReport => "start to report",
        Stage::ReportToCheck => "report to check",
    }
}

fn queue(queue: &QueueTerms, text: &mut String) {
    let QueueTerms { waiting, overdue, will_break, pace, needed, .. } = queue;
    text.push_str(&format!(
        "{}: {waiting} wait, {overdue} past their term, {will_break} will be at {pace:.1} a working day; {needed:.1} a day \
         would keep the rest\n",
        name(queue.queue)
    ));
    for day in &queue.days {
        text.push_str(&format!("  {} {:>6} due, {:>6} will break\n", day.day, day.due, day.will_break));
    }
    for one in &queue.breaking {
        let turn = one.turn.map_or_else(|| "never".to_owned(), |turn| turn.to_string());
        text.push_str(&format!("  due {}, its turn {turn}: {}\n", one.due, named(one)));
    }
}

fn named(one: &DueWork) -> String {
    let object = one.object_key.as_deref().unwrap_or("no object");
    match &one.what {
        DueWhat::Sign { rule, .. } => format!("{object} {rule}"),
        DueWhat::Order { number, inspector, left, .. } => {
            format!("{number}, {inspector}, {left} visits left")
        }
        DueWhat::Visit { inspector, planned } => format!("{object}, {inspector} on {planned}"),
        DueWhat::Prescription => object.to_owned(),
        DueWhat::Request { reference, .. } => format!("{reference}, {object}"),
        DueWhat::Paper { source, reference } => format!("{source} {reference}, {object}"),
    }
}

fn times(times: &LeadTimes, unit: LengthUnit) -> String {
    let (unit, LeadTimes { count, median, p90 }) = (
        match unit {
            LengthUnit::WorkingDays => "working days",
            LengthUnit::Minutes => "minutes",
        },
        times,
    );
    format!("{median} ({p90}) {unit} of {count}")
}

fn rating(one: &ExecutorRating) -> String {
    let share = |share: &Option<Interval>| {
        share.map_or_else(
            || "–".to_owned(),
            |share| format!("{:.3} ({:.3} … {:.3})", share.value, share.low, share.high),
        )
    };
    let (with_result, agreed, on_the_day) =
        (share(&one.with_result), share(&one.agreed), share(&one.on_the_day));
    format!("  {:24}{:>6}  {with_result}  {agreed}  {on_the_day}  {}\n", one.name, one.visits, one.open_late)
}
