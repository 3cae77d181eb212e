//! `score`: assesses every object as of an instant, proposes categories, opens and expires signs. A run's id
//! follows from its inputs: the same call again finds the run finished and changes nothing.

use std::path::Path;
use std::sync::Arc;

use dozor_domain::{
    Assessment, AssignmentId, AssignmentState, CategoryAssignment, Probability, RuleVerdicts, RunHeader,
    RunId, Timestamp, sha256,
};
use dozor_facts::FactsTable;
use dozor_scoring::{Assessed, ModelBundle};
use dozor_store::NewAssignment;
use serde::Serialize;
use serde_json::json;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::exporting::{csv_field, write_whole};
use crate::loading::Loaded;
use crate::pack::{ENGINE_VERSION, hex};
use crate::progress::Progress;

/// SQLite's writer takes short turns (SEMANTICS, Storage).
pub(crate) const ROWS_A_TRANSACTION: usize = 1000;

/// Says what a run found.
#[derive(Clone, Debug, Serialize)]
pub struct ScoreReport {
    /// The run.
    pub run: RunId,
    /// Whether the run was finished before this call.
    pub known: bool,
    /// Objects assessed.
    pub objects: u64,
    /// Assessments, one an object and control kind.
    pub assessments: u64,
    /// Proposed assignments that differ from what is active.
    pub proposed: u64,
    /// Signs that were opened.
    pub signs_opened: u64,
    /// Signs that no longer fire.
    pub signs_expired: u64,
    /// Number of assessments by category code.
    pub categories: std::collections::BTreeMap<String, u64>,
    /// Hash of the model, if one was used.
    pub model: Option<String>,
    /// Set when the policy decides by itself.
    pub decision: Option<crate::deciding::DecideReport>,
}

/// Holds everything a run computes before a row is written.
pub(crate) struct RunResult {
    pub(crate) table: FactsTable,
    pub(crate) verdicts: RuleVerdicts,
    pub(crate) assessed: Vec<Assessed>,
    pub(crate) parquet: Vec<u8>,
}

impl Dozor {
    /// Assesses all objects known by `as_of` and stores the run.
    ///
    /// # Errors
    /// Those of the crates below; a run that was cut short is done again from the start.
    pub async fn score(
        &self,
        as_of: Timestamp,
        actor: &str,
        progress: &dyn Progress,
    ) -> Result<ScoreReport, AppError> {
        let champion = self.champion().await?;
        let loaded = self.load(&[], progress).await?;
        progress.stage("facts, rules, model", None);
        let result =
            self.run_methodology(&loaded, as_of, champion.as_ref().map(|(_, bundle)| bundle.clone())).await?;
        let model = champion.map(|(hash, _)| hash);
        let header = self.header(&result, model.as_deref(), as_of, loaded.up_to_seq);
        let mut report = match self.store.run(header.id).await? {
            Some(known) if known.finished_at.is_some() => self.known_run(&result, &header).await?,
            Some(_unfinished) => {
                let mut tx = self.store.begin().await?;
                tx.discard_run(header.id).await?;
                tx.commit().await?;
                self.store_run(&loaded, &result, &header, actor, progress).await?
            }
            None => self.store_run(&loaded, &result, &header, actor, progress).await?,
        };
        if self.methodology.policy.auto_decide() && report.proposed > 0 {
            report.decision = Some(self.decide_by_policy(&header).await?);
        }
        Ok(report)
    }

    /// Returns the champion's hash and bundle; none when there is no model yet.
    async fn champion(&self) -> Result<Option<(String, ModelBundle)>, AppError> {
        let Some(model) = self.store.champion().await? else { return Ok(None) };
        let bundle = self.bundle(&model.hash).await?;
        Ok(Some((model.hash, bundle)))
    }

    pub(crate) async fn run_methodology(
        &self,
        loaded: &Arc<Loaded>,
        as_of: Timestamp,
        model: Option<ModelBundle>,
    ) -> Result<RunResult, AppError> {
        let table = self.compute(loaded, loaded.keys_at(as_of)).await?;
        let (methodology, loaded) = (Arc::clone(&self.methodology), Arc::clone(loaded));
        blocking("the run", move || {
            let keys = loaded.keys_at(as_of);
            let kind = |key: &dozor_facts::FactKey| loaded.objects.rows()[key.object as usize].kind.as_str();
            let kinds: Vec<&str> = keys.iter().map(kind).collect();
            let verdicts = methodology.rules.evaluate(&table)?;
            let scored = model.map(|bundle| bundle.predict(&table)).transpose()?;
            let probabilities: Option<Vec<Probability>> =
                scored.map(|rows| rows.iter().map(|row| row.probability).collect());
            let assessed = methodology.policy.assess(&table, &verdicts, probabilities.as_deref(), &kinds)?;
            let parquet = table.to_parquet()?;
            Ok(RunResult { table, verdicts, assessed, parquet })
        })
        .await?
    }

    fn header(&self, result: &RunResult, model: Option<&str>, as_of: Timestamp, up_to_seq: i64) -> RunHeader {
        let facts = hex(&sha256(&result.parquet));
        let id = RunId::derive(&[
            self.methodology.hash.as_bytes(),
            model.unwrap_or_default().as_bytes(),
            ENGINE_VERSION.as_bytes(),
            &as_of.micros().to_le_bytes(),
            &up_to_seq.to_le_bytes(),
            facts.as_bytes(),
        ]);
        RunHeader {
            id,
            methodology: self.methodology.hash.clone(),
            model: model.map(str::to_owned),
            engine: ENGINE_VERSION.to_owned(),
            as_of,
            up_to_seq,
            facts,
            started_at: self.now(),
        }
    }

    async fn known_run(&self, result: &RunResult, header: &RunHeader) -> Result<ScoreReport, AppError> {
        let mut report = report_of(result, header);
        report.known = true;
        report.proposed = self.store.proposal_counts(header.id).await?.iter().map(|row| row.3).sum();
        Ok(report)
    }

    async fn store_run(
        &self,
        loaded: &Loaded,
        result: &RunResult,
        header: &RunHeader,
        actor: &str,
        progress: &dyn Progress,
    ) -> Result<ScoreReport, AppError> {
        let mut report = report_of(result, header);
        let mut tx = self.store.begin().await?;
        tx.put_blob(&result.parquet, header.started_at).await?;
        tx.insert_run(header).await?;
        tx.commit().await?;
        progress.stage("assessments", Some(result.assessed.len() as u64));
        for chunk in result.assessed.chunks(ROWS_A_TRANSACTION) {
            let rows: Vec<Assessment> = chunk
                .iter()
                .map(|one| {
                    one.clone().into_assessment(
                        header.id,
                        result.table.object_id(one.row as usize),
                        result.table.row_hash(one.row as usize),
                    )
                })
                .collect();
            let mut tx = self.store.begin().await?;
            tx.insert_assessments(&rows).await?;
            tx.commit().await?;
            progress.advance(chunk.len() as u64);
        }
        report.proposed = self.propose(result, header).await?;
        let signs = self.refresh_signs(loaded, result, header).await?;
        (report.signs_opened, report.signs_expired) = (signs.opened, signs.expired);
        let mut tx = self.store.begin().await?;
        tx.finish_run(header.id, self.now(), report.assessments).await?;
        let details = json!({
            "methodology": header.methodology, "model": header.model, "as_of": header.as_of.to_string(),
            "up_to_seq": header.up_to_seq, "facts": header.facts, "assessments": report.assessments,
            "proposed": report.proposed,
        });
        tx.audit(self.audit(actor, "score", &header.id.to_string(), &details));
        tx.commit().await?;
        Ok(report)
    }

    /// Proposes an assignment wherever the run's category is not the active one.
    async fn propose(&self, result: &RunResult, header: &RunHeader) -> Result<u64, AppError> {
        let active: std::collections::HashMap<_, _> = self
            .store
            .active_assignments()
            .await?
            .into_iter()
            .map(|row| ((row.assignment.object, row.assignment.control_kind), row.assignment.category))
            .collect();
        let mut proposals = Vec::new();
        for one in &result.assessed {
            let object = result.table.object_id(one.row as usize);
            if active.get(&(object, one.control_kind.clone())) == Some(&one.category) {
                continue;
            }
            let id =
                AssignmentId::derive(&[header.id.as_bytes(), object.as_bytes(), one.control_kind.as_bytes()]);
            proposals.push(NewAssignment {
                assignment: CategoryAssignment {
                    id,
                    object,
                    control_kind: one.control_kind.clone(),
                    category: one.category,
                    run: header.id,
                    state: AssignmentState::Proposed,
                },
                score: one.score,
                probability: one.probability.map(Probability::get),
            });
        }
        for chunk in proposals.chunks(ROWS_A_TRANSACTION) {
            let mut tx = self.store.begin().await?;
            tx.insert_assignments(chunk).await?;
            tx.commit().await?;
        }
        Ok(proposals.len() as u64)
    }

    async fn decide_by_policy(&self, header: &RunHeader) -> Result<crate::deciding::DecideReport, AppError> {
        let decision = crate::deciding::Decision {
            id: dozor_domain::DecisionId::derive(&[b"auto_decide", header.id.as_bytes()]),
            order_number: format!("auto {}", header.id),
            official: "auto_decide".to_owned(),
            run: Some(header.id),
        };
        self.decide(decision, "auto_decide").await
    }

    /// Writes the export of a run: one row an object and control kind, sorted by object and kind.
    ///
    /// # Errors
    /// [`AppError::Write`] when the file can't be written.
    pub async fn export_scores(&self, run: RunId, file: &Path) -> Result<u64, AppError> {
        let objects = self.store.load_objects().await?;
        let mut rows = Vec::new();
        let mut after = None;
        loop {
            let page = self
                .store
                .assessments(
                    run,
                    after.as_ref().map(|(object, kind): &(_, String)| (*object, kind.as_str())),
                    10_000,
                )
                .await?;
            let Some(last) = page.last() else { break };
            after = Some((last.object, last.control_kind.clone()));
            rows.extend(page.iter().filter_map(|one| {
                let index = objects.index_of(one.object)?;
                Some((objects.rows()[index as usize].key.clone(), score_line(one)))
            }));
        }
        rows.sort();
        let failed = |source| AppError::Write { path: file.display().to_string(), source };
        write_whole(file, |out| {
            writeln!(
                out,
                "object_id,control_kind,category,rule_category,probability,points,score,unknown_rules"
            )
            .map_err(failed)?;
            rows.iter().try_for_each(|(key, line)| writeln!(out, "{},{line}", csv_field(key))).map_err(failed)
        })?;
        Ok(rows.len() as u64)
    }
}

fn score_line(one: &Assessment) -> String {
    let unknown: Vec<&str> = one
        .rules
        .iter()
        .filter(|(_, state)| *state == dozor_domain::RuleState::Unknown)
        .map(|(rule, _)| rule.as_str())
        .collect();
    format!(
        "{},{},{},{},{},{},{}",
        csv_field(&one.control_kind),
        one.category,
        one.rule_category,
        one.probability.map(|p| p.get().to_string()).unwrap_or_default(),
        one.points,
        one.score,
        unknown.join(";")
    )
}

fn report_of(result: &RunResult, header: &RunHeader) -> ScoreReport {
    let mut categories = std::collections::BTreeMap::new();
    for one in &result.assessed {
        *categories.entry(one.category.code().to_owned()).or_insert(0) += 1;
    }
    ScoreReport {
        run: header.id,
        known: false,
        objects: result.table.len() as u64,
        assessments: result.assessed.len() as u64,
        proposed: 0,
        signs_opened: 0,
        signs_expired: 0,
        categories,
        model: header.model.clone(),
        decision: None,
    }
}
