//! What tasks rest on, as it stands now: signs, prescriptions, periods, lines of the agreed plan, indicators and consents.
//! Approval asks it of every visit of a plan; days may lie between that and the signature, and again before the start.

use std::collections::HashMap;

use dozor_domain::{AgreedPaper, CaseFacts, DeskVerdict, Ground, ObjectId, SignId, SignState, Task};
use dozor_planner::{ObjectCase, PlannedEvent};
use jiff::civil::Date;

use crate::business_hours::AskedFor;
use crate::cases::KnownCases;
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::planning::whole;
use crate::progress::Silent;

/// Holds what the records of a day say of the objects of some tasks; empty where none of them rests on records.
#[derive(Default)]
pub(crate) struct RecordsNow {
    /// Last commit of records that was read; none = none was.
    up_to_seq: Option<i64>,
    /// Days since the last event, and days by which a prescription is overdue.
    days: HashMap<ObjectId, (Option<i64>, i64)>,
    cases: KnownCases,
}

impl RecordsNow {
    /// Tells whether records that came since might say something else.
    pub(crate) fn is_behind(&self, last_seq: i64) -> bool {
        self.up_to_seq.is_some_and(|read| read != last_seq)
    }

    /// Returns the days by which a prescription of an object is overdue, zero when none is.
    pub(crate) fn overdue_days(&self, object: ObjectId) -> i64 {
        self.days.get(&object).map_or(0, |(_, overdue)| *overdue)
    }
}

/// Is what a task rests on now.
pub(crate) struct GroundNow {
    /// The ground; none = its sign waits for the desk again.
    pub(crate) ground: Option<Ground>,
    /// What the ground was made of is no longer so.
    pub(crate) is_gone: bool,
    /// What the gate is told of the object beyond its category; none where nothing asks for it.
    pub(crate) facts: Option<CaseFacts>,
}

impl Dozor {
    /// Reads what the tasks rest on, once for all of them, from what is known of a day.
    pub(crate) async fn records_now(
        &self,
        tasks: impl IntoIterator<Item = &Task>,
        day: Date,
    ) -> Result<RecordsNow, AppError> {
        let tasks: Vec<&Task> = tasks.into_iter().collect();
        let on_case = |task: &&Task| {
            matches!(task.ground, Ground::Indicator { .. } | Ground::Planned { .. })
                || self.asks_of_case(&task.ground, (&task.event_kind, day))
        };
        let asks_of_case = tasks.iter().any(on_case);
        let on_days = |task: &&Task| {
            matches!(task.ground, Ground::Frequency { .. } | Ground::PrescriptionOverdue { .. })
        };
        if !asks_of_case && !tasks.iter().any(on_days) {
            return Ok(RecordsNow::default());
        }
        let facts = &self.methodology.planner.settings.facts;
        let as_of = self.instant(&day.to_string())?;
        let (loaded, table) = self.compute_part(&facts.named(), as_of, &Silent).await?;
        let overdue = self.overdue_prescriptions((&loaded, &table), as_of).await?;
        let known = |row| {
            let id = table.object_id(row);
            let last = whole(&table, row, facts.last_event.as_deref());
            (id, (last, overdue.get(&id).copied().unwrap_or(0)))
        };
        let cases = match asks_of_case {
            true => self.known_cases((&loaded, &table), (day, as_of)).await?,
            false => KnownCases::default(),
        };
        let up_to_seq = Some(loaded.up_to_seq);
        Ok(RecordsNow { up_to_seq, days: (0..table.len()).map(known).collect(), cases })
    }

    /// Says what a task rests on now.
    pub(crate) async fn ground_now(
        &self,
        task: &Task,
        records: &RecordsNow,
        day: Date,
    ) -> Result<GroundNow, AppError> {
        let unknown = ObjectCase::default();
        let key = (task.object, task.control_kind.clone());
        let case = records.cases.on_record(&key).unwrap_or(&unknown);
        let (last_event, overdue) = records.days.get(&task.object).copied().unwrap_or_default();
        let (ground, is_gone) = match &task.ground {
            Ground::Sign { sign, rule, confirmed } => (self.sign_now(*sign, rule, *confirmed).await?, false),
            Ground::PrescriptionOverdue { .. } => {
                (Some(Ground::PrescriptionOverdue { days: overdue }), false)
            }
            Ground::Frequency { days_since, .. } => {
                let is_since = |last| days_since.is_none_or(|then| last < then);
                (Some(task.ground.clone()), last_event.is_some_and(is_since))
            }
            Ground::Planned { paper, from, to } => {
                let line = PlannedEvent { from: *from, to: *to, paper: paper.clone() };
                (Some(task.ground.clone()), !case.planned.contains(&line))
            }
            Ground::Indicator { rule, approval } => {
                indicator_now(case, (rule, approval.as_ref()), &task.event_kind)
            }
            // Its periods are counted anew by the gate.
            Ground::MandatoryVisit { .. } => (Some(task.ground.clone()), false),
            // Chance has drawn it, and nothing that moves can undo that.
            Ground::Drawn { .. } | Ground::SecondVisit { .. } => (Some(task.ground.clone()), false),
        };
        let facts = self
            .asks_of_case(&task.ground, (&task.event_kind, day))
            .then(|| records.cases.facts(&key, AskedFor::Task(task)));
        Ok(GroundNow { ground, is_gone, facts })
    }

    /// Returns the ground of a sign as the desk's decision has it now; none where that no longer carries it.
    async fn sign_now(&self, id: SignId, rule: &str, confirmed: bool) -> Result<Option<Ground>, AppError> {
        let Some(sign) = self.store.sign(id).await? else { return Ok(None) };
        let confirmed = match sign.state {
            SignState::Tasked { .. } => confirmed,
            SignState::Desk { verdict: DeskVerdict::Confirmed, .. } => true,
            SignState::Desk { verdict: DeskVerdict::NeedsData, .. } => false,
            SignState::Desk { .. } | SignState::Detected | SignState::Field { .. } | SignState::Expired => {
                return Ok(None);
            }
        };
        Ok(Some(Ground::Sign { sign: id, rule: rule.to_owned(), confirmed }))
    }
}

/// Returns an indicator with the consent that holds now, and whether it fires no longer. A consent that was withdrawn is
/// none, whatever the plan had.
fn indicator_now(
    case: &ObjectCase,
    (rule, approval): (&str, Option<&AgreedPaper>),
    event: &str,
) -> (Option<Ground>, bool) {
    let fired: Vec<_> = case.indicators.iter().filter(|one| one.rule == rule).collect();
    let consents = fired.iter().filter_map(|one| one.approval.as_ref());
    let mut consents = consents.filter(|paper| Some(*paper) == approval || paper.event_kind == event);
    let now = consents.clone().find(|paper| Some(*paper) == approval).or_else(|| consents.next());
    (Some(Ground::Indicator { rule: rule.to_owned(), approval: now.cloned() }), fired.is_empty())
}

#[cfg(test)]
mod tests {
    use dozor_planner::FiredIndicator;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_consent_that_was_withdrawn_is_none_and_an_indicator_that_fires_no_longer_is_gone() {
        let paper = |number: &str, event: &str| AgreedPaper {
            number: number.to_owned(),
            on: date(2026, 11, 18),
            event_kind: event.to_owned(),
        };
        let fired =
            |rule: &str, approval: Option<AgreedPaper>| FiredIndicator { rule: rule.to_owned(), approval };
        let [first, second] = [paper("С-1", "visit"), paper("С-2", "visit")];
        let now = |indicators: Vec<FiredIndicator>| {
            let case = ObjectCase { indicators, ..ObjectCase::default() };
            let (ground, is_gone) = indicator_now(&case, ("growth", Some(&first)), "visit");
            let Some(Ground::Indicator { approval, .. }) = ground else { panic!("{ground:?}") };
            (approval.map(|paper| paper.number), is_gone)
        };
        let named = |number: &str| Some(number.to_owned());
        assert_eq!(now(vec![fired("growth", Some(first.clone()))]), (named("С-1"), false));
        let both = vec![fired("growth", Some(second.clone())), fired("growth", Some(first.clone()))];
        assert_eq!(now(both), (named("С-1"), false));
        assert_eq!(now(vec![fired("growth", Some(second))]), (named("С-2"), false), "another that agrees");
        assert_eq!(now(vec![fired("growth", Some(paper("С-3", "check")))]), (None, false), "to another kind");
        assert_eq!(now(vec![fired("growth", None)]), (None, false));
        assert_eq!(now(vec![fired("other", Some(first.clone()))]), (None, true));
        assert_eq!(now(Vec::new()), (None, true));
    }
}
