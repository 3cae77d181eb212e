//! Instants as people and checks read them: RFC 3339 in documents that leave the program.

use dozor_domain::Timestamp;
use serde::Serializer;

/// Writes an instant as RFC 3339.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
pub(crate) fn rfc3339<S: Serializer>(instant: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(instant)
}
