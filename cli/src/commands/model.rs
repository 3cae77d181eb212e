//! `facts`, `train`, `scorecard`, `exploration`.

use std::path::Path;

use dozor_app::Promotion;

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

/// Estimates what nobody would have seen.
pub(super) async fn exploration(session: &Session, data: &DataDir, as_of: &str) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    let as_of = instant(&dozor, as_of)?;
    let report = dozor.exploration(as_of, &Bars::new()).await?;
    let mut text = format!(
        "{} surveys drawn on {} days, {} answered\n{:24}{:>10}{:>30}{:>30}\n",
        report.drawn, report.days, report.answered, "", "objects", "share with a violation", "missed"
    );
    for line in &report.estimates {
        let name = if line.district.is_empty() { "all" } else { &line.district };
        let (share, missed) = (line.prevalence, line.missed);
        let share = format!("{:.3} ({:.3} … {:.3})", share.value, share.low, share.high);
        let missed = format!("{:.0} ({:.0} … {:.0})", missed.value, missed.low, missed.high);
        text.push_str(&format!("{name:24}{:>10}{share:>30}{missed:>30}\n", line.objects));
    }
    if let Some(cost) = report.cost {
        text.push_str(&format!(
            "cost: {:.3} × (1 − draw rate / rate of the other visits) = {:.1} % of the hits\n",
            report.share,
            100.0 * cost
        ));
    }
    Ok(Done::clean(&report, text))
}

/// Drafts a scorecard.
pub(super) async fn scorecard(
    session: &Session,
    data: &DataDir,
    as_of: &str,
    files: (&Path, Option<&Path>),
) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    let as_of = instant(&dozor, as_of)?;
    let report = dozor.draft_card(as_of, files, &Bars::new()).await?;
    let text = format!(
        "a card of {} facts from {} outcomes, {} violations; AUC on the latest outcomes {:.3}\npoints: {}\nwritten: {}",
        report.facts,
        report.rows,
        report.positives,
        report.held_out.auc,
        report.quantiles.map(|(share, points)| format!("{share} of the objects below {points}")).join(", "),
        report.files.join(", ")
    );
    Ok(Done::clean(&report, text))
}
