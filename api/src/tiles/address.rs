//! Which tile: zoom, column, row of the Web Mercator pyramid.

use dozor_domain::Position;

/// The deepest zoom; the map magnifies it further.
const DEEPEST: u32 = 17;
/// Coordinates of a tile go from 0 to this.
pub(crate) const EXTENT: u32 = 4096;
/// Latitude at which the square of Web Mercator ends.
const LAST_LATITUDE: f64 = 85.051_128;

/// Is the address of one tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TileAddress {
    pub(crate) z: u32,
    x: u32,
    y: u32,
}

impl TileAddress {
    /// Reads `z`, `x` and `y.mvt`; none for what is no tile.
    pub(crate) fn parse(z: &str, x: &str, y: &str) -> Option<Self> {
        let (z, x, y): (u32, u32, u32) =
            (z.parse().ok()?, x.parse().ok()?, y.strip_suffix(".mvt")?.parse().ok()?);
        let side = 1_u32.checked_shl(z)?;
        (z <= DEEPEST && x < side && y < side).then_some(Self { z, x, y })
    }

    /// Returns a place of the unit square in the tile's coordinates.
    pub(crate) fn local(self, (x, y): (f64, f64)) -> (f64, f64) {
        let side = f64::from(1_u32 << self.z);
        let extent = f64::from(EXTENT);
        ((x * side - f64::from(self.x)) * extent, (y * side - f64::from(self.y)) * extent)
    }

    /// Returns west, north, east, south of the tile in the unit square, wider by `margin` tile units.
    pub(crate) fn window(self, margin: f64) -> [f64; 4] {
        let side = f64::from(1_u32 << self.z);
        let more = margin / f64::from(EXTENT);
        let (x, y) = (f64::from(self.x), f64::from(self.y));
        [(x - more) / side, (y - more) / side, (x + 1.0 + more) / side, (y + 1.0 + more) / side]
    }
}

/// Projects a place to the unit square of Web Mercator: x to the east, y to the south.
pub(crate) fn project(place: Position) -> (f64, f64) {
    let sine = place.lat.clamp(-LAST_LATITUDE, LAST_LATITUDE).to_radians().sin();
    let y = 0.5 - ((1.0 + sine) / (1.0 - sine)).ln() / (4.0 * std::f64::consts::PI);
    ((place.lon + 180.0) / 360.0, y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_outside_the_pyramid_are_none() {
        assert!(TileAddress::parse("10", "619", "319.mvt").is_some());
        for (z, x, y) in [
            ("18", "0", "0.mvt"),
            ("1", "2", "0.mvt"),
            ("1", "0", "0"),
            ("40", "0", "0.mvt"),
            ("a", "0", "0.mvt"),
        ] {
            assert_eq!(TileAddress::parse(z, x, y), None, "{z}/{x}/{y}");
        }
    }

    #[test]
    fn moscow_lies_in_its_known_tile() {
        let place = project(Position { lat: 55.7539, lon: 37.6208 });
        let tile = TileAddress::parse("10", "619", "320.mvt").unwrap();
        let (x, y) = tile.local(place);
        assert!((0.0..4096.0).contains(&x) && (0.0..4096.0).contains(&y), "{x} {y}");
    }
}
