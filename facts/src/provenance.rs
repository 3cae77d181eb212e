//! Where a value comes from: the latest records behind one fact of one object, for explanation.

use std::collections::BTreeSet;
use std::sync::Arc;

use dozor_domain::{LocalMetres, NO_TIME, RecordId, Timestamp};

use crate::catalogue::FactCatalogue;
use crate::engine::{FactInputs, moment, present_sources};
use crate::error::FactsError;
use crate::formula::Three;
use crate::kinds::home::Homes;
use crate::kinds::near::is_around;
use crate::plan::{Fact, Plan};
use crate::records::{Lens, Moment, Picks, Scope, View, Wanted, collect};
use crate::source_index::{SourceIndex, Sources};

/// Records that are named for one fact.
const MOST: usize = 3;

/// Names one record behind a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The source.
    pub source: String,
    /// The record; its external id is in the store.
    pub record: RecordId,
    /// When it was true; `None` for undated registries.
    pub happened_at: Option<Timestamp>,
    /// When it could have been known.
    pub known_at: Timestamp,
}

/// Returns the records behind a fact of an object, the newest first, at most three. A derived fact has those of the
/// facts that it reads; overlaps with layers have none beside the layers themselves.
///
/// # Errors
/// [`FactsError::Input`] where the fact or the object does not exist.
pub fn provenance(
    catalogue: &FactCatalogue,
    inputs: &FactInputs<'_>,
    (object, fact): (u32, &str),
    (as_of, up_to_seq): (Timestamp, i64),
) -> Result<Vec<Provenance>, FactsError> {
    let missing = |problem: String| FactsError::Input { problem };
    let fact = catalogue.fact(fact).ok_or_else(|| missing(format!("there is no fact «{fact}»")))?;
    if inputs.objects.rows().get(object as usize).is_none() {
        return Err(missing(format!("there is no object at place {object}")));
    }
    let sources: Sources<'_> = present_sources(catalogue, inputs)
        .map(|(name, columns)| (name, Arc::new(SourceIndex::for_one_object(columns, inputs.zone))))
        .collect();
    let homes = Homes::new(inputs.objects, &sources, up_to_seq);
    let search = Search { catalogue, inputs, sources: &sources, homes, up_to_seq };
    let mut found = BTreeSet::new();
    search.add(fact, (object, moment(inputs.zone, as_of.micros())?), &mut found)?;
    let newest = found.into_iter().rev().take(MOST);
    Ok(newest
        .map(|(happened_at, known_at, source, record)| Provenance {
            source,
            record,
            happened_at: (happened_at != NO_TIME).then(|| Timestamp::from_micros(happened_at)),
            known_at: Timestamp::from_micros(known_at),
        })
        .collect())
}

type Found = BTreeSet<(i64, i64, String, RecordId)>;

struct Search<'a> {
    catalogue: &'a FactCatalogue,
    inputs: &'a FactInputs<'a>,
    sources: &'a Sources<'a>,
    homes: Homes<'a>,
    up_to_seq: i64,
}

impl Search<'_> {
    fn add(&self, fact: &Fact, case: (u32, Moment), found: &mut Found) -> Result<(), FactsError> {
        match &fact.plan {
            Plan::Object(_) | Plan::Layers { .. } => Ok(()),
            // What taught the precision is the whole city's; the signal that it is about is the object's.
            Plan::PerObject { select, .. } | Plan::Precision { signals: select, .. } => {
                let views = select.parts.iter().map(|part| self.view(part)).collect::<Result<Vec<_>, _>>()?;
                let mut lenses: Vec<Lens<'_>> = views.iter().map(View::lens).collect();
                let mut picks = Picks::default();
                collect(&mut picks, &mut lenses, (self.inputs.objects, select.whose), case, Wanted::Passing);
                for pick in &picks.rows {
                    push(&lenses[pick.part], pick.row, found);
                }
                Ok(())
            }
            Plan::Near { part, how } => {
                let view = self.view(part)?;
                let mut lens = view.lens();
                let position = self.homes.at(case.0, case.1).position;
                for row in 0..view.index.columns.len() {
                    let is_near = position.is_some_and(|position| is_around(&view, row, position, *how));
                    if is_near && lens.holds(row, case.1) == Three::Yes {
                        push(&lens, row, found);
                    }
                }
                Ok(())
            }
            Plan::Neighbours { part, metres, .. } => {
                let view = self.view(part)?;
                let mut lens = view.lens();
                let Some(position) = self.homes.at(case.0, case.1).position else { return Ok(()) };
                let plane = LocalMetres::around(position);
                for row in 0..view.index.columns.len() {
                    let owner = view.index.columns.objects[row];
                    let place = self.homes.at(owner, case.1).position;
                    let is_near = place
                        .map(|place| plane.offset(place))
                        .is_some_and(|(east, north)| east * east + north * north <= metres * metres);
                    if is_near && !self.homes.are_one(case.0, owner) && lens.holds(row, case.1) == Three::Yes
                    {
                        push(&lens, row, found);
                    }
                }
                Ok(())
            }
            Plan::Ratio { .. } | Plan::Expression { .. } | Plan::Lookup { .. } => fact
                .head
                .reads
                .iter()
                .filter_map(|code| self.catalogue.fact(code))
                .try_for_each(|read| self.add(read, case, found)),
        }
    }

    fn view<'v>(&'v self, part: &'v crate::plan::Part) -> Result<View<'v>, FactsError> {
        let index = self.sources.get(part.source.as_str()).ok_or_else(|| FactsError::Input {
            problem: format!("the records of «{}» are not at hand", part.source),
        })?;
        View::new(part, index, (self.up_to_seq, Scope::OneObject)).map(|(view, _)| view)
    }
}

fn push(lens: &Lens<'_>, row: usize, found: &mut Found) {
    let columns = lens.view.index.columns;
    found.insert((columns.happened_at[row], columns.known_at[row], columns.source.clone(), columns.ids[row]));
}
