//! Loops over the numbers of one batch: comparisons, arithmetic, extremes.

use super::mask::{ALL, Mask, NONE, and, below, below_constant, not, pack, pack_pairs, set};
use super::plan::Bound;
use super::slot::Slot;
use super::truth::hand_over;
use crate::floats::{Span, compare_floats};
use crate::ir::{Arithmetic, Comparison};
use crate::library::Function;

pub(super) fn in_span(values: &[f64], span: Span) -> Mask {
    let Span { low, high, is_outside } = span;
    if is_outside {
        return pack(values, |number| (number < low || number > high) && number.is_finite());
    }
    pack(values, |number| number >= low && number <= high)
}

pub(super) fn in_bound(values: &[f64], bound: Bound) -> Mask {
    match bound {
        Bound::AtLeast(low) => pack(values, |number| number >= low),
        Bound::AtMost(high) => pack(values, |number| number <= high),
    }
}

/// Compares decimals as the interpreter does, one operator a loop.
pub(super) fn compare(operator: Comparison, left: &[f64], right: &[f64]) -> Mask {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    match operator {
        Equal => pack_pairs(left, right, |left, right| compare_floats(Equal, left, right)),
        NotEqual => pack_pairs(left, right, |left, right| compare_floats(NotEqual, left, right)),
        Less => pack_pairs(left, right, |left, right| compare_floats(Less, left, right)),
        LessOrEqual => pack_pairs(left, right, |left, right| compare_floats(LessOrEqual, left, right)),
        Greater => pack_pairs(left, right, |left, right| compare_floats(Greater, left, right)),
        GreaterOrEqual => pack_pairs(left, right, |left, right| compare_floats(GreaterOrEqual, left, right)),
    }
}

pub(super) fn ordered<T: PartialOrd + ?Sized>(operator: Comparison, left: &T, right: &T) -> bool {
    match operator {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterOrEqual => left >= right,
    }
}

pub(super) fn compare_ordered(operator: Comparison, left: &[i64], right: &[i64]) -> Mask {
    match operator {
        Comparison::Equal => pack_pairs(left, right, |left, right| left == right),
        Comparison::NotEqual => pack_pairs(left, right, |left, right| left != right),
        Comparison::Less => below(left, right),
        Comparison::LessOrEqual => not(&below(right, left)),
        Comparison::Greater => below(right, left),
        Comparison::GreaterOrEqual => not(&below(left, right)),
    }
}

pub(super) fn compare_constant(operator: Comparison, values: &[i64], constant: i64) -> Mask {
    // «At most c» is «below c + 1»; nothing lies above the largest number.
    let at_most = || constant.checked_add(1).map_or(ALL, |next| below_constant(values, next));
    match operator {
        Comparison::Equal => pack(values, |value| value == constant),
        Comparison::NotEqual => pack(values, |value| value != constant),
        Comparison::Less => below_constant(values, constant),
        Comparison::LessOrEqual => at_most(),
        Comparison::Greater => not(&at_most()),
        Comparison::GreaterOrEqual => not(&below_constant(values, constant)),
    }
}

fn each_pair<T: Copy>(left: &[T], right: &[T], out: &mut [T], body: impl Fn(T, T) -> T) {
    for ((out, left), right) in out.iter_mut().zip(left).zip(right) {
        *out = body(*left, *right);
    }
}

pub(super) fn floats(operator: Arithmetic, left: &[f64], right: &[f64], out: &mut [f64]) {
    match operator {
        Arithmetic::Add => each_pair(left, right, out, |left, right| left + right),
        Arithmetic::Subtract => each_pair(left, right, out, |left, right| left - right),
        Arithmetic::Multiply => each_pair(left, right, out, |left, right| left * right),
        Arithmetic::Divide => each_pair(left, right, out, |left, right| left / right),
        Arithmetic::Remainder => each_pair(left, right, out, |left, right| left % right),
        Arithmetic::Power => each_pair(left, right, out, f64::powf),
    }
}

pub(super) fn extremes<T: Copy + PartialOrd>(function: Function, left: &[T], right: &[T], out: &mut [T]) {
    if function == Function::Maximum {
        each_pair(left, right, out, |left, right| if left >= right { left } else { right });
    } else {
        each_pair(left, right, out, |left, right| if left <= right { left } else { right });
    }
}

#[expect(clippy::cast_precision_loss, reason = "as the interpreter does it")]
pub(super) fn widen(values: &[i64], out: &mut [f64]) {
    for (out, value) in out.iter_mut().zip(values) {
        *out = *value as f64;
    }
}

/// Calculates with whole numbers; a row without a result asks the interpreter for its error.
pub(super) fn wholes(operator: Arithmetic, left: &[i64], right: &[i64], slot: &mut Slot) {
    let failed = match operator {
        // Usual numbers are far from the ends: then no row can overflow, and the loop is a plain one.
        Arithmetic::Add if are_small(left) && are_small(right) => {
            each_pair(left, right, &mut slot.wholes, i64::wrapping_add);
            return;
        }
        Arithmetic::Subtract if are_small(left) && are_small(right) => {
            each_pair(left, right, &mut slot.wholes, i64::wrapping_sub);
            return;
        }
        Arithmetic::Add => checked(left, right, &mut slot.wholes, i64::checked_add),
        Arithmetic::Subtract => checked(left, right, &mut slot.wholes, i64::checked_sub),
        Arithmetic::Multiply => checked(left, right, &mut slot.wholes, i64::checked_mul),
        Arithmetic::Divide => checked(left, right, &mut slot.wholes, i64::checked_div),
        Arithmetic::Remainder => checked(left, right, &mut slot.wholes, i64::checked_rem),
        Arithmetic::Power => checked(left, right, &mut slot.wholes, |left, right| {
            u32::try_from(right).ok().and_then(|power| left.checked_pow(power))
        }),
    };
    let failed = and(&slot.known, &failed);
    hand_over(slot, &failed);
}

/// Tells whether no number is beyond a quarter of what 64 bits hold.
fn are_small(values: &[i64]) -> bool {
    const QUARTER: i64 = 1 << 61;
    // One pass without a branch: a number beyond the quarter leaves a bit beyond it.
    values.iter().fold(0, |bits, value| bits | value.wrapping_add(QUARTER).cast_unsigned()) < (1 << 62)
}

fn checked(left: &[i64], right: &[i64], out: &mut [i64], body: impl Fn(i64, i64) -> Option<i64>) -> Mask {
    let mut failed = NONE;
    for (row, (out, (left, right))) in out.iter_mut().zip(left.iter().zip(right)).enumerate() {
        match body(*left, *right) {
            Some(result) => *out = result,
            None => set(&mut failed, row),
        }
    }
    failed
}
