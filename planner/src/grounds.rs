//! Why work on an object may be done on a day: its grounds, most urgent first.

use dozor_domain::{Candidate, CountedFrom, DeskVerdict, Ground, RiskCategory, day_number};
use jiff::civil::Date;

use crate::{Draw, GroundKind, ObjectCase, ObjectState, OpenSign, PlannerPack};

/// Is what grounds are read from: an object under one control kind on a day.
#[derive(Clone, Copy, Debug)]
pub struct OnRecord<'a> {
    /// Code of the control kind.
    pub control_kind: &'a str,
    /// The category that counts.
    pub category: RiskCategory,
    /// Open signs.
    pub signs: &'a [OpenSign],
    /// Whole days since the last event of any kind; none when there never was one.
    pub days_since_last_event: Option<i64>,
    /// Days past a prescription's term, zero when nothing is overdue.
    pub prescription_overdue_days: i64,
    /// Set where chance has drawn it.
    pub drawn: Option<Draw>,
    /// What records and papers say beyond the category.
    pub case: &'a ObjectCase,
}

impl<'a> OnRecord<'a> {
    /// Reads the state of an object, under the category that counts.
    pub(crate) fn of(object: &'a ObjectState, category: RiskCategory) -> Self {
        Self {
            control_kind: &object.control_kind,
            category,
            signs: &object.signs,
            days_since_last_event: object.days_since_last_event,
            prescription_overdue_days: object.prescription_overdue_days,
            drawn: object.drawn,
            case: &object.case,
        }
    }
}

/// Tells whether the gate counts periods of law for a ground.
pub(crate) fn asks_for_days(ground: &Ground) -> bool {
    match ground {
        Ground::MandatoryVisit { .. } | Ground::Planned { .. } => true,
        Ground::Sign { .. }
        | Ground::Frequency { .. }
        | Ground::PrescriptionOverdue { .. }
        | Ground::Indicator { .. }
        | Ground::Drawn { .. }
        | Ground::SecondVisit { .. } => false,
    }
}

/// Returns the grounds, most urgent first: a prescription past its term, confirmed signs, signs in need of data,
/// the own norm; then what the law has a period, a plan or a consent for; chance last. Signs that wait, were refuted or
/// referred are none.
pub fn grounds(object: &OnRecord<'_>, pack: &PlannerPack, day: Date) -> Vec<Ground> {
    let mut grounds = Vec::new();
    if object.prescription_overdue_days > 0 {
        grounds.push(Ground::PrescriptionOverdue { days: object.prescription_overdue_days });
    }
    for verdict in [DeskVerdict::Confirmed, DeskVerdict::NeedsData] {
        let mut signs: Vec<&OpenSign> =
            object.signs.iter().filter(|sign| sign.verdict == Some(verdict)).collect();
        signs.sort_by(|a, b| b.priority.total_cmp(&a.priority).then_with(|| a.sign.cmp(&b.sign)));
        grounds.extend(signs.into_iter().map(|sign| Ground::Sign {
            sign: sign.sign,
            rule: sign.rule.clone(),
            confirmed: verdict == DeskVerdict::Confirmed,
        }));
    }
    if let Some(every_days) = pack.frequency.norm_days(object.control_kind, object.category, day) {
        let every_days = i64::from(every_days);
        let days_since = object.days_since_last_event;
        if days_since.is_none_or(|days| days >= every_days) {
            grounds.push(Ground::Frequency { days_since, every_days });
        }
    }
    grounds.extend(mandatory_visit(object, pack, day));
    grounds.extend(planned(object, day));
    grounds.extend(indicators(object));
    if let Some(Draw { inclusion, in_territory, in_all, again }) = object.drawn {
        grounds.push(match again {
            Some(first) => Ground::SecondVisit { inclusion, first },
            None => Ground::Drawn { inclusion, in_territory, in_all },
        });
    }
    grounds
}

/// Returns what a ground of a day is on a later one, if nothing happens but time; none where it is none any more. Who was drawn
/// was drawn for the day.
pub(crate) fn later(
    ground: &Ground,
    candidate: &Candidate,
    pack: &PlannerPack,
    (today, day): (Date, Date),
) -> Option<Ground> {
    let more = day_number(day) - day_number(today);
    let norm = |kind| {
        let norm = pack.frequency.norm_days_on(kind, &candidate.control_kind, candidate.category, day);
        norm.map(i64::from)
    };
    match ground {
        Ground::Sign { .. } | Ground::Indicator { .. } => Some(ground.clone()),
        Ground::PrescriptionOverdue { days } => Some(Ground::PrescriptionOverdue { days: days + more }),
        Ground::Frequency { days_since, .. } => {
            let (every_days, days_since) = (norm(GroundKind::OwnNorm)?, days_since.map(|days| days + more));
            let is_due = days_since.is_none_or(|days| days >= every_days);
            is_due.then_some(Ground::Frequency { days_since, every_days })
        }
        Ground::MandatoryVisit { days, counted_from, .. } => {
            let (every_days, days) = (norm(GroundKind::MandatoryVisit)?, days + more);
            let counted_from = *counted_from;
            (days >= every_days).then_some(Ground::MandatoryVisit { days, counted_from, every_days })
        }
        Ground::Planned { from, to, .. } => (*from..=*to).contains(&day).then(|| ground.clone()),
        Ground::Drawn { .. } | Ground::SecondVisit { .. } => None,
    }
}

/// Returns the mandatory preventive visit that is due: the period since the last one has run out, or since the decision
/// on the category where that is later. Where neither day is known nobody can say that it is due. Caps are no duties:
/// only a norm of the pack makes it due.
fn mandatory_visit(object: &OnRecord<'_>, pack: &PlannerPack, day: Date) -> Option<Ground> {
    let ground = GroundKind::MandatoryVisit;
    let every_days = pack.frequency.norm_days_on(ground, object.control_kind, object.category, day)?;
    let every_days = i64::from(every_days);
    let facts = &object.case.facts;
    let visit = facts.last_mandatory_visit.map(|on| (on, CountedFrom::LastVisit));
    let decision = facts.decided_on.map(|on| (on, CountedFrom::Decision));
    let (from, counted_from) = visit.into_iter().chain(decision).max_by_key(|(on, _)| *on)?;
    let days = day.duration_since(from).as_hours() / 24;
    (days >= every_days).then_some(Ground::MandatoryVisit { days, counted_from, every_days })
}

/// Returns the lines of the agreed plan whose days have come, the first to end first.
fn planned(object: &OnRecord<'_>, day: Date) -> Vec<Ground> {
    let events = object.case.planned.iter().filter(|event| (event.from..=event.to).contains(&day));
    let mut events: Vec<_> = events.collect();
    events.sort_by(|a, b| (a.to, a).cmp(&(b.to, b)));
    events
        .into_iter()
        .map(|event| Ground::Planned { paper: event.paper.clone(), from: event.from, to: event.to })
        .collect()
}

/// Returns the indicators, those with a consent first.
fn indicators(object: &OnRecord<'_>) -> Vec<Ground> {
    let mut fired: Vec<_> = object.case.indicators.iter().collect();
    fired.sort_by(|a, b| a.approval.is_none().cmp(&b.approval.is_none()).then_with(|| a.cmp(b)));
    fired
        .into_iter()
        .map(|one| Ground::Indicator { rule: one.rule.clone(), approval: one.approval.clone() })
        .collect()
}
