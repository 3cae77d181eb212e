//! What the gate is asked: the kind of event, its ground, the object's category, and the circumstances of the case.

use dozor_domain::{BusinessSize, Candidate, CaseFacts, Dwelling, Ground, Minutes, RiskCategory};
use jiff::civil::Date;
use serde::Deserialize;

use crate::{CapGroup, GroundKind, Manner, PlannerPack};

/// Is when the gate is asked. What comes later is not asked for earlier: nobody is notified of an event that is only
/// being planned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// A day is being planned.
    #[default]
    Planning,
    /// The paper is being signed.
    Signing,
    /// Somebody is about to start.
    Start,
}

/// Is what stands behind a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CategoryStanding {
    /// Nobody has decided it: it counts as Low.
    Proposed,
    /// An official decided it.
    Decided {
        /// The category.
        category: RiskCategory,
        /// On which day; none = nobody knows.
        on: Option<Date>,
    },
    /// An official set it against the published criteria: nothing planned may rest on it.
    AgainstCriteria {
        /// The category.
        category: RiskCategory,
    },
}

impl CategoryStanding {
    /// Returns the category that counts.
    pub fn category(self) -> RiskCategory {
        match self {
            Self::Proposed => RiskCategory::Low,
            Self::Decided { category, .. } | Self::AgainstCriteria { category } => category,
        }
    }

    /// Returns the day from which periods run.
    pub(super) fn decided_on(self) -> Option<Date> {
        match self {
            Self::Decided { on, .. } => on,
            Self::Proposed | Self::AgainstCriteria { .. } => None,
        }
    }
}

/// Is an event of the past that caps count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// Its group.
    pub group: CapGroup,
    /// Its day.
    pub on: Date,
    /// Whether it was the visit at the start of an activity, which no cap counts.
    #[serde(default)]
    pub at_start_of_activity: bool,
}

/// Is the hours of events that a business has had this year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusinessHours {
    /// Its size.
    pub size: BusinessSize,
    /// Hours used in the year of the question.
    pub used: u32,
    /// Hours that this event will take.
    #[serde(default)]
    pub needed: u32,
}

/// Is what kind of place it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Open to everybody, or seen from where everybody may stand.
    #[default]
    Public,
    /// Closed ground of the controlled person.
    Closed,
    /// A dwelling without the consent of those who live there.
    Dwelling,
    /// A dwelling with their consent.
    DwellingWithConsent,
}

impl Access {
    /// Returns the code by which it is asked for.
    pub fn code(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Closed => "closed",
            Self::Dwelling => "dwelling",
            Self::DwellingWithConsent => "dwelling_with_consent",
        }
    }
}

/// Is a prescription's term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrescriptionTerm {
    /// Last day of the term; none = it was not delivered, so that no term runs.
    #[serde(default)]
    pub ends: Option<Date>,
    /// Last day after a deferral.
    #[serde(default)]
    pub deferred_to: Option<Date>,
    /// First day of a suspension by a complaint.
    #[serde(default)]
    pub suspended_from: Option<Date>,
    /// First day on which the suspension no longer holds; none = it goes on.
    #[serde(default)]
    pub suspended_to: Option<Date>,
}

/// Is what else is known of the case. Nothing known = nothing in favour: no consent, no entry, no plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Circumstances {
    /// Events of the past that caps count.
    pub held: Vec<Held>,
    /// Day on which the plan of the year that holds this event was agreed.
    pub plan_agreed_on: Option<Date>,
    /// Day of the prosecutor's consent.
    pub prosecutor_agreed_on: Option<Date>,
    /// Day on which the person was notified.
    pub notified_on: Option<Date>,
    /// Day of the register's entry.
    pub registered_on: Option<Date>,
    /// Working days that it will last at one place.
    pub working_days: Option<u32>,
    /// The prescription that it follows.
    pub prescription: Option<PrescriptionTerm>,
    /// The hours of a small business.
    pub business: Option<BusinessHours>,
    /// Who would go.
    pub inspector: Option<String>,
    /// Who would go along.
    pub partner: Option<String>,
    /// Who was there last.
    pub last_inspector: Option<String>,
    /// Who was there with him.
    pub last_partner: Option<String>,
    /// What kind of place it is.
    pub access: Access,
    /// Whether what the ground was made of is no longer so: a line of the plan was struck out, an indicator fires no more.
    pub ground_gone: bool,
}

impl Circumstances {
    /// Returns what is known of a case before anybody asks for a kind of event.
    pub fn of(case: &CaseFacts) -> Self {
        // The facts hold what caps count: no visit at the start of an activity is among them.
        let held = |group, on: Option<Date>| on.map(|on| Held { group, on, at_start_of_activity: false });
        let planned = held(CapGroup::Planned, case.last_planned);
        let visit = held(CapGroup::MandatoryVisit, case.last_mandatory_visit);
        let hours = |business: dozor_domain::SmallBusiness| BusinessHours {
            size: business.size,
            used: business.used_hours,
            needed: 0,
        };
        Self {
            held: planned.into_iter().chain(visit).collect(),
            business: case.business.map(hours),
            access: match case.dwelling {
                None => Access::Public,
                Some(Dwelling::NoConsent) => Access::Dwelling,
                Some(Dwelling::Consent) => Access::DwellingWithConsent,
            },
            ..Self::default()
        }
    }

    /// Adds the papers that a ground brings: each is about one kind of event, a line of the plan also about its days.
    pub fn note_papers(&mut self, ground: Option<&Ground>, event: &str, day: Date) {
        match ground {
            Some(Ground::Planned { paper, from, to })
                if paper.event_kind == event && (*from..=*to).contains(&day) =>
            {
                self.plan_agreed_on = Some(paper.on);
            }
            Some(Ground::Indicator { approval: Some(paper), .. }) if paper.event_kind == event => {
                self.prosecutor_agreed_on = Some(paper.on);
            }
            _ => {}
        }
    }
}

/// Is one question to the gate.
#[derive(Clone, Debug, PartialEq)]
pub struct Question<'a> {
    /// When it is asked.
    pub moment: Moment,
    /// Code of the kind of event.
    pub event: &'a str,
    /// The ground.
    pub ground: GroundKind,
    /// Code of the control kind.
    pub control_kind: &'a str,
    /// The category and what stands behind it.
    pub category: CategoryStanding,
    /// What else is known.
    pub circumstances: Circumstances,
}

impl<'a> Question<'a> {
    /// Asks for a candidate on a ground; none = its sign still waits for the desk.
    pub fn of(
        candidate: &'a Candidate,
        ground: Option<&Ground>,
        event: &'a str,
        (moment, day): (Moment, Date),
    ) -> Self {
        let mut circumstances = Circumstances::of(&candidate.case);
        circumstances.note_papers(ground, event, day);
        circumstances.last_inspector.clone_from(&candidate.last_inspector);
        circumstances.last_partner.clone_from(&candidate.last_partner);
        if let Some(Ground::PrescriptionOverdue { days }) = ground {
            // Whole days by which it is overdue already leave out deferrals and suspensions.
            let ends = day.checked_sub(jiff::Span::new().try_days(*days).unwrap_or_default()).ok();
            circumstances.prescription =
                Some(PrescriptionTerm { ends, deferred_to: None, suspended_from: None, suspended_to: None });
        }
        let category = if candidate.category_decided {
            CategoryStanding::Decided { category: candidate.category, on: candidate.case.decided_on }
        } else {
            CategoryStanding::Proposed
        };
        Self {
            moment,
            event,
            ground: ground.map_or(GroundKind::SignUndecided, GroundKind::of),
            control_kind: &candidate.control_kind,
            category,
            circumstances,
        }
    }

    /// Says who would go.
    pub fn by(mut self, inspector: &str) -> Self {
        self.circumstances.inspector = Some(inspector.to_owned());
        self
    }

    /// Says who would go along.
    pub fn along(mut self, partner: Option<&str>) -> Self {
        self.circumstances.partner = partner.map(str::to_owned);
        self
    }

    /// Says how long the event will take at a kind of object by the pack's line of the day, held in a manner, for those whose
    /// hours are limited; a kind without minutes takes none.
    pub fn lasting_by_the_pack(
        self,
        pack: &PlannerPack,
        (object_kind, day): (&str, Date),
        manner: Manner,
    ) -> Self {
        let line = pack.events.on(self.event, day);
        let minutes = line.and_then(|line| line.minutes_at(object_kind, manner));
        self.lasting(Minutes(minutes.unwrap_or(0)))
    }

    /// Says how long the event will take, for those whose hours are limited: a begun hour counts.
    pub fn lasting(mut self, minutes: Minutes) -> Self {
        if let Some(business) = &mut self.circumstances.business {
            business.needed = minutes.0.div_ceil(60);
        }
        self
    }
}
