//! Requests to change a category: filed with a term of law, answered by an official with reasons. Nobody sets a category
//! by an answer: a request is granted when the facts have changed and an official's decision has lowered the category.

use dozor_domain::{
    AssignmentState, CategoryRequest, CategoryRequestId, Localized, ObjectId, ObjectRow, Permission,
    RequestState, RequestVerdict, RiskCategory,
};
use dozor_scoring::{ReplyHead, reply};
use dozor_store::StoreError;
use serde_json::json;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::versions::Actor;

/// Code of the term in terms.toml.
const TERM: &str = "category_change";

/// Is what is entered of a request.
#[derive(Clone, Debug)]
pub struct FiledRequest {
    /// Id made where it was captured.
    pub id: CategoryRequestId,
    /// Code of the control kind.
    pub control_kind: String,
    /// Number among the incoming papers.
    pub reference: String,
    /// The day on which it came.
    pub filed_on: String,
}

fn refused(problem: &'static str) -> AppError {
    AppError::CategoryRequestRefused { problem }
}

impl Dozor {
    /// Enters a request with the last day for its answer.
    ///
    /// # Errors
    /// [`AppError::CategoryRequestRefused`]; [`AppError::CategoryRequestTaken`]; the store's.
    pub async fn file_category_request(
        &self,
        object: &ObjectRow,
        filed: FiledRequest,
        actor: &Actor,
    ) -> Result<CategoryRequest, AppError> {
        let filed_on = self.day(&filed.filed_on)?;
        let reference = filed.reference.trim().to_owned();
        let manifest = &self.methodology.manifest;
        let is_under = manifest.control_kinds_of(&object.kind).any(|kind| kind.code == filed.control_kind);
        if reference.is_empty() {
            return Err(refused("the number of the incoming paper is missing"));
        }
        if !is_under {
            return Err(refused("the object is not under this kind of control"));
        }
        if filed_on > self.today().await? {
            return Err(refused("it came on a day that has not come"));
        }
        let due_on = self.methodology.planner.terms.ends(TERM, filed_on, &manifest.calendar);
        let due_on =
            due_on.ok_or_else(|| refused("terms.toml has no term `category_change` for that day"))?;
        let request = CategoryRequest {
            id: filed.id,
            object: object.id,
            category: self.category_in_force(object.id, &filed.control_kind).await?,
            control_kind: filed.control_kind,
            reference,
            filed_on,
            due_on,
            entered_at: self.now(),
            state: RequestState::Filed,
        };
        let mut tx = self.store.begin().await?;
        tx.insert_category_request(&request).await.map_err(|fault| match fault {
            StoreError::Constraint { constraint, .. } if constraint == "category_requests_reference" => {
                AppError::CategoryRequestTaken { reference: request.reference.clone() }
            }
            other => other.into(),
        })?;
        let details = json!({ "object": request.object, "control_kind": request.control_kind,
                              "due_on": request.due_on.to_string() });
        tx.audit(self.audit(&actor.person.login, "file_category_request", &request.id.to_string(), &details));
        tx.commit().await?;
        Ok(request)
    }

    /// Drafts the reply from the latest run.
    ///
    /// # Errors
    /// [`AppError::CategoryRequestUnknown`]; as [`Dozor::explain_object`].
    pub async fn draft_reply(&self, id: CategoryRequestId) -> Result<Localized, AppError> {
        let request = self.category_request(id).await?;
        let missing = || AppError::ObjectNotFound { key: request.object.to_string() };
        let object = self.store.object(request.object).await?.ok_or_else(missing)?;
        let head = ReplyHead {
            reference: request.reference.clone(),
            filed_on: request.filed_on,
            object: if object.title.is_empty() { object.key.clone() } else { object.title.clone() },
            control_kind: self.control_title(&request.control_kind),
        };
        let explained = self.explain_object(object, None).await?;
        let part = explained.parts.iter().find(|part| part.assessment.control_kind == request.control_kind);
        let part = part.ok_or_else(missing)?;
        let order = self.order_in_force(request.object, &request.control_kind).await?;
        Ok(reply(&head, &part.explanation, order.as_deref()))
    }

    /// Answers a request. Granted only where the category in force is lower than when the request came.
    ///
    /// # Errors
    /// [`AppError::CategoryRequestRefused`], [`AppError::CategoryRequestUnknown`]; [`AppError::State`] when it is answered;
    /// the store's.
    pub async fn answer_category_request(
        &self,
        id: CategoryRequestId,
        (verdict, comment): (RequestVerdict, &str),
        actor: &Actor,
    ) -> Result<CategoryRequest, AppError> {
        actor.may(Permission::DecideCategories)?;
        let request = self.category_request(id).await?;
        let in_force = self.category_in_force(request.object, &request.control_kind).await?;
        if verdict == RequestVerdict::Granted && in_force >= request.category {
            return Err(refused(
                "the category in force is not lower: it follows the facts and an order, not an answer",
            ));
        }
        let comment = comment.trim();
        if verdict == RequestVerdict::Left && comment.is_empty() {
            return Err(refused("a request is left without an answer on its merits only with a reason"));
        }
        let drafted = self.draft_reply(id).await?;
        let reply = match comment.is_empty() {
            true => drafted,
            false => Localized {
                ru: format!("{}\n{comment}", drafted.ru),
                en: format!("{}\n{comment}", drafted.en),
            },
        };
        let answered = request.answer(verdict, reply, (actor.person.name.clone(), self.now()))?;
        let mut tx = self.store.begin().await?;
        tx.answer_category_request(&answered).await?;
        let details = json!({ "object": answered.object, "verdict": verdict.code() });
        tx.audit(self.audit(&actor.person.login, "answer_category_request", &id.to_string(), &details));
        tx.commit().await?;
        Ok(answered)
    }

    async fn category_request(&self, id: CategoryRequestId) -> Result<CategoryRequest, AppError> {
        let found = self.store.category_request(id).await?;
        found.ok_or_else(|| AppError::CategoryRequestUnknown { id: id.to_string() })
    }

    /// Returns the category in force; what nobody decided counts as low.
    async fn category_in_force(&self, object: ObjectId, control: &str) -> Result<RiskCategory, AppError> {
        let assignments = self.store.assignments_of(object).await?;
        let active = assignments
            .into_iter()
            .map(|one| one.assignment)
            .find(|one| one.control_kind == control && matches!(one.state, AssignmentState::Active { .. }));
        Ok(active.map_or(RiskCategory::Low, |one| one.category))
    }

    async fn order_in_force(&self, object: ObjectId, control: &str) -> Result<Option<String>, AppError> {
        for one in self.store.assignments_of(object).await? {
            if let (true, AssignmentState::Active { decision }) =
                (one.assignment.control_kind == control, one.assignment.state)
            {
                return Ok(self.store.decision(decision).await?.map(|order| order.order_number));
            }
        }
        Ok(None)
    }

    fn control_title(&self, code: &str) -> Localized {
        let kinds = self.methodology.manifest.control_kinds.iter();
        kinds.filter(|kind| kind.code == code).map(|kind| kind.title.clone()).next().unwrap_or_default()
    }
}
