//! From the written form of facts over other objects' records (`neighbours`, `learnt_precision`) to the checked one.

use dozor_domain::{Subject, ValueType};

use crate::compile::{Compiler, declaration, field, positive};
use crate::definition::{Aggregate, FactText, OutcomesText};
use crate::error::FactsError;
use crate::formula::Formula;
use crate::plan::{Part, Plan, Quantity, Select};

/// Fewest judged signals that a precision is learnt from, where the fact does not say.
const LEAST_JUDGED: u32 = 30;

impl Compiler<'_> {
    pub(crate) fn neighbours(&self, text: &FactText) -> Result<(Plan, ValueType), FactsError> {
        let source = text.source.as_deref().unwrap_or_default();
        let part = self.part(text, source)?;
        if part.is_series {
            return Err(declaration(text, "a series has no place".to_owned()));
        }
        let aggregate =
            text.aggregate.ok_or_else(|| declaration(text, "the key «aggregate» is missing".to_owned()))?;
        let value = self.quantity_type(text, source)?;
        let value_type = match (aggregate, value) {
            (Aggregate::Count, None) => ValueType::Integer,
            (Aggregate::Share, None) if text.filter.is_some() => ValueType::Float,
            (Aggregate::Share, None) => {
                return Err(declaration(text, "the key «where» is missing".to_owned()));
            }
            (Aggregate::Mean, Some(ValueType::Integer | ValueType::Float)) => ValueType::Float,
            (
                Aggregate::Sum | Aggregate::Max | Aggregate::Min,
                Some(known @ (ValueType::Integer | ValueType::Float)),
            ) => known,
            (Aggregate::Count | Aggregate::Share, Some(_)) => {
                return Err(declaration(text, "a count or a share has no «field» or «value»".to_owned()));
            }
            (Aggregate::Sum | Aggregate::Max | Aggregate::Min | Aggregate::Mean, _) => {
                return Err(declaration(
                    text,
                    "the aggregate needs a «field» or «value» that is a number".into(),
                ));
            }
        };
        if text.among.is_some() && aggregate != Aggregate::Share {
            return Err(declaration(text, "«among» belongs to a share".to_owned()));
        }
        if text.unknown.is_some() && !matches!(aggregate, Aggregate::Max | Aggregate::Min) {
            return Err(declaration(text, "«unknown» belongs to the largest and the smallest".to_owned()));
        }
        let metres = positive(text, "within_m", text.within_m)?;
        let unknown = text.unknown.unwrap_or_default();
        Ok((Plan::Neighbours { part, metres, aggregate, unknown }, value_type))
    }

    pub(crate) fn precision(&self, text: &FactText) -> Result<(Plan, ValueType), FactsError> {
        let names = text.record_sources();
        let outcomes = text
            .outcomes
            .as_ref()
            .filter(|_| !names.is_empty())
            .ok_or_else(|| declaration(text, "the keys «source» and «outcomes» are needed".to_owned()))?;
        let parts = names.iter().map(|name| self.part(text, name)).collect::<Result<Vec<_>, _>>()?;
        for name in names {
            if let Some(group) = &text.group {
                field(text, name, self.schema(text, name)?, group)?;
            }
        }
        let signals = Select { parts, whose: text.of.unwrap_or_default() };
        let plan = Plan::Precision {
            signals,
            group: text.group.clone(),
            outcomes: self.outcomes(text, outcomes)?,
            within_days: outcomes.within_days,
            least: text.least.unwrap_or(LEAST_JUDGED).max(1),
        };
        Ok((plan, ValueType::Float))
    }

    fn outcomes(&self, text: &FactText, outcomes: &OutcomesText) -> Result<Part, FactsError> {
        let schema = self.schema(text, &outcomes.source)?;
        if schema.subject != Subject::Outcome {
            return Err(declaration(text, format!("«{}» is no source of outcomes", outcomes.source)));
        }
        let formula = |key: &'static str, written: &str| {
            Formula::compile((&text.code, key), written, &schema.fields, &self.engine).map(Some)
        };
        Ok(Part {
            source: outcomes.source.clone(),
            is_series: false,
            window_days: None,
            valid: None,
            filter: formula("judged", &outcomes.judged)?,
            condition: formula("confirmed", &outcomes.confirmed)?,
            value: Quantity::Nothing,
        })
    }
}
