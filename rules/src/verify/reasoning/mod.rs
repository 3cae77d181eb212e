//! What can be said of a rule without asking it about any object: whether it can fire, whether it can rest, and how many
//! points it can give. Intervals of numbers and sets of texts go through the typed form of its script, branch by branch;
//! what is found impossible is impossible for every object. A script that only the interpreter reads is left alone.

mod assume;
mod bounds;
mod values;
mod world;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use dozor_facts::FactCatalogue;
use dozor_script::Ir;

use crate::rule::Rule;
use world::World;

/// Steps after which nothing more is ruled out: branches within branches are looked at one by one.
const MOST_STEPS: u32 = 100_000;

/// Goes through one script.
pub(super) struct Reasoning<'a> {
    ir: &'a Ir,
    steps: Cell<u32>,
}

/// Is what reasoning says of a rule.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reach {
    /// Whether some values of its facts may make it fire.
    pub(crate) can_fire: bool,
    /// Whether some values of its facts may make it rest.
    pub(crate) can_rest: bool,
    /// The least and the most points that its script may give where it fires; none where it names none.
    pub(crate) points: Option<(f64, f64)>,
    /// Floors that its script may name; none where they cannot be listed.
    pub(crate) floors: Option<BTreeSet<Arc<str>>>,
    /// Effects on severity that its script may name; likewise.
    pub(crate) severities: Option<BTreeSet<Arc<str>>>,
}

impl<'a> Reasoning<'a> {
    fn new(ir: &'a Ir) -> Self {
        Self { ir, steps: Cell::new(0) }
    }

    /// Counts a step; tells whether there were too many.
    fn is_over(&self) -> bool {
        let steps = self.steps.get() + 1;
        self.steps.set(steps.min(MOST_STEPS + 1));
        steps > MOST_STEPS
    }
}

/// Reasons about a rule; none where its script has no typed form.
pub(crate) fn reach(rule: &Rule, catalogue: &FactCatalogue) -> Option<Reach> {
    let ir = rule.program().ir().ok()?;
    let start = start(rule, catalogue);
    let reasoning = Reasoning::new(ir);
    let outcome = ir.outcome();
    let fires = reasoning.assume(outcome.value, true, &start);
    let can_rest = reasoning.assume(outcome.value, false, &start).is_some();
    let Some(fires) = fires else {
        let none = Some(BTreeSet::new());
        return Some(Reach {
            can_fire: false,
            can_rest,
            points: None,
            floors: none.clone(),
            severities: none,
        });
    };
    let points = outcome.points.and_then(|points| reasoning.number(points, &fires));
    let texts = |part| match part {
        Some(part) => reasoning.texts(part, &fires),
        None => Some(BTreeSet::new()),
    };
    Some(Reach {
        can_fire: true,
        can_rest,
        points: points.map(|span| (span.low, span.high)),
        floors: texts(outcome.floor),
        severities: texts(outcome.severity),
    })
}

/// Returns the world before anything is asked: every fact may be missing, and has the values that its kind allows.
fn start(rule: &Rule, catalogue: &FactCatalogue) -> World {
    let reads = rule.program().reads();
    World::new(reads.iter().map(|name| bounds::scope(catalogue.head(name))))
}
