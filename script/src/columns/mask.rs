//! One bit a row of a batch, and the few loops that make bits out of numbers.

/// Rows of a batch: what is computed of them fits into the processor's nearest cache.
pub const BATCH_ROWS: usize = 1024;
/// Words of a mask.
pub(crate) const WORDS: usize = BATCH_ROWS / 64;

/// Is one bit for every row of a batch; bit 0 of word 0 is the first row.
pub type Mask = [u64; WORDS];

pub(crate) const NONE: Mask = [0; WORDS];
pub(crate) const ALL: Mask = [u64::MAX; WORDS];

/// Tests every number of a batch. Written in two steps, so that the compiler can take many numbers at a time.
#[inline]
pub(crate) fn pack<T: Copy>(values: &[T], test: impl Fn(T) -> bool) -> Mask {
    let mut mask = NONE;
    for (word, chunk) in mask.iter_mut().zip(values.chunks_exact(64)) {
        let mut bytes = [0_u8; 64];
        for (byte, value) in bytes.iter_mut().zip(chunk) {
            *byte = 0_u8.wrapping_sub(u8::from(test(*value)));
        }
        *word = gather(&bytes);
    }
    mask
}

/// Tests every pair of numbers of two batches.
#[inline]
pub(crate) fn pack_pairs<T: Copy>(left: &[T], right: &[T], test: impl Fn(T, T) -> bool) -> Mask {
    let mut mask = NONE;
    for ((word, left), right) in mask.iter_mut().zip(left.chunks_exact(64)).zip(right.chunks_exact(64)) {
        let mut bytes = [0_u8; 64];
        for ((byte, left), right) in bytes.iter_mut().zip(left).zip(right) {
            *byte = 0_u8.wrapping_sub(u8::from(test(*left, *right)));
        }
        *word = gather(&bytes);
    }
    mask
}

/// Takes the sign of what is made of every number: the loop that compares whole numbers where the processor has no
/// instruction for two of them at once. Bits are set where the sign is negative.
#[inline]
pub(crate) fn signs(values: &[i64], made: impl Fn(i64) -> i64) -> Mask {
    let mut mask = NONE;
    for (word, chunk) in mask.iter_mut().zip(values.chunks_exact(64)) {
        let mut bytes = [0_u8; 64];
        for (byte, value) in bytes.iter_mut().zip(chunk) {
            *byte = sign(made(*value));
        }
        *word = gather(&bytes);
    }
    mask
}

/// Tells which numbers of the left batch lie below those of the right one.
pub(crate) fn below(left: &[i64], right: &[i64]) -> Mask {
    let mut mask = NONE;
    for ((word, left), right) in mask.iter_mut().zip(left.chunks_exact(64)).zip(right.chunks_exact(64)) {
        let mut bytes = [0_u8; 64];
        for ((byte, left), right) in bytes.iter_mut().zip(left).zip(right) {
            // Of unlike signs the negative one is below; of like signs the difference does not overflow.
            let unlike = left & !right;
            let alike = !(left ^ right);
            *byte = sign(unlike | (alike & left.wrapping_sub(*right)));
        }
        *word = gather(&bytes);
    }
    mask
}

/// Tells which numbers lie below a constant.
pub(crate) fn below_constant(values: &[i64], constant: i64) -> Mask {
    if constant >= 0 {
        signs(values, |value| value | value.wrapping_sub(constant))
    } else {
        signs(values, |value| value & value.wrapping_sub(constant))
    }
}

/// Tells which numbers are neither infinite nor no number: some bit of their exponent is not set.
pub(crate) fn finite(values: &[f64]) -> Mask {
    const EXPONENT: u32 = 0x7ff0_0000;
    let mut mask = NONE;
    for (word, chunk) in mask.iter_mut().zip(values.chunks_exact(64)) {
        let mut bytes = [0_u8; 64];
        for (byte, value) in bytes.iter_mut().zip(chunk) {
            let exponent = (value.to_bits() >> 32) as u32 & EXPONENT;
            *byte = (exponent.wrapping_sub(EXPONENT).cast_signed() >> 31) as u8;
        }
        *word = gather(&bytes);
    }
    mask
}

/// Tells which bytes are one of a few.
pub(crate) fn one_of(bytes: &[u8], wanted: &[u8]) -> Mask {
    let mut mask = NONE;
    for (word, chunk) in mask.iter_mut().zip(bytes.chunks_exact(64)) {
        let mut found = [0_u8; 64];
        for wanted in wanted {
            for (found, byte) in found.iter_mut().zip(chunk) {
                *found |= 0_u8.wrapping_sub(u8::from(byte == wanted));
            }
        }
        *word = gather(&found);
    }
    mask
}

/// Gives 255 for a negative number, else 0.
#[inline(always)]
fn sign(number: i64) -> u8 {
    (number >> 63) as u8
}

/// Inverts a mask; rows beyond the batch are masked by whoever reads it.
pub(crate) fn not(mask: &Mask) -> Mask {
    std::array::from_fn(|at| !mask[at])
}

/// Gathers bytes of 0 and 255 into bits: eight of them by one multiplication.
#[inline(always)]
fn gather(bytes: &[u8; 64]) -> u64 {
    let mut word = 0;
    for (at, chunk) in bytes.chunks_exact(8).enumerate() {
        let mut eight = [0; 8];
        eight.copy_from_slice(chunk);
        let ones = u64::from_le_bytes(eight) & 0x0101_0101_0101_0101;
        word |= (ones.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * at);
    }
    word
}

#[inline]
pub(crate) fn zip(left: &Mask, right: &Mask, join: impl Fn(u64, u64) -> u64) -> Mask {
    std::array::from_fn(|at| join(left[at], right[at]))
}

#[inline]
pub(crate) fn and(left: &Mask, right: &Mask) -> Mask {
    zip(left, right, |left, right| left & right)
}

#[inline]
pub(crate) fn or(left: &Mask, right: &Mask) -> Mask {
    zip(left, right, |left, right| left | right)
}

#[inline]
pub(crate) fn and_not(left: &Mask, right: &Mask) -> Mask {
    zip(left, right, |left, right| left & !right)
}

/// Takes `then` where the condition's bit is set, else `otherwise`.
#[inline]
pub(crate) fn choose(condition: &Mask, then: &Mask, otherwise: &Mask) -> Mask {
    std::array::from_fn(|at| (condition[at] & then[at]) | (!condition[at] & otherwise[at]))
}

#[inline]
pub(crate) fn bit(mask: &Mask, row: usize) -> bool {
    mask.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
}

#[inline]
pub(crate) fn set(mask: &mut Mask, row: usize) {
    if let Some(word) = mask.get_mut(row / 64) {
        *word |= 1 << (row % 64);
    }
}

/// Returns the mask of the first rows.
pub(crate) fn first_rows(rows: usize) -> Mask {
    std::array::from_fn(|at| match rows.saturating_sub(64 * at) {
        0 => 0,
        64.. => u64::MAX,
        some => (1 << some) - 1,
    })
}

/// Calls `body` for the place of every bit that is set.
#[inline]
pub(crate) fn each_set(mask: &Mask, mut body: impl FnMut(usize)) {
    for (at, word) in mask.iter().enumerate() {
        each_bit(*word, |bit| body(64 * at + bit));
    }
}

/// Calls `body` for the place of every bit of a word that is set.
#[inline]
fn each_bit(word: u64, mut body: impl FnMut(usize)) {
    let mut rest = word;
    while rest != 0 {
        body(rest.trailing_zeros() as usize);
        rest &= rest - 1;
    }
}

/// Takes numbers from `then` where the condition's bit is set, else from `otherwise`.
pub(crate) fn blend<T: Copy>(condition: &Mask, then: &[T], otherwise: &[T], out: &mut [T]) {
    let chunks = out.chunks_exact_mut(64).zip(then.chunks_exact(64)).zip(otherwise.chunks_exact(64));
    for (((out, then), otherwise), word) in chunks.zip(condition) {
        match *word {
            0 => out.copy_from_slice(otherwise),
            u64::MAX => out.copy_from_slice(then),
            // The rarer side is put into the other one.
            word if word.count_ones() <= 32 => {
                out.copy_from_slice(otherwise);
                each_bit(word, |at| out[at] = then[at]);
            }
            word => {
                out.copy_from_slice(then);
                each_bit(!word, |at| out[at] = otherwise[at]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_compared_up_to_the_ends_of_their_range() {
        let ends = [i64::MIN, i64::MIN + 1, -1 << 62, -2, -1, 0, 1, 2, 1 << 62, i64::MAX - 1, i64::MAX];
        let left: Vec<i64> = (0..BATCH_ROWS).map(|row| ends[row % ends.len()]).collect();
        let right: Vec<i64> = (0..BATCH_ROWS).map(|row| ends[row / ends.len() % ends.len()]).collect();
        assert_eq!(below(&left, &right), pack_pairs(&left, &right, |left, right| left < right));
        for constant in ends {
            assert_eq!(below_constant(&left, constant), pack(&left, |value| value < constant), "{constant}");
        }
    }

    #[test]
    fn finite_numbers_and_wanted_bytes_are_found() {
        let ends = [
            0.0,
            -0.0,
            1.5,
            f64::MIN,
            f64::MAX,
            5e-324,
            f64::NAN,
            -f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ];
        let numbers: Vec<f64> = (0..BATCH_ROWS).map(|row| ends[row % ends.len()]).collect();
        assert_eq!(finite(&numbers), pack(&numbers, f64::is_finite));
        let bytes: Vec<u8> = (0..BATCH_ROWS).map(|row| (row * 31 % 7) as u8).collect();
        assert_eq!(one_of(&bytes, &[2, 5]), pack(&bytes, |byte| byte == 2 || byte == 5));
        assert_eq!(one_of(&bytes, &[]), NONE);
    }

    #[test]
    fn bits_stand_where_the_test_holds() {
        let numbers: Vec<f64> = (0..BATCH_ROWS).map(|row| ((row * 7919) % 1013) as f64).collect();
        let mask = pack(&numbers, |number| number > 500.0);
        let pairs = pack_pairs(&numbers, &vec![500.0; BATCH_ROWS], |left, right| left > right);
        assert_eq!(mask, pairs);
        let mut seen = Vec::new();
        each_set(&mask, |row| seen.push(row));
        let expect: Vec<usize> = (0..BATCH_ROWS).filter(|row| numbers[*row] > 500.0).collect();
        assert_eq!(seen, expect);
        assert!(expect.iter().all(|row| bit(&mask, *row)));
        let mut blended = vec![0.0; BATCH_ROWS];
        blend(&mask, &numbers, &vec![-1.0; BATCH_ROWS], &mut blended);
        assert!((0..BATCH_ROWS).all(|row| blended[row] == if bit(&mask, row) { numbers[row] } else { -1.0 }));
        let mut first = 0;
        each_set(&first_rows(130), |_| first += 1);
        assert_eq!((first, first_rows(BATCH_ROWS), first_rows(0)), (130, ALL, NONE));
    }
}
