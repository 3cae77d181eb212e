//! `pack diff`: a candidate beside the version in force, by rule and by file.

use std::collections::BTreeSet;

use dozor_rules::{RuleChange, RuleDifference};
use serde::Serialize;

use crate::dozor::Dozor;
use crate::methodology::LoadedMethodology;

/// Says what became of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileChange {
    /// Path in the pack.
    pub path: String,
    /// Added, removed or changed.
    pub change: RuleChange,
}

/// Is the difference of two versions.
#[derive(Clone, Debug, Serialize)]
pub struct VersionDifference {
    /// Hash of the version in force.
    pub active: String,
    /// Hash of the candidate.
    pub candidate: String,
    /// Rules that differ, by id.
    pub rules: Vec<RuleDifference>,
    /// All files that differ.
    pub files: Vec<FileChange>,
}

impl Dozor {
    /// Compares a candidate with the version in force.
    pub fn difference(&self, candidate: &LoadedMethodology) -> VersionDifference {
        let (before, after) = (&self.methodology.files, &candidate.files);
        let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let change = |path: &&String| match (before.get(*path), after.get(*path)) {
            (Some(was), Some(is)) => (was != is).then_some(RuleChange::Changed),
            (Some(_), None) => Some(RuleChange::Removed),
            (None, _) => Some(RuleChange::Added),
        };
        let files =
            paths.iter().filter_map(|path| Some(FileChange { path: (*path).clone(), change: change(path)? }));
        VersionDifference {
            active: self.methodology.hash.clone(),
            candidate: candidate.hash.clone(),
            rules: self.methodology.rules.difference(&candidate.rules),
            files: files.collect(),
        }
    }
}
