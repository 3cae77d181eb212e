//! The fits themselves: numbers in, numbers out; nothing here knows of facts.

mod cholesky;
mod isotonic;
mod logistic;
mod platt;

pub(crate) use isotonic::{Isotonic, isotonic};
pub(crate) use logistic::fit;
pub use logistic::{Linear, WeightedLogistic};
pub(crate) use platt::{Platt, platt};

/// Returns 1 / (1 + e⁻ˣ) without overflow.
pub(crate) fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// Returns −t·ln σ(x) − (1 − t)·ln(1 − σ(x)).
fn log_loss(x: f64, target: f64) -> f64 {
    let softplus = if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() };
    softplus - target * x
}
