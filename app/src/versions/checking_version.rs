//! The check: from draft to checked. It passes when rules parse and read what they may, every case answers as
//! expected, and the verifier finds no error.

use std::sync::Arc;

use dozor_domain::{MethodologyEvent, Permission};
use dozor_planner::CaseOutcome;
use dozor_rules::ProblemLevel;
use serde::Serialize;

use super::error::VersionError;
use super::life::{Actor, VersionReport, content_of};
use crate::checking::{check_rules, test_gate};
use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::methodology::LoadedMethodology;

/// Says how a check went.
#[derive(Clone, Debug, Serialize)]
pub struct CheckedReport {
    /// The version.
    #[serde(flatten)]
    pub version: VersionReport,
    /// Cases that answered as expected.
    pub cases: usize,
    /// What the author should look at although the version passed.
    pub warnings: Vec<String>,
}

impl Dozor {
    /// Checks a draft; from then on its files never change.
    ///
    /// # Errors
    /// [`VersionError::NotSound`] with all problems; [`VersionError::PowerMissing`]; the store's.
    pub async fn check_version(&self, id: &str, actor: &Actor) -> Result<CheckedReport, AppError> {
        actor.may(Permission::EditMethodology)?;
        let mut version = self.version(id).await?;
        version.expect_unaltered()?;
        let number = version.stored.number;
        let candidate = self.parse_candidate(version.stored.files.clone()).await?;
        let (problems, warnings, cases) = blocking("the check", move || problems_of(&candidate)).await??;
        if !problems.is_empty() {
            return Err(VersionError::NotSound { number, problems }.into());
        }
        let content = content_of(&version.stored.files);
        let mut tx = self.store.begin().await?;
        version.take(MethodologyEvent::Check { content }, &actor.person, (self, &mut tx)).await?;
        tx.commit().await?;
        Ok(CheckedReport { version: version.report(), cases, warnings })
    }
}

/// Returns what stops the version, what its author should look at, and the number of cases.
fn problems_of(candidate: &Arc<LoadedMethodology>) -> Result<(Vec<String>, Vec<String>, usize), AppError> {
    let checked = check_rules(&candidate.files)?;
    let (errors, notes): (Vec<_>, Vec<_>) =
        checked.problems.iter().partition(|problem| problem.level == ProblemLevel::Error);
    let mut problems: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let mut warnings: Vec<String> = notes.iter().map(ToString::to_string).collect();
    let results = candidate.rules.test();
    problems.extend(
        results
            .iter()
            .filter(|result| !result.passed)
            .map(|result| format!("case «{}» of {}: {}", result.case, result.rule, result.message)),
    );
    problems.extend(test_gate(candidate).iter().filter(|case| !case.passed).map(gate_problem));
    for finding in candidate.rules.verify(&candidate.catalogue) {
        let list = if finding.level == ProblemLevel::Error { &mut problems } else { &mut warnings };
        list.push(finding.to_string());
    }
    Ok((problems, warnings, results.len() + candidate.planner.gate_cases.cases.len()))
}

fn gate_problem(case: &CaseOutcome) -> String {
    format!("case «{}» of the gate: {}", case.title, case.difference())
}
