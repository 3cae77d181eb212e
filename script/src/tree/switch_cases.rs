//! `switch`: Rhai's tree keeps only hashes of the case values. Which value a hash stands for is found by asking Rhai
//! for the hash of every literal of the text.

use std::collections::BTreeMap;
use std::sync::Arc;

use rhai::{AST, ASTNode, Expr, RangeCase, Stmt, SwitchCasesCollection, Token};

use super::lower::{Lowering, Place};
use super::walk;
use crate::build::Built;
use crate::ir::{Comparison, Decimal, IrType, Node, NodeId, Outcome};

/// Is the value of a case.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum CaseValue {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(Arc<str>),
    /// Stands among the ranges, too.
    Range,
}

/// Finds the values behind all cases of a script; empty where it has no `switch`.
pub(super) fn case_values(engine: &rhai::Engine, ast: &AST, text: &str) -> BTreeMap<u64, CaseValue> {
    let mut ranges: Vec<String> = Vec::new();
    let mut found = false;
    walk(ast, &mut |path| {
        if let Some(ASTNode::Stmt(Stmt::Switch(parts, _))) = path.last() {
            found = true;
            ranges.extend(parts.1.ranges.iter().map(range_text));
        }
    });
    if !found {
        return BTreeMap::new();
    }
    let mut candidates = literals(engine, text);
    candidates.extend(ranges.into_iter().map(|range| (range, CaseValue::Range)));
    candidates.push(("true".to_owned(), CaseValue::Boolean(true)));
    candidates.push(("false".to_owned(), CaseValue::Boolean(false)));
    let hashed = candidates.into_iter().filter_map(|(text, value)| Some((hash_of(engine, &text)?, value)));
    hashed.collect()
}

fn range_text(range: &RangeCase) -> String {
    match range {
        RangeCase::ExclusiveInt(range, _) => format!("{}..{}", range.start, range.end),
        RangeCase::InclusiveInt(range, _) => format!("{}..={}", range.start(), range.end()),
    }
}

/// Gives all literals of a text, numbers with either sign.
fn literals(engine: &rhai::Engine, text: &str) -> Vec<(String, CaseValue)> {
    let mut found = Vec::new();
    for (token, _) in engine.lex([&text]).0 {
        match token {
            Token::IntegerConstant(whole) => {
                found.push((whole.to_string(), CaseValue::Integer(whole)));
                found.push((format!("-{whole}"), CaseValue::Integer(whole.wrapping_neg())));
            }
            Token::FloatConstant(number) => {
                let number = *number.0;
                found.push((format!("{number:?}"), CaseValue::Float(number)));
                found.push((format!("-{number:?}"), CaseValue::Float(-number)));
            }
            Token::StringConstant(text) => {
                let escaped: String = text.chars().map(escaped).collect();
                found.push((format!("\"{escaped}\""), CaseValue::Text(text.as_str().into())));
            }
            Token::EOF | Token::LexError(_) => break,
            _ => {}
        }
    }
    found
}

fn escaped(character: char) -> String {
    match character {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        character if character.is_control() => format!("\\u{:04x}", u32::from(character)),
        character => character.to_string(),
    }
}

fn hash_of(engine: &rhai::Engine, literal: &str) -> Option<u64> {
    let probe = engine.compile(format!("switch 0 {{ {literal} => 0 }}")).ok()?;
    match probe.statements().first()? {
        Stmt::Switch(parts, _) => parts.1.cases.keys().next().copied(),
        _ => None,
    }
}

impl Lowering<'_> {
    /// Lowers a `switch` to a chain of choices: single values first, then ranges, then the rest.
    pub(super) fn switch(
        &mut self,
        of: &Expr,
        parts: &SwitchCasesCollection,
        place: Place,
    ) -> Built<Outcome> {
        let of = self.expression(of)?;
        if !matches!(self.builder.type_of(of), IrType::Boolean | IrType::Integer | IrType::Text) {
            return Err("`switch` over other than a whole number, a text or true and false".to_owned());
        }
        let rest = match parts.def_case {
            Some(place_of_rest) => self.case(parts, place_of_rest, place)?,
            None => self.otherwise(place),
        };
        let mut end = rest;
        if self.builder.type_of(of) == IrType::Integer {
            for range in parts.ranges.iter().rev() {
                let inside = self.in_case_range(of, range);
                let taken = self.guarded(parts, range.index(), end, place)?;
                end = self.builder.choose_outcome(inside, taken, end)?;
            }
        }
        let rest = end;
        // By place, so that the same script always gives the same nodes.
        let mut cases: Vec<_> = parts.cases.iter().collect();
        cases.sort_by_key(|(hash, case)| (case.blocks.first().copied(), **hash));
        for (hash, case) in cases.into_iter().rev() {
            let Some(equal) = self.equals_case(of, *hash)? else { continue };
            let mut taken = rest;
            for block in case.blocks.iter().rev() {
                taken = self.guarded(parts, *block, taken, place)?;
            }
            end = self.builder.choose_outcome(equal, taken, end)?;
        }
        end.value = self.builder.after(of, end.value);
        Ok(end)
    }

    fn otherwise(&mut self, place: Place) -> Outcome {
        let value_type = if place == Place::End { IrType::Boolean } else { IrType::Unit };
        let node = if place == Place::End { Node::Fails(value_type) } else { Node::Unit };
        Outcome::of(self.builder.add(node, value_type))
    }

    fn case(&mut self, parts: &SwitchCasesCollection, at: usize, place: Place) -> Built<Outcome> {
        let case = parts.expressions.get(at).ok_or("a case without a body")?;
        self.end(&case.rhs, place)
    }

    /// Takes a case where its condition holds, else what stands after it.
    fn guarded(
        &mut self,
        parts: &SwitchCasesCollection,
        at: usize,
        rest: Outcome,
        place: Place,
    ) -> Built<Outcome> {
        let taken = self.case(parts, at, place)?;
        match parts.expressions.get(at).map(|case| &case.lhs) {
            Some(Expr::BoolConstant(true, _)) | None => Ok(taken),
            Some(condition) => {
                let condition = self.condition(condition)?;
                self.builder.choose_outcome(condition, taken, rest)
            }
        }
    }

    fn in_case_range(&mut self, value: NodeId, range: &RangeCase) -> NodeId {
        let (from, to, inclusive) = match range {
            RangeCase::ExclusiveInt(range, _) => (range.start, range.end, false),
            RangeCase::InclusiveInt(range, _) => (*range.start(), *range.end(), true),
        };
        let from = self.builder.add(Node::Integer(from), IrType::Integer);
        let to = self.builder.add(Node::Integer(to), IrType::Integer);
        self.builder.add(Node::InRange { value, from, to, inclusive }, IrType::Boolean)
    }

    /// Gives the condition of a case; none where a value of another type could never be equal.
    fn equals_case(&mut self, of: NodeId, hash: u64) -> Built<Option<NodeId>> {
        let value = self.cases.get(&hash).cloned().ok_or("a case whose value is not read")?;
        let (node, value_type) = match value {
            CaseValue::Range => return Ok(None),
            CaseValue::Boolean(flag) => (Node::Boolean(flag), IrType::Boolean),
            CaseValue::Integer(whole) => (Node::Integer(whole), IrType::Integer),
            CaseValue::Float(number) => (Node::Float(Decimal(number)), IrType::Float),
            CaseValue::Text(text) => (Node::Text(text), IrType::Text),
        };
        if self.builder.type_of(of) != value_type {
            return Ok(None);
        }
        let constant = self.builder.add(node, value_type);
        self.builder.compare(Comparison::Equal, of, constant).map(Some)
    }
}
