//! A block: rows of parcels, a strip of unallocated land south of each row, a pavement on the north side.

use crate::config::{Area, BlockKind};
use crate::dice::Dice;
use crate::plane::{Quad, rectangle};

/// Is the ground plan of one block, in metres from its middle.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// Parcels, row by row from the north, from west to east. Neighbours in a row share a border.
    pub(crate) plots: Vec<Plot>,
    /// Strips of unallocated land.
    pub(crate) strips: Vec<Quad>,
    /// The pavement.
    pub(crate) common: Quad,
}

/// Is one parcel's ground.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plot {
    /// Its corners.
    pub(crate) quad: Quad,
    /// Number of its row from the north.
    pub(crate) row: u8,
    /// Mean width, west to east.
    pub(crate) width: f64,
    /// Depth, south to north.
    pub(crate) depth: f64,
}

/// Draws the ground plan of a block.
pub(crate) fn layout(area: &Area, kind: &BlockKind, dice: &mut Dice) -> Layout {
    let half = area.block_m / 2.0 - area.street_m;
    let common = rectangle([-half, half - area.common_m], [half, half]);
    let rows = f64::from(kind.rows);
    let depth = (2.0 * half - area.common_m - rows * area.strip_m) / rows;
    let mut plots = Vec::new();
    let mut strips = Vec::new();
    let mut north = half - area.common_m;
    for row in 0..kind.rows {
        let south = north - depth;
        cut_row(kind, row, [south, north], half, dice, &mut plots);
        strips.push(rectangle([-half, south - area.strip_m], [half, south]));
        north = south - area.strip_m;
    }
    Layout { plots, strips, common }
}

/// Cuts a row into parcels. Borders between neighbours lean a little, and both take the same corners.
fn cut_row(
    kind: &BlockKind,
    row: u8,
    [south, north]: [f64; 2],
    half: f64,
    dice: &mut Dice,
    plots: &mut Vec<Plot>,
) {
    let mut cuts = vec![-half];
    let mut x = -half;
    loop {
        x += dice.between(kind.width_m);
        if x > half - kind.width_m[0] {
            break;
        }
        cuts.push(x);
    }
    cuts.push(half);
    let depth = north - south;
    let mut west = (-half, -half);
    for (index, pair) in cuts.windows(2).enumerate() {
        let &[from, to] = pair else { continue };
        let last = index + 2 == cuts.len();
        let lean = if last { 0.0 } else { dice.between([-1.0, 1.0]) * (to - from).min(depth) * 0.06 };
        let east = (to - lean, to + lean);
        let quad = [[west.0, south], [east.0, south], [east.1, north], [west.1, north]];
        plots.push(Plot { quad, row, width: to - from, depth });
        west = east;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::CityConfig;
    use crate::dice::Seed;
    use crate::plane::area;

    #[test]
    fn parcels_and_strips_fill_the_block_without_overlap() {
        let config = CityConfig::parse(include_str!("../../packs/moscow/city.toml")).unwrap();
        for kind in &config.blocks {
            for seed in 0..20 {
                let plan = layout(&config.area, kind, &mut Seed::root(seed).dice());
                let side = config.area.block_m - 2.0 * config.area.street_m;
                let parcels: f64 = plan.plots.iter().map(|plot| area(&plot.quad)).sum();
                let strips: f64 = plan.strips.iter().map(|strip| area(strip)).sum();
                let whole = parcels + strips + area(&plan.common);
                assert!((whole - side * side).abs() < 0.01, "{}: {whole} of {}", kind.code, side * side);
                assert!(plan.plots.iter().all(|plot| plot.width > 8.0 && plot.depth > 8.0));
            }
        }
    }
}
