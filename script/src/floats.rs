//! How the interpreter compares decimal numbers: within one unit of the last digit they are equal.

use crate::ir::Comparison;

/// Compares two decimal numbers as scripts do: relative to the larger of both (to 1 where one is zero), a difference
/// up to [`f64::EPSILON`] is none. Where the difference is no number (two infinities, not a number) it is false.
#[inline]
pub fn compare_floats(operator: Comparison, left: f64, right: f64) -> bool {
    // NaN passes through `max` as it does in the interpreter: the other number is taken.
    let scale = if left * right == 0.0 { 1.0 } else { left.abs().max(right.abs()) };
    // Both sides of each `&` and `|` are cheap: without a branch the kernels take several numbers at a time.
    match operator {
        Comparison::Equal => (scale == 0.0) | ((left - right).abs() / scale <= f64::EPSILON),
        Comparison::NotEqual => (scale != 0.0) & ((left - right).abs() / scale > f64::EPSILON),
        Comparison::Greater => (scale != 0.0) & ((left - right) / scale > f64::EPSILON),
        Comparison::GreaterOrEqual => (scale == 0.0) | ((left - right) / scale > -f64::EPSILON),
        Comparison::Less => (scale != 0.0) & ((right - left) / scale > f64::EPSILON),
        Comparison::LessOrEqual => (scale == 0.0) | ((right - left) / scale > -f64::EPSILON),
    }
}

/// Is the set of finite numbers `low..=high`, or all finite numbers outside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Span {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) is_outside: bool,
}

/// Returns the finite numbers for which a comparison with a constant holds, found by halving: so the kernels need no
/// division. `None` where the constant is so small or large that the comparison is not monotone.
pub(crate) fn span_of(operator: Comparison, constant: f64) -> Option<Span> {
    let size = constant.abs();
    if constant != 0.0 && !(1e-100..=1e100).contains(&size) {
        return None;
    }
    let holds = |operator| move |number| compare_floats(operator, number, constant);
    let span = |low, high| Some(Span { low, high, is_outside: false });
    match operator {
        Comparison::Greater | Comparison::GreaterOrEqual => {
            span(first_that(f64::MIN, f64::MAX, holds(operator))?, f64::MAX)
        }
        Comparison::Less | Comparison::LessOrEqual => {
            let fails = move |number| !compare_floats(operator, number, constant);
            span(f64::MIN, before(first_that(f64::MIN, f64::MAX, fails)?))
        }
        Comparison::Equal | Comparison::NotEqual => {
            let low = first_that(f64::MIN, constant, holds(Comparison::Equal))?;
            let fails = move |number| !compare_floats(Comparison::Equal, number, constant);
            let high = before(first_that(constant, f64::MAX, fails)?);
            Some(Span { low, high, is_outside: operator == Comparison::NotEqual })
        }
    }
}

/// Returns the finite numbers for which a comparison with a constant holds, as the lowest and the highest of them, and
/// whether those outside are meant. `None` where the constant is too small or large for that.
pub fn numbers_where(operator: Comparison, constant: f64) -> Option<(f64, f64, bool)> {
    span_of(operator, constant).map(|span| (span.low, span.high, span.is_outside))
}

/// Returns the first number of `low..=high` for which a monotone condition holds.
fn first_that(low: f64, high: f64, holds: impl Fn(f64) -> bool) -> Option<f64> {
    let (mut low, mut high) = (key(low), key(high));
    if !holds(number(high)) {
        return None;
    }
    while low < high {
        let middle = low.midpoint(high);
        // `midpoint` rounds towards zero; halving must go down.
        let middle = if middle == high { middle - 1 } else { middle };
        if holds(number(middle)) { high = middle } else { low = middle + 1 }
    }
    Some(number(low))
}

fn before(of: f64) -> f64 {
    number(key(of) - 1)
}

/// Numbers the finite floats in their order; −0 and +0 are neighbours.
fn key(of: f64) -> i64 {
    let bits = of.to_bits().cast_signed();
    bits ^ (((bits >> 63).cast_unsigned()) >> 1).cast_signed()
}

fn number(key: i64) -> f64 {
    let bits = key ^ (((key >> 63).cast_unsigned()) >> 1).cast_signed();
    f64::from_bits(bits.cast_unsigned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATORS: [Comparison; 6] = [
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ];

    #[test]
    fn a_span_says_what_the_comparison_says_around_every_constant() {
        for constant in [0.0, 1.0, -1.0, 20.0, 0.05, -2.5, 90.0, 1e-9, 3.0e12, 1e99, 1.999_999_999_999_999_8]
        {
            let mut numbers =
                vec![0.0, -0.0, f64::MIN, f64::MAX, 5e-324, -5e-324, 1e-300, 1.0, -1.0, f64::EPSILON];
            numbers.extend((-40..=40).map(|step| number(key(constant) + step)));
            numbers.extend((-40..=40).map(|step| number(key(f64::EPSILON) + step)));
            numbers.extend((0..400).map(|step| constant * (1.0 + f64::from(step - 200) * 1e-3)));
            for operator in OPERATORS {
                let span = span_of(operator, constant).unwrap();
                for number in &numbers {
                    let inside = span.low <= *number && *number <= span.high;
                    let says = inside != span.is_outside;
                    assert_eq!(
                        says,
                        compare_floats(operator, *number, constant),
                        "{number:e} {operator:?} {constant:e}"
                    );
                }
            }
        }
        assert!(span_of(Comparison::Less, 1e-200).is_none() && span_of(Comparison::Less, f64::NAN).is_none());
    }
}
