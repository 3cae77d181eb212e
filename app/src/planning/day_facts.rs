//! What the planner reads from an object's facts: days since, days overdue, hours.

use dozor_domain::{Minutes, Opening};
use dozor_facts::FactsTable;
use dozor_planner::PlannerFacts;

/// Returns a fact as a whole number; none where the pack names no fact or the object has no value.
pub(crate) fn whole(table: &FactsTable, row: usize, fact: Option<&str>) -> Option<i64> {
    let number = table.float(row, table.column(fact?)?)?;
    // Days of a pack's history fit f64 exactly; the cast saturates on anything else.
    Some(number as i64)
}

/// Returns by how many days a prescription is overdue while nobody has looked. A visit with a result after the end of the
/// term is its follow-up: what that found goes to a case or to the register, and asks for no visit of every next day.
pub(crate) fn overdue_days(table: &FactsTable, row: usize, facts: &PlannerFacts) -> i64 {
    let overdue = whole(table, row, facts.prescription_overdue.as_deref()).unwrap_or(0);
    let followed_up = whole(table, row, facts.last_result.as_deref()).is_some_and(|days| days < overdue);
    if followed_up { 0 } else { overdue }
}

/// Reads when work may begin at an object; none where the records do not say both.
pub(super) fn opening(table: &FactsTable, row: usize, facts: &PlannerFacts) -> Option<Opening> {
    let minutes =
        |fact: &Option<String>| u32::try_from(whole(table, row, fact.as_deref())?).ok().map(Minutes);
    Some(Opening { opens: minutes(&facts.opens)?, closes: minutes(&facts.closes)? })
}
