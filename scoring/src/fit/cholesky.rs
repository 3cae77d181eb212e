//! Solves a small symmetric positive definite system by Cholesky's factorisation.

use ndarray::{Array1, Array2};

/// Solves `matrix · x = right`; `None` where the matrix is not positive definite. The matrix is overwritten.
pub(crate) fn solve(mut matrix: Array2<f64>, right: &Array1<f64>) -> Option<Array1<f64>> {
    let size = right.len();
    for row in 0..size {
        for column in 0..=row {
            let dot: f64 = (0..column).map(|at| matrix[[row, at]] * matrix[[column, at]]).sum();
            let rest = matrix[[row, column]] - dot;
            if row == column {
                if !(rest > 0.0 && rest.is_finite()) {
                    return None;
                }
                matrix[[row, row]] = rest.sqrt();
            } else {
                matrix[[row, column]] = rest / matrix[[column, column]];
            }
        }
    }
    let mut found = right.clone();
    for row in 0..size {
        let dot: f64 = (0..row).map(|at| matrix[[row, at]] * found[at]).sum();
        found[row] = (found[row] - dot) / matrix[[row, row]];
    }
    for row in (0..size).rev() {
        let dot: f64 = (row + 1..size).map(|at| matrix[[at, row]] * found[at]).sum();
        found[row] = (found[row] - dot) / matrix[[row, row]];
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_system_is_solved_and_an_indefinite_one_is_refused() {
        let found = solve(array![[4.0, 2.0], [2.0, 3.0]], &array![10.0, 9.0]).unwrap();
        assert!((found[0] - 1.5).abs() < 1e-12 && (found[1] - 2.0).abs() < 1e-12, "{found}");
        assert_eq!(solve(array![[1.0, 2.0], [2.0, 1.0]], &array![1.0, 1.0]), None);
    }
}
