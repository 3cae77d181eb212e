//! The stages of work, and the way of a signal through the authority. Those of orders and tasks are measured in `steps.rs`.

use serde::Serialize;

use super::lead_times::{LeadTimes, Lengths, WorkingDays};
use super::records::{Decision, Visit, WorkRecords};

const DAY_MICROS: i64 = 86_400_000_000;

/// Is a stage between two acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// From the day on which a signal about an object was known to the desk's decision.
    SignalToDesk,
    /// From the desk's confirmation to the next visit to the object.
    DeskToVisit,
    /// From a visit to the day on which its result was known.
    VisitToResult,
    /// From an order with its number to the head's signature, the prosecutor's answer included.
    OrderToSignature,
    /// From the signature to the register's entry, where the order needs one.
    SignatureToRegister,
    /// From the signature, or the register's entry where there is one, to the issue.
    SignatureToIssue,
    /// From the issue to the day on which all work of the order was known to be done.
    IssueToExecution,
    /// From a task with its inspector to his taking it.
    TaskToAcceptance,
    /// From the taking to the beginning of the visit.
    AcceptanceToStart,
    /// From the beginning of a visit to the report.
    StartToReport,
    /// From the report to the head's reading it.
    ReportToCheck,
}

/// Is in what a stage is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LengthUnit {
    /// Working days of the pack's calendar: the stage takes whole days.
    WorkingDays,
    /// Minutes of the clock, nights and days off too: the stage takes minutes to hours.
    Minutes,
}

/// Is whose way a stage is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StageWay {
    /// Of a signal through the authority.
    Signal,
    /// Of an order.
    Order,
    /// Of a task.
    Task,
}

impl Stage {
    /// Returns in what it is measured.
    pub fn unit(self) -> LengthUnit {
        match self {
            Self::SignalToDesk | Self::DeskToVisit | Self::VisitToResult | Self::IssueToExecution => {
                LengthUnit::WorkingDays
            }
            Self::OrderToSignature
            | Self::SignatureToRegister
            | Self::SignatureToIssue
            | Self::TaskToAcceptance
            | Self::AcceptanceToStart
            | Self::StartToReport
            | Self::ReportToCheck => LengthUnit::Minutes,
        }
    }

    /// Returns whose way it is a part of.
    pub fn way(self) -> StageWay {
        match self {
            Self::SignalToDesk | Self::DeskToVisit | Self::VisitToResult => StageWay::Signal,
            Self::OrderToSignature
            | Self::SignatureToRegister
            | Self::SignatureToIssue
            | Self::IssueToExecution => StageWay::Order,
            Self::TaskToAcceptance | Self::AcceptanceToStart | Self::StartToReport | Self::ReportToCheck => {
                StageWay::Task
            }
        }
    }
}

/// Is how long a stage took over a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StageTimes {
    /// The stage.
    pub stage: Stage,
    /// In what it is measured.
    pub unit: LengthUnit,
    /// In that unit; none where it was never gone through.
    pub took: Option<LeadTimes>,
    /// Those that began and have not come to their end: they are in no median yet.
    pub unfinished: usize,
}

/// Measures the way of a signal.
pub(super) fn stages(
    work: &WorkRecords,
    days: &WorkingDays,
    day_of: impl Fn(i64) -> Option<jiff::civil::Date>,
) -> Vec<StageTimes> {
    let window = work.within_days.saturating_mul(DAY_MICROS);
    let mut to_desk = Lengths::default();
    for (place, decision) in work.decisions.iter().enumerate() {
        let since = decision_before(&work.decisions, place).map_or(i64::MIN, |earlier| earlier.at);
        let since = since.max(decision.at.saturating_sub(window));
        let length = first_signal(&work.signals, decision.object, since, decision.at)
            .and_then(|known| days.between(day_of(known)?, decision.day));
        length.into_iter().for_each(|length| to_desk.add(length));
    }
    let (mut to_visit, mut not_visited) = (Lengths::default(), 0);
    for decision in work.decisions.iter().filter(|one| one.confirmed) {
        let until = decision.at.saturating_add(window);
        match next_visit(&work.visits, decision.object, decision.at, until) {
            Some(visit) => {
                days.between(decision.day, visit.day).into_iter().for_each(|length| to_visit.add(length))
            }
            None => not_visited += 1,
        }
    }
    let mut to_result = Lengths::default();
    for visit in &work.visits {
        days.between(visit.day, visit.known).into_iter().for_each(|length| to_result.add(length));
    }
    let line = |stage: Stage, lengths: &Lengths, unfinished| StageTimes {
        stage,
        unit: stage.unit(),
        took: lengths.figures(),
        unfinished,
    };
    vec![
        line(Stage::SignalToDesk, &to_desk, 0),
        line(Stage::DeskToVisit, &to_visit, not_visited),
        line(Stage::VisitToResult, &to_result, 0),
    ]
}

/// Returns the decision about the same object before the one at a place.
fn decision_before(decisions: &[Decision], place: usize) -> Option<&Decision> {
    let earlier = decisions.get(place.checked_sub(1)?)?;
    decisions.get(place).filter(|one| one.object == earlier.object).map(|_| earlier)
}

/// Returns the earliest signal about an object that was known after an instant and not after another one.
fn first_signal(signals: &[(u32, i64)], object: u32, after: i64, until: i64) -> Option<i64> {
    let place = signals.partition_point(|one| *one <= (object, after));
    signals.get(place).filter(|(other, known)| *other == object && *known <= until).map(|(_, known)| *known)
}

fn next_visit(visits: &[Visit], object: u32, from: i64, until: i64) -> Option<&Visit> {
    let place = visits.partition_point(|one| (one.object, one.at) < (object, from));
    visits.get(place).filter(|one| one.object == object && one.at < until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dozor_domain::{RecordId, WorkCalendar};
    use jiff::civil::{Date, date};

    fn at(day: i8) -> i64 {
        i64::from(day) * DAY_MICROS
    }

    fn day_of(micros: i64) -> Option<Date> {
        Date::new(2026, 11, i8::try_from(micros / DAY_MICROS).ok()?).ok()
    }

    fn decision(object: u32, day: i8, confirmed: bool) -> Decision {
        Decision { object, at: at(day), day: date(2026, 11, day), confirmed }
    }

    fn visit(object: u32, day: i8, known: i8) -> Visit {
        Visit {
            record: RecordId::from_bytes([day as u8; 16]),
            object,
            at: at(day),
            day: date(2026, 11, day),
            known: date(2026, 11, known),
            has_result: true,
            inspector: None,
        }
    }

    #[test]
    fn each_stage_begins_with_what_set_it_going() {
        let work = WorkRecords {
            // Object 1: two signals before the first decision, one between it and the second one.
            signals: vec![(1, at(2)), (1, at(3)), (1, at(10)), (2, at(4))],
            decisions: vec![
                decision(1, 5, false),
                decision(1, 12, true),
                decision(2, 6, true),
                decision(3, 6, true),
            ],
            visits: vec![visit(1, 11, 12), visit(1, 17, 20), visit(2, 6, 6)],
            within_days: 10,
        };
        let days = WorkingDays::new(&WorkCalendar::default(), date(2026, 11, 1), date(2026, 11, 30));
        let found = stages(&work, &days, day_of);
        let figures =
            |stage: usize| found[stage].took.as_ref().map(|took| (took.count, took.median, took.p90));
        // From Monday the 2nd to Thursday 3, from the 10th to the 12th 2, from the 4th to the 6th 2; object 3 had none.
        assert_eq!(figures(0), Some((3, 2, 3)));
        // Object 1's first visit was before its confirmation, the next is the 17th (three working days); object 2's on
        // the day itself; object 3 waits.
        assert_eq!((figures(1), found[1].unfinished), (Some((2, 0, 3)), 1));
        assert_eq!(figures(2), Some((3, 1, 3)));
    }
}
