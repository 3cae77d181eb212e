//! One object with all that is known of it: what the writers of rows take.

use crate::causes::Conduct;
use crate::history::History;
use crate::objects::{Block, Thing};
use crate::observation::{Flight, Sightings};
use crate::world::World;

/// Is one object, where it stands, who holds it, what was seen and what was done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene<'s> {
    /// The frame.
    pub(crate) world: &'s World<'s>,
    /// Its block.
    pub(crate) block: &'s Block<'s>,
    /// The object.
    pub(crate) thing: &'s Thing,
    /// Flights over its district.
    pub(crate) flights: &'s [Flight<'s>],
    /// Which looks at it there were.
    pub(crate) seen: &'s Sightings<'s>,
    /// Its holder's conduct and its cases.
    pub(crate) conduct: &'s Conduct<'s>,
    /// What was done about it.
    pub(crate) history: &'s History,
}
