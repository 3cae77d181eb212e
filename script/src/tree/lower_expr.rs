//! From Rhai's syntax tree to the typed form: expressions.

use rhai::{ASTFlags, Expr, FnCallExpr};

use super::asked_name;
use super::lower::Lowering;
use crate::build::Built;
use crate::ir::{Arithmetic, Comparison, Decimal, IrType, Node, NodeId};

/// Texts that are put together stay below the interpreter's cap.
const LONGEST_JOIN: usize = 9_000;

impl Lowering<'_> {
    /// Lowers an expression that gives a value to another step.
    pub(super) fn expression(&mut self, expression: &Expr) -> Built<NodeId> {
        self.step(expression.position())?;
        match expression {
            Expr::BoolConstant(flag, _) => Ok(self.builder.add(Node::Boolean(*flag), IrType::Boolean)),
            Expr::IntegerConstant(whole, _) => Ok(self.builder.add(Node::Integer(*whole), IrType::Integer)),
            Expr::FloatConstant(number, _) => {
                Ok(self.builder.add(Node::Float(Decimal(**number)), IrType::Float))
            }
            Expr::StringConstant(text, _) => {
                Ok(self.builder.add(Node::Text(text.as_str().into()), IrType::Text))
            }
            Expr::Unit(_) => Ok(self.builder.add(Node::Unit, IrType::Unit)),
            Expr::InterpolatedString(parts, _) => {
                let parts = self.expressions(parts)?;
                let text = self.builder.join(parts)?;
                self.bounded(text)
            }
            Expr::Variable(variable, ..) if variable.2.is_empty() => self.variable(variable.1.as_str()),
            Expr::And(parts, _) => {
                let parts = self.conditions(parts)?;
                Ok(self.builder.add(Node::All(parts.into()), IrType::Boolean))
            }
            Expr::Or(parts, _) => {
                let parts = self.conditions(parts)?;
                Ok(self.builder.add(Node::Any(parts.into()), IrType::Boolean))
            }
            Expr::Custom(..) => {
                let (name, _) = asked_name(expression).ok_or("a syntax of its own")?;
                let place = self.place_of(name)?;
                Ok(self.builder.add(Node::IsKnown(place), IrType::Boolean))
            }
            Expr::Stmt(block) => self.value_of_block(block.statements()),
            Expr::FnCall(call, _) => self.call(call),
            Expr::Dot(parts, flags, _) if !flags.contains(ASTFlags::NEGATED) => {
                let receiver = self.expression(&parts.lhs)?;
                self.method(receiver, &parts.rhs)
            }
            Expr::Map(..) => Err("a map that is not what the script ends with".to_owned()),
            Expr::Array(..) => Err("a list outside `in`".to_owned()),
            Expr::Index(..) => Err("an item of a list".to_owned()),
            Expr::CharConstant(..) => Err("a single character in '…'; write a text in \"…\"".to_owned()),
            Expr::Coalesce(..) => Err("`??`".to_owned()),
            _ => Err("an expression outside the grammar of kernels".to_owned()),
        }
    }

    fn expressions(&mut self, parts: &[Expr]) -> Built<Vec<NodeId>> {
        parts.iter().map(|part| self.expression(part)).collect()
    }

    fn conditions(&mut self, parts: &[Expr]) -> Built<Vec<NodeId>> {
        parts.iter().map(|part| self.condition(part)).collect()
    }

    fn bounded(&mut self, text: NodeId) -> Built<NodeId> {
        let is_long = self.builder.type_of(text) == IrType::Text && self.builder.longest(text) > LONGEST_JOIN;
        if is_long { Err("a text that may grow too long".to_owned()) } else { Ok(text) }
    }

    fn method(&mut self, receiver: NodeId, rest: &Expr) -> Built<NodeId> {
        match rest {
            Expr::MethodCall(call, position) => {
                self.step(*position)?;
                let mut arguments = vec![receiver];
                arguments.extend(self.expressions(&call.args)?);
                let found = self.builder.call(&call.name, &arguments)?;
                self.bounded(found)
            }
            Expr::Dot(parts, flags, _) if !flags.contains(ASTFlags::NEGATED) => {
                let receiver = self.method(receiver, &parts.lhs)?;
                self.method(receiver, &parts.rhs)
            }
            _ => Err("a property".to_owned()),
        }
    }

    /// Lowers an operator or a call.
    pub(super) fn call(&mut self, call: &FnCallExpr) -> Built<NodeId> {
        if call.is_qualified() || call.capture_parent_scope {
            return Err("a call into a module or with the caller's names".to_owned());
        }
        match (call.name.as_str(), call.args.as_slice()) {
            ("contains", [list, value]) => self.contains(list, value),
            ("..", _) | ("..=", _) => Err("a range outside `in` and `switch`".to_owned()),
            (name, [left, right]) if call.is_operator_call() => {
                let (left, right) = (self.expression(left)?, self.expression(right)?);
                let node = self.operator(name, left, right)?;
                self.bounded(node)
            }
            ("!", [only]) if call.is_operator_call() => {
                let of = self.condition(only)?;
                Ok(self.builder.add(Node::Not(of), IrType::Boolean))
            }
            ("+", [only]) if call.is_operator_call() => {
                let of = self.expression(only)?;
                if self.builder.type_of(of).is_number() {
                    Ok(of)
                } else {
                    Err("+ before no number".to_owned())
                }
            }
            (name, arguments) => {
                let arguments = self.expressions(arguments)?;
                let found = self.builder.call(name, &arguments)?;
                self.bounded(found)
            }
        }
    }

    fn operator(&mut self, name: &str, left: NodeId, right: NodeId) -> Built<NodeId> {
        let comparison = match name {
            "==" => Some(Comparison::Equal),
            "!=" => Some(Comparison::NotEqual),
            "<" => Some(Comparison::Less),
            "<=" => Some(Comparison::LessOrEqual),
            ">" => Some(Comparison::Greater),
            ">=" => Some(Comparison::GreaterOrEqual),
            _ => None,
        };
        if let Some(comparison) = comparison {
            return self.builder.compare(comparison, left, right);
        }
        let arithmetic = match name {
            "+" => Arithmetic::Add,
            "-" => Arithmetic::Subtract,
            "*" => Arithmetic::Multiply,
            "/" => Arithmetic::Divide,
            "%" => Arithmetic::Remainder,
            "**" => Arithmetic::Power,
            other => return Err(format!("the operator `{other}`")),
        };
        self.builder.arithmetic(arithmetic, left, right)
    }

    /// Lowers `value in list`; the list stands first in the tree.
    fn contains(&mut self, list: &Expr, value: &Expr) -> Built<NodeId> {
        match list {
            Expr::Array(items, position) => {
                self.step(*position)?;
                let list = self.expressions(items)?;
                let value = self.expression(value)?;
                self.in_list(value, list)
            }
            Expr::FnCall(range, _)
                if matches!(range.name.as_str(), ".." | "..=") && range.args.len() == 2 =>
            {
                let from = self.bound(&range.args[0], 0)?;
                let to = self.bound(&range.args[1], i64::MAX)?;
                let value = self.expression(value)?;
                if self.builder.type_of(value) != IrType::Integer {
                    return Err("a range of whole numbers holds whole numbers only".to_owned());
                }
                let inclusive = range.name == "..=";
                Ok(self.builder.add(Node::InRange { value, from, to, inclusive }, IrType::Boolean))
            }
            _ => {
                let (list, value) = (self.expression(list)?, self.expression(value)?);
                self.builder.call("contains", &[list, value])
            }
        }
    }

    fn bound(&mut self, bound: &Expr, open: i64) -> Built<NodeId> {
        let node = match bound {
            Expr::Unit(_) => self.builder.add(Node::Integer(open), IrType::Integer),
            _ => self.expression(bound)?,
        };
        if self.builder.type_of(node) == IrType::Integer {
            Ok(node)
        } else {
            Err("a range of other than whole numbers".to_owned())
        }
    }

    fn in_list(&mut self, value: NodeId, mut list: Vec<NodeId>) -> Built<NodeId> {
        let wanted = self.builder.type_of(value);
        let unlike = list.iter().any(|item| self.builder.type_of(*item) != wanted);
        let is_plain = matches!(wanted, IrType::Boolean | IrType::Integer | IrType::Float | IrType::Text);
        if wanted == IrType::Float {
            for item in &mut list {
                *item = self.builder.as_float(*item)?;
            }
        } else if unlike || !is_plain {
            return Err("a list whose items are not of the type that is looked for".to_owned());
        }
        Ok(self.builder.add(Node::InList { value, list: list.into() }, IrType::Boolean))
    }
}
