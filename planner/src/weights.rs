//! `[weights]` of `planner.toml`: what a visit is worth, and what is weighed against it in a plan.

use std::collections::BTreeMap;

use dozor_domain::RiskCategory;
use serde::Deserialize;

/// Is what a visit is worth: weight of the category × (1 + weight of the order of work × share of a full score) × weight of the ground.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// By category; every level of the pack's scale.
    pub categories: BTreeMap<RiskCategory, f64>,
    /// How much a full score (order of work inside the category) adds to the weight of the category, as a share.
    pub score: f64,
    /// The score that counts as full; the policy's scale says what it is made of.
    pub full_score: f64,
    /// Factor of a sign that the desk confirmed.
    pub sign_confirmed: f64,
    /// Factor of a sign in need of data.
    pub sign_needs_data: f64,
    /// Factor of a prescription past its term.
    pub prescription_overdue: f64,
    /// Factor of the own norm.
    pub own_norm: f64,
    /// Factor of a mandatory preventive visit that is due.
    #[serde(default = "one")]
    pub mandatory_visit: f64,
    /// Factor of an event of the agreed plan of a year.
    #[serde(default = "one")]
    pub planned: f64,
    /// Factor of an indicator with the prosecutor's consent.
    #[serde(default = "one")]
    pub indicator: f64,
    /// What lateness adds to the value of a visit, as a share: all of it where a norm is overdue by itself once more or
    /// nobody was ever there, and for a prescription after `full_lateness_days`; less in proportion.
    #[serde(default)]
    pub lateness: f64,
    /// Days past its term after which a prescription is late in full.
    #[serde(default = "full_lateness_days")]
    pub full_lateness_days: u32,
    /// Value that an hour on the way costs: a visit goes before another one of more value where it saves more than that.
    /// None = the search weighs ways by itself, and only between plans of equal value.
    #[serde(default)]
    pub travel: Option<f64>,
    /// Minutes of further way that one minute less between the work of two people of a unit may cost; 0 = load is not
    /// balanced. No visit is lost by it.
    #[serde(default)]
    pub balance: f64,
    /// Value of a stop less where there are several tasks at one address: voluntary work worth no more gives way for it.
    /// With 0 they are one stop where that costs nothing.
    #[serde(default)]
    pub cluster: f64,
    /// Value of a visit that chance has drawn, whatever its category: above the usual ones, because a draw that is
    /// carried out only where it is on the way is no draw.
    #[serde(default = "drawn_weight")]
    pub drawn: f64,
}

/// As much as the own norm.
fn one() -> f64 {
    1.0
}

fn drawn_weight() -> f64 {
    500.0
}

/// A year past its term.
fn full_lateness_days() -> u32 {
    365
}

impl Weights {
    /// Says what is wrong with the weights.
    pub(crate) fn problem(&self) -> Option<String> {
        let factors = [
            self.score,
            self.full_score,
            self.sign_confirmed,
            self.sign_needs_data,
            self.prescription_overdue,
            self.own_norm,
            self.drawn,
            self.mandatory_visit,
            self.planned,
            self.indicator,
            self.lateness,
            self.travel.unwrap_or(0.0),
            self.balance,
            self.cluster,
        ];
        // A million is far above any weight in use and keeps sums of thousandths exact in 64 bits.
        if !self.categories.values().chain(&factors).all(|weight| (0.0..=1_000_000.0).contains(weight)) {
            return Some("a weight is negative, not a number or above 1000000".to_owned());
        }
        if self.full_lateness_days == 0 {
            return Some("weights.full_lateness_days is zero".to_owned());
        }
        (self.full_score == 0.0).then(|| "weights.full_score is zero".to_owned())
    }
}
