//! The audit log's bytes: one documented, length-prefixed form per entry; leaves as in RFC 6962, chained.
//!
//! An entry's bytes are, in order: `dozor-audit-1`, position, instant, actor, use-case, subject, details; each
//! part as u64 little-endian length and bytes, numbers as their 8 little-endian bytes. Details are JSON of
//! ids, hashes, counts and salted commitments, never values of personal data.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Timestamp;

/// Is a SHA-256 value.
pub type Digest = [u8; 32];

/// Returns the SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> Digest {
    Sha256::digest(bytes).into()
}

/// Hashes bytes as they are written to it.
#[derive(Clone, Debug, Default)]
pub struct Sha256Stream(Sha256);

impl Sha256Stream {
    /// Returns the SHA-256 of everything written.
    pub fn finish(self) -> Digest {
        self.0.finalize().into()
    }
}

impl std::io::Write for Sha256Stream {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Is one entry: one per call of a use-case that writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Place in the log, from 1, without gaps.
    pub position: i64,
    /// When.
    pub at: Timestamp,
    /// Who: a login, an official's name, or `system`.
    pub actor: String,
    /// The use-case, e.g. `ingest`.
    pub use_case: String,
    /// What it was about: an id or a name.
    pub subject: String,
    /// JSON object of ids, hashes and counts.
    pub details: String,
}

impl AuditEntry {
    /// Returns the documented bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let position = self.position.to_le_bytes();
        let at = self.at.micros().to_le_bytes();
        let parts: [&[u8]; 7] = [
            b"dozor-audit-1",
            &position,
            &at,
            self.actor.as_bytes(),
            self.use_case.as_bytes(),
            self.subject.as_bytes(),
            self.details.as_bytes(),
        ];
        let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

/// Returns the RFC 6962 leaf hash: SHA-256(0x00 ‖ bytes).
pub fn leaf_hash(bytes: &[u8]) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([0_u8]);
    hasher.update(bytes);
    hasher.finalize().into()
}

/// Is an entry's link in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditLink {
    /// Leaf of the entry.
    pub leaf: Digest,
    /// SHA-256(previous chain value ‖ leaf); 32 zero bytes stand before the first entry.
    pub chain: Digest,
}

impl AuditLink {
    /// Links an entry to the chain value before it.
    pub fn next(previous: &Digest, entry: &AuditEntry) -> Self {
        let leaf = leaf_hash(&entry.bytes());
        let mut hasher = Sha256::new();
        hasher.update(previous);
        hasher.update(leaf);
        Self { leaf, chain: hasher.finalize().into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_word_changes_leaf_and_chain() {
        let entry = AuditEntry {
            position: 1,
            at: Timestamp::from_micros(5),
            actor: "a".into(),
            use_case: "ingest".into(),
            subject: "s".into(),
            details: "{}".into(),
        };
        let link = AuditLink::next(&[0; 32], &entry);
        let moved = AuditEntry { actor: "as".into(), subject: String::new(), ..entry.clone() };
        assert_ne!(AuditLink::next(&[0; 32], &moved).leaf, link.leaf);
        assert_ne!(AuditLink::next(&[1; 32], &entry).chain, link.chain);
        // RFC 6962, 2.1: the leaf hash of the empty entry.
        assert_eq!(leaf_hash(b"")[..4], [0x6e, 0x34, 0x0b, 0x9c]);
    }
}
