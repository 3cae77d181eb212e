//! Which square blocks of each district are built up, and how many objects each district gets.

use dozor_domain::Position;

use crate::config::Area;
use crate::dice::Seed;
use crate::districts::{District, Land};
use crate::plane::{Point, contains, crosses};

/// Is the place of one block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    /// Middle of the block.
    pub(crate) centre: Position,
    /// Direction of its streets, radians counter-clockwise from east.
    pub(crate) angle: f64,
    /// Number of its street from the south: blocks of one street share a name.
    pub(crate) street: i32,
    /// Number of the block along its street.
    pub(crate) along: i32,
}

/// Returns the blocks of a district, in a seeded order: a smaller city builds up the first of them.
pub(crate) fn cells(land: &Land, district: &District, area: &Area, seed: Seed) -> Vec<Cell> {
    let seed = seed.child("cells").child(&district.code);
    // Streets of a district keep one direction; neighbours differ.
    let angle = seed.child("angle").dice().between([-0.5, 0.5]);
    let (sin, cos) = angle.sin_cos();
    let turned: Vec<Point> =
        district.ring.iter().map(|[x, y]| [x * cos + y * sin, y * cos - x * sin]).collect();
    let side = area.block_m;
    let range = |axis: usize| {
        let low = turned.iter().map(|p| p[axis]).fold(f64::INFINITY, f64::min);
        let high = turned.iter().map(|p| p[axis]).fold(f64::NEG_INFINITY, f64::max);
        ((low / side).floor() as i32, (high / side).ceil() as i32)
    };
    let (west, east) = range(0);
    let (south, north) = range(1);
    let mut found = Vec::new();
    for row in south..north {
        for column in west..east {
            let low = [f64::from(column) * side, f64::from(row) * side];
            if !fits(&turned, low, side) {
                continue;
            }
            let (x, y) = (low[0] + side / 2.0, low[1] + side / 2.0);
            let centre = land.place([x * cos - y * sin, x * sin + y * cos]);
            found.push(Cell { centre, angle, street: row - south, along: column - west });
        }
    }
    shuffle(&mut found, seed.child("order"));
    found
}

fn fits(ring: &[Point], [x, y]: Point, side: f64) -> bool {
    let corners = [[x, y], [x + side, y], [x + side, y + side], [x, y + side]];
    if !corners.iter().all(|corner| contains(ring, *corner)) {
        return false;
    }
    let edges = |points: &[Point]| -> Vec<(Point, Point)> {
        points.iter().copied().zip(points.iter().copied().cycle().skip(1)).collect()
    };
    let square = edges(&corners);
    !edges(ring).iter().any(|edge| square.iter().any(|other| crosses(*edge, *other)))
}

fn shuffle(cells: &mut [Cell], seed: Seed) {
    let mut dice = seed.dice();
    for last in (1..cells.len()).rev() {
        cells.swap(last, dice.index(last + 1));
    }
}

/// Splits the objects over districts by built-up ground and density (largest remainders).
pub(crate) fn quotas(districts: &[District], cells: &[Vec<Cell>], objects: u64) -> Vec<u64> {
    let weights: Vec<f64> =
        districts.iter().zip(cells).map(|(district, cells)| district.density * cells.len() as f64).collect();
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return vec![0; districts.len()];
    }
    let exact: Vec<f64> = weights.iter().map(|weight| objects as f64 * weight / total).collect();
    let mut quotas: Vec<u64> = exact.iter().map(|share| share.floor() as u64).collect();
    let mut order: Vec<usize> = (0..quotas.len()).collect();
    order.sort_by(|a, b| (exact[*b].fract()).total_cmp(&exact[*a].fract()).then(a.cmp(b)));
    let missing = objects.saturating_sub(quotas.iter().sum());
    for index in order.into_iter().take(missing as usize) {
        quotas[index] += 1;
    }
    quotas
}
