//! A methodology on a portfolio: facts, answers, categories as columns. What did not change between two
//! methodologies is computed once and shared.

use std::sync::Arc;

use dozor_domain::{Probability, Timestamp, VerdictColumns};
use dozor_facts::FactsTable;
use dozor_scoring::{Answers, CategoryColumn, CodeColumn, ModelBundle, SeverityColumn, Side};

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::loading::Loaded;
use crate::methodology::LoadedMethodology;
use crate::progress::Silent;

/// Holds the rows that both sides of a comparison are about.
#[derive(Debug)]
pub(crate) struct Rows {
    /// Row → place of the object in the loaded objects.
    pub(crate) objects: Vec<u32>,
    pub(crate) kinds: CodeColumn,
    pub(crate) territories: CodeColumn,
}

/// Holds a methodology's facts and answers about the rows.
#[derive(Debug)]
pub(crate) struct Weighed {
    pub(crate) methodology: Arc<LoadedMethodology>,
    pub(crate) table: Arc<FactsTable>,
    pub(crate) verdicts: VerdictColumns,
    severity: Arc<SeverityColumn>,
    probabilities: Option<Arc<Vec<Probability>>>,
}

/// Holds what a candidate answers beside the methodology in force, and borrows the rest from it.
pub(crate) struct Weighing<'a> {
    weighed: &'a Weighed,
    pub(crate) answers: Answers<'a>,
    pub(crate) categories: Vec<CategoryColumn>,
}

impl Rows {
    pub(crate) fn of(loaded: &Loaded, as_of: Timestamp) -> Self {
        let objects: Vec<u32> = loaded.keys_at(as_of).iter().map(|key| key.object).collect();
        let row = |place: &u32| &loaded.objects.rows()[*place as usize];
        let kinds = CodeColumn::new(objects.iter().map(|place| row(place).kind.as_str()));
        let territories =
            CodeColumn::new(objects.iter().map(|place| row(place).territory.as_deref().unwrap_or_default()));
        Self { objects, kinds, territories }
    }
}

impl Dozor {
    /// Returns the same installation under another methodology; nothing is stored.
    pub(crate) fn under(&self, methodology: Arc<LoadedMethodology>) -> Self {
        // What is held was loaded for the facts of one catalogue: another one may read other fields.
        let is_same = methodology.catalogue.hash() == self.methodology.catalogue.hash();
        let held = if is_same { Arc::clone(&self.held) } else { Arc::default() };
        Self { methodology, held, ..self.clone() }
    }

    /// Computes what the active methodology answers as of an instant.
    pub(crate) async fn weigh_active(
        &self,
        loaded: &Arc<Loaded>,
        as_of: Timestamp,
        bundle: Option<Arc<ModelBundle>>,
    ) -> Result<Weighed, AppError> {
        let table = Arc::new(self.compute(loaded, loaded.keys_at(as_of)).await?);
        let methodology = Arc::clone(&self.methodology);
        blocking("the methodology in force", move || {
            let verdicts = methodology.rules.evaluate_columns(&table)?;
            let severity = Arc::new(methodology.policy.severity_column(&table)?);
            let probabilities = predict(bundle.as_deref(), &table)?;
            Ok(Weighed { methodology, table, verdicts, severity, probabilities })
        })
        .await?
    }

    /// Computes what a candidate answers on the same rows: only rules that differ, unless facts differ too.
    pub(crate) async fn weigh_candidate(
        &self,
        as_of: Timestamp,
        candidate: &Arc<LoadedMethodology>,
        active: &Arc<Weighed>,
    ) -> Result<Weighed, AppError> {
        let same_facts = candidate.catalogue.hash() == self.methodology.catalogue.hash();
        let table = match same_facts {
            true => Arc::clone(&active.table),
            false => {
                let under = self.under(Arc::clone(candidate));
                let own = under.load(&[], &Silent).await?;
                Arc::new(under.compute(&own, own.keys_at(as_of)).await?)
            }
        };
        let (methodology, active) = (Arc::clone(candidate), Arc::clone(active));
        blocking("the candidate", move || {
            let known = &active.methodology;
            let verdicts = match same_facts {
                true => methodology.rules.changed_since(&known.rules).evaluate_columns(&table)?,
                false => methodology.rules.evaluate_columns(&table)?,
            };
            // What the policy itself reads of the facts: severity expressions with their groups, and the card.
            let read = |one: &LoadedMethodology| {
                (one.policy.text().severity.clone(), groups(one), one.policy.card().cloned())
            };
            let severity = match same_facts && read(&methodology) == read(known) {
                true => Arc::clone(&active.severity),
                false => Arc::new(methodology.policy.severity_column(&table)?),
            };
            // A model of another catalogue is refused: the candidate stands on its rules until one is trained.
            let probabilities = active.probabilities.clone().filter(|_| same_facts);
            Ok(Weighed { methodology, table, verdicts, severity, probabilities })
        })
        .await?
    }
}

fn groups(methodology: &LoadedMethodology) -> Vec<String> {
    methodology.policy.text().severity_groups.clone()
}

fn predict(
    bundle: Option<&ModelBundle>,
    table: &FactsTable,
) -> Result<Option<Arc<Vec<Probability>>>, AppError> {
    let Some(bundle) = bundle else { return Ok(None) };
    Ok(Some(Arc::new(bundle.predict(table)?.iter().map(|scored| scored.probability).collect())))
}

impl Weighed {
    /// Tells whether probabilities took part.
    pub(crate) fn has_model(&self) -> bool {
        self.probabilities.is_some()
    }

    /// Returns categories; answers that this side lacks because they did not change come from `active`.
    pub(crate) fn categorise<'a>(
        &'a self,
        active: &'a Self,
        kinds: &CodeColumn,
    ) -> Result<Weighing<'a>, AppError> {
        let own = self.verdicts.heads.iter().zip(&self.verdicts.columns);
        let kept = active.verdicts.heads.iter().zip(&active.verdicts.columns);
        let kept = kept.filter(|(head, _)| self.methodology.rules.rule(&head.id).is_some());
        let answers = Answers::of(self.verdicts.rows, kept.chain(own));
        let probabilities = self.probabilities.as_deref().map(Vec::as_slice);
        let categories =
            self.methodology.policy.categorise(&answers, &self.severity, probabilities, kinds)?;
        Ok(Weighing { weighed: self, answers, categories })
    }
}

impl Weighing<'_> {
    /// Returns the side of a comparison.
    pub(crate) fn side(&self) -> Side<'_> {
        Side {
            policy: &self.weighed.methodology.policy,
            answers: &self.answers,
            severity: &self.weighed.severity,
            probabilities: self.weighed.probabilities.as_deref().map(Vec::as_slice),
            categories: &self.categories,
        }
    }
}
