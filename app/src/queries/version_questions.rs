//! What a version would do to the whole portfolio, and what the portfolio says of the version in force: one question at
//! a time, answers kept.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::BTreeSet;
use std::sync::Arc;

use dozor_domain::Timestamp;
use dozor_store::User;
use serde::Serialize;
use utoipa::ToSchema;

use super::Queries;
use super::rule_histories::{RuleHistoryList, history_view};
use super::version_effects::Backtest;
use super::versions::code;
use super::whole_city::Asked;
use crate::error::AppError;
use crate::progress::Silent;

/// `level`: error warning. `example`: key of an object, or a case.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FindingView {
    pub level: String,
    pub code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    pub cause: String,
    pub action: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FindingList {
    pub items: Vec<FindingView>,
}

impl Queries {
    /// Compares a version with the one in force on the whole portfolio.
    ///
    /// # Errors
    /// [`AppError::PortfolioBusy`]; as [`crate::Dozor::backtest`].
    pub async fn version_backtest(
        &self,
        version: &str,
        as_of: Option<&str>,
        reader: &User,
    ) -> Result<Arc<Backtest>, AppError> {
        let answer = self.backtest_of_all(version, as_of).await?;
        let mut sealed = BTreeSet::new();
        for id in self.sealed_to(reader).await? {
            sealed.extend(self.dozor.store().object(id).await?.map(|object| object.key));
        }
        if !answer.moved.iter().any(|one| sealed.contains(&one.object_key)) {
            return Ok(answer);
        }
        // Which rule moves an object may tell what a colleague said of it before its second look.
        let mut open = Backtest::clone(&answer);
        open.moved.retain(|one| !sealed.contains(&one.object_key));
        Ok(Arc::new(open))
    }

    async fn backtest_of_all(&self, version: &str, as_of: Option<&str>) -> Result<Arc<Backtest>, AppError> {
        let hash = self.candidate_hash(version).await?;
        let instant = as_of.map(|text| self.dozor.instant(text)).transpose()?;
        let work = async {
            let candidate = self.dozor.candidate(&hash).await?;
            let as_of = match instant {
                Some(instant) => instant,
                None => self.moment().await?,
            };
            let report = self.dozor.backtest(candidate, as_of, &Silent).await?;
            Ok(Backtest::from(report))
        };
        self.city.ask(self.asked("backtest", &hash, as_of).await?, work).await
    }

    /// Verifies a version on the whole portfolio.
    ///
    /// # Errors
    /// [`AppError::PortfolioBusy`]; as [`crate::Dozor::verify_rules`].
    pub async fn version_findings(&self, version: &str) -> Result<Arc<FindingList>, AppError> {
        let hash = self.candidate_hash(version).await?;
        let work = async {
            let candidate = self.dozor.candidate(&hash).await?;
            let report = self.dozor.verify_rules(candidate, self.moment().await?, &Silent).await?;
            Ok(finding_list(report))
        };
        self.city.ask(self.asked("findings", &hash, None).await?, work).await
    }

    /// Returns what history says of each rule of the version in force.
    ///
    /// # Errors
    /// [`AppError::PortfolioBusy`]; as [`crate::Dozor::passports`].
    pub async fn rule_histories(&self) -> Result<Arc<RuleHistoryList>, AppError> {
        let work = async {
            let passports = self.dozor.passports(self.moment().await?, &Silent).await?;
            let items = passports.iter().map(history_view).collect();
            Ok(RuleHistoryList { items })
        };
        self.city.ask(self.asked("rule_histories", "", None).await?, work).await
    }

    /// Returns the instant that a question without a day is about: this one, or the day that a demo stands on.
    pub(super) async fn moment(&self) -> Result<Timestamp, AppError> {
        let today = self.dozor.today().await?;
        if today == self.dozor.clock_day()? {
            return Ok(self.dozor.now());
        }
        self.dozor.instant(&today.to_string())
    }

    /// Names a question; without an instant it is about the day that is today.
    pub(super) async fn asked(
        &self,
        question: &'static str,
        version: &str,
        as_of: Option<&str>,
    ) -> Result<Asked, AppError> {
        let as_of = match as_of {
            Some(text) => text.to_owned(),
            None => self.dozor.today().await?.to_string(),
        };
        Ok(Asked {
            generation: self.dozor.store.generation().await?,
            question,
            version: version.to_owned(),
            in_force: self.dozor.methodology.hash.clone(),
            as_of,
        })
    }
}

fn finding_list(report: crate::VerifyReport) -> FindingList {
    let of_rules = report.findings.into_iter().map(|one| FindingView {
        level: code(&one.level),
        code: one.code.to_owned(),
        rule: Some(one.rule),
        other: one.other,
        message: one.message,
        example: one.example,
        cause: one.cause.to_owned(),
        action: one.action.to_owned(),
    });
    let of_policy = report.policy.into_iter().map(|one| FindingView {
        level: "warning".to_owned(),
        code: one.code.to_owned(),
        rule: None,
        other: None,
        message: one.message,
        example: None,
        cause: one.cause.to_owned(),
        action: one.action.to_owned(),
    });
    FindingList { items: of_rules.chain(of_policy).collect() }
}
