//! Leases of long jobs: one call at a time does a job, on any machine. The holder is one call, not a file or a
//! process; while it works its lease is prolonged; that of a process that is gone is taken over at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dozor_domain::Timestamp;

use crate::dozor::Dozor;
use crate::error::AppError;

/// A machine that vanished keeps others from a job for so long.
const LEASE_MINUTES: i64 = 5;
/// How often a working call prolongs its lease: several times before it could run out.
const PROLONG_EVERY: Duration = Duration::from_secs(60);

/// Names holders of leases; made at the edge, which alone may ask the machine about processes.
pub trait Holders: Send + Sync {
    /// Returns a name for one call that nobody else has.
    fn new_holder(&self) -> String;
    /// Tells whether the holder is certainly gone; `false` when that cannot be told.
    fn is_gone(&self, holder: &str) -> bool;
}

/// Names the calls of a program that has its database to itself: tests and benchmarks.
#[derive(Debug, Default)]
pub struct OneProcess(AtomicU64);

impl Holders for OneProcess {
    fn new_holder(&self) -> String {
        format!("call {}", self.0.fetch_add(1, Ordering::Relaxed))
    }
    fn is_gone(&self, _holder: &str) -> bool {
        false
    }
}

impl Dozor {
    /// Does a job under its lease.
    ///
    /// # Errors
    /// [`AppError::JobBusy`] while another call does it, [`AppError::LeaseLost`] when another one took the lease over;
    /// the job's own.
    pub(crate) async fn under_lease<T>(
        &self,
        job: &str,
        work: impl Future<Output = Result<T, AppError>>,
    ) -> Result<T, AppError> {
        let holder = self.holders.new_holder();
        if !self.acquire(job, &holder).await? {
            return Err(AppError::JobBusy { job: job.to_owned() });
        }
        let done = tokio::select! {
            done = work => done,
            () = self.keep(job, &holder) => return Err(AppError::LeaseLost { job: job.to_owned() }),
        };
        // The job is done or has failed by itself; a lease that cannot be given back runs out.
        let released = self.store.release_lease(job, &holder).await;
        let done = done?;
        released?;
        Ok(done)
    }

    async fn acquire(&self, job: &str, holder: &str) -> Result<bool, AppError> {
        if self.store.take_lease(job, holder, self.now(), self.lease_end()).await? {
            return Ok(true);
        }
        let Some(other) = self.store.lease_holder(job).await? else {
            return Ok(self.store.take_lease(job, holder, self.now(), self.lease_end()).await?);
        };
        if !self.holders.is_gone(&other) {
            return Ok(false);
        }
        Ok(self.store.take_over_lease(job, (&other, holder), self.lease_end()).await?)
    }

    /// Prolongs the lease for ever; returns when somebody else has it. A database that is busy for a moment is asked
    /// again at the next turn.
    async fn keep(&self, job: &str, holder: &str) {
        let mut turns = tokio::time::interval(PROLONG_EVERY);
        turns.tick().await;
        loop {
            turns.tick().await;
            if let Ok(false) = self.store.take_lease(job, holder, self.now(), self.lease_end()).await {
                return;
            }
        }
    }

    fn lease_end(&self) -> Timestamp {
        Timestamp::from_micros(self.now().micros().saturating_add(LEASE_MINUTES * 60_000_000))
    }
}
