//! `score`: assesses every object as of an instant, proposes categories, opens and expires signs. A run's id
//! follows from its inputs: the same call again finds the run finished and changes nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use dozor_domain::{
    Assessment, AssignmentId, AssignmentState, CategoryAssignment, ErrorBody, ObjectId, Probability,
    RiskCategory, RunHeader, RunId, Timestamp, hex, sha256,
};
use dozor_scoring::Assessed;
use dozor_store::NewAssignment;
use serde::Serialize;
use serde_json::json;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::pack::ENGINE_VERSION;
use crate::progress::Progress;
use crate::scoring_batch::{Asked, Batch};
use crate::settling::SettleReport;

/// SQLite's writer takes short turns (SEMANTICS, Storage).
pub(crate) const ROWS_A_TRANSACTION: usize = 1000;

/// Says what a run found.
#[derive(Clone, Debug, Serialize)]
pub struct ScoreReport {
    /// The run.
    pub run: RunId,
    /// Whether the run was finished before this call.
    pub known: bool,
    /// Whether it speaks of now: a run of an earlier instant than the latest one is history, which proposes
    /// nothing and leaves the signs alone.
    pub live: bool,
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
    pub categories: BTreeMap<String, u64>,
    /// Hash of the model, if one was used.
    pub model: Option<String>,
    /// Why the champion was not used: the rules went on alone, and every assessment says so.
    pub model_refused: Option<ErrorBody>,
    /// The instant by whose outcomes the model learnt, where that is later than the run's: it knows what nobody knew.
    pub model_newer: Option<String>,
    /// What became of the tasks of past days.
    pub settled: SettleReport,
    /// Facts of the model that no longer look as they did in its first run.
    pub drifted_facts: Vec<String>,
    /// Set when the policy decides by itself.
    pub decision: Option<crate::deciding::DecideReport>,
    /// Why the policy may not decide this run: what it found stands all the same, and proposes.
    pub refused: Option<ErrorBody>,
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
        self.expect_come(as_of).await?;
        if self.looks_back(as_of).await? {
            return self.under_lease("score", self.score_under_lease(as_of, actor, progress)).await;
        }
        // A scheduled version comes into force with the first run at or after its instant.
        if let Some(current) = self.with_due_version().await? {
            return Box::pin(current.score(as_of, actor, progress)).await;
        }
        self.under_lease("score", self.score_under_lease(as_of, actor, progress)).await
    }

    async fn score_under_lease(
        &self,
        as_of: Timestamp,
        actor: &str,
        progress: &dyn Progress,
    ) -> Result<ScoreReport, AppError> {
        let settled = match self.looks_back(as_of).await? {
            true => SettleReport::default(),
            false => {
                self.drop_expired(actor).await?;
                // Before signs are looked at: one whose task came back may have stopped firing.
                self.settle_tasks(self.today().await?, actor).await?
            }
        };
        let (champion, refused) = self.champion().await?;
        let loaded = self.load(&[], progress).await?;
        progress.stage("facts, rules, model", None);
        let (model, bundle) = champion.unzip();
        let learnt = bundle.as_ref().map(|bundle| bundle.summary().window.as_of);
        let facts = self.compute_run_facts(&loaded, as_of).await?;
        let header = self.header(&facts.parquet, model.as_deref(), as_of, loaded.up_to_seq);
        let header = self.said_last(header).await?;
        let asked = Asked { loaded, facts, bundle: bundle.map(Arc::new) };
        let mut report = match self.store.run(header.id).await? {
            Some(known) if known.finished_at.is_some() => self.known_run(&asked, &header).await?,
            Some(_unfinished) => {
                let mut tx = self.store.begin().await?;
                tx.discard_run(header.id).await?;
                tx.commit().await?;
                self.store_run(&asked, &header, actor, progress).await?
            }
            None => self.store_run(&asked, &header, actor, progress).await?,
        };
        report.model_refused = refused;
        report.model_newer = learnt.filter(|learnt| *learnt > as_of).map(|learnt| learnt.to_string());
        report.settled = settled;
        if report.live {
            // A look back compares with a run of its future: that the facts were others then is no alarm.
            report.drifted_facts = self.drifted_facts(&asked, &header).await?;
        }
        if self.methodology.policy.auto_decide() && report.live && report.proposed > 0 {
            match self.decide_by_policy(&header).await {
                Ok(decision) => report.decision = Some(decision),
                Err(fault @ AppError::RunFailedRules { .. }) => report.refused = Some(ErrorBody::new(&fault)),
                Err(other) => return Err(other),
            }
        }
        Ok(report)
    }

    fn header(&self, facts: &[u8], model: Option<&str>, as_of: Timestamp, up_to_seq: i64) -> RunHeader {
        let facts = hex(&sha256(facts));
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

    /// Returns the header under which the inputs are to speak last. The same call again finds its run; but where another
    /// version or model has spoken of the same instant since, as before a roll-back, the inputs speak anew: their run
    /// gets an id that follows from what it answers.
    async fn said_last(&self, header: RunHeader) -> Result<RunHeader, AppError> {
        let Some(latest) = self.store.latest_run().await?.map(|run| run.header) else { return Ok(header) };
        let inputs = |run: &RunHeader| {
            (
                run.methodology.clone(),
                run.model.clone(),
                run.engine.clone(),
                run.as_of,
                run.up_to_seq,
                run.facts.clone(),
            )
        };
        if inputs(&latest) == inputs(&header) {
            return Ok(RunHeader { id: latest.id, ..header });
        }
        let is_said = self.store.run(header.id).await?.is_some_and(|run| run.finished_at.is_some());
        let is_of_one_instant = (latest.as_of, latest.up_to_seq) == (header.as_of, header.up_to_seq);
        if is_said && is_of_one_instant {
            let id = RunId::derive(&[header.id.as_bytes(), latest.id.as_bytes()]);
            return Ok(RunHeader { id, ..header });
        }
        Ok(header)
    }

    async fn known_run(&self, asked: &Asked, header: &RunHeader) -> Result<ScoreReport, AppError> {
        let mut report = empty_report(header, asked.facts.table.len());
        report.known = true;
        report.live = self.is_live(header).await?;
        for from in asked.batches() {
            count(&mut report, &self.assess_batch(asked, from).await?.assessed);
        }
        report.proposed = self.store.proposal_counts(header.id).await?.iter().map(|row| row.3).sum();
        Ok(report)
    }

    async fn store_run(
        &self,
        asked: &Asked,
        header: &RunHeader,
        actor: &str,
        progress: &dyn Progress,
    ) -> Result<ScoreReport, AppError> {
        let mut report = empty_report(header, asked.facts.table.len());
        report.live = self.is_live(header).await?;
        let mut tx = self.store.begin().await?;
        tx.put_blob(&asked.facts.parquet, header.started_at).await?;
        tx.insert_run(header).await?;
        tx.commit().await?;
        progress.stage("assessments", Some(asked.facts.table.len() as u64));
        let active = self.active_categories().await?;
        let mut signs = self.run_signs().await?;
        for from in asked.batches() {
            let batch = self.assess_batch(asked, from).await?;
            self.store_assessments(&batch, header).await?;
            count(&mut report, &batch.assessed);
            if report.live {
                report.proposed += self.propose(&batch, &active, header).await?;
                self.add_signs(&mut signs, &asked.loaded, &batch, header);
            }
            progress.advance(batch.table.len() as u64);
        }
        if report.live {
            let signs = self.refresh_signs(&asked.loaded, signs, header).await?;
            (report.signs_opened, report.signs_expired) = (signs.opened, signs.expired);
        }
        let mut tx = self.store.begin().await?;
        tx.finish_run(header.id, self.finish_after(header).await?, report.assessments).await?;
        let details = json!({
            "methodology": header.methodology, "model": header.model, "as_of": header.as_of.to_string(),
            "up_to_seq": header.up_to_seq, "facts": header.facts, "assessments": report.assessments,
            "proposed": report.proposed, "live": report.live,
            "signs_opened": report.signs_opened, "signs_expired": report.signs_expired,
        });
        tx.audit(self.audit(actor, "score", &header.id.to_string(), &details));
        tx.commit().await?;
        Ok(report)
    }

    /// Returns when a run is finished: later than the latest one of its instant, also under a clock that stands still.
    async fn finish_after(&self, header: &RunHeader) -> Result<Timestamp, AppError> {
        let latest = self.store.latest_run().await?;
        let latest = latest.filter(|run| run.header.as_of == header.as_of).and_then(|run| run.finished_at);
        let next = latest.map(|at| Timestamp::from_micros(at.micros() + 1));
        Ok(next.map_or(self.now(), |next| next.max(self.now())))
    }

    /// Tells whether a run of a later instant is finished: one of this instant would be history.
    async fn looks_back(&self, as_of: Timestamp) -> Result<bool, AppError> {
        Ok(self.store.latest_run().await?.is_some_and(|latest| latest.header.as_of > as_of))
    }

    /// Tells whether no finished run is of a later instant, or of the same and saw more.
    async fn is_live(&self, header: &RunHeader) -> Result<bool, AppError> {
        let latest = self.store.latest_run().await?.map(|run| run.header);
        Ok(latest.is_none_or(|latest| (latest.as_of, latest.up_to_seq) <= (header.as_of, header.up_to_seq)))
    }

    async fn store_assessments(&self, batch: &Batch, header: &RunHeader) -> Result<(), AppError> {
        for chunk in batch.assessed.chunks(ROWS_A_TRANSACTION) {
            let assessment = |one: &Assessed| {
                let row = one.row as usize;
                one.clone().into_assessment(header.id, batch.table.object_id(row), batch.table.row_hash(row))
            };
            let rows: Vec<Assessment> = chunk.iter().map(assessment).collect();
            let mut tx = self.store.begin().await?;
            tx.insert_assessments(&rows).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Proposes an assignment wherever the run's category is not the active one.
    async fn propose(
        &self,
        batch: &Batch,
        active: &HashMap<(ObjectId, String), RiskCategory>,
        header: &RunHeader,
    ) -> Result<u64, AppError> {
        let mut proposals = Vec::new();
        for one in &batch.assessed {
            let object = batch.table.object_id(one.row as usize);
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
        self.decide_under_lease(decision, "auto_decide").await
    }
}

fn empty_report(header: &RunHeader, objects: usize) -> ScoreReport {
    ScoreReport {
        run: header.id,
        known: false,
        live: true,
        objects: objects as u64,
        assessments: 0,
        proposed: 0,
        signs_opened: 0,
        signs_expired: 0,
        categories: BTreeMap::new(),
        model: header.model.clone(),
        model_refused: None,
        model_newer: None,
        settled: SettleReport::default(),
        drifted_facts: Vec::new(),
        decision: None,
        refused: None,
    }
}

fn count(report: &mut ScoreReport, assessed: &[Assessed]) {
    report.assessments += assessed.len() as u64;
    for one in assessed {
        *report.categories.entry(one.category.code().to_owned()).or_insert(0) += 1;
    }
}
