//! What the gate answers when somebody asks it: `dozor gate` and the object's card show the same.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use dozor_store::User;
use serde::Serialize;
use utoipa::ToSchema;

use super::codes::RiskCategory;
use super::common::{LegalReference, Localized};
use super::{Queries, words};
use crate::asking_gate::GateCall;
use crate::error::AppError;
use crate::queries::common::references;

/// One thing that is lacking.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GateRefusal {
    /// Code of what is lacking.
    pub lack: String,
    pub words: Localized,
    /// The articles that ask for it; empty where the pack names none.
    pub articles: Vec<LegalReference>,
}

impl From<&dozor_planner::Refusal> for GateRefusal {
    fn from(refusal: &dozor_planner::Refusal) -> Self {
        let lack = refusal.lack.code();
        Self { lack: lack.to_owned(), words: words::lack(lack), articles: references(&refusal.basis) }
    }
}

/// Whether a kind of event on a ground may be started for an object on a day. The ground is taken as it is asked; what
/// is known of the object on that day is read, and so is whether the data hold that ground.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GateAnswer {
    /// Key in the registry.
    pub object: String,
    pub control_kind: String,
    pub event: String,
    pub event_title: Localized,
    pub ground: String,
    /// Whether the data hold that ground for the object on that day. Where they do not, the answer is what it would be if
    /// there were one; some grounds stay on paper and are in no data.
    pub ground_on_record: bool,
    #[schema(format = Date)]
    pub date: String,
    /// `planning`, `signing` or `start`.
    pub moment: String,
    /// In force on that day; `low` where none was decided.
    pub category: RiskCategory,
    /// The day of the decision from which periods run; none = nobody had decided by then.
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category_decided_on: Option<String>,
    pub allowed: bool,
    /// In the gate's order; empty when allowed.
    pub refusals: Vec<GateRefusal>,
}

impl Queries {
    /// Asks the gate for somebody who looks at an object.
    ///
    /// # Errors
    /// [`AppError::SecondLookWaits`], [`AppError::DrawnVisitWaits`] where the object is sealed to him; those of [`crate::Dozor::ask_gate`].
    pub async fn ask_gate(&self, call: &GateCall, by: &User) -> Result<GateAnswer, AppError> {
        for object in self.dozor.store().objects_by_key(&call.object).await? {
            self.expect_unsealed(by, object.id).await?;
        }
        self.dozor.ask_gate(call).await
    }
}
