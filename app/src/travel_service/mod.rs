//! Travel times of a table service that the operator runs or names: asked for near pairs only, in blocks, and written as
//! the file that `travel-times import` takes. Planning itself asks nobody.

mod answer;
mod blocks;
mod client;
mod error;
mod fetching;
mod places;
mod url;

pub use client::ServiceKind;
pub use error::{TRAVEL_SERVICE_ERRORS, TravelServiceError};
pub use fetching::{FetchTravelTimes, FetchedTravelTimes};
