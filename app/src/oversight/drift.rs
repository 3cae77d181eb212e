//! Drift of facts and of outcomes since the champion began.

use std::sync::Arc;

use dozor_domain::{RunHeader, Timestamp};
use dozor_scoring::{FactDrift, Interval, fact_drift, wilson};
use serde::Serialize;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::loading::Loaded;
use crate::scoring_batch::Asked;

/// A quarter is long enough for hundreds of outcomes and short enough to be noticed in time.
const LATE_DAYS: i64 = 91;

/// Is how far the facts of the portfolio moved since the first run by the same model.
#[derive(Clone, Debug, Serialize)]
pub struct FactsMoved {
    /// Instant of the first run by the model.
    #[serde(serialize_with = "crate::instants::rfc3339")]
    pub from: Timestamp,
    /// Instant of the latest run.
    #[serde(serialize_with = "crate::instants::rfc3339")]
    pub to: Timestamp,
    /// The model's facts, the farthest moved first.
    pub facts: Vec<FactDrift>,
}

/// Is the share of violations now beside that of the outcomes that taught.
#[derive(Clone, Debug, Serialize)]
pub struct OutcomesMoved {
    /// Share among the outcomes that taught the champion.
    pub then: Interval,
    /// Share among the outcomes of the last quarter.
    pub now: Interval,
    /// Outcomes of the last quarter.
    pub outcomes: usize,
    /// Whether the intervals lie apart.
    pub alarm: bool,
}

impl Dozor {
    /// Returns the latest finished run of an instant not after `as_of`.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn latest_run_by(&self, as_of: Timestamp) -> Result<Option<RunHeader>, AppError> {
        let runs = self.store.finished_runs().await?.into_iter().map(|run| run.header);
        let known = runs.filter(|run| run.as_of <= as_of);
        // Runs come in the order of their ends: of equal ones the last is the newest.
        Ok(known.max_by_key(|run| (run.as_of, run.up_to_seq)))
    }

    /// Compares the facts of the latest run by `as_of` with those of the first run by the same model; none where they are
    /// one run, a run saw no object, or the facts are others.
    ///
    /// # Errors
    /// The store's; [`AppError`] of stored facts.
    pub(crate) async fn facts_moved(&self, as_of: Timestamp) -> Result<Option<FactsMoved>, AppError> {
        let Some(latest) = self.latest_run_by(as_of).await? else { return Ok(None) };
        let Some(hash) = latest.model.clone() else { return Ok(None) };
        let runs = self.store.finished_runs().await?;
        let first = runs.into_iter().map(|run| run.header);
        let first = first.filter(|run| run.as_of <= as_of).find(|run| run.model == latest.model);
        let Some(first) = first.filter(|first| first.facts != latest.facts) else { return Ok(None) };
        let Ok(bundle) = self.bundle(&hash).await else { return Ok(None) };
        let now = self.facts_of_run(&latest).await?;
        // Read past what is held: the latest run is asked for again at once.
        let then = Arc::new(self.stored_facts(&first).await?);
        if then.is_empty() || now.is_empty() {
            return Ok(None);
        }
        let facts = blocking("the drift of facts", move || {
            let names: Vec<&str> = bundle.facts().collect();
            let mut facts = fact_drift(&then, &now, &names)?;
            facts.sort_by(|a, b| b.index.total_cmp(&a.index).then_with(|| a.fact.cmp(&b.fact)));
            Ok::<_, AppError>(facts)
        });
        Ok(Some(FactsMoved { from: first.as_of, to: latest.as_of, facts: facts.await?? }))
    }

    /// Names the facts of a run's model that moved beyond the bound since the first run by it.
    ///
    /// # Errors
    /// The store's; [`AppError`] of stored facts.
    pub(crate) async fn drifted_facts(
        &self,
        asked: &Asked,
        header: &RunHeader,
    ) -> Result<Vec<String>, AppError> {
        let Some(bundle) = &asked.bundle else { return Ok(Vec::new()) };
        let runs = self.store.finished_runs().await?;
        let first = runs.into_iter().map(|run| run.header).find(|run| run.model == header.model);
        let Some(first) = first.filter(|first| first.facts != header.facts) else { return Ok(Vec::new()) };
        let then = self.stored_facts(&first).await?;
        if then.is_empty() || asked.facts.table.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<&str> = bundle.facts().collect();
        let moved = fact_drift(&then, &asked.facts.table, &names)?;
        Ok(moved.into_iter().filter(|fact| fact.alarm).map(|fact| fact.fact).collect())
    }

    /// Compares how often violations were found in the last quarter with what taught the champion.
    ///
    /// # Errors
    /// The store's; scoring's for labels.
    pub(crate) async fn outcomes_moved(
        &self,
        loaded: &Arc<Loaded>,
        as_of: Timestamp,
    ) -> Result<Option<OutcomesMoved>, AppError> {
        let Some((_, champion)) = self.champion().await?.0 else { return Ok(None) };
        let summary = champion.summary();
        if summary.window.as_of > as_of {
            return Ok(None);
        }
        let window = as_of.plus_days(-LATE_DAYS).micros()..as_of.micros();
        let events = self.labelled_events(loaded, as_of, move |at| window.contains(&at)).await?;
        let labels: Vec<bool> = events.iter().filter_map(|event| event.label).collect();
        if labels.is_empty() || summary.rows == 0 {
            return Ok(None);
        }
        let share = |part: usize, whole: usize| wilson(part as f64 / whole as f64, whole as f64);
        let then = share(summary.positives, summary.rows);
        let now = share(labels.iter().filter(|found| **found).count(), labels.len());
        let alarm = now.high < then.low || then.high < now.low;
        Ok(Some(OutcomesMoved { then, now, outcomes: labels.len(), alarm }))
    }
}
