//! Scoring runs: by what assessments were made, and whether all of them are stored.

use dozor_domain::{RunHeader, RunId, Timestamp};

use crate::sql::{Row, binds};
use crate::{Store, StoreError, WriteTx};

/// Is a stored run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// By what it was made.
    pub header: RunHeader,
    /// When all its assessments were stored; none while it is unfinished.
    pub finished_at: Option<Timestamp>,
    /// How many assessments it has, once finished.
    pub assessments: u64,
}

macro_rules! select_runs {
    ($tail:literal) => {
        concat!(
            "select id, methodology, model, engine, as_of, up_to_seq, facts, started_at, finished_at, assessments
             from runs ",
            $tail
        )
    };
}

pub(crate) fn run(row: &Row) -> Result<Run, StoreError> {
    let mut cells = row.cells();
    Ok(Run {
        header: RunHeader {
            id: cells.take()?,
            methodology: cells.take()?,
            model: cells.take()?,
            engine: cells.take()?,
            as_of: cells.take()?,
            up_to_seq: cells.take()?,
            facts: cells.take()?,
            started_at: cells.take()?,
        },
        finished_at: cells.take()?,
        assessments: cells.take()?,
    })
}

impl WriteTx {
    /// Starts a run. The same inputs name the same run: look with [`Store::run`] first.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` when it is there.
    pub async fn insert_run(&mut self, run: &RunHeader) -> Result<(), StoreError> {
        self.execute(
            "insert into runs (id, methodology, model, engine, as_of, up_to_seq, facts, started_at, assessments)
             values ($1, $2, $3, $4, $5, $6, $7, $8, 0)",
            binds![
                run.id,
                &run.methodology,
                &run.model,
                &run.engine,
                run.as_of,
                run.up_to_seq,
                &run.facts,
                run.started_at,
            ],
        )
        .await?;
        Ok(())
    }

    /// Says that all assessments of a run are stored.
    ///
    /// # Errors
    /// `STATE_CHANGED` when it is not there, is finished already, or does not hold so many assessments.
    pub async fn finish_run(
        &mut self,
        run: RunId,
        at: Timestamp,
        assessments: u64,
    ) -> Result<(), StoreError> {
        self.execute_one(
            "update runs set finished_at = $2, assessments = $3 where id = $1 and finished_at is null
               and (select count(*) from assessments where run = $1) = $3",
            binds![run, at, i64::try_from(assessments).unwrap_or(i64::MAX)],
            "run",
            &run,
        )
        .await
    }

    /// Drops what a killed run left: its assessments, proposals and header.
    ///
    /// # Errors
    /// `STATE_CHANGED` when it is not there or is finished: a finished run is never changed.
    pub async fn discard_run(&mut self, run: RunId) -> Result<(), StoreError> {
        self.execute_one("delete from runs where id = $1 and finished_at is null", binds![run], "run", &run)
            .await?;
        self.execute("delete from assessments where run = $1", binds![run]).await?;
        self.execute("delete from assignments where run = $1 and state = 'proposed'", binds![run]).await?;
        Ok(())
    }
}

impl Store {
    /// Returns a run.
    ///
    /// # Errors
    /// As every read.
    pub async fn run(&self, id: RunId) -> Result<Option<Run>, StoreError> {
        self.find(select_runs!("where id = $1"), binds![id], run).await
    }

    /// Returns all finished runs, in the order in which they were finished; of one moment the one of the earlier instant
    /// first.
    ///
    /// # Errors
    /// As every read.
    pub async fn finished_runs(&self) -> Result<Vec<Run>, StoreError> {
        self.list(
            select_runs!("where finished_at is not null order by finished_at, as_of, up_to_seq, id"),
            vec![],
            run,
        )
        .await
    }

    /// Returns the finished run of the latest instant, and of those the one that saw most: a look back at a past
    /// day is never the latest.
    ///
    /// # Errors
    /// As every read.
    pub async fn latest_run(&self) -> Result<Option<Run>, StoreError> {
        self.find(
            select_runs!("where finished_at is not null order by as_of desc, up_to_seq desc, finished_at desc, id limit 1"),
            vec![],
            run,
        )
        .await
    }

    /// Returns the newest runs, finished or not.
    ///
    /// # Errors
    /// As every read.
    pub async fn runs(&self, limit: i64) -> Result<Vec<Run>, StoreError> {
        self.list(select_runs!("order by started_at desc, id limit $1"), binds![limit], run).await
    }
}
