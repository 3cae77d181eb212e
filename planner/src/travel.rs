//! Travel times: great circle × detour of the mode at its speed, plus its extra minutes, in whole minutes up.

use dozor_domain::{Position, TravelMode};

use crate::PlannerSettings;

/// Mean Earth radius in metres, as in `domain`.
const EARTH_RADIUS_M: f64 = 6_371_000.0;
/// Closer than this, two places are one stop: no way between them and nothing to park.
const SAME_PLACE_M: f64 = 1.0;
/// A way that is a whole number of minutes up to rounding noise is not rounded up to the next.
const NOISE_MINUTES: f64 = 1e-6;
/// Below this half chord of the unit sphere (some 130 km) three terms of the arcsine's series are exact to 1e-13.
const SHORT: f64 = 0.01;

/// Is a place as a point of the unit sphere: distances cost a square root instead of six trigonometric calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spot([f64; 3]);

impl Spot {
    pub(crate) fn new(position: Position) -> Self {
        let (lat, lon) = (position.lat.to_radians(), position.lon.to_radians());
        Self([lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()])
    }

    /// Returns the square of the chord on the unit sphere: orders places by distance.
    #[inline]
    pub(crate) fn chord_squared(&self, other: &Self) -> f64 {
        let [x, y, z] = self.0;
        let [u, v, w] = other.0;
        (x - u) * (x - u) + (y - v) * (y - v) + (z - w) * (z - w)
    }

    /// Returns how far it is above the equator's plane: no two spots are nearer than their heights.
    pub(crate) fn height(&self) -> f64 {
        self.0[2]
    }

    /// Orders spots by height; equal ones come together.
    pub(crate) fn order(&self, other: &Self) -> std::cmp::Ordering {
        let [[x, y, z], [u, v, w]] = [self.0, other.0];
        z.total_cmp(&w).then(x.total_cmp(&u)).then(y.total_cmp(&v))
    }

    /// Tells whether the heights alone leave it open that two spots are almost one place.
    pub(crate) fn may_be_near(&self, other: &Self) -> bool {
        (self.0[2] - other.0[2]).abs() * EARTH_RADIUS_M <= 2.5 * SAME_PLACE_M
    }

    /// Tells whether two spots are no one place, and so near that a third may be one place with both.
    pub(crate) fn is_almost_same_place(&self, other: &Self) -> bool {
        (0.9 * SAME_PLACE_M..2.5 * SAME_PLACE_M).contains(&self.metres(other))
    }

    #[inline]
    fn metres(&self, other: &Self) -> f64 {
        let half = self.chord_squared(other).sqrt() / 2.0;
        let arc = if half < SHORT {
            let square = half * half;
            half * (1.0 + square * (1.0 / 6.0 + square * (3.0 / 40.0)))
        } else {
            half.min(1.0).asin()
        };
        2.0 * EARTH_RADIUS_M * arc
    }
}

/// Is how fast one inspector moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pace {
    minutes_per_metre: f64,
    extra_minutes: f64,
    /// How much longer the season makes ways of a table.
    table_factor: f64,
}

impl Pace {
    /// Returns the pace of a mode; none where the settings do not know it.
    pub(crate) fn new(mode: TravelMode, settings: &PlannerSettings) -> Option<Self> {
        let travel = settings.travel.get(&mode)?;
        let minutes_per_metre = travel.detour * 60.0 / (travel.kmh * 1000.0);
        let table_factor = 1.0 / travel.season_speed;
        Some(Self { minutes_per_metre, extra_minutes: travel.extra_minutes, table_factor })
    }

    /// Returns whole minutes from one place to another, the same both ways.
    #[inline]
    pub(crate) fn minutes(&self, from: &Spot, to: &Spot) -> i32 {
        let metres = from.metres(to);
        if metres < SAME_PLACE_M {
            return 0;
        }
        let minutes = metres * self.minutes_per_metre + self.extra_minutes - NOISE_MINUTES;
        // Rounded up by hand: this is the innermost call of the search, and `ceil` may be a call of the library.
        let whole = minutes as i32;
        whole + i32::from(minutes > f64::from(whole))
    }

    /// Returns whole minutes of a way that a table has: as long as it says, longer in a slow season, and the mode's extra
    /// minutes, of which no router knows. No time at all is one stop.
    #[inline]
    pub(crate) fn whole(&self, minutes: f64) -> i32 {
        if minutes == 0.0 {
            return 0;
        }
        (minutes * self.table_factor + self.extra_minutes - NOISE_MINUTES).ceil() as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dozor_domain::great_circle_metres;

    #[test]
    fn chords_measure_what_the_great_circle_does() {
        let here = Position { lat: 55.75, lon: 37.62 };
        for (lat, lon) in [(55.75, 37.62), (55.7501, 37.62), (55.9, 37.1), (59.93, 30.33), (-33.9, 151.2)] {
            let there = Position { lat, lon };
            let (chord, arc) = (Spot::new(here).metres(&Spot::new(there)), great_circle_metres(here, there));
            assert!((chord - arc).abs() < 1e-3, "{chord} {arc}");
        }
    }
}
