//! From rules and model to a category, per object and control kind (docs/adr/0004-category-arithmetic.md).

mod arithmetic;
mod assess;
mod capacity;
mod columns;
mod severity;
mod text;
mod verify;

pub use assess::Assessed;
pub use capacity::{CategoryLoad, CategoryWork, ProposedBounds, category_load, propose_bounds};
pub use columns::{Answers, CategoryColumn, CodeColumn};
pub use severity::SeverityColumn;
pub use text::{ModelRole, OrderWeights, Policy, PolicyText, SeverityText};
pub use verify::{POLICY_FINDINGS, PolicyFinding};
