//! What every part of the generator shares: the configuration, the root of the seeds, the days.

use std::collections::BTreeMap;

use dozor_domain::PackManifest;

use crate::CityError;
use crate::config::{CityConfig, Share};
use crate::days::Day;
use crate::dice::{Dice, Seed};
use crate::objects::{Kind, Thing};

/// Is the frame in which a city is made.
#[derive(Clone, Debug)]
pub(crate) struct World<'a> {
    /// The configuration.
    pub(crate) config: &'a CityConfig,
    /// Root of the seeds.
    pub(crate) seed: Seed,
    /// The demo day: everything is dated before it.
    pub(crate) today: Day,
    /// First day of the history.
    pub(crate) start: Day,
    /// Code of the control kind of each kind of object.
    pub(crate) control: BTreeMap<Kind, String>,
}

impl<'a> World<'a> {
    /// Builds the frame.
    pub(crate) fn new(
        config: &'a CityConfig,
        manifest: &PackManifest,
        seed: u64,
        [start, today]: [Day; 2],
    ) -> Result<Self, CityError> {
        let mut control = BTreeMap::new();
        for kind in [Kind::Parcel, Kind::Building, Kind::Premises, Kind::Nto, Kind::Fence] {
            let Some(found) = manifest.control_kinds_of(kind.code()).next() else {
                let problem = format!("the pack has no control kind for objects of kind «{}»", kind.code());
                return Err(CityError::Inconsistent { problem });
            };
            control.insert(kind, found.code.clone());
        }
        Ok(Self { config, seed: Seed::root(seed), today, start, control })
    }

    /// Returns the code of the control kind of an object.
    pub(crate) fn control_of(&self, thing: &Thing) -> &str {
        self.control.get(&thing.kind).map_or("", String::as_str)
    }

    /// Returns years from the beginning of the history to the demo day.
    pub(crate) fn years(&self) -> f64 {
        f64::from(self.today.0 - self.start.0) / 365.25
    }

    /// Returns the seed of one part of one object.
    pub(crate) fn of(&self, thing: &Thing, part: &str) -> Seed {
        self.seed.child(part).item("object", thing.serial)
    }

    /// Tells whether an object is exposed: in a zone, crowded or large.
    pub(crate) fn exposed(&self, thing: &Thing) -> bool {
        thing.in_zone || self.crowded(thing) || self.large(thing)
    }

    /// Tells whether many people come there.
    pub(crate) fn crowded(&self, thing: &Thing) -> bool {
        thing.visitors.is_some_and(|people| people >= self.config.propensity.crowded_from)
    }

    /// Tells whether it is large.
    pub(crate) fn large(&self, thing: &Thing) -> bool {
        thing.area >= self.config.propensity.large_from_m2
    }
}

/// Says yes by a share.
pub(crate) fn yes(dice: &mut Dice, share: Share) -> bool {
    dice.chance(share.get())
}
