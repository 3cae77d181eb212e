//! Why a category changed between two assessments: what of the published arithmetic differs.

use std::collections::BTreeMap;

use dozor_domain::{Assessment, BasisStep, Localized, RiskCategory};

use super::words::{both, points};

/// Is one reason of a change.
#[derive(Clone, Debug, PartialEq)]
pub enum CategoryCause {
    /// Another version of the methodology.
    Methodology,
    /// A rule that counts gives points that it did not give, or others.
    Points {
        /// Rule id.
        rule: String,
        /// Points before; zero where it did not fire.
        before: f64,
        /// Points now; zero where it no longer fires.
        after: f64,
    },
    /// The severity group is another.
    Severity {
        /// Code before.
        before: String,
        /// Code now.
        after: String,
    },
    /// A rule holds the category up that did not, or no longer does.
    Floor {
        /// Rule id.
        rule: String,
        /// The floor.
        category: RiskCategory,
        /// Whether it holds now.
        state: FloorState,
    },
    /// The group of the scorecard or of the probability is another.
    Model {
        /// Code before.
        before: String,
        /// Code now.
        after: String,
    },
}

/// Says what became of a floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloorState {
    /// It holds now and did not before.
    Begun,
    /// It held before.
    Ended,
}

/// Holds the parts of a basis that a category follows from.
#[derive(Default)]
struct Parts<'a> {
    points: BTreeMap<&'a str, f64>,
    floors: BTreeMap<&'a str, RiskCategory>,
    severity: &'a str,
    model: &'a str,
}

fn parts(assessment: &Assessment) -> Parts<'_> {
    let mut parts = Parts::default();
    for step in &assessment.basis {
        match step {
            BasisStep::Points { rule, points } => {
                parts.points.insert(rule, *points);
            }
            BasisStep::Floor { rule, category } => {
                parts.floors.insert(rule, *category);
            }
            BasisStep::Severity { group, .. } | BasisStep::SeverityRaised { group, .. } => {
                parts.severity = group;
            }
            BasisStep::ModelGroup { group, .. } | BasisStep::ScorecardGroup { band: group, .. } => {
                parts.model = group;
            }
            BasisStep::ProbabilityGroup { .. }
            | BasisStep::SeverityUnknown { .. }
            | BasisStep::Table { .. }
            | BasisStep::NoModel
            | BasisStep::UnknownCouldRaise { .. } => {}
        }
    }
    parts
}

/// Lists what differs between two assessments of one object under one control kind, and `Methodology` first where the
/// versions differ. Empty where the arithmetic is the same.
pub fn category_causes(
    (before, before_by): (&Assessment, &str),
    (after, after_by): (&Assessment, &str),
) -> Vec<CategoryCause> {
    let (was, is) = (parts(before), parts(after));
    let mut causes = Vec::new();
    if before_by != after_by {
        causes.push(CategoryCause::Methodology);
    }
    let rules: std::collections::BTreeSet<&str> =
        was.points.keys().chain(is.points.keys()).copied().collect();
    for rule in rules {
        let of = |parts: &Parts<'_>| parts.points.get(rule).copied().unwrap_or(0.0);
        let (before, after) = (of(&was), of(&is));
        if before.total_cmp(&after).is_ne() {
            causes.push(CategoryCause::Points { rule: rule.to_owned(), before, after });
        }
    }
    if was.severity != is.severity {
        let (before, after) = (was.severity.to_owned(), is.severity.to_owned());
        causes.push(CategoryCause::Severity { before, after });
    }
    for (mine, other, state) in
        [(&is.floors, &was.floors, FloorState::Begun), (&was.floors, &is.floors, FloorState::Ended)]
    {
        let new = mine.iter().filter(|(rule, floor)| other.get(*rule) != Some(floor));
        causes.extend(new.map(|(rule, category)| CategoryCause::Floor {
            rule: (*rule).to_owned(),
            category: *category,
            state,
        }));
    }
    // A version that reads no model before one that does: the version is the cause.
    if was.model != is.model && !was.model.is_empty() && !is.model.is_empty() {
        let (before, after) = (was.model.to_owned(), is.model.to_owned());
        causes.push(CategoryCause::Model { before, after });
    }
    causes
}

/// Says a cause in words; `title` names a rule, `level` a category.
pub fn cause_in_words(
    cause: &CategoryCause,
    title: impl Fn(&str) -> Localized,
    level: impl Fn(RiskCategory) -> Localized,
) -> Localized {
    match cause {
        CategoryCause::Methodology => {
            both("действует другая версия методики", "another version of the methodology")
        }
        CategoryCause::Points { rule, before, after } => {
            let (title, before_text, after_text) = (title(rule), points(*before), points(*after));
            if *before == 0.0 {
                both(
                    format!("сработало «{}»: {}", title.ru, after_text.ru),
                    format!("“{}” fired: {}", title.en, after_text.en),
                )
            } else if *after == 0.0 {
                both(
                    format!("больше не действует «{}» ({})", title.ru, before_text.ru),
                    format!("“{}” no longer holds ({})", title.en, before_text.en),
                )
            } else {
                both(
                    format!("«{}»: было {}, стало {}", title.ru, before_text.ru, after_text.ru),
                    format!("“{}”: {} before, {} now", title.en, before_text.en, after_text.en),
                )
            }
        }
        CategoryCause::Severity { before, after } => both(
            format!("группа тяжести {after} вместо {before}"),
            format!("severity group {after} instead of {before}"),
        ),
        CategoryCause::Floor { rule, category, state } => {
            let (title, level) = (title(rule), level(*category));
            match state {
                FloorState::Begun => both(
                    format!("«{}» держит категорию не ниже «{}»", title.ru, level.ru),
                    format!("“{}” holds the category at “{}” or above", title.en, level.en),
                ),
                FloorState::Ended => both(
                    format!("«{}» больше не держит категорию", title.ru),
                    format!("“{}” no longer holds the category up", title.en),
                ),
            }
        }
        CategoryCause::Model { before, after } => both(
            format!("балльная карта или модель: группа {after} вместо {before}"),
            format!("scorecard or model: group {after} instead of {before}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use dozor_domain::{ObjectId, RunId};

    use super::*;

    fn assessment(basis: Vec<BasisStep>) -> Assessment {
        Assessment {
            run: RunId::from_bytes([0; 16]),
            object: ObjectId::from_bytes([0; 16]),
            control_kind: "land".to_owned(),
            rule_category: RiskCategory::Low,
            category: RiskCategory::Low,
            highest_if_unknown: RiskCategory::Low,
            probability: None,
            points: 0.0,
            score: 0.0,
            rules: Vec::new(),
            basis,
            facts_hash: [0; 32],
        }
    }

    #[test]
    fn each_part_of_the_arithmetic_that_differs_is_a_cause_and_nothing_else_is() {
        let points = |rule: &str, points| BasisStep::Points { rule: rule.to_owned(), points };
        let severity = |group: &str| BasisStep::Severity { group: group.to_owned(), because: String::new() };
        let card = |points, band: &str| BasisStep::ScorecardGroup {
            points,
            band: band.to_owned(),
            group: "3".to_owned(),
        };
        let floor = BasisStep::Floor { rule: "court".to_owned(), category: RiskCategory::High };
        let before =
            assessment(vec![points("prior", 8.0), points("gone", 3.0), severity("В"), card(20, "4")]);
        let after = assessment(vec![points("prior", 14.0), severity("Б"), floor, card(27, "3")]);
        let same = category_causes((&before, "1"), (&before, "1"));
        assert_eq!(same, [], "the same arithmetic");
        assert_eq!(category_causes((&before, "1"), (&before, "2")), [CategoryCause::Methodology]);
        let found = category_causes((&before, "1"), (&after, "1"));
        let text = |cause: &CategoryCause| {
            let name = |text: &str| both(text, text);
            cause_in_words(cause, name, |level| both(level.code(), level.code())).en
        };
        assert_eq!(
            found.iter().map(text).collect::<Vec<_>>(),
            [
                "“gone” no longer holds (+3 points)",
                "“prior”: +8 points before, +14 points now",
                "severity group Б instead of В",
                "“court” holds the category at “high” or above",
                "scorecard or model: group 3 instead of 4",
            ]
        );
        let back = category_causes((&after, "1"), (&before, "1"));
        assert!(back.contains(&CategoryCause::Floor {
            rule: "court".to_owned(),
            category: RiskCategory::High,
            state: FloorState::Ended
        }));
    }
}
