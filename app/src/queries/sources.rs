//! Sources, deliveries, rejects and users: what the administrator looks after.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::HashMap;

use dozor_domain as domain;
use dozor_domain::hex;
use dozor_ingest::{Format, REJECT_CODES};
use dozor_store::{AuditFilter, Package, PackageStatus, RejectFilter, StoredReject, UserState};
use serde::Serialize;
use utoipa::ToSchema;

use super::Queries;
use super::common::{IngestCounts, Localized, day_text, whole};
use super::paging::{PageCall, cursor};
use crate::desk::OWN_DECISION;
use crate::error::AppError;
use crate::second_looks::SECOND_READINGS;
use crate::signs::DESK_SOURCE;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Source {
    pub name: String,
    pub title: Localized,
    pub subject: String,
    pub delivery: String,
    pub format: String,
    pub deliveries: i64,
    /// Held packages that somebody should confirm or put away.
    pub waiting: i64,
    pub totals: IngestCounts,
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_received_at: Option<String>,
}

/// In the order of the pack.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SourceList {
    pub items: Vec<Source>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Delivery {
    pub id: String,
    pub source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    #[schema(format = DateTime)]
    pub received_at: String,
    #[schema(format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered_on: Option<String>,
    pub size_bytes: i64,
    pub sha256: String,
    pub counts: IngestCounts,
    pub status: PackageStatusCode,
    /// What people should know of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Code of the fault for which the file was refused as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PackageStatusCode {
    Receiving,
    Parsing,
    Done,
    Held,
    Dismissed,
    /// The file as a whole could not be read; the same bytes may be tried again.
    Failed,
}

impl From<&Package> for PackageStatusCode {
    fn from(one: &Package) -> Self {
        match one.status {
            _ if one.dismissed_at.is_none() && one.failed.is_some() => Self::Failed,
            PackageStatus::Receiving => Self::Receiving,
            PackageStatus::Parsing => Self::Parsing,
            PackageStatus::Done => Self::Done,
            PackageStatus::Held if one.dismissed_at.is_some() => Self::Dismissed,
            PackageStatus::Held => Self::Held,
        }
    }
}

/// Newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeliveryPage {
    pub items: Vec<Delivery>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RejectCount {
    pub source: String,
    pub code: String,
    pub cause: String,
    pub action: String,
    pub count: i64,
}

/// By count, descending.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RejectCounts {
    pub items: Vec<RejectCount>,
}

/// Without the values seen: those are personal data.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RejectRow {
    pub source: String,
    pub delivery_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    pub code: String,
    pub cause: String,
    pub action: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RejectPage {
    pub items: Vec<RejectRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct User {
    pub login: String,
    pub name: String,
    pub role: String,
    pub role_title: Localized,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff_key: Option<String>,
    pub enabled: bool,
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_login_at: Option<String>,
}

/// By login.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserList {
    pub items: Vec<User>,
}

/// Deliveries that one page of history can hold; older ones are in the audit log.
const NEWEST_DELIVERIES: i64 = 50_000;

fn subject_code(subject: domain::Subject) -> &'static str {
    match subject {
        domain::Subject::Object => "object",
        domain::Subject::Place => "place",
        domain::Subject::Territory => "territory",
        domain::Subject::Series => "series",
        domain::Subject::Outcome => "outcome",
        domain::Subject::Staff => "staff",
    }
}

fn add(total: &mut domain::IngestCounts, one: domain::IngestCounts) {
    total.received += one.received;
    total.accepted += one.accepted;
    total.duplicates += one.duplicates;
    total.variants += one.variants;
    total.rejected += one.rejected;
    total.held += one.held;
    total.unmatched += one.unmatched;
}

/// Tells whether a package is one decision of the desk, written by the program itself.
fn is_own_decision(one: &Package) -> bool {
    [DESK_SOURCE, SECOND_READINGS].contains(&one.source.as_str()) && one.file_name.starts_with(OWN_DECISION)
}

impl Queries {
    /// Returns the pack's sources with what has come from each.
    ///
    /// # Errors
    /// The store's.
    pub async fn sources(&self) -> Result<SourceList, AppError> {
        let mut found: HashMap<String, Vec<Package>> = HashMap::new();
        for one in self.dozor.store().packages(None, NEWEST_DELIVERIES).await? {
            found.entry(one.source.clone()).or_default().push(one);
        }
        let view = |spec: &dozor_ingest::SourceSpec| {
            let packages = found.get(&spec.name).map_or(&[][..], Vec::as_slice);
            let mut totals = domain::IngestCounts::default();
            packages.iter().for_each(|one| add(&mut totals, one.counts));
            Source {
                name: spec.name.clone(),
                title: Localized::from(&spec.title),
                subject: subject_code(spec.subject).to_owned(),
                delivery: match spec.delivery {
                    domain::Delivery::Delta => "delta".to_owned(),
                    domain::Delivery::Full => "full".to_owned(),
                },
                format: match spec.format {
                    Format::Csv => "csv".to_owned(),
                    Format::Geojson => "geojson".to_owned(),
                },
                deliveries: whole(packages.len()),
                waiting: whole(
                    packages
                        .iter()
                        .filter(|one| PackageStatusCode::from(*one) == PackageStatusCode::Held)
                        .count(),
                ),
                totals: totals.into(),
                last_received_at: packages.iter().map(|one| one.received_at).max().map(|at| at.to_string()),
            }
        };
        Ok(SourceList { items: self.dozor.methodology.sources.values().map(view).collect() })
    }

    /// Returns deliveries, newest first; the decisions of our own desk only when their source is asked for.
    ///
    /// # Errors
    /// [`AppError::CursorInvalid`]; the store's.
    pub async fn deliveries(&self, source: Option<&str>, page: &PageCall) -> Result<DeliveryPage, AppError> {
        let zone = &self.dozor.methodology.manifest.zone;
        let mut all = self.dozor.store().packages(source, NEWEST_DELIVERIES).await?;
        if source.is_none() {
            // One for each decision of the desk would hide what came from outside.
            all.retain(|one| !is_own_decision(one));
        }
        let (rows, next_cursor) = page.cut(all, |one| one.id.to_string())?;
        let view = |one: &Package| Delivery {
            id: one.id.to_string(),
            source: one.source.clone(),
            file_name: Some(one.file_name.clone()).filter(|name| !name.is_empty()),
            received_at: one.received_at.to_string(),
            delivered_on: Some(day_text(zone, domain::Timestamp::from_micros(one.delivery)))
                .filter(|day| !day.is_empty()),
            size_bytes: whole(one.size),
            sha256: hex(&one.sha256),
            counts: one.counts.into(),
            status: PackageStatusCode::from(one),
            note: one.note.clone(),
            failed: one.failed.clone(),
        };
        Ok(DeliveryPage { items: rows.iter().map(view).collect(), next_cursor })
    }

    /// Returns rejects by source and code, most first, with cause and action.
    ///
    /// # Errors
    /// The store's.
    pub async fn reject_counts(&self, source: Option<&str>) -> Result<RejectCounts, AppError> {
        let counted = self.dozor.store().reject_counts().await?;
        let words = |code: &str| REJECT_CODES.iter().find(|known| known.code == code);
        let mut items: Vec<RejectCount> = counted
            .into_iter()
            .filter(|(name, _, _)| source.is_none_or(|wanted| wanted == name))
            .map(|(source, code, count)| RejectCount {
                cause: words(&code).map(|info| info.cause.to_owned()).unwrap_or_default(),
                action: words(&code).map(|info| info.action.to_owned()).unwrap_or_default(),
                source,
                code,
                count: whole(count),
            })
            .collect();
        items.sort_by(|a, b| {
            b.count.cmp(&a.count).then_with(|| (&a.source, &a.code).cmp(&(&b.source, &b.code)))
        });
        Ok(RejectCounts { items })
    }

    /// Returns refused rows without the values seen.
    ///
    /// # Errors
    /// [`AppError::CursorInvalid`]; the store's.
    pub async fn reject_rows(
        &self,
        source: Option<String>,
        code: Option<String>,
        page: &PageCall,
    ) -> Result<RejectPage, AppError> {
        let after: Option<(domain::PackageId, i64)> = page.place()?;
        let filter = RejectFilter { source, code, package: None, after };
        let mut rows = self.dozor.store().rejects(&filter, whole(page.limit + 1)).await?;
        let more = rows.len() > page.limit;
        rows.truncate(page.limit);
        let next_cursor = rows.last().filter(|_| more).map(|row| cursor(&(row.package, row.number)));
        let view = |row: StoredReject| RejectRow {
            source: row.source,
            delivery_id: row.package.to_string(),
            line: Some(whole(row.reject.line)),
            field: row.reject.field,
            code: row.reject.code,
            cause: row.reject.cause,
            action: row.reject.action,
        };
        Ok(RejectPage { items: rows.into_iter().map(view).collect(), next_cursor })
    }

    /// Returns the users by login.
    ///
    /// # Errors
    /// The store's.
    pub async fn users(&self) -> Result<UserList, AppError> {
        let store = self.dozor.store();
        let mut items = Vec::new();
        for user in store.users().await? {
            let filter = AuditFilter {
                use_case: Some(super::session::LOGIN.to_owned()),
                actor: Some(user.login.clone()),
                subject: None,
            };
            let last = store.audit_page(&filter, None, 1).await?.into_iter().next();
            items.push(User {
                role_title: self.dozor.role_title(&user.role),
                login: user.login,
                name: user.name,
                role: user.role,
                staff_key: user.staff,
                enabled: user.state == UserState::Active,
                last_login_at: last.map(|row| row.entry.at.to_string()),
            });
        }
        Ok(UserList { items })
    }
}
