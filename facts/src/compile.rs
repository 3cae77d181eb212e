//! From the written form of a fact to the checked one.

use std::collections::BTreeMap;

use dozor_domain::{FieldDefinition, PackManifest, Subject, ValueType};
use dozor_script::Engine;

use crate::catalogue::SourceSchema;
use crate::compile_how::{bandwidth, default_missing, how, window};
use crate::definition::{CatalogueText, FactKind, FactText, MissingMeans, TableText};
use crate::error::FactsError;
use crate::formula::{Formula, TODAY};
use crate::head::{FactHead, FactUses};
use crate::plan::{Fact, Layers, Near, ObjectField, Part, Plan, Quantity, Select};
use crate::rules_of_use::idle_key;

/// Name that stands for the register of objects instead of a source.
pub(crate) const OBJECT: &str = "object";

/// Checks facts one after the other; a fact may read those before it.
pub(crate) struct Compiler<'a> {
    pub(crate) sources: &'a BTreeMap<String, SourceSchema>,
    manifest: &'a PackManifest,
    pub(crate) tables: &'a BTreeMap<String, TableText>,
    pub(crate) staff_fields: &'a [String],
    pub(crate) engine: Engine,
    pub(crate) facts: Vec<Fact>,
}

impl<'a> Compiler<'a> {
    pub(crate) fn new(
        raw: &'a CatalogueText,
        sources: &'a BTreeMap<String, SourceSchema>,
        manifest: &'a PackManifest,
        engine: Engine,
    ) -> Result<Self, FactsError> {
        for name in &raw.leakage.staff_fields {
            let known = name.split_once('.').and_then(|(source, field)| {
                sources.get(source).map(|schema| schema.fields.iter().any(|declared| declared.name == field))
            });
            if known != Some(true) {
                return Err(FactsError::Leak {
                    fact: "[leakage]".to_owned(),
                    problem: format!("staff_fields names «{name}», which no source declares"),
                });
            }
        }
        let (tables, staff_fields) = (&raw.tables, raw.leakage.staff_fields.as_slice());
        Ok(Self { sources, manifest, tables, staff_fields, engine, facts: Vec::new() })
    }

    pub(crate) fn finish(self) -> Vec<Fact> {
        self.facts
    }

    /// Checks a fact and adds it.
    pub(crate) fn add(&mut self, text: &FactText) -> Result<(), FactsError> {
        let refuse = |problem: String| Err(declaration(text, problem));
        let is_name = text.code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !is_name || !text.code.starts_with(|c: char| c.is_ascii_lowercase()) || text.code == TODAY {
            return refuse("a code is lower-case Latin letters, digits and «_», begins with a letter, and is not «today»".into());
        }
        if self.column_of(&text.code).is_some() {
            return refuse("the code stands twice".into());
        }
        if let Some(key) = idle_key(text) {
            return refuse(format!("the key «{key}» means nothing to this kind"));
        }
        if let Some(kind) = text.object_kinds.iter().find(|code| !self.has_object_kind(code)) {
            return refuse(format!("pack.toml declares no object kind «{kind}»"));
        }
        let (plan, value_type) = self.plan(text)?;
        let head = self.head(text, &plan, value_type)?;
        self.check_leaks(text, &plan, &head)?;
        if let Some(bound) = text.at_least
            && (!bound.is_finite()
                || (value_type == ValueType::Integer && (bound.fract() != 0.0 || bound.abs() > 1e15)))
        {
            return refuse(format!("at_least = {bound} is no bound for values of this type"));
        }
        self.facts.push(Fact { head, at_least: text.at_least, plan });
        Ok(())
    }

    fn has_object_kind(&self, code: &str) -> bool {
        self.manifest.object_kinds.iter().any(|kind| kind.code == code)
    }

    fn column_of(&self, code: &str) -> Option<usize> {
        self.facts.iter().position(|fact| fact.head.code == code)
    }

    fn head(&self, text: &FactText, plan: &Plan, value_type: ValueType) -> Result<FactHead, FactsError> {
        let uses = FactUses::parse(&text.uses).ok_or_else(|| {
            declaration(text, format!("use = «{}» is not made of C S M O G R, each once", text.uses))
        })?;
        let missing = text.missing.unwrap_or_else(|| default_missing(text));
        if missing == MissingMeans::Zero && matches!(value_type, ValueType::Text | ValueType::Codes) {
            return Err(declaration(text, "a text has no zero".to_owned()));
        }
        let mut sources: Vec<String> = text.record_sources().into_iter().map(str::to_owned).collect();
        sources.extend(text.layers.iter().cloned());
        sources.extend(text.shape.clone());
        sources.extend(text.outcomes.iter().map(|outcomes| outcomes.source.clone()));
        let reads = crate::subset::columns_read(plan);
        Ok(FactHead {
            code: text.code.clone(),
            title: text.title.clone(),
            note: text.note.clone(),
            unit: text.unit.clone().unwrap_or_default(),
            kind: text.kind,
            value_type,
            sources,
            reads: reads
                .iter()
                .filter_map(|at| self.facts.get(*at))
                .map(|fact| fact.head.code.clone())
                .collect(),
            object_kinds: text.object_kinds.clone(),
            uses,
            actionable: text.actionable,
            sensitivity: text.sensitivity,
            risk: text.risk,
            definition: definition(text),
            missing,
        })
    }

    fn plan(&self, text: &FactText) -> Result<(Plan, ValueType), FactsError> {
        match text.kind {
            FactKind::Attribute if text.source.as_deref() == Some(OBJECT) => object_field(text),
            FactKind::Exists if !text.layers.is_empty() => {
                self.layers(text, Layers::Exists, ValueType::Boolean)
            }
            FactKind::OverlapArea => self.layers(text, Layers::Area, ValueType::Float),
            FactKind::OverlapShare => self.layers(text, Layers::Share, ValueType::Float),
            FactKind::Exists if text.within_m.is_some() => self.near(
                text,
                Near::Exists { metres: positive(text, "within_m", text.within_m)? },
                ValueType::Boolean,
            ),
            FactKind::WithinM => self.near(
                text,
                Near::Count { metres: positive(text, "within_m", text.within_m)? },
                ValueType::Integer,
            ),
            FactKind::Nearest => self.near(text, Near::Nearest, ValueType::Float),
            FactKind::Touches => self.near(text, Near::Touches, ValueType::Boolean),
            FactKind::Neighbours => self.neighbours(text),
            FactKind::LearntPrecision => self.precision(text),
            FactKind::KernelDensity => {
                self.near(text, Near::Density { bandwidth: bandwidth(text)? }, ValueType::Float)
            }
            FactKind::Ratio => self.ratio(text),
            FactKind::Derived => self.derived(text),
            FactKind::Attribute
            | FactKind::Exists
            | FactKind::Count
            | FactKind::DistinctCount
            | FactKind::Sum
            | FactKind::Max
            | FactKind::Min
            | FactKind::Mean
            | FactKind::Share
            | FactKind::Difference
            | FactKind::DaysSinceLast
            | FactKind::DaysSinceFirst
            | FactKind::Trend => self.per_object(text),
        }
    }

    fn per_object(&self, text: &FactText) -> Result<(Plan, ValueType), FactsError> {
        let names = text.record_sources();
        if names.is_empty() {
            return Err(declaration(text, "the key «source» or «sources» is missing".to_owned()));
        }
        let parts = names.iter().map(|name| self.part(text, name)).collect::<Result<Vec<_>, _>>()?;
        let mut types = names.iter().map(|name| self.quantity_type(text, name));
        let first = types.next().transpose()?.flatten();
        for other in types {
            if other? != first {
                return Err(declaration(
                    text,
                    "the sources declare the field with different types".to_owned(),
                ));
            }
        }
        let (how, value_type) = how(text, first)?;
        Ok((
            Plan::PerObject { select: Select { parts, whose: text.of.unwrap_or_default() }, how },
            value_type,
        ))
    }

    pub(crate) fn part(&self, text: &FactText, source: &str) -> Result<Part, FactsError> {
        let schema = self.schema(text, source)?;
        let formula = |key: &'static str, expression: &Option<String>| {
            let compile =
                |written: &String| Formula::compile((&text.code, key), written, &schema.fields, &self.engine);
            expression.as_ref().map(compile).transpose()
        };
        let fields =
            [&text.field, &text.once_per, &text.largest_group].into_iter().flatten().chain(&text.same);
        let valid = text.valid.iter().flat_map(|valid| valid.from.iter().chain(&valid.to));
        for name in fields.chain(valid) {
            field(text, source, schema, name)?;
        }
        for name in text.valid.iter().flat_map(|valid| valid.from.iter().chain(&valid.to)) {
            if !matches!(field(text, source, schema, name)?.value_type, ValueType::Date | ValueType::Instant)
            {
                return Err(declaration(text, format!("«{name}» is no date: it cannot bound validity")));
            }
        }
        let value = match (&text.field, formula("value", &text.value)?) {
            (Some(name), None) => Quantity::Field(name.clone()),
            (None, Some(formula)) => Quantity::Formula(formula),
            (None, None) => Quantity::Nothing,
            (Some(_), Some(_)) => {
                return Err(declaration(text, "give «field» or «value», not both".to_owned()));
            }
        };
        let condition = match text.kind {
            FactKind::Share | FactKind::Neighbours => formula("among", &text.among)?,
            _ => formula("require", &text.require)?,
        };
        Ok(Part {
            source: source.to_owned(),
            is_series: schema.subject == Subject::Series,
            window_days: window(text),
            valid: text.valid.clone(),
            filter: formula("where", &text.filter)?,
            condition,
            value,
        })
    }

    pub(crate) fn quantity_type(
        &self,
        text: &FactText,
        source: &str,
    ) -> Result<Option<ValueType>, FactsError> {
        match (&text.field, &text.value) {
            (Some(name), _) => Ok(Some(field(text, source, self.schema(text, source)?, name)?.value_type)),
            (None, Some(_)) => match text.value_type.unwrap_or(ValueType::Float) {
                known @ (ValueType::Float | ValueType::Integer | ValueType::Boolean) => Ok(Some(known)),
                other => Err(declaration(text, format!("an expression gives no value of type «{other:?}»"))),
            },
            (None, None) => Ok(None),
        }
    }

    pub(crate) fn schema(&self, text: &FactText, source: &str) -> Result<&'a SourceSchema, FactsError> {
        self.sources
            .get(source)
            .ok_or_else(|| declaration(text, format!("the pack has no source «{source}»")))
    }

    fn near(
        &self,
        text: &FactText,
        how: Near,
        value_type: ValueType,
    ) -> Result<(Plan, ValueType), FactsError> {
        let source = text.source.as_deref().unwrap_or_default();
        let part = self.part(text, source)?;
        if part.is_series {
            return Err(declaration(text, "a series has no place".to_owned()));
        }
        Ok((Plan::Near { part, how }, value_type))
    }

    fn layers(
        &self,
        text: &FactText,
        how: Layers,
        value_type: ValueType,
    ) -> Result<(Plan, ValueType), FactsError> {
        if text.layers.is_empty() {
            return Err(declaration(text, "the key «layers» is missing".to_owned()));
        }
        for name in text.layers.iter().chain(&text.shape) {
            self.schema(text, name)?;
        }
        let (layers, shape) = (text.layers.clone(), text.shape.clone());
        if text.minus_object && shape.is_none() {
            return Err(declaration(text, "«minus_object» needs a «shape» of another source".to_owned()));
        }
        Ok((Plan::Layers { layers, shape, minus_object: text.minus_object, how }, value_type))
    }

    pub(crate) fn earlier(&self, text: &FactText, code: &str) -> Result<usize, FactsError> {
        self.column_of(code)
            .ok_or_else(|| declaration(text, format!("it reads «{code}», which is not declared above it")))
    }
}

/// Keys that say nothing of how a fact is made: they have places of their own in its head.
const NOT_OF_THE_DEFINITION: [&str; 11] = [
    "code",
    "title",
    "note",
    "unit",
    "kind",
    "use",
    "actionable",
    "sensitivity",
    "risk",
    "missing",
    "object_kinds",
];

/// Returns the keys that say how a fact is made, texts as they are written, all else as JSON.
fn definition(text: &FactText) -> BTreeMap<String, String> {
    let Ok(serde_json::Value::Object(keys)) = serde_json::to_value(text) else { return BTreeMap::new() };
    let is_empty = |value: &serde_json::Value| {
        value.is_null()
            || *value == serde_json::Value::Bool(false)
            || value.as_array().is_some_and(Vec::is_empty)
    };
    let written = |(key, value): (String, serde_json::Value)| {
        let is_written = !NOT_OF_THE_DEFINITION.contains(&key.as_str()) && !is_empty(&value);
        let value = is_written
            .then(|| value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned()));
        value.map(|value| (key, value))
    };
    keys.into_iter().filter_map(written).collect()
}

pub(crate) fn declaration(text: &FactText, problem: String) -> FactsError {
    FactsError::Declaration { fact: text.code.clone(), problem }
}

pub(crate) fn field<'s>(
    text: &FactText,
    source: &str,
    schema: &'s SourceSchema,
    name: &str,
) -> Result<&'s FieldDefinition, FactsError> {
    schema
        .fields
        .iter()
        .find(|field| field.name == name)
        .ok_or_else(|| declaration(text, format!("source «{source}» has no field «{name}»")))
}

pub(crate) fn positive(text: &FactText, key: &str, value: Option<f64>) -> Result<f64, FactsError> {
    value
        .filter(|number| number.is_finite() && *number > 0.0)
        .ok_or_else(|| declaration(text, format!("«{key}» must be a positive number")))
}

fn object_field(text: &FactText) -> Result<(Plan, ValueType), FactsError> {
    let field = match text.field.as_deref() {
        Some("kind") => ObjectField::Kind,
        Some("territory") => ObjectField::Territory,
        _ => return Err(declaration(text, "an object has the fields «kind» and «territory»".to_owned())),
    };
    Ok((Plan::Object(field), ValueType::Text))
}
