//! A challenger in the shadow: it scores the objects of the latest run beside the champion, moves nothing, and is
//! judged by outcomes that neither had seen.

use std::collections::HashSet;
use std::sync::Arc;

use dozor_domain::{Probability, Timestamp};
use dozor_scoring::{
    Contender, Estimate, EvaluateSettings, EvaluatedWindow, ModelBundle, ModelKind, evaluate_rolling,
};
use dozor_store::ModelRole;
use serde::Serialize;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::loading::Loaded;

/// Resamples of the paired difference.
const RESAMPLES: u32 = 400;
/// With fewer outcomes nothing is compared.
const LEAST_OUTCOMES: usize = 50;

/// Is a challenger beside the champion.
#[derive(Clone, Debug, Serialize)]
pub struct Shadow {
    /// Hash of the champion.
    pub champion: String,
    /// Hash of the challenger.
    pub challenger: String,
    /// What computes the challenger's score.
    pub kind: ModelKind,
    /// Objects that can be visited in a period.
    pub capacity: usize,
    /// Of the first so many objects by either, how many both name.
    pub in_common: usize,
    /// Mean of the absolute difference of the two probabilities over all objects of the latest run.
    pub mean_difference: f64,
    /// Outcomes since both were trained.
    pub outcomes: usize,
    /// Share of pairs in the right order by the champion on these.
    pub champion_auc: Option<Estimate>,
    /// The same by the challenger.
    pub challenger_auc: Option<Estimate>,
    /// Challenger less champion, on the same resamples.
    pub difference: Option<Estimate>,
}

impl Dozor {
    /// Compares the newest challenger with the champion, on the latest run by `as_of`; none where there is no challenger or
    /// no run, or where one of the two learnt from later outcomes.
    ///
    /// # Errors
    /// The store's; scoring's.
    pub(crate) async fn shadow(
        &self,
        loaded: &Arc<Loaded>,
        as_of: Timestamp,
    ) -> Result<Option<Shadow>, AppError> {
        let Some((champion_hash, champion)) = self.champion().await?.0 else { return Ok(None) };
        let models = self.store.models().await?;
        let newest = models.into_iter().find(|model| model.role == ModelRole::Challenger);
        let (Some(model), Some(run)) = (newest, self.latest_run_by(as_of).await?) else { return Ok(None) };
        let Ok(challenger) = self.bundle(&model.hash).await else { return Ok(None) };
        let facts = self.facts_of_run(&run).await?;
        let capacity = self.model_spec()?.capacity_k as usize;
        let trained = champion.summary().window.as_of.max(challenger.summary().window.as_of);
        if trained > as_of {
            return Ok(None);
        }
        let window = trained.micros()..as_of.micros();
        let mut events = self.labelled_events(loaded, as_of, move |at| window.contains(&at)).await?;
        events.retain(|event| event.label.is_some());
        let table = self.compute(loaded, events.iter().map(|event| event.key).collect()).await?;
        let labels: Vec<Option<bool>> = events.iter().map(|event| event.label).collect();
        let hashes = (champion_hash, model.hash);
        blocking("the shadow", move || {
            let pair = [champion, challenger];
            let all = probabilities(&pair, &facts)?;
            let since = probabilities(&pair, &table)?;
            let judged = judged(&since, labels)?;
            let kind = pair[1].summary().kind;
            let apart = all[0].iter().zip(&all[1]).map(|(a, b)| (a - b).abs()).sum::<f64>();
            Ok(Some(Shadow {
                champion: hashes.0,
                challenger: hashes.1,
                kind,
                capacity,
                in_common: first(&all[0], capacity).intersection(&first(&all[1], capacity)).count(),
                mean_difference: apart / all[0].len().max(1) as f64,
                outcomes: events.len(),
                champion_auc: judged[0],
                challenger_auc: judged[1],
                difference: judged[2],
            }))
        })
        .await?
    }
}

fn probabilities(
    pair: &[ModelBundle; 2],
    table: &dozor_facts::FactsTable,
) -> Result<[Vec<f64>; 2], AppError> {
    let of = |bundle: &ModelBundle| -> Result<Vec<f64>, AppError> {
        Ok(bundle.predict(table)?.iter().map(|scored| Probability::get(scored.probability)).collect())
    };
    Ok([of(&pair[0])?, of(&pair[1])?])
}

/// Returns the rows of the largest numbers, equal ones by row.
fn first(numbers: &[f64], count: usize) -> HashSet<usize> {
    let mut rows: Vec<usize> = (0..numbers.len()).collect();
    rows.sort_by(|a, b| numbers[*b].total_cmp(&numbers[*a]).then(a.cmp(b)));
    rows.into_iter().take(count).collect()
}

/// Returns the areas of both and the difference, with their intervals.
fn judged(scores: &[Vec<f64>; 2], labels: Vec<Option<bool>>) -> Result<[Option<Estimate>; 3], AppError> {
    if labels.len() < LEAST_OUTCOMES {
        return Ok([None; 3]);
    }
    let contender = |name: &str, scores: &Vec<f64>| Contender {
        name: name.to_owned(),
        scores: scores.clone(),
        probabilities: Some(scores.clone()),
    };
    let rows = labels.len();
    let window = EvaluatedWindow {
        name: "since training".to_owned(),
        days: vec![0; rows],
        labels,
        categories: vec![String::new(); rows],
        inspectors: vec![None; rows],
        // The second is the reference of differences.
        contenders: vec![contender("challenger", &scores[1]), contender("champion", &scores[0])],
    };
    let settings = EvaluateSettings { seed: 1, resamples: RESAMPLES, capacity_k: 1 };
    let found = evaluate_rolling(&[window], &[], &settings)?;
    let auc = |at: usize| found.contenders.get(at).and_then(|one| one.mean.auc);
    Ok([auc(1), auc(0), found.contenders.first().and_then(|one| one.minus_reference.auc)])
}
