//! What asks for an answer by a person: a list in one order, each with its figure and the bound that it passed.

use serde::Serialize;

use super::{LEAST_OUTCOMES, Oversight};

/// Says what an alarm is about, what weighs most first: a promise that does not hold concerns every object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmKind {
    /// The promises of the year do not hold.
    Promise,
    /// A category was hit less often than the one below it.
    Categories,
    /// Violations are found more or less often than in what taught the model.
    Outcomes,
    /// The promises do not hold in a group.
    Group,
    /// A fact no longer looks as it did when the model began to score.
    Fact,
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

/// Lists the alarms of a report, by kind, then by how far the figure lies from its bound.
pub(super) fn of(report: &Oversight) -> Vec<Alarm> {
    let mut alarms = raised(report);
    sort(&mut alarms);
    alarms
}

fn sort(alarms: &mut [Alarm]) {
    let gap = |alarm: &Alarm| (alarm.value - alarm.against).abs();
    alarms.sort_by(|a, b| {
        a.kind
            .cmp(&b.kind)
            .then_with(|| gap(b).total_cmp(&gap(a)))
            .then_with(|| (&a.subject, &a.group).cmp(&(&b.subject, &b.group)))
    });
}

fn raised(report: &Oversight) -> Vec<Alarm> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_concerns_all_stands_first_and_the_widest_gap_before_a_narrow_one() {
        let alarm = |kind, group: &str, value| Alarm {
            kind,
            subject: "territory".to_owned(),
            group: group.to_owned(),
            value,
            against: 0.5,
        };
        let mut alarms = vec![
            alarm(AlarmKind::Fact, "", 0.9),
            alarm(AlarmKind::Group, "near", 0.4),
            alarm(AlarmKind::Group, "far", 0.9),
            alarm(AlarmKind::Promise, "", 0.45),
        ];
        sort(&mut alarms);
        let order: Vec<_> = alarms.iter().map(|one| (one.kind, one.group.as_str())).collect();
        let kinds = [AlarmKind::Promise, AlarmKind::Group, AlarmKind::Group, AlarmKind::Fact];
        assert_eq!(order, [(kinds[0], ""), (kinds[1], "far"), (kinds[2], "near"), (kinds[3], "")]);
    }
}
