//! All rules of a methodology: reading, checking, running their cases.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{PackManifest, RuleHead, RuleState, Zone, hex};
use dozor_script::{Engine, Library, Names};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::cases::{self, Case, CaseResult};
use crate::compiled::{self, Compiled, InterpretedRule};
use crate::error::RuleProblem;
use crate::rule::Rule;

/// Folder of the tables that rules look into.
const TABLES: &str = "tables/";
/// A rule with fewer cases is not proved: fires, does not, on the threshold, missing, exception.
const FEWEST_CASES: usize = 5;

/// Is the set of all rules of a methodology, sorted by id.
#[derive(Clone, Debug)]
pub struct RuleSet {
    pub(crate) rules: Vec<Rule>,
    pub(crate) zone: Zone,
    pub(crate) compiled: Compiled,
    cases: BTreeMap<String, Vec<Case>>,
    hash: String,
}

/// Is what a check says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Number of rules.
    pub rules: usize,
    /// Number of cases.
    pub cases: usize,
    /// Rules that run over columns, all objects at once.
    pub vectorised: Vec<String>,
    /// Rules that run object by object, each with the reason.
    pub interpreted: Vec<InterpretedRule>,
    /// What the author should look at, by file.
    pub problems: Vec<RuleProblem>,
}

impl RuleSet {
    /// Reads all rules and cases among a pack's files (`rules/<id>.rhai`, `rules/<id>.cases.toml`), and the tables that
    /// they may look into (`tables/<name>.csv`).
    ///
    /// # Errors
    /// All problems of all files, sorted by file.
    pub fn parse(
        files: &BTreeMap<String, String>,
        names: &Names,
        manifest: &PackManifest,
    ) -> Result<Self, Vec<RuleProblem>> {
        let mut problems = Vec::new();
        let engine = Engine::with_library(library(files, manifest, &mut problems));
        let mut rules = Vec::new();
        let mut all_cases = BTreeMap::new();
        let mut hasher = Sha256::new();
        hasher.update(b"dozor-rules-1");
        for (path, text) in files.iter().filter(|(path, _)| path.starts_with(TABLES)) {
            hash_file(&mut hasher, path, text);
        }
        for (path, text) in files.iter().filter(|(path, _)| path.starts_with("rules/")) {
            if let Some(id) = path.strip_suffix(".cases.toml").and_then(|path| path.strip_prefix("rules/")) {
                if !files.contains_key(&format!("rules/{id}.rhai")) {
                    let message = format!("there is no rule «{id}»");
                    problems.push(RuleProblem::error("RULE_CASES_FILE", path, None, message));
                }
                match cases::parse(path, text, names) {
                    Ok(cases) => drop(all_cases.insert(id.to_owned(), cases)),
                    Err(found) => problems.extend(found),
                }
            } else if path.ends_with(".rhai") {
                hash_file(&mut hasher, path, text);
                match Rule::parse(&engine, path, text, names, manifest) {
                    Ok(rule) => rules.push(rule),
                    Err(found) => problems.extend(found),
                }
            } else {
                problems.push(RuleProblem::error(
                    "RULE_CASES_FILE",
                    path,
                    None,
                    "neither a rule nor its cases",
                ));
            }
        }
        rules.sort_by(|left, right| left.head().id.cmp(&right.head().id));
        if !problems.is_empty() {
            return Err(problems);
        }
        let hash = hex(&hasher.finalize());
        let compiled = Compiled::new(&rules, |_| true);
        Ok(Self { rules, zone: manifest.zone.clone(), compiled, cases: all_cases, hash })
    }

    /// Returns the rules, sorted by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
    /// Returns one rule.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules
            .binary_search_by(|rule| rule.head().id.as_str().cmp(id))
            .ok()
            .and_then(|at| self.rules.get(at))
    }
    /// Returns the heads, sorted by id.
    pub fn heads(&self) -> Vec<RuleHead> {
        self.rules.iter().map(|rule| rule.head().clone()).collect()
    }
    /// Returns the cases of one rule.
    pub fn cases(&self, id: &str) -> &[Case] {
        self.cases.get(id).map_or(&[], Vec::as_slice)
    }
    /// Returns the SHA-256 of all rule files and tables (names and texts, cases not included), in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Looks for what an author should mend although the rules can be used.
    pub fn check(&self) -> CheckReport {
        let mut problems = Vec::new();
        for rule in &self.rules {
            let id = &rule.head().id;
            let file = format!("rules/{id}.cases.toml");
            let cases = self.cases(id);
            if cases.len() < FEWEST_CASES {
                let message = format!("the rule has {} cases, not {FEWEST_CASES}", cases.len());
                problems.push(RuleProblem::warning("RULE_CASES_FEW", &file, message));
            }
            let answers: BTreeSet<u8> = cases.iter().map(|case| case.expect as u8).collect();
            let can_miss = !rule.program().reads().is_empty();
            for (state, needed) in
                [(RuleState::Fired, true), (RuleState::NotFired, true), (RuleState::Unknown, can_miss)]
            {
                if needed && !answers.contains(&(state as u8)) {
                    let message = format!("no case expects {state:?}");
                    problems.push(RuleProblem::warning("RULE_CASES_FEW", &file, message));
                }
            }
        }
        let interpreted = compiled::interpreted(&self.rules);
        let ids = self.rules.iter().map(|rule| &rule.head().id);
        let vectorised =
            ids.filter(|id| interpreted.iter().all(|other| other.rule != **id)).cloned().collect();
        let cases = self.cases.values().map(Vec::len).sum();
        CheckReport { rules: self.rules.len(), cases, vectorised, interpreted, problems }
    }

    /// Runs all cases of all rules, by rule and in the order of the file.
    pub fn test(&self) -> Vec<CaseResult> {
        self.rules
            .iter()
            .flat_map(|rule| self.cases(&rule.head().id).iter().map(move |case| cases::run(rule, case)))
            .collect()
    }
}

/// Gives rules the pack's working days and its tables.
fn library(
    files: &BTreeMap<String, String>,
    manifest: &PackManifest,
    problems: &mut Vec<RuleProblem>,
) -> Library {
    let mut library = Library::new(manifest.calendar.clone());
    for (path, text) in files {
        let name = path.strip_prefix(TABLES).and_then(|name| name.strip_suffix(".csv"));
        let Some(name) = name else { continue };
        match library.clone().with_table(name, text) {
            Ok(with_table) => library = with_table,
            Err(problem) => {
                let line = Some(problem.line);
                problems.push(RuleProblem::error("RULE_TABLE", path, line, problem.to_string()));
            }
        }
    }
    library
}

fn hash_file(hasher: &mut Sha256, path: &str, text: &str) {
    for part in [path, text] {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
}
