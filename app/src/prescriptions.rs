//! Prescriptions whose term is over and at which nobody has looked since: each has a term of its own, and only a visit with
//! a result after the end of that term is its follow-up.

use std::collections::HashMap;
use std::sync::Arc;

use dozor_domain::{ObjectId, Timestamp};
use dozor_facts::{FactKey, FactsTable, numbers_behind};
use jiff::ToSpan;
use jiff::civil::Date;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::loading::Loaded;
use crate::planning::whole;
use crate::progress::Silent;

/// Holds by how many days an object's longest overdue prescription is overdue that nobody has looked at since its term ended;
/// objects without such a one are not in it.
pub(crate) type Overdue = HashMap<ObjectId, i64>;

impl Dozor {
    /// Returns what is overdue and not looked at, out of a table that has the facts of prescriptions and of the last result.
    /// What a follow-up found goes to a case or to the register, and asks for no visit of every next day.
    pub(crate) async fn overdue_prescriptions(
        &self,
        (loaded, table): (&Arc<Loaded>, &FactsTable),
        as_of: Timestamp,
    ) -> Result<Overdue, AppError> {
        let facts = &self.methodology.planner.settings.facts;
        let mut found = Overdue::new();
        let Some(fact) = facts.prescription_overdue.clone() else { return Ok(found) };
        let (mut keys, mut seen) = (Vec::new(), Vec::new());
        for row in 0..table.len() {
            let longest = whole(table, row, Some(&fact)).unwrap_or(0);
            if longest <= 0 {
                continue;
            }
            let id = table.object_id(row);
            match whole(table, row, facts.last_result.as_deref()).filter(|days| *days < longest) {
                None => {
                    found.insert(id, longest);
                }
                // The longest overdue one was looked at; one that ran out since then was not.
                Some(days) => {
                    if let Some(object) = loaded.objects.index_of(id) {
                        keys.push(FactKey { object, as_of });
                        seen.push((id, days));
                    }
                }
            }
        }
        if keys.is_empty() {
            return Ok(found);
        }
        let (loaded, methodology) = (Arc::clone(loaded), Arc::clone(&self.methodology));
        let numbers = blocking("the prescriptions", move || {
            let inputs = loaded.inputs(&methodology.manifest.zone);
            numbers_behind(&methodology.catalogue, &inputs, (&fact, &keys), loaded.up_to_seq)
        });
        // A fact that is no maximum over prescriptions knows one of them only.
        let each = numbers.await??.unwrap_or_default();
        found.extend(
            seen.into_iter()
                .zip(each)
                .filter_map(|((id, days), each)| Some((id, longest_unseen(&each, days)?))),
        );
        Ok(found)
    }
}

impl Dozor {
    /// Returns every prescription whose term ends before a day and at which nobody has looked since: its object and the
    /// last day of the term. Deferral and suspension are as they are known now.
    pub(crate) async fn terms_ending(&self, until: Date) -> Result<Vec<(ObjectId, Date)>, AppError> {
        let facts = &self.methodology.planner.settings.facts;
        let Some(fact) = facts.prescription_overdue.clone() else { return Ok(Vec::new()) };
        let named: Vec<&str> = [&facts.prescription_overdue, &facts.last_result]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        let as_of = self.instant(&until.to_string())?;
        let (loaded, table) = self.compute_part(&named, as_of, &Silent).await?;
        let (mut keys, mut seen) = (Vec::new(), Vec::new());
        for row in 0..table.len() {
            let id = table.object_id(row);
            let is_over = whole(&table, row, Some(&fact)).is_some_and(|longest| longest > 0);
            if let Some(object) = loaded.objects.index_of(id).filter(|_| is_over) {
                keys.push(FactKey { object, as_of });
                seen.push((id, whole(&table, row, facts.last_result.as_deref())));
            }
        }
        let methodology = Arc::clone(&self.methodology);
        let numbers = blocking("the terms of prescriptions", move || {
            let inputs = loaded.inputs(&methodology.manifest.zone);
            numbers_behind(&methodology.catalogue, &inputs, (&fact, &keys), loaded.up_to_seq)
        });
        let each = numbers.await??.unwrap_or_default();
        let mut found = Vec::new();
        for ((id, seen), each) in seen.into_iter().zip(each) {
            let over = each.iter().map(|days| *days as i64).filter(|days| *days > 0);
            let unseen = over.filter(|days| seen.is_none_or(|seen| *days <= seen));
            found.extend(unseen.filter_map(|days| Some((id, until.checked_sub(days.days()).ok()?))));
        }
        Ok(found)
    }
}

/// Returns by how many days the longest overdue prescription is overdue whose term ended on the day of the last result or
/// later: that result is `seen` days old.
fn longest_unseen(overdue: &[f64], seen: i64) -> Option<i64> {
    // Days of a pack's history fit f64 exactly; the cast saturates on anything else.
    overdue.iter().map(|days| *days as i64).filter(|days| *days > 0 && *days <= seen).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prescription_that_ran_out_after_the_last_result_is_overdue_whatever_else_was_looked_at() {
        assert_eq!(
            longest_unseen(&[100.0, 10.0], 50),
            Some(10),
            "looked at between the ends of the two terms"
        );
        assert_eq!(longest_unseen(&[100.0, 40.0, 10.0], 50), Some(40), "the longer of what nobody has seen");
        assert_eq!(longest_unseen(&[100.0, 50.0], 50), Some(50), "on the last day of a term it is not over");
        assert_eq!(longest_unseen(&[100.0, 10.0], 9), None, "each was looked at");
        assert_eq!(longest_unseen(&[100.0, 0.0, -5.0], 50), None, "a term that runs is not over");
    }
}
