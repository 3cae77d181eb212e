//! `audit`: verifies the log, and prints checkpoints that can be kept elsewhere and compared later.

use dozor_domain::{Digest, hex};
use serde::{Deserialize, Serialize};

use crate::dozor::Dozor;
use crate::error::AppError;

/// Is the log's length and last chain value at some moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditCheckpoint {
    /// Entries.
    pub entries: i64,
    /// Chain value of the last one, hexadecimal.
    pub chain: String,
}

/// Says whether the log holds.
#[derive(Clone, Debug, Serialize)]
pub struct AuditVerdict {
    /// Entries that were recomputed.
    pub entries: i64,
    /// Chain value of the last one.
    pub chain: String,
    /// Position and description of the first fault; none when the log holds.
    pub fault: Option<String>,
}

impl Dozor {
    /// Returns the log's length and last chain value.
    ///
    /// # Errors
    /// The store's.
    pub async fn audit_checkpoint(&self) -> Result<AuditCheckpoint, AppError> {
        let head = self.store.audit_head().await?;
        Ok(AuditCheckpoint { entries: head.entries, chain: hex(&head.chain) })
    }

    /// Recomputes every leaf and the chain; with a checkpoint, also that the log still begins with what it named.
    ///
    /// # Errors
    /// The store's.
    pub async fn verify_audit(&self, checkpoint: Option<&AuditCheckpoint>) -> Result<AuditVerdict, AppError> {
        let report = self.store.verify_audit().await?;
        let mut fault = report.fault.map(|fault| format!("entry {}: {}", fault.position, fault.what));
        if let (None, Some(checkpoint)) = (&fault, checkpoint) {
            let held: Option<Digest> = self.store.audit_chain_at(checkpoint.entries).await?;
            if held.map(|chain| hex(&chain)).as_deref() != Some(checkpoint.chain.as_str()) {
                fault =
                    Some(format!("entry {}: the log is not the one of the checkpoint", checkpoint.entries));
            }
        }
        Ok(AuditVerdict { entries: report.head.entries, chain: hex(&report.head.chain), fault })
    }
}
