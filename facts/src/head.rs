//! What people read of a fact: name, unit, source, uses, marks.

use std::collections::BTreeMap;

use dozor_domain::{Localized, ValueType};
use serde::{Deserialize, Serialize};

use crate::definition::{FactKind, MissingMeans, RiskDirection, Sensitivity};

/// Is one thing that a fact may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactUse {
    /// Criterion or severity (`C`).
    Criterion,
    /// Sign or indicator (`S`).
    Sign,
    /// Feature of the model (`M`).
    Model,
    /// Order of work only (`O`).
    Ordering,
    /// Gate: may this be ordered today (`G`).
    Gate,
    /// Disparity report only (`R`).
    Report,
}

impl FactUse {
    const ALL: [(char, Self); 6] = [
        ('C', Self::Criterion),
        ('S', Self::Sign),
        ('M', Self::Model),
        ('O', Self::Ordering),
        ('G', Self::Gate),
        ('R', Self::Report),
    ];

    /// Returns the letter of facts.toml.
    pub fn letter(self) -> char {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or('?', |(letter, _)| *letter)
    }
}

/// Is a set of uses, in the order C S M O G R.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FactUses(Vec<FactUse>);

impl FactUses {
    /// Reads letters such as `CSM`; `None` where one is unknown or stands twice.
    pub(crate) fn parse(letters: &str) -> Option<Self> {
        let mut uses = Vec::new();
        for letter in letters.chars() {
            let (_, one) = FactUse::ALL.iter().find(|(known, _)| *known == letter)?;
            if uses.contains(one) {
                return None;
            }
            uses.push(*one);
        }
        uses.sort_unstable();
        Some(Self(uses))
    }
    /// Tells whether the fact may be used so.
    pub fn has(&self, one: FactUse) -> bool {
        self.0.contains(&one)
    }
    /// Returns the uses.
    pub fn all(&self) -> &[FactUse] {
        &self.0
    }
    /// Returns the letters, e.g. `CSM`.
    pub fn letters(&self) -> String {
        self.0.iter().map(|one| one.letter()).collect()
    }
}

/// Is what the methodology page says of a fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactHead {
    /// Name by which rules, policy and model read it.
    pub code: String,
    /// Name for people.
    pub title: Localized,
    /// How it is to be understood.
    pub note: Option<Localized>,
    /// Unit; empty texts where there is none.
    pub unit: Localized,
    /// How it is made.
    pub kind: FactKind,
    /// Type of its values: boolean, integer, float, text or codes.
    pub value_type: ValueType,
    /// Sources that it reads itself; `object` is the register of objects.
    pub sources: Vec<String>,
    /// Facts that it is derived from.
    pub reads: Vec<String>,
    /// Kinds of object that have it; empty = all.
    pub object_kinds: Vec<String>,
    /// What it may be used for.
    pub uses: FactUses,
    /// Whether the controlled person can change it.
    pub actionable: bool,
    /// Set on what may never be scored.
    pub sensitivity: Option<Sensitivity>,
    /// Which way it points; `None` where the catalogue does not say.
    pub risk: Option<RiskDirection>,
    /// How it is made: the keys of facts.toml that say so, each as it is written.
    pub definition: BTreeMap<String, String>,
    /// What stands where nothing is known.
    pub missing: MissingMeans,
}

impl FactHead {
    /// Tells whether a model may use the fact: marked `M`, and neither protected nor personal nor a proxy.
    pub fn is_feature(&self) -> bool {
        self.uses.has(FactUse::Model) && self.sensitivity.is_none()
    }
}
