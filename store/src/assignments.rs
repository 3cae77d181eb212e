//! Category assignments: what a run proposes and what an official's batch decision puts into force.

use dozor_domain::{
    AssignmentState, CategoryAssignment, DecisionId, DecisionRecord, ObjectId, RiskCategory, RunId, Timestamp,
};

use crate::page::{Cursor, Page};
use crate::sql::{Bulk, Cells, Row, binds, category_rank};
use crate::{Store, StoreError, WriteTx};

/// Is a proposal to be stored.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAssignment {
    /// The assignment, in the state proposed.
    pub assignment: CategoryAssignment,
    /// Order of work inside the category, as at the run.
    pub score: f64,
    /// Calibrated probability, as at the run.
    pub probability: Option<f64>,
}

/// Is an assignment with what orders the work on it.
#[derive(Clone, Debug, PartialEq)]
pub struct ActiveAssignment {
    /// The assignment.
    pub assignment: CategoryAssignment,
    /// Order of work inside the category.
    pub score: f64,
    /// Calibrated probability.
    pub probability: Option<f64>,
    /// When it was decided; none while it is proposed.
    pub decided_at: Option<Timestamp>,
}

/// Says which proposals are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposalScope {
    /// All.
    All,
    /// Only those that differ from the category in force (low where none was decided).
    Changed,
}

/// Is one line of the annex to a batch decision.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposalRow {
    /// The object.
    pub object: ObjectId,
    /// Its registry key.
    pub key: String,
    /// Address or name.
    pub title: String,
    /// Code of the control kind.
    pub control_kind: String,
    /// The category in force; none while none was decided.
    pub from: Option<RiskCategory>,
    /// The proposed category.
    pub to: RiskCategory,
    /// Order inside the category.
    pub score: f64,
}

const ASSIGNMENTS: Bulk = Bulk {
    table: "assignments",
    columns: &["id", "object", "control_kind", "category", "run", "state", "score", "probability"],
    tail: "",
};

macro_rules! select_assignments {
    ($tail:literal) => {
        concat!(
            "select a.id, a.object, a.control_kind, a.category, a.run, a.state, a.decided_by, a.superseded_by, a.score,
               a.probability, d.decided_at
             from assignments a left join decisions d on d.id = a.decided_by ",
            $tail
        )
    };
}

fn state(cells: &mut Cells<'_>) -> Result<AssignmentState, StoreError> {
    let code = cells.text()?;
    let decided_by: Option<DecisionId> = cells.take()?;
    let superseded_by: Option<DecisionId> = cells.take()?;
    match (code, decided_by, superseded_by) {
        ("proposed", None, None) => Ok(AssignmentState::Proposed),
        ("active", Some(decision), None) => Ok(AssignmentState::Active { decision }),
        ("superseded", Some(_), Some(by)) => Ok(AssignmentState::Superseded { by }),
        _ => Err(StoreError::Corrupt {
            what: "assignment",
            detail: format!("state «{code}» without its decision"),
        }),
    }
}

fn assignment(row: &Row) -> Result<ActiveAssignment, StoreError> {
    let mut cells = row.cells();
    Ok(ActiveAssignment {
        assignment: CategoryAssignment {
            id: cells.take()?,
            object: cells.take()?,
            control_kind: cells.take()?,
            category: cells.take()?,
            run: cells.take()?,
            state: state(&mut cells)?,
        },
        score: cells.take()?,
        probability: cells.take()?,
        decided_at: cells.take()?,
    })
}

fn proposal(row: &Row) -> Result<ProposalRow, StoreError> {
    let mut cells = row.cells();
    Ok(ProposalRow {
        object: cells.take()?,
        key: cells.take()?,
        title: cells.take()?,
        control_kind: cells.take()?,
        from: cells.take()?,
        to: cells.take()?,
        score: cells.take()?,
    })
}

fn decision(row: &Row) -> Result<DecisionRecord, StoreError> {
    let mut cells = row.cells();
    Ok(DecisionRecord {
        id: cells.take()?,
        run: cells.take()?,
        order_number: cells.take()?,
        official: cells.take()?,
        decided_at: cells.take()?,
        count: cells.take()?,
    })
}

impl WriteTx {
    /// Adds proposals of a run; the state of the values is not read.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` when one of them is there.
    pub async fn insert_assignments(&mut self, proposals: &[NewAssignment]) -> Result<(), StoreError> {
        let mut values = Vec::with_capacity(proposals.len() * ASSIGNMENTS.columns.len());
        for NewAssignment { assignment, score, probability } in proposals {
            values.extend(binds![
                assignment.id,
                assignment.object,
                &assignment.control_kind,
                assignment.category,
                assignment.run,
                "proposed",
                *score,
                *probability,
            ]);
        }
        self.insert_many(&ASSIGNMENTS, values).await?;
        Ok(())
    }

    /// Records a decision over all proposals of a run: they come into force, what was in force for the same
    /// objects and control kinds is superseded. One batch is one transaction, however large. Returns how many
    /// came into force; `count` of the value is not read.
    ///
    /// # Errors
    /// `STATE_CHANGED` when the run has no proposals (left), `DATABASE_CONSTRAINT` (`decisions_order_number`) when
    /// the number of the order is taken.
    pub async fn decide_run(&mut self, decision: &DecisionRecord) -> Result<u64, StoreError> {
        self.execute(
            "update assignments set state = 'superseded', superseded_by = $2
             where state = 'active' and exists (
               select 1 from assignments p where p.run = $1 and p.state = 'proposed'
                 and p.object = assignments.object and p.control_kind = assignments.control_kind)",
            binds![decision.run, decision.id],
        )
        .await?;
        let count = self
            .execute(
                "update assignments set state = 'active', decided_by = $2 where run = $1 and state = 'proposed'",
                binds![decision.run, decision.id],
            )
            .await?;
        if count == 0 {
            return Err(StoreError::StateChanged {
                what: "proposals of the run",
                id: decision.run.to_string(),
            });
        }
        self.execute(
            "insert into decisions (id, run, order_number, official, decided_at, count)
             values ($1, $2, $3, $4, $5, $6)",
            binds![
                decision.id,
                decision.run,
                &decision.order_number,
                &decision.official,
                decision.decided_at,
                i64::try_from(count).unwrap_or(i64::MAX),
            ],
        )
        .await?;
        Ok(count)
    }
}

impl Store {
    /// Returns all assignments in force, by object and control kind.
    ///
    /// # Errors
    /// As every read.
    pub async fn active_assignments(&self) -> Result<Vec<ActiveAssignment>, StoreError> {
        self.list(
            select_assignments!("where a.state = 'active' order by a.object, a.control_kind"),
            vec![],
            assignment,
        )
        .await
    }

    /// Returns every assignment that was ever decided, by object, control kind and time of the decision; of two of one
    /// instant the one in force is the later.
    ///
    /// # Errors
    /// As every read.
    pub async fn decided_assignments(&self) -> Result<Vec<ActiveAssignment>, StoreError> {
        self.list(
            select_assignments!(
                "where a.state in ('active', 'superseded')
                 order by a.object, a.control_kind, coalesce(d.decided_at, 0), a.state desc, a.id"
            ),
            vec![],
            assignment,
        )
        .await
    }

    /// Returns all assignments that an object ever had or was proposed: those in force first, then the newest.
    ///
    /// # Errors
    /// As every read.
    pub async fn assignments_of(&self, object: ObjectId) -> Result<Vec<ActiveAssignment>, StoreError> {
        self.list(
            select_assignments!(
                "where a.object = $1
                 order by a.control_kind, a.state, coalesce(d.decided_at, 0) desc, a.id"
            ),
            binds![object],
            assignment,
        )
        .await
    }

    /// Returns one page of a run's proposals, the heaviest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn proposals(
        &self,
        run: RunId,
        scope: ProposalScope,
        after: Option<&Cursor>,
        limit: i64,
    ) -> Result<Page<ProposalRow>, StoreError> {
        let rows = self
            .list(
                "select p.object, o.key, o.title, p.control_kind, a.category, p.category, p.score
                 from assignments p join objects o on o.id = p.object
                 left join assignments a
                   on a.object = p.object and a.control_kind = p.control_kind and a.state = 'active'
                 where p.run = $1 and p.state = 'proposed'
                   and ($2 = 0 or p.category <> coalesce(a.category, 0))
                   and ($3 is null or (-p.category, -p.score, o.key, o.id, p.control_kind) > ($6, $7, $3, $4, $5))
                 order by -p.category, -p.score, o.key, o.id, p.control_kind limit $8",
                binds![
                    run,
                    scope == ProposalScope::Changed,
                    after.map(Cursor::text),
                    after.map(Cursor::id),
                    after.map(Cursor::kind),
                    after.map(Cursor::first),
                    after.map(Cursor::second),
                    limit.saturating_add(1),
                ],
                proposal,
            )
            .await?;
        Ok(Page::cut(rows, limit, |row| {
            let rank = -f64::from(u8::try_from(category_rank(row.to)).unwrap_or(0));
            Cursor::new(rank, -row.score, &row.key, row.object.as_bytes(), &row.control_kind)
        }))
    }

    /// Returns how many of a run's proposals go from which category to which, by control kind.
    ///
    /// # Errors
    /// As every read.
    pub async fn proposal_counts(
        &self,
        run: RunId,
    ) -> Result<Vec<(String, Option<RiskCategory>, RiskCategory, u64)>, StoreError> {
        self.list(
            "select p.control_kind, a.category, p.category, count(*)
             from assignments p left join assignments a
               on a.object = p.object and a.control_kind = p.control_kind and a.state = 'active'
             where p.run = $1 and p.state = 'proposed'
             group by p.control_kind, a.category, p.category
             order by p.control_kind, coalesce(a.category, -1), p.category",
            binds![run],
            |row| {
                let mut cells = row.cells();
                Ok((cells.take()?, cells.take()?, cells.take()?, cells.take()?))
            },
        )
        .await
    }

    /// Returns the newest decisions.
    ///
    /// # Errors
    /// As every read.
    pub async fn decisions(&self, limit: i64) -> Result<Vec<DecisionRecord>, StoreError> {
        self.list(
            "select id, run, order_number, official, decided_at, count from decisions
             order by decided_at desc, id limit $1",
            binds![limit],
            decision,
        )
        .await
    }

    /// Returns the decision under an order's number.
    ///
    /// # Errors
    /// As every read.
    pub async fn decision_of_order(&self, number: &str) -> Result<Option<DecisionRecord>, StoreError> {
        self.find(
            "select id, run, order_number, official, decided_at, count from decisions where order_number = $1",
            binds![number],
            decision,
        )
        .await
    }

    /// Returns a decision.
    ///
    /// # Errors
    /// As every read.
    pub async fn decision(&self, id: DecisionId) -> Result<Option<DecisionRecord>, StoreError> {
        self.find(
            "select id, run, order_number, official, decided_at, count from decisions where id = $1",
            binds![id],
            decision,
        )
        .await
    }
}
