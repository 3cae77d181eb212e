//! The groups by which a candidate's burden is compared: every attribute that the catalogue keeps for this question alone
//! (use `R`): districts, kinds and sizes of owners. Kinds of objects are none: by law their categories differ.

use dozor_domain::Value;
use dozor_facts::{FactUse, FactsTable};
use dozor_scoring::{CategoryColumn, CodeColumn, GroupBurden, burdens};

use crate::backtesting::Pair;

/// Stands for objects of which the attribute is not known.
pub(crate) const NOT_KNOWN: &str = "–";

/// Compares the burden of all groups.
pub(crate) fn burdens_of(
    pair: &Pair,
    before: &[CategoryColumn],
    after: &[CategoryColumn],
) -> Vec<GroupBurden> {
    let facts = pair.active.methodology.catalogue.facts().iter();
    let facts = facts.filter(|fact| fact.uses.has(FactUse::Report));
    facts
        .filter_map(|fact| Some((fact.code.as_str(), groups_of(&pair.active.table, &fact.code)?)))
        .flat_map(|(code, groups)| burdens(code, &groups, before, after))
        .collect()
}

/// Reads a fact as groups; none where the table lacks it.
pub(crate) fn groups_of(table: &FactsTable, fact: &str) -> Option<CodeColumn> {
    let column = table.column(fact)?;
    let text = |row: usize| match table.value(row, column) {
        Some(Value::Text(text)) => text,
        Some(Value::Boolean(holds)) => holds.to_string(),
        Some(_) | None => NOT_KNOWN.to_owned(),
    };
    let texts: Vec<String> = (0..table.len()).map(text).collect();
    Some(CodeColumn::new(texts.iter().map(String::as_str)))
}
