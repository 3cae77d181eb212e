//! The minutes of one week: a flow from reaches to crews. What was promised to a reach is kept; which crew gives it is
//! open until the end, so that work which few can do finds its people although others came first.

use std::collections::VecDeque;

/// Is the flow of one week over the crews of one part of the staff.
#[derive(Clone, Debug)]
pub(super) struct WeekFlow {
    /// Minutes that each crew has left.
    slack: Vec<u32>,
    /// Minutes that each crew gives to each reach: row by reach.
    given: Vec<u32>,
    /// From so many minutes on, nothing more fits for a reach this week.
    full_from: Vec<u32>,
    /// Visits that the week may still take.
    visits_left: u32,
}

/// Is which crews each reach may draw on, and which reaches draw on a crew; both by places within a part.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    pub(super) crews_of: Vec<Vec<usize>>,
    pub(super) reaches_of: Vec<Vec<usize>>,
}

/// How a search came to a crew: from a reach; and to a reach: by a crew that gives to it.
#[derive(Clone, Copy)]
enum Came {
    Start,
    By(usize),
    Not,
}

impl WeekFlow {
    pub(super) fn new(slack: Vec<u32>, reaches: usize, visits_left: u32) -> Self {
        let given = vec![0; slack.len() * reaches];
        Self { slack, given, full_from: vec![u32::MAX; reaches], visits_left }
    }

    /// Returns how many minutes a crew gives to a reach.
    pub(super) fn given(&self, reach: usize, crew: usize) -> u32 {
        self.given.get(reach * self.slack.len() + crew).copied().unwrap_or(0)
    }

    /// Takes one visit in, if its minutes fit; what was taken in before stays in.
    pub(super) fn take(&mut self, links: &Links, reach: usize, minutes: u32) -> bool {
        let is_full = self.full_from.get(reach).is_none_or(|from| minutes >= *from);
        if is_full || self.visits_left == 0 {
            return false;
        }
        let mut left = minutes;
        for &crew in links.crews_of.get(reach).map_or(&[][..], Vec::as_slice) {
            left -= self.give(reach, crew, left);
        }
        while left > 0 {
            match self.reroute(links, reach, left) {
                0 => {
                    self.take_back(links, reach, minutes - left);
                    if let Some(from) = self.full_from.get_mut(reach) {
                        *from = minutes;
                    }
                    return false;
                }
                found => left -= found,
            }
        }
        self.visits_left -= 1;
        true
    }

    /// Gives a reach up to so many minutes of what a crew has left.
    fn give(&mut self, reach: usize, crew: usize, wanted: u32) -> u32 {
        let place = reach * self.slack.len() + crew;
        let (Some(slack), Some(given)) = (self.slack.get_mut(crew), self.given.get_mut(place)) else {
            return 0;
        };
        let given_now = wanted.min(*slack);
        *slack -= given_now;
        *given += given_now;
        given_now
    }

    fn take_back(&mut self, links: &Links, reach: usize, minutes: u32) {
        let mut left = minutes;
        for &crew in links.crews_of.get(reach).map_or(&[][..], Vec::as_slice) {
            let place = reach * self.slack.len() + crew;
            let (Some(slack), Some(given)) = (self.slack.get_mut(crew), self.given.get_mut(place)) else {
                continue;
            };
            let back = left.min(*given);
            *given -= back;
            *slack += back;
            left -= back;
        }
    }

    /// Finds the shortest way on which crews hand work over until one of them has time, and moves as much as fits.
    fn reroute(&mut self, links: &Links, start: usize, wanted: u32) -> u32 {
        let mut reach_came = vec![Came::Not; self.full_from.len()];
        let mut crew_came = vec![Came::Not; self.slack.len()];
        let mut waiting = VecDeque::from([start]);
        mark(&mut reach_came, start, Came::Start);
        while let Some(reach) = waiting.pop_front() {
            for &crew in links.crews_of.get(reach).map_or(&[][..], Vec::as_slice) {
                if !matches!(crew_came.get(crew), Some(Came::Not)) {
                    continue;
                }
                mark(&mut crew_came, crew, Came::By(reach));
                if self.slack.get(crew).is_some_and(|slack| *slack > 0) {
                    return self.move_along(&reach_came, &crew_came, crew, wanted);
                }
                for &other in links.reaches_of.get(crew).map_or(&[][..], Vec::as_slice) {
                    let is_new = matches!(reach_came.get(other), Some(Came::Not));
                    if is_new && self.given(other, crew) > 0 {
                        mark(&mut reach_came, other, Came::By(crew));
                        waiting.push_back(other);
                    }
                }
            }
        }
        0
    }

    fn move_along(&mut self, reach_came: &[Came], crew_came: &[Came], free: usize, wanted: u32) -> u32 {
        // Steps from the free crew back to the start: (reach, crew that will give to it, crew that gave until now).
        let mut steps = Vec::new();
        let mut amount = wanted.min(self.slack.get(free).copied().unwrap_or(0));
        let mut crew = free;
        while let Some(Came::By(reach)) = crew_came.get(crew).copied() {
            let before = match reach_came.get(reach) {
                Some(Came::By(before)) => Some(*before),
                _ => None,
            };
            steps.push((reach, crew, before));
            let Some(before) = before else { break };
            amount = amount.min(self.given(reach, before));
            crew = before;
        }
        let width = self.slack.len();
        for (reach, to, from) in steps {
            if let Some(given) = self.given.get_mut(reach * width + to) {
                *given += amount;
            }
            if let Some(given) = from.and_then(|from| self.given.get_mut(reach * width + from)) {
                *given -= amount;
            }
        }
        if let Some(slack) = self.slack.get_mut(free) {
            *slack -= amount;
        }
        amount
    }
}

fn mark(came: &mut [Came], place: usize, how: Came) {
    if let Some(slot) = came.get_mut(place) {
        *slot = how;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Crew 0 alone can do reach 0; both crews can do reach 1.
    fn links() -> Links {
        Links { crews_of: vec![vec![0], vec![0, 1]], reaches_of: vec![vec![0, 1], vec![1]] }
    }

    #[test]
    fn work_that_few_can_do_finds_its_people_although_others_came_first() {
        let mut week = WeekFlow::new(vec![100, 100], 2, u32::MAX);
        assert!(week.take(&links(), 1, 90), "the first crew gives it");
        assert_eq!(week.given(1, 0), 90);
        assert!(week.take(&links(), 0, 80), "the other crew takes over");
        assert_eq!((week.given(0, 0), week.given(1, 0), week.given(1, 1)), (80, 20, 70));
        assert!(!week.take(&links(), 0, 101 - 80 + 30), "only so much can be handed over");
        assert!(week.take(&links(), 0, 20) && week.take(&links(), 1, 10));
        assert!(!week.take(&links(), 1, 1), "200 minutes are 200 minutes");
    }

    #[test]
    fn what_does_not_fit_leaves_no_trace() {
        let mut week = WeekFlow::new(vec![100, 100], 2, 2);
        assert!(week.take(&links(), 1, 150));
        assert!(!week.take(&links(), 1, 51));
        assert!(week.take(&links(), 1, 50), "the refused one holds no minute");
        let mut few = WeekFlow::new(vec![100, 100], 2, 1);
        assert!(few.take(&links(), 1, 1) && !few.take(&links(), 1, 1), "a limit on visits holds too");
    }
}
