//! A solution being worked on: one line of stops a person, with what it costs to put one more in.

use super::instance::{Instance, Person};

/// Stands for "on no line".
pub(crate) const NOBODY: u32 = u32::MAX;

/// Is one person's stops in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Line {
    pub(crate) stops: Vec<u32>,
    /// Minutes of the leg to each stop and, last, of the way back; empty while there is no stop.
    legs: Vec<i32>,
    /// Minutes of service and travel together.
    pub(crate) minutes: i32,
    /// Whether, since its last change, everything that stood free was tried in vain.
    pub(crate) is_full: bool,
}

/// Is where an item would go and what that costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Insertion {
    pub(crate) line: u32,
    pub(crate) place: usize,
    /// Minutes more, service included.
    pub(crate) cost: i32,
}

/// Is a whole solution.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct State {
    pub(crate) lines: Vec<Line>,
    /// For each item the line that holds it.
    pub(crate) on: Vec<u32>,
    /// Thousandths.
    pub(crate) value: i64,
    /// Minutes of service and travel of all lines.
    pub(crate) minutes: i64,
    pub(crate) visits: usize,
}

impl State {
    pub(crate) fn empty(instance: &Instance<'_>) -> Self {
        Self {
            lines: vec![Line::default(); instance.people.len()],
            on: vec![NOBODY; instance.items.len()],
            value: 0,
            minutes: 0,
            visits: 0,
        }
    }

    pub(crate) fn is_free(&self, item: u32) -> bool {
        self.on[item as usize] == NOBODY
    }

    /// Returns the cheapest lawful place of an item on one line.
    pub(crate) fn best_on_line(&self, instance: &Instance<'_>, item: u32, line: u32) -> Option<Insertion> {
        let person = &instance.people[line as usize];
        let stops = &self.lines[line as usize];
        let what = &instance.items[item as usize];
        let room = person.minutes - stops.minutes - what.service;
        if room < 0 || stops.stops.len() >= instance.most_visits_each || self.visits >= instance.most_visits {
            return None;
        }
        let from_base = person.pace.minutes(&person.base, &what.spot);
        if stops.stops.is_empty() {
            let cost = 2 * from_base;
            return (cost <= room).then_some(Insertion { line, place: 0, cost: cost + what.service });
        }
        let mut best: Option<(i32, usize)> = None;
        let mut before = from_base;
        for (place, leg) in stops.legs.iter().enumerate() {
            let after = match stops.stops.get(place) {
                Some(stop) => person.pace.minutes(&instance.items[*stop as usize].spot, &what.spot),
                None => from_base,
            };
            let cost = before + after - leg;
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, place));
            }
            before = after;
        }
        let (cost, place) = best?;
        (cost <= room).then_some(Insertion { line, place, cost: cost + what.service })
    }

    /// Puts an item in.
    pub(crate) fn insert(&mut self, instance: &Instance<'_>, item: u32, at: Insertion) {
        let person = &instance.people[at.line as usize];
        let line = &mut self.lines[at.line as usize];
        let before = line.minutes;
        line.stops.insert(at.place, item);
        line.measure(instance, person);
        self.minutes += i64::from(line.minutes - before);
        self.on[item as usize] = at.line;
        self.value += instance.items[item as usize].value;
        self.visits += 1;
    }

    /// Takes `count` stops out of a line, from `first` on, and appends them to `removed`.
    pub(crate) fn remove(
        &mut self,
        instance: &Instance<'_>,
        line: u32,
        (first, count): (usize, usize),
        removed: &mut Vec<u32>,
    ) {
        let person = &instance.people[line as usize];
        let stops = &mut self.lines[line as usize];
        let before = stops.minutes;
        for item in stops.stops.drain(first..first + count) {
            self.on[item as usize] = NOBODY;
            self.value -= instance.items[item as usize].value;
            self.visits -= 1;
            removed.push(item);
        }
        stops.measure(instance, person);
        self.minutes += i64::from(stops.minutes - before);
    }

    /// Puts an earlier form of a line back.
    pub(crate) fn restore(&mut self, instance: &Instance<'_>, line: u32, earlier: Line) {
        let current = std::mem::replace(&mut self.lines[line as usize], earlier);
        self.minutes -= i64::from(current.minutes);
        for item in &current.stops {
            // Another line's earlier form may have claimed it already.
            if self.on[*item as usize] == line {
                self.on[*item as usize] = NOBODY;
            }
            self.value -= instance.items[*item as usize].value;
        }
        self.visits -= current.stops.len();
        let back = &self.lines[line as usize];
        self.minutes += i64::from(back.minutes);
        for item in &back.stops {
            self.on[*item as usize] = line;
            self.value += instance.items[*item as usize].value;
        }
        self.visits += back.stops.len();
    }
}

impl Line {
    /// Works legs and minutes out again after the stops changed.
    pub(crate) fn measure(&mut self, instance: &Instance<'_>, person: &Person) {
        self.legs.clear();
        self.is_full = false;
        self.minutes = 0;
        let mut here = &person.base;
        for item in &self.stops {
            let item = &instance.items[*item as usize];
            self.legs.push(person.pace.minutes(here, &item.spot));
            self.minutes += item.service;
            here = &item.spot;
        }
        if !self.stops.is_empty() {
            self.legs.push(person.pace.minutes(here, &person.base));
        }
        self.minutes += self.legs.iter().sum::<i32>();
    }
}
