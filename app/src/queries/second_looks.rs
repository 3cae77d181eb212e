//! The part of oversight about second looks: how far two people agree, and the disagreements that wait for a word.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use dozor_domain as domain;
use dozor_domain::RecordId;
use dozor_scoring::Agreement;
use dozor_store::User;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::common::{Localized, whole};
use super::version_effects::Share;
use super::{Queries, RegisterIndex};
use crate::error::AppError;
use crate::second_looks::{LookAgreement, LookCase, LookKind, SettleLook};

/// Share of pairs that say the same, and Cohen's kappa, each with its 95 % interval.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AgreementView {
    pub pairs: i64,
    pub agreed: Share,
    /// None where one side always says the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kappa: Option<Share>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleAgreement {
    /// Empty where a first visit found nothing.
    pub rule: String,
    pub title: Localized,
    pub agreement: AgreementView,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VerdictPairView {
    pub first: Localized,
    pub second: Localized,
    pub same: bool,
    pub pairs: i64,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LookAgreementView {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of_all: Option<AgreementView>,
    /// The rule with most pairs first.
    pub by_rule: Vec<RuleAgreement>,
    pub verdicts: Vec<VerdictPairView>,
    /// Second looks that wait to be given.
    pub waiting: i64,
    /// Share that the lot chooses.
    pub share: f64,
}

/// `kind`: reading visit. `settled`: `first_stands` `second_stands`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LookCaseView {
    pub id: String,
    pub kind: String,
    pub object_id: String,
    pub object_key: String,
    pub object_title: String,
    pub rule: String,
    pub rule_title: Localized,
    pub first: Localized,
    pub second: Localized,
    #[schema(format = DateTime)]
    pub at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// Second looks of a year.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SecondLookList {
    #[schema(format = DateTime)]
    pub from: String,
    #[schema(format = DateTime)]
    pub until: String,
    pub readings: LookAgreementView,
    pub visits: LookAgreementView,
    /// Those that wait first, then the newest.
    pub cases: Vec<LookCaseView>,
}

/// Says who saw it right.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettledAs {
    FirstStands,
    SecondStands,
}

#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSettlement {
    #[schema(inline)]
    pub settled: SettledAs,
    /// Always needed.
    pub comment: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Settlement {
    pub id: String,
    pub settled: String,
    pub comment: String,
    pub author: String,
    #[schema(format = DateTime)]
    pub at: String,
}

impl From<&Agreement> for AgreementView {
    fn from(one: &Agreement) -> Self {
        Self { pairs: whole(one.pairs), agreed: one.agreed.into(), kappa: one.kappa.map(Share::from) }
    }
}

impl Queries {
    /// Returns how far the second looks of the last year agree with the first ones; cases of objects that are sealed to the
    /// caller wait until he has looked himself.
    ///
    /// # Errors
    /// As [`crate::Dozor::second_looks`].
    pub async fn second_looks(&self, user: &User) -> Result<SecondLookList, AppError> {
        let sealed = self.dozor.sealed_to(user).await?;
        let found = self.dozor.second_looks(self.dozor.end_of_looks().await?).await?;
        let register = self.register().await?;
        let settings = &self.dozor.methodology.planner.settings;
        let open = found.cases.iter().filter(|case| !sealed.contains(&case.object));
        let view = |kind, one, share| self.agreement_view(kind, one, share);
        Ok(SecondLookList {
            from: found.from.to_string(),
            until: found.until.to_string(),
            readings: view(LookKind::Reading, &found.readings, settings.second_reading_share),
            visits: view(LookKind::Visit, &found.visits, settings.second_visit_share),
            cases: open.map(|case| self.case_view(case, &register)).collect(),
        })
    }

    /// Settles a disagreement.
    ///
    /// # Errors
    /// As [`crate::Dozor::settle_look`].
    pub async fn settle_look(
        &self,
        look: &str,
        body: NewSettlement,
        user: &User,
    ) -> Result<Settlement, AppError> {
        let missing = || AppError::LookNotFound { look: look.to_owned() };
        let settled = match body.settled {
            SettledAs::FirstStands => domain::SettledAs::FirstStands,
            SettledAs::SecondStands => domain::SettledAs::SecondStands,
        };
        let look = RecordId::parse(look).ok_or_else(missing)?;
        let command = SettleLook { look, settled, comment: body.comment };
        let done = self.dozor.settle_look(command, &self.dozor.actor_of(user)).await?;
        Ok(Settlement {
            id: done.look.to_string(),
            settled: done.settled.code().to_owned(),
            comment: done.comment,
            author: done.author,
            at: done.at.to_string(),
        })
    }

    fn agreement_view(&self, kind: LookKind, one: &LookAgreement, share: f64) -> LookAgreementView {
        let rule = |(rule, agreement): &(String, Agreement)| RuleAgreement {
            title: self.rule_of(rule),
            rule: rule.clone(),
            agreement: agreement.into(),
        };
        let verdict = |pair: &crate::second_looks::VerdictPair| VerdictPairView {
            first: self.said_words(kind, &pair.first),
            second: self.said_words(kind, &pair.second),
            same: pair.first == pair.second,
            pairs: whole(pair.pairs),
        };
        LookAgreementView {
            of_all: one.of_all.as_ref().map(AgreementView::from),
            by_rule: one.by_rule.iter().map(rule).collect(),
            verdicts: one.verdicts.iter().map(verdict).collect(),
            waiting: whole(one.waiting),
            share,
        }
    }

    fn case_view(&self, case: &LookCase, register: &RegisterIndex) -> LookCaseView {
        let object = register.object(case.object);
        LookCaseView {
            id: case.look.to_string(),
            kind: super::versions::code(&case.kind),
            object_id: case.object.to_string(),
            object_key: object.map(|object| object.key.clone()).unwrap_or_default(),
            object_title: object.map(|object| object.title.clone()).unwrap_or_default(),
            rule: case.rule.clone(),
            rule_title: self.rule_of(&case.rule),
            first: self.said_words(case.kind, &case.first),
            second: self.said_words(case.kind, &case.second),
            at: case.at.to_string(),
            settled: case.settlement.as_ref().map(|one| one.settled.code().to_owned()),
            comment: case.settlement.as_ref().map(|one| one.comment.clone()),
        }
    }

    /// Names a rule; nothing where there is none.
    fn rule_of(&self, rule: &str) -> Localized {
        match rule {
            "" => Localized::default(),
            rule => self.dozor.rule_title(rule),
        }
    }

    /// Says a verdict or a result in the pack's words.
    fn said_words(&self, kind: LookKind, code: &str) -> Localized {
        let field = match kind {
            LookKind::Reading => "verdict",
            LookKind::Visit => "result",
        };
        self.value_words(field, &domain::Value::Text(code.to_owned()))
    }
}
