//! How far first and second looks agree over a year, and where they differ.

use std::collections::{BTreeMap, HashMap};

use dozor_domain::{Ground, LookSettlement, ObjectColumns, ObjectId, RecordId, Timestamp};
use dozor_scoring::{Agreement, agreement};
use dozor_store::{GeometryUse, TaskFilter, TaskScope};
use serde::Serialize;

use super::pairing::Pair;
use crate::dozor::Dozor;
use crate::error::AppError;

/// Is the source in which the results of second visits are kept. No fact reads it and nothing learns from it.
pub(crate) const SECOND_VISITS: &str = "second_visits";
const YEAR_DAYS: i64 = 365;

/// Says what was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LookKind {
    /// A sign at the desk.
    Reading,
    /// An object in the field.
    Visit,
}

/// Counts pairs of verdicts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerdictPair {
    /// What the first look said.
    pub first: String,
    /// What the second one said.
    pub second: String,
    /// How often.
    pub pairs: usize,
}

/// Is how far looks of one kind agree.
#[derive(Clone, Debug, Serialize)]
pub struct LookAgreement {
    /// Of all; none without a pair.
    pub of_all: Option<Agreement>,
    /// By rule of the sign, or of the violation that the first visit found; the rule with most pairs first.
    pub by_rule: Vec<(String, Agreement)>,
    /// By what was said, by first and second.
    pub verdicts: Vec<VerdictPair>,
    /// Second looks that wait to be given.
    pub waiting: usize,
}

/// Is one disagreement.
#[derive(Clone, Debug, Serialize)]
pub struct LookCase {
    /// Record of the second look: names the case.
    pub look: RecordId,
    /// Record of the first look.
    pub first_look: RecordId,
    /// What was looked at.
    pub kind: LookKind,
    /// The object.
    pub object: ObjectId,
    /// The rule; empty where a first visit found nothing.
    pub rule: String,
    /// What the first look said.
    pub first: String,
    /// What the second one said.
    pub second: String,
    /// When the second look was.
    #[serde(serialize_with = "crate::instants::rfc3339")]
    pub at: Timestamp,
    /// How it was settled; none while it waits for a word.
    pub settlement: Option<LookSettlement>,
}

/// Is what second looks of a year say.
#[derive(Clone, Debug, Serialize)]
pub struct SecondLooks {
    /// First instant.
    #[serde(serialize_with = "crate::instants::rfc3339")]
    pub from: Timestamp,
    /// First instant after it.
    #[serde(serialize_with = "crate::instants::rfc3339")]
    pub until: Timestamp,
    /// At the desk.
    pub readings: LookAgreement,
    /// In the field.
    pub visits: LookAgreement,
    /// Disagreements, those that wait first, then the newest.
    pub cases: Vec<LookCase>,
}

impl Dozor {
    /// Compares the second looks of the year before an instant with the first ones.
    ///
    /// # Errors
    /// The store's; scoring's for the labels of model.toml.
    pub async fn second_looks(&self, until: Timestamp) -> Result<SecondLooks, AppError> {
        let objects = self.store.load_objects(GeometryUse::Skip).await?;
        let from = until.plus_days(-YEAR_DAYS);
        let readings = self.pairs_of_readings(&objects, (from, until)).await?;
        let visits = self.pairs_of_visits(&objects, (from, until)).await?;
        let settled: HashMap<RecordId, LookSettlement> =
            self.store.look_settlements().await?.into_iter().map(|one| (one.look, one)).collect();
        let mut cases = Vec::new();
        for (kind, pairs) in [(LookKind::Reading, &readings), (LookKind::Visit, &visits)] {
            let differ =
                pairs.iter().filter(|(first, second)| first.said != second.said && !second.is_settled);
            cases.extend(differ.filter_map(|pair| case(kind, pair, &objects, &settled)));
        }
        cases.sort_by_key(|case| (case.settlement.is_some(), std::cmp::Reverse(case.at), case.look));
        let waiting = self.store.waiting_second_readings().await?.len();
        let visits_waiting = self.second_visits_that_wait().await?;
        Ok(SecondLooks {
            from,
            until,
            readings: agreement_of(&readings, waiting),
            visits: agreement_of(&visits, visits_waiting),
            cases,
        })
    }

    /// Returns until when second looks are asked for by the pages: all that is known.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn end_of_looks(&self) -> Result<Timestamp, AppError> {
        let today = self.today().await?.to_string();
        Ok(self.end_of_day(&today)?.max(Timestamp::from_micros(self.now().micros().saturating_add(1))))
    }

    /// Returns of each first visit whose second one was in a span whether both found the same.
    ///
    /// # Errors
    /// The store's; scoring's for the labels of model.toml.
    pub(crate) async fn visits_made_again(
        &self,
        span: (Timestamp, Timestamp),
    ) -> Result<HashMap<RecordId, bool>, AppError> {
        let objects = self.store.load_objects(GeometryUse::Skip).await?;
        let pairs = self.pairs_of_visits(&objects, span).await?;
        Ok(pairs.into_iter().map(|(first, second)| (first.record, first.said == second.said)).collect())
    }

    /// Counts the second visits that somebody is to make.
    async fn second_visits_that_wait(&self) -> Result<usize, AppError> {
        let open = TaskFilter { scope: TaskScope::Open, ..TaskFilter::default() };
        let tasks = self.store.tasks(&open).await?.into_iter();
        Ok(tasks.filter(|task| matches!(task.ground, Ground::SecondVisit { .. })).count())
    }
}

fn agreement_of(pairs: &[Pair], waiting: usize) -> LookAgreement {
    let said = |pair: &'_ Pair| (pair.0.said.clone(), pair.1.said.clone());
    let measured = |pairs: &[&Pair]| {
        let said: Vec<(&str, &str)> =
            pairs.iter().map(|(first, second)| (first.said.as_str(), second.said.as_str())).collect();
        agreement(&said)
    };
    let mut rules: BTreeMap<&str, Vec<&Pair>> = BTreeMap::new();
    let mut verdicts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for pair in pairs {
        rules.entry(&pair.0.rule).or_default().push(pair);
        *verdicts.entry(said(pair)).or_insert(0) += 1;
    }
    let by_rule = rules.into_iter().filter_map(|(rule, pairs)| Some((rule.to_owned(), measured(&pairs)?)));
    let mut by_rule: Vec<(String, Agreement)> = by_rule.collect();
    by_rule.sort_by(|(a, of_a), (b, of_b)| of_b.pairs.cmp(&of_a.pairs).then_with(|| a.cmp(b)));
    let verdicts =
        verdicts.into_iter().map(|((first, second), pairs)| VerdictPair { first, second, pairs }).collect();
    LookAgreement { of_all: measured(&pairs.iter().collect::<Vec<_>>()), by_rule, verdicts, waiting }
}

fn case(
    kind: LookKind,
    (first, second): &Pair,
    objects: &ObjectColumns,
    settled: &HashMap<RecordId, LookSettlement>,
) -> Option<LookCase> {
    Some(LookCase {
        look: second.record,
        first_look: first.record,
        kind,
        object: objects.rows().get(second.object as usize)?.id,
        rule: second.rule.clone(),
        first: first.said.clone(),
        second: second.said.clone(),
        at: Timestamp::from_micros(second.at),
        settlement: settled.get(&second.record).cloned(),
    })
}
