//! The sentence of a rule about one object: the pack's words with the object's own values in them.

use std::collections::BTreeMap;

use dozor_domain as domain;
use dozor_scoring::FactSaid;
use serde::Deserialize;

use super::Queries;
use super::common::{Localized, value_text};

/// Is one part of a rule's sentence. It is left out where a fact that it names is missing, or where its condition
/// does not hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Clause {
    /// Text; `{fact}` stands for the fact's value with its unit.
    ru: String,
    en: String,
    /// The part is said only where this fact …
    #[serde(default)]
    fact: Option<String>,
    /// … has this value, as the contract writes it.
    #[serde(default)]
    is: Option<String>,
}

impl Clause {
    fn holds(&self, said: &BTreeMap<String, FactSaid>) -> bool {
        let Some(fact) = &self.fact else { return true };
        let value = said.get(fact).and_then(|one| one.value.as_ref()).map(value_text);
        value.is_some() && (self.is.is_none() || value == self.is)
    }

    /// Returns the facts that the part names, in their order in the Russian text.
    fn named(&self) -> Vec<&str> {
        let holes = holes(&self.ru).filter_map(|(_, hole)| hole);
        holes.chain(self.fact.as_deref()).collect()
    }
}

/// Cuts a text at its holes: each piece with the name that follows it.
fn holes(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    text.split('}').map(|part| match part.split_once('{') {
        Some((words, name)) => (words, Some(name)),
        None => (part, None),
    })
}

/// Fills the holes of a text; none when a value is missing.
fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut filled = String::with_capacity(text.len() + 16);
    for (words, hole) in holes(text) {
        filled.push_str(words);
        if let Some(name) = hole {
            filled.push_str(&value(name)?);
        }
    }
    Some(filled)
}

impl Queries {
    /// Returns the sentence of a rule about one object; none where the pack has no words for it.
    pub(super) fn sentence(&self, rule: &str, said: &BTreeMap<String, FactSaid>) -> Option<Localized> {
        let mut whole = Localized::default();
        for clause in self.dozor.methodology.words.clauses(rule).iter().filter(|clause| clause.holds(said)) {
            let value = |name: &str| self.fact_words(name, said.get(name)?);
            let (ru, en) = (
                fill(&clause.ru, |name| Some(value(name)?.ru)),
                fill(&clause.en, |name| Some(value(name)?.en)),
            );
            let (Some(ru), Some(en)) = (ru, en) else { continue };
            for (text, part) in [(&mut whole.ru, ru), (&mut whole.en, en)] {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(&part);
            }
        }
        (!whole.ru.is_empty()).then_some(whole)
    }

    /// Returns a rule's facts for reading: first those that its sentence names, then the others as the rule reads them.
    pub(super) fn reading_order(&self, rule: &domain::RuleHead) -> Vec<String> {
        let clauses = self.dozor.methodology.words.clauses(&rule.id);
        let named = clauses.iter().flat_map(Clause::named).map(str::to_owned);
        let mut order: Vec<String> = Vec::with_capacity(rule.facts.len());
        for fact in named.chain(rule.facts.iter().cloned()) {
            if !order.contains(&fact) {
                order.push(fact);
            }
        }
        order
    }

    /// Returns the value of a fact with its unit, codes in the pack's words; none when it is missing.
    fn fact_words(&self, name: &str, said: &FactSaid) -> Option<Localized> {
        let value = said.value.as_ref()?;
        let words = self.code_words(name, value);
        Some(words.unwrap_or_else(|| Localized::from(&dozor_scoring::value_in_words(value, &said.unit))))
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::PackWords;
    use super::*;
    use crate::methodology::LoadedMethodology;
    use crate::pack::read_pack;

    #[test]
    fn holes_are_filled_and_a_missing_value_leaves_the_text_out() {
        let value = |name: &str| (name == "a").then(|| "5 м²".to_owned());
        assert_eq!(fill("Рост {a}.", value).as_deref(), Some("Рост 5 м²."));
        assert_eq!(fill("{a} и {a}", value).as_deref(), Some("5 м² и 5 м²"));
        assert_eq!(fill("Рост {b}.", value), None);
        assert_eq!(fill("Без значений.", value).as_deref(), Some("Без значений."));
    }

    #[test]
    fn every_rule_of_the_moscow_pack_has_a_sentence_of_facts_that_exist() {
        let methodology = LoadedMethodology::parse(read_pack("moscow").unwrap()).unwrap();
        let words = PackWords::read(&methodology.files);
        for rule in methodology.rules.rules() {
            let id = &rule.head().id;
            let clauses = words.clauses(id);
            assert!(!clauses.is_empty(), "{id} has no sentence");
            for clause in clauses {
                let english: Vec<&str> = holes(&clause.en).filter_map(|(_, hole)| hole).collect();
                assert!(english.iter().all(|name| clause.ru.contains(name)), "{id}: {}", clause.en);
                for name in clause.named() {
                    assert!(methodology.catalogue.head(name).is_some(), "{id}: no fact {name}");
                }
            }
        }
    }
}
