//! The day's clock without its break. The break falls due in one minute for all; in a clock that stands still while it
//! lasts the day has none, and the search need not know of it. What begins before that minute begins at the same time in
//! both clocks; what begins later does so as much later in the real one as the break is long. A visit in hand when the
//! break falls due is finished first, and only one that would keep it waiting too long is interrupted: the standing clock
//! is the same for both.

use dozor_domain::{Minutes, Pause};

use crate::PauseRule;

/// Translates between the real clock and the one that stands still during the break.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DayClock {
    pause: Option<PauseRule>,
}

/// Is one visit by the standing clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Served {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl DayClock {
    pub(crate) fn new(pause: Option<PauseRule>) -> Self {
        Self { pause }
    }

    /// Returns the earliest standing minute whose real one is not before `real`. Nothing begins during the break, so
    /// that who comes on duty meanwhile begins after it.
    pub(crate) fn earliest(&self, real: u32) -> u32 {
        match self.pause {
            Some(pause) if real >= pause.at => real.saturating_sub(pause.minutes).max(pause.at),
            _ => real,
        }
    }

    /// Returns the latest standing minute of a start whose real one is not after `real`. It is -1 where there is none:
    /// the break is due at midnight.
    pub(crate) fn latest(&self, real: u32) -> i64 {
        match self.pause {
            Some(pause) if real >= pause.at + pause.minutes => i64::from(real - pause.minutes),
            Some(pause) if real >= pause.at => i64::from(pause.at) - 1,
            _ => i64::from(real),
        }
    }

    /// Returns the standing minute by which to be back for being so by `real`. Whose shift ends during the break is back
    /// when it falls due.
    pub(crate) fn back(&self, real: u32) -> u32 {
        match self.pause {
            Some(pause) if real > pause.at => real.saturating_sub(pause.minutes).max(pause.at),
            _ => real,
        }
    }

    /// Returns the real minute of a start.
    pub(crate) fn start(&self, standing: u32) -> u32 {
        match self.pause {
            Some(pause) if standing >= pause.at => standing + pause.minutes,
            _ => standing,
        }
    }

    /// Returns the real minute of an arrival of somebody who set out first in the standing minute `begun`: who arrives
    /// just when the break falls due takes it there.
    pub(crate) fn arrival(&self, standing: u32, begun: u32) -> u32 {
        match self.pause {
            Some(pause) if standing > pause.at || begun >= pause.at => standing + pause.minutes,
            _ => standing,
        }
    }

    /// Returns the real end of a visit.
    pub(crate) fn end(&self, visit: Served) -> u32 {
        let service = visit.end - visit.start;
        let rested = self.pause.filter(|pause| interrupts(pause, visit)).map_or(0, |pause| pause.minutes);
        self.start(visit.start) + service + rested
    }

    /// Returns the break of somebody who first set out and came back in these standing minutes.
    pub(crate) fn pause(&self, visits: &[Served], (begun, back): (u32, u32)) -> Option<Pause> {
        let pause = self.pause.filter(|pause| begun < pause.at && pause.at < back)?;
        let in_hand = visits.iter().find(|visit| visit.start < pause.at && visit.end > pause.at);
        let start = in_hand.filter(|visit| !interrupts(&pause, **visit)).map_or(pause.at, |visit| visit.end);
        Some(Pause { start: Minutes(start), end: Minutes(start + pause.minutes) })
    }
}

fn interrupts(pause: &PauseRule, visit: Served) -> bool {
    visit.start < pause.at && visit.end > pause.latest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every border of every break of a small day, against the definition by search.
    #[test]
    fn each_border_is_the_last_minute_that_holds() {
        for (at, minutes) in (0..12_u32).flat_map(|at| (1..6_u32).map(move |minutes| (at, minutes))) {
            let clock = DayClock::new(Some(PauseRule { at, minutes, latest: at }));
            let starts = |standing: &u32| clock.start(*standing);
            let is_back = |standing: &u32| clock.arrival(*standing, 0);
            for real in 0..30 {
                let earliest = (0..40).find(|standing| starts(standing) >= real);
                assert_eq!(Some(clock.earliest(real)), earliest, "{at} {minutes} {real}");
                let latest = (0..40).rfind(|standing| starts(standing) <= real);
                assert_eq!(clock.latest(real), latest.map_or(-1, i64::from), "{at} {minutes} {real}");
                if at > 0 {
                    let back = (0..40).rfind(|standing| is_back(standing) <= real);
                    assert_eq!(Some(clock.back(real)), back, "{at} {minutes} {real}");
                }
            }
        }
    }

    #[test]
    fn a_visit_in_hand_is_finished_first_unless_it_would_keep_the_break_waiting() {
        let clock = DayClock::new(Some(PauseRule { at: 780, minutes: 60, latest: 840 }));
        let pause = |start, end| clock.pause(&[Served { start, end }], (540, 1000)).map(|one| one.start.0);
        assert_eq!(pause(700, 780), Some(780));
        assert_eq!(pause(779, 840), Some(840));
        assert_eq!(pause(779, 841), Some(780), "interrupted");
        assert_eq!(clock.end(Served { start: 779, end: 840 }), 840);
        assert_eq!(clock.end(Served { start: 779, end: 841 }), 901);
        assert_eq!(clock.end(Served { start: 780, end: 800 }), 860);
        assert_eq!(clock.pause(&[], (540, 780)), None, "back when it falls due");
        assert_eq!(clock.pause(&[], (780, 1000)), None, "began after it");
    }
}
