//! The numbers behind a `max` or a `min`, record by record, for who asks about each of them and not about the largest.

use std::sync::Arc;

use crate::catalogue::FactCatalogue;
use crate::engine::{FactInputs, FactKey, moment, present_sources};
use crate::error::FactsError;
use crate::kinds::number::{Number, values};
use crate::plan::{PerObject, Plan};
use crate::records::{Lens, Picks, Scope, View, Wanted, collect};
use crate::source_index::{SourceIndex, Sources};

/// Returns the numbers that a `max` or `min` takes the extreme of, one list a key, in the order of records; what has no
/// number is passed over. None for a fact of another kind: it is made of no such numbers. It costs what the records of
/// these objects cost.
///
/// # Errors
/// [`FactsError::Input`] where the fact or an object does not exist, or a source's columns lack a field.
pub fn numbers_behind(
    catalogue: &FactCatalogue,
    inputs: &FactInputs<'_>,
    (fact, keys): (&str, &[FactKey]),
    up_to_seq: i64,
) -> Result<Option<Vec<Vec<f64>>>, FactsError> {
    let missing = |problem: String| FactsError::Input { problem };
    let fact = catalogue.fact(fact).ok_or_else(|| missing(format!("there is no fact «{fact}»")))?;
    let Plan::PerObject { select, how: PerObject::Max(_) | PerObject::Min(_) } = &fact.plan else {
        return Ok(None);
    };
    let is_read = |name: &str| select.parts.iter().any(|part| part.source == name);
    let sources: Sources<'_> = present_sources(catalogue, inputs)
        .filter(|(name, _)| is_read(name))
        .map(|(name, columns)| (name, Arc::new(SourceIndex::for_one_object(columns, inputs.zone))))
        .collect();
    let mut views = Vec::with_capacity(select.parts.len());
    for part in &select.parts {
        let absent = || missing(format!("the records of «{}» are not at hand", part.source));
        let index = sources.get(part.source.as_str()).ok_or_else(absent)?;
        views.push(View::new(part, index, (up_to_seq, Scope::OneObject))?.0);
    }
    let mut lenses: Vec<Lens<'_>> = views.iter().map(View::lens).collect();
    let (mut picks, mut found) = (Picks::default(), Vec::with_capacity(keys.len()));
    for key in keys {
        if inputs.objects.rows().get(key.object as usize).is_none() {
            return Err(missing(format!("there is no object at place {}", key.object)));
        }
        let now = moment(inputs.zone, key.as_of.micros())?;
        let whose = (inputs.objects, select.whose);
        collect(&mut picks, &mut lenses, whose, (key.object, now), Wanted::Passing);
        let numbers = values(&mut lenses, &picks.rows, now).into_iter().flatten();
        found.push(numbers.map(Number::decimal).collect());
    }
    Ok(Some(found))
}
