//! The catalogue of a pack: `facts.toml`, parsed and checked against the pack's sources.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{FieldDefinition, PackManifest, RecordColumns, RecordColumnsBuilder, Subject};
use dozor_script::{Engine, Names};

use crate::compile;
use crate::definition::CatalogueText;
use crate::error::FactsError;
use crate::head::FactHead;
use crate::plan::Fact;

/// Is what the catalogue needs to know of a source: `sources/<name>.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSchema {
    /// What its records are about.
    pub subject: Subject,
    /// Its declared fields.
    pub fields: Vec<FieldDefinition>,
}

/// Is a checked catalogue. Facts stand in the order of the file, which is the order of a table's columns.
#[derive(Clone, Debug)]
pub struct FactCatalogue {
    facts: Vec<Fact>,
    heads: Vec<FactHead>,
    staff_fields: Vec<String>,
    /// Stands for a source that is not at hand: it has never delivered.
    empty: BTreeMap<String, RecordColumns>,
    hash: [u8; 32],
}

impl FactCatalogue {
    /// Parses and checks the text of a `facts.toml` that names no file of its pack.
    ///
    /// # Errors
    /// As [`FactCatalogue::parse_with_tables`].
    pub fn parse(
        text: &str,
        sources: &BTreeMap<String, SourceSchema>,
        manifest: &PackManifest,
    ) -> Result<Self, FactsError> {
        Self::parse_with_tables(text, &BTreeMap::new(), sources, manifest)
    }

    /// Parses and checks the text of a `facts.toml`; `files` holds the texts of the pack by their path: tables may lie
    /// in `tables/<name>.csv`.
    ///
    /// # Errors
    /// [`FactsError`]: the first fault found, with the fact that it is in.
    pub fn parse_with_tables(
        text: &str,
        files: &BTreeMap<String, String>,
        sources: &BTreeMap<String, SourceSchema>,
        manifest: &PackManifest,
    ) -> Result<Self, FactsError> {
        let mut raw: CatalogueText =
            toml::from_str(text).map_err(|error| FactsError::Toml(Box::new(error)))?;
        crate::tables::read_in(&mut raw, files)?;
        let mut compiler = compile::Compiler::new(&raw, sources, manifest, Engine::new())?;
        for fact in &raw.facts {
            compiler.add(fact)?;
        }
        let facts = compiler.finish();
        let heads = facts.iter().map(|fact| fact.head.clone()).collect();
        let (hash, staff_fields) = (hash_of(&raw)?, raw.leakage.staff_fields.clone());
        let mut catalogue = Self { facts, heads, staff_fields, empty: BTreeMap::new(), hash };
        let named = sources.iter().filter(|(name, _)| catalogue.sources().contains(name.as_str()));
        let empty = |(name, schema): (&String, &SourceSchema)| {
            (name.clone(), RecordColumnsBuilder::new(name, schema.fields.clone(), 0).finish())
        };
        catalogue.empty = named.map(empty).collect();
        Ok(catalogue)
    }

    /// Returns the heads in the order of columns.
    pub fn facts(&self) -> &[FactHead] {
        &self.heads
    }
    /// Returns the head of a fact.
    pub fn head(&self, code: &str) -> Option<&FactHead> {
        self.fact(code).map(|fact| &fact.head)
    }
    /// Returns the names that rules and policy may read, with their types.
    pub fn names(&self) -> Names {
        self.facts.iter().map(|fact| (fact.head.code.as_str(), fact.head.value_type)).collect()
    }
    /// Returns the facts that a model may use, in the order of columns.
    pub fn features(&self) -> impl Iterator<Item = &FactHead> {
        self.heads.iter().filter(|head| head.is_feature())
    }
    /// Returns `source.field` of every field that tells who inspected: no fact reads them, reports may.
    pub fn staff_fields(&self) -> &[String] {
        &self.staff_fields
    }
    /// Returns the names of the sources whose records the catalogue reads, sorted.
    pub fn sources(&self) -> BTreeSet<&str> {
        self.heads
            .iter()
            .flat_map(|head| &head.sources)
            .map(String::as_str)
            .filter(|name| *name != compile::OBJECT)
            .collect()
    }
    /// Returns the SHA-256 of what is computed: all keys but titles, notes, units and directions of risk,
    /// which may be reworded without a change of any value. Form: the facts as JSON in the order of the file, then the tables.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// Returns columns without a row for each source that the catalogue reads.
    pub(crate) fn empty_sources(&self) -> &BTreeMap<String, RecordColumns> {
        &self.empty
    }
    /// Returns the catalogue with these of its facts; the hash tells which.
    pub(crate) fn with_facts(&self, facts: Vec<Fact>) -> Self {
        let heads: Vec<FactHead> = facts.iter().map(|fact| fact.head.clone()).collect();
        let mut hashed = self.hash.to_vec();
        heads.iter().for_each(|head| hashed.extend([head.code.as_bytes(), b"\n"].concat()));
        let hash = dozor_domain::sha256(&hashed);
        let staff_fields = self.staff_fields.clone();
        let mut part = Self { facts, heads, empty: BTreeMap::new(), hash, staff_fields };
        let empty = self.empty.iter().filter(|(name, _)| part.sources().contains(name.as_str()));
        part.empty = empty.map(|(name, columns)| (name.clone(), columns.clone())).collect();
        part
    }
    pub(crate) fn plans(&self) -> &[Fact] {
        &self.facts
    }
    pub(crate) fn fact(&self, code: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.head.code == code)
    }
}

fn hash_of(raw: &CatalogueText) -> Result<[u8; 32], FactsError> {
    let mut raw = raw.clone();
    for fact in &mut raw.facts {
        fact.title = dozor_domain::Localized::default();
        fact.note = None;
        fact.unit = None;
        fact.risk = None;
    }
    let json = serde_json::to_vec(&raw)
        .map_err(|error| FactsError::Input { problem: format!("the catalogue has no JSON form: {error}") })?;
    Ok(dozor_domain::sha256(&[b"dozor-facts-catalogue-1".as_slice(), &json].concat()))
}
