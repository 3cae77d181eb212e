//! `ingest` and `rejects`.

use std::path::{Path, PathBuf};

use dozor_app::{AppError, IngestReport};
use dozor_domain::{ErrorBody, IngestCounts};
use serde_json::json;

use super::Session;
use crate::args::DataDir;
use crate::edge::Stopwatch;
use crate::output::{Done, Ending, Failure};
use crate::progress::Bars;

/// Reads files of a source and adds up their counts.
pub(super) async fn ingest(
    session: &Session,
    data: &DataDir,
    source: &str,
    delivered: Option<&str>,
    files: &[PathBuf],
) -> Result<Done, Failure> {
    let watch = Stopwatch::start();
    let dozor = session.open(data).await?;
    let usage = |error: AppError| Failure::Usage(ErrorBody::new(&error));
    let delivered = delivered.map(|text| dozor.delivery_day(text)).transpose().map_err(usage)?;
    let bars = Bars::new();
    let report = dozor.ingest(source, delivered, files, "cli", &bars).await?;
    drop(bars);
    Ok(done(source, &report, watch.millis()))
}

/// Confirms a package.
pub(super) async fn confirm(session: &Session, data: &DataDir, package: &str) -> Result<Done, Failure> {
    let watch = Stopwatch::start();
    let dozor = session.open(data).await?;
    let bars = Bars::new();
    let report = dozor.confirm_package(package, "cli", &bars).await?;
    drop(bars);
    Ok(done(package, &report, watch.millis()))
}

/// Puts a held package away.
pub(super) async fn dismiss(
    session: &Session,
    data: &DataDir,
    package: &str,
    reason: &str,
) -> Result<Done, Failure> {
    let watch = Stopwatch::start();
    let dozor = session.open(data).await?;
    let report = dozor.dismiss_package(package, reason, "cli").await?;
    Ok(Done { ending: Ending::Clean, ..done(package, &report, watch.millis()) })
}

fn done(what: &str, report: &IngestReport, elapsed_ms: u64) -> Done {
    let counts = report.counts;
    let IngestCounts { received, accepted, duplicates, variants, rejected, held, unmatched } = counts;
    let mut text = format!(
        "{what}: received {received} = accepted {accepted} + duplicates {duplicates} + variants {variants} + \
         rejected {rejected} + held {held}; unmatched {unmatched}; {elapsed_ms} ms\n"
    );
    for note in &report.notes {
        text.push_str(&format!("  {note}\n"));
    }
    for (code, rows) in &report.rejects {
        text.push_str(&format!("  {code}: {rows} rows\n"));
    }
    if rejected + held > 0 {
        text.push_str("`dozor rejects` lists each with its line, cause and action\n");
    }
    let mut document = json!(counts);
    document["elapsed_ms"] = json!(elapsed_ms);
    document["rejects"] = json!(report.rejects);
    document["notes"] = json!(report.notes);
    document["packages"] = json!(report.packages);
    let is_held = report.packages.iter().any(|package| package.status == "held");
    let ending = if rejected + held > 0 || is_held { Ending::WithRejects } else { Ending::Clean };
    Done { document, text, ending }
}

/// Lists refused rows.
pub(super) async fn rejects(
    session: &Session,
    data: &DataDir,
    source: Option<&str>,
    by: &str,
    export: Option<&Path>,
) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    if let Some(file) = export {
        let rows = dozor.export_rejects(source, by, file).await?;
        let text = format!("{rows} rejects written to {}", file.display());
        return Ok(Done::clean(&json!({ "rejects": rows, "file": file }), text));
    }
    let rows = dozor.rejects(source, by).await?;
    let mut text = format!("{} rejects\n", rows.len());
    for row in &rows {
        let field = row.reject.field.as_deref().unwrap_or("–");
        let seen = row.reject.seen.as_deref().unwrap_or("");
        text.push_str(&format!(
            "{} {}:{} {field} «{seen}»: {}. {}\n",
            row.reject.code, row.file, row.reject.line, row.reject.cause, row.reject.action
        ));
        if let Some((owner, advice)) = row.owner.as_ref().zip(row.advice.as_ref()) {
            text.push_str(&format!("    {} / {}: {} / {}\n", owner.ru, owner.en, advice.ru, advice.en));
        }
    }
    Ok(Done::clean(&rows, text))
}
