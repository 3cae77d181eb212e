//! What is asked for: near pairs, in blocks that a service takes. No table of all pairs is ever asked for.

use dozor_domain::Position;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::error::TravelServiceError;

/// Sources of a block; with its targets they make the hundred places that services take by default.
const SOURCES: usize = 25;
/// Targets of a block.
const TARGETS: usize = 75;
/// The most ways of a table: some half of what a file may hold.
const MOST_PAIRS: usize = 10_000_000;

/// Is one question: the ways from each source to each target. Not all of them are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) sources: Vec<u32>,
    pub(super) targets: Vec<u32>,
}

/// Is which ways are wanted: for each place its partners, ascending. Who is a partner of another has him for one too.
#[derive(Debug)]
pub(super) struct Wanted(Vec<Vec<u32>>);

impl Wanted {
    /// Joins each object with so many nearest ones, and each base with the objects that it serves. Objects come first;
    /// `serves` tells the objects of a base.
    pub(super) fn new(
        positions: &[Position],
        objects: usize,
        near: usize,
        serves: impl Fn(usize, usize) -> bool,
    ) -> Result<Self, TravelServiceError> {
        let mut partners = vec![Vec::new(); positions.len()];
        let mut join = |one: usize, other: usize| {
            partners[one].push(other as u32);
            partners[other].push(one as u32);
        };
        let flat: Vec<[f64; 2]> = flat(positions);
        let entries = (0..objects).map(|object| GeomWithData::new(flat[object], object as u32));
        let tree = RTree::bulk_load(entries.collect());
        for (object, place) in flat.iter().enumerate().take(objects) {
            let others = tree.nearest_neighbor_iter(place).map(|entry| entry.data as usize);
            others.filter(|other| *other != object).take(near).for_each(|other| join(object, other));
        }
        for base in objects..positions.len() {
            (0..objects).filter(|object| serves(base, *object)).for_each(|object| join(base, object));
        }
        for list in &mut partners {
            list.sort_unstable();
            list.dedup();
        }
        let wanted = Self(partners);
        match wanted.pairs() {
            pairs if pairs > MOST_PAIRS => Err(TravelServiceError::TooManyPairs { pairs, most: MOST_PAIRS }),
            _ => Ok(wanted),
        }
    }

    /// Counts the ways.
    pub(super) fn pairs(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }

    /// Tells whether the way from one place to another is wanted.
    pub(super) fn has(&self, from: u32, to: u32) -> bool {
        self.0.get(from as usize).is_some_and(|partners| partners.binary_search(&to).is_ok())
    }

    /// Cuts all into blocks: sources that are near each other share most of their targets.
    pub(super) fn blocks(&self, positions: &[Position], objects: usize) -> Vec<Block> {
        let mut blocks = Vec::new();
        let bases: Vec<u32> = (objects as u32..positions.len() as u32).collect();
        for sources in in_strips(&positions[..objects]).chunks(SOURCES).chain(bases.chunks(SOURCES)) {
            let mut targets: Vec<u32> =
                sources.iter().flat_map(|source| &self.0[*source as usize]).copied().collect();
            targets.sort_unstable();
            targets.dedup();
            for targets in targets.chunks(TARGETS) {
                blocks.push(Block { sources: sources.to_vec(), targets: targets.to_vec() });
            }
        }
        blocks
    }
}

/// Lays positions flat, in degrees of latitude: near enough to say what is near.
fn flat(positions: &[Position]) -> Vec<[f64; 2]> {
    let count = positions.len().max(1) as f64;
    let narrow = (positions.iter().map(|at| at.lat).sum::<f64>() / count).to_radians().cos();
    positions.iter().map(|at| [at.lat, narrow * at.lon]).collect()
}

/// Orders places so that those that follow each other are near each other: by strips of latitude.
fn in_strips(positions: &[Position]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..positions.len() as u32).collect();
    let at = |place: &u32| positions[*place as usize];
    order.sort_by(|a, b| at(a).lat.total_cmp(&at(b).lat).then(a.cmp(b)));
    let groups = positions.len().div_ceil(SOURCES).max(1);
    let strips = (groups as f64).sqrt().ceil().max(1.0) as usize;
    let in_strip = SOURCES * groups.div_ceil(strips);
    for strip in order.chunks_mut(in_strip.max(1)) {
        strip.sort_by(|a, b| at(a).lon.total_cmp(&at(b).lon).then(a.cmp(b)));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A grid of 400 objects, one base in a corner that serves the even ones, one that serves none.
    fn town() -> (Vec<Position>, usize) {
        let at = |number: usize| Position {
            lat: 55.7 + (number / 20) as f64 * 0.001,
            lon: 37.5 + (number % 20) as f64 * 0.001,
        };
        ((0..400).map(at).chain([at(0), at(399)]).collect(), 400)
    }

    fn wanted(near: usize) -> Wanted {
        let (positions, objects) = town();
        Wanted::new(&positions, objects, near, |base, object| base == 400 && object.is_multiple_of(2))
            .unwrap()
    }

    #[test]
    fn each_object_has_its_nearest_and_each_base_what_it_serves_both_ways() {
        let wanted = wanted(4);
        // In the middle of a grid, on a latitude where a step east is shorter than one north: the two to the east and
        // the west, then others; never one across the town.
        assert!(wanted.has(210, 211) && wanted.has(211, 210) && wanted.has(210, 209));
        assert!(!wanted.has(210, 390) && !wanted.has(210, 210));
        assert!(wanted.has(400, 210) && wanted.has(210, 400));
        assert!(!wanted.has(400, 211) && !wanted.has(401, 210) && !wanted.has(210, 401));
        for (from, to) in (0..402).flat_map(|from| (0..402).map(move |to| (from, to))) {
            assert_eq!(wanted.has(from, to), wanted.has(to, from));
        }
    }

    #[test]
    fn blocks_hold_every_wanted_way_once_and_at_most_a_hundred_places() {
        let (positions, objects) = town();
        let wanted = wanted(6);
        let blocks = wanted.blocks(&positions, objects);
        let mut asked = std::collections::BTreeSet::new();
        for block in &blocks {
            assert!(block.sources.len() + block.targets.len() <= 100);
            for (from, to) in
                block.sources.iter().flat_map(|from| block.targets.iter().map(move |to| (*from, *to)))
            {
                if wanted.has(from, to) {
                    assert!(asked.insert((from, to)), "{from} {to} twice");
                }
            }
        }
        assert_eq!(asked.len(), wanted.pairs());
        // Far fewer questions than for all pairs: sources of a block share their targets.
        assert!(blocks.len() < 80, "{}", blocks.len());
    }

    #[test]
    fn a_table_that_no_file_could_hold_is_not_asked_for() {
        let positions = vec![Position { lat: 55.7, lon: 37.5 }; 4_000];
        let refused = Wanted::new(&positions, 2_000, 1, |_, _| true).map(|_| ());
        assert!(refused.is_ok(), "four million");
        let refused = Wanted::new(&vec![Position { lat: 55.7, lon: 37.5 }; 6_000], 3_000, 1, |_, _| true);
        assert!(matches!(refused, Err(TravelServiceError::TooManyPairs { pairs: 18_000_000.., .. })));
    }
}
