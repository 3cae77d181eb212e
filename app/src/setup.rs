//! `init`: creates a database and imports a pack as methodology version 1, active.

use std::sync::Arc;

use dozor_domain::{Clock, Timestamp, hex, sha256};
use dozor_store::{AuditDraft, Location, Methodology, MethodologyState, PackIdentity, SourceRow, Store};
use serde::Serialize;

use crate::dozor::blocking;
use crate::error::AppError;
use crate::methodology::LoadedMethodology;
use crate::pack::{ENGINE_VERSION, PackFiles};

/// Says what `init` made.
#[derive(Debug, Serialize)]
pub struct InitReport {
    /// Name of the pack.
    pub pack: String,
    /// Hash of methodology version 1.
    pub methodology: String,
    /// Number of sources.
    pub sources: usize,
    /// Number of facts.
    pub facts: usize,
    /// Number of rules.
    pub rules: usize,
}

/// Returns the SHA-256 of a source's mapping.
pub(crate) fn text_hash(methodology: &LoadedMethodology, source: &str) -> String {
    let text = methodology.files.get(&format!("sources/{source}.toml"));
    hex(&sha256(text.map(String::as_bytes).unwrap_or_default()))
}

/// Creates the database at `location` and imports the pack; nothing is created when the pack does not parse.
///
/// # Errors
/// Those of the pack's files; the store's, e.g. when a pack is in it already.
pub async fn init(
    location: &Location,
    files: PackFiles,
    clock: Arc<dyn Clock>,
) -> Result<InitReport, AppError> {
    let methodology = blocking("the pack", move || LoadedMethodology::parse(files)).await??;
    let store = Store::create(location).await?;
    let done = import(&store, &methodology, clock.now()).await;
    // Also after a failure: what is left is one file.
    store.close().await;
    done
}

async fn import(
    store: &Store,
    methodology: &LoadedMethodology,
    now: Timestamp,
) -> Result<InitReport, AppError> {
    let report = InitReport {
        pack: methodology.manifest.name.clone(),
        methodology: methodology.hash.clone(),
        sources: methodology.sources.len(),
        facts: methodology.catalogue.facts().len(),
        rules: methodology.rules.heads().len(),
    };
    let mut tx = store.begin().await?;
    tx.initialise(&PackIdentity { name: report.pack.clone(), hash: report.methodology.clone() }, now).await?;
    tx.insert_methodology(&Methodology {
        hash: methodology.hash.clone(),
        number: 1,
        parent: None,
        state: MethodologyState::Draft,
        engine: ENGINE_VERSION.to_owned(),
        author: "init".to_owned(),
        created_at: now,
        activated_at: None,
        files: methodology.files.as_ref().clone(),
    })
    .await?;
    tx.activate_methodology(&methodology.hash, now).await?;
    for spec in methodology.sources.values() {
        tx.put_source(&SourceRow {
            name: spec.name.clone(),
            title: spec.title.clone(),
            subject: spec.subject,
            delivery: spec.delivery,
            schema: spec.schema(),
            spec_hash: text_hash(methodology, &spec.name),
        })
        .await?;
    }
    tx.audit(AuditDraft {
        at: now,
        actor: "system".to_owned(),
        use_case: "init".to_owned(),
        subject: report.pack.clone(),
        details: serde_json::json!({ "methodology": report.methodology }).to_string(),
    });
    tx.commit().await?;
    Ok(report)
}
