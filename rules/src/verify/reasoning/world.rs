//! What may still be so: for each fact of a script whether it may be known, and which values it may have. A world only
//! ever holds too much, never too little: what it rules out cannot happen.

use std::collections::BTreeSet;
use std::sync::Arc;

/// Is what a truth value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flag {
    pub(super) yes: bool,
    pub(super) no: bool,
}

impl Flag {
    pub(super) const ANY: Self = Self { yes: true, no: true };

    /// Leaves only the wanted answer; none where it cannot be.
    fn only(self, wanted: bool) -> Option<Self> {
        let may = if wanted { self.yes } else { self.no };
        may.then_some(Self { yes: wanted, no: !wanted })
    }

    fn or(self, other: Self) -> Self {
        Self { yes: self.yes || other.yes, no: self.no || other.no }
    }
}

/// Is a closed interval of numbers; never empty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Span {
    pub(super) const ANY: Self = Self { low: f64::NEG_INFINITY, high: f64::INFINITY };

    pub(super) fn at(number: f64) -> Self {
        Self { low: number, high: number }
    }
    pub(super) fn from(low: f64) -> Self {
        Self { low, high: f64::INFINITY }
    }
    /// Makes an interval; none where it would be empty. A bound that is no number bounds nothing.
    pub(super) fn new(low: f64, high: f64) -> Option<Self> {
        let low = if low.is_nan() { f64::NEG_INFINITY } else { low };
        let high = if high.is_nan() { f64::INFINITY } else { high };
        (low <= high).then_some(Self { low, high })
    }
    pub(super) fn and(self, other: Self) -> Option<Self> {
        Self::new(self.low.max(other.low), self.high.min(other.high))
    }
    pub(super) fn or(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }
    /// Returns the interval that holds the results of a calculation that is monotone in both sides.
    pub(super) fn corners(self, other: Self, made: impl Fn(f64, f64) -> f64) -> Self {
        let corner = |left: f64, right: f64| made(left, right);
        let all = [
            corner(self.low, other.low),
            corner(self.low, other.high),
            corner(self.high, other.low),
            corner(self.high, other.high),
        ];
        if all.iter().any(|number| number.is_nan()) {
            return Self::ANY;
        }
        Self {
            low: all.iter().copied().fold(f64::INFINITY, f64::min),
            high: all.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }
}

/// Is what a text may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Words {
    OneOf(BTreeSet<Arc<str>>),
    NoneOf(BTreeSet<Arc<str>>),
}

impl Words {
    /// Leaves the texts of a list, or those outside it; none where nothing is left.
    fn only(&self, list: &BTreeSet<Arc<str>>, wanted: bool) -> Option<Self> {
        let left = match (self, wanted) {
            (Self::OneOf(known), true) => Self::OneOf(known.intersection(list).cloned().collect()),
            (Self::OneOf(known), false) => Self::OneOf(known.difference(list).cloned().collect()),
            (Self::NoneOf(out), true) => Self::OneOf(list.difference(out).cloned().collect()),
            (Self::NoneOf(out), false) => Self::NoneOf(out.union(list).cloned().collect()),
        };
        match &left {
            Self::OneOf(known) if known.is_empty() => None,
            Self::OneOf(_) | Self::NoneOf(_) => Some(left),
        }
    }

    fn or(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::OneOf(one), Self::OneOf(other)) => Self::OneOf(one.union(other).cloned().collect()),
            (Self::NoneOf(one), Self::NoneOf(other)) => {
                Self::NoneOf(one.intersection(other).cloned().collect())
            }
            (Self::OneOf(known), Self::NoneOf(out)) | (Self::NoneOf(out), Self::OneOf(known)) => {
                Self::NoneOf(out.difference(known).cloned().collect())
            }
        }
    }
}

/// Is what a fact's value may be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scope {
    Flag(Flag),
    Number(Span),
    Text(Words),
    /// Codes: nothing is said of them.
    Any,
}

/// Is what may be so of one fact.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Known {
    pub(super) is_known: Flag,
    pub(super) scope: Scope,
}

/// Holds what may be so of every fact of a script, by its place among the script's reads.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct World(Vec<Known>);

impl World {
    pub(super) fn new(scopes: impl IntoIterator<Item = Scope>) -> Self {
        Self(scopes.into_iter().map(|scope| Known { is_known: Flag::ANY, scope }).collect())
    }

    /// Returns what may be so of a fact; none where it cannot be known.
    pub(super) fn scope(&self, fact: u16) -> Option<&Scope> {
        self.0.get(usize::from(fact)).filter(|known| known.is_known.yes).map(|known| &known.scope)
    }

    /// Leaves the worlds in which the fact is known, or is not.
    pub(super) fn with_known(&self, fact: u16, wanted: bool) -> Option<Self> {
        self.changed(fact, |known| Some(Known { is_known: known.is_known.only(wanted)?, ..known.clone() }))
    }

    /// Leaves the worlds in which the fact is known and true, or known and false.
    pub(super) fn with_flag(&self, fact: u16, wanted: bool) -> Option<Self> {
        self.with_scope(fact, |scope| match scope {
            Scope::Flag(flag) => flag.only(wanted).map(Scope::Flag),
            Scope::Number(_) | Scope::Text(_) | Scope::Any => Some(scope.clone()),
        })
    }

    /// Leaves the worlds in which the fact is a number of an interval.
    pub(super) fn with_number(&self, fact: u16, span: Span) -> Option<Self> {
        self.with_scope(fact, |scope| match scope {
            Scope::Number(known) => known.and(span).map(Scope::Number),
            Scope::Flag(_) | Scope::Text(_) | Scope::Any => Some(scope.clone()),
        })
    }

    /// Leaves the worlds in which the fact is a text of a list, or a text outside it.
    pub(super) fn with_text(&self, fact: u16, list: &BTreeSet<Arc<str>>, wanted: bool) -> Option<Self> {
        self.with_scope(fact, |scope| match scope {
            Scope::Text(words) => words.only(list, wanted).map(Scope::Text),
            Scope::Flag(_) | Scope::Number(_) | Scope::Any => Some(scope.clone()),
        })
    }

    /// Returns what may be so in either of two worlds.
    pub(super) fn or(&self, other: &Self) -> Self {
        let joined = self.0.iter().zip(&other.0).map(|(one, other)| Known {
            is_known: one.is_known.or(other.is_known),
            scope: match (&one.scope, &other.scope) {
                (Scope::Flag(one), Scope::Flag(other)) => Scope::Flag(one.or(*other)),
                (Scope::Number(one), Scope::Number(other)) => Scope::Number(one.or(*other)),
                (Scope::Text(one), Scope::Text(other)) => Scope::Text(one.or(other)),
                _ => Scope::Any,
            },
        });
        Self(joined.collect())
    }

    fn with_scope(&self, fact: u16, change: impl Fn(&Scope) -> Option<Scope>) -> Option<Self> {
        self.changed(fact, |known| {
            Some(Known { is_known: known.is_known.only(true)?, scope: change(&known.scope)? })
        })
    }

    fn changed(&self, fact: u16, change: impl Fn(&Known) -> Option<Known>) -> Option<Self> {
        let mut changed = self.clone();
        if let Some(known) = changed.0.get_mut(usize::from(fact)) {
            *known = change(known)?;
        }
        Some(changed)
    }
}
