//! One part of the staff over all weeks: what it can do in time, then the least share of its minutes that no week
//! exceeds while the same is done.

use dozor_domain::RiskCategory;

use super::flow::WeekFlow;
use super::place::{Board, Run, run};

/// All of the minutes, in thousandths.
const WHOLE: u32 = 1_000;
/// Shares are looked for in steps of a hundredth: finer ones are noise beside shifts that nobody keeps to the minute.
const STEP: u32 = 10;

/// Is what a part has in each week.
pub(super) struct Have {
    /// By week, then by crew of the part.
    pub(super) minutes: Vec<Vec<u32>>,
    /// Visits of all people together, by week.
    pub(super) visits: Option<Vec<u32>>,
}

/// Is a part's weeks, filled.
pub(super) struct Filled {
    pub(super) run: Run,
    pub(super) weeks: Vec<WeekFlow>,
    pub(super) peak_permille: u32,
}

impl Have {
    /// Returns empty weeks of a share of everything.
    fn weeks(&self, permille: u32, reaches: usize) -> Vec<WeekFlow> {
        let part = |all: u32| (u64::from(all) * u64::from(permille) / u64::from(WHOLE)) as u32;
        let week = |(place, crews): (usize, &Vec<u32>)| {
            let limit = self.visits.as_ref().and_then(|visits| visits.get(place).copied());
            let slack = crews.iter().map(|minutes| part(*minutes)).collect();
            WeekFlow::new(slack, reaches, limit.map_or(u32::MAX, part))
        };
        self.minutes.iter().enumerate().map(week).collect()
    }
}

/// Fills the weeks of a part with the visits of its chains, which come by category, the highest first.
pub(super) fn fill(board: &Board<'_>, chains: &[u32], have: &Have) -> Filled {
    let together = |permille| {
        let mut weeks = have.weeks(permille, board.links.crews_of.len());
        let run = run(board, chains, &mut weeks);
        Filled { run, weeks, peak_permille: permille }
    };
    let whole = together(WHOLE);
    let (missed, carried) = whole.run.shortfall();
    if missed == 0 {
        return flattened(whole, carried, together);
    }
    // Where not everything fits, the visits whose windows end first may crowd out higher categories.
    let ranked = by_category(board, chains, have);
    let worse = |filled: &Filled| shortfalls(board, &filled.run);
    if worse(&ranked) < worse(&whole) { ranked } else { whole }
}

/// Looks for the least share of the minutes at which the same is done in time and the same is left to the next period.
fn flattened(whole: Filled, carried: usize, together: impl Fn(u32) -> Filled) -> Filled {
    let (mut too_little, mut best) = (0, whole);
    while best.peak_permille > too_little + STEP {
        let middle = (too_little + best.peak_permille) / 2 / STEP * STEP;
        let tried = together(middle.max(too_little + STEP));
        let (missed, later) = tried.run.shortfall();
        if missed == 0 && later <= carried {
            best = tried;
        } else {
            too_little = tried.peak_permille;
        }
    }
    best
}

/// Fills the weeks category by category: what a higher one takes, a lower one does not get.
fn by_category(board: &Board<'_>, chains: &[u32], have: &Have) -> Filled {
    let mut weeks = have.weeks(WHOLE, board.links.crews_of.len());
    let mut all = Run { placed: Vec::new(), missed: Vec::new(), carried: Vec::new() };
    let category = |place: &u32| board.demand.chains.get(*place as usize).map(|chain| chain.category);
    for same in chains.chunk_by(|a, b| category(a) == category(b)) {
        let one = run(board, same, &mut weeks);
        all.placed.extend(one.placed);
        all.missed.extend(one.missed);
        all.carried.extend(one.carried);
    }
    Filled { run: all, weeks, peak_permille: WHOLE }
}

/// Counts what is not in time by category, the highest first: the order in which two runs are compared.
fn shortfalls(board: &Board<'_>, run: &Run) -> Vec<usize> {
    let mut counts = vec![0; RiskCategory::ALL.len()];
    let late = run.placed.iter().filter(|placed| placed.day > placed.asked.until).map(|placed| placed.chain);
    for place in late.chain(run.missed.iter().map(|(place, _)| *place)) {
        let category = board.demand.chains.get(place as usize).map(|chain| chain.category as usize);
        if let Some(count) = category.and_then(|category| counts.iter_mut().rev().nth(category)) {
            *count += 1;
        }
    }
    counts
}
