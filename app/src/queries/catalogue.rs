//! The fact catalogue: what each fact is, where from, what missing means, what it may be used for. One answer serves
//! the page and the completion of names in an editor.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::HashMap;
use std::sync::Arc;

use dozor_domain::RuleHead;
use dozor_facts::{FactHead, FactsTable, MissingMeans, Sensitivity};
use serde::Serialize;
use utoipa::ToSchema;

use super::Queries;
use super::codes::{FactUse, ValueType};
use super::common::Localized;
use super::versions::code;
use crate::Language;
use crate::dozor::blocking;
use crate::error::AppError;

/// A key of facts.toml that says how a fact is made, as it is written.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FactDefinition {
    pub key: String,
    pub value: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Fact {
    pub name: String,
    pub title: Localized,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Localized>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Localized>,
    pub kind: String,
    /// What a fact of this kind gives.
    pub gives: Localized,
    pub definition: Vec<FactDefinition>,
    pub value_type: ValueType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Localized>,
    /// What missing means: unknown, or lawfully zero.
    pub missing: String,
    /// When it is missing.
    pub missing_when: Localized,
    /// more less neither; none where the catalogue does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<String>,
    pub uses: Vec<FactUse>,
    pub actionable: bool,
    pub proxy: bool,
    /// Share of objects of the latest run for which it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_share: Option<f64>,
    /// Rules that read it.
    pub rules: Vec<String>,
}

/// In the order of the catalogue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FactList {
    pub items: Vec<Fact>,
}

impl Queries {
    /// Returns the catalogue of facts.
    ///
    /// # Errors
    /// The store's.
    pub async fn facts(&self) -> Result<FactList, AppError> {
        let table = match self.dozor.store().latest_run().await? {
            Some(run) => Some(self.dozor.facts_of_run(&run.header).await?),
            None => None,
        };
        let methodology = Arc::clone(&self.dozor.methodology);
        let title = |fact: &FactHead| Some((fact.code.clone(), self.sources_title(&fact.sources)?));
        let sources: HashMap<String, Localized> =
            methodology.catalogue.facts().iter().filter_map(title).collect();
        blocking("the catalogue", move || {
            let heads = methodology.rules.heads();
            let view = |fact: &FactHead| Fact {
                source: sources.get(&fact.code).cloned(),
                known_share: table.as_ref().and_then(|table| known_share(fact, table)),
                rules: readers(fact, &heads),
                ..fact_view(fact)
            };
            FactList { items: methodology.catalogue.facts().iter().map(view).collect() }
        })
        .await
    }

    /// Returns the catalogue of a version as a page (Markdown).
    ///
    /// # Errors
    /// [`crate::VersionError::Unknown`]; the store's.
    pub async fn catalogue_page(&self, version: &str, language: Language) -> Result<String, AppError> {
        let candidate = self.dozor.candidate(&self.candidate_hash(version).await?).await?;
        Ok(candidate.catalogue_page(language))
    }
}

fn fact_view(fact: &FactHead) -> Fact {
    let (ru, en) = (fact.kind.in_russian(), fact.kind.in_english());
    let both = |ru: &str, en: &str| Localized { ru: ru.to_owned(), en: en.to_owned() };
    let definition = fact.definition.iter();
    Fact {
        name: fact.code.clone(),
        title: Localized::from(&fact.title),
        note: fact.note.as_ref().map(Localized::from),
        unit: Localized::written(&fact.unit),
        kind: code(&fact.kind),
        gives: both(ru.gives, en.gives),
        definition: definition
            .map(|(key, value)| FactDefinition { key: key.clone(), value: value.clone() })
            .collect(),
        value_type: fact.value_type.into(),
        source: None,
        missing: match fact.missing {
            MissingMeans::Unknown => "unknown".to_owned(),
            MissingMeans::Zero => "zero".to_owned(),
        },
        missing_when: both(ru.missing, en.missing),
        risk: fact.risk.map(|risk| code(&risk)),
        uses: fact.uses.all().iter().map(|one| FactUse::from(*one)).collect(),
        actionable: fact.actionable,
        proxy: fact.sensitivity == Some(Sensitivity::Proxy),
        known_share: None,
        rules: Vec::new(),
    }
}

fn known_share(fact: &FactHead, table: &FactsTable) -> Option<f64> {
    let column = table.column(&fact.code).filter(|_| !table.is_empty())?;
    let known = (0..table.len()).filter(|&row| table.value(row, column).is_some()).count();
    Some(known as f64 / table.len() as f64)
}

fn readers(fact: &FactHead, heads: &[RuleHead]) -> Vec<String> {
    heads.iter().filter(|head| head.facts.contains(&fact.code)).map(|head| head.id.clone()).collect()
}
