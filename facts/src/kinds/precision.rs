//! `learnt_precision`: how far the source of the object's latest signal is to be believed: the lower bound (Wilson, 95 %)
//! of the share of signals that an outcome confirmed, among those that an outcome judged, as of the instant. Sources
//! are told apart by `group`, a field of the signals. A signal is judged by the first outcome of its object that says
//! something of it, not before it and at most `within_days` after. Missing where the object has no signal, where its
//! latest says no group, or where fewer than `least` signals of the group were judged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dozor_domain::{ColumnData, NO_OBJECT, NO_TIME, ObjectColumns};
use rayon::prelude::*;

use crate::datum::Datum;
use crate::formula::{Failures, Three, datum_of};
use crate::kinds::last::Last;
use crate::kinds::neighbours::joined;
use crate::kinds::token::{Token, token};
use crate::plan::Select;
use crate::records::{Lens, Moment, Picks, View, Wanted, collect};

/// Rows that one thread takes at a time.
const CHUNK: usize = 1_024;
const DAY_MICROS: i64 = 86_400_000_000;
/// The two-sided 95 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Counts what outcomes said of the signals of one group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    confirmed: u32,
    judged: u32,
}

/// Holds the tally of each group as of one instant, and the conditions that failed on the way.
type Tallies = (Vec<Tally>, Failures);

/// Tells the groups of signals apart.
#[derive(Debug)]
struct Groups<'a> {
    /// The field of each part; none where all signals are one group.
    fields: Option<Vec<&'a ColumnData>>,
    numbers: BTreeMap<Token<'a>, usize>,
}

impl<'a> Groups<'a> {
    fn new(fields: Option<Vec<&'a ColumnData>>, signals: &[View<'a>]) -> Self {
        let rows = |(field, view): (&&'a ColumnData, &View<'a>)| {
            let field: &'a ColumnData = field;
            (0..view.index.columns.len())
                .filter_map(move |row| token(datum_of(field, row)))
                .collect::<BTreeSet<_>>()
        };
        let found: BTreeSet<Token<'a>> = fields.iter().flatten().zip(signals).flat_map(rows).collect();
        Self { fields, numbers: found.into_iter().zip(0..).collect() }
    }

    fn len(&self) -> usize {
        self.numbers.len().max(1)
    }

    fn of(&self, part: usize, row: usize) -> Option<usize> {
        match &self.fields {
            None => Some(0),
            Some(fields) => fields
                .get(part)
                .and_then(|field| token(datum_of(field, row)))
                .and_then(|known| self.numbers.get(&known).copied()),
        }
    }
}

/// Is the fact, ready for rows.
#[derive(Debug)]
pub(crate) struct Precision<'a> {
    pub(crate) select: &'a Select,
    pub(crate) signals: Vec<View<'a>>,
    groups: Groups<'a>,
    pub(crate) outcomes: View<'a>,
    within_days: i64,
    least: u32,
    /// Objects that have signals and outcomes: the others teach nothing.
    teachers: Vec<u32>,
    last: Last<Tallies>,
}

impl<'a> Precision<'a> {
    pub(crate) fn new(
        (select, signals): (&'a Select, Vec<View<'a>>),
        fields: Option<Vec<&'a ColumnData>>,
        outcomes: View<'a>,
        (within_days, least): (u32, u32),
    ) -> Self {
        let judged: BTreeSet<u32> = outcomes.index.columns.objects.iter().copied().collect();
        let has_signal =
            |object: &u32| signals.iter().any(|view| !view.index.columns.rows_of(*object).is_empty());
        let teachers = judged.into_iter().filter(|object| *object != NO_OBJECT).filter(has_signal).collect();
        let groups = Groups::new(fields, &signals);
        let within_days = i64::from(within_days);
        Self { select, signals, groups, outcomes, within_days, least, teachers, last: Last::default() }
    }

    /// Computes the fact for rows, given the distinct moments among them.
    pub(crate) fn evaluate(
        &self,
        objects: &ObjectColumns,
        moments: &[Moment],
        cases: &[(u32, Moment)],
    ) -> (Vec<Datum<'static>>, Failures) {
        let tallies = |moment: &Moment| (*moment, self.last.at(*moment, || self.tallies(*moment)));
        let tallies: BTreeMap<Moment, Arc<Tallies>> = moments.par_iter().map(tallies).collect();
        let chunks = cases.par_chunks(CHUNK).map(|chunk| {
            let mut lenses: Vec<Lens<'_>> = self.signals.iter().map(View::lens).collect();
            let mut picks = Picks::default();
            let one = |&(object, moment): &(u32, Moment)| {
                let case = (object, moment);
                collect(&mut picks, &mut lenses, (objects, self.select.whose), case, Wanted::Passing);
                let learnt = tallies.get(&moment).map(|made| &made.0);
                learnt.and_then(|learnt| self.bound(learnt, &picks)).map_or(Datum::Missing, Datum::Float)
            };
            let values = chunk.iter().map(one).collect();
            let mut failures = Failures::default();
            lenses.into_iter().for_each(|lens| failures.append(lens.failures));
            (values, failures)
        });
        let (values, later) = joined(chunks.collect());
        let mut failures = Failures::default();
        tallies.into_values().for_each(|made| failures.append(made.1.clone()));
        failures.append(later);
        (values, failures)
    }

    fn bound(&self, learnt: &[Tally], picks: &Picks) -> Option<f64> {
        let latest = picks.rows.iter().max_by_key(|pick| {
            let columns = self.signals.get(pick.part).map(|view| view.index.columns);
            columns.map(|columns| (columns.happened_at[pick.row], columns.ids[pick.row]))
        })?;
        let tally = learnt.get(self.groups.of(latest.part, latest.row)?)?;
        (tally.judged >= self.least).then(|| lower_bound(*tally))
    }

    fn tallies(&self, moment: Moment) -> Tallies {
        let mut signals: Vec<Lens<'_>> = self.signals.iter().map(View::lens).collect();
        let mut outcomes = self.outcomes.lens();
        let mut tallies = vec![Tally::default(); self.groups.len()];
        let mut judged: Vec<(i64, bool)> = Vec::new();
        for &object in &self.teachers {
            judgements(&mut outcomes, (object, moment), &mut judged);
            if judged.is_empty() {
                continue;
            }
            for (part, lens) in signals.iter_mut().enumerate() {
                let columns = lens.view.index.columns;
                for row in columns.rows_of(object) {
                    let at = columns.happened_at[row];
                    let verdict = self.verdict(at, &judged);
                    let (Some(verdict), Some(group)) = (verdict, self.groups.of(part, row)) else { continue };
                    if lens.holds(row, moment) == Three::Yes
                        && let Some(tally) = tallies.get_mut(group)
                    {
                        tally.judged += 1;
                        tally.confirmed += u32::from(verdict);
                    }
                }
            }
        }
        let mut failures = outcomes.failures;
        signals.into_iter().for_each(|lens| failures.append(lens.failures));
        (tallies, failures)
    }

    /// Returns what the first judgement at or after a signal said of it, if it came in time.
    fn verdict(&self, signal_at: i64, judged: &[(i64, bool)]) -> Option<bool> {
        let (at, verdict) = judged.get(judged.partition_point(|(at, _)| *at < signal_at))?;
        let is_in_time = at.saturating_sub(signal_at) <= self.within_days * DAY_MICROS;
        (signal_at != NO_TIME && is_in_time).then_some(*verdict)
    }
}

/// Collects the outcomes of an object that judge signals, by time; of several at one instant, the confirming one
/// stands last and does not count before the others.
fn judgements(outcomes: &mut Lens<'_>, (object, moment): (u32, Moment), judged: &mut Vec<(i64, bool)>) {
    judged.clear();
    let columns = outcomes.view.index.columns;
    for row in columns.rows_of(object) {
        let at = columns.happened_at[row];
        if at == NO_TIME || outcomes.holds(row, moment) != Three::Yes {
            continue;
        }
        match outcomes.meets(row, moment) {
            Three::Yes => judged.push((at, true)),
            Three::No => judged.push((at, false)),
            Three::Unknown => {}
        }
    }
    judged.sort_unstable();
}

/// Returns the lower end of Wilson's interval (E. B. Wilson, 1927), which keeps its level for few trials too.
fn lower_bound(tally: Tally) -> f64 {
    let trials = f64::from(tally.judged);
    let share = f64::from(tally.confirmed) / trials;
    let centre = share + Z * Z / (2.0 * trials);
    let half = Z * (share * (1.0 - share) / trials + Z * Z / (4.0 * trials * trials)).sqrt();
    ((centre - half) / (1.0 + Z * Z / trials)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_wilsons() {
        // Worked by hand from the published formula: 8 of 10, and 40 of 100.
        assert!((lower_bound(Tally { confirmed: 8, judged: 10 }) - 0.490_162).abs() < 1e-6);
        assert!((lower_bound(Tally { confirmed: 40, judged: 100 }) - 0.309_401).abs() < 1e-6);
        assert_eq!(lower_bound(Tally { confirmed: 0, judged: 30 }), 0.0);
    }
}
