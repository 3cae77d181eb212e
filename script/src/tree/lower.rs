//! From Rhai's syntax tree to the typed form: blocks, statements and what a script ends with.

use std::collections::BTreeMap;
use std::sync::Arc;

use dozor_domain::ValueType;
use rhai::{AST, ASTFlags, Expr, Ident, Position, Stmt};

use super::switch_cases::{CaseValue, case_values};
use crate::build::{Builder, Built};
use crate::ir::{Ir, IrType, Node, NodeId, Outcome};
use crate::library::Library;
use crate::names::Names;

/// Says why a script runs in the interpreter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotVectorised {
    /// Line, from 1.
    pub line: usize,
    /// What has no form in columns.
    pub reason: String,
}

impl std::fmt::Display for NotVectorised {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// Steps of a script that surely stay within the budget of a run: each is a few ticks, and none is repeated.
const MOST_STEPS: usize = 4_000;
/// As many locals as the interpreter holds at once, less what it may need itself.
const MOST_LOCALS: usize = 60;
/// Texts of a result stay below the interpreter's cap by so much that nothing else can reach it.
const LONGEST_TEXT: usize = 9_000;

/// Whether a value is the script's own or goes on into another step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It is what the script ends with: a rule's map may stand here, and no value at all is an error.
    End,
    /// It is used further.
    Inside,
}

/// Is the lowering of one script.
pub(super) struct Lowering<'a> {
    pub(super) builder: Builder,
    pub(super) cases: BTreeMap<u64, CaseValue>,
    names: &'a Names,
    reads: &'a [String],
    locals: Vec<(String, NodeId)>,
    steps: usize,
}

/// Builds the typed form of a script.
pub(crate) fn lower(
    engine: &rhai::Engine,
    ast: &AST,
    text: &str,
    names: &Names,
    reads: &Arc<[String]>,
    library: &Arc<Library>,
) -> Result<Ir, NotVectorised> {
    let mut lowering = Lowering {
        builder: Builder { line: 1, ..Builder::default() },
        cases: case_values(engine, ast, text),
        names,
        reads,
        locals: Vec::new(),
        steps: 0,
    };
    if let Some(function) = ast.iter_functions().next() {
        let is_closure = function.name.starts_with("anon$");
        let name = if is_closure {
            "a closure".to_owned()
        } else {
            format!("its own function «{}»", function.name)
        };
        return Err(NotVectorised { line: 1, reason: name });
    }
    let end = lowering.block(ast.statements(), Place::End).and_then(|end| lowering.checked(end));
    match end {
        Ok(outcome) => Ok(Ir::new(lowering.builder.graph, Arc::clone(reads), outcome, Arc::clone(library))),
        Err(reason) => Err(NotVectorised { line: lowering.builder.line, reason }),
    }
}

impl Lowering<'_> {
    /// Refuses ends that the interpreter would refuse in some rows by what the kernels do not see.
    fn checked(&mut self, end: Outcome) -> Built<Outcome> {
        let texts = [end.floor, end.severity, end.evidence].into_iter().flatten();
        if texts.map(|part| self.builder.longest(part)).sum::<usize>() > LONGEST_TEXT {
            return Err("a text that may grow too long".to_owned());
        }
        match self.builder.type_of(end.value) {
            // As the interpreter: a decimal number that is not finite is no answer.
            IrType::Float => {
                Ok(Outcome { value: self.builder.add(Node::Finite(end.value), IrType::Float), ..end })
            }
            IrType::Boolean | IrType::Integer | IrType::Text => Ok(end),
            other => Err(format!("the script ends with {}", other.title())),
        }
    }

    pub(super) fn step(&mut self, position: Position) -> Built<()> {
        if let Some(line) = position.line() {
            self.builder.line = line;
        }
        self.steps += 1;
        if self.steps > MOST_STEPS { Err("the script is too long".to_owned()) } else { Ok(()) }
    }

    /// Lowers a block: its statements one after the other, then the value of the last.
    pub(super) fn block(&mut self, statements: &[Stmt], place: Place) -> Built<Outcome> {
        let locals = self.locals.len();
        let mut first = Vec::new();
        let Some((last, before)) = statements.split_last() else { return Ok(self.no_value(place)) };
        for statement in before {
            first.extend(self.statement(statement)?);
        }
        let mut end = self.last_statement(last, place)?;
        self.locals.truncate(locals);
        for step in first.into_iter().rev() {
            end.value = self.builder.after(step, end.value);
        }
        Ok(end)
    }

    /// Lowers a block that gives a value to another step.
    pub(super) fn value_of_block(&mut self, statements: &[Stmt]) -> Built<NodeId> {
        Ok(self.block(statements, Place::Inside)?.value)
    }

    fn no_value(&mut self, place: Place) -> Outcome {
        Outcome::of(match place {
            Place::End => self.builder.add(Node::Fails(IrType::Boolean), IrType::Boolean),
            Place::Inside => self.builder.add(Node::Unit, IrType::Unit),
        })
    }

    /// Lowers a statement whose value is dropped; gives the node that must come to a value.
    fn statement(&mut self, statement: &Stmt) -> Built<Option<NodeId>> {
        match statement {
            Stmt::Noop(_) => Ok(None),
            Stmt::Var(parts, flags, position) => {
                self.step(*position)?;
                self.define(&parts.0, &parts.1, *flags).map(Some)
            }
            other => Ok(Some(self.last_statement(other, Place::Inside)?.value)),
        }
    }

    fn define(&mut self, name: &Ident, value: &Expr, flags: ASTFlags) -> Built<NodeId> {
        if flags.contains(ASTFlags::EXPORTED) {
            return Err("an export".to_owned());
        }
        let is_taken = self.locals.iter().any(|(known, _)| *known == name.name.as_str());
        if is_taken || self.locals.len() >= MOST_LOCALS {
            return Err("a local that hides another, or too many of them".to_owned());
        }
        let node = self.expression(value)?;
        self.locals.push((name.name.to_string(), node));
        Ok(node)
    }

    fn last_statement(&mut self, statement: &Stmt, place: Place) -> Built<Outcome> {
        self.step(statement.position())?;
        match statement {
            Stmt::Noop(_) => Ok(self.no_value(place)),
            Stmt::Var(parts, flags, _) => {
                let value = self.define(&parts.0, &parts.1, *flags)?;
                let mut end = self.no_value(place);
                end.value = self.builder.after(value, end.value);
                Ok(end)
            }
            Stmt::If(parts, _) => {
                let condition = self.condition(&parts.expr)?;
                let then = self.block(parts.body.statements(), place)?;
                let otherwise = self.block(parts.branch.statements(), place)?;
                self.builder.choose_outcome(condition, then, otherwise)
            }
            Stmt::Switch(parts, _) => self.switch(&parts.0, &parts.1, place),
            Stmt::Block(block) => self.block(block.statements(), place),
            Stmt::Expr(expression) => self.end(expression, place),
            Stmt::FnCall(call, _) => Ok(Outcome::of(self.call(call)?)),
            Stmt::While(..) | Stmt::Do(..) | Stmt::For(..) | Stmt::BreakLoop(..) => Err("a loop".to_owned()),
            Stmt::Assignment(..) => Err("a change of a local after it was defined".to_owned()),
            Stmt::Return(..) => Err("`return`".to_owned()),
            _ => Err("a statement outside the grammar of kernels".to_owned()),
        }
    }

    pub(super) fn condition(&mut self, expression: &Expr) -> Built<NodeId> {
        let node = self.expression(expression)?;
        self.builder.boolean(node)
    }

    /// Lowers an expression that may be what the script ends with.
    pub(super) fn end(&mut self, expression: &Expr, place: Place) -> Built<Outcome> {
        match (expression, place) {
            (Expr::Stmt(block), _) => self.block(block.statements(), place),
            (Expr::Map(parts, position), Place::End) => {
                self.step(*position)?;
                self.result(&parts.0)
            }
            (Expr::Unit(_), Place::End) => Ok(self.no_value(place)),
            _ => self.expression(expression).map(Outcome::of),
        }
    }

    /// Lowers a rule's `#{fired: …}`.
    fn result(&mut self, entries: &[(Ident, Expr)]) -> Built<Outcome> {
        let mut fired = None;
        let mut end = Outcome::of(self.builder.add(Node::Unit, IrType::Unit));
        for (key, value) in entries {
            let node = self.expression(value)?;
            match key.name.as_str() {
                "fired" => fired = Some(self.builder.boolean(node)?),
                "points" => end.points = Some(self.points(node)?),
                "floor" => end.floor = Some(self.text(node)?),
                "severity" => end.severity = Some(self.text(node)?),
                "evidence" => end.evidence = Some(self.text(node)?),
                other => return Err(format!("`{other}` is no key of a rule's result")),
            }
        }
        end.value = fired.ok_or("a result without `fired`")?;
        Ok(end)
    }

    fn points(&mut self, node: NodeId) -> Built<NodeId> {
        let decimal = self.builder.as_float(node)?;
        let is_finite =
            matches!(self.builder.graph.node(decimal), Node::Float(number) if number.0.is_finite());
        if is_finite { Ok(decimal) } else { Ok(self.builder.add(Node::Finite(decimal), IrType::Float)) }
    }

    fn text(&mut self, node: NodeId) -> Built<NodeId> {
        match self.builder.type_of(node) {
            IrType::Text => Ok(node),
            other => Err(format!("{} stands where a text is needed", other.title())),
        }
    }

    /// Finds what a bare name means: a local, else a fact.
    pub(super) fn variable(&mut self, name: &str) -> Built<NodeId> {
        if let Some((_, node)) = self.locals.iter().rev().find(|(known, _)| known == name) {
            return Ok(*node);
        }
        let value_type = match self.names.get(name) {
            None => return Err(format!("the name «{name}»")),
            Some(ValueType::Boolean) => IrType::Boolean,
            Some(ValueType::Integer | ValueType::Date | ValueType::Instant) => IrType::Integer,
            Some(ValueType::Float) => IrType::Float,
            Some(ValueType::Text) => IrType::Text,
            Some(ValueType::Codes) => IrType::Codes,
        };
        let place = self.place_of(name)?;
        Ok(self.builder.add(Node::Fact(place), value_type))
    }

    pub(super) fn place_of(&self, name: &str) -> Built<u16> {
        let place = self.reads.iter().position(|read| read == name);
        place.and_then(|place| u16::try_from(place).ok()).ok_or_else(|| format!("the name «{name}»"))
    }
}
