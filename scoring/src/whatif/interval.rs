//! Intervals of shares in closed form: no seed, no resamples, the same on every machine.

use crate::Estimate;

/// Is the 97.5th percentile of the normal distribution: two-sided 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// Returns a share with Wilson's 95 % interval (Wilson 1927; Brown, Cai & DasGupta 2001 recommend it from small n
/// on); none of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of objects are far below 2^53")]
pub fn share(part: u64, whole: u64) -> Option<Estimate> {
    if whole == 0 {
        return None;
    }
    let (n, p) = (whole as f64, part as f64 / whole as f64);
    let z2 = Z * Z;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    Some(Estimate { value: p, low: (centre - half).clamp(0.0, p), high: (centre + half).clamp(p, 1.0) })
}

/// Returns the difference of two shares of the same things, second minus first, with a 95 % interval (Agresti & Min
/// 2005: half a case is added to each of the four cells). `only_first` and `only_second` count the things that just
/// one of the two has; none of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of objects are far below 2^53")]
pub fn paired_difference(only_first: u64, only_second: u64, whole: u64) -> Option<Estimate> {
    if whole == 0 {
        return None;
    }
    let value = (only_second as f64 - only_first as f64) / whole as f64;
    let (b, c, n) = (only_first as f64 + 0.5, only_second as f64 + 0.5, whole as f64 + 2.0);
    let centre = (c - b) / n;
    let half = Z * ((b + c) - (c - b) * (c - b) / n).max(0.0).sqrt() / n;
    Some(Estimate {
        value,
        low: (centre - half).max(-1.0).min(value),
        high: (centre + half).min(1.0).max(value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_near(found: Estimate, expected: [f64; 3]) {
        for (found, expected) in [found.value, found.low, found.high].into_iter().zip(expected) {
            assert!((found - expected).abs() < 5e-4, "{found} is not {expected}");
        }
    }

    #[test]
    fn wilsons_interval_is_the_textbooks() {
        // Newcombe 1998, table I, method 3: 81 of 263, 15 of 148, 0 of 20.
        is_near(share(81, 263).unwrap(), [0.3080, 0.2553, 0.3662]);
        is_near(share(15, 148).unwrap(), [0.1014, 0.0624, 0.1605]);
        is_near(share(0, 20).unwrap(), [0.0, 0.0, 0.1611]);
        assert_eq!(share(0, 0), None);
    }

    #[test]
    fn a_difference_without_discordant_pairs_is_around_zero_and_turns_its_sign_with_its_sides() {
        let none = paired_difference(0, 0, 100).unwrap();
        assert_eq!(none.value, 0.0);
        assert!(none.low < 0.0 && none.high > 0.0);
        let (there, back) =
            (paired_difference(10, 30, 100).unwrap(), paired_difference(30, 10, 100).unwrap());
        assert!((there.value + back.value).abs() < 1e-12 && (there.low + back.high).abs() < 1e-12);
        assert!(there.low > 0.0, "20 of 100 more is no chance: {there:?}");
        assert_eq!(paired_difference(1, 1, 0), None);
    }
}
