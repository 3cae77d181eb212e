//! Finding a candidate: a stored version by hash or number, a built-in pack, or a folder.

use std::sync::Arc;

use dozor_store::Methodology;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::methodology::LoadedMethodology;
use crate::pack::{PackFiles, read_pack};

/// So many leading digits of a hash name a version; fewer could be a number.
const SHORTEST_HASH: usize = 8;

impl Dozor {
    /// Returns the files of a stored version (by hash, by at least eight leading digits of it, or by number), or
    /// else of a built-in pack or folder.
    ///
    /// # Errors
    /// [`AppError::PackMissing`] when it is none of these; the store's.
    pub async fn candidate_files(&self, path_or_id: &str) -> Result<PackFiles, AppError> {
        if let Some(hash) = self.version_hash(path_or_id).await?
            && let Some(stored) = self.store.methodology(&hash).await?
        {
            return Ok(stored.files);
        }
        read_pack(path_or_id)
    }

    /// Returns the hash of the stored version that is called so.
    pub(crate) async fn version_hash(&self, id: &str) -> Result<Option<String>, AppError> {
        let versions = self.store.methodologies().await?;
        let number: Option<i64> = id.parse().ok();
        let is_hash = id.len() >= SHORTEST_HASH && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mut found = versions
            .into_iter()
            .filter(|one| Some(one.number) == number || (is_hash && one.hash.starts_with(id)));
        let first = found.next().map(|one| one.hash);
        Ok(first.filter(|_| found.next().is_none()))
    }

    /// Parses a candidate of this installation's pack.
    ///
    /// # Errors
    /// As [`Dozor::candidate_files`]; those of its files; [`AppError::OtherPack`] when it is of another pack.
    pub async fn candidate(&self, path_or_id: &str) -> Result<Arc<LoadedMethodology>, AppError> {
        let files = self.candidate_files(path_or_id).await?;
        self.parse_candidate(files).await
    }

    /// Parses a stored version; it keeps its name, also when an earlier engine gave it.
    pub(crate) async fn parse_stored(&self, stored: Methodology) -> Result<Arc<LoadedMethodology>, AppError> {
        let parsed = self.parse_candidate(stored.files).await?;
        Ok(Arc::new(LoadedMethodology { hash: stored.hash, ..Arc::unwrap_or_clone(parsed) }))
    }

    /// Parses the files of a candidate of this installation's pack.
    pub(crate) async fn parse_candidate(&self, files: PackFiles) -> Result<Arc<LoadedMethodology>, AppError> {
        let candidate = blocking("the candidate", move || LoadedMethodology::parse(files)).await??;
        let (found, expected) = (&candidate.manifest.name, &self.methodology.manifest.name);
        if found != expected {
            return Err(AppError::OtherPack { found: found.clone(), expected: expected.clone() });
        }
        Ok(Arc::new(candidate))
    }
}
