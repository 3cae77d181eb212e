//! Whether what is stored of runs, decisions and categories in force is what the audit log says of them: a value
//! rewritten in the database behind the program's back leaves the log whole, and is found here.

use std::collections::{BTreeMap, HashMap};

use dozor_domain::{
    AssignmentState, DecisionId, ObjectColumns, ObjectId, RiskCategory, RunHeader, RunId, hex, sha256,
};
use dozor_store::AuditFilter;
use serde_json::{Value, json};

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::recomputing::{Deviation, RecomputeReport};

/// Commits to the name of the official in the log, which holds no names: salted by the decision's id.
pub(crate) fn official_commitment(decision: DecisionId, official: &str) -> String {
    let mut bytes = b"dozor-official-1".to_vec();
    bytes.extend_from_slice(decision.as_bytes());
    bytes.extend_from_slice(official.as_bytes());
    hex(&sha256(&bytes))
}

impl Dozor {
    /// Compares a run's header with what the log says that it was.
    pub(crate) async fn compare_header(
        &self,
        header: &RunHeader,
        report: &mut RecomputeReport,
    ) -> Result<(), AppError> {
        let logged = self.logged("score", &header.id.to_string()).await?;
        let stored = json!({
            "methodology": header.methodology, "model": header.model, "as_of": header.as_of.to_string(),
            "up_to_seq": header.up_to_seq, "facts": header.facts,
        });
        if !agrees(&stored, logged.as_ref()) {
            report.add(Deviation { run: header.id, object: None, control_kind: None, what: "run" });
        }
        Ok(())
    }

    /// Compares every decision with what the log says of it.
    pub(crate) async fn compare_decisions(&self, report: &mut RecomputeReport) -> Result<(), AppError> {
        for decision in self.store.decisions(i64::MAX).await? {
            let logged = self.logged("decide", &decision.id.to_string()).await?;
            let mut stored = json!({
                "run": decision.run, "order": decision.order_number, "activated": decision.count,
            });
            // Entries of earlier versions commit to no name.
            if logged.as_ref().is_some_and(|logged| logged.get("official").is_some()) {
                stored["official"] = json!(official_commitment(decision.id, &decision.official));
            }
            if !agrees(&stored, logged.as_ref()) {
                report.add(Deviation {
                    run: decision.run,
                    object: None,
                    control_kind: None,
                    what: "decision",
                });
            }
        }
        Ok(())
    }

    /// Compares every category in force with what its run assessed, and its run with its decision's.
    pub(crate) async fn compare_categories(
        &self,
        wanted: Option<ObjectId>,
        objects: &ObjectColumns,
        report: &mut RecomputeReport,
    ) -> Result<(), AppError> {
        let decisions = self.store.decisions(i64::MAX).await?.into_iter();
        let decided: HashMap<DecisionId, RunId> = decisions.map(|one| (one.id, one.run)).collect();
        let mut by_run: BTreeMap<RunId, Vec<_>> = BTreeMap::new();
        for active in self.store.active_assignments().await? {
            if wanted.is_none_or(|object| object == active.assignment.object) {
                by_run.entry(active.assignment.run).or_default().push(active.assignment);
            }
        }
        for (run, assignments) in by_run {
            let heads = self.store.assessment_heads(run).await?.into_iter();
            let assessed: HashMap<(ObjectId, String), RiskCategory> =
                heads.map(|head| ((head.object, head.control_kind), head.category)).collect();
            for one in assignments {
                let AssignmentState::Active { decision } = one.state else { continue };
                let found = assessed.get(&(one.object, one.control_kind.clone()));
                if found == Some(&one.category) && decided.get(&decision) == Some(&run) {
                    continue;
                }
                let key = objects.index_of(one.object).map(|at| objects.rows()[at as usize].key.clone());
                let control_kind = Some(one.control_kind);
                report.add(Deviation { run, object: key, control_kind, what: "category" });
            }
        }
        Ok(())
    }

    /// Returns the details of the newest entry of a use-case about a subject.
    async fn logged(&self, use_case: &str, subject: &str) -> Result<Option<Value>, AppError> {
        let filter = AuditFilter {
            use_case: Some(use_case.to_owned()),
            subject: Some(subject.to_owned()),
            ..AuditFilter::default()
        };
        let newest = self.store.audit_page(&filter, None, 1).await?.into_iter().next();
        Ok(newest.and_then(|row| serde_json::from_str(&row.entry.details).ok()))
    }
}

/// Tells whether an entry says all that is stored.
fn agrees(stored: &Value, logged: Option<&Value>) -> bool {
    let Some((stored, logged)) = stored.as_object().zip(logged.and_then(Value::as_object)) else {
        return false;
    };
    stored.iter().all(|(key, value)| logged.get(key) == Some(value))
}
