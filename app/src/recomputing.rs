//! `audit recompute`: every stored assessment again, from what its run kept: the facts' file, the methodology's files
//! and the model's bytes. Whatever is not the same to the last bit is named.

use std::collections::HashMap;
use std::sync::Arc;

use dozor_domain::{
    Assessment, Digest, ObjectColumns, ObjectId, Probability, RunHeader, RunId, array_from_hex, hex, sha256,
};
use dozor_facts::FactsTable;
use dozor_scoring::{Assessed, ModelBundle};
use dozor_store::{GeometryUse, StoreError};
use serde::Serialize;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::methodology::LoadedMethodology;
use crate::pack::{ENGINE_VERSION, methodology_hash_under};
use crate::progress::Progress;

/// Rows that are computed and compared together.
const BATCH_ROWS: usize = 8_192;
/// Differences that a report names one by one.
const NAMED: usize = 100;

/// Says that something stored is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// The run.
    pub run: RunId,
    /// The registry's key of the object; none when the whole run is concerned.
    pub object: Option<String>,
    /// Code of the control kind.
    pub control_kind: Option<String>,
    /// What differs: `facts_file`, `facts_row`, `methodology`, `model`, `assessment`, `missing`, `surplus`; or,
    /// against the audit log, `run`, `decision` or `category` in force.
    pub what: &'static str,
}

/// Says what was recomputed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RecomputeReport {
    /// Finished runs.
    pub runs: u64,
    /// Runs of another engine version: computed all the same.
    pub other_engines: u64,
    /// Assessments computed again.
    pub assessments: u64,
    /// Deviations in all.
    pub deviations: u64,
    /// The first of them.
    pub named: Vec<Deviation>,
}

/// Is what a run was made from.
struct Inputs {
    methodology: Arc<LoadedMethodology>,
    bundle: Option<Arc<ModelBundle>>,
    table: FactsTable,
}

impl Dozor {
    /// Recomputes the assessments of an object, or of all, in every finished run.
    ///
    /// # Errors
    /// [`AppError::ObjectNotFound`]; the store's.
    pub async fn recompute(
        &self,
        object: Option<&str>,
        progress: &dyn Progress,
    ) -> Result<RecomputeReport, AppError> {
        let wanted: Option<ObjectId> = match object {
            None => None,
            Some(key) => {
                let found = self.store.objects_by_key(key).await?.into_iter().next();
                Some(found.ok_or_else(|| AppError::ObjectNotFound { key: key.to_owned() })?.id)
            }
        };
        let objects = Arc::new(self.store.load_objects(GeometryUse::Skip).await?);
        let runs: Vec<RunHeader> =
            self.store.finished_runs().await?.into_iter().map(|run| run.header).collect();
        progress.stage("recompute runs", Some(runs.len() as u64));
        let mut report = RecomputeReport::default();
        for header in &runs {
            report.runs += 1;
            report.other_engines += u64::from(header.engine != ENGINE_VERSION);
            self.compare_header(header, &mut report).await?;
            match self.inputs_of(header).await? {
                Ok(inputs) => self.recompute_run(header, inputs, (wanted, &objects), &mut report).await?,
                Err(what) => report.add(Deviation { run: header.id, object: None, control_kind: None, what }),
            }
            progress.advance(1);
        }
        self.compare_decisions(&mut report).await?;
        self.compare_categories(wanted, &objects, &mut report).await?;
        Ok(report)
    }

    /// Opens what a run was made from; says what is not what the run's header names.
    async fn inputs_of(&self, header: &RunHeader) -> Result<Result<Inputs, &'static str>, AppError> {
        let Some(stored) = self.store.methodology(&header.methodology).await? else {
            return Ok(Err("methodology"));
        };
        // The files are those that were named, by the engine that named them.
        if methodology_hash_under(&stored.files, &stored.engine) != header.methodology {
            return Ok(Err("methodology"));
        }
        let files = stored.files;
        let methodology = blocking("the methodology", move || LoadedMethodology::parse(files)).await?;
        let Ok(methodology) = methodology else { return Ok(Err("methodology")) };
        let bundle = match &header.model {
            None => None,
            Some(hash) => {
                let Some(bytes) = sound(self.store.model_bundle(hash).await)? else {
                    return Ok(Err("model"));
                };
                let same = hex(&sha256(&bytes)) == *hash;
                match ModelBundle::from_bytes(&bytes, &methodology.catalogue.hash()) {
                    Ok(bundle) if same => Some(Arc::new(bundle)),
                    Ok(_) | Err(_) => return Ok(Err("model")),
                }
            }
        };
        let Some(digest) = array_from_hex(&header.facts) else { return Ok(Err("facts_file")) };
        let Some(bytes) = sound(self.store.blob(&digest).await)? else { return Ok(Err("facts_file")) };
        let table = blocking("the facts of a run", move || FactsTable::from_parquet(&bytes)).await?;
        let Ok(table) = table else { return Ok(Err("facts_file")) };
        Ok(Ok(Inputs { methodology: Arc::new(methodology), bundle, table }))
    }

    async fn recompute_run(
        &self,
        header: &RunHeader,
        inputs: Inputs,
        (wanted, objects): (Option<ObjectId>, &Arc<ObjectColumns>),
        report: &mut RecomputeReport,
    ) -> Result<(), AppError> {
        let rows = inputs.table.len();
        let starts: Vec<(usize, usize)> = match wanted {
            None => (0..rows).step_by(BATCH_ROWS).map(|from| (from, BATCH_ROWS)).collect(),
            Some(object) => {
                let place = (0..rows).find(|row| inputs.table.object_id(*row) == object);
                place.map(|row| (row, 1)).into_iter().collect()
            }
        };
        let inputs = Arc::new(inputs);
        let mut seen = 0;
        for (from, count) in starts {
            let (shared, known, run) = (Arc::clone(&inputs), Arc::clone(objects), header.id);
            let again = blocking("an assessment", move || assess_again(&shared, &known, (from, count), run));
            let again = again.await??;
            let ids: Vec<ObjectId> =
                (from..(from + count).min(rows)).map(|row| inputs.table.object_id(row)).collect();
            let stored = self.stored_of(header.id, &ids).await?;
            seen += stored.len() as i64;
            report.compare(header.id, &again, stored, objects);
        }
        if wanted.is_none() && self.store.assessment_count(header.id).await? != seen {
            report.add(Deviation { run: header.id, object: None, control_kind: None, what: "surplus" });
        }
        Ok(())
    }

    /// Returns the stored assessments of objects that stand together in the order of ids.
    async fn stored_of(
        &self,
        run: RunId,
        ids: &[ObjectId],
    ) -> Result<HashMap<(ObjectId, String), Assessment>, AppError> {
        let mut found = HashMap::new();
        for id in ids.iter().filter(|_| ids.len() == 1) {
            for kind in &self.methodology.manifest.control_kinds {
                if let Some(one) = self.store.assessment(run, *id, &kind.code).await? {
                    found.insert((*id, kind.code.clone()), one);
                }
            }
        }
        let (Some(first), Some(last), true) = (ids.first(), ids.last(), ids.len() > 1) else {
            return Ok(found);
        };
        // An empty kind comes before every kind of the first object.
        let mut after = (*first, String::new());
        loop {
            let page = self.store.assessments(run, Some((after.0, &after.1)), 10_000).await?;
            let Some(end) = page.last() else { break };
            after = (end.object, end.control_kind.clone());
            let beyond = end.object > *last;
            let inside = page.into_iter().filter(|one| one.object <= *last);
            found.extend(inside.map(|one| ((one.object, one.control_kind.clone()), one)));
            if beyond {
                break;
            }
        }
        Ok(found)
    }
}

/// Returns bytes that the store still has as they were named, and nothing for those that it has lost or changed.
fn sound(read: Result<Vec<u8>, StoreError>) -> Result<Option<Vec<u8>>, StoreError> {
    match read {
        Ok(bytes) => Ok(Some(bytes)),
        Err(StoreError::BlobMissing { .. } | StoreError::BlobHashMismatch { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Assesses rows of a run again.
fn assess_again(
    inputs: &Inputs,
    objects: &ObjectColumns,
    (from, count): (usize, usize),
    run: RunId,
) -> Result<Vec<Assessment>, AppError> {
    let table = inputs.table.slice(from, count);
    let kind = |row: usize| {
        let index = objects.index_of(table.object_id(row))?;
        objects.rows().get(index as usize).map(|object| object.kind.as_str())
    };
    let kinds: Vec<&str> = (0..table.len()).map(|row| kind(row).unwrap_or_default()).collect();
    let verdicts = inputs.methodology.rules.evaluate(&table)?;
    let scored = inputs.bundle.as_ref().map(|bundle| bundle.predict(&table)).transpose()?;
    let promised: Option<Vec<Probability>> =
        scored.map(|rows| rows.iter().map(|row| row.probability).collect());
    let assessed = inputs.methodology.policy.assess(&table, &verdicts, promised.as_deref(), &kinds)?;
    let again = |one: Assessed| {
        let row = one.row as usize;
        one.into_assessment(run, table.object_id(row), table.row_hash(row))
    };
    Ok(assessed.into_iter().map(again).collect())
}

impl RecomputeReport {
    pub(crate) fn add(&mut self, deviation: Deviation) {
        self.deviations += 1;
        if self.named.len() < NAMED {
            self.named.push(deviation);
        }
    }

    fn compare(
        &mut self,
        run: RunId,
        again: &[Assessment],
        mut stored: HashMap<(ObjectId, String), Assessment>,
        objects: &ObjectColumns,
    ) {
        let named = |one: &Assessment, what| Deviation {
            run,
            object: objects.index_of(one.object).map(|at| objects.rows()[at as usize].key.clone()),
            control_kind: Some(one.control_kind.clone()),
            what,
        };
        for one in again {
            self.assessments += 1;
            match stored.remove(&(one.object, one.control_kind.clone())) {
                None => self.add(named(one, "missing")),
                Some(known) if known.facts_hash != one.facts_hash => self.add(named(one, "facts_row")),
                Some(known) if bytes_of(&known) != bytes_of(one) => self.add(named(one, "assessment")),
                Some(_same) => {}
            }
        }
        let mut surplus: Vec<Assessment> = stored.into_values().collect();
        surplus.sort_by(|a, b| (a.object, &a.control_kind).cmp(&(b.object, &b.control_kind)));
        surplus.iter().for_each(|one| self.add(named(one, "surplus")));
    }
}

/// Returns every bit of an assessment: its numbers bit by bit, the rest in one form of bytes. Numbers of the basis stand
/// in the database as JSON and come back from it to the last bit.
fn bytes_of(one: &Assessment) -> Option<(Vec<u8>, [u64; 3], Digest)> {
    let probability = one.probability.map_or(u64::MAX, |probability| probability.get().to_bits());
    let bits = [probability, one.points.to_bits(), one.score.to_bits()];
    let rest = (&one.control_kind, one.rule_category, one.category, one.highest_if_unknown, &one.rules);
    Some((serde_json::to_vec(&(&one.basis, rest)).ok()?, bits, one.facts_hash))
}
