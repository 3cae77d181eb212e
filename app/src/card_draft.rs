//! `scorecard`: drafts an integer scorecard from outcomes, as a file for the next version of the methodology and as an
//! annex for people. It moves no category before that version is approved.

use std::path::Path;
use std::sync::Arc;

use dozor_domain::Timestamp;
use dozor_scoring::{Annex, FactName, HeldOut, ModelKind};
use serde::Serialize;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::exporting::{expect_writable, write_whole};
use crate::progress::Progress;

/// Says what was drafted.
#[derive(Debug, Serialize)]
pub struct CardReport {
    /// Facts on the card.
    pub facts: usize,
    /// Labelled outcomes that taught.
    pub rows: usize,
    /// Violations among them.
    pub positives: usize,
    /// Figures on the latest outcomes.
    pub held_out: HeldOut,
    /// Points below which a half, nine tenths, 97 of a hundred and 99.5 of a hundred objects lie: what bounds may be
    /// proposed from.
    pub quantiles: [(f64, i64); 4],
    /// Files written.
    pub files: Vec<String>,
}

/// Shares of objects at which points are told.
const SHARES: [f64; 4] = [0.5, 0.9, 0.97, 0.995];

impl Dozor {
    /// Drafts a card and writes it as TOML; with `annex` also as a table for people, Russian first.
    ///
    /// # Errors
    /// As training; [`AppError::Write`].
    pub async fn draft_card(
        &self,
        as_of: Timestamp,
        (file, annex): (&Path, Option<&Path>),
        progress: &dyn Progress,
    ) -> Result<CardReport, AppError> {
        std::iter::once(file).chain(annex).try_for_each(expect_writable)?;
        self.expect_come(as_of).await?;
        let spec = Arc::new(self.model_spec()?.of_kind(ModelKind::Scorecard));
        let loaded = self.load(&[&spec.outcome.source], progress).await?;
        progress.stage("learn the card", None);
        let bundle = self.fit_by(&loaded, as_of, spec).await?;
        let card = bundle.scorecard().cloned().ok_or(AppError::ModelNotDeclared)?;
        let table = self.compute(&loaded, loaded.keys_at(as_of)).await?;
        let (known, counted) = (card.clone(), table.len());
        let mut points = blocking("the points", move || known.points(&table)).await??;
        points.sort_unstable();
        let at = |share: f64| points.get((share * counted as f64) as usize).copied().unwrap_or_default();
        let mut files = vec![(file.to_owned(), card.to_toml()?)];
        if let Some(annex) = annex {
            let Annex { ru, en } = card.annex(|fact| self.fact_name(fact));
            files.push((annex.to_owned(), format!("{ru}\n{en}")));
        }
        for (path, text) in &files {
            let failed = |source| AppError::Write { path: path.display().to_string(), source };
            write_whole(path, |out| out.write_all(text.as_bytes()).map_err(failed))?;
        }
        let summary = bundle.summary();
        Ok(CardReport {
            facts: card.facts.len(),
            rows: summary.rows,
            positives: summary.positives,
            held_out: summary.held_out.clone(),
            quantiles: SHARES.map(|share| (share, at(share))),
            files: files.iter().map(|(path, _)| path.display().to_string()).collect(),
        })
    }

    /// Returns what people call a fact of a card.
    pub(crate) fn fact_name(&self, fact: &str) -> Option<FactName> {
        let head = self.methodology.catalogue.head(fact)?;
        Some(FactName { title: head.title.clone(), unit: head.unit.clone() })
    }
}
