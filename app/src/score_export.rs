//! The export of a run: one row an object and control kind (SEMANTICS, Command line).

use std::path::Path;

use dozor_domain::{Assessment, RunId};
use dozor_store::GeometryUse;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::exporting::{csv_field, write_whole};

impl Dozor {
    /// Writes the export of a run: one row an object and control kind, sorted by object and kind.
    ///
    /// # Errors
    /// [`AppError::Write`] when the file can't be written.
    pub async fn export_scores(&self, run: RunId, file: &Path) -> Result<u64, AppError> {
        let objects = self.store.load_objects(GeometryUse::Skip).await?;
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
