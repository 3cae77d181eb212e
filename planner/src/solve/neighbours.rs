//! The nearest other work of each piece of work, by a grid: no matrix of all pairs, also when everything stands
//! at one point.

use rayon::prelude::*;

use super::instance::Instance;

/// Items looked at in one cell; the most valuable come first. Bounds the work where thousands share a point.
const LOOKED_AT_IN_CELL: usize = 48;
/// Items a cell holds on average.
const ITEMS_IN_CELL: f64 = 4.0;
/// Rings of cells searched around an item before giving up on finding more.
const RINGS: i64 = 12;

/// Is the nearest neighbours of every item, nearest first.
pub(crate) struct Neighbours {
    lists: Vec<Vec<u32>>,
}

impl Neighbours {
    /// Finds up to `count` neighbours of each item that some common inspector could visit too. Lists are made in
    /// parallel; each depends on nothing but the instance.
    pub(crate) fn new(instance: &Instance<'_>, count: usize) -> Self {
        let grid = Grid::new(instance);
        let related = related_classes(instance);
        let lists = (0..instance.items.len() as u32)
            .into_par_iter()
            .map(|item| grid.nearest(instance, &related, item, count))
            .collect();
        Self { lists }
    }

    pub(crate) fn of(&self, item: u32) -> &[u32] {
        &self.lists[item as usize]
    }
}

/// Tells for each pair of classes whether they share an inspector.
fn related_classes(instance: &Instance<'_>) -> Vec<Vec<bool>> {
    instance
        .classes
        .iter()
        .map(|one| instance.classes.iter().map(|other| share(one, other)).collect())
        .collect()
}

/// Tells whether two sorted lists have an element in common.
fn share(one: &[u32], other: &[u32]) -> bool {
    one.iter().any(|index| other.binary_search(index).is_ok())
}

struct Grid {
    cells: Vec<Vec<u32>>,
    columns: i64,
    rows: i64,
    west: f64,
    south: f64,
    width: f64,
    height: f64,
}

impl Grid {
    fn new(instance: &Instance<'_>) -> Self {
        let places: Vec<(f64, f64)> = (0..instance.items.len()).map(|item| place(instance, item)).collect();
        let least = |part: fn(&(f64, f64)) -> f64| places.iter().map(part).fold(f64::INFINITY, f64::min);
        let most = |part: fn(&(f64, f64)) -> f64| places.iter().map(part).fold(f64::NEG_INFINITY, f64::max);
        let (west, south) = (least(|p| p.0), least(|p| p.1));
        let side = (places.len() as f64 / ITEMS_IN_CELL).sqrt().ceil().max(1.0);
        // A floor under the cell's size keeps the division sound where all stand in one line or point.
        let width = ((most(|p| p.0) - west) / side).max(1e-9);
        let height = ((most(|p| p.1) - south) / side).max(1e-9);
        let (columns, rows) = (side as i64, side as i64);
        let mut grid = Self {
            cells: vec![Vec::new(); (columns * rows) as usize],
            columns,
            rows,
            west,
            south,
            width,
            height,
        };
        let mut order: Vec<u32> = (0..places.len() as u32).collect();
        order.sort_by_key(|item| (std::cmp::Reverse(instance.items[*item as usize].value), *item));
        for item in order {
            let (column, row) = grid.cell(places[item as usize]);
            grid.cells[(row * columns + column) as usize].push(item);
        }
        grid
    }

    fn cell(&self, (lon, lat): (f64, f64)) -> (i64, i64) {
        let column = ((lon - self.west) / self.width) as i64;
        let row = ((lat - self.south) / self.height) as i64;
        (column.clamp(0, self.columns - 1), row.clamp(0, self.rows - 1))
    }

    fn nearest(&self, instance: &Instance<'_>, related: &[Vec<bool>], item: u32, count: usize) -> Vec<u32> {
        let centre = self.cell(place(instance, item as usize));
        let me = &instance.items[item as usize];
        let mut found: Vec<(f64, u32)> = Vec::new();
        let mut full_at = None;
        for ring in 0..=RINGS {
            for cell in self.ring(centre, ring) {
                for other in self.cells[cell].iter().take(LOOKED_AT_IN_CELL) {
                    let them = &instance.items[*other as usize];
                    if *other != item && related[me.class as usize][them.class as usize] {
                        found.push((me.spot.chord_squared(&them.spot), *other));
                    }
                }
            }
            // One ring more than filled the list: a corner of a cell is farther than the next cell's side.
            if full_at.is_some() {
                break;
            }
            full_at = (found.len() >= count).then_some(ring);
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        found.truncate(count);
        found.into_iter().map(|(_, other)| other).collect()
    }

    /// Returns the cells at a distance of `ring` cells that lie in the grid.
    fn ring(&self, (column, row): (i64, i64), ring: i64) -> Vec<usize> {
        let mut cells = Vec::new();
        for r in (row - ring).max(0)..=(row + ring).min(self.rows - 1) {
            let is_edge = (r - row).abs() == ring;
            let step = if is_edge || ring == 0 { 1 } else { 2 * ring };
            let mut c = column - ring;
            while c <= column + ring {
                if (0..self.columns).contains(&c) {
                    cells.push((r * self.columns + c) as usize);
                }
                c += step;
            }
        }
        cells
    }
}

fn place(instance: &Instance<'_>, item: usize) -> (f64, f64) {
    let work = instance.work[instance.items[item].work as usize];
    work.candidate.position.map_or((0.0, 0.0), |at| (at.lon, at.lat))
}
