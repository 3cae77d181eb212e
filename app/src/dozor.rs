//! The open installation: a database, its active methodology and a clock. Use-cases are methods on it, one file
//! each beside this one.

use std::sync::Arc;

use dozor_domain::{Clock, Timestamp};
use dozor_store::{AuditDraft, Location, Store};
use jiff::civil::Date;

use crate::error::AppError;
use crate::explaining::RunFacts;
use crate::ingesting::HeldIndex;
use crate::leases::{Holders, OneProcess};
use crate::loading::HeldLoad;
use crate::methodology::LoadedMethodology;
use crate::run_methodology::HeldMethodology;
use crate::travel_times::HeldTables;

/// Is one open installation; cheap to clone.
#[derive(Clone)]
pub struct Dozor {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) holders: Arc<dyn Holders>,
    pub(crate) methodology: Arc<LoadedMethodology>,
    pub(crate) run_facts: Arc<RunFacts>,
    pub(crate) run_methodology: Arc<HeldMethodology>,
    pub(crate) held: Arc<HeldLoad>,
    pub(crate) index: Arc<HeldIndex>,
    pub(crate) tables: Arc<HeldTables>,
}

impl Dozor {
    /// Opens an initialised database and parses its active methodology.
    ///
    /// # Errors
    /// The store's coded errors; those of the pack's files when the stored methodology no longer parses.
    pub async fn open(location: &Location, clock: Arc<dyn Clock>) -> Result<Self, AppError> {
        let store = Store::open(location).await?;
        let opened = Self::of(store.clone(), clock).await;
        if opened.is_err() {
            store.close().await;
        }
        opened
    }

    async fn of(store: Store, clock: Arc<dyn Clock>) -> Result<Self, AppError> {
        let active = store.active_methodology().await?;
        let active = active.ok_or_else(|| AppError::PackFileMissing { file: "pack.toml".to_owned() })?;
        let (files, hash) = (active.files, active.hash);
        let methodology = blocking("the methodology", move || LoadedMethodology::parse(files)).await??;
        // A version keeps the name that it was stored under, also when a later engine reads it.
        let methodology = LoadedMethodology { hash, ..methodology };
        Ok(Self {
            store,
            clock,
            holders: Arc::new(OneProcess::default()),
            methodology: Arc::new(methodology),
            run_facts: Arc::default(),
            run_methodology: Arc::default(),
            held: Arc::default(),
            index: Arc::default(),
            tables: Arc::default(),
        })
    }

    /// Names holders of leases by the given edge; without it the installation is taken for its database's only user.
    #[must_use]
    pub fn with_holders(mut self, holders: Arc<dyn Holders>) -> Self {
        self.holders = holders;
        self
    }

    /// Returns the database, for queries.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Returns the active methodology.
    pub fn methodology(&self) -> &LoadedMethodology {
        &self.methodology
    }

    /// Returns the current instant of the installation's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Reads a day (00:00 in the pack's zone) or an RFC 3339 instant.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`].
    pub fn instant(&self, text: &str) -> Result<Timestamp, AppError> {
        let zone = &self.methodology.manifest.zone;
        zone.parse_as_of(text).ok_or_else(|| AppError::DateInvalid { text: text.to_owned() })
    }

    /// Returns the first instant after a day.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`].
    pub fn end_of_day(&self, text: &str) -> Result<Timestamp, AppError> {
        let invalid = || AppError::DateInvalid { text: text.to_owned() };
        let next = self.day(text)?.tomorrow().map_err(|_| invalid())?;
        self.methodology.manifest.zone.start_of_day(next).ok_or_else(invalid)
    }

    /// Returns the clock's day in the pack's zone.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`] for a clock past the calendar.
    pub(crate) fn clock_day(&self) -> Result<Date, AppError> {
        let now = self.now();
        let day = self.methodology.manifest.zone.day_of(now);
        day.ok_or_else(|| AppError::DateInvalid { text: now.to_string() })
    }

    /// Returns the day that is worked: the clock's, or the one that a demo stands on.
    ///
    /// # Errors
    /// The store's.
    pub async fn today(&self) -> Result<Date, AppError> {
        match self.demo_day().await? {
            Some(day) => Ok(day),
            None => self.clock_day(),
        }
    }

    /// Refuses an instant that has not come: a run of tonight would be the latest one until tonight. A demo stands on a day
    /// of its own and may be asked up to its end; all else up to the clock's instant.
    ///
    /// # Errors
    /// [`AppError::AsOfInFuture`]; the store's.
    pub(crate) async fn expect_come(&self, as_of: Timestamp) -> Result<(), AppError> {
        let last = match self.demo_day().await? {
            Some(day) => self.end_of_day(&day.to_string())?.max(self.now()),
            None => self.now(),
        };
        if as_of > last {
            return Err(AppError::AsOfInFuture { as_of: as_of.to_string(), last: last.to_string() });
        }
        Ok(())
    }

    /// Returns the instant as of which the portfolio is looked at: now, or the first instant of a demo's day.
    ///
    /// # Errors
    /// [`AppError::DateInvalid`]; the store's.
    pub(crate) async fn instant_of_today(&self) -> Result<Timestamp, AppError> {
        match self.demo_day().await? {
            Some(day) => self.instant(&day.to_string()),
            None => Ok(self.now()),
        }
    }

    /// Drafts an audit entry at the current instant.
    pub(crate) fn audit(
        &self,
        actor: &str,
        use_case: &str,
        subject: &str,
        details: &serde_json::Value,
    ) -> AuditDraft {
        AuditDraft {
            at: self.clock.now(),
            actor: actor.to_owned(),
            use_case: use_case.to_owned(),
            subject: subject.to_owned(),
            details: details.to_string(),
        }
    }
}

/// Runs heavy work off the async threads.
///
/// # Errors
/// [`AppError::WorkerLost`] when the thread died.
pub(crate) async fn blocking<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| AppError::WorkerLost { what })
}
