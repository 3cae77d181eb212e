//! The arithmetic of a category for one object and control kind: bands, lifts, table, floors. Pure: what fired
//! comes in as effects, the category and its basis come out.

use dozor_domain::{BasisStep, RiskCategory, SeverityEffect};

/// Holds the policy's groups and table; group 0 is the highest.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tables {
    pub(crate) severity: Vec<String>,
    pub(crate) probability: Vec<String>,
    /// Least sum of points per probability group but the last, falling.
    pub(crate) point_bounds: Vec<f64>,
    /// Least probability per group but the last, falling; only under the role `matrix`.
    pub(crate) probability_bounds: Option<Vec<f64>>,
    /// Least points on the scorecard of each group but the last; none under another role.
    pub(crate) card_bounds: Option<Vec<f64>>,
    /// Categories by severity group, then probability group.
    pub(crate) cells: Vec<Vec<RiskCategory>>,
}

/// Is what one counting rule does to an object: fired, or unknown and then possible.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Effect<'a> {
    pub(crate) rule: &'a str,
    /// Points, negative for good faith; for an unknown rule the most that it could give.
    pub(crate) points: f64,
    pub(crate) floor: Option<RiskCategory>,
    pub(crate) severity: Option<SeverityEffect>,
}

/// Is a severity expression that could not be answered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PassedOver {
    pub(crate) group: usize,
    pub(crate) because: String,
    pub(crate) missing: Vec<String>,
}

/// Is the object's own severity.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OwnSeverity {
    pub(crate) group: usize,
    /// The expression that held; empty for the default group.
    pub(crate) because: String,
    pub(crate) passed_over: Vec<PassedOver>,
}

/// Is all that a category follows from.
#[derive(Debug)]
pub(crate) struct Situation<'a> {
    /// Fired counting rules, by id.
    pub(crate) fired: Vec<Effect<'a>>,
    /// Unknown counting rules, by id.
    pub(crate) unknown: Vec<Effect<'a>>,
    pub(crate) severity: OwnSeverity,
    pub(crate) probability: Option<f64>,
    /// Points on the published scorecard; none under another role.
    pub(crate) card: Option<i64>,
}

/// Is the result of the arithmetic.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) rule_category: RiskCategory,
    pub(crate) category: RiskCategory,
    pub(crate) highest_if_unknown: RiskCategory,
    pub(crate) points: f64,
    pub(crate) basis: Vec<BasisStep>,
}

impl Tables {
    /// Returns the place of a severity group by its code.
    pub(crate) fn severity_group(&self, code: &str) -> Option<usize> {
        self.severity.iter().position(|known| known == code)
    }

    /// Computes categories and basis. The steps stand in the order of the arithmetic: points, their group,
    /// severity, table, floors; under `matrix` then the model's group, its cell and the floors that hold it.
    pub(crate) fn decide(&self, situation: &Situation<'_>) -> Outcome {
        let mut basis = Vec::new();
        // The sum of nothing is −0: added to zero it is the zero that people and databases know.
        let points = 0.0 + situation.fired.iter().map(|effect| effect.points).sum::<f64>();
        for effect in situation.fired.iter().filter(|effect| effect.points != 0.0) {
            basis.push(BasisStep::Points { rule: effect.rule.to_owned(), points: effect.points });
        }
        let group = band(&self.point_bounds, points);
        basis.push(BasisStep::ProbabilityGroup { sum: points, group: code(&self.probability, group) });
        let severity = self.severity_steps(situation, &mut basis);
        let rule_category = self.cell_and_floors(severity, group, &situation.fired, &mut basis);
        let model = self.model_group(situation.probability);
        let mut category = rule_category;
        if let Some((probability, group)) = model {
            basis.push(BasisStep::ModelGroup { probability, group: code(&self.probability, group) });
            category = self.cell_and_floors(severity, group, &situation.fired, &mut basis);
        }
        if let Some((points, band)) = self.card_band(situation.card) {
            let raised = raise(group, band);
            let (band, code_of) = (code(&self.probability, band), code(&self.probability, raised));
            basis.push(BasisStep::ScorecardGroup { points, band, group: code_of });
            if raised < group {
                category = self.cell_and_floors(severity, raised, &situation.fired, &mut basis);
            }
        }
        if situation.probability.is_none() {
            basis.push(BasisStep::NoModel);
        }
        let highest_if_unknown =
            self.highest(situation, severity, model.map(|(_, group)| group)).max(category);
        if highest_if_unknown > category {
            let rules = situation.unknown.iter().map(|effect| effect.rule.to_owned()).collect();
            basis.push(BasisStep::UnknownCouldRaise { rules, category: highest_if_unknown });
        }
        Outcome { rule_category, category, highest_if_unknown, points, basis }
    }

    /// Returns the probability group of a sum of points.
    pub(crate) fn points_group(&self, points: f64) -> usize {
        band(&self.point_bounds, points)
    }

    pub(crate) fn model_group(&self, probability: Option<f64>) -> Option<(f64, usize)> {
        let probability = probability?;
        self.probability_bounds.as_ref().map(|bounds| (probability, band(bounds, probability)))
    }

    /// Returns the group that points on the card stand for by the published bounds.
    pub(crate) fn card_band(&self, points: Option<i64>) -> Option<(i64, usize)> {
        let points = points?;
        self.card_bounds.as_ref().map(|bounds| (points, band(bounds, points as f64)))
    }

    fn severity_steps(&self, situation: &Situation<'_>, basis: &mut Vec<BasisStep>) -> usize {
        let own = &situation.severity;
        for passed in own.passed_over.iter().filter(|passed| passed.group < own.group) {
            basis.push(BasisStep::SeverityUnknown {
                group: code(&self.severity, passed.group),
                because: passed.because.clone(),
                missing: passed.missing.clone(),
            });
        }
        basis.push(BasisStep::Severity {
            group: code(&self.severity, own.group),
            because: own.because.clone(),
        });
        self.lift(own.group, &situation.fired, |effect, group| {
            basis.push(BasisStep::SeverityRaised {
                rule: effect.rule.to_owned(),
                group: code(&self.severity, group),
            });
        })
    }

    /// Applies "at least" first and steps after it, so that the order of rules does not matter.
    fn lift(&self, own: usize, effects: &[Effect<'_>], mut raised: impl FnMut(&Effect<'_>, usize)) -> usize {
        let mut group = own;
        for effect in effects {
            if let Some(SeverityEffect::AtLeast(name)) = &effect.severity
                && let Some(at_least) = self.severity_group(name)
                && at_least < group
            {
                group = at_least;
                raised(effect, group);
            }
        }
        for effect in effects {
            if let Some(SeverityEffect::LiftBy(steps)) = &effect.severity {
                let lifted = group.saturating_sub(usize::from(*steps));
                if lifted < group {
                    group = lifted;
                    raised(effect, group);
                }
            }
        }
        group
    }

    fn cell_and_floors(
        &self,
        severity: usize,
        group: usize,
        fired: &[Effect<'_>],
        basis: &mut Vec<BasisStep>,
    ) -> RiskCategory {
        let mut category = self.cell(severity, group);
        basis.push(BasisStep::Table {
            severity: code(&self.severity, severity),
            probability: code(&self.probability, group),
            category,
        });
        for effect in fired {
            if let Some(floor) = effect.floor.filter(|floor| *floor > category) {
                category = floor;
                basis.push(BasisStep::Floor { rule: effect.rule.to_owned(), category });
            }
        }
        category
    }

    /// Returns the highest category if every unknown rule that can raise it fired.
    fn highest(
        &self,
        situation: &Situation<'_>,
        severity: usize,
        model_group: Option<usize>,
    ) -> RiskCategory {
        let raising = situation.unknown.iter().map(|effect| effect.points.max(0.0)).sum::<f64>();
        let sum = situation.fired.iter().map(|effect| effect.points).sum::<f64>() + raising;
        let by_points = || {
            let group = band(&self.point_bounds, sum);
            self.card_band(situation.card).map_or(group, |(_, card)| raise(group, card))
        };
        let group = model_group.unwrap_or_else(by_points);
        let all: Vec<Effect<'_>> = situation.fired.iter().chain(&situation.unknown).cloned().collect();
        let lifted = self.lift(situation.severity.group, &all, |_, _| {}).min(severity);
        let floors = all.iter().filter_map(|effect| effect.floor).max();
        floors.map_or(self.cell(lifted, group), |floor| floor.max(self.cell(lifted, group)))
    }

    pub(crate) fn cell(&self, severity: usize, group: usize) -> RiskCategory {
        self.cells.get(severity).and_then(|line| line.get(group)).copied().unwrap_or(RiskCategory::Low)
    }
}

/// Raises the rules' group by one where the card's band is higher; group 0 is the highest.
pub(crate) fn raise(group: usize, card: usize) -> usize {
    if card < group { group - 1 } else { group }
}

/// Returns the first group whose lower bound the value reaches, or the one after the last bound.
fn band(bounds: &[f64], value: f64) -> usize {
    bounds.iter().position(|bound| value >= *bound).unwrap_or(bounds.len())
}

fn code(codes: &[String], at: usize) -> String {
    codes.get(at).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use RiskCategory::{ExtremelyHigh, High, Low, Medium, Moderate};
    use proptest::prelude::*;

    use super::*;

    /// The table of MOSCOW.md §5.
    fn moscow(matrix: bool) -> Tables {
        let codes = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
        Tables {
            severity: codes("АБВГ"),
            probability: codes("1234"),
            point_bounds: vec![25.0, 12.0, 5.0],
            probability_bounds: matrix.then(|| vec![0.4, 0.2, 0.1]),
            card_bounds: None,
            cells: vec![
                vec![ExtremelyHigh, High, Medium, Moderate],
                vec![High, Medium, Moderate, Low],
                vec![Medium, Medium, Moderate, Low],
                vec![Moderate, Moderate, Low, Low],
            ],
        }
    }

    fn effect(rule: &'static str, points: f64) -> Effect<'static> {
        Effect { rule, points, floor: None, severity: None }
    }

    fn at(group: usize) -> OwnSeverity {
        OwnSeverity { group, because: String::new(), passed_over: Vec::new() }
    }

    fn decide(severity: usize, fired: Vec<Effect<'static>>) -> Outcome {
        let situation =
            Situation { fired, unknown: vec![], severity: at(severity), probability: None, card: None };
        moscow(false).decide(&situation)
    }

    #[test]
    fn the_worked_examples_of_the_methodology_hold() {
        let lift =
            Effect { severity: Some(SeverityEffect::LiftBy(1)), ..effect("zone_social_adjacent", 0.0) };
        let overdue = Effect { floor: Some(Medium), ..effect("prescription_overdue", 12.0) };
        // New capital building without permit, confirmed (12), В → medium.
        assert_eq!(decide(2, vec![effect("sign_confirmed", 12.0)]).category, Medium);
        // Extension (10), А → medium.
        assert_eq!(decide(0, vec![effect("sign_confirmed", 10.0)]).category, Medium);
        // Prior 8 + extension 10 + a neighbour's school: В → Б → medium.
        let neighbour =
            decide(2, vec![effect("prior_violations", 8.0), effect("sign_confirmed", 10.0), lift]);
        assert_eq!(neighbour.category, Medium);
        assert!(
            neighbour.basis.contains(&BasisStep::SeverityRaised {
                rule: "zone_social_adjacent".into(),
                group: "Б".into()
            })
        );
        // Prior 14 + prescription overdue 12, Б → high.
        assert_eq!(decide(1, vec![overdue, effect("prior_violations", 14.0)]).category, High);
        // No event and no sign give 0, negative sums too: group 4.
        assert_eq!(decide(1, vec![]).category, Low);
        assert_eq!(decide(0, vec![effect("good_faith_self", -4.0)]).category, Moderate);
    }

    #[test]
    fn bands_begin_at_their_bound() {
        let tables = moscow(false);
        for (points, group) in [(25.0, 0), (24.999, 1), (12.0, 1), (5.0, 2), (4.999, 3), (0.0, 3), (-6.0, 3)]
        {
            assert_eq!(band(&tables.point_bounds, points), group, "{points}");
        }
    }

    #[test]
    fn a_floor_holds_under_good_faith_and_stands_in_the_basis() {
        let court = Effect { floor: Some(High), ..effect("court_unexecuted", 15.0) };
        let found = decide(3, vec![court, effect("good_faith_history", -20.0)]);
        assert_eq!(found.category, High);
        assert!(found.basis.contains(&BasisStep::Floor { rule: "court_unexecuted".into(), category: High }));
    }

    #[test]
    fn an_unknown_rule_changes_nothing_but_what_could_be() {
        let unknown = vec![Effect {
            severity: Some(SeverityEffect::AtLeast("А".into())),
            ..effect("zone_protected", 0.0)
        }];
        let situation = Situation {
            fired: vec![effect("sign_confirmed", 12.0)],
            unknown,
            severity: at(2),
            probability: None,
            card: None,
        };
        let found = moscow(false).decide(&situation);
        assert_eq!((found.category, found.highest_if_unknown), (Medium, High));
        assert_eq!(
            found.basis.last(),
            Some(&BasisStep::UnknownCouldRaise { rules: vec!["zone_protected".into()], category: High })
        );
    }

    #[test]
    fn under_matrix_the_probability_gives_the_group_and_both_categories_are_kept() {
        let situation = |probability| Situation {
            fired: vec![effect("a", 3.0)],
            unknown: vec![],
            severity: at(1),
            probability,
            card: None,
        };
        let found = moscow(true).decide(&situation(Some(0.4)));
        assert_eq!((found.rule_category, found.category), (Low, High));
        let found = moscow(true).decide(&situation(None));
        assert_eq!((found.rule_category, found.category), (Low, Low));
        assert!(found.basis.contains(&BasisStep::NoModel));
        let found = moscow(false).decide(&situation(Some(0.99)));
        assert_eq!(found.category, Low, "under rules_only no probability moves a category");
    }

    fn any_effect() -> impl Strategy<Value = Effect<'static>> {
        let floor = prop_oneof![4 => Just(None), 1 => Just(Some(Medium)), 1 => Just(Some(High))];
        let severity = prop_oneof![
            4 => Just(None),
            1 => Just(Some(SeverityEffect::LiftBy(1))),
            1 => Just(Some(SeverityEffect::AtLeast("Б".to_owned()))),
        ];
        (-10_i32..20, floor, severity).prop_map(|(points, floor, severity)| Effect {
            rule: "r",
            points: f64::from(points),
            floor,
            severity,
        })
    }

    #[test]
    fn the_card_raises_the_group_of_the_rules_by_one_at_most_and_never_lowers_it() {
        let tables = Tables { card_bounds: Some(vec![30.0, 20.0, 10.0]), ..moscow(false) };
        let decide = |points: f64, card: i64| {
            let fired = vec![effect("a", points)];
            tables.decide(&Situation {
                fired,
                unknown: vec![],
                severity: at(0),
                probability: None,
                card: Some(card),
            })
        };
        // Rules' group 4 of the highest severity is moderate; one group up is medium, two would be high.
        assert_eq!((decide(0.0, 9).rule_category, decide(0.0, 9).category), (Moderate, Moderate));
        assert_eq!((decide(0.0, 10).rule_category, decide(0.0, 10).category), (Moderate, Medium));
        assert_eq!(decide(0.0, 99).category, Medium, "by one, however many points");
        assert_eq!(decide(25.0, -99).category, ExtremelyHigh, "never lower");
        let step = BasisStep::ScorecardGroup { points: 99, band: "1".into(), group: "3".into() };
        assert!(decide(0.0, 99).basis.contains(&step));
        for (points, card) in [(0.0, 9), (0.0, 99), (12.0, 25), (25.0, 0)] {
            let by_columns = tables.category(0, points, (None, Some(card)), None);
            let found = decide(points, card);
            assert_eq!(by_columns, (found.rule_category, found.category), "columns and assessments agree");
        }
    }

    proptest! {
        #[test]
        fn more_points_never_lower_a_category(
            fired in proptest::collection::vec(any_effect(), 0..5),
            severity in 0_usize..4,
            probability in proptest::option::of(0.0_f64..1.0),
            matrix: bool,
            more in 0.0_f64..30.0,
        ) {
            let tables = moscow(matrix);
            let before = tables.decide(&Situation { fired: fired.clone(), unknown: vec![], severity: at(severity), probability, card: None });
            let mut raised = fired;
            raised.push(effect("more", more));
            let after = tables.decide(&Situation { fired: raised, unknown: vec![], severity: at(severity), probability, card: None });
            prop_assert!(after.rule_category >= before.rule_category && after.category >= before.category);
        }

        #[test]
        fn higher_severity_or_probability_never_lowers_a_category(
            fired in proptest::collection::vec(any_effect(), 0..5),
            severity in 1_usize..4,
            probability in 0.0_f64..1.0,
            more in 0.0_f64..1.0,
        ) {
            let tables = moscow(true);
            let decide = |severity, probability: f64| tables.decide(&Situation {
                fired: fired.clone(), unknown: vec![], severity: at(severity), probability: Some(probability), card: None,
            });
            let before = decide(severity, probability);
            prop_assert!(decide(severity - 1, probability).category >= before.category);
            prop_assert!(decide(severity, (probability + more).min(1.0)).category >= before.category);
        }

        #[test]
        fn floors_hold_in_every_role_and_unknown_rules_only_widen(
            fired in proptest::collection::vec(any_effect(), 0..5),
            unknown in proptest::collection::vec(any_effect(), 0..4),
            severity in 0_usize..4,
            probability in proptest::option::of(0.0_f64..1.0),
            matrix: bool,
        ) {
            let tables = moscow(matrix);
            let with = tables.decide(&Situation {
                fired: fired.clone(), unknown: unknown.clone(), severity: at(severity), probability, card: None,
            });
            let floor = fired.iter().filter_map(|e| e.floor).max().unwrap_or(Low);
            prop_assert!(with.category >= floor && with.rule_category >= floor);
            prop_assert!(with.highest_if_unknown >= with.category);
            let without = tables.decide(&Situation { fired: fired.clone(), unknown: vec![], severity: at(severity), probability, card: None });
            prop_assert_eq!((with.category, with.rule_category), (without.category, without.rule_category));
            prop_assert_eq!(without.highest_if_unknown, without.category);
            // Whatever subset of the unknown rules fires, the stored bound is not passed.
            for skip in 0..unknown.len() {
                let mut known = fired.clone();
                known.extend(unknown.iter().enumerate().filter(|(at, _)| *at != skip).map(|(_, e)| e.clone()));
                let found = tables.decide(&Situation { fired: known, unknown: vec![], severity: at(severity), probability, card: None });
                prop_assert!(found.category <= with.highest_if_unknown);
            }
        }
    }
}
