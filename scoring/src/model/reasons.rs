//! The largest parts of the score of every row at once: what a list of objects shows beside each.

use dozor_facts::FactsTable;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::bundle::ModelBundle;
use crate::ScoringError;

/// Rows whose parts are held at a time.
const BLOCK: usize = 2_048;

/// Holds the largest parts of every row, the largest in size first.
#[derive(Clone, Debug, PartialEq)]
pub struct Reasons {
    facts: Vec<String>,
    per_row: usize,
    /// Place of the fact and its part of the log-odds, `per_row` a row.
    parts: Vec<(u16, f32)>,
}

impl Reasons {
    /// Returns a row's facts with their parts of the log-odds.
    pub fn of(&self, row: usize) -> impl Iterator<Item = (&str, f64)> {
        let parts = self.parts.get(row * self.per_row..(row + 1) * self.per_row).unwrap_or_default();
        parts.iter().filter_map(|(fact, part)| {
            let fact = self.facts.get(usize::from(*fact))?;
            Some((fact.as_str(), f64::from(*part)))
        })
    }
}

impl ModelBundle {
    /// Takes every row's score apart and keeps the `count` parts that are the largest in size; equal ones in the
    /// model's order of facts.
    ///
    /// # Errors
    /// As [`ModelBundle::predict`].
    pub fn reasons(&self, facts: &FactsTable, count: usize) -> Result<Reasons, ScoringError> {
        let frame = self.frame(facts)?;
        let names: Vec<String> = self.facts().map(str::to_owned).collect();
        let per_row = count.min(names.len());
        let slope = self.calibration().line().0;
        let blocks: Vec<Vec<(u16, f32)>> = (0..frame.rows().div_ceil(BLOCK))
            .into_par_iter()
            .map(|block| {
                let from = block * BLOCK;
                let rows = BLOCK.min(frame.rows() - from);
                let parts = self.body().parts_of_block(&frame, from, rows);
                let mut largest: Vec<(u16, f32)> = vec![(0, 0.0); rows * per_row];
                for (row, out) in largest.chunks_mut(per_row.max(1)).enumerate() {
                    choose(&parts, rows, row, slope, out);
                }
                largest
            })
            .collect();
        Ok(Reasons { facts: names, per_row, parts: blocks.concat() })
    }
}

/// Keeps the largest of a row's parts; `parts` holds a column of `rows` numbers a fact.
fn choose(parts: &[f64], rows: usize, row: usize, slope: f64, out: &mut [(u16, f32)]) {
    let mut filled = 0;
    for (fact, column) in parts.chunks_exact(rows).enumerate() {
        let part = (slope * column[row]) as f32;
        let mut place = filled.min(out.len());
        while place > 0 && out[place - 1].1.abs() < part.abs() {
            place -= 1;
        }
        if place == out.len() {
            continue;
        }
        let end = filled.min(out.len() - 1);
        out.copy_within(place..end, place + 1);
        out[place] = (u16::try_from(fact).unwrap_or(u16::MAX), part);
        filled = (filled + 1).min(out.len());
    }
}
