//! The answers of all rules on a run of rows.

use dozor_domain::{RiskCategory, SeverityEffect};
use dozor_script::{BATCH_ROWS, Ends, KernelRunner, Mask};

use crate::columns::Asking;
use crate::row::{Ended, is_effective};
use crate::rule::{Effect, RESULT_ERROR, Rule, Said};

const WORDS: usize = BATCH_ROWS / 64;

/// Holds one rule's answers on a run of rows, from the run's first row.
#[derive(Debug)]
pub(crate) struct RulePart<'a> {
    pub(crate) fired: &'a mut [u64],
    pub(crate) unknown: &'a mut [u64],
    pub(crate) points: Option<&'a mut [f64]>,
    pub(crate) floors: Option<&'a mut [Option<RiskCategory>]>,
    pub(crate) severities: Option<&'a mut [u8]>,
    pub(crate) said: RuleSaid,
}

/// Holds what a rule said on a run of rows that has no place in columns.
#[derive(Debug, Default)]
pub(crate) struct RuleSaid {
    /// Severity effects; a row names one by its place + 1.
    pub(crate) effects: Vec<SeverityEffect>,
    /// By row of the whole table.
    pub(crate) errors: Vec<(u32, String)>,
}

/// Holds the answers of all rules on a run of rows.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    /// First row in the table.
    pub(crate) start: usize,
    pub(crate) rows: usize,
    pub(crate) rules: Vec<RulePart<'a>>,
    /// Sums of points, for each control kind.
    pub(crate) totals: Vec<&'a mut [f64]>,
}

impl RulePart<'_> {
    /// Tells whether a fired row may say more than its head does.
    fn says_more(&self) -> bool {
        self.points.is_some() || self.floors.is_some() || self.severities.is_some()
    }

    fn fire(&mut self, rule: &Rule, row: usize, effect: Effect) {
        set(self.fired, row);
        if let Some(slot) = self.points.as_mut().and_then(|points| points.get_mut(row)) {
            *slot = effect.points.unwrap_or(rule.head().points);
        }
        if let Some(slot) = self.floors.as_mut().and_then(|floors| floors.get_mut(row)) {
            *slot = effect.floor;
        }
        if let Some(slot) = self.severities.as_mut().and_then(|places| places.get_mut(row))
            && let Some(severity) = effect.severity
        {
            let effects = &mut self.said.effects;
            let known = effects.iter().position(|known| *known == severity);
            let place = known.unwrap_or_else(|| {
                effects.push(severity);
                effects.len() - 1
            });
            *slot = u8::try_from(place + 1).unwrap_or(0);
        }
    }

    fn fail(&mut self, row: usize, row_of_table: usize, code: &str) {
        set(self.unknown, row);
        if let Ok(row) = u32::try_from(row_of_table) {
            self.said.errors.push((row, code.to_owned()));
        }
    }

    fn take(&mut self, rule: &Rule, row: usize, row_of_table: usize, ended: Ended) {
        match ended {
            Ended::KindMissing | Ended::Said(Said::Unknown(_)) => set(self.unknown, row),
            Ended::Said(Said::NotFired) => {}
            Ended::Said(Said::Fired(effect)) => self.fire(rule, row, *effect),
            Ended::Said(Said::Failed(code, _)) => self.fail(row, row_of_table, code),
        }
    }
}

impl Part<'_> {
    /// Writes zeros where sums and points will be added up. They are zeros already, but of pages that nobody has written
    /// to: a page that is read first is mapped to the system's page of zeros, and the write that follows must tell every
    /// core that the mapping changed. With two threads that took a third of the time of all rules.
    pub(crate) fn clear(&mut self) {
        self.totals.iter_mut().for_each(|total| total.fill(0.0));
        for rule in &mut self.rules {
            rule.fired.fill(0);
            rule.unknown.fill(0);
            if let Some(points) = &mut rule.points {
                points.fill(0.0);
            }
        }
    }

    /// Returns, by rule, what has no place in columns.
    pub(crate) fn said(self) -> Vec<RuleSaid> {
        self.rules.into_iter().map(|rule| rule.said).collect()
    }

    /// Takes the answers of the batch that the runner has just computed; `first` is its first row in the part.
    pub(crate) fn add_batch(&mut self, asking: &Asking<'_>, runner: &KernelRunner<'_>, first: usize) {
        let (start, rows) = (self.start, BATCH_ROWS.min(self.rows - first));
        for (place, (bound, part)) in asking.bound.iter().zip(&mut self.rules).enumerate() {
            let script = asking.scripts.get(place).copied().flatten();
            let asked = match script {
                Some(script) => vectorised(asking, runner, (place, script), (start, first, rows), part),
                None => every(rows),
            };
            if asked.iter().any(|word| *word != 0) {
                let mut interpreter = bound.rule.program().runner();
                each(&asked, |row| {
                    let row_of_table = start + first + row;
                    let ended = bound.ended(asking.table, row_of_table, asking.zone, &mut interpreter);
                    part.take(bound.rule, first + row, row_of_table, ended);
                });
                part.said.errors.sort_by_key(|(row, _)| *row);
            }
        }
        self.add_totals(asking, first);
    }

    fn add_totals(&mut self, asking: &Asking<'_>, first: usize) {
        for (total, (_, counting)) in self.totals.iter_mut().zip(&asking.counting) {
            for place in counting {
                let (Some(part), Some(bound)) = (self.rules.get(*place), asking.bound.get(*place)) else {
                    continue;
                };
                let fired = part.fired.iter().skip(first / 64).take(WORDS);
                let head = bound.rule.head().points;
                for (word, from) in fired.zip((first..).step_by(64)).filter(|(word, _)| **word != 0) {
                    let end = (from + 64).min(total.len());
                    let sums = total.get_mut(from..end).unwrap_or_default();
                    match part.points.as_deref().and_then(|points| points.get(from..end)) {
                        Some(points) => sums.iter_mut().zip(points).for_each(|(sum, points)| *sum += points),
                        None => add_where(*word, head, sums),
                    }
                }
            }
        }
    }
}

/// Adds a number where a bit is set; without a branch where many are.
fn add_where(word: u64, number: f64, sums: &mut [f64]) {
    const MANY: u32 = 24;
    if word.count_ones() < MANY {
        each(&[word], |row| {
            if let Some(sum) = sums.get_mut(row) {
                *sum += number;
            }
        });
        return;
    }
    for (row, sum) in sums.iter_mut().enumerate() {
        *sum += if word >> row & 1 == 1 { number } else { 0.0 };
    }
}

/// Writes a batch's words over those of a part, which may end within the batch.
fn put(words: &Mask, first: usize, all: &mut [u64]) {
    all.iter_mut().skip(first / 64).zip(words).for_each(|(slot, word)| *slot = *word);
}

/// Takes what a kernel says of a rule in a batch; returns the rows that the interpreter must answer.
fn vectorised(
    asking: &Asking<'_>,
    runner: &KernelRunner<'_>,
    (place, script): (usize, usize),
    (start, first, rows): (usize, usize, usize),
    part: &mut RulePart<'_>,
) -> Mask {
    let Some(rule) = asking.bound.get(place).map(|bound| bound.rule) else { return [0; WORDS] };
    let mut ends = runner.ends(script);
    limit_to_effective(asking, rule, (start + first, rows), &mut ends);
    put(&ends.unknown, first, part.unknown);
    if !part.says_more() {
        put(&ends.fired, first, part.fired);
        return ends.ask;
    }
    let points = runner.points(script);
    if part.floors.is_none() && part.severities.is_none() {
        points_only(rule, (start, first), (&ends.fired, points.unwrap_or_default()), part);
        return ends.ask;
    }
    each(&ends.fired, |row| {
        let result = dozor_script::RuleResult {
            fired: true,
            points: points.and_then(|points| points.get(row).copied()).filter(|points| points.is_finite()),
            floor: runner.floor(script, row).map(std::borrow::Cow::into_owned),
            severity: runner.severity(script, row).map(std::borrow::Cow::into_owned),
            evidence: None,
        };
        let said = rule.said(dozor_script::Answer::Value(dozor_script::Answered::Map(result)));
        part.take(rule, first + row, start + first + row, Ended::Said(said));
    });
    ends.ask
}

/// Takes the points of a rule whose script names nothing else: the usual case, and so without a heap object a row.
fn points_only(
    rule: &Rule,
    (start, first): (usize, usize),
    (fired, points): (&Mask, &[f64]),
    part: &mut RulePart<'_>,
) {
    each(fired, |row| {
        let given = points.get(row).copied().filter(|points| points.is_finite());
        if given.is_some_and(|points| !rule.may_give(points)) {
            part.fail(first + row, start + first + row, RESULT_ERROR);
            return;
        }
        set(part.fired, first + row);
        if let Some(slot) = part.points.as_mut().and_then(|points| points.get_mut(first + row)) {
            *slot = given.unwrap_or(rule.head().points);
        }
    });
}

/// Outside its dates a rule is not asked.
fn limit_to_effective(asking: &Asking<'_>, rule: &Rule, (start, rows): (usize, usize), ends: &mut Ends) {
    if rule.effective_from().is_none() && rule.effective_to().is_none() {
        return;
    }
    let mut effective = [0; WORDS];
    let mut last: Option<(dozor_domain::Timestamp, bool)> = None;
    for row in 0..rows {
        // Most tables are of one instant: the calendar is asked once.
        let as_of = asking.table.as_of(start + row);
        let is_on = match last {
            Some((known, is_on)) if known == as_of => is_on,
            _ => is_effective(rule, asking.table, start + row, asking.zone),
        };
        last = Some((as_of, is_on));
        if is_on {
            set(&mut effective, row);
        }
    }
    for mask in [&mut ends.fired, &mut ends.unknown, &mut ends.ask] {
        mask.iter_mut().zip(&effective).for_each(|(word, effective)| *word &= effective);
    }
}

fn every(rows: usize) -> Mask {
    let mut mask = [0; WORDS];
    (0..rows).for_each(|row| set(&mut mask, row));
    mask
}

fn set(words: &mut [u64], row: usize) {
    if let Some(word) = words.get_mut(row / 64) {
        *word |= 1 << (row % 64);
    }
}

/// Calls `body` for the place of every bit that is set.
fn each(words: &[u64], mut body: impl FnMut(usize)) {
    for (at, word) in words.iter().enumerate() {
        let mut rest = *word;
        while rest != 0 {
            body(64 * at + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}
