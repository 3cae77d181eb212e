//! `audit verify`, `audit checkpoint` and `audit recompute`.

use std::path::Path;

use dozor_app::{AppError, AuditCheckpoint};
use serde_json::json;

use super::{Session, found, usage};
use crate::args::DataDir;
use crate::output::{Done, Ending, Failure};
use crate::progress::Bars;

/// Recomputes the log.
pub(super) async fn verify(
    session: &Session,
    data: &DataDir,
    checkpoint: Option<&Path>,
) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    let checkpoint = checkpoint.map(read_checkpoint).transpose()?;
    let verdict = dozor.verify_audit(checkpoint.as_ref()).await?;
    let (text, ending) = match &verdict.fault {
        None => (format!("{} entries, the chain holds: {}", verdict.entries, verdict.chain), Ending::Clean),
        Some(fault) => (
            format!("the log is broken: {fault}"),
            Ending::FoundProblems(found("AUDIT_BROKEN", format!("verifying the audit log: {fault}"))),
        ),
    };
    Ok(Done { document: json!(verdict), text, ending })
}

/// Prints what to keep elsewhere.
pub(super) async fn checkpoint(session: &Session, data: &DataDir) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    let checkpoint = dozor.audit_checkpoint().await?;
    let text = json!(checkpoint).to_string();
    Ok(Done::clean(&checkpoint, text))
}

/// Recomputes stored assessments.
pub(super) async fn recompute(
    session: &Session,
    data: &DataDir,
    object: Option<&str>,
) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    let report = dozor.recompute(object, &Bars::new()).await?;
    let mut text = format!("{} assessments of {} runs computed again, ", report.assessments, report.runs);
    let ending = match report.deviations {
        0 => {
            text.push_str("each the same to the last bit");
            Ending::Clean
        }
        deviations => {
            text.push_str(&format!("{deviations} deviations"));
            for one in &report.named {
                let (object, kind) = (one.object.as_deref(), one.control_kind.as_deref());
                text.push_str(&format!(
                    "\n{}: run {}, object {}, {}",
                    one.what,
                    one.run,
                    object.unwrap_or("–"),
                    kind.unwrap_or("–")
                ));
            }
            let message = format!("recomputing stored assessments: {deviations} deviations");
            Ending::FoundProblems(found("AUDIT_DEVIATES", message))
        }
    };
    Ok(Done { document: json!(report), text, ending })
}

fn read_checkpoint(file: &Path) -> Result<AuditCheckpoint, Failure> {
    let path = file.display().to_string();
    let text =
        std::fs::read_to_string(file).map_err(|source| AppError::Read { path: path.clone(), source })?;
    serde_json::from_str(&text)
        .map_err(|fault| usage("CHECKPOINT_INVALID", &format!("reading the checkpoint {path} ({fault})")))
}
