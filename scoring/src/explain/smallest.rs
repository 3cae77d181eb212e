//! The smallest change that would lower a category: the reply to an owner's request. A change is a value of a fact that
//! the person can influence. Whether it lowers the category is not reasoned but asked: rules, severity, card and table
//! answer about the object's own row with those values in it, all else as it is. So what is offered is a way, and it
//! takes the fewest facts; ADR 75.

use std::collections::BTreeSet;

use dozor_domain::{Probability, RiskCategory, RuleHead, RuleState, Value, VerdictColumns};
use dozor_facts::{FactsError, FactsTable};
use serde::{Deserialize, Serialize};

use super::variations::Influence;
use crate::{CodeColumn, Policy, ScoringError};

/// Rows that are asked at most: some tens of milliseconds. Sets of facts beyond are not tried, and the answer says so.
const MOST_ROWS: usize = 20_000;
/// Rows that are asked together.
const BATCH: usize = 4_096;

/// Is what a way down does to one rule.
#[derive(Clone, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum RuleChange {
    /// The rule holds now and would no longer.
    Cease {
        /// Rule id.
        rule: String,
        /// Those of the changed facts that it reads, sorted.
        facts: Vec<String>,
    },
    /// The rule does not hold now and would.
    Earn {
        /// Rule id.
        rule: String,
        /// Those of the changed facts that it reads, sorted.
        facts: Vec<String>,
    },
    /// The rule goes on to hold and gives other points.
    Regrade {
        /// Rule id.
        rule: String,
        /// Those of the changed facts that it reads, sorted.
        facts: Vec<String>,
        /// Points now.
        from: f64,
        /// Points after.
        to: f64,
    },
}

/// Is a fact with the value to which it is brought.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FactChange {
    /// Name of the fact.
    pub fact: String,
    /// The value to come.
    #[serde(serialize_with = "as_json")]
    pub value: Value,
}

fn as_json<S: serde::Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    value.to_json().serialize(serializer)
}

/// Is one way to a lower category: all of its facts are needed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SmallestChange {
    /// What is to be brought about, by name of the fact.
    pub facts: Vec<FactChange>,
    /// Rules that answer otherwise then, by id.
    pub changes: Vec<RuleChange>,
    /// The category after it.
    pub category: RiskCategory,
}

/// Is what a search for ways found, and how far it went.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct WaysDown {
    /// Ways of the fewest facts, the lowest category first; empty where none was found.
    pub ways: Vec<SmallestChange>,
    /// Facts that were varied, sorted.
    pub tried: Vec<String>,
    /// Every set of so many of them, and of fewer, was tried at each of their values.
    pub together: usize,
}

/// Is what is asked about one object and control kind.
#[derive(Debug)]
pub struct ChangeQuestion<'a> {
    /// Facts; one row is read.
    pub facts: &'a FactsTable,
    /// The row.
    pub row: usize,
    /// Kind of the object.
    pub object_kind: &'a str,
    /// Code of the control kind.
    pub control_kind: &'a str,
    /// The category to get below.
    pub category: RiskCategory,
    /// Facts that the person can influence and the category reads, by name.
    pub influences: &'a [Influence],
}

/// Is what the rules and the model answer about a table of varied rows.
pub type Answered = (VerdictColumns, Option<Vec<Probability>>);

/// Is a fact with its column and the values to try.
struct Movable {
    fact: String,
    column: usize,
    values: Vec<Value>,
}

/// Is a choice of values: place among the movable facts, place among its values.
type Choice = Vec<(usize, usize)>;

/// Finds all ways that take the fewest facts; of ways by the same facts to the same category the one that changes them
/// least. `ask` answers for the rules and the model of the methodology. None where the row as it is does not give the
/// category: then nothing can be said of it by varying the row.
///
/// # Errors
/// Those of `ask`; [`ScoringError`] as [`Policy::categorise`]; the facts' where a value is not of its type.
pub fn ways_down<E: From<ScoringError> + From<FactsError>>(
    policy: &Policy,
    question: &ChangeQuestion<'_>,
    ask: impl Fn(&FactsTable) -> Result<Answered, E>,
) -> Result<Option<WaysDown>, E> {
    let search = Search { policy, question, movable: movable(question) };
    let (own, categories) = search.answers(&[Vec::new()], &ask)?;
    if categories.first() != Some(&Some(question.category)) {
        return Ok(None);
    }
    let tried = search.movable.iter().map(|one| one.fact.clone()).collect();
    let mut found = WaysDown { ways: Vec::new(), tried, together: 0 };
    let mut asked = 0;
    for size in 1..=search.movable.len() {
        asked += search.count(size);
        if asked > MOST_ROWS {
            break;
        }
        found.together = size;
        found.ways = search.ways_of(size, &own, &ask)?;
        if !found.ways.is_empty() {
            break;
        }
    }
    Ok(Some(found))
}

fn movable(question: &ChangeQuestion<'_>) -> Vec<Movable> {
    let one = |influence: &Influence| {
        let column = question.facts.column(&influence.fact)?;
        let value_type = question.facts.columns().get(column)?.value_type;
        let own = question.facts.value(question.row, column);
        let values = influence.values(own.as_ref(), value_type);
        (!values.is_empty()).then(|| Movable { fact: influence.fact.clone(), column, values })
    };
    let mut movable: Vec<Movable> = question.influences.iter().filter_map(one).collect();
    movable.sort_by(|left, right| left.fact.cmp(&right.fact));
    movable
}

/// Is one search.
struct Search<'a> {
    policy: &'a Policy,
    question: &'a ChangeQuestion<'a>,
    movable: Vec<Movable>,
}

impl Search<'_> {
    /// Returns the number of choices of `size` facts: a coefficient of ∏ (1 + values · x).
    fn count(&self, size: usize) -> usize {
        let mut of_size = vec![0_usize; size + 1];
        if let Some(none) = of_size.first_mut() {
            *none = 1;
        }
        for one in &self.movable {
            for at in (1..=size).rev() {
                let fewer = of_size.get(at - 1).copied().unwrap_or(0).saturating_mul(one.values.len());
                if let Some(held) = of_size.get_mut(at) {
                    *held = held.saturating_add(fewer);
                }
            }
        }
        of_size.last().copied().unwrap_or(0)
    }

    /// Returns every choice of `size` facts: sets in the order of names, within a set the least changes first.
    fn choices(&self, size: usize) -> Vec<Choice> {
        let mut choices: Vec<Choice> = vec![Vec::new()];
        for _ in 0..size {
            choices = choices
                .into_iter()
                .flat_map(|choice| {
                    let next = choice.last().map_or(0, |(fact, _)| fact + 1);
                    let further = self.movable.iter().enumerate().skip(next);
                    let places =
                        further.flat_map(|(fact, one)| (0..one.values.len()).map(move |at| (fact, at)));
                    places
                        .map(|place| choice.iter().copied().chain([place]).collect())
                        .collect::<Vec<Choice>>()
                })
                .collect();
        }
        choices.sort_by_cached_key(|choice| {
            let facts: Vec<usize> = choice.iter().map(|(fact, _)| *fact).collect();
            let far: usize = choice.iter().map(|(_, at)| *at).sum();
            (facts, far, choice.clone())
        });
        choices
    }

    /// Asks about the row under each choice.
    fn answers<E: From<ScoringError> + From<FactsError>>(
        &self,
        choices: &[Choice],
        ask: &impl Fn(&FactsTable) -> Result<Answered, E>,
    ) -> Result<(VerdictColumns, Vec<Option<RiskCategory>>), E> {
        let value = |&(fact, at): &(usize, usize)| {
            let one = self.movable.get(fact)?;
            Some((one.column, one.values.get(at)?.clone()))
        };
        let variants: Vec<Vec<(usize, Value)>> =
            choices.iter().map(|choice| choice.iter().filter_map(value).collect()).collect();
        let question = self.question;
        let table = question.facts.varied(question.row, &variants)?;
        let (verdicts, probabilities) = ask(&table)?;
        let kinds = CodeColumn::new(std::iter::repeat_n(question.object_kind, table.len()));
        let severity = self.policy.severity_column(&table)?;
        let columns =
            self.policy.categorise(&(&verdicts).into(), &severity, probabilities.as_deref(), &kinds)?;
        let of_control = columns.into_iter().find(|column| column.control_kind == question.control_kind);
        let categories = of_control.map_or_else(|| vec![None; table.len()], |column| column.category);
        Ok((verdicts, categories))
    }

    fn ways_of<E: From<ScoringError> + From<FactsError>>(
        &self,
        size: usize,
        own: &VerdictColumns,
        ask: &impl Fn(&FactsTable) -> Result<Answered, E>,
    ) -> Result<Vec<SmallestChange>, E> {
        let mut ways = Vec::new();
        let mut seen: BTreeSet<(Vec<usize>, RiskCategory)> = BTreeSet::new();
        for choices in self.choices(size).chunks(BATCH) {
            let (verdicts, categories) = self.answers(choices, ask)?;
            for (row, (choice, category)) in choices.iter().zip(categories).enumerate() {
                let Some(category) = category.filter(|category| *category < self.question.category) else {
                    continue;
                };
                if seen.insert((choice.iter().map(|(fact, _)| *fact).collect(), category)) {
                    ways.push(self.way(choice, category, own, (&verdicts, row)));
                }
            }
        }
        ways.sort_by_key(|way: &SmallestChange| way.category);
        Ok(ways)
    }

    fn way(
        &self,
        choice: &Choice,
        category: RiskCategory,
        own: &VerdictColumns,
        (verdicts, row): (&VerdictColumns, usize),
    ) -> SmallestChange {
        let chosen = choice.iter().filter_map(|&(fact, at)| {
            let one = self.movable.get(fact)?;
            Some(FactChange { fact: one.fact.clone(), value: one.values.get(at)?.clone() })
        });
        let facts: Vec<FactChange> = chosen.collect();
        let kind = self.question.control_kind;
        let serves = |head: &RuleHead| {
            head.control_kinds.is_empty() || head.control_kinds.iter().any(|one| one == kind)
        };
        let counting =
            verdicts.heads.iter().enumerate().filter(|(_, head)| head.counts_in_category() && serves(head));
        let changes = counting.filter_map(|(rule, head)| {
            let reads = facts.iter().filter(|one| head.facts.contains(&one.fact));
            let (id, read) = (head.id.clone(), reads.map(|one| one.fact.clone()).collect());
            let (before, after) = (own.state(rule, 0), verdicts.state(rule, row));
            let (from, to) = (own.points(rule, 0), verdicts.points(rule, row));
            match (before, after) {
                (RuleState::Fired, RuleState::NotFired | RuleState::Unknown) => {
                    Some(RuleChange::Cease { rule: id, facts: read })
                }
                (RuleState::NotFired | RuleState::Unknown, RuleState::Fired) => {
                    Some(RuleChange::Earn { rule: id, facts: read })
                }
                (RuleState::Fired, RuleState::Fired) if from.total_cmp(&to).is_ne() => {
                    Some(RuleChange::Regrade { rule: id, facts: read, from, to })
                }
                _ => None,
            }
        });
        SmallestChange { changes: changes.collect(), category, facts }
    }
}
