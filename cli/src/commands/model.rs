//! `facts`, `train`, `evaluate`.

use std::path::Path;

use dozor_app::{Estimate, EvaluateReport, EvaluateRequest, Metrics, Promotion};

use super::{Session, instant};
use crate::args::DataDir;
use crate::output::{Done, Failure};
use crate::progress::Bars;

/// Writes the facts table.
pub(super) async fn facts(
    session: &Session,
    data: &DataDir,
    as_of: &str,
    export: &Path,
) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    let as_of = instant(&dozor, as_of)?;
    let report = dozor.export_facts(as_of, export, &Bars::new()).await?;
    let text =
        format!("{} rows × {} facts as of {} → {}", report.rows, report.facts, report.as_of, report.file);
    Ok(Done::clean(&report, text))
}

/// Trains a model.
pub(super) async fn train(
    session: &Session,
    data: &DataDir,
    as_of: &str,
    promote: bool,
) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    let as_of = instant(&dozor, as_of)?;
    let promotion = if promote { Promotion::Champion } else { Promotion::Challenger };
    let report = dozor.train(as_of, promotion, "cli", &Bars::new()).await?;
    let known = if report.known { " (these bytes were stored already)" } else { "" };
    let summary = &report.summary;
    let text = format!(
        "model {} is {}{known}\n{} outcomes, {} violations, {} features, {} facts left out",
        report.model,
        report.role,
        summary.rows,
        summary.positives,
        summary.features.len(),
        summary.dropped.len()
    );
    Ok(Done::clean(&report, text))
}

/// Evaluates out of time and writes the rows.
pub(super) async fn evaluate(
    session: &Session,
    data: &DataDir,
    [train_until, from, to]: &[String; 3],
    export: &Path,
    seed: u64,
) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    let request = EvaluateRequest {
        train_until: instant(&dozor, train_until)?,
        from: instant(&dozor, from)?,
        until: dozor.end_of_day(to).map_err(|error| Failure::Usage(dozor_domain::ErrorBody::new(&error)))?,
        seed,
    };
    let report = dozor.evaluate(&request, export, &Bars::new()).await?;
    Ok(Done::clean(&report, evaluation_text(&report)))
}

/// Is a line of the table: its name and the figure it shows.
type Line = (&'static str, fn(&Metrics) -> Option<Estimate>);

fn evaluation_text(report: &EvaluateReport) -> String {
    let evaluation = &report.evaluation;
    let counts = &evaluation.counts;
    let mut text = format!(
        "{} events, {} with a label, {} violations; 95 % bootstrap intervals\n{:20}{:>26}{:>26}{:>26}\n",
        report.events, counts.labelled, counts.positives, "", "model", "rules alone", "random"
    );
    let lines: [Line; 7] = [
        ("AUC", |metrics| metrics.auc),
        ("precision at 5 %", |metrics| metrics.precision_at_5),
        ("precision at 10 %", |metrics| metrics.precision_at_10),
        ("precision at 20 %", |metrics| metrics.precision_at_20),
        ("days earlier", |metrics| metrics.days_earlier),
        ("Brier score", |metrics| metrics.brier),
        ("calibration error", |metrics| metrics.calibration_error),
    ];
    for (name, pick) in lines {
        let [model, rules, random] =
            [&evaluation.model, &evaluation.rules, &evaluation.random].map(|m| cell(pick(m)));
        text.push_str(&format!("{name:20}{model:>26}{rules:>26}{random:>26}\n"));
    }
    let difference = cell(evaluation.model_minus_rules.auc);
    text.push_str(&format!("AUC, model minus rules: {difference}\nrows written to {}\n", report.file));
    text
}

fn cell(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(|| "–".to_owned(), |e| format!("{:.3} ({:.3} … {:.3})", e.value, e.low, e.high))
}
