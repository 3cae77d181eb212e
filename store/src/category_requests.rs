//! Requests to change a category: added once, answered once.

use dozor_domain::{
    CategoryRequest, CategoryRequestId, Localized, ObjectId, RequestState, RequestVerdict, Timestamp,
};

use crate::sql::{Cells, Row, binds};
use crate::{Store, StoreError, WriteTx};

macro_rules! select_requests {
    ($tail:literal) => {
        concat!(
            "select id, object, control_kind, reference, category, filed_on, due_on, entered_at, verdict, reply, official,
               answered_at from category_requests ",
            $tail
        )
    };
}

fn corrupt(detail: String) -> StoreError {
    StoreError::Corrupt { what: "category request", detail }
}

fn day<D: std::str::FromStr>(cells: &mut Cells<'_>) -> Result<D, StoreError> {
    let text = cells.text()?;
    text.parse().map_err(|_| corrupt(format!("«{text}» is no day")))
}

fn state(cells: &mut Cells<'_>) -> Result<RequestState, StoreError> {
    let verdict: Option<String> = cells.take()?;
    let reply: Option<String> = cells.take()?;
    let official: Option<String> = cells.take()?;
    let at: Option<Timestamp> = cells.take()?;
    match (verdict, reply, official, at) {
        (None, None, None, None) => Ok(RequestState::Filed),
        (Some(verdict), Some(reply), Some(official), Some(at)) => {
            let known = RequestVerdict::ALL.into_iter().find(|known| known.code() == verdict);
            let verdict = known.ok_or_else(|| corrupt(format!("verdict «{verdict}»")))?;
            let json = |source| StoreError::Json { what: "category request", source };
            let reply: Localized = serde_json::from_str(&reply).map_err(json)?;
            Ok(RequestState::Answered { verdict, reply, official, at })
        }
        _ => Err(corrupt("an answer without all its parts".to_owned())),
    }
}

fn request(row: &Row) -> Result<CategoryRequest, StoreError> {
    let mut cells = row.cells();
    Ok(CategoryRequest {
        id: cells.take()?,
        object: cells.take()?,
        control_kind: cells.take()?,
        reference: cells.take()?,
        category: cells.take()?,
        filed_on: day(&mut cells)?,
        due_on: day(&mut cells)?,
        entered_at: cells.take()?,
        state: state(&mut cells)?,
    })
}

impl WriteTx {
    /// Adds a request.
    ///
    /// # Errors
    /// `DATABASE_CONSTRAINT` (`category_requests_paper`) when the paper is entered for this object and kind of control.
    pub async fn insert_category_request(&mut self, request: &CategoryRequest) -> Result<(), StoreError> {
        self.execute_one(
            "insert into category_requests
               (id, object, control_kind, reference, category, filed_on, due_on, entered_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            binds![
                request.id,
                request.object,
                &request.control_kind,
                &request.reference,
                request.category,
                request.filed_on.to_string(),
                request.due_on.to_string(),
                request.entered_at
            ],
            "category request",
            &request.id,
        )
        .await
    }

    /// Writes the answer of a request that has none.
    ///
    /// # Errors
    /// `STATE_CHANGED` when it is not there or answered already.
    pub async fn answer_category_request(&mut self, request: &CategoryRequest) -> Result<(), StoreError> {
        let RequestState::Answered { verdict, reply, official, at } = &request.state else {
            return Err(corrupt("an answer that says nothing".to_owned()));
        };
        let json = |source| StoreError::Json { what: "category request", source };
        self.execute_one(
            "update category_requests set verdict = $2, reply = $3, official = $4, answered_at = $5
             where id = $1 and verdict is null",
            binds![request.id, verdict.code(), serde_json::to_string(reply).map_err(json)?, official, *at],
            "category request",
            &request.id,
        )
        .await
    }
}

impl Store {
    /// Returns one request.
    ///
    /// # Errors
    /// As every read.
    pub async fn category_request(
        &self,
        id: CategoryRequestId,
    ) -> Result<Option<CategoryRequest>, StoreError> {
        self.find(select_requests!("where id = $1"), binds![id], request).await
    }

    /// Returns the requests about an object, the newest first.
    ///
    /// # Errors
    /// As every read.
    pub async fn category_requests_of(&self, object: ObjectId) -> Result<Vec<CategoryRequest>, StoreError> {
        self.list(
            select_requests!("where object = $1 order by filed_on desc, reference"),
            binds![object],
            request,
        )
        .await
    }

    /// Returns the requests that were answered at an instant or later, the earliest answer first.
    ///
    /// # Errors
    /// As every read.
    pub async fn category_requests_answered_since(
        &self,
        since: Timestamp,
    ) -> Result<Vec<CategoryRequest>, StoreError> {
        self.list(
            select_requests!("where answered_at >= $1 order by answered_at, id"),
            binds![since],
            request,
        )
        .await
    }

    /// Returns the requests that wait, the earliest term first.
    ///
    /// # Errors
    /// As every read.
    pub async fn open_category_requests(&self) -> Result<Vec<CategoryRequest>, StoreError> {
        self.list(
            select_requests!("where verdict is null order by due_on, filed_on, reference"),
            vec![],
            request,
        )
        .await
    }
}
