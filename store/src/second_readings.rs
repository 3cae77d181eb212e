//! Second readings of desk decisions: drawn once, given once, by another analyst; and how disagreements were settled.

use dozor_domain::{
    Chance, DeskReviewId, LookSettlement, RecordId, SecondReading, SecondVerdict, SettledAs, SignId, UserId,
};

use crate::sources::enum_from_code;
use crate::sql::{Cells, Row, binds};
use crate::{Store, StoreError, WriteTx};

macro_rules! select_readings {
    ($tail:literal) => {
        concat!(
            "select r.review, r.sign, r.object, r.first_author, r.inclusion, r.drawn_at, r.id, r.verdict, r.comment,
               r.author, r.read_at from second_readings r ",
            $tail
        )
    };
}

fn corrupt(detail: String) -> StoreError {
    StoreError::Corrupt { what: "second reading", detail }
}

fn chance(cells: &mut Cells<'_>) -> Result<Chance, StoreError> {
    let billionths: i64 = cells.take()?;
    let whole = u32::try_from(billionths).map_err(|fault| corrupt(fault.to_string()))?;
    Chance::try_from(whole).map_err(corrupt)
}

fn answer(cells: &mut Cells<'_>) -> Result<Option<SecondVerdict>, StoreError> {
    let id: Option<DeskReviewId> = cells.take()?;
    let verdict: Option<String> = cells.take()?;
    let comment: Option<String> = cells.take()?;
    let author: Option<UserId> = cells.take()?;
    let read_at = cells.take()?;
    let verdict = verdict.as_deref().map(|code| enum_from_code(code).ok_or_else(|| corrupt(code.to_owned())));
    match (id, verdict.transpose()?, comment, author, read_at) {
        (None, None, None, None, None) => Ok(None),
        (Some(id), Some(verdict), Some(comment), Some(author), Some(read_at)) => {
            Ok(Some(SecondVerdict { id, verdict, comment, author, read_at }))
        }
        _ => Err(corrupt("an answer without all its parts".to_owned())),
    }
}

fn reading(row: &Row) -> Result<SecondReading, StoreError> {
    let mut cells = row.cells();
    Ok(SecondReading {
        review: cells.take()?,
        sign: cells.take()?,
        object: cells.take()?,
        first_author: cells.take()?,
        inclusion: chance(&mut cells)?,
        drawn_at: cells.take()?,
        answer: answer(&mut cells)?,
    })
}

fn settlement(row: &Row) -> Result<LookSettlement, StoreError> {
    let mut cells = row.cells();
    Ok(LookSettlement {
        look: cells.take()?,
        settled: cells.code("settlement", enum_from_code::<SettledAs>)?,
        comment: cells.take()?,
        author: cells.take()?,
        at: cells.take()?,
    })
}

impl WriteTx {
    /// Writes down that a desk decision is to be read a second time.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` when it is drawn already.
    pub async fn insert_second_reading(&mut self, reading: &SecondReading) -> Result<(), StoreError> {
        self.execute_one(
            "insert into second_readings (review, sign, object, first_author, inclusion, drawn_at)
             values ($1, $2, $3, $4, $5, $6)",
            binds![
                reading.review,
                reading.sign,
                reading.object,
                reading.first_author,
                i64::from(u32::from(reading.inclusion)),
                reading.drawn_at
            ],
            "second reading",
            &reading.review,
        )
        .await
    }

    /// Stores the answer of a second reading that waits.
    ///
    /// # Errors
    /// `STATE_CHANGED` when it is given already or its reader gave the first decision; `DATABASE_CONSTRAINT`
    /// (`second_readings_id`) when the id is taken.
    pub async fn give_second_reading(
        &mut self,
        review: DeskReviewId,
        answer: &SecondVerdict,
    ) -> Result<(), StoreError> {
        self.execute_one(
            "update second_readings set id = $2, verdict = $3, comment = $4, author = $5, read_at = $6
             where review = $1 and author is null and first_author <> $5",
            binds![review, answer.id, answer.verdict.code(), &answer.comment, answer.author, answer.read_at],
            "second reading",
            &review,
        )
        .await
    }

    /// Stores how a disagreement was settled.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` when it is settled already.
    pub async fn settle_look(&mut self, settled: &LookSettlement) -> Result<(), StoreError> {
        self.execute_one(
            "insert into look_settlements (look, settled, comment, author, at) values ($1, $2, $3, $4, $5)",
            binds![settled.look, settled.settled.code(), &settled.comment, &settled.author, settled.at],
            "settlement",
            &settled.look,
        )
        .await
    }
}

impl Store {
    /// Returns all second readings of the decisions about a sign, the latest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn second_readings_of(&self, sign: SignId) -> Result<Vec<SecondReading>, StoreError> {
        self.list(
            select_readings!("where r.sign = $1 order by r.drawn_at desc, r.review"),
            binds![sign],
            reading,
        )
        .await
    }

    /// Returns the second readings that wait, the earliest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn waiting_second_readings(&self) -> Result<Vec<SecondReading>, StoreError> {
        self.list(
            select_readings!(
                "join signs s on s.id = r.sign
                 where r.author is null and s.state in ('desk', 'tasked') order by r.drawn_at, r.review"
            ),
            vec![],
            reading,
        )
        .await
    }

    /// Returns the second readings that were given.
    ///
    /// # Errors
    /// As every read.
    pub async fn given_second_readings(&self) -> Result<Vec<SecondReading>, StoreError> {
        self.list(select_readings!("where r.author is not null order by r.review"), vec![], reading).await
    }

    /// Returns the second readings that a user gave, the latest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn second_readings_by(&self, author: UserId) -> Result<Vec<SecondReading>, StoreError> {
        self.list(
            select_readings!("where r.author = $1 order by r.read_at desc, r.review"),
            binds![author],
            reading,
        )
        .await
    }

    /// Returns the second reading that has this id.
    ///
    /// # Errors
    /// As every read.
    pub async fn second_reading(&self, id: DeskReviewId) -> Result<Option<SecondReading>, StoreError> {
        self.find(select_readings!("where r.id = $1"), binds![id], reading).await
    }

    /// Returns all settlements, the latest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn look_settlements(&self) -> Result<Vec<LookSettlement>, StoreError> {
        self.list(
            "select look, settled, comment, author, at from look_settlements order by at desc, look",
            vec![],
            settlement,
        )
        .await
    }

    /// Returns the settlement of one disagreement.
    ///
    /// # Errors
    /// As every read.
    pub async fn look_settlement(&self, look: RecordId) -> Result<Option<LookSettlement>, StoreError> {
        self.find(
            "select look, settled, comment, author, at from look_settlements where look = $1",
            binds![look],
            settlement,
        )
        .await
    }
}
