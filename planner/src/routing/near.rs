//! Which items are near which: in way and in time.

use super::problem::{Item, Problem};
use super::ways::{Row, Ways};

/// Up to so many items all pairs are looked at; beyond, a grid says which are worth it.
const ALL_PAIRS: usize = 1500;
/// Items in one cell of the grid on average.
const ITEMS_IN_CELL: f64 = 8.0;
/// Items looked at for one list at most: bounds the work where thousands share a point.
const LOOKED_AT: usize = 400;

/// Is the nearest other items of every item, nearest first.
#[derive(Clone, Debug)]
pub(super) struct Near {
    lists: Vec<u32>,
    /// Where the list of each item begins, and where the last one ends.
    first: Vec<u32>,
}

impl Near {
    /// Finds up to `most` for each item.
    pub(super) fn new<W: Ways>(problem: &Problem<W>, most: usize) -> Self {
        let count = problem.items.len() as u32;
        if count as usize <= ALL_PAIRS || problem.places.is_empty() {
            return Self::collect(problem, most, |_, candidates| candidates.extend(0..count));
        }
        let grid = Grid::new(&problem.places[..count as usize]);
        Self::collect(problem, most, |item, candidates| grid.around(item, 3 * most, candidates))
    }

    /// Returns lists without entries.
    pub(super) fn empty<W>(problem: &Problem<W>) -> Self {
        Self { lists: Vec::new(), first: vec![0; problem.items.len() + 1] }
    }

    fn collect<W: Ways>(
        problem: &Problem<W>,
        most: usize,
        candidates_of: impl Fn(u32, &mut Vec<u32>),
    ) -> Self {
        let mut near = Self { lists: Vec::new(), first: vec![0] };
        let (mut candidates, mut row) = (Vec::new(), Vec::new());
        for item in 0..problem.items.len() as u32 {
            candidates.clear();
            row.clear();
            candidates_of(item, &mut candidates);
            let others = candidates.iter().copied().filter(|other| *other != item);
            row.extend(others.map(|other| (gap(problem, item, other), other)));
            // A list is short, its candidates many: only the nearest need an order.
            if row.len() > most {
                row.select_nth_unstable(most);
                row.truncate(most);
            }
            row.sort_unstable();
            near.push(row.iter().map(|(_, other)| *other));
        }
        near
    }

    fn push(&mut self, list: impl Iterator<Item = u32>) {
        self.lists.extend(list);
        self.first.push(self.lists.len() as u32);
    }

    /// Returns the lists of some items, in their own numbers: `local` gives them, or none for the others.
    pub(super) fn within(&self, items: &[u32], local: &[u32], none: u32) -> Self {
        let mut near = Self { lists: Vec::new(), first: vec![0] };
        for item in items {
            let others = self.of(*item).iter().map(|other| local[*other as usize]);
            near.push(others.filter(|other| *other != none));
        }
        near
    }

    pub(super) fn of(&self, item: u32) -> &[u32] {
        let item = item as usize;
        &self.lists[self.first[item] as usize..self.first[item + 1] as usize]
    }
}

/// Returns how far two items are apart: the way, and the least wait or lateness of one after the other, the wait at a
/// fifth.
fn gap<W: Ways>(problem: &Problem<W>, one: u32, other: u32) -> i32 {
    let way = problem.ways.row(0, one).to(other);
    let (a, b) = (&problem.items[one as usize], &problem.items[other as usize]);
    let wait = |first: &Item, second: &Item| {
        let early = (second.open - first.close - first.service - way).max(0);
        let late = (first.open + first.service + way - second.close).max(0);
        early / 5 + late
    };
    way + wait(a, b).min(wait(b, a))
}

/// Is items by where they are.
struct Grid<'a> {
    places: &'a [[f64; 2]],
    cells: Vec<Vec<u32>>,
    side: i64,
    least: [f64; 2],
    size: [f64; 2],
}

impl<'a> Grid<'a> {
    fn new(places: &'a [[f64; 2]]) -> Self {
        let side = (places.len() as f64 / ITEMS_IN_CELL).sqrt().ceil().max(1.0);
        let border = |axis: usize, from: f64, pick: fn(f64, f64) -> f64| {
            places.iter().map(|place| place[axis]).fold(from, pick)
        };
        let least = [0, 1].map(|axis| border(axis, f64::INFINITY, f64::min));
        // A floor under the size keeps the division sound where all stand in one line or point.
        let size =
            [0, 1].map(|axis| ((border(axis, f64::NEG_INFINITY, f64::max) - least[axis]) / side).max(1e-12));
        let side = side as i64;
        let cells = vec![Vec::new(); (side * side) as usize];
        let mut grid = Self { places, cells, side, least, size };
        for item in 0..places.len() as u32 {
            let [column, row] = grid.cell(item);
            grid.cells[(row * side + column) as usize].push(item);
        }
        grid
    }

    fn cell(&self, item: u32) -> [i64; 2] {
        [0, 1].map(|axis| {
            let at = (self.places[item as usize][axis] - self.least[axis]) / self.size[axis];
            (at as i64).clamp(0, self.side - 1)
        })
    }

    /// Collects at least `enough` items around one, ring by ring of cells, and one ring more.
    fn around(&self, item: u32, enough: usize, found: &mut Vec<u32>) {
        let [column, row] = self.cell(item);
        let mut is_enough = false;
        for ring in 0..self.side {
            for y in (row - ring).max(0)..=(row + ring).min(self.side - 1) {
                let is_edge = (y - row).abs() == ring;
                let step = if is_edge { 1 } else { 2 * ring.max(1) };
                for x in (column - ring..=column + ring).step_by(step as usize) {
                    if (0..self.side).contains(&x) {
                        found.extend(self.cells[(y * self.side + x) as usize].iter().take(LOOKED_AT));
                    }
                }
            }
            if is_enough || found.len() >= LOOKED_AT {
                break;
            }
            is_enough = found.len() >= enough;
        }
    }
}
