//! One run over the weeks of a part of the staff: in each week the visit whose window ends first goes first, then what
//! is late already, the longest due first; what finds no minutes waits.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::demand::{Asked, Chain, Demand, Reaches};
use super::flow::{Links, WeekFlow};
use super::period::Period;

/// Is one visit placed in a week.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub(super) chain: u32,
    pub(super) asked: Asked,
    pub(super) day: i32,
    pub(super) week: u32,
    pub(super) kind: u16,
}

/// Is how a run ended.
pub(super) struct Run {
    pub(super) placed: Vec<Placed>,
    pub(super) missed: Vec<(u32, Asked)>,
    pub(super) carried: Vec<(u32, Asked)>,
}

impl Run {
    /// Counts what is late or missed, and what is carried: a run that has fewer is better.
    pub(super) fn shortfall(&self) -> (usize, usize) {
        let late = self.placed.iter().filter(|placed| placed.day > placed.asked.until).count();
        (late + self.missed.len(), self.carried.len())
    }
}

/// Is what a run reads.
pub(super) struct Board<'a> {
    pub(super) demand: &'a Demand<'a>,
    pub(super) reaches: &'a Reaches,
    pub(super) period: &'a Period,
    pub(super) links: &'a Links,
    /// Place within the part of each reach of the plan.
    pub(super) local: &'a [usize],
    /// Kinds of work of the part, as reach within the part and minutes.
    pub(super) works: &'a [(usize, u32)],
    /// Minutes of a visit by kind, the way included.
    pub(super) minutes: &'a [u32],
    /// The last day on which anybody of a reach of the plan is attested.
    pub(super) last_days: &'a [i32],
}

/// Is where a chain stands: the visit that is next, and the first day on which it may be made.
#[derive(Clone, Copy)]
struct Standing {
    asked: Option<Asked>,
    release: i32,
}

/// Orders waiting visits: the day that counts, then the chain; the number tells whether it is still the next one.
type Entry = Reverse<(i32, u32, u32)>;

/// Is the first entry of a work's queue, and the work.
type Head = Reverse<((i32, u32, u32), usize)>;

/// Is one run while it goes.
struct Runner<'a, 'b> {
    board: &'b Board<'a>,
    chains: &'b [u32],
    standings: Vec<Standing>,
    arrivals: Vec<Vec<u32>>,
    takeovers: Vec<Vec<(u32, u32)>>,
    timely: Vec<BinaryHeap<Entry>>,
    late: Vec<BinaryHeap<Entry>>,
    run: Run,
}

/// What became of a visit that was tried in a week.
enum Tried {
    Placed,
    Full,
    Elsewhere,
}

/// Places the visits of some chains, given by their places in the demand, into what the weeks have left.
pub(super) fn run(board: &Board<'_>, chains: &[u32], weeks: &mut [WeekFlow]) -> Run {
    let mut runner = Runner::new(board, chains);
    for (week, flow) in weeks.iter_mut().enumerate() {
        runner.open(week);
        runner.serve(week, flow, Queue::Timely);
        runner.serve(week, flow, Queue::Late);
    }
    runner.close()
}

#[derive(Clone, Copy)]
enum Queue {
    Timely,
    Late,
}

impl<'a, 'b> Runner<'a, 'b> {
    fn new(board: &'b Board<'a>, chains: &'b [u32]) -> Self {
        let weeks = board.period.weeks.len();
        let queues = || board.works.iter().map(|_| BinaryHeap::new()).collect::<Vec<_>>();
        let mut runner = Self {
            board,
            chains,
            standings: vec![Standing { asked: None, release: 0 }; chains.len()],
            arrivals: vec![Vec::new(); weeks],
            takeovers: vec![Vec::new(); weeks],
            timely: queues(),
            late: queues(),
            run: Run { placed: Vec::new(), missed: Vec::new(), carried: Vec::new() },
        };
        for slot in 0..chains.len() {
            if let Some(chain) = runner.chain(slot) {
                let first = board.demand.first_of(chain);
                runner.expect(slot, Some(first), first.due, 0);
            }
        }
        runner
    }

    fn chain(&self, slot: usize) -> Option<&'b Chain> {
        let board = self.board;
        board.demand.chains.get(*self.chains.get(slot)? as usize)
    }

    /// Makes a visit the next one of its chain, from a day on and not before a week.
    fn expect(&mut self, slot: usize, asked: Option<Asked>, earliest: i32, not_before: usize) {
        let Some(chain) = self.chain(slot) else { return };
        let lawful = asked.and_then(|_| self.board.demand.law(chain)?.from(earliest));
        let release = lawful.map_or(i32::MAX, |(day, _)| day);
        if let Some(standing) = self.standings.get_mut(slot) {
            *standing = Standing { asked, release };
        }
        let Some(asked) = asked else { return };
        if let Some(week) = self.board.period.week(release)
            && let Some(list) = self.arrivals.get_mut(week.max(not_before))
        {
            list.push(slot as u32);
        }
        let next = self.board.demand.after(chain, asked);
        if let Some(week) = next.and_then(|next| self.board.period.week(next.due))
            && let Some(list) = self.takeovers.get_mut(week.max(not_before))
        {
            list.push((slot as u32, asked.number));
        }
    }

    /// Begins a week: visits whose successor is due are given up, those that may be made from now on wait.
    fn open(&mut self, week: usize) {
        for (slot, number) in self.takeovers.get_mut(week).map(std::mem::take).unwrap_or_default() {
            let slot = slot as usize;
            let asked = self.standings.get(slot).and_then(|standing| standing.asked);
            if let Some(asked) = asked.filter(|asked| asked.number == number)
                && let (Some(chain), Some(place)) = (self.chain(slot), self.chains.get(slot))
            {
                self.run.missed.push((*place, asked));
                let next = self.board.demand.after(chain, asked);
                let due = next.map_or(0, |next| next.due);
                self.expect(slot, next, due, week);
            }
        }
        for slot in self.arrivals.get_mut(week).map(std::mem::take).unwrap_or_default() {
            self.queue(slot as usize, week);
        }
        let first = self.board.period.spans.get(week).map_or(0, |span| span.0);
        for (timely, late) in self.timely.iter_mut().zip(&mut self.late) {
            while let Some(Reverse((until, ..))) = timely.peek()
                && *until < first
                && let Some(Reverse((_, slot, number))) = timely.pop()
            {
                let asked = self.standings.get(slot as usize).and_then(|standing| standing.asked);
                if let Some(asked) = asked.filter(|asked| asked.number == number) {
                    late.push(Reverse((asked.due, slot, number)));
                }
            }
        }
    }

    /// Returns the day of a chain's next visit in a week, its kind and its work; none when it is unlawful that week, or
    /// the attestations of all who could make it are over.
    fn in_week(&self, slot: usize, week: usize) -> Option<(i32, u16, usize)> {
        let span = self.board.period.spans.get(week)?;
        let (chain, standing) = (self.chain(slot)?, self.standings.get(slot)?);
        let (day, kind) = self.board.demand.law(chain)?.from(standing.release.max(span.0))?;
        let work = self.board.work(chain, (day, kind))?;
        (day <= span.1).then_some((day, kind, work))
    }

    /// Lets the next visit of a chain wait in the queue of its work, or for a later week where this one is unlawful.
    fn queue(&mut self, slot: usize, week: usize) {
        let Some(asked) = self.standings.get(slot).and_then(|standing| standing.asked) else { return };
        let Some((day, _, work)) = self.in_week(slot, week) else { return self.wait(slot, week) };
        let (queues, counts) =
            if day <= asked.until { (&mut self.timely, asked.until) } else { (&mut self.late, asked.due) };
        if let Some(queue) = queues.get_mut(work) {
            queue.push(Reverse((counts, slot as u32, asked.number)));
        }
    }

    fn wait(&mut self, slot: usize, week: usize) {
        let later = self.board.period.spans.get(week).and_then(|span| {
            let chain = self.chain(slot)?;
            let release = self.standings.get(slot)?.release;
            let (day, _) = self.board.demand.law(chain)?.from(release.max(span.1 + 1))?;
            self.board.period.week(day)
        });
        if let Some(list) = later.and_then(|later| self.arrivals.get_mut(later)) {
            list.push(slot as u32);
        }
    }

    /// Goes through the queues of all works together until each is empty or finds no minutes.
    fn serve(&mut self, week: usize, flow: &mut WeekFlow, which: Queue) {
        let mut queues = match which {
            Queue::Timely => std::mem::take(&mut self.timely),
            Queue::Late => std::mem::take(&mut self.late),
        };
        let head =
            |queue: &BinaryHeap<Entry>, work: usize| queue.peek().map(|entry| Reverse((entry.0, work)));
        let mut heads: BinaryHeap<Head> =
            queues.iter().enumerate().filter_map(|(work, queue)| head(queue, work)).collect();
        while let Some(Reverse(((_, slot, number), work))) = heads.pop() {
            let Some(queue) = queues.get_mut(work) else { continue };
            let next = self.standings.get(slot as usize).and_then(|standing| standing.asked);
            let tried = match next.filter(|asked| asked.number == number) {
                Some(asked) => self.attempt(slot as usize, (week, work), asked, flow),
                // Made or given up since it was put there.
                None => Tried::Placed,
            };
            match tried {
                Tried::Full => continue,
                Tried::Placed => {}
                Tried::Elsewhere => self.wait_or_move(slot as usize, week),
            }
            queue.pop();
            heads.extend(head(queue, work));
        }
        match which {
            Queue::Timely => self.timely = queues,
            Queue::Late => self.late = queues,
        }
    }

    /// A visit whose lightest lawful kind is another one by now waits for the next week as that.
    fn wait_or_move(&mut self, slot: usize, week: usize) {
        match self.in_week(slot, week) {
            None => self.wait(slot, week),
            Some(_) => {
                if let Some(list) = self.arrivals.get_mut(week + 1) {
                    list.push(slot as u32);
                }
            }
        }
    }

    fn attempt(
        &mut self,
        slot: usize,
        (week, work): (usize, usize),
        asked: Asked,
        flow: &mut WeekFlow,
    ) -> Tried {
        let Some((day, kind, now)) = self.in_week(slot, week) else { return Tried::Elsewhere };
        if now != work {
            return Tried::Elsewhere;
        }
        let Some((reach, minutes)) = self.board.works.get(work).copied() else { return Tried::Elsewhere };
        if !flow.take(self.board.links, reach, minutes) {
            return Tried::Full;
        }
        let (Some(chain), Some(place)) = (self.chain(slot), self.chains.get(slot)) else {
            return Tried::Placed;
        };
        self.run.placed.push(Placed { chain: *place, asked, day, week: week as u32, kind });
        let demand = self.board.demand;
        let next = demand.after(chain, asked);
        let apart = demand.apart(chain, asked.due).unwrap_or(0);
        let earliest = next.map_or(0, |next| next.due.max(day.saturating_add(apart)));
        self.expect(slot, next, earliest, week + 1);
        Tried::Placed
    }

    /// Ends the run: what is still expected is carried when its window goes on after the period, else missed.
    fn close(mut self) -> Run {
        let length = self.board.period.length();
        for slot in 0..self.chains.len() {
            let (Some(chain), Some(place)) = (self.chain(slot), self.chains.get(slot)) else { continue };
            let standing = self.standings.get(slot).and_then(|standing| standing.asked);
            let left = std::iter::successors(standing, |asked| self.board.demand.after(chain, *asked));
            for asked in left {
                let list = if asked.until >= length { &mut self.run.carried } else { &mut self.run.missed };
                list.push((*place, asked));
            }
        }
        self.run
    }
}

impl Board<'_> {
    /// Tells whether anybody who can make a visit of a kind is attested on a day.
    pub(super) fn is_attested(&self, chain: &Chain, (day, kind): (i32, u16)) -> bool {
        self.reach(chain, kind)
            .and_then(|reach| self.last_days.get(reach as usize))
            .is_some_and(|last| day <= *last)
    }

    fn reach(&self, chain: &Chain, kind: u16) -> Option<u32> {
        self.reaches.of(chain).iter().find(|(of, _)| *of == kind).map(|(_, reach)| *reach)
    }

    /// Returns the place of the work that a visit of a kind is for the part's crews on a day.
    fn work(&self, chain: &Chain, (day, kind): (i32, u16)) -> Option<usize> {
        let reach = self.reach(chain, kind).filter(|_| self.is_attested(chain, (day, kind)))?;
        let local = self.local.get(reach as usize).copied().filter(|local| *local != usize::MAX)?;
        self.works.binary_search(&(local, *self.minutes.get(kind as usize)?)).ok()
    }
}
