//! Records that tests make up: undated, of the first commit, known from the instant of their version on.

use dozor_domain::{FieldDefinition, NO_TIME, RecordId, RecordRow, ValueType};

pub(crate) fn field(name: &str, value_type: ValueType) -> FieldDefinition {
    FieldDefinition { name: name.to_owned(), value_type }
}

pub(crate) fn record<'a>(source: &str, key: &'a str, version: i64, object: u32) -> RecordRow<'a> {
    RecordRow {
        id: RecordId::derive("p", source, key, version, &[0; 32]),
        external_id: key,
        version,
        preference: 0,
        content_hash: [0; 32],
        object,
        happened_at: NO_TIME,
        known_at: version,
        ended_at: NO_TIME,
        seq: 1,
        position: None,
        geometry: None,
    }
}
