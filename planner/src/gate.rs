//! The gate: may this kind of event, on this ground, be started for this object on this day? It answers from the
//! pack's dated lines alone, for any day, and names everything that is lacking.

use dozor_domain::{Candidate, RiskCategory};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{CapGroup, EventKind, GroundKind, PlannerPack, Prosecutor};

/// Is one thing that is lacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// The pack has no such kind of event on that day.
    EventKind,
    /// The kind of event is not known to this control kind.
    ControlKind,
    /// The desk has not decided the sign.
    DeskDecision,
    /// The ground is none for this kind of event.
    Ground,
    /// No official has decided the category.
    CategoryDecision,
    /// A moratorium forbids it.
    Moratorium,
    /// The category has no events of this group.
    NotForCategory,
    /// The cap of frequency is used up.
    CapUsedUp,
    /// The prosecutor has not agreed.
    ProsecutorApproval,
    /// The day is no working day.
    WorkingDay,
}

impl Lack {
    /// Returns the code that is stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Self::EventKind => "event_kind",
            Self::ControlKind => "control_kind",
            Self::DeskDecision => "desk_decision",
            Self::Ground => "ground",
            Self::CategoryDecision => "category_decision",
            Self::Moratorium => "moratorium",
            Self::NotForCategory => "not_for_category",
            Self::CapUsedUp => "cap_used_up",
            Self::ProsecutorApproval => "prosecutor_approval",
            Self::WorkingDay => "working_day",
        }
    }
}

/// Is one question to the gate.
#[derive(Clone, Debug, PartialEq)]
pub struct Question<'a> {
    /// Code of the kind of event.
    pub event: &'a str,
    /// The ground.
    pub ground: GroundKind,
    /// Code of the control kind.
    pub control_kind: &'a str,
    /// The category, and the day on which it was decided where that is known; none = only proposed: counts as Low.
    pub decided: Option<(RiskCategory, Option<Date>)>,
    /// The last event that the cap counts.
    pub last_held: Option<Date>,
    /// Whether the prosecutor has agreed.
    pub prosecutor_agreed: bool,
}

impl<'a> Question<'a> {
    /// Asks for a candidate.
    pub fn of(candidate: &'a Candidate, ground: GroundKind, event: &'a str) -> Self {
        Self {
            event,
            ground,
            control_kind: &candidate.control_kind,
            decided: candidate.category_decided.then_some((candidate.category, None)),
            last_held: None,
            prosecutor_agreed: false,
        }
    }

    fn category(&self) -> RiskCategory {
        self.decided.map_or(RiskCategory::Low, |(category, _)| category)
    }
}

/// Answers questions for one day.
#[derive(Clone, Copy, Debug)]
pub struct Gate<'a> {
    pack: &'a PlannerPack,
    day: Date,
}

impl<'a> Gate<'a> {
    /// Stands at the gate on a day.
    pub fn new(pack: &'a PlannerPack, day: Date) -> Self {
        Self { pack, day }
    }

    /// Returns everything that is lacking, in a fixed order; nothing = it may be started.
    pub fn lacks(&self, question: &Question<'_>) -> Vec<Lack> {
        let Some(line) = self.pack.events.on(question.event, self.day) else { return vec![Lack::EventKind] };
        let mut lacks = Vec::new();
        let mut note = |holds: bool, lack: Lack| {
            if holds {
                lacks.push(lack);
            }
        };
        note(!line.is_known_to(question.control_kind), Lack::ControlKind);
        let listed = line.grounds.contains(&question.ground);
        note(!listed && question.ground == GroundKind::SignUndecided, Lack::DeskDecision);
        note(!listed && question.ground != GroundKind::SignUndecided, Lack::Ground);
        note(line.needs_category_decided && question.decided.is_none(), Lack::CategoryDecision);
        note(self.needs_prosecutor(line, question) && !question.prosecutor_agreed, Lack::ProsecutorApproval);
        note(line.interaction && !self.pack.calendar.is_working(self.day), Lack::WorkingDay);
        match question.ground {
            GroundKind::Planned => lacks.extend(self.capped(CapGroup::Planned, question)),
            GroundKind::MandatoryVisit => lacks.extend(self.capped(CapGroup::MandatoryVisit, question)),
            GroundKind::SignUndecided
            | GroundKind::SignNeedsData
            | GroundKind::SignConfirmed
            | GroundKind::OwnNorm
            | GroundKind::PrescriptionOverdue
            | GroundKind::Indicator
            | GroundKind::Chance => {}
        }
        lacks
    }

    fn needs_prosecutor(&self, line: &EventKind, question: &Question<'_>) -> bool {
        let planned = matches!(question.ground, GroundKind::Planned | GroundKind::MandatoryVisit);
        // The term of a prescription is a ground of its own, the indicator is the one that needs consent; where
        // the law goes by ground and the authority has not filled it in, an indicator is treated as the strict case.
        match line.prosecutor {
            Prosecutor::Never => false,
            Prosecutor::Unplanned => !planned,
            Prosecutor::ByGround => question.ground == GroundKind::Indicator,
        }
    }

    fn capped(&self, group: CapGroup, question: &Question<'_>) -> Option<Lack> {
        let category = question.category();
        if self.pack.frequency.is_forbidden(group, category, self.day) {
            return Some(Lack::Moratorium);
        }
        let Some(cap) = self.pack.frequency.cap(group, question.control_kind, category, self.day) else {
            return Some(Lack::NotForCategory);
        };
        let held = question.last_held?;
        let counted_from = question.decided.and_then(|(_, day)| day);
        is_used_up(cap.one_in_years, held, counted_from, self.day).then_some(Lack::CapUsedUp)
    }
}

/// Tells whether an event held on `held` uses up the period of `years` that `day` falls in. Periods run from the
/// decision on the category; where its day is not known, from the event itself, which is never the milder reading
/// at the end of a period.
fn is_used_up(years: u32, held: Date, counted_from: Option<Date>, day: Date) -> bool {
    let years = i64::from(years);
    let mut start = counted_from.filter(|decided| *decided <= held).unwrap_or(held);
    loop {
        let Ok(next) = start.checked_add(jiff::Span::new().years(years)) else { return true };
        if held < next {
            return held >= start && day < next;
        }
        start = next;
    }
}
