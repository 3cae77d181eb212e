//! What every page needs of the pack, and what the login page shows.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use dozor_domain as domain;
use serde::Serialize;
use utoipa::ToSchema;

use super::Queries;
use super::codes::{RiskCategory, RuleKind};
use super::common::{Localized, Position};
use super::shapes::Geometry;
use crate::error::AppError;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DemoLogin {
    pub login: String,
    pub name: String,
    pub role_title: Localized,
}

/// What the login page shows; needs no session.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Welcome {
    pub title: Localized,
    pub authority: Localized,
    pub version: String,
    /// Logins of the demo; empty elsewhere.
    pub demo_logins: Vec<DemoLogin>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CategoryTitle {
    pub code: RiskCategory,
    pub title: Localized,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ControlKindInfo {
    pub code: String,
    pub title: Localized,
    pub short: Localized,
    pub object_kinds: Vec<String>,
}

/// A code and its name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CodeTitle {
    pub code: String,
    pub title: Localized,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleTitle {
    pub id: String,
    pub title: Localized,
    pub kinds: Vec<RuleKind>,
}

/// What the pages need of the pack to put words to codes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PackInfo {
    pub name: String,
    pub title: Localized,
    pub authority: Localized,
    /// IANA name.
    pub zone: String,
    /// West, south, east, north in degrees.
    pub bounds: Vec<f64>,
    /// The local day of the server's clock; of a demo, the day that it last planned.
    #[schema(format = Date)]
    pub today: String,
    /// Whether the data are of the generated city.
    pub demo: bool,
    /// Levels in use, ascending.
    pub categories: Vec<CategoryTitle>,
    pub control_kinds: Vec<ControlKindInfo>,
    pub object_kinds: Vec<CodeTitle>,
    pub event_kinds: Vec<CodeTitle>,
    pub rules: Vec<RuleTitle>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Territory {
    pub code: String,
    pub name: String,
    /// Name of the larger area.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    pub centre: Position,
    pub geometry: Geometry,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Territories {
    pub items: Vec<Territory>,
}

impl Queries {
    async fn is_demo(&self) -> Result<bool, AppError> {
        Ok(self.dozor.store().meta(crate::demo::MADE).await?.is_some())
    }

    /// Returns what the login page shows; logins only where the demo made them.
    ///
    /// # Errors
    /// The store's.
    pub async fn welcome(&self, version: &str) -> Result<Welcome, AppError> {
        let manifest = &self.dozor.methodology.manifest;
        let title = |role: &str| {
            let found = manifest.roles.iter().find(|known| known.code == role);
            found.map_or_else(|| Localized::same(role), |known| Localized::from(&known.title))
        };
        let login = |one: &domain::DemoLogin| DemoLogin {
            login: one.login.clone(),
            name: one.name.clone(),
            role_title: title(&one.role),
        };
        let demo = self.is_demo().await?;
        Ok(Welcome {
            title: Localized::from(&manifest.title),
            authority: Localized::from(&manifest.authority),
            version: version.to_owned(),
            demo_logins: if demo { manifest.demo_logins.iter().map(login).collect() } else { Vec::new() },
        })
    }

    /// Returns the names of the pack's codes.
    ///
    /// # Errors
    /// The store's.
    pub async fn pack_info(&self) -> Result<PackInfo, AppError> {
        let methodology = &self.dozor.methodology;
        let manifest = &methodology.manifest;
        let mut event_kinds: Vec<CodeTitle> = Vec::new();
        for line in methodology.planner.events.lines() {
            if event_kinds.iter().all(|known| known.code != line.code) {
                event_kinds.push(CodeTitle { code: line.code.clone(), title: Localized::from(&line.title) });
            }
        }
        let control = |kind: &domain::ControlKind| ControlKindInfo {
            code: kind.code.clone(),
            title: Localized::from(&kind.title),
            short: Localized::from(&kind.short),
            object_kinds: kind.object_kinds.clone(),
        };
        let category = |level: &domain::RiskCategory| {
            let title = manifest
                .category_titles
                .get(level)
                .map_or_else(|| Localized::same(level.code()), Localized::from);
            CategoryTitle { code: (*level).into(), title }
        };
        let object_kind = |kind: &domain::ObjectKind| CodeTitle {
            code: kind.code.clone(),
            title: Localized::from(&kind.title),
        };
        let rules = methodology.rules.rules().iter();
        Ok(PackInfo {
            name: manifest.name.clone(),
            title: Localized::from(&manifest.title),
            authority: Localized::from(&manifest.authority),
            zone: manifest.zone_name.clone(),
            bounds: <[f64; 4]>::from(manifest.bounds).to_vec(),
            today: self.dozor.today().await?.to_string(),
            demo: self.is_demo().await?,
            categories: manifest.scale.levels().iter().map(category).collect(),
            control_kinds: manifest.control_kinds.iter().map(control).collect(),
            object_kinds: manifest.object_kinds.iter().map(object_kind).collect(),
            event_kinds,
            rules: rules
                .map(|rule| RuleTitle {
                    id: rule.head().id.clone(),
                    title: Localized::from(&rule.head().title),
                    kinds: rule.head().kinds.iter().map(|kind| RuleKind::from(*kind)).collect(),
                })
                .collect(),
        })
    }

    /// Returns the pack's territories with their outlines.
    ///
    /// # Errors
    /// The store's.
    pub async fn territories(&self) -> Result<Territories, AppError> {
        Ok(Territories { items: self.register().await?.territories().to_vec() })
    }
}
