//! Work that needs two crews at once: two items at one place. Nobody may do either until they are appointed: then each is
//! one crew's, at one minute, and the search plans everything else around them.

use super::problem::{Problem, Rank};
use super::ways::Ways;

/// Is work that needs two crews at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The item that counts.
    pub lead: u32,
    /// The item of who assists: of the same place, window and service, and worth nothing by itself.
    pub assist: u32,
    /// The crews who may do either, ascending.
    pub able: Vec<u32>,
    /// What it counts as.
    pub rank: Rank,
    /// Who does it when; none = it is not planned.
    pub appointed: Option<Appointment>,
}

/// Is who does a piece of work together, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// Who leads and who assists.
    pub crews: [u32; 2],
    /// The common start.
    pub start: i32,
    /// By how much earlier each of them is there: he set out already, and goes nowhere else before.
    pub waits: [i32; 2],
    /// What it holds by.
    pub hold: Hold,
}

/// Says what an appointment holds by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The search made it: what counts more than the work takes its place.
    Search,
    /// The two have agreed on it before: it gives way to nothing.
    Agreed,
}

impl Pair {
    /// Tells whether it must be done.
    pub fn is_duty(&self) -> bool {
        self.rank != Rank::Free
    }
}

impl<W: Ways> Problem<W> {
    /// Says which work needs two crews at once, ascending; their items are of classes that nobody is in. Duties come before.
    #[must_use]
    pub fn with_pairs(mut self, pairs: Vec<Pair>) -> Self {
        // Half of an appointment is worth more than all that is none: a search that begins with it ends with it. All
        // halves together still fit 64 bits.
        let most = i64::MAX / (4 * pairs.len() as i64 + 4);
        let all = self.items.iter().fold(0_i64, |sum, item| sum.saturating_add(item.profit));
        self.appointed_boost = all.saturating_add(1).min(most);
        self.pairs = pairs;
        self
    }

    /// Says what has begun: nothing is worth its place, nor are several duties together. Pairs come before.
    #[must_use]
    pub fn with_begun(mut self, begun: &[u32]) -> Self {
        let most = i64::MAX / (4 * (self.pairs.len() + begun.len()) as i64 + 4);
        let all = self.items.iter().fold(0_i64, |sum, item| sum.saturating_add(item.profit));
        self.appointed_boost = all.saturating_add(1).min(most);
        for item in begun {
            self.items[*item as usize].profit += self.appointed_boost;
            insert(&mut self.appointed, *item);
            insert(&mut self.duties, *item);
        }
        self
    }

    /// Returns the work that needs two crews at once.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// Fixes a pair: each half is one crew's, at one minute.
    pub fn appoint(&mut self, pair: usize, appointment: Appointment) {
        let Pair { lead, assist, .. } = self.pairs[pair];
        self.unappointed.insert(lead, [self.items[lead as usize], self.items[assist as usize]]);
        let halves = [lead, assist].into_iter().zip(appointment.crews).zip(appointment.waits);
        for ((item, crew), wait) in halves {
            let class = self.class_of_one(self.items[item as usize].class, crew);
            let what = &mut self.items[item as usize];
            what.class = class;
            (what.open, what.close) = (appointment.start - wait, appointment.start - wait);
            what.service += wait;
            what.profit += self.appointed_boost;
            insert(&mut self.appointed, item);
            insert(&mut self.duties, item);
        }
        // The visit of who assists is no visit more.
        self.most_visits = self.most_visits.saturating_add(1);
        self.pairs[pair].appointed = Some(appointment);
    }

    /// Adds the class of who alone may do what is of another class.
    fn class_of_one(&mut self, class: u32, crew: u32) -> u32 {
        let number = self.classes.len() as u32;
        self.quotas.add_class_like(class, number);
        self.classes.push(vec![crew]);
        self.allowed.resize(self.words * self.classes.len(), 0);
        self.allowed[self.words * number as usize + crew as usize / 64] |= 1 << (crew % 64);
        number
    }

    /// Returns the work for two crews that an item is half of.
    pub fn pair_of(&self, item: u32) -> Option<&Pair> {
        self.pairs.get(self.pair_at(item)?)
    }

    /// Returns the number of the work for two crews that an item is half of.
    pub(super) fn pair_at(&self, item: u32) -> Option<usize> {
        let at = self.pairs.partition_point(|pair| pair.assist < item);
        let pair = self.pairs.get(at)?;
        (pair.lead == item || pair.assist == item).then_some(at)
    }

    /// Returns what an item counts as where it stands in a route: half of an appointment as the work that it is for, or as a
    /// duty where it is agreed.
    pub(super) fn standing(&self, item: u32) -> Rank {
        let pair = self.pair_of(item).and_then(|pair| Some((pair.rank, pair.appointed?.hold)));
        match pair {
            Some((rank, Hold::Search)) => rank,
            Some((_, Hold::Agreed)) => Rank::Duty,
            None => self.rank(item),
        }
    }

    /// Tells whether an item is half of an appointment or has begun.
    pub fn is_appointed(&self, item: u32) -> bool {
        self.appointed.binary_search(&item).is_ok()
    }

    /// Takes an appointment back.
    pub(super) fn dismiss(&mut self, pair: usize) {
        let Pair { lead, assist, .. } = self.pairs[pair];
        let Some(halves) = self.unappointed.remove(&lead) else { return };
        self.pairs[pair].appointed = None;
        for (item, before) in [lead, assist].into_iter().zip(halves) {
            self.items[item as usize] = before;
            remove(&mut self.appointed, item);
            remove(&mut self.duties, item);
        }
        // Without a limit it was none before.
        if self.most_visits != usize::MAX {
            self.most_visits -= 1;
        }
    }
}

fn insert(sorted: &mut Vec<u32>, item: u32) {
    if let Err(at) = sorted.binary_search(&item) {
        sorted.insert(at, item);
    }
}

fn remove(sorted: &mut Vec<u32>, item: u32) {
    if let Ok(at) = sorted.binary_search(&item) {
        sorted.remove(at);
    }
}
