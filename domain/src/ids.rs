//! Identities. What sources name gets an id derived from the name, so that the same files give the same
//! ids everywhere; what people create gets a UUIDv7 made once at the edge where it is captured.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{array_from_hex, hex};

/// Hashes length-prefixed parts (each: u64 little-endian length, then the bytes) and keeps 128 bits.
fn derive(parts: &[&[u8]]) -> [u8; 16] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let digest = hasher.finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    id
}

macro_rules! derived_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; 16]);

        impl $name {
            /// Returns the stored 16 bytes.
            pub fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
            /// Takes the id back from its stored 16 bytes.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
            /// Reads the 32 hexadecimal digits that `Display` writes.
            pub fn parse(text: &str) -> Option<Self> {
                array_from_hex(text).map(Self)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex(&self.0))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }
        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> {
                Self::parse(&text).ok_or_else(|| format!("«{text}» is not 32 hexadecimal digits"))
            }
        }
    };
}

derived_id!(
    /// Names one object of control.
    ObjectId
);
derived_id!(
    /// Names one version of one record of a source.
    RecordId
);
derived_id!(
    /// Names one signal (a record that may become a sign or a candidate).
    SignalId
);
derived_id!(
    /// Names one violation sign: one object, one rule, one place.
    SignId
);
derived_id!(
    /// Names one received package by its bytes.
    PackageId
);

impl ObjectId {
    /// Derives the id of the object that `source` of `pack` calls `external_id`.
    pub fn derive(pack: &str, source: &str, external_id: &str) -> Self {
        Self(derive(&[pack.as_bytes(), source.as_bytes(), external_id.as_bytes()]))
    }
}

impl RecordId {
    /// Derives the id of one version of a record; `content` is the SHA-256 of its mapped content.
    pub fn derive(pack: &str, source: &str, external_id: &str, version: i64, content: &[u8; 32]) -> Self {
        Self(derive(&[
            pack.as_bytes(),
            source.as_bytes(),
            external_id.as_bytes(),
            &version.to_le_bytes(),
            content,
        ]))
    }
}

impl SignalId {
    /// Derives the id of the signal that `source` of `pack` calls `external_id`.
    pub fn derive(pack: &str, source: &str, external_id: &str) -> Self {
        Self(derive(&[pack.as_bytes(), source.as_bytes(), external_id.as_bytes()]))
    }
}

impl SignId {
    /// Derives the id of a sign; `opened_at` keeps a sign that fires again later apart from the closed one.
    pub fn derive(object: ObjectId, rule: &str, opened_at: crate::Timestamp) -> Self {
        Self(derive(&[object.as_bytes(), rule.as_bytes(), &opened_at.micros().to_le_bytes()]))
    }
}

impl PackageId {
    /// Derives the id of a package from the SHA-256 of its bytes and the source it was received for.
    pub fn derive(source: &str, bytes: &[u8; 32]) -> Self {
        Self(derive(&[source.as_bytes(), bytes]))
    }
}

macro_rules! made_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUIDv7 that was made at the edge.
            pub fn new(id: Uuid) -> Self {
                Self(id)
            }
            /// Returns the stored 16 bytes.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
            /// Takes the id back from its stored 16 bytes.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
            /// Derives an id for an artefact that follows from its inputs (a run, a plan), so that the same
            /// inputs name the same artefact; a version-8 UUID over length-prefixed SHA-256.
            pub fn derive(parts: &[&[u8]]) -> Self {
                Self(uuid::Builder::from_custom_bytes(derive(parts)).into_uuid())
            }
            /// Reads the usual hyphenated form.
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

made_id!(
    /// Names one scoring run.
    RunId
);
made_id!(
    /// Names one plan.
    PlanId
);
made_id!(
    /// Names one task.
    TaskId
);
made_id!(
    /// Names one order.
    OrderId
);
made_id!(
    /// Names one batch decision of an official.
    DecisionId
);
made_id!(
    /// Names one decision of desk review.
    DeskReviewId
);
made_id!(
    /// Names one category assignment.
    AssignmentId
);
made_id!(
    /// Names one request to change a category.
    CategoryRequestId
);
made_id!(
    /// Names one snooze of a rule.
    SnoozeId
);
made_id!(
    /// Names one attempt to begin a visit.
    TaskStartId
);
made_id!(
    /// Names one step that a person takes with a task.
    TaskStepId
);
made_id!(
    /// Names one user.
    UserId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_length_prefixed_so_that_borders_count() {
        assert_ne!(ObjectId::derive("p", "ab", "c"), ObjectId::derive("p", "a", "bc"));
    }

    #[test]
    fn text_form_round_trips() {
        let id = ObjectId::derive("moscow", "egrn_parcels", "77:01:0001001:1");
        assert_eq!(ObjectId::parse(&id.to_string()), Some(id));
        assert_eq!(ObjectId::parse("zz"), None);
    }
}
