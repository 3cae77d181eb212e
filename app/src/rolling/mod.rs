//! `evaluate` over windows in the order of time: every model is learnt before its window and measured in it, beside
//! rules alone, longest not inspected, past violations and chance. Stores nothing; uses the active methodology
//! without history.

mod fitting;
mod measured_rows;
mod outcomes;
mod page;
mod report;
mod windows;
mod year;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dozor_domain::Timestamp;
use dozor_scoring::{EvaluateSettings, FactDrift, LabelRule, fact_drift};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use self::fitting::{Fitted, Ground};
use self::outcomes::outcome_rows;
pub use self::report::{FactEffect, LearningPoint, LeftOutModel, RollingReport, WindowReport};
pub use self::windows::{Window, WindowLength};
pub(crate) use self::year::{CaseBase, YearBehind, YearEvent};
use crate::Language;
use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::exporting::{expect_writable, write_whole};
use crate::loading::Loaded;
use crate::progress::Progress;

/// Enough for a 95 % interval whose own noise is below its second digit (Efron & Tibshirani 1993, 13.3).
const RESAMPLES: u32 = 1000;

/// Is the question.
#[derive(Clone, Debug)]
pub struct RollingRequest {
    /// Windows in the order of time.
    pub windows: Vec<Window>,
    /// Seed of the bootstrap and of the random order.
    pub seed: u64,
    /// CSV of all measured events.
    pub export: Option<PathBuf>,
    /// Reports, `.html` or `.json`.
    pub reports: Vec<PathBuf>,
    /// Language of the HTML.
    pub language: Language,
}

impl Dozor {
    /// Evaluates over windows and writes what was asked for.
    ///
    /// # Errors
    /// [`AppError::ReportFormat`] for a report that ends neither `.html` nor `.json`; as training and evaluation.
    pub async fn evaluate_rolling(
        &self,
        request: &RollingRequest,
        progress: &dyn Progress,
    ) -> Result<RollingReport, AppError> {
        if let Some(path) = request.reports.iter().find(|path| !["html", "json"].contains(&ending(path))) {
            return Err(AppError::ReportFormat { path: path.display().to_string() });
        }
        request.export.iter().chain(&request.reports).try_for_each(|file| expect_writable(file))?;
        let until = request.windows.iter().map(|window| window.until).max();
        let until = until.unwrap_or(Timestamp::from_micros(i64::MIN));
        let ground = Arc::new(self.ground(until, request.seed, progress).await?);
        progress.stage("fit and measure", None);
        let (windows, shared) = (request.windows.clone(), Arc::clone(&ground));
        let fitted: Vec<Fitted> = blocking("the windows", move || {
            windows.par_iter().map(|window| shared.fit(window)).collect::<Result<_, AppError>>()
        })
        .await??;
        let fitted = Arc::new(fitted);
        progress.stage("figures", None);
        let (windows, all, shared) = (request.windows.clone(), Arc::clone(&fitted), Arc::clone(&ground));
        let mut report = blocking("the figures", move || shared.report(&windows, &all)).await??;
        if let (Some(window), Some(last)) = (request.windows.last(), fitted.last()) {
            report.drift = self.fact_drift_of(&ground, window, last).await?;
        }
        if let Some(file) = &request.export {
            let rows = self.measured_rows(&ground, &fitted).await?;
            crate::evaluating::write_events(&rows, file)?;
            report.file = Some(file.display().to_string());
        }
        for path in &request.reports {
            let text = match ending(path) {
                "html" => self.rolling_page(&report, request.language),
                _ => serde_json::to_string_pretty(&report)
                    .map_err(|_| AppError::WorkerLost { what: "JSON" })?,
            };
            let failed = |source| AppError::Write { path: path.display().to_string(), source };
            write_whole(path, |out| out.write_all(text.as_bytes()).map_err(failed))?;
            report.reports.push(path.display().to_string());
        }
        Ok(report)
    }

    /// Compares the facts of the last window with those of the outcomes that taught it.
    async fn fact_drift_of(
        &self,
        ground: &Arc<Ground>,
        window: &Window,
        last: &Fitted,
    ) -> Result<Vec<FactDrift>, AppError> {
        let labels = ground.training_labels(window);
        let taught = ground.rows.iter().zip(&labels).filter(|(_, label)| label.is_some());
        let then = self.compute(&ground.loaded, taught.map(|(row, _)| row.key).collect()).await?;
        let measured = last.measured.iter().map(|at| ground.rows[*at].key);
        let now = self.compute(&ground.loaded, measured.collect()).await?;
        let mut drift = fact_drift(&then, &now, &ground.spec.facts())?;
        drift.sort_by(|a, b| b.index.total_cmp(&a.index).then_with(|| a.fact.cmp(&b.fact)));
        Ok(drift)
    }

    /// Loads the outcomes dated before an instant, their facts and the answers of the rules once for all windows.
    async fn ground(&self, until: Timestamp, seed: u64, progress: &dyn Progress) -> Result<Ground, AppError> {
        let spec = self.model_spec()?;
        let source = self.methodology.source(&spec.outcome.source)?;
        let rule = LabelRule::compile(&spec, &source.schema())?;
        let loaded = self.load(&[&spec.outcome.source], progress).await?;
        let (shared, name) = (Arc::clone(&loaded), spec.outcome.source.clone());
        let rows = blocking("the outcomes", move || {
            let records = shared.records.get(&name);
            records.map(|records| outcome_rows(&shared, records, &rule, until)).unwrap_or_default()
        })
        .await?;
        let inspectors =
            self.who_inspected(&loaded.objects, &rows.iter().map(|row| row.key).collect::<Vec<_>>()).await?;
        progress.stage("facts of every outcome's own day", None);
        let table = self.compute(&loaded, rows.iter().map(|row| row.key).collect()).await?;
        let methodology = Arc::clone(&self.methodology);
        blocking("the rules", move || {
            let verdicts = methodology.rules.evaluate(&table)?;
            Ok(Ground { methodology, spec, loaded, rows, table, verdicts, inspectors, seed })
        })
        .await?
    }
}

fn ending(path: &Path) -> &str {
    path.extension().and_then(|ending| ending.to_str()).unwrap_or_default()
}

impl Ground {
    fn settings(&self) -> EvaluateSettings {
        EvaluateSettings { seed: self.seed, resamples: RESAMPLES, capacity_k: self.spec.capacity_k }
    }

    fn loaded(&self) -> &Loaded {
        &self.loaded
    }
}
