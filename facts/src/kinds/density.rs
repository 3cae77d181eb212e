//! `kernel_density`: Σ φ(Δlat/h)·φ(Δlon/h) / (n·h²) over the n records that are to be seen, in degrees, as the
//! authors of the Chicago model defined it (shared bandwidth, no correction for the shorter degree of longitude); or,
//! with the bandwidth in metres, Σ φ(d/h)/(n·h²) over distances in a plane around the object, by square kilometre.

use dozor_domain::{LocalMetres, Position};

use crate::kinds::grid::Grid;
use crate::kinds::near::degrees_around;

/// Bandwidths past which a record is left out. e^(−81/2) / (2π·h²) < 1e-13 for the bandwidths of a city, so that
/// all of them together change a density by less than 1e-12.
const REACH: f64 = 9.0;

const SQUARE_METRES_A_SQUARE_KILOMETRE: f64 = 1e6;

/// Returns the distance past which a record does not count, in the unit of the bandwidth.
pub(crate) fn reach(bandwidth: f64) -> f64 {
    REACH * bandwidth
}

/// Returns the density by square kilometre at a position; 0 where no record is to be seen.
#[expect(clippy::cast_precision_loss, reason = "records of a city are far fewer than 2^53")]
pub(crate) fn in_metres(seen: &Grid, position: Position, bandwidth: f64) -> f64 {
    if seen.len() == 0 {
        return 0.0;
    }
    let plane = LocalMetres::around(position);
    let mut total = 0.0;
    seen.around(position, degrees_around(position, reach(bandwidth)), |point| {
        let (east, north) = plane.offset(point.position);
        let squares = (east * east + north * north) / (bandwidth * bandwidth);
        if squares <= REACH * REACH {
            total += exp_of_negative(0.5 * squares);
        }
    });
    total * SQUARE_METRES_A_SQUARE_KILOMETRE
        / (std::f64::consts::TAU * seen.len() as f64 * bandwidth * bandwidth)
}

/// Returns the density at a position; 0 where no record is to be seen.
#[expect(clippy::cast_precision_loss, reason = "records of a city are far fewer than 2^53")]
pub(crate) fn in_degrees(seen: &Grid, position: Position, bandwidth: f64) -> f64 {
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
        assert_eq!(in_degrees(&empty, Position { lat: 41.9, lon: -87.6 }, 0.0025).to_bits(), 0);
    }
}
