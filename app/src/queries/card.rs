//! The card of one object: what it is, its categories with why, its signs, history and open work.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use dozor_domain as domain;
use dozor_domain::{AssignmentState, ObjectId};
use dozor_scoring::Section;
use dozor_store::{TaskFilter, TaskScope};
use serde::Serialize;
use utoipa::ToSchema;

use super::basis::BasisStep;
use super::category_history::CategoryEntry;
use super::category_requests::CategoryRequest;
use super::codes::{ModelRole, RiskCategory, TaskStateCode};
use super::common::{FactValue, Localized, Position, TerritoryRef, value_text};
use super::history::{HistoryEntry, SignEntry};
use super::rule_answers::RuleAnswer;
use super::shapes::Geometry;
use super::{Queries, RegisterIndex};
use crate::error::AppError;
use crate::explaining::{ExplainedPart, ObjectExplanation};

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ObjectLink {
    pub id: String,
    pub key: String,
    pub title: String,
    pub object_kind: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenTask {
    pub id: String,
    #[schema(format = Date)]
    pub date: String,
    pub event_kind: String,
    pub order_number: String,
    pub inspector_name: String,
    pub state: TaskStateCode,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DecisionRef {
    pub id: String,
    pub order_number: String,
    pub official: String,
    #[schema(format = DateTime)]
    pub decided_at: String,
}

/// One way to a lower category, or that there is none, with the facts to be changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WayDown {
    pub text: Localized,
    pub facts: Vec<Localized>,
}

/// One exact additive part of the model's log-odds. Feature `intercept` is the constant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Contribution {
    pub feature: String,
    pub title: Localized,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Of the value, where it is a quantity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Localized>,
    pub log_odds: f64,
}

/// What one kind of control says of the object.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ControlAssessment {
    pub control_kind: String,
    /// In force; `low` when nobody has decided.
    pub active_category: RiskCategory,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionRef>,
    /// Set when the run proposes something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed_category: Option<RiskCategory>,
    pub category: RiskCategory,
    pub rule_category: RiskCategory,
    pub highest_if_unknown: RiskCategory,
    pub role: ModelRole,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    pub points: f64,
    pub score: f64,
    pub summary: Localized,
    pub basis: Vec<BasisStep>,
    pub rules: Vec<RuleAnswer>,
    pub contributions: Vec<Contribution>,
    /// What would lower the category: the reply to a request of the person.
    pub would_lower: Vec<WayDown>,
    pub run_id: String,
    #[schema(format = DateTime)]
    pub as_of: String,
    pub methodology: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ObjectCard {
    pub id: String,
    pub key: String,
    pub source: String,
    pub source_title: Localized,
    pub title: String,
    pub object_kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub territory: Option<TerritoryRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Position>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geometry: Option<Geometry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<ObjectLink>,
    pub children: Vec<ObjectLink>,
    /// What the registry says.
    pub attributes: Vec<FactValue>,
    /// Since when its register no longer has it.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_at: Option<String>,
    /// One a control kind.
    pub assessments: Vec<ControlAssessment>,
    pub signs: Vec<SignEntry>,
    /// Decisions about the category with what had changed, newest first.
    pub category_history: Vec<CategoryEntry>,
    /// Requests to change the category, newest first.
    pub requests: Vec<CategoryRequest>,
    /// Newest first.
    pub history: Vec<HistoryEntry>,
    pub open_tasks: Vec<OpenTask>,
}

fn link(object: &domain::ObjectRow) -> ObjectLink {
    ObjectLink {
        id: object.id.to_string(),
        key: object.key.clone(),
        title: object.title.clone(),
        object_kind: object.kind.clone(),
    }
}

impl Queries {
    async fn control(
        &self,
        part: &ExplainedPart,
        explained: &ObjectExplanation,
        assignments: &[dozor_store::ActiveAssignment],
    ) -> Result<ControlAssessment, AppError> {
        let assessed = &part.assessment;
        let active = assignments.iter().find(|one| {
            one.assignment.control_kind == assessed.control_kind
                && matches!(one.assignment.state, AssignmentState::Active { .. })
        });
        let decision = match active.map(|one| &one.assignment.state) {
            Some(AssignmentState::Active { decision }) => self.dozor.store().decision(*decision).await?,
            Some(AssignmentState::Proposed | AssignmentState::Superseded { .. }) | None => None,
        };
        let in_force = active.map(|one| one.assignment.category);
        let base = part.contributions.as_ref().map(|all| Contribution {
            feature: "intercept".to_owned(),
            title: Localized { ru: "Постоянная часть".to_owned(), en: "Constant".to_owned() },
            value: None,
            unit: None,
            log_odds: all.base_log_odds,
        });
        let parts = part.contributions.iter().flat_map(|all| &all.parts).map(|one| Contribution {
            title: self.feature_title(&one.feature),
            feature: one.feature.clone(),
            value: (!one.value.is_empty()).then(|| shown(&one.value)),
            unit: self.unit_of(&one.feature),
            log_odds: one.log_odds,
        });
        let mut contributions: Vec<Contribution> = base.into_iter().chain(parts).collect();
        contributions.sort_by(|a, b| b.log_odds.abs().total_cmp(&a.log_odds.abs()));
        Ok(ControlAssessment {
            control_kind: assessed.control_kind.clone(),
            active_category: in_force.unwrap_or(domain::RiskCategory::Low).into(),
            decision: decision.map(|one| DecisionRef {
                id: one.id.to_string(),
                order_number: one.order_number,
                official: one.official,
                decided_at: one.decided_at.to_string(),
            }),
            proposed_category: (in_force != Some(assessed.category)).then(|| assessed.category.into()),
            category: assessed.category.into(),
            rule_category: assessed.rule_category.into(),
            highest_if_unknown: assessed.highest_if_unknown.into(),
            role: self.dozor.methodology.policy.role().into(),
            probability: assessed.probability.map(domain::Probability::get),
            points: assessed.points,
            score: assessed.score,
            summary: Localized::from(&part.explanation.summary),
            basis: assessed.basis.iter().map(|step| self.basis_step(step)).collect(),
            rules: self.answers(assessed, &explained.verdicts, &explained.facts),
            contributions,
            would_lower: would_lower(part),
            run_id: assessed.run.to_string(),
            as_of: explained.as_of.to_string(),
            methodology: explained.methodology.clone(),
            model: explained.model.clone(),
        })
    }

    async fn open_tasks(&self, object: ObjectId) -> Result<Vec<OpenTask>, AppError> {
        let store = self.dozor.store();
        let filter = TaskFilter { object: Some(object), scope: TaskScope::Open, ..TaskFilter::default() };
        let names = self.staff_names().await?;
        let mut open = Vec::new();
        for task in store.tasks(&filter).await? {
            let order = store.order(task.order).await?;
            open.push(OpenTask {
                id: task.id.to_string(),
                order_number: order.map(|order| order.number_text()).unwrap_or_default(),
                inspector_name: names.get(&task.inspector).cloned().unwrap_or(task.inspector),
                state: TaskStateCode::from(&task.state),
                date: task.date,
                event_kind: task.event_kind,
            });
        }
        Ok(open)
    }

    /// Returns the card of an object; without assessments before the first run.
    ///
    /// # Errors
    /// [`AppError::ObjectNotFound`]; the store's.
    pub async fn object_card(&self, id: ObjectId) -> Result<ObjectCard, AppError> {
        let register = self.register().await?;
        let missing = || AppError::ObjectNotFound { key: id.to_string() };
        let object = register.object(id).ok_or_else(missing)?;
        let (mut assessments, assignments) = (Vec::new(), self.dozor.store().assignments_of(id).await?);
        if register.run().is_some() {
            match self.dozor.explain_object(object.clone(), None).await {
                Ok(explained) => {
                    let snoozes = self.held_snoozes(id).await?;
                    for part in &explained.parts {
                        let mut control = self.control(part, &explained, &assignments).await?;
                        for rule in &mut control.rules {
                            rule.snooze = snoozes.get(&rule.rule).cloned();
                        }
                        assessments.push(control);
                    }
                }
                // Delivered after the latest run, or gone before it: the card says so by having no assessment.
                Err(AppError::ObjectNotFound { .. } | AppError::NotAssessedYet { .. }) => {}
                Err(other) => return Err(other),
            }
        }
        let recorded = self.recorded(object, None).await?;
        let (parent, children) = relatives(&register, object);
        Ok(ObjectCard {
            id: object.id.to_string(),
            key: object.key.clone(),
            source: object.source.clone(),
            source_title: self.dozor.source_title(&object.source),
            title: object.title.clone(),
            object_kind: object.kind.clone(),
            territory: register.territory(object.territory.as_deref()),
            location: object.position.map(Position::from),
            geometry: object.geometry.as_deref().and_then(Geometry::of),
            parent,
            children,
            attributes: recorded.attributes,
            left_at: (object.ended_at != domain::NO_TIME)
                .then(|| domain::Timestamp::from_micros(object.ended_at).to_string()),
            assessments,
            signs: self.sign_entries(id).await?,
            category_history: self.category_history(id, &assignments).await?,
            requests: self.requests_of(object).await?,
            history: recorded.history,
            open_tasks: self.open_tasks(id).await?,
        })
    }
}

/// Writes a feature's value as facts are written; texts stay as they are.
fn shown(value: &str) -> String {
    value.parse().map_or_else(|_| value.to_owned(), |number| value_text(&domain::Value::Float(number)))
}

fn relatives(register: &RegisterIndex, object: &domain::ObjectRow) -> (Option<ObjectLink>, Vec<ObjectLink>) {
    let parent = object.parent.and_then(|id| register.object(id)).map(link);
    let all = register.all_objects();
    let index = all.index_of(object.id).unwrap_or(domain::NO_OBJECT);
    let mut children: Vec<ObjectLink> =
        all.children_of(index).iter().filter_map(|&child| all.rows().get(child as usize)).map(link).collect();
    children.sort_by(|a, b| a.key.cmp(&b.key));
    (parent, children)
}

fn would_lower(part: &ExplainedPart) -> Vec<WayDown> {
    let lines = part.explanation.lines.iter().filter(|line| line.section == Section::Lower);
    lines
        .map(|line| WayDown {
            text: Localized::from(&line.text),
            facts: line.details.iter().map(Localized::from).collect(),
        })
        .collect()
}
