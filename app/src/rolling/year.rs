//! The year behind, judged by a model that had not seen it: what managers ask of inspectors, groups and promises. And all
//! past cases as the champion sees them.

use std::sync::Arc;

use dozor_domain::{ObjectId, RiskCategory, Timestamp};
use dozor_facts::FactUse;
use dozor_scoring::{CodeColumn, ModelBundle, PastCases};

use super::fitting::Own;
use super::outcomes::current_at;
use super::windows::Window;
use crate::burdens::groups_of;
use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::progress::Progress;

/// Days that are judged.
const DAYS: i64 = 365;
/// Outcomes of so many days before them neither teach nor are judged (ADR 52).
const GAP_DAYS: i64 = 30;

/// Is one event of the year.
#[derive(Clone, Debug)]
pub(crate) struct YearEvent {
    /// What the policy gave before the event, by a model that had not seen the year.
    pub(crate) category: RiskCategory,
    pub(crate) probability: f64,
    /// Points on the scorecard in force; none under another role of the model.
    pub(crate) card: Option<i64>,
    /// Points of the rules that count.
    pub(crate) points: f64,
    pub(crate) violation: Option<bool>,
    pub(crate) inspector: Option<String>,
    /// Row in the groups.
    pub(crate) row: usize,
}

/// Is the year with its groups.
#[derive(Debug)]
pub(crate) struct YearBehind {
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
    pub(crate) events: Vec<YearEvent>,
    /// Groups of the events' objects, as of each event, by fact of use `R`; kinds of objects first.
    pub(crate) groups: Vec<(String, CodeColumn)>,
}

/// Holds all labelled past cases with the facts of their own days.
#[derive(Debug)]
pub(crate) struct CaseBase {
    pub(crate) cases: PastCases,
    /// Object and instant of each.
    pub(crate) events: Vec<(ObjectId, Timestamp)>,
}

impl Dozor {
    /// Judges the year before an instant.
    ///
    /// # Errors
    /// [`AppError::ModelNotDeclared`]; scoring's coded errors where the outcomes before the year do not suffice.
    pub(crate) async fn year_behind(
        &self,
        as_of: Timestamp,
        progress: &dyn Progress,
    ) -> Result<YearBehind, AppError> {
        let from = as_of.plus_days(-DAYS);
        let window = Window {
            name: "the year behind".to_owned(),
            train_until: from.plus_days(-GAP_DAYS),
            from,
            until: as_of,
        };
        let ground = Arc::new(self.ground(as_of, 0, progress).await?);
        blocking("the year behind", move || {
            let labels = ground.training_labels(&window);
            let Own { bundle: _, measured, assessed } = ground.fit_own(&window, &labels)?;
            let cards =
                ground.methodology.policy.card().map(|card| card.points(&ground.table)).transpose()?;
            let events = measured.iter().zip(&assessed).filter_map(|(at, assessed)| {
                let row = ground.rows.get(*at)?;
                Some(YearEvent {
                    category: assessed.category,
                    probability: assessed.probability?.get(),
                    card: cards.as_ref().and_then(|cards| cards.get(*at)).copied(),
                    points: assessed.points,
                    violation: row.label,
                    inspector: ground.inspectors.get(*at).cloned().flatten(),
                    row: *at,
                })
            });
            let events = events.collect();
            let objects = ground.loaded.objects.rows();
            let kinds = ground.rows.iter().map(|row| objects[row.key.object as usize].kind.as_str());
            let mut groups = vec![("object_kind".to_owned(), CodeColumn::new(kinds))];
            let facts = ground.methodology.catalogue.facts().iter();
            let facts = facts.filter(|fact| fact.uses.has(FactUse::Report));
            groups.extend(
                facts.filter_map(|fact| Some((fact.code.clone(), groups_of(&ground.table, &fact.code)?))),
            );
            Ok(YearBehind { from: window.from, until: window.until, events, groups })
        })
        .await?
    }

    /// Takes all outcomes known by an instant apart as a model sees them.
    ///
    /// # Errors
    /// [`AppError::ModelNotDeclared`]; the store's.
    pub(crate) async fn case_base(
        &self,
        bundle: Arc<ModelBundle>,
        as_of: Timestamp,
        progress: &dyn Progress,
    ) -> Result<CaseBase, AppError> {
        let ground = self.ground(as_of, 0, progress).await?;
        blocking("the past cases", move || {
            let Some(records) = ground.loaded.records.get(&ground.spec.outcome.source) else {
                return Err(AppError::ModelNotDeclared);
            };
            let current = current_at(&ground.rows, records, as_of, ground.loaded.up_to_seq);
            let rows = ground.rows.iter().zip(current).enumerate();
            let known = rows.filter(|(_, (_, current))| *current);
            let rows: Vec<(usize, bool)> =
                known.filter_map(|(at, (row, _))| Some((at, row.label?))).collect();
            let objects = ground.loaded.objects.rows();
            let event = |(at, _): &(usize, bool)| {
                let key = ground.rows[*at].key;
                (objects[key.object as usize].id, key.as_of)
            };
            let events = rows.iter().map(event).collect();
            Ok(CaseBase { cases: PastCases::new(&bundle, &ground.table, &rows)?, events })
        })
        .await?
    }
}
