//! The comparison of two methodologies: columns agree with assessments, and each move has the right cause.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests say what they know by failing")]

use std::collections::{BTreeMap, HashSet};

use dozor_domain::{
    ApprovalLevel, Localized, PackManifest, Probability, RiskCategory, RowBits, RuleColumn, RuleDetail,
    RuleHead, RuleKind, RuleState, RuleVerdicts, SeverityEffect, Value, ValueType, VerdictColumn,
    VerdictColumns,
};
use dozor_facts::FactsTable;
use dozor_scoring::{
    Answers, CategoryColumn, Cause, CodeColumn, Comparison, Load, Policy, PublicationPolicy,
    PublicationReason, Side, burdens, compare, known_outcomes,
};
use dozor_script::Names;
use proptest::prelude::*;

const PACK: &str = r#"
name = "tiny"
title = { ru = "М", en = "T" }
authority = { ru = "О", en = "A" }
zone = "Europe/Moscow"
bounds = [36.0, 55.0, 38.0, 57.0]
[scale]
levels = ["low", "moderate", "medium", "high"]
titles = { low = { ru = "н", en = "l" }, moderate = { ru = "у", en = "o" }, medium = { ru = "с", en = "m" }, high = { ru = "в", en = "h" } }
[[object_kinds]]
code = "parcel"
title = { ru = "У", en = "P" }
[[object_kinds]]
code = "fence"
title = { ru = "О", en = "F" }
[[control_kinds]]
code = "land"
title = { ru = "З", en = "L" }
short = { ru = "З", en = "L" }
object_kinds = ["parcel", "fence"]
[[control_kinds]]
code = "use"
title = { ru = "И", en = "U" }
short = { ru = "И", en = "U" }
object_kinds = ["parcel"]
"#;

const POLICY: &str = r#"
role = "rules_only"
auto_decide = false
severity_groups = ["A", "B", "C"]
probability_groups = ["1", "2", "3"]
points = { "1" = 10.0, "2" = 4.0 }
[[severity]]
group = "A"
when = "area > 100.0"
title = { ru = "большой", en = "large" }
[[severity]]
group = "B"
when = "area > 10.0"
title = { ru = "средний", en = "middling" }
[table]
A = ["high", "medium", "moderate"]
B = ["medium", "moderate", "low"]
C = ["moderate", "low", "low"]
[order]
probability = 100.0
ordering = 1.0
criterion_priority = 0.5
"#;

const MATRIX: &str = "role = \"matrix\"\nprobability = { \"1\" = 0.5, \"2\" = 0.2 }";

fn policy(text: &str) -> Policy {
    let names: Names = [("area", ValueType::Float)].into_iter().collect();
    Policy::parse(text, &names, &PackManifest::parse(PACK).unwrap()).unwrap()
}

fn matrix() -> Policy {
    policy(&POLICY.replace("role = \"rules_only\"", MATRIX))
}

fn head(id: &str, kind: RuleKind, points: f64) -> RuleHead {
    RuleHead {
        id: id.into(),
        kinds: vec![kind],
        control_kinds: vec!["land".into()],
        object_kinds: vec![],
        title: Localized::default(),
        basis: vec![],
        points,
        priority: 40.0,
        floor: None,
        severity: None,
        facts: vec![],
    }
}

fn column(states: &[RuleState], points: f64) -> RuleColumn {
    let fired = |state: &RuleState| if *state == RuleState::Fired { points } else { 0.0 };
    RuleColumn {
        states: states.to_vec(),
        points: states.iter().map(fired).collect(),
        missing: vec![0; states.len()],
        missing_sets: vec![vec![]],
        details: BTreeMap::new(),
    }
}

/// Brings answers with reasons to the form of a whole portfolio.
fn in_columns(verdicts: &RuleVerdicts) -> VerdictColumns {
    let rows = verdicts.columns.first().map_or(0, |column| column.states.len());
    let columns = verdicts.columns.iter().map(|column| {
        let bits = |wanted: RuleState| {
            let mut words = vec![0_u64; rows.div_ceil(64)];
            let rows = column.states.iter().enumerate().filter(|(_, state)| **state == wanted);
            rows.for_each(|(row, _)| words[row / 64] |= 1 << (row % 64));
            RowBits::from_words(words)
        };
        let mut found = VerdictColumn {
            fired: bits(RuleState::Fired),
            unknown: bits(RuleState::Unknown),
            points: Some(column.points.clone()),
            ..VerdictColumn::default()
        };
        for (row, detail) in &column.details {
            let row = *row as usize;
            found.floors.get_or_insert_with(|| vec![None; rows])[row] = detail.floor;
            if let Some(effect) = &detail.severity {
                found.effects.push(effect.clone());
                let places = found.severities.get_or_insert_with(|| vec![0; rows]);
                places[row] = u8::try_from(found.effects.len()).unwrap();
            }
        }
        found
    });
    VerdictColumns {
        rows,
        heads: verdicts.heads.clone(),
        columns: columns.collect(),
        totals: BTreeMap::new(),
    }
}

fn facts(areas: &[Option<f64>]) -> FactsTable {
    let rows: Vec<_> = areas.iter().map(|area| vec![area.map(Value::Float)]).collect();
    FactsTable::from_rows(&[("area", ValueType::Float)], &rows).unwrap()
}

/// Compares two methodologies on the same facts.
fn compared(
    before: (&Policy, &RuleVerdicts),
    after: (&Policy, &RuleVerdicts),
    areas: &[Option<f64>],
) -> Comparison {
    let table = facts(areas);
    let kinds = CodeColumn::new(areas.iter().map(|_| "parcel"));
    let territories =
        CodeColumn::new((0..areas.len()).map(|row| if row % 2 == 0 { "north" } else { "south" }));
    let of_rows = |verdicts: &RuleVerdicts| VerdictColumns { rows: areas.len(), ..in_columns(verdicts) };
    let verdicts = [of_rows(before.1), of_rows(after.1)];
    let answers = [Answers::from(&verdicts[0]), Answers::from(&verdicts[1])];
    let weigh = |policy: &Policy, answers: &Answers<'_>| {
        let severity = policy.severity_column(&table).unwrap();
        let categories = policy.categorise(answers, &severity, None, &kinds).unwrap();
        (severity, categories)
    };
    let (was, is) = (weigh(before.0, &answers[0]), weigh(after.0, &answers[1]));
    let side = |policy, answers, (severity, categories)| Side {
        policy,
        answers,
        severity,
        probabilities: None,
        categories,
    };
    compare(
        &side(before.0, &answers[0], (&was.0, &was.1)),
        &side(after.0, &answers[1], (&is.0, &is.1)),
        (&kinds, &territories),
        &BTreeMap::from([("s".to_owned(), HashSet::from([0]))]),
    )
}

fn rule(id: &str) -> Cause {
    Cause::Rule { rule: id.to_owned() }
}

#[test]
fn a_moved_object_names_the_rule_without_which_it_would_not_have_moved() {
    use RuleState::{Fired, NotFired};
    let before = RuleVerdicts {
        heads: vec![head("a", RuleKind::Criterion, 5.0), head("b", RuleKind::Criterion, 1.0)],
        columns: vec![column(&[NotFired, Fired], 5.0), column(&[NotFired, NotFired], 1.0)],
    };
    // Both rules change on row 0; only `a` passes a bound. On row 1 `a` is gone.
    let after = RuleVerdicts {
        columns: vec![column(&[Fired, NotFired], 5.0), column(&[Fired, NotFired], 1.0)],
        ..before.clone()
    };
    let policy = policy(POLICY);
    let found = compared((&policy, &before), (&policy, &after), &[Some(500.0), Some(500.0)]);
    let moves: Vec<_> = found.moved.iter().map(|one| (one.row, one.from, one.to, one.by.clone())).collect();
    assert_eq!(
        moves,
        [
            (0, RiskCategory::Moderate, RiskCategory::Medium, vec![rule("a")]),
            (1, RiskCategory::Medium, RiskCategory::Moderate, vec![rule("a")]),
        ]
    );
    assert_eq!((found.moved_objects, found.up, found.down), (2, 1, 1));
    assert_eq!(
        found.rules.iter().map(|one| (one.differing, one.moved)).collect::<Vec<_>>(),
        [(2, 2), (1, 0)]
    );
    let land = found.matrices.iter().find(|one| one.control_kind == "land").unwrap();
    assert_eq!(land.cells[&RiskCategory::Moderate][&RiskCategory::Medium], 1);
    assert_eq!(found.by_territory.iter().map(|one| (one.up, one.down)).collect::<Vec<_>>(), [(1, 0), (0, 1)]);
}

#[test]
fn two_rules_that_move_only_together_are_named_together() {
    use RuleState::{Fired, NotFired};
    let heads = vec![head("a", RuleKind::Criterion, 6.0), head("b", RuleKind::Criterion, 6.0)];
    let of = |state| RuleVerdicts {
        heads: heads.clone(),
        columns: vec![column(&[state], 6.0), column(&[state], 6.0)],
    };
    let policy = policy(&POLICY.replace("\"2\" = 4.0", "\"2\" = 9.0"));
    let found = compared((&policy, &of(NotFired)), (&policy, &of(Fired)), &[Some(500.0)]);
    assert_eq!(found.moved[0].by, [rule("a"), rule("b")]);
}

#[test]
fn a_changed_table_is_a_cause_of_its_own_and_a_removed_rule_counts_as_not_fired() {
    use RuleState::Fired;
    let before = RuleVerdicts {
        heads: vec![head("a", RuleKind::Criterion, 5.0)],
        columns: vec![column(&[Fired, Fired], 5.0)],
    };
    let was = policy(POLICY);
    let raised = policy(
        &POLICY.replace("C = [\"moderate\", \"low\", \"low\"]", "C = [\"moderate\", \"moderate\", \"low\"]"),
    );
    let found = compared((&was, &before), (&raised, &before), &[None, Some(500.0)]);
    assert_eq!(found.moved.iter().map(|one| one.by.clone()).collect::<Vec<_>>(), [vec![Cause::Policy]]);
    let found = compared((&was, &before), (&was, &RuleVerdicts::default()), &[None, Some(500.0)]);
    assert_eq!(
        found.moved.iter().map(|one| (one.row, one.by.clone())).collect::<Vec<_>>(),
        [(1, vec![rule("a")])]
    );
    assert_eq!(found.rules[0].fired, [2, 0]);
}

#[test]
fn the_desk_queue_counts_signs_that_nobody_decided() {
    use RuleState::Fired;
    let sign =
        RuleHead { control_kinds: vec!["land".into(), "use".into()], ..head("s", RuleKind::Sign, 5.0) };
    let before =
        RuleVerdicts { heads: vec![sign], columns: vec![column(&[Fired, Fired, RuleState::NotFired], 5.0)] };
    let mut after = before.clone();
    after.columns[0] = column(&[Fired, Fired, Fired], 5.0);
    let policy = policy(POLICY);
    let found = compared((&policy, &before), (&policy, &after), &[None, None, None]);
    // Row 0 is decided; every other sign stands under two kinds of control.
    assert_eq!(found.desk_queue, [2, 4]);
    assert_eq!(found.moved_objects, 0, "a sign moves no category");
}

#[test]
fn gates_rise_with_moved_objects_and_with_work_that_does_not_fit() {
    let gates = PublicationPolicy::parse("one_approver = 0.02\nhead_of_unit = 0.10").unwrap();
    let comparison = |moved| Comparison { objects: 100, moved_objects: moved, ..compared_counts() };
    let load =
        |visits| Load { visits_a_year: [0.0, visits], capacity_a_year: Some(1000.0), ..Load::default() };
    for (moved, visits, level) in [
        (2, 1000.0, ApprovalLevel::OneApprover),
        (3, 0.0, ApprovalLevel::HeadOfUnit),
        (10, 0.0, ApprovalLevel::HeadOfUnit),
        (11, 0.0, ApprovalLevel::Head),
        (0, 1000.5, ApprovalLevel::Head),
    ] {
        let gate = gates.gate(&comparison(moved), &load(visits), &[]);
        assert_eq!(gate.level, level, "{moved} moved, {visits} visits");
        assert_eq!(gate.reasons.is_empty(), level == ApprovalLevel::OneApprover);
    }
    for wrong in [
        "one_approver = 2.0",
        "one_approver = 0.5\nhead_of_unit = 0.1",
        "burden_ratio = 0.5",
        "desk_signs_a_day = 0.0",
        "colour = 1",
    ] {
        assert!(PublicationPolicy::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn outcomes_are_counted_on_the_first_by_category_then_by_order_of_work() {
    use RuleState::{Fired, NotFired};
    let policy = policy(POLICY);
    let kinds = CodeColumn::new(["parcel"; 4].into_iter());
    let table = facts(&[Some(500.0), Some(500.0), Some(5.0), Some(500.0)]);
    let severity = policy.severity_column(&table).unwrap();
    let ranked = |states: [RuleState; 4]| {
        let verdicts = RuleVerdicts {
            heads: vec![head("a", RuleKind::Criterion, 5.0)],
            columns: vec![column(&states, 5.0)],
        };
        policy.categorise(&Answers::from(&in_columns(&verdicts)), &severity, None, &kinds).unwrap()
    };
    let before = ranked([Fired, NotFired, NotFired, NotFired]);
    let after = ranked([NotFired, Fired, NotFired, NotFired]);
    let outcomes = [Some(false), Some(true), Some(true), None];
    let found = known_outcomes(&before, &after, &outcomes, 1, (&kinds, &kinds));
    assert_eq!((found.known, found.violations), (3, 2));
    assert_eq!((found.before.visited, found.before.found, found.before.missed), (1, 0, 2));
    assert_eq!((found.after.visited, found.after.found, found.after.missed), (1, 1, 1));
    assert_eq!(found.difference.unwrap().value, 0.5);
    let all = known_outcomes(&before, &after, &outcomes, 9, (&kinds, &kinds));
    assert_eq!((all.before.found, all.after.found), (2, 2));
}

fn state() -> impl Strategy<Value = RuleState> {
    prop_oneof![3 => Just(RuleState::NotFired), 2 => Just(RuleState::Fired), 1 => Just(RuleState::Unknown)]
}

fn severity() -> impl Strategy<Value = Option<SeverityEffect>> {
    prop_oneof![
        3 => Just(None),
        1 => (1_u8..3).prop_map(|steps| Some(SeverityEffect::LiftBy(steps))),
        1 => prop_oneof![Just("A"), Just("B")].prop_map(|code| Some(SeverityEffect::AtLeast(code.to_owned()))),
    ]
}

fn floor() -> impl Strategy<Value = Option<RiskCategory>> {
    prop_oneof![3 => Just(None), 1 => Just(Some(RiskCategory::Medium)), 1 => Just(Some(RiskCategory::High))]
}

const ROWS: usize = 12;

/// Is a rule with its answers.
type Answered = (RuleHead, RuleColumn);

prop_compose! {
    fn any_rule()(
        kind in prop_oneof![Just(RuleKind::Criterion), Just(RuleKind::GoodFaith), Just(RuleKind::Ordering), Just(RuleKind::Sign)],
        states in prop::collection::vec(state(), ROWS),
        points in 0.0_f64..8.0,
        floor in floor(),
        severity in severity(),
        detail in prop::option::of((0_u32..ROWS as u32, self::floor(), self::severity())),
        both in any::<bool>(),
    ) -> (RuleHead, RuleColumn) {
        let points = if kind == RuleKind::GoodFaith { -points } else { points };
        let is_criterion = kind == RuleKind::Criterion;
        let mut head = head("", kind, points);
        if is_criterion {
            (head.floor, head.severity) = (floor, severity);
        }
        if both {
            head.control_kinds.push("use".to_owned());
        }
        let mut column = column(&states, points);
        if let (Some((row, floor, severity)), true) = (detail, is_criterion) {
            column.details.insert(row, RuleDetail { floor, severity, evidence: None, error: None });
        }
        (head, column)
    }
}

proptest! {
    #[test]
    fn columns_give_what_assessments_give(
        rules in prop::collection::vec(any_rule(), 0..6),
        areas in prop::collection::vec(prop::option::of(0.0_f64..200.0), ROWS),
        fences in prop::collection::vec(any::<bool>(), ROWS),
        probabilities in prop::option::of(prop::collection::vec(0.0_f64..1.0, ROWS)),
        role in any::<bool>(),
    ) {
        let policy = if role { matrix() } else { policy(POLICY) };
        let (mut heads, columns): (Vec<RuleHead>, Vec<RuleColumn>) = rules.into_iter().unzip();
        heads.iter_mut().enumerate().for_each(|(at, head)| head.id = format!("r{at}"));
        let verdicts = RuleVerdicts { heads, columns };
        let probabilities: Option<Vec<Probability>> =
            probabilities.map(|all| all.into_iter().map(|p| Probability::new(p).unwrap()).collect());
        let kinds: Vec<&str> = fences.iter().map(|fence| if *fence { "fence" } else { "parcel" }).collect();
        let table = facts(&areas);
        let assessed = policy.assess(&table, &verdicts, probabilities.as_deref(), &kinds).unwrap();
        let severity = policy.severity_column(&table).unwrap();
        let kinds = CodeColumn::new(kinds.into_iter());
        let columns = VerdictColumns { rows: ROWS, ..in_columns(&verdicts) };
        let found =
            policy.categorise(&Answers::from(&columns), &severity, probabilities.as_deref(), &kinds).unwrap();
        let known = found.iter().flat_map(|column| &column.category).flatten().count();
        prop_assert_eq!(known, assessed.len());
        for one in &assessed {
            let column = found.iter().find(|column| column.control_kind == one.control_kind).unwrap();
            let row = one.row as usize;
            prop_assert_eq!(column.category[row], Some(one.category));
            prop_assert_eq!(column.rule_category[row], Some(one.rule_category));
            prop_assert_eq!(column.points[row], one.points);
            prop_assert_eq!(column.score[row], one.score);
        }
    }

    #[test]
    fn every_move_has_a_cause_and_nothing_moves_where_nothing_differs(
        rules in prop::collection::vec((any_rule(), any_rule()), 1..4),
        areas in prop::collection::vec(prop::option::of(0.0_f64..200.0), ROWS),
    ) {
        let side = |pick: fn(&(Answered, Answered)) -> Answered| {
            let (mut heads, columns): (Vec<RuleHead>, Vec<RuleColumn>) = rules.iter().map(pick).unzip();
            heads.iter_mut().enumerate().for_each(|(at, head)| head.id = format!("r{at}"));
            RuleVerdicts { heads, columns }
        };
        let (before, after) = (side(|pair| pair.0.clone()), side(|pair| pair.1.clone()));
        let policy = policy(POLICY);
        prop_assert!(compared((&policy, &before), (&policy, &before), &areas).moved.is_empty());
        let found = compared((&policy, &before), (&policy, &after), &areas);
        prop_assert!(found.moved.iter().all(|one| !one.by.is_empty()));
    }
}

#[test]
fn a_group_that_a_candidate_burdens_beyond_the_ratio_needs_the_head_of_unit() {
    let gates = PublicationPolicy::parse("burden_ratio = 2.0").unwrap();
    let column = |high: &[usize]| CategoryColumn {
        control_kind: "land".to_owned(),
        category: (0..1_000)
            .map(|row| Some(if high.contains(&row) { RiskCategory::High } else { RiskCategory::Low }))
            .collect(),
        ..CategoryColumn::default()
    };
    // Every fifth object is of a small owner.
    let groups = CodeColumn::new((0..1_000).map(|row| if row % 5 == 0 { "small" } else { "large" }));
    let small: Vec<usize> = (0..40).map(|at| at * 5).collect();
    let even: Vec<usize> = (0..40).map(|at| at * 25 + at % 5).collect();
    let gate = |before: &[usize], after: &[usize]| {
        let found = burdens("owner_size", &groups, &[column(before)], &[column(after)]);
        let moved = compared_counts();
        gates.gate(&moved, &Load::default(), &found)
    };
    assert_eq!(gate(&[], &even).level, ApprovalLevel::OneApprover, "all groups alike");
    let found = gate(&even, &small);
    assert_eq!(found.level, ApprovalLevel::HeadOfUnit);
    assert!(
        matches!(&found.reasons[..], [PublicationReason::Disparity { group, of_all, .. }] if group == "small" && *of_all == 0.04),
        "{:?}",
        found.reasons
    );
    assert_eq!(gate(&small, &small).level, ApprovalLevel::OneApprover, "the candidate makes it no worse");
}

fn compared_counts() -> Comparison {
    Comparison {
        objects: 1_000,
        moved_objects: 0,
        up: 0,
        down: 0,
        matrices: vec![],
        moved: vec![],
        rules: vec![],
        by_kind: vec![],
        by_territory: vec![],
        desk_queue: [0, 0],
    }
}
