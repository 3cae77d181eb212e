//! Stores what a package brings, in short transactions.

use std::sync::Arc;

use dozor_domain::RecordId;
use dozor_store::Package;

use super::chunks::{Chunk, SecondPass, second_pass};
use super::judge::{Judged, Reading};
use super::matching::Matching;
use super::stored_bytes::StoredBytes;
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::progress::Progress;
use crate::scoring_run::ROWS_A_TRANSACTION;

/// Chunks that wait between the reading thread and the writer: enough to keep both busy.
const CHUNKS_IN_FLIGHT: usize = 4;

impl Dozor {
    /// Ends records, in short transactions; those that an earlier call ended are not among them.
    pub(crate) async fn end_vanished(&self, records: &[RecordId]) -> Result<(), AppError> {
        for chunk in records.chunks(ROWS_A_TRANSACTION) {
            let mut tx = self.store.begin().await?;
            tx.end_records(chunk, self.now()).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    pub(super) async fn store_rows(
        &self,
        reading: Reading,
        judged: &Judged,
        matching: Matching,
        package: &mut Package,
        progress: &dyn Progress,
    ) -> Result<(), AppError> {
        let (send, mut receive) = tokio::sync::mpsc::channel::<Chunk>(CHUNKS_IN_FLIGHT);
        let second = SecondPass {
            reading,
            matching,
            verdicts: Arc::clone(&judged.verdicts),
            held: judged.held,
            skip: package.rows_done,
        };
        let bytes = StoredBytes::new(self.store.clone(), package.sha256);
        let reading = tokio::task::spawn_blocking(move || second_pass(second, bytes, &send));
        let source = package.source.clone();
        while let Some(chunk) = receive.recv().await {
            self.store_chunk(&source, package, chunk, progress).await?;
        }
        reading.await.map_err(|_| AppError::WorkerLost { what: "the reading of a file" })?
    }

    async fn store_chunk(
        &self,
        source: &str,
        package: &mut Package,
        chunk: Chunk,
        progress: &dyn Progress,
    ) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        let first_seq = tx.insert_records(source, package.id, &chunk.records).await?;
        let mut objects = chunk.objects;
        for (offset, object) in &mut objects {
            object.seq = first_seq.saturating_add(*offset);
        }
        let objects: Vec<_> = objects.into_iter().map(|(_, object)| object).collect();
        tx.upsert_objects(&objects).await?;
        tx.close_candidates(source, &chunk.superseding).await?;
        tx.insert_candidates(&chunk.candidates).await?;
        tx.insert_waiting(source, &chunk.waiting).await?;
        tx.insert_match_options(package.id, &chunk.options).await?;
        let first_reject = i64::try_from(package.counts.rejected).unwrap_or(i64::MAX);
        tx.insert_rejects(package.id, first_reject, &chunk.rejects).await?;
        package.rows_done += chunk.rows;
        package.counts.rejected += chunk.rejects.len() as u64;
        package.counts.unmatched += chunk.unmatched;
        tx.update_package(package).await?;
        tx.commit().await?;
        progress.advance(chunk.rows);
        Ok(())
    }
}
