//! Logistic regression with a ridge and weighted rows, by Newton's method (iteratively reweighted least squares). It
//! is a `Fit` of linfa over a linfa dataset, and takes the dataset's weights, which linfa's own regression passes
//! over; at equal weights both find the same numbers (a test compares).

use linfa::DatasetBase;
use linfa::traits::Fit;
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::cholesky::solve;
use super::{log_loss, sigmoid};
use crate::ScoringError;

/// Newton steps after which the fit counts as failed; standardised columns need five to eight.
const STEPS: usize = 50;
/// Half the squared Newton decrement at which the next full step ends the search: convergence is quadratic, so what is
/// left after that step is about its square.
const ENOUGH: f64 = 1e-7;
/// Rows of one partial sum. It is fixed, so that the sums do not depend on the number of threads.
const BLOCK: usize = 1_024;

/// Holds weights of a linear score.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear {
    /// One per column.
    pub weights: Vec<f64>,
    /// Score of a row of zeros.
    pub intercept: f64,
}

/// Minimises Σ weight · log-loss + l2/2 · ‖w‖²; the intercept is free.
#[derive(Clone, Copy, Debug)]
pub struct WeightedLogistic {
    /// Weight of ½‖w‖² against the summed log-loss.
    pub l2: f64,
}

/// Holds loss, gradient and Hessian at a point; the intercept is the last place.
struct Slope {
    loss: f64,
    gradient: Array1<f64>,
    hessian: Array2<f64>,
}

impl Fit<Array2<f64>, Array1<bool>, linfa::Error> for WeightedLogistic {
    type Object = Linear;

    fn fit(&self, dataset: &DatasetBase<Array2<f64>, Array1<bool>>) -> Result<Linear, linfa::Error> {
        let (records, labels) = (&dataset.records, &dataset.targets);
        let weights = dataset.weights().filter(|weights| weights.len() == labels.len());
        let columns = records.ncols();
        let mut at = Array1::<f64>::zeros(columns + 1);
        let mut slope = self.slope(records, labels, weights, &at);
        for _ in 0..STEPS {
            let Some(step) = solve(slope.hessian.clone(), &slope.gradient) else {
                return Err(failed("the Hessian is not positive definite"));
            };
            let decrement = slope.gradient.dot(&step) / 2.0;
            if decrement < ENOUGH {
                return finite(&(at - step));
            }
            let mut scale = 1.0;
            loop {
                let next = &at - &(&step * scale);
                let found = self.slope(records, labels, weights, &next);
                if found.loss < slope.loss {
                    (at, slope) = (next, found);
                    break;
                }
                scale *= 0.5;
                if scale < 1e-9 {
                    return finite(&at);
                }
            }
        }
        Err(failed("Newton's method did not come to rest"))
    }
}

fn failed(problem: &str) -> linfa::Error {
    linfa::Error::NotConverged(problem.to_owned())
}

fn finite(at: &Array1<f64>) -> Result<Linear, linfa::Error> {
    let mut weights = at.to_vec();
    match weights.pop() {
        Some(intercept) if intercept.is_finite() && weights.iter().all(|weight| weight.is_finite()) => {
            Ok(Linear { weights, intercept })
        }
        _ => Err(failed("a weight is not finite")),
    }
}

impl WeightedLogistic {
    fn slope(
        self,
        records: &Array2<f64>,
        labels: &Array1<bool>,
        weights: Option<&[f32]>,
        at: &Array1<f64>,
    ) -> Slope {
        let (rows, columns) = records.dim();
        let blocks: Vec<Slope> = (0..rows.div_ceil(BLOCK))
            .into_par_iter()
            .map(|block| {
                let (from, to) = (block * BLOCK, ((block + 1) * BLOCK).min(rows));
                let labels = labels.slice_axis(Axis(0), Slice::from(from..to));
                let labels = labels.iter().map(|label| f64::from(u8::from(*label)));
                let weight =
                    |row: usize| weights.and_then(|all| all.get(from + row)).map_or(1.0, |w| f64::from(*w));
                block_slope(records.slice_axis(Axis(0), Slice::from(from..to)), labels, weight, at)
            })
            .collect();
        let mut sum = Slope {
            loss: 0.0,
            gradient: Array1::zeros(columns + 1),
            hessian: Array2::zeros((columns + 1, columns + 1)),
        };
        for block in blocks {
            sum.loss += block.loss;
            sum.gradient += &block.gradient;
            sum.hessian += &block.hessian;
        }
        for column in 0..columns {
            sum.loss += self.l2 / 2.0 * at[column] * at[column];
            sum.gradient[column] += self.l2 * at[column];
            sum.hessian[[column, column]] += self.l2;
        }
        sum
    }
}

fn block_slope(
    records: ArrayView2<'_, f64>,
    labels: impl Iterator<Item = f64>,
    weight: impl Fn(usize) -> f64,
    at: &Array1<f64>,
) -> Slope {
    let (rows, columns) = records.dim();
    let mut scores = records.dot(&at.slice_axis(Axis(0), Slice::from(..columns)));
    scores += at[columns];
    let mut loss = 0.0;
    let mut errors = Array1::<f64>::zeros(rows);
    let mut scaled = Array2::<f64>::zeros((rows, columns + 1));
    scaled.slice_axis_mut(Axis(1), Slice::from(..columns)).assign(&records);
    scaled.column_mut(columns).fill(1.0);
    let mut error_sum = 0.0;
    for (row, label) in labels.enumerate() {
        let (score, weight) = (scores[row], weight(row));
        let p = sigmoid(score);
        loss += weight * log_loss(score, label);
        errors[row] = weight * (p - label);
        error_sum += errors[row];
        let root = (weight * p * (1.0 - p)).sqrt();
        scaled.index_axis_mut(Axis(0), row).mapv_inplace(|value| value * root);
    }
    let mut gradient = Array1::zeros(columns + 1);
    gradient.slice_axis_mut(Axis(0), Slice::from(..columns)).assign(&records.t().dot(&errors));
    gradient[columns] = error_sum;
    Slope { loss, gradient, hessian: scaled.t().dot(&scaled) }
}

/// Fits Σ weight · log-loss + l2/2 · ‖w‖² (the intercept is free); no weights count as equal ones.
///
/// # Errors
/// [`ScoringError::Fit`] when there is no finite solution. The caller has made sure of two classes.
pub(crate) fn fit(
    matrix: Array2<f64>,
    labels: &[bool],
    weights: Option<&[f32]>,
    l2: f64,
) -> Result<Linear, ScoringError> {
    let mut dataset = DatasetBase::new(matrix, Array1::from_iter(labels.iter().copied()));
    if let Some(weights) = weights {
        dataset = dataset.with_weights(Array1::from(weights.to_vec()));
    }
    WeightedLogistic { l2 }.fit(&dataset).map_err(|error| ScoringError::Fit { problem: error.to_string() })
}

#[cfg(test)]
mod tests {
    use linfa_logistic::LogisticRegression;
    use rand::Rng;

    use super::*;
    use crate::seed::generator;

    fn drawn(rows: usize, columns: usize) -> (Array2<f64>, Vec<bool>) {
        let mut chance = generator(1, "test/logistic", 0);
        let x = Array2::from_shape_fn((rows, columns), |_| chance.random_range(-1.5..1.5));
        let labels =
            (0..rows).map(|row| chance.random_bool(sigmoid(x[[row, 0]] - 0.7 * x[[row, 1]] - 1.0))).collect();
        (x, labels)
    }

    #[test]
    fn one_binary_column_gives_the_log_odds_of_the_table() {
        // 40 rows: x = 1 → 15 of 20 true, x = 0 → 5 of 20 true: weight ln 9, intercept −ln 3.
        let x = Array2::from_shape_fn((40, 1), |(row, _)| f64::from(u8::from(row < 20)));
        let y: Vec<bool> = (0..40).map(|row| if row < 20 { row < 15 } else { row < 25 }).collect();
        let linear = fit(x, &y, None, 1e-9).unwrap();
        assert!((linear.weights[0] - 9.0_f64.ln()).abs() < 1e-6, "{linear:?}");
        assert!((linear.intercept + 3.0_f64.ln()).abs() < 1e-6, "{linear:?}");
    }

    #[test]
    fn at_equal_weights_it_agrees_with_linfa() {
        let (x, labels) = drawn(2_500, 7);
        let ours = fit(x.clone(), &labels, Some(&[1.0; 2_500]), 3.0).unwrap();
        let dataset = DatasetBase::new(x, Array1::from(labels));
        let theirs = LogisticRegression::default()
            .alpha(3.0)
            .max_iterations(1_000)
            .gradient_tolerance(1e-8)
            .fit(&dataset)
            .unwrap();
        // linfa calls the more frequent class positive; ours is always `true`.
        let sign = if theirs.labels().pos.class { 1.0 } else { -1.0 };
        for (a, b) in ours.weights.iter().zip(theirs.params()) {
            assert!((a - sign * b).abs() < 1e-5, "{a} {b}");
        }
        assert!((ours.intercept - sign * theirs.intercept()).abs() < 1e-5);
    }

    #[test]
    fn a_weight_of_two_is_the_row_twice() {
        let (x, labels) = drawn(300, 3);
        let weights: Vec<f32> = (0..300).map(|row| if row % 3 == 0 { 2.0 } else { 1.0 }).collect();
        let weighted = fit(x.clone(), &labels, Some(&weights), 1.0).unwrap();
        let rows: Vec<usize> = (0..300).flat_map(|row| vec![row; if row % 3 == 0 { 2 } else { 1 }]).collect();
        let twice: Vec<bool> = rows.iter().map(|&row| labels[row]).collect();
        let repeated = fit(x.select(Axis(0), &rows), &twice, None, 1.0).unwrap();
        for (a, b) in weighted.weights.iter().zip(&repeated.weights) {
            assert!((a - b).abs() < 1e-9, "{a} {b}");
        }
    }

    #[test]
    fn the_number_of_threads_changes_no_bit() {
        let (x, labels) = drawn(5_000, 9);
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| fit(x.clone(), &labels, None, 1.0).unwrap())
        };
        assert_eq!(on(1), on(4));
    }

    #[test]
    fn a_perfectly_separable_column_still_has_a_finite_weight() {
        let x = Array2::from_shape_fn((100, 1), |(row, _)| if row < 50 { -1.0 } else { 1.0 });
        let y: Vec<bool> = (0..100).map(|row| row >= 50).collect();
        let linear = fit(x, &y, None, 0.01).unwrap();
        assert!(linear.weights[0] > 3.0 && linear.weights[0].is_finite());
    }
}
