//! The policy of the methodology as its page shows it: groups, their conditions and the table.
#![expect(missing_docs, reason = "fields carry the names of the contract, which describes them")]

use dozor_scoring::PolicyText;
use serde::Serialize;
use utoipa::ToSchema;

use super::codes::{ModelRole, RiskCategory};
use super::common::Localized;

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyGroup {
    pub code: String,
    pub title: Localized,
    /// Condition as the policy writes it; empty for the group that takes the rest.
    pub condition: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MatrixCell {
    pub severity: String,
    pub probability: String,
    pub category: RiskCategory,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Policy {
    pub role: ModelRole,
    pub auto_decide: bool,
    pub severity_groups: Vec<PolicyGroup>,
    pub probability_groups: Vec<PolicyGroup>,
    pub matrix: Vec<MatrixCell>,
}

pub(super) fn policy_view(text: &PolicyText) -> Policy {
    let severity = |group: &String| {
        let expressions: Vec<_> = text.severity.iter().filter(|one| one.group == *group).collect();
        let last = text.severity_groups.last() == Some(group);
        let join = |pick: fn(&dozor_domain::Localized) -> &String| {
            let titles: Vec<&str> = expressions.iter().map(|one| pick(&one.title).as_str()).collect();
            if titles.is_empty() && last { pick(&text.severity_default).clone() } else { titles.join("; ") }
        };
        let conditions: Vec<&str> = expressions.iter().map(|one| one.when.as_str()).collect();
        PolicyGroup {
            code: group.clone(),
            title: Localized { ru: join(|title| &title.ru), en: join(|title| &title.en) },
            condition: conditions.join(" || "),
        }
    };
    let bounds = if text.role == dozor_scoring::ModelRole::Matrix { &text.probability } else { &text.points };
    let is_model = text.role == dozor_scoring::ModelRole::Matrix;
    let probability = |group: &String| match bounds.get(group) {
        Some(&least) => PolicyGroup {
            code: group.clone(),
            title: bound_title(is_model, least),
            condition: format!("{} ≥ {least}", if is_model { "p" } else { "points" }),
        },
        None => PolicyGroup {
            code: group.clone(),
            title: Localized { ru: "все остальные".to_owned(), en: "all others".to_owned() },
            condition: String::new(),
        },
    };
    let cell =
        |severity: &String, (probability, category): (&String, &dozor_domain::RiskCategory)| MatrixCell {
            severity: severity.clone(),
            probability: probability.clone(),
            category: (*category).into(),
        };
    let rows = text.severity_groups.iter().filter_map(|group| Some((group, text.table.get(group)?)));
    Policy {
        role: text.role.into(),
        auto_decide: text.auto_decide,
        severity_groups: text.severity_groups.iter().map(severity).collect(),
        probability_groups: text.probability_groups.iter().map(probability).collect(),
        matrix: rows
            .flat_map(|(group, cells)| {
                text.probability_groups.iter().zip(cells).map(move |one| cell(group, one))
            })
            .collect(),
    }
}

/// Says from where on a probability group begins: of the model's probability, else of the sum of points.
fn bound_title(is_model: bool, least: f64) -> Localized {
    let number = |value: f64| {
        dozor_scoring::value_in_words(&dozor_domain::Value::Float(value), &dozor_domain::Localized::default())
    };
    if is_model {
        let share = number(least * 100.0);
        let (ru, en) = (share.ru, share.en);
        return Localized {
            ru: format!("вероятность от {ru} %"),
            en: format!("probability of {en}% and more"),
        };
    }
    let points = number(least);
    Localized {
        ru: format!("сумма баллов от {}", points.ru), en: format!("{} points and more", points.en)
    }
}
