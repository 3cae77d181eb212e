//! A fact tied to its records: what is the same for every row, worked out once.

use std::sync::Arc;

use crate::error::FactsError;
use crate::formula::Failures;
use crate::kinds::home::Homes;
use crate::kinds::near::Places;
use crate::kinds::nearest::Shapes;
use crate::kinds::neighbours::Neighbours;
use crate::kinds::overlap::Overlaps;
use crate::kinds::precision::Precision;
use crate::per_object::Side;
use crate::plan::{Fact, Near, ObjectField, Part, PerObject, Plan, Select};
use crate::records::{Scope, View};
use crate::source_index::{SourceIndex, Sources};

/// Is a fact that is ready to be asked about rows.
#[derive(Debug)]
pub(crate) enum Prepared<'a> {
    Object(ObjectField),
    PerObject {
        select: &'a Select,
        how: &'a PerObject,
        views: Vec<View<'a>>,
        side: Side<'a>,
    },
    Near {
        view: View<'a>,
        places: Places,
        how: Near,
    },
    Nearest {
        view: View<'a>,
        /// `None` where no record has a place.
        shapes: Option<Shapes>,
    },
    Touches {
        view: View<'a>,
        shapes: Option<Shapes>,
    },
    Neighbours(Neighbours<'a>),
    Layers(Overlaps<'a>),
    Precision(Precision<'a>),
    /// It reads nothing but the columns before it.
    Columns,
}

impl<'a> Prepared<'a> {
    /// Ties a fact to its sources; returns the conditions that failed on records beside it.
    pub(crate) fn new(
        fact: &'a Fact,
        (sources, homes): (&Sources<'a>, &Homes<'a>),
        up_to_seq: i64,
    ) -> Result<(Self, Failures), FactsError> {
        match &fact.plan {
            Plan::Object(field) => Ok((Self::Object(*field), Failures::default())),
            Plan::PerObject { select, how } => per_object(select, how, sources, up_to_seq),
            Plan::Near { part, how } => {
                let (view, failures) = view(part, sources, up_to_seq)?;
                let ready = match how {
                    Near::Nearest => Self::Nearest { shapes: Shapes::new(&view), view },
                    Near::Touches => Self::Touches { shapes: Shapes::new(&view), view },
                    Near::Exists { .. } | Near::Count { .. } | Near::Density { .. } => {
                        Self::Near { places: Places::new(&view, *how), view, how: *how }
                    }
                };
                Ok((ready, failures))
            }
            Plan::Neighbours { part, metres, aggregate, unknown } => {
                let (view, failures) = view(part, sources, up_to_seq)?;
                let ready = Neighbours::new(view, (*metres, *aggregate, *unknown), homes.clone());
                Ok((Self::Neighbours(ready), failures))
            }
            Plan::Precision { signals, group, outcomes, within_days, least } => {
                let (views, mut failures) = views(signals, sources, up_to_seq)?;
                let group = group.as_ref();
                let groups = group.map(|name| views.iter().map(|view| view.field(name)).collect());
                let (outcomes, failed) = view(outcomes, sources, up_to_seq)?;
                failures.append(failed);
                let limits = (*within_days, *least);
                let ready = Precision::new((signals, views), groups.transpose()?, outcomes, limits);
                Ok((Self::Precision(ready), failures))
            }
            Plan::Layers { layers, shape, minus_object, how } => {
                let names = (layers.as_slice(), shape.as_deref());
                let overlaps = Overlaps::new(sources, names, (*minus_object, *how), up_to_seq);
                let overlaps = overlaps.ok_or_else(|| FactsError::Input {
                    problem: format!("a layer of «{}» is not at hand", fact.head.code),
                })?;
                Ok((Self::Layers(overlaps), Failures::default()))
            }
            Plan::Ratio { .. } | Plan::Expression { .. } | Plan::Lookup { .. } => {
                Ok((Self::Columns, Failures::default()))
            }
        }
    }
}

fn per_object<'a>(
    select: &'a Select,
    how: &'a PerObject,
    sources: &Sources<'a>,
    up_to_seq: i64,
) -> Result<(Prepared<'a>, Failures), FactsError> {
    let (views, failures) = views(select, sources, up_to_seq)?;
    let side = Side::new(&views, how)?;
    Ok((Prepared::PerObject { select, how, views, side }, failures))
}

fn views<'a>(
    select: &'a Select,
    sources: &Sources<'a>,
    up_to_seq: i64,
) -> Result<(Vec<View<'a>>, Failures), FactsError> {
    let mut failures = Failures::default();
    let mut views = Vec::with_capacity(select.parts.len());
    for part in &select.parts {
        let (view, failed) = view(part, sources, up_to_seq)?;
        failures.append(failed);
        views.push(view);
    }
    Ok((views, failures))
}

fn view<'a>(
    part: &'a Part,
    sources: &Sources<'a>,
    up_to_seq: i64,
) -> Result<(View<'a>, Failures), FactsError> {
    let index: &Arc<SourceIndex<'a>> = sources.get(part.source.as_str()).ok_or_else(|| {
        FactsError::Input { problem: format!("the records of «{}» are not at hand", part.source) }
    })?;
    View::new(part, index, (up_to_seq, Scope::ManyObjects))
}
