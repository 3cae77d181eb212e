//! From the written form of facts over facts (`ratio`, `derived`) to the checked one.

use std::collections::BTreeMap;

use dozor_domain::ValueType;
use dozor_script::Names;

use crate::compile::{Compiler, declaration};
use crate::definition::{FactText, LookupText};
use crate::error::FactsError;
use crate::plan::Plan;

impl Compiler<'_> {
    pub(crate) fn ratio(&self, text: &FactText) -> Result<(Plan, ValueType), FactsError> {
        let column = |key: &str, code: &Option<String>| {
            let code =
                code.as_ref().ok_or_else(|| declaration(text, format!("the key «{key}» is missing")))?;
            self.earlier(text, code)
        };
        let plan = Plan::Ratio {
            numerator: column("numerator", &text.numerator)?,
            denominator: column("denominator", &text.denominator)?,
        };
        Ok((plan, ValueType::Float))
    }

    pub(crate) fn derived(&self, text: &FactText) -> Result<(Plan, ValueType), FactsError> {
        match (&text.expression, &text.lookup) {
            (Some(expression), None) => {
                let value_type = text.value_type.unwrap_or(ValueType::Float);
                if !matches!(
                    value_type,
                    ValueType::Float | ValueType::Integer | ValueType::Boolean | ValueType::Text
                ) {
                    return Err(declaration(
                        text,
                        format!("an expression gives no value of type «{value_type:?}»"),
                    ));
                }
                let names: Names =
                    self.facts.iter().map(|fact| (fact.head.code.as_str(), fact.head.value_type)).collect();
                let program =
                    self.engine.compile(expression, &names).map_err(|source| FactsError::Expression {
                        fact: text.code.clone(),
                        key: "expression",
                        source: Box::new(source),
                    })?;
                let columns = program
                    .reads()
                    .iter()
                    .map(|code| self.earlier(text, code))
                    .collect::<Result<Vec<_>, _>>()?;
                Ok((Plan::Expression { program, columns }, value_type))
            }
            (None, Some(lookup)) => self.lookup(text, lookup),
            _ => Err(declaration(text, "give «expression» or «lookup», one of the two".to_owned())),
        }
    }

    fn lookup(&self, text: &FactText, lookup: &LookupText) -> Result<(Plan, ValueType), FactsError> {
        let table = self
            .tables
            .get(&lookup.table)
            .ok_or_else(|| declaration(text, format!("there is no table «{}»", lookup.table)))?;
        let rows = lookup.row.iter().map(|code| self.earlier(text, code)).collect::<Result<Vec<_>, _>>()?;
        let column = self.earlier(text, &lookup.column)?;
        for at in rows.iter().chain([&column]) {
            let head = self.facts.get(*at).map(|fact| &fact.head);
            if !head.is_some_and(|head| matches!(head.value_type, ValueType::Text | ValueType::Codes)) {
                return Err(declaration(text, "rows and columns of a table are texts or codes".to_owned()));
            }
        }
        let mut entries = BTreeMap::new();
        for (row, column, value) in &table.entries {
            if entries.insert((row.clone(), column.clone()), *value).is_some() {
                let problem = format!("table «{}» holds the pair «{row}», «{column}» twice", lookup.table);
                return Err(declaration(text, problem));
            }
        }
        Ok((Plan::Lookup { rows, column, equal: table.equal, entries }, ValueType::Integer))
    }
}
