//! Visits, and the day of one inspector that they make up.

use serde::{Deserialize, Serialize};

use super::{Candidate, Ground, InspectorDay};
use crate::Minutes;

/// Is why a visit is in the plan today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitCause {
    /// It is worth more than what stayed out.
    #[default]
    Worth,
    /// Its ground is mandatory work: it goes before everything else.
    Mandatory,
    /// The head asked for it as urgent: it goes before everything that is not mandatory.
    Urgent,
}

/// Is what somebody does in a visit that two people make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairPart {
    /// He has the task; the visit is counted on his route.
    Leads,
    /// He goes with the one who leads.
    Assists,
}

/// Is who else makes a visit that two people make: the same visit stands on his route at the same minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    /// Key of the other inspector.
    pub inspector: String,
    /// What the one on whose route the visit stands does himself.
    pub part: PairPart,
}

/// Is one stop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    /// The candidate.
    pub candidate: Candidate,
    /// Code of the kind of event from `events.toml`.
    pub event_kind: String,
    /// The ground that the event rests on.
    pub ground: Ground,
    /// Arrival, minutes after local midnight.
    pub arrive: Minutes,
    /// Start of service.
    pub start: Minutes,
    /// End of service.
    pub end: Minutes,
    /// Minutes on the way from the previous stop.
    pub travel: Minutes,
    /// Value of the visit in the planner's objective; none on the route of who only assists.
    pub value: f64,
    /// Why it is in the plan today.
    #[serde(default)]
    pub cause: VisitCause,
    /// Who else makes it; none where one person does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<Partner>,
    /// Whether it is made by video, from the base of who makes it: nobody goes to the object.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_video: bool,
}

impl Visit {
    /// Tells whether the visit is counted here: one that two people make stands on two routes and counts on that of the
    /// one who leads.
    pub fn counts(&self) -> bool {
        self.partner.as_ref().is_none_or(|partner| partner.part == PairPart::Leads)
    }
}

/// Is a break in a day's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// When it begins, minutes after local midnight.
    pub start: Minutes,
    /// When work goes on.
    pub end: Minutes,
}

impl Pause {
    /// Returns how long it is.
    pub fn minutes(self) -> u32 {
        self.end.0.saturating_sub(self.start.0)
    }
}

/// Is how long somebody is at work in a day; breaks and waiting are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// Minutes of service at his visits.
    pub service: Minutes,
    /// Minutes on his ways, the way back included.
    pub travel: Minutes,
}

impl Load {
    /// Returns all of it.
    pub fn minutes(self) -> u32 {
        self.service.0.saturating_add(self.travel.0)
    }
}

/// Is one inspector's day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// The inspector.
    pub inspector: InspectorDay,
    /// Stops in order.
    pub visits: Vec<Visit>,
    /// Minutes on the way back.
    pub travel_back: Minutes,
    /// When he is back.
    pub back_at: Minutes,
    /// His break; none where the day has none, or his work is over before it or begins after it. It may lie within a way,
    /// or within a long visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<Pause>,
    /// His work, where the pack weighs how it is spread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load: Option<Load>,
}

impl Route {
    /// Returns the minute in which he sets out for one of his visits.
    pub fn departs(&self, visit: &Visit) -> Minutes {
        let direct = visit.arrive.0.saturating_sub(visit.travel.0);
        let on_the_way =
            |pause: &Pause| pause.end <= visit.arrive && pause.start.0 + pause.minutes() > direct;
        let rested = self.pause.filter(on_the_way).map_or(0, Pause::minutes);
        Minutes(direct.saturating_sub(rested))
    }

    /// Returns the minutes of work of one of his visits: a break within it is none.
    pub fn service(&self, visit: &Visit) -> Minutes {
        let within = |pause: &Pause| pause.start >= visit.start && pause.end <= visit.end;
        let rested = self.pause.filter(within).map_or(0, Pause::minutes);
        Minutes(visit.end.0.saturating_sub(visit.start.0).saturating_sub(rested))
    }
}
