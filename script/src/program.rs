//! Running: a program and a row become an answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rhai::{AST, Array, Dynamic, EvalAltResult, ImmutableString, Map, Scope};

use crate::answer::{Answer, Answered, Cell, Row, RuleResult};
use crate::engine::Engine;
use crate::error::{ScriptError, info_of};
use crate::ir::Ir;
use crate::names::Names;
use crate::run_state::{self, End, Values};
use crate::tree::NotVectorised;

/// Is a compiled script. Cheap to share; every thread takes its own [`Runner`].
#[derive(Clone, Debug)]
pub struct Program {
    engine: Engine,
    ast: Arc<AST>,
    reads: Arc<[String]>,
    /// Whether the fact's value is read, not only asked for.
    must_be_known: Arc<[bool]>,
    ir: Arc<Result<Ir, NotVectorised>>,
}

impl Program {
    pub(crate) fn new(
        engine: Engine,
        ast: AST,
        reads: Arc<[String]>,
        must_be_known: Vec<bool>,
        ir: Result<Ir, NotVectorised>,
    ) -> Self {
        Self { engine, ast: Arc::new(ast), reads, must_be_known: must_be_known.into(), ir: Arc::new(ir) }
    }

    /// Compiles another text for the same engine: with the same tables and working days.
    ///
    /// # Errors
    /// As [`Engine::compile`].
    pub fn compile_beside(&self, text: &str, names: &Names) -> Result<Self, ScriptError> {
        self.engine.compile(text, names)
    }

    /// Returns the facts that the script reads or asks for, sorted; a row's cells are counted in this list.
    pub fn reads(&self) -> &[String] {
        &self.reads
    }

    /// Tells of each of the [`reads`](Self::reads) whether its value is read somewhere, not only asked for.
    pub fn must_be_known(&self) -> &[bool] {
        &self.must_be_known
    }

    /// Returns the typed form of the script.
    ///
    /// # Errors
    /// [`NotVectorised`] where it steps outside the grammar of kernels: then only the interpreter runs it.
    pub fn ir(&self) -> Result<&Ir, &NotVectorised> {
        (*self.ir).as_ref()
    }

    /// Runs the script on one row. For many rows take a [`Runner`].
    pub fn run(&self, row: &dyn Row) -> Answer {
        self.runner().run(row)
    }

    /// Makes what is needed to run the script on many rows without allocating names anew.
    pub fn runner(&self) -> Runner<'_> {
        let values = Values { names: Arc::clone(&self.reads), cells: vec![None; self.reads.len()] };
        Runner { program: self, scope: Scope::new(), values }
    }
}

/// Runs one program on many rows, one after the other.
#[derive(Debug)]
pub struct Runner<'a> {
    program: &'a Program,
    scope: Scope<'static>,
    values: Values,
}

impl Runner<'_> {
    /// Runs the script on one row.
    pub fn run(&mut self, row: &dyn Row) -> Answer {
        for (place, slot) in self.values.cells.iter_mut().enumerate() {
            fill(slot, row.cell(place));
        }
        let (engine, ast, scope) = (&self.program.engine.0, &*self.program.ast, &mut self.scope);
        let (result, end) = run_state::with_row(&mut self.values, || {
            catch_unwind(AssertUnwindSafe(|| engine.eval_ast_with_scope::<Dynamic>(scope, ast)))
        });
        self.scope.clear();
        match (result, end) {
            (_, Some(End::Missing)) => Answer::Unknown { missing: self.missing() },
            (_, Some(End::Budget)) => failed("SCRIPT_BUDGET", "more steps than a rule may take".to_owned()),
            (_, Some(End::Time)) => failed("SCRIPT_TIME", "more time than a rule may take".to_owned()),
            (Ok(Ok(value)), None) => answered(value.flatten()),
            (Ok(Err(error)), None) => run_error(&error),
            (Err(_), None) => failed("SCRIPT_ENGINE", "the engine panicked".to_owned()),
        }
    }

    fn missing(&self) -> Vec<u16> {
        let cells = self.values.cells.iter().zip(self.program.must_be_known.iter());
        cells
            .enumerate()
            .filter(|(_, (cell, must_be_known))| cell.is_none() && **must_be_known)
            .filter_map(|(place, _)| u16::try_from(place).ok())
            .collect()
    }
}

/// Puts a cell into a slot; a text that is already there is kept, which saves an allocation a row.
fn fill(slot: &mut Option<Dynamic>, cell: Cell<'_>) {
    *slot = match cell {
        Cell::Missing => None,
        Cell::Boolean(flag) => Some(Dynamic::from(flag)),
        Cell::Integer(number) => Some(Dynamic::from(number)),
        Cell::Float(number) => number.is_finite().then(|| Dynamic::from(number)),
        Cell::Text(text) => {
            if slot
                .as_ref()
                .and_then(|value| value.read_lock::<ImmutableString>())
                .is_some_and(|old| *old == text)
            {
                return;
            }
            Some(Dynamic::from(ImmutableString::from(text)))
        }
        Cell::Codes(codes) => Some(code_list(codes.iter().map(AsRef::as_ref))),
        Cell::JoinedCodes("") => Some(Dynamic::from_array(Array::new())),
        Cell::JoinedCodes(codes) => Some(code_list(codes.split(';'))),
    };
}

fn code_list<'a>(codes: impl Iterator<Item = &'a str>) -> Dynamic {
    Dynamic::from_array(codes.map(|code| Dynamic::from(ImmutableString::from(code))).collect())
}

fn failed(code: &str, message: String) -> Answer {
    Answer::Failed { code: info_of(code).code, message }
}

fn wrong_result(message: String) -> Answer {
    failed("SCRIPT_RESULT", message)
}

fn answered(value: Dynamic) -> Answer {
    if let Ok(flag) = value.as_bool() {
        return Answer::Value(Answered::Boolean(flag));
    }
    if let Ok(number) = value.as_int() {
        return Answer::Value(Answered::Integer(number));
    }
    if let Ok(number) = value.as_float() {
        return if number.is_finite() {
            Answer::Value(Answered::Float(number))
        } else {
            failed("SCRIPT_ARITHMETIC", "the result is not a finite number".to_owned())
        };
    }
    if value.is_string() {
        return Answer::Value(Answered::Text(value.to_string()));
    }
    let kind = value.type_name();
    match value.try_cast::<Map>() {
        Some(map) => {
            rule_result(map).map_or_else(wrong_result, |result| Answer::Value(Answered::Map(result)))
        }
        None => wrong_result(format!("the script ended with a value of type «{kind}»")),
    }
}

fn rule_result(map: Map) -> Result<RuleResult, String> {
    let mut result = RuleResult::default();
    let mut has_fired = false;
    for (key, value) in map {
        match key.as_str() {
            "fired" => {
                result.fired =
                    value.as_bool().map_err(|kind| format!("`fired` is «{kind}», not true or false"))?;
                has_fired = true;
            }
            "points" => result.points = Some(finite(&value)?),
            "floor" => result.floor = Some(text("floor", &value)?),
            "severity" => result.severity = Some(text("severity", &value)?),
            "evidence" => result.evidence = Some(text("evidence", &value)?),
            other => return Err(format!("`{other}` is no key of a rule's result")),
        }
    }
    if has_fired { Ok(result) } else { Err("the result has no `fired`".to_owned()) }
}

#[expect(clippy::cast_precision_loss, reason = "points are small")]
fn finite(value: &Dynamic) -> Result<f64, String> {
    let number = value.as_float().or_else(|_| value.as_int().map(|whole| whole as f64));
    match number {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err("`points` is not a finite number".to_owned()),
        Err(kind) => Err(format!("`points` is «{kind}», not a number")),
    }
}

fn text(key: &str, value: &Dynamic) -> Result<String, String> {
    match value.as_immutable_string_ref() {
        Ok(text) => Ok(text.to_string()),
        Err(kind) => Err(format!("`{key}` is «{kind}», not a text")),
    }
}

fn run_error(error: &EvalAltResult) -> Answer {
    let inner = error.unwrap_inner();
    let code = match inner {
        EvalAltResult::ErrorDataTooLarge(..)
        | EvalAltResult::ErrorStackOverflow(..)
        | EvalAltResult::ErrorTooManyVariables(..) => "SCRIPT_SIZE",
        EvalAltResult::ErrorArithmetic(..) => "SCRIPT_ARITHMETIC",
        _ => "SCRIPT_RUN",
    };
    failed(code, inner.to_string())
}
