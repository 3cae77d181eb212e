//! A part of a catalogue: some facts and those that they read, for who needs no others.

use crate::catalogue::FactCatalogue;
use crate::plan::{Fact, Plan};

impl FactCatalogue {
    /// Returns the catalogue of the facts `codes` and of all that they read, in the same order and of the same
    /// values; a code that is not in the catalogue is passed over. Its tables have a hash of their own.
    pub fn only(&self, codes: &[&str]) -> Self {
        let facts = self.plans();
        let mut wanted: Vec<bool> =
            facts.iter().map(|fact| codes.contains(&fact.head.code.as_str())).collect();
        // A fact reads only facts above it, so one pass from below finds all.
        for at in (0..facts.len()).rev() {
            if wanted[at] {
                columns_read(&facts[at].plan).into_iter().for_each(|read| wanted[read] = true);
            }
        }
        let mut place = vec![0; facts.len()];
        let mut kept: Vec<Fact> = Vec::new();
        for (at, fact) in facts.iter().enumerate().filter(|(at, _)| wanted[*at]) {
            place[at] = kept.len();
            let mut fact = fact.clone();
            move_columns(&mut fact.plan, &place);
            kept.push(fact);
        }
        self.with_facts(kept)
    }
}

/// Returns the places of the columns that a fact reads.
pub(crate) fn columns_read(plan: &Plan) -> Vec<usize> {
    match plan {
        Plan::Ratio { numerator, denominator } => vec![*numerator, *denominator],
        Plan::Expression { columns, .. } => columns.clone(),
        Plan::Lookup { rows, column, .. } => rows.iter().copied().chain([*column]).collect(),
        Plan::Object(_)
        | Plan::PerObject { .. }
        | Plan::Near { .. }
        | Plan::Neighbours { .. }
        | Plan::Precision { .. }
        | Plan::Layers { .. } => Vec::new(),
    }
}

fn move_columns(plan: &mut Plan, place: &[usize]) {
    match plan {
        Plan::Ratio { numerator, denominator } => {
            *numerator = place[*numerator];
            *denominator = place[*denominator];
        }
        Plan::Expression { columns, .. } => columns.iter_mut().for_each(|column| *column = place[*column]),
        Plan::Lookup { rows, column, .. } => {
            rows.iter_mut().chain([column]).for_each(|column| *column = place[*column]);
        }
        Plan::Object(_)
        | Plan::PerObject { .. }
        | Plan::Near { .. }
        | Plan::Neighbours { .. }
        | Plan::Precision { .. }
        | Plan::Layers { .. } => {}
    }
}
