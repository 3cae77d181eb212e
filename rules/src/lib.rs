//! Rules of a methodology: one file a rule, its passport in front of its script, its cases beside it.
//!
//! Invariants:
//! * a rule answers fired, not fired or unknown (with the missing facts), and nothing else;
//! * a rule that fails on an object is unknown on that object, with a code, and nowhere else;
//! * the answers are the same on any number of threads, and from kernels as from the interpreter;
//! * a rule has the effects of its kind only: who may do what is checked when it is read.

mod cases;
mod columns;
mod compiled;
mod difference;
mod error;
mod evaluate;
mod part;
mod passport;
mod row;
mod rule;
mod ruleset;
mod sheet;
mod thresholds;
mod uses;
mod verdicts;
mod verify;

pub use cases::{Case, CaseResult};
pub use compiled::InterpretedRule;
pub use difference::{FieldDifference, RuleChange, RuleDifference};
pub use error::{ProblemLevel, RULES_ERRORS, RuleProblem, RulesError};
pub use passport::{Direction, Estimate, Passport};
pub use rule::Rule;
pub use ruleset::{CheckReport, RuleSet};
pub use thresholds::{Threshold, ThresholdStep, numbers_in};
pub use verify::{Finding, VERIFY_FINDINGS};
