//! The kinds of facts, one file each; what several share stands in the modules beside them.

pub(crate) mod attribute;
pub(crate) mod count;
pub(crate) mod days_since;
pub(crate) mod density;
pub(crate) mod derived;
pub(crate) mod difference;
pub(crate) mod exists;
pub(crate) mod grid;
pub(crate) mod home;
pub(crate) mod near;
pub(crate) mod nearest;
pub(crate) mod overlap;
pub(crate) mod share;
pub(crate) mod statistic;
