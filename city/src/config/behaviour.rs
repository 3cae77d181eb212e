//! What people do: violations and what raises them, flights, desk, events, courts, appeals, inspectors.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Share;

/// Names how a cause shows itself in the sources. Names, rates and rules are data; these are the code's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mechanism {
    /// The register holds no right to the parcel.
    NoRight,
    /// The contour in use is larger than registered, sideways.
    AreaExcess,
    /// The contour in use reaches onto unallocated land.
    Encroachment,
    /// A fence closes land of common use.
    FenceBlock,
    /// The parcel is used against its permitted use.
    UseMismatch,
    /// A new building on a parcel without registered ones.
    NewBuilding,
    /// A building grew.
    Extension,
    /// A deadline of construction has passed.
    Overdue,
    /// A temporary structure without contract or out of the scheme.
    NtoIllegal,
    /// Premises used without a contract in force.
    PremisesNoContract,
    /// Premises used against the contract.
    PremisesMisuse,
    /// Something that only a visit finds.
    Unseen,
}

/// Is one cause of signs: a violation, or something harmless that looks like it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cause {
    /// How it shows.
    pub(crate) mechanism: Mechanism,
    /// Code of the rule whose sign it raises.
    pub(crate) rule: String,
    /// Points of that rule, stored with a desk decision.
    pub(crate) points: f64,
    /// Another rule whose sign comes along, with its points.
    #[serde(default)]
    pub(crate) along: Option<(String, f64)>,
    /// Kinds of object.
    pub(crate) object_kinds: Vec<String>,
    /// Violations that begin per object and year, for a holder of usual conduct.
    pub(crate) violations_per_year: f64,
    /// Harmless look-alikes that begin per object and year.
    pub(crate) lookalikes_per_year: f64,
    /// Median days until it ends without anybody's doing.
    pub(crate) lasts_days: f64,
    /// Appeals per year while a violation lasts.
    pub(crate) appeals_per_year: f64,
    /// Topic of those appeals.
    pub(crate) topic: String,
    /// Class of the detections that it raises; empty = invisible from above.
    #[serde(default)]
    pub(crate) detection_class: String,
}

/// Is how conduct differs between holders: the common cause that a model can find.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Propensity {
    /// Sigma of the logarithm of a holder's factor on all rates.
    pub(crate) sigma: f64,
    /// Factor of objects in zones.
    pub(crate) in_zone: f64,
    /// Factor of crowded objects.
    pub(crate) crowded: f64,
    /// Factor of large objects.
    pub(crate) large: f64,
    /// Visitors from which an object is crowded.
    pub(crate) crowded_from: i32,
    /// Area in m² from which it is large.
    pub(crate) large_from_m2: f64,
}

/// Is the flights' timetable and accuracy.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Flights {
    /// Flights of a year, each once per district.
    pub(crate) seasons: Vec<FlightSeason>,
    /// Days after which a flight's products are known.
    pub(crate) processing_days: [i32; 2],
    /// Share of parcels that flights may measure (the rest lie under trees or in no-fly zones).
    pub(crate) measured: Share,
    /// Methods, with planimetric accuracy; a district changes the method now and then.
    pub(crate) methods: Vec<FlightMethod>,
    /// Share of district-years flown by another method than usual.
    pub(crate) other_method: Share,
    /// Share of things on the ground that a detector could rightly find: with its precision it gives the rate of
    /// false alarms.
    pub(crate) detectable: Share,
    /// Growth of footprints of new buildings and extensions, in m².
    pub(crate) growth_m2: [f64; 2],
    /// Share of extensions that go upwards, and metres of their growth.
    pub(crate) upward: Share,
    /// Growth in height of those, in metres.
    pub(crate) upward_m: [f64; 2],
}

/// Is one flight of the year.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlightSeason {
    /// `clear`, `leaves` or `snow`.
    pub(crate) code: String,
    /// First day, month and day.
    pub(crate) from: [i32; 2],
    /// Days over which districts are flown.
    pub(crate) spread_days: i32,
    /// Share of measurable parcels that get measurement rows.
    pub(crate) measured: Share,
}

/// Is a method of measuring footprints.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlightMethod {
    /// Code.
    pub(crate) code: String,
    /// Planimetric accuracy σ in metres.
    pub(crate) sigma_m: f64,
}

/// Is a version of the detector. Versions replace one another; the last is the newest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Detector {
    /// Name of the version.
    pub(crate) version: String,
    /// Days before the demo day until which it was in use.
    pub(crate) until_days_before: i32,
    /// Share of what it finds that is there.
    pub(crate) precision: Share,
    /// The same under snow.
    pub(crate) snow_precision: Share,
    /// Share of what is there that it finds.
    pub(crate) recall: Share,
}

/// Is how second looks went before the demo day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecondLooks {
    /// Share of desk decisions that were read again.
    pub(crate) readings: Share,
    /// Share of visits that were made again.
    pub(crate) visits: Share,
    /// Share of readings in which the second reader sees the evidence as the first did; the others look at it anew.
    pub(crate) alike: Share,
    /// Days from a decision to its second reading.
    pub(crate) read_days: [i32; 2],
    /// Days from a visit to the second one.
    pub(crate) visit_days: [i32; 2],
    /// Share of disagreements that the head settles.
    pub(crate) settled: Share,
    /// Days that he takes for it.
    pub(crate) settled_days: [i32; 2],
}

/// Is desk review as it was before the demo day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Desk {
    /// Median days from a sign to its decision.
    pub(crate) delay_days: f64,
    /// Share of signs that nobody ever got to.
    pub(crate) never: Share,
    /// Of violations: share confirmed.
    pub(crate) violation_confirmed: Share,
    /// Of violations: share wrongly refuted (the rest needs data or is referred).
    pub(crate) violation_refuted: Share,
    /// Of look-alikes: share confirmed.
    pub(crate) lookalike_confirmed: Share,
    /// Of look-alikes: share refuted.
    pub(crate) lookalike_refuted: Share,
    /// Share of the remaining verdicts that are referrals.
    pub(crate) referred: Share,
}

/// Is field work.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Events {
    /// Routine events per object and year.
    pub(crate) per_year: f64,
    /// Factor of that for exposed objects (zones, crowds, large).
    pub(crate) exposed: f64,
    /// Share of confirmed signs that are followed by a visit.
    pub(crate) followed: Share,
    /// The same of signs that need data.
    pub(crate) followed_needs_data: Share,
    /// Days from decision to visit.
    pub(crate) follow_days: [i32; 2],
    /// Share of visits without entry.
    pub(crate) no_access: Share,
    /// Share of visits where nothing could be seen.
    pub(crate) not_visible: Share,
    /// The same from December to March.
    pub(crate) not_visible_snow: Share,
    /// Share of violations that a visit sees when it came for them.
    pub(crate) found: Share,
    /// Share of other violations that a visit sees.
    pub(crate) found_other: Share,
    /// Share of violations after which the object is visited again without a new sign.
    pub(crate) recheck: Share,
    /// Days until then.
    pub(crate) recheck_days: [i32; 2],
    /// Share of acts annulled on complaint.
    pub(crate) annulled: Share,
    /// Days from act to annulment.
    pub(crate) annulled_days: [i32; 2],
    /// Kinds of event with weights; the first is the one without interaction.
    pub(crate) kinds: Vec<(String, f64)>,
}

/// Is what follows a violation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prescriptions {
    /// Share of violations with a prescription.
    pub(crate) issued: Share,
    /// Term in days.
    pub(crate) term_days: [i32; 2],
    /// Share fulfilled in time by a holder of usual conduct.
    pub(crate) in_time: Share,
    /// Share fulfilled late (the rest never).
    pub(crate) late: Share,
    /// Days late.
    pub(crate) late_days: [i32; 2],
    /// Share of those late or never fulfilled whose violation is gone in fact: nobody reported it.
    pub(crate) unreported: Share,
    /// Share deferred once, by how many days.
    pub(crate) deferred: Share,
    /// Days of deferral.
    pub(crate) deferred_days: [i32; 2],
    /// Share suspended by a complaint for a time.
    pub(crate) suspended: Share,
    /// Days of suspension.
    pub(crate) suspended_days: [i32; 2],
    /// Share looked at again after their term.
    pub(crate) follow_up: Share,
    /// Days after the term until then.
    pub(crate) follow_up_days: [i32; 2],
}

/// Is how warnings go.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Warnings {
    /// Share of confirmed signs with a warning.
    pub(crate) issued: Share,
    /// Share answered.
    pub(crate) answered: Share,
    /// Days until the answer.
    pub(crate) answer_days: [i32; 2],
    /// Share of answered warnings after which the violation ends.
    pub(crate) helps: Share,
}

/// Is how courts decide.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Courts {
    /// Share of prescriptions never fulfilled that go to court.
    pub(crate) sued: Share,
    /// Days from the term to the decision.
    pub(crate) decided_days: [i32; 2],
    /// Share executed.
    pub(crate) executed: Share,
    /// Days until then.
    pub(crate) executed_days: [i32; 2],
    /// Share of annulled acts that a court annulled, in the person's favour.
    pub(crate) in_favour: Share,
}

/// Is good faith.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Good {
    /// Share of objects with a declaration of compliance within the history.
    pub(crate) declared: Share,
    /// Days that a declaration holds.
    pub(crate) valid_days: i32,
}

/// Is the summer cafés.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cafes {
    /// Share of temporary structures that are summer cafés.
    pub(crate) share: Share,
    /// Their specialisation.
    pub(crate) specialisation: String,
    /// First day of the season, month and day.
    pub(crate) from: [i32; 2],
    /// First day after the season.
    pub(crate) to: [i32; 2],
    /// Share left standing after the season.
    pub(crate) left_standing: Share,
}

/// Is what citizens write.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Appeals {
    /// Appeals per object and year without a violation.
    pub(crate) idle_per_year: f64,
    /// Factor on a cause's rate where it is a harmless look-alike.
    pub(crate) lookalike: f64,
    /// Share of applicants whose identity is verified.
    pub(crate) verified: Share,
    /// Applicants who live around an object.
    pub(crate) neighbours: [i32; 2],
    /// Bursts per ordinary appeal.
    pub(crate) bursts: f64,
    /// Appeals in a burst.
    pub(crate) burst_size: [i32; 2],
    /// Share of a burst's applicants that are verified.
    pub(crate) burst_verified: Share,
    /// Share of appeals that name the object.
    pub(crate) names_object: Share,
    /// Days until the answer.
    pub(crate) answer_days: [i32; 2],
    /// Share of appeals about a violation that are supported.
    pub(crate) supported: Share,
    /// Other outcomes.
    pub(crate) other_outcomes: Vec<String>,
    /// Rule whose sign two verified applicants on one topic raise, with its points.
    pub(crate) repeated: (String, f64),
    /// Days within which they count.
    pub(crate) repeated_days: i32,
    /// Topics of appeals without a violation.
    pub(crate) idle_topics: Vec<String>,
    /// Topics by code.
    pub(crate) topics: BTreeMap<String, Topic>,
}

/// Is a topic of appeals.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Topic {
    /// Group of topics, by which applicants are counted.
    pub(crate) group: String,
    /// Sentences, with `{address}` and `{detail}`.
    pub(crate) texts: Vec<String>,
    /// Details that follow.
    pub(crate) details: Vec<String>,
}

/// Is the inspectorate's people.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Staff {
    /// Objects per inspector.
    pub(crate) objects_each: u32,
    /// Fewest inspectors.
    pub(crate) at_least: u32,
    /// How many inspectors serve each district, as far as there are enough.
    pub(crate) cover: u32,
    /// Share who may do every kind of control.
    pub(crate) all_skills: Share,
    /// Modes of travel with weights.
    pub(crate) modes: Vec<(String, f64)>,
    /// Districts from which one has to drive.
    pub(crate) drive_from: usize,
    /// Shifts in minutes after midnight, with weights.
    pub(crate) shifts: Vec<(i32, i32, f64)>,
    /// Units; inspectors are spread over them in the districts' order.
    pub(crate) units: Vec<String>,
}
