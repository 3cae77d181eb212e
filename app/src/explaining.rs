//! `explain`: why an object has its category, from what is stored of a run, or computed afresh for another instant.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use dozor_domain::{
    Assessment, Localized, NO_OBJECT, NO_TIME, ObjectColumns, ObjectId, ObjectRow, RecordColumns,
    RecordColumnsBuilder, RecordRow, RuleVerdicts, RunHeader, RunId, Timestamp, ValidGeometry, Value,
};
use dozor_facts::{FactInputs, FactsTable, provenance};
use dozor_scoring::{
    Contributions, ExplainInput, ExplainedRule, Explanation, ExplanationLine, FactSaid, ModelBundle, Section,
    SmallestChange, WaysDown, explain, explained_rules, said_facts,
};
use dozor_store::SourceRecord;
use serde::Serialize;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::methodology::LoadedMethodology;
use crate::progress::Silent;

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

/// Holds the facts of the run that is asked for most: the latest. Shared by all who explain.
#[derive(Debug, Default)]
pub(crate) struct RunFacts(Mutex<Option<(RunId, Arc<FactsTable>)>>);

/// Is one row of facts with what was made of it.
struct Explained {
    /// The version that says so.
    methodology: Arc<LoadedMethodology>,
    table: FactsTable,
    assessments: Vec<Assessment>,
    as_of: Timestamp,
    up_to_seq: i64,
    run: Option<RunId>,
    /// Its hash, and the model itself while its bytes are sound.
    model: Option<(String, Option<ModelBundle>)>,
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
    /// Explains an object by the latest finished run, or as of another instant.
    ///
    /// # Errors
    /// [`AppError::ObjectNotFound`], [`AppError::RunNotFound`] when nothing was scored yet.
    pub async fn explain(&self, key: &str, as_of: Option<Timestamp>) -> Result<ObjectExplanation, AppError> {
        let found = self.store.objects_by_key(key).await?.into_iter().next();
        let object = found.ok_or_else(|| AppError::ObjectNotFound { key: key.to_owned() })?;
        self.explain_object(object, as_of).await
    }

    /// Explains an object that was found before.
    ///
    /// # Errors
    /// As [`Dozor::explain`].
    pub async fn explain_object(
        &self,
        object: ObjectRow,
        as_of: Option<Timestamp>,
    ) -> Result<ObjectExplanation, AppError> {
        let explained = match as_of {
            // Also of a later day: what is known now, with terms as they will stand then.
            Some(instant) => self.computed(&object, instant).await?,
            None => self.stored(&object).await?,
        };
        self.in_words(object, explained).await
    }

    /// Explains an object by a run of the past.
    ///
    /// # Errors
    /// [`AppError::RunNotFound`]; [`AppError::NotAssessedYet`] where the run did not see the object; the store's.
    pub(crate) async fn explain_by_run(
        &self,
        object: ObjectRow,
        run: RunId,
    ) -> Result<ObjectExplanation, AppError> {
        let found = self.store.run(run).await?;
        let header = found.ok_or_else(|| AppError::RunNotFound { run: run.to_string() })?.header;
        // Read past what is held: the latest run is asked for again at once.
        let table = self.stored_facts(&header).await?;
        let explained = self.stored_in(&object, header, &table).await?;
        self.in_words(object, explained).await
    }

    async fn in_words(&self, object: ObjectRow, explained: Explained) -> Result<ObjectExplanation, AppError> {
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

    /// Returns an object's row of the latest run.
    async fn stored(&self, object: &ObjectRow) -> Result<Explained, AppError> {
        let latest = self.store.latest_run().await?;
        let header = latest.ok_or_else(|| AppError::RunNotFound { run: "latest".to_owned() })?.header;
        let table = self.facts_of_run(&header).await?;
        self.stored_in(object, header, &table).await
    }

    /// Returns an object's row of a run.
    async fn stored_in(
        &self,
        object: &ObjectRow,
        header: RunHeader,
        table: &FactsTable,
    ) -> Result<Explained, AppError> {
        let methodology = self.methodology_of(&header).await?;
        let row = row_of(table, object.id);
        let row = row.ok_or_else(|| AppError::NotAssessedYet { key: object.key.clone() })?;
        let mut assessments = Vec::new();
        for control in methodology.manifest.control_kinds_of(&object.kind) {
            assessments.extend(self.store.assessment(header.id, object.id, &control.code).await?);
        }
        let model = match &header.model {
            Some(hash) => match self.bundle_for(hash, &methodology).await {
                Ok(bundle) => Some((hash.clone(), Some(bundle))),
                // What was decided stands as it is stored; only the parts of its probability cannot be told any more.
                Err(AppError::Scoring(_unsound)) => Some((hash.clone(), None)),
                Err(other) => return Err(other),
            },
            None => None,
        };
        Ok(Explained {
            methodology,
            table: table.slice(row, 1),
            assessments,
            as_of: header.as_of,
            up_to_seq: header.up_to_seq,
            run: Some(header.id),
            model,
        })
    }

    /// Computes an object's row for another instant.
    async fn computed(&self, object: &ObjectRow, as_of: Timestamp) -> Result<Explained, AppError> {
        let loaded = self.load(&[], &Silent).await?;
        let mut keys = loaded.keys_at(as_of);
        keys.retain(|key| loaded.objects.rows()[key.object as usize].id == object.id);
        if keys.is_empty() {
            return Err(AppError::ObjectNotYet { key: object.key.clone(), as_of: as_of.to_string() });
        }
        let table = self.compute(&loaded, keys).await?;
        let (model, _refused) = self.champion().await?;
        let verdicts = self.methodology.rules.evaluate(&table)?;
        let scored = model.as_ref().map(|(_, bundle)| bundle.predict(&table)).transpose()?;
        let probabilities: Option<Vec<_>> =
            scored.map(|rows| rows.iter().map(|row| row.probability).collect());
        let kinds = [object.kind.as_str()];
        let assessed = self.methodology.policy.assess(&table, &verdicts, probabilities.as_deref(), &kinds)?;
        let run = RunId::from_bytes([0; 16]);
        let hash = table.row_hash(0);
        let assessments = assessed.into_iter().map(|one| one.into_assessment(run, object.id, hash)).collect();
        let (methodology, up_to_seq) = (Arc::clone(&self.methodology), loaded.up_to_seq);
        let model = model.map(|(hash, bundle)| (hash, Some(bundle)));
        Ok(Explained { methodology, table, assessments, as_of, up_to_seq, run: None, model })
    }

    /// Returns the stored facts of a run; those of the last one asked for stay in memory.
    pub async fn facts_of_run(&self, header: &RunHeader) -> Result<Arc<FactsTable>, AppError> {
        if let Ok(held) = self.run_facts.0.lock()
            && let Some((run, table)) = held.as_ref()
            && *run == header.id
        {
            return Ok(Arc::clone(table));
        }
        let table = Arc::new(self.stored_facts(header).await?);
        if let Ok(mut held) = self.run_facts.0.lock() {
            *held = Some((header.id, Arc::clone(&table)));
        }
        Ok(table)
    }

    /// Returns an object's row of facts of the latest run; none where it did not see the object.
    pub(crate) async fn latest_facts(&self, object: ObjectId) -> Result<Option<FactsTable>, AppError> {
        let Some(run) = self.store.latest_run().await? else { return Ok(None) };
        let table = self.facts_of_run(&run.header).await?;
        Ok(row_of(&table, object).map(|row| table.slice(row, 1)))
    }

    /// Reads the stored facts of a run.
    pub(crate) async fn stored_facts(&self, header: &RunHeader) -> Result<FactsTable, AppError> {
        let digest =
            digest_of(&header.facts).ok_or_else(|| AppError::RunNotFound { run: header.id.to_string() })?;
        let bytes = self.store.blob(&digest).await?;
        Ok(blocking("the facts of a run", move || FactsTable::from_parquet(&bytes)).await??)
    }

    /// Loads the records of an object, its parent and its children as a small world of their own.
    async fn records_around(
        &self,
        object: &ObjectRow,
    ) -> Result<(ObjectColumns, BTreeMap<String, RecordColumns>), AppError> {
        let mut near = vec![object.clone()];
        if let Some(parent) = object.parent {
            near.extend(self.store.object(parent).await?);
        }
        near.extend(self.store.children(object.id).await?);
        let objects = ObjectColumns::new(near);
        let mut by_source: BTreeMap<String, Vec<SourceRecord>> = BTreeMap::new();
        for row in objects.rows() {
            for record in self.store.records_of_object(row.id).await? {
                by_source.entry(record.source.clone()).or_default().push(record);
            }
        }
        let columns = by_source.into_iter().filter_map(|(source, records)| {
            let columns = self.columns_of(&source, &objects, records)?;
            Some((source, columns))
        });
        let columns = columns.collect();
        Ok((objects, columns))
    }

    fn columns_of(
        &self,
        source: &str,
        objects: &ObjectColumns,
        records: Vec<SourceRecord>,
    ) -> Option<RecordColumns> {
        let schema = self.methodology.sources.get(source)?.schema();
        let mut builder = RecordColumnsBuilder::new(source, schema.clone(), objects.len());
        for SourceRecord { record, .. } in records {
            let content: HashMap<String, serde_json::Value> = serde_json::from_str(&record.content).ok()?;
            let object: Option<ObjectId> = record.matched.map(|matched| matched.object);
            let geometry = record.geometry.as_deref().and_then(|bytes| ValidGeometry::from_wkb(bytes).ok());
            let row = RecordRow {
                id: record.id,
                external_id: &record.external_id,
                version: record.version,
                preference: record.preference,
                content_hash: record.content_hash,
                object: object.and_then(|id| objects.index_of(id)).unwrap_or(NO_OBJECT),
                happened_at: record.happened_at.map_or(NO_TIME, Timestamp::micros),
                known_at: record.known_at.micros(),
                ended_at: record.ended_at.map_or(NO_TIME, Timestamp::micros),
                seq: record.seq,
                position: record.position,
                geometry: geometry.map(Arc::new),
            };
            let value = |field: &dozor_domain::FieldDefinition| {
                content.get(&field.name).and_then(|json| Value::from_json(field.value_type, json))
            };
            builder.push(row, schema.iter().map(value));
        }
        Some(builder.finish())
    }
}

/// Finds an object in a table that is sorted by id.
fn row_of(table: &FactsTable, object: ObjectId) -> Option<usize> {
    let (mut from, mut until) = (0, table.len());
    while from < until {
        let middle = usize::midpoint(from, until);
        match table.object_id(middle).cmp(&object) {
            std::cmp::Ordering::Less => from = middle + 1,
            std::cmp::Ordering::Equal => return Some(middle),
            std::cmp::Ordering::Greater => until = middle,
        }
    }
    None
}

pub(crate) fn digest_of(text: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(digest)
}
