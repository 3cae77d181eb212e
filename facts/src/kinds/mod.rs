//! The kinds of facts, one file each; what several share stands in the modules beside them.

pub(crate) mod attribute;
pub(crate) mod count;
pub(crate) mod days_since;
pub(crate) mod density;
pub(crate) mod derived;
pub(crate) mod difference;
pub(crate) mod distinct_count;
pub(crate) mod exists;
pub(crate) mod extreme;
pub(crate) mod grid;
pub(crate) mod home;
pub(crate) mod last;
pub(crate) mod mean;
pub(crate) mod near;
pub(crate) mod nearest;
pub(crate) mod neighbours;
pub(crate) mod number;
pub(crate) mod overlap;
pub(crate) mod precision;
pub(crate) mod share;
pub(crate) mod sum;
pub(crate) mod token;
pub(crate) mod touches;
pub(crate) mod trend;
