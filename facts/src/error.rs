//! What can be wrong with a catalogue or a table, with a cause and an action for each code.

use dozor_domain::{Coded, ErrorInfo};
use dozor_script::ScriptError;
use thiserror::Error;

/// Lists the codes of this crate.
pub const FACTS_ERRORS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "FACTS_TOML",
        cause: "facts.toml is not TOML of the expected form: a key is unknown, missing or of another type",
        action: "correct the key that the message names; docs/adr/0006-record-columns.md lists all keys",
    },
    ErrorInfo {
        code: "FACT_DECLARATION",
        cause: "a fact contradicts its kind, its source or another fact",
        action: "correct the fact that the message names",
    },
    ErrorInfo {
        code: "FACT_EXPRESSION",
        cause: "an expression of a fact is not valid Rhai, or reads a field or fact that is not there",
        action: "correct the expression; fields are declared in sources/*.toml, facts above the one that reads them",
    },
    ErrorInfo {
        code: "FACT_LEAKS",
        cause: "a fact would tell the model who inspects, or uses a protected or personal attribute or a proxy as a feature",
        action: "remove the M from the fact's `use`, mark it with `sensitivity`, or take another field",
    },
    ErrorInfo {
        code: "FACTS_INPUT",
        cause: "the objects, records or keys given do not fit the catalogue",
        action: "load all sources of the pack that the catalogue names, with their declared fields",
    },
    ErrorInfo {
        code: "FACTS_FILE",
        cause: "the bytes are no facts table of this program, or could not be written",
        action: "take the file as it was exported; a changed or cut file is of no use",
    },
    ErrorInfo {
        code: "FACTS_TABLE",
        cause: "a table of facts.toml names a file that is not there, or that is no table of two keys and a whole number",
        action: "correct the line that the message names, or import the sheet again",
    },
];

/// Says what is wrong with a catalogue or a table of facts.
#[derive(Debug, Error)]
pub enum FactsError {
    /// facts.toml does not parse.
    #[error("reading facts.toml")]
    Toml(#[source] Box<toml::de::Error>),
    /// A fact contradicts its kind, its source or another fact.
    #[error("checking the fact «{fact}»: {problem}")]
    Declaration {
        /// Code of the fact.
        fact: String,
        /// What contradicts what.
        problem: String,
    },
    /// An expression does not compile.
    #[error("compiling `{key}` of the fact «{fact}»")]
    Expression {
        /// Code of the fact.
        fact: String,
        /// Key of facts.toml.
        key: &'static str,
        /// What the engine says.
        #[source]
        source: Box<ScriptError>,
    },
    /// A fact would leak who inspects, or a trait that may not be scored.
    #[error("checking the fact «{fact}» for leakage: {problem}")]
    Leak {
        /// Code of the fact.
        fact: String,
        /// What would leak.
        problem: String,
    },
    /// The inputs do not fit the catalogue.
    #[error("computing facts: {problem}")]
    Input {
        /// What does not fit.
        problem: String,
    },
    /// A table of the catalogue can't be read from its file.
    #[error("reading the table «{table}» of facts.toml: {problem}")]
    Table {
        /// Name of the table.
        table: String,
        /// What is wrong, with the line.
        problem: String,
    },
    /// Bytes that are no table, or a table that could not be written.
    #[error("{doing} a facts table: {problem}")]
    File {
        /// `reading` or `writing`.
        doing: &'static str,
        /// What went wrong.
        problem: String,
    },
}

impl Coded for FactsError {
    fn info(&self) -> &'static ErrorInfo {
        match self {
            Self::Toml(_) => &FACTS_ERRORS[0],
            Self::Declaration { .. } => &FACTS_ERRORS[1],
            Self::Expression { .. } => &FACTS_ERRORS[2],
            Self::Leak { .. } => &FACTS_ERRORS[3],
            Self::Input { .. } => &FACTS_ERRORS[4],
            Self::File { .. } => &FACTS_ERRORS[5],
            Self::Table { .. } => &FACTS_ERRORS[6],
        }
    }
}
