//! Records and objects as typed columns: what `store` streams, `facts` reads and `benches` make from a seed.
//! Rows of one source are sorted by (object, happened_at, record id), so that the records of an object lie
//! together and in time order; the order in which they were ingested leaves no trace but `seq`.

mod builder;
mod data;
mod days;
mod records;

pub use builder::{RecordColumnsBuilder, RecordRow};
pub use data::ColumnData;
pub use days::{day_from_number, day_number};
pub use records::{NO_OBJECT, NO_TIME, RecordColumns};
