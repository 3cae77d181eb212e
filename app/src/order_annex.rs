//! The annex of a category order: object, old category, new category, criterion, act. It is read from what the order put
//! into force and from the run that it decided, so it says the same for ever.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use dozor_domain::{Assessment, DecisionId, ObjectId, RuleHead, RuleState, RunId};
use dozor_scoring::why_sentence;
use dozor_store::OrderedCategory;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::exporting::{csv_field, write_whole};
use crate::methodology::LoadedMethodology;

/// Assessments that are read together.
const PAGE: i64 = 10_000;
/// Names of the columns.
const HEAD: &str =
    "order_number,object_key,object_title,control_kind,old_category,new_category,criteria,acts,why";

impl Dozor {
    /// Writes the annex of a decision as CSV, by object and control kind; returns the number of its rows.
    ///
    /// # Errors
    /// [`AppError::RunNotFound`] where the decision or its run is not stored; [`AppError::Write`]; the store's.
    pub async fn export_order(&self, decision: DecisionId, file: &Path) -> Result<u64, AppError> {
        let missing = || AppError::RunNotFound { run: decision.to_string() };
        let record = self.store.decision(decision).await?.ok_or_else(missing)?;
        let run = self.store.run(record.run).await?.ok_or_else(missing)?.header;
        let methodology = self.methodology_of(&run).await?;
        let rows = self.store.order_contents(decision).await?;
        let mut grounds = self.grounds_of(run.id, &rows, &methodology).await?;
        let failed = |source| AppError::Write { path: file.display().to_string(), source };
        write_whole(file, |out| {
            writeln!(out, "{HEAD}").map_err(failed)?;
            for row in &rows {
                let key = (row.object, row.control_kind.clone());
                let [criteria, acts, why] = grounds.remove(&key).unwrap_or_default();
                let old = row.from.map(dozor_domain::RiskCategory::code).unwrap_or_default();
                let cells =
                    [&record.order_number, &row.key, &row.title, &row.control_kind].map(|one| csv_field(one));
                let said = [criteria, acts, why].map(|one| csv_field(&one));
                writeln!(out, "{},{old},{},{}", cells.join(","), row.to.code(), said.join(","))
                    .map_err(failed)?;
            }
            Ok(())
        })?;
        Ok(rows.len() as u64)
    }

    /// Returns criteria, acts and the sentence for each row.
    async fn grounds_of(
        &self,
        run: RunId,
        rows: &[OrderedCategory],
        methodology: &LoadedMethodology,
    ) -> Result<HashMap<(ObjectId, String), [String; 3]>, AppError> {
        let wanted: HashSet<ObjectId> = rows.iter().map(|row| row.object).collect();
        let mut grounds = HashMap::new();
        let heads = methodology.rules.heads();
        let mut after: Option<(ObjectId, String)> = None;
        loop {
            let from = after.as_ref().map(|(object, kind)| (*object, kind.as_str()));
            let page = self.store.assessments(run, from, PAGE).await?;
            let Some(last) = page.last() else { return Ok(grounds) };
            after = Some((last.object, last.control_kind.clone()));
            for one in page.iter().filter(|one| wanted.contains(&one.object)) {
                grounds.insert(
                    (one.object, one.control_kind.clone()),
                    grounds_in_words(one, &heads, methodology),
                );
            }
        }
    }
}

/// Words the criteria that held, the acts that they stand on, and why all together give the category.
fn grounds_in_words(one: &Assessment, heads: &[RuleHead], methodology: &LoadedMethodology) -> [String; 3] {
    let fired = one.rules.iter().filter(|(_, state)| *state == RuleState::Fired);
    let counting = fired.filter_map(|(rule, _)| methodology.rules.rule(rule)).map(dozor_rules::Rule::head);
    let counting: Vec<_> = counting.filter(|head| head.counts_in_category()).collect();
    let criteria: Vec<&str> = counting.iter().map(|head| head.title.ru.as_str()).collect();
    let mut acts: Vec<&str> = Vec::new();
    for act in counting.iter().flat_map(|head| &head.basis) {
        if !acts.contains(&act.text.as_str()) {
            acts.push(&act.text);
        }
    }
    let why = why_sentence(one, heads, &methodology.manifest).ru;
    [criteria.join("; "), acts.join("; "), why]
}
