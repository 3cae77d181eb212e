//! `kernel_density`: Σ φ(Δlat/h)·φ(Δlon/h) / (n·h²) over the n records that are to be seen, in degrees, as the
//! authors of the Chicago model defined it (shared bandwidth, no correction for the shorter degree of longitude).

use dozor_domain::Position;

use crate::kinds::grid::Grid;

/// Bandwidths past which a record is left out. e^(−81/2) / (2π·h²) < 1e-13 for the bandwidths of a city, so that
/// all of them together change a density by less than 1e-12.
const REACH: f64 = 9.0;

/// Returns the distance in degrees past which a record does not count.
pub(crate) fn reach(bandwidth_degrees: f64) -> f64 {
    REACH * bandwidth_degrees
}

/// Returns the density at a position; 0 where no record is to be seen.
#[expect(clippy::cast_precision_loss, reason = "records of a city are far fewer than 2^53")]
pub(crate) fn evaluate(seen: &Grid, position: Position, bandwidth: f64) -> f64 {
    if seen.len() == 0 {
        return 0.0;
    }
    let mut total = 0.0;
    seen.around(position, (reach(bandwidth), reach(bandwidth)), |point| {
        let north = (point.position.lat - position.lat) / bandwidth;
        let east = (point.position.lon - position.lon) / bandwidth;
        let squares = north * north + east * east;
        if squares <= REACH * REACH {
            total += exp_of_negative(0.5 * squares);
        }
    });
    total / (std::f64::consts::TAU * seen.len() as f64 * bandwidth * bandwidth)
}

/// Returns e^(−x) for 0 ≤ x ≤ 700 to some 2 units in the last place. Only additions and multiplications, so that
/// the bytes of a table do not hang on the mathematical library of the machine.
fn exp_of_negative(x: f64) -> f64 {
    // ln 2 in two parts: the first has zeros at its end, so that n times it is exact.
    const LN2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let halvings = (x * std::f64::consts::LOG2_E).round();
    // |rest| ≤ ln 2 / 2: eleven terms of the series leave 1e-17.
    let rest = (halvings * LN2_HIGH - x) + halvings * LN2_LOW;
    let mut series = 1.0;
    for term in (1..=13_u32).rev() {
        series = 1.0 + rest / f64::from(term) * series;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ halvings ≤ 1010")]
    let exponent = 1023_u64.saturating_sub(halvings as u64);
    series * f64::from_bits(exponent << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_agrees_with_the_library_to_the_last_places() {
        for step in 0..8_000 {
            let x = f64::from(step) * 0.011;
            let (own, library) = (exp_of_negative(x), (-x).exp());
            assert!((own - library).abs() <= 1e-15 * library, "x = {x}: {own} {library}");
        }
        assert_eq!(exp_of_negative(0.0).to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn a_density_over_nothing_is_zero() {
        let empty = Grid::new(0.01, std::iter::empty(), |_| 0);
        assert_eq!(evaluate(&empty, Position { lat: 41.9, lon: -87.6 }, 0.0025).to_bits(), 0);
    }
}
