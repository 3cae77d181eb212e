//! What no plan can do: minutes of visits whose whole windows lie in some weeks, over what these weeks have.

use super::demand::{Asked, Chain};
use super::place::Board;

/// Adds up work by its first and last week.
pub(super) struct Windows {
    weeks: usize,
    minutes: Vec<u64>,
    visits: Vec<u64>,
    longest: u64,
}

impl Windows {
    /// Collects the windows of a part's visits that end in the period and hold a lawful day. That each visit also
    /// waits for the one before is left out: it could only make more of them miss.
    pub(super) fn of(board: &Board<'_>, chains: &[u32]) -> Self {
        let weeks = board.period.weeks.len();
        let empty = || vec![0; weeks * weeks];
        let mut windows = Self { weeks, minutes: empty(), visits: empty(), longest: 0 };
        for place in chains {
            let Some(chain) = board.demand.chains.get(*place as usize) else { continue };
            board.demand.all_of(chain).for_each(|asked| windows.add(board, chain, asked));
        }
        windows
    }

    fn add(&mut self, board: &Board<'_>, chain: &Chain, asked: Asked) {
        let lawful = board.demand.law(chain).and_then(|law| law.from(asked.due));
        let Some((day, kind)) = lawful.filter(|(day, _)| *day <= asked.until) else { return };
        // What nobody is attested for is missed for want of people, not of minutes.
        if !board.is_attested(chain, (day, kind)) {
            return;
        }
        let weeks = board.period.week(day).zip(board.period.week(asked.until));
        let (Some((first, last)), Some(minutes)) = (weeks, board.minutes.get(kind as usize)) else { return };
        let place = first * self.weeks + last;
        if let (Some(sum), Some(count)) = (self.minutes.get_mut(place), self.visits.get_mut(place)) {
            *sum += u64::from(*minutes);
            *count += 1;
            self.longest = self.longest.max(u64::from(*minutes));
        }
    }

    /// Returns how many visits miss their windows in every plan, given what each week has.
    pub(super) fn least_missed(&self, minutes: &[u64], visits: Option<&[u64]>) -> u64 {
        let over = excess(self.weeks, &self.minutes, minutes);
        let by_minutes = if self.longest == 0 { 0 } else { over.div_ceil(self.longest) };
        let by_visits = visits.map_or(0, |limits| excess(self.weeks, &self.visits, limits));
        by_minutes.max(by_visits)
    }
}

/// Returns the largest sum, over disjoint runs of weeks, of the work that lies wholly in a run less what it has.
fn excess(weeks: usize, work: &[u64], have: &[u64]) -> u64 {
    // By end: the best sum over runs that end before it.
    let mut best = vec![0_u64; weeks + 1];
    for end in 0..weeks {
        let mut most = best.get(end).copied().unwrap_or(0);
        let (mut asked, mut had) = (0_u64, 0_u64);
        for start in (0..=end).rev() {
            // All windows that begin in this week and end by the last one.
            let row = work.get(start * weeks + start..=start * weeks + end).unwrap_or_default();
            asked += row.iter().sum::<u64>();
            had += have.get(start).copied().unwrap_or(0);
            let before = best.get(start).copied().unwrap_or(0);
            most = most.max(before + asked.saturating_sub(had));
        }
        if let Some(slot) = best.get_mut(end + 1) {
            *slot = most;
        }
    }
    best.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_wholly_in_weeks_counts_against_them() {
        // Three weeks of 10: 15 must be done in the first, 8 in the first two, 25 in the last.
        let mut work = vec![0; 9];
        (work[0], work[1], work[8]) = (15, 8, 25);
        assert_eq!(excess(3, &work, &[10, 10, 10]), 5 + 15);
        (work[0], work[1]) = (15, 12);
        assert_eq!(excess(3, &work, &[10, 10, 10]), 7 + 15, "27 in the first two weeks of 20");
        assert_eq!(excess(3, &work, &[20, 10, 30]), 0);
    }
}
