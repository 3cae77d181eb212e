//! Compiling: a text and the names it may read become a program.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rhai::{AST, Dynamic, LexError, ParseErrorType, Scope};

use crate::error::{ScriptError, UnknownFact};
use crate::harden::{FORBIDDEN, MAX_SCRIPT_BYTES, harden};
use crate::library::{self, Library};
use crate::names::Names;
use crate::program::Program;
use crate::{run_state, tree};

/// More unknown names than this are not listed.
const MOST_UNKNOWN: usize = 50;

/// Compiles and runs scripts. Cheap to clone; may be used from many threads at once.
#[derive(Clone)]
pub struct Engine(pub(crate) Arc<rhai::Engine>, Arc<Library>);

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engine")
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine {
    /// Makes a hardened engine whose pure functions know no holidays and no tables.
    pub fn new() -> Self {
        Self::with_library(Library::default())
    }

    /// Makes a hardened engine whose pure functions know a pack's calendar and tables.
    pub fn with_library(library: Library) -> Self {
        let library = Arc::new(library);
        let mut engine = harden();
        library::register(&mut engine, &library);
        // A plain function would read its argument first, and so end the run: the question is syntax.
        let registered =
            engine.register_custom_syntax([tree::IS_KNOWN, "(", "$ident$", ")"], false, |_, inputs| {
                let known = inputs
                    .first()
                    .and_then(rhai::Expression::get_string_value)
                    .is_some_and(run_state::is_known);
                Ok(Dynamic::from(known))
            });
        debug_assert!(registered.is_ok(), "the syntax of is_known is fixed");
        Self(Arc::new(engine), library)
    }

    /// Compiles a script that may read these names.
    ///
    /// # Errors
    /// [`ScriptError`]; all unknown names are listed at once.
    pub fn compile(&self, text: &str, names: &Names) -> Result<Program, ScriptError> {
        if text.len() > MAX_SCRIPT_BYTES {
            return Err(ScriptError::TooLong { length: text.len(), limit: MAX_SCRIPT_BYTES });
        }
        let all: BTreeSet<&str> = names.iter().map(|(name, _)| name).collect();
        let ast = self.parse_listing_unknown(text, names, &all)?;
        tree::check_shadowing(&ast, names)?;
        let facts = tree::facts(&ast, names);
        let unknown = facts.asked.iter().filter(|(name, _)| !names.contains(name));
        let unknown: Vec<UnknownFact> =
            unknown.map(|(name, line)| unknown_fact(names, name, *line)).collect();
        if !unknown.is_empty() {
            return Err(ScriptError::FactUnknown { facts: unknown });
        }
        tree::check_types(&ast, names)?;
        let reads: BTreeSet<&str> =
            facts.read.iter().map(String::as_str).chain(facts.asked.keys().map(String::as_str)).collect();
        let must_be_known = reads.iter().map(|name| facts.read.contains(*name)).collect();
        let reads: Arc<[String]> = reads.into_iter().map(str::to_owned).collect();
        let ir = tree::lower(&self.0, &ast, text, names, &reads, &self.1);
        Ok(Program::new(self.clone(), ast, reads, must_be_known, ir))
    }

    fn parse_listing_unknown(
        &self,
        text: &str,
        names: &Names,
        all: &BTreeSet<&str>,
    ) -> Result<AST, ScriptError> {
        let mut unknown: Vec<UnknownFact> = Vec::new();
        loop {
            let extra = unknown.iter().map(|fact| fact.name.as_str());
            let scope: BTreeSet<&str> = all.iter().copied().chain(extra).collect();
            let error = match self.parse_raw(text, &scope)? {
                Ok(ast) if unknown.is_empty() => return Ok(ast),
                Ok(_) => return Err(ScriptError::FactUnknown { facts: unknown }),
                Err(error) => error,
            };
            match error.err_type() {
                ParseErrorType::VariableUndefined(name)
                    if !scope.contains(name.as_str()) && unknown.len() < MOST_UNKNOWN =>
                {
                    unknown.push(unknown_fact(names, name, error.position().line().unwrap_or(1)));
                }
                _ if !unknown.is_empty() => return Err(ScriptError::FactUnknown { facts: unknown }),
                _ => return Err(script_error(&error, names)),
            }
        }
    }

    fn parse_raw(
        &self,
        text: &str,
        names: &BTreeSet<&str>,
    ) -> Result<Result<AST, rhai::ParseError>, ScriptError> {
        let mut scope = Scope::new();
        for name in names {
            // Constants get no place in the tree: reading one always asks the row.
            scope.push_constant(*name, ());
        }
        catch_unwind(AssertUnwindSafe(|| self.0.compile_with_scope(&scope, text)))
            .map_err(|_| ScriptError::Engine)
    }
}

fn unknown_fact(names: &Names, name: &str, line: usize) -> UnknownFact {
    UnknownFact { name: name.to_owned(), line, nearest: names.nearest(name).map(str::to_owned) }
}

fn script_error(error: &rhai::ParseError, names: &Names) -> ScriptError {
    let line = error.position().line().unwrap_or(1);
    let column = error.position().position().unwrap_or(1);
    let syntax = |problem: String| ScriptError::Syntax { line, column, problem };
    match error.err_type() {
        ParseErrorType::Reserved(word) | ParseErrorType::BadInput(LexError::ImproperSymbol(word, _))
            if FORBIDDEN.contains(&word.as_str()) =>
        {
            ScriptError::Forbidden { word: word.clone(), line, column }
        }
        ParseErrorType::VariableExists(name) if names.contains(name) => {
            ScriptError::FactShadowed { name: name.clone(), line }
        }
        other => syntax(other.to_string()),
    }
}
