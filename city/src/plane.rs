//! Plane geometry of the generator: metres east and north, turned frames, rings in degrees.

use dozor_domain::{LocalMetres, Position};

/// Is a point of a plane in metres: east, north.
pub(crate) type Point = [f64; 2];

/// Is a quadrilateral, counter-clockwise from its south-west corner.
pub(crate) type Quad = [Point; 4];

/// Is a plane of metres around a place, turned by an angle: the frame of a block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    metres: LocalMetres,
    turn: (f64, f64),
}

impl Frame {
    /// Puts a frame around `origin`, turned counter-clockwise by `angle` radians.
    pub(crate) fn new(origin: Position, angle: f64) -> Self {
        Self { metres: LocalMetres::around(origin), turn: angle.sin_cos() }
    }

    /// Returns where a point of the frame lies on the Earth.
    pub(crate) fn place(&self, point: Point) -> Position {
        let (sin, cos) = self.turn;
        let [x, y] = point;
        self.metres.position(x * cos - y * sin, x * sin + y * cos)
    }

    /// Returns the ring of a quadrilateral.
    pub(crate) fn ring(&self, quad: &Quad) -> Vec<Position> {
        quad.iter().map(|corner| self.place(*corner)).collect()
    }
}

/// Returns the area of a ring of points in m² (shoelace formula).
pub(crate) fn area(ring: &[Point]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f64>().abs() / 2.0
}

/// Returns the point at (u, v) of a quadrilateral, both from 0 to 1: u eastwards, v northwards.
pub(crate) fn inside(quad: &Quad, u: f64, v: f64) -> Point {
    let mix = |a: Point, b: Point, t: f64| [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
    let [south_west, south_east, north_east, north_west] = *quad;
    mix(mix(south_west, south_east, u), mix(north_west, north_east, u), v)
}

/// Returns the part of a quadrilateral between (u0, v0) and (u1, v1).
pub(crate) fn part(quad: &Quad, u: [f64; 2], v: [f64; 2]) -> Quad {
    [inside(quad, u[0], v[0]), inside(quad, u[1], v[0]), inside(quad, u[1], v[1]), inside(quad, u[0], v[1])]
}

/// Returns the rectangle between two corners.
pub(crate) fn rectangle(west_south: Point, east_north: Point) -> Quad {
    let ([west, south], [east, north]) = (west_south, east_north);
    [[west, south], [east, south], [east, north], [west, north]]
}

/// Tells whether a point lies in a ring (even–odd rule).
pub(crate) fn contains(ring: &[Point], point: Point) -> bool {
    let [x, y] = point;
    let next = ring.iter().cycle().skip(1);
    let crossings = ring
        .iter()
        .zip(next)
        .filter(|(a, b)| (a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]));
    crossings.count() % 2 == 1
}

/// Tells whether two segments cross.
pub(crate) fn crosses(a: (Point, Point), b: (Point, Point)) -> bool {
    let side = |o: Point, p: Point, q: Point| (p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0]);
    let apart = |s: (Point, Point), t: (Point, Point)| side(s.0, s.1, t.0) * side(s.0, s.1, t.1) < 0.0;
    apart(a, b) && apart(b, a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_holds_its_middle_and_measures_its_area() {
        let square = rectangle([0.0, 0.0], [10.0, 20.0]);
        assert_eq!(area(&square), 200.0);
        assert!(contains(&square, [5.0, 5.0]));
        assert!(!contains(&square, [15.0, 5.0]));
        assert_eq!(inside(&square, 0.5, 0.25), [5.0, 5.0]);
        assert!(crosses(([-1.0, 5.0], [11.0, 5.0]), ([5.0, -1.0], [5.0, 21.0])));
        assert!(!crosses(([-1.0, 5.0], [4.0, 5.0]), ([5.0, -1.0], [5.0, 21.0])));
    }
}
