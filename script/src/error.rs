//! What can be wrong with a script, with a cause and an action for each code.

use dozor_domain::{Coded, ErrorInfo};
use thiserror::Error;

/// Lists the codes of this crate: those of compiling, then those of a single row.
pub const SCRIPT_ERRORS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "SCRIPT_SYNTAX",
        cause: "the script is not valid Rhai, or nests deeper than a rule may",
        action: "correct the script at the line and column given",
    },
    ErrorInfo {
        code: "FACT_UNKNOWN",
        cause: "the script reads a name that the pack's fact catalogue does not declare",
        action: "correct the spelling, or declare the fact in facts.toml",
    },
    ErrorInfo {
        code: "FACT_SHADOWED",
        cause: "a local variable, loop variable or parameter has the name of a fact, or a fact is assigned to",
        action: "give the local another name: a reader must always know which of the two is meant",
    },
    ErrorInfo {
        code: "SCRIPT_FORBIDDEN",
        cause: "the script uses a word that rules may not use (modules, eval, function pointers, printing, try)",
        action: "write the condition without it",
    },
    ErrorInfo {
        code: "SCRIPT_TOO_LONG",
        cause: "the script is longer than a rule may be",
        action: "split the rule, or move a table into a derived fact",
    },
    ErrorInfo {
        code: "SCRIPT_TYPES",
        cause: "values of different types are compared or combined, which would silently be false",
        action: "compare a fact with a value of its declared type",
    },
    ErrorInfo {
        code: "SCRIPT_BUDGET",
        cause: "the script took more steps than a rule may on one object",
        action: "remove the loop or the recursion; a usual rule takes fewer than 100 steps",
    },
    ErrorInfo {
        code: "SCRIPT_TIME",
        cause: "the script took longer than a rule may on one object",
        action: "remove the loop, the large list or the large text",
    },
    ErrorInfo {
        code: "SCRIPT_SIZE",
        cause: "the script built a text, list or map that is larger than a rule may hold, or called too deep",
        action: "keep texts under 10,000 bytes, lists and maps under 1,000 items, calls under 16 deep",
    },
    ErrorInfo {
        code: "SCRIPT_ARITHMETIC",
        cause: "a calculation has no result: division by zero or a number out of range",
        action: "ask first whether the divisor is zero",
    },
    ErrorInfo {
        code: "SCRIPT_RUN",
        cause: "the script called a function that does not exist for these values, or broke another rule of Rhai",
        action: "read the message and correct the script",
    },
    ErrorInfo {
        code: "SCRIPT_RESULT",
        cause: "the script's value is not of a form that is expected here",
        action: "end the script with a value of the expected type; a rule ends with true or false or #{fired: …}",
    },
    ErrorInfo {
        code: "SCRIPT_ENGINE",
        cause: "the script engine itself failed on this script",
        action: "rewrite the script in a simpler form and report the script to the developers",
    },
];

/// Returns the entry of a code; every code used in this crate is in the table (a test tries them all).
pub(crate) fn info_of(code: &str) -> &'static ErrorInfo {
    let last = &SCRIPT_ERRORS[SCRIPT_ERRORS.len() - 1];
    SCRIPT_ERRORS.iter().find(|info| info.code == code).unwrap_or(last)
}

/// Is a name that the catalogue does not know, with where it stands and what may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFact {
    /// The name as written.
    pub name: String,
    /// Line, from 1.
    pub line: usize,
    /// The known name spelt most like it.
    pub nearest: Option<String>,
}

impl std::fmt::Display for UnknownFact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: «{}»", self.line, self.name)?;
        match &self.nearest {
            Some(nearest) => write!(f, " (is «{nearest}» meant?)"),
            None => Ok(()),
        }
    }
}

/// Says why a script did not compile.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ScriptError {
    /// It is no valid script.
    #[error("reading a script, line {line}, column {column}: {problem}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser says.
        problem: String,
    },
    /// It reads names that do not exist; all of them are listed.
    #[error("reading a script, unknown facts: {}", facts.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    FactUnknown {
        /// The names.
        facts: Vec<UnknownFact>,
    },
    /// A local has the name of a fact, or a fact is assigned to.
    #[error("reading a script, line {line}: «{name}» is a fact: it is neither defined nor changed here")]
    FactShadowed {
        /// The name.
        name: String,
        /// Line, from 1.
        line: usize,
    },
    /// It uses what rules may not use.
    #[error("reading a script, line {line}, column {column}: «{word}» is not allowed in scripts")]
    Forbidden {
        /// The word.
        word: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// It is too long.
    #[error("reading a script of {length} bytes: more than {limit}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
        /// The longest allowed.
        limit: usize,
    },
    /// It compares or combines values of different types.
    #[error("reading a script, line {line}, column {column}: {problem}")]
    Types {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is combined with what.
        problem: String,
    },
    /// The parser itself failed.
    #[error("reading a script: the parser failed")]
    Engine,
}

impl ScriptError {
    /// Returns the line where the (first) problem stands, from 1, where it is known.
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Syntax { line, .. }
            | Self::FactShadowed { line, .. }
            | Self::Forbidden { line, .. }
            | Self::Types { line, .. } => Some(*line),
            Self::FactUnknown { facts } => facts.first().map(|fact| fact.line),
            Self::TooLong { .. } | Self::Engine => None,
        }
    }
}

impl Coded for ScriptError {
    fn info(&self) -> &'static ErrorInfo {
        info_of(match self {
            Self::Syntax { .. } => "SCRIPT_SYNTAX",
            Self::FactUnknown { .. } => "FACT_UNKNOWN",
            Self::FactShadowed { .. } => "FACT_SHADOWED",
            Self::Forbidden { .. } => "SCRIPT_FORBIDDEN",
            Self::TooLong { .. } => "SCRIPT_TOO_LONG",
            Self::Types { .. } => "SCRIPT_TYPES",
            Self::Engine => "SCRIPT_ENGINE",
        })
    }
}
