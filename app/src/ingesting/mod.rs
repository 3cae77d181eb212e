//! `ingest`: files of a source become records. The exact bytes are stored first; the file is then read twice from the
//! stored bytes: once to judge the delivery as a whole, once to store it in short transactions. A call that was cut
//! short goes on where its last commit ended, and ends in the state of an undisturbed one.

mod chunks;
mod judge;
mod late_matching;
mod matching;
mod receiving;
mod report;
mod stored_bytes;
mod storing;
mod taking;

pub(crate) use matching::HeldIndex;
pub use report::{IngestReport, PackageReport};
pub(crate) use taking::ingest_lease;
