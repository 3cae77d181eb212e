//! What the planner reads from an object's facts: days since, hours.

use dozor_domain::{Minutes, Opening};
use dozor_facts::FactsTable;
use dozor_planner::PlannerFacts;

/// Returns a fact as a whole number; none where the pack names no fact or the object has no value.
pub(crate) fn whole(table: &FactsTable, row: usize, fact: Option<&str>) -> Option<i64> {
    let number = table.float(row, table.column(fact?)?)?;
    // Days of a pack's history fit f64 exactly; the cast saturates on anything else.
    Some(number as i64)
}

/// Reads when work may begin at an object; none where the records do not say both.
pub(super) fn opening(table: &FactsTable, row: usize, facts: &PlannerFacts) -> Option<Opening> {
    let minutes =
        |fact: &Option<String>| u32::try_from(whole(table, row, fact.as_deref())?).ok().map(Minutes);
    Some(Opening { opens: minutes(&facts.opens)?, closes: minutes(&facts.closes)? })
}
