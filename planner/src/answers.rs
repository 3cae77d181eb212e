//! Papers that must be answered within a term: which records they are, and which of their fields says that they were.

use serde::Deserialize;

use crate::{PlannerSettings, TermBook};

/// Names a source whose records wait for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerTerm {
    /// Name of the source.
    pub source: String,
    /// Its field with the day of the answer: what has none waits.
    pub answered_on: String,
    /// Code of the term in `terms.toml`. It runs from the day of the record.
    pub term: String,
}

impl PlannerSettings {
    /// Says which term of an answer there is not.
    pub(crate) fn answers_problem(&self, terms: &TermBook) -> Option<String> {
        let is_known = |answer: &&AnswerTerm| terms.lines().iter().any(|line| line.code == answer.term);
        let unknown = self.answers.iter().find(|answer| !is_known(answer))?;
        Some(format!("[[answers]] names the term «{}», which terms.toml does not have", unknown.term))
    }
}
