//! Predicates of places, given as latitude and longitude in degrees.

/// Mean radius of the earth, metres (IUGG).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Returns the length of the great circle between two places, in metres; `None` for what is no place.
pub(crate) fn distance_m(from: (f64, f64), to: (f64, f64)) -> Option<f64> {
    if !(is_place(from) && is_place(to)) {
        return None;
    }
    let (from_lat, to_lat) = (from.0.to_radians(), to.0.to_radians());
    let (north, east) = ((to_lat - from_lat) / 2.0, (to.1 - from.1).to_radians() / 2.0);
    let half_chord = north.sin().powi(2) + from_lat.cos() * to_lat.cos() * east.sin().powi(2);
    Some(2.0 * EARTH_RADIUS_M * half_chord.sqrt().min(1.0).asin())
}

/// Tells whether a place lies in a box of degrees, its edges included.
pub(crate) fn in_box(place: (f64, f64), south_west: (f64, f64), north_east: (f64, f64)) -> Option<bool> {
    let inside = |value: f64, low: f64, high: f64| low <= value && value <= high;
    (is_place(place) && is_place(south_west) && is_place(north_east))
        .then(|| inside(place.0, south_west.0, north_east.0) && inside(place.1, south_west.1, north_east.1))
}

fn is_place((lat, lon): (f64, f64)) -> bool {
    (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)
}
