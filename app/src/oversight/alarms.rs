//! What asks for an answer by a person: a list in one order, each with its figure and the bound that it passed.

use serde::Serialize;

use super::{LEAST_OUTCOMES, Oversight};

/// Says what an alarm is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmKind {
    /// A fact no longer looks as it did when the model began to score.
    Fact,
    /// Violations are found more or less often than in what taught the model.
    Outcomes,
    /// The promises of the year do not hold.
    Promise,
    /// The promises do not hold in a group.
    Group,
    /// A category was hit less often than the one below it.
    Categories,
}

/// Is one alarm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alarm {
    /// What it is about.
    pub kind: AlarmKind,
    /// The fact, the attribute or the category; empty where there is only one thing.
    pub subject: String,
    /// The group of an attribute; else empty.
    pub group: String,
    /// The figure.
    pub value: f64,
    /// What it was to be beside: a bound, a promise, an earlier rate.
    pub against: f64,
}

/// The usual reading of the population stability index.
const MOVED: f64 = 0.25;

/// Lists the alarms of a report.
pub(super) fn of(report: &Oversight) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    let mut raise = |kind, subject: &str, group: &str, value, against| {
        alarms.push(Alarm { kind, subject: subject.to_owned(), group: group.to_owned(), value, against });
    };
    for fact in report.facts.iter().flat_map(|moved| &moved.facts).filter(|fact| fact.alarm) {
        raise(AlarmKind::Fact, &fact.fact, "", fact.index, MOVED);
    }
    if let Some(moved) = report.outcomes.as_ref().filter(|moved| moved.alarm) {
        raise(AlarmKind::Outcomes, "", "", moved.now.value, moved.then.value);
    }
    let Some(year) = &report.year else { return alarms };
    if let Some(promise) = year.promise.as_ref().filter(|promise| promise.alarm) {
        raise(AlarmKind::Promise, "", "", promise.found.value, promise.promised);
    }
    for (attribute, groups) in &year.groups {
        let judged = groups.iter().filter(|group| !group.group.is_empty() && group.visited >= LEAST_OUTCOMES);
        for group in judged.filter(|group| group.misjudged) {
            if let (Some(rate), Some(promised)) = (group.hit_rate, group.promised) {
                raise(AlarmKind::Group, attribute, &group.group, rate.value, promised);
            }
        }
    }
    let enough: Vec<_> = year.categories.iter().filter(|one| one.outcomes >= LEAST_OUTCOMES).collect();
    for pair in enough.windows(2) {
        // Chance alone turns neighbours round now and then: only intervals apart are an alarm.
        if pair[0].rate.high < pair[1].rate.low {
            raise(AlarmKind::Categories, pair[0].category.code(), "", pair[0].rate.value, pair[1].rate.value);
        }
    }
    alarms
}
