//! The only module that looks into Rhai's syntax tree (`rhai::internals`; the version is pinned exactly).
//! It finds what a script reads, what it defines, where it compares unlike values, and builds its typed form.

mod lower;
mod lower_expr;
mod switch_cases;

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::ValueType;
use rhai::{AST, ASTNode, Expr, FnCallExpr, FnPtr, Position, Stmt};

use crate::error::ScriptError;
use crate::names::Names;

pub use lower::NotVectorised;
pub(crate) use lower::lower;

/// Name of the question that does not read.
pub(crate) const IS_KNOWN: &str = "is_known";

/// Holds what a script's tree says of it.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Facts whose value is read somewhere.
    pub(crate) read: BTreeSet<String>,
    /// Names asked by `is_known`, with their lines.
    pub(crate) asked: BTreeMap<String, usize>,
}

/// Finds the facts that a script reads and asks for.
pub(crate) fn facts(ast: &AST, names: &Names) -> Facts {
    let mut facts = Facts::default();
    walk(ast, &mut |path| {
        let Some(ASTNode::Expr(expr)) = path.last() else { return };
        if let Some((name, position)) = asked_name(expr) {
            facts.asked.entry(name.to_owned()).or_insert_with(|| line(position));
        } else if !is_inside_question(path)
            && let Some(name) = variable_name(expr)
            && names.contains(name)
        {
            facts.read.insert(name.to_owned());
        }
    });
    facts
}

/// Refuses locals that have the name of a fact, and assignments to facts.
pub(crate) fn check_shadowing(ast: &AST, names: &Names) -> Result<(), ScriptError> {
    let mut captured: BTreeMap<String, usize> = BTreeMap::new();
    let mut shadowed: Option<(String, Position)> = None;
    let mut define = |name: &str, position: Position| {
        if names.contains(name) && shadowed.is_none() {
            shadowed = Some((name.to_owned(), position));
        }
    };
    walk(ast, &mut |path| match path.last() {
        Some(ASTNode::Stmt(Stmt::Var(definition, _, position))) => define(&definition.0.name, *position),
        Some(ASTNode::Stmt(Stmt::Assignment(assignment))) => {
            if let Some(name) = assigned_name(&assignment.1.lhs) {
                define(name, assignment.1.lhs.position());
            }
        }
        Some(ASTNode::Stmt(Stmt::For(parts, position))) => {
            define(&parts.0.name, *position);
            if let Some(counter) = &parts.1 {
                define(&counter.name, *position);
            }
        }
        Some(ASTNode::Expr(Expr::FnCall(call, _))) if call.name == "curry" => {
            if let Some(Expr::DynamicConstant(pointer, _)) = call.args.first()
                && let Some(pointer) = pointer.read_lock::<FnPtr>()
            {
                captured.insert(pointer.fn_name().to_owned(), call.args.len() - 1);
            }
        }
        _ => {}
    });
    for function in ast.iter_functions() {
        // What a closure captures stands before its own parameters.
        let own = captured.get(function.name).copied().unwrap_or_default();
        for parameter in function.params.iter().skip(own) {
            define(parameter, Position::NONE);
        }
    }
    match shadowed {
        None => Ok(()),
        Some((name, position)) => Err(ScriptError::FactShadowed { name, line: line(position) }),
    }
}

/// Is what kinds of value may be compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Number,
    Text,
    Boolean,
    List,
}

impl Class {
    fn of_type(value_type: ValueType) -> Self {
        match value_type {
            ValueType::Integer | ValueType::Float | ValueType::Date | ValueType::Instant => Self::Number,
            ValueType::Text => Self::Text,
            ValueType::Boolean => Self::Boolean,
            ValueType::Codes => Self::List,
        }
    }
    fn title(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Boolean => "true or false",
            Self::List => "a list",
        }
    }
}

/// Refuses comparisons that could never be true: Rhai compares unlike values to `false` without a word.
pub(crate) fn check_types(ast: &AST, names: &Names) -> Result<(), ScriptError> {
    let mut found: Option<(Position, String)> = None;
    walk(ast, &mut |path| {
        if found.is_some() {
            return;
        }
        found = match path.last() {
            Some(
                ASTNode::Expr(Expr::FnCall(call, position)) | ASTNode::Stmt(Stmt::FnCall(call, position)),
            ) => unlike(call, names).map(|problem| (*position, problem)),
            Some(ASTNode::Expr(Expr::And(parts, _) | Expr::Or(parts, _))) => parts.iter().find_map(|part| {
                let class = class_of(part, names)?;
                let problem = format!("{} stands where true or false is needed", class.title());
                (class != Class::Boolean).then_some((part.position(), problem))
            }),
            _ => None,
        };
    });
    match found {
        None => Ok(()),
        Some((position, problem)) => Err(ScriptError::Types {
            line: line(position),
            column: position.position().unwrap_or(1),
            problem,
        }),
    }
}

fn unlike(call: &FnCallExpr, names: &Names) -> Option<String> {
    if !call.is_operator_call() {
        return None;
    }
    let classes: Vec<Class> = call.args.iter().filter_map(|argument| class_of(argument, names)).collect();
    match (call.name.as_str(), classes.as_slice()) {
        ("==" | "!=" | "<" | "<=" | ">" | ">=", [left, right]) if left != right => {
            Some(format!("{} is compared with {}", left.title(), right.title()))
        }
        ("-" | "*" | "/" | "%" | "**", [left, right])
            if *left != Class::Number || *right != Class::Number =>
        {
            let other = if *left == Class::Number { right } else { left };
            Some(format!("{} stands where a number is needed", other.title()))
        }
        ("!", [only]) if *only != Class::Boolean => {
            Some(format!("{} stands where true or false is needed", only.title()))
        }
        _ => None,
    }
}

fn class_of(expr: &Expr, names: &Names) -> Option<Class> {
    match expr {
        Expr::BoolConstant(..) | Expr::And(..) | Expr::Or(..) => Some(Class::Boolean),
        Expr::IntegerConstant(..) | Expr::FloatConstant(..) => Some(Class::Number),
        Expr::StringConstant(..) | Expr::InterpolatedString(..) => Some(Class::Text),
        Expr::Array(..) => Some(Class::List),
        Expr::Variable(..) => names.get(variable_name(expr)?).map(Class::of_type),
        Expr::Custom(..) => asked_name(expr).map(|_| Class::Boolean),
        Expr::FnCall(call, _) if call.is_operator_call() => match call.name.as_str() {
            "==" | "!=" | "<" | "<=" | ">" | ">=" | "!" => Some(Class::Boolean),
            "-" | "*" | "/" | "%" | "**" => Some(Class::Number),
            _ => None,
        },
        _ => None,
    }
}

fn asked_name(expr: &Expr) -> Option<(&str, Position)> {
    let Expr::Custom(custom, position) = expr else { return None };
    let asked = custom.tokens.first().is_some_and(|token| token == IS_KNOWN);
    let name = custom.inputs.first().and_then(variable_name);
    name.filter(|_| asked).map(|name| (name, *position))
}

fn variable_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Variable(variable, ..) if variable.2.is_empty() => Some(variable.1.as_str()),
        _ => None,
    }
}

fn assigned_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Index(parts, ..) | Expr::Dot(parts, ..) => assigned_name(&parts.lhs),
        other => variable_name(other),
    }
}

fn is_inside_question(path: &[ASTNode<'_>]) -> bool {
    path.iter()
        .rev()
        .nth(1)
        .is_some_and(|node| matches!(node, ASTNode::Expr(expr) if asked_name(expr).is_some()))
}

fn walk(ast: &AST, visit: &mut dyn FnMut(&[ASTNode<'_>])) {
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        visit(path);
        true
    });
}

fn line(position: Position) -> usize {
    position.line().unwrap_or(1)
}
