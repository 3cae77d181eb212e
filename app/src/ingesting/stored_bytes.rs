//! A stored blob as a reader.

use std::io::Read;

use dozor_domain::{Digest, hex};
use dozor_store::{Store, StoreError};

/// Reads a stored blob piece by piece, so that a large file never lies in memory as a whole.
pub(crate) struct StoredBytes {
    store: Store,
    digest: Digest,
    runtime: tokio::runtime::Handle,
    next: i64,
    piece: std::io::Cursor<Vec<u8>>,
}

impl StoredBytes {
    /// Starts at the first byte; must be made inside the async runtime and read outside it.
    pub(crate) fn new(store: Store, digest: Digest) -> Self {
        let runtime = tokio::runtime::Handle::current();
        Self { store, digest, runtime, next: 0, piece: std::io::Cursor::new(Vec::new()) }
    }
}

impl Read for StoredBytes {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.piece.read(buffer)?;
        if read > 0 || buffer.is_empty() {
            return Ok(read);
        }
        let piece = self
            .runtime
            .block_on(self.store.blob_chunk(&self.digest, self.next))
            .map_err(std::io::Error::other)?;
        let Some(piece) = piece else {
            // Without a piece it is an empty file, or bytes that are no longer held.
            let is_held = self.next > 0
                || self.runtime.block_on(self.store.has_blob(&self.digest)).map_err(std::io::Error::other)?;
            return match is_held {
                true => Ok(0),
                false => Err(std::io::Error::other(StoreError::BlobMissing { hash: hex(&self.digest) })),
            };
        };
        self.next += 1;
        self.piece = std::io::Cursor::new(piece);
        self.piece.read(buffer)
    }
}
