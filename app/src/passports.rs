//! Rule passports: what the author wrote, beside what history says of the rule: on how many outcomes it fired, how
//! many of them the field confirmed, how many were annulled later.

use std::collections::HashSet;
use std::sync::Arc;

use dozor_domain::{LegalReference, Localized, RowBits, RuleHead, RuleKind, Timestamp, VerdictColumn};
use dozor_rules::{Passport, Threshold, ThresholdStep};
use dozor_scoring::{Estimate, LabelRule, share};
use serde::Serialize;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::loading::Loaded;
use crate::methodology::LoadedMethodology;
use crate::progress::Progress;
use crate::training::LabelledEvent;

/// Outcomes of so many days count: the three years that «earlier violations» look back.
const HISTORY_DAYS: i64 = 3 * 365;

/// Is what history says of a rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RuleHistory {
    /// Outcomes before which it fired.
    pub fired: u64,
    /// Share of them in which the field found a violation, with Wilson's 95 % interval.
    pub confirmed: Option<Estimate>,
    /// Share of them that lost their label later: annulled on complaint or in court.
    pub annulled: Option<Estimate>,
    /// Share of the other outcomes, before which it did not fire, in which the field found a violation.
    pub otherwise: Option<Estimate>,
    /// What each number that decides would have found, had it been lower or higher.
    pub thresholds: Vec<ThresholdHistory>,
}

/// Is a number of a script with what history says of it and of the numbers around it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThresholdHistory {
    /// The line of the script in which it stands.
    pub line: String,
    /// The number as it is written.
    pub written: String,
    /// Itself and the numbers around it, rising.
    pub steps: Vec<StepHistory>,
}

/// Is a number in the place of a threshold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepHistory {
    /// The number.
    pub written: String,
    /// Outcomes before which the rule fires with it.
    pub fired: u64,
    /// Share of them in which the field found a violation, with Wilson's 95 % interval.
    pub confirmed: Option<Estimate>,
}

/// Is a rule as a lawyer and a methodologist read it.
#[derive(Clone, Debug, Serialize)]
pub struct RulePassport {
    /// Its id.
    pub rule: String,
    /// Wording.
    pub title: Localized,
    /// Powers.
    pub kinds: Vec<RuleKind>,
    /// Legal basis with marks.
    pub basis: Vec<LegalReference>,
    /// Whether a lawyer checked every reference.
    pub basis_checked: bool,
    /// What its author wrote.
    pub passport: Passport,
    /// What history says; none without an outcome source.
    pub history: Option<RuleHistory>,
}

impl Dozor {
    /// Returns the passports of all rules with what the outcomes of three years before `as_of` say of each.
    ///
    /// # Errors
    /// Those of facts and rules; the store's.
    pub async fn passports(
        &self,
        as_of: Timestamp,
        progress: &dyn Progress,
    ) -> Result<Vec<RulePassport>, AppError> {
        let history = match &self.methodology.model {
            Some(spec) => {
                let source = spec.outcome.source.clone();
                let loaded = self.load(&[&source], progress).await?;
                progress.stage("outcomes", None);
                Some(self.histories(&loaded, as_of).await?)
            }
            None => None,
        };
        let rules = self.methodology.rules.rules().iter().enumerate();
        let passport = |(at, rule): (usize, &dozor_rules::Rule)| RulePassport {
            rule: rule.head().id.clone(),
            title: rule.head().title.clone(),
            kinds: rule.head().kinds.clone(),
            basis: rule.head().basis.clone(),
            basis_checked: is_checked(&rule.head().basis),
            passport: rule.passport().clone(),
            history: history.as_ref().and_then(|all| all.get(at)).cloned(),
        };
        Ok(rules.map(passport).collect())
    }

    /// Returns the passports of another version's rules, as [`Dozor::passports`] does.
    ///
    /// # Errors
    /// As [`Dozor::passports`].
    pub async fn passports_of(
        &self,
        methodology: &Arc<LoadedMethodology>,
        as_of: Timestamp,
        progress: &dyn Progress,
    ) -> Result<Vec<RulePassport>, AppError> {
        self.under(Arc::clone(methodology)).passports(as_of, progress).await
    }

    async fn histories(&self, loaded: &Arc<Loaded>, as_of: Timestamp) -> Result<Vec<RuleHistory>, AppError> {
        let first = as_of.plus_days(-HISTORY_DAYS).micros();
        let events = self.labelled_events(loaded, as_of, move |at| at >= first && at < as_of.micros());
        let events = events.await?;
        let annulled = self.annulled_rows(loaded)?;
        let table = self.compute(loaded, events.iter().map(|event| event.key).collect()).await?;
        let methodology = Arc::clone(&self.methodology);
        blocking("the history of the rules", move || {
            let verdicts = methodology.rules.evaluate_columns(&table)?;
            let asked = methodology.rules.thresholds(&methodology.catalogue.names(), &table)?;
            let ruled = verdicts.heads.iter().zip(&verdicts.columns);
            let one = |(head, column): (&RuleHead, &VerdictColumn)| RuleHistory {
                thresholds: thresholds(asked.iter().filter(|one| one.rule == head.id), &events),
                ..history(&column.fired, &events, &annulled)
            };
            Ok(ruled.map(one).collect())
        })
        .await?
    }

    /// Returns the rows of outcomes whose earlier version had a label: with none now, it was withdrawn.
    fn annulled_rows(&self, loaded: &Loaded) -> Result<HashSet<usize>, AppError> {
        let spec = self.model_spec()?;
        let rule = LabelRule::compile(&spec, &self.methodology.source(&spec.outcome.source)?.schema())?;
        let Some(records) = loaded.records.get(&spec.outcome.source) else { return Ok(HashSet::new()) };
        let later = (0..records.len()).filter_map(|row| {
            let next = *records.next_version.get(row)? as usize;
            (next < records.len() && rule.label(records, row).is_some()).then_some(next)
        });
        Ok(later.filter(|row| rule.label(records, *row).is_none()).collect())
    }
}

fn history(fired: &RowBits, events: &[LabelledEvent], annulled: &HashSet<usize>) -> RuleHistory {
    let judged = events.iter().filter_map(|event| event.label);
    let (all, violations) = judged.fold((0, 0), |(all, found), label| (all + 1, found + u64::from(label)));
    let (mut known, mut confirmed, mut withdrawn) = (0, 0, 0);
    for event in fired.rows().filter_map(|row| events.get(row)) {
        match event.label {
            Some(found) => {
                known += 1;
                confirmed += u64::from(found);
            }
            None => withdrawn += u64::from(annulled.contains(&event.row)),
        }
    }
    let fired = known + withdrawn;
    RuleHistory {
        fired,
        confirmed: share(confirmed, known),
        annulled: share(withdrawn, fired),
        otherwise: share(violations - confirmed, all - known),
        thresholds: Vec::new(),
    }
}

fn thresholds<'a>(
    asked: impl Iterator<Item = &'a Threshold>,
    events: &[LabelledEvent],
) -> Vec<ThresholdHistory> {
    let step = |step: &ThresholdStep| {
        let labels = step.fired.rows().filter_map(|row| events.get(row)?.label);
        let (known, found) =
            labels.fold((0, 0), |(known, found), label| (known + 1, found + u64::from(label)));
        StepHistory { written: step.written.clone(), fired: known, confirmed: share(found, known) }
    };
    let one = |one: &Threshold| ThresholdHistory {
        line: one.line.clone(),
        written: one.written.clone(),
        steps: one.steps.iter().map(step).collect(),
    };
    asked.map(one).collect()
}

/// Tells whether a lawyer checked every reference.
pub(crate) fn is_checked(basis: &[LegalReference]) -> bool {
    !basis.is_empty() && basis.iter().all(|one| !one.checked_on.is_empty())
}
