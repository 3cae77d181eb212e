//! From rules and model to a category, per object and control kind (docs/adr/0004-category-arithmetic.md).

mod arithmetic;
mod assess;
mod change;
mod text;

pub use assess::Assessed;
pub use text::{ModelRole, OrderWeights, Policy, PolicyText, SeverityText};
