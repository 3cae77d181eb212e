//! A rule may not hold before the act on which it rests, nor outlive it.

use dozor_domain::{LegalMark, LegalReference, Zone};
use dozor_facts::FactsTable;
use jiff::civil::Date;

use super::{Answered, Finding};
use crate::rule::Rule;

pub(super) fn check(rule: &Rule) -> Vec<Finding> {
    let too_early = rule.head().basis.iter().filter_map(|basis| {
        let from = basis.in_force_from?;
        let message = match rule.effective_from() {
            Some(day) if day >= from => return None,
            Some(day) => format!("it holds from {day}, «{}» from {from}", basis.text),
            None => format!("it holds from ever, «{}» from {from}", basis.text),
        };
        Some(Finding::error("VERIFY_BEFORE_ACT", &rule.head().id, message))
    });
    too_early.chain(outlives(rule)).collect()
}

fn outlives(rule: &Rule) -> Option<Finding> {
    let last = last_day(&rule.head().basis)?;
    let message = match rule.effective_to() {
        Some(day) if day <= last => return None,
        Some(day) => format!("it holds to {day}, the last of its acts to {last}"),
        None => format!("it holds without end, the last of its acts to {last}"),
    };
    Some(Finding::warning("VERIFY_AFTER_ACT", &rule.head().id, message))
}

/// Returns the day with which the last of a rule's acts ends; none where one of them does not end.
fn last_day(basis: &[LegalReference]) -> Option<Date> {
    let named = basis.iter().filter(|basis| basis.mark != LegalMark::ToFill);
    let ends: Option<Vec<Date>> = named.map(|basis| basis.in_force_to).collect();
    ends?.into_iter().max()
}

/// Finds an object on which a rule fires on a day when an act on which it rests is not in force.
pub(super) fn check_on(rules: &[Answered<'_>], table: &FactsTable, zone: &Zone) -> Vec<Finding> {
    let mut found = Vec::new();
    for (head, column) in rules {
        let first = head.basis.iter().filter_map(|basis| basis.in_force_from).max();
        let last = last_day(&head.basis);
        if first.is_none() && last.is_none() {
            continue;
        }
        let fired = || column.fired.rows().filter_map(|row| Some((row, zone.day_of(table.as_of(row))?)));
        let early = fired().find(|(_, day)| first.is_some_and(|first| *day < first));
        let late = fired().find(|(_, day)| last.is_some_and(|last| *day > last));
        for (shown, code, when) in
            [(early, "VERIFY_BEFORE_ACT", "not in force yet"), (late, "VERIFY_AFTER_ACT", "in force no more")]
        {
            if let Some((row, day)) = shown {
                let message = format!("it fires as of {day}, when an act of its basis is {when}");
                found.push(Finding::warning(code, &head.id, message).shown_by(table.object_key(row)));
            }
        }
    }
    found
}
