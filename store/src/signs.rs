//! Violation signs and their states. The queue in which they wait for the desk is `desk.rs`.

use dozor_domain::{DeskReviewId, DeskVerdict, FieldFinding, ObjectId, SignId, SignState, ViolationSign};

use crate::sources::enum_from_code;
use crate::sql::{Bulk, Cells, Row, binds};
use crate::{Store, StoreError, WriteTx};

/// Says which signs are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignScope {
    /// Only those still worked: detected, confirmed, in need of data, tasked.
    Open,
    /// All.
    All,
}

const SIGNS: Bulk = Bulk {
    table: "signs",
    columns: &[
        "id",
        "object",
        "control_kind",
        "rule",
        "points",
        "priority",
        "opened_at",
        "evidence",
        "state",
        "verdict",
        "review",
        "is_open",
    ],
    tail: "",
};

macro_rules! select_signs {
    ($tail:literal) => {
        concat!(
            "select s.id, s.object, s.control_kind, s.rule, s.points, s.priority, s.opened_at, s.evidence, s.state,
               s.verdict, s.review from signs s ",
            $tail
        )
    };
}

/// Returns the stored parts of a state.
fn parts(state: &SignState) -> (&'static str, Option<&'static str>, Option<DeskReviewId>) {
    match state {
        SignState::Detected => ("detected", None, None),
        SignState::Desk { verdict, review } => ("desk", Some(verdict.code()), Some(*review)),
        SignState::Tasked { review } => ("tasked", None, Some(*review)),
        SignState::Field { finding, review } => ("field", Some(finding.code()), Some(*review)),
        SignState::Expired => ("expired", None, None),
    }
}

/// Tells whether a sign in this state is still worked: then no second one may be opened for object and rule.
fn is_open(state: &SignState) -> bool {
    match state {
        SignState::Detected | SignState::Tasked { .. } => true,
        SignState::Desk { verdict, .. } => matches!(verdict, DeskVerdict::Confirmed | DeskVerdict::NeedsData),
        SignState::Field { .. } | SignState::Expired => false,
    }
}

fn state(cells: &mut Cells<'_>) -> Result<SignState, StoreError> {
    let code = cells.text()?;
    let verdict: Option<String> = cells.take()?;
    let review: Option<DeskReviewId> = cells.take()?;
    let finding: Option<FieldFinding> = verdict.as_deref().and_then(enum_from_code);
    if let ("field", Some(finding), Some(review)) = (code, finding, review) {
        return Ok(SignState::Field { finding, review });
    }
    let verdict: Option<DeskVerdict> = verdict.as_deref().and_then(enum_from_code);
    match (code, verdict, review) {
        ("detected", None, None) => Ok(SignState::Detected),
        ("desk", Some(verdict), Some(review)) => Ok(SignState::Desk { verdict, review }),
        ("tasked", None, Some(review)) => Ok(SignState::Tasked { review }),
        ("expired", None, None) => Ok(SignState::Expired),
        _ => Err(StoreError::Corrupt {
            what: "sign",
            detail: format!("state «{code}» without its decision"),
        }),
    }
}

/// Reads a sign from the first columns of a row.
pub(crate) fn sign(row: &Row) -> Result<ViolationSign, StoreError> {
    let mut cells = row.cells();
    Ok(ViolationSign {
        id: cells.take()?,
        object: cells.take()?,
        control_kind: cells.take()?,
        rule: cells.take()?,
        points: cells.take()?,
        priority: cells.take()?,
        opened_at: cells.take()?,
        evidence: cells.take()?,
        state: state(&mut cells)?,
    })
}

impl WriteTx {
    /// Adds signs.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` (`signs_one_open`) when one is open for the same object, rule and control kind.
    pub async fn insert_signs(&mut self, signs: &[ViolationSign]) -> Result<(), StoreError> {
        let mut values = Vec::with_capacity(signs.len() * SIGNS.columns.len());
        for sign in signs {
            let (state, verdict, review) = parts(&sign.state);
            values.extend(binds![
                sign.id,
                sign.object,
                &sign.control_kind,
                &sign.rule,
                sign.points,
                sign.priority,
                sign.opened_at,
                &sign.evidence,
                state,
                verdict,
                review,
                is_open(&sign.state),
            ]);
        }
        self.insert_many(&SIGNS, values).await?;
        Ok(())
    }

    /// Brings points, priority and evidence of signs that wait for the desk up to date; a sign that was decided
    /// meanwhile keeps what the desk saw. Returns how many were changed.
    ///
    /// # Errors
    /// As every write.
    pub async fn refresh_signs(&mut self, signs: &[ViolationSign]) -> Result<u64, StoreError> {
        let mut changed = 0;
        for sign in signs {
            changed += self
                .execute(
                    "update signs set points = $2, priority = $3, evidence = $4 where id = $1 and state = 'detected'",
                    binds![sign.id, sign.points, sign.priority, &sign.evidence],
                )
                .await?;
        }
        Ok(changed)
    }

    /// Ends signs whose rule fires no more; one that left the state that was read, as by a decision of the desk, stays as
    /// it is by now. Returns how many were ended.
    ///
    /// # Errors
    /// As every write.
    pub async fn expire_signs(&mut self, signs: &[ViolationSign]) -> Result<u64, StoreError> {
        let (expired, ..) = parts(&SignState::Expired);
        let mut changed = 0;
        for sign in signs {
            let (state, verdict, _) = parts(&sign.state);
            changed += self
                .execute(
                    "update signs set state = $4, verdict = null, review = null, is_open = $5
                     where id = $1 and state = $2 and coalesce(verdict, '') = $3",
                    binds![
                        sign.id,
                        state,
                        verdict.unwrap_or_default(),
                        expired,
                        is_open(&SignState::Expired)
                    ],
                )
                .await?;
        }
        Ok(changed)
    }

    /// Moves a sign from the state that was read to another.
    ///
    /// # Errors
    /// `STATE_CHANGED` when it is in another state by now.
    pub async fn change_sign(
        &mut self,
        id: SignId,
        from: &SignState,
        to: &SignState,
    ) -> Result<(), StoreError> {
        let (old_state, old_verdict, _) = parts(from);
        let (state, verdict, review) = parts(to);
        self.execute_one(
            "update signs set state = $4, verdict = $5, review = $6, is_open = $7
             where id = $1 and state = $2 and coalesce(verdict, '') = $3",
            binds![id, old_state, old_verdict.unwrap_or_default(), state, verdict, review, is_open(to)],
            "sign",
            &id,
        )
        .await
    }
}

impl Store {
    /// Returns signs by object, rule and age.
    ///
    /// # Errors
    /// As every read.
    pub async fn signs(&self, scope: SignScope) -> Result<Vec<ViolationSign>, StoreError> {
        self.list(
            select_signs!("where ($1 = 0 or s.is_open = 1) order by s.object, s.rule, s.opened_at, s.id"),
            binds![scope == SignScope::Open],
            sign,
        )
        .await
    }

    /// Returns a sign.
    ///
    /// # Errors
    /// As every read.
    pub async fn sign(&self, id: SignId) -> Result<Option<ViolationSign>, StoreError> {
        self.find(select_signs!("where s.id = $1"), binds![id], sign).await
    }

    /// Returns all signs of an object, the newest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn signs_of(&self, object: ObjectId) -> Result<Vec<ViolationSign>, StoreError> {
        self.list(
            select_signs!("where s.object = $1 order by s.opened_at desc, s.rule, s.id"),
            binds![object],
            sign,
        )
        .await
    }
}
