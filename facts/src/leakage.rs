//! What may not become a fact, or not a feature: who inspected, outcomes of an area, marked attributes.

use dozor_domain::Subject;

use crate::compile::Compiler;
use crate::definition::{FactText, Sensitivity};
use crate::error::FactsError;
use crate::formula::Formula;
use crate::head::{FactHead, FactUse};
use crate::plan::{Part, Plan, Quantity};

impl Compiler<'_> {
    /// Refuses what would leak.
    pub(crate) fn check_leaks(
        &self,
        text: &FactText,
        plan: &Plan,
        head: &FactHead,
    ) -> Result<(), FactsError> {
        let leak = |problem: String| Err(FactsError::Leak { fact: text.code.clone(), problem });
        if let Some(field) =
            fields_read(text, plan).into_iter().find(|field| self.staff_fields.contains(field))
        {
            return leak(format!("«{field}» tells who inspected or decided, and is never a fact"));
        }
        let is_of_area = matches!(plan, Plan::Near { .. } | Plan::Neighbours { .. } | Plan::Layers { .. });
        let has_outcomes = |source: &String| {
            self.sources
                .get(source)
                .is_some_and(|schema| matches!(schema.subject, Subject::Outcome | Subject::Staff))
        };
        if is_of_area && head.sources.iter().any(has_outcomes) && text.sensitivity != Some(Sensitivity::Proxy)
        {
            return leak(
                "outcomes of an area stand for who inspected there: mark the fact `sensitivity = \"proxy\"`"
                    .into(),
            );
        }
        if matches!(plan, Plan::Precision { .. }) && head.uses.has(FactUse::Model) {
            return leak("what outcomes taught of a source is no feature: remove the M from `use`".into());
        }
        let inherited =
            head.reads.iter().filter_map(|code| self.facts.iter().find(|fact| fact.head.code == *code));
        if let Some(marked) = inherited.map(|fact| &fact.head).find(|read| read.sensitivity.is_some())
            && text.sensitivity.is_none()
        {
            return leak(format!("it is derived from «{}», which is marked; mark it alike", marked.code));
        }
        if head.uses.has(FactUse::Model) && head.sensitivity.is_some() {
            return leak(
                "a protected or personal attribute or a proxy is no feature: remove the M from `use`".into(),
            );
        }
        Ok(())
    }
}

/// Returns `source.field` of everything that the fact reads of records.
fn fields_read(text: &FactText, plan: &Plan) -> Vec<String> {
    let parts: Vec<&Part> = match plan {
        Plan::PerObject { select, .. } => select.parts.iter().collect(),
        Plan::Near { part, .. } | Plan::Neighbours { part, .. } => vec![part],
        Plan::Precision { signals, outcomes, .. } => signals.parts.iter().chain([outcomes]).collect(),
        Plan::Object(_)
        | Plan::Layers { .. }
        | Plan::Ratio { .. }
        | Plan::Expression { .. }
        | Plan::Lookup { .. } => Vec::new(),
    };
    let named = [&text.field, &text.once_per, &text.largest_group, &text.group]
        .into_iter()
        .flatten()
        .chain(&text.same);
    let named: Vec<&String> = named.collect();
    let mut fields = Vec::new();
    for part in parts {
        let computed = match &part.value {
            Quantity::Formula(formula) => Some(formula),
            Quantity::Nothing | Quantity::Field(_) => None,
        };
        let formulas = part.filter.iter().chain(&part.condition).chain(computed).flat_map(Formula::reads);
        fields.extend(named.iter().copied().chain(formulas).map(|field| format!("{}.{field}", part.source)));
    }
    fields
}
