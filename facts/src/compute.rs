//! Computing a table: fact by fact, each over all rows at once.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::StringArray;
use dozor_domain::{ObjectColumns, RecordColumns, RecordColumnsBuilder, Timestamp, Zone};
use rayon::prelude::*;

use crate::catalogue::FactCatalogue;
use crate::datum::{self, Datum};
use crate::error::FactsError;
use crate::formula::Failures;
use crate::kinds::derived;
use crate::kinds::home::{Home, home};
use crate::kinds::overlap::Overlaps;
use crate::kinds::{near, nearest};
use crate::per_object::{self, Side};
use crate::plan::{Fact, Near, ObjectField, PerObject, Plan, Select};
use crate::records::{Lens, Moment, Picks, Scope, View, Wanted, collect};
use crate::source_index::{SourceIndex, local_day};
use crate::table::{Column, FactColumn, FactFailure, FactsTable, Keys};

/// Rows that one thread takes at a time.
const CHUNK: usize = 1_024;

/// Is what facts are computed from.
#[derive(Clone, Copy, Debug)]
pub struct FactInputs<'a> {
    /// All objects.
    pub objects: &'a ObjectColumns,
    /// Records by source; a source that is absent has never delivered.
    pub records: &'a BTreeMap<String, RecordColumns>,
    /// The pack's zone.
    pub zone: &'a Zone,
}

/// Names one row of a table: an object, by its place in the objects, at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactKey {
    /// Place in [`ObjectColumns::rows`].
    pub object: u32,
    /// The instant; nothing known later is seen.
    pub as_of: Timestamp,
}

/// Computes all facts for all keys, from records with `known_at <= as_of` and `seq <= up_to_seq`.
///
/// # Errors
/// [`FactsError::Input`] where a key names no object, or a source's columns lack a field.
pub fn compute(
    catalogue: &FactCatalogue,
    inputs: &FactInputs<'_>,
    keys: &[FactKey],
    up_to_seq: i64,
) -> Result<FactsTable, FactsError> {
    let absent = absent_sources(catalogue, inputs);
    let sources = index_sources(catalogue, inputs, &absent, up_to_seq);
    let table_keys = table_keys(inputs.objects, keys)?;
    let frame = Frame::new(inputs, &sources, keys, up_to_seq)?;
    let mut columns: Vec<(FactColumn, Column)> = Vec::with_capacity(catalogue.facts().len());
    let mut failures = Vec::new();
    for fact in catalogue.plans() {
        let (data, failed) = frame.column(fact, &columns)?;
        if let (count, Some((code, message))) = (failed.count, failed.first) {
            failures.push(FactFailure { fact: fact.head.code.clone(), count, code, message });
        }
        columns.push((FactColumn { code: fact.head.code.clone(), value_type: fact.head.value_type }, data));
    }
    Ok(FactsTable::new(table_keys, columns, (up_to_seq, catalogue.hash()), failures))
}

/// Makes empty columns for the sources that are not at hand.
pub(crate) fn absent_sources(catalogue: &FactCatalogue, inputs: &FactInputs<'_>) -> Vec<RecordColumns> {
    let names = catalogue.schemas().iter().filter(|(name, _)| !inputs.records.contains_key(*name));
    names.map(|(name, schema)| RecordColumnsBuilder::new(name, schema.fields.clone(), 0).finish()).collect()
}

/// Prepares every source that the catalogue or an object's place needs.
fn index_sources<'a>(
    catalogue: &'a FactCatalogue,
    inputs: &FactInputs<'a>,
    absent: &'a [RecordColumns],
    up_to_seq: i64,
) -> BTreeMap<&'a str, SourceIndex<'a>> {
    let registers: BTreeSet<&str> = inputs.objects.rows().iter().map(|row| row.source.as_str()).collect();
    let read = catalogue.sources();
    let present = inputs.records.iter().map(|(name, columns)| (name.as_str(), columns));
    let needed: Vec<(&str, &RecordColumns)> = present
        .chain(absent.iter().map(|columns| (columns.source.as_str(), columns)))
        .filter(|(name, _)| read.contains(name) || registers.contains(name))
        .collect();
    needed
        .into_par_iter()
        .map(|(name, columns)| (name, SourceIndex::new(columns, inputs.zone, up_to_seq)))
        .collect()
}

fn table_keys(objects: &ObjectColumns, keys: &[FactKey]) -> Result<Keys, FactsError> {
    let row = |key: &FactKey| {
        objects.rows().get(key.object as usize).ok_or_else(|| FactsError::Input {
            problem: format!("a key names the object at place {} of {}", key.object, objects.len()),
        })
    };
    let rows = keys.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    Ok(Keys {
        ids: rows.iter().map(|row| row.id).collect(),
        names: StringArray::from_iter_values(rows.iter().map(|row| row.key.as_str())),
        as_of: keys.iter().map(|key| key.as_of.micros()).collect(),
    })
}

/// Returns the instant with its local day.
pub(crate) fn moment(zone: &Zone, as_of: i64) -> Result<Moment, FactsError> {
    local_day(zone, as_of).map(|today| Moment { as_of, today }).ok_or_else(|| FactsError::Input {
        problem: format!("the instant {as_of} µs lies outside the calendar"),
    })
}

/// Holds what all facts of one table share.
struct Frame<'a> {
    objects: &'a ObjectColumns,
    sources: &'a BTreeMap<&'a str, SourceIndex<'a>>,
    up_to_seq: i64,
    cases: Vec<(u32, Moment)>,
    /// The distinct moments, each with its rows.
    groups: Vec<(Moment, Vec<usize>)>,
    homes: Vec<Home<'a>>,
}

type Made = (Column, Failures);

impl<'a> Frame<'a> {
    fn new(
        inputs: &FactInputs<'a>,
        sources: &'a BTreeMap<&'a str, SourceIndex<'a>>,
        keys: &[FactKey],
        up_to_seq: i64,
    ) -> Result<Self, FactsError> {
        let mut rows_at: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for (row, key) in keys.iter().enumerate() {
            rows_at.entry(key.as_of.micros()).or_default().push(row);
        }
        let groups = rows_at.into_iter().map(|(as_of, rows)| Ok((moment(inputs.zone, as_of)?, rows)));
        let groups = groups.collect::<Result<Vec<(Moment, Vec<usize>)>, FactsError>>()?;
        let mut cases = vec![(0, Moment { as_of: 0, today: 0 }); keys.len()];
        for (moment, rows) in &groups {
            for &row in rows {
                cases[row] = (keys[row].object, *moment);
            }
        }
        let homes = cases.par_iter().map(|&case| home(inputs.objects, sources, case, up_to_seq)).collect();
        Ok(Self { objects: inputs.objects, sources, up_to_seq, cases, groups, homes })
    }

    fn column(&self, fact: &Fact, before: &[(FactColumn, Column)]) -> Result<Made, FactsError> {
        let earlier = |at: &usize| {
            before.get(*at).map(|(_, column)| column).ok_or_else(|| FactsError::Input {
                problem: format!("«{}» reads a column that is not there yet", fact.head.code),
            })
        };
        let rows = self.cases.len();
        match &fact.plan {
            Plan::Object(field) => Ok(self.settled(fact, self.object_field(*field), Failures::default())),
            Plan::PerObject { select, how } => self.per_object(fact, select, how),
            Plan::Near { part, how } => {
                let (view, failures) =
                    View::new(part, self.index(&part.source)?, (self.up_to_seq, Scope::ManyObjects))?;
                Ok(self.settled(fact, self.near(fact, &view, *how), failures))
            }
            Plan::Layers { layers, shape, minus_object, how } => {
                let names = (layers.as_slice(), shape.as_deref());
                let overlaps = Overlaps::new(self.sources, names, (*minus_object, *how), self.up_to_seq);
                let overlaps = overlaps.ok_or_else(|| FactsError::Input {
                    problem: format!("a layer of «{}» is not at hand", fact.head.code),
                })?;
                let values = overlaps.evaluate(&self.cases, &self.homes_of(fact));
                Ok(self.settled(fact, values, Failures::default()))
            }
            Plan::Ratio { numerator, denominator } => {
                let values = derived::ratio(earlier(numerator)?, earlier(denominator)?, rows);
                Ok(self.settled(fact, derived::borrowed(&values), Failures::default()))
            }
            Plan::Expression { program, columns } => {
                let reads = columns.iter().map(earlier).collect::<Result<Vec<_>, _>>()?;
                let (values, failures) = derived::expression(program, &reads, rows);
                Ok(self.settled(fact, derived::borrowed(&values), failures))
            }
            Plan::Lookup { rows: row_facts, column, equal, entries } => {
                let row_facts = row_facts.iter().map(earlier).collect::<Result<Vec<_>, _>>()?;
                let values = derived::lookup((&row_facts, earlier(column)?), *equal, entries, rows);
                Ok(self.settled(fact, derived::borrowed(&values), Failures::default()))
            }
        }
    }

    fn index(&self, source: &str) -> Result<&'a SourceIndex<'a>, FactsError> {
        self.sources.get(source).ok_or_else(|| FactsError::Input {
            problem: format!("the records of «{source}» are not at hand"),
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

    fn near(&self, fact: &Fact, view: &View<'_>, how: Near) -> Vec<Datum<'static>> {
        let homes = self.homes_of(fact);
        if matches!(how, Near::Nearest) {
            let moments: Vec<Moment> = self.cases.iter().map(|(_, moment)| *moment).collect();
            return nearest::evaluate(view, &moments, &homes);
        }
        let mut values = vec![Datum::Missing; self.cases.len()];
        for ((_, rows), found) in self.groups.iter().zip(near::evaluate(view, &self.groups, &homes, how)) {
            for (&row, value) in rows.iter().zip(found) {
                values[row] = value;
            }
        }
        values
    }

    fn per_object(&self, fact: &Fact, select: &Select, how: &PerObject) -> Result<Made, FactsError> {
        let mut failures = Failures::default();
        let mut views = Vec::with_capacity(select.parts.len());
        for part in &select.parts {
            let (view, failed) =
                View::new(part, self.index(&part.source)?, (self.up_to_seq, Scope::ManyObjects))?;
            failures.append(failed);
            views.push(view);
        }
        let side = Side::new(&views, how)?;
        // A series is the same for all objects: one answer for each instant.
        if select.parts.iter().all(|part| part.is_series) {
            let moments: Vec<(u32, Moment)> = self.groups.iter().map(|(moment, _)| (0, *moment)).collect();
            let (values, failed) = self.run(fact, select, (&views, &side, how), &moments);
            failures.append(failed);
            let mut spread = vec![Datum::Missing; self.cases.len()];
            for ((_, rows), value) in self.groups.iter().zip(values) {
                for &row in rows {
                    spread[row] = value;
                }
            }
            return Ok(self.settled(fact, spread, failures));
        }
        let (values, failed) = self.run(fact, select, (&views, &side, how), &self.cases);
        failures.append(failed);
        Ok(self.settled(fact, values, failures))
    }

    fn run<'v>(
        &self,
        fact: &Fact,
        select: &Select,
        (views, side, how): (&'v [View<'v>], &Side<'v>, &PerObject),
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

    fn settled(&self, fact: &Fact, values: Vec<Datum<'_>>, failures: Failures) -> Made {
        let settled = values.into_iter().zip(&self.cases).map(|(value, (object, _))| {
            if self.has_kind(fact, *object) { value.settle(fact) } else { Datum::Missing }
        });
        (datum::column(fact.head.value_type, settled), failures)
    }
}
