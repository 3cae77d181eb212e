//! The one place where a Rhai engine is made: what it has, what it lacks, how large things may grow.

use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicIteratorPackage, BasicMapPackage, BasicMathPackage,
    BasicStringPackage, LogicPackage, Package as _,
};
use rhai::{Dynamic, Engine, EvalAltResult, OptimizationLevel, Position};

use crate::library::{round_to_digits, show_float};
use crate::run_state::{self, Lookup};

/// Steps that one run may take, closures included. A usual rule takes fewer than 100.
pub const BUDGET_TICKS: u64 = 20_000;
/// Time that one run may take. Looked at only in runs that are already long.
pub const BUDGET_MILLIS: u64 = 60;
/// Length of the longest script, in bytes, its passport included.
pub const MAX_SCRIPT_BYTES: usize = 65_536;

/// Words that reach out of a rule, hide an error, or make a call that the syntax tree does not show.
pub(crate) const FORBIDDEN: &[&str] = &[
    "eval",
    "import",
    "export",
    "as",
    "Fn",
    "call",
    "curry",
    "is_shared",
    "is_def_fn",
    "is_def_var",
    "print",
    "debug",
    "try",
    "catch",
    "throw",
    "this",
    "global",
    "private",
    "type_of",
    "sleep",
    "exit",
    "async",
    "await",
    "spawn",
    "go",
    "thread",
    "sync",
    "new",
    "use",
    "with",
    "module",
    "package",
    "super",
    "var",
    "static",
    "shared",
    "case",
    "match",
    "default",
    "goto",
    "void",
    "null",
    "nil",
    "is",
    "public",
    "protected",
    "each",
    "then",
];

/// Makes a hardened engine; every script of every pack runs in one made here.
pub(crate) fn harden() -> Engine {
    let mut engine = Engine::new_raw();
    register_packages(&mut engine);
    for word in FORBIDDEN {
        engine.disable_symbol(*word);
    }
    engine
        .set_optimization_level(OptimizationLevel::None)
        .set_strict_variables(true)
        .set_allow_shadowing(false)
        .set_fail_on_invalid_map_property(true)
        .set_max_call_levels(16)
        .set_max_expr_depths(64, 32)
        .set_max_functions(32)
        .set_max_variables(64)
        .set_max_modules(0)
        .set_max_operations(0)
        .set_max_string_size(10_000)
        .set_max_array_size(1_000)
        .set_max_map_size(1_000);
    engine.on_progress(|_| run_state::tick().then_some(Dynamic::UNIT));
    #[expect(deprecated, reason = "rhai marks on_var so to say that it may change; the version is pinned")]
    engine.on_var(|name, _, _| match run_state::read(name) {
        Lookup::NotAFact => Ok(None),
        Lookup::Known(value) => Ok(Some(value)),
        Lookup::Missing => Err(Box::new(EvalAltResult::ErrorTerminated(Dynamic::UNIT, Position::NONE))),
    });
    engine
}

fn register_packages(engine: &mut Engine) {
    ArithmeticPackage::new().register_into_engine(engine);
    LogicPackage::new().register_into_engine(engine);
    BasicMathPackage::new().register_into_engine(engine);
    BasicStringPackage::new().register_into_engine(engine);
    BasicIteratorPackage::new().register_into_engine(engine);
    BasicArrayPackage::new().register_into_engine(engine);
    BasicMapPackage::new().register_into_engine(engine);
    register_texts(engine);
    // Rhai rounds decimals only; a fact may be whole and its rule need not care. `show` is for evidence: 20, 20.5.
    engine.register_fn("round", |number: i64| number);
    engine.register_fn("round", round_to_digits);
    engine.register_fn("show", |number: i64| number.to_string());
    engine.register_fn("show", show_float);
}

/// Rhai's own package of texts also cuts, pads and replaces; rules compare.
fn register_texts(engine: &mut Engine) {
    engine.register_fn("len", |text: &str| i64::try_from(text.chars().count()).unwrap_or(i64::MAX));
    engine.register_fn("starts_with", |text: &str, part: &str| text.starts_with(part));
    engine.register_fn("ends_with", |text: &str, part: &str| text.ends_with(part));
    engine.register_fn("contains", |text: &str, part: &str| text.contains(part));
    engine.register_fn("to_upper", |text: &str| text.to_uppercase());
    engine.register_fn("to_lower", |text: &str| text.to_lowercase());
}
