//! The problem in numbers.

use std::collections::BTreeMap;

use super::pairs::Pair;
use super::quota::Quotas;
use super::ways::Ways;

/// Is one piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// Earliest start of service.
    pub open: i32,
    /// Latest start of service.
    pub close: i32,
    /// Time of service.
    pub service: i32,
    /// What the visit is worth.
    pub profit: i64,
    /// Index of the class: who may do it.
    pub class: u32,
}

/// Is one route to be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crew {
    /// Node where the route starts and ends.
    pub base: u32,
    /// Time of departure.
    pub start: i32,
    /// Latest time of return.
    pub end: i32,
    /// Profile of travel.
    pub profile: u32,
}

/// Is what an item counts as: the higher never gives way to the lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// It is visited where it is worth it.
    Free,
    /// It must be visited where no other duty is kept out by it.
    Lesser,
    /// It must be visited.
    Duty,
}

/// Is a whole problem.
#[derive(Clone, Debug)]
pub struct Problem<W> {
    /// Work; item i is node i.
    pub items: Vec<Item>,
    /// Routes to be filled.
    pub crews: Vec<Crew>,
    /// For each class the crews who may do it, ascending.
    pub classes: Vec<Vec<u32>>,
    /// Ways between nodes.
    pub ways: W,
    /// Where nodes are, in any plane; empty where nobody knows. Only problems with places are searched in parts.
    pub places: Vec<[f64; 2]>,
    /// Bit `crew` of row `class`.
    pub(super) allowed: Vec<u64>,
    pub(super) words: usize,
    pub(super) duties: Vec<u32>,
    /// Those of the duties that give way to the others, ascending.
    lesser: Vec<u32>,
    /// What a lesser duty counts above its own profit: more than everything that is no duty.
    lesser_boost: i64,
    /// What any other duty counts above it: more than all lesser ones and everything that is no duty.
    boost: i64,
    /// Work that needs two crews at once.
    pub(super) pairs: Vec<Pair>,
    /// Items that are appointed, ascending; they are duties too.
    pub(super) appointed: Vec<u32>,
    /// Their halves as they were before, by the item that counts.
    pub(super) unappointed: BTreeMap<u32, [Item; 2]>,
    /// What an appointed item counts above its own profit: more than everything that is not appointed.
    pub(super) appointed_boost: i64,
    /// Most visits of all crews together.
    pub(super) most_visits: usize,
    /// Most visits of one crew.
    pub(super) most_visits_each: usize,
    pub(super) quotas: Quotas,
}

impl<W: Ways> Problem<W> {
    /// Puts a problem together. Items of a class that is not in `classes` are nobody's.
    pub fn new(items: Vec<Item>, crews: Vec<Crew>, classes: Vec<Vec<u32>>, ways: W) -> Self {
        let words = crews.len().div_ceil(64).max(1);
        let mut allowed = vec![0; words * classes.len()];
        for (class, able) in classes.iter().enumerate() {
            for crew in able {
                allowed[class * words + *crew as usize / 64] |= 1 << (crew % 64);
            }
        }
        Self {
            items,
            crews,
            classes,
            ways,
            places: Vec::new(),
            allowed,
            words,
            duties: Vec::new(),
            lesser: Vec::new(),
            lesser_boost: 0,
            boost: 0,
            pairs: Vec::new(),
            appointed: Vec::new(),
            unappointed: BTreeMap::new(),
            appointed_boost: 0,
            most_visits: usize::MAX,
            most_visits_each: usize::MAX,
            quotas: Quotas::default(),
        }
    }

    /// Limits the visits of all crews together and of each.
    #[must_use]
    pub fn with_limits(self, most_visits: usize, most_visits_each: usize) -> Self {
        Self { most_visits, most_visits_each, ..self }
    }

    /// Limits the visits by groups.
    #[must_use]
    pub fn with_quotas(self, quotas: Quotas) -> Self {
        Self { quotas, ..self }
    }

    /// Returns the limits of visits by groups.
    pub fn quotas(&self) -> &Quotas {
        &self.quotas
    }

    /// Counts the visits of each group of the quotas in some routes.
    pub fn counts(&self, routes: &[Vec<u32>]) -> Vec<u32> {
        let class = |item: &u32| self.items[*item as usize].class;
        let visits = (0_u32..).zip(routes);
        self.quotas.count(visits.flat_map(|(crew, route)| route.iter().map(move |item| (class(item), crew))))
    }

    /// Returns the most visits of all crews together.
    pub fn most_visits(&self) -> usize {
        self.most_visits
    }

    /// Returns the most visits of one crew.
    pub fn most_visits_each(&self) -> usize {
        self.most_visits_each
    }

    /// Adds where the nodes are.
    #[must_use]
    pub fn with_places(self, places: Vec<[f64; 2]>) -> Self {
        Self { places, ..self }
    }

    /// Says which items must be visited. Each then counts more than all that is no duty.
    #[must_use]
    pub fn with_duties(self, duties: Vec<u32>) -> Self {
        self.with_ranked_duties(duties, Vec::new())
    }

    /// Says which items must be visited, and which must be where none of those is kept out by it: one of the first counts
    /// more than all of the second together.
    #[must_use]
    pub fn with_ranked_duties(mut self, mut first: Vec<u32>, mut second: Vec<u32>) -> Self {
        /// Sums of all boosts stay so far below the border of 64 bits.
        const ROOM: i64 = i64::MAX / 8;
        first.sort_unstable();
        first.dedup();
        second.retain(|item| first.binary_search(item).is_err());
        second.sort_unstable();
        second.dedup();
        let all = 1 + self.items.iter().map(|item| item.profit).sum::<i64>();
        let count = |duties: &[u32]| duties.len() as i64 + 1;
        self.lesser_boost = all.min(ROOM / count(&second));
        self.boost = all.saturating_mul(count(&second)).min(ROOM / count(&first));
        for duty in &second {
            self.items[*duty as usize].profit += self.lesser_boost;
        }
        for duty in &first {
            self.items[*duty as usize].profit += self.boost;
        }
        self.duties = [first, second.clone()].concat();
        self.duties.sort_unstable();
        self.lesser = second;
        self
    }

    /// Returns what an item counts as; what two crews have agreed on counts as a duty.
    pub fn rank(&self, item: u32) -> Rank {
        if self.duties.binary_search(&item).is_err() {
            Rank::Free
        } else if self.lesser.binary_search(&item).is_ok() {
            Rank::Lesser
        } else {
            Rank::Duty
        }
    }

    /// Returns the items that must be visited, ascending.
    pub fn duties(&self) -> &[u32] {
        &self.duties
    }

    /// Returns what visits are worth, without what is added for duties.
    pub fn worth<'a>(&self, visits: impl IntoIterator<Item = &'a u32>) -> i64 {
        let own = |item: &u32| self.items[*item as usize].profit - self.boost_of(*item);
        visits.into_iter().map(own).sum()
    }

    fn boost_of(&self, item: u32) -> i64 {
        if self.appointed.binary_search(&item).is_ok() {
            self.appointed_boost
        } else {
            match self.rank(item) {
                Rank::Free => 0,
                Rank::Lesser => self.lesser_boost,
                Rank::Duty => self.boost,
            }
        }
    }

    /// Returns the crews who may do an item.
    pub fn able(&self, item: u32) -> &[u32] {
        self.classes.get(self.items[item as usize].class as usize).map_or(&[], Vec::as_slice)
    }

    /// Returns the earliest start of service at each visit of a route.
    pub fn times<'a>(&'a self, crew: &'a Crew, route: &'a [u32]) -> impl Iterator<Item = i32> + 'a {
        let (mut clock, mut here) = (crew.start, crew.base);
        route.iter().map(move |node| {
            let item = &self.items[*node as usize];
            let start = (clock + self.ways.way(crew.profile, here, *node)).max(item.open);
            (clock, here) = (start + item.service, *node);
            start
        })
    }

    /// Tells whether a crew can make some visits in this order and be back in time.
    pub(super) fn holds(&self, crew: u32, route: &[u32]) -> bool {
        let crew = &self.crews[crew as usize];
        let items = route.iter().map(|item| &self.items[*item as usize]);
        let Some((last, start)) = route.last().zip(self.times(crew, route).last()) else { return true };
        let back = start + self.items[*last as usize].service + self.ways.way(crew.profile, *last, crew.base);
        items.zip(self.times(crew, route)).all(|(item, start)| start <= item.close) && back <= crew.end
    }

    /// Tells whether a crew may do an item.
    pub fn may(&self, crew: u32, item: u32) -> bool {
        let class = self.items[item as usize].class as usize;
        let word = self.allowed.get(class * self.words + crew as usize / 64);
        word.is_some_and(|word| word >> (crew % 64) & 1 == 1)
    }
}
