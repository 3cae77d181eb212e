//! `rules check | test` and `pack export`: what a methodologist does with the files of a pack.

use std::path::Path;

use dozor_planner::CaseOutcome;
use dozor_rules::{CaseResult, CheckReport, RuleSet};

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::methodology::{LoadedMethodology, parse_catalogue};
use crate::pack::PackFiles;

/// Checks the rules of a pack and returns all problems at once; a rule that does not parse is a problem too.
///
/// # Errors
/// Those of the files that rules stand on: `pack.toml`, `sources/`, `facts.toml`.
pub fn check_rules(files: &PackFiles) -> Result<CheckReport, AppError> {
    let (manifest, _, catalogue) = parse_catalogue(files)?;
    Ok(match RuleSet::parse(files, &catalogue.names(), &manifest) {
        Ok(rules) => {
            let mut report = rules.check();
            report.problems.extend(rules.check_uses(&catalogue));
            report.problems.extend(rules.check_limits(&catalogue));
            report
        }
        Err(problems) => {
            let count = |ending: &str| {
                files.keys().filter(|path| path.starts_with("rules/") && path.ends_with(ending)).count()
            };
            CheckReport {
                rules: count(".rhai"),
                cases: count(".cases.toml"),
                problems,
                ..CheckReport::default()
            }
        }
    })
}

/// Runs the cases of every rule.
pub fn test_rules(methodology: &LoadedMethodology) -> Vec<CaseResult> {
    methodology.rules.test()
}

/// Asks the planner's gate the questions of the pack's `gate.cases.toml`.
pub fn test_gate(methodology: &LoadedMethodology) -> Vec<CaseOutcome> {
    methodology.planner.gate_cases.run(&methodology.planner)
}

impl Dozor {
    /// Writes the files of the active methodology into a new folder and returns their number.
    ///
    /// # Errors
    /// [`AppError::FolderExists`]; [`AppError::Write`] when the folder can't be written.
    pub fn export_pack(&self, to: &Path) -> Result<usize, AppError> {
        let failed = |path: &Path| {
            let path = path.display().to_string();
            move |source| AppError::Write { path, source }
        };
        std::fs::create_dir(to).map_err(|fault| match fault.kind() {
            std::io::ErrorKind::AlreadyExists => AppError::FolderExists { path: to.display().to_string() },
            _ => failed(to)(fault),
        })?;
        for (path, text) in self.methodology.files.iter() {
            let file = to.join(path);
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder).map_err(failed(folder))?;
            }
            std::fs::write(&file, text).map_err(failed(&file))?;
        }
        Ok(self.methodology.files.len())
    }
}
