//! A batch of rows: fact by fact, each over all rows of the batch at once.

use std::collections::BTreeMap;

use dozor_domain::ObjectColumns;
use rayon::prelude::*;

use crate::datum::{self, Datum};
use crate::engine::{FactEngine, FactKey, moment};
use crate::error::FactsError;
use crate::formula::Failures;
use crate::kinds::home::{Home, Homes};
use crate::kinds::near::{self, Places};
use crate::kinds::nearest::{self, Shapes};
use crate::kinds::{derived, touches};
use crate::per_object::{self, Side};
use crate::plan::{Fact, Near, ObjectField, PerObject, Select};
use crate::prepared::Prepared;
use crate::records::{Lens, Moment, Picks, View, Wanted, collect};
use crate::table::{Column, FactColumn};

/// Rows that one thread takes at a time.
const CHUNK: usize = 1_024;

/// Holds what all facts of one batch of rows share.
pub(crate) struct Frame<'a> {
    knows: &'a Homes<'a>,
    objects: &'a ObjectColumns,
    cases: Vec<(u32, Moment)>,
    /// The distinct moments, each with its rows.
    groups: Vec<(Moment, Vec<usize>)>,
    homes: Vec<Home<'a>>,
}

/// Is a column, with the expressions that failed.
type Made = (Column, Failures);
/// Is a fact over the records of one object: views, columns beside, kind.
type Ready<'v> = (&'v [View<'v>], &'v Side<'v>, &'v PerObject);

impl<'a> Frame<'a> {
    /// Looks up the moments and homes of the rows.
    pub(crate) fn new(engine: &'a FactEngine<'a>, keys: &[FactKey]) -> Result<Self, FactsError> {
        let mut rows_at: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for (row, key) in keys.iter().enumerate() {
            rows_at.entry(key.as_of.micros()).or_default().push(row);
        }
        let groups = rows_at.into_iter().map(|(as_of, rows)| Ok((moment(engine.zone, as_of)?, rows)));
        let groups = groups.collect::<Result<Vec<(Moment, Vec<usize>)>, FactsError>>()?;
        let mut cases = vec![(0, Moment { as_of: 0, today: 0 }); keys.len()];
        for (moment, rows) in &groups {
            for &row in rows {
                cases[row] = (keys[row].object, *moment);
            }
        }
        let knows = &engine.homes;
        let homes = cases.par_iter().map(|(object, moment)| knows.at(*object, *moment)).collect();
        Ok(Self { knows, objects: knows.objects, cases, groups, homes })
    }

    /// Returns object, moment and home of each row.
    pub(crate) fn cases(&self) -> impl Iterator<Item = (u32, Moment, Home<'a>)> + '_ {
        self.cases.iter().zip(&self.homes).map(|((object, moment), home)| (*object, *moment, *home))
    }

    /// Returns the frame of some of the rows.
    pub(crate) fn part(&self, rows: &[usize]) -> Self {
        let cases: Vec<(u32, Moment)> = rows.iter().map(|row| self.cases[*row]).collect();
        let mut groups: BTreeMap<Moment, Vec<usize>> = BTreeMap::new();
        for (row, (_, moment)) in cases.iter().enumerate() {
            groups.entry(*moment).or_default().push(row);
        }
        let homes = rows.iter().map(|row| self.homes[*row]).collect();
        Self { knows: self.knows, objects: self.objects, cases, groups: groups.into_iter().collect(), homes }
    }

    /// Computes one column; `before` are those that stand before it.
    pub(crate) fn column(
        &self,
        fact: &Fact,
        prepared: &Prepared<'_>,
        before: &[(FactColumn, Column)],
    ) -> Result<Made, FactsError> {
        let sure = |values| (self.settled(fact, values), Failures::default());
        Ok(match prepared {
            Prepared::Object(field) => sure(self.object_field(*field)),
            Prepared::PerObject { select, how, views, side } => {
                let (values, failures) = self.per_object(fact, select, (views, side, how));
                (self.settled(fact, values), failures)
            }
            Prepared::Near { view, places, how } => sure(self.near(fact, view, places, *how)),
            Prepared::Nearest { shapes: None, .. } => sure(vec![Datum::Missing; self.cases.len()]),
            Prepared::Nearest { view, shapes: Some(shapes) } => {
                let moments = self.cases.iter().map(|(_, moment)| *moment);
                let cases: Vec<(Home<'_>, Moment)> = self.homes_of(fact).into_iter().zip(moments).collect();
                sure(nearest::evaluate(view, shapes, &cases))
            }
            Prepared::Touches { view, shapes } => sure(self.touches(fact, view, shapes.as_ref())),
            Prepared::Neighbours(around) => {
                let homes = self.homes_of(fact);
                let (found, failures) = around.evaluate(&self.groups, (&self.cases, &homes));
                (self.settled(fact, self.spread(found)), failures)
            }
            Prepared::Precision(precision) => {
                let moments: Vec<Moment> = self.groups.iter().map(|(moment, _)| *moment).collect();
                let (values, failures) = precision.evaluate(self.objects, &moments, &self.cases);
                (self.settled(fact, values), failures)
            }
            Prepared::Layers(overlaps) => sure(overlaps.evaluate(&self.cases, &self.homes_of(fact))),
            Prepared::Columns => {
                let (values, failures) = derived::evaluate(fact, before, self.cases.len())?;
                (self.settled(fact, derived::borrowed(&values)), failures)
            }
        })
    }

    fn has_kind(&self, fact: &Fact, object: u32) -> bool {
        let kinds = &fact.head.object_kinds;
        kinds.is_empty()
            || self.objects.rows().get(object as usize).is_some_and(|row| kinds.contains(&row.kind))
    }

    /// An object of another kind than the fact is about is treated as if it were nowhere.
    fn homes_of(&self, fact: &Fact) -> Vec<Home<'a>> {
        let cases = self.cases.iter().zip(&self.homes);
        cases
            .map(|((object, _), home)| if self.has_kind(fact, *object) { *home } else { Home::default() })
            .collect()
    }

    fn object_field(&self, field: ObjectField) -> Vec<Datum<'a>> {
        let value = |(object, _): &(u32, Moment)| {
            let row = self.objects.rows().get(*object as usize);
            let text = row.and_then(|row| match field {
                ObjectField::Kind => Some(row.kind.as_str()),
                ObjectField::Territory => row.territory.as_deref(),
            });
            text.map_or(Datum::Missing, Datum::Text)
        };
        self.cases.iter().map(value).collect()
    }

    fn near(&self, fact: &Fact, view: &View<'_>, places: &Places, how: Near) -> Vec<Datum<'static>> {
        self.spread(near::evaluate(view, places, (&self.groups, &self.homes_of(fact)), how))
    }

    fn touches(&self, fact: &Fact, view: &View<'_>, shapes: Option<&Shapes>) -> Vec<Datum<'static>> {
        let homes = self.homes_of(fact);
        let cases: Vec<_> = self.cases.iter().zip(&homes).collect();
        let chunks = cases.par_chunks(CHUNK);
        let touched = chunks.flat_map_iter(|chunk| {
            let mut lens = view.lens();
            let one = |((object, moment), home): &(&(u32, Moment), &Home<'_>)| {
                touches::at(&mut lens, shapes, self.knows, (*object, *home, *moment))
            };
            chunk.iter().map(one).collect::<Vec<_>>()
        });
        touched.collect()
    }

    /// Brings the values of each group of rows to their rows.
    fn spread(&self, found: Vec<Vec<Datum<'static>>>) -> Vec<Datum<'static>> {
        let mut values = vec![Datum::Missing; self.cases.len()];
        for ((_, rows), group) in self.groups.iter().zip(found) {
            for (&row, value) in rows.iter().zip(group) {
                values[row] = value;
            }
        }
        values
    }

    fn per_object<'v>(&self, fact: &Fact, select: &Select, ready: Ready<'v>) -> (Vec<Datum<'v>>, Failures) {
        // A series is the same for all objects: one answer for each instant.
        if !select.parts.iter().all(|part| part.is_series) {
            return self.run(fact, select, ready, &self.cases);
        }
        let moments: Vec<(u32, Moment)> = self.groups.iter().map(|(moment, _)| (0, *moment)).collect();
        let (values, failures) = self.run(fact, select, ready, &moments);
        let mut spread = vec![Datum::Missing; self.cases.len()];
        for ((_, rows), value) in self.groups.iter().zip(values) {
            for &row in rows {
                spread[row] = value;
            }
        }
        (spread, failures)
    }

    fn run<'v>(
        &self,
        fact: &Fact,
        select: &Select,
        (views, side, how): Ready<'v>,
        cases: &[(u32, Moment)],
    ) -> (Vec<Datum<'v>>, Failures) {
        let is_series = select.parts.iter().all(|part| part.is_series);
        let wanted = if matches!(how, PerObject::Share) { Wanted::There } else { Wanted::Passing };
        let chunks: Vec<(Vec<Datum<'v>>, Failures)> = cases
            .par_chunks(CHUNK)
            .map(|chunk| {
                let mut lenses: Vec<Lens<'v>> = views.iter().map(View::lens).collect();
                let mut picks = Picks::default();
                let values = chunk
                    .iter()
                    .map(|&(object, moment)| {
                        if !is_series && !self.has_kind(fact, object) {
                            return Datum::Missing;
                        }
                        collect(
                            &mut picks,
                            &mut lenses,
                            (self.objects, select.whose),
                            (object, moment),
                            wanted,
                        );
                        per_object::evaluate(&mut lenses, &picks, moment, (how, side))
                    })
                    .collect();
                let mut failures = Failures::default();
                for lens in lenses {
                    failures.append(lens.failures);
                }
                (values, failures)
            })
            .collect();
        let mut values = Vec::with_capacity(cases.len());
        let mut failures = Failures::default();
        for (chunk, failed) in chunks {
            values.extend(chunk);
            failures.append(failed);
        }
        (values, failures)
    }

    fn settled(&self, fact: &Fact, values: Vec<Datum<'_>>) -> Column {
        let settled = values.into_iter().zip(&self.cases).map(|(value, (object, _))| {
            if self.has_kind(fact, *object) { value.settle(fact) } else { Datum::Missing }
        });
        datum::column(fact.head.value_type, settled)
    }
}
