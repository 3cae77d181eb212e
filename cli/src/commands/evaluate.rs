//! `evaluate`: one period by a model that learnt until a day, or windows in a row.

use std::path::Path;

use dozor_app::{
    Dozor, Estimate, EvaluateReport, EvaluateRequest, Evaluation, Language, Metrics, RollingReport,
    RollingRequest, WindowLength,
};

use super::{Session, instant};
use crate::args::{EvaluateArgs, ReportLanguage, Rolling};
use crate::output::{Done, Failure};
use crate::progress::Bars;

/// Evaluates and writes what was asked for.
pub(super) async fn evaluate(session: &Session, args: &EvaluateArgs) -> Result<Done, Failure> {
    let dozor = session.open(&args.data).await?;
    match (&args.train_until, &args.export) {
        // The contract of outside checks: one period, its rows, model beside rules and chance.
        (Some(train_until), Some(export)) if args.report.is_empty() => {
            one_period(&dozor, args, train_until, export).await
        }
        _ => windows(&dozor, args).await,
    }
}

async fn one_period(
    dozor: &Dozor,
    args: &EvaluateArgs,
    train_until: &str,
    export: &Path,
) -> Result<Done, Failure> {
    let window = dozor.one_window(instant(dozor, train_until)?, (&args.from, &args.to)).map_err(usage_of)?;
    let request = EvaluateRequest { window, seed: args.seed };
    let report = dozor.evaluate(&request, export, &Bars::new()).await?;
    Ok(Done::clean(&report, evaluation_text(&report)))
}

async fn windows(dozor: &Dozor, args: &EvaluateArgs) -> Result<Done, Failure> {
    let days = (args.from.as_str(), args.to.as_str());
    let windows = match (args.rolling, &args.train_until) {
        (Some(length), _) => dozor.windows(days, length_of(length), args.gap_days).map_err(usage_of)?,
        (None, train_until) => {
            let train_until = train_until.as_deref().unwrap_or(&args.from);
            vec![dozor.one_window(instant(dozor, train_until)?, days).map_err(usage_of)?]
        }
    };
    let language = match args.language {
        ReportLanguage::Ru => Language::Russian,
        ReportLanguage::En => Language::English,
    };
    let (export, reports) = (args.export.clone(), args.report.clone());
    let request = RollingRequest { windows, seed: args.seed, export, reports, language };
    let report = dozor.evaluate_rolling(&request, &Bars::new()).await?;
    Ok(Done::clean(&report, rolling_text(&report)))
}

fn usage_of(error: dozor_app::AppError) -> Failure {
    Failure::Usage(dozor_domain::ErrorBody::new(&error))
}

fn length_of(rolling: Rolling) -> WindowLength {
    match rolling {
        Rolling::Month => WindowLength::Month,
        Rolling::Quarter => WindowLength::Quarter,
        Rolling::Year => WindowLength::Year,
    }
}

fn rolling_text(report: &RollingReport) -> String {
    let rolling = &report.rolling;
    let mut text = format!(
        "{} events in {} windows; means over the windows with 95 % bootstrap intervals\n{:18}{:>26}{:>26}{:>26}\n",
        report.events,
        rolling.windows.len(),
        "",
        "AUC",
        "AUC less rules alone",
        "precision at 10 %"
    );
    for one in &rolling.contenders {
        let [area, less, precision] =
            [one.mean.auc, one.minus_reference.auc, one.mean.precision_at_10].map(cell);
        text.push_str(&format!("{:18}{area:>26}{less:>26}{precision:>26}\n", one.name));
    }
    for one in &rolling.contenders {
        if let (Some(error), Some(within)) = (one.pooled_calibration_error, one.within_inspector_auc) {
            text.push_str(&format!(
                "{}: calibration error over all windows {error:.4}, AUC within inspector {within:.3}, regret {:.4}\n",
                one.name, one.regret
            ));
        }
    }
    for hits in &rolling.categories {
        let (rate, share) = (hits.hit_rate, 100.0 * hits.share);
        text.push_str(&format!(
            "{:16} {:>6} outcomes ({share:.1} %), violations {:.3} ({:.3} … {:.3})\n",
            hits.category, hits.events, rate.value, rate.low, rate.high
        ));
    }
    text.push_str(&format!("champion by regret: {}\n", rolling.champion));
    for file in report.file.iter().chain(&report.reports) {
        text.push_str(&format!("written: {file}\n"));
    }
    text
}

/// Is a line of the table: its name and the figure it shows.
type Line = (&'static str, fn(&Metrics) -> Option<Estimate>);

fn evaluation_text(report: &EvaluateReport) -> String {
    let mut text = match &report.evaluation {
        Some(evaluation) => figures_text(report, evaluation),
        None => format!("{} events\n", report.events),
    };
    if report.without_object > 0 {
        text.push_str(&format!("{} more events found no object and have no row\n", report.without_object));
    }
    for note in &report.notes {
        text.push_str(&format!("{}: {}. {}\n", note.code, note.message, note.cause));
    }
    text.push_str(&format!("rows written to {}\n", report.file));
    text
}

fn figures_text(report: &EvaluateReport, evaluation: &Evaluation) -> String {
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
    text.push_str(&format!("AUC, model minus rules: {difference}\n"));
    text
}

fn cell(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(|| "–".to_owned(), |e| format!("{:.3} ({:.3} … {:.3})", e.value, e.low, e.high))
}
