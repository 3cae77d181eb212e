//! What would lower a category, asked of the whole methodology: which facts the person can influence and the category
//! reads, and what rules, card and model answer when those are otherwise.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{Assessment, RiskCategory};
use dozor_facts::FactsTable;
use dozor_rules::numbers_in;
use dozor_scoring::{ChangeQuestion, Influence, ModelBundle, ModelRole, WaysDown, ways_down};

use crate::error::AppError;
use crate::methodology::LoadedMethodology;

impl LoadedMethodology {
    /// Finds what would lower the category of an object, whose facts are the first row; none under the lowest category,
    /// and where the row does not give the category any more.
    ///
    /// # Errors
    /// As evaluating rules and policy.
    pub(crate) fn ways_down(
        &self,
        facts: &FactsTable,
        object_kind: &str,
        assessment: &Assessment,
        bundle: Option<&ModelBundle>,
    ) -> Result<Option<WaysDown>, AppError> {
        if assessment.category <= RiskCategory::Low {
            return Ok(None);
        }
        let influences = self.influences(&assessment.control_kind);
        let question = ChangeQuestion {
            facts,
            row: 0,
            object_kind,
            control_kind: &assessment.control_kind,
            category: assessment.category,
            influences: &influences,
        };
        ways_down(&self.policy, &question, |table| {
            // Only under `matrix` does the probability move a category: elsewhere the stored one stands for any.
            let bundle = bundle.filter(|_| self.policy.role() == ModelRole::Matrix);
            let probabilities = match (bundle, assessment.probability) {
                (Some(bundle), Some(_)) => {
                    Some(bundle.predict(table)?.iter().map(|row| row.probability).collect())
                }
                (None, Some(known)) => Some(vec![known; table.len()]),
                (_, None) => None,
            };
            Ok::<_, AppError>((self.rules.evaluate_columns(table)?, probabilities))
        })
    }

    /// Returns the facts that the person can influence among those that categories under a control kind hang on, each
    /// with the numbers that it is compared with. A fact that another one is derived from is not among them: changing it
    /// alone would leave the other as it was.
    fn influences(&self, control_kind: &str) -> Vec<Influence> {
        let mut numbers: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for rule in self.rules.rules() {
            let head = rule.head();
            let serves =
                head.control_kinds.is_empty() || head.control_kinds.iter().any(|kind| kind == control_kind);
            if head.counts_in_category() && serves {
                let written = numbers_in(rule.script());
                head.facts.iter().for_each(|fact| numbers.entry(fact).or_default().extend(&written));
            }
        }
        let severity = &self.policy.text().severity;
        let written: Vec<f64> = severity.iter().flat_map(|one| numbers_in(&one.when)).collect();
        self.policy.severity_facts().for_each(|fact| numbers.entry(fact).or_default().extend(&written));
        if let (Some(card), ModelRole::ScorecardMatrix) = (self.policy.card(), self.policy.role()) {
            for fact in &card.facts {
                let ends = fact.numbers.iter().filter_map(|bin| bin.below);
                numbers.entry(&fact.fact).or_default().extend(ends);
            }
        }
        let facts = self.catalogue.facts();
        let derived_from: BTreeSet<&String> = facts.iter().flat_map(|fact| &fact.reads).collect();
        let own = facts.iter().filter(|fact| fact.actionable && !derived_from.contains(&fact.code));
        let influence = own.filter_map(|fact| {
            let mut numbers = numbers.get(fact.code.as_str())?.clone();
            numbers.sort_by(f64::total_cmp);
            numbers.dedup();
            Some(Influence { fact: fact.code.clone(), risk: fact.risk, numbers })
        });
        influence.collect()
    }
}

#[cfg(test)]
mod tests {
    use dozor_domain::{ObjectId, RunId, Value, ValueType};
    use dozor_scoring::{RuleChange, SmallestChange};

    use super::*;
    use crate::pack::read_pack;

    const LAND: &str = "municipal_land";

    fn methodology(pack: &str) -> LoadedMethodology {
        LoadedMethodology::parse(read_pack(pack).unwrap()).unwrap()
    }

    /// Makes one parcel of 2 ha (severity Б), blameless but for what is given.
    fn parcel(methodology: &LoadedMethodology, given: &[(&str, Value)]) -> FactsTable {
        let facts = methodology.catalogue.facts();
        let columns: Vec<(&str, ValueType)> =
            facts.iter().map(|fact| (fact.code.as_str(), fact.value_type)).collect();
        let usual = [
            ("object_kind", Value::Text("parcel".to_owned())),
            ("land_egrn_area_m2", Value::Float(20_000.0)),
            ("capital_structure", Value::Boolean(false)),
            ("social_object_distance_m", Value::Float(500.0)),
            ("protected_zone_share", Value::Float(0.0)),
            ("utility_zone_share", Value::Float(0.0)),
            ("heritage", Value::Boolean(false)),
            ("violations_final_3y", Value::Integer(0)),
            ("clean_events_3y", Value::Integer(0)),
            ("prescription_overdue_days", Value::Integer(0)),
            ("court_decision_unexecuted", Value::Boolean(false)),
            ("desk_confirmed_signs", Value::Integer(0)),
            ("desk_confirmed_points_max", Value::Float(0.0)),
            ("self_assessment_valid", Value::Boolean(false)),
        ];
        let value = |code: &str| {
            let found = given.iter().chain(&usual).find(|(fact, _)| *fact == code);
            found.map(|(_, value)| value.clone())
        };
        let row = columns.iter().map(|(code, _)| value(code)).collect();
        FactsTable::from_rows(&columns, &[row]).unwrap()
    }

    fn assessed(methodology: &LoadedMethodology, facts: &FactsTable) -> Assessment {
        let verdicts = methodology.rules.evaluate(facts).unwrap();
        let all = methodology.policy.assess(facts, &verdicts, None, &["parcel"]).unwrap();
        let one = all.into_iter().find(|one| one.control_kind == LAND).unwrap();
        one.into_assessment(RunId::from_bytes([0; 16]), ObjectId::derive("p", "s", "k"), [0; 32])
    }

    fn found(methodology: &LoadedMethodology, given: &[(&str, Value)]) -> (RiskCategory, WaysDown) {
        let facts = parcel(methodology, given);
        let assessment = assessed(methodology, &facts);
        let found = methodology.ways_down(&facts, "parcel", &assessment, None).unwrap().unwrap();
        // What is offered is carried out, and the methodology itself is asked again.
        for way in &found.ways {
            let mut after: Vec<(&str, Value)> =
                way.facts.iter().map(|one| (one.fact.as_str(), one.value.clone())).collect();
            after.extend(given.iter().cloned());
            assert_eq!(assessed(methodology, &parcel(methodology, &after)).category, way.category, "{way:?}");
            assert!(way.category < assessment.category, "{way:?}");
        }
        (assessment.category, found)
    }

    fn said(way: &SmallestChange) -> Vec<String> {
        let rules = way.changes.iter().map(|one| match one {
            RuleChange::Cease { rule, .. } => format!("-{rule}"),
            RuleChange::Earn { rule, .. } => format!("+{rule}"),
            RuleChange::Regrade { rule, from, to, .. } => format!("{rule} {from}→{to}"),
        });
        rules.collect()
    }

    #[test]
    fn a_declaration_is_no_way_where_violations_take_its_effect_away() {
        let moscow = methodology("moscow");
        // One violation in three years: 8 points, Б → moderate. With the declaration it would be 4 and low, but the rule
        // asks for three years without a violation, and nobody can undo one.
        let (category, one) = found(&moscow, &[("violations_final_3y", Value::Integer(1))]);
        assert_eq!((category, one.ways.as_slice()), (RiskCategory::Moderate, &[][..]));
        assert_eq!(one.together, one.tried.len(), "all facts were tried together");
        assert!(one.tried.contains(&"self_assessment_valid".to_owned()), "{:?}", one.tried);
        // The same points from a sign and no violation: now the declaration counts, and so would two clean events.
        let sign =
            [("desk_confirmed_signs", Value::Integer(1)), ("desk_confirmed_points_max", Value::Float(8.0))];
        let (_, ways) = found(&moscow, &sign);
        let ways: Vec<Vec<String>> = ways.ways.iter().map(said).collect();
        assert_eq!(ways, [["+good_faith_history"], ["-sign_confirmed"], ["+good_faith_self"]]);
    }

    #[test]
    fn one_sign_of_two_lowers_the_category_although_its_rule_goes_on_to_hold() {
        // 10 + 3 = 13: medium. Without the second sign 10: moderate; without both: low.
        let two = [
            ("desk_confirmed_signs", Value::Integer(2)),
            ("desk_confirmed_points_max", Value::Float(10.0)),
            ("violations_final_3y", Value::Integer(0)),
            ("clean_events_3y", Value::Integer(5)),
            ("self_assessment_valid", Value::Boolean(false)),
            ("prescription_overdue_days", Value::Integer(0)),
        ];
        let moscow = methodology("moscow");
        let (category, found_ways) =
            found(&moscow, &[("clean_events_3y", Value::Integer(0)), two[0].clone(), two[1].clone()]);
        assert_eq!(category, RiskCategory::Medium);
        let ways: Vec<Vec<String>> = found_ways.ways.iter().map(said).collect();
        assert!(ways.contains(&vec!["sign_confirmed 13→10".to_owned()]), "{ways:?}");
        assert_eq!(ways[0], ["-sign_confirmed"], "the lowest category comes first");
        // With clean events that count already, 13 − 6 = 7: nothing but the signs is left, and the maximum is no fact to move.
        let (_, held) = found(&moscow, &two);
        assert!(held.tried.iter().all(|fact| fact != "desk_confirmed_points_max"), "{:?}", held.tried);
    }

    #[test]
    fn a_floor_and_a_sum_may_need_two_facts_and_points_that_do_not_matter_are_left() {
        let moscow = methodology("moscow");
        // 12 + 15 = 27 with floors at medium and high: the court's decision alone holds the category; after it 12 points.
        let both = [
            ("prescription_overdue_days", Value::Integer(40)),
            ("court_decision_unexecuted", Value::Boolean(true)),
        ];
        let (category, ways) = found(&moscow, &both);
        assert_eq!(category, RiskCategory::High);
        assert_eq!(ways.ways.iter().map(said).collect::<Vec<_>>(), [["-court_unexecuted"]]);
        assert_eq!(ways.together, 1);
        // Under the highest severity 27 points and no floor above: one fact is not enough for the lowest categories only.
        let (category, ways) = found(&moscow, &[("violations_final_3y", Value::Integer(3)), both[0].clone()]);
        assert_eq!(category, RiskCategory::High);
        assert_eq!(ways.ways.iter().map(said).collect::<Vec<_>>(), [["-prescription_overdue"]]);
    }

    #[test]
    fn points_on_the_card_are_asked_as_well() {
        let card = methodology("moscow-scorecard");
        let facts: Vec<String> = card.influences(LAND).into_iter().map(|one| one.fact).collect();
        assert!(facts.contains(&"lease_days_left".to_owned()), "{facts:?}");
        assert!(!facts.contains(&"actual_use_code".to_owned()), "another fact is derived from it: {facts:?}");
        let plain: Vec<String> =
            methodology("moscow").influences(LAND).into_iter().map(|one| one.fact).collect();
        assert!(!plain.contains(&"lease_days_left".to_owned()), "only signs read it: {plain:?}");
        // 8 points of rules: group 3. A lease long ended and a conflict of use make 45 on the card, and it raises by one.
        let given = [
            ("violations_final_3y", Value::Integer(1)),
            ("lease_days_left", Value::Integer(-200)),
            ("use_conflict", Value::Integer(2)),
        ];
        let (category, ways) = found(&card, &given);
        assert_eq!(category, RiskCategory::Medium);
        assert!(ways.ways.iter().all(|way| way.changes.is_empty()), "no rule answers otherwise: {ways:?}");
        let to = |way: &SmallestChange| (way.facts[0].fact.clone(), way.facts[0].value.clone());
        let wanted = [("lease_days_left", 24), ("use_conflict", 0)];
        let wanted: Vec<_> =
            wanted.iter().map(|(fact, to)| ((*fact).to_owned(), Value::Integer(*to))).collect();
        assert_eq!(ways.ways.iter().map(to).collect::<Vec<_>>(), wanted);
        assert!(ways.ways.iter().all(|way| way.facts.len() == 1), "{ways:?}");
    }
}
