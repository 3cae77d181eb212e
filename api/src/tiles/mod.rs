//! Vector tiles from the register in memory: cells far out, objects near, shapes nearest.
//!
//! A tile is at most 50 KB: where objects do not fit, the register's order decides, the heaviest first.

mod address;
mod index;
mod layers;

pub(crate) use address::TileAddress;
pub(crate) use index::TileCache;
pub(crate) use layers::encode;
