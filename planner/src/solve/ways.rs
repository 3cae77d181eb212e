//! The ways of a day: by the pace of each mode of travel, computed from points of the unit sphere.

use std::collections::BTreeMap;

use dozor_domain::{InspectorDay, Position, TravelMode};

use super::instance::Barrier;
use crate::routing::{Row, Ways};
use crate::travel::{Pace, Spot};
use crate::{PlannerSettings, TravelPlace, Work};

/// Is a node of a day's problem: where it is, and by which name tables know it. Where a visit by video is, its crew says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Node<'a> {
    pub(crate) position: Position,
    pub(crate) place: TravelPlace<'a>,
    /// Whether it is a visit by video.
    pub(crate) by_video: bool,
}

impl<'a> Node<'a> {
    /// Returns where a piece of work is done, or why nowhere. A visit by video is made from the base of whoever makes it:
    /// that of the first stands for them all.
    pub(crate) fn of(piece: &'a Work, staff: &[&'a InspectorDay]) -> Result<Self, Barrier> {
        if piece.by_video {
            let desk = staff.first().ok_or(Barrier::NoInspectorInTerritory)?;
            return Ok(Self { by_video: true, ..Self::base(desk) });
        }
        let position = piece.candidate.position.ok_or(Barrier::NoPosition)?;
        Ok(Self { position, place: TravelPlace::Object(&piece.candidate.key), by_video: false })
    }

    /// Returns the base of an inspector.
    pub(crate) fn base(inspector: &'a InspectorDay) -> Self {
        Self { position: inspector.base, place: TravelPlace::Base(&inspector.key), by_video: false }
    }
}

/// Is the ways of a day as a search takes them. A profile is a mode of travel, unless ways are a crew's own.
pub(crate) trait DayRoads: Ways + Clone {
    /// Takes all nodes, the bases last, and how each crew moves.
    fn new(settings: &PlannerSettings, nodes: &[Node<'_>], modes: &[TravelMode]) -> Self;

    /// Returns the ways as they are without tables.
    fn by_distance(&self) -> &DayWays;

    /// Returns the profile of a crew that moves so; none where nobody does on the day.
    fn profile(&self, (_crew, mode): (u32, TravelMode)) -> Option<u32> {
        self.by_distance().mode(mode)
    }

    /// Returns the profile in [`Self::by_distance`] of somebody with a profile here.
    fn pace_of(&self, profile: u32) -> u32 {
        profile
    }

    /// Tells whether a way comes from a table.
    fn is_in_table(&self, _profile: u32, _from: u32, _to: u32) -> bool {
        false
    }

    /// Lowers the shortest ways to some nodes, the first ones, to what tables say.
    fn shorten(&self, _profile: u32, _least: &mut [i32]) {}
}

/// Is the ways of a day. A profile is a mode of travel.
#[derive(Clone, Debug)]
pub(crate) struct DayWays {
    paces: Vec<Pace>,
    profiles: BTreeMap<TravelMode, u32>,
    pub(crate) spots: Vec<Spot>,
    least_detour: i32,
}

/// Tells whether two spots are farther apart than one place is wide, and nearer than twice that.
fn has_almost_same_places(spots: &[Spot]) -> bool {
    let mut order: Vec<&Spot> = spots.iter().collect();
    order.sort_by(|a, b| a.order(b));
    order.dedup();
    order.iter().enumerate().any(|(place, spot)| {
        let next = order[place + 1..].iter().take_while(|other| spot.may_be_near(other));
        next.into_iter().any(|other| spot.is_almost_same_place(other))
    })
}

impl DayWays {
    fn of_spots(settings: &PlannerSettings, spots: Vec<Spot>) -> Self {
        let modes = settings.travel.keys().filter_map(|mode| Some((*mode, Pace::new(*mode, settings)?)));
        let (modes, paces): (Vec<TravelMode>, Vec<Pace>) = modes.unzip();
        let longest_extra = settings.travel.values().map(|travel| travel.extra_minutes).fold(0.0, f64::max);
        // A detour saves a rounding at most, except over a stop that is one place with both its neighbours where they
        // are not one place with each other: it saves a leg.
        let least_detour =
            if has_almost_same_places(&spots) { -(longest_extra.ceil() as i32) - 2 } else { -1 };
        Self { paces, profiles: modes.into_iter().zip(0..).collect(), spots, least_detour }
    }

    /// Returns the profile of a mode.
    fn mode(&self, mode: TravelMode) -> Option<u32> {
        self.profiles.get(&mode).copied()
    }

    pub(crate) fn pace(&self, profile: u32) -> &Pace {
        &self.paces[profile as usize]
    }
}

impl DayRoads for DayWays {
    fn new(settings: &PlannerSettings, nodes: &[Node<'_>], _modes: &[TravelMode]) -> Self {
        Self::of_spots(settings, nodes.iter().map(|node| Spot::new(node.position)).collect())
    }

    fn by_distance(&self) -> &DayWays {
        self
    }
}

impl Ways for DayWays {
    type Row<'a> = DayRow<'a>;

    fn row(&self, profile: u32, node: u32) -> DayRow<'_> {
        DayRow { pace: self.pace(profile), spot: &self.spots[node as usize], spots: &self.spots }
    }

    fn least_detour(&self) -> i32 {
        self.least_detour
    }
}

/// Is the ways of one node.
#[derive(Clone, Copy)]
pub(crate) struct DayRow<'a> {
    pace: &'a Pace,
    spot: &'a Spot,
    spots: &'a [Spot],
}

impl DayRow<'_> {
    #[inline]
    pub(crate) fn pace(&self) -> &Pace {
        self.pace
    }
}

impl Row for DayRow<'_> {
    #[inline]
    fn to(&self, other: u32) -> i32 {
        self.pace.minutes(self.spot, &self.spots[other as usize])
    }

    #[inline]
    fn from(&self, other: u32) -> i32 {
        self.to(other)
    }
}
