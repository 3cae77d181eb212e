//! Requests to change a category: filed with a term of law, answered by an official with reasons. Nobody sets a category
//! by an answer: a request is granted when the facts have changed and an official's decision has lowered the category.

use dozor_domain::{
    AssignmentState, CategoryAssignment, CategoryRequest, CategoryRequestId, Localized, ObjectId, ObjectRow,
    Permission, RequestState, RequestVerdict, RiskCategory, Timestamp, hex, sha256,
};
use dozor_scoring::{Explanation, ReplyGround, ReplyHead, reply};
use dozor_store::StoreError;
use jiff::civil::Date;
use serde_json::json;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::explaining::{ExplainedPart, ObjectExplanation};
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

/// Is a reply that an official may read and give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftedReply {
    /// Its words.
    pub text: Localized,
    /// Names these words: an answer says which it gives.
    pub hash: String,
    /// Whether it names criteria.
    pub is_reasoned: bool,
}

/// Is what an official answers.
#[derive(Clone, Copy, Debug)]
pub struct GivenAnswer<'a> {
    /// What came of the request.
    pub verdict: RequestVerdict,
    /// Added to the reply.
    pub comment: &'a str,
    /// Names the reply that was read.
    pub reply_hash: &'a str,
}

/// Is what is known of the category in force.
#[derive(Debug)]
struct Merits {
    category: RiskCategory,
    order: Option<String>,
    explanation: Option<Explanation>,
    proposed: Option<(RiskCategory, Date)>,
}

impl Default for Merits {
    fn default() -> Self {
        Self { category: RiskCategory::Low, order: None, explanation: None, proposed: None }
    }
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
            category: self.category_on((object.id, &filed.control_kind), filed_on).await?,
            control_kind: filed.control_kind,
            reference,
            filed_on,
            due_on,
            entered_at: self.now(),
            state: RequestState::Filed,
        };
        let mut tx = self.store.begin().await?;
        tx.insert_category_request(&request).await.map_err(|fault| match fault {
            StoreError::Constraint { constraint, .. } if constraint == "category_requests_paper" => {
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

    /// Drafts the reply that says a verdict.
    ///
    /// # Errors
    /// [`AppError::CategoryRequestUnknown`]; the store's.
    pub async fn draft_reply(
        &self,
        id: CategoryRequestId,
        verdict: RequestVerdict,
    ) -> Result<DraftedReply, AppError> {
        let request = self.category_request(id).await?;
        let object = self.store.object(request.object).await?;
        let head = ReplyHead {
            reference: request.reference.clone(),
            filed_on: request.filed_on,
            object: match &object {
                Some(object) if object.title.is_empty() => object.key.clone(),
                Some(object) => object.title.clone(),
                None => request.object.to_string(),
            },
            control_kind: self.control_title(&request.control_kind),
        };
        let merits = match verdict {
            RequestVerdict::Left => Merits::default(),
            RequestVerdict::Granted | RequestVerdict::Refused => self.merits(&request, object).await?,
        };
        let ground = ReplyGround {
            category: self.category_title(merits.category),
            order: merits.order.as_deref(),
            explanation: merits.explanation.as_ref(),
            proposed: merits.proposed.map(|(category, day)| (self.category_title(category), day)),
        };
        let text = reply(&head, verdict, &ground);
        let hash = hex(&sha256(format!("{}\n\n{}", text.ru, text.en).as_bytes()));
        Ok(DraftedReply { text, hash, is_reasoned: merits.explanation.is_some() })
    }

    /// Answers a request with the reply that was read. Granted only where the category in force is lower than when the
    /// request came.
    ///
    /// # Errors
    /// [`AppError::CategoryRequestRefused`], [`AppError::CategoryRequestUnknown`]; [`AppError::CategoryReplyChanged`] when
    /// the reply would say other words by now; [`AppError::State`] when it is answered; the store's.
    pub async fn answer_category_request(
        &self,
        id: CategoryRequestId,
        answer: GivenAnswer<'_>,
        actor: &Actor,
    ) -> Result<CategoryRequest, AppError> {
        actor.may(Permission::DecideCategories)?;
        let request = self.category_request(id).await?;
        let GivenAnswer { verdict, comment, reply_hash } = answer;
        let in_force = self.active(request.object, &request.control_kind).await?;
        let in_force = in_force.map_or(RiskCategory::Low, |one| one.category);
        if verdict == RequestVerdict::Granted && in_force >= request.category {
            return Err(refused(
                "the category in force is not lower: it follows the facts and an order, not an answer",
            ));
        }
        let comment = comment.trim();
        if verdict == RequestVerdict::Left && comment.is_empty() {
            return Err(refused("a request is left without an answer on its merits only with a reason"));
        }
        let DraftedReply { text: drafted, hash, is_reasoned } = self.draft_reply(id, verdict).await?;
        if verdict != RequestVerdict::Left && !is_reasoned && comment.is_empty() {
            return Err(refused(
                "no run knows the object under this category: the answer needs its reasons in words",
            ));
        }
        if request.state == RequestState::Filed && hash != reply_hash {
            return Err(AppError::CategoryReplyChanged { id: id.to_string() });
        }
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

    /// Finds why the category in force is what it is: by the latest run where it says the same, else by the run of its
    /// decision, with what the latest one proposes beside it.
    async fn merits(&self, request: &CategoryRequest, object: Option<ObjectRow>) -> Result<Merits, AppError> {
        let active = self.active(request.object, &request.control_kind).await?;
        let mut merits = Merits::default();
        if let Some(one) = &active {
            merits.category = one.category;
            if let AssignmentState::Active { decision } = one.state {
                merits.order = self.store.decision(decision).await?.map(|order| order.order_number);
            }
        }
        let Some(object) = object else { return Ok(merits) };
        let latest = part_of(self.explain_object(object.clone(), None).await, &request.control_kind)?;
        match latest {
            Some((part, _)) if part.assessment.category == merits.category => {
                merits.explanation = Some(part.explanation);
                return Ok(merits);
            }
            Some((part, as_of)) => {
                let day = self.methodology.manifest.zone.day_of(as_of);
                merits.proposed = day.map(|day| (part.assessment.category, day));
            }
            None => {}
        }
        if let Some(one) = active {
            let decided = part_of(self.explain_by_run(object, one.run).await, &request.control_kind)?;
            merits.explanation = decided.map(|(part, _)| part.explanation);
        }
        Ok(merits)
    }

    pub(crate) async fn category_request(&self, id: CategoryRequestId) -> Result<CategoryRequest, AppError> {
        let found = self.store.category_request(id).await?;
        found.ok_or_else(|| AppError::CategoryRequestUnknown { id: id.to_string() })
    }

    /// Returns the assignment in force; none where nobody decided: then the category is the lowest.
    async fn active(&self, object: ObjectId, control: &str) -> Result<Option<CategoryAssignment>, AppError> {
        let assignments = self.store.assignments_of(object).await?;
        let mut own = assignments.into_iter().map(|one| one.assignment);
        Ok(own.find(|one| one.control_kind == control && matches!(one.state, AssignmentState::Active { .. })))
    }

    /// Returns the highest category that was in force at any hour of a day; where the first order came later, what it
    /// assigned.
    async fn category_on(
        &self,
        (object, control): (ObjectId, &str),
        day: Date,
    ) -> Result<RiskCategory, AppError> {
        let zone = &self.methodology.manifest.zone;
        let start = zone.start_of_day(day);
        let end = day.tomorrow().ok().and_then(|next| zone.start_of_day(next));
        let assignments = self.store.assignments_of(object).await?;
        let own = assignments.into_iter().filter(|one| one.assignment.control_kind == control);
        let mut decided: Vec<(Timestamp, RiskCategory)> =
            own.filter_map(|one| Some((one.decided_at?, one.assignment.category))).collect();
        decided.sort();
        Ok(highest_between(&decided, (start, end)))
    }

    fn category_title(&self, category: RiskCategory) -> Localized {
        let titles = &self.methodology.manifest.category_titles;
        titles
            .get(&category)
            .cloned()
            .unwrap_or_else(|| Localized { ru: category.code().to_owned(), en: category.code().to_owned() })
    }

    fn control_title(&self, code: &str) -> Localized {
        let kinds = self.methodology.manifest.control_kinds.iter();
        kinds.filter(|kind| kind.code == code).map(|kind| kind.title.clone()).next().unwrap_or_default()
    }
}

/// Returns the highest of the categories that stood in a span, of decisions in the order of time.
fn highest_between(
    decided: &[(Timestamp, RiskCategory)],
    (start, end): (Option<Timestamp>, Option<Timestamp>),
) -> RiskCategory {
    let before = decided.iter().rfind(|(at, _)| start.is_some_and(|start| *at < start));
    let within = decided
        .iter()
        .filter(|(at, _)| start.is_none_or(|start| *at >= start) && end.is_none_or(|end| *at < end));
    let stood = before.into_iter().chain(within).map(|(_, category)| *category).max();
    stood.or(decided.first().map(|(_, category)| *category)).unwrap_or(RiskCategory::Low)
}

/// Takes the part of one kind of control; none where the object is not in the run.
fn part_of(
    explained: Result<ObjectExplanation, AppError>,
    control: &str,
) -> Result<Option<(ExplainedPart, Timestamp)>, AppError> {
    match explained {
        Ok(found) => {
            let as_of = found.as_of;
            let part = found.parts.into_iter().find(|part| part.assessment.control_kind == control);
            Ok(part.map(|part| (part, as_of)))
        }
        Err(
            AppError::NotAssessedYet { .. } | AppError::ObjectNotFound { .. } | AppError::RunNotFound { .. },
        ) => Ok(None),
        Err(other) => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_category_of_a_day_is_the_highest_that_stood_on_it() {
        let at = Timestamp::from_micros;
        let decided = [(at(10), RiskCategory::High), (at(25), RiskCategory::Moderate)];
        let on = |start, end| highest_between(&decided, (Some(at(start)), Some(at(end))));
        assert_eq!(on(15, 20), RiskCategory::High, "entered later than an order that lowered it");
        assert_eq!(on(20, 30), RiskCategory::High, "it was in force for some hours");
        assert_eq!(on(30, 40), RiskCategory::Moderate);
        assert_eq!(on(0, 5), RiskCategory::High, "the first order came later");
        assert_eq!(highest_between(&[], (Some(at(0)), Some(at(5)))), RiskCategory::Low);
    }
}
