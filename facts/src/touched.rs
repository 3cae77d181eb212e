//! Which rows of a table the changes after it touch, fact by fact. Never too few: a row that is named without need is
//! computed again and comes out the same.

use std::collections::BTreeMap;

use dozor_domain::{NO_OBJECT, Position};
use rayon::prelude::*;

use crate::changes::{Change, place_of, places_of_owners};
use crate::definition::Whose;
use crate::engine::FactEngine;
use crate::kinds::grid::Grid;
use crate::kinds::home::Home;
use crate::kinds::near::{cell_of_metres, within};
use crate::kinds::nearest::Changed;
use crate::kinds::neighbours::Neighbours;
use crate::plan::{Fact, Near, Part, Plan, Select};
use crate::prepared::Prepared;
use crate::records::{Moment, View};
use crate::source_index::UNDATED;
use crate::table::FactsTable;

/// Is one row of the new table: object, moment, place, and its row in the table before.
pub(crate) type Case<'a> = (u32, Moment, Home<'a>, Option<usize>);

/// Holds what changed since a table.
pub(crate) struct Touched<'a> {
    pub(crate) engine: &'a FactEngine<'a>,
    pub(crate) changes: BTreeMap<&'a str, Change>,
}

impl<'a> Touched<'a> {
    /// Says for each case whether its fact must be computed again; `before` is the table before, `column` the fact's
    /// place in it.
    pub(crate) fn cases(
        &self,
        (fact, prepared): (&Fact, &Prepared<'_>),
        cases: &[Case<'_>],
        (before, column): (&FactsTable, usize),
    ) -> Vec<bool> {
        let by_plan = self.by_plan(fact, prepared, (before, column));
        let is_touched = |case: &Case<'_>| case.3.is_none() || self.moved(case) || by_plan(case);
        cases.par_iter().map(is_touched).collect()
    }

    /// An object whose register spoke again, or whose register is not at hand, may be another or elsewhere.
    fn moved(&self, (object, moment, _, _): &Case<'_>) -> bool {
        let homes = &self.engine.homes;
        let Some(row) = homes.objects.rows().get(*object as usize) else { return true };
        !homes.has_register(&row.source)
            || self.of(&row.source, moment, |change| change.objects.contains(object))
    }

    fn of(&self, source: &str, moment: &Moment, holds: impl Fn(&Change) -> bool) -> bool {
        self.changes.get(source).is_some_and(|change| change.from <= moment.as_of && holds(change))
    }

    fn delivers(&self, source: &str, moment: &Moment) -> bool {
        self.of(source, moment, |change| change.delivers(moment.as_of))
    }

    fn by_plan<'t>(
        &'t self,
        fact: &'t Fact,
        prepared: &'t Prepared<'_>,
        table: (&'t FactsTable, usize),
    ) -> Box<dyn Fn(&Case<'_>) -> bool + Sync + 't> {
        match (&fact.plan, prepared) {
            (Plan::PerObject { select, .. }, _) => Box::new(|case| self.records_of(select, case.0, &case.1)),
            (Plan::Near { part, how: Near::Density { .. } }, Prepared::Near { .. }) => {
                // One record more changes the number that all densities are divided by.
                Box::new(|case| self.of(&part.source, &case.1, |_| true))
            }
            (
                Plan::Near { part, how: Near::Exists { metres } | Near::Count { metres } },
                Prepared::Near { view, .. },
            ) => self.around(part, view, *metres),
            (Plan::Near { part, .. }, Prepared::Nearest { view, .. }) => self.nearest(part, view, table),
            (Plan::Near { part, .. }, Prepared::Touches { view, .. }) => self.touching(part, view),
            (Plan::Neighbours { part, metres, .. }, Prepared::Neighbours(around)) => {
                self.neighbours(part, around, *metres)
            }
            (Plan::Precision { signals, outcomes, .. }, _) => Box::new(move |case| {
                let parts = signals.parts.iter().chain([outcomes]);
                parts.into_iter().any(|part| self.of(&part.source, &case.1, |_| true))
            }),
            (Plan::Layers { layers, shape, .. }, Prepared::Layers(overlaps)) => {
                let changed = layers.iter().map(|layer| self.changes.get(layer.as_str()));
                let boxes: Vec<_> =
                    changed.map(|change| change.map_or(&[][..], |change| &change.rows)).collect();
                let areas = overlaps.boxes_of(&boxes);
                Box::new(move |(object, moment, home, _)| {
                    shape.as_ref().is_some_and(|name| self.has_record_of(name, *object, moment))
                        || layers.iter().any(|layer| self.delivers(layer, moment))
                        || overlaps.meets(&areas, (*object, *moment), home)
                })
            }
            // An object's own fields bear no commit, and cost nothing.
            (
                Plan::Object(_)
                | Plan::Near { .. }
                | Plan::Neighbours { .. }
                | Plan::Layers { .. }
                | Plan::Ratio { .. }
                | Plan::Expression { .. }
                | Plan::Lookup { .. },
                _,
            ) => Box::new(|_| true),
        }
    }

    fn records_of(&self, select: &Select, object: u32, moment: &Moment) -> bool {
        let objects = self.engine.homes.objects;
        select.parts.iter().any(|part| {
            let has = |object: u32| self.has_record_of(&part.source, object, moment);
            let children = || objects.children_of(object).iter().any(|child| has(*child));
            let is_touched = part.is_series && self.of(&part.source, moment, |_| true)
                || match select.whose {
                    Whose::Own => has(object),
                    Whose::Children => children(),
                    Whose::Parent => has(objects.parent_of(object)),
                    Whose::SelfOrChildren => has(object) || children(),
                };
            is_touched || self.delivers(&part.source, moment)
        })
    }

    fn has_record_of(&self, source: &str, object: u32, moment: &Moment) -> bool {
        object != NO_OBJECT && self.of(source, moment, |change| change.objects.contains(&object))
    }

    fn changed_rows(&self, source: &str) -> &[u32] {
        self.changes.get(source).map_or(&[], |change| &change.rows)
    }

    fn around<'t>(
        &'t self,
        part: &'t Part,
        view: &View<'_>,
        metres: f64,
    ) -> Box<dyn Fn(&Case<'_>) -> bool + Sync + 't> {
        let columns = view.index.columns;
        let rows = self.changed_rows(&part.source).iter();
        let places = rows.filter_map(|row| place_of(columns, *row as usize)).collect();
        self.near_places(part, places, metres)
    }

    fn near_places<'t>(
        &'t self,
        part: &'t Part,
        places: Vec<Position>,
        metres: f64,
    ) -> Box<dyn Fn(&Case<'_>) -> bool + Sync + 't> {
        let grid = Grid::new(cell_of_metres(metres), (0..).zip(places), |_| UNDATED);
        Box::new(move |(_, moment, home, _)| {
            let Some(position) = home.position else { return false };
            let mut is_near = false;
            within(&grid, position, metres, |_| is_near = true);
            is_near || self.delivers(&part.source, moment)
        })
    }

    fn nearest<'t>(
        &'t self,
        part: &'t Part,
        view: &'t View<'_>,
        (before, column): (&'t FactsTable, usize),
    ) -> Box<dyn Fn(&Case<'_>) -> bool + Sync + 't> {
        let Some(changed) = Changed::new(view, self.changed_rows(&part.source)) else {
            return Box::new(|_| false);
        };
        Box::new(move |(_, moment, home, row)| {
            let known = row.and_then(|row| before.float(row, column));
            self.of(&part.source, moment, |_| true)
                && known.is_none_or(|metres| changed.is_within(view, home, metres))
        })
    }

    fn touching<'t>(
        &'t self,
        part: &'t Part,
        view: &'t View<'_>,
    ) -> Box<dyn Fn(&Case<'_>) -> bool + Sync + 't> {
        let changed = Changed::new(view, self.changed_rows(&part.source));
        Box::new(move |(_, moment, home, _)| {
            let meets = || changed.as_ref().is_some_and(|changed| changed.is_within(view, home, 1.0));
            self.delivers(&part.source, moment) || self.of(&part.source, moment, |_| meets())
        })
    }

    /// Records of neighbours changed, or a neighbour with records moved.
    fn neighbours<'t>(
        &'t self,
        part: &'t Part,
        around: &Neighbours<'_>,
        metres: f64,
    ) -> Box<dyn Fn(&Case<'_>) -> bool + Sync + 't> {
        let homes = &self.engine.homes;
        let columns = around.view.index.columns;
        let ever = |owner: u32| homes.ever(owner);
        let mut places = places_of_owners(columns, self.changed_rows(&part.source), ever);
        let registers = self.changes.iter().filter(|(name, _)| homes.is_register(name));
        let moved = registers.flat_map(|(_, change)| &change.objects).copied();
        let owners = moved.filter(|object| *object != NO_OBJECT && !columns.rows_of(*object).is_empty());
        places.extend(owners.flat_map(ever));
        self.near_places(part, places, metres)
    }
}
