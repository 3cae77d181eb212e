//! One window: models learnt before it, what they and the policy say of its events, and the orders of work beside them.

use std::sync::Arc;

use dozor_domain::{Coded, Probability, RuleVerdicts};
use dozor_facts::FactsTable;
use dozor_scoring::{
    Assessed, Contender, EvaluatedWindow, ModelBundle, ModelKind, ModelSpec, ScoringError, TrainingWindow,
    random_order, train,
};

use super::outcomes::{OutcomeRow, current_at};
use super::windows::Window;
use crate::error::AppError;
use crate::loading::Loaded;
use crate::methodology::LoadedMethodology;

/// Names of the orders of work that need no model, as they stand in reports.
pub(super) const RULES: &str = "rules";
pub(super) const LAST_INSPECTED: &str = "last_inspected";
pub(super) const PAST_VIOLATIONS: &str = "past_violations";
pub(super) const RANDOM: &str = "random";

/// Holds what all windows share.
pub(super) struct Ground {
    pub(super) methodology: Arc<LoadedMethodology>,
    pub(super) spec: Arc<ModelSpec>,
    pub(super) loaded: Arc<Loaded>,
    pub(super) rows: Vec<OutcomeRow>,
    pub(super) table: FactsTable,
    pub(super) verdicts: RuleVerdicts,
    pub(super) inspectors: Vec<Option<String>>,
    pub(super) seed: u64,
}

/// Is a window after its models.
pub(super) struct Fitted {
    pub(super) evaluated: EvaluatedWindow,
    /// Places in [`Ground::rows`] of the measured events.
    pub(super) measured: Vec<usize>,
    /// What the policy says of them by the model of the spec.
    pub(super) assessed: Vec<Assessed>,
    pub(super) bundle: ModelBundle,
    /// Kinds that could not be learnt, with the code of the reason.
    pub(super) left_out: Vec<(ModelKind, &'static str)>,
}

/// Returns the name of a kind of model in reports.
pub(super) fn kind_name(kind: ModelKind) -> &'static str {
    match kind {
        ModelKind::Logistic => "logistic",
        ModelKind::Scorecard => "scorecard",
        ModelKind::Trees => "trees",
    }
}

/// Is a window after the model of the spec alone.
pub(super) struct Own {
    pub(super) bundle: ModelBundle,
    pub(super) measured: Vec<usize>,
    pub(super) assessed: Vec<Assessed>,
}

impl Ground {
    /// Learns the model of the spec before a window and asks the policy about the window's events.
    pub(super) fn fit_own(&self, window: &Window, labels: &[Option<bool>]) -> Result<Own, AppError> {
        let mut measured = self.measured(window);
        let bundle = self.learn(self.spec.training.kind, labels, window)?;
        let assessed = self.assess(&bundle, &mut measured)?;
        Ok(Own { bundle, measured, assessed })
    }

    /// Learns and measures one window.
    pub(super) fn fit(&self, window: &Window) -> Result<Fitted, AppError> {
        let labels = self.training_labels(window);
        let own = self.spec.training.kind;
        let Own { bundle, measured, assessed } = self.fit_own(window, &labels)?;
        let mut contenders = vec![self.model(own, &bundle, &measured)?];
        contenders.extend(self.without_model(&measured, &assessed, &window.name));
        let mut left_out = Vec::new();
        for kind in [ModelKind::Logistic, ModelKind::Scorecard, ModelKind::Trees] {
            if kind == own {
                continue;
            }
            match self.learn(kind, &labels, window) {
                Ok(challenger) => contenders.push(self.model(kind, &challenger, &measured)?),
                Err(refused) => left_out.push((kind, refused.info().code)),
            }
        }
        let zone = &self.methodology.manifest.zone;
        let day = |at: &usize| zone.day_of(self.rows[*at].key.as_of).map_or(0, dozor_domain::day_number);
        let evaluated = EvaluatedWindow {
            name: window.name.clone(),
            days: measured.iter().map(day).collect(),
            labels: measured.iter().map(|at| self.rows[*at].label).collect(),
            categories: assessed.iter().map(|one| one.category.code().to_owned()).collect(),
            inspectors: measured.iter().map(|at| self.inspectors[*at].clone()).collect(),
            contenders,
        };
        Ok(Fitted { evaluated, measured, assessed, bundle, left_out })
    }

    /// Returns a label for each row that may teach: known by the end of training and dated before it.
    pub(super) fn training_labels(&self, window: &Window) -> Vec<Option<bool>> {
        let until = window.train_until;
        let first = self.spec.training.history_days.map(|days| until.plus_days(-i64::from(days)));
        let Some(records) = self.loaded.records.get(&self.spec.outcome.source) else { return Vec::new() };
        let current = current_at(&self.rows, records, until, self.loaded.up_to_seq);
        let teaches =
            |row: &OutcomeRow| row.key.as_of < until && first.is_none_or(|first| row.key.as_of >= first);
        let label = |(row, current): (&OutcomeRow, bool)| row.label.filter(|_| current && teaches(row));
        self.rows.iter().zip(current).map(label).collect()
    }

    /// Returns the places of the events of a window, as the latest versions tell them.
    fn measured(&self, window: &Window) -> Vec<usize> {
        let Some(records) = self.loaded.records.get(&self.spec.outcome.source) else { return Vec::new() };
        let latest = dozor_domain::Timestamp::from_micros(i64::MAX);
        let current = current_at(&self.rows, records, latest, self.loaded.up_to_seq);
        let inside = |row: &OutcomeRow| window.from <= row.key.as_of && row.key.as_of < window.until;
        (0..self.rows.len()).filter(|at| current[*at] && inside(&self.rows[*at])).collect()
    }

    pub(super) fn learn(
        &self,
        kind: ModelKind,
        labels: &[Option<bool>],
        window: &Window,
    ) -> Result<ModelBundle, ScoringError> {
        let known = TrainingWindow { as_of: window.train_until, up_to_seq: self.loaded.up_to_seq };
        train(&self.spec.of_kind(kind), &self.methodology.catalogue, &self.table, labels, &known)
    }

    pub(super) fn model(
        &self,
        kind: ModelKind,
        bundle: &ModelBundle,
        measured: &[usize],
    ) -> Result<Contender, AppError> {
        let scored = bundle.predict(&self.table)?;
        Ok(Contender {
            name: kind_name(kind).to_owned(),
            scores: measured.iter().map(|at| scored[*at].raw).collect(),
            probabilities: Some(measured.iter().map(|at| scored[*at].probability.get()).collect()),
        })
    }

    /// Asks the policy about the measured events, each under the first control kind of its object; an object under
    /// none is not measured.
    fn assess(&self, bundle: &ModelBundle, measured: &mut Vec<usize>) -> Result<Vec<Assessed>, AppError> {
        let promised: Vec<Probability> =
            bundle.predict(&self.table)?.iter().map(|scored| scored.probability).collect();
        let objects = self.loaded.objects.rows();
        let kinds: Vec<&str> =
            self.rows.iter().map(|row| objects[row.key.object as usize].kind.as_str()).collect();
        let policy = &self.methodology.policy;
        let mut assessed = policy.assess(&self.table, &self.verdicts, Some(&promised), &kinds)?;
        assessed.dedup_by_key(|one| one.row);
        let mut found = Vec::new();
        measured.retain(|at| {
            let place = assessed.binary_search_by_key(&(*at as u64), |one| u64::from(one.row));
            let one = place.ok().and_then(|place| assessed.get(place));
            found.extend(one.cloned());
            one.is_some()
        });
        Ok(found)
    }

    fn without_model(&self, measured: &[usize], assessed: &[Assessed], window: &str) -> Vec<Contender> {
        let rows = || measured.iter().map(|at| &self.rows[*at]);
        let order =
            |name: &str, scores: Vec<f64>| Contender { name: name.to_owned(), scores, probabilities: None };
        vec![
            order(RULES, assessed.iter().map(|one| one.points).collect()),
            order(LAST_INSPECTED, rows().map(|row| row.days_since_last).collect()),
            order(PAST_VIOLATIONS, rows().map(|row| row.past_violations).collect()),
            order(RANDOM, random_order(measured.len(), self.seed, window)),
        ]
    }
}
