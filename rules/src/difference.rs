//! What differs between two sets of rules, by rule: rules keep their ids, so a difference is never a guess.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::compiled::Compiled;
use crate::rule::Rule;
use crate::ruleset::RuleSet;

/// Says what became of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleChange {
    /// The rule is new.
    Added,
    /// The rule is gone.
    Removed,
    /// The rule is there on both sides and differs.
    Changed,
}

/// Is the difference of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleDifference {
    /// Its id.
    pub rule: String,
    /// What became of it.
    pub change: RuleChange,
    /// Fields of the head that differ, with both values as TOML or text; empty for a rule that is new or gone.
    pub fields: Vec<FieldDifference>,
    /// The script before, where it differs.
    pub script_before: Option<String>,
    /// The script after, where it differs.
    pub script_after: Option<String>,
}

/// Is the difference of one field of a head. A field that is not written is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldDifference {
    /// Path of the field, e.g. `passport.threshold`.
    pub field: String,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

impl RuleSet {
    /// Compares the rules of two sets by id, from `self` to `after`; comments and layout outside the script are no
    /// difference.
    pub fn difference(&self, after: &Self) -> Vec<RuleDifference> {
        let ids: BTreeSet<&str> =
            self.rules().iter().chain(after.rules()).map(|rule| rule.head().id.as_str()).collect();
        ids.into_iter().filter_map(|id| difference(id, self.rule(id), after.rule(id))).collect()
    }

    /// Returns the set without the rules that `of` holds with the same text: what is left must be asked anew.
    #[must_use]
    pub fn changed_since(&self, of: &Self) -> Self {
        let mut changed = self.clone();
        changed
            .rules
            .retain(|rule| of.rule(&rule.head().id).is_none_or(|known| known.source() != rule.source()));
        changed.compiled = Compiled::new(&changed.rules, |_| true);
        changed
    }
}

fn difference(id: &str, before: Option<&Rule>, after: Option<&Rule>) -> Option<RuleDifference> {
    let whole = |rule: Option<&Rule>| rule.map(|rule| script_of(rule.source()).to_owned());
    let (change, fields) = match (before, after) {
        (Some(before), Some(after)) => {
            let fields = fields(before, after);
            if fields.is_empty() && script_of(before.source()) == script_of(after.source()) {
                return None;
            }
            (RuleChange::Changed, fields)
        }
        (Some(_), None) => (RuleChange::Removed, Vec::new()),
        (None, Some(_)) => (RuleChange::Added, Vec::new()),
        (None, None) => return None,
    };
    let scripts = (whole(before), whole(after));
    let (script_before, script_after) = if scripts.0 == scripts.1 { (None, None) } else { scripts };
    Some(RuleDifference { rule: id.to_owned(), change, fields, script_before, script_after })
}

/// Returns what stands after the leading comment.
pub(crate) fn script_of(source: &str) -> &str {
    source.split_once("*/").map_or(source, |(_, script)| script).trim()
}

/// Returns the head's TOML as a table; an unreadable one is empty, which a parsed rule never has.
fn head_of(source: &str) -> toml::Table {
    let head =
        source.split_once("/*").and_then(|(_, rest)| rest.split_once("*/")).map_or("", |(toml, _)| toml);
    toml::from_str(head).unwrap_or_default()
}

fn fields(before: &Rule, after: &Rule) -> Vec<FieldDifference> {
    let (was, is) = (flat(&head_of(before.source())), flat(&head_of(after.source())));
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let value = |fields: &std::collections::BTreeMap<String, String>, name: &String| {
        fields.get(name).cloned().unwrap_or_default()
    };
    names
        .into_iter()
        .map(|name| FieldDifference {
            field: name.clone(),
            before: value(&was, name),
            after: value(&is, name),
        })
        .filter(|field| field.before != field.after)
        .collect()
}

/// Returns the fields of a head by path; tables one below the other are joined by a point.
fn flat(table: &toml::Table) -> std::collections::BTreeMap<String, String> {
    let mut found = std::collections::BTreeMap::new();
    for (name, value) in table {
        match value {
            toml::Value::Table(inner) => {
                found.extend(flat(inner).into_iter().map(|(path, text)| (format!("{name}.{path}"), text)));
            }
            toml::Value::String(text) => drop(found.insert(name.clone(), text.clone())),
            other => drop(found.insert(name.clone(), other.to_string())),
        }
    }
    found
}
