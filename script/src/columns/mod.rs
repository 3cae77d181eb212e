//! Kernels: many scripts over columns at once. A node that several scripts share is computed once a batch; batches
//! are as long as the nearest cache holds; any number of threads may run batches of their own.

mod by_row;
mod coded;
mod loops;
mod mask;
mod plan;
mod run;
mod slot;
mod text;
mod truth;
mod view;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use mask::{BATCH_ROWS, Mask};
pub use run::is_set;
pub use view::{Bits, Column, ColumnValues, Texts};

use crate::graph::Graph;
use crate::ir::{Ir, IrType, Node, NodeId, Outcome};
use crate::library::Library;
use coded::Dictionary;
use mask::{NONE, and, and_not, first_rows, or};
use plan::{Need, Step};
use run::{Batch, known_rows};
use slot::{Place, Slot};
use text::Reader;

/// Is a script for kernels, and where it is asked.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// The script.
    pub ir: &'a Ir,
    /// It is asked only where this text fact has one of these values; elsewhere it is not fired. `None` = everywhere.
    pub only: Option<(&'a str, &'a [String])>,
}

/// Holds scripts compiled together.
#[derive(Clone, Debug)]
pub struct Kernels {
    graph: Graph,
    library: Arc<Library>,
    facts: Vec<(String, IrType)>,
    outcomes: Vec<Outcome>,
    guards: Vec<Option<NodeId>>,
    needs: Vec<Need>,
    steps: Vec<Step>,
}

impl Kernels {
    /// Compiles scripts together; all of one engine, for they share its library.
    pub fn new(scripts: &[Asked<'_>]) -> Self {
        let mut facts: BTreeMap<String, IrType> = BTreeMap::new();
        for script in scripts {
            for read in script.ir.reads() {
                facts.entry(read.clone()).or_insert(IrType::Unit);
            }
            for node in script.ir.nodes() {
                if let Node::Fact(place) = node
                    && let Some(name) = script.ir.reads().get(usize::from(*place))
                {
                    facts.insert(name.clone(), type_of_fact(script.ir, *place));
                }
            }
            if let Some((fact, _)) = script.only {
                facts.insert(fact.to_owned(), IrType::Text);
            }
        }
        let facts: Vec<(String, IrType)> = facts.into_iter().collect();
        let place = |name: &str| {
            let found = facts.iter().position(|(known, _)| known == name).unwrap_or_default();
            u16::try_from(found).unwrap_or_default()
        };
        let mut graph = Graph::default();
        let (mut outcomes, mut guards) = (Vec::new(), Vec::new());
        for script in scripts {
            let moved_facts: Vec<u16> = script.ir.reads().iter().map(|name| place(name)).collect();
            let moved = graph.copy(script.ir.graph(), &moved_facts);
            outcomes.push(script.ir.outcome().moved(&moved));
            guards.push(script.only.map(|(fact, values)| guard(&mut graph, place(fact), values)));
        }
        let all_guards: Vec<NodeId> = guards.iter().copied().flatten().collect();
        let needs = plan::needs(&graph, &outcomes, &all_guards);
        let ids = (0..graph.nodes().len()).filter_map(|at| u32::try_from(at).ok()).map(NodeId);
        let steps = ids.map(|id| plan::step(&graph, id, needs[id.place()])).collect();
        let library = scripts.first().map(|script| Arc::clone(script.ir.library())).unwrap_or_default();
        Self { graph, library, facts, outcomes, guards, needs, steps }
    }

    /// Returns the facts whose columns are needed, sorted by name.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        self.facts.iter().map(|(name, _)| name.as_str())
    }

    /// Returns the number of nodes that are computed for every batch.
    pub fn steps(&self) -> usize {
        self.steps.iter().filter(|step| !matches!(step, Step::Still)).count()
    }

    /// Tells whether a column may stand for a fact; one that a script only asks for may be of any type.
    pub fn accepts(&self, fact: usize, column: &Column<'_>) -> bool {
        match self.facts.get(fact).map(|(_, needed)| *needed) {
            Some(IrType::Boolean) => matches!(column.values, ColumnValues::Boolean(_)),
            Some(IrType::Integer) => matches!(column.values, ColumnValues::Integer(_)),
            Some(IrType::Float) => matches!(column.values, ColumnValues::Float(_)),
            Some(IrType::Text) => matches!(column.values, ColumnValues::Text(_)),
            Some(IrType::Codes) => matches!(column.values, ColumnValues::Codes(_)),
            Some(IrType::Number | IrType::Unit) => true,
            None => false,
        }
    }

    /// Tells whether more is asked of a text than whether it is known.
    fn asks_of_text(&self, place: usize) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::OfText { fact, .. } if *fact == place))
    }

    /// Makes what is needed to run batches on one thread; `columns` stand in the order of [`facts`](Self::facts).
    pub fn runner<'a>(&'a self, columns: &'a [Column<'a>]) -> KernelRunner<'a> {
        let nodes = self.graph.nodes().iter().enumerate();
        let slots = nodes.map(|(at, node)| {
            let need = self.needs.get(at).copied().unwrap_or(Need::Nothing);
            let is_still = matches!(self.steps.get(at), Some(Step::Strict(_) | Step::FactStatus(_)));
            let id = NodeId(u32::try_from(at).unwrap_or(u32::MAX));
            let value_type = if is_still { IrType::Unit } else { self.graph.type_of(id) };
            Slot::new(node, value_type, need != Need::Nothing)
        });
        KernelRunner {
            kernels: self,
            columns,
            slots: slots.collect(),
            texts: (0..self.facts.len()).map(|fact| self.asks_of_text(fact).then(Dictionary::new)).collect(),
            facts: vec![NONE; self.facts.len()],
            start: 0,
            rows: 0,
        }
    }
}

fn type_of_fact(ir: &Ir, place: u16) -> IrType {
    let at = ir.nodes().iter().position(|node| *node == Node::Fact(place));
    at.and_then(|at| u32::try_from(at).ok()).map_or(IrType::Unit, |at| ir.type_of(NodeId(at)))
}

fn guard(graph: &mut Graph, fact: u16, values: &[String]) -> NodeId {
    let value = graph.add(Node::Fact(fact), IrType::Text, 1);
    let list =
        values.iter().map(|text| graph.add(Node::Text(text.as_str().into()), IrType::Text, 1)).collect();
    graph.add(Node::InList { value, list }, IrType::Boolean, 1)
}

impl Outcome {
    fn moved(self, places: &[NodeId]) -> Self {
        let at = |id: NodeId| places.get(id.place()).copied().unwrap_or(id);
        Self {
            value: at(self.value),
            points: self.points.map(at),
            floor: self.floor.map(at),
            severity: self.severity.map(at),
            evidence: self.evidence.map(at),
        }
    }
}

/// Is how one script ended in the rows of a batch; a row that is in none of the masks has a value.
#[derive(Clone, Copy, Debug)]
pub struct Ends {
    /// Rows that have a value.
    pub known: Mask,
    /// Rows whose value is true: the rule fired.
    pub fired: Mask,
    /// Rows in which a missing fact was read.
    pub unknown: Mask,
    /// Rows that the interpreter must answer: it fails there, or a text is long.
    pub ask: Mask,
    /// Rows in which it is not known whether the script is asked at all.
    pub guard_missing: Mask,
}

/// Runs batches on one thread.
pub struct KernelRunner<'a> {
    kernels: &'a Kernels,
    columns: &'a [Column<'a>],
    slots: Vec<Slot>,
    texts: Vec<Option<Dictionary<'a>>>,
    facts: Vec<Mask>,
    start: usize,
    rows: usize,
}

impl std::fmt::Debug for KernelRunner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KernelRunner")
            .field("start", &self.start)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl KernelRunner<'_> {
    /// Computes all scripts for the rows `start..start + rows` of the columns; at most [`BATCH_ROWS`] of them.
    pub fn run(&mut self, start: usize, rows: usize) {
        (self.start, self.rows) = (start, rows.min(BATCH_ROWS));
        for (known, column) in self.facts.iter_mut().zip(self.columns) {
            *known = known_rows(column, start, self.rows);
        }
        for (texts, column) in self.texts.iter_mut().zip(self.columns) {
            if let (Some(dictionary), ColumnValues::Text(texts) | ColumnValues::Codes(texts)) =
                (texts, column.values)
            {
                dictionary.read(texts, start, self.rows);
            }
        }
        let batch = Batch {
            graph: &self.kernels.graph,
            place: Place { columns: self.columns, start, rows: self.rows },
            facts: &self.facts,
            texts: &self.texts,
            library: &self.kernels.library,
        };
        for (at, step) in self.kernels.steps.iter().enumerate() {
            let (before, rest) = self.slots.split_at_mut(at);
            if let Some(slot) = rest.first_mut() {
                batch.run(step, before, slot);
            }
        }
    }

    /// Returns the rows in which a fact is known.
    pub fn known(&self, fact: usize) -> Mask {
        self.facts.get(fact).copied().unwrap_or(NONE)
    }

    /// Returns how a script ended in the rows of the batch.
    pub fn ends(&self, script: usize) -> Ends {
        let rows = first_rows(self.rows);
        let (mut known, mut ask) = (rows, NONE);
        let Some(outcome) = self.kernels.outcomes.get(script) else {
            return Ends { known: NONE, fired: NONE, unknown: NONE, ask: rows, guard_missing: NONE };
        };
        for part in outcome.parts() {
            let slot = &self.slots[part.place()];
            known = and(&known, &slot.known);
            ask = or(&ask, &slot.ask);
        }
        let known = and_not(&known, &ask);
        let fired = and(&known, &self.slots[outcome.value.place()].truth);
        let unknown = and_not(&rows, &or(&known, &ask));
        match self.kernels.guards.get(script).copied().flatten() {
            None => Ends { known, fired, unknown, ask: and(&ask, &rows), guard_missing: NONE },
            Some(guard) => {
                let guard = &self.slots[guard.place()];
                let asked = and(&rows, &guard.truth);
                let elsewhere = and_not(&and(&rows, &guard.known), &guard.truth);
                let guard_missing = and_not(&rows, &or(&guard.known, &guard.ask));
                Ends {
                    known: or(&elsewhere, &and(&known, &asked)),
                    fired: and(&fired, &asked),
                    unknown: or(&guard_missing, &and(&unknown, &asked)),
                    ask: or(&and(&rows, &guard.ask), &and(&ask, &asked)),
                    guard_missing,
                }
            }
        }
    }

    /// Returns the whole numbers that a script came to; meaningful where it has a value.
    pub fn wholes(&self, script: usize) -> &[i64] {
        self.value(script).map_or(&[], |slot| self.place().wholes(slot))
    }
    /// Returns the decimal numbers that a script came to; meaningful where it has a value.
    pub fn floats(&self, script: usize) -> &[f64] {
        self.value(script).map_or(&[], |slot| self.place().floats(slot))
    }
    /// Returns the points of a rule by row: not a number where it gives none. `None` where its script never names any.
    pub fn points(&self, script: usize) -> Option<&[f64]> {
        let points = self.kernels.outcomes.get(script)?.points?;
        self.slots.get(points.place()).map(|slot| self.place().floats(slot))
    }
    /// Returns the text that a script came to in a row of the batch; `None` where only the interpreter can write it.
    pub fn text(&self, script: usize, row: usize) -> Option<Cow<'_, str>> {
        self.reader().text(self.kernels.outcomes.get(script)?.value, row)
    }
    /// Returns the floor that a rule's script names in a row of the batch.
    pub fn floor(&self, script: usize, row: usize) -> Option<Cow<'_, str>> {
        self.reader().text(self.kernels.outcomes.get(script)?.floor?, row)
    }
    /// Returns the severity effect that a rule's script names in a row of the batch.
    pub fn severity(&self, script: usize, row: usize) -> Option<Cow<'_, str>> {
        self.reader().text(self.kernels.outcomes.get(script)?.severity?, row)
    }

    fn value(&self, script: usize) -> Option<&Slot> {
        self.slots.get(self.kernels.outcomes.get(script)?.value.place())
    }
    fn reader(&self) -> Reader<'_> {
        Reader {
            graph: &self.kernels.graph,
            slots: &self.slots,
            place: self.place(),
            library: &self.kernels.library,
        }
    }
    fn place(&self) -> Place<'_> {
        Place { columns: self.columns, start: self.start, rows: self.rows }
    }
}
