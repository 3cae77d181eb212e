//! `events.toml`: the kinds of event, each line dated, with what it may rest on and what it takes.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{BusinessSize, Ground, LegalReference, Localized};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Lack, Manner, PlannerError};

const FILE: &str = "events.toml";

/// Is what an event may rest on. Nothing else is a ground: chance is listed so that it can be refused by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroundKind {
    /// A sign that waits for the desk.
    SignUndecided,
    /// A sign that the desk found in need of data.
    SignNeedsData,
    /// A sign that the desk confirmed.
    SignConfirmed,
    /// The pack's own norm of work is due.
    OwnNorm,
    /// A prescription's term has passed.
    PrescriptionOverdue,
    /// The event stands in the agreed plan of the year.
    Planned,
    /// A mandatory preventive visit of the prevention programme.
    MandatoryVisit,
    /// A published risk indicator.
    Indicator,
    /// Checked knowledge of harm done or threatening.
    Harm,
    /// The prosecutor's demand.
    ProsecutorDemand,
    /// An appeal whose applicant is verified, and nothing else.
    AppealVerified,
    /// An anonymous appeal, or one whose applicant nobody verified, and nothing else.
    AppealUnverified,
    /// A random draw.
    Chance,
}

impl GroundKind {
    /// Returns the kind of a candidate's ground.
    pub fn of(ground: &Ground) -> Self {
        match ground {
            Ground::Sign { confirmed: true, .. } => Self::SignConfirmed,
            Ground::Sign { confirmed: false, .. } => Self::SignNeedsData,
            Ground::Frequency { .. } => Self::OwnNorm,
            Ground::PrescriptionOverdue { .. } => Self::PrescriptionOverdue,
            Ground::MandatoryVisit { .. } => Self::MandatoryVisit,
            Ground::Planned { .. } => Self::Planned,
            Ground::Indicator { .. } => Self::Indicator,
            Ground::Drawn { .. } | Ground::SecondVisit { .. } => Self::Chance,
        }
    }
}

/// Is where the work of an event is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// At the object: it takes a stop on a route.
    Route,
    /// By video: it takes time and no way.
    Video,
    /// At the desk: it takes nobody's day on the road.
    Desk,
}

/// Is when the prosecutor must agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prosecutor {
    /// Never.
    Never,
    /// For every event outside the agreed plan.
    Unplanned,
    /// The law names the grounds; the authority fills them in.
    ByGround,
}

/// Is whether the event must stand in the state register before it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisterEntry {
    /// It needs no entry.
    NotNeeded,
    /// The entry comes before the start.
    BeforeStart,
    /// The authority has not said yet.
    ToFill,
}

/// Is one dated line of `events.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventKind {
    /// Code, e.g. `field_survey`.
    pub code: String,
    /// Name.
    pub title: Localized,
    /// First day on which the line holds; none = from ever.
    #[serde(default)]
    pub from: Option<Date>,
    /// First day on which it no longer holds; none = for ever.
    #[serde(default)]
    pub to: Option<Date>,
    /// Whether the inspector meets the controlled person.
    pub interaction: bool,
    /// Place on the ladder from light to heavy; none = never proposed by the planner itself.
    #[serde(default)]
    pub lightness: Option<u32>,
    /// Where the work is done.
    pub place: Place,
    /// Control kinds that know it; empty = all.
    #[serde(default)]
    pub control_kinds: BTreeSet<String>,
    /// Grounds that are enough by themselves.
    pub grounds: BTreeSet<GroundKind>,
    /// Whether an official must have decided the object's category first.
    pub needs_category_decided: bool,
    /// Skills needed besides the control kind.
    #[serde(default)]
    pub skills: BTreeSet<String>,
    /// How many inspectors make it together: 1 or 2.
    #[serde(default = "one")]
    pub inspectors: u32,
    /// The paper that it starts from.
    pub paper: Localized,
    /// When the prosecutor must agree.
    pub prosecutor: Prosecutor,
    /// Whether the register comes first.
    pub register: RegisterEntry,
    /// Notice to the person before the start.
    #[serde(default)]
    pub notice: Option<LegalReference>,
    /// Code of the term in `terms.toml` that runs between that notice and the start.
    #[serde(default)]
    pub notice_term: Option<String>,
    /// How long it may last, in words.
    #[serde(default)]
    pub term: Option<LegalReference>,
    /// Most working days at one place; none = no limit is known.
    #[serde(default)]
    pub most_days: Option<u32>,
    /// Most hours a year for one small business, by its size.
    #[serde(default)]
    pub hours_a_year: BTreeMap<BusinessSize, u32>,
    /// Whether the inspector who was there last may not go again.
    #[serde(default)]
    pub rotation: bool,
    /// Minutes of work at one object by kind of object; `other` stands for kinds not named.
    #[serde(default)]
    pub service_minutes: BTreeMap<String, u32>,
    /// Minutes of a visit by video, where a kind that takes a stop on a route may also be held so, by kind of object;
    /// `other` stands for kinds not named. A kind of object without minutes is not visited by video.
    #[serde(default)]
    pub video_minutes: BTreeMap<String, u32>,
    /// Codes of the results that an event of this kind may be closed with.
    #[serde(default)]
    pub results: Vec<String>,
    /// Papers that it may end with.
    #[serde(default)]
    pub ends_with: Vec<Localized>,
    /// Legal basis.
    #[serde(default)]
    pub basis: Vec<LegalReference>,
}

fn one() -> u32 {
    1
}

impl EventKind {
    /// Tells whether the line holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }
    /// Returns the minutes of work at one object of a kind; none when the line names neither it nor `other`.
    pub fn service_at(&self, object_kind: &str) -> Option<u32> {
        self.service_minutes.get(object_kind).or_else(|| self.service_minutes.get("other")).copied()
    }
    /// Returns the minutes of a visit by video that a person has agreed to; none when the line may not be held so.
    pub fn video_at(&self, object_kind: &str) -> Option<u32> {
        self.video_minutes.get(object_kind).or_else(|| self.video_minutes.get("other")).copied()
    }
    /// Returns the minutes of a visit at an object of a kind that is held in a manner; none where the line does not say.
    pub fn minutes_at(&self, object_kind: &str, manner: Manner) -> Option<u32> {
        let by_video = match (self.place, manner) {
            (Place::Route, Manner::ByVideo) => self.video_at(object_kind),
            (Place::Desk | Place::Video, _) | (Place::Route, Manner::OnTheSpot) => None,
        };
        by_video.or_else(|| self.service_at(object_kind))
    }
    /// Tells whether it may last so many working days at one place.
    pub fn may_last(&self, days: u32) -> bool {
        self.most_days.is_none_or(|most| days <= most)
    }
    /// Tells whether a control kind knows it.
    pub fn is_known_to(&self, control_kind: &str) -> bool {
        self.control_kinds.is_empty() || self.control_kinds.contains(control_kind)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventsText {
    events: Vec<EventKind>,
    #[serde(default)]
    articles: BTreeMap<Lack, Vec<LegalReference>>,
    #[serde(default)]
    ground_articles: BTreeMap<GroundKind, Vec<LegalReference>>,
}

/// Is a checked `events.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct EventBook {
    lines: Vec<EventKind>,
    articles: BTreeMap<Lack, Vec<LegalReference>>,
    ground_articles: BTreeMap<GroundKind, Vec<LegalReference>>,
}

impl EventBook {
    /// Parses and checks the text.
    ///
    /// # Errors
    /// [`PlannerError::Toml`], or [`PlannerError::Pack`] when two lines of one code hold on one day, a line ends
    /// before it begins, a kind that makes visits says no minutes, one that takes no stop on a route says that it may
    /// also be held by video, or a kind takes another number of inspectors than 1 or 2.
    pub fn parse(text: &str, control_kinds: &[&str]) -> Result<Self, PlannerError> {
        let EventsText { events: lines, articles, ground_articles } =
            toml::from_str(text).map_err(|source| PlannerError::Toml { file: FILE, source })?;
        for (position, line) in lines.iter().enumerate() {
            Self::check_line(line, control_kinds)?;
            if lines[..position].iter().any(|earlier| earlier.code == line.code && overlap(earlier, line)) {
                return Err(refused(line, "has two lines that hold on the same day"));
            }
        }
        Ok(Self { lines, articles, ground_articles })
    }

    fn check_line(line: &EventKind, control_kinds: &[&str]) -> Result<(), PlannerError> {
        if let (Some(from), Some(to)) = (line.from, line.to)
            && to <= from
        {
            return Err(refused(line, "ends before it begins"));
        }
        if line.place != Place::Desk && line.lightness.is_some() && line.service_minutes.is_empty() {
            return Err(refused(line, "makes visits and says no service_minutes"));
        }
        if line.place != Place::Route && !line.video_minutes.is_empty() {
            return Err(refused(line, "takes no stop on a route and says video_minutes"));
        }
        if !matches!(line.inspectors, 1 | 2) {
            return Err(refused(
                line,
                &format!("says inspectors = {}: 1 or 2 make a visit", line.inspectors),
            ));
        }
        match line.control_kinds.iter().find(|code| !control_kinds.contains(&code.as_str())) {
            Some(unknown) => Err(refused(line, &format!("names the control kind «{unknown}»"))),
            None => Ok(()),
        }
    }

    /// Returns the line of a code that holds on a day.
    pub fn on(&self, code: &str, day: Date) -> Option<&EventKind> {
        self.lines.iter().find(|line| line.code == code && line.holds_on(day))
    }

    /// Returns the ladder of a day: kinds with a lightness, the lightest first, ties by code.
    pub fn ladder(&self, day: Date) -> Vec<&EventKind> {
        let mut ladder: Vec<&EventKind> =
            self.lines.iter().filter(|line| line.lightness.is_some() && line.holds_on(day)).collect();
        ladder.sort_by(|a, b| (a.lightness, &a.code).cmp(&(b.lightness, &b.code)));
        ladder
    }

    /// Returns the articles that ask for what is lacking.
    pub fn articles(&self, lack: Lack) -> &[LegalReference] {
        self.articles.get(&lack).map_or(&[], Vec::as_slice)
    }

    /// Returns the articles by which a ground is not enough; empty where only the general ones are known.
    pub fn ground_articles(&self, ground: GroundKind) -> &[LegalReference] {
        self.ground_articles.get(&ground).map_or(&[], Vec::as_slice)
    }

    /// Returns all lines in the file's order.
    pub fn lines(&self) -> &[EventKind] {
        &self.lines
    }
}

fn overlap(a: &EventKind, b: &EventKind) -> bool {
    let starts_before_end = |from: Option<Date>, to: Option<Date>| match (from, to) {
        (Some(from), Some(to)) => from < to,
        (None, _) | (_, None) => true,
    };
    starts_before_end(a.from, b.to) && starts_before_end(b.from, a.to)
}

fn refused(line: &EventKind, problem: &str) -> PlannerError {
    PlannerError::Pack { file: FILE, problem: format!("the kind of event «{}» {problem}", line.code) }
}
