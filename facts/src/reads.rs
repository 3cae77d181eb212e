//! What a catalogue reads of each source, so that nothing else need be held in memory.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::FactCatalogue;
use crate::formula::{Formula, TODAY};
use crate::plan::{Near, Part, PerObject, Plan, Quantity};

/// Says what is read of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceReads {
    /// Names of the fields.
    pub fields: BTreeSet<String>,
    /// Whether shapes are read, not only points.
    pub shapes: bool,
}

/// Says what a catalogue reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogueReads {
    /// By source; a source that is not here is not read.
    pub sources: BTreeMap<String, SourceReads>,
    /// Whether the shapes of the objects themselves are read: their registers' shapes are needed then.
    pub homes: bool,
}

impl FactCatalogue {
    /// Returns what the facts read of each source.
    pub fn reads(&self) -> CatalogueReads {
        let mut reads = CatalogueReads::default();
        for name in self.sources() {
            reads.sources.entry(name.to_owned()).or_default();
        }
        for fact in self.plans() {
            match &fact.plan {
                Plan::PerObject { select, how } => {
                    let more = fields_of(how);
                    for part in &select.parts {
                        let source = reads.add(part);
                        source.fields.extend(more.iter().cloned());
                    }
                }
                Plan::Near { part, how } => {
                    let source = reads.add(part);
                    source.shapes |= matches!(how, Near::Nearest | Near::Touches);
                    reads.homes = true;
                }
                Plan::Neighbours { part, .. } => {
                    reads.add(part);
                    reads.homes = true;
                }
                Plan::Precision { signals, group, outcomes, .. } => {
                    for part in &signals.parts {
                        reads.add(part).fields.extend(group.clone());
                    }
                    reads.add(outcomes);
                }
                Plan::Layers { layers, shape, .. } => {
                    for layer in layers.iter().chain(shape) {
                        reads.sources.entry(layer.clone()).or_default().shapes = true;
                    }
                    reads.homes = true;
                }
                Plan::Object(_) | Plan::Ratio { .. } | Plan::Expression { .. } | Plan::Lookup { .. } => {}
            }
        }
        reads
    }
}

impl CatalogueReads {
    fn add(&mut self, part: &Part) -> &mut SourceReads {
        let source = self.sources.entry(part.source.clone()).or_default();
        let value = match &part.value {
            Quantity::Nothing => None,
            Quantity::Field(name) => {
                source.fields.insert(name.clone());
                None
            }
            Quantity::Formula(formula) => Some(formula),
        };
        let formulas = part.filter.iter().chain(&part.condition).chain(value);
        let names = formulas.flat_map(Formula::reads).filter(|name| *name != TODAY);
        source.fields.extend(names.cloned());
        if let Some(valid) = &part.valid {
            source.fields.extend(valid.from.iter().chain(&valid.to).cloned());
        }
        source
    }
}

fn fields_of(how: &PerObject) -> Vec<String> {
    match how {
        PerObject::Count { once_per: Some(field) }
        | PerObject::DistinctCount { largest_group: Some(field) } => {
            vec![field.clone()]
        }
        PerObject::Difference { same } => same.clone(),
        PerObject::Count { once_per: None }
        | PerObject::DistinctCount { largest_group: None }
        | PerObject::Attribute(_)
        | PerObject::Exists
        | PerObject::Sum
        | PerObject::Max(_)
        | PerObject::Min(_)
        | PerObject::Mean
        | PerObject::Share
        | PerObject::DaysSinceLast
        | PerObject::DaysSinceFirst
        | PerObject::Slope
        | PerObject::Change { .. } => Vec::new(),
    }
}
