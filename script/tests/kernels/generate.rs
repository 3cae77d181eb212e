//! Random scripts of the grammar, and a count of the scripts in which each part of it stands.

use std::collections::{BTreeMap, BTreeSet};

use crate::chance::Chance;

/// Type of an expression to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Boolean,
    Integer,
    Float,
    Text,
}

/// Writes scripts.
pub(crate) struct Writer {
    pub(crate) chance: Chance,
    /// Scripts in which a part of the grammar stands.
    pub(crate) counts: BTreeMap<&'static str, usize>,
    seen: BTreeSet<&'static str>,
    locals: Vec<(String, Type)>,
}

pub(crate) const BOOLEANS: [&str; 3] = ["b1", "b2", "b3"];
pub(crate) const INTEGERS: [&str; 4] = ["i1", "i2", "i3", "day"];
pub(crate) const FLOATS: [&str; 4] = ["f1", "f2", "f3", "f4"];
pub(crate) const TEXTS: [&str; 2] = ["t1", "t2"];
pub(crate) const WORDS: [&str; 6] = ["nto", "parcel", "a", "", "Ёж 12", "building"];

impl Writer {
    pub(crate) fn new(seed: u64) -> Self {
        Self { chance: Chance::new(seed), counts: BTreeMap::new(), seen: BTreeSet::new(), locals: Vec::new() }
    }

    /// Writes one script.
    pub(crate) fn script(&mut self) -> String {
        self.seen.clear();
        self.locals.clear();
        let text = if self.chance.one_in(12) { self.outside() } else { self.block(4) };
        for part in &self.seen {
            *self.counts.entry(part).or_default() += 1;
        }
        text
    }

    fn saw(&mut self, part: &'static str) {
        self.seen.insert(part);
    }

    /// Writes what only the interpreter runs.
    fn outside(&mut self) -> String {
        self.saw("outside the grammar");
        let condition = self.boolean(2);
        let forms = [
            format!("fn f(x) {{ x }} f({condition})"),
            format!("let n = 0; for k in 0..3 {{ n += k; }} n > 1 && {condition}"),
            format!("codes.some(|c| c == \"a\") || {condition}"),
            format!("let x = {condition}; x = !x; x"),
            format!("[1, 2][i1] > 0 && {condition}"),
            format!("return {condition};"),
        ];
        self.chance.pick(&forms).clone()
    }

    /// Writes statements and what the script, or a branch of it, ends with.
    fn block(&mut self, depth: usize) -> String {
        let mut text = String::new();
        let locals = self.locals.len();
        for _ in 0..self.chance.below(3) {
            let statement = self.local(depth);
            text.push_str(&statement);
        }
        let end = self.end(depth);
        text.push_str(&end);
        self.locals.truncate(locals);
        text
    }

    fn local(&mut self, depth: usize) -> String {
        self.saw("let");
        let kind = *self.chance.pick(&[Type::Boolean, Type::Integer, Type::Float, Type::Text]);
        let value = self.expression(kind, depth.saturating_sub(1));
        let name = format!("x{}", self.locals.len());
        self.locals.push((name.clone(), kind));
        let word = if self.chance.one_in(4) { "const" } else { "let" };
        format!("{word} {name} = {value};\n")
    }

    fn end(&mut self, depth: usize) -> String {
        let depth = depth.saturating_sub(1);
        match self.chance.below(if depth == 0 { 3 } else { 10 }) {
            0 => self.boolean(depth),
            1 | 2 => self.map(depth),
            3..=6 => {
                self.saw("if at the end");
                let (condition, then) = (self.boolean(depth), self.block(depth));
                if self.chance.one_in(25) {
                    self.saw("no value");
                    return format!("if {condition} {{ {then} }}");
                }
                format!("if {condition} {{ {then} }} else {{ {} }}", self.block(depth))
            }
            7 => self.switch_at_end(depth),
            8 => {
                self.saw("dropped value");
                format!("{}; {}", self.boolean(depth), self.end(depth))
            }
            _ => self.boolean(depth + 1),
        }
    }

    fn switch_at_end(&mut self, depth: usize) -> String {
        let first = self.block(depth.saturating_sub(1));
        let second = self.block(depth.saturating_sub(1));
        let rest = self.block(depth.saturating_sub(1));
        self.switch(&format!("{{ {first} }}"), &format!("{{ {second} }}"), &format!("{{ {rest} }}"), depth)
    }

    fn map(&mut self, depth: usize) -> String {
        self.saw("map");
        let mut keys = vec![format!("fired: {}", self.boolean(depth))];
        if self.chance.one_in(2) {
            self.saw("points");
            let points = if self.chance.one_in(2) { self.integer(depth) } else { self.float(depth) };
            keys.push(format!("points: {points}"));
        }
        if self.chance.one_in(4) {
            self.saw("points of two kinds");
            keys.retain(|key| !key.starts_with("points"));
            keys.push(format!("points: if {} {{ 18 }} else {{ 8.5 }}", self.boolean(1)));
        }
        if self.chance.one_in(4) {
            self.saw("floor");
            keys.push(format!("floor: if {} {{ \"high\" }} else {{ \"medium\" }}", self.boolean(1)));
        }
        if self.chance.one_in(5) {
            self.saw("severity");
            keys.push("severity: \"+1\"".to_owned());
        }
        if self.chance.one_in(2) {
            self.saw("evidence");
            let text = self.interpolated(depth);
            keys.push(format!("evidence: {text}"));
        }
        format!("#{{ {} }}", keys.join(", "))
    }

    fn expression(&mut self, kind: Type, depth: usize) -> String {
        match kind {
            Type::Boolean => self.boolean(depth),
            Type::Integer => self.integer(depth),
            Type::Float => self.float(depth),
            Type::Text => self.text(depth),
        }
    }

    fn name(&mut self, kind: Type) -> String {
        let locals: Vec<&String> =
            self.locals.iter().filter(|(_, known)| *known == kind).map(|(name, _)| name).collect();
        if !locals.is_empty() && self.chance.one_in(3) {
            return (*self.chance.pick(&locals)).clone();
        }
        self.saw("fact");
        let facts: &[&str] = match kind {
            Type::Boolean => &BOOLEANS,
            Type::Integer => &INTEGERS,
            Type::Float => &FLOATS,
            Type::Text => &TEXTS,
        };
        (*self.chance.pick(facts)).to_owned()
    }

    /// Writes a choice between two values of one type.
    fn choice(&mut self, kind: Type, depth: usize) -> String {
        let depth = depth.saturating_sub(1);
        let (first, second) = (self.expression(kind, depth), self.expression(kind, depth));
        if self.chance.one_in(3) {
            let rest = self.expression(kind, depth);
            return format!("({})", self.switch(&first, &second, &rest, depth));
        }
        self.saw("if as a value");
        format!("(if {} {{ {first} }} else {{ {second} }})", self.boolean(depth))
    }

    fn switch(&mut self, first: &str, second: &str, rest: &str, depth: usize) -> String {
        self.saw("switch");
        match self.chance.below(3) {
            0 => {
                self.saw("switch with ranges");
                let of = self.integer(depth.saturating_sub(1));
                format!(
                    "switch {of} {{ 1 | 3 => {first}, -2 => {second}, 5..9 => {second}, 20..=25 if {} => {first}, _ => {rest} }}",
                    self.boolean(1)
                )
            }
            1 => {
                let of = self.integer(depth.saturating_sub(1));
                format!("switch {of} {{ 2 if {} => {first}, 2 => {second}, _ => {rest} }}", self.boolean(1))
            }
            _ => {
                self.saw("switch over a text");
                let of = self.name(Type::Text);
                format!("switch {of} {{ \"nto\" => {first}, \"Ёж 12\" | \"\" => {second}, _ => {rest} }}")
            }
        }
    }

    fn boolean(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.chance.below(8) {
                0 => {
                    self.saw("boolean constant");
                    (*self.chance.pick(&["true", "false"])).to_owned()
                }
                1 => self.is_known(),
                2 => self.name(Type::Boolean),
                _ => self.comparison(1),
            };
        }
        match self.chance.below(17) {
            0..=2 => self.logic("&&", "and", depth),
            3 | 4 => self.logic("||", "or", depth),
            5 => {
                self.saw("not");
                format!("!({})", self.boolean(depth - 1))
            }
            6 => self.is_known(),
            7 => self.choice(Type::Boolean, depth),
            8 => self.within(depth),
            9 => self.text_question(depth),
            10 => {
                self.saw("comparison of truth values");
                let operator = *self.chance.pick(&["==", "!="]);
                format!("({} {operator} {})", self.boolean(depth - 1), self.boolean(depth - 1))
            }
            _ => self.comparison(depth),
        }
    }

    fn is_known(&mut self) -> String {
        self.saw("is_known");
        let all: Vec<&str> = [&BOOLEANS[..], &INTEGERS, &FLOATS, &TEXTS, &["codes"]].concat();
        format!("is_known({})", self.chance.pick(&all))
    }

    fn logic(&mut self, operator: &str, part: &'static str, depth: usize) -> String {
        self.saw(part);
        let parts: Vec<String> = (0..2 + self.chance.below(2)).map(|_| self.boolean(depth - 1)).collect();
        format!("({})", parts.join(&format!(" {operator} ")))
    }

    fn comparison(&mut self, depth: usize) -> String {
        let depth = depth.saturating_sub(1);
        let operator = *self.chance.pick(&["==", "!=", "<", "<=", ">", ">="]);
        let (part, left, right) = match self.chance.below(6) {
            0 | 1 => ("whole comparison", self.integer(depth), self.integer(depth)),
            2 | 3 => ("decimal comparison", self.float(depth), self.float(depth)),
            4 => ("mixed comparison", self.integer(depth), self.float(depth)),
            _ => ("text comparison", self.text(depth), self.text(depth)),
        };
        self.saw(part);
        format!("({left} {operator} {right})")
    }

    fn within(&mut self, depth: usize) -> String {
        let not = if self.chance.one_in(4) { "!" } else { "" };
        match self.chance.below(5) {
            0 => {
                self.saw("in a range");
                let range = *self.chance.pick(&["1..20", "0..=365", "i2..i3", "..5", "3.."]);
                format!("({} {not}in {range})", self.integer(depth - 1))
            }
            1 => {
                self.saw("in a list of numbers");
                format!("({} {not}in [1, 2, i2, -7])", self.integer(depth - 1))
            }
            2 => {
                self.saw("in a list of texts");
                format!("({} {not}in [\"nto\", \"a\", t2])", self.name(Type::Text))
            }
            3 => {
                self.saw("in a list of decimals");
                format!("({} {not}in [20.0, 0, f2])", self.float(depth - 1))
            }
            _ => {
                self.saw("in codes");
                format!("({} {not}in codes)", self.text(depth - 1))
            }
        }
    }

    fn text_question(&mut self, depth: usize) -> String {
        self.saw("text question");
        let (text, part) = (self.name(Type::Text), self.text(depth - 1));
        let function = *self.chance.pick(&["starts_with", "ends_with", "contains"]);
        if self.chance.one_in(2) {
            format!("{text}.{function}({part})")
        } else {
            format!("{function}({text}, {part})")
        }
    }

    fn integer(&mut self, depth: usize) -> String {
        if depth == 0 {
            if self.chance.one_in(3) {
                self.saw("whole constant");
                return (*self.chance.pick(&["0", "1", "2", "3", "20", "-1", "365", "9223372036854775807"]))
                    .to_owned();
            }
            return self.name(Type::Integer);
        }
        let depth = depth - 1;
        match self.chance.below(9) {
            0..=3 => {
                let operator = *self.chance.pick(&["+", "-", "*", "/", "%", "**"]);
                self.saw(match operator {
                    "/" | "%" => "whole division",
                    "**" => "power",
                    _ => "whole arithmetic",
                });
                format!("({} {operator} {})", self.integer(depth), self.integer(depth))
            }
            4 => self.choice(Type::Integer, depth + 1),
            5 => {
                self.saw("whole call");
                let function = *self.chance.pick(&["min", "max"]);
                format!("{function}({}, {})", self.integer(depth), self.integer(depth))
            }
            6 => {
                self.saw("whole call of one");
                let function = *self.chance.pick(&["abs", "sign", "round", "-"]);
                format!("{function}({})", self.integer(depth))
            }
            7 => {
                self.saw("to_int");
                format!("to_int({})", self.float(depth))
            }
            _ => {
                self.saw("len");
                (*self.chance.pick(&["t1.len()", "len(t2)", "codes.len()"])).to_owned()
            }
        }
    }

    fn float(&mut self, depth: usize) -> String {
        if depth == 0 {
            if self.chance.one_in(3) {
                self.saw("decimal constant");
                return (*self.chance.pick(&["0.0", "20.0", "0.05", "2.5", "-1.0", "1e300", "90.0"]))
                    .to_owned();
            }
            return self.name(Type::Float);
        }
        let depth = depth - 1;
        match self.chance.below(9) {
            0..=3 => {
                self.saw("decimal arithmetic");
                let operator = *self.chance.pick(&["+", "-", "*", "/", "%", "**"]);
                let right = if self.chance.one_in(3) { self.integer(depth) } else { self.float(depth) };
                format!("({} {operator} {right})", self.float(depth))
            }
            4 => self.choice(Type::Float, depth + 1),
            5 | 6 => {
                self.saw("decimal call");
                let function = *self.chance.pick(&["min", "max"]);
                let other = if self.chance.one_in(3) { self.integer(depth) } else { self.float(depth) };
                format!("{function}({other}, {})", self.float(depth))
            }
            7 => {
                self.saw("round to digits");
                format!("round({}, 1)", self.float(depth))
            }
            _ => {
                self.saw("decimal call of one");
                let function = *self.chance.pick(&["abs", "round", "floor", "ceiling", "sqrt", "-"]);
                format!("{function}({})", self.float(depth))
            }
        }
    }

    fn text(&mut self, depth: usize) -> String {
        match self.chance.below(if depth == 0 { 3 } else { 7 }) {
            0 | 1 => {
                self.saw("text constant");
                format!("\"{}\"", self.chance.pick(&WORDS))
            }
            2 | 3 => self.name(Type::Text),
            4 => self.choice(Type::Text, depth),
            5 => {
                self.saw("change of case");
                let function = *self.chance.pick(&["to_upper", "to_lower"]);
                format!("{function}({})", self.text(depth - 1))
            }
            _ => {
                self.saw("texts put together");
                format!("({} + {})", self.text(depth - 1), self.text(depth - 1))
            }
        }
    }

    fn interpolated(&mut self, depth: usize) -> String {
        self.saw("interpolation");
        let depth = depth.min(2);
        let (first, second) = (self.float(depth), self.integer(depth));
        let third = self.name(Type::Text);
        format!("`${{show({first})}} > ${{{second}}} ${{{third}}}`")
    }
}
