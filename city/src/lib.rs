//! The seeded generator of a demo city: writes the source *files* that an authority would be sent, and the hidden
//! truth behind them in a file that is no source.
//!
//! Invariants:
//! * everything of one city (names, shares, rates, texts) is data (`city.toml`); the code knows mechanisms only;
//! * same configuration, request and seed give the same bytes, on one thread and streaming: memory holds one block;
//! * seeds form a tree keyed by name, so a change in one part moves nothing in another;
//! * nothing is dated at or after the demo day, and no row says what was not known on its own day.

mod appeals;
mod blocks;
mod causes;
mod config;
mod days;
mod dice;
mod districts;
mod error;
mod generate;
mod ground;
mod history;
mod layout;
mod naming;
mod objects;
mod observation;
mod papers;
mod plane;
mod scene;
mod second;
mod sheets;
mod staff;
mod truth;
mod work;
mod world;

pub use config::CityConfig;
pub use error::{CITY_ERRORS, CityError};
pub use generate::{CityProgress, CityRequest, SourceFile, Summary, generate};
