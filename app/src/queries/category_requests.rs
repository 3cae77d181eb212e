//! Requests to change a category, as the card and the page of decisions show them.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use dozor_domain as domain;
use dozor_domain::{CategoryRequestId, ObjectId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Queries;
use super::codes::{RequestVerdict, RiskCategory};
use super::common::Localized;
use crate::User;
use crate::category_requests::{FiledRequest, GivenAnswer};
use crate::error::AppError;

/// A request waits while there is no `verdict`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CategoryRequest {
    pub id: String,
    pub object_id: String,
    pub object_key: String,
    pub object_title: String,
    pub control_kind: String,
    pub reference: String,
    /// The category in force when it came.
    pub category: RiskCategory,
    #[schema(format = Date)]
    pub filed_on: String,
    /// The last day for the answer.
    #[schema(format = Date)]
    pub due_on: String,
    /// It waits past its term.
    pub overdue: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<RequestVerdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<Localized>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub official: Option<String>,
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<String>,
}

/// Those that wait, the earliest term first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CategoryRequestList {
    pub items: Vec<CategoryRequest>,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCategoryRequest {
    pub control_kind: String,
    /// Number among the incoming papers.
    pub reference: String,
    #[schema(format = Date)]
    pub filed_on: String,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestAnswer {
    pub verdict: RequestVerdict,
    /// Added to the reply; needed to leave a request.
    #[serde(default)]
    pub comment: String,
    /// `hash` of the reply that was read.
    pub reply_hash: String,
}

/// The reply that would be given.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RequestReply {
    pub text: Localized,
    /// Names these words: the answer says which it gives.
    pub hash: String,
}

impl Queries {
    /// Returns the requests that wait.
    ///
    /// # Errors
    /// The store's.
    pub async fn category_requests(&self) -> Result<CategoryRequestList, AppError> {
        let (register, today) = (self.register().await?, self.dozor.today().await?);
        let open = self.dozor.store().open_category_requests().await?;
        let items = open.into_iter().map(|one| {
            let object = register.object(one.object).cloned();
            request_view(one, object.as_ref(), today)
        });
        Ok(CategoryRequestList { items: items.collect() })
    }

    /// Returns the requests about an object.
    pub(super) async fn requests_of(
        &self,
        object: &domain::ObjectRow,
    ) -> Result<Vec<CategoryRequest>, AppError> {
        let today = self.dozor.today().await?;
        let all = self.dozor.store().category_requests_of(object.id).await?;
        Ok(all.into_iter().map(|one| request_view(one, Some(object), today)).collect())
    }

    /// Enters a request.
    ///
    /// # Errors
    /// As [`crate::Dozor::file_category_request`].
    pub async fn file_request(
        &self,
        (object, id): (ObjectId, CategoryRequestId),
        body: NewCategoryRequest,
        user: &User,
    ) -> Result<CategoryRequest, AppError> {
        let missing = || AppError::ObjectNotFound { key: object.to_string() };
        let object = self.dozor.store().object(object).await?.ok_or_else(missing)?;
        let filed = FiledRequest {
            id,
            control_kind: body.control_kind,
            reference: body.reference,
            filed_on: body.filed_on,
        };
        let actor = self.dozor.actor_of(user);
        let request = self.dozor.file_category_request(&object, filed, &actor).await?;
        Ok(request_view(request, Some(&object), self.dozor.today().await?))
    }

    /// Drafts the reply to a request that says a verdict.
    ///
    /// # Errors
    /// As [`crate::Dozor::draft_reply`]; [`AppError::SecondLookWaits`], [`AppError::DrawnVisitWaits`].
    pub async fn request_reply(
        &self,
        id: CategoryRequestId,
        verdict: RequestVerdict,
        user: &User,
    ) -> Result<RequestReply, AppError> {
        let request = self.dozor.category_request(id).await?;
        self.dozor.expect_unsealed(user, request.object).await?;
        let drafted = self.dozor.draft_reply(id, verdict.into()).await?;
        Ok(RequestReply { text: Localized::from(&drafted.text), hash: drafted.hash })
    }

    /// Answers a request.
    ///
    /// # Errors
    /// As [`crate::Dozor::answer_category_request`].
    pub async fn answer_request(
        &self,
        id: CategoryRequestId,
        body: RequestAnswer,
        user: &User,
    ) -> Result<CategoryRequest, AppError> {
        let actor = self.dozor.actor_of(user);
        let answer = GivenAnswer {
            verdict: body.verdict.into(),
            comment: &body.comment,
            reply_hash: &body.reply_hash,
        };
        let request = self.dozor.answer_category_request(id, answer, &actor).await?;
        let object = self.dozor.store().object(request.object).await?;
        Ok(request_view(request, object.as_ref(), self.dozor.today().await?))
    }
}

pub(super) fn request_view(
    request: domain::CategoryRequest,
    object: Option<&domain::ObjectRow>,
    today: Date,
) -> CategoryRequest {
    let overdue = request.is_overdue(today);
    let (verdict, reply, official, answered_at) = match request.state {
        domain::RequestState::Filed => (None, None, None, None),
        domain::RequestState::Answered { verdict, reply, official, at } => {
            (Some(verdict), Some(reply), Some(official), Some(at.to_string()))
        }
    };
    CategoryRequest {
        id: request.id.to_string(),
        object_id: request.object.to_string(),
        object_key: object.map(|one| one.key.clone()).unwrap_or_default(),
        object_title: object.map(|one| one.title.clone()).unwrap_or_default(),
        control_kind: request.control_kind,
        reference: request.reference,
        category: request.category.into(),
        filed_on: request.filed_on.to_string(),
        due_on: request.due_on.to_string(),
        overdue,
        verdict: verdict.map(RequestVerdict::from),
        reply: reply.as_ref().map(Localized::from),
        official,
        answered_at,
    }
}
