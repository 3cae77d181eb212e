//! `executors`: which terms are about to break, how long each stage takes, how each executor works.

use dozor_app::{DeskTerms, ExecutorRating, ExecutorReport, Interval, LeadTimes, Stage};

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
    let mut text = report.desk.as_ref().map_or_else(String::new, desk);
    let results = &report.results;
    text.push_str(&format!("{} results awaited, {} past their term\n", results.waiting, results.overdue));
    let overdue = report.requests.iter().filter(|one| one.is_overdue(report.today)).count();
    text.push_str(&format!("{} requests wait, {overdue} past their term\n", report.requests.len()));
    text.push_str(&format!("stages since {}, working days (median, 90th percentile):\n", report.from));
    for stage in &report.stages {
        let name = match stage.stage {
            Stage::SignalToDesk => "signal to desk",
            Stage::DeskToVisit => "desk to visit",
            Stage::VisitToResult => "visit to result",
        };
        let took = stage.took.as_ref().map_or_else(|| "never".to_owned(), times);
        text.push_str(&format!("  {name:20} {took}, {} unfinished\n", stage.unfinished));
    }
    for (title, ratings) in [("units", &report.units), ("inspectors", &report.inspectors)] {
        text.push_str(&format!(
            "{title}: visits, with a result, agreed when made again, on the day, still open\n"
        ));
        ratings.iter().for_each(|one| text.push_str(&rating(one)));
    }
    text
}

fn desk(desk: &DeskTerms) -> String {
    let DeskTerms { waiting, overdue, will_break, pace, needed, .. } = desk;
    let mut text = format!(
        "{waiting} signs wait for the desk: {overdue} past their term, {will_break} will be at {pace:.1} decisions a day; \
         {needed:.1} a day would keep the rest\n"
    );
    for day in &desk.days {
        text.push_str(&format!("  {} {:>6} due, {:>6} will break\n", day.day, day.due, day.will_break));
    }
    text
}

fn times(times: &LeadTimes) -> String {
    format!("{} ({}) of {}", times.median, times.p90, times.count)
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
