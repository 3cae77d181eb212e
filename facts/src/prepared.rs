//! A fact tied to its records: what is the same for every row, worked out once.

use std::sync::Arc;

use crate::error::FactsError;
use crate::formula::Failures;
use crate::kinds::near::Places;
use crate::kinds::nearest::Shapes;
use crate::kinds::overlap::Overlaps;
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
    Layers(Overlaps<'a>),
    /// It reads nothing but the columns before it.
    Columns,
}

impl<'a> Prepared<'a> {
    /// Ties a fact to its sources; returns the conditions that failed on records beside it.
    pub(crate) fn new(
        fact: &'a Fact,
        sources: &Sources<'a>,
        up_to_seq: i64,
    ) -> Result<(Self, Failures), FactsError> {
        match &fact.plan {
            Plan::Object(field) => Ok((Self::Object(*field), Failures::default())),
            Plan::PerObject { select, how } => per_object(select, how, sources, up_to_seq),
            Plan::Near { part, how } => {
                let (view, failures) = view(part, sources, up_to_seq)?;
                let ready = match how {
                    Near::Nearest => Self::Nearest { shapes: Shapes::new(&view), view },
                    Near::Exists { .. } | Near::Count { .. } | Near::Density { .. } => {
                        Self::Near { places: Places::new(&view, *how), view, how: *how }
                    }
                };
                Ok((ready, failures))
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
    let mut failures = Failures::default();
    let mut views = Vec::with_capacity(select.parts.len());
    for part in &select.parts {
        let (view, failed) = view(part, sources, up_to_seq)?;
        failures.append(failed);
        views.push(view);
    }
    let side = Side::new(&views, how)?;
    Ok((Prepared::PerObject { select, how, views, side }, failures))
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
