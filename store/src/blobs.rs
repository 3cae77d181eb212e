//! Bytes by their SHA-256, in pieces of at most 1 MiB, on both databases alike.

use dozor_domain::{Digest, PackageId, Timestamp, hex, sha256};
use sha2::{Digest as _, Sha256};

use crate::sql::binds;
use crate::{Store, StoreError, WriteTx};

/// Largest piece: what a driver copies at once, and what a reader of a page has to hold.
const CHUNK_BYTES: usize = 1 << 20;

/// Is an upload in progress in one transaction: bytes go in as they come, the hash is known at the end.
#[derive(Debug)]
pub struct BlobWriter {
    upload: i64,
    chunks: i64,
    size: u64,
    hasher: Sha256,
    rest: Vec<u8>,
}

impl WriteTx {
    /// Stores bytes and returns the hash that names them; bytes that are held already are not stored twice.
    ///
    /// # Errors
    /// As every write.
    pub async fn put_blob(&mut self, bytes: &[u8], at: Timestamp) -> Result<Digest, StoreError> {
        let mut writer = self.start_blob().await?;
        self.append_blob(&mut writer, bytes).await?;
        Ok(self.finish_blob(writer, None, at).await?.0)
    }

    /// Starts an upload of bytes whose number and hash are not known yet.
    ///
    /// # Errors
    /// As every write.
    pub async fn start_blob(&mut self) -> Result<BlobWriter, StoreError> {
        let upload = self.take_numbers("upload", 1).await?;
        Ok(BlobWriter { upload, chunks: 0, size: 0, hasher: Sha256::new(), rest: Vec::new() })
    }

    /// Adds bytes to an upload; memory holds at most one piece of it.
    ///
    /// # Errors
    /// As every write.
    pub async fn append_blob(&mut self, writer: &mut BlobWriter, bytes: &[u8]) -> Result<(), StoreError> {
        writer.hasher.update(bytes);
        writer.size += bytes.len() as u64;
        let mut left = bytes;
        while writer.rest.len() + left.len() >= CHUNK_BYTES {
            let (now, later) = left.split_at(CHUNK_BYTES - writer.rest.len());
            writer.rest.extend_from_slice(now);
            left = later;
            self.store_chunk(writer).await?;
        }
        writer.rest.extend_from_slice(left);
        Ok(())
    }

    /// Ends an upload; returns the hash and the number of bytes.
    ///
    /// # Errors
    /// `BLOB_HASH_MISMATCH` when another hash was expected; else as every write.
    pub async fn finish_blob(
        &mut self,
        mut writer: BlobWriter,
        expected: Option<&Digest>,
        at: Timestamp,
    ) -> Result<(Digest, u64), StoreError> {
        if !writer.rest.is_empty() {
            self.store_chunk(&mut writer).await?;
        }
        let hash: Digest = writer.hasher.finalize().into();
        if let Some(expected) = expected.filter(|expected| **expected != hash) {
            return Err(StoreError::BlobHashMismatch { expected: hex(expected), found: hex(&hash) });
        }
        let size = i64::try_from(writer.size).unwrap_or(i64::MAX);
        let stored = self
            .execute(
                "insert into blobs (sha256, size, chunks, upload, stored_at) values ($1, $2, $3, $4, $5)
                 on conflict (sha256) do nothing",
                binds![&hash, size, writer.chunks, writer.upload, at],
            )
            .await?;
        if stored == 0 {
            self.execute("delete from blob_chunks where upload = $1", binds![writer.upload]).await?;
        }
        Ok((hash, writer.size))
    }

    /// Drops bytes after their retention period; the rows that name them keep the hash.
    ///
    /// # Errors
    /// `BLOB_MISSING` when they are not held; else as every write.
    pub async fn drop_blob(&mut self, hash: &Digest) -> Result<(), StoreError> {
        self.execute(
            "delete from blob_chunks where upload in (select upload from blobs where sha256 = $1)",
            binds![hash],
        )
        .await?;
        match self.execute("delete from blobs where sha256 = $1", binds![hash]).await? {
            1 => Ok(()),
            _ => Err(StoreError::BlobMissing { hash: hex(hash) }),
        }
    }

    /// Drops the bytes of a package unless another one that still keeps them has the same.
    ///
    /// # Errors
    /// As every write.
    pub async fn drop_package_bytes(&mut self, package: PackageId, hash: &Digest) -> Result<(), StoreError> {
        let keeper = self
            .optional(
                "select 1 from packages where sha256 = $1 and id <> $2 and dropped_at is null limit 1",
                binds![hash, package],
            )
            .await?;
        match keeper {
            Some(_) => Ok(()),
            None => match self.drop_blob(hash).await {
                // Records of the desk are packages without bytes.
                Ok(()) | Err(StoreError::BlobMissing { .. }) => Ok(()),
                Err(other) => Err(other),
            },
        }
    }

    async fn store_chunk(&mut self, writer: &mut BlobWriter) -> Result<(), StoreError> {
        let bytes = std::mem::take(&mut writer.rest);
        self.execute(
            "insert into blob_chunks (upload, number, bytes) values ($1, $2, $3)",
            binds![writer.upload, writer.chunks, bytes],
        )
        .await?;
        writer.chunks += 1;
        Ok(())
    }
}

impl Store {
    /// Returns stored bytes after comparing them with their name.
    ///
    /// # Errors
    /// `BLOB_MISSING`, `BLOB_HASH_MISMATCH`; else as every read.
    pub async fn blob(&self, hash: &Digest) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        let mut number = 0;
        while let Some(chunk) = self.blob_chunk(hash, number).await? {
            bytes.extend_from_slice(&chunk);
            number += 1;
        }
        if number == 0 && !self.has_blob(hash).await? {
            return Err(StoreError::BlobMissing { hash: hex(hash) });
        }
        let found = sha256(&bytes);
        if found != *hash {
            return Err(StoreError::BlobHashMismatch { expected: hex(hash), found: hex(&found) });
        }
        Ok(bytes)
    }

    /// Tells whether bytes of this hash are held.
    ///
    /// # Errors
    /// As every read.
    pub async fn has_blob(&self, hash: &Digest) -> Result<bool, StoreError> {
        Ok(self.number("select count(*) from blobs where sha256 = $1", binds![hash]).await? > 0)
    }

    /// Returns one piece of stored bytes, from 0; `None` after the last. The reader checks the hash of the whole.
    ///
    /// # Errors
    /// As every read.
    pub async fn blob_chunk(&self, hash: &Digest, number: i64) -> Result<Option<Vec<u8>>, StoreError> {
        self.find(
            "select c.bytes from blobs b join blob_chunks c on c.upload = b.upload
             where b.sha256 = $1 and c.number = $2",
            binds![hash, number],
            |row| row.cells().take(),
        )
        .await
    }
}
