//! Indicators that fire: of the latest run by a day, and only where what they found has been checked.

use std::collections::{BTreeSet, HashMap};

use dozor_domain::{DeskVerdict, FieldFinding, ObjectId, RuleKind, RuleState, SignState, Timestamp};
use dozor_store::SignScope;

use crate::dozor::Dozor;
use crate::error::AppError;

impl Dozor {
    /// Returns the rules of indicators that fired in the latest run of an instant before `until`, by object and control
    /// kind: what a later run found was not known on an earlier day. Where such a rule is a
    /// sign too, what it found is checked first: it counts when the desk confirmed the sign or the field saw a violation,
    /// and is no ground while it waits, lacks data, was refuted or referred.
    pub(super) async fn fired_indicators(
        &self,
        until: Timestamp,
    ) -> Result<HashMap<(ObjectId, String), BTreeSet<String>>, AppError> {
        let rules = self.methodology.rules.rules().iter().map(|rule| rule.head());
        let rules = rules.filter(|head| head.is(RuleKind::Indicator));
        let indicators: HashMap<&str, bool> =
            rules.map(|head| (head.id.as_str(), head.is(RuleKind::Sign))).collect();
        let mut fired: HashMap<(ObjectId, String), BTreeSet<String>> = HashMap::new();
        if indicators.is_empty() {
            return Ok(fired);
        }
        let mut runs = self.store.finished_runs().await?;
        runs.retain(|run| run.header.as_of < until);
        let newest =
            runs.into_iter().max_by_key(|run| (run.header.as_of, run.header.up_to_seq, run.finished_at));
        let Some(run) = newest else { return Ok(fired) };
        let checked = self.checked_signs(&indicators).await?;
        for answers in self.store.rule_answers(run.header.id).await? {
            let key = (answers.object, answers.control_kind);
            for (rule, state) in answers.rules {
                let Some(is_sign) = indicators.get(rule.as_str()) else { continue };
                let sign = (key.0, key.1.clone(), rule.clone());
                if state == RuleState::Fired && (!is_sign || checked.contains(&sign)) {
                    fired.entry(key.clone()).or_default().insert(rule);
                }
            }
        }
        Ok(fired)
    }

    /// Returns the signs that somebody has checked and that stand, as object, control kind and rule; of one of each kind
    /// the latest counts.
    async fn checked_signs(
        &self,
        rules: &HashMap<&str, bool>,
    ) -> Result<BTreeSet<(ObjectId, String, String)>, AppError> {
        let mut checked = BTreeSet::new();
        // By object, rule and age: a later sign of the same rule says more than an earlier one.
        for sign in self.store.signs(SignScope::All).await? {
            if !rules.contains_key(sign.rule.as_str()) {
                continue;
            }
            let stands = stands(&sign.state);
            let key = (sign.object, sign.control_kind, sign.rule);
            if stands {
                checked.insert(key);
            } else {
                checked.remove(&key);
            }
        }
        Ok(checked)
    }
}

fn stands(state: &SignState) -> bool {
    match state {
        SignState::Desk { verdict, .. } => *verdict == DeskVerdict::Confirmed,
        SignState::Field { finding, .. } => *finding == FieldFinding::Violation,
        SignState::Tasked { .. } | SignState::Detected | SignState::Expired => false,
    }
}
