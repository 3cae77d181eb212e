//! The active methodology, parsed: what every use-case reads the pack through.

use std::collections::BTreeMap;
use std::sync::Arc;

use dozor_domain::{FieldDefinition, PackManifest, ValueType};
use dozor_facts::{FactCatalogue, SourceSchema};
use dozor_ingest::{AdviceTable, SourceSpec};
use dozor_planner::PlannerPack;
use dozor_rules::RuleSet;
use dozor_scoring::{LabelRule, ModelSpec, Policy, PublicationPolicy};

use crate::error::AppError;
use crate::pack::{PackFiles, methodology_hash};
use crate::pack_tables::{PackWords, parse_advice, parse_words};
use crate::second_looks::{SECOND_READINGS, SECOND_VISITS};

/// Holds one methodology version, parsed once and shared.
#[derive(Clone, Debug)]
pub struct LoadedMethodology {
    /// Hash that names the version.
    pub hash: String,
    /// Texts of the pack.
    pub files: Arc<PackFiles>,
    /// `pack.toml`.
    pub manifest: Arc<PackManifest>,
    /// `sources/*.toml`, by name.
    pub sources: Arc<BTreeMap<String, SourceSpec>>,
    /// `facts.toml`.
    pub catalogue: Arc<FactCatalogue>,
    /// `rules/`.
    pub rules: Arc<RuleSet>,
    /// `policy.toml`.
    pub policy: Arc<Policy>,
    /// `model.toml`, where the pack has one.
    pub model: Option<Arc<ModelSpec>>,
    /// `events.toml`, `frequency.toml`, `terms.toml`, `planner.toml`, `gate.cases.toml`.
    pub planner: Arc<PlannerPack>,
    /// `errors.toml`.
    pub advice: Arc<AdviceTable>,
    /// `words.toml`.
    pub words: Arc<PackWords>,
    /// `publication.toml`, or its defaults.
    pub publication: Arc<PublicationPolicy>,
}

impl LoadedMethodology {
    /// Parses every file of a pack; rules must pass their check.
    ///
    /// # Errors
    /// The first file that does not parse, or all problems of the rules at once.
    pub fn parse(files: PackFiles) -> Result<Self, AppError> {
        let (manifest, sources, catalogue) = parse_catalogue(&files)?;
        let names = catalogue.names();
        let rules = RuleSet::parse(&files, &names, &manifest).map_err(|problems| {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            AppError::RulesInvalid { problems: problems.join("; ") }
        })?;
        let misused: Vec<String> = rules.check_uses(&catalogue).iter().map(ToString::to_string).collect();
        if !misused.is_empty() {
            return Err(AppError::RulesInvalid { problems: misused.join("; ") });
        }
        let policy = Policy::parse(text(&files, "policy.toml")?, &names, &manifest)?;
        let policy = policy.with_card(files.get("scorecard.toml").map(String::as_str), &catalogue)?;
        policy.check_rules(&rules.heads())?;
        let model =
            files.get("model.toml").map(|text| parse_model(text, &catalogue, &sources)).transpose()?;
        let planner = PlannerPack::parse(&files, &manifest)?;
        let is_number = |fact: &str| {
            let head = catalogue.head(fact);
            head.is_some_and(|head| head.value_type.is_number() || head.value_type == ValueType::Boolean)
        };
        planner.settings.check_facts(is_number)?;
        let has_field = |source: &str, field: &str| {
            sources.get(source).is_some_and(|spec| spec.schema().iter().any(|known| known.name == field))
        };
        planner.settings.check_fields(has_field)?;
        planner.settings.check_held(model.as_ref().map(|model| model.outcome.source.as_str()))?;
        let (advice, words) = (parse_advice(&files)?, parse_words(&files)?);
        let publication = files.get("publication.toml").map(|text| PublicationPolicy::parse(text));
        let publication = publication.transpose()?.unwrap_or_default();
        Ok(Self {
            hash: methodology_hash(&files),
            files: Arc::new(files),
            manifest: Arc::new(manifest),
            sources: Arc::new(sources),
            catalogue: Arc::new(catalogue),
            rules: Arc::new(rules),
            policy: Arc::new(policy),
            model: model.map(Arc::new),
            planner: Arc::new(planner),
            advice: Arc::new(advice),
            words: Arc::new(words),
            publication: Arc::new(publication),
        })
    }

    /// Returns a source by name.
    ///
    /// # Errors
    /// [`AppError::SourceUnknown`] with the names there are.
    pub fn source(&self, name: &str) -> Result<&SourceSpec, AppError> {
        self.sources.get(name).ok_or_else(|| AppError::SourceUnknown {
            name: name.to_owned(),
            known: self.sources.keys().cloned().collect::<Vec<_>>().join(", "),
        })
    }
}

fn text<'a>(files: &'a PackFiles, file: &str) -> Result<&'a str, AppError> {
    files.get(file).map(String::as_str).ok_or_else(|| AppError::PackFileMissing { file: file.to_owned() })
}

/// Parses `model.toml` and checks that every feature is a fact that a model may read, and that its labels can be read
/// from its outcome source: a version that could never be trained under is no version.
fn parse_model(
    text: &str,
    catalogue: &FactCatalogue,
    sources: &BTreeMap<String, SourceSpec>,
) -> Result<ModelSpec, AppError> {
    let spec = ModelSpec::parse(text)?;
    spec.check_features(catalogue)?;
    expect_blind(std::iter::once(spec.outcome.source.as_str()))?;
    let Some(source) = sources.get(&spec.outcome.source) else {
        let known = sources.keys().cloned().collect::<Vec<_>>().join(", ");
        return Err(AppError::SourceUnknown { name: spec.outcome.source, known });
    };
    LabelRule::compile(&spec, &source.schema())?;
    Ok(spec)
}

/// Is what rules and policy stand on.
type Ground = (PackManifest, BTreeMap<String, SourceSpec>, FactCatalogue);

/// Parses what rules and policy stand on: manifest, sources, facts.
pub(crate) fn parse_catalogue(files: &PackFiles) -> Result<Ground, AppError> {
    let manifest = PackManifest::parse(text(files, "pack.toml")?)?;
    let sources = parse_sources(files)?;
    let catalogue = text(files, "facts.toml")?;
    let catalogue = FactCatalogue::parse_with_tables(catalogue, files, &schemas(&sources), &manifest)?;
    expect_blind(catalogue.sources().into_iter())?;
    Ok((manifest, sources, catalogue))
}

/// Refuses facts and labels made of second looks: they judge the first ones and move nothing.
fn expect_blind<'a>(mut sources: impl Iterator<Item = &'a str>) -> Result<(), AppError> {
    match sources.find(|name| [SECOND_READINGS, SECOND_VISITS].contains(name)) {
        Some(name) => Err(AppError::SecondLookRead { name: name.to_owned() }),
        None => Ok(()),
    }
}

fn parse_sources(files: &PackFiles) -> Result<BTreeMap<String, SourceSpec>, AppError> {
    let mut sources = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with("sources/")) {
        let spec = SourceSpec::parse(text).map_err(|fault| AppError::InFile {
            file: path.clone(),
            before: String::new(),
            source: Box::new(fault.into()),
        })?;
        sources.insert(spec.name.clone(), spec);
    }
    Ok(sources)
}

fn schemas(sources: &BTreeMap<String, SourceSpec>) -> BTreeMap<String, SourceSchema> {
    let schema = |spec: &SourceSpec| {
        let fields: Vec<FieldDefinition> = spec.schema();
        SourceSchema { subject: spec.subject, fields }
    };
    sources.iter().map(|(name, spec)| (name.clone(), schema(spec))).collect()
}

#[cfg(test)]
mod tests {
    use dozor_domain::Coded as _;

    use super::*;
    use crate::pack::read_pack;

    #[test]
    fn no_fact_and_no_label_reads_second_looks() {
        let code = |file: &str, from: &str, to: &str| {
            let mut files = read_pack("moscow").unwrap();
            let text = files.get_mut(file).unwrap();
            assert!(text.contains(from), "{file} has no «{from}»");
            *text = text.replacen(from, to, 1);
            LoadedMethodology::parse(files).map(|_| "sound").unwrap_or_else(|fault| fault.info().code)
        };
        let days = "kind = \"days_since_last\"\nsource = \"events\"";
        assert_eq!(code("facts.toml", days, days), "sound");
        let again = "kind = \"days_since_last\"\nsource = \"second_visits\"";
        assert_eq!(code("facts.toml", days, again), "SECOND_LOOK_READ");
        let labels = "[outcome]\nsource = \"events\"";
        assert_eq!(code("model.toml", labels, "[outcome]\nsource = \"second_visits\""), "SECOND_LOOK_READ");
    }
}
