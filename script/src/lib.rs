//! Scripts of a pack: expressions and rules in Rhai, hardened, three-valued, the same on every run.
//!
//! Invariants:
//! * a script sees facts by bare name and nothing else: no files, clock, chance, modules, printing;
//! * a run ends within [`BUDGET_TICKS`] steps and [`BUDGET_MILLIS`] milliseconds, with an [`Answer`], never a panic;
//! * reading a missing fact ends the run as [`Answer::Unknown`]; only `is_known(fact)` may ask first;
//! * the syntax tree is never optimised, so that whatever reads it later sees what the author wrote;
//! * only the module `tree` touches Rhai's internals.

mod answer;
mod build;
mod columns;
mod engine;
mod error;
mod floats;
mod graph;
mod harden;
mod ir;
mod library;
mod names;
mod program;
mod run_state;
mod tree;

pub use answer::{Answer, Answered, Cell, NamedRow, Row, RuleResult};
pub use columns::{
    Asked, BATCH_ROWS, Bits, Column, ColumnValues, Ends, KernelRunner, Kernels, Mask, Texts, is_set,
};
pub use engine::Engine;
pub use error::{SCRIPT_ERRORS, ScriptError, UnknownFact};
pub use floats::{compare_floats, numbers_where};
pub use harden::{BUDGET_MILLIS, BUDGET_TICKS, MAX_SCRIPT_BYTES};
pub use ir::{Arithmetic, Comparison, Decimal, Ir, IrType, Node, NodeId, Outcome};
pub use library::{Function, Library, LibraryProblem, TableRows};
pub use names::Names;
pub use program::{Program, Runner};
pub use tree::NotVectorised;
