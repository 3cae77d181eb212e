//! `rules verify`: what the verifier says of a methodology and, in an installation, of its answers about the whole
//! portfolio.

use std::sync::Arc;

use dozor_domain::Timestamp;
use dozor_rules::Finding;
use dozor_scoring::PolicyFinding;
use serde::Serialize;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::methodology::LoadedMethodology;
use crate::progress::Progress;

/// Is what the verifier says.
#[derive(Clone, Debug, Serialize)]
pub struct VerifyReport {
    /// Hash of the methodology.
    pub methodology: String,
    /// Rules that were looked at.
    pub rules: usize,
    /// Objects of the portfolio; none where the rules alone were looked at.
    pub objects: Option<usize>,
    /// What was found about rules.
    pub findings: Vec<Finding>,
    /// What was found about the policy.
    pub policy: Vec<PolicyFinding>,
}

/// Verifies a methodology without a portfolio.
pub fn verify_rules(methodology: &LoadedMethodology) -> VerifyReport {
    let rules = &methodology.rules;
    VerifyReport {
        methodology: methodology.hash.clone(),
        rules: rules.rules().len(),
        objects: None,
        findings: rules.verify(&methodology.catalogue),
        policy: methodology.policy.verify(&rules.heads(), methodology.manifest.scale.levels()),
    }
}

impl Dozor {
    /// Verifies a methodology, and its answers about all objects as of an instant.
    ///
    /// # Errors
    /// Those of facts and rules; the store's.
    pub async fn verify_rules(
        &self,
        methodology: Arc<LoadedMethodology>,
        as_of: Timestamp,
        progress: &dyn Progress,
    ) -> Result<VerifyReport, AppError> {
        let under = self.under(Arc::clone(&methodology));
        let loaded = under.load(&[], progress).await?;
        progress.stage("facts", None);
        let table = under.compute(&loaded, loaded.keys_at(as_of)).await?;
        blocking("the verifier", move || {
            let mut report = verify_rules(&methodology);
            let verdicts = methodology.rules.evaluate_columns(&table)?;
            report.objects = Some(table.len());
            report.findings.extend(methodology.rules.verify_on(&table, &verdicts));
            report.findings.sort_by(|a, b| (&a.rule, a.code, &a.other).cmp(&(&b.rule, b.code, &b.other)));
            Ok(report)
        })
        .await?
    }
}
