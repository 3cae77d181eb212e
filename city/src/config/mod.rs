//! `city.toml`: all that is particular to one city. Shares are checked once, here.

mod behaviour;
mod place;
mod texts;

pub(crate) use behaviour::{
    Appeals, Cafes, Cause, Courts, Desk, Detector, Events, FlightMethod, FlightSeason, Flights, Good,
    Mechanism, Prescriptions, Propensity, SecondLooks, Staff, Topic, Warnings,
};
pub(crate) use place::{Area, BlockKind, Okrug, Registry, Use, Zones};
use serde::Deserialize;
pub(crate) use texts::Texts;

use crate::CityError;

/// Is a checked `city.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CityConfig {
    pub(crate) area: Area,
    pub(crate) okrugs: Vec<Okrug>,
    pub(crate) blocks: Vec<BlockKind>,
    pub(crate) zones: Zones,
    pub(crate) registry: Registry,
    pub(crate) cafes: Cafes,
    pub(crate) propensity: Propensity,
    pub(crate) causes: Vec<Cause>,
    pub(crate) flights: Flights,
    pub(crate) detectors: Vec<Detector>,
    pub(crate) desk: Desk,
    /// Second looks.
    pub(crate) second_looks: SecondLooks,
    pub(crate) events: Events,
    pub(crate) prescriptions: Prescriptions,
    pub(crate) warnings: Warnings,
    pub(crate) courts: Courts,
    pub(crate) good_faith: Good,
    pub(crate) appeals: Appeals,
    pub(crate) staff: Staff,
    pub(crate) texts: Texts,
}

/// Is a number from 0 to 1.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "f64")]
pub(crate) struct Share(f64);

impl Share {
    /// Returns the number.
    pub(crate) fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Share {
    type Error = String;
    fn try_from(value: f64) -> Result<Self, String> {
        if (0.0..=1.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(format!("{value} is no share from 0 to 1"))
        }
    }
}

impl CityConfig {
    /// Parses and checks the text of a `city.toml`.
    ///
    /// # Errors
    /// [`CityError::Toml`] with line and key, or [`CityError::Inconsistent`].
    pub fn parse(text: &str) -> Result<Self, CityError> {
        let config: Self = toml::from_str(text).map_err(|fault| CityError::Toml(Box::new(fault)))?;
        match config.problem() {
            Some(problem) => Err(CityError::Inconsistent { problem }),
            None => Ok(config),
        }
    }

    fn problem(&self) -> Option<String> {
        let empty = [
            ("okrugs", self.okrugs.is_empty()),
            ("blocks", self.blocks.is_empty()),
            ("detectors", self.detectors.is_empty()),
            ("staff.units", self.staff.units.is_empty()),
        ];
        if let Some((name, _)) = empty.iter().find(|(_, empty)| *empty) {
            return Some(format!("«{name}» is empty"));
        }
        if let Some(okrug) = self.okrugs.iter().find(|okrug| okrug.rings.len() != okrug.districts.len() + 1) {
            return Some(format!("okrug «{}» needs one ring more than rows of districts", okrug.name));
        }
        if let Some(kind) = self.blocks.iter().find(|kind| kind.uses.is_empty() || kind.rows == 0) {
            return Some(format!("block «{}» has no rows or no uses", kind.code));
        }
        let unknown = self.causes.iter().find(|cause| !self.appeals.topics.contains_key(&cause.topic));
        if let Some(cause) = unknown {
            return Some(format!(
                "cause «{}» names topic «{}», which is not declared",
                cause.rule, cause.topic
            ));
        }
        self.area.problem()
    }
}
