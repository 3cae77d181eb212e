//! `neighbours`: an aggregate over the records of the objects around, each where its object is at the instant (a record
//! of no object where it is itself). Records of the object itself, of what holds it and of what it holds do not count.
//! Missing where the object is nowhere or the source has not delivered; else as the aggregate says.

use std::collections::BTreeMap;

use dozor_domain::{NO_OBJECT, Position};
use rayon::prelude::*;

use crate::datum::Datum;
use crate::definition::{Aggregate, UnknownPart};
use crate::formula::{Failures, Three};
use crate::kinds::grid::Grid;
use crate::kinds::home::{Home, Homes};
use crate::kinds::last::Last;
use crate::kinds::near::{cell_of_metres, within};
use crate::kinds::{extreme, mean, number, share, sum};
use crate::records::{Lens, Moment, Pick, View};
use crate::source_index::UNDATED;

/// Objects that one thread takes at a time.
const CHUNK: usize = 512;

/// Is a fact over neighbours, ready for rows.
#[derive(Debug)]
pub(crate) struct Neighbours<'a> {
    pub(crate) view: View<'a>,
    pub(crate) metres: f64,
    aggregate: Aggregate,
    unknown: UnknownPart,
    /// Day and row of each record, sorted: a window is a piece of it.
    by_day: Vec<(i32, u32)>,
    homes: Homes<'a>,
    last: Last<Grid>,
}

impl<'a> Neighbours<'a> {
    pub(crate) fn new(
        view: View<'a>,
        (metres, aggregate, unknown): (f64, Aggregate, UnknownPart),
        homes: Homes<'a>,
    ) -> Self {
        let rows = 0..u32::try_from(view.index.columns.len()).unwrap_or(u32::MAX);
        let mut by_day: Vec<(i32, u32)> = rows.map(|row| (view.index.day(row as usize), row)).collect();
        by_day.sort_unstable();
        Self { view, metres, aggregate, unknown, by_day, homes, last: Last::default() }
    }

    /// Computes the fact for groups of rows of one instant each; values stand in the order of `rows` of each group.
    pub(crate) fn evaluate(
        &self,
        groups: &[(Moment, Vec<usize>)],
        (cases, homes): (&[(u32, Moment)], &[Home<'_>]),
    ) -> (Vec<Vec<Datum<'static>>>, Failures) {
        let made: Vec<(Vec<Datum<'static>>, Failures)> = groups
            .par_iter()
            .map(|(moment, rows)| {
                let seen = self.last.at(*moment, || self.seen(*moment));
                let chunks: Vec<(Vec<Datum<'static>>, Failures)> = rows
                    .par_chunks(CHUNK)
                    .map(|chunk| {
                        let mut lenses = [self.view.lens()];
                        let one =
                            |&row: &usize| self.at(&mut lenses, &seen, (cases[row].0, &homes[row], *moment));
                        let values = chunk.iter().map(one).collect();
                        let [lens] = lenses;
                        (values, lens.failures)
                    })
                    .collect();
                joined(chunks)
            })
            .collect();
        let mut failures = Failures::default();
        let mut values = Vec::with_capacity(made.len());
        for (group, failed) in made {
            failures.append(failed);
            values.push(group);
        }
        (values, failures)
    }

    /// Puts the records that count at an instant where their objects are.
    fn seen(&self, moment: Moment) -> Grid {
        let days = self.view.days(moment);
        let first = self.by_day.partition_point(|(day, _)| day < days.start());
        let last = self.by_day.partition_point(|(day, _)| day <= days.end());
        let columns = self.view.index.columns;
        let mut lens = self.view.lens();
        let mut known: BTreeMap<u32, Option<Position>> = BTreeMap::new();
        let places = self.by_day.get(first..last).unwrap_or_default().iter().filter_map(|&(_, row)| {
            let at = row as usize;
            let counts = match self.aggregate {
                Aggregate::Share => self.view.is_there(at, moment) && lens.meets(at, moment) == Three::Yes,
                Aggregate::Count | Aggregate::Sum | Aggregate::Max | Aggregate::Min | Aggregate::Mean => {
                    lens.holds(at, moment) == Three::Yes
                }
            };
            if !counts {
                return None;
            }
            let position = match columns.objects[at] {
                NO_OBJECT => Some(Position { lat: columns.lat[at], lon: columns.lon[at] })
                    .filter(|position| position.lat.is_finite() && position.lon.is_finite()),
                owner => *known.entry(owner).or_insert_with(|| self.homes.at(owner, moment).position),
            };
            position.map(|position| (row, position))
        });
        Grid::new(cell_of_metres(self.metres), places, |_| UNDATED)
    }

    fn at(
        &self,
        lenses: &mut [Lens<'_>; 1],
        seen: &Grid,
        (object, home, moment): (u32, &Home<'_>, Moment),
    ) -> Datum<'static> {
        let Some(position) = home.position.filter(|_| self.view.index.has_delivered(moment.as_of)) else {
            return Datum::Missing;
        };
        let columns = self.view.index.columns;
        let mut picks: Vec<Pick> = Vec::new();
        within(seen, position, self.metres, |row| {
            if !self.homes.are_one(object, columns.objects[row]) {
                picks.push(Pick { part: 0, row });
            }
        });
        // A row's place in its source is that of its object and time: no neighbour's move changes the order of a sum.
        picks.sort_unstable_by_key(|pick| pick.row);
        match self.aggregate {
            Aggregate::Count => Datum::count(picks.len()),
            Aggregate::Sum => sum::evaluate(&number::values(lenses, &picks, moment), true),
            Aggregate::Max => extreme::largest(&number::values(lenses, &picks, moment), self.unknown),
            Aggregate::Min => extreme::smallest(&number::values(lenses, &picks, moment), self.unknown),
            Aggregate::Mean => mean::evaluate(&number::values(lenses, &picks, moment)),
            Aggregate::Share => share::evaluate(lenses, &picks, moment),
        }
    }
}

/// Lays chunks end to end.
pub(crate) fn joined<T>(chunks: Vec<(Vec<T>, Failures)>) -> (Vec<T>, Failures) {
    let mut values = Vec::with_capacity(chunks.iter().map(|(chunk, _)| chunk.len()).sum());
    let mut failures = Failures::default();
    for (chunk, failed) in chunks {
        values.extend(chunk);
        failures.append(failed);
    }
    (values, failures)
}
