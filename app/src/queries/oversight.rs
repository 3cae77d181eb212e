//! The page of oversight: what moved, whom categories burden, which sources can be relied on, the challenger in the
//! shadow; and, for managers alone, who finds more than the risk explains.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use std::collections::HashMap;
use std::sync::Arc;

use dozor_domain::Value;
use dozor_scoring::{FactDrift, GroupFigures, Interval};
use serde::Serialize;
use utoipa::ToSchema;

use super::codes::RiskCategory;
use super::common::{Localized, whole};
use super::version_effects::Share;
use super::{Queries, RegisterIndex};
use crate::burdens::NOT_KNOWN;
use crate::error::AppError;
use crate::oversight::{self, JudgedBy, YearReport};
use crate::progress::Silent;

/// `kind`: fact outcomes promise group categories. `value` beside `against`: a bound, a promise, an earlier rate.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AlarmView {
    pub kind: String,
    /// The fact, attribute or category.
    pub subject: Localized,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Localized>,
    pub value: f64,
    pub against: f64,
}

/// Population stability index of a fact: under 0.1 stable, above 0.25 moved.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FactDriftView {
    pub fact: String,
    pub title: Localized,
    pub index: f64,
    pub missing_then: f64,
    pub missing_now: f64,
    pub alarm: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FactsDrift {
    #[schema(format = DateTime)]
    pub from: String,
    #[schema(format = DateTime)]
    pub to: String,
    /// The farthest moved first.
    pub facts: Vec<FactDriftView>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OutcomesDrift {
    pub then: Share,
    pub now: Share,
    pub outcomes: i64,
    pub alarm: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PromiseView {
    pub outcomes: i64,
    pub found: Share,
    pub promised: f64,
    pub alarm: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CategoryRateView {
    pub category: RiskCategory,
    pub outcomes: i64,
    pub rate: Share,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GroupView {
    /// Empty for all.
    pub group: String,
    pub title: Localized,
    pub outcomes: i64,
    /// Share of its events in the categories high and above.
    pub burdened: Share,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Share>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised: Option<f64>,
    /// The promise lies outside the interval of what was found.
    pub misjudged: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GroupsView {
    pub attribute: String,
    pub title: Localized,
    pub groups: Vec<GroupView>,
}

/// The year behind, judged by a model that had not seen it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct YearView {
    #[schema(format = DateTime)]
    pub from: String,
    #[schema(format = DateTime)]
    pub until: String,
    pub outcomes: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promise: Option<PromiseView>,
    pub categories: Vec<CategoryRateView>,
    pub attributes: Vec<GroupsView>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReliabilityValue {
    pub value: String,
    pub title: Localized,
    pub decided: i64,
    pub confirmed: i64,
    pub share: Share,
}

/// `by`: desk field.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReliabilityView {
    pub source: Localized,
    pub field: Localized,
    pub by: String,
    /// The most reliable first.
    pub values: Vec<ReliabilityValue>,
}

/// A challenger that scores beside the champion and moves nothing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ShadowView {
    pub challenger: String,
    pub kind: String,
    pub capacity: i64,
    /// Of the first `capacity` objects by either, how many both name.
    pub in_common: i64,
    pub mean_difference: f64,
    /// Outcomes that neither had seen.
    pub outcomes: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub champion_auc: Option<Share>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub challenger_auc: Option<Share>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Share>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Oversight {
    #[schema(format = DateTime)]
    pub as_of: String,
    pub alarms: Vec<AlarmView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<FactsDrift>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcomes: Option<OutcomesDrift>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<YearView>,
    pub sources: Vec<ReliabilityView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shadow: Option<ShadowView>,
}

/// Hit rate at the mean risk of all. `differs`: the interval lies apart from the rate of all.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InspectorEffectView {
    pub inspector: String,
    pub name: String,
    pub visits: i64,
    pub found: i64,
    pub promised: f64,
    pub rate: Share,
    pub differs: bool,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InspectorEffectList {
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Share>,
    /// The highest rate first.
    pub items: Vec<InspectorEffectView>,
}

impl From<Interval> for Share {
    fn from(one: Interval) -> Self {
        Self { value: one.value, low: one.low, high: one.high }
    }
}

impl Queries {
    /// Returns what the portfolio and the outcomes say as of today.
    ///
    /// # Errors
    /// [`AppError::PortfolioBusy`]; as [`crate::Dozor::oversight`].
    pub async fn oversight(&self) -> Result<Oversight, AppError> {
        let (found, register) = (self.overseen().await?, self.register().await?);
        let sources = found.sources.iter().map(|one| self.reliability_view(one, &register));
        Ok(Oversight {
            as_of: found.as_of.to_string(),
            alarms: found.alarms.iter().map(|alarm| self.alarm_view(alarm, &register)).collect(),
            facts: found.facts.as_ref().map(|moved| FactsDrift {
                from: moved.from.to_string(),
                to: moved.to.to_string(),
                facts: moved.facts.iter().map(|fact| self.drift_view(fact)).collect(),
            }),
            outcomes: found.outcomes.as_ref().map(|moved| OutcomesDrift {
                then: moved.then.into(),
                now: moved.now.into(),
                outcomes: whole(moved.outcomes),
                alarm: moved.alarm,
            }),
            year: found.year.as_ref().map(|year| self.year_view(year, &register)),
            sources: sources.collect(),
            shadow: found.shadow.as_ref().map(shadow_view),
        })
    }

    /// Returns the hit rates of inspectors at the mean risk of all.
    ///
    /// # Errors
    /// As [`Queries::oversight`].
    pub async fn inspector_effects(&self) -> Result<InspectorEffectList, AppError> {
        let found = self.overseen().await?;
        let Some(year) = &found.year else {
            return Ok(InspectorEffectList { from: None, until: None, rate: None, items: Vec::new() });
        };
        let names: HashMap<String, String> = self.staff_names().await?;
        let mut items: Vec<InspectorEffectView> = year
            .inspectors
            .iter()
            .map(|one| InspectorEffectView {
                name: names.get(&one.inspector).cloned().unwrap_or_else(|| one.inspector.clone()),
                inspector: one.inspector.clone(),
                visits: whole(one.visits),
                found: whole(one.found),
                promised: one.promised,
                rate: one.adjusted_rate.into(),
                differs: one.differs,
            })
            .collect();
        items.sort_by(|a, b| {
            b.rate.value.total_cmp(&a.rate.value).then_with(|| a.inspector.cmp(&b.inspector))
        });
        Ok(InspectorEffectList {
            from: Some(year.from.to_string()),
            until: Some(year.until.to_string()),
            rate: year.hit_rate.map(Share::from),
            items,
        })
    }

    async fn overseen(&self) -> Result<Arc<oversight::Oversight>, AppError> {
        let as_of = self.dozor.instant_of_today().await?;
        let work = self.dozor.oversight(as_of, &Silent);
        let day = self.dozor.today().await?.to_string();
        self.city.ask(self.asked("oversight", "", Some(&day)).await?, work).await
    }

    fn alarm_view(&self, alarm: &oversight::Alarm, register: &RegisterIndex) -> AlarmView {
        let manifest = &self.dozor.methodology.manifest;
        let level = dozor_domain::RiskCategory::ALL.into_iter().find(|level| level.code() == alarm.subject);
        let subject = match level {
            Some(level) => {
                let title = manifest.category_titles.get(&level);
                title.map_or_else(|| Localized::same(level.code()), Localized::from)
            }
            None if alarm.subject.is_empty() => Localized::default(),
            None => self.field_title(&alarm.subject),
        };
        AlarmView {
            kind: super::versions::code(&alarm.kind),
            subject,
            group: (!alarm.group.is_empty())
                .then(|| self.group_title(&alarm.subject, &alarm.group, register)),
            value: alarm.value,
            against: alarm.against,
        }
    }

    fn drift_view(&self, fact: &FactDrift) -> FactDriftView {
        FactDriftView {
            title: self.field_title(&fact.fact),
            fact: fact.fact.clone(),
            index: fact.index,
            missing_then: fact.missing_then,
            missing_now: fact.missing_now,
            alarm: fact.alarm,
        }
    }

    fn year_view(&self, year: &YearReport, register: &RegisterIndex) -> YearView {
        let attribute = |(attribute, groups): (&String, &Vec<GroupFigures>)| GroupsView {
            attribute: attribute.clone(),
            title: self.field_title(attribute),
            groups: groups.iter().map(|group| self.group_view(attribute, group, register)).collect(),
        };
        YearView {
            from: year.from.to_string(),
            until: year.until.to_string(),
            outcomes: whole(year.outcomes),
            promise: year.promise.as_ref().map(|promise| PromiseView {
                outcomes: whole(promise.rows),
                found: promise.found.into(),
                promised: promise.promised,
                alarm: promise.alarm,
            }),
            categories: year
                .categories
                .iter()
                .map(|one| CategoryRateView {
                    category: one.category.into(),
                    outcomes: whole(one.outcomes),
                    rate: one.rate.into(),
                })
                .collect(),
            attributes: year.groups.iter().map(attribute).collect(),
        }
    }

    fn group_view(&self, attribute: &str, one: &GroupFigures, register: &RegisterIndex) -> GroupView {
        GroupView {
            group: one.group.clone(),
            title: self.group_title(attribute, &one.group, register),
            outcomes: whole(one.visited),
            burdened: one.burdened.into(),
            rate: one.hit_rate.map(Share::from),
            promised: one.promised,
            misjudged: one.misjudged,
        }
    }

    /// Names a group by the words of its attribute, a district by its own name.
    fn group_title(&self, attribute: &str, group: &str, register: &RegisterIndex) -> Localized {
        let manifest = &self.dozor.methodology.manifest;
        if group == NOT_KNOWN {
            return Localized { ru: "не указано".to_owned(), en: "not stated".to_owned() };
        }
        if attribute == "object_kind"
            && let Some(kind) = manifest.object_kinds.iter().find(|kind| kind.code == group)
        {
            return Localized::from(&kind.title);
        }
        if attribute == "territory"
            && let Some(territory) = register.territory(Some(group))
        {
            return Localized::same(territory.name);
        }
        let value = Value::Text(group.to_owned());
        self.code_words(attribute, &value).unwrap_or_else(|| Localized::same(group))
    }

    fn reliability_view(
        &self,
        one: &oversight::SourceReliability,
        register: &RegisterIndex,
    ) -> ReliabilityView {
        let value = |value: &dozor_scoring::Reliability| ReliabilityValue {
            title: self.group_title(&one.field, &value.source, register),
            value: value.source.clone(),
            decided: whole(value.decided),
            confirmed: whole(value.confirmed),
            share: value.share.into(),
        };
        ReliabilityView {
            source: self.dozor.source_title(&one.source),
            field: self.field_title(&one.field),
            by: match one.by {
                JudgedBy::Desk => "desk".to_owned(),
                JudgedBy::Field => "field".to_owned(),
            },
            values: one.values.iter().map(value).collect(),
        }
    }
}

fn shadow_view(shadow: &oversight::Shadow) -> ShadowView {
    ShadowView {
        challenger: shadow.challenger.clone(),
        kind: super::versions::code(&shadow.kind),
        capacity: whole(shadow.capacity),
        in_common: whole(shadow.in_common),
        mean_difference: shadow.mean_difference,
        outcomes: whole(shadow.outcomes),
        champion_auc: shadow.champion_auc.map(Share::from),
        challenger_auc: shadow.challenger_auc.map(Share::from),
        difference: shadow.difference.map(Share::from),
    }
}
