//! An explanation in words: sentences, parts of the score and ways down for each control kind of an object.

use std::collections::BTreeMap;
use std::sync::Arc;

use dozor_domain::{Assessment, Localized, NO_OBJECT, ObjectRow, RuleVerdicts, RunId, Timestamp};
use dozor_facts::{FactInputs, FactsTable, provenance};
use dozor_scoring::{
    Contributions, ExplainInput, ExplainedRule, Explanation, ExplanationLine, FactSaid, ModelBundle, Section,
    SmallestChange, WaysDown, explain, explained_rules, said_facts,
};
use serde::Serialize;

use super::asking::Explained;
use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::methodology::LoadedMethodology;

/// Explains one object: a part for each control kind that it is under.
#[derive(Clone, Debug, Serialize)]
pub struct ObjectExplanation {
    /// The registry's key.
    pub object: String,
    /// Address or name.
    pub title: String,
    /// Kind of object.
    pub kind: String,
    /// Instant of the facts.
    #[serde(serialize_with = "crate::instants::rfc3339")]
    pub as_of: Timestamp,
    /// The stored run, or none when it was computed for this answer.
    pub run: Option<RunId>,
    /// Hash of the methodology.
    pub methodology: String,
    /// Hash of the model, if one was used.
    pub model: Option<String>,
    /// A part for each control kind.
    pub parts: Vec<ExplainedPart>,
    /// Facts by code with value, unit, source and date.
    pub facts: BTreeMap<String, FactSaid>,
    /// Answers of all rules; their one row is the object.
    #[serde(skip)]
    pub verdicts: RuleVerdicts,
}

/// Explains an object under one control kind.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedPart {
    /// What was assessed.
    pub assessment: Assessment,
    /// Sentences.
    pub explanation: Explanation,
    /// Additive parts of the model's score.
    pub contributions: Option<Contributions>,
    /// The smallest changes that would lower the category, each asked of rules, card and table, in facts that the person
    /// can influence; empty where none does.
    pub smallest_changes: Vec<SmallestChange>,
    /// Facts that were varied to find them.
    pub changes_tried: Vec<String>,
    /// So many of these facts were varied together at most.
    pub changes_together: usize,
}

/// Holds what was found out about an object before it is put in words.
struct Said<'a> {
    verdicts: &'a RuleVerdicts,
    rules: &'a [ExplainedRule],
    facts: &'a BTreeMap<String, FactSaid>,
    table: &'a FactsTable,
    kind: &'a str,
    bundle: Option<&'a ModelBundle>,
}

fn explained_part(
    methodology: &LoadedMethodology,
    assessment: &Assessment,
    said: &Said<'_>,
    contributions: Option<&Contributions>,
) -> Result<ExplainedPart, AppError> {
    let ways = methodology.ways_down(said.table, said.kind, assessment, said.bundle)?;
    let explanation = explain(&ExplainInput {
        manifest: &methodology.manifest,
        policy: &methodology.policy,
        assessment,
        heads: &said.verdicts.heads,
        rules: said.rules,
        facts: said.facts,
        contributions,
        ways: ways.as_ref(),
    });
    let WaysDown { ways, tried, together } = ways.unwrap_or_default();
    Ok(ExplainedPart {
        assessment: assessment.clone(),
        explanation,
        contributions: contributions.cloned(),
        smallest_changes: ways,
        changes_tried: tried,
        changes_together: together,
    })
}

/// Says in the explanation where the model knew what nobody knew then.
fn told_of_newer_model(mut part: ExplainedPart, explained: &Explained) -> ExplainedPart {
    let bundle = explained.model.as_ref().and_then(|(_, bundle)| bundle.as_ref());
    let Some(learnt) = bundle.map(|bundle| bundle.summary().window.as_of) else { return part };
    let zone = &explained.methodology.manifest.zone;
    if let (true, Some(day)) = (learnt > explained.as_of, zone.day_of(learnt)) {
        let text = Localized {
            ru: format!(
                "Модель обучена на исходах, известных на {}: позже дня этой оценки.",
                day.strftime("%d.%m.%Y")
            ),
            en: format!(
                "The model learnt from outcomes known by {day}: later than the day of this assessment."
            ),
        };
        let line = ExplanationLine { section: Section::Model, rule: None, text, details: Vec::new() };
        part.explanation.lines.push(line);
    }
    part
}

impl Dozor {
    /// Puts in words what is known of an object.
    pub(super) async fn in_words(
        &self,
        object: ObjectRow,
        explained: Explained,
    ) -> Result<ObjectExplanation, AppError> {
        let records = self.records_around(&object).await?;
        let methodology = Arc::clone(&explained.methodology);
        blocking("the explanation", move || {
            let (objects, records) = records;
            let inputs =
                FactInputs { objects: &objects, records: &records, zone: &methodology.manifest.zone };
            let index = objects.index_of(object.id).unwrap_or(NO_OBJECT);
            let origin = |fact: &str| -> Option<(Localized, Option<_>)> {
                let at = (explained.as_of, explained.up_to_seq);
                let latest = provenance(&methodology.catalogue, &inputs, (index, fact), at)
                    .ok()?
                    .into_iter()
                    .next()?;
                let title = methodology.sources.get(&latest.source)?.title.clone();
                let zone = &methodology.manifest.zone;
                Some((title, latest.happened_at.and_then(|instant| zone.day_of(instant))))
            };
            let facts = said_facts(&methodology.catalogue, &explained.table, 0, origin);
            let verdicts = methodology.rules.evaluate(&explained.table)?;
            let rules = explained_rules(&verdicts, 0);
            let bundle = explained.model.as_ref().and_then(|(_, bundle)| bundle.as_ref());
            let contributions = bundle.map(|bundle| bundle.contributions(&explained.table, 0)).transpose()?;
            let table = &explained.table;
            let kind = object.kind.as_str();
            let said = Said { verdicts: &verdicts, rules: &rules, facts: &facts, table, kind, bundle };
            let parts = explained.assessments.iter();
            let parts: Vec<ExplainedPart> = parts
                .map(|one| explained_part(&methodology, one, &said, contributions.as_ref()))
                .map(|part| part.map(|part| told_of_newer_model(part, &explained)))
                .collect::<Result<_, _>>()?;
            Ok(ObjectExplanation {
                object: object.key,
                title: object.title,
                kind: object.kind,
                as_of: explained.as_of,
                run: explained.run,
                methodology: methodology.hash.clone(),
                model: explained.model.as_ref().map(|(hash, _)| hash.clone()),
                parts,
                facts: facts.clone(),
                verdicts: verdicts.clone(),
            })
        })
        .await?
    }
}
