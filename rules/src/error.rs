//! What can be wrong with the rules of a pack: problems for the author, with file, line, cause and action.

use dozor_domain::{Coded, ErrorInfo};
use dozor_script::SCRIPT_ERRORS;
use serde::Serialize;
use thiserror::Error;

/// Lists the codes of this crate. Problems inside a script carry the codes of `dozor-script`.
pub const RULES_ERRORS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "RULE_HEAD",
        cause: "the rule does not begin with a block comment that holds its passport as TOML of the expected form",
        action: "begin the file with /* … */ and correct the key that the message names",
    },
    ErrorInfo {
        code: "RULE_ID",
        cause: "the rule's id is not the name of its file, or has other characters than a-z, 0-9 and _",
        action: "make id and file name the same",
    },
    ErrorInfo {
        code: "RULE_CODE_UNKNOWN",
        cause: "the rule names a kind of control, a kind of object or a category that pack.toml does not have",
        action: "correct the code, or declare it in pack.toml",
    },
    ErrorInfo {
        code: "RULE_POWER",
        cause: "the rule claims an effect that its kind may not have",
        action: "move the effect to a criterion, or change the rule's kind",
    },
    ErrorInfo {
        code: "RULE_FACT_USE",
        cause: "the rule reads a fact whose declared use does not include this kind of rule",
        action: "read another fact, or let the methodology allow this use in facts.toml",
    },
    ErrorInfo {
        code: "RULE_CASES_FILE",
        cause: "the file of cases is not TOML of the expected form, or belongs to no rule",
        action: "correct the key that the message names; a case has name, facts, expect and may have points",
    },
    ErrorInfo {
        code: "RULE_CASE_FACT",
        cause: "a case names a fact that does not exist, or gives a value of another type",
        action: "correct the fact's name or its value",
    },
    ErrorInfo {
        code: "RULE_CASES_FEW",
        cause: "the rule has too few cases, or none in which it fires, does not fire, or is unknown",
        action: "add cases: fires, does not, on the threshold, missing, exception",
    },
    ErrorInfo {
        code: "RULE_BASIS_MISSING",
        cause: "a rule that can burden a person names no legal basis",
        action: "name the act and mark who vouches for it: seen, known or to_fill",
    },
    ErrorInfo {
        code: "RULE_RESULT",
        cause: "the script's result cannot be read, or goes beyond what the rule's head declares: points, floor, severity",
        action: "let the head name the most that the script gives: the largest `points`, the highest `floor`, the `severity`",
    },
    ErrorInfo {
        code: "RULE_BEYOND_HEAD",
        cause: "the script can go beyond what the rule's head declares: on such an object the rule fails and is unknown",
        action: "name the largest `points`, the highest `floor` and the `severity` in the head, or limit the script",
    },
    ErrorInfo {
        code: "RULE_TABLE",
        cause: "a table of the pack is not CSV of the expected form: key columns, then the value; bands rise",
        action: "correct the line that the message names; every row has as many cells as the head",
    },
    ErrorInfo {
        code: "RULE_COLUMN_MISSING",
        cause: "the facts table has no column for a fact that the rules read: it was made by another catalogue",
        action: "compute the facts with the catalogue of the same methodology",
    },
];

pub(crate) fn info_of(code: &str) -> &'static ErrorInfo {
    RULES_ERRORS.iter().find(|info| info.code == code).unwrap_or(&RULES_ERRORS[0])
}

/// Says whether a problem stops the rules from being used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemLevel {
    /// The rules cannot be used.
    Error,
    /// The rules can be used; the author should look.
    Warning,
}

/// Is one problem of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleProblem {
    /// Whether it stops the rules from being used.
    pub level: ProblemLevel,
    /// Path in the pack.
    pub file: String,
    /// Line, from 1, where it is known.
    pub line: Option<usize>,
    /// Stable code.
    pub code: &'static str,
    /// What is wrong here.
    pub message: String,
    /// Why this is a problem.
    pub cause: &'static str,
    /// What to do next.
    pub action: &'static str,
}

impl RuleProblem {
    pub(crate) fn error(code: &str, file: &str, line: Option<usize>, message: impl Into<String>) -> Self {
        let info = info_of(code);
        Self {
            level: ProblemLevel::Error,
            file: file.to_owned(),
            line,
            code: info.code,
            message: message.into(),
            cause: info.cause,
            action: info.action,
        }
    }

    pub(crate) fn warning(code: &str, file: &str, message: impl Into<String>) -> Self {
        Self { level: ProblemLevel::Warning, ..Self::error(code, file, None, message) }
    }

    pub(crate) fn of_script(file: &str, error: &dozor_script::ScriptError) -> Self {
        let info = error.info();
        Self {
            level: ProblemLevel::Error,
            file: file.to_owned(),
            line: error.line(),
            code: info.code,
            message: error.to_string(),
            cause: info.cause,
            action: info.action,
        }
    }
}

impl std::fmt::Display for RuleProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
        write!(f, "{}{line}: {}: {}. {}: {}", self.file, self.code, self.message, self.cause, self.action)
    }
}

/// Says why rules could not be applied to a table.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RulesError {
    /// The table lacks a fact.
    #[error("evaluating rule «{rule}»: the facts table has no column «{fact}»")]
    ColumnMissing {
        /// The rule.
        rule: String,
        /// The fact.
        fact: String,
    },
    /// The rules do not parse.
    #[error("reading the rules: {} problem(s), the first is {}", problems.len(), problems.first().map(ToString::to_string).unwrap_or_default())]
    Problems {
        /// All of them.
        problems: Vec<RuleProblem>,
    },
}

impl Coded for RulesError {
    fn info(&self) -> &'static ErrorInfo {
        match self {
            Self::ColumnMissing { .. } => info_of("RULE_COLUMN_MISSING"),
            Self::Problems { problems } => {
                let code = problems.first().map_or("RULE_HEAD", |problem| problem.code);
                let of_script = SCRIPT_ERRORS.iter().find(|info| info.code == code);
                of_script.unwrap_or_else(|| info_of(code))
            }
        }
    }
}
