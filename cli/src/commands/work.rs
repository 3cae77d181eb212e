//! `score`, `decide`, `explain`, `plan`.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use dozor_app::{AppError, DayRoute, Decision, ObjectExplanation, PlanCall, ScoreReport, SearchLimit};
use dozor_domain::{DecisionId, ErrorBody, RunId};
use serde_json::json;

use super::{Session, instant, usage};
use crate::args::DataDir;
use crate::edge;
use crate::output::{Done, Ending, Failure};
use crate::progress::Bars;

/// Assesses all objects.
pub(super) async fn score(
    session: &Session,
    data: &DataDir,
    as_of: &str,
    export: Option<&Path>,
) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    let as_of = instant(&dozor, as_of)?;
    // Before the run is stored: who asks for a file wants to know now.
    export.map_or(Ok(()), dozor_app::expect_writable)?;
    let bars = Bars::new();
    let report = dozor.score(as_of, "cli", &bars).await?;
    let rows = match export {
        Some(file) => Some(dozor.export_scores(report.run, file).await?),
        None => None,
    };
    drop(bars);
    let mut text = score_text(&report);
    if let (Some(rows), Some(file)) = (rows, export) {
        text.push_str(&format!("{rows} rows written to {}\n", file.display()));
    }
    let mut document = json!(report);
    document["exported_rows"] = json!(rows);
    let ending = match report.refused {
        None => Ending::Clean,
        Some(refused) => {
            text.push_str(&format!("{}: {}\n{}\n", refused.code, refused.message, refused.action));
            Ending::FoundProblems(refused)
        }
    };
    Ok(Done { document, text, ending })
}

fn score_text(report: &ScoreReport) -> String {
    let known = if report.known { " (finished before; nothing changed)" } else { "" };
    let mut text = format!(
        "run {}{known}: {} objects, {} assessments, {} proposed changes, {} signs opened, {} expired\n",
        report.run,
        report.objects,
        report.assessments,
        report.proposed,
        report.signs_opened,
        report.signs_expired
    );
    for (category, count) in &report.categories {
        text.push_str(&format!("  {category:15} {count}\n"));
    }
    let settled = &report.settled;
    if settled.closed + settled.returned > 0 {
        text.push_str(&format!(
            "tasks of past days: {} closed by results, {} came back; orders revoked: {}\n",
            settled.closed,
            settled.returned,
            settled.orders_revoked.join(", ")
        ));
    }
    if settled.refuted > 0 {
        text.push_str(&format!("signs that visits refuted: {}; their points are gone\n", settled.refuted));
    }
    match &report.model {
        Some(hash) => text.push_str(&format!("model {hash}\n")),
        None => text.push_str("no model: the rules' categories stand\n"),
    }
    if let Some(learnt) = &report.model_newer {
        text.push_str(&format!(
            "it learnt from outcomes known by {learnt}, later than this run: no fair look back\n"
        ));
    }
    if !report.drifted_facts.is_empty() {
        let facts = report.drifted_facts.join(", ");
        text.push_str(&format!(
            "alarm: facts no longer look as they did in the model's first run: {facts}\n"
        ));
    }
    if let Some(decision) = &report.decision {
        text.push_str(&format!("decided by the policy (auto_decide): {} active\n", decision.activated));
    }
    text
}

/// Records an official's decision.
pub(super) async fn decide(
    session: &Session,
    data: &DataDir,
    (order_number, official, run): (String, String, Option<String>),
    export: Option<&Path>,
) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    // Before anything is decided: who asks for a file wants to know now.
    export.map_or(Ok(()), dozor_app::expect_writable)?;
    let run = run
        .map(|text| {
            RunId::parse(&text).ok_or_else(|| usage("RUN_ID_INVALID", &format!("reading --run {text}")))
        })
        .transpose()?;
    let decision = Decision { id: DecisionId::new(edge::new_id()), order_number, official, run };
    let report = dozor.decide(decision, "cli").await.map_err(|error| match error {
        AppError::OrderNumberEmpty | AppError::OfficialEmpty => Failure::Usage(ErrorBody::new(&error)),
        other => other.into(),
    })?;
    let known = if report.known { " (decided before; nothing changed)" } else { "" };
    let mut text = format!("order {}{known}: {} assignments are active", report.order, report.activated);
    if let Some(file) = export {
        let rows = dozor.export_order(report.decision, file).await?;
        text.push_str(&format!("\nannex of {rows} rows: {}", file.display()));
    }
    Ok(Done::clean(&report, text))
}

/// Explains an object.
pub(super) async fn explain(
    session: &Session,
    data: &DataDir,
    object: &str,
    as_of: Option<&str>,
) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    let as_of = as_of.map(|text| instant(&dozor, text)).transpose()?;
    let explanation = dozor.explain(object, as_of).await?;
    let text = explanation_text(&explanation);
    Ok(Done::clean(&explanation, text))
}

fn explanation_text(explanation: &ObjectExplanation) -> String {
    let mut text = format!("{} · {} · {}\n", explanation.object, explanation.title, explanation.as_of);
    for part in &explanation.parts {
        let said = &part.explanation;
        text.push_str(&format!("\n{}\n{}\n", said.summary.ru, said.summary.en));
        for line in &said.lines {
            text.push_str(&format!("  • {}\n    {}\n", line.text.ru, line.text.en));
            for detail in &line.details {
                text.push_str(&format!("      – {}\n        {}\n", detail.ru, detail.en));
            }
        }
    }
    text
}

/// Is how long a search may take.
pub(super) struct Search {
    pub(super) seconds: Option<f64>,
    pub(super) iterations: Option<u64>,
    pub(super) seed: u64,
}

/// Limits a search: the seconds count from its own start, not from the loading of what it searches in.
fn seconds_limit(seconds: f64) -> Result<SearchLimit, Failure> {
    let limit = Duration::try_from_secs_f64(seconds)
        .map_err(|_| usage("SECONDS_INVALID", &format!("reading --seconds {seconds}")))?;
    let started = OnceLock::new();
    Ok(SearchLimit::new(move || {
        let watch = started.get_or_init(edge::Stopwatch::start);
        u128::from(watch.millis()) >= limit.as_millis()
    }))
}

/// Plans a day.
pub(super) async fn plan(
    session: &Session,
    data: &DataDir,
    date: &str,
    search: Search,
) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    dozor.day(date).map_err(|error| Failure::Usage(ErrorBody::new(&error)))?;
    let limit = search.seconds.map(seconds_limit).transpose()?.unwrap_or_default();
    let call = PlanCall { date: date.to_owned(), seed: search.seed, iterations: search.iterations, limit };
    let day = dozor.plan(&call, "cli", &Bars::new()).await?;
    let report = &day.report;
    let stands = if report.approved { " (approved before: it stands)" } else { "" };
    let mut text = format!(
        "plan {} for {}{stands}: {} visits by {} inspectors, value {:.1}, {} iterations\n",
        report.plan, report.date, report.visits, report.inspectors, report.value, report.iterations
    );
    if report.made_later {
        text.push_str("made later, from what is known now: that day had no such plan\n");
    }
    if let Some(bound) = report.bound.filter(|bound| *bound > 0.0) {
        let gap = 100.0 * (1.0 - report.value / bound);
        text.push_str(&format!(
            "  no plan could be worth more than {bound:.1}: at most {gap:.1} % is missed\n"
        ));
    }
    for (category, visits) in &report.visits_by_category {
        text.push_str(&format!("  {category:15} {visits} visits\n"));
    }
    for one in &report.travel_times {
        let (mode, table, distance) = (one.mode.code(), one.ways_in_table, one.ways_by_distance);
        text.push_str(&format!(
            "  ways by {mode}: {table} from imported travel times, {distance} by distance\n"
        ));
    }
    for one in &report.off_duty {
        text.push_str(&format!("  not on duty: {} ({}), {}\n", one.name, one.inspector, one.reason));
    }
    day.routes
        .iter()
        .filter(|route| !route.stops.is_empty() || route.carried.is_some())
        .for_each(|route| route_text(route, &mut text));
    for (reason, candidates) in &report.left_out {
        text.push_str(&format!("  left out: {reason:26} {candidates}\n"));
    }
    Ok(Done::clean(&day, text))
}

fn route_text(route: &DayRoute, text: &mut String) {
    let pause = route.pause.as_ref().map(|(start, end)| format!("break {start}–{end}, ")).unwrap_or_default();
    let carried = route.carried.as_ref().map_or_else(String::new, |carried| {
        format!("carried over: {} tasks, {} minutes, ", carried.objects.len(), carried.minutes)
    });
    // Of a route without visits nobody knows when what is carried over is done.
    let back =
        if route.stops.is_empty() { "no visits".to_owned() } else { format!("back at {}", route.back_at) };
    text.push_str(&format!("{} ({}), {carried}{pause}{back}\n", route.name, route.inspector));
    for stop in &route.stops {
        text.push_str(&format!(
            "  {:>2}. {}–{}  {:28} {}, {}: {}\n",
            stop.stop, stop.start, stop.end, stop.object, stop.event_kind, stop.category, stop.ground
        ));
    }
}
