//! Plans of a day: immutable bodies, and one approved plan a day on which approvals compare and set.

use dozor_domain::{Digest, Plan, PlanId, PlanState, Timestamp};

use crate::sql::{Cells, Row, binds};
use crate::{Store, StoreError, WriteTx};

/// Is a stored plan.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredPlan {
    /// The plan.
    pub plan: Plan,
    /// Where it stands.
    pub state: PlanState,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Is a plan without its routes.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanHead {
    /// Id.
    pub id: PlanId,
    /// The plan that it replaces.
    pub parent: Option<PlanId>,
    /// The day.
    pub date: String,
    /// Seed of the search.
    pub seed: u64,
    /// Iterations done.
    pub iterations: u64,
    /// Sum of the visits' values.
    pub value: f64,
    /// Number of visits.
    pub visits: u64,
    /// Number of candidates left out.
    pub left_out: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Where it stands.
    pub state: PlanState,
}

macro_rules! select_plans {
    ($tail:literal) => {
        concat!(
            "select id, parent, date, seed, iterations, value, visits, left_out, created_at, state, approved_by,
               approved_at, body from plans ",
            $tail
        )
    };
}

fn state(cells: &mut Cells<'_>) -> Result<PlanState, StoreError> {
    let code = cells.text()?;
    let by: Option<String> = cells.take()?;
    let at: Option<Timestamp> = cells.take()?;
    match (code, by, at) {
        ("proposed", None, None) => Ok(PlanState::Proposed),
        ("approved", Some(by), Some(at)) => Ok(PlanState::Approved { by, at }),
        _ => Err(StoreError::Corrupt {
            what: "plan",
            detail: format!("state «{code}» without its approval"),
        }),
    }
}

fn head(row: &Row) -> Result<(PlanHead, Digest), StoreError> {
    let mut cells = row.cells();
    let head = PlanHead {
        id: cells.take()?,
        parent: cells.take()?,
        date: cells.take()?,
        seed: cells.take::<i64>()?.cast_unsigned(),
        iterations: cells.take()?,
        value: cells.take()?,
        visits: cells.take()?,
        left_out: cells.take()?,
        created_at: cells.take()?,
        state: state(&mut cells)?,
    };
    Ok((head, cells.take()?))
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl WriteTx {
    /// Adds a proposed plan.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` when it is there: the same inputs name the same plan.
    pub async fn insert_plan(&mut self, plan: &Plan, at: Timestamp) -> Result<(), StoreError> {
        let json = serde_json::to_vec(plan).map_err(|source| StoreError::Json { what: "plan", source })?;
        let body = self.put_blob(&json, at).await?;
        self.execute(
            "insert into plans (id, parent, date, seed, iterations, value, visits, left_out, body, created_at, state)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'proposed')",
            binds![
                plan.id,
                plan.parent,
                &plan.date,
                plan.seed.cast_signed(),
                i64::try_from(plan.iterations).unwrap_or(i64::MAX),
                plan.value,
                count(plan.visits().count()),
                count(plan.left_out.len()),
                &body,
                at,
            ],
        )
        .await?;
        Ok(())
    }

    /// Approves a proposed plan, if the approved plan of its day is still the one that it replaces.
    ///
    /// # Errors
    /// `PLAN_REPLACED` when another plan took the day, `STATE_CHANGED` when this one is approved already,
    /// `NOT_FOUND` when there is no such plan.
    pub async fn approve_plan(&mut self, id: PlanId, by: &str, at: Timestamp) -> Result<(), StoreError> {
        let Some(row) = self.optional("select parent, date from plans where id = $1", binds![id]).await?
        else {
            return Err(StoreError::NotFound { what: "plan", id: id.to_string() });
        };
        let mut cells = row.cells();
        let parent: Option<PlanId> = cells.take()?;
        let date: String = cells.take()?;
        self.execute_one(
            "update plans set state = 'approved', approved_by = $2, approved_at = $3
             where id = $1 and state = 'proposed'",
            binds![id, by, at],
            "plan",
            &id,
        )
        .await?;
        let taken = match parent {
            None => {
                self.execute(
                    "insert into plan_heads (date, plan) values ($1, $2) on conflict (date) do nothing",
                    binds![&date, id],
                )
                .await?
            }
            Some(parent) => {
                self.execute(
                    "update plan_heads set plan = $2 where date = $1 and plan = $3",
                    binds![&date, id, parent],
                )
                .await?
            }
        };
        if taken == 1 { Ok(()) } else { Err(StoreError::PlanReplaced { plan: id.to_string(), date }) }
    }
}

impl Store {
    /// Returns a plan.
    ///
    /// # Errors
    /// `BLOB_HASH_MISMATCH` when its body was changed; else as every read.
    pub async fn plan(&self, id: PlanId) -> Result<Option<StoredPlan>, StoreError> {
        let Some((head, body)) = self.find(select_plans!("where id = $1"), binds![id], head).await? else {
            return Ok(None);
        };
        let plan: Plan = serde_json::from_slice(&self.blob(&body).await?)
            .map_err(|fault| StoreError::Corrupt { what: "plan", detail: fault.to_string() })?;
        Ok(Some(StoredPlan { plan, state: head.state, created_at: head.created_at }))
    }

    /// Returns the newest plans, of one day or of all.
    ///
    /// # Errors
    /// As every read.
    pub async fn plans(&self, date: Option<&str>, limit: i64) -> Result<Vec<PlanHead>, StoreError> {
        let heads = self
            .list(
                select_plans!(
                    "where ($1 is null or date = $1) order by date desc, created_at desc, id limit $2"
                ),
                binds![date, limit],
                head,
            )
            .await?;
        Ok(heads.into_iter().map(|(head, _)| head).collect())
    }

    /// Returns the id of the approved plan of a day: the parent of the next one.
    ///
    /// # Errors
    /// As every read.
    pub async fn plan_head(&self, date: &str) -> Result<Option<PlanId>, StoreError> {
        self.find("select plan from plan_heads where date = $1", binds![date], |row| row.cells().take()).await
    }

    /// Returns the approved plan of a day.
    ///
    /// # Errors
    /// As [`Store::plan`].
    pub async fn approved_plan(&self, date: &str) -> Result<Option<StoredPlan>, StoreError> {
        match self.plan_head(date).await? {
            Some(id) => self.plan(id).await,
            None => Ok(None),
        }
    }
}
